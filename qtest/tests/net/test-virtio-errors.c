/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The log of the virtio network card names each error of its driver. */
#include <string.h>

#include "devices/net/virtio-net-regs.h"
#include "qtest/client/drivers/virtio.h"
#include "qtest/client/process/scratch.h"
#include "qtest/tests/net/guest-log.h"

#define BASE   0xfe000000
#define MEMORY 0x200000

enum { SEND = VIRTIO_NET_TRANSMIT };

typedef struct Bench {
    ObClient *c;
    ObScratch *scratch;
    char *log;
    PciBus bus;
    VirtioDriver d;
} Bench;

/* --------------------------------------------------------------------- errors in any form */

static void queue_started(Bench *b)
{
    g_assert_true(virtio_negotiate(&b->d, HW_VIRTIO_VERSION_1));
    virtio_ring_start(&b->d, SEND, 16);
}

static void unknown_queue_kicked(Bench *b)
{
    virtio_kick(&b->d, VIRTIO_NET_QUEUES);
}

static void unknown_queue_changed(Bench *b)
{
    virtio_set(&b->d, VIRTIO_QUEUE_SELECT, VIRTIO_NET_QUEUES);
    virtio_set(&b->d, VIRTIO_QUEUE_SIZE, 16);
}

static void enabled_queue_changed(Bench *b)
{
    queue_started(b);
    virtio_set(&b->d, VIRTIO_QUEUE_DESCRIPTORS, MEMORY);
}

static void odd_size(Bench *b)
{
    virtio_set(&b->d, VIRTIO_QUEUE_SELECT, SEND);
    virtio_set(&b->d, VIRTIO_QUEUE_SIZE, 3);
}

static void not_aligned(Bench *b)
{
    virtio_set(&b->d, VIRTIO_QUEUE_SELECT, SEND);
    virtio_set(&b->d, VIRTIO_QUEUE_DESCRIPTORS, MEMORY + 8);
    virtio_set(&b->d, VIRTIO_QUEUE_ENABLE, 1);
}

static void late_features(Bench *b)
{
    g_assert_true(virtio_negotiate(&b->d, HW_VIRTIO_VERSION_1));
    virtio_set(&b->d, VIRTIO_ACCEPTED, 0);
}

static void features_of_legacy(Bench *b)
{
    g_assert_false(virtio_negotiate(&b->d, HW_VIRTIO_INDIRECT));
}

static void early_driver_ok(Bench *b)
{
    virtio_set(&b->d, VIRTIO_STATUS, HW_VIRTIO_DRIVER_OK);
}

static void broken_ring(Bench *b)
{
    queue_started(b);
    virtio_driver_ok(&b->d);
    virtio_offer(&b->d, SEND, 0xffff);
    virtio_kick(&b->d, SEND);
}

static void reset_without_feature(Bench *b)
{
    queue_started(b);
    virtio_set(&b->d, VIRTIO_QUEUE_RESET, 1);
    g_assert_cmpuint(virtio_get(&b->d, VIRTIO_QUEUE_ENABLE), ==, 1);
}

/* ------------------------------------------------------------------- errors on PCI alone */

static void reset_by_other_value(Bench *b)
{
    virtio_set(&b->d, VIRTIO_QUEUE_RESET, 2);
}

static void queue_disabled(Bench *b)
{
    virtio_set(&b->d, VIRTIO_QUEUE_ENABLE, 0);
}

static void part_of_a_field(Bench *b)
{
    pci_bar_write(&b->d.bar, b->d.common + 0x08, 0xff, 1);
}

static void read_only_field(Bench *b)
{
    pci_bar_write(&b->d.bar, b->d.common + 0x12, 0, 2);
}

static void window_not_set(Bench *b)
{
    pci_config_write(&b->bus, b->d.address, virtio_window(&b->bus, &b->d) + 16, 0, 4);
}

static const struct {
    const char *path;
    const char *device;
    void (*function)(Bench *b);
    const char *sentence;
} errors[] = {
    { "unknown-queue-is-notified", "mmio", unknown_queue_kicked,
      "queue 3 was notified, expected 0 to 2" },
    { "unknown-queue-is-changed", "mmio", unknown_queue_changed,
      "queue 3 was changed, but it does not exist" },
    { "enabled-queue-is-changed", "mmio", enabled_queue_changed,
      "queue 1 was changed, but it is enabled" },
    { "size-is-no-power-of-two", "mmio", odd_size,
      "queue 1 of 3 entries, expected a power of two up to 256" },
    { "addresses-are-not-aligned", "mmio", not_aligned,
      "queue 1: 0x200008, 0x0, 0x0, expected multiples of 16, 2 and 4" },
    { "features-come-late", "mmio", late_features, "features were written after FEATURES_OK" },
    { "driver-is-a-legacy-one", "mmio", features_of_legacy,
      "features 0x10000000, expected some of 0x10130bf8024, and VIRTIO_F_VERSION_1" },
    { "driver-ok-comes-early", "mmio", early_driver_ok, "DRIVER_OK before FEATURES_OK" },
    { "ring-is-broken", "mmio", broken_ring, ": the device needs a reset" },
    { "queue-is-reset-without-the-feature", "mmio", reset_without_feature,
      "queue 1 was reset, expected VIRTIO_F_RING_RESET to be accepted" },
    { "queue-is-reset-by-another-value", "pci", reset_by_other_value,
      "queue_reset: 0x2 was written, expected 1" },
    { "queue-is-disabled", "pci", queue_disabled, "queue_enable: 0x0 was written, expected 1" },
    { "part-of-a-field-is-written", "pci", part_of_a_field,
      "driver_feature_select: 1 bytes were written at 0x8, expected the whole field" },
    { "read-only-field-is-written", "pci", read_only_field,
      "num_queues: 2 bytes were written at 0x12, expected reads alone" },
    { "window-is-not-set", "pci", window_not_set,
      "a write by a window to 0x0, expected a part of BAR 4" },
};

/* ---------------------------------------------------------------------------- fixture */

static bool is_pci(gconstpointer row)
{
    return strcmp(errors[GPOINTER_TO_UINT(row)].device, "pci") == 0;
}

static void set_up(Bench *b, gconstpointer row)
{
    g_autofree char *arguments = NULL;
    ObStart s = { .program = g_getenv("OB_PROGRAM") };
    HW_ERROR(error, 4096);

    b->scratch = ob_scratch_new();
    b->log = g_build_filename(ob_scratch_path(b->scratch), "log", NULL);
    arguments = g_strdup_printf("-M q35 -netdev test,id=t -device virtio-net-%s,netdev=t,addr=0x%x "
                                "-d guest_errors -D %s",
                                errors[GPOINTER_TO_UINT(row)].device, is_pci(row) ? 4 : BASE,
                                b->log);
    s.arguments = arguments;
    b->c = ob_client_start(&s, &error);
    g_assert_cmpstr(error.text, ==, "");
    b->bus = pci_of_pc(b->c);
    b->d = is_pci(row) ? virtio_of_pci(&b->bus, VIRTIO_NET_ID, 0, MEMORY)
                       : virtio_of_mmio(b->c, BASE, MEMORY);
}

static void tear_down(Bench *b, gconstpointer row)
{
    (void)row;
    g_free(b->log);
    ob_scratch_free(b->scratch);
}

/* The log holds the error, and no other. */
static void test_logged(Bench *b, gconstpointer row)
{
    errors[GPOINTER_TO_UINT(row)].function(b);
    ob_client_quit(b->c);
    guest_log_expect(b->log, errors[GPOINTER_TO_UINT(row)].sentence);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(errors); i++) {
        g_autofree char *path = g_strconcat("/virtio-errors/", errors[i].path, NULL);

        g_test_add(path, Bench, GUINT_TO_POINTER(i), set_up, test_logged, tear_down);
    }
    return g_test_run();
}
