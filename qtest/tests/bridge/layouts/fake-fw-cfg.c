/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/bridge/layouts/fake-fw-cfg.h"

#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/tests/bridge/layouts/fake-blocks.h"

#define FILES     8
#define ENTRY     64
#define DIRECTORY 0x19
#define FIRST     0x20

struct QemuMemoryRegion {
    const char *name;
    uint64_t size;
    QemuMemoryRegion *original; /* an alias has it */
    const QemuMemoryRegionOps *ops;
    GArray *places; /* a container has them */
};

struct QemuAddressSpace {
    int unused;
};

typedef struct Place {
    uint64_t address;
    QemuMemoryRegion *region;
} Place;

FakeFwCfg fake_fw_cfg;
QemuAddressSpace address_space_memory;

static int machine_object, device_object; /* their addresses stand for the objects */
static QemuMemoryRegion own[] = { { "fwcfg[0]", 2, NULL, NULL, NULL },
                                  { "fwcfg.ctl[0]", 2, NULL, NULL, NULL },
                                  { "fwcfg.data[0]", 8, NULL, NULL, NULL },
                                  { "fwcfg.dma[0]", 8, NULL, NULL, NULL },
                                  { "another", 8, NULL, NULL, NULL } };
static QemuMemoryRegion system_memory = { .name = "memory" }, system_io = { .name = "io" };
static QemuMemoryRegion *space_root;
static GSList *made;
static struct {
    const char *name;
    const void *bytes;
    uint32_t size;
} files[FILES];
static uint32_t file_count, cursor;
static uint16_t selected;
static GString *written;

/* ------------------------------------------------------------------- the files */

void fake_fw_cfg_add(const char *name, const void *bytes, uint32_t size)
{
    g_assert_cmpuint(file_count, <, FILES);
    files[file_count].name = name;
    files[file_count].bytes = bytes;
    files[file_count++].size = size;
}

static uint32_t file_of(const char *name)
{
    uint32_t i = 0;

    while (i < file_count && !g_str_equal(files[i].name, name)) {
        i++;
    }
    g_assert_cmpuint(i, <, file_count);
    return i;
}

void fake_fw_cfg_resize(const char *name, uint32_t size)
{
    files[file_of(name)].size = size;
}

uint32_t fake_fw_cfg_size(const char *name)
{
    return files[file_of(name)].size;
}

/* QEMU's docs/specs/fw_cfg.rst. */
static uint8_t directory_byte(uint32_t at)
{
    uint8_t bytes[4 + FILES * ENTRY] = { 0 };

    hw_store_be32(bytes, file_count);
    for (uint32_t i = 0; i < file_count; i++) {
        hw_store_be32(bytes + 4 + i * ENTRY, files[i].size);
        hw_store_be16(bytes + 4 + i * ENTRY + 4, (uint16_t)(FIRST + i));
        strncpy((char *)bytes + 4 + i * ENTRY + 8, files[i].name, ENTRY - 9);
    }
    return at < sizeof(bytes) ? bytes[at] : 0;
}

static uint8_t next_byte(void)
{
    uint32_t file = selected - FIRST, at = cursor++;

    if (selected == DIRECTORY) {
        return directory_byte(at);
    }
    return file < file_count && at < files[file].size ? ((const uint8_t *)files[file].bytes)[at]
                                                      : 0;
}

QemuFwCfg *fw_cfg_find(void)
{
    return fake_fw_cfg.type ? (QemuFwCfg *)&device_object : NULL;
}

bool fw_cfg_dma_enabled(void *fw_cfg)
{
    g_assert_true(fw_cfg == &device_object);
    return fake_fw_cfg.has_dma;
}

/* --------------------------------------------------------------- its registers */

static void own_write(const QemuMemoryRegion *region, uint64_t offset, const uint8_t *bytes,
                      unsigned size)
{
    bool is_mem = g_str_equal(fake_fw_cfg.type, "fw_cfg_mem");

    g_string_append_printf(written, "%s+%u:", region->name, (unsigned)offset);
    for (unsigned i = 0; i < size; i++) {
        g_string_append_printf(written, " %02x", bytes[i]);
    }
    if (offset == 0 && size == 2 && region != &own[3]) {
        selected = is_mem ? hw_load_be16(bytes) : (uint16_t)hw_load_le(bytes, 2);
        cursor = 0;
    }
}

static void own_read(const QemuMemoryRegion *region, uint64_t offset, uint8_t *bytes, unsigned size)
{
    bool is_data = region == &own[2] || (region == &own[0] && offset == 1);

    for (unsigned i = 0; i < size; i++) {
        bytes[i] = is_data ? next_byte() : (uint8_t)(0xd0 + offset + i);
    }
}

/* ------------------------------------------------------------------- the memory */

static QemuMemoryRegion *container(void)
{
    return g_str_has_prefix(fake_fw_cfg.machine, "virt-") ? &system_memory : &system_io;
}

static void place(QemuMemoryRegion *where, uint64_t address, QemuMemoryRegion *region)
{
    Place it = { address, region };

    if (!where->places) {
        where->places = g_array_new(FALSE, FALSE, sizeof(Place));
    }
    g_array_append_val(where->places, it);
}

/* The region that was added last lies above the others. */
static const Place *find(QemuMemoryRegion *where, uint64_t address, uint64_t size)
{
    for (guint i = where->places ? where->places->len : 0; i-- > 0;) {
        const Place *it = &g_array_index(where->places, Place, i);

        if (address >= it->address && address + size <= it->address + it->region->size) {
            return it;
        }
    }
    return NULL;
}

static void access_own(QemuMemoryRegion *root, uint64_t address, uint8_t *bytes, unsigned size,
                       bool is_write)
{
    const Place *it = find(root, address, 1);
    QemuMemoryRegion *region;

    g_assert_nonnull(it);
    g_assert_cmpuint(address + size, <=, root->size);
    region = it->region->original ? it->region->original : it->region;
    if (is_write) {
        own_write(region, address - it->address, bytes, size);
    } else {
        own_read(region, address - it->address, bytes, size);
    }
}

uint32_t address_space_rw(QemuAddressSpace *space, uint64_t address, uint64_t attributes,
                          void *buffer, uint64_t size, bool is_write)
{
    (void)attributes;
    if (space == &address_space_memory) {
        uint64_t offset = address - fake_fw_cfg.guest_base;

        g_assert_false(is_write);
        g_assert_cmphex(offset + size, <=, sizeof(fake_fw_cfg.guest));
        memcpy(buffer, fake_fw_cfg.guest + offset, size);
    } else {
        access_own(space_root, address, buffer, (unsigned)size, is_write);
    }
    return 0;
}

void address_space_init(QemuAddressSpace *space, QemuMemoryRegion *root, const char *name)
{
    (void)space;
    (void)name;
    g_assert_null(space_root);
    space_root = root;
}

QemuMemoryRegion *get_system_memory(void)
{
    return &system_memory;
}

QemuMemoryRegion *get_system_io(void)
{
    return &system_io;
}

void memory_region_init(QemuMemoryRegion *region, QemuObject *owner, const char *name,
                        uint64_t size)
{
    g_assert_true(owner == (QemuObject *)&machine_object);
    region->name = name;
    region->size = size;
}

void memory_region_init_alias(QemuMemoryRegion *region, QemuObject *owner, const char *name,
                              QemuMemoryRegion *original, uint64_t offset, uint64_t size)
{
    g_assert_cmpuint(offset, ==, 0);
    memory_region_init(region, owner, name, size);
    region->original = original;
}

void memory_region_init_io(QemuMemoryRegion *region, QemuObject *owner,
                           const QemuMemoryRegionOps *ops, void *opaque, const char *name,
                           uint64_t size)
{
    (void)opaque;
    memory_region_init(region, owner, name, size);
    region->ops = ops;
}

uint64_t memory_region_size(QemuMemoryRegion *region)
{
    const FakeBlock *block = fake_block_of(region);

    return block ? block->size : region->size;
}

void memory_region_add_subregion(QemuMemoryRegion *where, uint64_t address,
                                 QemuMemoryRegion *region)
{
    place(where, address, region);
}

void memory_region_add_subregion_overlap(QemuMemoryRegion *where, uint64_t address,
                                         QemuMemoryRegion *region, int priority)
{
    g_assert_cmpint(priority, >, 0);
    place(where, address, region);
}

QemuMemoryRegionSection memory_region_find(QemuMemoryRegion *where, uint64_t address, uint64_t size)
{
    const Place *it = find(where, address, size);

    fake_fw_cfg.references += it != NULL;
    return (QemuMemoryRegionSection) { .region = it ? it->region : NULL };
}

void memory_region_unref(QemuMemoryRegion *region)
{
    g_assert_nonnull(region);
    fake_fw_cfg.references--;
}

/* ------------------------------------------------------------------- the objects */

QemuObject *object_new(const char *type)
{
    QemuMemoryRegion *region = g_new0(QemuMemoryRegion, 1);

    g_assert_cmpstr(type, ==, "memory-region");
    made = g_slist_prepend(made, region); /* the bridge's regions live as long as QEMU */
    return (QemuObject *)region;
}

QemuObject *qdev_get_machine(void)
{
    return (QemuObject *)&machine_object;
}

const char *object_get_typename(const QemuObject *object)
{
    return object == (QemuObject *)&machine_object ? fake_fw_cfg.machine : fake_fw_cfg.type;
}

QemuObjectClass *object_class_by_name(const char *type)
{
    return (QemuObjectClass *)(uintptr_t)type;
}

QemuObject *object_resolve_path_component(QemuObject *parent, const char *name)
{
    g_assert_true(parent == (QemuObject *)&device_object);
    for (size_t i = 0; i < G_N_ELEMENTS(own); i++) {
        if (g_str_equal(name, own[i].name) && g_strcmp0(name, fake_fw_cfg.lacks) != 0) {
            return (QemuObject *)&own[i];
        }
    }
    return fake_block_find(name);
}

/* --------------------------------------------------------------------- the guest */

static void containers_empty(void)
{
    for (int i = 0; i < 2; i++) {
        QemuMemoryRegion *region = i ? &system_memory : &system_io;

        g_clear_pointer(&region->places, g_array_unref);
    }
}

void fake_fw_cfg_reset(const char *machine)
{
    bool is_pc = g_str_equal(machine, "pc");

    containers_empty();
    file_count = 0;
    fake_fw_cfg = (FakeFwCfg) { .machine = is_pc ? "pc-q35-7.2-machine" : "virt-7.2-machine",
                                .type = is_pc ? "fw_cfg_io" : "fw_cfg_mem",
                                .has_dma = true };
    written = written ? written : g_string_new(NULL);
}

void fake_fw_cfg_place(const char *region, uint64_t address)
{
    for (size_t i = 0; i < G_N_ELEMENTS(own); i++) {
        if (g_str_equal(region, own[i].name)) {
            place(container(), address, &own[i]);
        }
    }
}

char *fake_guest_write(uint64_t address, uint64_t value, unsigned size)
{
    const Place *it = find(container(), address, size);

    g_assert_true(it && it->region->ops);
    g_assert_cmpint(it->region->ops->endianness, ==, QEMU_LITTLE_ENDIAN);
    g_assert_cmpuint(size, <=, it->region->ops->valid.max_access_size);
    g_string_truncate(written, 0);
    it->region->ops->write(NULL, address - it->address, value, size);
    return g_strdup(written->str);
}

uint64_t fake_guest_read(uint64_t address, unsigned size)
{
    const Place *it = find(container(), address, size);

    g_assert_true(it && it->region->ops);
    return it->region->ops->read(NULL, address - it->address, size);
}

char *fake_overlays(void)
{
    GString *text = g_string_new(NULL);
    GArray *places = container()->places;

    for (guint i = 0; places && i < places->len; i++) {
        const Place *it = &g_array_index(places, Place, i);

        if (it->region->ops) {
            const QemuMemoryRegionOps *ops = it->region->ops;

            g_string_append_printf(text, "0x%x+%u, %u to %u bytes; ", (unsigned)it->address,
                                   (unsigned)it->region->size, ops->valid.min_access_size,
                                   ops->valid.max_access_size);
            g_assert_cmpuint(ops->impl.min_access_size, ==, ops->valid.min_access_size);
            g_assert_cmpuint(ops->impl.max_access_size, ==, ops->valid.max_access_size);
            g_assert_false(ops->valid.unaligned || ops->impl.unaligned);
        }
    }
    return g_string_free(text, FALSE);
}
