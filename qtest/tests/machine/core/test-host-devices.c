/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices in a machine, in process: creation, placement and removal. */
#include <string.h>

#include "hw-api/ext/clock.h"
#include "qtest/tests/lib/gadget.h"

/* ----------------------------------------------------------------- creation */

static void test_answers_at_its_address(GadgetHost *f, gconstpointer data)
{
    (void)data;
    device_add(f, "gadget", "addr=0xfed10000");
    g_assert_cmphex(readl(f, GADGET_BASE + GADGET_ID), ==, 0x1d);
    writel(f, GADGET_BASE + GADGET_CTRL, 0x76);
    g_assert_cmphex(readl(f, GADGET_BASE + GADGET_CTRL), ==, 0x76);
}

static void test_hooks_are_called_in_order(GadgetHost *f, gconstpointer data)
{
    HwInstance *instance = device_add(f, "gadget", "id=g");

    (void)data;
    g_assert_cmpstr(gadget_happened->str, ==, "g:realize g:reset");
    ob_host_remove_device(f->host, instance);
    g_assert_cmpstr(gadget_happened->str, ==, "g:realize g:reset g:unrealize");
}

static void test_default_ids_differ(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_cmpstr(device_add(f, "gadget", "")->id, ==, "gadget");
    g_assert_cmpstr(device_add(f, "gadget", "")->id, ==, "gadget#2");
    g_assert_cmpstr(device_add(f, "gadget", "")->id, ==, "gadget#3");
    g_assert_nonnull(ob_host_find_device(f->host, "gadget#2"));
    g_assert_null(ob_host_device_at(f->host, 3));
}

static void test_unknown_class_is_refused(GadgetHost *f, gconstpointer data)
{
    (void)data;
    device_refused(f, "gidget", "", "device: class 'gidget' is unknown");
}

static void test_malformed_id_is_refused(GadgetHost *f, gconstpointer data)
{
    static const char *const options[] = { "id=", "id=1a", "id=-", "id=a b", "id=a#2", "id=\xc3" };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
        g_assert_null(device_try(f, "gadget", options[i]));
        g_assert_nonnull(strstr(f->text, "is malformed"));
    }
    device_refused(f, "gadget", "id=0a",
                   "gadget: id: '0a' is malformed, expected a letter, then "
                   "letters, digits, '-', '.' and '_'");
    device_add(f, "gadget", "id=a-Z.0_9");
}

static void test_duplicate_id_is_refused(GadgetHost *f, gconstpointer data)
{
    (void)data;
    device_add(f, "gadget", "id=a");
    device_refused(f, "solo", "id=a", "solo: id: 'a' is in use by another device");
}

static void test_second_of_a_group_is_refused(GadgetHost *f, gconstpointer data)
{
    HwInstance *first = device_add(f, "solo", "id=one");

    (void)data;
    device_refused(f, "other-solo", "id=two",
                   "other-solo: at most one SOLO device is permitted, 'one' already exists");
    ob_host_remove_device(f->host, first);
    device_add(f, "other-solo", "id=two");
}

static void test_bad_property_leaves_nothing(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_null(device_try(f, "gadget", "id=g,colour=red"));
    g_assert_nonnull(strstr(f->text, "colour"));
    g_assert_cmpstr(gadget_happened->str, ==, "");
    g_assert_null(ob_host_find_device(f->host, "g"));
}

static void test_failed_realize_leaves_nothing(GadgetHost *f, gconstpointer data)
{
    (void)data;
    device_refused(f, "gadget", "id=g,addr=0xfed10000,broken=on", "g: broken: on, expected off");
    g_assert_cmpstr(gadget_happened->str, ==, "g:realize");
    g_assert_cmphex(readl(f, GADGET_BASE + GADGET_ID), ==, 0);
    g_assert_null(ob_host_find_device(f->host, "g"));
    g_assert_cmpint(ob_host_clock_next(f->host), ==, -1);
    g_assert_false(ob_host_poll(f->host));
    device_add(f, "gadget", "id=g,addr=0xfed10000");
}

static void test_overlap_with_ram_leaves_nothing(GadgetHost *f, gconstpointer data)
{
    (void)data;
    device_refused(f, "gadget", "id=g,ram-addr=0xfed10000,addr=0x7fff000",
                   "g: region 'mmio' of 'g' (0x7fff000..0x7ffffff) overlaps the machine's RAM "
                   "(0x0..0x7ffffff) in the memory space");
    g_assert_cmpstr(gadget_happened->str, ==, "g:realize g:unrealize");
}

static void test_overlap_of_a_later_region_leaves_nothing(GadgetHost *f, gconstpointer data)
{
    (void)data;
    device_add(f, "gadget", "id=first,addr=0xfed10000,ram-addr=0xfed20000");
    device_refused(f, "gadget", "id=g,addr=0xfed30000,ram-addr=0xfed10800",
                   "g: region 'buffer' of 'g' (0xfed10800..0xfed117ff) overlaps region 'mmio' of "
                   "'first' (0xfed10000..0xfed10fff) in the memory space");
    g_assert_cmphex(readl(f, 0xfed30004), ==, 0);
    g_assert_cmphex(readl(f, GADGET_BASE + GADGET_ID), ==, 0x1d);
}

static void test_ports_answer(GadgetHost *f, gconstpointer data)
{
    (void)data;
    device_add(f, "ports", "id=p,addr=0x700");
    g_assert_cmphex(ob_host_load(f->host, HW_SPACE_IO, 0x702, 4), ==, 0x55545352);
    g_assert_cmphex(ob_host_load(f->host, HW_SPACE_IO, 0x706, 4), ==, 0xffff5756);
    g_assert_cmphex(ob_host_load(f->host, HW_SPACE_MEMORY, 0x702, 4), ==, 0);
}

static void test_ports_are_refused_without_io(GadgetHost *f, gconstpointer data)
{
    (void)data;
    device_refused(f, "ports", "id=p,addr=0x700",
                   "p: region 'ports' needs I/O ports, machine 'virt' has none");
}

/* ---------------------------------------------------------------- placement */

static void test_auto_regions_go_to_the_window(GadgetHost *f, gconstpointer data)
{
    const ObMachine *machine = ob_host_machine(f->host);
    HwInstance *one = device_add(f, "gadget", "");
    HwInstance *two = device_add(f, "gadget", "");

    (void)data;
    g_assert_cmphex(address_of(one, GADGET_MMIO), ==, machine->platform_base);
    g_assert_cmphex(address_of(one, GADGET_RAM), ==, machine->platform_base + 0x1000);
    g_assert_cmphex(address_of(two, GADGET_MMIO), ==, machine->platform_base + 0x2000);
    g_assert_cmphex(readl(f, address_of(two, GADGET_MMIO) + GADGET_ID), ==, 0x1d);
}

static void test_auto_avoids_what_is_there(GadgetHost *f, gconstpointer data)
{
    (void)data;
    device_add(f, "gadget", "addr=0xfe000800,ram-addr=0xfe003000");
    g_assert_cmphex(address_of(device_add(f, "gadget", ""), GADGET_MMIO), ==, 0xfe002000);
}

static void test_auto_avoids_own_fixed_regions(GadgetHost *f, gconstpointer data)
{
    HwInstance *instance = device_add(f, "gadget", "ram-addr=0xfe000000");

    (void)data;
    g_assert_cmphex(address_of(instance, GADGET_MMIO), ==, 0xfe001000);
}

static void test_auto_is_aligned_to_its_size(GadgetHost *f, gconstpointer data)
{
    (void)data;
    device_add(f, "gadget", "");
    g_assert_cmphex(address_of(device_add(f, "large", "addr=auto"), 0), ==, 0xfe400000);
}

static void test_full_window_is_refused(GadgetHost *f, gconstpointer data)
{
    (void)data;
    for (int i = 0; i < 3; i++) {
        device_add(f, "large", "");
    }
    device_refused(f, "large", "",
                   "large#4: no room for its regions of 0x300000 bytes in the "
                   "machine's window 0xfe000000..0xfebfffff");
}

static void test_auto_ports_go_to_the_window(GadgetHost *f, gconstpointer data)
{
    HwInstance *instance = device_add(f, "ports", "addr=auto");

    (void)data;
    g_assert_cmphex(address_of(instance, 0), ==, 0x1000);
    g_assert_cmphex(ob_host_load(f->host, HW_SPACE_IO, 0x1000, 1), ==, 0x50);
}

/* ------------------------------------------------------------------ removal */

static void test_removed_answers_no_more(GadgetHost *f, gconstpointer data)
{
    HwInstance *instance = device_add(f, "gadget", "addr=0xfed10000");

    (void)data;
    g_assert_cmphex(readl(f, GADGET_BASE + GADGET_ID), ==, 0x1d);
    ob_host_remove_device(f->host, instance);
    g_assert_cmphex(readl(f, GADGET_BASE + GADGET_ID), ==, 0);
    device_add(f, "gadget", "addr=0xfed10000");
    g_assert_cmphex(readl(f, GADGET_BASE + GADGET_ID), ==, 0x1d);
}

static void test_removal_lowers_its_interrupts(GadgetHost *f, gconstpointer data)
{
    HwInstance *instance = device_add(f, "gadget", "addr=0xfed10000");

    (void)data;
    writel(f, GADGET_BASE + GADGET_CTRL, 1);
    ob_host_remove_device(f->host, instance);
    g_assert_cmpstr(f->irqs->str, ==, "5=1 5=0 ");
}

static void test_removal_drops_timers_and_calls(GadgetHost *f, gconstpointer data)
{
    HwInstance *instance = device_add(f, "gadget", "id=g");

    (void)data;
    ob_host_remove_device(f->host, instance);
    ob_host_clock_set(f->host, 1000);
    while (ob_host_poll(f->host)) {}
    g_assert_cmpstr(gadget_happened->str, ==, "g:realize g:reset g:unrealize");
}

/* ------------------------------------------------------------------ classes */

static void test_class_of_a_taken_name_is_refused(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_false(ob_host_add_class(f->host, &gadget_class, &f->error));
    g_assert_cmpstr(f->text, ==, "gadget: a device class of this name already exists");
}

static void test_without_its_service_is_refused(GadgetHost *f, gconstpointer data)
{
    HwDeviceClass original = { .instance_size = sizeof(HwDevice) };
    HwClass needy = { .original = &original,
                      .table = { .name = "needy",
                                 .instance_size = sizeof(HwDevice),
                                 .services = HW_NAMES(HW_CLOCK, "hw.magic/1") } };

    (void)data;
    g_assert_true(ob_host_add_class(f->host, &needy, &f->error));
    g_assert_null(ob_host_add_device(f->host, "needy", NULL, 0, &f->error));
    g_assert_cmpstr(f->text, ==,
                    "needy needs hw.magic/1; host 'outboard-system-x86_64 (pc)' lacks it");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    GADGET_TEST("/device/add/answers-at-its-address", NULL, test_answers_at_its_address);
    GADGET_TEST("/device/add/hooks-are-called-in-order", NULL, test_hooks_are_called_in_order);
    GADGET_TEST("/device/add/default-ids-differ", NULL, test_default_ids_differ);
    GADGET_TEST("/device/add/unknown-class-is-refused", NULL, test_unknown_class_is_refused);
    GADGET_TEST("/device/add/malformed-id-is-refused", NULL, test_malformed_id_is_refused);
    GADGET_TEST("/device/add/duplicate-id-is-refused", NULL, test_duplicate_id_is_refused);
    GADGET_TEST("/device/add/second-of-a-group-is-refused", NULL,
                test_second_of_a_group_is_refused);
    GADGET_TEST("/device/add/bad-property-leaves-nothing", NULL, test_bad_property_leaves_nothing);
    GADGET_TEST("/device/add/failed-realize-leaves-nothing", NULL,
                test_failed_realize_leaves_nothing);
    GADGET_TEST("/device/add/overlap-with-ram-leaves-nothing", NULL,
                test_overlap_with_ram_leaves_nothing);
    GADGET_TEST("/device/add/overlap-of-a-later-region-leaves-nothing", NULL,
                test_overlap_of_a_later_region_leaves_nothing);
    GADGET_TEST("/device/ports/answer", NULL, test_ports_answer);
    GADGET_TEST("/device/ports/refused-without-io", "virt", test_ports_are_refused_without_io);
    GADGET_TEST("/device/auto/goes-to-the-window/pc", "pc", test_auto_regions_go_to_the_window);
    GADGET_TEST("/device/auto/goes-to-the-window/q35", "q35", test_auto_regions_go_to_the_window);
    GADGET_TEST("/device/auto/goes-to-the-window/virt", "virt", test_auto_regions_go_to_the_window);
    GADGET_TEST("/device/auto/goes-to-the-window/none", "none", test_auto_regions_go_to_the_window);
    GADGET_TEST("/device/auto/ports-go-to-the-window", NULL, test_auto_ports_go_to_the_window);
    GADGET_TEST("/device/auto/avoids-what-is-there", NULL, test_auto_avoids_what_is_there);
    GADGET_TEST("/device/auto/avoids-own-fixed-regions", NULL, test_auto_avoids_own_fixed_regions);
    GADGET_TEST("/device/auto/is-aligned-to-its-size", NULL, test_auto_is_aligned_to_its_size);
    GADGET_TEST("/device/auto/full-window-is-refused", NULL, test_full_window_is_refused);
    GADGET_TEST("/device/remove/answers-no-more", NULL, test_removed_answers_no_more);
    GADGET_TEST("/device/remove/lowers-its-interrupts", NULL, test_removal_lowers_its_interrupts);
    GADGET_TEST("/device/remove/drops-timers-and-calls", NULL, test_removal_drops_timers_and_calls);
    GADGET_TEST("/class/taken-name-is-refused", NULL, test_class_of_a_taken_name_is_refused);
    GADGET_TEST("/device/refused/without-its-service", NULL, test_without_its_service_is_refused);
    return g_test_run();
}
