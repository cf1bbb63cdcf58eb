/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tpm-crb-device,state=...: streams made by QEMU, and streams in the layouts of other programs.
 */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/tests/crb/crb-machine.h"
#include "qtest/tests/lib/stream-files.h"

/* ---------------------------------------------------------- QEMU's streams */

typedef struct Stored {
    const char *name;
    const char *board;
    const char *ppi;
    uint32_t loc_state, loc_sts, ctrl_sts;
    const char *buffer; /* the buffer's first bytes */
} Stored;

static const Stored stored[] = {
    { "x86-crb-reset-7.2", "pc-q35-7.2", "", 0x81, 0, 2, "00000000000000000000" },
    { "x86-crb-locality-cmd-7.2", "pc-q35-7.2", "PPI!", 0x83, 1, 0, "8001000000160000017a" },
    { "x86-crb-locality-cmd-10.0", "pc-q35-10.0", "PPI!", 0x83, 1, 0, "8001000000160000017a" },
    { "x86-crb-startup-rsp-7.2", "pc-q35-7.2", "PPI!", 0x83, 1, 0, "80010000001b00000000" },
    { "x86-crb-idle-relinq-7.2", "pc-q35-7.2", NULL, 0x81, 0, 2, "80010000001c00000000" },
    { "x86-crb-ppi-noppi-7.2", "pc-q35-7.2", "", 0x83, 1, 0, "80010000001b00000000" },
};

static void stored_expect(const CrbMachine *m, const Stored *stream)
{
    g_autoptr(GString) buffer = g_string_new(NULL);
    char ppi[5] = "";

    crb_word_expect(m, CRB_LOC_STATE, stream->loc_state);
    crb_word_expect(m, CRB_LOC_STS, stream->loc_sts);
    crb_word_expect(m, CRB_INTF_ID, 0x25811);
    crb_word_expect(m, CRB_CTRL_STS, stream->ctrl_sts);
    crb_word_expect(m, CRB_RSP_LADDR, (uint32_t)PAGE + CRB_BUFFER);
    for (unsigned i = 0; i < 10; i++) {
        g_string_append_printf(buffer, "%02x", ob_client_readb(m->client, PAGE + CRB_BUFFER + i));
    }
    g_assert_cmpstr(buffer->str, ==, stream->buffer);
    ob_client_memread(m->client, PPI, ppi, 4);
    if (stream->ppi) {
        g_assert_cmpstr(ppi, ==, stream->ppi);
    }
}

/* After the load, the device's own stream loads into the PC's device. */
static void test_stored_stream_loads(gconstpointer data)
{
    const Stored *stream = data;
    g_autoptr(GByteArray) bytes = stream_load(stream->name);
    g_autoptr(GByteArray) again = NULL;
    CrbMachine *m = crb_device_new(stream->board, "pc");

    crb_machine_load(m, bytes);
    stored_expect(m, stream);
    again = crb_machine_save(m);
    crb_machine_free(m);
    m = crb_machine_new(stream->board, "tpm-crb", "ppi=on", PAGE);
    crb_machine_load(m, again);
    stored_expect(m, stream);
    crb_machine_free(m);
}

/* QEMU refuses these streams too, according to their manifest. */
static void test_stored_stream_without_its_device(void)
{
    g_autoptr(GByteArray) bytes = stream_load("x86-crb-locality-cmd-7.2");
    CrbMachine *m = crb_machine_new("pc-q35-7.2", NULL, "", 0);

    crb_refused(m, bytes, "Unknown ramblock \"tpm-crb-cmd\", cannot accept migration");
    crb_machine_free(m);
}

static void test_stored_stream_without_ppi(void)
{
    g_autoptr(GByteArray) bytes = stream_load("x86-crb-locality-cmd-7.2");
    CrbMachine *m = crb_machine_new("pc-q35-7.2", "tpm-crb", "ppi=off", PAGE);

    buffer_fill(m, 1);
    crb_refused(m, bytes, "Unknown ramblock \"tpm-ppi\", cannot accept migration");
    buffer_expect(m, 1);
    crb_word_expect(m, CRB_LOC_STATE, 0x81);
    crb_machine_free(m);
}

static void test_stored_stream_of_a_newer_version(void)
{
    g_autoptr(GByteArray) bytes = stream_load("x86-crb-locality-cmd-7.2");
    size_t at = stream_find(bytes, 0, "\7tpm-crb\0\0\0\0\0\0\0\0", 16);
    CrbMachine *m = crb_machine_new("pc-q35-7.2", "tpm-crb", "ppi=on", PAGE);

    bytes->data[at + 15] = 1;
    crb_refused(m, bytes, "savevm: unsupported version 1 for 'tpm-crb' v0");
    crb_word_expect(m, CRB_LOC_STATE, 0x81);
    crb_machine_free(m);
}

/* ----------------------------------------------- streams that other programs send */

typedef struct Wild {
    const char *state;
    const char *section;
    bool has_words;
    const char *block;
    bool is_page;       /* the block is the whole page; else only the buffer */
    uint32_t loc_state; /* the stored LOC_STATE */
} Wild;

static const Wild wild[] = {
    /* The series' third to fifth versions copy tpmEstablished out of the page too. */
    { "pc", "tpm-crb", true, "tpm-crb-cmd", false, 0x83 },
    { "sysbus", "tpm-crb-sysbus", true, "tpm-crb-cmd", false, 0x82 },
    { "mem", "tpm-crb-sysbus", false, "tpm-crb-mem", true, 0x83 },
    { "mmio", "tpm-crb-sysbus", false, "tpm-crb-mmio", true, 0x83 },
};

static GByteArray *wild_stream(const Wild *form, uint64_t address)
{
    GByteArray *stream = g_byte_array_new();
    ObVmWriter *writer = ob_vm_writer_new(stream_sink, stream);
    const ObVmBlock blocks[] = { { "pc.ram", 4 << 20 }, { form->block, 4096 } };
    const struct {
        uint32_t offset, value;
    } words[] = {
        { CRB_LOC_STATE, form->loc_state },
        { CRB_LOC_STS, 1 },
        { CRB_INTF_ID, 0x25811 },
        { CRB_INTF_ID2, 0x1014 },
        { CRB_CMD_SIZE, CRB_BUFFER_SIZE },
        { CRB_CMD_LADDR, (uint32_t)address },
        { CRB_CMD_HADDR, (uint32_t)(address >> 32) },
        { CRB_RSP_SIZE, CRB_BUFFER_SIZE },
        { CRB_RSP_LADDR, (uint32_t)address },
    };
    uint8_t regs[4 * CRB_WORDS] = { 0 }, page[4096] = { 0 };

    memset(form->is_page ? page + CRB_BUFFER : page, UNSENT, CRB_BUFFER_SIZE);
    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
        hw_store_be32(regs + words[i].offset, words[i].value);
        if (form->is_page) {
            hw_store_le(page + words[i].offset, words[i].value, 4);
        }
    }
    ob_vm_write_header(writer, "pc-q35-7.2");
    ob_vm_write_ram_start(writer, blocks, 2);
    ob_vm_write_ram_pass(writer, true);
    ob_vm_write_ram_page(writer, 1, 0, page);
    ob_vm_write_ram_pass_end(writer);
    ob_vm_write_device(writer, form->section, 0, 0, NULL);
    if (form->has_words) {
        ob_vm_write_field(writer, "regs", "uint32", 4, CRB_WORDS, regs);
    }
    ob_vm_write_device_end(writer);
    g_assert_true(ob_vm_write_end(writer, NULL, 0));
    ob_vm_writer_free(writer);
    return stream;
}

static void test_wild_layout_loads(gconstpointer data)
{
    const Wild *form = data;
    g_autoptr(GByteArray) stream = wild_stream(form, PAGE + CRB_BUFFER);
    CrbMachine *m = on_q35(form->state);

    crb_machine_load(m, stream);
    unsent_expect(m);
    g_assert_cmpstr(m->log->str, ==, "");
    crb_machine_free(m);
}

static void test_addresses_follow_the_page(gconstpointer data)
{
    const Wild *form = data;
    g_autoptr(GByteArray) stream = wild_stream(form, UINT64_C(0x10c000080));
    CrbMachine *m = on_q35(form->state);

    crb_machine_load(m, stream);
    unsent_expect(m);
    crb_word_expect(m, CRB_CMD_HADDR, 0);
    g_assert_cmpstr(m->log->str, ==,
                    "tpm-crb-device: the saved state has the buffer at "
                    "0x10c000080, the guest finds it at 0xfed40080 now\n");
    crb_machine_free(m);
}

/* ---------------------------------------------------------------- refusals */

/* A device loads only the layout that its property `state` names. */
static void test_other_layout_is_refused(gconstpointer data)
{
    const Wild *form = data;
    g_autoptr(GByteArray) stream = wild_stream(form, PAGE + CRB_BUFFER);
    g_autofree char *sentence = g_strdup_printf("Unknown ramblock \"%s\", cannot accept migration",
                                                form->block);
    CrbMachine *m = on_q35("own");

    buffer_fill(m, 1);
    crb_refused(m, stream, sentence);
    buffer_expect(m, 1);
    crb_machine_free(m);
}

static void test_page_of_another_window_is_refused(void)
{
    g_autoptr(GByteArray) stream = wild_stream(&wild[2], PAGE + CRB_BUFFER);
    CrbMachine *m = crb_machine_new("q35", "tpm-crb-device",
                                    "addr=0xfed40000,state=mem,window=16384", PAGE);

    crb_refused(m, stream, "Size mismatch: tpm-crb-mem: 0x1000 != 0x4000: Invalid argument");
    crb_machine_free(m);
}

static void add_wild(const char *path, void (*function)(gconstpointer data))
{
    for (unsigned i = 0; i < G_N_ELEMENTS(wild); i++) {
        g_autofree char *name = g_strdup_printf("/tpm-crb-foreign/%s/%s", path, wild[i].state);

        g_test_add_data_func(name, &wild[i], function);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(stored); i++) {
        g_autofree char *name = g_strconcat("/tpm-crb-foreign/stored/", stored[i].name, NULL);

        g_test_add_data_func(name, &stored[i], test_stored_stream_loads);
    }
    g_test_add_func("/tpm-crb-foreign/refused/no-device", test_stored_stream_without_its_device);
    g_test_add_func("/tpm-crb-foreign/refused/no-ppi", test_stored_stream_without_ppi);
    g_test_add_func("/tpm-crb-foreign/refused/newer-version",
                    test_stored_stream_of_a_newer_version);
    add_wild("loads", test_wild_layout_loads);
    add_wild("addresses-follow-the-page", test_addresses_follow_the_page);
    add_wild("refused-by-another", test_other_layout_is_refused);
    g_test_add_func("/tpm-crb-foreign/refused/page-of-another-window",
                    test_page_of_another_window_is_refused);
    return g_test_run();
}
