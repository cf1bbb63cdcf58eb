/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugins/qemu-bridge/qemu/fw-cfg-overlay.h"

#include <inttypes.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/qemu/layout.h"
#include "plugins/qemu-bridge/qemu/machine-api.h"
#include "plugins/qemu-bridge/qemu/machine.h"

#define PRIORITY 100 /* above all regions that the machine may have there */
#define DMA_SIZE 8

enum { CONTROL_SELECT = 1 << 3 }; /* in a descriptor's first 32 bits; bits 16.. are the key */

static struct {
    void (*selecting)(uint16_t key);
    uint32_t dma_high; /* the high half of a descriptor's address */
} overlay;

static void selection_seen(uint16_t key)
{
    if ((key & FW_CFG_KEY_MASK) >= FW_CFG_FIRST_FILE) {
        overlay.selecting(key & FW_CFG_KEY_MASK);
    }
}

/* --------------------------------------------------------------- pass it on */

static uint64_t port_read(uint64_t offset, unsigned size)
{
    uint8_t bytes[8] = { 0 };

    fw_cfg_port_read(offset, bytes, size);
    return hw_load_le(bytes, size);
}

static void port_write(uint64_t offset, uint64_t value, unsigned size)
{
    uint8_t bytes[8];

    hw_store_le(bytes, value, size);
    fw_cfg_port_write(offset, bytes, size);
}

/* -------------------------------------------------- selector, and data on a PC */

static uint64_t control_read(void *opaque, uint64_t offset, unsigned size)
{
    (void)opaque;
    return port_read(fw_cfg_port_layout()->control_at + offset, size);
}

static void control_write(void *opaque, uint64_t offset, uint64_t value, unsigned size)
{
    (void)opaque;
    if (offset == 0 && size == 2) {
        uint8_t bytes[2];

        hw_store_le(bytes, value, 2);
        selection_seen(fw_cfg_port_layout()->is_big_endian ? hw_load_be16(bytes) : (uint16_t)value);
    }
    port_write(fw_cfg_port_layout()->control_at + offset, value, size);
}

/* ----------------------------------------------------------------------- DMA */

static void transfer_seen(uint64_t descriptor)
{
    uint8_t bytes[4] = { 0 };
    uint32_t control;

    address_space_rw(&address_space_memory, descriptor, qemu_attributes_unspecified(), bytes,
                     sizeof(bytes), false);
    control = hw_load_be32(bytes);
    if (control & CONTROL_SELECT) {
        selection_seen((uint16_t)(control >> 16));
    }
}

static uint64_t dma_read(void *opaque, uint64_t offset, unsigned size)
{
    (void)opaque;
    return port_read(fw_cfg_port_layout()->dma_at + offset, size);
}

/* The guest writes the address at once, or the high half and then the low half, which starts
 * the transfer. */
static void dma_write(void *opaque, uint64_t offset, uint64_t value, unsigned size)
{
    uint8_t bytes[8];

    (void)opaque;
    hw_store_le(bytes, value, size);
    if (size == 8) {
        transfer_seen((uint64_t)hw_load_be32(bytes) << 32 | hw_load_be32(bytes + 4));
    } else if (size == 4 && offset == 0) {
        overlay.dma_high = hw_load_be32(bytes);
    } else if (size == 4 && offset == 4) {
        transfer_seen((uint64_t)overlay.dma_high << 32 | hw_load_be32(bytes));
        overlay.dma_high = 0;
    }
    port_write(fw_cfg_port_layout()->dma_at + offset, value, size);
}

/* ----------------------------------------------------------------- the regions */

/* Accepts accesses wider than the selector, as fw_cfg's own region does.  QEMU would split an
 * access that is too wide, and its first half would select a file. */
static const QemuMemoryRegionOps control_ops = {
    .read = control_read,
    .write = control_write,
    .endianness = QEMU_LITTLE_ENDIAN,
    .valid = { 1, 4, false, NULL },
    .impl = { 1, 4, false },
};

static const QemuMemoryRegionOps dma_ops = {
    .read = dma_read,
    .write = dma_write,
    .endianness = QEMU_LITTLE_ENDIAN,
    .valid = { 1, 8, false, NULL },
    .impl = { 1, 8, false },
};

static QemuMemoryRegion *container(void)
{
    return bridge_machine_has_ports() ? get_system_io() : get_system_memory();
}

/* True if fw_cfg's own region is at the known address of this machine. */
static bool region_is_at(const char *child, uint64_t address)
{
    QemuMemoryRegionSection section = memory_region_find(container(), address, 1);

    if (!section.region) {
        return false;
    }
    memory_region_unref(section.region);
    return (QemuObject *)section.region ==
           object_resolve_path_component(fw_cfg_port_device(), child);
}

static void region_add(const QemuMemoryRegionOps *ops, uint64_t address, uint64_t size)
{
    QemuMemoryRegion *region = (QemuMemoryRegion *)object_new("memory-region");

    memory_region_init_io(region, qdev_get_machine(), ops, NULL, "outboard-fw-cfg-overlay", size);
    memory_region_add_subregion_overlap(container(), address, region, PRIORITY);
}

bool fw_cfg_overlay_install(void (*selecting)(uint16_t key), HwError *error)
{
    const FwCfgLayout *layout = fw_cfg_port_layout();
    uint64_t base = bridge_machine_fw_cfg();
    bool has_dma = fw_cfg_dma_enabled(fw_cfg_port_device());

    if (!base || !region_is_at(layout->control, base + layout->control_at) ||
        (has_dma && !region_is_at("fwcfg.dma[0]", base + layout->dma_at))) {
        return hw_error_set(error, "fw_cfg of '%s' is elsewhere, expected it at 0x%" PRIx64,
                            object_get_typename(qdev_get_machine()), base);
    }
    overlay.selecting = selecting;
    region_add(&control_ops, base + layout->control_at, layout->control_size);
    if (has_dma) {
        region_add(&dma_ops, base + layout->dma_at, DMA_SIZE);
    }
    return true;
}
