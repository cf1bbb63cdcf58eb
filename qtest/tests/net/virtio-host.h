/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine in this process with a virtio network card, for tests of its state. */
#ifndef OB_TESTS_NET_VIRTIO_HOST_H
#define OB_TESTS_NET_VIRTIO_HOST_H

#include "devices/net/virtio-net-regs.h"
#include "hw-api/device/virtio/virtio.h"
#include "qtest/machine/board.h"
#include "qtest/machine/net/test-net.h"
#include "qtest/tests/lib/host-stream.h"

/* `card`: virtio-net-mmio or virtio-net-pci.  `address`: its property addr. */
static inline ObHost *virtio_host_new(const char *card, const char *address)
{
    const ObOption options[] = { { "netdev", "t" }, { "addr", address } };
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35", .ram_size = 1 << 20 };
    HW_ERROR(error, 500);
    ObHost *host = ob_host_new(&config, &error);

    g_assert_true(ob_host_load_plugins(host, g_getenv("OUTBOARD_SET"), &error));
    g_assert_true(ob_test_net_add(host, "t", &error));
    g_assert_true(ob_host_add_device(host, card, options, 2, &error));
    return host;
}

static inline HwVirtio *virtio_card(ObHost *host)
{
    return HW_DEVICE(HwVirtio, ob_host_device_at(host, 0)->dev);
}

/* The host, which is freed, refuses the stream and is unchanged. */
static inline void virtio_host_refuses(ObHost *host, const GByteArray *stream, const char *sentence)
{
    g_autoptr(GByteArray) before = host_stream_save(host);
    g_autoptr(GByteArray) after = NULL;

    host_stream_refused(host, stream, sentence);
    after = host_stream_save(host);
    g_assert_cmpmem(after->data, after->len, before->data, before->len);
    ob_host_free(host);
}

#endif
