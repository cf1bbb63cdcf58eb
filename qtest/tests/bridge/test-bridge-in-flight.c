/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command runs in our TPM while a stock QEMU that never ran (-S) is saved, or reset.  After a
 * save the response is in the stream: RAM was saved after the response came.
 */
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "qtest/client/drivers/crb.h"
#include "qtest/client/drivers/migration.h"
#include "qtest/client/process/swtpm.h"
#include "qtest/tests/lib/qemu-release.h"

typedef struct Machine {
    const char *name;
    const char *device;
    uint64_t base;
} Machine;

static const Machine machines[] = {
    { "q35", "outboard-tpm-crb", 0xfed40000 },
    { "virt", "tpm-crb-device", 0x0b000000 },
};

static const Machine *machine;
static char *program;

static const uint8_t startup[] = { 0x80, 1, 0, 0, 0, 12, 0, 0, 1, 0x44, 0, 0 };

/* TPM_RC_SUCCESS */
static const uint8_t success[] = { 0x80, 1, 0, 0, 0, 10, 0, 0, 0, 0 };

static ObClient *qemu_start(const ObSwtpm *tpm, const char *incoming)
{
    g_autofree char *arguments = g_strdup_printf(
        "-machine %s -m 16 -nodefaults -plugin file=%s -chardev socket,id=c,path=%s "
        "-tpmdev emulator,id=t,chardev=c -device %s,tpmdev=t %s",
        machine->name, g_getenv("OUTBOARD_BRIDGE"), ob_swtpm_path(tpm), machine->device, incoming);
    ObStart start = { .program = program, .arguments = arguments, .accelerator = "tcg" };
    HW_ERROR(error, 4096);
    ObClient *c = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

static ObSwtpm *tpm_start(void)
{
    HW_ERROR(error, 1000);
    ObSwtpm *tpm = ob_swtpm_start(&error);

    g_assert_cmpstr(error.text, ==, "");
    return tpm;
}

/* Returns the processor time that a process has used, in ticks. */
static unsigned long ticks_of(GPid pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/stat", pid);
    g_autofree char *text = NULL;
    unsigned long user = 0;
    unsigned long system = 0;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_cmpint(sscanf(strrchr(text, ')'),
                           ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu "
                           "%lu",
                           &user, &system),
                    ==, 2);
    return user + system;
}

/* Waits until the process has been idle for a while: then it waits for the TPM. */
static void await_idle(GPid pid)
{
    unsigned long ticks = ticks_of(pid);

    for (unsigned same = 0; same < 15; g_usleep(10000)) {
        unsigned long now = ticks_of(pid);

        same = now == ticks ? same + 1 : 0;
        ticks = now;
    }
}

/* Starts a command, which runs as long as the TPM is stopped. */
static void begin_command(const ObCrb *crb, const ObSwtpm *tpm)
{
    g_assert_cmpint(crb_request_locality(crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_command_ready(crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_write_command(crb, startup, sizeof(startup)), ==, OB_CRB_OK);
    kill(ob_swtpm_pid(tpm), SIGSTOP);
    crb_start(crb);
    g_assert_true(crb_is_running(crb));
}

/* The TPM is stopped until QEMU waits for the TPM and nothing else. */
typedef struct Standstill {
    GPid qemu;
    GPid tpm;
    const char *file; /* exists as soon as QEMU has begun; NULL: none */
} Standstill;

static gpointer continue_when_idle(gpointer data)
{
    const Standstill *at = data;

    while (at->file && !g_file_test(at->file, G_FILE_TEST_EXISTS)) {
        g_usleep(1000);
    }
    await_idle(at->qemu);
    kill(at->tpm, SIGCONT);
    return NULL;
}

/*
 * Uses a thread, since QEMU may answer only afterwards.  QEMU sends its answer in a later round
 * of its main loop than it begins the migration, and the device's wait blocks the main loop.
 */
static GThread *end_standstill(Standstill *at, ObClient *c, const ObSwtpm *tpm, const char *file)
{
    *at = (Standstill) { ob_client_pid(c), ob_swtpm_pid(tpm), file };
    return g_thread_new("continue", continue_when_idle, at);
}

static void save(const char *file)
{
    g_autofree char *uri = g_strdup_printf("exec:cat > %s", file);
    ObSwtpm *tpm = tpm_start();
    ObClient *c = qemu_start(tpm, "");
    ObCrb crb = { c, machine->base, 10000 };
    Standstill standstill;
    GThread *thread;

    begin_command(&crb, tpm);
    thread = end_standstill(&standstill, c, tpm, file);
    json_decref(ob_client_qmp(c, "migrate", json_pack("{s:s}", "uri", uri), NULL));
    g_thread_join(thread);
    ob_migration_complete(c);
    ob_client_quit(c);
    ob_swtpm_free(tpm);
}

static void test_response_is_saved(void)
{
    g_autofree char *directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(directory, "stream", NULL);
    g_autofree char *incoming = g_strdup_printf("-incoming 'exec:cat %s'", file);
    ObSwtpm *tpm = tpm_start();
    uint8_t response[sizeof(success)];
    size_t size;
    ObClient *c;
    ObCrb crb;

    save(file);
    c = qemu_start(tpm, incoming);
    ob_migration_complete(c);
    crb = (ObCrb) { c, machine->base, 10000 };
    g_assert_false(crb_is_running(&crb));
    g_assert_cmpint(crb_read_response(&crb, response, sizeof(response), &size), ==, OB_CRB_OK);
    g_assert_cmpmem(response, size, success, sizeof(success));
    ob_client_quit(c);
    ob_swtpm_free(tpm);
    g_unlink(file);
    g_rmdir(directory);
}

/* The CRB has its reset state, and the TPM takes commands after a new Startup. */
static void test_reset(void)
{
    ObSwtpm *tpm = tpm_start();
    ObClient *c = qemu_start(tpm, "");
    ObCrb crb = { c, machine->base, 10000 };
    uint8_t response[sizeof(success)];
    Standstill standstill;
    GThread *thread;
    size_t size;

    begin_command(&crb, tpm);
    thread = end_standstill(&standstill, c, tpm, NULL);
    ob_client_reset(c);
    g_thread_join(thread);
    g_assert_false(crb_is_running(&crb));
    g_assert_cmphex(ob_client_readl(c, machine->base + CRB_LOC_STS), ==, 0);
    g_assert_cmpint(crb_request_locality(&crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_command_ready(&crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_transfer(&crb, startup, sizeof(startup), response, sizeof(response), &size),
                    ==, OB_CRB_OK);
    g_assert_cmpmem(response, size, success, sizeof(success));
    ob_client_quit(c);
    ob_swtpm_free(tpm);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    program = qemu_release_program(qemu_release_named(g_getenv("OB_QEMU_RELEASE")),
                                   g_getenv("OB_ARCHITECTURE"));
    if (!g_file_test(program, G_FILE_TEST_IS_EXECUTABLE)) {
        g_print("1..0 # SKIP " QEMU_RELEASE_MISSING "\n", program);
        return 0;
    }
    machine = &machines[g_str_has_suffix(program, "aarch64")];
    g_test_add_func("/bridge-in-flight/response-is-saved-by-a-machine-that-never-ran",
                    test_response_is_saved);
    g_test_add_func("/bridge-in-flight/reset-ends-it", test_reset);
    return g_test_run();
}
