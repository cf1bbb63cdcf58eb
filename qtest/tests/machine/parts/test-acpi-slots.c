/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hot plug of PCI in the DSDT as ACPICA's tools see it: iasl judges it, and acpiexec runs it. */
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/machine/board.h"
#include "qtest/machine/firmware/stand-in.h"
#include "qtest/tests/lib/acpi-guest.h"

/* acpiexec's registers are memory: the probe says which slots the event is about. */
#define PROBE                                                                             \
    "DefinitionBlock (\"\", \"SSDT\", 2, \"OB\", \"PROBE\", 1) {\n"                       \
    "External (\\_SB.PCI0.PCIU, FieldUnitObj) External (\\_SB.PCI0.PCID, FieldUnitObj)\n" \
    "External (\\_GPE._E01, MethodObj)\n"                                                 \
    "Method (CAME, 1) { \\_SB.PCI0.PCIU = Arg0 \\_GPE._E01 () }\n"                        \
    "Method (LEAV, 1) { \\_SB.PCI0.PCID = Arg0 \\_GPE._E01 () } }\n"

typedef struct Bridge {
    const char *addr;
    const char *bus;
} Bridge;

static void bridge_add(ObHost *host, const Bridge *bridge, int number)
{
    g_autofree char *id = g_strdup_printf("b%d", number);
    g_autofree char *chassis = g_strdup_printf("%d", number);
    const ObOption options[] = { { "id", id },
                                 { "chassis_nr", chassis },
                                 { "addr", bridge->addr },
                                 { "multifunction", "on" },
                                 { "bus", bridge->bus } };
    HW_ERROR(error, 256);

    ob_host_add_device(host, "pci-bridge", options, bridge->bus ? 5 : 4, &error);
    g_assert_cmpstr(error.text, ==, "");
}

static GBytes *dsdt_of(const char *machine, const Bridge *bridges, int count)
{
    const ObHostConfig config = { .architecture = "x86_64",
                                  .machine = machine,
                                  .acpi_bridges = { true, true } };
    HW_ERROR(error, 256);
    ObHost *host = ob_host_new(&config, &error);
    ObClient *client = ob_client_in_process(host);
    GBytes *dsdt;

    for (int i = 0; i < count; i++) {
        bridge_add(host, &bridges[i], i + 1);
    }
    g_assert_true(ob_firmware_boot(host, NULL, &error));
    dsdt = acpi_table(client, 0, "DSDT");
    g_assert_nonnull(dsdt);
    ob_client_quit(client);
    ob_host_free(host);
    return dsdt;
}

static const Bridge nested[] = { { "7.0", NULL }, { "7.1", NULL }, { "3", "b2" } };

static char *run(const char *commands)
{
    g_autoptr(GBytes) dsdt = dsdt_of("pc", nested, G_N_ELEMENTS(nested));
    g_autoptr(GBytes) probe = acpi_compile(PROBE);
    GBytes *tables[] = { dsdt, probe };

    return acpi_execute(tables, 2, commands);
}

static uint32_t occurrences(const char *text, const char *part)
{
    uint32_t count = 0;

    for (; (text = strstr(text, part)); text += strlen(part)) {
        count++;
    }
    return count;
}

static void test_compiler_is_content(void)
{
    g_autoptr(GBytes) dsdt = dsdt_of("pc", nested, G_N_ELEMENTS(nested));
    g_autofree char *text = acpi_disassemble(dsdt, "-f");

    g_assert_cmpuint(occurrences(text, "Method (PCNT,"), ==, 4);
    g_assert_cmpuint(occurrences(text, "Name (BSEL,"), ==, 4);
    g_assert_nonnull(strstr(text, "Scope (\\_SB.PCI0.S39.S18)"));
}

/* Slot 9 exists on each of the four buses. */
static void test_event_notifies_each_bus(void)
{
    g_autofree char *came = run("execute \\CAME 0x200");
    g_autofree char *leaves = run("execute \\LEAV 0x200");

    g_assert_cmpuint(occurrences(came, "Received a System Notify on [S48_]"), ==, 4);
    g_assert_cmpuint(occurrences(came, "Value 0x01 (Device Check)"), ==, 4);
    g_assert_cmpuint(occurrences(leaves, "Value 0x03 (Eject Request)"), ==, 4);
}

/* The slot of a bridge is none of its bus's: nobody is notified. */
static void test_slot_of_a_bridge_is_silent(void)
{
    g_autofree char *came = run("execute \\CAME 0x80");

    g_assert_cmpuint(occurrences(came, "Received a System Notify on [S38_]"), ==, 3);
}

/* The buses have the numbers 0; 1 (b2), 2 (b3); 3 (b1). */
static void test_ejection_names_bus_and_slot(void)
{
    g_autofree char *output = run("evaluate \\_SB.PCI0.S39.S18.S48._EJ0 1;"
                                  "evaluate \\_SB.PCI0.BNUM;evaluate \\_SB.PCI0.B0EJ");

    g_assert_nonnull(strstr(output, "[Integer] = 0000000000000002"));
    g_assert_nonnull(strstr(output, "[Integer] = 0000000000000200"));
}

/* q35's own bus has no number, and no slots. */
static void test_q35_has_slots_below_bridges(void)
{
    g_autoptr(GBytes) dsdt = dsdt_of("q35", nested, G_N_ELEMENTS(nested));
    g_autofree char *text = acpi_disassemble(dsdt, "-f");

    g_assert_nonnull(strstr(text, "OperationRegion (PCST, SystemIO, 0x0CC0, 0x18)"));
    g_assert_cmpuint(occurrences(text, "Name (BSEL,"), ==, 3);
    g_assert_cmpuint(occurrences(text, "Method (PCNT,"), ==, 4);
    g_assert_cmpuint(occurrences(text, "Device (S48)"), ==, 3);
}

/* The AML grows with the bridges, and with their depth. */
static void test_chain_of_bridges_fits(void)
{
    Bridge chain[24] = { { "2", NULL } };
    char names[24][8];
    g_autoptr(GBytes) dsdt = NULL;
    g_autofree char *text = NULL;

    for (int i = 1; i < 24; i++) {
        g_snprintf(names[i], sizeof(names[i]), "b%d", i);
        chain[i] = (Bridge) { "2", names[i] };
    }
    dsdt = dsdt_of("pc", chain, 24);
    text = acpi_disassemble(dsdt, "-f");
    g_assert_cmpuint(occurrences(text, "Name (BSEL,"), ==, 25);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/acpi-slots/compiler-is-content", test_compiler_is_content);
    g_test_add_func("/acpi-slots/event-notifies-each-bus", test_event_notifies_each_bus);
    g_test_add_func("/acpi-slots/slot-of-a-bridge-is-silent", test_slot_of_a_bridge_is_silent);
    g_test_add_func("/acpi-slots/ejection-names-bus-and-slot", test_ejection_names_bus_and_slot);
    g_test_add_func("/acpi-slots/q35-has-slots-below-bridges", test_q35_has_slots_below_bridges);
    g_test_add_func("/acpi-slots/chain-of-bridges-fits", test_chain_of_bridges_fits);
    return g_test_run();
}
