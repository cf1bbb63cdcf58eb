/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interrupt lines of each controller that a machine may have, in the form that this test was built
 * for. */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/qemu-bridge/qemu/irq.h"
#include "plugins/qemu-bridge/qemu/machine-api.h"

/* ----------------------------------------------------------------------- the fake */

static const char *type;       /* the type of the controller in the machine */
static const char *class_only; /* QEMU has it, and the machine does not */
static uint64_t gic_lines;
static GString *told; /* changes and reports */

static void *const controller = &gic_lines;

QemuObjectClass *object_class_by_name(const char *name)
{
    return g_strcmp0(name, type) && g_strcmp0(name, class_only) ? NULL : controller;
}

QemuObject *object_resolve_path_type(const char *path, const char *name, bool *several)
{
    g_assert_cmpstr(path, ==, "");
    g_assert_null(several);
    return g_strcmp0(name, type) ? NULL : controller;
}

uint64_t object_property_get_uint(QemuObject *object, const char *name, QemuError **errp)
{
    (void)errp;
    g_assert_true(object == controller);
    g_assert_cmpstr(name, ==, "num-irq");
    return gic_lines;
}

/* A line is its number, and never NULL. */
static QemuIrq *line_of(uint32_t line)
{
    return GUINT_TO_POINTER(line + 1);
}

QemuIrq *qdev_get_gpio_in(QemuObject *device, int line)
{
    g_assert_true(device == controller);
    return line_of((uint32_t)line);
}

#ifdef WITH_BUS
HW_EXPORT QemuIrq *isa_bus_get_irq(QemuObject *bus, unsigned line);

QemuIrq *isa_bus_get_irq(QemuObject *bus, unsigned line)
{
    g_assert_true(bus == controller);
    return line_of(line);
}
#else
HW_EXPORT QemuIrq *isa_get_irq(QemuObject *device, unsigned line);

QemuIrq *isa_get_irq(QemuObject *device, unsigned line)
{
    g_assert_null(device);
    return line_of(line);
}
#endif

void qemu_set_irq(QemuIrq *irq, int level)
{
    g_string_append_printf(told, "%u=%d ", GPOINTER_TO_UINT(irq) - 1, level);
}

void error_report(const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    g_string_append_printf(told, "<%s> ", text);
}

/* -------------------------------------------------------------------------- tests */

typedef struct Row {
    const char *path;
    const char *type, *class_only;
    uint64_t gic_lines;
    uint32_t lines[6]; /* each is raised; 0 ends them */
    const char *told;
} Row;

#define NO(line) "<d: this machine has no interrupt line " line "> "

/* clang-format off */
static const Row rows[] = {
    { "isa", "ISA", NULL, 0, { 1, 15, 16 }, "1=1 15=1 " NO("16") },
    { "gic-v2", "arm_gic_common", NULL, 288, { 1, 255, 256 }, "1=1 255=1 " NO("256") },
    { "gic-v3", "arm-gicv3-common", "ISA", 64, { 31, 32, 33 }, "31=1 " NO("32") NO("33") },
    { "gic-with-one-line", "arm_gic_common", "arm-gicv3-common", 34, { 1, 2 }, "1=1 " NO("2") },
    { "gic-without-lines", "arm_gic_common", NULL, 32, { 1 }, NO("1") },
    { "gic-that-counts-too-few", "arm_gic_common", NULL, 31, { 1 }, NO("1") },
    { "no-controller", NULL, "ISA", 0, { 1 }, NO("1") },
    { "missing-line-is-told-once", "ISA", NULL, 0, { 20, 20, 21, 20 }, NO("20") NO("21") },
    { "highest-lines-are-told-once", "ISA", NULL, 0, { 1022, 1023, 1024, 1025, 1023 },
      NO("1022") NO("1023") NO("1024") },
    { "raised-twice", "ISA", NULL, 0, { 3, 3, 4, 3 }, "3=1 4=1 " },
};
/* clang-format on */

/* The lines are found once, so each row has its own process. */
static void test_row(gconstpointer data)
{
    const Row *row = data;
    HwDevice dev = { .id = "d" };

    if (!g_test_subprocess()) {
        g_test_trap_subprocess(NULL, 0, 0);
        g_test_trap_assert_passed();
        return;
    }
    type = row->type;
    class_only = row->class_only;
    gic_lines = row->gic_lines;
    told = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(row->lines) && row->lines[i]; i++) {
        bridge_irq_set(&dev, row->lines[i], true);
    }
    g_assert_cmpstr(told->str, ==, row->told);
    g_string_free(told, TRUE);
}

/* QEMU hears of changes alone, until what it knows is forgotten. */
static void test_levels(void)
{
    HwDevice dev = { .id = "d" };

    type = "ISA";
    told = g_string_new(NULL);
    bridge_irq_set(&dev, 0, false);
    bridge_irq_set(&dev, 0, false);
    bridge_irq_set(&dev, 0, true);
    bridge_irq_set(&dev, 0, true);
    bridge_irq_set(&dev, 15, true);
    g_assert_cmpstr(told->str, ==, "0=0 0=1 15=1 ");
    g_string_truncate(told, 0);
    bridge_irq_forget();
    bridge_irq_set(&dev, 0, true);
    bridge_irq_set(&dev, 15, true);
    bridge_irq_set(&dev, 15, false);
    bridge_irq_pulse(&dev, 2);
    bridge_irq_pulse(&dev, 2);
    bridge_irq_pulse(&dev, 16);
    bridge_irq_set(&dev, 16, false);
    g_assert_cmpstr(told->str, ==, "0=1 15=1 15=0 2=1 2=0 2=1 2=0 " NO("16"));
    g_string_free(told, TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/bridge-irq/", rows[i].path, NULL);

        g_test_add_data_func(path, &rows[i], test_row);
    }
    g_test_add_func("/bridge-irq/levels", test_levels);
    return g_test_run();
}
