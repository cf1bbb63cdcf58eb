/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine with a TPM migrates from a stock QEMU, of the release OB_QEMU_RELEASE, to our program
 * and back.  Registers, an unsent command, PPI memory, RAM and the TPM's PCRs stay the same.  The
 * machine also migrates to a second stock QEMU that has our device instead of its own.
 */
#include <string.h>
#include <unistd.h>

#include "qtest/client/drivers/fw-cfg.h"
#include "qtest/client/drivers/migration.h"
#include "qtest/tests/lib/stream-files.h"
#include "qtest/tests/migration/clock-round-trip.h"

#define AT_THE_PC_ADDRESS "tpm-crb-device,addr=0xfed40000,ppi=on,state=pc"

static const Side on_emulator = { "OB_PROGRAM", "emulator", "tpm-crb" };
static const Side on_libtpms = { "OB_PROGRAM", "libtpms", "tpm-crb" };
static const Side as_device = { "OB_PROGRAM", "libtpms", AT_THE_PC_ADDRESS };
static const Side bridged = { "OB_QEMU", "emulator", "outboard-tpm-crb", true };
static const Side bridged_libtpms = { "OB_QEMU", "libtpms", "outboard-tpm-crb", true };
static const Side chunked = { "OB_PROGRAM", "libtpms", "tpm-crb,cap-chunk=on" };
static const Side chunked_device = { "OB_PROGRAM", "libtpms", AT_THE_PC_ADDRESS ",cap-chunk=on" };
static const Side chunked_bridged = { "OB_QEMU", "emulator", "outboard-tpm-crb,cap-chunk=on",
                                      true };
static const Side bridged_device = { "OB_QEMU", "emulator", AT_THE_PC_ADDRESS, true };

static bool has_qemu_arm(void)
{
    return has_program("OB_QEMU_AARCH64",
                       "no qemu-system-aarch64: apt-get install qemu-system-arm");
}

/* `data`: the side that the machine migrates to, and back from. */
static void test_round_trip(QemuPair *f, gconstpointer data)
{
    ObClient *origin, *here, *back;
    TPM2B_DIGEST value;
    Picture before;

    if (!has_qemu()) {
        return;
    }
    origin = side_start(f, &stock_qemu, false);
    value = qemu_pair_state_make(origin);
    picture_take(origin, &before);
    here = side_start(f, data, true);
    qemu_pair_migrate(f, origin, here);
    same(here, &before);
    back = side_start(f, &stock_qemu, true);
    qemu_pair_migrate(f, here, back);
    same(back, &before);
    pcr_expect(back, &value);
}

/* The TPM also works after the migration to our program. */
static void test_used_here(QemuPair *f, gconstpointer data)
{
    ObClient *origin, *here;
    TPM2B_DIGEST value;

    (void)data;
    if (!has_qemu()) {
        return;
    }
    origin = side_start(f, &stock_qemu, false);
    value = qemu_pair_state_make(origin);
    here = side_start(f, &on_libtpms, true);
    qemu_pair_migrate(f, origin, here);
    pcr_expect(here, &value);
}

/* A machine that starts in our program loads in QEMU: QEMU knows all names and sizes.  The board's
 * own devices are not in the stream, and keep their state from QEMU's start. */
static void test_from_here(QemuPair *f, gconstpointer data)
{
    ObClient *here, *there;
    TPM2B_DIGEST value;
    Picture before;

    (void)data;
    if (!has_qemu()) {
        return;
    }
    here = side_start(f, &on_libtpms, false);
    value = qemu_pair_state_make(here);
    picture_take(here, &before);
    there = side_start(f, &stock_qemu, true);
    qemu_pair_migrate(f, here, there);
    same(there, &before);
    pcr_expect(there, &value);
}

#define LARGE_AT UINT64_C(0x400000)
#define LARGE    (UINT64_C(8) << 20) /* some seconds at the bandwidth of the test */

static void bandwidth_limit(ObClient *c, json_int_t bytes)
{
    json_decref(ob_client_qmp(c, "migrate-set-parameters",
                              json_pack("{s:I}", "max-bandwidth", bytes), NULL));
}

static const Side *const to_qemu[] = { &on_libtpms, &stock_qemu };
static const Side *const from_qemu[] = { &stock_qemu, &on_libtpms };

/* Writes during the RAM passes arrive.  `data`: both sides. */
static void test_live(QemuPair *f, gconstpointer data)
{
    const Side *const *sides = data;
    g_autofree char *uri = g_strdup_printf("unix:%s", f->path);
    g_autofree uint8_t *sent = g_malloc(LARGE);
    g_autofree uint8_t *arrived = g_malloc(LARGE);
    ObClient *from, *to;
    uint32_t seed = 1;

    if (!has_qemu()) {
        return;
    }
    from = side_start(f, sides[0], false);
    to = side_start(f, sides[1], true);
    ob_client_memset(from, LARGE_AT, 0x11, LARGE);
    bandwidth_limit(from, 4 << 20);
    json_decref(ob_client_qmp(from, "migrate", json_pack("{s:s}", "uri", uri), NULL));
    for (int i = 0; i < 2000; i++) {
        seed = seed * 1103515245 + 12345;
        ob_client_writel(from, LARGE_AT + (seed >> 4) % (LARGE / 4) * 4, seed);
    }
    ob_client_memread(from, LARGE_AT, sent, LARGE);
    bandwidth_limit(from, INT64_C(1) << 34);
    ob_migration_complete(from);
    ob_migration_complete(to);
    ob_client_memread(to, LARGE_AT, arrived, LARGE);
    g_assert_true(memcmp(sent, arrived, LARGE) == 0);
}

static void runstate_expect(ObClient *c, const char *expected)
{
    json_t *info = ob_client_qmp(c, "query-status", NULL, NULL);

    g_assert_cmpstr(json_string_value(json_object_get(info, "status")), ==, expected);
    json_decref(info);
}

/* Firmware runs in the source, and continues in the destination. */
static void test_running_guest_goes_on(QemuPair *f, gconstpointer data)
{
    ObClient *origin, *here, *back;
    uint64_t place = UINT64_C(0x2000000);

    (void)data;
    if (!has_qemu()) {
        return;
    }
    origin = side_start(f, &stock_qemu, false);
    ob_client_writel(origin, place, 0x12345678);
    json_decref(ob_client_qmp(origin, "cont", NULL, NULL));
    here = side_start(f, &on_libtpms, true);
    qemu_pair_migrate(f, origin, here);
    runstate_expect(here, "running");
    g_assert_cmphex(ob_client_readl(here, place), ==, 0x12345678);
    ob_client_writel(here, place, 0x87654321);
    back = side_start(f, &stock_qemu, true);
    qemu_pair_migrate(f, here, back);
    runstate_expect(back, "paused");
    json_decref(ob_client_qmp(back, "cont", NULL, NULL));
    runstate_expect(back, "running");
    g_assert_cmphex(ob_client_readl(back, place), ==, 0x87654321);
}

/* The newer board, which the installed QEMU may not have. */
static void test_round_trip_on_newer_board(QemuPair *f, gconstpointer data)
{
    f->board = "pc-q35-10.0";
    test_round_trip(f, data);
}

/* A response that the guest may read again migrates from QEMU's own device to another device and
 * back, in subsection tpm-crb/chunk. */
static void test_chunks(QemuPair *f, gconstpointer data)
{
    static const Side there = { "OB_QEMU", "emulator", "tpm-crb,cap-chunk=on" };
    TpmCommand random = tpm_get_random(16);
    uint8_t response[CRB_BUFFER_SIZE], again[CRB_BUFFER_SIZE];
    const Side *const sides[] = { &there, data, &there };
    ObClient *clients[3];
    size_t size;
    ObCrb crb;

    if (!has_qemu()) {
        return;
    }
    f->board = "pc-q35-11.1";
    clients[0] = side_start(f, &there, false);
    qemu_pair_state_make(clients[0]);
    crb = crb_at_pc_address(clients[0]);
    g_assert_cmpint(crb_transfer(&crb, random.bytes, random.size, response, sizeof(response),
                                 &size),
                    ==, OB_CRB_OK);
    for (unsigned i = 1; i < G_N_ELEMENTS(clients); i++) {
        clients[i] = side_start(f, sides[i], true);
        qemu_pair_migrate(f, clients[i - 1], clients[i]);
        crb.client = clients[i];
        ob_client_memset(clients[i], CRB_PC_ADDRESS + CRB_BUFFER, 0, size);
        ob_client_writel(clients[i], CRB_PC_ADDRESS + CRB_CTRL_START, CTRL_START_RSP_RETRY);
        g_assert_cmpint(crb_read_response(&crb, again, sizeof(again), &size), ==, OB_CRB_OK);
        g_assert_cmpmem(again, size, response, size);
    }
}

/* Streams that the release has made; our program knows few or none of their sections. */
typedef struct Stored {
    const char *name;
    const char *board;
    const char *devices; /* on both sides */
    const char *more;    /* more options, only for QEMU */
} Stored;

/* clang-format off */
static const Stored stored[] = {
    { "arm-virt-7.2-cortex-a57-7.2", "-M virt-7.2 -m 1M", "", "-cpu cortex-a57 -net none" },
    { "arm-virt-7.2-max-7.2", "-M virt-7.2 -m 1M", "", "-cpu max -net none" },
    { "x86-vmgenid-addr-dma-7.2", "-M pc-q35-7.2 -m 4M", "-device vmgenid",
      "-vga none -net none" },
    { "x86-vmgenid-seabios-7.2", "-M pc-q35-7.2 -m 16M", "-device vmgenid",
      "-vga none -net none" },
};
/* clang-format on */

static void test_stored_stream_passes_through(QemuPair *f, gconstpointer data)
{
    const Stored *stream = data;
    bool arm = g_str_has_prefix(stream->name, "arm");
    g_autoptr(GByteArray) bytes = stream_load(stream->name);
    g_autofree char *here_arguments = g_strdup_printf("-nodefaults %s %s -incoming file:%s",
                                                      stream->board, stream->devices, f->path);
    g_autofree char *there_arguments = g_strdup_printf(
        "-nodefaults -serial none -parallel none -monitor none %s %s %s -incoming unix:%s",
        stream->board, stream->devices, stream->more, f->path);
    ObClient *here;

    if (!(arm ? has_qemu_arm() : has_qemu())) {
        return;
    }
    g_assert_true(g_file_set_contents(f->path, (char *)bytes->data, bytes->len, NULL));
    here = client_start(f, arm ? "OB_PROGRAM_AARCH64" : "OB_PROGRAM", here_arguments);
    ob_migration_complete(here);
    unlink(f->path);
    qemu_pair_migrate(f, here,
                      client_start(f, arm ? "OB_QEMU_AARCH64" : "OB_QEMU", there_arguments));
}

/* A board, with QEMU's program and our program for it, and the verbs for its fw_cfg. */
typedef struct Board {
    const char *qemu; /* the name of an environment variable */
    const char *ours;
    const char *arguments;
    const char *qemu_arguments;
    ObFwCfgPort (*fw_cfg)(ObClient *client);
} Board;

static const Board q35 = { "OB_QEMU", "OB_PROGRAM", "-M pc-q35-7.2 -m 64M", "-vga none -net none",
                           fw_cfg_of_pc };
static const Board virt = { "OB_QEMU_AARCH64", "OB_PROGRAM_AARCH64", "-M virt-7.2 -m 64M",
                            "-cpu cortex-a57 -net none", fw_cfg_of_virt };

static ObFwCfgPort board_start(QemuPair *f, const Board *board, bool ours, bool incoming)
{
    g_autofree char *uri = incoming ? g_strdup_printf("-incoming unix:%s", f->path) : g_strdup("");
    g_autofree char *arguments = g_strdup_printf(
        "-nodefaults %s -uuid 00112233-4455-6677-8899-aabbccddeeff %s %s", board->arguments,
        ours ? "" : board->qemu_arguments, uri);

    return board->fw_cfg(client_start(f, ours ? board->ours : board->qemu, arguments));
}

static void uuid_expect(const ObFwCfgPort *port, const char *bytes, size_t size)
{
    char there[16];

    fw_cfg_read(port, there, size);
    g_assert_cmpmem(there, size, bytes, size);
}

/* A guest reads an item byte by byte, and continues at the same byte after each migration. */
static void test_fw_cfg_goes_on(QemuPair *f, gconstpointer data)
{
    const Board *board = data;
    ObFwCfgPort origin, here, back;

    if (!has_qemu() || !has_qemu_arm()) {
        return;
    }
    origin = board_start(f, board, false, false);
    fw_cfg_select(&origin, 2);
    uuid_expect(&origin, "\x00\x11", 2);
    here = board_start(f, board, true, true);
    qemu_pair_migrate(f, origin.client, here.client);
    uuid_expect(&here, "\x22\x33", 2);
    back = board_start(f, board, false, true);
    qemu_pair_migrate(f, here.client, back.client);
    uuid_expect(&back, "\x44\x55", 2);
}

int main(int argc, char **argv)
{
    const char *release = g_getenv("OB_QEMU_RELEASE");

    g_test_init(&argc, &argv, NULL);
    g_test_add("/migration-qemu/round-trip/emulator", QemuPair, &on_emulator, qemu_pair_set_up,
               test_round_trip, qemu_pair_tear_down);
    g_test_add("/migration-qemu/round-trip/libtpms", QemuPair, &on_libtpms, qemu_pair_set_up,
               test_round_trip, qemu_pair_tear_down);
    g_test_add("/migration-qemu/round-trip/tpm-crb-device", QemuPair, &as_device, qemu_pair_set_up,
               test_round_trip, qemu_pair_tear_down);
    g_test_add("/migration-qemu/round-trip/bridged", QemuPair, &bridged, qemu_pair_set_up,
               test_round_trip, qemu_pair_tear_down);
    g_test_add("/migration-qemu/round-trip/bridged-libtpms", QemuPair, &bridged_libtpms,
               qemu_pair_set_up, test_round_trip, qemu_pair_tear_down);
    g_test_add("/migration-qemu/round-trip/bridged-tpm-crb-device", QemuPair, &bridged_device,
               qemu_pair_set_up, test_round_trip, qemu_pair_tear_down);
    g_test_add("/migration-qemu/tpm-works-here", QemuPair, NULL, qemu_pair_set_up, test_used_here,
               qemu_pair_tear_down);
    g_test_add("/migration-qemu/from-here", QemuPair, NULL, qemu_pair_set_up, test_from_here,
               qemu_pair_tear_down);
    g_test_add("/migration-qemu/live/to-qemu", QemuPair, to_qemu, qemu_pair_set_up, test_live,
               qemu_pair_tear_down);
    g_test_add("/migration-qemu/live/from-qemu", QemuPair, from_qemu, qemu_pair_set_up, test_live,
               qemu_pair_tear_down);
    g_test_add("/migration-qemu/running-guest-goes-on", QemuPair, NULL, qemu_pair_set_up,
               test_running_guest_goes_on, qemu_pair_tear_down);
    g_test_add("/migration-qemu/clock-goes-on", QemuPair, NULL, qemu_pair_set_up, clock_round_trip,
               qemu_pair_tear_down);
    g_test_add("/migration-qemu/fw-cfg-goes-on/q35", QemuPair, &q35, qemu_pair_set_up,
               test_fw_cfg_goes_on, qemu_pair_tear_down);
    g_test_add("/migration-qemu/fw-cfg-goes-on/virt", QemuPair, &virt, qemu_pair_set_up,
               test_fw_cfg_goes_on, qemu_pair_tear_down);
    if (!g_str_equal(release, "7.2")) {
        g_test_add("/migration-qemu/round-trip/board-of-10.0", QemuPair, &as_device,
                   qemu_pair_set_up, test_round_trip_on_newer_board, qemu_pair_tear_down);
    }
    if (g_str_equal(release, "11.1")) {
        g_test_add("/migration-qemu/chunks/tpm-crb", QemuPair, &chunked, qemu_pair_set_up,
                   test_chunks, qemu_pair_tear_down);
        g_test_add("/migration-qemu/chunks/tpm-crb-device", QemuPair, &chunked_device,
                   qemu_pair_set_up, test_chunks, qemu_pair_tear_down);
        g_test_add("/migration-qemu/chunks/bridged", QemuPair, &chunked_bridged, qemu_pair_set_up,
                   test_chunks, qemu_pair_tear_down);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(stored); i++) {
        g_autofree char *path = g_strconcat("/migration-qemu/passes-through/", stored[i].name,
                                            NULL);

        if (!g_str_has_suffix(stored[i].name, release)) {
            continue;
        }
        g_test_add(path, QemuPair, &stored[i], qemu_pair_set_up, test_stored_stream_passes_through,
                   qemu_pair_tear_down);
    }
    return g_test_run();
}
