/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Migration between two of our programs, by each kind of address. */
#include "qtest/tests/lib/migration-pair.h"

#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "qtest/tests/lib/await-listener.h"
#include "qtest/text/json.h"

/* ---------------------------------------------------------------- addresses */

static void test_unix(MigrationPair *f, gconstpointer data)
{
    g_autofree char *uri = g_strconcat("unix:", f->path, NULL);

    (void)data;
    target_start(f, uri, "");
    runstate_expect(f->target, "inmigrate");
    pair_state_make(f->source);
    events_on(f->source);
    events_on(f->target);
    pair_migrate(f->source, uri);
    event_expect(f->source, "setup");
    event_expect(f->source, "active");
    event_await(f->source, "STOP");
    event_expect(f->source, "completed");
    event_expect(f->target, "active");
    event_expect(f->target, "completed");
    event_await(f->target, "RESUME");
    pair_state_expect(f->target);
    runstate_expect(f->source, "postmigrate");
    runstate_expect(f->target, "running");
    g_assert_false(g_file_test(f->path, G_FILE_TEST_EXISTS));
}

static void test_tcp(MigrationPair *f, gconstpointer data)
{
    json_t *info;
    g_autofree char *uri = NULL;

    (void)data;
    target_start(f, "tcp:127.0.0.1:0", "");
    info = migration_query(f->target);
    uri = g_strdup_printf("tcp:127.0.0.1:%s",
                          json_string_value(json_object_get(
                              json_array_get(json_object_get(info, "socket-address"), 0), "port")));
    json_decref(info);
    pair_state_make(f->source);
    pair_migrate(f->source, uri);
    await_status(f->source, "completed");
    await_status(f->target, "completed");
    pair_state_expect(f->target);
}

static void test_tcp_elsewhere_is_refused(MigrationPair *f, gconstpointer data)
{
    json_t *error = NULL;

    (void)data;
    g_assert_null(ob_client_qmp(f->source, "migrate",
                                json_pack("{s:s}", "uri", "tcp:192.0.2.1:4444"), &error));
    g_assert_nonnull(strstr(json_string_value(json_object_get(error, "desc")), "192.0.2.1"));
    json_decref(error);
    runstate_expect(f->source, "running");
}

static void test_command(MigrationPair *f, gconstpointer data)
{
    g_autofree char *out = g_strdup_printf("exec:cat >%s", f->path);
    g_autofree char *in = g_strdup_printf("'exec:cat %s'", f->path);

    (void)data;
    pair_state_make(f->source);
    pair_migrate(f->source, out);
    await_status(f->source, "completed");
    target_start(f, in, "");
    await_status(f->target, "completed");
    pair_state_expect(f->target);
}

static void test_file(MigrationPair *f, gconstpointer data)
{
    g_autofree char *uri = g_strdup_printf("file:%s,offset=512", f->path);

    (void)data;
    pair_state_make(f->source);
    pair_migrate(f->source, uri);
    await_status(f->source, "completed");
    target_start(f, uri, "");
    await_status(f->target, "completed");
    pair_state_expect(f->target);
}

/* The same as in QEMU: the stream's end has no JSON, and loads. */
static void test_without_description(MigrationPair *f, gconstpointer data)
{
    g_autofree char *uri = g_strconcat("file:", f->path, NULL);
    g_autofree char *stream = NULL;
    gsize size;

    (void)data;
    client_end(f->source);
    f->source = program_start(BEACON "-machine suppress-vmdesc=on");
    pair_state_make(f->source);
    pair_migrate(f->source, uri);
    await_status(f->source, "completed");
    g_assert_true(g_file_get_contents(f->path, &stream, &size, NULL));
    g_assert_cmpint(stream[size - 1], ==, 0); /* OB_VM_EOF */
    g_assert_null(g_strstr_len(stream, (gssize)size, "vmsd_name"));
    target_start(f, uri, "");
    await_status(f->target, "completed");
    pair_state_expect(f->target);
}

static json_t *channel_to(json_t *addr)
{
    return json_pack("{s:[{s:s, s:o}]}", "channels", "channel-type", "main", "addr", addr);
}

/* QEMU's newer form of an address; the arguments of a command may have any characters. */
static void test_channels(MigrationPair *f, gconstpointer data)
{
    (void)data;
    pair_state_make(f->source);
    pair_qmp(f->source, "migrate",
             channel_to(json_pack("{s:s, s:[s, s, s, s, s]}", "transport", "exec", "args", "sh",
                                  "-c", "cat >\"$1\"", "it's", f->path)));
    await_status(f->source, "completed");
    target_start(f, "defer", "");
    pair_qmp(f->target, "migrate-incoming",
             channel_to(json_pack("{s:s, s:s, s:i}", "transport", "file", "filename", f->path,
                                  "offset", 0)));
    await_status(f->target, "completed");
    pair_state_expect(f->target);
}

static void test_channel_of_a_socket(MigrationPair *f, gconstpointer data)
{
    (void)data;
    target_start(f, "defer", "");
    pair_qmp(f->target, "migrate-incoming",
             channel_to(json_pack("{s:s, s:s, s:s}", "transport", "socket", "type", "unix", "path",
                                  f->path)));
    pair_state_make(f->source);
    pair_qmp(f->source, "migrate",
             channel_to(json_pack("{s:s, s:s, s:s}", "transport", "socket", "type", "unix", "path",
                                  f->path)));
    await_status(f->target, "completed");
    pair_state_expect(f->target);
}

static void test_channels_refused(MigrationPair *f, gconstpointer data)
{
    static const struct {
        const char *arguments;
        const char *sentence;
    } rows[] = {
        { "{}", "need either 'uri' or 'channels' argument" },
        { "{'uri': 'exec:cat', 'channels': []}", "need either 'uri' or 'channels' argument" },
        { "{'channels': []}", "Channel list must have one 'main' channel" },
        { "{'channels': [{}]}", "Parameter 'channels[0].addr.transport' is missing" },
        { "{'channels': [{'channel-type': 'cpr', 'addr': {'transport': 'exec'}}]}",
          "Parameter 'channels[0].channel-type' does not accept value 'cpr'" },
        { "{'channels': [{'channel-type': 'main', 'addr': {'transport': 'rdma'}}]}",
          "Parameter 'channels[0].addr.transport' does not accept value 'rdma'" },
        { "{'channels': [{'channel-type': 'main', 'addr': {'transport': 'exec', 'args': []}}]}",
          "Parameter 'channels[0].addr.args' is missing" },
        { "{'channels': [{'channel-type': 'main', 'addr': {'transport': 'socket', "
          "'type': 'inet', 'host': '::1'}}]}",
          "Parameter 'channels[0].addr.port' is missing" },
        { "{'channels': [{'channel-type': 'main', 'addr': {'transport': 'file', "
          "'filename': 'x'}}]}",
          "Parameter 'channels[0].addr.offset' is missing" },
        { "{'channels': [{'channel-type': 'main', 'addr': {'transport': 'socket', "
          "'type': 'vsock', 'cid': '1', 'port': '2'}}]}",
          "Parameter 'channels[0].addr.type' does not accept value 'vsock'" },
    };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        pair_qmp_refused(f->source, "migrate",
                         ob_json_load(rows[i].arguments, strlen(rows[i].arguments), 0, NULL),
                         rows[i].sentence);
    }
}

static void test_descriptor_of_the_command_line(MigrationPair *f, gconstpointer data)
{
    g_autofree char *uri = g_strdup_printf("file:%s", f->path);
    g_autofree char *incoming = g_strdup_printf("fd:9 9<%s", f->path);

    (void)data;
    pair_state_make(f->source);
    pair_migrate(f->source, uri);
    await_status(f->source, "completed");
    target_start(f, incoming, "");
    await_status(f->target, "completed");
    pair_state_expect(f->target);
}

static void test_later_address(MigrationPair *f, gconstpointer data)
{
    g_autofree char *uri = g_strconcat("unix:", f->path, NULL);

    (void)data;
    target_start(f, "defer", "");
    pair_qmp(f->target, "migrate-incoming", json_pack("{s:s}", "uri", uri));
    pair_qmp_refused(f->target, "migrate-incoming", json_pack("{s:s}", "uri", uri),
                     "The incoming migration has already been started");
    pair_state_make(f->source);
    pair_migrate(f->source, uri);
    await_status(f->target, "completed");
    pair_state_expect(f->target);
}

/* A machine migrates from A to B, and on to C. */
static void test_onward(MigrationPair *f, gconstpointer data)
{
    g_autofree char *uri = g_strconcat("unix:", f->path, NULL);

    (void)data;
    target_start(f, uri, "");
    pair_state_make(f->source);
    pair_migrate(f->source, uri);
    await_status(f->source, "completed");
    await_status(f->target, "completed");
    client_end(f->source);
    f->source = f->target;
    target_start(f, uri, "");
    pair_migrate(f->source, uri);
    await_status(f->source, "completed");
    await_status(f->target, "completed");
    pair_state_expect(f->target);
}

/* Sends a line, and a descriptor with it unless `fd` is -1. */
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

/* Migrates to a descriptor that is passed through the test's own monitor.  Returns the monitor's
 * socket, which the caller closes. */
static int migrate_to_descriptor(MigrationPair *f, int fd, const char *answer)
{
    g_autofree char *arguments = g_strdup_printf(BEACON "-qmp unix:%s,server=on,wait=off", f->path);
    int socket;

    client_end(f->source);
    f->source = program_start(arguments);
    socket = await_listener(f->path);
    line_await(socket, "QMP");
    line_send(socket, "{\"execute\": \"qmp_capabilities\"}\n", -1);
    line_await(socket, "{\"return\": {}}\r\n");
    line_send(socket, "{\"execute\": \"getfd\", \"arguments\": {\"fdname\": \"out\"}}\n", fd);
    line_await(socket, "{\"return\": {}}\r\n");
    line_send(socket, "{\"execute\": \"migrate\", \"arguments\": {\"uri\": \"fd:out\"}}\n", -1);
    line_await(socket, answer);
    return socket;
}

static void test_descriptor_by_qmp(MigrationPair *f, gconstpointer data)
{
    int socket, pipe_fds[2];
    char magic[4];

    (void)data;
    g_assert_cmpint(pipe(pipe_fds), ==, 0);
    socket = migrate_to_descriptor(f, pipe_fds[1], "{\"return\": {}}\r\n");
    close(pipe_fds[1]);
    g_assert_cmpint(read(pipe_fds[0], magic, 4), ==, 4);
    g_assert_cmpmem(magic, 4, "QEVM", 4);
    close(pipe_fds[0]);
    close(socket);
}

static int wrong_end(void)
{
    int pipe_fds[2];

    g_assert_cmpint(pipe(pipe_fds), ==, 0);
    close(pipe_fds[1]);
    return pipe_fds[0];
}

static int unbound_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM, 0);
}

/* At an address without a file, which the system chooses. */
static int listening_socket(void)
{
    const struct sockaddr_un any = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    g_assert_cmpint(bind(fd, (const struct sockaddr *)&any, sizeof(any.sun_family)), ==, 0);
    g_assert_cmpint(listen(fd, 1), ==, 0);
    return fd;
}

static int datagram_socket(void)
{
    int fds[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_DGRAM, 0, fds), ==, 0);
    close(fds[1]);
    return fds[0];
}

static int directory(void)
{
    return open("/", O_RDONLY);
}

static int path_only(void)
{
    return open("/dev/null", O_PATH);
}

static int counter(void)
{
    return eventfd(0, 0);
}

typedef struct WrongDescriptor {
    const char *name;
    int (*open)(void);
    const char *fault;
} WrongDescriptor;

static const WrongDescriptor wrong_descriptors[] = {
    { "of-the-wrong-end", wrong_end, "is not open for writing" },
    { "of-a-path-only", path_only, "is not open for writing" },
    { "that-listens", listening_socket, "is a listening socket" },
    { "without-a-peer", unbound_socket, "is a socket without a peer" },
    { "for-datagrams", datagram_socket, "is not a stream socket" },
    { "of-a-directory", directory, "is a directory" },
    { "of-no-file", counter, "is not a file, pipe or socket" },
};

static void test_wrong_descriptor(MigrationPair *f, gconstpointer data)
{
    const WrongDescriptor *wrong = data;
    g_autofree char *answer = g_strdup_printf("File descriptor named 'out' %s, expected ",
                                              wrong->fault);
    int fd = wrong->open();

    close(migrate_to_descriptor(f, fd, answer));
    runstate_expect(f->source, "running");
    close(fd);
}

/* After its peer has connected, a receiver frees the socket's path for others. */
static void test_path_is_free_once_the_peer_is_there(MigrationPair *f, gconstpointer data)
{
    g_autofree char *uri = g_strconcat("unix:", f->path, NULL);
    gint64 deadline = g_get_monotonic_time() + DEADLINE_MS * 1000;
    int peer;

    (void)data;
    target_start(f, uri, "");
    peer = await_listener(f->path);
    while (g_file_test(f->path, G_FILE_TEST_EXISTS)) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_usleep(500);
    }
    g_assert_true(g_file_set_contents(f->path, "", 0, NULL));
    client_end(g_steal_pointer(&f->target));
    g_assert_true(g_file_test(f->path, G_FILE_TEST_EXISTS));
    close(peer);
}

/* ----------------------------------------------------------------- runstates */

static void arrives_as(MigrationPair *f, const char *more, const char *expected)
{
    g_autofree char *uri = g_strconcat("unix:", f->path, NULL);

    target_start(f, uri, more);
    pair_migrate(f->source, uri);
    await_status(f->source, "completed");
    await_status(f->target, "completed");
    runstate_expect(f->target, expected);
}

static void test_running_arrives_paused_under_stopped(MigrationPair *f, gconstpointer data)
{
    (void)data;
    arrives_as(f, "-S", "paused");
    pair_qmp(f->target, "cont", NULL);
    runstate_expect(f->target, "running");
}

static void test_paused_arrives_paused(MigrationPair *f, gconstpointer data)
{
    (void)data;
    pair_qmp(f->source, "stop", NULL);
    arrives_as(f, "", "paused");
}

static void test_sender_can_go_on(MigrationPair *f, gconstpointer data)
{
    (void)data;
    arrives_as(f, "", "running");
    pair_qmp_refused(f->source, "migrate", json_pack("{s:s}", "uri", "exec:true"),
                     "Can't migrate the vm that was paused due to previous migration");
    pair_qmp(f->source, "cont", NULL);
    runstate_expect(f->source, "running");
    pair_migrate(f->source, "exec:cat >/dev/null");
    await_status(f->source, "completed");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    PAIR_TEST("/migration/address/unix", test_unix);
    PAIR_TEST("/migration/address/tcp", test_tcp);
    PAIR_TEST("/migration/address/tcp-elsewhere-is-refused", test_tcp_elsewhere_is_refused);
    PAIR_TEST("/migration/address/command", test_command);
    PAIR_TEST("/migration/address/file", test_file);
    PAIR_TEST("/migration/without-description", test_without_description);
    PAIR_TEST("/migration/address/channels", test_channels);
    PAIR_TEST("/migration/address/channel-of-a-socket", test_channel_of_a_socket);
    PAIR_TEST("/migration/address/channels-refused", test_channels_refused);
    PAIR_TEST("/migration/address/descriptor-of-the-command-line",
              test_descriptor_of_the_command_line);
    PAIR_TEST("/migration/address/descriptor-by-qmp", test_descriptor_by_qmp);
    PAIR_TEST("/migration/address/later", test_later_address);
    for (size_t i = 0; i < G_N_ELEMENTS(wrong_descriptors); i++) {
        g_autofree char *path = g_strdup_printf("/migration/address/descriptor-%s-is-refused",
                                                wrong_descriptors[i].name);

        g_test_add(path, MigrationPair, &wrong_descriptors[i], pair_set_up, test_wrong_descriptor,
                   pair_tear_down);
    }
    PAIR_TEST("/migration/address/path-is-free-once-the-peer-is-there",
              test_path_is_free_once_the_peer_is_there);
    PAIR_TEST("/migration/onward", test_onward);
    PAIR_TEST("/migration/runstate/paused-under-stopped",
              test_running_arrives_paused_under_stopped);
    PAIR_TEST("/migration/runstate/paused-arrives-paused", test_paused_arrives_paused);
    PAIR_TEST("/migration/runstate/sender-can-go-on", test_sender_can_go_on);
    return g_test_run();
}
