/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PNP0501 is "16550A-compatible COM port" in Microsoft's list of PNP ids; all systems have its driver. */
#include "devices/serial/ns16550a-acpi.h"

#include <stdio.h>

#include "hw-api/device/aml.h"

/* The name is the address: "P3F8" for ports, "M" and the page's number for memory. */
static void name_make(const Uart *s, bool ports, char name[8])
{
    snprintf(name, 8, "%c%03X", ports ? 'P' : 'M',
             (unsigned)(ports ? s->base : s->base >> 12) & 0xfff);
}

/* A line of the ISA bus is edge-triggered.  A machine that tells its events by interrupts has a GIC,
 * whose shared interrupts begin at 32. */
static void interrupt_add(Uart *s, HwAml *aml)
{
    HwAcpiEvent event;
    bool has_gic = hw_acpi(&s->dev)->event(&s->dev, 0, &event) && event.kind == HW_ACPI_EVENT_GED;

    hw_aml_interrupt(aml, s->irq_line + (has_gic ? 32 : 0), has_gic ? 0 : HW_AML_INTERRUPT_EDGE);
}

static void resources_add(Uart *s, HwAml *aml, bool ports)
{
    hw_aml_name(aml, "_CRS");
    hw_aml_resources(aml);
    if (ports) {
        hw_aml_io_ports(aml, (uint16_t)s->base, UART_REGISTERS);
    } else {
        hw_aml_memory32_fixed(aml, (uint32_t)s->base, UART_REGISTERS, true);
    }
    interrupt_add(s, aml);
    hw_aml_end(aml);
}

void uart_acpi_add(Uart *s, HwAcpiBuild *build, bool ports)
{
    uint8_t bytes[128];
    char name[8];
    HwAml aml;

    name_make(s, ports, name);
    hw_aml_init(&aml, bytes, sizeof(bytes));
    hw_aml_scope(&aml, "\\_SB");
    hw_aml_device(&aml, name);
    hw_aml_name(&aml, "_HID");
    hw_aml_eisa_id(&aml, "PNP0501");
    hw_aml_name_integer(&aml, "_UID", s->base);
    resources_add(s, &aml, ports);
    hw_aml_end(&aml);
    hw_aml_end(&aml);
    if (hw_aml_done(&aml)) {
        hw_acpi(&s->dev)->add_aml(build, bytes, aml.size);
    }
}
