/* SPDX-License-Identifier: GPL-2.0-or-later */
/* States of a virtio device that no driver can have made: a load refuses them, and changes nothing. */
#include "qtest/tests/net/virtio-host.h"

#define OFFERED "this device has 0x10130bf8024"

static ObHost *host_new(void)
{
    return virtio_host_new("virtio-net-mmio", "0xfe000000");
}

static void features_accepted(HwVirtio *s)
{
    s->status = HW_VIRTIO_FEATURES_OK;
    s->accepted = HW_VIRTIO_VERSION_1 | HW_VIRTIO_FEATURE(22);
}

static void features_of_legacy(HwVirtio *s)
{
    s->status = HW_VIRTIO_FEATURES_OK;
    s->accepted = HW_VIRTIO_EVENT_INDEX;
}

static void size_of_no_power(HwVirtio *s)
{
    s->queues[VIRTIO_NET_TRANSMIT].size = 100;
}

static void size_of_none(HwVirtio *s)
{
    s->queues[VIRTIO_NET_RECEIVE].size = 0;
}

static void size_too_large(HwVirtio *s)
{
    s->queues[VIRTIO_NET_RECEIVE].size = 512;
}

static void address_odd(HwVirtio *s)
{
    s->queues[VIRTIO_NET_TRANSMIT].enabled = 1;
    s->queues[VIRTIO_NET_TRANSMIT].driver = 0x1001;
}

static const struct {
    const char *path;
    void (*change)(HwVirtio *s);
    const char *sentence;
} rows[] = {
    { "features-that-were-not-offered", features_accepted, "features are 0x100400000, " OFFERED },
    { "features-of-a-legacy-driver", features_of_legacy, "features are 0x20000000, " OFFERED },
    { "size-that-is-no-power-of-two", size_of_no_power,
      "queue 1 has 100 entries, expected a power of two up to 256" },
    { "size-of-nothing", size_of_none, "queue 0 has 0 entries" },
    { "size-too-large", size_too_large, "queue 0 has 512 entries" },
    { "address-not-aligned", address_odd, "the addresses of queue 1 are not aligned" },
};

static void test_refused(gconstpointer data)
{
    size_t row = GPOINTER_TO_UINT(data);
    ObHost *source = host_new();
    g_autoptr(GByteArray) stream = NULL;

    rows[row].change(virtio_card(source));
    stream = host_stream_save(source);
    virtio_host_refuses(host_new(), stream, rows[row].sentence);
    ob_host_free(source);
}

/* The number of addresses lies behind 138 bytes of the section's fields. */
static void test_filter(void)
{
    static const char name[] = "outboard-virtio-net";
    ObHost *source = host_new();
    g_autoptr(GByteArray) stream = host_stream_save(source);

    *host_stream_behind(stream, name, strlen(name), 4 + 4 + 138 + 3) = VIRTIO_NET_MACS + 1;
    virtio_host_refuses(host_new(), stream, "the filter has 65 addresses, expected at most 64");
    ob_host_free(source);
}

/* A state that fits is taken as it was. */
static void test_taken(void)
{
    ObHost *source = host_new();
    ObHost *target = host_new();
    g_autoptr(GByteArray) stream = NULL;
    g_autoptr(GByteArray) after = NULL;

    virtio_card(source)->queues[VIRTIO_NET_TRANSMIT].size = 128;
    virtio_card(source)->queues[VIRTIO_NET_TRANSMIT].driver = 0x1000;
    virtio_card(source)->queues[VIRTIO_NET_TRANSMIT].enabled = 1;
    stream = host_stream_save(source);
    host_stream_load(target, stream);
    after = host_stream_save(target);
    g_assert_cmpmem(after->data, after->len, stream->data, stream->len);
    ob_host_free(source);
    ob_host_free(target);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/virtio-state/taken-as-it-was", test_taken);
    g_test_add_func("/virtio-state/refused/more-filtered-addresses-than-fit", test_filter);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/virtio-state/refused/", rows[i].path, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_refused);
    }
    return g_test_run();
}
