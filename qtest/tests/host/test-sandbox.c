/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -sandbox, with the program: what it takes away, and what still works. */
#include <string.h>

#include "qtest/client/drivers/crb.h"
#include "qtest/client/drivers/tpm-command.h"
#include "qtest/client/process/swtpm.h"
#include "qtest/tests/lib/migration-pair.h"

#define DENY_ALL "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"
#define TPM      "-tpmdev libtpms,id=t -device tpm-crb,tpmdev=t"

static char *arguments(const char *sandbox, const char *more)
{
    return g_strdup_printf(BEACON TPM " -sandbox %s %s", sandbox, more);
}

/* The threads of the program whose only qtest socket is the client's. */
static void assert_confined(ObClient *client)
{
    g_autofree char *tasks = g_strdup_printf("/proc/%d/task", (int)ob_client_pid(client));
    g_autoptr(GDir) directory = g_dir_open(tasks, 0, NULL);
    const char *task;
    unsigned count = 0;

    g_assert_nonnull(directory);
    for (; (task = g_dir_read_name(directory)); count++) {
        g_autofree char *path = g_build_filename(tasks, task, "status", NULL);
        g_autofree char *text = NULL;

        g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
        g_assert_nonnull(strstr(text, "\nNoNewPrivs:\t1\n"));
        g_assert_nonnull(strstr(text, "\nSeccomp:\t2\n"));
    }
    g_assert_cmpuint(count, >=, 1);
}

static void assert_tpm_works_at(ObClient *client, uint64_t address)
{
    const ObCrb crb = { .client = client, .base = address, .timeout_ms = DEADLINE_MS };
    const TpmCommand startup = tpm_startup(TPM2_SU_CLEAR);
    uint8_t response[CRB_BUFFER_SIZE];
    size_t size;

    g_assert_cmpint(crb_request_locality(&crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_transfer(&crb, startup.bytes, startup.size, response, sizeof(response),
                                 &size),
                    ==, OB_CRB_OK);
}

static void assert_tpm_works(ObClient *client)
{
    assert_tpm_works_at(client, CRB_PC_ADDRESS);
}

static void source_restart(MigrationPair *f, const char *sandbox)
{
    g_autofree char *line = arguments(sandbox, "");

    client_end(f->source);
    f->source = program_start(line);
}

static void test_machine_works(MigrationPair *f, gconstpointer sandbox)
{
    source_restart(f, sandbox);
    assert_tpm_works(f->source);
    pair_state_make(f->source);
    assert_confined(f->source);
}

static void test_program_is_refused(MigrationPair *f, gconstpointer sandbox)
{
    source_restart(f, sandbox);
    pair_qmp_refused(f->source, "migrate", json_pack("{s:s}", "uri", "exec:cat >/dev/null"),
                     "cannot start 'cat >/dev/null': -sandbox denies it, expected spawn=allow");
    pair_state_make(f->source);
}

static void test_program_is_allowed(MigrationPair *f, G_GNUC_UNUSED gconstpointer data)
{
    source_restart(f, "on,spawn=allow");
    pair_migrate(f->source, "exec:cat >/dev/null");
    await_status(f->source, "completed");
    assert_confined(f->source);
}

static void test_machine_moves(MigrationPair *f, gconstpointer sandbox)
{
    g_autofree char *uri = g_strconcat("unix:", f->path, NULL);
    g_autofree char *more = g_strdup_printf(TPM " -sandbox %s", (const char *)sandbox);

    source_restart(f, sandbox);
    assert_tpm_works(f->source);
    pair_state_make(f->source);
    target_start(f, uri, more);
    pair_migrate(f->source, uri);
    await_status(f->source, "completed");
    await_status(f->target, "completed");
    pair_state_expect(f->target);
}

/* No child can try the TPM's state then, and the socket's peer may have forged it. */
static void test_state_is_not_tried(MigrationPair *f, G_GNUC_UNUSED gconstpointer data)
{
    g_autofree char *uri = g_strconcat("unix:", f->path, NULL);
    g_autofree char *line = arguments("on,spawn=deny", "-incoming defer");

    source_restart(f, "off");
    assert_tpm_works(f->source);
    f->target = program_start(line);
    pair_qmp(f->target, "migrate-incoming",
             json_pack("{s:s, s:b}", "uri", uri, "exit-on-error", 0));
    pair_migrate(f->source, uri);
    failure_await(f->target);
}

/* The program is connected to swtpm before it is confined, and after a reset uses it again. */
static void test_swtpm_works(MigrationPair *f, gconstpointer sandbox)
{
    HW_ERROR(error, 1000);
    ObSwtpm *swtpm = ob_swtpm_start(&error);
    g_autofree char *line = NULL;

    g_assert_cmpstr(error.text, ==, "");
    line = g_strdup_printf(BEACON "-chardev socket,id=c,path=%s -tpmdev emulator,id=t,chardev=c "
                                  "-device tpm-crb,tpmdev=t -sandbox %s",
                           ob_swtpm_path(swtpm), (const char *)sandbox);
    client_end(f->source);
    f->source = program_start(line);
    assert_tpm_works(f->source);
    ob_client_reset(f->source);
    assert_tpm_works(f->source);
    assert_confined(f->source);
    client_end(f->source);
    f->source = NULL;
    ob_swtpm_free(swtpm);
}

static void test_arm_machine_works(MigrationPair *f, gconstpointer sandbox)
{
    g_autofree char *line = g_strdup_printf(
        "-machine virt -tpmdev libtpms,id=t -device tpm-crb-device,tpmdev=t,addr=0x0b000000 "
        "-sandbox %s",
        (const char *)sandbox);
    const ObStart start = { .program = g_getenv("OB_PROGRAM_AARCH64"), .arguments = line };
    HW_ERROR(error, 1000);
    ObClient *client = ob_client_start(&start, &error);

    (void)f;
    g_assert_cmpstr(error.text, ==, "");
    assert_tpm_works_at(client, 0x0b000000);
    assert_confined(client);
    pair_qmp_refused(client, "migrate", json_pack("{s:s}", "uri", "exec:cat >/dev/null"),
                     "cannot start 'cat >/dev/null': -sandbox denies it, expected spawn=allow");
    client_end(client);
}

#define SANDBOX_TEST(path, sandbox, function) \
    g_test_add(path, MigrationPair, sandbox, pair_set_up, function, pair_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    SANDBOX_TEST("/sandbox/on/machine-works", "on", test_machine_works);
    SANDBOX_TEST("/sandbox/on/machine-moves", "on", test_machine_moves);
    SANDBOX_TEST("/sandbox/on/swtpm-works", "on", test_swtpm_works);
    SANDBOX_TEST("/sandbox/on/arm-machine-works", "on", test_arm_machine_works);
    SANDBOX_TEST("/sandbox/on/program-is-refused", "on", test_program_is_refused);
    SANDBOX_TEST("/sandbox/deny-all/machine-works", DENY_ALL, test_machine_works);
    SANDBOX_TEST("/sandbox/deny-all/swtpm-works", DENY_ALL, test_swtpm_works);
    SANDBOX_TEST("/sandbox/deny-all/arm-machine-works", DENY_ALL, test_arm_machine_works);
    SANDBOX_TEST("/sandbox/deny-all/program-is-refused", DENY_ALL, test_program_is_refused);
    SANDBOX_TEST("/sandbox/spawn-allow/program-starts", NULL, test_program_is_allowed);
    SANDBOX_TEST("/sandbox/spawn-deny/state-from-a-socket-is-refused", NULL,
                 test_state_is_not_tried);
    return g_test_run();
}
