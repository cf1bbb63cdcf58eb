/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The common configuration of the virtio card on PCI (VIRTIO 1.2, 4.1.4.3): fields read back. */
#include "devices/net/virtio-net-regs.h"
#include "qtest/client/drivers/virtio.h"
#include "qtest/text/json.h"

#define MEMORY 0x200000

enum { NONE = 0xffff /* no vector */, KEEP = 0x7fffffff /* the row only reads */, ISR_CONFIG = 2 };

/* Places in the common configuration. */
enum {
    OFFERED_SELECT = 0x00,
    ACCEPTED_SELECT = 0x08,
    ACCEPTED = 0x0c,
    CONFIG_VECTOR = 0x10,
    QUEUES = 0x12,
    STATUS = 0x14,
    QUEUE_SELECT = 0x16,
    QUEUE_SIZE = 0x18,
    QUEUE_VECTOR = 0x1a,
    QUEUE_ENABLE = 0x1c,
    NOTIFY_OFF = 0x1e,
    DESCRIPTORS = 0x20,
    DRIVER_PART = 0x28,
    DEVICE_PART = 0x30,
    NOTIFY_DATA = 0x38,
    QUEUE_RESET = 0x3a,
};

typedef struct Row {
    uint32_t offset, size, written, read;
} Row;

/* In this order.  The card has three queues and four vectors. */
static const Row rows[] = {
    { STATUS, 1, 0, 0 },
    { STATUS, 1, HW_VIRTIO_ACKNOWLEDGE, HW_VIRTIO_ACKNOWLEDGE },
    { STATUS, 1, HW_VIRTIO_ACKNOWLEDGE | HW_VIRTIO_DRIVER,
      HW_VIRTIO_ACKNOWLEDGE | HW_VIRTIO_DRIVER },
    { QUEUES, 2, KEEP, 3 },
    { OFFERED_SELECT, 4, 1, 1 },
    { OFFERED_SELECT, 4, 2, 2 },
    { OFFERED_SELECT + 4, 4, KEEP, 0 },
    { ACCEPTED_SELECT, 4, 0, 0 },
    { ACCEPTED, 4, 1 << VIRTIO_NET_MAC, 1 << VIRTIO_NET_MAC },
    { ACCEPTED_SELECT, 4, 1, 1 },
    { ACCEPTED, 4, 1, 1 }, /* VERSION_1 */
    { ACCEPTED_SELECT, 4, 2, 2 },
    { ACCEPTED, 4, UINT32_MAX, 0 }, /* no feature has these bits */
    { ACCEPTED_SELECT, 4, 0, 0 },
    { ACCEPTED, 4, KEEP, 1 << VIRTIO_NET_MAC },
    { ACCEPTED_SELECT, 4, 1, 1 },
    { ACCEPTED, 4, KEEP, 1 },
    { CONFIG_VECTOR, 2, KEEP, NONE },
    { CONFIG_VECTOR, 2, 3, 3 },
    { CONFIG_VECTOR, 2, 4, NONE },
    { QUEUE_SELECT, 2, 2, 2 },
    { NOTIFY_OFF, 2, KEEP, 2 },
    { NOTIFY_DATA, 2, KEEP, 2 },
    { QUEUE_SIZE, 2, KEEP, 64 },
    { QUEUE_SELECT, 2, 1, 1 },
    { QUEUE_SIZE, 2, KEEP, VIRTIO_NET_QUEUE_SIZE },
    { QUEUE_SIZE, 2, 32, 32 },
    { QUEUE_VECTOR, 2, KEEP, NONE },
    { QUEUE_VECTOR, 2, 3, 3 },
    { QUEUE_VECTOR, 2, 4, NONE },
    { QUEUE_RESET, 2, KEEP, 0 },
    { DESCRIPTORS, 4, 0x12345670, 0x12345670 },
    { DESCRIPTORS + 4, 4, 0x89abcdef, 0x89abcdef },
    { DESCRIPTORS, 4, KEEP, 0x12345670 },
    { DRIVER_PART, 4, 0x22345670, 0x22345670 },
    { DRIVER_PART + 4, 4, 0x99abcdef, 0x99abcdef },
    { DEVICE_PART, 4, 0x32345670, 0x32345670 },
    { DEVICE_PART + 4, 4, 0xa9abcdef, 0xa9abcdef },
    { QUEUE_ENABLE, 2, KEEP, 0 },
    { QUEUE_ENABLE, 2, 1, 1 },
    { QUEUE_ENABLE, 2, 0, 1 }, /* only a reset disables it */
    { QUEUE_SELECT, 2, 0, 0 }, /* another queue has values of its own */
    { DESCRIPTORS, 4, KEEP, 0 },
    { QUEUE_ENABLE, 2, KEEP, 0 },
    { QUEUE_SELECT, 2, 3, 3 }, /* there is none */
    { QUEUE_SIZE, 2, 16, 0 },
    { QUEUE_VECTOR, 2, 1, NONE },
    { QUEUE_ENABLE, 2, 1, 0 },
    { DESCRIPTORS, 4, 0x1000, 0 },
    { DRIVER_PART + 4, 4, 0x1000, 0 },
    { STATUS, 1, 0, 0 },
    { QUEUE_SELECT, 2, 1, 1 },
    { QUEUE_ENABLE, 2, KEEP, 0 },
    { QUEUE_SIZE, 2, KEEP, VIRTIO_NET_QUEUE_SIZE },
    { DEVICE_PART + 4, 4, KEEP, 0 },
    { CONFIG_VECTOR, 2, KEEP, NONE },
};

typedef struct Bench {
    ObClient *c;
    PciBus bus;
    VirtioDriver d;
} Bench;

static void set_up(Bench *b, gconstpointer data)
{
    const ObStart s = { .program = g_getenv("OB_PROGRAM"),
                        .arguments = "-M q35 -netdev test,id=t -device "
                                     "virtio-net-pci,netdev=t,addr=4" };
    HW_ERROR(error, 4096);

    (void)data;
    b->c = ob_client_start(&s, &error);
    g_assert_cmpstr(error.text, ==, "");
    b->bus = pci_of_pc(b->c);
    b->d = virtio_of_pci(&b->bus, VIRTIO_NET_ID, 0, MEMORY);
}

static void tear_down(Bench *b, gconstpointer data)
{
    (void)data;
    ob_client_quit(b->c);
}

static void test_read_back(Bench *b, gconstpointer data)
{
    const VirtioDriver *d = &b->d;

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Row *row = &rows[i];

        g_test_message("row %zu: 0x%02x", i, row->offset);
        if (row->written != KEEP) {
            pci_bar_write(&d->bar, d->common + row->offset, row->written, row->size);
        }
        g_assert_cmphex(pci_bar_read(&d->bar, d->common + row->offset, row->size), ==, row->read);
    }
}

/* ---------------------------------------------------------------------------- window */

static uint32_t window_choose(Bench *b, uint32_t offset, uint32_t length)
{
    uint32_t at = virtio_window(&b->bus, &b->d);

    pci_config_write(&b->bus, b->d.address, at + 4, 4, 1); /* the BAR */
    pci_config_write(&b->bus, b->d.address, at + 8, offset, 4);
    pci_config_write(&b->bus, b->d.address, at + 12, length, 4);
    return at + 16;
}

static uint32_t window_read(Bench *b, uint32_t offset, uint32_t length)
{
    return pci_config_read(&b->bus, b->d.address, window_choose(b, offset, length), 4);
}

static void window_write(Bench *b, uint32_t offset, uint32_t length, uint32_t value)
{
    pci_config_write(&b->bus, b->d.address, window_choose(b, offset, length), value, 4);
}

/* A part of the BAR is read to its last byte, and no byte behind it. */
static void test_window_ends(Bench *b, gconstpointer data)
{
    const VirtioDriver *d = &b->d;
    uint32_t config_end = d->config + VIRTIO_NET_CONFIG_BYTES;

    (void)data;
    pci_bar_write(&d->bar, d->common + QUEUE_SELECT, 2, 2);
    g_assert_cmphex(window_read(b, d->common + NOTIFY_DATA, 4), ==, 2);
    g_assert_cmphex(window_read(b, d->common + NOTIFY_DATA + 4, 4), ==, 0);
    for (uint32_t at = d->config; at < config_end + 8; at++) {
        g_assert_cmphex(window_read(b, at, 1) & 0xff, ==, pci_bar_read(&d->bar, at, 1));
    }
    g_assert_cmphex(window_read(b, config_end, 4), ==, 0);
}

/* A wider write by the window changes the field alone. */
static void test_window_cuts(Bench *b, gconstpointer data)
{
    const VirtioDriver *d = &b->d;

    (void)data;
    window_write(b, d->common + QUEUE_SIZE, 2, 0xffff0010);
    g_assert_cmphex(pci_bar_read(&d->bar, d->common + QUEUE_SIZE, 2), ==, 0x10);
    window_write(b, d->common + ACCEPTED_SELECT, 4, 0x89abcdef);
    g_assert_cmphex(pci_bar_read(&d->bar, d->common + ACCEPTED_SELECT, 4), ==, 0x89abcdef);
    g_assert_cmphex(window_read(b, d->common + ACCEPTED_SELECT, 4), ==, 0x89abcdef);
}

/* ------------------------------------------------------------------------ interrupts */

/* The driver runs, and hears of the link. */
static void link_changes(Bench *b, bool up)
{
    json_decref(
        ob_client_qmp(b->c, "set_link", json_pack("{s:s, s:b}", "name", "t", "up", up), NULL));
}

static void driver_run(Bench *b)
{
    g_assert_true(virtio_negotiate(&b->d, HW_VIRTIO_VERSION_1 | 1 << VIRTIO_NET_STATUS));
    virtio_driver_ok(&b->d);
}

static void test_window_keeps_the_isr(Bench *b, gconstpointer data)
{
    const VirtioDriver *d = &b->d;

    (void)data;
    driver_run(b);
    link_changes(b, false);
    g_assert_cmphex(window_read(b, d->isr, 1), ==, ISR_CONFIG);
    g_assert_cmphex(window_read(b, d->isr + 1, 1), ==, 0);
    g_assert_cmphex(window_read(b, d->isr, 4), ==, ISR_CONFIG);
    g_assert_cmphex(virtio_isr(d), ==, ISR_CONFIG);
    g_assert_cmphex(window_read(b, d->isr, 1), ==, 0);
}

/* With MSI-X the ISR stays clear, also if the driver wants no message. */
static void test_message(Bench *b, gconstpointer data)
{
    (void)data;
    g_assert_true(pci_msix_on(&b->bus, b->d.address, 2, 0x77));
    driver_run(b);
    link_changes(b, false);
    g_assert_cmphex(pci_message_wait(&b->bus, 0), ==, 0);
    pci_bar_write(&b->d.bar, b->d.common + CONFIG_VECTOR, 2, 2);
    link_changes(b, true);
    g_assert_cmphex(pci_message_wait(&b->bus, 1000), ==, 0x77);
    g_assert_cmphex(virtio_isr(&b->d), ==, 0);
}

#define TEST(path, function) \
    g_test_add("/virtio-common/" path, Bench, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("fields-read-back", test_read_back);
    TEST("window/ends-with-each-part", test_window_ends);
    TEST("window/cuts-wide-writes", test_window_cuts);
    TEST("window/keeps-the-isr", test_window_keeps_the_isr);
    TEST("interrupt/by-the-drivers-vector", test_message);
    return g_test_run();
}
