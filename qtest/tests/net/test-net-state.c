/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of -netdev user travels in QEMU's section "slirp": a guest's TCP connection to a peer of
 * guestfwd goes on after a migration.  OB_PROGRAM is ours, OB_PEER ours or a stock QEMU.
 */
#include <glib/gstdio.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qtest/client/drivers/migration.h"
#include "qtest/client/process/scratch.h"
#include "qtest/tests/lib/sanitized.h"
#include "qtest/tests/net/net-machine.h"
#include "qtest/tests/net/net-program.h"
#include "qtest/tests/net/tcp-frame.h"

/* A machine, and the program behind the port that its guest sees. */
typedef struct Side {
    NetMachine machine;
    int peer;
} Side;

static void side_start(Side *side, const char *program, const char *more)
{
    const struct timeval limit = { .tv_sec = NET_TIMEOUT_S };
    uint16_t port;
    int listener = net_listen(&port);
    g_autofree char *arguments = g_strdup_printf(
        "-M pc-q35-7.2 -m 16 -netdev user,id=u,ipv6=off,"
        "guestfwd=tcp:10.0.2.100:80-tcp:127.0.0.1:%u -device ne2k_pci,netdev=u,addr=4%s %s",
        port, strcmp(program, g_getenv("OB_PROGRAM")) == 0 ? "" : ",romfile=", more);

    side->machine = net_machine_start(program, arguments);
    side->peer = accept(listener, NULL, NULL);
    g_assert_cmpint(side->peer, >=, 0);
    setsockopt(side->peer, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    close(listener);
}

static void side_end(Side *side)
{
    close(side->peer);
    ob_client_quit(side->machine.c);
}

static void save(ObClient *c, const char *path)
{
    g_autofree char *uri = g_strdup_printf("exec:cat >%s", path);

    net_qmp(c, "migrate", json_pack("{s:s}", "uri", uri));
    ob_migration_complete(c);
}

static void load(ObClient *c, const char *path)
{
    g_autofree char *uri = g_strdup_printf("exec:cat %s", path);

    net_qmp(c, "migrate-incoming", json_pack("{s:s}", "uri", uri));
    ob_migration_complete(c);
    net_qmp(c, "cont", NULL);
}

/* A text in each direction. */
static void talk(Side *side, Tcp *tcp, const char *out, const char *in)
{
    const Card *card = &side->machine.card;
    char text[512] = "";

    tcp_send(tcp, card, TCP_ACK | TCP_PUSH, out);
    g_assert_cmpint(recv(side->peer, text, strlen(out), MSG_WAITALL), ==, (gssize)strlen(out));
    g_assert_cmpstr(text, ==, out);
    g_assert_cmpint(send(side->peer, in, strlen(in), MSG_NOSIGNAL), ==, (gssize)strlen(in));
    do {
        tcp_receive(tcp, card, TCP_ACK | TCP_PUSH, text);
    } while (!*text);
    g_assert_cmpstr(text, ==, in);
    tcp_send(tcp, card, TCP_ACK, "");
}

static void connection_open(Side *side, Tcp *tcp)
{
    char text[512];

    net_machine_open_card(&side->machine);
    tcp_arp(&side->machine.card);
    tcp_send(tcp, &side->machine.card, TCP_SYN, "");
    tcp_receive(tcp, &side->machine.card, TCP_SYN | TCP_ACK, text);
    tcp_send(tcp, &side->machine.card, TCP_ACK, "");
}

static void connection_moves(const char *from, const char *to)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *path = g_build_filename(ob_scratch_path(scratch), "stream", NULL);
    Tcp tcp = { .server = { 10, 0, 2, 100 }, .port = 80, .own_port = 4000, .next = 1000 };
    Side first, second;

    side_start(&first, from, "");
    connection_open(&first, &tcp);
    talk(&first, &tcp, "knock", "who is there");
    save(first.machine.c, path);
    side_end(&first);
    side_start(&second, to, "-incoming defer");
    load(second.machine.c, path);
    net_machine_open_card(&second.machine);
    tcp_arp(&second.machine.card);
    talk(&second, &tcp, "the same guest", "come in");
    side_end(&second);
    ob_scratch_free(scratch);
}

static void test_connection(void)
{
    const char *ours = g_getenv("OB_PROGRAM");
    const char *peer = g_getenv("OB_PEER");

    connection_moves(ours, peer);
    if (strcmp(ours, peer) != 0) {
        connection_moves(peer, ours);
    }
}

/* -------------------------------------------------------------------------- the section */

/* The section's part of the stream's description, which is JSON at the end. */
static char *description_of(const char *bytes, gsize size)
{
    const char *begin = bytes;
    const char *next;
    json_t *described;
    char *text;

    while ((next = memmem(begin + 1, size - (gsize)(begin + 1 - bytes), "\"slirp\"", 7))) {
        begin = next;
    }
    while (begin > bytes && *begin != '{') {
        begin--;
    }
    described = json_loadb(begin, (size_t)(bytes + size - begin), JSON_DISABLE_EOF_CHECK, NULL);
    g_assert_nonnull(described);
    text = json_dumps(described, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(described);
    return text;
}

/* The section's bytes from its name to the end of the payload, and its description. */
static char *section_of(const char *program, const char *path)
{
    NetMachine m = net_machine_start(program, "-M pc-q35-7.2 -m 16 -netdev user,id=u");
    g_autofree char *bytes = NULL;
    g_autofree char *hex = NULL;
    g_autofree char *described = NULL;
    const char *section;
    gsize size;

    save(m.c, path);
    ob_client_quit(m.c);
    g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
    section = memmem(bytes, size, "\005slirp", 6);
    g_assert_nonnull(section);
    hex = g_base64_encode((const guchar *)section, 6 + 4 + 4 + 131);
    described = description_of(bytes, size);
    return g_strdup_printf("%s %s", hex, described);
}

static void test_section(void)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *path = g_build_filename(ob_scratch_path(scratch), "stream", NULL);
    g_autofree char *ours = section_of(g_getenv("OB_PROGRAM"), path);
    g_autofree char *theirs = section_of(g_getenv("OB_PEER"), path);

    g_assert_cmpstr(ours, ==, theirs);
    ob_scratch_free(scratch);
}

/* --------------------------------------------------------------------------- refusals */

#define MACHINE "-M pc-q35-7.2 -m 16 -netdev user,id=u"

/* Changes to the section; its payload is at 14.  `at` 0: it has a byte more. */
static const struct {
    const char *name;
    size_t at;
    uint8_t byte;
    const char *sentence;
} damages[] = {
    { "a-later-version", 13, 99, "savevm: unsupported version 99 for 'slirp' v" },
    { "a-connection-to-nobody", 14, 42,
      "netdev 'u': libslirp refuses the state, expected one of a network with the same guestfwd" },
    { "a-byte-too-many", 0, 0, "netdev 'u': 1 bytes too many, expected 131" },
};

/* A stream of a machine with a network, and the network's section. */
typedef struct Stream {
    ObScratch *scratch;
    char *path;
    char *bytes;
    gsize size;
    gsize section;
} Stream;

static void stream_make(Stream *s)
{
    NetMachine m = net_machine_start(NULL, MACHINE);

    s->scratch = ob_scratch_new();
    s->path = g_build_filename(ob_scratch_path(s->scratch), "stream", NULL);
    save(m.c, s->path);
    ob_client_quit(m.c);
    g_assert_true(g_file_get_contents(s->path, &s->bytes, &s->size, NULL));
    s->section = (gsize)((char *)memmem(s->bytes, s->size, "\005slirp", 6) - s->bytes);
}

static void stream_free(Stream *s)
{
    g_free(s->bytes);
    g_free(s->path);
    ob_scratch_free(s->scratch);
}

/* The section's end: a footer with its number, which stands before the name. */
static gsize footer_of(const Stream *s)
{
    char footer[5] = { 0x7e };
    const char *end;

    memcpy(footer + 1, s->bytes + s->section - 4, 4);
    end = memmem(s->bytes + s->section, s->size - s->section, footer, sizeof(footer));
    g_assert_nonnull(end);
    return (gsize)(end - s->bytes);
}

/* One more byte, in the payload and in the stream's description of its size. */
static void section_grow(Stream *s)
{
    gsize end = footer_of(s);
    char *size;

    s->bytes = g_realloc(s->bytes, s->size + 1);
    memmove(s->bytes + end + 1, s->bytes + end, s->size - end);
    s->bytes[end] = 0;
    s->size++;
    size = memmem(s->bytes, s->size, "\"slirp\"", 7);
    g_assert_nonnull(size);
    while ((size = memmem(size, (size_t)(s->bytes + s->size - size), "\"size\": 131", 11))) {
        size[10]++;
    }
}

static void stream_damage(Stream *s, size_t at, uint8_t byte)
{
    if (at) {
        s->bytes[s->section + at] = (char)byte;
    } else {
        section_grow(s);
    }
    g_assert_true(g_file_set_contents(s->path, s->bytes, (gssize)s->size, NULL));
}

static GSubprocess *stream_load(const Stream *s, GSpawnChildSetupFunc setup)
{
    g_autofree char *arguments = g_strdup_printf(MACHINE " -incoming 'exec:cat %s'", s->path);

    return net_program_start(arguments, setup);
}

/* The program ends, as QEMU does. */
static void test_refused(gconstpointer data)
{
    guint row = GPOINTER_TO_UINT(data);
    GSubprocess *program;
    Stream s;

    stream_make(&s);
    stream_damage(&s, damages[row].at, damages[row].byte);
    program = stream_load(&s, NULL);
    g_assert_true(net_program_says(program, damages[row].sentence));
    g_subprocess_wait(program, NULL, NULL);
    g_assert_cmpint(g_subprocess_get_exit_status(program), ==, 1);
    g_object_unref(program);
    stream_free(&s);
}

#define UNCONFINED 77

/* A filter that forbids nothing: the program can't know it, and makes no child. */
static void confine(gpointer unused)
{
    struct sock_filter allow[] = { BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
    struct sock_fprog program = { G_N_ELEMENTS(allow), allow };

    (void)unused;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
        _exit(UNCONFINED);
    }
}

static void test_no_child(void)
{
    GSubprocess *program;
    bool says;
    Stream s;

    stream_make(&s);
    program = stream_load(&s, confine);
    says = net_program_says(program, "netdev 'u' keeps its own state: no child process can try the "
                                     "stream's");
    net_program_end(program);
    stream_free(&s);
    g_assert_true(says);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/net-state/slirp/a-tcp-connection-goes-on", test_connection);
    g_test_add_func("/net-state/slirp/the-section-is-qemus", test_section);
    for (guint i = 0; i < G_N_ELEMENTS(damages); i++) {
        g_autofree char *name = g_strdup_printf("/net-state/slirp/refused/%s", damages[i].name);

        g_test_add_data_func(name, GUINT_TO_POINTER(i), test_refused);
    }
    if (!devices_are_sanitized()) {
        g_test_add_func("/net-state/slirp/without-a-child-keeps-its-own", test_no_child);
    }
    return g_test_run();
}
