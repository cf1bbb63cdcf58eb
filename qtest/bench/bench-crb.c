/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measures the CRB in process: the time of a register access, and the time of a GetRandom.  In
 * turns, the same command is sent directly to the TPM, for comparison.
 *
 *   bench-crb SET [SWTPM]     text;  --json before the arguments: JSON
 */
#include <glib.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libtpms/tpm_error.h>
#include <libtpms/tpm_library.h>

#include "devices/tpm-crb-regs.h"
#include "qtest/bench/figures.h"
#include "qtest/client/process/process.h"
#include "qtest/client/process/scratch.h"
#include "qtest/client/process/unix-socket.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host.h"

enum { ROUNDS = 31 };

static const uint8_t startup[] = { 0x80, 1, 0, 0, 0, 12, 0, 0, 1, 0x44, 0, 0 };
static const uint8_t get_random[] = { 0x80, 1, 0, 0, 0, 12, 0, 0, 1, 0x7b, 0, 32 };

/* Nanoseconds per call, over `count` calls. */
static double timed(void (*call)(void *opaque), void *opaque, guint count)
{
    gint64 begin = g_get_monotonic_time();

    for (guint i = 0; i < count; i++) {
        call(opaque);
    }
    return 1000.0 * (g_get_monotonic_time() - begin) / count;
}

/* ------------------------------------------------------------------ the host */

static ObHost *host_new(const char *set, const char *type, const char *key, const char *value)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "pc" };
    const HwTpmOption option = { key, value };
    const ObOption device = { "tpmdev", "tpm0" };
    HW_ERROR(error, 256);
    ObHost *host = ob_host_new(&config, &error);

    if (!host || !ob_host_load_plugins(host, set, &error) ||
        !hw_tpm_add(ob_host_tpms(host), type, "tpm0", &option, key != NULL, &error) ||
        !ob_host_add_device(host, "tpm-crb", &device, 1, &error)) {
        g_error("%s", error.text);
    }
    return host;
}

static void access_register(void *opaque)
{
    ob_host_load(opaque, HW_SPACE_MEMORY, CRB_PC_ADDRESS + CRB_CTRL_START, 4);
}

static void command(ObHost *host, const uint8_t *bytes, gsize size)
{
    uint8_t response[64];

    ob_host_write(host, CRB_PC_ADDRESS + CRB_BUFFER, bytes, size);
    ob_host_store(host, HW_SPACE_MEMORY, CRB_PC_ADDRESS + CRB_CTRL_START, 1, 4);
    while (ob_host_load(host, HW_SPACE_MEMORY, CRB_PC_ADDRESS + CRB_CTRL_START, 4)) {
        ob_host_poll(host);
    }
    ob_host_read(host, CRB_PC_ADDRESS + CRB_BUFFER, response, 44);
    g_assert_cmpuint(response[9], ==, 0);
}

static void random_through_crb(void *opaque)
{
    command(opaque, get_random, sizeof(get_random));
}

static void begin(ObHost *host)
{
    ob_host_store(host, HW_SPACE_MEMORY, CRB_PC_ADDRESS + CRB_LOC_CTRL, LOC_CTRL_REQUEST, 4);
    ob_host_store(host, HW_SPACE_MEMORY, CRB_PC_ADDRESS + CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY, 4);
    command(host, startup, sizeof(startup));
}

static void pair(const char *name, double target, guint count, ObHost *host,
                 void (*direct)(void *opaque), void *opaque)
{
    double crb[ROUNDS], ratio[ROUNDS], value;

    for (guint i = 0; i < ROUNDS; i++) {
        crb[i] = timed(random_through_crb, host, count);
        ratio[i] = crb[i] / timed(direct, opaque, count);
    }
    value = median(crb, ROUNDS);
    figures_add(name, "ns", value, value / median(ratio, ROUNDS), target, false);
}

/* ------------------------------------------------------------------- libtpms */

static void random_direct(void *opaque)
{
    static unsigned char *response;
    static uint32_t size, capacity;

    (void)opaque;
    g_assert_cmpuint(TPMLIB_Process(&response, &size, &capacity, (unsigned char *)get_random,
                                    sizeof(get_random)),
                     ==, TPM_SUCCESS);
}

static void bench_libtpms(const char *set)
{
    ObHost *host = host_new(set, "libtpms", NULL, NULL);
    double access[ROUNDS];

    begin(host);
    for (guint i = 0; i < ROUNDS; i++) {
        access[i] = timed(access_register, host, 1000000);
    }
    figures_add("register access, in process", "ns", median(access, ROUNDS), 0, 15, false);
    pair("GetRandom through the CRB, libtpms", 1.2, 5000, host, random_direct, NULL);
    ob_host_free(host);
}

/* -------------------------------------------------------------- libtpms' start */

/* libtpms keeps tables of its first start, so each start has a process of its own. */
static double in_child_ms(void (*start)(void))
{
    double taken = 0;
    int ends[2];
    pid_t pid;

    g_assert_cmpint(pipe(ends), ==, 0);
    pid = fork();
    if (pid == 0) {
        gint64 begin = g_get_monotonic_time();

        start();
        taken = 1e3 * seconds_since(begin);
        _exit(write(ends[1], &taken, sizeof(taken)) != sizeof(taken));
    }
    close(ends[1]);
    g_assert_cmpint(read(ends[0], &taken, sizeof(taken)), ==, sizeof(taken));
    close(ends[0]);
    waitpid(pid, NULL, 0);
    return taken;
}

static void log_nothing(void *opaque, uint32_t level, const char *text)
{
    (void)opaque;
    (void)level;
    (void)text;
}

static void start_ours(void)
{
    HwExecutor *executor = hw_executor_new(NULL, NULL);
    HW_ERROR(error, 256);

    if (!hw_tpm_add(hw_tpm_new(executor, log_nothing, NULL), "libtpms", "tpm0", NULL, 0, &error)) {
        g_error("%s", error.text);
    }
}

static TPM_RESULT no_state(unsigned char **data, uint32_t *length, uint32_t number,
                           const char *name)
{
    (void)data;
    (void)length;
    (void)number;
    (void)name;
    return TPM_RETRY;
}

static TPM_RESULT state_stored(const unsigned char *data, uint32_t length, uint32_t number,
                               const char *name)
{
    (void)data;
    (void)length;
    (void)number;
    (void)name;
    return TPM_SUCCESS;
}

static TPM_RESULT storage_ready(void)
{
    return TPM_SUCCESS;
}

static void start_direct(void)
{
    struct libtpms_callbacks callbacks = {
        .sizeOfStruct = sizeof(callbacks),
        .tpm_nvram_init = storage_ready,
        .tpm_nvram_loaddata = no_state,
        .tpm_nvram_storedata = state_stored,
    };

    TPMLIB_SetDebugLevel(0);
    g_assert_cmpuint(TPMLIB_ChooseTPMVersion(TPMLIB_TPM_VERSION_2), ==, TPM_SUCCESS);
    g_assert_cmpuint(TPMLIB_RegisterCallbacks(&callbacks), ==, TPM_SUCCESS);
    g_assert_cmpuint(TPMLIB_MainInit(), ==, TPM_SUCCESS);
}

static void bench_start(void)
{
    double ours[ROUNDS], ratio[ROUNDS], value;

    for (guint i = 0; i < ROUNDS; i++) {
        ours[i] = in_child_ms(start_ours);
        ratio[i] = ours[i] / in_child_ms(start_direct);
    }
    value = median(ours, ROUNDS);
    figures_add("start of a TPM, libtpms", "ms", value, value / median(ratio, ROUNDS), 1.2, false);
}

/* --------------------------------------------------------------------- swtpm */

typedef struct Swtpm {
    ObScratch *directory;
    ObProcess *process;
    char *path; /* its socket */
} Swtpm;

/* The socket listens before the child starts, so nothing has to wait for it.  `channel`: "ctrl", or
 * "server" for commands alone, since a swtpm has one or the other. */
static Swtpm swtpm_start(const char *program, const char *channel)
{
    Swtpm s = { .directory = ob_scratch_new() };
    g_autofree char *command = NULL;
    int listener;

    s.path = g_build_filename(ob_scratch_path(s.directory), "socket", NULL);
    listener = ob_unix_listen(s.path);
    command = g_strdup_printf("exec %s socket --tpm2 --tpmstate dir=%s --flags not-need-init "
                              "--%s type=unixio,fd=%d",
                              program, ob_scratch_path(s.directory), channel, listener);
    ob_unix_inherit(listener);
    s.process = ob_process_start(command);
    g_assert_nonnull(s.process);
    close(listener);
    return s;
}

static void swtpm_stop(Swtpm *s)
{
    ob_process_free(s->process);
    ob_scratch_free(s->directory);
    g_free(s->path);
}

static void exchange(int fd, const uint8_t *bytes, gsize size)
{
    uint8_t response[64];

    g_assert_cmpint(write(fd, bytes, size), ==, (gssize)size);
    g_assert_cmpint(read(fd, response, sizeof(response)), >=, 10);
}

static void random_over_socket(void *opaque)
{
    exchange(*(int *)opaque, get_random, sizeof(get_random));
}

static void bench_swtpm(const char *set, const char *program)
{
    Swtpm behind = swtpm_start(program, "ctrl"), beside = swtpm_start(program, "server");
    ObHost *host = host_new(set, "emulator", "path", behind.path);
    int fd = ob_unix_connect(beside.path, 0);

    begin(host);
    exchange(fd, startup, sizeof(startup));
    pair("GetRandom through the CRB, swtpm", 1.1, 200, host, random_over_socket, &fd);
    close(fd);
    ob_host_free(host);
    swtpm_stop(&behind);
    swtpm_stop(&beside);
}

int main(int argc, char **argv)
{
    gboolean json = argc > 1 && strcmp(argv[1], "--json") == 0;
    cpu_set_t first;

    argv += json ? 2 : 1;
    if (!argv[0]) {
        fprintf(stderr, "usage: bench-crb [--json] SET [SWTPM]\n");
        return 1;
    }
    CPU_ZERO(&first);
    CPU_SET(0, &first);
    sched_setaffinity(0, sizeof(first), &first);
    bench_start();
    bench_libtpms(argv[0]);
    if (argv[1]) {
        bench_swtpm(argv[0], argv[1]);
    }
    figures_print(json);
    return 0;
}
