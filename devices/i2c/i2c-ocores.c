/* SPDX-License-Identifier: GPL-2.0-or-later */
/* OpenCores' I2C controller.  Specified in i2c-ocores.rst. */
#include "devices/devices.h"
#include "devices/i2c/i2c-ocores-regs.h"
#include "hw-api/device/bytes.h"
#include "hw-api/ext/draft/device-tree.h"
#include "hw-api/ext/draft/i2c.h"

enum { FREE, WRITES, READS }; /* the direction of bytes on the bus */

typedef struct Ocores {
    HwDevice dev;
    uint32_t regs[OCORES_REGISTERS]; /* DATA and COMMAND: unused */
    uint8_t sent;
    uint8_t received;
    uint8_t status;
    uint8_t direction;
    uint32_t irq_line;
    uint64_t base;
    HwI2cBus *bus;
} Ocores;

/* ------------------------------------------------------------------------- bus */

/* The address is the first byte after a start.  Without one, the line is free again. */
static bool transfer_start(Ocores *s, uint32_t command)
{
    bool is_read = s->sent & 1;

    s->status |= OCORES_BUSY;
    s->direction = FREE;
    if (!(command & OCORES_WRITE)) {
        hw_i2c(&s->dev)->stop(s->bus);
        return false;
    }
    if (!hw_i2c(&s->dev)->start(s->bus, s->sent >> 1, is_read)) {
        return false;
    }
    s->direction = is_read ? READS : WRITES;
    return true;
}

/* A byte against the transfer's direction meets nobody. */
static void byte_transfer(Ocores *s, uint32_t command)
{
    bool acknowledged;

    if (command & OCORES_START) {
        acknowledged = transfer_start(s, command);
    } else {
        acknowledged = (command & OCORES_WRITE) && s->direction == WRITES &&
                       hw_i2c(&s->dev)->write(s->bus, s->sent);
    }
    if (command & OCORES_READ) {
        s->received = s->direction == READS && !(command & OCORES_START)
                          ? hw_i2c(&s->dev)->read(s->bus)
                          : 0xff;
    } else {
        s->status = (uint8_t)((s->status & ~OCORES_NO_ACK) | (acknowledged ? 0 : OCORES_NO_ACK));
    }
}

static void transfer_end(Ocores *s)
{
    hw_i2c(&s->dev)->stop(s->bus);
    s->status &= (uint8_t)~OCORES_BUSY;
    s->direction = FREE;
}

/* ------------------------------------------------------------------- registers */

/* A start waits for a byte: alone it does nothing (section 4.2 of the specification).  With both
 * directions at once the core reads. */
static void ocores_command_written(HwDevice *dev, uint32_t value)
{
    Ocores *s = HW_DEVICE(Ocores, dev);

    if (value & OCORES_ACKNOWLEDGE) {
        s->status &= (uint8_t)~OCORES_INTERRUPT;
    }
    if (!(s->regs[OCORES_CONTROL] & OCORES_ENABLE) ||
        !(value & (OCORES_READ | OCORES_WRITE | OCORES_STOP))) {
        return;
    }
    if (value & OCORES_READ) {
        value &= ~OCORES_WRITE;
    }
    if (value & (OCORES_READ | OCORES_WRITE)) {
        byte_transfer(s, value);
    }
    if (value & OCORES_STOP) {
        transfer_end(s);
    }
    s->status |= OCORES_INTERRUPT;
}

static uint32_t ocores_status_read(HwDevice *dev, uint32_t stored)
{
    (void)stored;
    return HW_DEVICE(Ocores, dev)->status;
}

static void ocores_data_written(HwDevice *dev, uint32_t value)
{
    HW_DEVICE(Ocores, dev)->sent = (uint8_t)value;
}

static uint32_t ocores_data_read(HwDevice *dev, uint32_t stored)
{
    (void)stored;
    return HW_DEVICE(Ocores, dev)->received;
}

static void ocores_update(HwDevice *dev)
{
    Ocores *s = HW_DEVICE(Ocores, dev);

    if (s->irq_line) {
        hw_irq_set(dev, s->irq_line,
                   (s->regs[OCORES_CONTROL] & OCORES_INTERRUPTS) && (s->status & OCORES_INTERRUPT));
    }
}

static void ocores_reset(HwDevice *dev)
{
    Ocores *s = HW_DEVICE(Ocores, dev);

    transfer_end(s);
    s->sent = 0;
    s->received = 0;
    s->status = 0;
}

/* ----------------------------------------------------------------- device tree */

#define CELL       4
#define NODE       "i2c"
#define CORE_CLOCK 50000000u /* Hz; no clock runs here, but drivers compute a prescale value */
#define BUS_CLOCK  100000u
#define SPI        0u /* the first cell of an interrupt of Arm's GIC */
#define LEVEL_HIGH 4u

static void cells_set(const Ocores *s, const char *property, const uint32_t *values, uint32_t count)
{
    HwDevice *dev = (HwDevice *)&s->dev;
    uint8_t cells[3 * CELL];

    for (uint32_t i = 0; i < count; i++) {
        hw_store_be32(cells + CELL * i, values[i]);
    }
    hw_device_tree(dev)->set(dev, NODE, s->base, property, cells, CELL * count);
}

static void cell_set(const Ocores *s, const char *property, uint32_t value)
{
    cells_set(s, property, &value, 1);
}

/* Without an interrupt Linux's driver polls. */
static void node_add(Ocores *s)
{
    static const char compatible[] = "opencores,i2c-ocores";
    const HwDeviceTree *tree = hw_device_tree(&s->dev);
    const uint32_t interrupt[] = { SPI, s->irq_line, LEVEL_HIGH };

    if (!tree || !tree->add_node(&s->dev, NODE, s->base, OCORES_REGISTERS << OCORES_WORD_SHIFT,
                                 HW_DEVICE_TREE_SYSTEM)) {
        return;
    }
    tree->set(&s->dev, NODE, s->base, "compatible", compatible, sizeof(compatible));
    cell_set(s, "reg-shift", OCORES_WORD_SHIFT);
    cell_set(s, "reg-io-width", 1);
    cell_set(s, "#address-cells", 1);
    cell_set(s, "#size-cells", 0);
    cell_set(s, "opencores,ip-clock-frequency", CORE_CLOCK);
    cell_set(s, "clock-frequency", BUS_CLOCK);
    if (s->irq_line) {
        cells_set(s, "interrupts", interrupt, 3);
    }
}

/* ------------------------------------------------------------------------ life */

static bool ocores_realize(HwDevice *dev, HwError *error)
{
    Ocores *s = HW_DEVICE(Ocores, dev);

    s->bus = hw_i2c(dev)->bus_new(dev, error);
    if (s->bus) {
        node_add(s);
    }
    return s->bus != NULL;
}

static void ocores_unrealize(HwDevice *dev)
{
    hw_i2c(dev)->bus_free(HW_DEVICE(Ocores, dev)->bus);
}

/* ---------------------------------------------------------------------- tables */

/* clang-format off */
#define AT(number) ((uint32_t)(number) << OCORES_WORD_SHIFT)

static const HwRegister ocores_registers[] = {
    { "PRESCALE_LOW", AT(OCORES_PRESCALE_LOW), .reset = 0xff, .rw = 0xff },
    { "PRESCALE_HIGH", AT(OCORES_PRESCALE_HIGH), .reset = 0xff, .rw = 0xff },
    { "CONTROL", AT(OCORES_CONTROL), .rw = OCORES_ENABLE | OCORES_INTERRUPTS,
      .fields = HW_FIELDS({ "enable", 7, 1 }, { "interrupts", 6, 1 }) },
    { "DATA", AT(OCORES_DATA), .write_only = 0xff, .read = ocores_data_read,
      .written = ocores_data_written },
    { "COMMAND", AT(OCORES_COMMAND),
      .write_only = OCORES_START | OCORES_STOP | OCORES_READ | OCORES_WRITE | OCORES_NACK |
                    OCORES_ACKNOWLEDGE,
      .read = ocores_status_read, .written = ocores_command_written,
      .fields = HW_FIELDS({ "start/no-ack", 7, 1 }, { "stop/busy", 6, 1 }, { "read", 5, 1 },
                          { "write", 4, 1 }, { "nack", 3, 1 }, { "interrupt", 0, 1 }) },
};

static const HwState ocores_state = {
    .name = "i2c-ocores", .version = 1, .minimum_version = 1,
    .fields = HW_ROWS(HwStateField,
        HW_SAVED(Ocores, regs), HW_SAVED(Ocores, sent), HW_SAVED(Ocores, received),
        HW_SAVED(Ocores, status), HW_SAVED(Ocores, direction)),
};

const HwDeviceClass i2c_ocores_class = {
    .abi = HW_ABI(HwDeviceClass), .name = "i2c-ocores",
    .description = "I2C controller of OpenCores",
    .instance_size = sizeof(Ocores), .services = HW_NAMES(HW_I2C),
    .regions = HW_ROWS(HwRegion,
        { "registers", HW_REGION_REGISTERS, .size = 0x1000,
          .base = HW_MEMBER(Ocores, base, uint64_t), .words = offsetof(Ocores, regs),
          .word_count = OCORES_REGISTERS, .registers = HW_TABLE(ocores_registers) }),
    .properties = HW_ROWS(HwProperty,
        HW_PROP_ADDRESS("addr", Ocores, base, HW_ADDRESS_AUTO, "address of the registers"),
        HW_PROP_U32("irq-line", Ocores, irq_line, 0, "interrupt line that it drives; 0: none")),
    .state = &ocores_state, .realize = ocores_realize, .unrealize = ocores_unrealize,
    .reset = ocores_reset, .update = ocores_update,
};
/* clang-format on */
