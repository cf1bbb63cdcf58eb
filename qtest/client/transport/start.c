/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a client gets its host: it starts a program as libqtest does, or connects to one. */
#include <errno.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "qtest/client/process/unix-socket.h"
#include "qtest/client/transport/anywhere.h"
#include "qtest/client/transport/socket.h"

#define DEFAULT_TIMEOUT_MS 30000

static ObSocket *socket_new(const char *name, int fd, uint32_t timeout_ms)
{
    ObSocket *s = g_new0(ObSocket, 1);

    ob_wire_init(&s->wire, fd);
    s->name = g_strdup(name);
    s->timeout_ms = timeout_ms ? timeout_ms : DEFAULT_TIMEOUT_MS;
    return s;
}

static ObClient *client_of_socket(ObSocket *s, const ObTransport *transport)
{
    s->client = ob_client_new(transport, s);
    return s->client;
}

ObClient *ob_client_connect(const char *path, uint32_t timeout_ms, HwError *error)
{
    int fd = ob_unix_connect(path, timeout_ms ? timeout_ms : DEFAULT_TIMEOUT_MS);

    if (fd == -1) {
        hw_error_set(error, "%s: can't connect to the qtest socket: %s", path,
                     errno == EAGAIN ? "the host has not accepted in time" : strerror(errno));
        return NULL;
    }
    return client_of_socket(socket_new(path, fd, timeout_ms), &ob_transport_socket);
}

/* The two sockets that the program connects to, and their directory. */
typedef struct Rendezvous {
    char *directory;
    char *paths[2];
    int listeners[2]; /* qtest, QMP */
    char *code;       /* the file of the CPU that halts */
} Rendezvous;

static bool rendezvous_open(Rendezvous *r, HwError *error)
{
    static const char *const names[] = { "qtest.sock", "qtest.qmp" };

    r->listeners[0] = r->listeners[1] = -1;
    r->directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    if (!r->directory) {
        return hw_error_set(error, "can't make a directory in %s", g_get_tmp_dir());
    }
    r->code = g_build_filename(r->directory, "halt", NULL);
    for (int i = 0; i < 2; i++) {
        r->paths[i] = g_build_filename(r->directory, names[i], NULL);
        r->listeners[i] = ob_unix_listen(r->paths[i]);
        if (r->listeners[i] == -1) {
            return hw_error_set(error, "%s: can't listen: %s", r->paths[i], strerror(errno));
        }
    }
    return true;
}

/* Removes sockets and directory, so that nothing remains if the test is killed later. */
static void rendezvous_close(Rendezvous *r)
{
    for (int i = 0; i < 2; i++) {
        if (r->listeners[i] != -1) {
            close(r->listeners[i]);
        }
        if (r->paths[i]) {
            g_unlink(r->paths[i]);
        }
        g_free(r->paths[i]);
    }
    if (r->directory) {
        g_unlink(r->code);
        g_rmdir(r->directory);
    }
    g_free(r->code);
    g_free(r->directory);
}

/* ------------------------------------------------------------- a CPU that halts */

/* A BIOS of 64 KiB begins at its last 16 bytes: cli; hlt; jmp to the hlt. */
#define BIOS_SIZE  65536u
#define BIOS_START (BIOS_SIZE - 16)

static const uint8_t halt_x86[] = { 0xfa, 0xf4, 0xeb, 0xfd };
/* wfi; b to the wfi; little-endian. */
static const uint8_t halt_arm64[] = { 0x7f, 0x20, 0x03, 0xd5, 0xff, 0xff, 0xff, 0x17 };

/* Returns QEMU's argument for the code, in the file `path`; "" if it can't be written. */
static char *halt_argument(const char *program, const char *path)
{
    bool is_arm64 = strstr(program, "aarch64") != NULL;
    g_autofree char *bytes = g_malloc0(BIOS_SIZE);

    memcpy(is_arm64 ? bytes : bytes + BIOS_START, is_arm64 ? halt_arm64 : halt_x86,
           is_arm64 ? sizeof(halt_arm64) : sizeof(halt_x86));
    return g_file_set_contents(path, bytes, BIOS_SIZE, NULL)
               ? g_strdup_printf(" %s %s", is_arm64 ? "-kernel" : "-bios", path)
               : g_strdup("");
}

static ObProcess *program_start(const ObStart *start, const char *program, const Rendezvous *r,
                                HwError *error)
{
    const char *accelerator = start->accelerator ? start->accelerator : "qtest";
    const char *trace = getenv("QTEST_TRACE");
    bool stopped = strcmp(accelerator, "qtest") != 0;
    g_autofree char *wait = !stopped       ? g_strdup("")
                            : start->halts ? halt_argument(program, r->code)
                                           : g_strdup(" -S");
    g_autofree char *command = g_strdup_printf(
        "exec %s %s%s -qtest unix:%s -qtest-log %s -chardev socket,path=%s,id=char0 "
        "-mon chardev=char0,mode=control -display none %s -accel %s%s",
        program, trace ? "-trace " : "", trace ? trace : "", r->paths[0],
        getenv("QTEST_LOG") ? "/dev/fd/2" : "none", r->paths[1],
        start->arguments ? start->arguments : "", accelerator, wait);
    ObProcess *process = ob_process_start(command);

    if (!process) {
        hw_error_set(error, "%s: can't start it: %s", program, strerror(errno));
    }
    return process;
}

/* Returns the program's connection to listener `index`, or -1 and sets `error`. */
static int rendezvous_accept(const Rendezvous *r, int index, ObProcess *process, const char *name,
                             uint32_t timeout_ms, HwError *error)
{
    struct pollfd ready[] = { { .fd = r->listeners[index], .events = POLLIN },
                              { .fd = ob_process_fd(process), .events = POLLIN } };
    g_autofree char *end = NULL;
    int result, fd;

    do {
        result = poll(ready, 2, (int)timeout_ms);
    } while (result == -1 && errno == EINTR);
    if (ready[0].revents) {
        fd = accept4(r->listeners[index], NULL, NULL, SOCK_CLOEXEC);
        if (fd == -1) {
            hw_error_set(error, "%s: can't accept its connection: %s", name, strerror(errno));
        }
        return fd;
    }
    ob_process_wait(process, 0);
    end = ob_process_describe(process);
    hw_error_set(error, "%s has not connected to its %s socket: it %s", name,
                 index ? "QMP" : "qtest", end);
    return -1;
}

/* Greets the host as libqtest does: endianness first, then the QMP greeting. */
static bool host_greet(ObSocket *s, HwError *error)
{
    char *line;
    size_t length;
    ObWireResult result = ob_wire_send(&s->wire, "endianness\n", 11, s->timeout_ms);
    g_autofree char *end = NULL;

    if (result == OB_WIRE_OK) {
        result = ob_wire_line(&s->wire, &line, &length, s->timeout_ms);
    }
    if (result == OB_WIRE_OK) {
        result = ob_qmp_negotiate(&s->qmp, s->timeout_ms);
    }
    if (result == OB_WIRE_OK) {
        return true;
    }
    ob_process_wait(s->process, result == OB_WIRE_TIMEOUT ? 0 : 2000);
    end = ob_process_describe(s->process);
    return hw_error_set(error, "%s has not answered its first requests: it %s", s->name, end);
}

ObSocket *ob_socket_start(const ObStart *start, const char *program, HwError *error)
{
    Rendezvous r = { 0 };
    int fds[2] = { -1, -1 };
    ObProcess *process = NULL;
    bool greeted;
    ObSocket *s;

    if (rendezvous_open(&r, error)) {
        process = program_start(start, program, &r, error);
    }
    for (int i = 0; process && i < 2 && (i == 0 || fds[0] != -1); i++) {
        fds[i] = rendezvous_accept(&r, i, process, program, DEFAULT_TIMEOUT_MS, error);
    }
    if (fds[1] == -1) {
        rendezvous_close(&r);
        if (fds[0] != -1) {
            close(fds[0]);
        }
        ob_process_free(process);
        return NULL;
    }
    /* On a busy computer a start takes longer than any answer. */
    s = socket_new(program, fds[0], DEFAULT_TIMEOUT_MS);
    s->process = process;
    ob_qmp_init(&s->qmp, fds[1]);
    s->has_qmp = true;
    greeted = host_greet(s, error); /* QEMU has read its files by then */
    rendezvous_close(&r);
    if (!greeted) {
        ob_transport_socket.free(s);
        return NULL;
    }
    s->timeout_ms = start->timeout_ms ? start->timeout_ms : DEFAULT_TIMEOUT_MS;
    return s;
}

/* Sets *every, 0 if the machine stays.  Returns false and sets `error` on failure. */
static bool start_migrate_every(const ObStart *start, uint32_t *every, HwError *error)
{
    if (!ob_migrate_every(start->migrate_every, every, error)) {
        return false;
    }
    if (*every && g_strcmp0(start->accelerator ? start->accelerator : "qtest", "qtest") != 0) {
        return hw_error_set(error, "migrate_every: accelerator is %s, expected qtest",
                            start->accelerator);
    }
    return true;
}

ObClient *ob_client_start(const ObStart *start, HwError *error)
{
    const char *program = start->program ? start->program : getenv("QTEST_QEMU_BINARY");
    const ObTransport *transport = &ob_transport_socket;
    uint32_t every = 0;
    ObSocket *s;

    if (!program) {
        hw_error_set(error, "no program to start: QTEST_QEMU_BINARY is not set");
        return NULL;
    }
    if (!start_migrate_every(start, &every, error)) {
        return NULL;
    }
    s = ob_socket_start(start, program, error);
    if (s && every) {
        transport = ob_anywhere_new(s, start, program, every, error);
        if (!transport) {
            ob_transport_socket.free(s);
            return NULL;
        }
    }
    return s ? client_of_socket(s, transport) : NULL;
}
