/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine with a TPM goes from a stock QEMU to our program and back: registers, an
 * unsent command, PPI memory, RAM and the TPM's PCRs are what they were.
 */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "qtest/client/crb.h"
#include "qtest/client/swtpm.h"
#include "qtest/client/tpm-command.h"
#include "qtest/tests/stream-files.h"

#define DEADLINE_MS 20000
#define BOARD "-M pc-q35-7.2 -m 64M -nodefaults "
#define QEMU  BOARD "-vga none -net none -serial none -parallel none -monitor none "
#define CRB   "-device tpm-crb,tpmdev=t "
#define PPI   UINT64_C(0xfed45000)
#define PLACE UINT64_C(0x300000)
#define PCR   10

typedef struct Fixture {
    char *directory;
    char *path;
    ObSwtpm *tpms[3];
    ObClient *clients[3];
    unsigned count;
} Fixture;

/* What a guest sees of the CRB. */
typedef struct Picture {
    uint32_t registers[CRB_BUFFER / 4];
    uint8_t buffer[CRB_BUFFER_SIZE];
    uint8_t ppi[0x400];
} Picture;

static void set_up(Fixture *f, gconstpointer data)
{
    (void)data;
    f->directory = g_dir_make_tmp("ob-XXXXXX", NULL);
    f->path = g_build_filename(f->directory, "x", NULL);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    for (unsigned i = 0; i < f->count; i++) {
        if (f->clients[i]) {
            ob_client_quit(f->clients[i]);
        }
        ob_swtpm_free(f->tpms[i]);
    }
    unlink(f->path);
    g_assert_cmpint(rmdir(f->directory), ==, 0);
    g_free(f->path);
    g_free(f->directory);
}

/* `environment` names the program. */
static ObClient *client_start(Fixture *f, const char *environment, const char *arguments)
{
    const ObStart start = {
        .program = g_getenv(environment),
        .arguments = arguments,
        .accelerator = g_str_has_prefix(environment, "OB_QEMU") ? "tcg" : NULL,
    };
    char text[2000] = "";
    HwError error = { text, sizeof(text), 0 };
    ObClient *client = ob_client_start(&start, &error);

    if (!client) {
        g_error("%s", text);
    }
    f->clients[f->count++] = client;
    return client;
}

static ObClient *machine_start(Fixture *f, bool qemu, const char *tpm, bool incoming)
{
    g_autofree char *uri = incoming ? g_strdup_printf("-incoming unix:%s", f->path)
                                    : g_strdup("");
    g_autofree char *arguments = g_strdup_printf("%s %s " CRB "%s", qemu ? QEMU : BOARD, tpm, uri);

    return client_start(f, qemu ? "OB_QEMU" : "OB_PROGRAM", arguments);
}

static ObClient *machine_on_swtpm(Fixture *f, bool qemu, bool incoming)
{
    char text[500] = "";
    HwError error = { text, sizeof(text), 0 };
    g_autofree char *tpm = NULL;

    f->tpms[f->count] = ob_swtpm_start(&error);
    if (!f->tpms[f->count]) {
        g_error("%s", text);
    }
    tpm = g_strdup_printf("-chardev socket,id=c,path=%s -tpmdev emulator,id=t,chardev=c",
                          ob_swtpm_path(f->tpms[f->count]));
    return machine_start(f, qemu, tpm, incoming);
}

static ObClient *machine_on_libtpms(Fixture *f, bool incoming)
{
    return machine_start(f, false, "-tpmdev libtpms,id=t", incoming);
}

static void await_completed(ObClient *c)
{
    gint64 deadline = g_get_monotonic_time() + DEADLINE_MS * 1000;

    for (bool done = false; !done; g_usleep(1000)) {
        json_t *info = ob_client_qmp(c, "query-migrate", NULL, NULL);
        const char *status = json_string_value(json_object_get(info, "status"));

        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_assert_cmpstr(status, !=, "failed");
        done = status && g_str_equal(status, "completed");
        json_decref(info);
    }
}

static void migrate(Fixture *f, ObClient *from, ObClient *to)
{
    g_autofree char *uri = g_strdup_printf("unix:%s", f->path);

    json_decref(ob_client_qmp(from, "migrate", json_pack("{s:s}", "uri", uri), NULL));
    await_completed(from);
    await_completed(to);
}

static void command(ObClient *c, TpmCommand bytes, uint8_t *response, size_t *size)
{
    ObCrb crb = crb_at_pc_address(c);

    g_assert_cmpint(crb_transfer(&crb, bytes.bytes, bytes.size, response, CRB_BUFFER_SIZE, size),
                    ==, OB_CRB_OK);
    g_assert_cmphex(tpm_response_code(response, *size), ==, TPM2_RC_SUCCESS);
}

static TPM2B_DIGEST pcr_read(ObClient *c)
{
    uint8_t response[CRB_BUFFER_SIZE];
    TPM2B_DIGEST value = { 0 };
    size_t size;

    command(c, tpm_pcr_read(PCR), response, &size);
    g_assert_true(tpm_parse_pcr(response, size, &value));
    return value;
}

/* A TPM that was started and extended, and a command in the buffer that was not sent. */
static TPM2B_DIGEST state_make(ObClient *c)
{
    static const uint8_t digest[TPM2_SHA256_DIGEST_SIZE] = "measured";
    ObCrb crb = crb_at_pc_address(c);
    TpmCommand unsent = tpm_get_random(16);
    uint8_t response[CRB_BUFFER_SIZE];
    TPM2B_DIGEST value;
    size_t size;

    g_assert_cmpint(crb_request_locality(&crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_command_ready(&crb), ==, OB_CRB_OK);
    command(c, tpm_startup(TPM2_SU_CLEAR), response, &size);
    command(c, tpm_pcr_extend(PCR, digest), response, &size);
    value = pcr_read(c);
    g_assert_cmpint(value.buffer[0] | value.buffer[1] | value.buffer[2], !=, 0);
    ob_client_memwrite(c, CRB_PC_ADDRESS + CRB_BUFFER, unsent.bytes, unsent.size);
    ob_client_memset(c, PPI + 0x100, 0x3c, 0x20);
    ob_client_memset(c, PLACE, 0xa5, 0x12345);
    return value;
}

static void picture_take(ObClient *c, Picture *picture)
{
    memset(picture, 0, sizeof(*picture));
    for (unsigned i = 0; i < G_N_ELEMENTS(picture->registers); i++) {
        picture->registers[i] = ob_client_readl(c, CRB_PC_ADDRESS + 4 * i);
    }
    ob_client_memread(c, CRB_PC_ADDRESS + CRB_BUFFER, picture->buffer, sizeof(picture->buffer));
    ob_client_memread(c, PPI, picture->ppi, sizeof(picture->ppi));
}

static void same(ObClient *c, const Picture *before)
{
    uint8_t ram[0x12345 + 1];
    Picture now;

    picture_take(c, &now);
    g_assert_cmpmem(now.registers, sizeof(now.registers), before->registers,
                    sizeof(now.registers));
    g_assert_cmpmem(now.buffer, sizeof(now.buffer), before->buffer, sizeof(now.buffer));
    g_assert_cmpmem(now.ppi, sizeof(now.ppi), before->ppi, sizeof(now.ppi));
    ob_client_memread(c, PLACE, ram, sizeof(ram));
    g_assert_cmphex(ram[0], ==, 0xa5);
    g_assert_cmphex(ram[0x12344], ==, 0xa5);
    g_assert_cmphex(ram[0x12345], ==, 0);
}

static void pcr_expect(ObClient *c, const TPM2B_DIGEST *expected)
{
    TPM2B_DIGEST value = pcr_read(c);

    g_assert_cmpmem(value.buffer, value.size, expected->buffer, expected->size);
}

/* ------------------------------------------------------------------- tests */

static bool has_program(const char *environment, const char *reason)
{
    const char *qemu = g_getenv(environment);

    if (qemu && *qemu) {
        return true;
    }
    g_test_skip(reason);
    return false;
}

static bool has_qemu(void)
{
    return has_program("OB_QEMU", "no qemu-system-x86_64: apt-get install qemu-system-x86");
}

static bool has_qemu_arm(void)
{
    return has_program("OB_QEMU_AARCH64",
                       "no qemu-system-aarch64: apt-get install qemu-system-arm");
}

/* `data`: the backend here, "emulator" or "libtpms". */
static void test_round_trip(Fixture *f, gconstpointer data)
{
    ObClient *origin, *here, *back;
    TPM2B_DIGEST value;
    Picture before;

    if (!has_qemu()) {
        return;
    }
    origin = machine_on_swtpm(f, true, false);
    value = state_make(origin);
    picture_take(origin, &before);
    here = g_str_equal(data, "libtpms") ? machine_on_libtpms(f, true)
                                        : machine_on_swtpm(f, false, true);
    migrate(f, origin, here);
    same(here, &before);
    back = machine_on_swtpm(f, true, true);
    migrate(f, here, back);
    same(back, &before);
    pcr_expect(back, &value);
}

/* The TPM works on this side too. */
static void test_used_here(Fixture *f, gconstpointer data)
{
    ObClient *origin, *here;
    TPM2B_DIGEST value;

    (void)data;
    if (!has_qemu()) {
        return;
    }
    origin = machine_on_swtpm(f, true, false);
    value = state_make(origin);
    here = machine_on_libtpms(f, true);
    migrate(f, origin, here);
    pcr_expect(here, &value);
}

/* What is made here, and never was in a QEMU, is known by name and size there: all but the
 * board's own devices, which it then has as at its start. */
static void test_from_here(Fixture *f, gconstpointer data)
{
    ObClient *here, *there;
    TPM2B_DIGEST value;
    Picture before;

    (void)data;
    if (!has_qemu()) {
        return;
    }
    here = machine_on_libtpms(f, false);
    value = state_make(here);
    picture_take(here, &before);
    there = machine_on_swtpm(f, true, true);
    migrate(f, here, there);
    same(there, &before);
    pcr_expect(there, &value);
}

static void runstate_expect(ObClient *c, const char *expected)
{
    json_t *info = ob_client_qmp(c, "query-status", NULL, NULL);

    g_assert_cmpstr(json_string_value(json_object_get(info, "status")), ==, expected);
    json_decref(info);
}

/* Firmware runs at the origin, and goes on at the end. */
static void test_running_guest_goes_on(Fixture *f, gconstpointer data)
{
    ObClient *origin, *here, *back;
    uint64_t place = UINT64_C(0x2000000);

    (void)data;
    if (!has_qemu()) {
        return;
    }
    origin = machine_on_swtpm(f, true, false);
    ob_client_writel(origin, place, 0x12345678);
    json_decref(ob_client_qmp(origin, "cont", NULL, NULL));
    here = machine_on_libtpms(f, true);
    migrate(f, origin, here);
    runstate_expect(here, "running");
    g_assert_cmphex(ob_client_readl(here, place), ==, 0x12345678);
    ob_client_writel(here, place, 0x87654321);
    back = machine_on_swtpm(f, true, true);
    migrate(f, here, back);
    runstate_expect(back, "paused");
    json_decref(ob_client_qmp(back, "cont", NULL, NULL));
    runstate_expect(back, "running");
    g_assert_cmphex(ob_client_readl(back, place), ==, 0x87654321);
}

/* Streams that QEMU 7.2 has made, of which little or nothing is known here. */
typedef struct Stored {
    const char *name;
    const char *board;
    const char *devices;        /* in QEMU */
} Stored;

static const Stored stored[] = {
    { "arm-virt-7.2-cortex-a57-7.2", "-M virt-7.2 -m 1M", "-cpu cortex-a57 -net none" },
    { "arm-virt-7.2-max-7.2", "-M virt-7.2 -m 1M", "-cpu max -net none" },
    { "x86-vmgenid-addr-dma-7.2", "-M pc-q35-7.2 -m 4M",
      "-vga none -net none -device vmgenid" },
    { "x86-vmgenid-seabios-7.2", "-M pc-q35-7.2 -m 16M", "-vga none -net none -device vmgenid" },
};

static void test_stored_stream_passes_through(Fixture *f, gconstpointer data)
{
    const Stored *stream = data;
    bool arm = g_str_has_prefix(stream->name, "arm");
    g_autoptr(GByteArray) bytes = stream_load(stream->name);
    g_autofree char *here_arguments = g_strdup_printf("-nodefaults %s -incoming file:%s",
                                                      stream->board, f->path);
    g_autofree char *there_arguments = g_strdup_printf(
        "-nodefaults -serial none -parallel none -monitor none %s %s -incoming unix:%s",
        stream->board, stream->devices, f->path);
    ObClient *here;

    if (!(arm ? has_qemu_arm() : has_qemu())) {
        return;
    }
    g_assert_true(g_file_set_contents(f->path, (char *)bytes->data, bytes->len, NULL));
    here = client_start(f, arm ? "OB_PROGRAM_AARCH64" : "OB_PROGRAM", here_arguments);
    await_completed(here);
    unlink(f->path);
    migrate(f, here, client_start(f, arm ? "OB_QEMU_AARCH64" : "OB_QEMU", there_arguments));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/migration-qemu/round-trip/emulator", Fixture, "emulator", set_up,
               test_round_trip, tear_down);
    g_test_add("/migration-qemu/round-trip/libtpms", Fixture, "libtpms", set_up,
               test_round_trip, tear_down);
    g_test_add("/migration-qemu/tpm-works-here", Fixture, NULL, set_up, test_used_here,
               tear_down);
    g_test_add("/migration-qemu/from-here", Fixture, NULL, set_up, test_from_here, tear_down);
    g_test_add("/migration-qemu/running-guest-goes-on", Fixture, NULL, set_up,
               test_running_guest_goes_on, tear_down);
    for (unsigned i = 0; i < G_N_ELEMENTS(stored); i++) {
        g_autofree char *path = g_strconcat("/migration-qemu/passes-through/",
                                            stored[i].name, NULL);

        g_test_add(path, Fixture, &stored[i], set_up, test_stored_stream_passes_through,
                   tear_down);
    }
    return g_test_run();
}
