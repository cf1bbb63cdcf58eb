/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of the TCTI module on stderr: about its options, and about a host with a TPM that fails. */
#include <dlfcn.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <tss2/tss2_tcti.h>
#include <unistd.h>

#include "devices/tpm-crb-regs.h"
#include "hw-api/device/tpm2.h"
#include "qtest/client/drivers/tpm-command.h"
#include "qtest/client/process/unix-socket.h"
#include "qtest/tests/client/recorded-host.h"

/* --------------------------------------------------------------------------- words */

static int real_stderr, words_file;

static void words_begin(void)
{
    real_stderr = dup(STDERR_FILENO);
    words_file = memfd_create("words", MFD_CLOEXEC);
    dup2(words_file, STDERR_FILENO);
}

/* The caller frees the text. */
static char *words_end(void)
{
    char *words = g_malloc0(8192);

    dup2(real_stderr, STDERR_FILENO);
    g_assert_cmpint(pread(words_file, words, 8191, 0), >=, 0);
    close(words_file);
    close(real_stderr);
    return words;
}

static TSS2_TCTI_CONTEXT *context;

/* Opens the module with these options. */
static TSS2_RC module_init(const char *options)
{
    TSS2_TCTI_INFO_FUNC info;
    void *module = dlopen(g_getenv("OB_TCTI"), RTLD_NOW | RTLD_LOCAL);
    size_t size;

    g_assert_nonnull(module);
    *(void **)&info = dlsym(module, TSS2_TCTI_INFO_SYMBOL);
    g_assert_cmphex(info()->init(NULL, &size, NULL), ==, TSS2_RC_SUCCESS);
    context = g_malloc0(size);
    return info()->init(context, &size, options);
}

/* ------------------------------------------------------------------------- options */

#define HELP                                                                                 \
    ", expected qtest=SOCKET: a host that runs with -qtest unix:SOCKET,server=on,wait=off; " \
    "in-process[,state=FILE][,set=FILE]: a TPM in this process; "                            \
    "both: startup=on|off (default on: start the TPM unless it is started)\n"
#define UNKNOWN(option) "tcti-outboard: unknown option '" option "'" HELP
#define NO_HOST(option) "tcti-outboard: '" option "' does not name one host" HELP

typedef struct Options {
    const char *options;
    const char *words;
    TSS2_RC rc;
} Options;

static const Options options[] = {
    { NULL, NO_HOST(""), TSS2_TCTI_RC_BAD_VALUE },
    { "", NO_HOST(""), TSS2_TCTI_RC_BAD_VALUE },
    { "startup=on", NO_HOST("startup=on"), TSS2_TCTI_RC_BAD_VALUE },
    { "startup=off,set=x,state=y", NO_HOST("startup=off,set=x,state=y"), TSS2_TCTI_RC_BAD_VALUE },
    { "in-process,qtest=/x", NO_HOST("in-process,qtest=/x"), TSS2_TCTI_RC_BAD_VALUE },
    { "in-process,", UNKNOWN(""), TSS2_TCTI_RC_BAD_VALUE },
    { "in-process,state=", UNKNOWN("state="), TSS2_TCTI_RC_BAD_VALUE },
    { "in-process,set", UNKNOWN("set"), TSS2_TCTI_RC_BAD_VALUE },
    { "in-process=on", UNKNOWN("in-process=on"), TSS2_TCTI_RC_BAD_VALUE },
    { "qtest", UNKNOWN("qtest"), TSS2_TCTI_RC_BAD_VALUE },
    { "startup", UNKNOWN("startup"), TSS2_TCTI_RC_BAD_VALUE },
    { "startup=maybe", UNKNOWN("startup=maybe"), TSS2_TCTI_RC_BAD_VALUE },
    { "qtest=/nonexistent/x",
      "tcti-outboard: /nonexistent/x: can't connect to the qtest socket: No such file or "
      "directory\n",
      TSS2_TCTI_RC_NO_CONNECTION },
    { "in-process,state=/nonexistent/x",
      "tcti-outboard: tpm0: state: cannot make: '/nonexistent/x': No such file or directory\n",
      TSS2_TCTI_RC_IO_ERROR },
    { "in-process,set=/nonexistent/x",
      "tcti-outboard: /nonexistent/x: can't be opened: No such file or directory\n",
      TSS2_TCTI_RC_IO_ERROR },
};

static void test_options(gconstpointer data)
{
    const Options *row = data;
    g_autofree char *words = NULL;
    TSS2_RC rc;

    words_begin();
    rc = module_init(row->options);
    words = words_end();
    g_assert_cmpstr(words, ==, row->words);
    g_assert_cmphex(rc, ==, row->rc);
    g_free(context);
}

/* ---------------------------------------------------------------------------- host */

/* The TPM's answers to TPM2_Startup and to other commands. */
typedef struct Tpm {
    uint32_t startup_code;
    uint32_t size; /* in the header of other answers */
    uint32_t status;
    uint32_t command_max;
    bool ends;     /* hangs up instead of an answer */
    uint32_t busy; /* so often the other command is still running */
    bool moves;    /* its socket has gone before the other command */
    enum { AWAIT, CANCEL, FINALIZE } while_busy;
} Tpm;

typedef struct Row {
    const char *path;
    Tpm tpm;
    TSS2_RC init, transmit, receive;
    const char *words; /* HOST is the socket */
} Row;

#define IO        TSS2_TCTI_RC_IO_ERROR
#define MALFORMED TSS2_TCTI_RC_MALFORMED_RESPONSE
#define OK        TSS2_RC_SUCCESS

/* clang-format off */
static const Row rows[] = {
    { "works", { 0, 10, 0, 100, false }, OK, OK, OK, "" },
    { "is-busy", { 0, 10, 0, 100, false, 2 }, OK, OK, OK, "" },
    { "has-gone", { 0, 10, 0, 100, false, .moves = true }, OK, TSS2_TCTI_RC_NO_CONNECTION, OK,
      "tcti-outboard: HOST: can't connect to the qtest socket: No such file or directory\n" },
    { "is-cancelled", { 0, 10, 0, 100, false, 2, .while_busy = CANCEL }, OK, OK, OK, "" },
    { "is-left-at-work", { 0, 10, 0, 100, false, 2, .while_busy = FINALIZE }, OK, OK, OK, "" },
    { "was-started", { TPM_RC_INITIALIZE, 10, 0, 100, false }, OK, OK, OK, "" },
    { "does-not-start", { TPM_RC_FAILURE, 10, 0, 100, false }, IO, OK, OK,
      "tcti-outboard: TPM2_Startup answers 0x101, expected 0x0\n" },
    { "answers-less-than-a-header", { 0, 9, 0, 100, false }, OK, OK, MALFORMED,
      "tcti-outboard: the response's size field is wrong\n" },
    { "answers-more-than-the-buffer", { 0, 101, 0, 100, false }, OK, OK, MALFORMED,
      "tcti-outboard: the response's size field is wrong\n" },
    { "takes-no-command", { 0, 10, 0, 11, false }, TSS2_TCTI_RC_BAD_VALUE, OK, OK,
      "tcti-outboard: the command is larger than the buffer\n" },
    { "fails", { 0, 10, CTRL_STS_FATAL, 100, false }, OK, IO, OK,
      "tcti-outboard: tpmSts is set: the TPM failed\n" },
    { "hangs-up", { 0, 10, 0, 100, true }, OK, OK, IO,
      "tcti-outboard: HOST closed the connection when asked: readl 0xfed4004c: it was not started by "
      "this client\nlast accesses, the newest last:\n" },
};
/* clang-format on */

typedef struct Host {
    RecordedHost *bytes;
    const Tpm *tpm;
    int listener;
    char *path;
    bool ends; /* before the next answer */
    uint32_t busy;
    uint32_t clears, cancels, releases; /* TPM2_Startup with CLEAR, cancels, locality given back */
} Host;

static void crb_put(RecordedHost *bytes, uint64_t offset, uint64_t value)
{
    recorded_put(bytes, HW_SPACE_MEMORY, CRB_PC_ADDRESS + offset, value, 4);
}

/* The answer to the command in the buffer. */
static void command_answer(Host *host)
{
    uint64_t buffer = CRB_PC_ADDRESS + CRB_BUFFER;
    uint64_t code = recorded_get(host->bytes, HW_SPACE_MEMORY, buffer + HW_TPM2_CODE + 2, 2);
    bool is_startup = GUINT16_FROM_BE((uint16_t)code) == TPM_CC_STARTUP;
    uint8_t header[HW_TPM2_HEADER_SIZE];

    hw_tpm2_header(header, TPM_ST_NO_SESSIONS, is_startup ? sizeof(header) : host->tpm->size,
                   is_startup ? host->tpm->startup_code : 0);
    host->clears += is_startup && recorded_get(host->bytes, HW_SPACE_MEMORY,
                                               buffer + HW_TPM2_HEADER_SIZE, 2) == 0;
    recorded_put_bytes(host->bytes, buffer, header, sizeof(header));
    if (!is_startup) {
        host->ends = host->tpm->ends;
        host->busy = host->tpm->busy;
    }
}

static void stored(Host *host, uint64_t address, uint64_t value)
{
    bool is_going = value & CTRL_REQ_GO_IDLE;

    recorded_put(host->bytes, HW_SPACE_MEMORY, address, value, 4);
    switch (address - CRB_PC_ADDRESS) {
    case CRB_LOC_CTRL:
        crb_put(host->bytes, CRB_LOC_STS, value & LOC_CTRL_REQUEST);
        host->releases += value == LOC_CTRL_RELINQUISH;
        break;
    case CRB_CTRL_CANCEL:
        host->cancels += value == CTRL_CANCEL_CANCEL;
        break;
    case CRB_CTRL_REQ:
        /* The TPM fails once it has started. */
        crb_put(host->bytes, CRB_CTRL_STS, is_going ? CTRL_STS_IDLE | host->tpm->status : 0);
        break;
    case CRB_CTRL_START:
        command_answer(host);
        break;
    default:
        break;
    }
}

/* Answers one line of the qtest protocol.  The caller frees the answer. */
static char *line_answer(Host *host, const char *line)
{
    uint64_t address, value;
    int data = 0;

    if (sscanf(line, "readl 0x%" SCNx64, &address) == 1) {
        if (address == CRB_PC_ADDRESS + CRB_CTRL_START && (host->busy == 0 || host->busy-- == 0)) {
            crb_put(host->bytes, CRB_CTRL_START, 0);
        }
        return g_strdup_printf("OK 0x%016" PRIx64 "\n",
                               recorded_get(host->bytes, HW_SPACE_MEMORY, address, 4));
    }
    if (sscanf(line, "writel 0x%" SCNx64 " 0x%" SCNx64, &address, &value) == 2) {
        stored(host, address, value);
    } else if (sscanf(line, "read 0x%" SCNx64 " 0x%" SCNx64, &address, &value) == 2) {
        GString *text = g_string_new("OK 0x");

        for (uint64_t i = 0; i < value; i++) {
            g_string_append_printf(text, "%02x",
                                   (unsigned)recorded_get(host->bytes, HW_SPACE_MEMORY, address + i,
                                                          1));
        }
        return g_string_free(g_string_append_c(text, '\n'), FALSE);
    } else if (sscanf(line, "write 0x%" SCNx64 " 0x%" SCNx64 " 0x%n", &address, &value, &data) ==
               2) {
        for (uint64_t i = 0; i < value; i++, data += 2) {
            recorded_put(host->bytes, HW_SPACE_MEMORY, address + i,
                         (uint64_t)(g_ascii_xdigit_value(line[data]) << 4 |
                                    g_ascii_xdigit_value(line[data + 1])),
                         1);
        }
    }
    return g_strdup("OK\n");
}

/* Serves one connection after the other, until the listener is shut down. */
static void *host_serve(void *opaque)
{
    Host *host = opaque;
    int fd;

    while ((fd = accept(host->listener, NULL, NULL)) >= 0) {
        FILE *lines = fdopen(fd, "r");
        char line[1024];

        while (fgets(line, sizeof(line), lines)) {
            g_autofree char *answer = line_answer(host, line);

            if (host->ends && g_str_has_prefix(line, "readl")) {
                break;
            }
            send(fd, answer, strlen(answer), MSG_NOSIGNAL);
        }
        fclose(lines);
    }
    return NULL;
}

static TSS2_RC transmit(void)
{
    TpmCommand command = tpm_get_random(16);

    return Tss2_Tcti_Transmit(context, command.size, command.bytes);
}

static TSS2_RC receive(int32_t timeout)
{
    uint8_t response[64];
    size_t size = sizeof(response);

    return Tss2_Tcti_Receive(context, &size, response, timeout);
}

/* The second cancel comes too late: the response is here, and too large for the caller. */
static void cancel(void)
{
    uint8_t response[9];
    size_t size = sizeof(response);

    g_assert_cmphex(Tss2_Tcti_Cancel(context), ==, OK);
    g_assert_cmphex(Tss2_Tcti_Receive(context, &size, response, TSS2_TCTI_TIMEOUT_BLOCK), ==,
                    TSS2_TCTI_RC_INSUFFICIENT_BUFFER);
    g_assert_cmphex(Tss2_Tcti_Cancel(context), ==, OK);
}

/* A step behind one that failed is not taken. */
static void steps_take(const Row *row, const char *configuration)
{
    g_assert_cmphex(module_init(configuration), ==, row->init);
    if (row->tpm.moves) {
        g_unlink(strchr(configuration, '/'));
    }
    if (row->init == OK) {
        g_assert_cmphex(transmit(), ==, row->transmit);
        if (row->transmit == OK && row->tpm.while_busy != FINALIZE) {
            if (row->tpm.busy) {
                g_assert_cmphex(receive(0), ==, TSS2_TCTI_RC_TRY_AGAIN);
            }
            if (row->tpm.while_busy == CANCEL) {
                cancel();
            }
            g_assert_cmphex(receive(TSS2_TCTI_TIMEOUT_BLOCK), ==, row->receive);
        }
        Tss2_Tcti_Finalize(context);
    }
    g_free(context);
}

static void test_row(gconstpointer data)
{
    const Row *row = data;
    g_autofree char *directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    Host host = { .tpm = &row->tpm, .path = g_build_filename(directory, "qtest", NULL) };
    g_autofree char *configuration = g_strconcat("qtest=", host.path, NULL);
    g_autofree char *words = NULL;
    GString *told;
    GThread *thread;

    host.bytes = recorded_host_new();
    host.listener = ob_unix_listen(host.path);
    crb_put(host.bytes, CRB_CMD_SIZE, row->tpm.command_max);
    crb_put(host.bytes, CRB_RSP_SIZE, 100);
    thread = g_thread_new("host", host_serve, &host);
    words_begin();
    steps_take(row, configuration);
    words = words_end();
    shutdown(host.listener, SHUT_RDWR);
    g_thread_join(thread);
    close(host.listener);
    g_assert_cmpuint(host.clears, ==, row->tpm.command_max < 12 ? 0 : 1);
    g_assert_cmpuint(host.cancels, ==, row->tpm.while_busy == AWAIT ? 0 : 1);
    if (row->init == OK && row->transmit == OK && row->receive == OK) {
        g_assert_cmpuint(host.releases, ==, 2); /* after both commands */
    }
    told = g_string_new(words);
    g_string_replace(told, host.path, "HOST", 0);
    if (!row->tpm.ends) {
        g_assert_cmpstr(told->str, ==, row->words);
    } else if (!g_str_has_prefix(told->str, row->words)) { /* the accesses follow */
        g_assert_cmpstr(told->str, ==, row->words);
    }
    g_string_free(told, TRUE);
    recorded_host_free(host.bytes);
    g_unlink(host.path);
    g_rmdir(directory);
    g_free(host.path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
        g_autofree char *path = g_strdup_printf("/tcti-words/options/%zu", i);

        g_test_add_data_func(path, &options[i], test_options);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/tcti-words/tpm-that/", rows[i].path, NULL);

        g_test_add_data_func(path, &rows[i], test_row);
    }
    return g_test_run();
}
