/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Altera's PS/2 port: registers and the FIFO.  Specified in altera-ps2.rst. */
#include "devices/input/altera-ps2.h"

#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/ext/draft/device-tree.h"

#define NODE "ps2"

/* ------------------------------------------------------------------------ FIFO */

bool ps2_put(Ps2Port *port, const uint8_t *bytes, uint32_t count, uint32_t keep)
{
    if (port->count + count + keep > PS2_FIFO) {
        return false;
    }
    memcpy(port->fifo + port->count, bytes, count);
    port->count += count;
    return true;
}

void ps2_answer(Ps2Port *port, const uint8_t *bytes, uint32_t count, uint32_t keep)
{
    if (!ps2_put(port, bytes, count, keep)) {
        hw_log(&port->dev, HW_LOG_GUEST_ERROR, "answer 0x%02x is lost: the FIFO is full", bytes[0]);
    }
}

static uint32_t data_take(Ps2Port *port)
{
    uint32_t value;

    if (!port->count) {
        return 0;
    }
    value = port->fifo[0] | PS2_VALID | port->count << PS2_AVAILABLE_SHIFT;
    memmove(port->fifo, port->fifo + 1, --port->count);
    if (port->behind->drained) {
        port->behind->drained(&port->dev);
    }
    return value;
}

/* ------------------------------------------------------------------- registers */

uint64_t ps2_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    Ps2Port *port = HW_DEVICE(Ps2Port, dev);

    (void)size;
    if (offset == PS2_DATA) {
        return data_take(port);
    }
    return port->control | (port->count ? PS2_INTERRUPT : 0);
}

/* There is always a device, so CE, the error of a byte that nobody takes, is never set. */
void ps2_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    Ps2Port *port = HW_DEVICE(Ps2Port, dev);

    (void)size;
    if (offset == PS2_DATA) {
        port->behind->written(dev, (uint8_t)value);
    } else {
        port->control = value & PS2_INTERRUPTS;
    }
}

const char *ps2_place_name(uint64_t offset)
{
    return offset == PS2_DATA ? "DATA" : offset == PS2_CONTROL ? "CONTROL" : NULL;
}

void ps2_update(HwDevice *dev)
{
    const Ps2Port *port = HW_DEVICE(Ps2Port, dev);

    if (port->irq_line) {
        hw_irq_set(dev, port->irq_line, (port->control & PS2_INTERRUPTS) && port->count);
    }
}

/* ------------------------------------------------------------------------ life */

static void node_add(Ps2Port *port)
{
    static const char compatible[] = "ALTR,ps2-1.0";
    HwDevice *dev = &port->dev;
    const HwDeviceTree *tree = hw_device_tree(dev);

    if (tree && tree->add_node(dev, NODE, port->base, PS2_SIZE, HW_DEVICE_TREE_SYSTEM)) {
        tree->set(dev, NODE, port->base, "compatible", compatible, sizeof(compatible));
        if (port->irq_line) {
            tree->set_interrupt(dev, NODE, port->base, port->irq_line);
        }
    }
}

bool ps2_realize(Ps2Port *port, const Ps2Behind *behind, HwError *error)
{
    port->behind = behind;
    port->source = hw_input(&port->dev)->open(&port->dev, &behind->client, error);
    if (port->source) {
        node_add(port);
    }
    return port->source != NULL;
}

void ps2_unrealize(HwDevice *dev)
{
    hw_input(dev)->close(HW_DEVICE(Ps2Port, dev)->source);
}

void ps2_reset(Ps2Port *port)
{
    port->control = 0;
    port->count = 0;
}
