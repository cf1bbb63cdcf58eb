/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The slot of a PCI Express port (PCIe 6.7.3): presence, power, attention button and hot-plug
 * events, as QEMU's ports have them.
 */
#include "hw-api/device/error.h"
#include "hw-api/host/pci/bridge-internal.h"

enum {
    /* Slot capabilities. */
    SLOT_FITTINGS = 0x0002001b, /* button, power controller, indicators, interlock */
    SLOT_HOT_PLUG = 0x60,       /* capable, and with surprise removal */
    SLOT_NUMBER_SHIFT = 19,

    /* Slot control. */
    BUTTON_ENABLE = 0x1,
    PRESENCE_ENABLE = 0x8,
    COMPLETED_ENABLE = 0x10,
    INTERRUPT_ENABLE = 0x20,
    ATTENTION_OFF = 0xc0, /* the indicator's two bits */
    POWER_INDICATOR = 0x300,
    POWER_INDICATOR_ON = 0x100,
    POWER_INDICATOR_BLINKS = 0x200,
    POWER_OFF = 0x400,
    INTERLOCK_TOGGLE = 0x800, /* reads as zero */

    /* Slot status. */
    BUTTON = 0x1,
    PRESENCE_CHANGED = 0x8,
    COMPLETED = 0x10,
    EVENTS = BUTTON | PRESENCE_CHANGED | COMPLETED,
    PRESENT = 0x40,
    LOCKED = 0x80,

    LINK = 0x0c, /* link capabilities, with the same bits as link status: */
    LINK_SPEED = 0x000f,
    LINK_WIDTH = 0x03f0,
    LINK_ACTIVE = 0x2000,
};

#define MINIMUM(a, b) ((a) < (b) ? (a) : (b))

static uint32_t get(const HwPciUnit *unit, uint32_t offset)
{
    return (uint32_t)hw_pci_config_get(&unit->config, unit->express + offset, 2);
}

static void change(HwPciUnit *unit, uint32_t offset, uint32_t off, uint32_t on)
{
    hw_pci_config_set(&unit->config, unit->express + offset, (get(unit, offset) & ~off) | on, 2);
}

static bool is_powered_off(uint32_t control)
{
    return (control & POWER_OFF) && (control & POWER_INDICATOR) == POWER_INDICATOR;
}

/* The enable bit of each event has its place in the other register. */
static bool event_pending(const HwPciUnit *unit)
{
    uint32_t control = get(unit, HW_PCI_SLOT_CONTROL);

    return (control & INTERRUPT_ENABLE) && (control & get(unit, HW_PCI_SLOT_STATUS) & EVENTS);
}

static void interrupt_update(HwPciUnit *unit)
{
    hw_pci_unit_irq_set(unit, 0, event_pending(unit));
}

static void event(HwPciUnit *unit, uint32_t events)
{
    change(unit, HW_PCI_SLOT_STATUS, 0, events);
    interrupt_update(unit);
}

/* The link runs as the function below can; an empty slot shows the port's own best. */
static void link_update(HwPciUnit *unit)
{
    const HwPciUnit *below = unit->port->first_below(unit);
    uint32_t best = get(unit, LINK);
    uint32_t link = below && below->express ? get(below, HW_PCI_LINK_STATUS) : best;
    uint32_t speed = MINIMUM(link & LINK_SPEED, best & LINK_SPEED);
    uint32_t width = MINIMUM(link & LINK_WIDTH, best & LINK_WIDTH);

    change(unit, HW_PCI_LINK_STATUS, LINK_SPEED | LINK_WIDTH, speed | width);
}

static void power_update(HwPciUnit *unit)
{
    unit->port->power_below(unit, !(get(unit, HW_PCI_SLOT_CONTROL) & POWER_OFF));
}

void hw_pci_slot_init(HwPciUnit *unit, uint32_t number, bool is_hot_plug)
{
    uint32_t shown = is_hot_plug && !(unit->make & HW_PCI_HIDES_PLUG) ? SLOT_HOT_PLUG : 0;
    const HwPciField fields[] = {
        { HW_PCI_SLOT, 4, number << SLOT_NUMBER_SHIFT | SLOT_FITTINGS | shown, 0, 0 },
        { HW_PCI_SLOT_CONTROL, 2, ATTENTION_OFF | POWER_INDICATOR,
          BUTTON_ENABLE | PRESENCE_ENABLE | COMPLETED_ENABLE | INTERRUPT_ENABLE | ATTENTION_OFF |
              POWER_INDICATOR | POWER_OFF | INTERLOCK_TOGGLE,
          0 },
        { HW_PCI_SLOT_STATUS, 2, 0, 0, EVENTS },
    };

    unit->has_slot = true;
    unit->slot_plugs = is_hot_plug;
    hw_pci_fields_store(&unit->config, unit->express, fields, sizeof(fields) / sizeof(fields[0]));
    /* QEMU's q35 plugs by ACPI unless told otherwise, and leaves the bit alone then. */
    unit->config.compared[unit->express + HW_PCI_SLOT_STATUS] = (uint8_t)~PRESENT;
}

/* ------------------------------------------------------------------- plugging */

bool hw_pci_slot_is_hot_plug(const HwPciUnit *port)
{
    return port->slot_plugs;
}

/* Functions of one slot appear to the guest together, once function 0 is there. */
void hw_pci_slot_plugged(HwPciUnit *port, bool is_hot)
{
    bool populated = port->port->first_below(port) != NULL;

    if (!is_hot || populated) {
        change(port, HW_PCI_SLOT_STATUS, 0, PRESENT);
        change(port, HW_PCI_LINK_STATUS, 0, LINK_ACTIVE);
    }
    if (!is_hot && populated) { /* firmware finds the slot switched on */
        change(port, HW_PCI_SLOT_CONTROL, POWER_OFF | POWER_INDICATOR, POWER_INDICATOR_ON);
    } else if (is_hot && populated) {
        event(port, PRESENCE_CHANGED | BUTTON);
    }
    link_update(port);
    power_update(port);
}

void hw_pci_slot_switch_on(HwPciUnit *port, bool is_hot)
{
    change(port, HW_PCI_SLOT_CONTROL, POWER_OFF | (is_hot ? 0 : POWER_INDICATOR),
           is_hot ? 0 : POWER_INDICATOR_ON);
    power_update(port);
}

static void slot_eject(HwPciUnit *unit)
{
    unit->port->eject_below(unit);
    change(unit, HW_PCI_SLOT_STATUS, PRESENT, PRESENCE_CHANGED);
    change(unit, HW_PCI_LINK_STATUS, LINK_ACTIVE, 0);
    link_update(unit);
}

HwPciUnplug hw_pci_slot_unplug(HwPciUnit *port, HwError *error)
{
    uint32_t control = get(port, HW_PCI_SLOT_CONTROL);

    if (!hw_pci_slot_is_hot_plug(port)) {
        hw_error_set(error, "Hot-unplug failed: unsupported by the port device '%s'",
                     port->instance->id);
        return HW_PCI_UNPLUG_REFUSED;
    }
    if ((control & POWER_INDICATOR) == POWER_INDICATOR_BLINKS) {
        hw_error_set(error, "Hot-unplug failed: guest is busy (power indicator blinking)");
        return HW_PCI_UNPLUG_REFUSED;
    }
    if (is_powered_off(control)) {
        slot_eject(port);
        change(port, HW_PCI_SLOT_STATUS, BUTTON, 0);
        interrupt_update(port);
        return HW_PCI_UNPLUG_DONE;
    }
    event(port, BUTTON);
    return HW_PCI_UNPLUG_ASKED;
}

/* ------------------------------------------------------------------- writing */

/* A guest that clears events which it has not seen would lose them: then none is cleared. */
static void events_keep(HwPciUnit *unit, const HwPciWrite *write)
{
    uint32_t before = write->before >> 16;

    if (write->value >> 16 & ~before & EVENTS) {
        change(unit, HW_PCI_SLOT_STATUS, EVENTS, before & EVENTS);
    }
}

static void interlock_toggle(HwPciUnit *unit)
{
    uint32_t locked = get(unit, HW_PCI_SLOT_STATUS) & LOCKED;

    change(unit, HW_PCI_SLOT_CONTROL, INTERLOCK_TOGGLE, 0);
    change(unit, HW_PCI_SLOT_STATUS, LOCKED, locked ^ LOCKED);
}

/* Each write to slot control is a command, and completes at once (PCIe 6.7.3.2).  The guest gives
 * the functions up when it switches the power and its indicator off. */
static void control_written(HwPciUnit *unit, uint32_t before)
{
    uint32_t control = get(unit, HW_PCI_SLOT_CONTROL);

    if (control & INTERLOCK_TOGGLE) {
        interlock_toggle(unit);
    }
    if ((get(unit, HW_PCI_SLOT_STATUS) & PRESENT) && is_powered_off(control) &&
        !is_powered_off(before)) {
        slot_eject(unit);
    }
    power_update(unit);
    interrupt_update(unit);
    event(unit, COMPLETED);
}

void hw_pci_slot_written(HwPciUnit *unit, const HwPciWrite *write)
{
    if (write->word != unit->express + HW_PCI_SLOT_CONTROL) {
        return;
    }
    if (write->bytes >> 2) {
        events_keep(unit, write);
        interrupt_update(unit);
    }
    if (write->bytes & 3) {
        control_written(unit, write->before & 0xffff);
    }
}

/* ---------------------------------------------------------------------- reset */

void hw_pci_slot_reset(HwPciUnit *unit)
{
    bool populated = unit->port->first_below(unit) != NULL;

    hw_pci_config_set(&unit->config, unit->express + HW_PCI_SLOT_CONTROL,
                      ATTENTION_OFF |
                          (populated ? POWER_INDICATOR_ON : POWER_INDICATOR | POWER_OFF),
                      2);
    change(unit, HW_PCI_SLOT_STATUS, LOCKED | EVENTS, 0);
    power_update(unit);
    interrupt_update(unit);
}

void hw_pci_slot_loaded(HwPciUnit *unit)
{
    power_update(unit);
    interrupt_update(unit);
}
