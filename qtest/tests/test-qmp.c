/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP over a carrier of the test's own: negotiation, errors, commands, events. */
#include "qtest/host/json-reader.h"
#include "qtest/host/log.h"
#include "qtest/host/loop.h"
#include "qtest/host/qmp.h"

#include <string.h>

typedef struct Qmp {
    ObOptions *options;
    ObSystem system;
    ObQmp *session;
    GQueue *lines;              /* what the peer got, as JSON */
} Qmp;

static void peer_receive(void *opaque, const char *bytes, size_t count)
{
    Qmp *f = opaque;
    json_t *line = json_loadb(bytes, count, 0, NULL);

    g_assert_cmpint(bytes[count - 2], ==, '\r');
    g_assert_cmpint(bytes[count - 1], ==, '\n');
    g_assert_nonnull(line);
    g_queue_push_tail(f->lines, line);
}

/* `options` ends with NULL. */
static void set_up_with(Qmp *f, const char *const *options)
{
    const char *words[8] = { "outboard-system-x86_64", "-plugin-set", g_getenv("OUTBOARD_SET") };
    int count = 3;
    OB_ERROR(error);

    while (*options) {
        words[count++] = *options++;
    }
    f->options = ob_options_new(count, (char **)words, &error);
    f->system.loop = ob_loop_new();
    g_assert_true(ob_system_init(&f->system, f->options, &error));
    f->lines = g_queue_new();
    f->session = ob_qmp_new(&f->system, peer_receive, f);
    ob_qmp_open(f->session);
}

static void set_up(Qmp *f, gconstpointer data)
{
    (void)data;
    set_up_with(f, (const char *[]) { NULL });
}

static void set_up_stopped(Qmp *f, gconstpointer data)
{
    (void)data;
    set_up_with(f, (const char *[]) { "-S", NULL });
}

static void set_up_named(Qmp *f, gconstpointer data)
{
    (void)data;
    set_up_with(f, (const char *[]) { "-name", "Ada,process=x", "-uuid",
                                      "324E6EAF-d1d1-4bf6-bf41-b9bb6c91fb87", NULL });
}

static void tear_down(Qmp *f, gconstpointer data)
{
    (void)data;
    g_queue_free_full(f->lines, (GDestroyNotify)json_decref);
    ob_qmp_free(f->session);
    ob_system_clear(&f->system);
    ob_options_free(f->options);
}

static void say(Qmp *f, const char *text)
{
    ob_qmp_input(f->session, text, strlen(text));
}

/* The next line must be as `expected`; an event's time is checked and taken off. */
static void hear(Qmp *f, const char *expected)
{
    json_t *line = g_queue_pop_head(f->lines);
    json_t *json = json_loads(expected, 0, NULL);
    char *text;

    g_assert_nonnull(json);
    g_assert_nonnull(line);
    if (json_object_get(line, "event")) {
        json_t *time = json_object_get(line, "timestamp");

        g_assert_true(json_is_integer(json_object_get(time, "seconds")));
        g_assert_true(json_is_integer(json_object_get(time, "microseconds")));
        json_object_del(line, "timestamp");
    }
    text = json_dumps(line, 0);
    if (!json_equal(line, json)) {
        g_assert_cmpstr(text, ==, expected);
        g_assert_not_reached();
    }
    free(text);
    json_decref(line);
    json_decref(json);
}

static void hear_nothing(Qmp *f)
{
    g_assert_true(g_queue_is_empty(f->lines));
}

static void hear_error(Qmp *f, const char *error_class, const char *desc)
{
    json_t *json = json_pack("{s:{s:s, s:s}}", "error", "class", error_class, "desc", desc);
    char *text = json_dumps(json, 0);

    hear(f, text);
    free(text);
    json_decref(json);
}

/* The next line must be a parse error, whatever its end. */
static void hear_parse_error(Qmp *f)
{
    json_t *line = g_queue_pop_head(f->lines);
    json_t *error = json_object_get(line, "error");

    g_assert_cmpstr(json_string_value(json_object_get(error, "class")), ==, "GenericError");
    g_assert_true(g_str_has_prefix(json_string_value(json_object_get(error, "desc")),
                                   "JSON parse error, "));
    json_decref(line);
}

static void forget(Qmp *f)
{
    while (!g_queue_is_empty(f->lines)) {
        json_decref(g_queue_pop_head(f->lines));
    }
}

static void negotiate(Qmp *f)
{
    forget(f);
    say(f, "{\"execute\": \"qmp_capabilities\"}");
    hear(f, "{\"return\": {}}");
}

/* Whether the session still answers. */
static void lives(Qmp *f)
{
    say(f, "\n{\"execute\": \"query-name\", \"id\": \"alive\"}\n");
    hear(f, "{\"return\": {}, \"id\": \"alive\"}");
    hear_nothing(f);
}

/* -------------------------------------------------------------- negotiation */

static void test_greeting(Qmp *f, gconstpointer data)
{
    (void)data;
    hear(f, "{\"QMP\": {\"version\": {\"qemu\": {\"major\": 7, \"minor\": 2, \"micro\": 0}, "
         "\"package\": \"outboard 0.1.0\"}, \"capabilities\": [\"oob\"]}}");
    hear_nothing(f);
}

static void test_command_before_negotiation(Qmp *f, gconstpointer data)
{
    (void)data;
    forget(f);
    say(f, "{\"execute\": \"query-name\"}");
    hear_error(f, "CommandNotFound",
               "Expecting capabilities negotiation with 'qmp_capabilities'");
    negotiate(f);
    lives(f);
}

static void test_negotiation_twice(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    say(f, "{\"execute\": \"qmp_capabilities\"}");
    hear_error(f, "CommandNotFound",
               "Capabilities negotiation is already complete, command ignored");
}

static void test_unknown_capability(Qmp *f, gconstpointer data)
{
    (void)data;
    forget(f);
    say(f, "{\"execute\": \"qmp_capabilities\", \"arguments\": {\"enable\": [\"x\"]}}");
    hear_error(f, "GenericError", "Parameter 'enable' does not accept value 'x'");
    negotiate(f);
}

static void test_next_peer_negotiates(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    say(f, "{\"execute\": \"query-");
    ob_qmp_close(f->session);
    ob_qmp_open(f->session);
    forget(f);
    say(f, "{\"execute\": \"query-name\"}");
    hear_error(f, "CommandNotFound",
               "Expecting capabilities negotiation with 'qmp_capabilities'");
}

static void test_no_events_before_negotiation(Qmp *f, gconstpointer data)
{
    (void)data;
    forget(f);
    ob_system_reset(&f->system, "host-qmp-system-reset");
    hear_nothing(f);
}

/* ------------------------------------------------------------------- framing */

static void test_byte_by_byte(Qmp *f, gconstpointer data)
{
    static const char text[] = "{\"execute\": \"qmp_capabilities\"} "
                               "{\"execute\": \"query-name\", \"id\": \"}\\\"]\"}";

    (void)data;
    forget(f);
    for (size_t i = 0; i < strlen(text); i++) {
        ob_qmp_input(f->session, &text[i], 1);
    }
    hear(f, "{\"return\": {}}");
    hear(f, "{\"return\": {}, \"id\": \"}\\\"]\"}");
    hear_nothing(f);
}

static void test_pipelined(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    say(f, "{\"execute\": \"query-name\", \"id\": 1}{\"execute\": \"query-name\", \"id\": 2}");
    hear(f, "{\"return\": {}, \"id\": 1}");
    hear(f, "{\"return\": {}, \"id\": 2}");
}

static void test_id_of_any_type(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    say(f, "{\"execute\": \"query-name\", \"id\": {\"a\": [1, null]}}");
    hear(f, "{\"return\": {}, \"id\": {\"a\": [1, null]}}");
    say(f, "{\"execute\": \"nonsense\", \"id\": 3}");
    hear(f, "{\"error\": {\"class\": \"CommandNotFound\", \"desc\": "
         "\"The command nonsense has not been found\"}, \"id\": 3}");
}

typedef struct Malformed {
    const char *name;
    const char *text;
} Malformed;

static const Malformed malformed[] = {
    { "stray-brackets", "}}]" },
    { "bare-word", "tru\n" },
    { "bad-object", "{bad}" },
    { "trailing-comma", "{\"execute\": \"query-name\",}" },
    { "single-quotes", "{'execute': 1}" },
    { "duplicate-key", "{\"id\": 1, \"id\": 2}" },
    { "string-over-a-line", "{\"a\": \"\n" },
    { "control-character-in-a-string", "{\"a\": \"\001x" },
    { "invalid-utf-8", "{\"execute\": \"\xc3\x28\"}" },
    { "byte-ff", "{\"a\": [\xff" },
    { "binary-garbage", "\x01\x80\xfe\x7f)(\"\x05" },
    { "mismatched-brackets", "{\"a\": [}]" },
    { "huge-number", "1e999\n" },
    { "huge-integer", "[99999999999999999999999999]" },
    { "nul-in-a-string", "{\"a\": \"\\u0000\"}" },
};

static void test_malformed(Qmp *f, gconstpointer opaque)
{
    const Malformed *row = opaque;

    negotiate(f);
    say(f, row->text);
    hear_parse_error(f);
    lives(f);
}

/* As QEMU's own test does: nothing between what is malformed and the next request. */
static void test_recovers_at_the_next_value(Qmp *f, gconstpointer data)
{
    static const char *const texts[] = { "{\x01", "{\xff", "{'bad \xff", "%%p", "{\"a\": ;" };

    (void)data;
    negotiate(f);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        say(f, texts[i]);
        hear_parse_error(f);
        say(f, "{\"execute\": \"query-name\", \"id\": \"alive\"}");
        hear(f, "{\"return\": {}, \"id\": \"alive\"}");
        hear_nothing(f);
    }
}

static void test_nesting(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    for (uint32_t i = 0; i < 100 * OB_JSON_DEPTH_MAX; i++) {
        say(f, "[");
    }
    hear_error(f, "GenericError", "JSON parse error, nesting is too deep");
    lives(f);
}

static void test_string_without_end(Qmp *f, gconstpointer data)
{
    enum { PIECE = 1 << 20 };
    g_autofree char *piece = g_strnfill(PIECE, 'a');

    (void)data;
    negotiate(f);
    say(f, "{\"execute\": \"");
    for (uint32_t i = 0; i < 100; i++) {
        ob_qmp_input(f->session, piece, PIECE);
    }
    hear_error(f, "GenericError", "JSON parse error, a value is too long");
    hear_nothing(f);
    lives(f);
}

/* ------------------------------------------------------------------ requests */

typedef struct Mistake {
    const char *name;
    const char *request;
    const char *error_class;
    const char *desc;
} Mistake;

#define EXECUTE(command, arguments) \
    "{\"execute\": \"" command "\", \"arguments\": {" arguments "}}"

static const Mistake mistakes[] = {
    { "not-an-object", "[]", "GenericError", "QMP input must be a JSON object" },
    { "lone-scalar", "3\n", "GenericError", "QMP input must be a JSON object" },
    { "no-command", "{}", "GenericError", "QMP input lacks member 'execute'" },
    { "command-of-wrong-type", "{\"execute\": 1}", "GenericError",
      "QMP input member 'execute' must be a string" },
    { "arguments-of-wrong-type", "{\"execute\": \"query-name\", \"arguments\": []}",
      "GenericError", "QMP input member 'arguments' must be an object" },
    { "unknown-member", "{\"execute\": \"query-name\", \"x\": 1}", "GenericError",
      "QMP input member 'x' is unexpected" },
    { "out-of-band-without-capability", "{\"exec-oob\": \"query-name\"}", "GenericError",
      "QMP input member 'exec-oob' is unexpected" },
    { "unknown-command", "{\"execute\": \"x\"}", "CommandNotFound",
      "The command x has not been found" },
    { "unknown-argument", EXECUTE("query-name", "\"x\": 1"), "GenericError",
      "Parameter 'x' is unexpected" },
    { "missing-argument", EXECUTE("qom-list", ""), "GenericError", "Parameter 'path' is missing" },
    { "argument-of-wrong-type", EXECUTE("qom-list", "\"path\": 5"), "GenericError",
      "Invalid parameter type for 'path', expected: string" },
    { "path-unknown", EXECUTE("qom-list", "\"path\": \"/x\""), "DeviceNotFound",
      "Device '/x' not found" },
    { "property-unknown", EXECUTE("qom-get", "\"path\": \"/machine\", \"property\": \"x\""),
      "GenericError", "Property 'pc-machine.x' not found" },
    { "property-to-set-unknown", EXECUTE("qom-set", "\"path\": \"/machine\", "
      "\"property\": \"x\", \"value\": 1"), "GenericError", "Property 'pc-machine.x' not found" },
    { "property-that-nobody-sets", EXECUTE("qom-set", "\"path\": \"/machine\", "
      "\"property\": \"type\", \"value\": 1"), "GenericError",
      "Insufficient permission to perform this operation" },
    { "property-set-to-a-list", EXECUTE("qom-set", "\"path\": \"/machine\", "
      "\"property\": \"type\", \"value\": []"), "GenericError",
      "Invalid parameter type for 'value', expected: string, integer or boolean" },
    { "generation-id-without-device", EXECUTE("query-vm-generation-id", ""), "GenericError",
      "VM Generation ID device not found" },
    { "generation-id-set-without-device",
      EXECUTE("vm-generation-id-set", "\"guid\": \"auto\""), "GenericError",
      "VM Generation ID device not found" },
    { "type-unknown", EXECUTE("device-list-properties", "\"typename\": \"x\""),
      "DeviceNotFound", "Device 'x' not found" },
    { "device-unknown", EXECUTE("device_add", "\"driver\": \"beacn\""), "GenericError",
      "'beacn' is not a valid device model name, did you mean 'beacon'?" },
    { "device-property-unknown", EXECUTE("device_add", "\"driver\": \"beacon\", \"adr\": 1"),
      "GenericError", "beacon: unknown property 'adr', did you mean 'addr'?" },
    { "device-property-of-wrong-type",
      EXECUTE("device_add", "\"driver\": \"beacon\", \"addr\": []"), "GenericError",
      "Invalid parameter type for 'addr', expected: string, integer or boolean" },
    { "device-to-remove-unknown", EXECUTE("device_del", "\"id\": \"x\""), "DeviceNotFound",
      "Device 'x' not found" },
};

static void test_mistake(Qmp *f, gconstpointer opaque)
{
    const Mistake *row = opaque;

    negotiate(f);
    say(f, row->request);
    hear_error(f, row->error_class, row->desc);
    lives(f);
}

static void test_out_of_band(Qmp *f, gconstpointer data)
{
    (void)data;
    forget(f);
    say(f, EXECUTE("qmp_capabilities", "\"enable\": [\"oob\"]"));
    hear(f, "{\"return\": {}}");
    say(f, "{\"exec-oob\": \"query-name\", \"id\": 9}");
    hear(f, "{\"error\": {\"class\": \"GenericError\", \"desc\": "
         "\"The command query-name does not support OOB\"}, \"id\": 9}");
}

/* ------------------------------------------------------------------- machine */

static void test_stop_cont(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    say(f, "{\"execute\": \"stop\"}");
    hear(f, "{\"event\": \"STOP\"}");
    hear(f, "{\"return\": {}}");
    say(f, "{\"execute\": \"query-status\"}");
    hear(f, "{\"return\": {\"status\": \"paused\", \"singlestep\": false, \"running\": false}}");
    say(f, "{\"execute\": \"cont\"}");
    hear(f, "{\"event\": \"RESUME\"}");
    hear(f, "{\"return\": {}}");
    say(f, "{\"execute\": \"query-status\"}");
    hear(f, "{\"return\": {\"status\": \"running\", \"singlestep\": false, \"running\": true}}");
}

static void test_prelaunch(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    say(f, "{\"execute\": \"stop\"}");
    hear(f, "{\"return\": {}}");
    say(f, "{\"execute\": \"query-status\"}");
    hear(f, "{\"return\": {\"status\": \"prelaunch\", \"singlestep\": false, "
         "\"running\": false}}");
    say(f, "{\"execute\": \"cont\"}");
    hear(f, "{\"event\": \"RESUME\"}");
}

static void test_reset(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    say(f, "{\"execute\": \"system_reset\"}");
    hear(f, "{\"event\": \"RESET\", \"data\": {\"guest\": false, "
         "\"reason\": \"host-qmp-system-reset\"}}");
    hear(f, "{\"return\": {}}");
}

static void test_quit(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    say(f, "{\"execute\": \"quit\"}");
    hear(f, "{\"event\": \"SHUTDOWN\", \"data\": {\"guest\": false, "
         "\"reason\": \"host-qmp-quit\"}}");
    hear(f, "{\"return\": {}}");
    g_assert_true(ob_loop_quitting(f->system.loop));
}

/* ------------------------------------------------------------------- devices */

static void test_device_add_del(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    say(f, EXECUTE("device_add", "\"driver\": \"beacon\", \"id\": \"b\", \"irq-line\": 7"));
    hear(f, "{\"return\": {}}");
    say(f, EXECUTE("qom-get", "\"path\": \"/machine/peripheral/b\", "
                              "\"property\": \"irq-line\""));
    hear(f, "{\"return\": 7}");
    say(f, EXECUTE("qom-set", "\"path\": \"b\", \"property\": \"irq-line\", \"value\": 8"));
    hear_error(f, "GenericError", "b: irq-line: can't be changed after the device was realized");
    say(f, EXECUTE("device_add", "\"driver\": \"beacon\", \"id\": \"b\""));
    hear_error(f, "GenericError", "Duplicate device ID 'b'");
    say(f, EXECUTE("device_del", "\"id\": \"b\""));
    hear(f, "{\"event\": \"DEVICE_DELETED\", \"data\": {\"device\": \"b\", "
         "\"path\": \"/machine/peripheral/b\"}}");
    hear(f, "{\"return\": {}}");
    g_assert_null(ob_host_device_at(f->system.host, 0));
}

static void test_qom_tree(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    say(f, EXECUTE("device_add", "\"driver\": \"beacon\""));
    hear(f, "{\"return\": {}}");
    say(f, EXECUTE("qom-list", "\"path\": \"/\""));
    hear(f, "{\"return\": [{\"name\": \"type\", \"type\": \"string\"}, "
         "{\"name\": \"machine\", \"type\": \"child<pc-machine>\"}]}");
    say(f, EXECUTE("qom-list", "\"path\": \"/machine/peripheral-anon\""));
    hear(f, "{\"return\": [{\"name\": \"type\", \"type\": \"string\"}, "
         "{\"name\": \"device[0]\", \"type\": \"child<beacon>\"}]}");
    say(f, EXECUTE("qom-get", "\"path\": \"/machine/peripheral-anon\", "
                              "\"property\": \"device[0]\""));
    hear(f, "{\"return\": \"/machine/peripheral-anon/device[0]\"}");
    say(f, EXECUTE("qom-get", "\"path\": \"device[0]\", \"property\": \"type\""));
    hear(f, "{\"return\": \"beacon\"}");
    say(f, EXECUTE("qom-get", "\"path\": \"beacon\", \"property\": \"realized\""));
    hear(f, "{\"return\": true}");
}

static void test_identity(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    say(f, "{\"execute\": \"query-name\"}{\"execute\": \"query-uuid\"}"
           "{\"execute\": \"query-target\"}");
    hear(f, "{\"return\": {\"name\": \"Ada\"}}");
    hear(f, "{\"return\": {\"UUID\": \"324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87\"}}");
    hear(f, "{\"return\": {\"arch\": \"x86_64\"}}");
}

static void test_types(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    say(f, EXECUTE("qom-list-types", "\"implements\": \"beacon\""));
    hear(f, "{\"return\": [{\"name\": \"beacon\", \"parent\": \"device\"}]}");
    say(f, EXECUTE("device-list-properties", "\"typename\": \"tpm-crb\""));
    hear(f, "{\"return\": [{\"name\": \"tpmdev\", \"type\": \"str\", "
         "\"description\": \"id of the -tpmdev behind it\"}, "
         "{\"name\": \"ppi\", \"type\": \"bool\", \"description\": "
         "\"memory for the physical presence interface\", \"default-value\": true}, "
         "{\"name\": \"strict\", \"type\": \"bool\", \"description\": "
         "\"ignore what the PTP does not allow\", \"default-value\": false}, "
         "{\"name\": \"cap-chunk\", \"type\": \"bool\", \"description\": "
         "\"take commands and give responses in chunks\", \"default-value\": false}]}");
}

/* -------------------------------------------------------------------- schema */

static json_t *return_of(Qmp *f, const char *request)
{
    json_t *line;
    json_t *value;

    say(f, request);
    line = g_queue_pop_head(f->lines);
    value = json_incref(json_object_get(line, "return"));
    json_decref(line);
    return value;
}

/* Each name that the schema refers to is in it, once. */
static void test_schema_is_closed(Qmp *f, gconstpointer data)
{
    static const char *const references[] = { "arg-type", "ret-type", "element-type" };
    json_t *names = json_object();
    json_t *schema;
    json_t *entry;
    json_t *member;
    size_t i;
    size_t j;

    (void)data;
    negotiate(f);
    schema = return_of(f, "{\"execute\": \"query-qmp-schema\"}");
    json_array_foreach(schema, i, entry) {
        const char *name = json_string_value(json_object_get(entry, "name"));

        g_assert_null(json_object_get(names, name));
        json_object_set_new(names, name, json_true());
    }
    json_array_foreach(schema, i, entry) {
        for (j = 0; j < G_N_ELEMENTS(references); j++) {
            const char *name = json_string_value(json_object_get(entry, references[j]));
            g_assert_true(!name || json_object_get(names, name));
        }
        json_array_foreach(json_object_get(entry, "members"), j, member) {
            const char *name = json_string_value(json_object_get(member, "type"));
            g_assert_true(!name || json_object_get(names, name));
        }
    }
    json_decref(schema);
    json_decref(names);
}

static void test_schema_has_commands(Qmp *f, gconstpointer data)
{
    json_t *commands;
    json_t *schema;
    json_t *entry;
    size_t found = 0;
    size_t i;

    (void)data;
    negotiate(f);
    commands = return_of(f, "{\"execute\": \"query-commands\"}");
    schema = return_of(f, "{\"execute\": \"query-qmp-schema\"}");
    json_array_foreach(schema, i, entry) {
        found += !g_strcmp0(json_string_value(json_object_get(entry, "meta-type")), "command");
    }
    g_assert_cmpuint(found, ==, json_array_size(commands));
    g_assert_cmpuint(found, >, 20);
    json_decref(commands);
    json_decref(schema);
}

#define TEST(path, data, function) g_test_add(path, Qmp, data, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("/qmp/greeting-comes-unprompted", NULL, test_greeting);
    TEST("/qmp/negotiation/comes-first", NULL, test_command_before_negotiation);
    TEST("/qmp/negotiation/only-once", NULL, test_negotiation_twice);
    TEST("/qmp/negotiation/unknown-capability-is-refused", NULL, test_unknown_capability);
    TEST("/qmp/negotiation/of-the-next-peer", NULL, test_next_peer_negotiates);
    TEST("/qmp/negotiation/no-events-before", NULL, test_no_events_before_negotiation);
    TEST("/qmp/framing/byte-by-byte", NULL, test_byte_by_byte);
    TEST("/qmp/framing/pipelined", NULL, test_pipelined);
    TEST("/qmp/framing/id-comes-back", NULL, test_id_of_any_type);
    for (size_t i = 0; i < G_N_ELEMENTS(malformed); i++) {
        g_autofree char *path = g_strconcat("/qmp/malformed/", malformed[i].name, NULL);
        TEST(path, &malformed[i], test_malformed);
    }
    TEST("/qmp/malformed/recovers-at-the-next-value", NULL, test_recovers_at_the_next_value);
    TEST("/qmp/malformed/deep-nesting", NULL, test_nesting);
    TEST("/qmp/malformed/string-without-end", NULL, test_string_without_end);
    for (size_t i = 0; i < G_N_ELEMENTS(mistakes); i++) {
        g_autofree char *path = g_strconcat("/qmp/refused/", mistakes[i].name, NULL);
        TEST(path, &mistakes[i], test_mistake);
    }
    TEST("/qmp/refused/out-of-band", NULL, test_out_of_band);
    TEST("/qmp/machine/stop-and-cont", NULL, test_stop_cont);
    g_test_add("/qmp/machine/stopped-is-prelaunch", Qmp, NULL, set_up_stopped, test_prelaunch,
               tear_down);
    g_test_add("/qmp/machine/identity", Qmp, NULL, set_up_named, test_identity, tear_down);
    TEST("/qmp/machine/reset", NULL, test_reset);
    TEST("/qmp/machine/quit", NULL, test_quit);
    TEST("/qmp/device/add-and-del", NULL, test_device_add_del);
    TEST("/qmp/device/object-tree", NULL, test_qom_tree);
    TEST("/qmp/device/types", NULL, test_types);
    TEST("/qmp/schema/is-closed", NULL, test_schema_is_closed);
    TEST("/qmp/schema/has-each-command", NULL, test_schema_has_commands);
    return g_test_run();
}
