/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A virtio network card in use moves from our program through stock QEMUs of all releases, and back.
 * Its rings go on, and a frame that waits to be sent is sent there.  On PCI, QEMU's own card stands at
 * the same place on the way, too.
 */
#include <string.h>
#include <unistd.h>

#include "devices/net/virtio-net-regs.h"
#include "qtest/client/process/scratch.h"
#include "qtest/client/process/unix-socket.h"
#include "qtest/tests/lib/machine-move.h"
#include "qtest/tests/net/frame-wire.h"
#include "qtest/tests/net/virtio-card.h"
#include "qtest/text/json.h"

#define BASE   0xfef00000
#define SLOT   4
#define MEMORY 0x200000
#define BIT(n) HW_VIRTIO_FEATURE(VIRTIO_NET_##n)
#define ALL                                                                                  \
    (HW_VIRTIO_INDIRECT | HW_VIRTIO_EVENT_INDEX | HW_VIRTIO_RING_RESET | VIRTIO_CARD_MERGE | \
     BIT(STATUS) | BIT(CONTROL_QUEUE) | BIT(CONTROL_MODES) | BIT(CONTROL_VLAN) |             \
     BIT(CONTROL_MODES_EXTRA) | BIT(CONTROL_MAC) | BIT(GUEST_ANNOUNCE) | BIT(CONTROL_OFFLOADS))

enum { BUFFER = 512 };

static const uint8_t mac[6] = { 0x52, 0x54, 0x00, 0x11, 0x22, 0x33 };
static const uint8_t group[6] = { 0x01, 0, 0x5e, 0, 0, 1 };
static const uint8_t other_group[6] = { 0x01, 0, 0x5e, 0, 0, 2 };

typedef struct Journey {
    ObScratch *scratch;
    ObClient *c;
    PciBus bus;
    VirtioCard card;
    int wire;
    const char *program; /* the next stay's; NULL: ours */
    bool is_own;         /* the card is QEMU's own */
    const char *mac;
    uint8_t seed;
} Journey;

static bool is_pci(void)
{
    return strstr(g_getenv("OB_DEVICE"), "-pci") != NULL;
}

/* QEMU's own card without what ours has not: ports of legacy drivers, and a boot ROM. */
static char *device_option(const Journey *j)
{
    const char *prefix = j->program && is_pci() ? "outboard-" : "";

    return j->is_own ? g_strdup("virtio-net-pci,disable-legacy=on,romfile=")
                     : g_strconcat(prefix, g_getenv("OB_DEVICE"), NULL);
}

static ObClient *start(void *opaque, const char *more)
{
    Journey *j = opaque;
    bool ours = !j->program;
    g_autofree char *path = g_build_filename(ob_scratch_path(j->scratch), "net", NULL);
    g_autofree char *device = device_option(j);
    g_autofree char *arguments = NULL;
    ObStart s = { .program = ours ? g_getenv("OB_HOST_PROGRAM") : j->program,
                  .accelerator = ours ? NULL : "tcg",
                  .halts = !ours };
    HW_ERROR(error, 4096);
    int listener;
    ObClient *c;

    unlink(path);
    listener = ob_unix_listen(path);
    arguments = g_strdup_printf("-M pc-q35-7.2 -m 64 -nodefaults %s -netdev "
                                "stream,id=n0,server=off,addr.type=unix,addr.path=%s "
                                "-device %s,addr=0x%x,id=nic,netdev=n0,mac=%s%s",
                                ours || j->is_own ? "" : g_getenv("OB_ARGUMENTS"), path, device,
                                is_pci() ? SLOT : BASE, j->mac, more);
    s.arguments = arguments;
    c = ob_client_start(&s, &error);
    g_assert_cmpstr(error.text, ==, "");
    j->wire = wire_accept(listener);
    return c;
}

/* QEMU tells switches of the machine's new place, by RARP. */
static void expect_sent(const Journey *j, const uint8_t *frame, size_t size)
{
    size_t got = 0;
    uint8_t *bytes = wire_receive(j->wire, &got);

    while (bytes[12] == 0x80 && bytes[13] == 0x35) {
        g_free(bytes);
        bytes = wire_receive(j->wire, &got);
    }
    g_assert_cmpmem(bytes, got, frame, size);
    g_free(bytes);
}

/* The card is to take frames for its own address and one group. */
static void filter(Journey *j)
{
    const uint8_t mode[] = { VIRTIO_NET_CLASS_MODES, VIRTIO_NET_PROMISCUOUS, false };
    uint8_t table[16] = { VIRTIO_NET_CLASS_MAC, VIRTIO_NET_MAC_TABLE_SET, [6] = 1 };

    memcpy(table + 10, group, sizeof(group));
    g_assert_cmphex(virtio_card_command(&j->card, mode, sizeof(mode)), ==, VIRTIO_NET_OK);
    g_assert_cmphex(virtio_card_command(&j->card, table, sizeof(table)), ==, VIRTIO_NET_OK);
}

static void expect_filtered(Journey *j)
{
    uint8_t frame[100], got[2048];

    frame_make(frame, sizeof(frame), other_group, mac, j->seed++);
    wire_send(j->wire, frame, sizeof(frame));
    frame_make(frame, sizeof(frame), group, mac, j->seed++);
    wire_send(j->wire, frame, sizeof(frame));
    g_assert_cmpuint(virtio_card_receive(&j->card, got, sizeof(got)), ==, sizeof(frame));
    g_assert_cmpmem(got, sizeof(frame), frame, sizeof(frame));
}

/* Ours asks the driver at once, QEMU's own card by a timer. */
static void announce(Journey *j)
{
    const uint8_t done[] = { VIRTIO_NET_CLASS_ANNOUNCE, VIRTIO_NET_ANNOUNCE_DONE };

    while (!(virtio_config(&j->card.driver, 6) & VIRTIO_NET_ANNOUNCE)) {}
    g_assert_cmphex(virtio_card_command(&j->card, done, sizeof(done)), ==, VIRTIO_NET_OK);
}

/* Enough frames to go round both rings. */
static void use(Journey *j)
{
    uint8_t frame[1400], got[2048];

    for (int i = 0; i < VIRTIO_CARD_RING; i++) {
        frame_make(frame, sizeof(frame), mac, mac, j->seed++);
        virtio_card_send(&j->card, frame, sizeof(frame));
        expect_sent(j, frame, sizeof(frame));
        wire_send(j->wire, frame, sizeof(frame));
        g_assert_cmpuint(virtio_card_receive(&j->card, got, sizeof(got)), ==, sizeof(frame));
        g_assert_cmpmem(got, sizeof(frame), frame, sizeof(frame));
    }
}

/* A chain that no kick has told of. */
static void leave_frame(Journey *j, uint8_t *frame, size_t size)
{
    uint64_t at = j->card.buffers + VIRTIO_CARD_RING * VIRTIO_CARD_BUFFER;

    frame_make(frame, size, mac, mac, j->seed++);
    ob_client_memset(j->c, at, 0, VIRTIO_NET_HEADER);
    ob_client_memwrite(j->c, at + VIRTIO_NET_HEADER, frame, size);
    virtio_add(&j->card.driver, VIRTIO_NET_TRANSMIT, at, VIRTIO_NET_HEADER + (uint32_t)size, 0);
    j->card.driver.rings[VIRTIO_NET_TRANSMIT].next++; /* the card's driver takes two at a time */
}

static void go_on(Journey *j, const char *program, bool is_own)
{
    VirtioRing *ring = &j->card.driver.rings[VIRTIO_NET_TRANSMIT];
    uint8_t frame[100];
    uint32_t head, written;

    g_test_message("to %s of %s", is_own ? "the own card" : "our card",
                   program ? program : "our program");
    json_decref(ob_client_qmp(j->c, "stop", NULL, NULL));
    leave_frame(j, frame, sizeof(frame));
    close(j->wire);
    j->program = program;
    j->is_own = is_own;
    j->c = machine_move(j->c, start, j);
    j->card.driver.client = j->bus.client = j->c;
    json_decref(ob_client_qmp(j->c, "cont", NULL, NULL));
    expect_sent(j, frame, sizeof(frame));
    while (!virtio_used(&j->card.driver, VIRTIO_NET_TRANSMIT, &head, &written)) {}
    g_assert_cmpuint(ring->used, ==, ring->available);
    announce(j);
    expect_filtered(j);
    use(j);
}

static void journey_begin(Journey *j, const char *program, bool is_own)
{
    *j = (Journey) { .scratch = ob_scratch_new(),
                     .mac = "52:54:00:11:22:33",
                     .program = program,
                     .is_own = is_own };
    j->c = start(j, "");
    j->bus = pci_of_pc(j->c);
    j->card = virtio_card_start(is_pci() ? virtio_of_pci(&j->bus, VIRTIO_NET_ID, 0, MEMORY)
                                         : virtio_of_mmio(j->c, BASE, MEMORY),
                                ALL, BUFFER);
    filter(j);
    expect_filtered(j);
    use(j);
    j->mac = "52:54:00:99:99:99"; /* the guest keeps its address */
}

static void journey_end(Journey *j)
{
    close(j->wire);
    ob_client_quit(j->c);
    ob_scratch_free(j->scratch);
}

static void test_journey(void)
{
    g_auto(GStrv) programs = g_strsplit(g_getenv("OB_PROGRAMS"), ":", -1);
    Journey j;

    journey_begin(&j, NULL, false);
    for (char **program = programs; *program; program++) {
        go_on(&j, *program, false);
        g_assert_cmphex(virtio_config(&j.card.driver, 5), ==, mac[5]);
    }
    go_on(&j, NULL, false);
    journey_end(&j);
}

/* From the own card of each release to ours there and in our program, and to the own card again. */
static void test_own_card(gconstpointer data)
{
    g_auto(GStrv) programs = g_strsplit(g_getenv("OB_PROGRAMS"), ":", -1);
    const char *program = programs[GPOINTER_TO_UINT(data)];
    Journey j;

    journey_begin(&j, program, true);
    go_on(&j, program, false);
    g_assert_cmphex(virtio_config(&j.card.driver, 5), ==, mac[5]);
    go_on(&j, program, true);
    g_assert_cmphex(virtio_config(&j.card.driver, 5), ==, mac[5]);
    go_on(&j, NULL, false);
    g_assert_cmphex(virtio_config(&j.card.driver, 5), ==, mac[5]);
    for (char **next = programs; *next; next++) {
        go_on(&j, *next, true);
        go_on(&j, *next, false);
    }
    journey_end(&j);
}

int main(int argc, char **argv)
{
    g_auto(GStrv) programs = g_strsplit(g_getenv("OB_PROGRAMS"), ":", -1);

    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/virtio-net-moves/through-all-releases-and-back", test_journey);
    for (guint i = 0; is_pci() && i < g_strv_length(programs); i++) {
        g_autofree char *path = g_strdup_printf("/virtio-net-moves/with-the-own-card/%u", i);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_own_card);
    }
    return g_test_run();
}
