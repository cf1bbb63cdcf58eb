/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugins/qemu-bridge/qemu/fw-cfg-port.h"

#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/qemu/layout.h"
#include "plugins/qemu-bridge/qemu/machine-api.h"

#define SPACE_ROOM 4096 /* room for an AddressSpace, larger than any release's */
#define PORT_SIZE  32

enum { ENTRY_SIZE = 0, ENTRY_KEY = 4, ENTRY_NAME = 8, ENTRY = 64 };

/* clang-format off */
static const FwCfgLayout layouts[] = {
    { .type = "fw_cfg_io", .control = "fwcfg[0]", .control_size = 2, .data_at = 1, .dma_at = 4 },
    { .type = "fw_cfg_mem", .control = "fwcfg.ctl[0]", .data = "fwcfg.data[0]",
      .control_at = 8, .control_size = 2, .dma_at = 16, .is_big_endian = true },
};
/* clang-format on */

static struct {
    QemuObject *device;
    const FwCfgLayout *layout;
    _Alignas(16) uint8_t space[SPACE_ROOM];
} port;

static QemuAddressSpace *port_space(void)
{
    return (QemuAddressSpace *)port.space;
}

static const FwCfgLayout *layout_of(QemuObject *device)
{
    for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
        if (strcmp(object_get_typename(device), layouts[i].type) == 0) {
            return &layouts[i];
        }
    }
    return NULL;
}

/* The machine owns the aliases.  If fw_cfg owned them, QEMU 8.1 and later would refuse an
 * access as re-entrant. */
static bool alias_add(QemuMemoryRegion *root, const char *child, uint64_t offset)
{
    QemuMemoryRegion *original = (QemuMemoryRegion *)object_resolve_path_component(port.device,
                                                                                   child);
    QemuMemoryRegion *alias;

    if (!original) {
        return false;
    }
    alias = (QemuMemoryRegion *)object_new("memory-region");
    memory_region_init_alias(alias, qdev_get_machine(), "outboard-fw-cfg-alias", original, 0,
                             memory_region_size(original));
    memory_region_add_subregion(root, offset, alias);
    return true;
}

bool fw_cfg_port_open(HwError *error)
{
    QemuMemoryRegion *root;

    if (port.layout) {
        return true;
    }
    port.device = (QemuObject *)fw_cfg_find();
    const FwCfgLayout *layout = port.device ? layout_of(port.device) : NULL;

    if (!layout) {
        return hw_error_set(error, "machine '%s' has no fw_cfg that the bridge knows",
                            object_get_typename(qdev_get_machine()));
    }
    root = (QemuMemoryRegion *)object_new("memory-region");
    memory_region_init(root, qdev_get_machine(), "outboard-fw-cfg", PORT_SIZE);
    if (!alias_add(root, layout->control, layout->control_at) ||
        (layout->data && !alias_add(root, layout->data, layout->data_at))) {
        return hw_error_set(error, "fw_cfg does not have the region '%s' that known releases have",
                            layout->control);
    }
    if (fw_cfg_dma_enabled(port.device)) {
        alias_add(root, "fwcfg.dma[0]", layout->dma_at);
    }
    address_space_init(port_space(), root, "outboard-fw-cfg");
    port.layout = layout;
    return true;
}

QemuObject *fw_cfg_port_device(void)
{
    return port.device;
}

const FwCfgLayout *fw_cfg_port_layout(void)
{
    return port.layout;
}

void fw_cfg_port_write(uint64_t offset, const void *bytes, uint32_t size)
{
    address_space_rw(port_space(), offset, qemu_attributes_unspecified(), (void *)(uintptr_t)bytes,
                     size, true);
}

void fw_cfg_port_read(uint64_t offset, void *bytes, uint32_t size)
{
    address_space_rw(port_space(), offset, qemu_attributes_unspecified(), bytes, size, false);
}

void fw_cfg_port_select(uint16_t key)
{
    uint8_t low = (uint8_t)key;
    uint8_t high = (uint8_t)(key >> 8);
    bool is_big_endian = port.layout->is_big_endian;
    uint8_t bytes[2] = { is_big_endian ? high : low, is_big_endian ? low : high };

    fw_cfg_port_write(port.layout->control_at, bytes, sizeof(bytes));
}

/* Reads the next bytes of the selected file. */
static void data_read(uint8_t *bytes, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        fw_cfg_port_read(port.layout->data_at, &bytes[i], 1);
    }
}

bool fw_cfg_port_find(const char *name, FwCfgFile *file, uint32_t *count)
{
    uint8_t bytes[ENTRY];
    uint32_t files;
    bool found = false;

    fw_cfg_port_select(FW_CFG_DIRECTORY);
    data_read(bytes, 4);
    files = hw_load_be32(bytes);
    for (uint32_t i = 0; i < files && !found; i++) {
        data_read(bytes, ENTRY);
        found = strncmp((char *)bytes + ENTRY_NAME, name, ENTRY - ENTRY_NAME) == 0;
    }
    if (found) {
        *file = (FwCfgFile) { .key = hw_load_be16(bytes + ENTRY_KEY),
                              .size = hw_load_be32(bytes + ENTRY_SIZE) };
    }
    if (count) {
        *count = files;
    }
    return found;
}
