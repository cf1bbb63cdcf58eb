/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machines, and the properties of -machine. */
#include "qtest/host/help/help-internal.h"

#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/host/options/machine-property.h"
#include "qtest/machine/board.h"
#include "qtest/text/show.h"

#define COLUMN 36 /* explanations begin here */

void ob_help_machines(const ObOptions *options)
{
    const ObMachine *machine;

    ob_text_printf("Machines:\n");
    for (uint32_t i = 0; (machine = ob_machine_at(i)); i++) {
        if (ob_machine_fits(machine, options->architecture)) {
            ob_text_printf("  %-20s%s%s\n", machine->name, machine->description,
                           machine->is_default ? " (default)" : "");
        }
    }
    ob_text_printf("-machine NAME,help lists the properties.\n");
}

/* The properties that have an effect here; QEMU's others are accepted and change nothing. */
static const struct {
    const char *name;
    const char *help;
} effects[] = {
    { "acpi", "ACPI tables, registers and events (default: on)" },
    { "dumpdtb", "write the device tree to this file, and end" },
    { "fd-bootchk", "reported to firmware (default: on)" },
    { "firmware", "run the ACPI loader script in place of firmware (default: off)" },
    { "graphics", "reported to firmware (default: on)" },
    { "highmem", "PCI above 4 GiB: ECAM and BARs (default: on)" },
    { "highmem-ecam", "ECAM above 4 GiB (default: on)" },
    { "highmem-mmio", "BARs above 4 GiB (default: on)" },
    { "hmat", "the ACPI table HMAT (default: off)" },
    { "max-fw-size", "bytes of the flash chips, at most (default: 8M)" },
    { "pflash0", "a flash chip's drive or node" },
    { "pflash1", "another one's" },
    { "phandle-start", "the first number of a node in the device tree (default: 32768)" },
    { "smbios-entry-point-type", "the form of SMBIOS (default: the machine version's)" },
    { "x-oem-id", "the maker in ACPI tables (default: BOCHS)" },
    { "x-oem-table-id", "the name in ACPI tables (default: BXPC)" },
};

static const char *effect_of(const char *name)
{
    for (size_t i = 0; i < sizeof(effects) / sizeof(effects[0]); i++) {
        if (strcmp(effects[i].name, name) == 0) {
            return effects[i].help;
        }
    }
    return "";
}

/* "on|off|auto", or the kind's name. */
static char *values_of(const ObMachineProperty *property)
{
    static const char *const kinds[] = {
        [OB_PROPERTY_FLAG] = "bool",
        [OB_PROPERTY_NUMBER] = "uint64",
        [OB_PROPERTY_SIZE] = "size",
        [OB_PROPERTY_TEXT] = "str",
    };
    static const char *const synonyms[] = { "", "yes", "no", "true", "false", NULL };
    g_autoptr(GString) list = g_string_new(NULL);
    g_auto(GStrv) words = NULL;

    if (property->kind != OB_PROPERTY_WORD) {
        return g_strdup(kinds[property->kind]);
    }
    words = g_strsplit(property->values, " ", 0);
    for (char **word = words; *word; word++) {
        if (!g_strv_contains(synonyms, *word)) {
            g_string_append_printf(list, "%s%s", list->len ? "|" : "", *word);
        }
    }
    return g_strdup(list->str);
}

static void property_print(const ObMachineProperty *property)
{
    g_autofree char *values = values_of(property);
    g_autofree char *usage = g_strdup_printf("%s=<%s>", property->name, values);
    const char *help = effect_of(property->name);

    if (!*help) {
        ob_text_printf("  %s\n", usage);
    } else if (strlen(usage) > COLUMN - 3) {
        ob_text_printf("  %s\n%*s%s\n", usage, COLUMN, "", help);
    } else {
        ob_text_printf("  %-*s%s\n", COLUMN - 2, usage, help);
    }
}

static bool fits(const ObOptions *options, const ObMachineProperty *property)
{
    return !property->architecture || !strcmp(property->architecture, options->architecture);
}

bool ob_help_machine(const ObOptions *options, const char *name, HwError *error)
{
    const ObMachineProperty *property;

    if (!ob_machine_find(options->architecture, name)) {
        return hw_error_set(error, "-machine: unknown machine '%s', see -machine help", name);
    }
    ob_text_printf("%s options:\n", name);
    for (uint32_t i = 0; (property = ob_machine_property(i)); i++) {
        if (fits(options, property) && property->kind != OB_PROPERTY_REFUSED) {
            property_print(property);
        }
    }
    ob_text_printf("  memory-backend=<str>              the RAM is this -object memory-backend-*\n"
                   "  boot.KEY, memory.KEY, smp.KEY     the keys of -boot, -m and -smp\n"
                   "Properties without an explanation are accepted and change nothing.\n"
                   "Properties of QEMU that are refused:\n");
    for (uint32_t i = 0; (property = ob_machine_property(i)); i++) {
        if (fits(options, property) && property->kind == OB_PROPERTY_REFUSED) {
            ob_text_printf("  %-*s%s\n", COLUMN - 2, property->name, property->values);
        }
    }
    return true;
}
