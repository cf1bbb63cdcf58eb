/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plugin with each kind of table entry.  meson.build makes variants of it, most
 * of them broken in one place, by defining one of the macros below.
 */
#include "hw-api/ext/fw-cfg.h"

#include <stdlib.h>
#include <unistd.h>

#ifndef PLUGIN_ABI
#define PLUGIN_ABI HW_ABI(HwPlugin)
#endif
#ifndef PLUGIN_NAME
#define PLUGIN_NAME "fixture"
#endif
#ifndef PLUGIN_SERVICES
/* clang-format off */
#define PLUGIN_SERVICES { 0 }
/* clang-format on */
#endif
#ifndef CLASSES
#define CLASSES HW_ROWS(HwDeviceClassRef, &lamp_class)
#endif
#ifndef CLASS_ABI
#define CLASS_ABI HW_ABI(HwDeviceClass)
#endif
#ifndef CLASS_NAME
#define CLASS_NAME "lamp"
#endif
#ifndef CLASS_GROUP
#define CLASS_GROUP "lamp"
#endif
#ifndef CLASS_SERVICES
#define CLASS_SERVICES HW_NAMES("hw.clock/1")
#endif
#ifndef CLASS_STATE
#define CLASS_STATE &lamp_state
#endif
#ifndef CLASS_REGISTERS
#define CLASS_REGISTERS HW_TABLE(lamp_registers)
#endif
#ifndef LABEL_NAME
#define LABEL_NAME "label"
#endif
#ifndef PORTS_SPACE
#define PORTS_SPACE HW_SPACE_IO
#endif
#ifndef PORTS_OFFSET
#define PORTS_OFFSET 0x500
#endif
#ifndef PORTS_READ
#define PORTS_READ lamp_read
#endif
#ifndef BUFFER_BLOCK
#define BUFFER_BLOCK "lamp-buffer"
#endif
#ifndef CLASS_FILES
#define CLASS_FILES HW_TABLE(lamp_files)
#endif
#ifndef ROM_OFFSET
#define ROM_OFFSET 0xfe000000
#endif
#ifndef ROM_BASE
#define ROM_BASE 0
#endif
#ifndef SERIAL_PLACE
#define SERIAL_PLACE serial
#endif
#ifndef SAVED_PLACE
#define SAVED_PLACE serial
#endif
#ifndef CLASS_REALIZE
#define CLASS_REALIZE NULL
#endif

#define WILD(Type) ((const Type *)(uintptr_t)0x10)

enum { POWER, COLOUR, REGISTERS };

typedef struct Lamp {
    HwDevice dev;
    uint32_t regs[REGISTERS];
    uint32_t watts;
    uint64_t base;
    uint64_t serial;
    const char *label;
    bool dimmable;
    uint8_t levels[6];
} Lamp;

/* A name that an initialiser can change. */
__attribute__((unused)) static char lamp_name[] = "lamp";

/* Sets an environment variable if any code of the plugin runs. */
#ifndef LAMP_LOADED
#define LAMP_LOADED setenv("OUTBOARD_FIXTURE_RAN", "1", 1)
#endif
#ifndef LAMP_IS_QUIET
__attribute__((constructor)) static void lamp_loaded(void)
{
    LAMP_LOADED;
}
#endif

#ifdef LAMP_IS_INDIRECT
static bool (*lamp_choose(void))(HwDevice *dev, HwError *error)
{
    return NULL;
}

bool lamp_chosen(HwDevice *dev, HwError *error) __attribute__((ifunc("lamp_choose")));
#endif

/* Each thread has its own; a read goes through __tls_get_addr or a descriptor. */
#ifdef LAMP_IS_THREAD_LOCAL
static _Thread_local uint64_t lamp_reads = 3;
#define LAMP_READS lamp_reads++
#else
#define LAMP_READS 0
#endif

bool lamp_not_there(HwDevice *dev, HwError *error);

static uint64_t lamp_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    (void)dev;
    return offset + size + 0 * LAMP_READS;
}

static void lamp_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)dev;
    (void)offset;
    (void)value;
    (void)size;
}

static void lamp_get(HwDevice *dev, char *text, uint32_t capacity)
{
    (void)dev;
    if (capacity) {
        *text = '\0';
    }
}

static bool lamp_set(HwDevice *dev, const char *text, HwError *error)
{
    (void)dev;
    (void)text;
    (void)error;
#ifdef LAMP_IMPORTS
    setenv("OUTBOARD_FIXTURE_RAN", text, 1);
#endif
    return true;
}

static const HwRegister lamp_registers[] = {
    { "POWER", 4 * POWER, .reset = 1, .rw = HW_BIT(0), .w1c = HW_BIT(1), .write_only = HW_BIT(2),
      .fields = HW_FIELDS({ "on", 0, 1 }, { "failed", 1, 1 }, { "blink", 2, 1 }) },
    { "COLOUR", 4 * COLOUR, .rw = HW_MASK(23, 0), .fields = HW_FIELDS({ "rgb", 0, 24 }) },
};

/* clang-format off */
static const HwState lamp_state = {
    .name = "lamp",
    .version = 2,
    .minimum_version = 1,
    .fields = HW_ROWS(HwStateField,
        HW_SAVED(Lamp, regs),
        { "serial", HW_STATE_UINT, offsetof(Lamp, SAVED_PLACE), 8, 1, .since = 2 }),
    .subsections = HW_ROWS(HwState,
        { .name = "lamp/levels", .version = 1, .minimum_version = 1,
          .fields = HW_ROWS(HwStateField, HW_SAVED(Lamp, levels)) }),
};
/* clang-format on */

static const HwState endless_state;
/* clang-format off */
static const HwState endless_state = {
    .name = "lamp", .version = 1, .minimum_version = 1,
    .subsections = { &endless_state, sizeof(HwState), 1 },
};

static const HwState endless_part;
static const HwStateField endless_part_fields[] = { HW_SAVED_PART("lamp", &endless_part) };
static const HwState endless_part = { .name = "lamp", .fields = HW_TABLE(endless_part_fields) };
/* clang-format on */

static const HwFwCfgFile lamp_files[] = {
    HW_FW_CFG_FILE("etc/lamp-levels", Lamp, levels, HW_FW_CFG_GUEST_WRITABLE),
    { "etc/lamp-log", .size = 0x10000, .enabled = offsetof(Lamp, dimmable) },
};

/* clang-format off */
#define FILES(n) { "f" n "0", .size = 1 }, { "f" n "1", .size = 1 }, { "f" n "2", .size = 1 }, \
                 { "f" n "3", .size = 1 }, { "f" n "4", .size = 1 }, { "f" n "5", .size = 1 }
/* clang-format on */
static const HwFwCfgFile many_files[] = {
    FILES("0"), FILES("1"), FILES("2"), FILES("3"), FILES("4"), FILES("5"), FILES("6"),
};

/* clang-format off */
static const HwDeviceClass lamp_class = {
    .abi = CLASS_ABI,
    .name = CLASS_NAME,
    .description = "a lamp",
    .instance_size = sizeof(Lamp),
    .at_most_one = CLASS_GROUP,
    .services = CLASS_SERVICES,
    .regions = HW_ROWS(HwRegion,
        { "registers", HW_REGION_REGISTERS, .size = 0x100, .base = offsetof(Lamp, base),
          .words = offsetof(Lamp, regs), .word_count = REGISTERS, .registers = CLASS_REGISTERS },
        { "ports", HW_REGION_MMIO, PORTS_SPACE, 4, PORTS_OFFSET, .read = PORTS_READ,
          .write = lamp_write,
          .access_min = 1, .access_max = 2 },
        { "buffer", HW_REGION_RAM, .size = 0x1000, .offset = 0x1000, .base = offsetof(Lamp, base),
          .enabled = offsetof(Lamp, dimmable), .ram_block = BUFFER_BLOCK },
        { "rom", HW_REGION_ROM_DEVICE, .size = 0x2000, .offset = ROM_OFFSET, .base = ROM_BASE,
          .write = lamp_write }),
    .properties = HW_ROWS(HwProperty,
        HW_PROP_BOOL("dimmable", Lamp, dimmable, true, "whether it dims"),
        { "watts", HW_PROPERTY_U32, offsetof(Lamp, watts), .default_value = 40, .minimum = 1,
          .maximum = 100, .description = "power", .get = lamp_get, .set = lamp_set },
        { "serial", HW_PROPERTY_U64, offsetof(Lamp, SERIAL_PLACE), .default_value = 7,
          .description = "serial number" },
        HW_PROP_ADDRESS("addr", Lamp, base, HW_ADDRESS_AUTO, "address"),
        HW_PROP_STRING(LABEL_NAME, Lamp, label, "none", "text on it")),
    .fw_cfg_files = CLASS_FILES,
    .state = CLASS_STATE,
    .realize = CLASS_REALIZE,
};
/* clang-format on */

#ifdef PLUGIN_IS_FUNCTION
HW_EXPORT void hw_plugin(void);
void hw_plugin(void)
{
}
#define hw_plugin lamp_plugin
#endif
#ifdef PLUGIN_IS_MISSING
HW_EXPORT extern const int something_else;
const int something_else = 1;
#define hw_plugin lamp_plugin
#endif

HW_EXPORT extern const HwPlugin hw_plugin;
const HwPlugin hw_plugin = {
    .abi = PLUGIN_ABI,
    .name = PLUGIN_NAME,
    .version = "1.2.3",
    .licence = "GPL-2.0-or-later",
    .description = "lamps",
    .services = PLUGIN_SERVICES,
    .classes = CLASSES,
};

/* Symbols enough for a hash table of many buckets. */
#ifdef LAMP_EXPORTS
#define LAMP_ROOM(name)            \
    HW_EXPORT extern uint8_t name; \
    uint8_t name;
#define LAMP_ROOMS(name)     \
    LAMP_ROOM(name##_cellar) \
    LAMP_ROOM(name##_hall) LAMP_ROOM(name##_kitchen) LAMP_ROOM(name##_attic)
LAMP_ROOMS(first_house)
LAMP_ROOMS(second_house)
LAMP_ROOMS(another_house)
LAMP_ROOMS(a_house_at_the_end_of_the_street)
#endif
