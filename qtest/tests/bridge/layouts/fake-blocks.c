/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/bridge/layouts/fake-blocks.h"

#include <glib.h>
#include <string.h>

#include "qtest/tests/bridge/layouts/fake-fw-cfg.h"

FakeBlock fake_blocks[FAKE_BLOCKS];

static int error_object;

FakeBlock *fake_block_of(const void *region)
{
    for (size_t i = 0; i < FAKE_BLOCKS; i++) {
        if (region == &fake_blocks[i]) {
            return &fake_blocks[i];
        }
    }
    return NULL;
}

void fake_blocks_reset(void)
{
    for (size_t i = 0; i < FAKE_BLOCKS; i++) {
        memset(&fake_blocks[i], 0, sizeof(fake_blocks[i]));
        fake_blocks[i].size = 4096;
        fake_blocks[i].largest = FAKE_ROOM;
    }
    fake_blocks[FAKE_TABLES].file = "etc/acpi/tables";
    fake_blocks[FAKE_TABLES].child = "\\x2from@etc\\x2facpi\\x2ftables[0]";
    fake_blocks[FAKE_SCRIPT].file = "etc/table-loader";
    fake_blocks[FAKE_SCRIPT].child = "\\x2from@etc\\x2ftable-loader[0]";
}

QemuObject *fake_block_find(const char *child)
{
    for (size_t i = 0; i < FAKE_BLOCKS; i++) {
        if (g_strcmp0(child, fake_blocks[i].child) == 0) {
            return (QemuObject *)&fake_blocks[i];
        }
    }
    return NULL;
}

void *memory_region_get_ram_ptr(QemuMemoryRegion *region)
{
    return fake_block_of(region)->bytes;
}

void memory_region_set_dirty(QemuMemoryRegion *region, uint64_t offset, uint64_t size)
{
    g_assert_cmpuint(offset, ==, 0);
    fake_block_of(region)->dirty = size;
}

void memory_region_ram_resize(QemuMemoryRegion *region, uint64_t size, QemuError **errp)
{
    FakeBlock *block = fake_block_of(region);

    if (size > block->largest) {
        *errp = (QemuError *)&error_object;
    } else {
        block->size = size;
    }
}

const char *error_get_pretty(const QemuError *error)
{
    g_assert_true(error == (QemuError *)&error_object);
    return "Size too large";
}

void error_free(QemuError *error)
{
    g_assert_true(error == (QemuError *)&error_object);
}

void *fw_cfg_modify_file(QemuFwCfg *fw_cfg, const char *name, void *data, size_t size)
{
    g_assert_true(fw_cfg == fw_cfg_find());
    for (size_t i = 0; i < FAKE_BLOCKS; i++) {
        if (g_str_equal(name, fake_blocks[i].file)) {
            g_assert_true(data == fake_blocks[i].bytes);
            fake_fw_cfg_resize(name, (uint32_t)size);
            return data;
        }
    }
    g_assert_not_reached();
}
