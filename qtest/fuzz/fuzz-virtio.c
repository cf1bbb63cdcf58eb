/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target: virtio rings behind the network card, in process.  Each
 * operation is 8 bytes: what, a queue or an index, a place (2 bytes), a value (4 bytes).  The rings,
 * their buffers and the indirect tables lie in the same 64 KiB, and over each other.  So the card's
 * own writes change a ring that it reads.
 */
#include <string.h>

#include <glib.h>

#include "devices/net/virtio-net-regs.h"
#include "hw-api/device/bytes.h"
#include "hw-api/device/virtio/virtio.h"
#include "qtest/fuzz/fuzz-host.h"
#include "qtest/machine/board.h"
#include "qtest/machine/net/test-net.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern const HwDeviceClass virtio_net_mmio_class;

enum {
    OPERATION = 8,
    BASE = 0xfe000000,
    AREA = 0x10000, /* address and size of the driver's memory */
    ROOM = 0x10000,
    ENTRIES = 16,
    RING = 0x1000, /* bytes of each queue's ring, at the area's start */
    DRIVER = 0x400,
    DEVICE = 0x800,

    STATUS = 0x070,
    FEATURES = 0x020,
    FEATURES_SELECT = 0x024,
    QUEUE_SELECT = 0x030,
    QUEUE_SIZE = 0x038,
    QUEUE_READY = 0x044,
    NOTIFY = 0x050,
    DESCRIPTORS_LOW = 0x080,
    DRIVER_LOW = 0x090,
    DEVICE_LOW = 0x0a0,
};

static ObHost *host_new(void)
{
    static const ObOption options[] = { { "netdev", "t" }, { "addr", "0xfe000000" } };
    ObHost *host = fuzz_host_new();
    HW_ERROR(error, 256);

    g_assert_true(ob_test_net_add(host, "t", &error));
    fuzz_host_add(host, &virtio_net_mmio_class, options, G_N_ELEMENTS(options));
    return host;
}

static void set(ObHost *host, uint32_t offset, uint32_t value)
{
    fuzz_access();
    ob_host_store(host, HW_SPACE_MEMORY, BASE + offset, value, 4);
}

static void memory_set(ObHost *host, uint32_t place, uint64_t value, uint32_t size)
{
    fuzz_access();
    ob_host_store(host, HW_SPACE_MEMORY, AREA + place % (ROOM - 8), value, size);
}

static uint32_t memory_get(ObHost *host, uint32_t place, uint32_t size)
{
    return (uint32_t)ob_host_load(host, HW_SPACE_MEMORY, AREA + place % (ROOM - 8), size);
}

/* A driver's first steps, with the features that the value says. */
static void driver_start(ObHost *host, uint32_t value)
{
    const uint32_t features = 1 << VIRTIO_NET_MAC | 1 << VIRTIO_NET_MERGE | 3u << 28;

    set(host, STATUS, 0);
    set(host, STATUS, HW_VIRTIO_ACKNOWLEDGE | HW_VIRTIO_DRIVER);
    set(host, FEATURES_SELECT, 0);
    set(host, FEATURES, value & features);
    set(host, FEATURES_SELECT, 1);
    set(host, FEATURES, 1);
    set(host, STATUS, HW_VIRTIO_FEATURES_OK);
    for (uint32_t queue = 0; queue < VIRTIO_NET_QUEUES; queue++) {
        set(host, QUEUE_SELECT, queue);
        set(host, QUEUE_SIZE, ENTRIES);
        set(host, DESCRIPTORS_LOW, AREA + queue * RING);
        set(host, DRIVER_LOW, AREA + queue * RING + DRIVER);
        set(host, DEVICE_LOW, AREA + queue * RING + DEVICE);
        set(host, QUEUE_READY, 1);
        memory_set(host, queue * RING + DRIVER, 0, 4);
    }
    set(host, STATUS, HW_VIRTIO_DRIVER_OK);
}

/* A descriptor of a card's ring, or past them of the control queue's ring, which may be a table. */
static void descriptor_set(ObHost *host, uint32_t index, uint32_t place, uint32_t value)
{
    uint32_t at = (index & 1) * RING + (index >> 1 & 31) * 16 + (index & 0x80 ? 2 * RING : 0);

    memory_set(host, at, AREA + place, 8);
    memory_set(host, at + 8, value & 0xffff, 4);
    memory_set(host, at + 12, value >> 16 & 7, 2);
    memory_set(host, at + 14, value >> 19 & 31, 2);
}

static void chain_offer(ObHost *host, uint32_t queue, uint32_t head)
{
    uint32_t part = queue * RING + DRIVER;
    uint32_t index = memory_get(host, part + 2, 2);

    memory_set(host, part + 4 + 2 * (index % ENTRIES), head, 2);
    memory_set(host, part + 2, index + 1, 2);
    set(host, NOTIFY, queue);
}

static void frames_move(ObHost *host, uint32_t size)
{
    static uint8_t frame[HW_VIRTIO_QUEUE_MAX * 8];
    GBytes *sent;

    ob_test_net_send(host, "t", frame, 14 + size % (sizeof(frame) - 14), NULL);
    while ((sent = ob_test_net_take(host, "t", NULL))) {
        g_bytes_unref(sent);
    }
}

static void operation(ObHost *host, const uint8_t *bytes)
{
    uint32_t index = bytes[1];
    uint32_t place = (uint32_t)hw_load_le(bytes + 2, 2);
    uint32_t value = (uint32_t)hw_load_le(bytes + 4, 4);

    switch (bytes[0] % 10) {
    case 0:
        set(host, (index % 64) * 4, value);
        break;
    case 1:
        fuzz_access();
        ob_host_load(host, HW_SPACE_MEMORY, BASE + place % 0x200, 1u << (index & 3));
        break;
    case 2:
        memory_set(host, place, value, 4);
        break;
    case 3:
    case 4:
        descriptor_set(host, index, place, value);
        break;
    case 5:
        chain_offer(host, index % VIRTIO_NET_QUEUES, value % 32);
        break;
    case 6:
        frames_move(host, place);
        break;
    case 7:
        driver_start(host, value);
        break;
    case 8:
        ob_host_poll(host);
        break;
    default:
        if (index % 32 == 0) {
            fuzz_host_move(host, 0);
        } else if (index % 32 == 1) {
            ob_host_reset(host);
        } else {
            set(host, NOTIFY, index % VIRTIO_NET_QUEUES);
        }
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ObHost *host = host_new();

    driver_start(host, UINT32_MAX);
    for (; size >= OPERATION; data += OPERATION, size -= OPERATION) {
        operation(host, data);
    }
    ob_host_free(host);
    return 0;
}
