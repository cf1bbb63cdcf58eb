/* SPDX-License-Identifier: GPL-2.0-or-later */
/* devices/tpm/tpm-tis: a machine with it is saved and loaded; damaged streams are refused. */
#include <string.h>

#include "devices/tpm/tpm-tis-regs.h"
#include "hw-api/device/tpm2.h"
#include "qtest/tests/crb/crb-machine.h"
#include "qtest/tests/lib/stream-files.h"

/* The section's fields, from the end of its head on. */
enum {
    AT_BUFFER = 0,
    AT_POSITION = 4096,
    AT_ACTIVE = AT_POSITION + 2,
    AT_ABORTING,
    AT_NEXT,
    AT_LOCALITIES,
    LOCALITY_SIZE = 21, /* begins with the state, a word */
    EXECUTION = 3,
};

static const uint8_t startup[12] = { 0x80, 0x01, 0, 0, 0, 12, 0, 0, 0x01, 0x44, 0, 0 };

static CrbMachine *on_q35_tis(const char *options)
{
    return crb_machine_new("q35", "tpm-tis", options, PAGE);
}

static CrbMachine *on_q35_device(const char *options)
{
    (void)options;
    return crb_machine_new("q35", "tpm-tis-device", "addr=0xfed40000,ppi=on", PAGE);
}

static void send(const CrbMachine *m, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to; i++) {
        ob_client_writeb(m->client, PAGE + TIS_DATA_FIFO, startup[i]);
    }
}

static void begin(const CrbMachine *m)
{
    ob_client_writeb(m->client, PAGE + TIS_ACCESS, ACCESS_REQUEST_USE);
    ob_client_writel(m->client, PAGE + TIS_STS, STS_COMMAND_READY);
}

static uint32_t finish(const CrbMachine *m)
{
    uint8_t header[HW_TPM2_HEADER_SIZE];

    ob_client_writel(m->client, PAGE + TIS_STS, STS_GO);
    ob_host_quiesce(m->host);
    for (unsigned i = 0; i < sizeof(header); i++) {
        header[i] = ob_client_readb(m->client, PAGE + TIS_DATA_FIFO);
    }
    return hw_tpm2_code(header);
}

/* ------------------------------------------------------------------------- moves */

/* Each move is in the middle of something. */
static void test_moves_amid_a_command(void)
{
    CrbMachine *m = on_q35_tis("ppi=on");

    begin(m);
    m = crb_moved(m, on_q35_device, "");
    crb_word_expect(m, TIS_STS, 0x04100040);
    send(m, 0, 7);
    ob_client_writel(m->client, PPI, 0x12345678);
    m = crb_moved(m, on_q35_tis, "ppi=on");
    g_assert_cmphex(ob_client_readl(m->client, PPI), ==, 0x12345678);
    crb_word_expect(m, TIS_STS, 0x040ff988);
    send(m, 7, sizeof(startup));
    g_assert_cmphex(finish(m), ==, TPM_RC_SUCCESS);
    ob_client_writel(m->client, PAGE + TIS_STS, STS_RESPONSE_RETRY);
    m = crb_moved(m, on_q35_device, "");
    g_assert_cmphex(ob_client_readl(m->client, PAGE + TIS_DATA_FIFO), ==, 0x00000180);
    crb_word_expect(m, TIS_STS, 0x04000690);
    crb_machine_free(m);
}

/* The command ends before the machine is saved. */
static void test_running_command_is_finished(void)
{
    CrbMachine *m = on_q35_tis("ppi=off");

    begin(m);
    send(m, 0, sizeof(startup));
    ob_client_writel(m->client, PAGE + TIS_STS, STS_GO);
    m = crb_moved(m, on_q35_tis, "ppi=off");
    crb_word_expect(m, TIS_STS, 0x04000a90);
    g_assert_cmphex(ob_client_readl(m->client, PAGE + TIS_DATA_FIFO), ==, 0x00000180);
    crb_machine_free(m);
}

static void test_localities_move(void)
{
    CrbMachine *m = on_q35_tis("ppi=off");

    ob_client_writeb(m->client, PAGE + TIS_ACCESS, ACCESS_REQUEST_USE);
    ob_client_writel(m->client, PAGE + TIS_INT_ENABLE, INT_GLOBAL_ENABLE | INT_STS_VALID);
    ob_client_writeb(m->client, PAGE + TIS_PAGE_SIZE + TIS_ACCESS, ACCESS_SEIZE);
    ob_client_writeb(m->client, PAGE + 2 * TIS_PAGE_SIZE + TIS_ACCESS, ACCESS_REQUEST_USE);
    m = crb_moved(m, on_q35_tis, "ppi=off");
    crb_word_expect(m, TIS_ACCESS, 0x95);
    crb_word_expect(m, TIS_INT_ENABLE, 0x80000002);
    crb_word_expect(m, TIS_PAGE_SIZE + TIS_ACCESS, 0xa5);
    crb_word_expect(m, 2 * TIS_PAGE_SIZE + TIS_ACCESS, 0x83);
    crb_machine_free(m);
}

/* ------------------------------------------------------------------------ damage */

/* The fields of the section in a stream of a machine that has sent a part of a command. */
static uint8_t *fields_of(const GByteArray *stream)
{
    size_t at = stream_find(stream, 0, "\7tpm-tis\0\0\0\0\0\0\0\0", 16);

    return stream->data + at + 16;
}

static GByteArray *half_sent(void)
{
    CrbMachine *m = on_q35_tis("ppi=off");
    GByteArray *stream;

    begin(m);
    send(m, 0, 7);
    stream = crb_machine_save(m);
    crb_machine_free(m);
    return stream;
}

static const struct {
    const char *path;
    uint32_t at;
    uint8_t bytes[4];
    uint32_t size;
    const char *sentence;
} damages[] = {
    { "place",
      AT_POSITION,
      { 0x10, 0x01 },
      2,
      "tpm-tis: rw_offset is 4097, expected at most 4096" },
    { "active",
      AT_ACTIVE,
      { 5, 255, 255 },
      3,
      "tpm-tis: active_locty, aborting_locty and next_locty are 5, 255 and 255, expected 0 to 4, "
      "or "
      "255 for none" },
    { "aborting",
      AT_ABORTING,
      { 254, 255 },
      2,
      "tpm-tis: active_locty, aborting_locty and next_locty are 0, 254 and 255, expected 0 to 4, "
      "or "
      "255 for none" },
    { "next",
      AT_NEXT,
      { 9 },
      1,
      "tpm-tis: active_locty, aborting_locty and next_locty are 0, 255 and 9, expected 0 to 4, or "
      "255 for none" },
    { "state",
      AT_LOCALITIES + 2 * LOCALITY_SIZE,
      { 0, 0, 0, 5 },
      4,
      "tpm-tis: state of locality 2 is 5, expected 0 to 4" },
};

static void test_damage_is_refused(gconstpointer data)
{
    unsigned row = GPOINTER_TO_UINT(data);
    g_autoptr(GByteArray) stream = half_sent();
    CrbMachine *m = on_q35_tis("ppi=off");

    memcpy(fields_of(stream) + damages[row].at, damages[row].bytes, damages[row].size);
    crb_refused(m, stream, damages[row].sentence);
    crb_word_expect(m, TIS_ACCESS, 0x81);
    crb_machine_free(m);
}

/* All localities claim to run a command. */
static void test_saved_running_commands_fail(void)
{
    g_autoptr(GByteArray) stream = half_sent();
    CrbMachine *m = on_q35_tis("ppi=off");

    for (unsigned i = 0; i < TIS_LOCALITIES; i++) {
        fields_of(stream)[AT_LOCALITIES + i * LOCALITY_SIZE + 3] = EXECUTION;
    }
    crb_machine_load(m, stream);
    g_assert_nonnull(strstr(m->log->str, "a command under way, which failed"));
    crb_word_expect(m, TIS_STS, 0x04000a90);
    for (unsigned i = 0; i < 6; i++) {
        ob_client_readb(m->client, PAGE + TIS_DATA_FIFO);
    }
    crb_word_expect(m, TIS_DATA_FIFO, 0x01010000);
    crb_machine_free(m);
}

/* Nothing is read past the buffer: the header claims four gigabytes. */
static void test_large_response_ends_with_the_buffer(void)
{
    g_autoptr(GByteArray) stream = half_sent();
    CrbMachine *m = on_q35_tis("ppi=off");
    uint8_t *fields = fields_of(stream);

    memset(fields + AT_BUFFER, 0xff, 4096);
    memcpy(fields + AT_POSITION, "\x10\x00", 2);
    memcpy(fields + AT_LOCALITIES, "\0\0\0\2", 4);
    fields[AT_LOCALITIES + 16] = STS_VALID | STS_DATA_AVAILABLE; /* the low byte of sts */
    crb_machine_load(m, stream);
    crb_word_expect(m, TIS_STS, 0x04000090);
    crb_word_expect(m, TIS_DATA_FIFO, 0xffffffff);
    crb_word_expect(m, TIS_STS, 0x04000080);
    crb_machine_free(m);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tpm-tis/moves/amid-a-command", test_moves_amid_a_command);
    g_test_add_func("/tpm-tis/moves/running-command-is-finished", test_running_command_is_finished);
    g_test_add_func("/tpm-tis/moves/localities", test_localities_move);
    for (unsigned i = 0; i < G_N_ELEMENTS(damages); i++) {
        g_autofree char *path = g_strdup_printf("/tpm-tis/damage/%s-is-refused", damages[i].path);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_damage_is_refused);
    }
    g_test_add_func("/tpm-tis/damage/saved-running-commands-fail",
                    test_saved_running_commands_fail);
    g_test_add_func("/tpm-tis/damage/large-response-ends-with-the-buffer",
                    test_large_response_ends_with_the_buffer);
    return g_test_run();
}
