/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Migration between two programs whose TPMs keep their state in one place, as on shared storage. */
#include <glib/gstdio.h>
#include <string.h>

#include "qtest/client/drivers/crb.h"
#include "qtest/client/drivers/tpm-command.h"
#include "qtest/tests/lib/migration-pair.h"
#include "qtest/tests/lib/swtpm-process.h"

#define PCR 16

typedef struct Shared {
    MigrationPair pair;
    char *directory;
    SwtpmProcess swtpm[3]; /* the source's, a receiver's that refuses, the target's */
    char *tpm[3];          /* options of the three programs */
    bool emulator;
} Shared;

static uint32_t run(ObClient *client, const TpmCommand *command, TPM2B_DIGEST *pcr)
{
    const ObCrb crb = { .client = client, .base = CRB_PC_ADDRESS, .timeout_ms = DEADLINE_MS };
    uint8_t response[CRB_BUFFER_SIZE];
    size_t size;

    if (crb_transfer(&crb, command->bytes, command->size, response, sizeof(response), &size) !=
        OB_CRB_OK) {
        return UINT32_MAX;
    }
    if (pcr) {
        g_assert_true(tpm_parse_pcr(response, size, pcr));
    }
    return tpm_response_code(response, size);
}

static void assert_pcr_extended(ObClient *client)
{
    const TpmCommand read = tpm_pcr_read(PCR);
    static const uint8_t zeros[TPM2_SHA256_DIGEST_SIZE];
    TPM2B_DIGEST pcr;

    g_assert_cmphex(run(client, &read, &pcr), ==, TPM2_RC_SUCCESS);
    g_assert_cmpint(memcmp(pcr.buffer, zeros, sizeof(zeros)), !=, 0);
}

static void assert_tpm_fails(ObClient *client)
{
    const TpmCommand read = tpm_pcr_read(PCR);

    g_assert_cmphex(run(client, &read, NULL), !=, TPM2_RC_SUCCESS);
}

static void guest_begin(ObClient *client)
{
    static const uint8_t digest[TPM2_SHA256_DIGEST_SIZE] = { 1 };
    const TpmCommand startup = tpm_startup(TPM2_SU_CLEAR);
    const TpmCommand extend = tpm_pcr_extend(PCR, digest);
    const ObCrb crb = { .client = client, .base = CRB_PC_ADDRESS, .timeout_ms = DEADLINE_MS };

    g_assert_cmpint(crb_request_locality(&crb), ==, OB_CRB_OK);
    g_assert_cmphex(run(client, &startup, NULL), ==, TPM2_RC_SUCCESS);
    g_assert_cmphex(run(client, &extend, NULL), ==, TPM2_RC_SUCCESS);
    assert_pcr_extended(client);
}

static char *swtpm_option(Shared *f, unsigned side)
{
    g_autofree char *state = g_strconcat("dir=", f->directory, NULL);

    swtpm_process_set_up(&f->swtpm[side]);
    swtpm_process_start(&f->swtpm[side], "--tpm2", "--tpmstate", state, "--migration",
                        side ? "incoming,release-lock-outgoing" : "release-lock-outgoing",
                        "--flags", "startup-none", NULL);
    return g_strdup_printf("-chardev socket,id=c,path=%s -tpmdev emulator,id=t,chardev=c "
                           "-device tpm-crb,tpmdev=t ",
                           f->swtpm[side].path);
}

static void shared_set_up(Shared *f, gconstpointer emulator)
{
    pair_set_up(&f->pair, NULL);
    f->emulator = emulator != NULL;
    f->directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(f->tpm); i++) {
        f->tpm[i] = f->emulator ? swtpm_option(f, i)
                                : g_strdup_printf("-tpmdev libtpms,id=t,state=%s/state "
                                                  "-device tpm-crb,tpmdev=t ",
                                                  f->directory);
    }
    client_end(f->pair.source);
    {
        g_autofree char *arguments = g_strconcat(BEACON, f->tpm[0], NULL);

        f->pair.source = program_start(arguments);
    }
    guest_begin(f->pair.source);
}

static void shared_tear_down(Shared *f, G_GNUC_UNUSED gconstpointer emulator)
{
    static const char *const files[] = { "state", "state.lock", "tpm2-00.permall", ".lock" };

    pair_tear_down(&f->pair, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(f->directory, files[i], NULL);

        g_remove(path);
    }
    g_assert_cmpint(g_rmdir(f->directory), ==, 0);
    for (unsigned i = 0; i < G_N_ELEMENTS(f->tpm); i++) {
        if (f->emulator) {
            swtpm_process_tear_down(&f->swtpm[i]);
        }
        g_free(f->tpm[i]);
    }
    g_free(f->directory);
}

/* Moves the machine; the sender says that it has sent all. */
static void shared_move(Shared *f)
{
    g_autofree char *uri = g_strconcat("unix:", f->pair.path, NULL);

    target_start(&f->pair, uri, f->tpm[2]);
    pair_migrate(f->pair.source, uri);
    await_status(f->pair.source, "completed");
    await_status(f->pair.target, "completed");
}

static void test_target_has_the_tpm(Shared *f, G_GNUC_UNUSED gconstpointer data)
{
    shared_move(f);
    assert_pcr_extended(f->pair.target);
    assert_tpm_fails(f->pair.source);
    g_clear_pointer(&f->pair.source, client_end);
    assert_pcr_extended(f->pair.target);
}

/* The receiver has no beacon, so it refuses the stream.  Then the source's machine runs again. */
static void test_source_takes_its_tpm_back(Shared *f, G_GNUC_UNUSED gconstpointer data)
{
    g_autofree char *uri = g_strconcat("unix:", f->pair.path, NULL);
    g_autofree char *arguments = g_strconcat(f->tpm[1], "-incoming defer", NULL);
    ObClient *refuses = program_start(arguments);

    pair_qmp(refuses, "migrate-incoming", json_pack("{s:s, s:b}", "uri", uri, "exit-on-error", 0));
    pair_migrate(f->pair.source, uri);
    failure_await(refuses);
    await_status(f->pair.source, "completed");
    pair_qmp(f->pair.source, "cont", NULL);
    assert_pcr_extended(f->pair.source);
    client_end(refuses);
    assert_pcr_extended(f->pair.source);
    shared_move(f);
    assert_pcr_extended(f->pair.target);
}

/* Release 0.7 of swtpm does not have --migration. */
static bool swtpm_can_share(void)
{
    g_autofree char *capabilities = NULL;

    return g_spawn_command_line_sync("swtpm socket --print-capabilities", &capabilities, NULL, NULL,
                                     NULL) &&
           strstr(capabilities, "cmdarg-migration");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (int emulator = 0; emulator <= swtpm_can_share(); emulator++) {
        g_autofree char *moves = g_strdup_printf("/migration/shared/%s/target-has-the-tpm",
                                                 emulator ? "swtpm" : "libtpms");
        g_autofree char *back = g_strdup_printf("/migration/shared/%s/source-takes-its-tpm-back",
                                                emulator ? "swtpm" : "libtpms");

        g_test_add(moves, Shared, emulator ? "" : NULL, shared_set_up, test_target_has_the_tpm,
                   shared_tear_down);
        g_test_add(back, Shared, emulator ? "" : NULL, shared_set_up,
                   test_source_takes_its_tpm_back, shared_tear_down);
    }
    return g_test_run();
}
