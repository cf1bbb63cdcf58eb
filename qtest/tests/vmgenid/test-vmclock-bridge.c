/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vmclock behind the bridge, in stock QEMUs for x86 (OB_PROGRAM): the time, and the place of the
 * page on pc and q35.  With OB_QEMU also its table beside the table of QEMU's own device.
 */
#include <string.h>

#include "devices/vmclock-regs.h"
#include "hw-api/device/bytes.h"
#include "qtest/tests/lib/acpi-guest.h"
#include "qtest/tests/vmgenid/vmgenid-machine.h"

#define PAGE      UINT64_C(0xfeffb000) /* the page of QEMU's device */
#define PIIX4_GPE 0xafe0

static ObClient *machine_try(const char *machine, const char *accelerator, const char *options,
                             HwError *error)
{
    g_autofree char *arguments = g_strdup_printf(
        "-M %s -m 4M -nodefaults -vga none -net none -serial none -parallel none -monitor none "
        "-plugin file=%s -device %s,id=clk,addr=0xfeffb000%s",
        machine, g_getenv("OUTBOARD_BRIDGE"), g_getenv("OB_VMCLOCK"), options);
    const ObStart how = { .program = g_getenv("OB_PROGRAM"),
                          .arguments = arguments,
                          .accelerator = accelerator };

    return ob_client_start(&how, error);
}

static ObClient *machine_of(VmGenIdMachine *f, const char *machine, const char *options)
{
    HW_ERROR(error, 2000);
    ObClient *client = machine_try(machine, "tcg", options, &error);

    g_assert_cmpstr(error.text, ==, "");
    f->clients[f->count++] = client;
    return client;
}

static uint64_t number(ObClient *c, uint32_t offset)
{
    return ob_client_readq(c, PAGE + offset);
}

/* -------------------------------------------------------------------------- time */

/* The machine stands, runs again, and has the time of that moment. */
static void time_expect(ObClient *c)
{
    gint64 from, to, told;
    uint64_t sequence = ob_client_readl(c, PAGE + VMCLOCK_SEQ_COUNT);

    json_decref(vmgenid_qmp(c, "stop", NULL));
    from = g_get_real_time();
    json_decref(vmgenid_qmp(c, "cont", NULL));
    to = g_get_real_time();
    json_decref(vmgenid_qmp(c, "stop", NULL));
    told = (gint64)number(c, VMCLOCK_TIME_SEC) * 1000000 +
           (gint64)((double)number(c, VMCLOCK_TIME_FRAC_SEC) / 18446744073709551616.0 * 1e6);
    g_assert_cmpint(told, >=, from - 1);
    g_assert_cmpint(told, <=, to + 1000000); /* the page may have been written again since */
    g_assert_cmphex(ob_client_readl(c, PAGE + VMCLOCK_SEQ_COUNT), !=, sequence);
}

static double period_ns(ObClient *c)
{
    double period = (double)number(c, VMCLOCK_PERIOD) / 18446744073709551616.0 * 1e9;

    for (uint8_t i = ob_client_readb(c, PAGE + VMCLOCK_PERIOD_SHIFT); i > 0; i--) {
        period /= 2;
    }
    return period;
}

/* The counter is QEMU's host's: its period is some nanosecond, or a part of one. */
static void test_time(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_of(f, "q35", ",time=host,tai-offset=37");
    uint64_t value, marker;

    (void)data;
    marker = number(c, VMCLOCK_DISRUPTION_MARKER);
    time_expect(c);
    value = number(c, VMCLOCK_COUNTER_VALUE);
    time_expect(c);
    g_assert_cmpuint(number(c, VMCLOCK_COUNTER_VALUE), >, value);
    g_assert_cmphex(ob_client_readb(c, PAGE + VMCLOCK_COUNTER_ID), ==, VMCLOCK_COUNTER_TSC);
    g_assert_cmphex(number(c, VMCLOCK_FLAGS) & 0x311, ==, 0x311);
    g_assert_cmpint((int16_t)ob_client_readw(c, PAGE + VMCLOCK_TAI_OFFSET), ==, -37);
    g_assert_cmpfloat(period_ns(c), >, 0.1);
    g_assert_cmpfloat(period_ns(c), <, 100.0);
    g_assert_cmphex(number(c, VMCLOCK_PERIOD_MAXERROR), >, 0);
    g_assert_cmphex(number(c, VMCLOCK_DISRUPTION_MARKER), ==, marker);
}

static void test_time_is_lost(VmGenIdMachine *f, gconstpointer data)
{
    g_autofree char *incoming = g_strdup_printf(" -incoming unix:%s", f->path);
    ObClient *from = machine_of(f, "q35", ",time=host");
    ObClient *to = machine_of(f, "q35", incoming);
    g_autofree char *back = g_strdup_printf(",time=host -incoming unix:%s", f->path);
    ObClient *last;

    (void)data;
    vmgenid_migrate(f, from, to);
    g_assert_cmphex(ob_client_readb(to, PAGE + VMCLOCK_COUNTER_ID), ==, VMCLOCK_COUNTER_INVALID);
    g_assert_cmphex(ob_client_readb(to, PAGE + VMCLOCK_CLOCK_STATUS), ==,
                    VMCLOCK_STATUS_UNRELIABLE);
    g_assert_cmphex(number(to, VMCLOCK_FLAGS), ==, 0x300);
    g_assert_cmphex(number(to, VMCLOCK_PERIOD), ==, 0);
    last = machine_of(f, "q35", back);
    vmgenid_migrate(f, to, last);
    g_assert_cmphex(ob_client_readb(last, PAGE + VMCLOCK_COUNTER_ID), ==, VMCLOCK_COUNTER_TSC);
    time_expect(last);
}

/* The page has what QEMU's host says of its clock (adjtimex(2)). */
typedef struct Clock {
    const char *path, *adjtimex;
    uint64_t known; /* the flags of TAI and of both errors */
    uint64_t between_errors_ns;
    int16_t tai;
    uint8_t status, leap;
    double drift; /* at least, of the period */
} Clock;

#define MOST_PPM "2147418112" /* 32767 ppm with 16 more bits */

/* STA_INS is 0x10, STA_DEL 0x20, STA_UNSYNC 0x40; TIME_OOP is 3, TIME_WAIT 4, TIME_ERROR 5. */
static const Clock clocks[] = {
    { "synchronized", "0 0 2000 7001 " MOST_PPM " 37", 0x61, 5001000, -37,
      VMCLOCK_STATUS_SYNCHRONIZED, 0, 0.0327 },
    { "free-running", "5 0x40 2000 7001 " MOST_PPM " 0", 0, 0, 0, VMCLOCK_STATUS_FREE_RUNNING, 0,
      0.0327 },
    { "that-does-not-tell", "-1 0x10 2000 7001 " MOST_PPM " 37", 0, 0, 0, VMCLOCK_STATUS_UNKNOWN, 0,
      0.000499 },
    { "without-tolerance", "0 0 0 1 0 -1", 0x61, 1000, 1, VMCLOCK_STATUS_SYNCHRONIZED, 0,
      0.000499 },
    { "second-to-come", "1 0x10 0 1 0 0", 0x60, 1000, 0, VMCLOCK_STATUS_SYNCHRONIZED, 1, 0.000499 },
    { "second-to-go", "2 0x20 0 1 0 0", 0x60, 1000, 0, VMCLOCK_STATUS_SYNCHRONIZED, 2, 0.000499 },
    { "inserted-second", "3 0x10 0 1 0 0", 0x60, 1000, 0, VMCLOCK_STATUS_SYNCHRONIZED, 3,
      0.000499 },
    { "second-that-came", "4 0x10 0 1 0 0", 0x60, 1000, 0, VMCLOCK_STATUS_SYNCHRONIZED, 4,
      0.000499 },
    { "second-that-went", "4 0x20 0 1 0 0", 0x60, 1000, 0, VMCLOCK_STATUS_SYNCHRONIZED, 5,
      0.000499 },
};

/* A sanitizer may be preloaded, too. */
static ObClient *machine_preloaded(VmGenIdMachine *f, const char *clock)
{
    g_autofree char *before = g_strdup(g_getenv("LD_PRELOAD"));
    g_autofree char *both = g_strdup_printf("%s %s", before ? before : "", g_getenv("OB_TOLD"));
    ObClient *client;

    g_setenv("OB_ADJTIMEX", clock, TRUE);
    g_setenv("LD_PRELOAD", both, TRUE);
    client = machine_of(f, "q35", ",time=host");
    g_unsetenv("LD_PRELOAD");
    if (before) {
        g_setenv("LD_PRELOAD", before, TRUE);
    }
    return client;
}

static void test_clock(VmGenIdMachine *f, gconstpointer data)
{
    const Clock *clock = data;
    ObClient *c = machine_preloaded(f, clock->adjtimex);
    double drift;

    time_expect(c);
    drift = (double)number(c, VMCLOCK_PERIOD_MAXERROR) / (double)number(c, VMCLOCK_PERIOD);
    g_assert_cmphex(number(c, VMCLOCK_FLAGS) & 0x61, ==, clock->known);
    g_assert_cmpuint(ob_client_readb(c, PAGE + VMCLOCK_CLOCK_STATUS), ==, clock->status);
    g_assert_cmpuint(ob_client_readb(c, PAGE + VMCLOCK_LEAP_INDICATOR), ==, clock->leap);
    g_assert_cmpint((int16_t)ob_client_readw(c, PAGE + VMCLOCK_TAI_OFFSET), ==, clock->tai);
    g_assert_cmpuint(number(c, VMCLOCK_TIME_MAXERROR) - number(c, VMCLOCK_TIME_ESTERROR), ==,
                     clock->between_errors_ns);
    g_assert_cmpfloat(drift, >=, clock->drift);
    g_assert_cmpfloat(drift, <, clock->drift + 0.03);
}

/* -------------------------------------------------------------------------- pc */

static void test_pc(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *c = machine_of(f, "pc", ",counter=7");

    (void)data;
    g_assert_cmphex(ob_client_readl(c, PAGE), ==, VMCLOCK_MAGIC_VALUE);
    g_assert_cmphex(number(c, VMCLOCK_GENERATION_COUNTER), ==, 7);
    g_assert_cmphex(ob_client_inb(c, PIIX4_GPE), ==, 0);
    qom_set(c, "clk", "counter", "8");
    g_assert_cmphex(number(c, VMCLOCK_GENERATION_COUNTER), ==, 8);
    g_assert_cmphex(ob_client_inb(c, PIIX4_GPE), ==, 1 << VMCLOCK_GPE);
}

/* ---------------------------------------------------------------------- refusals */

typedef struct Refusal {
    const char *path, *options, *sentence;
    const char *accelerator; /* NULL: tcg */
} Refusal;

#define IN_USE(address) "clk: region 'page' can't be at " address ": address " address " is in use"

static const Refusal refusals[] = {
    { "time-with-icount", ",time=host -icount shift=0",
      "clk: time: invalid value 'host': expected none: with -icount the guest's counter does "
      "not follow the time" },
    { "address-of-ram", ",addr=0x1000", IN_USE("0x1000") },
    { "address-of-the-io-apic", ",addr=0xfec00000", IN_USE("0xfec00000") },
    { "address-of-firmware", ",addr=0xfffff000", IN_USE("0xfffff000") },
    { "address-between-pages", ",addr=0xfeffb800",
      "clk: addr: invalid value '0xfeffb800': expected a multiple of 0x1000" },
    { "address-of-the-last-page", ",addr=0xfffffffffffff000",
      "clk: addr: invalid value '0xfffffffffffff000': expected at most 0xffffffffff000" },
    { "device-tree", ",device-tree=on",
      "clk: device-tree: invalid value 'on': expected off on a machine without a device tree "
      "for its guest" },
};

/* QEMU's qtest stands for KVM, which not each machine has. */
static const Refusal without_tcg = {
    .path = "time-without-tcg",
    .options = ",time=host",
    .sentence = "clk: time: invalid value 'host': expected none: QEMU tells the guest's counter "
                "under TCG alone",
    .accelerator = "qtest",
};

static void test_refused(VmGenIdMachine *f, gconstpointer data)
{
    const Refusal *c = data;
    HW_ERROR(error, 2000);

    (void)f;
    g_assert_null(machine_try("q35", c->accelerator ? c->accelerator : "tcg", c->options, &error));
    g_test_message("%s", error.text);
    g_assert_nonnull(strstr(error.text, c->sentence));
}

/* ------------------------------------------------------------- beside QEMU's table */

static ObClient *stock_of(VmGenIdMachine *f)
{
    const ObStart how = { .program = g_getenv("OB_QEMU"),
                          .arguments = "-M q35 -m 4M -nodefaults -vga none -net none -serial none "
                                       "-parallel none -monitor none -device vmclock -S",
                          .accelerator = "tcg" };
    HW_ERROR(error, 2000);
    ObClient *client = ob_client_start(&how, &error);

    g_assert_cmpstr(error.text, ==, "");
    f->clients[f->count++] = client;
    return client;
}

/* The SSDT of vmclock in the file, before firmware has put it anywhere. */
static GBytes *ssdt_in(ObClient *c, const char *file)
{
    g_autoptr(GByteArray) tables = fw_cfg_read(c, file);
    const uint8_t *table = tables->data;
    size_t size;

    for (;; table += size) {
        g_assert_cmpuint((size_t)(table - tables->data) + 36, <=, tables->len);
        size = hw_load_le(table + 4, 4);
        g_assert_cmpuint(size, >=, 36);
        if (memcmp(table, "SSDT", 4) == 0 && memcmp(table + 16, "VMCLOCK", 7) == 0) {
            return g_bytes_new(table, size);
        }
    }
}

/* The lines of the table's text from DefinitionBlock on. */
static char **lines_of(GBytes *table)
{
    g_autofree char *text = acpi_decode(table);
    const char *block = strstr(text, "DefinitionBlock");

    g_assert_nonnull(block);
    return g_strsplit(block, "\n", -1);
}

/* Our table has QEMU's lines, and behind them the event.  A range with a fixed place has the
 * granularity 0 (ACPI 6.5, 6.4.3.5); QEMU's has all bits. */
static void test_table_beside_qemu_s(VmGenIdMachine *f, gconstpointer data)
{
    ObClient *ours = machine_of(f, "q35", " -S");
    g_autoptr(GBytes) here = ssdt_in(ours, "etc/outboard/tables");
    g_autoptr(GBytes) there = ssdt_in(stock_of(f), "etc/acpi/tables");
    g_auto(GStrv) our_lines = lines_of(here);
    g_auto(GStrv) their_lines = lines_of(there);
    uint32_t i = 0;

    (void)data;
    for (; strcmp(their_lines[i], "}") != 0; i++) {
        g_assert_nonnull(our_lines[i]);
        if (!strstr(their_lines[i], "// Granularity")) {
            g_assert_cmpstr(our_lines[i], ==, their_lines[i]);
        }
    }
    g_assert_cmpstr(our_lines[i], ==, "");
    g_assert_cmpstr(our_lines[i + 1], ==,
                    "    Method (\\_GPE._E07, 0, NotSerialized)  // _Exx: "
                    "Edge-Triggered GPE, xx=0x00-0xFF");
    g_assert_nonnull(strstr(our_lines[i + 3], "Notify (\\_SB.VCLK, 0x80)"));
    g_assert_cmpstr(our_lines[i + 5], ==, "}");
}

static void add(const char *path, void (*function)(VmGenIdMachine *f, gconstpointer data),
                gconstpointer data)
{
    g_test_add(path, VmGenIdMachine, data, vmgenid_set_up, function, vmgenid_tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/vmclock-bridge/time/is-the-host-s", test_time, NULL);
    add("/vmclock-bridge/time/is-lost-without-it-and-comes-back", test_time_is_lost, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(clocks); i++) {
        g_autofree char *path = g_strconcat("/vmclock-bridge/time/of-a-clock/", clocks[i].path,
                                            NULL);

        add(path, test_clock, &clocks[i]);
    }
    add("/vmclock-bridge/pc/page-and-event", test_pc, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strconcat("/vmclock-bridge/refused/", refusals[i].path, NULL);

        add(path, test_refused, &refusals[i]);
    }
    if (g_getenv("OB_QTEST_ACCELERATOR")) {
        add("/vmclock-bridge/refused/time-without-tcg", test_refused, &without_tcg);
    }
    if (g_getenv("OB_QEMU")) {
        add("/vmclock-bridge/table/beside-qemu-s", test_table_beside_qemu_s, NULL);
    }
    return g_test_run();
}
