/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device's ACPI events and the numbers of its lines, on a machine of each kind. */
#include <glib.h>
#include <string.h>

#include "plugins/qemu-bridge/qemu/irq.h"
#include "plugins/qemu-bridge/qemu/machine-api.h"
#include "plugins/qemu-bridge/qemu/machine.h"
#include "plugins/qemu-bridge/service/services.h"

/* ----------------------------------------------------------------------- the fake */

static uint32_t machine_event; /* HW_ACPI_EVENT_..., 0: none */
static bool has_ports, has_class, has_device;
static GString *told;

uint32_t bridge_machine_event(void)
{
    return machine_event;
}

bool bridge_machine_has_ports(void)
{
    return has_ports;
}

void bridge_irq_pulse(HwDevice *dev, uint32_t line)
{
    g_string_append_printf(told, "%s pulses %u ", dev->id, line);
}

QemuObjectClass *object_class_by_name(const char *name)
{
    g_assert_cmpstr(name, ==, "acpi-device-interface");
    return has_class ? (QemuObjectClass *)&has_class : NULL;
}

/* QEMU aborts for a type that it does not have. */
QemuObject *object_resolve_path_type(const char *path, const char *name, bool *several)
{
    g_assert_true(has_class);
    g_assert_cmpstr(path, ==, "");
    g_assert_cmpstr(name, ==, "acpi-device-interface");
    g_assert_null(several);
    return has_device ? (QemuObject *)&has_device : NULL;
}

void acpi_send_event(QemuObject *device, int event)
{
    g_assert_true((void *)device == &has_device);
    g_string_append_printf(told, "event 0x%x ", (unsigned)event);
}

/* -------------------------------------------------------------------------- tests */

typedef struct Row {
    uint32_t machine_event;
    bool has_class, has_device;
    uint32_t gpe, number;
    bool known;
    const char *told;
} Row;

/* clang-format off */
static const Row rows[] = {
    { HW_ACPI_EVENT_GPE, true, true, 0, 0, true, "event 0x1 " },
    { HW_ACPI_EVENT_GPE, true, true, 7, 7, true, "event 0x80 " },
    { HW_ACPI_EVENT_GPE, true, true, 8, 0, false, "" },
    { HW_ACPI_EVENT_GPE, true, false, 5, 5, true, "" },
    { HW_ACPI_EVENT_GPE, false, false, 5, 5, true, "" },
    { HW_ACPI_EVENT_GED, false, false, 0, 227, true, "d pulses 195 " },
    { HW_ACPI_EVENT_GED, true, true, 7, 234, true, "d pulses 202 " },
    { HW_ACPI_EVENT_GED, true, true, 8, 0, false, "" },
    { 0, true, true, 5, 0, false, "" },
};
/* clang-format on */

static void test_events(void)
{
    HwDevice dev = { .id = "d" };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        HwAcpiEvent event = { 0 };

        g_test_message("row %zu", i);
        machine_event = rows[i].machine_event;
        has_class = rows[i].has_class;
        has_device = rows[i].has_device;
        told = g_string_new(NULL);
        g_assert_cmpint(bridge_event(&dev, rows[i].gpe, &event), ==, rows[i].known);
        g_assert_cmpuint(event.kind, ==, rows[i].known ? machine_event : 0);
        g_assert_cmpuint(event.number, ==, rows[i].number);
        bridge_event_raise(&dev, rows[i].gpe);
        g_assert_cmpstr(told->str, ==, rows[i].told);
        g_string_free(told, TRUE);
    }
}

static void test_lines(void)
{
    static const struct {
        uint32_t machine_event;
        bool has_ports;
        uint32_t line, gsi;
        bool known;
    } lines[] = {
        { HW_ACPI_EVENT_GPE, true, 0, 0, true },     { HW_ACPI_EVENT_GPE, true, 15, 15, true },
        { HW_ACPI_EVENT_GPE, true, 16, 16, false },  { 0, true, 3, 3, true },
        { HW_ACPI_EVENT_GED, false, 0, 32, true },   { HW_ACPI_EVENT_GED, false, 255, 287, true },
        { HW_ACPI_EVENT_GED, false, 256, 0, false }, { 0, false, 3, 0, false },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        uint32_t gsi = 0;

        g_test_message("line %zu", i);
        machine_event = lines[i].machine_event;
        has_ports = lines[i].has_ports;
        g_assert_cmpint(bridge_interrupt_lines.gsi(NULL, lines[i].line, &gsi), ==, lines[i].known);
        g_assert_true(!lines[i].known || gsi == lines[i].gsi);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bridge-events/of-each-machine", test_events);
    g_test_add_func("/bridge-events/numbers-of-lines", test_lines);
    return g_test_run();
}
