/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Migration between two of our programs, by each kind of address, with what can go wrong. */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qtest/client/crb.h"
#include "qtest/client/tpm-command.h"
#include "qtest/tests/stream-files.h"

#define DEADLINE_MS 10000
#define BEACON      "-device beacon,addr=0xfed10000 "
#define CTRL        UINT64_C(0xfed10004)
#define COUNT       UINT64_C(0xfed1000c)
#define PLACE       UINT64_C(0x5000)
#define LARGE       (UINT64_C(8) << 20)     /* more than fits in any socket's buffer */

typedef struct Fixture {
    char *directory;
    char *path;                 /* of a socket or file */
    ObClient *source;
    ObClient *target;
} Fixture;

/* ------------------------------------------------------------------- verbs */

static ObClient *program_start(const char *arguments)
{
    const ObStart start = { .program = g_getenv("OB_PROGRAM"), .arguments = arguments };
    char text[1000] = "";
    HwError error = { text, sizeof(text), 0 };
    ObClient *client = ob_client_start(&start, &error);

    if (!client) {
        g_error("%s", text);
    }
    return client;
}

static void set_up(Fixture *f, gconstpointer data)
{
    (void)data;
    f->directory = g_dir_make_tmp("ob-XXXXXX", NULL);
    f->path = g_build_filename(f->directory, "x", NULL);
    f->source = program_start(BEACON);
}

static void client_end(ObClient *client)
{
    if (client) {
        ob_client_quit(client);
    }
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    client_end(f->source);
    client_end(f->target);
    unlink(f->path);
    g_assert_cmpint(rmdir(f->directory), ==, 0);
    g_free(f->path);
    g_free(f->directory);
}

static void target_start(Fixture *f, const char *incoming, const char *more)
{
    g_autofree char *arguments = g_strdup_printf(BEACON "%s -incoming %s", more, incoming);

    f->target = program_start(arguments);
}

static void qmp(ObClient *c, const char *command, json_t *arguments)
{
    json_decref(ob_client_qmp(c, command, arguments, NULL));
}

static void migrate(ObClient *c, const char *uri)
{
    qmp(c, "migrate", json_pack("{s:s}", "uri", uri));
}

static void qmp_refused(ObClient *c, const char *command, json_t *arguments, const char *sentence)
{
    json_t *error = NULL;

    g_assert_null(ob_client_qmp(c, command, arguments, &error));
    g_assert_cmpstr(json_string_value(json_object_get(error, "desc")), ==, sentence);
    json_decref(error);
}

static json_t *migration_query(ObClient *c)
{
    return ob_client_qmp(c, "query-migrate", NULL, NULL);
}

static char *migration_status(ObClient *c)
{
    json_t *info = migration_query(c);
    char *status = g_strdup(json_string_value(json_object_get(info, "status")));

    json_decref(info);
    return status;
}

/* Asks until it is so. */
static void await_status(ObClient *c, const char *expected)
{
    gint64 deadline = g_get_monotonic_time() + DEADLINE_MS * 1000;

    for (;;) {
        g_autofree char *status = migration_status(c);

        if (g_str_equal(status, expected)) {
            return;
        }
        if (g_get_monotonic_time() > deadline || (g_str_equal(status, "failed"))) {
            g_assert_cmpstr(status, ==, expected);
        }
        g_usleep(500);
    }
}

static void runstate_expect(ObClient *c, const char *expected)
{
    json_t *info = ob_client_qmp(c, "query-status", NULL, NULL);

    g_assert_cmpstr(json_string_value(json_object_get(info, "status")), ==, expected);
    json_decref(info);
}

static void reason_expect(ObClient *c, const char *expected)
{
    json_t *info = migration_query(c);

    g_assert_true(g_str_has_prefix(json_string_value(json_object_get(info, "error-desc")),
                                   expected));
    json_decref(info);
}

static void events_on(ObClient *c)
{
    qmp(c, "migrate-set-capabilities",
        json_pack("{s:[{s:s, s:b}]}", "capabilities", "capability", "events", "state", 1));
}

static void event_expect(ObClient *c, const char *status)
{
    json_t *event = ob_client_qmp_event(c, "MIGRATION", DEADLINE_MS);

    g_assert_nonnull(event);
    g_assert_cmpstr(json_string_value(json_object_get(json_object_get(event, "data"), "status")),
                    ==, status);
    json_decref(event);
}

static void event_await(ObClient *c, const char *name)
{
    json_t *event = ob_client_qmp_event(c, name, DEADLINE_MS);

    g_assert_nonnull(event);
    json_decref(event);
}

/* Something in a device and in RAM. */
static void state_make(ObClient *c)
{
    ob_client_writel(c, CTRL, 3);
    ob_client_writel(c, CTRL, 3);
    ob_client_writel(c, PLACE, 0xcafebabe);
}

static void state_expect(ObClient *c)
{
    g_assert_cmphex(ob_client_readl(c, CTRL), ==, 1);
    g_assert_cmphex(ob_client_readl(c, COUNT), ==, 2);
    g_assert_cmphex(ob_client_readl(c, PLACE), ==, 0xcafebabe);
}

static int listener_new(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    g_assert_cmpint(bind(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
    g_assert_cmpint(listen(fd, 1), ==, 0);
    return fd;
}

/* A migration to a peer that takes nothing, which is returned. */
static int migrate_to_nobody(Fixture *f)
{
    g_autofree char *uri = g_strconcat("unix:", f->path, NULL);
    int listener = listener_new(f->path);
    int peer;

    ob_client_memset(f->source, 0x100000, 0x5a, LARGE);
    migrate(f->source, uri);
    peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    close(listener);
    g_assert_cmpint(peer, >=, 0);
    return peer;
}

/* ---------------------------------------------------------------- addresses */

static void test_unix(Fixture *f, gconstpointer data)
{
    g_autofree char *uri = g_strconcat("unix:", f->path, NULL);

    (void)data;
    target_start(f, uri, "");
    runstate_expect(f->target, "inmigrate");
    state_make(f->source);
    events_on(f->source);
    events_on(f->target);
    migrate(f->source, uri);
    event_expect(f->source, "setup");
    event_expect(f->source, "active");
    event_await(f->source, "STOP");
    event_expect(f->source, "completed");
    event_expect(f->target, "active");
    event_expect(f->target, "completed");
    event_await(f->target, "RESUME");
    state_expect(f->target);
    runstate_expect(f->source, "postmigrate");
    runstate_expect(f->target, "running");
    g_assert_false(g_file_test(f->path, G_FILE_TEST_EXISTS));
}

static void test_tcp(Fixture *f, gconstpointer data)
{
    json_t *info;
    g_autofree char *uri = NULL;

    (void)data;
    target_start(f, "tcp:127.0.0.1:0", "");
    info = migration_query(f->target);
    uri = g_strdup_printf("tcp:127.0.0.1:%s", json_string_value(json_object_get(
        json_array_get(json_object_get(info, "socket-address"), 0), "port")));
    json_decref(info);
    state_make(f->source);
    migrate(f->source, uri);
    await_status(f->source, "completed");
    await_status(f->target, "completed");
    state_expect(f->target);
}

static void test_tcp_elsewhere_is_refused(Fixture *f, gconstpointer data)
{
    json_t *error = NULL;

    (void)data;
    g_assert_null(ob_client_qmp(f->source, "migrate",
                                json_pack("{s:s}", "uri", "tcp:192.0.2.1:4444"), &error));
    g_assert_nonnull(strstr(json_string_value(json_object_get(error, "desc")), "192.0.2.1"));
    json_decref(error);
    runstate_expect(f->source, "running");
}

static void test_command(Fixture *f, gconstpointer data)
{
    g_autofree char *out = g_strdup_printf("exec:cat >%s", f->path);
    g_autofree char *in = g_strdup_printf("'exec:cat %s'", f->path);

    (void)data;
    state_make(f->source);
    migrate(f->source, out);
    await_status(f->source, "completed");
    target_start(f, in, "");
    await_status(f->target, "completed");
    state_expect(f->target);
}

static void test_file(Fixture *f, gconstpointer data)
{
    g_autofree char *uri = g_strdup_printf("file:%s,offset=512", f->path);

    (void)data;
    state_make(f->source);
    migrate(f->source, uri);
    await_status(f->source, "completed");
    target_start(f, uri, "");
    await_status(f->target, "completed");
    state_expect(f->target);
}

static void test_descriptor_of_the_command_line(Fixture *f, gconstpointer data)
{
    g_autofree char *uri = g_strdup_printf("file:%s", f->path);
    g_autofree char *incoming = g_strdup_printf("fd:9 9<%s", f->path);

    (void)data;
    state_make(f->source);
    migrate(f->source, uri);
    await_status(f->source, "completed");
    target_start(f, incoming, "");
    await_status(f->target, "completed");
    state_expect(f->target);
}

static void test_later_address(Fixture *f, gconstpointer data)
{
    g_autofree char *uri = g_strconcat("unix:", f->path, NULL);

    (void)data;
    target_start(f, "defer", "");
    qmp(f->target, "migrate-incoming", json_pack("{s:s}", "uri", uri));
    qmp_refused(f->target, "migrate-incoming", json_pack("{s:s}", "uri", uri),
                "The incoming migration has already been started");
    state_make(f->source);
    migrate(f->source, uri);
    await_status(f->target, "completed");
    state_expect(f->target);
}

/* A to B to C: what came goes on. */
static void test_onward(Fixture *f, gconstpointer data)
{
    g_autofree char *uri = g_strconcat("unix:", f->path, NULL);

    (void)data;
    target_start(f, uri, "");
    state_make(f->source);
    migrate(f->source, uri);
    await_status(f->source, "completed");
    await_status(f->target, "completed");
    client_end(f->source);
    f->source = f->target;
    target_start(f, uri, "");
    migrate(f->source, uri);
    await_status(f->source, "completed");
    await_status(f->target, "completed");
    state_expect(f->target);
}

static int qmp_connect(const char *path)
{
    gint64 deadline = g_get_monotonic_time() + DEADLINE_MS * 1000;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    while (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_usleep(500);
    }
    return fd;
}

/* Sends a line, with a descriptor unless that is -1. */
static void line_send(int socket, const char *line, int fd)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = { .header = { CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS } };
    struct iovec bytes = { (void *)line, strlen(line) };
    struct msghdr message = { .msg_iov = &bytes, .msg_iovlen = 1 };

    if (fd >= 0) {
        memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
        message.msg_control = &control;
        message.msg_controllen = sizeof(control);
    }
    g_assert_cmpint(sendmsg(socket, &message, 0), ==, (ssize_t)strlen(line));
}

static void line_await(int socket, const char *expected)
{
    g_autoptr(GString) line = g_string_new(NULL);
    char c = 0;

    while (c != '\n') {
        g_assert_cmpint(read(socket, &c, 1), ==, 1);
        g_string_append_c(line, c);
    }
    if (!strstr(line->str, expected)) {
        g_assert_cmpstr(line->str, ==, expected);
    }
}

static void test_descriptor_by_qmp(Fixture *f, gconstpointer data)
{
    g_autofree char *arguments = g_strdup_printf(BEACON "-qmp unix:%s,server=on,wait=off",
                                                 f->path);
    int socket, pipe_fds[2];
    char magic[4];

    (void)data;
    client_end(f->source);
    f->source = program_start(arguments);
    socket = qmp_connect(f->path);
    g_assert_cmpint(pipe(pipe_fds), ==, 0);
    line_await(socket, "QMP");
    line_send(socket, "{\"execute\": \"qmp_capabilities\"}\n", -1);
    line_await(socket, "return");
    line_send(socket, "{\"execute\": \"getfd\", \"arguments\": {\"fdname\": \"out\"}}\n",
              pipe_fds[1]);
    line_await(socket, "return");
    close(pipe_fds[1]);
    line_send(socket, "{\"execute\": \"migrate\", \"arguments\": {\"uri\": \"fd:out\"}}\n", -1);
    line_await(socket, "return");
    g_assert_cmpint(read(pipe_fds[0], magic, 4), ==, 4);
    g_assert_cmpmem(magic, 4, "QEVM", 4);
    close(pipe_fds[0]);
    close(socket);
}

/* ---------------------------------------------------------------------- TPM */

static void crb_begin(const ObCrb *crb)
{
    TpmCommand startup = tpm_startup(TPM2_SU_CLEAR);
    uint8_t response[CRB_BUFFER_SIZE];
    size_t size;

    g_assert_cmpint(crb_request_locality(crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_command_ready(crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_transfer(crb, startup.bytes, startup.size, response, sizeof(response),
                                 &size), ==, OB_CRB_OK);
}

/* `data`: the device with its options, and at which address it is. */
typedef struct TpmForm {
    const char *device;
    uint64_t base;
} TpmForm;

static void test_command_under_way_is_awaited(Fixture *f, gconstpointer data)
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
    migrate(f->source, uri);
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

static const TpmForm pc_form = {
    "-tpmdev libtpms,id=t -device tpm-crb,tpmdev=t", CRB_PC_ADDRESS
};

/* Its registers are in a ROM device's memory. */
static const TpmForm sysbus_form = {
    "-tpmdev libtpms,id=t -device tpm-crb-device,tpmdev=t,addr=0xfed60000", 0xfed60000
};

/* A stream that QEMU has made, and what a guest reads afterwards. */
typedef struct Stored {
    const char *name;
    const char *machine;
    uint32_t locality_state;
    uint32_t control_status;
    const char *buffer;         /* its first bytes, in hexadecimal */
} Stored;

static const Stored stored[] = {
    { "x86-crb-reset-7.2", "pc-q35-7.2", 0x81, 2, "00000000000000000000" },
    { "x86-crb-locality-cmd-7.2", "pc-q35-7.2", 0x83, 0, "8001000000160000017a" },
    { "x86-crb-locality-cmd-10.0", "pc-q35-10.0", 0x83, 0, "8001000000160000017a" },
    { "x86-crb-startup-rsp-7.2", "pc-q35-7.2", 0x83, 0, "80010000001b00000000" },
    { "x86-crb-idle-relinq-7.2", "pc-q35-7.2", 0x81, 2, "80010000001c00000000" },
};

static void test_stored_stream_loads(Fixture *f, gconstpointer data)
{
    const Stored *stream = data;
    g_autoptr(GByteArray) bytes = stream_load(stream->name);
    g_autofree char *uri = g_strconcat("file:", f->path, NULL);
    g_autofree char *more = g_strdup_printf("-M %s -m 4M -tpmdev libtpms,id=t "
                                            "-device tpm-crb,tpmdev=t", stream->machine);
    g_autoptr(GString) buffer = g_string_new(NULL);

    g_assert_true(g_file_set_contents(f->path, (char *)bytes->data, bytes->len, NULL));
    target_start(f, uri, more);
    await_status(f->target, "completed");
    runstate_expect(f->target, "prelaunch");
    for (unsigned i = 0; i < 10; i++) {
        g_string_append_printf(buffer, "%02x", ob_client_readb(f->target, CRB_PC_ADDRESS +
                                                               CRB_BUFFER + i));
    }
    g_assert_cmpstr(buffer->str, ==, stream->buffer);
    g_assert_cmphex(ob_client_readl(f->target, CRB_PC_ADDRESS + CRB_LOC_STATE), ==,
                    stream->locality_state);
    g_assert_cmphex(ob_client_readl(f->target, CRB_PC_ADDRESS + CRB_CTRL_STS), ==,
                    stream->control_status);
}

/* ----------------------------------------------------------------- runstates */

static void arrives_as(Fixture *f, const char *more, const char *expected)
{
    g_autofree char *uri = g_strconcat("unix:", f->path, NULL);

    target_start(f, uri, more);
    migrate(f->source, uri);
    await_status(f->source, "completed");
    await_status(f->target, "completed");
    runstate_expect(f->target, expected);
}

static void test_running_arrives_paused_under_stopped(Fixture *f, gconstpointer data)
{
    (void)data;
    arrives_as(f, "-S", "paused");
    qmp(f->target, "cont", NULL);
    runstate_expect(f->target, "running");
}

static void test_paused_arrives_paused(Fixture *f, gconstpointer data)
{
    (void)data;
    qmp(f->source, "stop", NULL);
    arrives_as(f, "", "paused");
}

static void test_sender_can_go_on(Fixture *f, gconstpointer data)
{
    (void)data;
    arrives_as(f, "", "running");
    qmp_refused(f->source, "migrate", json_pack("{s:s}", "uri", "exec:true"),
                "Can't migrate the vm that was paused due to previous migration");
    qmp(f->source, "cont", NULL);
    runstate_expect(f->source, "running");
    migrate(f->source, "exec:cat >/dev/null");
    await_status(f->source, "completed");
}

/* ---------------------------------------------------------------------- live */

static void test_writes_meanwhile_arrive(Fixture *f, gconstpointer data)
{
    g_autofree char *uri = g_strconcat("unix:", f->path, NULL);
    g_autofree uint8_t *sent = g_malloc(LARGE);
    g_autofree uint8_t *arrived = g_malloc(LARGE);
    g_autofree char *status = NULL;
    uint32_t seed = 1;

    (void)data;
    target_start(f, uri, "");
    ob_client_memset(f->source, 0x100000, 0x11, LARGE);
    qmp(f->source, "migrate-set-parameters", json_pack("{s:i}", "max-bandwidth", 4 << 20));
    migrate(f->source, uri);
    for (int i = 0; i < 2000; i++) {
        seed = seed * 1103515245 + 12345;
        ob_client_writel(f->source, 0x100000 + (seed >> 4) % (LARGE / 4) * 4, seed);
    }
    status = migration_status(f->source);
    g_assert_cmpstr(status, ==, "active");
    ob_client_memread(f->source, 0x100000, sent, LARGE);
    qmp(f->source, "migrate-set-parameters", json_pack("{s:i}", "max-bandwidth", 0));
    await_status(f->source, "completed");
    await_status(f->target, "completed");
    ob_client_memread(f->target, 0x100000, arrived, LARGE);
    g_assert_true(memcmp(sent, arrived, LARGE) == 0);
}

static void test_peer_that_takes_nothing_holds_up_nobody(Fixture *f, gconstpointer data)
{
    int peer = migrate_to_nobody(f);
    g_autofree char *status = NULL;

    (void)data;
    state_make(f->source);
    state_expect(f->source);
    status = migration_status(f->source);
    g_assert_cmpstr(status, ==, "active");
    runstate_expect(f->source, "running");
    close(peer);
}

static void test_cancelled_goes_on(Fixture *f, gconstpointer data)
{
    int peer;

    (void)data;
    events_on(f->source);
    peer = migrate_to_nobody(f);
    qmp(f->source, "migrate_cancel", NULL);
    event_expect(f->source, "setup");
    event_expect(f->source, "active");
    event_expect(f->source, "cancelling");
    event_expect(f->source, "cancelled");
    runstate_expect(f->source, "running");
    state_make(f->source);
    state_expect(f->source);
    migrate(f->source, "exec:cat >/dev/null");
    await_status(f->source, "completed");
    close(peer);
}

static void test_cancel_without_migration_is_harmless(Fixture *f, gconstpointer data)
{
    g_autofree char *status = NULL;

    (void)data;
    qmp(f->source, "migrate_cancel", NULL);
    status = migration_status(f->source);
    g_assert_cmpstr(status, ==, "none");
}

static void failure_await(ObClient *c)
{
    gint64 deadline = g_get_monotonic_time() + DEADLINE_MS * 1000;
    g_autofree char *status = migration_status(c);

    while (!g_str_equal(status, "failed") && g_get_monotonic_time() < deadline) {
        g_usleep(500);
        g_free(status);
        status = migration_status(c);
    }
    g_assert_cmpstr(status, ==, "failed");
}

static void test_dead_peer_fails_it(Fixture *f, gconstpointer data)
{
    (void)data;
    close(migrate_to_nobody(f));
    failure_await(f->source);
    reason_expect(f->source, "Unable to write to socket: ");
    runstate_expect(f->source, "running");
    state_make(f->source);
    state_expect(f->source);
}

static void test_failing_command_fails_it(Fixture *f, gconstpointer data)
{
    (void)data;
    migrate(f->source, "exec:cat >/dev/null; exit 3");
    failure_await(f->source);
    reason_expect(f->source, "Command ended with status 3");
    event_await(f->source, "STOP");
    event_await(f->source, "RESUME");
    runstate_expect(f->source, "running");
}

static void test_program_ends_meanwhile(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_client_memset(f->source, 0x100000, 0x5a, LARGE);
    migrate(f->source, "exec:sleep 1000");
    client_end(g_steal_pointer(&f->source));
}

/* ------------------------------------------------------------------ refusals */

static void test_refused_commands(Fixture *f, gconstpointer data)
{
    int peer;

    (void)data;
    qmp_refused(f->source, "migrate", json_pack("{s:s}", "uri", "rdma:x"),
                "unknown migration protocol: rdma:x");
    qmp_refused(f->source, "migrate", json_pack("{s:s}", "uri", "fd:nothing"),
                "File descriptor named 'nothing' has not been found");
    qmp_refused(f->source, "migrate", json_pack("{s:s}", "uri", "fd:5"),
                "File descriptor named '5' has not been found");
    qmp_refused(f->source, "getfd", json_pack("{s:s}", "fdname", "x"),
                "No file descriptor supplied via SCM_RIGHTS");
    qmp_refused(f->source, "migrate-incoming", json_pack("{s:s}", "uri", "exec:true"),
                "'-incoming' was not specified on the command line");
    qmp_refused(f->source, "migrate-set-capabilities",
                json_pack("{s:[{s:s, s:b}]}", "capabilities", "capability", "multifd", "state", 1),
                "Capability 'multifd' is not offered");
    peer = migrate_to_nobody(f);
    qmp_refused(f->source, "migrate", json_pack("{s:s}", "uri", "exec:true"),
                "There's a migration process in progress");
    qmp_refused(f->source, "device_add", json_pack("{s:s}", "driver", "beacon"),
                "device_add not allowed while migrating");
    close(peer);
}

static void test_receiver_does_not_send(Fixture *f, gconstpointer data)
{
    (void)data;
    target_start(f, "defer", "");
    qmp_refused(f->target, "migrate", json_pack("{s:s}", "uri", "exec:true"),
                "Guest is waiting for an incoming migration");
}

static void test_refused_stream_changes_nothing(Fixture *f, gconstpointer data)
{
    g_autofree char *uri = g_strdup_printf("file:%s", f->path);
    g_autofree char *cut = g_strdup_printf("exec:head -c 4200 %s", f->path);

    (void)data;
    state_make(f->source);
    migrate(f->source, uri);
    await_status(f->source, "completed");
    target_start(f, "defer", "");
    ob_client_writel(f->target, PLACE, 0x1234);
    qmp(f->target, "migrate-incoming", json_pack("{s:s, s:b}", "uri", "exec:head -c 4300 /dev/zero",
                                                 "exit-on-error", 0));
    failure_await(f->target);
    reason_expect(f->target, "Not a migration stream (magic and version, byte 0)");
    qmp(f->target, "migrate-incoming",
        json_pack("{s:s, s:b}", "uri", cut, "exit-on-error", 0));
    failure_await(f->target);
    g_assert_cmphex(ob_client_readl(f->target, PLACE), ==, 0x1234);
    g_assert_cmphex(ob_client_readl(f->target, COUNT), ==, 0);
    runstate_expect(f->target, "inmigrate");
    qmp(f->target, "migrate-incoming", json_pack("{s:s}", "uri", uri));
    await_status(f->target, "completed");
    state_expect(f->target);
}

/* The whole program, as a user sees it. */
static void ends_with(const char *arguments, const char *sentences)
{
    g_autofree char *line = g_strdup_printf("%s %s", g_getenv("OB_PROGRAM"), arguments);
    g_autofree char *errors = NULL;
    g_autoptr(GError) error = NULL;
    int status;

    g_assert_true(g_spawn_command_line_sync(line, NULL, &errors, &status, &error));
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 1);
    g_assert_cmpstr(errors, ==, sentences);
}

static void test_refused_stream_ends_the_program(void)
{
    ends_with("-incoming 'exec:echo no migration stream'",
              "outboard-system-x86_64: Not a migration stream (magic and version, byte 0)\n"
              "outboard-system-x86_64: load of migration failed: Invalid argument\n");
}

static void test_bad_incoming_ends_the_program(void)
{
    ends_with("-incoming rdma:x",
              "outboard-system-x86_64: -incoming: unknown migration protocol: rdma:x\n");
}

#define TEST(path, function) g_test_add(path, Fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("/migration/address/unix", test_unix);
    TEST("/migration/address/tcp", test_tcp);
    TEST("/migration/address/tcp-elsewhere-is-refused", test_tcp_elsewhere_is_refused);
    TEST("/migration/address/command", test_command);
    TEST("/migration/address/file", test_file);
    TEST("/migration/address/descriptor-of-the-command-line", test_descriptor_of_the_command_line);
    TEST("/migration/address/descriptor-by-qmp", test_descriptor_by_qmp);
    TEST("/migration/address/later", test_later_address);
    g_test_add("/migration/tpm/command-under-way-is-awaited/tpm-crb", Fixture, &pc_form, set_up,
               test_command_under_way_is_awaited, tear_down);
    g_test_add("/migration/tpm/command-under-way-is-awaited/tpm-crb-device", Fixture, &sysbus_form,
               set_up, test_command_under_way_is_awaited, tear_down);
    TEST("/migration/onward", test_onward);
    for (unsigned i = 0; i < G_N_ELEMENTS(stored); i++) {
        g_autofree char *path = g_strconcat("/migration/stored/", stored[i].name, NULL);

        g_test_add(path, Fixture, &stored[i], set_up, test_stored_stream_loads, tear_down);
    }
    TEST("/migration/runstate/paused-under-stopped", test_running_arrives_paused_under_stopped);
    TEST("/migration/runstate/paused-arrives-paused", test_paused_arrives_paused);
    TEST("/migration/runstate/sender-can-go-on", test_sender_can_go_on);
    TEST("/migration/live/writes-meanwhile-arrive", test_writes_meanwhile_arrive);
    TEST("/migration/live/idle-peer-holds-up-nobody",
         test_peer_that_takes_nothing_holds_up_nobody);
    TEST("/migration/cancel/goes-on", test_cancelled_goes_on);
    TEST("/migration/cancel/without-migration-is-harmless",
         test_cancel_without_migration_is_harmless);
    TEST("/migration/failure/dead-peer", test_dead_peer_fails_it);
    TEST("/migration/failure/command", test_failing_command_fails_it);
    TEST("/migration/failure/program-ends", test_program_ends_meanwhile);
    TEST("/migration/refused/commands", test_refused_commands);
    TEST("/migration/refused/receiver-does-not-send", test_receiver_does_not_send);
    TEST("/migration/refused/stream-changes-nothing", test_refused_stream_changes_nothing);
    g_test_add_func("/migration/refused/stream-ends-the-program",
                    test_refused_stream_ends_the_program);
    g_test_add_func("/migration/refused/address-ends-the-program",
                    test_bad_incoming_ends_the_program);
    return g_test_run();
}
