/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pvpanic-pci in our program, and QEMU's own in stock QEMU.  OB_PROGRAM names the program, OB_MACHINE
 * its machine; OB_RELEASE is QEMU's.
 */
#include <stdlib.h>

#include "qtest/client/drivers/pci.h"

enum { PANICKED = 1, CRASH_LOADED = 2, SHUTDOWN = 4, EVENT_MS = 5000 };

typedef struct Machine {
    ObClient *c;
    PciBus bus;
    PciBar bar;
} Machine;

static bool is_virt(void)
{
    return g_str_has_prefix(g_getenv("OB_MACHINE"), "virt");
}

/* QEMU before 9.1 does not know the guest's shutdown. */
static bool has_shutdown(void)
{
    const char *release = g_getenv("OB_RELEASE");

    return !release || atof(release) > 9;
}

static json_t *command(Machine *f, const char *name)
{
    json_t *error = NULL;
    json_t *answer = ob_client_qmp(f->c, name, NULL, &error);

    g_assert_null(error);
    return answer;
}

static void set_up(Machine *f, gconstpointer data)
{
    g_autofree char *arguments = g_strdup_printf("-M %s -m 16 -nodefaults -device pvpanic-pci%s",
                                                 g_getenv("OB_MACHINE"), (const char *)data);
    const ObStart start = { .program = g_getenv("OB_PROGRAM"),
                            .accelerator = g_getenv("OB_RELEASE") ? "tcg" : "qtest",
                            .arguments = arguments };
    HW_ERROR(error, 4096);
    uint32_t address;

    f->c = ob_client_start(&start, &error);
    g_assert_cmpstr(error.text, ==, "");
    f->bus = is_virt() ? pci_of_virt(f->c) : pci_of_pc(f->c);
    address = pci_find(&f->bus, 0x1b36, 0x0011, 0);
    g_assert_cmphex(address, !=, PCI_NOT_FOUND);
    f->bar = pci_bar_map(&f->bus, address, 0);
    json_decref(command(f, "cont"));
}

static void tear_down(Machine *f, gconstpointer data)
{
    (void)data;
    ob_client_quit(f->c);
}

static void expect_event(Machine *f, const char *event, const char *member, const char *value)
{
    json_t *heard = ob_client_qmp_event(f->c, event, EVENT_MS);

    g_assert_nonnull(heard);
    g_assert_cmpstr(json_string_value(json_object_get(json_object_get(heard, "data"), member)), ==,
                    value);
    json_decref(heard);
}

static void expect_status(Machine *f, const char *status)
{
    json_t *answer = command(f, "query-status");

    g_assert_cmpstr(json_string_value(json_object_get(answer, "status")), ==, status);
    json_decref(answer);
}

static void test_register_shows_the_events(Machine *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(pci_bar_read(&f->bar, 0, 1), ==, has_shutdown() ? 7 : 3);
    g_assert_cmphex(pci_bar_read(&f->bar, 1, 1), ==, has_shutdown() ? 7 : 3);
}

static void test_user_chooses_the_events(Machine *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(pci_bar_read(&f->bar, 0, 1), ==, 1);
}

static void test_panic_pauses(Machine *f, gconstpointer data)
{
    (void)data;
    pci_bar_write(&f->bar, 0, PANICKED, 1);
    expect_event(f, "GUEST_PANICKED", "action", "pause");
    expect_status(f, "guest-panicked");
}

static void test_crash_kernel_goes_on(Machine *f, gconstpointer data)
{
    (void)data;
    pci_bar_write(&f->bar, 1, CRASH_LOADED, 1);
    expect_event(f, "GUEST_CRASHLOADED", "action", "run");
    expect_status(f, "running");
}

static void test_guest_shuts_down(Machine *f, gconstpointer data)
{
    (void)data;
    pci_bar_write(&f->bar, 0, SHUTDOWN, 1);
    expect_event(f, "SHUTDOWN", "reason", "guest-shutdown");
}

/* Ids, class and the BAR as a driver sees them. */
static void test_guest_finds_the_function(Machine *f, gconstpointer data)
{
    uint32_t address = pci_find(&f->bus, 0x1b36, 0x0011, 0);

    (void)data;
    g_assert_cmphex(pci_config_read(&f->bus, address, 8, 4), ==, 0x08800001);
    g_assert_cmphex(pci_config_read(&f->bus, address, 0x2c, 4), ==, 0x11001af4);
    g_assert_cmphex(pci_config_read(&f->bus, address, 0x3d, 1), ==, 0);
    g_assert_false(f->bar.is_io);
    g_assert_cmphex(pci_capability(&f->bus, address, 0x10), ==, 0);
}

static void add(const char *path, const char *options, void (*test)(Machine *f, gconstpointer data))
{
    g_test_add(path, Machine, options, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/pvpanic-pci/guest-finds-the-function", "", test_guest_finds_the_function);
    add("/pvpanic-pci/register-shows-the-events", "", test_register_shows_the_events);
    add("/pvpanic-pci/user-chooses-the-events", ",events=1", test_user_chooses_the_events);
    add("/pvpanic-pci/panic-pauses", " -action panic=pause", test_panic_pauses);
    add("/pvpanic-pci/crash-kernel-goes-on", "", test_crash_kernel_goes_on);
    if (has_shutdown()) {
        add("/pvpanic-pci/guest-shuts-down", " -action shutdown=pause", test_guest_shuts_down);
    }
    return g_test_run();
}
