/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that a machine tells its guest by ACPI, as ASL: each change of a table is seen here. */
#include <string.h>

#include "qtest/machine/board.h"
#include "qtest/machine/firmware/stand-in.h"
#include "qtest/tests/lib/acpi-guest.h"
#include "qtest/tests/lib/golden.h"

typedef struct Machine {
    const char *file;
    const char *architecture;
    const char *name;
    const char *tpm;
    uint16_t cpus;
    uint64_t ram;
} Machine;

static const Machine machines[] = {
    { "acpi-pc.dsl", "x86_64", "pc", "tpm-crb", 1, 0 },
    { "acpi-q35.dsl", "x86_64", "q35", "tpm-crb", 3, 0 },
    { "acpi-virt.dsl", "aarch64", "virt", "tpm-crb-device", 2, 0x40000000 },
};

/* The tables without pointers to other tables. */
static const char *const signatures[] = { "DSDT", "APIC", "GTDT", "MCFG", "TPM2" };

static ObHost *machine_start(const Machine *machine)
{
    const ObBoot boot = { .cpus = machine->cpus };
    const ObHostConfig config = { .architecture = machine->architecture,
                                  .machine = machine->name,
                                  .boot = &boot };
    const ObOption tpm = { "tpmdev", "tpm0" };
    HW_ERROR(error, 512);
    ObHost *host = ob_host_new(&config, &error);

    if (!ob_host_load_plugins(host, g_getenv("OUTBOARD_SET"), &error) ||
        !hw_tpm_add(ob_host_tpms(host), "libtpms", "tpm0", NULL, 0, &error) ||
        !ob_host_add_device(host, machine->tpm, &tpm, 1, &error) ||
        !ob_host_add_device(host, "vmclock", NULL, 0, &error) ||
        !ob_firmware_boot(host, NULL, &error)) {
        g_error("%s", error.text);
    }
    return host;
}

/* iasl's first comment has its version and the date. */
static const char *text_after_comment(const char *text)
{
    const char *end = strstr(text, "*/\n");

    return end ? end + 3 : text;
}

static void test_tables(gconstpointer data)
{
    const Machine *machine = data;
    ObHost *host = machine_start(machine);
    ObClient *client = ob_client_in_process(host);
    g_autoptr(GString) text = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(signatures); i++) {
        g_autoptr(GBytes) table = acpi_table(client, machine->ram, signatures[i]);
        g_autofree char *decoded = table ? acpi_decode(table) : NULL;

        g_string_append_printf(text, "==== %s%s\n", signatures[i], decoded ? "" : ": none");
        g_string_append(text, decoded ? text_after_comment(decoded) : "");
    }
    ob_client_quit(client);
    ob_host_free(host);
    golden_expect(machine->file, text->str);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(machines); i++) {
        g_autofree char *path = g_strconcat("/acpi-golden/", machines[i].file, NULL);

        g_test_add_data_func(path, &machines[i], test_tables);
    }
    return g_test_run();
}
