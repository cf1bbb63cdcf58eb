/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/tcti/host.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/load/default-plugin.h"
#include "hw-api/host/tpm/state/file.h"
#include "qtest/client/client-internal.h"
#include "qtest/client/drivers/tpm-command.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host.h"
#include "qtest/text/show.h"

#define TURN_MS  60000 /* limit for another process that has the state file */
#define PAUSE_US 5000

const char tcti_host_help[] =
    "qtest=SOCKET: a host that runs with -qtest unix:SOCKET,server=on,wait=off; "
    "in-process[,state=FILE][,set=FILE]: a TPM in this process; "
    "both: startup=on|off (default on: start the TPM unless it is started)";

typedef struct TctiOptions {
    char *socket;
    char *state;
    char *set;
    bool in_process;
    bool startup;
} TctiOptions;

struct TctiHost {
    TctiHost *next;
    unsigned contexts; /* that have this host */
    TctiOptions options;
    ObHost *host;     /* in process */
    ObClient *client; /* over a socket: only while a command runs */
    ObCrb crb;
    void *user; /* the context whose command runs; NULL: none */
};

/* libtpms has one TPM in a process, so contexts with the same configuration share it.  The lock
 * guards the list and all hosts. */
static TctiHost *hosts;
static GMutex hosts_lock;

void tcti_lock(void)
{
    g_mutex_lock(&hosts_lock);
}

void tcti_unlock(void)
{
    g_mutex_unlock(&hosts_lock);
}

G_GNUC_PRINTF(2, 3)
static TSS2_RC complain(TSS2_RC rc, const char *format, ...)
{
    va_list args;

    fputs("tcti-outboard: ", stderr);
    va_start(args, format);
    ob_text_vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    return rc;
}

TSS2_RC tcti_rc(ObCrbResult result)
{
    switch (result) {
    case OB_CRB_OK:
        return TSS2_RC_SUCCESS;
    case OB_CRB_TIMEOUT:
        return TSS2_TCTI_RC_TRY_AGAIN;
    case OB_CRB_COMMAND_TOO_LARGE:
        return complain(TSS2_TCTI_RC_BAD_VALUE, "%s", ob_crb_result_text(result));
    case OB_CRB_BAD_RESPONSE:
        return complain(TSS2_TCTI_RC_MALFORMED_RESPONSE, "%s", ob_crb_result_text(result));
    case OB_CRB_RESPONSE_TOO_LARGE:
        return TSS2_TCTI_RC_INSUFFICIENT_BUFFER;
    default:
        return complain(TSS2_TCTI_RC_IO_ERROR, "%s", ob_crb_result_text(result));
    }
}

/* ------------------------------------------------------------------ configuration */

static bool option_set(TctiOptions *options, const char *key, const char *value)
{
    char **text = !strcmp(key, "qtest")   ? &options->socket
                  : !strcmp(key, "state") ? &options->state
                  : !strcmp(key, "set")   ? &options->set
                                          : NULL;

    if (text && value && *value) {
        g_free(*text);
        *text = g_strdup(value);
        return true;
    }
    if (!strcmp(key, "in-process") && !value) {
        options->in_process = true;
        return true;
    }
    if (!strcmp(key, "startup") && value && (!strcmp(value, "on") || !strcmp(value, "off"))) {
        options->startup = !strcmp(value, "on");
        return true;
    }
    return false;
}

static TSS2_RC options_parse(TctiOptions *options, const char *configuration)
{
    g_auto(GStrv) words = g_strsplit(configuration ? configuration : "", ",", -1);

    options->startup = true;
    for (char **word = words; *word; word++) {
        g_auto(GStrv) parts = g_strsplit(*word, "=", 2);

        if (!option_set(options, parts[0] ? parts[0] : "", parts[0] ? parts[1] : NULL)) {
            return complain(TSS2_TCTI_RC_BAD_VALUE, "unknown option '%s', expected %s", *word,
                            tcti_host_help);
        }
    }
    if (options->in_process == (options->socket != NULL)) {
        return complain(TSS2_TCTI_RC_BAD_VALUE, "'%s' does not name one host, expected %s",
                        configuration ? configuration : "", tcti_host_help);
    }
    return TSS2_RC_SUCCESS;
}

static void options_clear(TctiOptions *options)
{
    g_free(options->socket);
    g_free(options->state);
    g_free(options->set);
}

static bool options_equal(const TctiOptions *a, const TctiOptions *b)
{
    return !g_strcmp0(a->socket, b->socket) && !g_strcmp0(a->state, b->state) &&
           !g_strcmp0(a->set, b->set) && a->startup == b->startup;
}

/* The plugin that belongs to this module's file; the caller frees the path. */
static char *default_set(void)
{
    Dl_info info;
    const char *file = dladdr(&tcti_host_help, &info) ? info.dli_fname : "";

    return hw_default_plugin(file);
}

/* -------------------------------------------------------------------------- hosts */

static void tcti_log(void *opaque, const char *device, uint32_t level, const char *text)
{
    (void)opaque;
    if (level <= HW_LOG_WARNING) {
        complain(0, "%s%s%s", device ? device : "", device ? ": " : "", text);
    }
}

static void client_failed(ObClient *client, const char *report, void *opaque)
{
    (void)client, (void)opaque;
    complain(0, "%s", report);
}

/* A state file serves one process at a time, and tools may run at once.  The kernel tells that a file
 * was closed before it drops the file's lock, so the turn is tried again and again. */
static bool host_add_tpm(TctiHost *h, HwError *error)
{
    const HwTpmOption state = { "state", h->options.state };
    int64_t end = g_get_monotonic_time() + TURN_MS * INT64_C(1000);

    while (
        !hw_tpm_add(ob_host_tpms(h->host), "libtpms", "tpm0", &state, state.value ? 1 : 0, error)) {
        if (!strstr(error->text, HW_STATE_IN_USE) || g_get_monotonic_time() > end) {
            return false;
        }
        g_usleep(PAUSE_US);
    }
    return true;
}

static bool set_load(TctiHost *h, HwError *error)
{
    char *found = h->options.set ? NULL : default_set();
    const char *set = h->options.set ? h->options.set : found;
    bool good = set ? ob_host_load_plugins(h->host, set, error)
                    : hw_error_set(error, "out of memory");

    free(found);
    return good;
}

static bool host_start(TctiHost *h, HwError *error)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35", .log = tcti_log };
    const ObOption tpmdev = { "tpmdev", "tpm0" };

    h->host = ob_host_new(&config, error);
    if (!h->host || !set_load(h, error) || !host_add_tpm(h, error) ||
        !ob_host_add_device(h->host, "tpm-crb", &tpmdev, 1, error)) {
        return false;
    }
    h->client = ob_client_of_host(h->host);
    ob_client_on_failure(h->client, client_failed, NULL);
    h->crb = crb_at_pc_address(h->client);
    return true;
}

/* ------------------------------------------------------------------------ the TPM */

static TSS2_RC host_execute(const TctiHost *h, const TpmCommand *command, TPM2_RC *code)
{
    uint8_t response[64];
    size_t size = 0;
    ObCrbResult result = crb_request_locality(&h->crb);

    if (result == OB_CRB_OK) {
        result = crb_transfer(&h->crb, command->bytes, command->size, response, sizeof(response),
                              &size);
        crb_go_idle(&h->crb);
        crb_relinquish_locality(&h->crb);
    }
    *code = result == OB_CRB_OK ? tpm_response_code(response, size) : TPM2_RC_FAILURE;
    return tcti_rc(result);
}

/*
 * Starts the TPM as firmware does.  In process each tool starts the TPM again.  It resumes the
 * state that the last tool saved, so PCRs stay, and contexts that tools keep in files stay
 * valid.
 */
static TSS2_RC host_startup(const TctiHost *h)
{
    TpmCommand resume = tpm_startup(TPM2_SU_STATE);
    TpmCommand clear = tpm_startup(TPM2_SU_CLEAR);
    TPM2_RC code = TPM2_RC_FAILURE;
    TSS2_RC rc = TSS2_RC_SUCCESS;

    if (h->options.in_process) {
        rc = host_execute(h, &resume, &code);
    }
    if (rc == TSS2_RC_SUCCESS && code != TPM2_RC_SUCCESS && code != TPM2_RC_INITIALIZE) {
        rc = host_execute(h, &clear, &code);
    }
    if (rc == TSS2_RC_SUCCESS && code != TPM2_RC_SUCCESS && code != TPM2_RC_INITIALIZE) {
        return complain(TSS2_TCTI_RC_IO_ERROR, "TPM2_Startup answers 0x%x, expected 0x0", code);
    }
    return rc;
}

/* ------------------------------------------------------------------- connections */

/* A host serves one connection at a time.  So the module connects for each command: other
 * contexts and other processes come in between. */
static TSS2_RC host_connect(TctiHost *h)
{
    HW_ERROR(error, 4096);

    if (!h->client) {
        h->client = ob_client_connect(h->options.socket, 0, &error);
        if (!h->client) {
            return complain(TSS2_TCTI_RC_NO_CONNECTION, "%s", error.text);
        }
        ob_client_on_failure(h->client, client_failed, NULL);
        h->crb = crb_at_pc_address(h->client);
    }
    return TSS2_RC_SUCCESS;
}

static void host_disconnect(TctiHost *h)
{
    if (!h->host) {
        ob_client_free(h->client);
        h->client = NULL;
    }
}

TSS2_RC tcti_host_begin(TctiHost *h, void *user)
{
    TSS2_RC rc = host_connect(h);

    h->user = rc == TSS2_RC_SUCCESS ? user : NULL;
    return rc;
}

void *tcti_host_user(const TctiHost *h)
{
    return h->user;
}

/* Releases the locality between commands, so that other programs can get it. */
void tcti_host_end(TctiHost *h)
{
    crb_go_idle(&h->crb);
    crb_relinquish_locality(&h->crb);
    host_disconnect(h);
    h->user = NULL;
}

const ObCrb *tcti_host_crb(const TctiHost *h)
{
    return &h->crb;
}

/* -------------------------------------------------------------- opening and closing */

static void host_free(TctiHost *h)
{
    ob_client_free(h->client);
    ob_host_free(h->host);
    options_clear(&h->options);
    g_free(h);
}

/* Takes the options. */
static TSS2_RC host_new(TctiOptions *options, TctiHost **host)
{
    HW_ERROR(error, 4096);
    TctiHost *h = g_new0(TctiHost, 1);
    TSS2_RC rc = TSS2_RC_SUCCESS;

    h->options = *options;
    *options = (TctiOptions) { 0 };
    if (h->options.in_process && !host_start(h, &error)) {
        rc = complain(TSS2_TCTI_RC_IO_ERROR, "%s", error.text);
    } else {
        rc = h->options.in_process ? rc : host_connect(h);
    }
    if (rc == TSS2_RC_SUCCESS && h->options.startup) {
        rc = host_startup(h);
    }
    host_disconnect(h);
    if (rc != TSS2_RC_SUCCESS) {
        host_free(h);
        return rc;
    }
    *host = h;
    return rc;
}

static TctiHost *host_find(const TctiOptions *options)
{
    TctiHost *h = hosts;

    while (h && !options_equal(&h->options, options)) {
        h = h->next;
    }
    return h;
}

TSS2_RC tcti_host_open(const char *configuration, TctiHost **host)
{
    TctiOptions options = { 0 };
    TSS2_RC rc = options_parse(&options, configuration);
    TctiHost *h = rc == TSS2_RC_SUCCESS ? host_find(&options) : NULL;

    if (rc == TSS2_RC_SUCCESS && !h) {
        rc = host_new(&options, &h);
        if (rc == TSS2_RC_SUCCESS) {
            h->next = hosts;
            hosts = h;
        }
    }
    options_clear(&options);
    if (rc == TSS2_RC_SUCCESS) {
        h->contexts++;
        *host = h;
    }
    return rc;
}

void tcti_host_close(TctiHost *h)
{
    TpmCommand shutdown = tpm_shutdown(TPM2_SU_STATE);
    TctiHost **place = &hosts;
    TPM2_RC code;

    if (--h->contexts > 0) {
        return;
    }
    while (*place != h) {
        place = &(*place)->next;
    }
    *place = h->next;
    if (h->host && h->options.startup) {
        host_execute(h, &shutdown, &code);
    }
    host_free(h);
}
