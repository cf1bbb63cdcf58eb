/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ACPI of the machines in process: registers, events and sleep. */
#include "hw-api/ext/acpi.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/parts/acpi-pm.h"
#include "qtest/machine/parts/acpi.h"
#include "qtest/tests/machine/parts/acpi-part.h"

#define PC_GPE     OB_PIIX4_GPE0
#define PC_ENABLE  (OB_PIIX4_GPE0 + 2)
#define Q35_ENABLE (OB_ICH9_GPE0 + 8)

/* ------------------------------------------------------------------------ events */

static void test_event_on_pcs(GadgetHost *f, gconstpointer data)
{
    HwDevice *dev = acpi_part_add(f, "id=a");
    HwAcpiEvent event;

    (void)data;
    g_assert_true(hw_acpi(dev)->event(dev, ACPI_PART_EVENT, &event));
    g_assert_cmpuint(event.kind, ==, HW_ACPI_EVENT_GPE);
    g_assert_cmpuint(event.number, ==, 5);
}

static void test_event_on_virt(GadgetHost *f, gconstpointer data)
{
    HwDevice *dev = acpi_part_add(f, "id=a");
    HwAcpiEvent event;

    (void)data;
    g_assert_true(hw_acpi(dev)->event(dev, ACPI_PART_EVENT, &event));
    g_assert_cmpuint(event.kind, ==, HW_ACPI_EVENT_GED);
    g_assert_cmpuint(event.number, ==, 232);
}

static void test_event_beyond_the_last(GadgetHost *f, gconstpointer data)
{
    HwDevice *dev = acpi_part_add(f, "id=a");
    HwAcpiEvent event;

    (void)data;
    g_assert_false(hw_acpi(dev)->event(dev, 64, &event));
    g_assert_false(hw_acpi(dev)->event(dev, UINT32_MAX, &event));
    acpi_event_raise(dev, 64);
    acpi_event_raise(dev, UINT32_MAX);
    g_assert_cmpstr(f->irqs->str, ==, "");
}

static void test_raise_sets_status(GadgetHost *f, gconstpointer data)
{
    (void)data;
    acpi_event_raise(acpi_part_add(f, "id=a"), ACPI_PART_EVENT);
    g_assert_cmphex(acpi_in(f, PC_GPE, 1), ==, 0x20);
    g_assert_cmpstr(f->irqs->str, ==, ""); /* not enabled */
}

static void test_enabled_event_raises_sci(GadgetHost *f, gconstpointer data)
{
    HwDevice *dev = acpi_part_add(f, "id=a");

    (void)data;
    acpi_out(f, PC_ENABLE, 0x20, 1);
    acpi_event_raise(dev, ACPI_PART_EVENT);
    g_assert_cmpstr(f->irqs->str, ==, "9=1 ");
}

static void test_one_clears_status_and_sci(GadgetHost *f, gconstpointer data)
{
    HwDevice *dev = acpi_part_add(f, "id=a");

    (void)data;
    acpi_out(f, PC_ENABLE, 0x20, 1);
    acpi_event_raise(dev, ACPI_PART_EVENT);
    acpi_out(f, PC_GPE, 0xdf, 1);
    g_assert_cmphex(acpi_in(f, PC_GPE, 1), ==, 0x20);
    acpi_out(f, PC_GPE, 0x20, 1);
    g_assert_cmphex(acpi_in(f, PC_GPE, 1), ==, 0);
    g_assert_cmpstr(f->irqs->str, ==, "9=1 9=0 ");
}

static void test_q35_has_ich9_layout(GadgetHost *f, gconstpointer data)
{
    HwDevice *dev = acpi_part_add(f, "id=a");

    (void)data;
    acpi_out(f, Q35_ENABLE, 0x20, 1);
    acpi_out(f, Q35_ENABLE + 4, 1, 1);
    acpi_event_raise(dev, ACPI_PART_EVENT);
    acpi_event_raise(dev, 32);
    g_assert_cmphex(acpi_in(f, OB_ICH9_GPE0, 4), ==, 0x20);
    g_assert_cmphex(acpi_in(f, OB_ICH9_GPE0 + 4, 4), ==, 1);
    acpi_out(f, OB_ICH9_GPE0, 0x20, 1);
    g_assert_true(ob_host_irq_level(f->host, OB_SCI));
    acpi_out(f, OB_ICH9_GPE0 + 4, 1, 1);
    g_assert_cmpstr(f->irqs->str, ==, "9=1 9=0 ");
}

static void test_virt_pulses_its_line(GadgetHost *f, gconstpointer data)
{
    (void)data;
    acpi_event_raise(acpi_part_add(f, "id=a"), ACPI_PART_EVENT);
    g_assert_cmpstr(f->irqs->str, ==, "200=1 200=0 ");
}

static void test_reset_clears_events(GadgetHost *f, gconstpointer data)
{
    HwDevice *dev = acpi_part_add(f, "id=a");

    (void)data;
    acpi_out(f, PC_ENABLE, 0x20, 1);
    acpi_event_raise(dev, ACPI_PART_EVENT);
    ob_host_reset(f->host);
    g_assert_cmphex(acpi_in(f, PC_GPE, 4), ==, 0);
    g_assert_false(ob_host_irq_level(f->host, OB_SCI));
}

/* --------------------------------------------------------------------- registers */

static void test_timer(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_cmpuint(acpi_in(f, OB_PM_TIMER, 4), ==, 0);
    ob_host_clock_set(f->host, INT64_C(1000000000));
    g_assert_cmpuint(acpi_in(f, OB_PM_TIMER, 4), ==, 3579545);
    ob_host_clock_set(f->host, INT64_C(5000000000));
    g_assert_cmpuint(acpi_in(f, OB_PM_TIMER, 4), ==, 5 * 3579545 - 0x1000000);
}

static void test_always_in_acpi_mode(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(acpi_in(f, OB_PM1_CONTROL, 2), ==, OB_PM1_SCI_ENABLE);
    acpi_out(f, OB_PM1_CONTROL, 0, 2);
    g_assert_cmphex(acpi_in(f, OB_PM1_CONTROL, 2), ==, OB_PM1_SCI_ENABLE);
}

/* ------------------------------------------------------------------------- sleep */

static void asked(void *opaque, ObSleep sleep)
{
    g_string_append(opaque, sleep == OB_SLEEP_SUSPEND ? "suspend " : "off ");
}

static void test_sleep(GadgetHost *f, gconstpointer data)
{
    g_autoptr(GString) asks = g_string_new(NULL);

    (void)data;
    g_assert_true(ob_acpi_observe_sleep(f->host, asked, asks));
    acpi_out(f, OB_PM1_CONTROL, OB_SLEEP_TYPE_S3 << 10, 2);
    g_assert_cmpstr(asks->str, ==, "");
    acpi_out(f, OB_PM1_CONTROL, OB_SLEEP_TYPE_S3 << 10 | OB_PM1_SLEEP, 2);
    acpi_out(f, OB_PM1_CONTROL + 1, OB_PM1_SLEEP >> 8, 1);
    g_assert_cmpstr(asks->str, ==, "suspend off ");
    g_assert_cmphex(acpi_in(f, OB_PM1_CONTROL, 2) & OB_PM1_SLEEP, ==, 0);
}

static void test_sleep_type_unknown(GadgetHost *f, gconstpointer data)
{
    g_autoptr(GString) asks = g_string_new(NULL);

    (void)data;
    ob_acpi_observe_sleep(f->host, asked, asks);
    acpi_out(f, OB_PM1_CONTROL, 7 << 10 | OB_PM1_SLEEP, 2);
    g_assert_cmpstr(asks->str, ==, "");
    g_assert_cmpstr(f->log->str, ==,
                    "ich9-acpi 3 sleep type 7 is unknown, expected 1 (S3), 2 "
                    "(S4) or 0 (S5)\n");
}

static void test_sleep_unobserved(GadgetHost *f, gconstpointer data)
{
    (void)data;
    acpi_out(f, OB_PM1_CONTROL, OB_PM1_SLEEP, 2);
}

static void test_virt_has_no_sleep(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_false(ob_acpi_observe_sleep(f->host, asked, NULL));
}

static void test_wake(GadgetHost *f, gconstpointer data)
{
    uint8_t kept = 0x5a;

    (void)data;
    device_add(f, "gadget", "id=g");
    ob_host_write(f->host, 0x8000, &kept, 1);
    g_string_truncate(gadget_happened, 0);
    ob_acpi_wake(f->host);
    g_assert_nonnull(strstr(gadget_happened->str, "g:reset"));
    ob_host_read(f->host, 0x8000, &kept, 1);
    g_assert_cmphex(kept, ==, 0x5a);
    g_assert_cmphex(acpi_in(f, OB_PM1_EVENT, 2), ==, OB_PM1_WAKE_STATUS);
}

/* Events from the time of sleep stay pending, and the guest enables them again. */
static void test_wake_keeps_events(GadgetHost *f, gconstpointer data)
{
    HwDevice *dev = acpi_part_add(f, "id=a");

    (void)data;
    acpi_out(f, PC_ENABLE, 0x20, 1);
    acpi_event_raise(dev, ACPI_PART_EVENT);
    ob_acpi_wake(f->host);
    g_assert_cmphex(acpi_in(f, PC_GPE, 4), ==, 0x20);
    g_assert_false(ob_host_irq_level(f->host, OB_SCI));
    acpi_out(f, PC_ENABLE, 0x20, 1);
    g_assert_true(ob_host_irq_level(f->host, OB_SCI));
}

static void test_wake_keeps_events_of_q35(GadgetHost *f, gconstpointer data)
{
    HwDevice *dev = acpi_part_add(f, "id=a");

    (void)data;
    acpi_event_raise(dev, ACPI_PART_EVENT);
    acpi_event_raise(dev, 33);
    ob_acpi_wake(f->host);
    g_assert_cmphex(acpi_in(f, OB_ICH9_GPE0, 4), ==, 0x20);
    g_assert_cmphex(acpi_in(f, OB_ICH9_GPE0 + 4, 4), ==, 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    GADGET_TEST("/acpi/event/is-a-gpe-on-pcs", "pc", test_event_on_pcs);
    GADGET_TEST("/acpi/event/is-an-interrupt-on-virt", "virt", test_event_on_virt);
    GADGET_TEST("/acpi/event/beyond-the-last-is-refused", "q35", test_event_beyond_the_last);
    GADGET_TEST("/acpi/event/beyond-the-last-is-refused-on-virt", "virt",
                test_event_beyond_the_last);
    GADGET_TEST("/acpi/event/sets-its-status-bit", "pc", test_raise_sets_status);
    GADGET_TEST("/acpi/event/raises-the-sci-if-enabled", "pc", test_enabled_event_raises_sci);
    GADGET_TEST("/acpi/event/a-one-clears-it", "pc", test_one_clears_status_and_sci);
    GADGET_TEST("/acpi/event/q35-has-ich9-s-layout", "q35", test_q35_has_ich9_layout);
    GADGET_TEST("/acpi/event/pulses-a-line-on-virt", "virt", test_virt_pulses_its_line);
    GADGET_TEST("/acpi/event/reset-clears-it", "pc", test_reset_clears_events);
    GADGET_TEST("/acpi/timer/counts-24-bits-of-the-clock", "q35", test_timer);
    GADGET_TEST("/acpi/mode/is-always-on", "q35", test_always_in_acpi_mode);
    GADGET_TEST("/acpi/sleep/is-asked-for-by-one-bit", "q35", test_sleep);
    GADGET_TEST("/acpi/sleep/unknown-type-is-ignored", "q35", test_sleep_type_unknown);
    GADGET_TEST("/acpi/sleep/without-observer-nothing-happens", "q35", test_sleep_unobserved);
    GADGET_TEST("/acpi/sleep/virt-has-no-register", "virt", test_virt_has_no_sleep);
    GADGET_TEST("/acpi/wake/resets-devices-and-keeps-ram", "q35", test_wake);
    GADGET_TEST("/acpi/wake/keeps-events", "pc", test_wake_keeps_events);
    GADGET_TEST("/acpi/wake/keeps-events-of-q35", "q35", test_wake_keeps_events_of_q35);
    return g_test_run();
}
