/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Migration of machines with a TPM: between our programs, and from QEMU's streams. */
#include "qtest/client/drivers/crb.h"
#include "qtest/client/drivers/tpm-command.h"
#include "qtest/tests/lib/migration-pair.h"
#include "qtest/tests/lib/stream-files.h"

static void crb_begin(const ObCrb *crb)
{
    TpmCommand startup = tpm_startup(TPM2_SU_CLEAR);
    uint8_t response[CRB_BUFFER_SIZE];
    size_t size;

    g_assert_cmpint(crb_request_locality(crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_command_ready(crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_transfer(crb, startup.bytes, startup.size, response, sizeof(response),
                                 &size),
                    ==, OB_CRB_OK);
}

/* `data`: the device with its options, and its address. */
typedef struct TpmForm {
    const char *device;
    uint64_t base;
} TpmForm;

static void test_command_under_way_is_awaited(MigrationPair *f, gconstpointer data)
{
    const TpmForm *form = data;
    g_autofree char *uri = g_strconcat("unix:", f->path, NULL);
    g_autofree char *arguments = g_strconcat(BEACON, form->device, NULL);
    TpmCommand slow = tpm_create_primary();
    uint8_t response[CRB_BUFFER_SIZE];
    ObCrb crb = { .base = form->base, .timeout_ms = DEADLINE_MS };
    size_t size;

    client_end(f->source);
    crb.client = f->source = program_start(arguments);
    crb_begin(&crb);
    target_start(f, uri, form->device);
    g_assert_cmpint(crb_write_command(&crb, slow.bytes, slow.size), ==, OB_CRB_OK);
    crb_start(&crb);
    pair_migrate(f->source, uri);
    await_status(f->target, "completed");
    crb.client = f->target;
    g_assert_false(crb_is_running(&crb));
    g_assert_cmpint(crb_read_response(&crb, response, sizeof(response), &size), ==, OB_CRB_OK);
    g_assert_cmphex(tpm_response_code(response, size), ==, TPM2_RC_SUCCESS);
    slow = tpm_get_random(8);
    g_assert_cmpint(crb_transfer(&crb, slow.bytes, slow.size, response, sizeof(response), &size),
                    ==, OB_CRB_OK);
    g_assert_cmphex(tpm_response_code(response, size), ==, TPM2_RC_SUCCESS);
}

/* clang-format off */
static const TpmForm pc_form = {
    "-tpmdev libtpms,id=t -device tpm-crb,tpmdev=t", CRB_PC_ADDRESS
};
/* clang-format on */

/* This device's registers are in a ROM device's memory. */
static const TpmForm sysbus_form = {
    "-tpmdev libtpms,id=t -device tpm-crb-device,tpmdev=t,addr=0xfed60000", 0xfed60000
};

/* A stream that QEMU has made, and the values that a guest reads after the load. */
typedef struct Stored {
    const char *name;
    const char *machine;
    uint32_t locality_state;
    uint32_t control_status;
    const char *buffer; /* the buffer's first bytes, in hexadecimal */
} Stored;

static const Stored stored[] = {
    { "x86-crb-reset-7.2", "pc-q35-7.2", 0x81, 2, "00000000000000000000" },
    { "x86-crb-locality-cmd-7.2", "pc-q35-7.2", 0x83, 0, "8001000000160000017a" },
    { "x86-crb-locality-cmd-10.0", "pc-q35-10.0", 0x83, 0, "8001000000160000017a" },
    { "x86-crb-startup-rsp-7.2", "pc-q35-7.2", 0x83, 0, "80010000001b00000000" },
    { "x86-crb-idle-relinq-7.2", "pc-q35-7.2", 0x81, 2, "80010000001c00000000" },
};

static void test_stored_stream_loads(MigrationPair *f, gconstpointer data)
{
    const Stored *stream = data;
    g_autoptr(GByteArray) bytes = stream_load(stream->name);
    g_autofree char *uri = g_strconcat("file:", f->path, NULL);
    g_autofree char *more = g_strdup_printf("-M %s -m 4M -tpmdev libtpms,id=t "
                                            "-device tpm-crb,tpmdev=t",
                                            stream->machine);
    g_autoptr(GString) buffer = g_string_new(NULL);

    g_assert_true(g_file_set_contents(f->path, (char *)bytes->data, bytes->len, NULL));
    target_start(f, uri, more);
    await_status(f->target, "completed");
    runstate_expect(f->target, "prelaunch");
    for (unsigned i = 0; i < 10; i++) {
        g_string_append_printf(buffer, "%02x",
                               ob_client_readb(f->target, CRB_PC_ADDRESS + CRB_BUFFER + i));
    }
    g_assert_cmpstr(buffer->str, ==, stream->buffer);
    g_assert_cmphex(ob_client_readl(f->target, CRB_PC_ADDRESS + CRB_LOC_STATE), ==,
                    stream->locality_state);
    g_assert_cmphex(ob_client_readl(f->target, CRB_PC_ADDRESS + CRB_CTRL_STS), ==,
                    stream->control_status);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/migration/tpm/command-under-way-is-awaited/tpm-crb", MigrationPair, &pc_form,
               pair_set_up, test_command_under_way_is_awaited, pair_tear_down);
    g_test_add("/migration/tpm/command-under-way-is-awaited/tpm-crb-device", MigrationPair,
               &sysbus_form, pair_set_up, test_command_under_way_is_awaited, pair_tear_down);
    for (unsigned i = 0; i < G_N_ELEMENTS(stored); i++) {
        g_autofree char *path = g_strconcat("/migration/stored/", stored[i].name, NULL);

        g_test_add(path, MigrationPair, &stored[i], pair_set_up, test_stored_stream_loads,
                   pair_tear_down);
    }
    return g_test_run();
}
