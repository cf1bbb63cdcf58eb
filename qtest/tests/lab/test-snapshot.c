/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine that is put back, part by part, and the machines that can't be. */
#include <string.h>

#include "hw-api/ext/clock.h"
#include "hw-api/ext/event-loop.h"
#include "hw-api/ext/guest-memory.h"
#include "hw-api/host/pci/function.h"
#include "qtest/machine/snapshot/snapshot.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/firmware/stand-in.h"
#include "qtest/machine/net/test-net.h"
#include "qtest/machine/parts/acpi.h"
#include "qtest/machine/parts/fw-cfg.h"
#include "qtest/tests/lib/host-stream.h"
#include "qtest/tests/lib/gadget.h"

static ObSnapshot *taken(GadgetHost *f)
{
    ObSnapshot *snapshot = ob_snapshot_new(f->host, &f->error);

    g_assert_cmpstr(f->text, ==, "");
    g_assert_nonnull(snapshot);
    return snapshot;
}

static void put_back(GadgetHost *f, ObSnapshot *snapshot)
{
    ob_snapshot_restore(snapshot, &f->error);
    g_assert_cmpstr(f->text, ==, "");
}

static void refused(GadgetHost *f, const char *sentence)
{
    g_assert_null(ob_snapshot_new(f->host, &f->error));
    g_assert_cmpstr(f->text, ==, sentence);
}

static HwInstance *solid_add(GadgetHost *f)
{
    static HwClass solid;

    solid = gadget_class;
    solid.table.name = "solid";
    solid.table.flags = HW_CLASS_FLAT;
    g_assert_true(ob_host_add_class(f->host, &solid, &f->error));
    return device_add(f, "solid", "addr=0xfed10000,ram-addr=0x10000000");
}

/* ------------------------------------------------------------------------- parts */

static void test_registers_and_lines(GadgetHost *f, gconstpointer data)
{
    ObSnapshot *snapshot;

    (void)data;
    solid_add(f);
    writel(f, GADGET_BASE + GADGET_CTRL, 1);
    snapshot = taken(f);
    writel(f, GADGET_BASE + GADGET_CTRL, 0);
    g_string_truncate(f->irqs, 0);
    put_back(f, snapshot);
    g_assert_cmphex(readl(f, GADGET_BASE + GADGET_CTRL), ==, 1);
    g_assert_true(ob_host_irq_level(f->host, GADGET_IRQ));
    g_assert_cmpstr(f->irqs->str, ==, "5=1 ");
    ob_snapshot_free(snapshot);
}

static void test_ram(GadgetHost *f, gconstpointer data)
{
    ObSnapshot *snapshot;

    (void)data;
    solid_add(f);
    writel(f, 0x5000, 1);
    writel(f, 0x10000000, 2);
    snapshot = taken(f);
    writel(f, 0x5000, 3);
    writel(f, 0x9000, 4);
    writel(f, 0x10000000, 5);
    put_back(f, snapshot);
    g_assert_cmphex(readl(f, 0x5000), ==, 1);
    g_assert_cmphex(readl(f, 0x9000), ==, 0);
    g_assert_cmphex(readl(f, 0x10000000), ==, 2);
    g_assert_cmpuint(ob_snapshot_pages(snapshot), ==, 3);
    put_back(f, snapshot);
    g_assert_cmpuint(ob_snapshot_pages(snapshot), ==, 0);
    ob_snapshot_free(snapshot);
}

/* A load gives the blocks other memory. */
static void test_loaded_stream(GadgetHost *f, gconstpointer data)
{
    g_autoptr(GByteArray) stream = NULL;
    ObSnapshot *snapshot;

    (void)data;
    writel(f, 0x5000, 1);
    snapshot = taken(f);
    writel(f, 0x5000, 0);
    writel(f, 0x9000, 2);
    stream = host_stream_save(f->host);
    put_back(f, snapshot);
    host_stream_load(f->host, stream);
    g_assert_cmphex(readl(f, 0x9000), ==, 2);
    put_back(f, snapshot);
    g_assert_cmphex(readl(f, 0x5000), ==, 1);
    g_assert_cmphex(readl(f, 0x9000), ==, 0);
    ob_snapshot_free(snapshot);
}

/* A reset clears no RAM, but devices and fw_cfg forget. */
static void test_reset_is_undone(GadgetHost *f, gconstpointer data)
{
    ObFwCfg *fw_cfg = ob_host_fw_cfg(f->host);
    ObSnapshot *snapshot;
    uint8_t bytes[4];

    (void)data;
    solid_add(f);
    writel(f, GADGET_BASE + GADGET_CTRL, 1);
    ob_fw_cfg_read(fw_cfg, 0, 0, bytes, 2);
    snapshot = taken(f);
    ob_host_reset(f->host);
    put_back(f, snapshot);
    g_assert_cmphex(readl(f, GADGET_BASE + GADGET_CTRL), ==, 1);
    g_assert_cmphex(ob_host_load(f->host, HW_SPACE_IO, 0x511, 1), ==, 'M'); /* "QEMU" */
    ob_snapshot_free(snapshot);
}

static void fired(HwDevice *dev, void *opaque)
{
    gadget_note_word(dev, opaque);
}

static void test_timers(GadgetHost *f, gconstpointer data)
{
    HwDevice *dev = solid_add(f)->dev;
    const HwClock *clock = dev->host->query(dev->host, HW_CLOCK);
    HwTimer *first = clock->timer_new(dev, fired, (void *)"first");
    HwTimer *second = clock->timer_new(dev, fired, (void *)"second");
    ObSnapshot *snapshot;

    (void)data;
    clock->timer_set(first, 100);
    clock->timer_set(second, 100);
    ob_host_clock_set(f->host, 50);
    snapshot = taken(f);
    clock->timer_set(clock->timer_new(dev, fired, (void *)"later"), 60);
    clock->timer_cancel(first);
    ob_host_clock_set(f->host, 500);
    put_back(f, snapshot);
    g_string_truncate(gadget_happened, 0);
    g_assert_cmpint(ob_host_clock_now(f->host), ==, 50);
    ob_host_clock_set(f->host, 99);
    g_assert_cmpstr(gadget_happened->str, ==, "");
    ob_host_clock_set(f->host, 100);
    /* The gadget's own comes first again. */
    g_assert_cmpstr(gadget_happened->str, ==, "solid:fired solid:first solid:second");
    ob_snapshot_free(snapshot);
}

static void test_posted_calls_are_dropped(GadgetHost *f, gconstpointer data)
{
    HwDevice *dev = solid_add(f)->dev;
    const HwEventLoop *loop = dev->host->query(dev->host, HW_EVENT_LOOP);
    ObSnapshot *snapshot = taken(f);

    (void)data;
    g_string_truncate(gadget_happened, 0);
    loop->post(dev, gadget_note_word, (void *)"posted");
    put_back(f, snapshot);
    ob_host_poll(f->host);
    g_assert_cmpstr(gadget_happened->str, ==, "");
    loop->post(dev, gadget_note_word, (void *)"again");
    ob_host_poll(f->host);
    g_assert_cmpstr(gadget_happened->str, ==, "solid:again");
    ob_snapshot_free(snapshot);
}

static void ecam_enable(GadgetHost *f)
{
    ob_host_store(f->host, HW_SPACE_IO, 0xcf8, 0x80000060, 4); /* PCIEXBAR */
    ob_host_store(f->host, HW_SPACE_IO, 0xcfc, 0xb0000001, 4);
}

static void test_ecam_of_q35(GadgetHost *f, gconstpointer data)
{
    ObSnapshot *snapshot = taken(f);

    (void)data;
    ecam_enable(f);
    g_assert_cmphex(readl(f, 0xb0000000), ==, 0x29c08086);
    put_back(f, snapshot);
    g_assert_cmphex(readl(f, 0xb0000000), ==, 0);
    g_assert_cmphex(ob_host_load(f->host, HW_SPACE_IO, 0xcf8, 4), ==, 0);
    ob_snapshot_free(snapshot);
}

/* Rings, and returns the changes of lines. */
static char *ring(GadgetHost *f, uint64_t bar)
{
    g_string_truncate(f->irqs, 0);
    writel(f, bar + 4, 3); /* CTRL: enable, ring */
    return g_strdup(f->irqs->str);
}

static void test_pin(GadgetHost *f, gconstpointer data)
{
    g_autofree char *first = NULL, *again = NULL;
    const HwPciUnit *unit;
    ObSnapshot *snapshot;

    (void)data;
    g_assert_true(ob_host_load_plugins(f->host, g_getenv("OUTBOARD_SET"), &f->error));
    unit = device_add(f, "pci-beacon", "id=b")->pci;
    g_assert_true(ob_firmware_boot(f->host, NULL, &f->error));
    snapshot = taken(f);
    first = ring(f, unit->bars[0].address);
    g_assert_cmpstr(first, !=, "");
    put_back(f, snapshot);
    again = ring(f, unit->bars[0].address);
    g_assert_cmpstr(again, ==, first);
    ob_snapshot_free(snapshot);
}

static void test_bars(GadgetHost *f, gconstpointer data)
{
    ObSnapshot *snapshot;
    const HwPciUnit *unit;
    uint64_t bar;
    uint32_t id;

    (void)data;
    g_assert_true(ob_host_load_plugins(f->host, g_getenv("OUTBOARD_SET"), &f->error));
    unit = device_add(f, "pci-beacon", "id=b,addr=4")->pci;
    g_assert_true(ob_firmware_boot(f->host, NULL, &f->error));
    bar = unit->bars[0].address;
    id = readl(f, bar);
    g_assert_cmphex(id, !=, 0);
    snapshot = taken(f);
    ob_host_store(f->host, HW_SPACE_IO, 0xcf8, 0x80002010, 4); /* BAR 0 of 00:04.0 */
    ob_host_store(f->host, HW_SPACE_IO, 0xcfc, 0xfea00000, 4);
    g_assert_cmphex(readl(f, bar), ==, 0);
    g_assert_cmphex(readl(f, 0xfea00000), ==, id);
    put_back(f, snapshot);
    g_assert_cmphex(readl(f, bar), ==, id);
    g_assert_cmphex(readl(f, 0xfea00000), ==, 0);
    ob_snapshot_free(snapshot);
}

/* The MCFG is there while ECAM is on. */
static bool has_mcfg(GadgetHost *f)
{
    const ObFwCfgFile *file = ob_fw_cfg_find(ob_host_fw_cfg(f->host), OB_ACPI_TABLES);

    return memmem(file->bytes, file->size, "MCFG", 4) != NULL;
}

static void test_acpi_tables(GadgetHost *f, gconstpointer data)
{
    ObSnapshot *snapshot;

    (void)data;
    g_assert_false(has_mcfg(f));
    snapshot = taken(f);
    ecam_enable(f);
    ob_acpi_outdate(f->host);
    g_assert_true(has_mcfg(f));
    put_back(f, snapshot);
    g_assert_false(has_mcfg(f));
    ob_snapshot_free(snapshot);
}

static void test_two_at_a_time(GadgetHost *f, gconstpointer data)
{
    ObSnapshot *first, *second;

    (void)data;
    writel(f, 0x5000, 1);
    first = taken(f);
    writel(f, 0x5000, 2);
    second = taken(f);
    writel(f, 0x5000, 3);
    put_back(f, first);
    g_assert_cmphex(readl(f, 0x5000), ==, 1);
    put_back(f, second);
    g_assert_cmphex(readl(f, 0x5000), ==, 2);
    ob_snapshot_free(first);
    writel(f, 0x5000, 4);
    put_back(f, second);
    g_assert_cmphex(readl(f, 0x5000), ==, 2);
    ob_snapshot_free(second);
}

/* ---------------------------------------------------------------------- refusals */

static void test_class_without_state(GadgetHost *f, gconstpointer data)
{
    (void)data;
    device_add(f, "gadget", "id=g");
    refused(f, "snapshot: 'g': class 'gadget' has no state table and is not flat, "
               "expected one of both");
}

static void test_pci_function(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_true(ob_host_load_plugins(f->host, g_getenv("OUTBOARD_SET"), &f->error));
    device_add(f, "pci-testdev", "id=e");
    refused(f, "snapshot: 'e' is a PCI function of a class that is not flat, which can't be put "
               "back");
}

/* Each of them has queues that no snapshot knows. */
static void test_bus_of_targets(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_true(ob_host_load_plugins(f->host, g_getenv("OUTBOARD_SET"), &f->error));
    device_add(f, "i2c-ocores", "id=bus");
    refused(f, "snapshot: the machine has an I2C bus, which can't be put back");
}

static void test_screen(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_true(ob_host_load_plugins(f->host, g_getenv("OUTBOARD_SET"), &f->error));
    device_add(f, "ramfb", "id=r");
    refused(f, "snapshot: 'r' is a screen, which can't be put back");
}

static void test_network(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_nonnull(ob_test_net_add(f->host, "net0", &f->error));
    refused(f, "snapshot: the machine has a network, which can't be put back");
}

static void test_vcpus(GadgetHost *f, gconstpointer data)
{
    static HwVcpus vcpus;

    (void)data;
    ob_host_set_vcpus(f->host, &vcpus);
    refused(f, "snapshot: the machine has the registers of vCPUs, which can't be put back");
}

static void test_shared_ram(GadgetHost *f, gconstpointer data)
{
    (void)data;
    ((ObRamBlock *)f->host->blocks->pdata[0])->is_file = true;
    refused(f, "snapshot: RAM 'pc.ram' is shared with a file or other processes, expected RAM of "
               "the host alone");
}

static void test_migration_under_way(GadgetHost *f, gconstpointer data)
{
    (void)data;
    f->host->saves++;
    refused(f, "snapshot: the machine has a migration under way, which can't be put back");
    f->host->saves--;
}

static void restore_refused(GadgetHost *f, ObSnapshot *snapshot, const char *sentence)
{
    g_assert_false(ob_snapshot_restore(snapshot, &f->error));
    g_assert_cmpstr(f->text, ==, sentence);
    ob_snapshot_free(snapshot);
}

static void test_device_came(GadgetHost *f, gconstpointer data)
{
    ObSnapshot *snapshot = taken(f);

    (void)data;
    solid_add(f);
    restore_refused(f, snapshot,
                    "snapshot: devices have come or gone, expected those that the "
                    "snapshot has");
}

static void test_device_went(GadgetHost *f, gconstpointer data)
{
    HwInstance *solid = solid_add(f);
    ObSnapshot *snapshot = taken(f);

    (void)data;
    ob_host_remove_device(f->host, solid);
    restore_refused(f, snapshot,
                    "snapshot: devices have come or gone, expected those that the "
                    "snapshot has");
}

static void test_timer_went(GadgetHost *f, gconstpointer data)
{
    HwDevice *dev = solid_add(f)->dev;
    const HwClock *clock = dev->host->query(dev->host, HW_CLOCK);
    HwTimer *timer = clock->timer_new(dev, fired, NULL);
    ObSnapshot *snapshot = taken(f);

    (void)data;
    clock->timer_free(timer);
    restore_refused(f, snapshot, "snapshot: a device has freed a timer, expected it to be kept");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    GADGET_TEST("/snapshot/brings-back/registers-and-lines", "q35", test_registers_and_lines);
    GADGET_TEST("/snapshot/brings-back/ram", "q35", test_ram);
    GADGET_TEST("/snapshot/brings-back/ram-before-a-load", "q35", test_loaded_stream);
    GADGET_TEST("/snapshot/brings-back/reset-devices", "q35", test_reset_is_undone);
    GADGET_TEST("/snapshot/brings-back/timers-in-their-order", "q35", test_timers);
    GADGET_TEST("/snapshot/brings-back/pin-of-a-function", "q35", test_pin);
    GADGET_TEST("/snapshot/brings-back/bars", "q35", test_bars);
    GADGET_TEST("/snapshot/brings-back/acpi-tables", "q35", test_acpi_tables);
    GADGET_TEST("/snapshot/brings-back/ecam", "q35", test_ecam_of_q35);
    GADGET_TEST("/snapshot/drops/posted-calls", "q35", test_posted_calls_are_dropped);
    GADGET_TEST("/snapshot/several/at-a-time", "q35", test_two_at_a_time);
    GADGET_TEST("/snapshot/refused/class-without-state", "q35", test_class_without_state);
    GADGET_TEST("/snapshot/refused/pci-function-that-is-not-flat", "q35", test_pci_function);
    GADGET_TEST("/snapshot/refused/i2c-bus", "q35", test_bus_of_targets);
    GADGET_TEST("/snapshot/refused/screen", "q35", test_screen);
    GADGET_TEST("/snapshot/refused/network", "q35", test_network);
    GADGET_TEST("/snapshot/refused/vcpus", "q35", test_vcpus);
    GADGET_TEST("/snapshot/refused/shared-ram", "q35", test_shared_ram);
    GADGET_TEST("/snapshot/refused/migration-under-way", "q35", test_migration_under_way);
    GADGET_TEST("/snapshot/restore-refused/device-came", "q35", test_device_came);
    GADGET_TEST("/snapshot/restore-refused/device-went", "q35", test_device_went);
    GADGET_TEST("/snapshot/restore-refused/timer-went", "q35", test_timer_went);
    return g_test_run();
}
