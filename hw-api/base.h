/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * base.h - what all headers of hw-api stand on: the ABI's version, tables, errors,
 * the host and the head of a device.
 *
 * Device models include hw-api.h, which includes this header and has the rules.
 */
#ifndef HW_API_BASE_H
#define HW_API_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HW_ABI_MAJOR 1
#define HW_ABI_MINOR 0

/* The head of a struct that crosses the boundary: the struct's size in its author's version. */
typedef struct HwAbi {
    uint32_t size;
    uint16_t major;
    uint16_t minor;
} HwAbi;

/* clang-format off */
#define HW_ABI(Type) { (uint32_t)sizeof(Type), HW_ABI_MAJOR, HW_ABI_MINOR }
/* clang-format on */

#define HW_BIT(n) (UINT32_C(1) << (n))
#define HW_MASK(high, low) \
    ((UINT32_C(0xffffffff) >> (31 - (high))) & (UINT32_C(0xffffffff) << (low)))

/*
 * A table is an array, the size of one entry and their number, so that entries
 * can grow in a later minor version.
 *
 *     .registers = HW_TABLE(beacon_registers),
 *     .fields = HW_ROWS(HwStateField, HW_SAVED(Beacon, regs)),
 *
 * HW_ROWS is for C only: in C++ its array would be a temporary.
 */
#define HW_TABLE_TYPE(Name, Type) \
    typedef struct Name {         \
        const Type *entries;      \
        uint32_t stride;          \
        uint32_t count;           \
    } Name

/* clang-format off */
#define HW_TABLE(array) { (array), sizeof((array)[0]), sizeof(array) / sizeof((array)[0]) }
#define HW_ROWS(Type, ...)           \
    { (const Type[]) { __VA_ARGS__ }, \
      sizeof(Type),                   \
      sizeof((const Type[]) { __VA_ARGS__ }) / sizeof(Type) }
/* clang-format on */

typedef const char *HwName;
HW_TABLE_TYPE(HwNames, HwName);
#define HW_NAMES(...) HW_ROWS(HwName, __VA_ARGS__)

typedef struct HwDevice HwDevice;
typedef struct HwDeviceClass HwDeviceClass;
typedef struct HwHost HwHost;

/* ------------------------------------------------------------------ errors */

/*
 * The buffer in which a failing hook leaves one sentence: what is wrong, the value, the
 * expected value.  No trailing full stop or newline.  The caller owns the buffer;
 * hw_error_set() (hw-api/device/error.h) fills it.
 */
typedef struct HwError {
    char *text;
    uint32_t capacity; /* bytes at text, the terminating zero included */
    uint32_t reserved;
} HwError;

/* Declares an HwError with room for `size_` bytes, in C: HW_ERROR(error, 256); */
#define HW_ERROR(name_, size_) HwError name_ = { (char[size_]) { "" }, (size_), 0 }

/* ---------------------------------------------------------- the host's core */

typedef enum HwLogLevel {
    HW_LOG_ERROR = 0,
    HW_LOG_WARNING = 1,
    HW_LOG_INFO = 2,
    HW_LOG_GUEST_ERROR = 3, /* the guest broke the device's rules; off by default */
} HwLogLevel;

/*
 * The table that every host offers.  All other functions are in services (hw-api/ext/).
 * The table outlives each device.
 */
struct HwHost {
    HwAbi abi;
    const char *name; /* for messages: "outboard-system-x86_64 (pc)" */

    /*
     * The service with this id, "hw.NAME/REVISION" or a vendor's
     * "com.VENDOR.NAME/REVISION"; NULL if this host lacks it.
     * The answer is a struct with an HwAbi at its head, constant for the host's life.
     * Services that a class requires are never NULL.  [device lock & alive]
     */
    const void *(*query)(const HwHost *host, const char *service);

    /* Logs one line, given without a newline; the host adds the device's id in front of
     * it.  `level` is an HwLogLevel.  [any thread & alive] */
    void (*log)(HwDevice *dev, uint32_t level, const char *text);

    /*
     * Drives interrupt input `line` of the machine's main controller: an ISA
     * line on pc and q35, an SPI on virt.  A PCI function drives its own interrupts
     * (ext/draft/pci.h).  Calls that change nothing cost nothing.  If the machine lacks the
     * line, the host reports it once and ignores the calls.
     * [device lock & realized]
     */
    void (*irq_set)(HwDevice *dev, uint32_t line, bool level);
};

/*
 * The head of every instance: a model's struct has it as its first member.
 * The host fills it before it calls the first hook; the model only reads it.
 */
struct HwDevice {
    const HwHost *host;
    const HwDeviceClass *cls;
    const char *id;  /* the user's id=, else the class's name; for messages */
    void *host_data; /* the host's own */
    void *reserved[4];
};

#define HW_DEVICE(Type, dev) ((Type *)(dev))

/* HwHost.irq_set.  [device lock & realized] */
static inline void hw_irq_set(HwDevice *dev, uint32_t line, bool level)
{
    dev->host->irq_set(dev, line, level);
}

/* offsetof; the compiler refuses a member of another size. */
#define HW_MEMBER(Struct, member, Type)    \
    ((uint32_t)(offsetof(Struct, member) + \
                0 * sizeof(char[sizeof(((Struct *)0)->member) == sizeof(Type) ? 1 : -1])))

#ifdef __cplusplus
}
#endif

#endif
