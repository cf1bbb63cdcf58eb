/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target: a guest that drives the card ne2k_pci, and a network that sends it frames.  Each
 * operation is 8 bytes: what, a port (2 bytes), a value (4), a width.  Rings point anywhere, and
 * change while frames come.
 */
#include <string.h>

#include <glib.h>

#include "devices/net/ne2k-regs.h"
#include "hw-api/device/bytes.h"
#include "qtest/fuzz/fuzz-host.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/net/test-net.h"
#include "qtest/machine/pci/pci.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Linked in, so that the fuzzer sees its branches; devices.h is for the plugin. */
extern const HwDeviceClass ne2k_pci_class;

enum { OPERATION = 8 };

static ObHost *host;
static uint64_t ports; /* the BAR's */

static void store(uint32_t port, uint32_t value, uint32_t width)
{
    fuzz_access();
    ob_host_store(host, HW_SPACE_IO, ports + port, value, width);
}

static void frame_send(uint32_t value)
{
    static uint8_t frame[0x800];

    memset(frame, value & 1 ? 0xff : (int)(value & 0xff), 12);
    ob_test_net_send(host, "t", frame, value >> 8 & 0x7ff, NULL);
}

static void frames_take(void)
{
    GBytes *frame;

    while ((frame = ob_test_net_take(host, "t", NULL))) {
        g_bytes_unref(frame);
    }
}

/* A driver's start with a ring of these pages, so that inputs soon get past the first checks. */
static void card_start(uint32_t value)
{
    store(CR, CR_STOP | CR_ABORT, 1);
    store(PSTART, value & 0xff, 1);
    store(PSTOP, value >> 8 & 0xff, 1);
    store(BNRY, value & 0xff, 1);
    store(RCR, RCR_BROADCAST | RCR_ALL | RCR_MULTICAST, 1);
    store(CR, CR_STOP | CR_ABORT | 1 << CR_PAGE, 1);
    store(CURR, value >> 16 & 0xff, 1);
    store(CR, CR_START | CR_ABORT, 1);
}

static void remote_dma(uint32_t value, uint32_t width, bool is_write)
{
    store(RSAR0, value & 0xff, 1);
    store(RSAR1, value >> 8 & 0xff, 1);
    store(RBCR0, value >> 16 & 0xff, 1);
    store(RBCR1, value >> 24, 1);
    store(CR, CR_START | (is_write ? CR_WRITE : CR_READ), 1);
    for (int i = 0; i < 300; i++) {
        if (is_write) {
            store(DATA_PORT, value + (uint32_t)i, width);
        } else {
            fuzz_access();
            ob_host_load(host, HW_SPACE_IO, ports + DATA_PORT, width);
        }
    }
}

static void seldom(uint32_t value)
{
    switch (value % 64) {
    case 0:
        fuzz_host_move(host, value >> 6);
        ports = ob_host_device_at(host, 0)->pci->bars[0].address;
        break;
    case 1:
        ob_host_reset(host);
        break;
    case 2:
    case 3:
        ob_net_set_link(host, "t", value & 1);
        break;
    default:
        frames_take();
        break;
    }
}

static void operation(const uint8_t *bytes)
{
    uint32_t port = (uint32_t)hw_load_le(bytes + 1, 2) & 0xff;
    uint32_t value = (uint32_t)hw_load_le(bytes + 3, 4);
    uint32_t width = 1u << bytes[7] % 3;

    switch (bytes[0] % 16) {
    case 0:
        card_start(value);
        break;
    case 1:
    case 2:
        remote_dma(value, width, bytes[0] & 1);
        break;
    case 3:
    case 4:
        frame_send(value);
        break;
    case 5:
        ob_host_poll(host);
        break;
    case 6:
        seldom(value);
        break;
    case 7:
        fuzz_access();
        ob_host_load(host, HW_SPACE_IO, ports + port, width);
        break;
    case 8: /* a registers' page, and a frame to send from it */
        store(TPSR, port, 1);
        store(TBCR0, value, 1);
        store(TBCR1, value >> 8 & 7, 1);
        store(CR, CR_START | CR_TRANSMIT | CR_ABORT, 1);
        break;
    default:
        store(port % 0x20, value, width);
        break;
    }
}

static void host_start(void)
{
    const ObOption options[] = { { "netdev", "t" } };

    host = fuzz_host_new();
    g_assert_nonnull(ob_test_net_add(host, "t", NULL));
    fuzz_host_add(host, &ne2k_pci_class, options, G_N_ELEMENTS(options));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!host) {
        host_start();
    }
    ob_host_reset(host);
    ob_net_set_link(host, "t", true);
    frames_take();
    ob_pci_assign(ob_host_pci(host));
    ports = ob_host_device_at(host, 0)->pci->bars[0].address;
    for (; size >= OPERATION; data += OPERATION, size -= OPERATION) {
        operation(data);
    }
    return 0;
}
