/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/crb/crb-machine.h"

#include <string.h>

#include "qtest/machine/board.h"
#include "qtest/machine/state/load.h"
#include "qtest/machine/state/save.h"
#include "qtest/tests/lib/stream-files.h"

static void machine_log(void *opaque, const char *device, uint32_t level, const char *text)
{
    CrbMachine *m = opaque;

    (void)level;
    g_string_append_printf(m->log, "%s: %s\n", device ? device : "", text);
}

CrbMachine *crb_machine_new(const char *board, const char *class_name, const char *options,
                            uint64_t base)
{
    CrbMachine *m = g_new0(CrbMachine, 1);
    const ObHostConfig config = {
        .architecture = g_str_has_prefix(board, "virt") ? "aarch64" : "x86_64",
        .machine = board,
        .ram_size = 4 << 20,
        .log = machine_log,
        .opaque = m,
    };
    g_auto(GStrv) pairs = g_strsplit(options, ",", -1);
    ObOption list[10] = { { "tpmdev", "tpm0" } };
    uint32_t count = 1;
    HW_ERROR(error, 500);

    m->log = g_string_new(NULL);
    m->host = ob_host_new(&config, &error);
    g_assert_cmpstr(error.text, ==, "");
    g_assert_true(ob_host_load_plugins(m->host, g_getenv("OUTBOARD_SET"), &error));
    g_assert_true(hw_tpm_add(ob_host_tpms(m->host), "libtpms", "tpm0", NULL, 0, &error));
    for (char **pair = pairs; *pair; pair++) {
        char *value = strchr(*pair, '=');

        *value = '\0';
        list[count++] = (ObOption) { *pair, value + 1 };
    }
    if (class_name) {
        ob_host_add_device(m->host, class_name, list, count, &error);
    }
    g_assert_cmpstr(error.text, ==, "");
    m->client = ob_client_in_process(m->host);
    m->crb = (ObCrb) { m->client, base, 10000 };
    return m;
}

CrbMachine *crb_device_new(const char *board, const char *state)
{
    g_autofree char *options = g_strdup_printf("addr=0xfed40000,ppi=on,state=%s", state);

    return crb_machine_new(board, "tpm-crb-device", options, PAGE);
}

void crb_machine_free(CrbMachine *m)
{
    ob_client_free(m->client);
    ob_host_free(m->host);
    g_string_free(m->log, TRUE);
    g_free(m);
}

void crb_word_expect(const CrbMachine *m, uint32_t offset, uint32_t value)
{
    g_assert_cmphex(ob_client_readl(m->client, m->crb.base + offset), ==, value);
}

void buffer_fill(const CrbMachine *m, uint8_t byte)
{
    ob_client_memset(m->client, m->crb.base + CRB_BUFFER, byte, CRB_BUFFER_SIZE);
}

void buffer_expect(const CrbMachine *m, uint8_t byte)
{
    uint8_t expected[CRB_BUFFER_SIZE], buffer[CRB_BUFFER_SIZE];

    memset(expected, byte, sizeof(expected));
    ob_client_memread(m->client, m->crb.base + CRB_BUFFER, buffer, sizeof(buffer));
    g_assert_cmpmem(buffer, sizeof(buffer), expected, sizeof(expected));
}

void unsent_make(const CrbMachine *m)
{
    g_assert_cmpint(crb_request_locality(&m->crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_command_ready(&m->crb), ==, OB_CRB_OK);
    buffer_fill(m, UNSENT);
}

void unsent_expect(const CrbMachine *m)
{
    crb_word_expect(m, CRB_LOC_STATE, 0x83);
    crb_word_expect(m, CRB_LOC_STS, 1);
    crb_word_expect(m, CRB_INTF_ID, 0x25811);
    crb_word_expect(m, CRB_CTRL_STS, 0);
    crb_word_expect(m, CRB_CMD_SIZE, CRB_BUFFER_SIZE);
    crb_word_expect(m, CRB_CMD_LADDR, (uint32_t)m->crb.base + CRB_BUFFER);
    buffer_expect(m, UNSENT);
}

/* ----------------------------------------------------------------- streams */

GByteArray *crb_machine_save(CrbMachine *m)
{
    GByteArray *stream = g_byte_array_new();
    ObSave *save = ob_save_new(m->host, stream_sink, stream, NULL);

    g_assert_true(ob_save_finish(save, "running", NULL));
    ob_save_free(save);
    return stream;
}

/* Loads the stream.  Returns the sentence of the refusal, or "" if it loaded; the caller frees
 * it. */
static char *machine_try(CrbMachine *m, const GByteArray *stream)
{
    ObLoad *load = ob_load_new(m->host);
    char sentence[1000] = "";

    ob_load_feed(load, stream->data, stream->len);
    if (!ob_load_finish(load)) {
        ob_load_explain(load, sentence, sizeof(sentence));
    }
    ob_load_free(load);
    return g_strdup(sentence);
}

void crb_machine_load(CrbMachine *m, const GByteArray *stream)
{
    g_autofree char *sentence = machine_try(m, stream);

    g_assert_cmpstr(sentence, ==, "");
}

void crb_refused(CrbMachine *m, const GByteArray *stream, const char *prefix)
{
    g_autofree char *sentence = machine_try(m, stream);

    if (!g_str_has_prefix(sentence, prefix)) {
        g_assert_cmpstr(sentence, ==, prefix);
    }
}

CrbMachine *crb_moved(CrbMachine *from, CrbMachine *(*to)(const char *state), const char *state)
{
    g_autoptr(GByteArray) stream = crb_machine_save(from);
    CrbMachine *m;

    crb_machine_free(from);
    m = to(state);
    crb_machine_load(m, stream);
    return m;
}

CrbMachine *on_q35(const char *state)
{
    return crb_device_new("q35", state);
}

CrbMachine *on_virt(const char *state)
{
    g_autofree char *options = g_strdup_printf("state=%s", state);

    return crb_machine_new("virt", "tpm-crb-device", options, UINT64_C(0x0c000000));
}

CrbMachine *on_pc(const char *options)
{
    return crb_machine_new("q35", "tpm-crb", options, PAGE);
}
