/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vmclock in a machine that migrates.  OB_PROGRAM is the tested program: ours, or a stock QEMU
 * with the bridge.  OB_VMCLOCK is the device's name there.  With OB_QEMU, a stock QEMU with a
 * vmclock of its own, a machine also moves between both devices.
 */
#include <string.h>

#include "devices/vmclock-regs.h"
#include "qtest/tests/vmgenid/vmgenid-machine.h"

#define PAGE       UINT64_C(0xfeffb000) /* the page of QEMU's device */
#define PM_BASE    0x600                /* ICH9's ACPI registers, where QEMU's firmware puts them */
#define GPE_STATUS (PM_BASE + 0x20)

static ObClient *start(VmGenIdMachine *f, bool stock, const char *options)
{
    const char *bridge = g_getenv("OUTBOARD_BRIDGE");
    g_autofree char *plugin = bridge && !stock ? g_strdup_printf("-plugin file=%s", bridge)
                                               : g_strdup("");
    g_autofree char *device = stock ? g_strdup("vmclock,id=clk")
                                    : g_strdup_printf("%s,id=clk,addr=0xfeffb000",
                                                      g_getenv("OB_VMCLOCK"));
    g_autofree char *arguments = g_strdup_printf(
        "-M pc-q35-7.2 -m 4M -nodefaults %s %s -device %s%s",
        stock || is_stock() ? "-vga none -net none -serial none -parallel none -monitor none" : "",
        plugin, device, options);
    const ObStart how = { .program = g_getenv(stock ? "OB_QEMU" : "OB_PROGRAM"),
                          .arguments = arguments,
                          .accelerator = stock || is_stock() ? "tcg" : NULL };
    HW_ERROR(error, 2000);
    ObClient *client = ob_client_start(&how, &error);

    if (!client) {
        g_error("%s", error.text);
    }
    f->clients[f->count++] = client;
    return client;
}

static ObClient *listen_at(VmGenIdMachine *f, bool stock, const char *options)
{
    g_autofree char *all = g_strdup_printf("%s -incoming unix:%s", options, f->path);

    return start(f, stock, all);
}

static uint64_t marker(ObClient *c)
{
    return ob_client_readq(c, PAGE + VMCLOCK_DISRUPTION_MARKER);
}

static uint64_t counter(ObClient *c)
{
    return ob_client_readq(c, PAGE + VMCLOCK_GENERATION_COUNTER);
}

/* Firmware's work: no firmware runs in these machines (ICH9 datasheet, 13.1.13). */
static void acpi_enable(ObClient *c)
{
    if (is_stock()) {
        ob_client_outl(c, 0xcf8, 0x8000f840);
        ob_client_outl(c, 0xcfc, PM_BASE | 1);
        ob_client_outl(c, 0xcf8, 0x8000f844);
        ob_client_outb(c, 0xcfc, 0x80);
    }
}

static bool notified(ObClient *c)
{
    return ob_client_inl(c, GPE_STATUS) == 1 << VMCLOCK_GPE;
}

/* The machine moves to other processes during the test: each move changes the marker. */
static bool moves(void)
{
    return g_getenv("OB_MIGRATE_EVERY") != NULL;
}

static void page_expect(ObClient *c)
{
    g_assert_cmphex(ob_client_readl(c, PAGE), ==, 0x4b4c4356);
    g_assert_cmphex(ob_client_readl(c, PAGE + 4), ==, 4096);
    g_assert_cmphex(ob_client_readw(c, PAGE + 8), ==, 1);
    g_assert_cmphex(ob_client_readb(c, PAGE + 10), ==, 0xff);
    g_assert_cmpuint(ob_client_readl(c, PAGE + 12) % 2, ==, 0);
    g_assert_cmphex(ob_client_readq(c, PAGE + 24), ==, 0x300);
}

/* -------------------------------------------------------------------------- page */

static void test_page(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = start(f, false, "");
    uint64_t before[2] = { marker(c), counter(c) };

    (void)data;
    page_expect(c);
    ob_client_writeq(c, PAGE + VMCLOCK_DISRUPTION_MARKER, ~before[0]);
    ob_client_writeq(c, PAGE + VMCLOCK_GENERATION_COUNTER, ~before[1]);
    g_assert_cmphex(counter(c), ==, before[1]);
    g_assert_true(marker(c) == before[0] || moves());
    g_assert_cmphex(marker(c), !=, ~before[0]);
    ob_client_reset(c);
    g_assert_cmphex(counter(c), ==, before[1]);
    g_assert_true(marker(c) == before[0] || moves());
}

static void test_set_at_run_time(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = start(f, false, ",counter=7");
    uint64_t before = marker(c);

    (void)data;
    acpi_enable(c);
    g_assert_cmphex(counter(c), ==, 7);
    g_assert_true(!notified(c) || moves());
    qom_set(c, "clk", "counter", "0x1122334455667788");
    g_assert_cmphex(counter(c), ==, 0x1122334455667788);
    g_assert_cmphex(marker(c), !=, before);
    g_assert_true(notified(c));
}

/* QEMU would give both devices the same place in the ACPI namespace. */
static void test_two_devices_are_refused(VmGenIdMachine *f, gconstpointer data)
{
    static const char *const orders[][2] = {
        { "-device vmclock -device outboard-vmclock",
          "already has a vmclock, expected at most one" },
        { "-device outboard-vmclock -device vmclock",
          "two of the device vmclock, ours and QEMU's, expected at most one" },
    };

    (void)f;
    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(orders); i++) {
        g_autofree char *arguments = g_strdup_printf("-M pc-q35-7.2 -nodefaults -plugin file=%s %s",
                                                     g_getenv("OUTBOARD_BRIDGE"), orders[i][0]);
        const ObStart how = { .program = g_getenv("OB_PROGRAM"),
                              .arguments = arguments,
                              .accelerator = "tcg" };
        HW_ERROR(error, 2000);

        g_assert_null(ob_client_start(&how, &error));
        g_assert_nonnull(strstr(error.text, orders[i][1]));
        g_assert_nonnull(strstr(error.text, "ended with status 1"));
    }
}

/* --------------------------------------------------------------------- migration */

static void test_migration_keeps_the_counter(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *from = start(f, false, "");
    uint64_t before[2] = { marker(from), counter(from) };
    ObClient *to = listen_at(f, false, "");

    (void)data;
    acpi_enable(from);
    g_assert_true(!notified(from) || moves());
    vmgenid_migrate(f, from, to);
    page_expect(to);
    g_assert_cmphex(marker(to), !=, before[0]);
    g_assert_cmphex(counter(to), ==, before[1]);
    g_assert_true(notified(to));
}

static void test_clone_gets_a_counter(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *from = start(f, false, "");
    uint64_t before[2] = { marker(from), counter(from) };
    ObClient *to = listen_at(f, false, ",next-load=clone");

    (void)data;
    vmgenid_migrate(f, from, to);
    g_assert_cmphex(marker(to), !=, before[0]);
    g_assert_cmphex(counter(to), !=, before[1]);
}

/* QEMU has a vmgenid of its own on x86. */
static const char *vmgenid(void)
{
    return is_bridged() ? "outboard-vmgenid" : "vmgenid";
}

static char *qom_get(ObClient *c, const char *path, const char *property)
{
    json_t *value = vmgenid_qmp(c, "qom-get",
                                json_pack("{s:s, s:s}", "path", path, "property", property));
    char *text = g_strdup(json_string_value(value));

    json_decref(value);
    return text;
}

/* next-load of either device is for both: the machine is not a clone for one of them alone. */
static void test_both_devices_decide_as_one(VmGenIdMachine *f, gconstpointer data)
{
    g_autofree char *gen = g_strdup_printf(" -device %s,id=gen,guid=" GUID
                                           ",on-clone=new,on-migrate=keep",
                                           vmgenid());
    ObClient *from = start(f, false, gen);
    uint64_t before = counter(from);
    ObClient *to = listen_at(f, false, gen);
    g_autofree char *next = NULL;
    g_autofree char *guid = NULL;
    g_autofree char *after = NULL;

    (void)data;
    qom_set(to, "gen", "next-load", "clone");
    next = qom_get(to, "clk", "next-load");
    g_assert_cmpstr(next, ==, "clone");
    vmgenid_migrate(f, from, to);
    g_assert_cmphex(counter(to), !=, before);
    guid = qom_get(to, "gen", "guid");
    g_assert_cmpstr(guid, !=, GUID);
    after = qom_get(to, "gen", "next-load");
    g_assert_cmpstr(after, ==, "auto");
}

static void test_contradiction_is_refused(VmGenIdMachine *f, gconstpointer data)
{
    const char *bridge = g_getenv("OUTBOARD_BRIDGE");
    g_autofree char *arguments = g_strdup_printf(
        "-M pc-q35-7.2 -nodefaults %s%s -device %s,next-load=clone -device %s,next-load=restore",
        bridge ? "-plugin file=" : "", bridge ? bridge : "", g_getenv("OB_VMCLOCK"), vmgenid());
    const ObStart how = { .program = g_getenv("OB_PROGRAM"),
                          .arguments = arguments,
                          .accelerator = bridge ? "tcg" : NULL };
    HW_ERROR(error, 2000);

    (void)f;
    (void)data;
    g_assert_null(ob_client_start(&how, &error));
    g_assert_nonnull(strstr(error.text, "vmgenid: next-load: invalid value 'restore': expected "
                                        "'clone', as the machine's other device has it"));
}

/* QEMU's device counts the marker, and has no generation counter. */
static void test_round_trip_by_qemu(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *origin = start(f, true, "");
    ObClient *here, *back;
    uint64_t seen;

    (void)data;
    seen = marker(origin);
    here = listen_at(f, false, "");
    vmgenid_migrate(f, origin, here);
    page_expect(here);
    g_assert_cmphex(marker(here), !=, seen);
    g_assert_cmphex(counter(here), ==, 0);
    seen = marker(here);
    back = listen_at(f, true, "");
    vmgenid_migrate(f, here, back);
    g_assert_cmphex(marker(back), ==, seen + 1);
    g_assert_cmphex(ob_client_readl(back, PAGE), ==, 0x4b4c4356);
}

/* Our page equals QEMU's word by word, but for the values that only our device gives. */
static void test_page_beside_qemu_s(VmGenIdMachine *f, gconstpointer data)
{
    static const uint32_t ours[] = { 0x0c, 0x10, 0x14, 0x18, 0x68, 0x6c };
    ObClient *here = start(f, false, "");
    ObClient *there = start(f, true, "");
    uint8_t page[2][4096];

    (void)data;
    ob_client_memread(here, PAGE, page[0], sizeof(page[0]));
    ob_client_memread(there, PAGE, page[1], sizeof(page[1]));
    for (size_t i = 0; i < G_N_ELEMENTS(ours); i++) {
        memset(page[0] + ours[i], 0, 4);
        memset(page[1] + ours[i], 0, 4);
    }
    g_assert_cmpmem(page[0], sizeof(page[0]), page[1], sizeof(page[1]));
}

static void add(const char *path, void (*function)(VmGenIdMachine *f, gconstpointer data))
{
    g_test_add(path, VmGenIdMachine, NULL, vmgenid_set_up, function, vmgenid_tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/vmclock-machine/page", test_page);
    add("/vmclock-machine/counter-is-set-at-run-time", test_set_at_run_time);
    add("/vmclock-machine/migration-keeps-the-counter", test_migration_keeps_the_counter);
    add("/vmclock-machine/clone-gets-a-counter", test_clone_gets_a_counter);
    if (!moves()) { /* a move would use up next-load */
        add("/vmclock-machine/both-devices-decide-as-one", test_both_devices_decide_as_one);
    }
    if (is_bridged() || !is_stock()) {
        add("/vmclock-machine/two-next-loads-are-refused", test_contradiction_is_refused);
    }
    if (g_getenv("OB_QEMU")) {
        add("/vmclock-machine/round-trip-by-qemu", test_round_trip_by_qemu);
        add("/vmclock-machine/page-beside-qemu-s", test_page_beside_qemu_s);
    }
    if (g_getenv("OB_QEMU") && is_bridged()) {
        add("/vmclock-machine/two-devices-are-refused", test_two_devices_are_refused);
    }
    return g_test_run();
}
