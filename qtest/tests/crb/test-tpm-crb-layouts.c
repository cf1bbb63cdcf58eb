/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tpm-crb-device,state=...: a state saved in a layout loads in this layout again. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/client/drivers/tpm-command.h"
#include "qtest/machine/state/save.h"
#include "qtest/tests/crb/crb-machine.h"
#include "qtest/tests/lib/stream-files.h"

/* --------------------------------------------------------------- both ways */

static void test_layout_round_trip(gconstpointer state)
{
    CrbMachine *m = on_q35(state);

    unsent_make(m);
    m = crb_moved(m, on_q35, state);
    unsent_expect(m);
    crb_machine_free(m);
    m = on_virt(state);
    unsent_make(m);
    m = crb_moved(m, on_virt, state);
    unsent_expect(m);
    crb_machine_free(m);
}

static void test_pc_to_device_and_back(void)
{
    CrbMachine *m = on_pc("ppi=on");

    unsent_make(m);
    m = crb_moved(m, on_q35, "pc");
    unsent_expect(m);
    buffer_fill(m, UNSENT + 1);
    buffer_fill(m, UNSENT);
    m = crb_moved(m, on_pc, "ppi=on");
    unsent_expect(m);
    crb_machine_free(m);
}

/* The chunks of the PC's device are in its subsection. */
static CrbMachine *pc_chunked(const char *options)
{
    (void)options;
    return on_pc("cap-chunk=on");
}

static CrbMachine *device_chunked(const char *state)
{
    (void)state;
    return crb_machine_new("q35", "tpm-crb-device", "addr=0xfed40000,ppi=on,state=pc,cap-chunk=on",
                           PAGE);
}

static void test_response_goes_with_its_chunks(void)
{
    TpmCommand startup = tpm_startup(TPM2_SU_CLEAR);
    uint8_t response[100];
    size_t size;
    CrbMachine *m = pc_chunked(NULL);

    g_assert_cmpint(crb_request_locality(&m->crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_transfer(&m->crb, startup.bytes, startup.size, response, sizeof(response),
                                 &size),
                    ==, OB_CRB_OK);
    m = crb_moved(m, device_chunked, NULL);
    buffer_fill(m, 0xff);
    ob_client_writel(m->client, PAGE + CRB_CTRL_START, CTRL_START_RSP_RETRY);
    g_assert_cmphex(ob_client_readl(m->client, PAGE + CRB_BUFFER), ==, 0x00000180);
    crb_machine_free(m);
}

/* `state` is a layout, or "tpm-crb" for the PC's own device. */
static CrbMachine *machine_of(const char *state)
{
    return g_str_equal(state, "tpm-crb") ? on_pc("ppi=on") : on_q35(state);
}

/* Some layouts have the buffer in a RAM block of its own.  The stream must have the bytes that
 * were stored after the last pass, or the response of a command that ran, not older bytes. */
static void test_no_stale_buffer_is_sent(gconstpointer state)
{
    g_autoptr(GByteArray) stream = g_byte_array_new();
    CrbMachine *m = machine_of(state);
    ObSave *save;

    buffer_fill(m, 0x11);
    save = ob_save_new(m->host, stream_sink, stream, NULL);
    while (!ob_save_pass(save, 1000)) {}
    g_assert_cmpuint(ob_save_remaining(save), ==, 0);
    unsent_make(m);
    g_assert_true(ob_save_finish(save, "running", NULL));
    ob_save_free(save);
    crb_machine_free(m);
    m = machine_of(state);
    crb_machine_load(m, stream);
    unsent_expect(m);
    crb_machine_free(m);
}

static void test_command_under_way_is_awaited(gconstpointer state)
{
    TpmCommand startup = tpm_startup(TPM2_SU_CLEAR);
    g_autoptr(GByteArray) stream = g_byte_array_new();
    uint8_t response[CRB_BUFFER_SIZE];
    CrbMachine *m = machine_of(state);
    ObSave *save = ob_save_new(m->host, stream_sink, stream, NULL);
    size_t size;

    unsent_make(m);
    g_assert_cmpint(crb_write_command(&m->crb, startup.bytes, startup.size), ==, OB_CRB_OK);
    while (!ob_save_pass(save, 1000)) {}
    crb_start(&m->crb);
    crb_word_expect(m, CRB_CTRL_START, CTRL_START_START);
    g_assert_true(ob_save_finish(save, "running", NULL));
    ob_save_free(save);
    crb_machine_free(m);
    m = machine_of(state);
    crb_machine_load(m, stream);
    crb_word_expect(m, CRB_CTRL_START, 0);
    g_assert_cmpint(crb_read_response(&m->crb, response, sizeof(response), &size), ==, OB_CRB_OK);
    g_assert_cmpuint(size, ==, 10);
    g_assert_cmphex(tpm_response_code(response, size), ==, TPM2_RC_SUCCESS);
    crb_word_expect(m, CRB_BUFFER + 12, 0);
    crb_machine_free(m);
}

/* Our hosts finish a command before they save; another program's stream may have one. */
static void test_command_of_another_host_fails(void)
{
    CrbMachine *m = on_pc("ppi=on");
    g_autoptr(GByteArray) stream = NULL;
    size_t registers;

    unsent_make(m);
    stream = crb_machine_save(m);
    crb_machine_free(m);
    registers = stream_find(stream, 0, "\7tpm-crb", 8) + 8 + 8;
    hw_store_be32(stream->data + registers + CRB_CTRL_START, CTRL_START_START);
    m = on_pc("ppi=on");
    crb_machine_load(m, stream);
    crb_word_expect(m, CRB_CTRL_START, 0);
    crb_word_expect(m, CRB_CTRL_STS, CTRL_STS_FATAL);
    g_assert_nonnull(strstr(m->log->str, "the saved state has a command under way, which failed"));
    crb_machine_free(m);
}

/* The buffer is copied before the TPM refuses its state. */
static void test_refused_tpm_takes_the_buffer_back(gconstpointer state)
{
    CrbMachine *m = on_q35(state);
    g_autoptr(GByteArray) stream = NULL;
    size_t at;

    unsent_make(m);
    stream = crb_machine_save(m);
    crb_machine_free(m);
    at = stream_find(stream, 0, "\14tpm-emulator", 13) + 13 + 8 + 8;
    memset(stream->data + at + 100, 0xff, 100); /* bytes that only libtpms can check */
    m = on_q35(state);
    buffer_fill(m, 1);
    crb_refused(m, stream, "tpm-emulator: tpm0: ");
    crb_word_expect(m, CRB_LOC_STATE, 0x81);
    crb_word_expect(m, CRB_CTRL_STS, 2);
    buffer_expect(m, 1);
    m = crb_moved(m, on_q35, state);
    buffer_expect(m, 1);
    crb_machine_free(m);
}

/* -------------------------------------------------------------------- memory */

static void count_access(HwRegionState *region, const HwAccess *access, void *opaque)
{
    (void)region;
    (void)access;
    ++*(unsigned *)opaque;
}

/* If the page lies in a window of size `window`, only writes trap.  The read is a pair of 64-bit
 * words, as LDP reads. */
static void test_reads_do_not_trap(gconstpointer window)
{
    static const uint8_t expected[16] = { 0x11, 0x58, 2, 0, 0x14, 0x10 };
    g_autofree char *options = g_strdup_printf("window=%s", (const char *)window);
    static const char *const boards[] = { "q35", "virt" };

    for (unsigned i = 0; i < G_N_ELEMENTS(boards); i++) {
        CrbMachine *m = crb_machine_new(boards[i], "tpm-crb-device", options, 0);
        HwInstance *instance = ob_host_device_at(m->host, 0);
        uint8_t pair[16];
        unsigned traps = 0;

        m->crb.base = instance->regions[0].address;
        ob_host_observe_accesses(m->host, count_access, &traps);
        ob_host_read(m->host, m->crb.base + CRB_INTF_ID, pair, sizeof(pair));
        g_assert_cmpmem(pair, sizeof(pair), expected, sizeof(expected));
        for (uint32_t size = 1; size <= 8; size *= 2) {
            ob_host_load(m->host, HW_SPACE_MEMORY, m->crb.base + CRB_CMD_SIZE + 1, size);
        }
        g_assert_cmpuint(traps, ==, 0);
        unsent_make(m);
        g_assert_cmpuint(traps, >, 0);
        unsent_expect(m);
        g_assert_cmpuint(instance->regions[0].size, ==, g_ascii_strtoull(window, NULL, 10));
        crb_machine_free(m);
    }
}

/* ---------------------------------------------------------------- properties */

static void device_refused(const ObOption *options, uint32_t count, const char *expected)
{
    CrbMachine *m = crb_machine_new("q35", NULL, "", 0);
    HW_ERROR(error, 500);

    g_assert_null(ob_host_add_device(m->host, "tpm-crb-device", options, count, &error));
    g_assert_cmpstr(error.text, ==, expected);
    crb_machine_free(m);
}

static void test_unknown_layout_is_refused(void)
{
    const ObOption options[] = { { "tpmdev", "tpm0" }, { "state", "qemu" } };

    device_refused(options, G_N_ELEMENTS(options),
                   "tpm-crb-device: state: invalid value 'qemu': "
                   "expected own, pc, sysbus, mem or mmio");
}

static void test_ppi_in_the_window_is_refused(void)
{
    const ObOption options[] = { { "tpmdev", "tpm0" }, { "ppi", "on" }, { "window", "65536" } };

    device_refused(options, G_N_ELEMENTS(options),
                   "tpm-crb-device: ppi: invalid value 'on': "
                   "expected off with a window of 65536 bytes, or a window of 4096 or 16384");
}

static void add_states(const char *path, void (*function)(gconstpointer state))
{
    static const char *const states[] = { "own", "pc", "sysbus", "mem", "mmio" };

    for (unsigned i = 0; i < G_N_ELEMENTS(states); i++) {
        g_autofree char *name = g_strdup_printf("/tpm-crb-layouts/%s/%s", path, states[i]);

        g_test_add_data_func(name, states[i], function);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_states("round-trip", test_layout_round_trip);
    add_states("no-stale-buffer-is-sent", test_no_stale_buffer_is_sent);
    add_states("command-under-way-is-awaited", test_command_under_way_is_awaited);
    add_states("refused-tpm-takes-the-buffer-back", test_refused_tpm_takes_the_buffer_back);
    g_test_add_data_func("/tpm-crb-layouts/no-stale-buffer-is-sent/tpm-crb", "tpm-crb",
                         test_no_stale_buffer_is_sent);
    g_test_add_data_func("/tpm-crb-layouts/command-under-way-is-awaited/tpm-crb", "tpm-crb",
                         test_command_under_way_is_awaited);
    g_test_add_func("/tpm-crb-layouts/pc-to-device-and-back", test_pc_to_device_and_back);
    g_test_add_func("/tpm-crb-layouts/command-of-another-host-fails",
                    test_command_of_another_host_fails);
    g_test_add_func("/tpm-crb-layouts/response-goes-with-its-chunks",
                    test_response_goes_with_its_chunks);
    g_test_add_func("/tpm-crb-layouts/refused/unknown-layout", test_unknown_layout_is_refused);
    g_test_add_func("/tpm-crb-layouts/refused/ppi-in-the-window",
                    test_ppi_in_the_window_is_refused);
    g_test_add_data_func("/tpm-crb-layouts/reads-do-not-trap/4-KiB", "4096",
                         test_reads_do_not_trap);
    g_test_add_data_func("/tpm-crb-layouts/reads-do-not-trap/16-KiB", "16384",
                         test_reads_do_not_trap);
    g_test_add_data_func("/tpm-crb-layouts/reads-do-not-trap/64-KiB", "65536",
                         test_reads_do_not_trap);
    return g_test_run();
}
