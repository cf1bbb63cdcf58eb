/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every class of the plugin is reloaded in the middle of random work.  Registers, state, memory, lines
 * and time are afterwards as they were, and no line has an edge.
 */
#include <string.h>

#include "hw-api/host/run/state.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/core/reload.h"
#include "qtest/machine/firmware/stand-in.h"
#include "qtest/machine/pci/pci.h"
#include "qtest/tests/lab/random-steps.h"
#include "qtest/tests/lib/device-options.h"
#include "qtest/tests/lib/sanitized.h"

#define RAM    (UINT64_C(1) << 20)
#define ROUNDS (devices_are_sanitized() ? 1 : 6) /* loading takes a sanitizer long */
#define STEPS  40

typedef struct Row {
    const char *machine;    /* NULL: q35; virt is aarch64's */
    const char *devices[3]; /* "class" or "class,options" */
    const char *backend;    /* "tpm0": the machine has a TPM */
} Row;

static const Row rows[] = {
    { NULL, { "beacon,addr=0xfed80000" } },
    { NULL, { "bochs-display" } },
    { NULL, { "edu" } },
    { NULL, { "ib700" } },
    { NULL, { "i2c-ocores,id=bus", "at24,bus=bus", "lm75,bus=bus,address=0x49" } },
    { NULL, { "i2c-ocores,id=bus", "pca9538,bus=bus" } },
    { NULL, { "ne2k_pci" } },
    { NULL, { "ns16550a,addr=0xfed80000" } },
    { NULL, { "ns16550a-isa" } },
    { NULL, { "ns16550a-pci" } },
    { NULL, { "pci-beacon" } },
    { NULL, { "pci-idio-16" } },
    { NULL, { "pci-testdev" } },
    { NULL, { "altera-ps2-keyboard,addr=0xfed80000", "altera-ps2-mouse,addr=0xfed81000" } },
    { NULL, { "pvpanic" } },
    { NULL, { "pvpanic-pci" } },
    { NULL, { "ramfb" } },
    { NULL, { "sand-glass,addr=0xfed80000" } },
    { NULL, { "sand-glass-pci" } },
    { NULL, { "simple-framebuffer" } },
    { NULL, { "tpm-crb,tpmdev=tpm0" }, "tpm0" },
    { NULL, { "tpm-crb,tpmdev=tpm0,cap-chunk=on,strict=on" }, "tpm0" },
    { "virt", { "tpm-crb-device,tpmdev=tpm0,addr=0xc000000,ppi=on" }, "tpm0" },
    { NULL, { "tpm-tis,tpmdev=tpm0" }, "tpm0" },
    { "virt", { "tpm-tis-device,tpmdev=tpm0,addr=0xc000000,irq-line=12" }, "tpm0" },
    { "virt", { "virtio-net-mmio" } },
    { NULL, { "virtio-net-pci" } },
    { NULL, { "vmclock" } },
    { NULL, { "vmgenid", "vmclock" } },
    { NULL, { "vmcoreinfo" } },
    { NULL, { "tpm-crb,tpmdev=tpm0", "sand-glass-pci", "vmgenid" }, "tpm0" },
};

/* Beside these: this device needs a kernel's vCPUs. */
static const char *const others[] = { "arm-sysreg-sync", NULL };

/* ------------------------------------------------------------------- the machine */

static ObHost *host_new(const Row *row)
{
    const ObHostConfig config = { .architecture = row->machine ? "aarch64" : "x86_64",
                                  .machine = row->machine ? row->machine : "q35",
                                  .ram_size = RAM };
    HW_ERROR(error, 400);
    ObHost *host = ob_host_new(&config, &error);

    g_assert_cmpstr(error.text, ==, "");
    g_assert_true(ob_host_load_plugins(host, g_getenv("OUTBOARD_SET"), &error));
    if (row->backend) {
        hw_tpm_add(ob_host_tpms(host), "libtpms", row->backend, NULL, 0, &error);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(row->devices) && row->devices[i]; i++) {
        g_auto(GStrv) parts = g_strsplit(row->devices[i], ",", 2);

        device_with_options(host, parts[0], parts[1] ? parts[1] : "", &error);
    }
    g_assert_cmpstr(error.text, ==, "");
    if (ob_host_pci(host)) {
        ob_firmware_boot(host, NULL, NULL); /* BARs get addresses */
    }
    return host;
}

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
    ObHost *host = host_new(data);

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

static bool row_has(const Row *row, const char *name)
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
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (row_has(&rows[i], name)) {
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
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *const *devices = rows[i].devices;
        const char *name = devices[2] ? devices[2] : devices[1] ? devices[1] : devices[0];
        g_autofree char *path = g_strdup_printf("/reload/classes/%zu-%s", i, name);

        g_test_add_data_func(path, &rows[i], test_reload);
    }
    g_test_add_func("/reload/classes/all-have-a-row", test_all_classes);
    return g_test_run();
}
