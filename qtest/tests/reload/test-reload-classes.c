/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every class of the plugin is reloaded in the middle of random work.  Registers, state, memory, lines
 * and time are afterwards as they were, and no line has an edge.
 */
#include <string.h>

#include "hw-api/host/run/state.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/core/reload.h"
#include "qtest/tests/lab/random-steps.h"
#include "qtest/tests/lab/class-hosts.h"
#include "qtest/tests/lib/sanitized.h"

#define ROUNDS (devices_are_sanitized() ? 1 : 6) /* loading takes a sanitizer long */
#define STEPS  40

/* Beside these: this device needs a kernel's vCPUs. */
static const char *const others[] = { "arm-sysreg-sync", NULL };

/* ------------------------------------------------------------------ the text of it */

static void bytes_add(void *opaque, const HwStateField *field, const uint8_t *bytes)
{
    g_string_append_printf(opaque, " %s ", field->name);
    for (uint64_t i = 0; i < (uint64_t)field->size * field->count; i++) {
        g_string_append_printf(opaque, "%02x", bytes[i]);
    }
}

static void state_add(void *opaque, const HwState *state)
{
    g_string_append_printf(opaque, " [%s", state->name);
}

static void state_end(void *opaque)
{
    g_string_append(opaque, "]");
}

static void device_add(GString *text, HwInstance *instance)
{
    const HwStateSink sink = { text, bytes_add, state_add, state_end, NULL, NULL };
    HW_ERROR(error, 200);

    g_string_append_printf(text, "\n%s:", instance->id);
    g_assert_true(hw_state_save(instance, &sink, &error));
    for (uint32_t i = 0; i < instance->region_count; i++) {
        const HwRegionState *region = &instance->regions[i];

        g_string_append_printf(text, "\n%s at %" G_GINT64_MODIFIER "x, %d:", region->table->name,
                               region->address, region->enabled);
        for (uint32_t word = 0; word < region->table->word_count; word++) {
            g_string_append_printf(text, " %x", region->words[word]);
        }
    }
    g_string_append_printf(text, "\noutputs %" G_GINT64_MODIFIER "x", instance->outputs);
}

static void memory_add(GString *text, const ObRamBlock *block)
{
    g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_MD5, block->memory,
                                                       (gsize)block->length);

    g_string_append_printf(text, "\n%s %s", block->name, sum);
}

static char *machine_text(ObHost *host)
{
    GString *text = g_string_new(NULL);
    HwInstance *instance;

    for (uint32_t i = 0; (instance = ob_host_device_at(host, i)); i++) {
        device_add(text, instance);
    }
    for (guint i = 0; i < host->blocks->len; i++) {
        memory_add(text, host->blocks->pdata[i]);
    }
    for (uint32_t i = 0; i < host->irqs.count; i++) {
        g_string_append_printf(text, " %d", host->irqs.lines[i].level);
    }
    g_string_append_printf(text, "\nclock %" G_GINT64_FORMAT ", next %" G_GINT64_FORMAT,
                           ob_host_clock_now(host), ob_host_clock_next(host));
    return g_string_free(text, FALSE);
}

static void edge(void *opaque, uint32_t line, bool level)
{
    (void)opaque;
    g_error("line %u became %d in a reload", line, level);
}

/* -------------------------------------------------------------------------- tests */

static void reload(ObHost *host)
{
    HwReloadResult result;
    HW_ERROR(error, 400);

    ob_host_observe_irqs(host, edge, host);
    ob_host_reload_plugin(host, NULL, NULL, &result, &error);
    ob_host_observe_irqs(host, NULL, host);
    g_assert_cmpstr(error.text, ==, "");
    g_assert_cmpuint(result.devices, ==, host->devices->len);
}

static void test_reload(gconstpointer data)
{
    ObHost *host = class_host_new(data);

    for (uint32_t round = 0; round < ROUNDS; round++) {
        g_autofree char *before = NULL;
        g_autofree char *after = NULL;

        random_steps(host, round, STEPS);
        ob_host_quiesce(host);
        before = machine_text(host);
        reload(host);
        after = machine_text(host);
        g_assert_cmpstr(after, ==, before);
    }
    ob_host_free(host);
}

static bool row_has(const ClassHost *row, const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(row->devices) && row->devices[i]; i++) {
        g_auto(GStrv) parts = g_strsplit(row->devices[i], ",", 2);

        if (g_str_equal(parts[0], name)) {
            return true;
        }
    }
    return false;
}

static bool rows_have(const char *name)
{
    const ClassHost *row;

    for (size_t i = 0; (row = class_host_at(i)); i++) {
        if (row_has(row, name)) {
            return true;
        }
    }
    return g_strv_contains(others, name);
}

static void test_all_classes(void)
{
    HW_ERROR(error, 400);
    HwPluginSet *set = hw_plugin_set_inspect(g_getenv("OUTBOARD_SET"), &error);

    g_assert_cmpstr(error.text, ==, "");
    for (uint32_t i = 0; i < hw_plugin_set_class_count(set); i++) {
        const char *name = hw_plugin_set_class(set, i)->table.name;

        if (!rows_have(name)) {
            g_error("class '%s' has no row", name);
        }
    }
    hw_plugin_set_free(set);
}

int main(int argc, char **argv)
{
    const ClassHost *row;

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; (row = class_host_at(i)); i++) {
        g_autofree char *path = g_strdup_printf("/reload/classes/%zu-%s", i, class_host_name(row));

        g_test_add_data_func(path, row, test_reload);
    }
    g_test_add_func("/reload/classes/all-have-a-row", test_all_classes);
    return g_test_run();
}
