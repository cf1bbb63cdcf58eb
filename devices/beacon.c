/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Beacon: a doorbell that latches an interrupt.  Specified in beacon.rst. */
#include <string.h>

#include "devices/devices.h"
#include "hw-api/ext/fw-cfg.h"

enum { ID, CTRL, STATUS, COUNT, REGISTERS };

#define BEACON_MAGIC   0x4e434542 /* "BECN" in guest memory */
#define CTRL_ENABLE    HW_BIT(0)
#define CTRL_RING      HW_BIT(1)
#define STATUS_PENDING HW_BIT(0)

typedef struct Beacon {
    HwDevice dev;
    uint32_t regs[REGISTERS];
    uint8_t table_addr[8]; /* little-endian, firmware sets it */
    uint32_t irq_line;
    bool fw_cfg;
    uint64_t base;
} Beacon;

static void beacon_ctrl_written(HwDevice *dev, uint32_t value)
{
    Beacon *s = HW_DEVICE(Beacon, dev);

    if (value & CTRL_RING) {
        s->regs[STATUS] |= STATUS_PENDING;
        s->regs[COUNT]++;
    }
}

static void beacon_update(HwDevice *dev)
{
    Beacon *s = HW_DEVICE(Beacon, dev);
    bool pending = s->regs[STATUS] & STATUS_PENDING;

    hw_irq_set(dev, s->irq_line, pending && (s->regs[CTRL] & CTRL_ENABLE));
}

/* Firmware's table is no longer in memory after a reset. */
static void beacon_reset(HwDevice *dev)
{
    Beacon *s = HW_DEVICE(Beacon, dev);

    memset(s->table_addr, 0, sizeof(s->table_addr));
}

/* clang-format off */
static const HwRegister beacon_registers[] = {
    { "ID", 4 * ID, .reset = BEACON_MAGIC },
    { "CTRL", 4 * CTRL, .rw = CTRL_ENABLE, .write_only = CTRL_RING,
      .written = beacon_ctrl_written,
      .fields = HW_FIELDS({ "enable", 0, 1 }, { "ring", 1, 1 }) },
    { "STATUS", 4 * STATUS, .w1c = STATUS_PENDING,
      .fields = HW_FIELDS({ "pending", 0, 1 }) },
    { "COUNT", 4 * COUNT },
};
/* clang-format on */

static const HwState beacon_state = {
    .name = "beacon",
    .version = 1,
    .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(Beacon, regs), HW_SAVED(Beacon, table_addr)),
};

/* clang-format off */
const HwDeviceClass beacon_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "beacon",
    .description = "doorbell that latches an interrupt (example device)",
    .instance_size = sizeof(Beacon),
    .flags = HW_CLASS_FLAT,
    .regions = HW_ROWS(HwRegion,
        { "mmio", HW_REGION_REGISTERS, .size = 0x1000, .base = offsetof(Beacon, base),
          .words = offsetof(Beacon, regs), .word_count = REGISTERS,
          .registers = HW_TABLE(beacon_registers) }),
    .properties = HW_ROWS(HwProperty,
        HW_PROP_ADDRESS("addr", Beacon, base, HW_ADDRESS_AUTO, "address of the registers"),
        HW_PROP_U32("irq-line", Beacon, irq_line, 5, "interrupt line that it drives"),
        HW_PROP_BOOL("fw-cfg", Beacon, fw_cfg, true, "offer firmware the file etc/beacon-addr")),
    .fw_cfg_files = HW_ROWS(HwFwCfgFile,
        { "etc/beacon-addr", offsetof(Beacon, table_addr), sizeof(((Beacon *)0)->table_addr),
          HW_FW_CFG_GUEST_WRITABLE, .enabled = offsetof(Beacon, fw_cfg) }),
    .state = &beacon_state,
    .reset = beacon_reset,
    .update = beacon_update,
};
/* clang-format on */
