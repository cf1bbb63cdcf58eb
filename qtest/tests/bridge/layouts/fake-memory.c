/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/bridge/layouts/fake-memory.h"

#include <glib.h>

#include "plugins/qemu-bridge/qemu/learn-api.h"

#define ACCESS_ERROR 4

struct QemuAddressSpace {
    int unused;
};

QemuAddressSpace address_space_memory;
int qemu_loglevel = QEMU_LOG_GUEST_ERROR;

uint64_t fake_own_attributes;
uint64_t fake_kept_attributes;
uint64_t fake_refused_attributes;

static int region_object; /* its address stands for the region */
static int system_object;
static const QemuMemoryRegionOps *region_ops;
static uint64_t region_at;

int fake_memory_is_mapped(void)
{
    return region_at != 0;
}

QemuObject *object_new(const char *type)
{
    g_assert_cmpstr(type, ==, "memory-region");
    return (QemuObject *)&region_object;
}

QemuMemoryRegion *get_system_memory(void)
{
    return (QemuMemoryRegion *)&system_object;
}

void memory_region_init_io(QemuMemoryRegion *region, QemuObject *owner,
                           const QemuMemoryRegionOps *ops, void *opaque, const char *name,
                           uint64_t size)
{
    (void)region;
    (void)owner;
    (void)opaque;
    (void)name;
    (void)size;
    region_ops = ops;
}

void memory_region_add_subregion_overlap(QemuMemoryRegion *container, uint64_t address,
                                         QemuMemoryRegion *region, int priority)
{
    (void)container;
    (void)region;
    (void)priority;
    region_at = address;
}

void memory_region_del_subregion(QemuMemoryRegion *container, QemuMemoryRegion *region)
{
    (void)container;
    (void)region;
    region_at = 0;
}

uint32_t address_space_rw(QemuAddressSpace *space, uint64_t address, uint64_t attributes,
                          void *buffer, uint64_t size, bool is_write)
{
    uint64_t value;

    (void)space;
    (void)buffer;
    g_assert_cmphex(address, ==, region_at);
    g_assert_false(is_write);
    if (attributes & fake_refused_attributes) {
        g_assert_cmpint(qemu_loglevel & QEMU_LOG_GUEST_ERROR, ==, 0); /* QEMU would log it */
        return ACCESS_ERROR;
    }
    return region_ops->read_with_attrs(NULL, 0, &value, (unsigned)size,
                                       attributes & fake_kept_attributes);
}

/* The bridge looks for it by name. */
__attribute__((visibility("default"))) void cpu_physical_memory_rw(uint64_t address, void *buffer,
                                                                   uint64_t size, bool is_write);

void cpu_physical_memory_rw(uint64_t address, void *buffer, uint64_t size, bool is_write)
{
    uint64_t value;

    (void)buffer;
    (void)is_write;
    g_assert_cmphex(address, ==, region_at);
    if (fake_own_attributes) {
        region_ops->read_with_attrs(NULL, 0, &value, (unsigned)size, fake_own_attributes);
    }
}
