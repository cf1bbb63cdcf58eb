/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The classes of our plugin are reloaded in a stock QEMU, in the middle of random work.  The state of
 * all devices, as QEMU itself saves it, has the same bytes before and after, and no line of a PC rises.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "hw-api/host/load/plugin-set.h"
#include "qtest/tests/bridge/pci/pci-machine.h"
#include "qtest/tests/reload/qemu/outboard-object.h"

#define STORES 60
#define ROUNDS 3
#define SLOT   PCI_SLOT(4)
#define PART   0x100u /* bytes of registers that get stores */

#define TPM_AT UINT64_C(0xfed40000)

enum { PC = 1, VIRT = 2, BOTH = PC | VIRT };

typedef enum Kind {
    PLAIN,  /* without stores */
    MEMORY, /* the option addr= */
    BAR_0,
    BAR_2,
    PORTS, /* BAR 0 */
    TPM,   /* a PC's place for it */
} Kind;

typedef struct Row {
    const char *name;   /* the class; QEMU's type may have a prefix */
    const char *before; /* arguments, or NULL */
    const char *options;
    const char *after; /* further devices, or NULL */
    unsigned machines;
    Kind kind;
} Row;

#define HUB "-netdev hubport,hubid=0,id=n0"
#define TTY "-chardev null,id=tty"

static const Row rows[] = {
    { "beacon", NULL, "", NULL, BOTH, MEMORY },
    { "sand-glass", NULL, "", NULL, BOTH, MEMORY },
    { "sand-glass-pci", NULL, "", NULL, BOTH, BAR_0 },
    { "pci-beacon", NULL, "", NULL, BOTH, BAR_0 },
    { "edu", NULL, "", NULL, BOTH, BAR_0 },
    { "pci-idio-16", NULL, "", NULL, BOTH, PLAIN },
    { "pci-testdev", NULL, "", NULL, BOTH, BAR_0 },
    { "bochs-display", NULL, "", NULL, BOTH, BAR_2 },
    { "ns16550a", TTY, ",chardev=tty", NULL, BOTH, MEMORY },
    { "ns16550a-isa", TTY, ",chardev=tty", NULL, PC, PLAIN },
    { "ns16550a-pci", TTY, ",chardev=tty", NULL, PC, PORTS },
    { "ne2k_pci", HUB, ",netdev=n0", NULL, PC, PORTS },
    { "virtio-net-pci", HUB, ",netdev=n0", NULL, BOTH, PLAIN },
    { "virtio-net-mmio", HUB, ",netdev=n0", NULL, BOTH, MEMORY },
    { "i2c-ocores", NULL, ",id=bus",
      "-device lm75,bus=bus -device pca9538,bus=bus -device at24,bus=bus", BOTH, MEMORY },
    { "altera-ps2-keyboard", NULL, "", NULL, BOTH, MEMORY },
    { "altera-ps2-mouse", NULL, "", NULL, BOTH, MEMORY },
    { "vmclock", NULL, "", NULL, PC, PLAIN },
    { "vmgenid", NULL, "", NULL, PC, PLAIN },
    { "vmcoreinfo", NULL, "", NULL, BOTH, PLAIN },
    { "ramfb", NULL, "", NULL, BOTH, PLAIN },
    { "vmgenid", NULL, ",device-tree=on", NULL, VIRT, PLAIN },
    { "simple-framebuffer", NULL, "", NULL, VIRT, PLAIN },
    { "arm-sysreg-sync", NULL, "", NULL, VIRT, PLAIN },
    { "tpm-crb", NULL, ",tpmdev=tpm0", NULL, PC, TPM },
    { "tpm-crb-device", NULL, ",tpmdev=tpm0", NULL, VIRT, MEMORY },
    { "tpm-tis", NULL, ",tpmdev=tpm0", NULL, PC, TPM },
    { "tpm-tis-device", NULL, ",tpmdev=tpm0", NULL, VIRT, MEMORY },
};

static uint64_t memory_at(void)
{
    return bridge_machine_is_pc() ? UINT64_C(0xfed80000) : UINT64_C(0x0c000000);
}

static bool qemu_has(const char *name)
{
    const QemuRelease *release = qemu_release_named(g_getenv("OB_QEMU_RELEASE"));
    g_autofree char *list = qemu_release_answer(release, g_getenv("OB_ARCHITECTURE"), "-device",
                                                "help");
    g_autofree char *entry = g_strdup_printf("name \"%s\"", name);

    return strstr(list, entry) != NULL;
}

/* The option for the place where the stores go; the caller frees it. */
static char *place_option(Kind kind)
{
    switch (kind) {
    case MEMORY:
        return g_strdup_printf(",addr=0x%" G_GINT64_MODIFIER "x", memory_at());
    case BAR_0:
    case BAR_2:
    case PORTS:
        return g_strdup(",addr=4");
    default:
        return g_strdup("");
    }
}

static uint64_t place_map(ObClient *c, Kind kind)
{
    switch (kind) {
    case MEMORY:
        return memory_at();
    case BAR_0:
    case PORTS:
        return pci_map(c, SLOT, 0, 0);
    case BAR_2:
        return pci_map(c, SLOT, 2, 0);
    case TPM:
        return TPM_AT;
    default:
        return 0;
    }
}

static ObClient *start(const Row *row, uint64_t *at)
{
    g_autofree char *place = place_option(row->kind);
    g_autofree char *arguments = g_strdup_printf("%s -device %s%s%s%s %s",
                                                 row->before ? row->before : "",
                                                 qemu_has(row->name) ? "outboard-" : "", row->name,
                                                 place, row->options, row->after ? row->after : "");
    ObClient *c = pci_start(arguments);

    *at = place_map(c, row->kind);
    return c;
}

static void store(ObClient *c, const Row *row, uint64_t at, uint32_t value)
{
    if (row->kind == PORTS) {
        ob_client_outl(c, (uint16_t)at, value);
    } else {
        ob_client_writel(c, at, value);
    }
}

/* Small values, too: they are commands and sizes. */
static void work(ObClient *c, const Row *row, uint64_t at, GRand *random)
{
    uint32_t size = row->kind == PORTS ? 0x10 : PART;

    for (int i = 0; row->kind != PLAIN && i < STORES; i++) {
        uint32_t value = g_rand_int(random) >> (g_rand_boolean(random) ? 24 : 0);

        store(c, row, at + (g_rand_int(random) % size & ~3u), value);
    }
}

/* A section is 4, a number, a name with its length, instance, version and the device's own; then 0x7e
 * and the number again.  A reload gives it another number. */
static const uint8_t *section_end(const uint8_t *section, const uint8_t *end)
{
    uint8_t footer[5] = { 0x7e };

    memcpy(footer + 1, section + 1, 4);
    return memmem(section + 5, (size_t)(end - section) - 5, footer, sizeof(footer));
}

/* The last sections of QEMU's file without their numbers.  A reload has put ours there. */
static char *sections_text(const char *bytes, gsize size, gsize count)
{
    const uint8_t *at = (const uint8_t *)bytes + 8;
    const uint8_t *end = (const uint8_t *)bytes + size;
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);

    for (const uint8_t *next; *at == 4 && (next = section_end(at, end)); at = next + 5) {
        GString *text = g_string_new(NULL);

        g_string_append_printf(text, "%.*s:", at[5], (const char *)at + 6);
        for (const uint8_t *byte = at + 6 + at[5]; byte < next; byte++) {
            g_string_append_printf(text, "%02x", *byte);
        }
        g_ptr_array_add(texts, g_string_free(text, FALSE));
    }
    g_assert_cmpuint(texts->len, >, count);
    g_ptr_array_remove_range(texts, 0, (guint)(texts->len - count));
    g_ptr_array_add(texts, NULL);
    return g_strjoinv("\n", (char **)texts->pdata);
}

/* The state of our devices, as QEMU saves it. */
static char *state_of(ObClient *c)
{
    g_autofree char *path = NULL;
    g_autofree char *bytes = NULL;
    gsize size;
    int fd = g_file_open_tmp("outboard-XXXXXX", &path, NULL);

    close(fd);
    json_decref(ob_client_qmp(c, "xen-save-devices-state",
                              json_pack("{s:s, s:b}", "filename", path, "live", 0), NULL));
    g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
    g_unlink(path);
    return sections_text(bytes, size, (gsize)object_number(c, "/outboard", "devices"));
}

static char *lines_of(ObClient *c)
{
    return bridge_machine_is_pc() ? hmp_answer(c, "info irq") : g_strdup("");
}

static void test_class(gconstpointer data)
{
    const Row *row = data;
    uint64_t at;
    ObClient *c = start(row, &at);
    g_autoptr(GRand) random = g_rand_new_with_seed(1);

    outboard_assert_reloaded(outboard_reload(c, "")); /* our sections are the last */
    for (int round = 0; round < ROUNDS; round++) {
        g_autofree char *before = NULL;
        g_autofree char *after = NULL;
        g_autofree char *lines = NULL;
        g_autofree char *lines_after = NULL;

        work(c, row, at, random);
        before = state_of(c);
        lines = lines_of(c);
        outboard_assert_reloaded(outboard_reload(c, ""));
        lines_after = lines_of(c);
        after = state_of(c);
        g_assert_cmpstr(lines_after, ==, lines);
        g_assert_cmpstr(after, ==, before);
    }
    ob_client_quit(c);
}

static bool has_row(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (g_str_equal(rows[i].name, name)) {
            return true;
        }
    }
    return false;
}

/* Targets on an I2C bus are in the row of their bus.  The bridge refuses devices that stop the guest. */
static void test_all_classes(void)
{
    static const char *const others[] = { "at24",    "lm75",        "pca9538", "ib700",
                                          "pvpanic", "pvpanic-pci", NULL };
    HW_ERROR(error, 400);
    HwPluginSet *set = hw_plugin_set_inspect(g_getenv("OUTBOARD_SET"), &error);

    g_assert_cmpstr(error.text, ==, "");
    for (uint32_t i = 0; i < hw_plugin_set_class_count(set); i++) {
        const char *name = hw_plugin_set_class(set, i)->table.name;

        if (!has_row(name) && !g_strv_contains(others, name)) {
            g_error("class '%s' has no row", name);
        }
    }
    hw_plugin_set_free(set);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/reload/qemu/classes/%s", rows[i].name);

        if (rows[i].machines & (bridge_machine_is_pc() ? PC : VIRT)) {
            g_test_add_data_func(path, &rows[i], test_class);
        }
    }
    g_test_add_func("/reload/qemu/classes/all-have-a-row", test_all_classes);
    return g_test_run();
}
