/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw-api.h - the header that every device model includes.
 *
 * A plugin exports one data object, `hw_plugin`.  It lists device classes, and
 * each class describes a device by tables: regions, registers, properties and
 * state.  A host reads the tables before it runs any of the plugin's code, then
 * creates instances and calls the class's hooks.
 *
 * Rules that hold throughout (hw-api.rst has the reasons and the lifecycle):
 *
 * Threads   Every hook runs under the host's device lock, so hooks of one host
 *           never run at the same time.
 * Contracts The comment of each hook and each function ends in a tag, [THREAD & PHASE].
 *           A hook's tag says when the host calls it, a function's when a device may.
 *           device lock  in hooks and callbacks, which have the lock
 *           any thread   in other threads too
 *           created      before realize
 *           realize      in realize
 *           realized     after realize has succeeded, and before unrealize
 *           reset        in reset
 *           build_acpi   in build_acpi
 *           unrealize    in unrealize, and in realize where it fails
 *           alive        from realize to unrealize, both included
 * Memory    An instance is `instance_size` zeroed bytes that the host owns.
 *           Neither side frees what the other allocated.
 * Places    A place in the instance, given to the host as an offset, has one use.  Few
 *           pairs of uses may share bytes: hw-api.rst lists them.
 * Hooks     A hook is a function of the plugin or an imported function.
 * Units     Sizes and offsets are in bytes, times in nanoseconds.
 * Growth    A struct that starts with an HwAbi may grow at its end in a minor
 *           version; table entries carry their size.  Nothing else changes
 *           within a major version.
 *
 * Depends on the C library alone.  Compiles as C11 and as C++17.
 */
#ifndef HW_API_H
#define HW_API_H

#include "hw-api/base.h"
#include "hw-api/state.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---------------------------------------------------------------- registers */

/* A named run of bits, for traces, messages and --dump-plugin. */
typedef struct HwRegisterField {
    const char *name;
    uint8_t shift; /* number of the lowest bit, 0..31 */
    uint8_t width; /* bits, 1..32 */
    uint16_t reserved;
} HwRegisterField;
HW_TABLE_TYPE(HwRegisterFields, HwRegisterField);

#define HW_FIELDS(...) HW_ROWS(HwRegisterField, __VA_ARGS__)

/*
 * One 32-bit little-endian register.  Bits that no mask allows are reserved or
 * read-only: the host drops a one written there and logs a guest error.
 *
 * The host splits or widens an access of any width and alignment into register
 * accesses, in ascending order.  Byte lanes select a part of a register.  Lanes that
 * are not written keep their bits, and are zero in the `value` of `written`.
 */
typedef struct HwRegister {
    const char *name;
    uint32_t offset;     /* from the region's start; a multiple of 4 */
    uint32_t reset;      /* the host stores it before the reset hook */
    uint32_t rw;         /* bits that store the written value */
    uint32_t w1c;        /* bits that a written one clears */
    uint32_t write_only; /* bits that act through `written`, never stored */

    /* The widths of accesses that reach the register: 1, 2, 4 or 8 bytes, access_min to
     * access_max; 0: 1 and 8.  Other accesses find no register here.  An access of 8 bytes has
     * two registers.  The host splits an unaligned access into aligned ones first.  Only in
     * regions of kind REGISTERS. */
    uint8_t access_min;
    uint8_t access_max;
    uint16_t reserved;

    /* Returns the value that the guest sees; NULL: the stored value.  Must not change state:
     * `update` does not follow.  In a ROM_DEVICE region the host calls it also when no guest
     * reads.  [device lock & realized] */
    uint32_t (*read)(HwDevice *dev, uint32_t stored);

    /* Called after the masks were applied.  `value`: the written bits at their places in the
     * register, reserved bits included.  [device lock & realized] */
    void (*written)(HwDevice *dev, uint32_t value);

    HwRegisterFields fields;
} HwRegister;
HW_TABLE_TYPE(HwRegisters, HwRegister);

/* ------------------------------------------------------------------ regions */

typedef enum HwRegionKind {
    HW_REGION_REGISTERS = 1,  /* a register table over words in the instance */
    HW_REGION_MMIO = 2,       /* callbacks */
    HW_REGION_RAM = 3,        /* plain memory: no access traps */
    HW_REGION_ROM_DEVICE = 4, /* reads are from memory, writes trap */
} HwRegionKind;

typedef enum HwRegionFlags {
    /* REGISTERS: reads that find no register return ones, also past the words. */
    HW_REGION_ONES = 1 << 0,
} HwRegionFlags;

typedef enum HwSpace {
    HW_SPACE_MEMORY = 0,
    HW_SPACE_IO = 1,   /* x86 ports */
    HW_SPACE_NONE = 2, /* RAM that is not mapped: only for the device and streams.  Or the
                        * registers of an I2C target: ext/draft/i2c.h */
    HW_SPACE_BAR = 3,  /* a part of a PCI function's BAR, from `offset` on: ext/draft/pci.h */
} HwSpace;

/* A base address that the machine chooses; see HwRegion.base. */
#define HW_ADDRESS_AUTO UINT64_MAX

/*
 * A range of the guest's address space.  Its address is the constant `offset`.  If
 * `base` is not 0, the uint64_t at that place in the instance is added.  If that
 * uint64_t is HW_ADDRESS_AUTO, the machine finds room and stores the address there
 * before realize.  All regions that share a base move together, in one space.
 * Regions of an instance must not overlap.
 */
typedef struct HwRegion {
    const char *name;
    uint32_t kind;  /* HwRegionKind */
    uint32_t space; /* HwSpace */
    uint64_t size;  /* 1 byte to 1 GiB; with `size_from` the maximum */
    uint64_t offset;
    uint32_t base;    /* place of a uint64_t in the instance, or 0 */
    uint32_t enabled; /* place of a bool in the instance, or 0: always there */

    /*
     * REGISTERS: the register at offset o is word o / 4.  An offset without a register reads the
     * stored word and ignores writes.  `access_min`: narrower accesses read zero and write
     * nothing.  `write`, if not NULL, gets each aligned access that has reached a register.  It
     * gets it as a whole, after the masks and `written`: for registers of 8 bytes.
     *
     * ROM_DEVICE may have registers too, at its start.  Guest instructions of any kind can
     * then read them.  After each `update` the host stores each word in the memory,
     * little-endian, after its `read` hook; also if the class has no `update`.
     * Past the words, writes go to `write`, or to the memory if `write` is NULL.
     */
    uint32_t words; /* place of uint32_t[word_count] in the instance */
    uint32_t word_count;
    HwRegisters registers;

    /*
     * MMIO (both), ROM_DEVICE and REGISTERS (write).  Both may change state.  `offset` is a
     * multiple of `size`.  In MMIO and ROM_DEVICE, `size` is a power of two from access_min to
     * access_max (1, 2, 4 or 8; 0 means 1 and 4).  The host splits larger and unaligned accesses,
     * and widens narrower reads.  It widens a narrower write with zeros.  [device lock & realized]
     */
    uint64_t (*read)(HwDevice *dev, uint64_t offset, uint32_t size);
    /* [device lock & realized] */
    void (*write)(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size);
    uint32_t access_min;
    uint32_t access_max;

    /* RAM and ROM_DEVICE: the block's name in a migration stream; NULL: the memory is not
     * part of the state.  The block's length is `size` rounded up to 4096.  The memory is
     * zero when created; reset leaves it unchanged.  A class's second and later instances
     * have "NAME#n", with the number n of their section, so NAME has no '#'. */
    const char *ram_block;

    uint32_t size_from; /* place of a uint64_t in the instance with the size, from
                         * the size of the words to `size`; or 0: always `size` */
    uint32_t bar;       /* HW_SPACE_BAR: the number of the BAR, 0 to 5; else 0 */
    uint32_t flags;     /* HwRegionFlags */
    uint32_t reserved;

    /* Names the place at an offset that no register has, for traces and crash reports.  Returns a
     * constant text, or NULL.  `place_name` may be NULL.  [any thread & alive] */
    const char *(*place_name)(uint64_t offset);
} HwRegion;
HW_TABLE_TYPE(HwRegions, HwRegion);

/* --------------------------------------------------------------- properties */

typedef enum HwPropertyType {
    HW_PROPERTY_BOOL = 1,    /* bool; on/off, yes/no, true/false */
    HW_PROPERTY_U32 = 2,     /* uint32_t; decimal, 0x or 0 prefix */
    HW_PROPERTY_U64 = 3,     /* uint64_t; likewise */
    HW_PROPERTY_ADDRESS = 4, /* uint64_t; likewise, or "auto": HW_ADDRESS_AUTO */
    HW_PROPERTY_STRING = 5,  /* const char *; the host owns it until unrealize; may be NULL */
    HW_PROPERTY_CHOICE = 6,  /* uint32_t; index of a name in `choices` */
    HW_PROPERTY_SIZE = 7,    /* uint64_t, bytes; a number in decimal, maybe with a fraction, and a
                              * suffix B, K, M, G, T, P or E; or hexadecimal with 0x */
} HwPropertyType;

/*
 * A value that a user may set with -device NAME,property=value, before realize.
 * The host stores the defaults, then the user's values, in the instance.
 */
typedef struct HwProperty {
    const char *name;
    uint32_t type;              /* HwPropertyType */
    uint32_t offset;            /* in the instance */
    uint64_t default_value;     /* BOOL: 0 or 1; CHOICE: an index; not for STRING */
    const char *default_string; /* STRING; NULL: not set */
    uint64_t minimum;           /* numbers: the host refuses values outside minimum..maximum */
    uint64_t maximum;           /* 0: the type's largest value */
    const char *description;    /* one line, for help */

    /*
     * For run time (QOM).  `set` needs a `get`.
     * get: writes the value as text, in the form that -device takes.  The text has at most
     * `capacity` bytes with the terminating zero.  NULL: the value that was set.
     * set: takes a new value; or changes nothing, and says why.  NULL: the value is fixed
     * once realized.  The host has checked type and range.  `text` has numbers in decimal,
     * addresses in hexadecimal with 0x, switches as on or off, and is valid during the call.
     * The member at `offset` keeps the value from before realize, unless the hook stores it.
     * [device lock & realized]
     */
    void (*get)(HwDevice *dev, char *text, uint32_t capacity);
    /* [device lock & realized] */
    bool (*set)(HwDevice *dev, const char *text, HwError *error);

    HwNames choices; /* CHOICE: the names, from index 0 on */
} HwProperty;
HW_TABLE_TYPE(HwProperties, HwProperty);

/* clang-format off */
#define HW_PROP_BOOL(name_, Struct, member, default_, description_)                   \
    { .name = name_, .type = HW_PROPERTY_BOOL, .offset = HW_MEMBER(Struct, member, bool), \
      .default_value = default_, .description = description_ }
#define HW_PROP_U32(name_, Struct, member, default_, description_)                        \
    { .name = name_, .type = HW_PROPERTY_U32, .offset = HW_MEMBER(Struct, member, uint32_t), \
      .default_value = default_, .description = description_ }
#define HW_PROP_U64(name_, Struct, member, default_, description_)                        \
    { .name = name_, .type = HW_PROPERTY_U64, .offset = HW_MEMBER(Struct, member, uint64_t), \
      .default_value = default_, .description = description_ }
#define HW_PROP_SIZE(name_, Struct, member, default_, description_)                        \
    { .name = name_, .type = HW_PROPERTY_SIZE, .offset = HW_MEMBER(Struct, member, uint64_t), \
      .default_value = default_, .description = description_ }
#define HW_PROP_ADDRESS(name_, Struct, member, default_, description_)                        \
    { .name = name_, .type = HW_PROPERTY_ADDRESS, .offset = HW_MEMBER(Struct, member, uint64_t), \
      .default_value = default_, .description = description_ }
#define HW_PROP_STRING(name_, Struct, member, default_, description_) \
    { .name = name_, .type = HW_PROPERTY_STRING,                      \
      .offset = HW_MEMBER(Struct, member, const char *),              \
      .default_string = default_, .description = description_ }
/* The first choice is the default. */
#define HW_PROP_CHOICE(name_, Struct, member, choices_, description_)                         \
    { .name = name_, .type = HW_PROPERTY_CHOICE, .offset = HW_MEMBER(Struct, member, uint32_t), \
      .description = description_, .choices = HW_TABLE(choices_) }
/* clang-format on */

/* ----------------------------------------------------- firmware's interfaces */

/* A file that firmware finds by name: hw-api/ext/fw-cfg.h. */
typedef struct HwFwCfgFile HwFwCfgFile;
HW_TABLE_TYPE(HwFwCfgFiles, HwFwCfgFile);

/* A device's part of the ACPI tables: hw-api/ext/acpi.h. */
typedef struct HwAcpiBuild HwAcpiBuild;

/* A PCI function: hw-api/ext/draft/pci.h. */
typedef struct HwPciFunction HwPciFunction;

/* A device's lines: hw-api/ext/draft/gpio.h. */
typedef struct HwGpioLines HwGpioLines;

/* A target on an I2C bus: hw-api/ext/draft/i2c.h. */
typedef struct HwI2cTarget HwI2cTarget;

/* ------------------------------------------------------------ device classes */

/*
 * Groups by which a host knows devices, whatever the names of their classes.  A device
 * in HW_GROUP_VMGENID has the property "guid", which gets and sets the GUID.
 */
#define HW_GROUP_TPM     "TPM"     /* QMP: query-tpm-models */
#define HW_GROUP_VMGENID "vmgenid" /* QMP: query-vm-generation-id */

typedef enum HwClassFlags {
    /*
     * All state is in the instance's bytes, in the memory of its regions, and in the host's
     * services, such as timers.  Pointers in the instance, those to timers too, are set in realize
     * and stay valid until unrealize.  So a host may copy the bytes, and copy them back later.
     */
    HW_CLASS_FLAT = 1 << 0,
} HwClassFlags;

/*
 * A kind of device.  Lifecycle of an instance, all under the device lock:
 *
 *   created   zeroed, head filled, properties stored, auto addresses chosen,
 *             RAM-backed regions allocated
 *   realize   checks properties, finds services.  If it returns false it has released
 *             all that it took: no other hook is called
 *   mapped    regions answer the guest from here on
 *   reset     at least once before the first access; again at system reset.
 *             The host stores each register's reset value first
 *   ...       accesses, callbacks
 *   quiesce   the machine stops or is about to be saved: finish or drop work in
 *             flight, so that nothing changes guest memory afterwards
 *   unrealize regions are unmapped already; release all that realize took
 *
 *   load      post_load of the state's parts.  Then `loaded`, once the whole stream is
 *             accepted; or `load_undone`, if another device refuses the stream
 *
 * `update` derives the outputs (interrupts) from the state.  The host calls it after
 * every hook and callback that may change the state.  Hooks: a guest's write, an MMIO
 * read, reset, quiesce, loaded, load_undone, a property's set, fw_cfg's hooks.  Callbacks:
 * timers, posted calls, work that has ended, commands that a TPM has completed.  Then the
 * host stores the words of ROM_DEVICE regions in their memory.  Outputs are never saved.
 * `update` sets outputs and changes nothing else.
 *
 * Derive in realize and post_load, act in reset and loaded.  Values that follow from
 * properties are computed in realize; reset does not compute them again.
 *
 * Every hook may be NULL.  After realize a device never ends or blocks the
 * process, whatever a guest or a stream contains.
 */
struct HwDeviceClass {
    HwAbi abi;
    const char *name;        /* QEMU's name if QEMU has the device, "tpm-crb"; else with
                              * its maker's domain, "com.acme.ring": hw-api.rst, "Names" */
    const char *description; /* one line, for help */
    uint32_t instance_size;  /* size of the model's struct; HwDevice comes first */
    uint32_t layout_from;    /* place of a uint32_t in the instance that selects the
                              * layout before realize: 0 = `state` and the regions' own
                              * block names, n = layouts[n - 1].  0 here = no such
                              * member: always `state` */
    const char *at_most_one; /* a machine has at most one device of this
                              * group, HW_GROUP_TPM; NULL: any number */
    HwNames services;        /* required, such as HW_GUEST_MEMORY; if the host lacks
                              * a service, it refuses devices of this class before
                              * realize */
    HwRegions regions;
    HwProperties properties;
    const HwState *state; /* NULL: nothing to save */

    bool (*realize)(HwDevice *dev, HwError *error); /* [device lock & created] */
    void (*unrealize)(HwDevice *dev);               /* [device lock & realized] */
    void (*reset)(HwDevice *dev);                   /* [device lock & realized] */
    void (*update)(HwDevice *dev);                  /* [device lock & realized] */
    void (*quiesce)(HwDevice *dev);                 /* [device lock & realized] */

    /* The stream is accepted: all devices, RAM and TPMs have their state.  Exactly once
     * for each load that brought this device's state.  [device lock & realized] */
    void (*loaded)(HwDevice *dev);

    /* The stream is refused after this device's post_load had accepted it.  The old fields
     * and RAM are back.  Restores all else that post_load changed.  Called instead of `loaded`.
     * [device lock & realized] */
    void (*load_undone)(HwDevice *dev);

    HwFwCfgFiles fw_cfg_files; /* offered if the host has hw.fw-cfg/1 */

    /* Called whenever a host with hw.acpi/1 builds the tables: after the devices are
     * realized, and again after a reset.  A host may wait until the guest asks for the tables.
     * Describes the device's part, and changes nothing.
     * [device lock & realized] */
    void (*build_acpi)(HwDevice *dev, HwAcpiBuild *build);

    HwLayouts layouts; /* other layouts of the state, see layout_from */

    const HwPciFunction *pci; /* the device is a PCI function; NULL: it is not */
    const HwGpioLines *gpio;  /* the device has lines; NULL: none */
    const HwI2cTarget *i2c;   /* the device is a target on an I2C bus; NULL: it is not */

    uint32_t flags; /* HwClassFlags; a host ignores those that it does not know */
    uint32_t reserved;

    /* State that a stream must not have, but a copy in the same process needs.  A host may
     * exchange the code of a running device (hot reload).  It stores these fields after those of
     * the state.  Then it calls the post_load of `live` instead of `loaded`, since nothing was
     * loaded for the guest.  NULL: none, and the host calls `loaded`. */
    const HwState *live;
};

typedef const HwDeviceClass *HwDeviceClassRef;
HW_TABLE_TYPE(HwDeviceClasses, HwDeviceClassRef);

/* ------------------------------------------------------------------- plugins */

/*
 * A plugin's device classes.  The shared object exports exactly one symbol, the data
 * object `hw_plugin` of this type.  The object and all it points to are constants that
 * the compiler has laid out.  A host reads them from the file, and they never change.
 *
 *     HW_EXPORT extern const HwPlugin hw_plugin;
 *     const HwPlugin hw_plugin = { .abi = HW_ABI(HwPlugin), ... };
 */
typedef struct HwPlugin {
    HwAbi abi;
    const char *name;    /* "outboard-devices" */
    const char *version; /* "1.0.0" */
    const char *licence; /* an SPDX expression */
    const char *description;
    HwNames services; /* a host without these does not load the plugin */
    HwDeviceClasses classes;
} HwPlugin;

#define HW_PLUGIN_SYMBOL "hw_plugin"

#if defined(__GNUC__)
#define HW_EXPORT                  __attribute__((visibility("default")))
#define HW_PRINTF(format_, first_) __attribute__((__format__(__printf__, format_, first_)))
#else
#define HW_EXPORT
#define HW_PRINTF(format_, first_)
#endif

#ifdef __cplusplus
}
#endif

#endif
