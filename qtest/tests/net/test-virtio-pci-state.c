/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A virtio network card on PCI loads a stream in the form of QEMU's card.  A stream of a card that has
 * what ours has not, or of none at all, is refused by name and changes nothing.
 */
#include "hw-api/host/pci/function.h"
#include "qtest/tests/net/virtio-host.h"

#define SECTION "0000:00:04.0/virtio-net"

/* Places in the section's payload, of QEMU 7.2's card with disable-legacy=on (observed). */
enum {
    STATUS = 0x157,
    FEATURES = 0x15b,
    CONFIG_LENGTH = 0x15f,
    QUEUES = 0x16b,
    QUEUE_0 = 0x16f, /* size, 4 bytes; address, 8; next index, 2; message, 2 */
    NEXT = 12,
    MESSAGE = 14,
    FILTERS = 0x1b1,
    OFFLOAD_HEADER = 0x3b5,
    UFO = 0x3bf,
};

static ObHost *host_new(void)
{
    return virtio_host_new("virtio-net-pci", "4");
}

/* The place behind a name and the version, or instance and version, that follow it. */
static uint8_t *behind(const GByteArray *stream, const char *name, size_t follow)
{
    return host_stream_behind(stream, name, strlen(name), follow);
}

/* ------------------------------------------------------------------- a stream's numbers */

typedef struct Row {
    const char *path;
    const char *subsection; /* NULL: the section */
    size_t place;
    uint32_t size;
    uint64_t value;
    const char *sentence;
} Row;

static const Row rows[] = {
    { "more-queues-than-it-has", NULL, QUEUES, 4, 5,
      "Failed to load virtio-net:queues: 0x5, expected 0x3 in the bits 0xffffffff" },
    { "fewer-queues-than-it-has", NULL, QUEUES, 4, 2, "virtio-net:queues: 0x2, expected 0x3" },
    { "features-that-were-not-offered", NULL, FEATURES, 4, 1 << 1,
      "virtio-net:guest_features: 0x2, expected 0x0 in the bits 0xcf407fdb" },
    { "configuration-too-large", NULL, CONFIG_LENGTH, 4, 65,
      "virtio-net:config: 65 bytes, expected at most 64" },
    { "more-addresses-than-it-has-room-for", NULL, FILTERS, 4, 65,
      "virtio-net:mac_table: 65 runs of bytes, expected at most 64" },
    { "a-header-of-offloads", NULL, OFFLOAD_HEADER, 4, 1,
      "virtio-net:has_vnet_hdr: 0x1, expected 0x0" },
    { "fragments-of-udp", NULL, UFO, 1, 1, "virtio-net:has_ufo: 0x1, expected 0x0" },
    { "queue-of-no-power-of-two", NULL, QUEUE_0, 4, 100,
      "queue 0 has 100 entries, expected a power of two up to 1024" },
    { "queue-of-nothing", NULL, QUEUE_0, 4, 0, "queue 0 has 0 entries" },
    { "queue-too-large", NULL, QUEUE_0, 4, 2048, "queue 0 has 2048 entries" },
    { "queue-of-a-size-past-16-bits", NULL, QUEUE_0, 4, 0x10100, "queue 0 has 65792 entries" },
    { "index-of-a-queue-that-is-not-enabled", NULL, QUEUE_0 + 16 + NEXT, 2, 7,
      "queue 1 is not enabled, and has the address 0x0 and the next index 7, expected 0 and 0" },
    { "message-that-it-lacks", NULL, QUEUE_0 + MESSAGE, 2, 4,
      "message 4, expected less than 4, or 0xffff for none" },
    { "features-of-a-legacy-driver", NULL, STATUS, 1, HW_VIRTIO_DRIVER_OK,
      "features are 0x0, this device has 0x10330bf8024" },
    { "unknown-subsection", "virtio/extra_stat", 0, 1, 'X',
      "virtio: unknown subsection 'virtio/extra_statX'" },
};

static void number_store(uint8_t *at, uint64_t value, uint32_t size)
{
    while (size--) {
        at[size] = (uint8_t)value;
        value >>= 8;
    }
}

static void test_refused(gconstpointer data)
{
    const Row *row = &rows[GPOINTER_TO_UINT(data)];
    ObHost *source = host_new();
    g_autoptr(GByteArray) stream = host_stream_save(source);
    uint8_t *at = row->subsection ? behind(stream, row->subsection, 0)
                                  : behind(stream, SECTION, 4 + 4);

    number_store(at + row->place, row->value, row->size);
    virtio_host_refuses(host_new(), stream, row->sentence);
    ob_host_free(source);
}

/* ----------------------------------------------------------------------- a card in use */

static void queue_start(HwVirtio *s, uint32_t queue, uint64_t at)
{
    s->status = HW_VIRTIO_FEATURES_OK | HW_VIRTIO_DRIVER_OK;
    s->accepted = HW_VIRTIO_VERSION_1;
    s->queues[queue].enabled = 1;
    s->queues[queue].descriptors = s->queues[queue].driver = s->queues[queue].device = at;
}

static void test_address(void)
{
    ObHost *source = host_new();
    g_autoptr(GByteArray) stream = NULL;

    queue_start(virtio_card(source), VIRTIO_NET_RECEIVE, 0x1000);
    stream = host_stream_save(source);
    number_store(behind(stream, "virtio/virtqueues", 4), 0x1001, 8);
    virtio_host_refuses(host_new(), stream, "the addresses of queue 0 are not aligned");
    ob_host_free(source);
}

static void test_most(void)
{
    ObHost *source = host_new();
    g_autoptr(GByteArray) stream = NULL;

    virtio_card(source)->queues[VIRTIO_NET_TRANSMIT].size = 16;
    stream = host_stream_save(source);
    number_store(behind(stream, "virtio/ringsize", 4 + 4), 3, 4);
    virtio_host_refuses(host_new(), stream,
                        "queue 1 has 3 entries, expected a power of two up to 1024");
    ob_host_free(source);
}

/* All that is in use, but for the index in the device's part: it stays in memory. */
static void test_taken(void)
{
    ObHost *source = host_new();
    ObHost *target = host_new();
    g_autoptr(GByteArray) stream = NULL;
    g_autoptr(GByteArray) after = NULL;
    HwVirtio *s = virtio_card(source);

    queue_start(s, VIRTIO_NET_RECEIVE, 0x1000);
    s->queues[VIRTIO_NET_RECEIVE].size = 128;
    s->queues[VIRTIO_NET_RECEIVE].vector = 2;
    s->queues[VIRTIO_NET_CONTROL].driver = 0x123456789abcd000; /* not enabled yet */
    s->offered_select = s->accepted_select = 1;
    s->queue_select = 2;
    s->isr = 3;
    hw_instance_update(ob_host_device_at(source, 0));
    stream = host_stream_save(source);
    host_stream_load(target, stream);
    after = host_stream_save(target);
    g_assert_cmpmem(after->data, after->len, stream->data, stream->len);
    s = virtio_card(target);
    g_assert_cmphex(s->queues[VIRTIO_NET_CONTROL].driver, ==, 0x123456789abcd000);
    g_assert_cmpuint(s->queues[VIRTIO_NET_RECEIVE].size, ==, 128);
    ob_host_free(source);
    ob_host_free(target);
}

/* QEMU 10.0 and 11.1 have queues of 1024 entries, and a driver may use them all, also after a reset. */
static void test_size(void)
{
    ObHost *source = host_new();
    ObHost *target = host_new();
    g_autoptr(GByteArray) stream = host_stream_save(source);
    HwVirtio *s = virtio_card(target);

    number_store(behind(stream, SECTION, 4 + 4 + QUEUE_0), 1024, 4);
    host_stream_load(target, stream);
    g_assert_cmpuint(s->queues[VIRTIO_NET_RECEIVE].size, ==, 1024);
    ob_host_reset(target);
    g_assert_cmpuint(s->queues[VIRTIO_NET_RECEIVE].size, ==, 1024);
    g_assert_cmpuint(s->queues[VIRTIO_NET_CONTROL].size, ==, VIRTIO_NET_CONTROL_SIZE);
    ob_host_free(source);
    ob_host_free(target);
}

/* A broken card stays broken, and QEMU's mark of it is enough. */
static void test_broken(void)
{
    ObHost *source = host_new();
    ObHost *target = host_new();
    g_autoptr(GByteArray) stream = NULL;

    virtio_card(source)->status = HW_VIRTIO_NEEDS_RESET;
    stream = host_stream_save(source);
    number_store(behind(stream, SECTION, 4 + 4 + STATUS), 0, 1);
    host_stream_load(target, stream);
    g_assert_cmphex(virtio_card(target)->status, ==, HW_VIRTIO_NEEDS_RESET);
    ob_host_free(source);
    ob_host_free(target);
}

/* The driver's memory is looked at when the queue is served.  Here it is outside of RAM. */
static void test_outside(void)
{
    ObHost *source = host_new();
    ObHost *target = host_new();
    g_autoptr(GByteArray) stream = NULL;

    queue_start(virtio_card(source), VIRTIO_NET_TRANSMIT, 0xfffffffffffff000);
    stream = host_stream_save(source);
    host_stream_load(target, stream);
    g_assert_cmphex(virtio_card(target)->status & HW_VIRTIO_NEEDS_RESET, ==, HW_VIRTIO_NEEDS_RESET);
    ob_host_free(source);
    ob_host_free(target);
}

/* QEMU has the window in the configuration space, and no such subsection. */
static void test_window(void)
{
    ObHost *source = host_new();
    ObHost *target = host_new();
    HwPciUnit *unit = ob_host_device_at(source, 0)->pci;
    g_autoptr(GByteArray) stream = host_stream_save(source);
    g_autoptr(GByteArray) after = NULL;

    g_assert_null(memmem(stream->data, stream->len, "virtio/outboard_window", 22));
    hw_pci_unit_write(unit, 0x84 + 12, 2, 4);
    g_byte_array_unref(stream);
    stream = host_stream_save(source);
    behind(stream, "virtio/outboard_window", 4);
    host_stream_load(target, stream);
    after = host_stream_save(target);
    g_assert_cmpmem(after->data, after->len, stream->data, stream->len);
    ob_host_free(source);
    ob_host_free(target);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/virtio-pci-state/taken/as-it-was", test_taken);
    g_test_add_func("/virtio-pci-state/taken/size-of-the-sender", test_size);
    g_test_add_func("/virtio-pci-state/taken/broken-stays-broken", test_broken);
    g_test_add_func("/virtio-pci-state/taken/window-in-use", test_window);
    g_test_add_func("/virtio-pci-state/taken/queue-outside-of-ram-breaks-the-card", test_outside);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/virtio-pci-state/refused/", rows[i].path, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_refused);
    }
    g_test_add_func("/virtio-pci-state/refused/address-that-is-not-aligned", test_address);
    g_test_add_func("/virtio-pci-state/refused/default-size-that-is-none", test_most);
    return g_test_run();
}
