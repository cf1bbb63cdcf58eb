/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The common configuration of the virtio card on PCI (VIRTIO 1.2, 4.1.4.3): fields read back. */
#include "devices/net/virtio-net-regs.h"
#include "qtest/client/drivers/virtio.h"

#define MEMORY 0x200000

enum { NONE = 0xffff /* no vector */, KEEP = 0x7fffffff /* the row only reads */ };

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
    { ACCEPTED, 4, 1, 0 },
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

static void test_read_back(void)
{
    const ObStart s = { .program = g_getenv("OB_PROGRAM"),
                        .arguments = "-M q35 -netdev test,id=t -device "
                                     "virtio-net-pci,netdev=t,addr=4" };
    HW_ERROR(error, 4096);
    ObClient *c = ob_client_start(&s, &error);
    PciBus bus;
    VirtioDriver d;

    g_assert_cmpstr(error.text, ==, "");
    bus = pci_of_pc(c);
    d = virtio_of_pci(&bus, VIRTIO_NET_ID, 0, MEMORY);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Row *row = &rows[i];

        g_test_message("row %zu: 0x%02x", i, row->offset);
        if (row->written != KEEP) {
            pci_bar_write(&d.bar, d.common + row->offset, row->written, row->size);
        }
        g_assert_cmphex(pci_bar_read(&d.bar, d.common + row->offset, row->size), ==, row->read);
    }
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/virtio-common/fields-read-back", test_read_back);
    return g_test_run();
}
