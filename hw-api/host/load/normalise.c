/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/load/normalise.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/ext/draft/gpio.h"
#include "hw-api/ext/draft/i2c.h"
#include "hw-api/ext/draft/pci.h"
#include "hw-api/ext/fw-cfg.h"

#define TABLES_MAX  (16u << 20) /* bytes for all tables of a plugin */
#define ENTRIES_MAX 4096u       /* in one table */
#define STRIDE_MAX  4096u
#define NESTED_MAX  4u /* states within a state */

/* A struct of the ABI: its size today, in ABI 1.0, and the strings in it. */
typedef struct StructType {
    const char *name; /* an entry's kind, in messages */
    uint16_t size;
    uint16_t size_1_0;
    struct {
        const char *name;
        uint16_t offset;
    } strings[4];
} StructType;

/* clang-format off */
static const StructType plugin_type = {
    "plugin", sizeof(HwPlugin), 72,
    { { "name", offsetof(HwPlugin, name) },
      { "version", offsetof(HwPlugin, version) },
      { "licence", offsetof(HwPlugin, licence) },
      { "description", offsetof(HwPlugin, description) } },
};
static const StructType class_type = {
    "class", sizeof(HwDeviceClass), 136,
    { { "name", offsetof(HwDeviceClass, name) },
      { "description", offsetof(HwDeviceClass, description) },
      { "at_most_one", offsetof(HwDeviceClass, at_most_one) } },
};
/* clang-format on */
static const StructType class_ref_type = { "class", sizeof(HwDeviceClassRef), 8, { { NULL, 0 } } };
static const StructType service_type = { "service", sizeof(HwName), 8, { { "name", 0 } } };
/* clang-format off */
static const StructType region_type = {
    "region", sizeof(HwRegion), 104,
    { { "name", offsetof(HwRegion, name) }, { "ram_block", offsetof(HwRegion, ram_block) } },
};
static const StructType register_type = {
    "register", sizeof(HwRegister), 64, { { "name", offsetof(HwRegister, name) } },
};
static const StructType field_type = {
    "field", sizeof(HwRegisterField), 16, { { "name", offsetof(HwRegisterField, name) } },
};
static const StructType property_type = {
    "property", sizeof(HwProperty), 56,
    { { "name", offsetof(HwProperty, name) },
      { "default_string", offsetof(HwProperty, default_string) },
      { "description", offsetof(HwProperty, description) } },
};
static const StructType fw_cfg_file_type = {
    "fw_cfg file", sizeof(HwFwCfgFile), 40, { { "name", offsetof(HwFwCfgFile, name) } },
};
static const StructType state_type = {
    "state", sizeof(HwState), 72, { { "name", offsetof(HwState, name) } },
};
static const StructType layout_type = {
    "layout", sizeof(HwLayout), 32, { { "name", offsetof(HwLayout, name) } },
};
/* clang-format on */
static const StructType name_type = { "name", sizeof(HwName), 8, { { "name", 0 } } };
/* clang-format off */
static const StructType state_field_type = {
    "state field", sizeof(HwStateField), 32, { { "name", offsetof(HwStateField, name) } },
};
/* clang-format on */
static const StructType function_type = {
    "PCI function",
    sizeof(HwPciFunction),
    56,
    { { NULL, 0 } },
};
/* clang-format off */
static const StructType lines_type = {
    "GPIO", sizeof(HwGpioLines), 32,
    { { "inputs", offsetof(HwGpioLines, inputs) }, { "outputs", offsetof(HwGpioLines, outputs) } },
};
/* clang-format on */
static const StructType target_type = { "I2C target", sizeof(HwI2cTarget), 48, { { NULL, 0 } } };
static const StructType bar_type = { "BAR", sizeof(HwPciBar), 16, { { NULL, 0 } } };
/* clang-format off */
static const StructType capability_type = {
    "capability", sizeof(HwPciCapability), 40, { { "name", offsetof(HwPciCapability, name) } },
};
/* clang-format on */

/* Tables are many and small, so they share blocks. */
#define BLOCK_SIZE 16384u

struct HwBlock {
    HwBlock *next;
    uint64_t left; /* bytes at its end that no table has; always a multiple of 16 */
};

typedef struct Reader {
    HwTables *tables;
    const HwImage *image;
    HwError *error;
    bool is_known; /* each pointer was checked before, in the inspected file */
} Reader;

/* A block with room for `size` bytes, which are zero; NULL without memory. */
static HwBlock *block_with_room(HwTables *tables, uint64_t size)
{
    HwBlock *block = tables->blocks;
    uint64_t capacity = size > BLOCK_SIZE ? size : BLOCK_SIZE;

    if (block && block->left >= size) {
        return block;
    }
    block = calloc(1, sizeof(*block) + capacity);
    if (block) {
        *block = (HwBlock) { tables->blocks, capacity };
        tables->blocks = block;
    }
    return block;
}

/* Returns zeroed memory that is freed with the tables. */
static void *reader_allocate(Reader *r, const HwPlace *place, uint64_t size)
{
    uint64_t aligned = (size + 15) & ~UINT64_C(15);
    HwBlock *block;

    if (size > r->tables->room) {
        hw_refuse(place, r->error, "makes the tables too large, expected at most %u bytes in all",
                  TABLES_MAX);
        return NULL;
    }
    block = block_with_room(r->tables, aligned);
    if (!block) {
        hw_refuse(place, r->error, "can't be read: %s", strerror(ENOMEM));
        return NULL;
    }
    r->tables->room -= size;
    block->left -= aligned;
    return (uint8_t *)(block + 1) + block->left;
}

static bool reader_spans(Reader *r, const HwPlace *place, const void *p, uint64_t size)
{
    return r->is_known || hw_image_contains(r->image, p, size) ||
           hw_refuse(place, r->error, "points to 0x%llx bytes outside of the file's data",
                     (unsigned long long)size);
}

/* `to` must be zeroed. */
static bool reader_copy(Reader *r, const HwPlace *place, const StructType *type, void *to,
                        const void *from, uint64_t size)
{
    memcpy(to, from, size < type->size ? size : type->size);
    for (uint32_t i = 0; !r->is_known && i < 4 && type->strings[i].name; i++) {
        const char *string;

        memcpy(&string, (char *)to + type->strings[i].offset, sizeof(string));
        if (string && !hw_image_has_string(r->image, string)) {
            return hw_refuse(place, r->error,
                             "%s is not a string in the file's data, expected "
                             "less than %u bytes",
                             type->strings[i].name, HW_IMAGE_STRING_MAX);
        }
    }
    return true;
}

/* A struct that starts with an HwAbi. */
static bool reader_copy_versioned(Reader *r, const HwPlace *place, const StructType *type, void *to,
                                  const void *from)
{
    HwAbi abi;

    if (!reader_spans(r, place, from, sizeof(abi))) {
        return false;
    }
    memcpy(&abi, from, sizeof(abi));
    if (abi.major != HW_ABI_MAJOR) {
        return hw_refuse(place, r->error, "has ABI major version %u, this host has %u", abi.major,
                         HW_ABI_MAJOR);
    }
    if (abi.size < type->size_1_0) {
        return hw_refuse(place, r->error, "ABI size is %u, expected at least %u", abi.size,
                         type->size_1_0);
    }
    return reader_spans(r, place, from, abi.size) &&
           reader_copy(r, place, type, to, from, abi.size);
}

/* Returns the table in the host's layout, also for an empty table; NULL with a sentence on
 * failure. */
static void *reader_table(Reader *r, const HwPlace *place, const StructType *type,
                          const void *entries, uint32_t stride, uint32_t count)
{
    static HwBlock empty;
    HwPlace table = { place, type->name, NULL, 0 };
    uint8_t *copy;

    if (count == 0) {
        return &empty;
    }
    if (count > ENTRIES_MAX) {
        hw_refuse(place, r->error, "has %u entries in its table of type %s, expected at most %u",
                  count, type->name, ENTRIES_MAX);
        return NULL;
    }
    if (stride < type->size_1_0 || stride > STRIDE_MAX) {
        hw_refuse(&table, r->error, "stride is %u, expected %u to %u", stride, type->size_1_0,
                  STRIDE_MAX);
        return NULL;
    }
    if (!reader_spans(r, &table, entries, (uint64_t)stride * count)) {
        return NULL;
    }
    copy = reader_allocate(r, &table, (uint64_t)type->size * count);
    for (; copy && table.index < count; table.index++) {
        if (!reader_copy(r, &table, type, copy + (size_t)type->size * table.index,
                         (const uint8_t *)entries + (size_t)stride * table.index, stride)) {
            return NULL;
        }
    }
    return copy;
}

/* Replaces a table by its copy. */
/* clang-format off */
#define READ_TABLE(r, place, type, table)                                              \
    (((table)->entries = reader_table((r), (place), &(type), (table)->entries,         \
                                      (table)->stride, (table)->count)) &&             \
     ((table)->stride = (type).size))
/* clang-format on */

static bool registers_read(Reader *r, const HwPlace *region, HwRegisters *registers)
{
    if (!READ_TABLE(r, region, register_type, registers)) {
        return false;
    }
    for (uint32_t i = 0; i < registers->count; i++) {
        HwRegister *reg = (HwRegister *)&registers->entries[i];
        HwPlace place = { region, "register", reg->name, i };

        if (!READ_TABLE(r, &place, field_type, &reg->fields)) {
            return false;
        }
    }
    return true;
}

static bool regions_read(Reader *r, const HwPlace *cls, HwRegions *regions)
{
    if (!READ_TABLE(r, cls, region_type, regions)) {
        return false;
    }
    for (uint32_t i = 0; i < regions->count; i++) {
        HwRegion *region = (HwRegion *)&regions->entries[i];
        HwPlace place = { cls, "region", region->name, i };

        if (!registers_read(r, &place, &region->registers)) {
            return false;
        }
    }
    return true;
}

static bool state_read_at(Reader *r, const HwPlace *outer, const HwState **at, uint32_t depth);

static bool state_read(Reader *r, const HwPlace *outer, HwState *state, uint32_t index,
                       uint32_t depth)
{
    HwPlace place = { outer, "state", state->name, index };

    if (depth > NESTED_MAX) {
        return hw_refuse(&place, r->error,
                         "is nested too deep, expected at most %u levels of "
                         "parts and subsections",
                         NESTED_MAX);
    }
    if (!READ_TABLE(r, &place, state_field_type, &state->fields) ||
        !READ_TABLE(r, &place, state_type, &state->subsections)) {
        return false;
    }
    for (uint32_t i = 0; i < state->fields.count; i++) {
        HwStateField *field = (HwStateField *)&state->fields.entries[i];

        if (!state_read_at(r, &place, &field->part, depth + 1)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < state->subsections.count; i++) {
        if (!state_read(r, &place, (HwState *)&state->subsections.entries[i], i, depth + 1)) {
            return false;
        }
    }
    return true;
}

/* A pointer to a state has no stride: the class's ABI minor version tells the size of HwState.
 * All versions so far have the size of 1.0. */
static bool state_read_at(Reader *r, const HwPlace *outer, const HwState **at, uint32_t depth)
{
    HwState *state;

    if (!*at) {
        return true;
    }
    state = reader_table(r, outer, &state_type, *at, state_type.size_1_0, 1);
    *at = state;
    return state && state_read(r, outer, state, 0, depth);
}

static bool layouts_read(Reader *r, const HwPlace *cls, HwLayouts *layouts)
{
    if (!READ_TABLE(r, cls, layout_type, layouts)) {
        return false;
    }
    for (uint32_t i = 0; i < layouts->count; i++) {
        HwLayout *layout = (HwLayout *)&layouts->entries[i];
        HwPlace place = { cls, "layout", layout->name, i };

        if (!state_read_at(r, &place, &layout->state, 0) ||
            !READ_TABLE(r, &place, name_type, &layout->ram_blocks)) {
            return false;
        }
    }
    return true;
}

static bool properties_read(Reader *r, const HwPlace *cls, HwProperties *properties)
{
    if (!READ_TABLE(r, cls, property_type, properties)) {
        return false;
    }
    for (uint32_t i = 0; i < properties->count; i++) {
        HwProperty *property = (HwProperty *)&properties->entries[i];
        HwPlace place = { cls, "property", property->name, i };

        if (!READ_TABLE(r, &place, name_type, &property->choices)) {
            return false;
        }
    }
    return true;
}

/* The struct's size follows from the class's minor version, as a state's does. */
static bool function_read(Reader *r, const HwPlace *cls, const HwPciFunction **at)
{
    HwPlace place = { cls, NULL, "PCI function", 0 };
    HwPciFunction *function;

    if (!*at) {
        return true;
    }
    function = reader_table(r, cls, &function_type, *at, function_type.size_1_0, 1);
    *at = function;
    if (!function || !READ_TABLE(r, &place, bar_type, &function->bars) ||
        !READ_TABLE(r, &place, capability_type, &function->capabilities)) {
        return false;
    }
    for (uint32_t i = 0; i < function->capabilities.count; i++) {
        HwPciCapability *capability = (HwPciCapability *)&function->capabilities.entries[i];
        HwPlace inner = { &place, "capability", capability->name, i };

        if (!registers_read(r, &inner, &capability->registers)) {
            return false;
        }
    }
    return true;
}

static bool lines_read(Reader *r, const HwPlace *cls, const HwGpioLines **at)
{
    if (*at) {
        *at = reader_table(r, cls, &lines_type, *at, lines_type.size_1_0, 1);
        return *at != NULL;
    }
    return true;
}

static bool target_read(Reader *r, const HwPlace *cls, const HwI2cTarget **at)
{
    if (*at) {
        *at = reader_table(r, cls, &target_type, *at, target_type.size_1_0, 1);
        return *at != NULL;
    }
    return true;
}

static bool class_read(Reader *r, const HwPlace *file, uint32_t index, HwClass *cls)
{
    HwPlace place = { file, "class", NULL, index };
    HwDeviceClass *table = &cls->table;

    if (!reader_copy_versioned(r, &place, &class_type, table, cls->original)) {
        return false;
    }
    place.name = table->name;
    return READ_TABLE(r, &place, service_type, &table->services) &&
           regions_read(r, &place, &table->regions) &&
           properties_read(r, &place, &table->properties) &&
           READ_TABLE(r, &place, fw_cfg_file_type, &table->fw_cfg_files) &&
           state_read_at(r, &place, &table->state, 0) &&
           state_read_at(r, &place, &table->live, 0) && layouts_read(r, &place, &table->layouts) &&
           function_read(r, &place, &table->pci) && lines_read(r, &place, &table->gpio) &&
           target_read(r, &place, &table->i2c);
}

static bool classes_read(Reader *r, const HwPlace *file)
{
    HwTables *tables = r->tables;
    HwDeviceClasses *classes = &tables->plugin.classes;
    HwDeviceClassRef *refs;

    if (!READ_TABLE(r, file, class_ref_type, classes)) {
        return false;
    }
    refs = (HwDeviceClassRef *)classes->entries;
    tables->classes = reader_allocate(r, file, classes->count * sizeof(HwClass));
    for (uint32_t i = 0; tables->classes && i < classes->count; i++) {
        tables->classes[i].original = refs[i];
        if (!class_read(r, file, i, &tables->classes[i])) {
            return false;
        }
        refs[i] = &tables->classes[i].table;
    }
    return tables->classes;
}

static bool tables_read(Reader *r, const HwPlace *file)
{
    HwPlugin *plugin = &r->tables->plugin;
    uint64_t size;
    const void *symbol = hw_image_symbol(r->image, &size);

    *r->tables = (HwTables) { .room = TABLES_MAX };
    return reader_copy_versioned(r, file, &plugin_type, plugin, symbol) &&
           READ_TABLE(r, file, service_type, &plugin->services) && classes_read(r, file);
}

bool hw_tables_read(HwTables *tables, const HwImage *image, const HwPlace *file, HwError *error)
{
    Reader r = { tables, image, error, false };

    return tables_read(&r, file);
}

bool hw_tables_read_known(HwTables *tables, const HwImage *image, const HwPlace *file,
                          HwError *error)
{
    Reader r = { tables, image, error, true };

    return tables_read(&r, file);
}

void hw_tables_free(HwTables *tables)
{
    while (tables->blocks) {
        HwBlock *next = tables->blocks->next;

        free(tables->blocks);
        tables->blocks = next;
    }
}
