/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Split rings behind the virtio network card, as no driver writes them: the card breaks, says so, and
 * works again after its reset.  Also when it interrupts, and what its driver may not change.
 */
#include <string.h>

#include "devices/net/virtio-net-regs.h"
#include "qtest/client/process/scratch.h"
#include "qtest/tests/net/frame-wire.h"
#include "qtest/tests/net/guest-log.h"
#include "qtest/tests/net/virtio-card.h"

#define BASE    0xfe000000
#define MEMORY  0x200000
#define TABLE   0x300000 /* indirect descriptors */
#define NOWHERE 0xd0000000
#define RAM_END (UINT64_C(128) << 20)

enum { BUFFER = 1600, SEND = VIRTIO_NET_TRANSMIT, TAKE = VIRTIO_NET_RECEIVE, ISR_QUEUE = 1 };

static const uint8_t mac[6] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 };

typedef struct Bench {
    ObScratch *scratch;
    char *log;
    ObClient *c;
    VirtioCard card;
    VirtioDriver *d;
    VirtioRing *ring; /* to send */
    uint64_t buffer;
} Bench;

static void open_with(Bench *b, uint64_t features, uint32_t buffer_size)
{
    b->card = virtio_card_start(virtio_of_mmio(b->c, BASE, MEMORY), features, buffer_size);
    b->d = &b->card.driver;
    b->ring = &b->d->rings[SEND];
    b->buffer = b->card.buffers + VIRTIO_CARD_RING * VIRTIO_CARD_BUFFER;
}

static void set_up(Bench *b, gconstpointer data)
{
    g_autofree char *arguments = NULL;
    ObStart s = { .program = g_getenv("OB_PROGRAM") };
    HW_ERROR(error, 4096);

    (void)data;
    b->scratch = ob_scratch_new();
    b->log = g_build_filename(ob_scratch_path(b->scratch), "log", NULL);
    s.arguments = arguments = g_strdup_printf(
        "-M q35 -netdev test,id=t -device virtio-net-mmio,netdev=t,addr=0x%x "
        "-d guest_errors -D %s",
        BASE, b->log);
    b->c = ob_client_start(&s, &error);
    g_assert_cmpstr(error.text, ==, "");
    open_with(b, HW_VIRTIO_INDIRECT, BUFFER);
}

static void tear_down(Bench *b, gconstpointer data)
{
    (void)data;
    ob_client_quit(b->c);
    g_free(b->log);
    ob_scratch_free(b->scratch);
}

static bool is_broken(const Bench *b)
{
    return virtio_status(b->d) & HW_VIRTIO_NEEDS_RESET;
}

static void expect_sent(Bench *b, const uint8_t *frame, size_t size)
{
    size_t got;
    g_autofree uint8_t *sent = ob_client_net_receive(b->c, "t", &got);

    g_assert_nonnull(sent);
    g_assert_cmpmem(sent, got, frame, size);
}

static void works(Bench *b)
{
    uint8_t frame[1000], got[2048];

    frame_make(frame, sizeof(frame), mac, mac, 5);
    virtio_card_send(&b->card, frame, sizeof(frame));
    expect_sent(b, frame, sizeof(frame));
    g_assert_true(ob_client_net_send(b->c, "t", frame, sizeof(frame)));
    g_assert_cmpuint(virtio_card_receive(&b->card, got, sizeof(got)), ==, sizeof(frame));
    g_assert_false(is_broken(b));
}

static void offer(Bench *b, uint16_t head)
{
    virtio_offer(b->d, SEND, head);
    virtio_kick(b->d, SEND);
}

static void descriptor(Bench *b, uint32_t index, uint64_t address, uint32_t size, uint16_t flags,
                       uint16_t next)
{
    virtio_descriptor(b->d, b->ring->descriptors, index, address, size, flags, next);
}

static void indirect(Bench *b, uint32_t bytes, uint16_t flags)
{
    descriptor(b, 0, TABLE, bytes, (uint16_t)(VIRTIO_INDIRECT | flags), 1);
    offer(b, 0);
}

/* -------------------------------------------------------------------- broken rings */

static void cycle(Bench *b)
{
    descriptor(b, 0, b->buffer, 100, VIRTIO_NEXT, 1);
    descriptor(b, 1, b->buffer, 100, VIRTIO_NEXT, 0);
    offer(b, 0);
}

static void cycle_of_one(Bench *b)
{
    descriptor(b, 3, b->buffer, 0, VIRTIO_NEXT, 3);
    offer(b, 3);
}

static void next_outside(Bench *b)
{
    descriptor(b, 0, b->buffer, 100, VIRTIO_NEXT, VIRTIO_CARD_RING);
    offer(b, 0);
}

static void head_outside(Bench *b)
{
    offer(b, 0xffff);
}

static void index_jumps(Bench *b)
{
    b->ring->available = (uint16_t)(b->ring->available + VIRTIO_CARD_RING);
    offer(b, 0);
}

static void index_goes_back(Bench *b)
{
    b->ring->available = (uint16_t)(b->ring->available - 2);
    offer(b, 0);
}

static void buffer_outside(Bench *b)
{
    descriptor(b, 0, NOWHERE, 100, 0, 0);
    offer(b, 0);
}

static void buffer_across_the_end(Bench *b)
{
    descriptor(b, 0, RAM_END - 50, 100, 0, 0);
    offer(b, 0);
}

static void buffer_at_the_end_of_all(Bench *b)
{
    descriptor(b, 0, UINT64_MAX - 10, 100, 0, 0);
    offer(b, 0);
}

static void buffer_of_the_card(Bench *b)
{
    descriptor(b, 0, BASE, 100, 0, 0);
    offer(b, 0);
}

static void read_after_write(Bench *b)
{
    descriptor(b, 0, b->buffer, 100, VIRTIO_WRITE | VIRTIO_NEXT, 1);
    descriptor(b, 1, b->buffer, 100, 0, 0);
    offer(b, 0);
}

static void header_cut(Bench *b)
{
    descriptor(b, 0, b->buffer, VIRTIO_NET_HEADER - 1, 0, 0);
    offer(b, 0);
}

static void only_writable(Bench *b)
{
    descriptor(b, 0, b->buffer, 100, VIRTIO_WRITE, 0);
    offer(b, 0);
}

static void indirect_in_indirect(Bench *b)
{
    virtio_descriptor(b->d, TABLE, 0, TABLE, 16, VIRTIO_INDIRECT, 0);
    indirect(b, 16, 0);
}

static void indirect_with_next(Bench *b)
{
    virtio_descriptor(b->d, TABLE, 0, b->buffer, 100, 0, 0);
    indirect(b, 16, VIRTIO_NEXT);
}

static void indirect_empty(Bench *b)
{
    indirect(b, 0, 0);
}

static void indirect_cut(Bench *b)
{
    indirect(b, 17, 0);
}

static void indirect_outside(Bench *b)
{
    descriptor(b, 0, NOWHERE, 32, VIRTIO_INDIRECT, 0);
    offer(b, 0);
}

/* Each next one exists, 4096 in all. */
static void indirect_too_long(Bench *b)
{
    for (uint16_t i = 0; i < 4096; i++) {
        virtio_descriptor(b->d, TABLE, i, b->buffer, 1, VIRTIO_NEXT, i + 1);
    }
    indirect(b, 4096 * 16, 0);
}

static void indirect_not_negotiated(Bench *b)
{
    open_with(b, 0, BUFFER);
    virtio_descriptor(b->d, TABLE, 0, b->buffer, 100, 0, 0);
    indirect(b, 16, 0);
}

static void frame_comes(Bench *b)
{
    uint8_t frame[100];

    frame_make(frame, sizeof(frame), mac, mac, 1);
    g_assert_true(ob_client_net_send(b->c, "t", frame, sizeof(frame)));
}

static void no_room_for_a_byte(Bench *b)
{
    open_with(b, 0, VIRTIO_NET_HEADER);
    frame_comes(b);
}

static void receives_into_readable(Bench *b)
{
    open_with(b, 0, 0);
    virtio_add(b->d, TAKE, b->buffer, BUFFER, 0);
    virtio_kick(b->d, TAKE);
    frame_comes(b);
}

static void receives_outside(Bench *b)
{
    open_with(b, 0, 0);
    virtio_add(b->d, TAKE, NOWHERE, BUFFER, VIRTIO_WRITE);
    virtio_kick(b->d, TAKE);
    frame_comes(b);
}

/* A part of the ring outside of RAM.  The queue is stopped, moved and started again. */
static void part_moved(Bench *b, VirtioField part)
{
    virtio_set(b->d, VIRTIO_QUEUE_SELECT, SEND);
    virtio_set(b->d, VIRTIO_QUEUE_ENABLE, 0);
    virtio_set(b->d, part, NOWHERE);
    virtio_set(b->d, VIRTIO_QUEUE_ENABLE, 1);
    descriptor(b, 0, b->buffer, 100, 0, 0);
    b->ring->available = 0;
    offer(b, 0);
}

static void descriptors_outside(Bench *b)
{
    part_moved(b, VIRTIO_QUEUE_DESCRIPTORS);
}

static void driver_part_outside(Bench *b)
{
    part_moved(b, VIRTIO_QUEUE_DRIVER);
}

static void device_part_outside(Bench *b)
{
    part_moved(b, VIRTIO_QUEUE_DEVICE);
}

typedef struct Breaker {
    const char *path;
    void (*function)(Bench *b);
    const char *error;
    bool sends; /* a frame leaves before */
} Breaker;

static const Breaker breakers[] = {
    { "cycle", cycle, "chain 0 has more than 1024 buffers" },
    { "cycle-of-one-descriptor", cycle_of_one, "chain 3 has more than 1024 buffers" },
    { "next-descriptor-outside", next_outside,
      "chain 0: descriptor 16 does not exist, expected 0 to 15" },
    { "head-outside", head_outside,
      "chain 65535: descriptor 65535 does not exist, expected 0 to 15" },
    { "index-jumps", index_jumps, "queue 1: index 17 after 0, expected at most 16 more" },
    { "index-goes-back", index_goes_back,
      "queue 1: index 65535 after 0, expected at most 16 more" },
    { "buffer-not-in-ram", buffer_outside, "0xd000000c is not in RAM" },
    { "buffer-across-the-end-of-ram", buffer_across_the_end, "0x7ffffda is not in RAM" },
    { "buffer-across-the-end-of-addresses", buffer_at_the_end_of_all,
      "chain 0: a buffer ends past all addresses" },
    { "buffer-in-the-cards-registers", buffer_of_the_card, "0xfe00000c is not in RAM" },
    { "readable-after-writable", read_after_write,
      "chain 0: a buffer to read follows one to write" },
    { "header-cut", header_cut, "a frame to send without its header" },
    { "nothing-to-read", only_writable, "a frame to send without its header" },
    { "indirect-in-indirect", indirect_in_indirect,
      "chain 0: its indirect table lies in another one" },
    { "indirect-with-next", indirect_with_next,
      "chain 0: its indirect table has a next descriptor" },
    { "indirect-empty", indirect_empty,
      "chain 0: its indirect table has no whole number of descriptors" },
    { "indirect-cut", indirect_cut,
      "chain 0: its indirect table has no whole number of descriptors" },
    { "indirect-not-in-ram", indirect_outside, "0xd0000000 is not in RAM" },
    { "indirect-too-long", indirect_too_long, "chain 0 has more than 1024 buffers" },
    { "indirect-not-negotiated", indirect_not_negotiated,
      "chain 0: its indirect table was not negotiated" },
    { "no-room-to-receive", no_room_for_a_byte,
      "a buffer to receive of 12 bytes, expected more than 12" },
    { "receives-into-a-readable-buffer", receives_into_readable,
      "a buffer to receive of 0 bytes, expected more than 12" },
    { "receives-outside-of-ram", receives_outside, "0xd000000c is not in RAM" },
    { "descriptors-not-in-ram", descriptors_outside, "0xd0000000 is not in RAM" },
    { "drivers-part-not-in-ram", driver_part_outside, "0xd0000002 is not in RAM" },
    { "devices-part-not-in-ram", device_part_outside, "0xd0000004 is not in RAM", true },
};

static void test_breaks(Bench *b, gconstpointer data)
{
    const Breaker *breaker = &breakers[GPOINTER_TO_UINT(data)];
    g_autofree char *line = g_strconcat(breaker->error, ": the device needs a reset", NULL);
    g_autofree uint8_t *frame = NULL;
    uint32_t head, written;
    size_t size;

    breaker->function(b);
    g_assert_true(is_broken(b));
    frame = ob_client_net_receive(b->c, "t", &size);
    g_assert_cmpint(frame != NULL, ==, breaker->sends);
    g_assert_false(virtio_used(b->d, SEND, &head, &written));
    virtio_kick(b->d, SEND); /* does nothing now */
    g_assert_null(ob_client_net_receive(b->c, "t", &size));
    frame_comes(b); /* is lost */
    g_assert_cmphex(virtio_isr(b->d) & 2, ==, 2);
    guest_log_expect(b->log, line);
    open_with(b, HW_VIRTIO_INDIRECT, BUFFER);
    works(b);
}

/* ----------------------------------------------------------------- odd, but allowed */

/* Many pieces, also empty ones, and the rest of the chain in an indirect table. */
static void test_pieces(Bench *b, gconstpointer data)
{
    uint8_t frame[300];

    (void)data;
    frame_make(frame, sizeof(frame), mac, mac, 9);
    ob_client_memset(b->c, b->buffer, 0, VIRTIO_NET_HEADER);
    ob_client_memwrite(b->c, b->buffer + VIRTIO_NET_HEADER, frame, sizeof(frame));
    descriptor(b, 0, b->buffer, 5, VIRTIO_NEXT, 7);
    descriptor(b, 7, NOWHERE, 0, VIRTIO_NEXT, 2);
    descriptor(b, 2, TABLE, 3 * 16, VIRTIO_INDIRECT | VIRTIO_WRITE, 0);
    virtio_descriptor(b->d, TABLE, 0, b->buffer + 5, 100, VIRTIO_NEXT, 2);
    virtio_descriptor(b->d, TABLE, 2, b->buffer + 105, VIRTIO_NET_HEADER + 300 - 105, VIRTIO_NEXT,
                      1);
    virtio_descriptor(b->d, TABLE, 1, b->buffer, 77, VIRTIO_WRITE, 0); /* not used */
    offer(b, 0);
    expect_sent(b, frame, sizeof(frame));
    g_assert_false(is_broken(b));
}

static void test_frame_too_large(Bench *b, gconstpointer data)
{
    size_t size;
    uint32_t head, written;

    (void)data;
    descriptor(b, 0, MEMORY, VIRTIO_NET_HEADER + 65551, 0, 0);
    offer(b, 0);
    descriptor(b, 1, MEMORY, VIRTIO_NET_HEADER + 13, 0, 0);
    offer(b, 1);
    g_assert_true(virtio_used(b->d, SEND, &head, &written));
    g_assert_true(virtio_used(b->d, SEND, &head, &written));
    g_assert_null(ob_client_net_receive(b->c, "t", &size));
    b->ring->next = 2;
    works(b);
}

/* A kick serves 64 chains, and posted calls the others. */
static void test_many(Bench *b, gconstpointer data)
{
    uint8_t frame[60];
    uint32_t head, written, count = 0;

    (void)data;
    g_assert_true(virtio_negotiate(b->d, HW_VIRTIO_VERSION_1));
    virtio_ring_start(b->d, SEND, VIRTIO_NET_QUEUE_SIZE);
    virtio_driver_ok(b->d);
    frame_make(frame, sizeof(frame), mac, mac, 1);
    ob_client_memwrite(b->c, b->buffer + VIRTIO_NET_HEADER, frame, sizeof(frame));
    for (uint32_t i = 0; i < VIRTIO_NET_QUEUE_SIZE; i++) {
        virtio_add(b->d, SEND, b->buffer, VIRTIO_NET_HEADER + sizeof(frame), 0);
    }
    virtio_kick(b->d, SEND);
    while (count < VIRTIO_NET_QUEUE_SIZE) {
        count += virtio_used(b->d, SEND, &head, &written);
    }
    for (uint32_t i = 0; i < VIRTIO_NET_QUEUE_SIZE; i++) {
        expect_sent(b, frame, sizeof(frame));
    }
}

/* ----------------------------------------------------------------------- interrupts */

static void send_one(Bench *b)
{
    virtio_add(b->d, SEND, b->buffer, VIRTIO_NET_HEADER + 60, 0);
    virtio_kick(b->d, SEND);
}

static void test_interrupt(Bench *b, gconstpointer data)
{
    (void)data;
    ob_client_irq_intercept_in(b->c, "/machine/q35/ioapic");
    virtio_isr(b->d);
    g_assert_false(ob_client_irq_get(b->c, 5));
    send_one(b);
    g_assert_true(ob_client_irq_get(b->c, 5));
    g_assert_cmphex(virtio_isr(b->d), ==, ISR_QUEUE);
    g_assert_false(ob_client_irq_get(b->c, 5));
    ob_client_writew(b->c, b->ring->driver, 1); /* VIRTQ_AVAIL_F_NO_INTERRUPT */
    send_one(b);
    g_assert_cmphex(virtio_isr(b->d), ==, 0);
}

/* The driver asks for an interrupt after the fourth chain; the device, for a kick after each. */
static void test_event_index(Bench *b, gconstpointer data)
{
    (void)data;
    open_with(b, HW_VIRTIO_EVENT_INDEX, BUFFER);
    send_one(b); /* the first one interrupts in any case */
    g_assert_cmphex(virtio_isr(b->d), ==, ISR_QUEUE);
    ob_client_writew(b->c, b->ring->driver + 4 + 2 * VIRTIO_CARD_RING, 3);
    for (uint32_t i = 1; i < 6; i++) {
        send_one(b);
        g_assert_cmphex(virtio_isr(b->d), ==, i == 3 ? ISR_QUEUE : 0);
        g_assert_cmpuint(ob_client_readw(b->c, b->ring->device + 4 + 8 * VIRTIO_CARD_RING), ==,
                         i + 1);
    }
}

/* --------------------------------------------------------------------- order of steps */

static void test_before_driver_ok(Bench *b, gconstpointer data)
{
    size_t size;

    (void)data;
    g_assert_true(virtio_negotiate(b->d, HW_VIRTIO_VERSION_1));
    virtio_ring_start(b->d, SEND, VIRTIO_CARD_RING);
    send_one(b);
    g_assert_null(ob_client_net_receive(b->c, "t", &size)); /* it waits */
    virtio_driver_ok(b->d);
    g_free(ob_client_net_receive(b->c, "t", &size));
    g_assert_cmpuint(size, ==, 60);
}

static void test_order(Bench *b, gconstpointer data)
{
    (void)data;
    virtio_set(b->d, VIRTIO_ACCEPTED_SELECT, 0);
    virtio_set(b->d, VIRTIO_ACCEPTED, UINT32_MAX); /* after FEATURES_OK */
    works(b);
    virtio_reset(b->d);
    virtio_set(b->d, VIRTIO_STATUS, HW_VIRTIO_DRIVER_OK);
    g_assert_cmphex(virtio_status(b->d), ==, 0); /* before FEATURES_OK */
    virtio_set(b->d, VIRTIO_STATUS, HW_VIRTIO_NEEDS_RESET);
    g_assert_cmphex(virtio_status(b->d), ==, 0); /* the device's own bit */
}

static void refused(Bench *b, VirtioField field, uint32_t value, VirtioField shown,
                    uint32_t expected)
{
    virtio_set(b->d, field, value);
    g_assert_cmphex(virtio_get(b->d, shown), ==, expected);
}

static void test_queue_refusals(Bench *b, gconstpointer data)
{
    (void)data;
    virtio_set(b->d, VIRTIO_QUEUE_SELECT, SEND);
    virtio_set(b->d, VIRTIO_QUEUE_DESCRIPTORS, NOWHERE); /* it is enabled */
    works(b);
    virtio_reset(b->d);
    virtio_set(b->d, VIRTIO_QUEUE_SELECT, SEND);
    g_assert_cmpuint(virtio_get(b->d, VIRTIO_QUEUE_MOST), ==, VIRTIO_NET_QUEUE_SIZE);
    virtio_set(b->d, VIRTIO_QUEUE_DESCRIPTORS, MEMORY + 8);
    refused(b, VIRTIO_QUEUE_ENABLE, 1, VIRTIO_QUEUE_ENABLE, 0); /* not aligned */
    virtio_set(b->d, VIRTIO_QUEUE_SELECT, VIRTIO_NET_QUEUES);
    g_assert_cmpuint(virtio_get(b->d, VIRTIO_QUEUE_MOST), ==, 0);
    refused(b, VIRTIO_QUEUE_ENABLE, 1, VIRTIO_QUEUE_ENABLE, 0);
    virtio_kick(b->d, VIRTIO_NET_QUEUES);
    virtio_set(b->d, VIRTIO_QUEUE_SELECT, 0x10000 + SEND); /* no queue either */
    g_assert_cmpuint(virtio_get(b->d, VIRTIO_QUEUE_MOST), ==, 0);
    open_with(b, 0, BUFFER);
    works(b);
}

/* Sizes that the ring can't have leave the largest, which it has after a reset. */
static void test_queue_sizes(Bench *b, gconstpointer data)
{
    static const uint32_t sizes[] = { 0, 3, 257, 512, 0x10010, UINT32_MAX };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_assert_true(virtio_negotiate(b->d, HW_VIRTIO_VERSION_1));
        virtio_ring_start(b->d, SEND, VIRTIO_NET_QUEUE_SIZE);
        virtio_set(b->d, VIRTIO_QUEUE_ENABLE, 0);
        virtio_set(b->d, VIRTIO_QUEUE_SIZE, sizes[i]);
        virtio_set(b->d, VIRTIO_QUEUE_ENABLE, 1);
        virtio_driver_ok(b->d);
        for (uint32_t n = 0; n < VIRTIO_NET_QUEUE_SIZE + 1; n++) {
            send_one(b);
        }
        g_assert_false(is_broken(b));
    }
}

#define TEST(path, function) \
    g_test_add("/virtio-ring/" path, Bench, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(breakers); i++) {
        g_autofree char *path = g_strconcat("/virtio-ring/breaks/", breakers[i].path, NULL);

        g_test_add(path, Bench, GUINT_TO_POINTER(i), set_up, test_breaks, tear_down);
    }
    TEST("chain/of-many-pieces", test_pieces);
    TEST("chain/with-a-frame-of-a-forbidden-size", test_frame_too_large);
    TEST("chain/more-than-one-call-serves", test_many);
    TEST("interrupt/unless-the-driver-says-no", test_interrupt);
    TEST("interrupt/at-the-drivers-index", test_event_index);
    TEST("order/chains-wait-for-the-driver", test_before_driver_ok);
    TEST("order/steps-at-the-wrong-time", test_order);
    TEST("queue/refuses-changes", test_queue_refusals);
    TEST("queue/refuses-sizes", test_queue_sizes);
    return g_test_run();
}
