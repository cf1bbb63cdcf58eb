/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each reply and event of this program, checked against the schema that a stock QEMU release
 * answers to query-qmp-schema.  A client that is generated from the schema refuses a reply if
 * one member is missing or has a wrong type.
 */
#include "qtest/client/client.h"
#include "qtest/client/transport/qmp-schema.h"
#include "qtest/tests/lib/qemu-release.h"

#include <string.h>

#define DEADLINE_MS 20000

/* ------------------------------------------------------------ known differences */

/* Unknown members are harmless: QMP's clients must ignore them. */
typedef struct Difference {
    const char *architecture; /* NULL: each */
    const char *release;      /* the only one; NULL: each */
    const char *fault;
} Difference;

/* clang-format off */
static const Difference differences[] = {
    /* This program follows 7.2, where these members exist; later releases dropped them. */
    { NULL, "10.0", "query-status.singlestep: unknown" },
    { NULL, "11.1", "query-status.singlestep: unknown" },
    { NULL, "10.0", "query-migrate.ram.skipped: unknown" },
    { NULL, "11.1", "query-migrate.ram.skipped: unknown" },
    /* Later releases demand these, and 7.2 does not know them. */
    { NULL, "7.2", "query-machines[].acpi: unknown" },
    { NULL, "7.2", "query-iothreads[].poll-weight: unknown" },
    { NULL, "7.2", "query-dirty-rate.calc-time-unit: unknown" },
    { NULL, "10.0", "query-iothreads[].poll-weight: unknown" },
    { NULL, "11.1", "query-cpus-fast[].qom-type: missing" },
    /* QEMU has neither this TPM nor this device. */
    { NULL, NULL, "query-tpm[].options.type: not in the enum: \"libtpms\"" },
    { NULL, NULL, "query-tpm[].options.data: unknown" },
    { NULL, NULL, "query-tpm-types[]: not in the enum: \"libtpms\"" },
    { "aarch64", NULL, "query-tpm-models[]: not in the enum: \"tpm-crb-device\"" },
    { "aarch64", NULL, "query-tpm[].model: not in the enum: \"tpm-crb-device\"" },
};
/* clang-format on */

static bool difference_fits(const Difference *row, const char *architecture)
{
    return (!row->architecture || g_str_equal(row->architecture, architecture)) &&
           (!row->release || g_str_equal(row->release, g_getenv("OB_QEMU_RELEASE")));
}

static bool is_among(const GPtrArray *faults, const char *fault)
{
    for (guint i = 0; i < faults->len; i++) {
        if (g_str_equal(faults->pdata[i], fault)) {
            return true;
        }
    }
    return false;
}

/* The faults must be the known differences, all of them. */
static void faults_expect(const GPtrArray *faults, const char *architecture)
{
    guint expected = 0;
    bool agrees = true;

    for (size_t i = 0; i < G_N_ELEMENTS(differences); i++) {
        if (difference_fits(&differences[i], architecture)) {
            expected++;
            if (!is_among(faults, differences[i].fault)) {
                agrees = false;
                g_test_message("no longer differs: %s", differences[i].fault);
            }
        }
    }
    for (guint i = 0; i < faults->len; i++) {
        g_test_message("differs: %s", (const char *)faults->pdata[i]);
    }
    g_assert_cmpuint(faults->len, ==, expected);
    g_assert_true(agrees);
}

/* --------------------------------------------------------------------- programs */

static ObClient *program_start(const char *program, const char *arguments, const char *accelerator)
{
    const ObStart start = { .program = program,
                            .arguments = arguments,
                            .accelerator = accelerator };
    HW_ERROR(error, 2000);
    ObClient *client = ob_client_start(&start, &error);

    if (!client) {
        g_error("%s", error.text);
    }
    return client;
}

static json_t *schema_ask(ObClient *c)
{
    json_t *entries = ob_client_qmp(c, "query-qmp-schema", NULL, NULL);
    json_t *schema = ob_schema_by_name(entries);

    json_decref(entries);
    return schema;
}

static json_t *schema_of_release(const QemuRelease *release, const char *architecture)
{
    g_autofree char *program = qemu_release_program(release, architecture);
    ObClient *c = program_start(program, "-M none -nodefaults", "tcg");
    json_t *schema = schema_ask(c);

    ob_client_quit(c);
    return schema;
}

/* -------------------------------------------------------------------- commands */

/* The arguments of commands that need some.  NULL: the command is not tried, because it ends
 * the program, or because it can't succeed here. */
typedef struct Arguments {
    const char *command;
    const char *text;
} Arguments;

/* clang-format off */
static const Arguments rows[] = {
    { "qmp_capabilities", NULL }, /* was sent at the start */
    { "quit", NULL },
    { "x-plugin-reload", NULL }, /* ours alone; tested in the room reload */
    { "x-query-snapshots", NULL },    /* ours alone; tested by test-snapshot-program */
    { "x-restore", NULL },
    { "x-snapshot", NULL },
    { "x-snapshot-delete", NULL },
    { "x-exit-preconfig", NULL },     /* only before the start */
    { "query-qmp-schema", NULL },     /* checked by test-qmp-commands */
    { "query-balloon", NULL },        /* no balloon */
    { "query-firmware-log", NULL },   /* nor firmware, nor what the next ones look for */
    { "query-hv-balloon-status-report", NULL },
    { "x-query-jit", NULL },
    { "x-query-usb", NULL },
    { "xen-event-list", NULL },
    { "query-gic-capabilities", NULL }, /* below: on virt */
    { "query-acpi-ospm-status", NULL }, /* below: on q35 */
    { "query-hotpluggable-cpus", NULL }, /* below: virt has none */
    { "change-vnc-password", NULL },  /* no server */
    { "set_password", NULL },
    { "system_wakeup", NULL },        /* the machine does not sleep */
    { "migrate-incoming", NULL },
    { "set-numa-node", NULL },        /* only before the start */
    { "set_link", NULL },             /* no network: it is deleted before */
    { "screendump", NULL },           /* no screen */
    { "getfd", NULL },
    { "closefd", NULL },
    { "pmemsave", NULL },             /* each machine has its RAM at another place */
    { "chardev-add", "{\"id\": \"p\", \"backend\": {\"type\": \"pty\", \"data\": {}}}" },
    { "chardev-change", "{\"id\": \"p\", \"backend\": {\"type\": \"pty\", \"data\": {}}}" },
    { "chardev-send-break", "{\"id\": \"p\"}" },
    { "chardev-remove", "{\"id\": \"p\"}" },
    { "ringbuf-read", "{\"device\": \"ring\", \"size\": 9}" },
    { "ringbuf-write", "{\"device\": \"ring\", \"data\": \"x\"}" },
    { "add-fd", NULL },               /* no descriptor */
    { "remove-fd", NULL },
    { "migrate-pause", NULL },        /* no postcopy */
    { "blockdev-add", "{\"driver\": \"blkdebug\", \"node-name\": \"node\", "
                      "\"image\": {\"driver\": \"null-co\"}}" },
    { "blockdev-del", "{\"node-name\": \"node\"}" },
    { "device_add", NULL },           /* below */
    { "device_del", NULL },
    { "dumpdtb", NULL }, /* writes a file */
    { "migrate", NULL },
    { "qom-list", "{\"path\": \"/machine/peripheral/vg\"}" },
    { "qom-get", "{\"path\": \"/machine/peripheral/vg\", \"property\": \"guid\"}" },
    { "qom-set", "{\"path\": \"/machine/peripheral/vg\", \"property\": \"guid\", "
                 "\"value\": \"auto\"}" },
    { "qom-list-get", "{\"paths\": [\"/machine/peripheral/vg\", \"/\"]}" },
    { "qom-list-properties", "{\"typename\": \"vmgenid\"}" },
    { "device-list-properties", "{\"typename\": \"vmgenid\"}" },
    { "object-add", "{\"qom-type\": \"iothread\", \"id\": \"io1\"}" },
    { "object-del", "{\"id\": \"io1\"}" },
    { "netdev_add", "{\"type\": \"user\", \"id\": \"net1\"}" },
    { "netdev_del", "{\"id\": \"net1\"}" },
    { "announce-self", "{\"initial\": 1, \"max\": 1, \"rounds\": 1, \"step\": 1}" },
    { "human-monitor-command", "{\"command-line\": \"info status\"}" },
    { "vm-generation-id-set", "{\"guid\": \"auto\"}" },
    { "send-key", "{\"keys\": [{\"type\": \"qcode\", \"data\": \"a\"}]}" },
    { "input-send-event", NULL },     /* no mouse */
    { "watchdog-set-action", "{\"action\": \"none\"}" },
    { "migrate-set-capabilities",
      "{\"capabilities\": [{\"capability\": \"events\", \"state\": true}]}" },
};
/* clang-format on */

static const Arguments *row_find(const char *command)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (g_str_equal(rows[i].command, command)) {
            return &rows[i];
        }
    }
    return NULL;
}

typedef struct Session {
    ObClient *client;
    json_t *schema;    /* the entries by name */
    GPtrArray *faults; /* each once */
} Session;

static void check(Session *s, const char *entry, const char *role, const json_t *value)
{
    g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func(g_free);

    ob_schema_check(s->schema, ob_schema_type(s->schema, entry, role), value, entry, faults);
    for (guint i = 0; i < faults->len; i++) {
        if (!is_among(s->faults, faults->pdata[i])) {
            g_ptr_array_add(s->faults, g_strdup(faults->pdata[i]));
        }
    }
}

/* A command that this release does not have can't be compared. */
static void execute(Session *s, const char *command, const char *text)
{
    json_t *arguments = text ? json_loads(text, 0, NULL) : NULL;
    json_t *reply = ob_client_qmp(s->client, command, arguments, NULL);

    if (ob_schema_type(s->schema, command, "ret-type")) {
        check(s, command, "ret-type", reply);
    }
    json_decref(reply);
}

/* Fails for a new command that needs arguments and has no row. */
static void all_commands_execute(Session *s)
{
    json_t *commands = ob_client_qmp(s->client, "query-commands", NULL, NULL);
    json_t *command;
    size_t i;

    g_assert_cmpuint(json_array_size(commands), >, 50);
    json_array_foreach(commands, i, command)
    {
        const char *name = json_string_value(json_object_get(command, "name"));
        const Arguments *row = row_find(name);

        if (!row || row->text) {
            execute(s, name, row ? row->text : NULL);
        }
    }
    json_decref(commands);
}

/* ---------------------------------------------------------------------- events */

static void event_expect(Session *s, const char *name)
{
    json_t *event = ob_client_qmp_event(s->client, name, DEADLINE_MS);
    json_t *data;

    g_assert_nonnull(event);
    data = json_incref(json_object_get(event, "data"));
    data = data ? data : json_object();
    check(s, name, "arg-type", data);
    json_decref(data);
    json_decref(event);
}

static json_int_t number_of(const json_t *ram, const char *name)
{
    return json_integer_value(json_object_get(ram, name));
}

static void migration_await(Session *s)
{
    gint64 deadline = g_get_monotonic_time() + DEADLINE_MS * 1000;

    for (bool done = false; !done; g_usleep(1000)) {
        json_t *info = ob_client_qmp(s->client, "query-migrate", NULL, NULL);
        const char *status = json_string_value(json_object_get(info, "status"));

        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_assert_cmpstr(status, !=, "failed");
        done = g_str_equal(status, "completed");
        check(s, "query-migrate", "ret-type", info);
        if (done) {
            const json_t *ram = json_object_get(info, "ram");

            g_assert_cmpint(number_of(ram, "downtime-bytes"), >, 0);
            g_assert_cmpint(number_of(ram, "precopy-bytes") + number_of(ram, "downtime-bytes"), ==,
                            number_of(ram, "transferred"));
        }
        json_decref(info);
    }
}

/* An end of a stream inside of the program. */
#define STREAM(id, server)                                                                     \
    "{\"type\": \"stream\", \"id\": \"" id "\", \"server\": " server ", \"addr\": {\"type\": " \
    "\"unix\", \"path\": \"outboard-qmp-releases\", \"abstract\": true}}"

static void events_provoke(Session *s)
{
    execute(s, "stop", NULL);
    execute(s, "cont", NULL);
    event_expect(s, "STOP");
    event_expect(s, "RESUME");
    execute(s, "system_reset", NULL);
    event_expect(s, "RESET");
    execute(s, "device_del", "{\"id\": \"b\"}");
    event_expect(s, "DEVICE_DELETED");
    execute(s, "device_add", "{\"driver\": \"beacon\", \"id\": \"b\"}");
    execute(s, "netdev_add", STREAM("a", "true"));
    execute(s, "netdev_add", STREAM("b", "false"));
    event_expect(s, "NETDEV_STREAM_CONNECTED");
    execute(s, "netdev_del", "{\"id\": \"b\"}");
    event_expect(s, "NETDEV_STREAM_DISCONNECTED");
    execute(s, "netdev_del", "{\"id\": \"a\"}");
    execute(s, "migrate", "{\"uri\": \"exec:cat >/dev/null\"}");
    migration_await(s);
    event_expect(s, "MIGRATION");
}

/* ----------------------------------------------------------------------- tests */

/* A checker that finds nothing would make the other tests pass. */
static void test_checker(void)
{
    static const char schema_text[] =
        "[{\"name\": \"int\", \"meta-type\": \"builtin\", \"json-type\": \"int\"},"
        " {\"name\": \"E\", \"meta-type\": \"enum\", \"values\": [\"a\", \"b\"]},"
        " {\"name\": \"[int]\", \"meta-type\": \"array\", \"element-type\": \"int\"},"
        " {\"name\": \"A\", \"meta-type\": \"object\","
        "  \"members\": [{\"name\": \"n\", \"type\": \"int\"}]},"
        " {\"name\": \"B\", \"meta-type\": \"object\", \"members\": []},"
        " {\"name\": \"O\", \"meta-type\": \"object\", \"tag\": \"kind\","
        "  \"members\": [{\"name\": \"kind\", \"type\": \"E\"},"
        "                {\"name\": \"list\", \"type\": \"[int]\", \"default\": null}],"
        "  \"variants\": [{\"case\": \"a\", \"type\": \"A\"},"
        "                 {\"case\": \"b\", \"type\": \"B\"}]}]";
    static const struct {
        const char *value;
        const char *fault; /* NULL: fits */
    } cases[] = {
        { "{\"kind\": \"b\"}", NULL },
        { "{\"kind\": \"a\", \"n\": 1, \"list\": [1, 2]}", NULL },
        { "{\"kind\": \"a\"}", "x.n: missing" },
        { "{\"kind\": \"b\", \"n\": 1}", "x.n: unknown" },
        { "{\"kind\": \"b\", \"list\": [1, true]}", "x.list[]: wrong type: true" },
        { "{\"kind\": \"b\", \"list\": 1}", "x.list: not an array: 1" },
        { "{\"kind\": \"c\"}", "x.kind: not in the enum: \"c\"" },
    };
    json_t *entries = json_loads(schema_text, 0, NULL);
    json_t *schema = ob_schema_by_name(entries);

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func(g_free);
        json_t *value = json_loads(cases[i].value, 0, NULL);

        ob_schema_check(schema, "O", value, "x", faults);
        g_assert_cmpuint(faults->len, ==, cases[i].fault ? 1 : 0);
        g_assert_cmpstr(faults->len ? faults->pdata[0] : NULL, ==, cases[i].fault);
        json_decref(value);
    }
    json_decref(schema);
    json_decref(entries);
}

static void test_replies(gconstpointer opaque)
{
    const char *architecture = opaque;
    bool is_arm = g_str_equal(architecture, "aarch64");
    const QemuRelease *release = qemu_release_named(g_getenv("OB_QEMU_RELEASE"));
    Session s = { 0 };

    if (!qemu_release_require(release)) {
        return;
    }
    s.schema = schema_of_release(release, architecture);
    s.faults = g_ptr_array_new_with_free_func(g_free);
    s.client = program_start(
        g_getenv(is_arm ? "OB_PROGRAM_AARCH64" : "OB_PROGRAM"),
        is_arm ? "-M virt -m 32M -tpmdev libtpms,id=t -device tpm-crb-device,tpmdev=t,id=c "
                 "-device vmgenid,id=vg -device beacon,id=b -object iothread,id=io0 -chardev "
                 "ringbuf,id=ring"
               : "-M q35 -m 32M -tpmdev libtpms,id=t -device tpm-crb,tpmdev=t,id=c "
                 "-device vmgenid,id=vg -device beacon,id=b -object iothread,id=io0 -chardev "
                 "ringbuf,id=ring",
        NULL);
    all_commands_execute(&s);
    if (is_arm) {
        execute(&s, "query-gic-capabilities", NULL);
    } else {
        execute(&s, "query-hotpluggable-cpus", NULL);
        execute(&s, "query-acpi-ospm-status", NULL);
    }
    events_provoke(&s);
    ob_client_quit(s.client);
    faults_expect(s.faults, architecture);
    g_ptr_array_free(s.faults, TRUE);
    json_decref(s.schema);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qmp-releases/checker-finds-faults", test_checker);
    g_test_add_data_func("/qmp-releases/replies-fit-the-schema/x86_64", "x86_64", test_replies);
    g_test_add_data_func("/qmp-releases/replies-fit-the-schema/aarch64", "aarch64", test_replies);
    return g_test_run();
}
