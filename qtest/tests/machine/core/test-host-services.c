/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A host's services for devices, and resets and other calls that reach all devices, in process. */
#include "hw-api/ext/clock.h"
#include "hw-api/ext/event-loop.h"
#include "hw-api/ext/guest-memory.h"
#include "qtest/tests/lib/gadget.h"

/* --------------------------------------------------------------- interrupts */

static void test_irq_tells_of_changes_alone(GadgetHost *f, gconstpointer data)
{
    (void)data;
    device_add(f, "gadget", "addr=0xfed10000");
    writel(f, GADGET_BASE + GADGET_CTRL, 1);
    writel(f, GADGET_BASE + GADGET_CTRL, 3);
    g_assert_true(ob_host_irq_level(f->host, GADGET_IRQ));
    writel(f, GADGET_BASE + GADGET_CTRL, 2);
    g_assert_false(ob_host_irq_level(f->host, GADGET_IRQ));
    g_assert_cmpstr(f->irqs->str, ==, "5=1 5=0 ");
}

static void test_irq_of_an_unknown_line_is_logged_once(GadgetHost *f, gconstpointer data)
{
    (void)data;
    device_add(f, "gadget", "id=g,addr=0xfed10000,line=24");
    writel(f, GADGET_BASE + GADGET_CTRL, 1);
    writel(f, GADGET_BASE + GADGET_CTRL, 0);
    g_assert_cmpstr(f->log->str, ==,
                    "g 1 interrupt line 24 does not exist, machine 'pc' has 24 lines\n");
    g_assert_cmpstr(f->irqs->str, ==, "");
    g_assert_false(ob_host_irq_set(f->host, 24, true));
}

/* ----------------------------------------------------------------- services */

static void test_service_unknown_is_null(GadgetHost *f, gconstpointer data)
{
    const HwHost *host = device_add(f, "gadget", "")->dev->host;

    (void)data;
    g_assert_null(host->query(host, "hw.clock/2"));
    g_assert_null(host->query(host, "hw.cloc"));
    g_assert_null(host->query(host, ""));
    g_assert_nonnull(host->query(host, "hw.tpm-backend/1"));
}

static void test_dma_reaches_ram(GadgetHost *f, gconstpointer data)
{
    HwDevice *dev = device_add(f, "gadget", "")->dev;
    char buffer[4] = "";

    (void)data;
    g_assert_true(hw_guest_memory(dev)->write(dev, 0x1000, "abcd", 4));
    g_assert_cmphex(readl(f, 0x1000), ==, 0x64636261);
    g_assert_true(hw_guest_memory(dev)->read(dev, 0x1000, buffer, 4));
    g_assert_cmpmem(buffer, 4, "abcd", 4);
}

static void test_dma_past_ram_copies_nothing(GadgetHost *f, gconstpointer data)
{
    HwDevice *dev = device_add(f, "gadget", "")->dev;
    char buffer[4] = "1234";

    (void)data;
    g_assert_false(hw_guest_memory(dev)->write(dev, 128 * MIB - 2, "abcd", 4));
    g_assert_cmphex(readl(f, 128 * MIB - 4), ==, 0);
    g_assert_false(hw_guest_memory(dev)->read(dev, 128 * MIB - 2, buffer, 4));
    g_assert_cmpmem(buffer, 4, "1234", 4);
    g_assert_false(hw_guest_memory(dev)->read(dev, UINT64_MAX, buffer, 4));
}

static void test_dma_reaches_ram_of_devices(GadgetHost *f, gconstpointer data)
{
    HwInstance *instance = device_add(f, "gadget", "addr=0xfed10000");
    HwDevice *dev = instance->dev;

    (void)data;
    g_assert_true(hw_guest_memory(dev)->write(dev, address_of(instance, GADGET_RAM), "abcd", 4));
    g_assert_cmpmem(hw_guest_memory(dev)->region_pointer(dev, GADGET_RAM), 4, "abcd", 4);
    g_assert_false(hw_guest_memory(dev)->write(dev, GADGET_BASE, "abcd", 4));
    g_assert_null(hw_guest_memory(dev)->region_pointer(dev, GADGET_MMIO));
    g_assert_null(hw_guest_memory(dev)->region_pointer(dev, 2));
}

static void test_clear_zeroes_all_ram(GadgetHost *f, gconstpointer data)
{
    HwInstance *instance = device_add(f, "gadget", "addr=0xfed10000");

    (void)data;
    writel(f, 0x1000, 1);
    writel(f, 128 * MIB - 4, 2);
    writel(f, address_of(instance, GADGET_RAM), 3);
    hw_guest_memory(instance->dev)->clear(instance->dev);
    g_assert_cmphex(readl(f, 0x1000), ==, 0);
    g_assert_cmphex(readl(f, 128 * MIB - 4), ==, 0);
    g_assert_cmphex(readl(f, address_of(instance, GADGET_RAM)), ==, 0);
    g_assert_cmphex(readl(f, GADGET_BASE + GADGET_ID), ==, 0x1d);
}

static void test_clock_fires_timers(GadgetHost *f, gconstpointer data)
{
    (void)data;
    device_add(f, "gadget", "id=g");
    g_string_truncate(gadget_happened, 0);
    ob_host_clock_set(f->host, 99);
    g_assert_cmpstr(gadget_happened->str, ==, "");
    g_assert_cmpint(ob_host_clock_next(f->host), ==, 100);
    ob_host_clock_set(f->host, 100);
    g_assert_cmpstr(gadget_happened->str, ==, "g:fired");
}

static void test_poll_fires_timers_that_are_late(GadgetHost *f, gconstpointer data)
{
    HwDevice *dev = device_add(f, "gadget", "id=g")->dev;
    const HwClock *clock = hw_clock(dev);

    (void)data;
    while (ob_host_poll(f->host)) {}
    g_string_truncate(gadget_happened, 0);
    clock->timer_set(clock->timer_new(dev, gadget_note_word, (void *)"late"), clock->now(dev));
    g_assert_cmpstr(gadget_happened->str, ==, "");
    g_assert_true(ob_host_poll(f->host));
    g_assert_cmpstr(gadget_happened->str, ==, "g:late");
}

static void work(void *opaque)
{
    *(int *)opaque = 1;
}

static void work_done(HwDevice *dev, void *opaque)
{
    gadget_note(dev, *(int *)opaque ? "done" : "not-worked");
}

static void test_event_loop_calls_later_in_order(GadgetHost *f, gconstpointer data)
{
    HwDevice *dev = device_add(f, "gadget", "id=g")->dev;
    int worked = 0;

    (void)data;
    g_string_truncate(gadget_happened, 0);
    hw_event_loop(dev)->run(dev, work, work_done, &worked);
    hw_event_loop(dev)->post(dev, gadget_note_word, (void *)"a");
    hw_event_loop(dev)->post(dev, gadget_note_word, (void *)"b");
    g_assert_cmpstr(gadget_happened->str, ==, "");
    g_assert_true(ob_host_poll(f->host));
    g_assert_cmpstr(gadget_happened->str, ==, "g:posted g:done g:a g:b");
    g_assert_false(ob_host_poll(f->host));
}

static void test_quiesce_finishes_what_is_in_flight(GadgetHost *f, gconstpointer data)
{
    (void)data;
    device_add(f, "gadget", "id=g");
    g_string_truncate(gadget_happened, 0);
    ob_host_quiesce(f->host);
    g_assert_cmpstr(gadget_happened->str, ==, "g:posted g:quiesce g:last");
}

/* ----------------------------------------------------------------- all devices */

static void count_access(HwRegionState *region, const HwAccess *access, void *opaque)
{
    (void)region;
    (void)access;
    ++*(int *)opaque;
}

static void test_observer_reaches_present_and_later_devices(GadgetHost *f, gconstpointer data)
{
    int count = 0;

    (void)data;
    device_add(f, "gadget", "addr=0xfed10000");
    ob_host_observe_accesses(f->host, count_access, &count);
    device_add(f, "gadget", "addr=0xfed20000");
    readl(f, 0xfed10000);
    writel(f, 0xfed20000, 1);
    g_assert_cmpint(count, ==, 2);
    ob_host_observe_accesses(f->host, NULL, NULL);
    readl(f, 0xfed10000);
    readl(f, 0xfed20000);
    g_assert_cmpint(count, ==, 2);
}

static void test_reset_reaches_all(GadgetHost *f, gconstpointer data)
{
    (void)data;
    device_add(f, "gadget", "id=a,addr=0xfed10000");
    device_add(f, "gadget", "id=b");
    writel(f, GADGET_BASE + GADGET_CTRL, 1);
    g_string_truncate(gadget_happened, 0);
    ob_host_reset(f->host);
    g_assert_cmpstr(gadget_happened->str, ==, "a:reset b:reset");
    g_assert_cmphex(readl(f, GADGET_BASE + GADGET_CTRL), ==, 0);
    g_assert_false(ob_host_irq_level(f->host, GADGET_IRQ));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    GADGET_TEST("/device/irq/tells-of-changes-alone", NULL, test_irq_tells_of_changes_alone);
    GADGET_TEST("/device/irq/unknown-line-is-logged-once", NULL,
                test_irq_of_an_unknown_line_is_logged_once);
    GADGET_TEST("/device/service/unknown-is-null", NULL, test_service_unknown_is_null);
    GADGET_TEST("/device/dma/reaches-ram", NULL, test_dma_reaches_ram);
    GADGET_TEST("/device/dma/past-ram-copies-nothing", NULL, test_dma_past_ram_copies_nothing);
    GADGET_TEST("/device/dma/reaches-ram-of-devices", NULL, test_dma_reaches_ram_of_devices);
    GADGET_TEST("/device/memory/clear-zeroes-all-ram", NULL, test_clear_zeroes_all_ram);
    GADGET_TEST("/device/clock/fires-timers", NULL, test_clock_fires_timers);
    GADGET_TEST("/device/clock/poll-fires-timers-that-are-late", NULL,
                test_poll_fires_timers_that_are_late);
    GADGET_TEST("/device/event-loop/calls-later-in-order", NULL,
                test_event_loop_calls_later_in_order);
    GADGET_TEST("/device/quiesce/finishes-what-is-in-flight", NULL,
                test_quiesce_finishes_what_is_in_flight);
    GADGET_TEST("/device/observer/reaches-present-and-later-devices", NULL,
                test_observer_reaches_present_and_later_devices);
    GADGET_TEST("/device/reset/reaches-all", NULL, test_reset_reaches_all);
    return g_test_run();
}
