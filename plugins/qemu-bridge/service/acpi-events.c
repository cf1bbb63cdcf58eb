/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How devices notify the guest's operating system.  On PCs: by bits of general purpose event
 * block 0.  On virt: by interrupts of the GIC, because QEMU's own Generic Event Device takes no
 * further events.  Also hw.interrupt-lines/1, the tables' numbers of such interrupts.
 */
#include "plugins/qemu-bridge/service/services.h"

#include "plugins/qemu-bridge/qemu/irq.h"
#include "plugins/qemu-bridge/qemu/machine-api.h"
#include "plugins/qemu-bridge/qemu/machine.h"

#define GPE_BITS  8   /* size of block 0 in QEMU's ACPI controllers */
#define SPI_FIRST 195 /* virt leaves 176 to 255 free; as in qtest/machine/parts/acpi.c */
#define SPI_GSI   32  /* the number of the first shared interrupt */
#define SPI_LINES 256 /* virt's GIC has so many */
#define ISA_LINES 16  /* their numbers are their GSIs on all PCs of QEMU */

bool bridge_event(HwDevice *dev, uint32_t gpe, HwAcpiEvent *event)
{
    uint32_t kind = bridge_machine_event();

    (void)dev;
    if (!kind || gpe >= GPE_BITS) {
        return false;
    }
    event->kind = kind;
    event->number = kind == HW_ACPI_EVENT_GPE ? gpe : SPI_GSI + SPI_FIRST + gpe;
    return true;
}

static void gpe_raise(uint32_t gpe)
{
    QemuObject *device = NULL;

    if (object_class_by_name("acpi-device-interface")) {
        device = object_resolve_path_type("", "acpi-device-interface", NULL);
    }
    if (device) {
        acpi_send_event(device, 1 << gpe);
    }
}

/* Works in a load too: the sections of the machine's own devices, which hold the event's
 * state, come before our sections. */
void bridge_event_raise(HwDevice *dev, uint32_t gpe)
{
    HwAcpiEvent event;

    if (!bridge_event(dev, gpe, &event)) {
        return;
    }
    if (event.kind == HW_ACPI_EVENT_GPE) {
        gpe_raise(gpe);
    } else {
        bridge_irq_pulse(dev, SPI_FIRST + gpe);
    }
}

static bool lines_gsi(HwDevice *dev, uint32_t line, uint32_t *gsi)
{
    (void)dev;
    if (bridge_machine_has_ports()) {
        *gsi = line;
        return line < ISA_LINES;
    }
    *gsi = SPI_GSI + line;
    return bridge_machine_event() == HW_ACPI_EVENT_GED && line < SPI_LINES;
}

const HwInterruptLines bridge_interrupt_lines = {
    .abi = HW_ABI(HwInterruptLines),
    .gsi = lines_gsi,
};
