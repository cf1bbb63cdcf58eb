/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw-api.h - what every device model includes.
 *
 * A plugin exports one data object, `hw_plugin`.  It lists device classes, and
 * each class describes a device by tables: regions, registers, properties and
 * state.  A host reads the tables before it runs any of the plugin's code, then
 * creates instances and calls the class's hooks.
 *
 * Rules that hold throughout (hw-api.rst has the reasons and the lifecycle):
 *
 * Threads   Every hook runs under the host's device lock, so hooks of one host
 *           never run at the same time.  Each function below says if it may be
 *           called from elsewhere.
 * Memory    An instance is `instance_size` zeroed bytes that the host owns.
 *           Neither side frees what the other allocated.
 * Places    A place in the instance, given to the host as an offset, has one use.  Few
 *           pairs of uses may share bytes: hw-api.rst has them.
 * Hooks     A hook is a function of the plugin or an import.
 * Units     Sizes and offsets are in bytes, times in nanoseconds.
 * Growth    A struct that starts with an HwAbi may grow at its end in a minor
 *           version; table entries carry their size.  Nothing else changes
 *           within a major version.
 *
 * Depends on the C library alone.  Compiles as C11 and as C++17.
 */
#ifndef HW_API_H
#define HW_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HW_ABI_MAJOR 1
#define HW_ABI_MINOR 0

/* Heads a struct that crosses the boundary: how large its author knew it. */
typedef struct HwAbi {
    uint32_t size;
    uint16_t major;
    uint16_t minor;
} HwAbi;

#define HW_ABI(Type) { (uint32_t)sizeof(Type), HW_ABI_MAJOR, HW_ABI_MINOR }

#define HW_BIT(n)          (UINT32_C(1) << (n))
#define HW_MASK(high, low) \
    ((UINT32_C(0xffffffff) >> (31 - (high))) & (UINT32_C(0xffffffff) << (low)))

/*
 * A table is an array, the size of one entry and their number, so that entries
 * can grow in a later minor version.
 *
 *     .registers = HW_TABLE(beacon_registers),
 *     .fields = HW_ROWS(HwStateField, HW_SAVED(Beacon, regs)),
 *
 * HW_ROWS is C: in C++ its array would be a temporary.
 */
#define HW_TABLE_TYPE(Name, Type) \
    typedef struct Name {         \
        const Type *entries;      \
        uint32_t stride;          \
        uint32_t count;           \
    } Name

#define HW_TABLE(array) { (array), sizeof((array)[0]), sizeof(array) / sizeof((array)[0]) }
#define HW_ROWS(Type, ...)           \
    { (const Type[]) { __VA_ARGS__ }, \
      sizeof(Type),                   \
      sizeof((const Type[]) { __VA_ARGS__ }) / sizeof(Type) }

typedef const char *HwName;
HW_TABLE_TYPE(HwNames, HwName);
#define HW_NAMES(...) HW_ROWS(HwName, __VA_ARGS__)

typedef struct HwDevice HwDevice;
typedef struct HwDeviceClass HwDeviceClass;
typedef struct HwHost HwHost;

/* ------------------------------------------------------------------ errors */

/*
 * Where a hook that can fail leaves one sentence: what is wrong, which value,
 * which was expected.  No trailing full stop or newline.  The caller owns the
 * buffer; hw_error_set() (hw-api/device/error.h) fills it.
 */
typedef struct HwError {
    char *text;
    uint32_t capacity;          /* bytes at text, the terminating zero included */
    uint32_t reserved;
} HwError;

/* Declares an HwError with room for `size_` bytes, in C: HW_ERROR(error, 256); */
#define HW_ERROR(name_, size_) HwError name_ = { (char[size_]) { "" }, (size_), 0 }

/* ---------------------------------------------------------- the host's core */

typedef enum HwLogLevel {
    HW_LOG_ERROR = 0,
    HW_LOG_WARNING = 1,
    HW_LOG_INFO = 2,
    HW_LOG_GUEST_ERROR = 3,     /* the guest broke the device's rules; off by default */
} HwLogLevel;

/*
 * The table that every host offers.  All else is a service (hw-api/ext/).
 * It outlives each device.
 */
struct HwHost {
    HwAbi abi;
    const char *name;           /* for messages: "outboard-system-x86_64 (pc)" */

    /*
     * The service with this id, "hw.NAME/REVISION" or a vendor's
     * "com.VENDOR.NAME/REVISION"; NULL where this host lacks it.
     * The answer is a struct headed by an HwAbi, constant for the host's life.
     * From realize on.  Services that a class requires are never NULL.
     */
    const void *(*query)(const HwHost *host, const char *service);

    /* Logs one line, given without a newline; the host puts the device's id before
     * it.  `level` is an HwLogLevel.  Any thread. */
    void (*log)(HwDevice *dev, uint32_t level, const char *text);

    /*
     * Drives interrupt input `line` of the machine's main controller: an ISA
     * line on pc and q35, an SPI on virt.  Calls that change nothing are free; a
     * line that the machine lacks is reported once and ignored.  From hooks and
     * callbacks after realize and before unrealize.
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
    const char *id;             /* the user's id=, else the class's name; for messages */
    void *host_data;            /* the host's own */
    void *reserved[4];
};

#define HW_DEVICE(Type, dev) ((Type *)(dev))

static inline void hw_irq_set(HwDevice *dev, uint32_t line, bool level)
{
    dev->host->irq_set(dev, line, level);
}

/* ---------------------------------------------------------------- registers */

/* A named run of bits, for traces, messages and --dump-plugin. */
typedef struct HwRegisterField {
    const char *name;
    uint8_t shift;              /* of its lowest bit, 0..31 */
    uint8_t width;              /* bits, 1..32 */
    uint16_t reserved;
} HwRegisterField;
HW_TABLE_TYPE(HwRegisterFields, HwRegisterField);

#define HW_FIELDS(...) HW_ROWS(HwRegisterField, __VA_ARGS__)

/*
 * One 32-bit little-endian register.  What no mask allows is reserved or
 * read-only: a one written there is dropped and logged as a guest error.
 *
 * The host splits or widens an access of any width and alignment into register
 * accesses, in ascending order.  A part of a register is accessed through its
 * byte lanes: lanes that are not written keep their bits and count as zero in
 * the `value` that `written` gets.
 */
typedef struct HwRegister {
    const char *name;
    uint32_t offset;            /* from the region's start; a multiple of 4 */
    uint32_t reset;             /* stored by the host before the reset hook */
    uint32_t rw;                /* bits that store what is written */
    uint32_t w1c;               /* bits that a written one clears */
    uint32_t write_only;        /* bits that act through `written`, never stored */

    /* What the guest sees, given what is stored; NULL: just that.  Must not change
     * state: `update` does not follow, and a ROM_DEVICE region's are called without a
     * guest that reads. */
    uint32_t (*read)(HwDevice *dev, uint32_t stored);

    /* After the masks were applied.  `value`: what was written, in place, with
     * reserved bits as the guest had them. */
    void (*written)(HwDevice *dev, uint32_t value);

    HwRegisterFields fields;
} HwRegister;
HW_TABLE_TYPE(HwRegisters, HwRegister);

/* ------------------------------------------------------------------ regions */

typedef enum HwRegionKind {
    HW_REGION_REGISTERS = 1,    /* a register table over words in the instance */
    HW_REGION_MMIO = 2,         /* callbacks */
    HW_REGION_RAM = 3,          /* plain memory: no access traps */
    HW_REGION_ROM_DEVICE = 4,   /* reads hit memory, writes trap */
} HwRegionKind;

typedef enum HwSpace {
    HW_SPACE_MEMORY = 0,
    HW_SPACE_IO = 1,            /* x86 ports */
    HW_SPACE_NONE = 2,          /* RAM that is mapped nowhere: for the device and streams alone */
} HwSpace;

/* A base address that the machine is to choose; see HwRegion.base. */
#define HW_ADDRESS_AUTO UINT64_MAX

/*
 * A range of the guest's address space.  Its address is the constant `offset`,
 * plus, if `base` is not 0, the uint64_t at that place in the instance.  If
 * that is HW_ADDRESS_AUTO, the machine finds room and stores the address there
 * before realize.  All regions that share a base move together, in one space.
 * Regions of an instance must not overlap.
 */
typedef struct HwRegion {
    const char *name;
    uint32_t kind;              /* HwRegionKind */
    uint32_t space;             /* HwSpace */
    uint64_t size;              /* 1 byte to 1 GiB; with `size_from` the largest */
    uint64_t offset;
    uint32_t base;              /* place of a uint64_t in the instance, or 0 */
    uint32_t enabled;           /* place of a bool in the instance, or 0: always there */

    /*
     * REGISTERS: register at offset o is word o / 4.  Offsets without a
     * register read the stored word and ignore writes.
     *
     * ROM_DEVICE may have them too, at its start, so that a guest's instructions
     * of any kind can read them: after each `update`, also of a class without that hook,
     * the host stores each word, as its `read` hook shapes it, little-endian in the memory.
     * Past the words, writes go to `write`, or to the memory if that is NULL.
     */
    uint32_t words;             /* place of uint32_t[word_count] in the instance */
    uint32_t word_count;
    HwRegisters registers;

    /*
     * MMIO (both) and ROM_DEVICE (write).  Both may change state.  `offset` is a
     * multiple of `size`, which is a power of two from access_min to access_max
     * (1, 2, 4 or 8; 0 means 1 and 4).  The host splits larger and unaligned accesses, and
     * widens narrower reads; a narrower write is widened with zeros.
     */
    uint64_t (*read)(HwDevice *dev, uint64_t offset, uint32_t size);
    void (*write)(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size);
    uint32_t access_min;
    uint32_t access_max;

    /* RAM and ROM_DEVICE: the block's name in a migration stream, where its
     * length is `size` rounded up to 4096.  NULL: not part of the state.
     * Zero when created; reset leaves it alone.  A class's later instances in a
     * machine have "NAME#n", n being their section's number, so NAME has no '#'. */
    const char *ram_block;

    uint32_t size_from;         /* place of a uint64_t in the instance that says the
                                 * size, at least that of the words, at most `size`;
                                 * or 0: `size` */
    uint32_t reserved;
} HwRegion;
HW_TABLE_TYPE(HwRegions, HwRegion);

/* --------------------------------------------------------------- properties */

typedef enum HwPropertyType {
    HW_PROPERTY_BOOL = 1,       /* bool; on/off, yes/no, true/false */
    HW_PROPERTY_U32 = 2,        /* uint32_t; decimal, 0x or 0 prefix */
    HW_PROPERTY_U64 = 3,        /* uint64_t; likewise */
    HW_PROPERTY_ADDRESS = 4,    /* uint64_t; likewise, or "auto": HW_ADDRESS_AUTO */
    HW_PROPERTY_STRING = 5,     /* const char *; the host's until unrealize; may be NULL */
    HW_PROPERTY_CHOICE = 6,     /* uint32_t; the number of one of `choices`, given by name */
} HwPropertyType;

/*
 * What a user may set with -device NAME,property=value, before realize.
 * The host stores the defaults, then the user's values, in the instance.
 */
typedef struct HwProperty {
    const char *name;
    uint32_t type;              /* HwPropertyType */
    uint32_t offset;            /* in the instance */
    uint64_t default_value;     /* BOOL: 0 or 1; CHOICE: the number of one; not for STRING */
    const char *default_string; /* STRING; NULL: not set */
    uint64_t minimum;           /* numbers: refused outside minimum..maximum, */
    uint64_t maximum;           /* 0 stands for the type's largest value */
    const char *description;    /* one line, for help */

    /*
     * At run time (QOM), between realize and unrealize; `set` comes with `get`.
     * get: the value as text, in the form that -device takes, cut to `capacity` bytes
     * with the terminating zero; NULL: as it was set.
     * set: takes a new value, or leaves all as it was and says why; NULL: fixed once
     * realized.  The host has checked the type and range and gives numbers in decimal,
     * addresses in hexadecimal with 0x, switches as on or off.  `text` is on loan: the
     * member at `offset` keeps the value from before realize, unless the hook stores to it.
     */
    void (*get)(HwDevice *dev, char *text, uint32_t capacity);
    bool (*set)(HwDevice *dev, const char *text, HwError *error);

    HwNames choices;            /* CHOICE: what there is, from number 0 on */
} HwProperty;
HW_TABLE_TYPE(HwProperties, HwProperty);

/* offsetof, refused by the compiler where the member has another size. */
#define HW_MEMBER(Struct, member, Type) \
    ((uint32_t)(offsetof(Struct, member) + \
                0 * sizeof(char[sizeof(((Struct *)0)->member) == sizeof(Type) ? 1 : -1])))

#define HW_PROP_BOOL(name_, Struct, member, default_, description_)                   \
    { .name = name_, .type = HW_PROPERTY_BOOL, .offset = HW_MEMBER(Struct, member, bool), \
      .default_value = default_, .description = description_ }
#define HW_PROP_U32(name_, Struct, member, default_, description_)                        \
    { .name = name_, .type = HW_PROPERTY_U32, .offset = HW_MEMBER(Struct, member, uint32_t), \
      .default_value = default_, .description = description_ }
#define HW_PROP_U64(name_, Struct, member, default_, description_)                        \
    { .name = name_, .type = HW_PROPERTY_U64, .offset = HW_MEMBER(Struct, member, uint64_t), \
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

/* -------------------------------------------------------------------- state */

typedef enum HwStateFieldType {
    HW_STATE_UINT = 1,          /* `count` unsigned integers of `size` bytes: 1, 2, 4, 8 */
    HW_STATE_BYTES = 2,         /* a uint32_t length, at most `count`, and behind it the bytes:
                                 * in the instance room for `count`, in a stream as many as the
                                 * length says; `size` is 1 */
} HwStateFieldType;

/* A member of the instance that travels in a migration stream, big-endian. */
typedef struct HwStateField {
    const char *name;
    uint32_t type;              /* HwStateFieldType */
    uint32_t offset;            /* in the instance */
    uint32_t size;              /* of one element */
    uint32_t count;
    uint32_t since;             /* absent from states of a lower version */
    uint32_t reserved;
} HwStateField;
HW_TABLE_TYPE(HwStateFields, HwStateField);

/*
 * The size of a member in bytes, or of the elements of an array, also of arrays (three
 * deep).  The compiler refuses all types but uint8_t, uint16_t, uint32_t and uint64_t.  A
 * stream may bring any bits, which a bool or a pointer can't take, and it has no signs.
 */
#ifdef __cplusplus
extern "C++" {
template <typename Type> struct HwSavedElement;     /* other types have none */
template <> struct HwSavedElement<uint8_t> { static constexpr uint32_t size = 1; };
template <> struct HwSavedElement<uint16_t> { static constexpr uint32_t size = 2; };
template <> struct HwSavedElement<uint32_t> { static constexpr uint32_t size = 4; };
template <> struct HwSavedElement<uint64_t> { static constexpr uint32_t size = 8; };
template <typename Type, size_t count>
struct HwSavedElement<Type[count]> : HwSavedElement<Type> {};
}
#define HW_SAVED_SIZE(Struct, member) (HwSavedElement<decltype(((Struct *)0)->member)>::size)
#else
/* An array's first element; anything else as it is.  An array is known by its value, a
 * pointer, which is of another type. */
#define HW_SAVED_FIRST(x)                                                                     \
    (*_Generic((const volatile __typeof__(x) *)0,                                             \
               const volatile __typeof__(((void)0, (x))) *: &(x), default: (x)))
#define HW_SAVED_SIZE(Struct, member)                                                         \
    _Generic(HW_SAVED_FIRST(HW_SAVED_FIRST(HW_SAVED_FIRST(((Struct *)0)->member))),           \
             uint8_t: 1, uint16_t: 2, uint32_t: 4, uint64_t: 8)
#endif

/*
 * A member that is an unsigned integer or an array of them.  The stream has it by its own
 * name; _SINCE: from a version of the state on; _AS: by another name.
 */
#define HW_SAVED(Struct, member) HW_SAVED_SINCE(Struct, member, 0)
#define HW_SAVED_SINCE(Struct, member, version) HW_SAVED_AS(#member, Struct, member, version)
#define HW_SAVED_AS(name_, Struct, member, since_)                                            \
    { name_, HW_STATE_UINT, (uint32_t)offsetof(Struct, member),                               \
      HW_SAVED_SIZE(Struct, member),                                                          \
      (uint32_t)(sizeof(((Struct *)0)->member) / HW_SAVED_SIZE(Struct, member)), since_, 0 }

/* A uint32_t and the uint8_t array behind it, as HW_STATE_BYTES.  The compiler refuses
 * other types, and members that don't follow each other. */
#define HW_SAVED_BYTES(name_, Struct, length, bytes)                                          \
    { name_, HW_STATE_BYTES,                                                                  \
      HW_MEMBER(Struct, length, char[HW_SAVED_SIZE(Struct, length) == 4 &&                    \
                                     HW_SAVED_SIZE(Struct, bytes) == 1 &&                     \
                                     offsetof(Struct, bytes) == offsetof(Struct, length) + 4  \
                                         ? 4 : 1]),                                           \
      1, (uint32_t)sizeof(((Struct *)0)->bytes), 0, 0 }

typedef struct HwState HwState;
HW_TABLE_TYPE(HwSubstates, HwState);

/*
 * What of an instance is saved, as QEMU's VMState sections have it: the fields
 * in order, then each subsection that is needed.  It has no HwAbi: the minor version
 * of the class that it belongs to tells its size.
 */
struct HwState {
    const char *name;           /* the section's, "tpm-crb"; a subsection's "tpm-crb/chunk" */
    uint32_t version;           /* at most 0x7fffffff */
    uint32_t minimum_version;   /* the oldest that loads */
    HwStateFields fields;
    HwSubstates subsections;    /* at most 64; the fields of one that doesn't come are
                                 * loaded as 0 */

    /* Makes the fields current and changes nothing else.  After `quiesce`, before they
     * are read. */
    void (*pre_save)(HwDevice *dev);

    /*
     * Called with the new fields in place; those of a later version than the stream's
     * are as they were.  Checks them: false refuses the stream, and the host puts the old
     * fields back.  May change fields too, but nothing else unless `load_undone` takes it
     * back, since another device can still refuse.  A subsection's hook comes before the
     * hook of the state that it is part of, and may look at the fields of both.
     */
    bool (*post_load)(HwDevice *dev, uint32_t version, HwError *error);

    /* Subsections: whether this one is sent, asked after the pre_save of what it is
     * part of.  NULL: always. */
    bool (*needed)(HwDevice *dev);
};

/*
 * Another layout of the same state, in which other programs' streams have it.  An
 * instance loads and saves in one layout only; see HwDeviceClass.layout_from.
 */
typedef struct HwLayout {
    const char *name;           /* "pc" */
    const HwState *state;       /* in place of the class's */
    HwNames ram_blocks;         /* by region, in place of HwRegion.ram_block; "": the
                                 * region's memory is not part of the state */
} HwLayout;
HW_TABLE_TYPE(HwLayouts, HwLayout);

/* ----------------------------------------------------- firmware's interfaces */

/* A file that firmware finds by name: hw-api/ext/fw-cfg.h. */
typedef struct HwFwCfgFile HwFwCfgFile;
HW_TABLE_TYPE(HwFwCfgFiles, HwFwCfgFile);

/* What a device adds to the ACPI tables: hw-api/ext/acpi.h. */
typedef struct HwAcpiBuild HwAcpiBuild;

/* ------------------------------------------------------------ device classes */

/*
 * Groups that a host knows the devices of, whatever their classes are called.  A device
 * in HW_GROUP_VMGENID has the property "guid", which says the GUID and sets it.
 */
#define HW_GROUP_TPM     "TPM"          /* QMP: query-tpm-models */
#define HW_GROUP_VMGENID "vmgenid"      /* QMP: query-vm-generation-id */

/*
 * A kind of device.  Lifecycle of an instance, all under the device lock:
 *
 *   created   zeroed, head filled, properties stored, auto addresses chosen,
 *             RAM-backed regions allocated
 *   realize   checks properties, finds services.  On false it has released what
 *             it took: no other hook is called
 *   mapped    regions answer the guest from here on
 *   reset     at least once before the first access; again at system reset.
 *             The host stores each register's reset value first
 *   ...       accesses, callbacks
 *   quiesce   the machine stops or is about to be saved: finish or drop what
 *             is in flight, so that nothing changes guest memory afterwards
 *   unrealize regions are unmapped already; release what realize took
 *
 *   load      post_load of the state's parts.  Once the whole stream is accepted: `loaded`.
 *             If it is refused elsewhere: `load_undone`
 *
 * `update` derives the outputs (interrupts) from the state.  The host calls it after
 * every hook and callback that may change the state.  Hooks: a guest's write, an MMIO
 * read, reset, quiesce, loaded, load_undone, a property's set, fw_cfg's hooks.  Callbacks:
 * timers, posted calls, work that has ended, commands that a TPM has completed.  Then the
 * host stores the words of ROM_DEVICE regions in their memory.  Outputs are never saved.
 * `update` sets outputs and changes nothing else.
 *
 * Derive in realize and post_load, act in reset and loaded.  Values that follow from
 * properties are there from realize on: reset does not make them again.
 *
 * Every hook may be NULL.  After realize a device never ends or blocks the
 * process, whatever a guest or a stream contains.
 */
struct HwDeviceClass {
    HwAbi abi;
    const char *name;           /* QEMU's where it has the device, "tpm-crb"; else with its
                                 * maker's domain, "com.acme.ring": hw-api.rst, "Names" */
    const char *description;    /* one line, for help */
    uint32_t instance_size;     /* of the model's struct; HwDevice comes first */
    uint32_t layout_from;       /* place of a uint32_t in the instance that says, from
                                 * before realize on: 0 for `state` and the regions' own
                                 * block names, n for layout n - 1; or 0: always those */
    const char *at_most_one;    /* a machine has at most one device of this
                                 * group, HW_GROUP_TPM; NULL: any number */
    HwNames services;           /* required: HW_GUEST_MEMORY; where the host lacks one,
                                 * devices of this class are refused before realize */
    HwRegions regions;
    HwProperties properties;
    const HwState *state;       /* NULL: nothing to save */

    bool (*realize)(HwDevice *dev, HwError *error);
    void (*unrealize)(HwDevice *dev);
    void (*reset)(HwDevice *dev);
    void (*update)(HwDevice *dev);
    void (*quiesce)(HwDevice *dev);

    /* The stream is accepted: all devices, RAM and TPMs have their state.  Exactly once
     * for each load that brought this device's state. */
    void (*loaded)(HwDevice *dev);

    /* The stream is refused after this device's post_load had accepted it.  The old fields
     * and RAM are back: takes back what post_load changed besides.  In place of `loaded`. */
    void (*load_undone)(HwDevice *dev);

    HwFwCfgFiles fw_cfg_files;  /* offered where the host has hw.fw-cfg/1 */

    /* Called where the host has hw.acpi/1, whenever it builds the tables: after the
     * devices are realized, and at each reset.  Describes, changes nothing. */
    void (*build_acpi)(HwDevice *dev, HwAcpiBuild *build);

    HwLayouts layouts;          /* other layouts of the state, see layout_from */
};

typedef const HwDeviceClass *HwDeviceClassRef;
HW_TABLE_TYPE(HwDeviceClasses, HwDeviceClassRef);

/* ------------------------------------------------------------------- plugins */

/*
 * A set of device classes.  The shared object exports exactly one symbol, the
 * data object `hw_plugin` of this type.  It and all it points to are constants that
 * the compiler has laid out: a host reads them from the file, and they never change.
 *
 *     HW_EXPORT extern const HwPlugin hw_plugin;
 *     const HwPlugin hw_plugin = { .abi = HW_ABI(HwPlugin), ... };
 */
typedef struct HwPlugin {
    HwAbi abi;
    const char *name;           /* "outboard-devices" */
    const char *version;        /* "1.0.0" */
    const char *licence;        /* an SPDX expression */
    const char *description;
    HwNames services;           /* without these a host does not load the set */
    HwDeviceClasses classes;
} HwPlugin;

#define HW_PLUGIN_SYMBOL "hw_plugin"

#if defined(__GNUC__)
#define HW_EXPORT __attribute__((visibility("default")))
#define HW_PRINTF(format_, first_) __attribute__((__format__(__printf__, format_, first_)))
#else
#define HW_EXPORT
#define HW_PRINTF(format_, first_)
#endif

#ifdef __cplusplus
}
#endif

#endif
