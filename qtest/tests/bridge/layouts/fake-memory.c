/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/bridge/layouts/fake-memory.h"

#include <glib.h>

#include "plugins/qemu-bridge/qemu/learn-api.h"

#define ACCESS_ERROR 4

int qemu_loglevel = QEMU_LOG_GUEST_ERROR;

uint64_t fake_own_attributes;
uint64_t fake_kept_attributes;
uint64_t fake_refused_attributes;

static int region_object; /* its address stands for the region */
static const QemuMemoryRegionOps *region_ops;
static QemuAddressSpace *region_space;

int fake_memory_is_mapped(void)
{
    return region_space != NULL;
}

QemuObject *object_new(const char *type)
{
    g_assert_cmpstr(type, ==, "memory-region");
    return (QemuObject *)&region_object;
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

void address_space_init(QemuAddressSpace *space, QemuMemoryRegion *root, const char *name)
{
    (void)name;
    g_assert_true(root == (QemuMemoryRegion *)&region_object);
    region_space = space;
}

void address_space_destroy(QemuAddressSpace *space)
{
    g_assert_true(space == region_space);
    region_space = NULL;
}

uint32_t address_space_rw(QemuAddressSpace *space, uint64_t address, uint64_t attributes,
                          void *buffer, uint64_t size, bool is_write)
{
    uint64_t value;

    (void)address;
    (void)buffer;
    g_assert_true(space == region_space);
    g_assert_false(is_write);
    if (attributes & fake_refused_attributes) {
        g_assert_cmpint(qemu_loglevel & QEMU_LOG_GUEST_ERROR, ==, 0); /* QEMU would log it */
        return ACCESS_ERROR;
    }
    return region_ops->read_with_attrs(NULL, 0, &value, (unsigned)size,
                                       attributes & fake_kept_attributes);
}

/* --------------------------------------------------------- a device's own reads */

int64_t address_space_cache_init(QemuMemoryCache *cache, QemuAddressSpace *space, uint64_t address,
                                 uint64_t size, bool is_write)
{
    (void)cache;
    (void)address;
    g_assert_true(space == region_space);
    g_assert_false(is_write);
    return (int64_t)size;
}

void address_space_cache_destroy(QemuMemoryCache *cache)
{
    (void)cache;
}

uint32_t address_space_read_cached_slow(QemuMemoryCache *cache, uint64_t address, void *buffer,
                                        uint64_t size)
{
    uint64_t value;

    (void)cache;
    (void)address;
    (void)buffer;
    if (fake_own_attributes) {
        region_ops->read_with_attrs(NULL, 0, &value, (unsigned)size, fake_own_attributes);
    }
    return 0;
}
