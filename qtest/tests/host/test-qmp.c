/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP without a socket: negotiation, framing, refused requests. */
#include "qtest/host/migration/migration-internal.h"
#include "qtest/host/qmp/session/json-reader.h"
#include "qtest/tests/host/qmp-peer.h"

#include <string.h>

/* The next line must be a parse error; the rest of its sentence is not checked. */
static void hear_parse_error(Qmp *f)
{
    json_t *line = g_queue_pop_head(f->lines);
    json_t *error = json_object_get(line, "error");

    g_assert_cmpstr(json_string_value(json_object_get(error, "class")), ==, "GenericError");
    g_assert_true(
        g_str_has_prefix(json_string_value(json_object_get(error, "desc")), "JSON parse error, "));
    json_decref(line);
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
    hear_error(f, "CommandNotFound", "Expecting capabilities negotiation with 'qmp_capabilities'");
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
    hear_error(f, "CommandNotFound", "Expecting capabilities negotiation with 'qmp_capabilities'");
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

/* QEMU's parser takes these, too. */
static void test_single_quotes(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    say(f, "{'execute': 'query-name', 'id': 'a\"b\\'c\\\\'}");
    hear(f, "{\"return\": {}, \"id\": \"a\\\"b'c\\\\\"}");
    say(f, "{\"execute\": \"query-name\", \"id\": \"it's \\'\"}");
    hear(f, "{\"return\": {}, \"id\": \"it's '\"}");
    say(f, "{'execute': 'query-name', 'id': '}'}");
    hear(f, "{\"return\": {}, \"id\": \"}\"}");
}

static void test_large_numbers(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    say(f, "{\"execute\": \"query-name\", \"id\": [9223372036854775807, 9223372036854775808, "
           "-9223372036854775808, 100000000000000000000, '100000000000000000000']}");
    hear(f, "{\"return\": {}, \"id\": [9223372036854775807, 9.2233720368547758e18, "
            "-9223372036854775808, 1e20, \"100000000000000000000\"]}");
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
    { "quotes-of-two-kinds", "{'execute\": 1}\n" },
    { "duplicate-key", "{\"id\": 1, \"id\": 2}" },
    { "string-over-a-line", "{\"a\": \"\n" },
    { "control-character-in-a-string", "{\"a\": \"\001x" },
    { "invalid-utf-8", "{\"execute\": \"\xc3\x28\"}" },
    { "byte-ff", "{\"a\": [\xff" },
    { "binary-garbage", "\x01\x80\xfe\x7f)(\"\x05" },
    { "mismatched-brackets", "{\"a\": [}]" },
    { "huge-number", "1e999\n" },
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

/* QEMU's own test does the same: the next request follows the malformed text directly. */
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

/* clang-format off */
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
    { "screen-of-no-device", EXECUTE("screendump", "\"filename\": \"x\", \"head\": 1"),
      "GenericError", "'head' must be specified together with 'device'" },
    { "capability-without-state",
      EXECUTE("migrate-set-capabilities", "\"capabilities\": [{\"capability\": \"events\"}]"),
      "GenericError", "Invalid parameter 'capabilities', expected members capability and state" },
    { "parameter-out-of-range", EXECUTE("migrate-set-parameters", "\"downtime-limit\": 2000001"),
      "GenericError",
      "Parameter 'downtime-limit' expects an integer in the range of 0 to 2000000" },
    { "descriptor-with-the-name-of-a-number", EXECUTE("getfd", "\"fdname\": \"5\""),
      "GenericError", "Parameter 'fdname' expects a name not starting with a digit" },
    { "stray-byte-ff", "\xff", "GenericError", "JSON parse error, stray byte 0xff" },
    { "device-to-remove-unknown", EXECUTE("device_del", "\"id\": \"x\""), "DeviceNotFound",
      "Device 'x' not found" },
};
/* clang-format on */

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
    say(f, "{\"exec-oob\": \"query-yank\", \"id\": 10}");
    hear(f, "{\"return\": [], \"id\": 10}");
}

/* ------------------------------------------------------------------- peers */

/* Sends five requests to a session whose peer reads two replies at a time. */
static void say_five(Qmp *f)
{
    negotiate(f);
    f->unread_max = 2;
    say(f, "{\"execute\": \"query-name\", \"id\": 0} {\"execute\": \"query-name\", \"id\": 1}"
           "{\"execute\": \"query-name\", \"id\": 2} {\"execute\": \"query-na");
    say(f, "me\", \"id\": 3} {\"execute\": \"query-name\", \"id\": 4}");
    hear(f, "{\"return\": {}, \"id\": 0}");
    hear(f, "{\"return\": {}, \"id\": 1}");
    hear_nothing(f);
}

static void test_unread_replies(Qmp *f, gconstpointer data)
{
    (void)data;
    say_five(f);
    ob_qmp_resume(f->session);
    hear(f, "{\"return\": {}, \"id\": 2}");
    hear(f, "{\"return\": {}, \"id\": 3}");
    hear_nothing(f);
    ob_qmp_resume(f->session);
    hear(f, "{\"return\": {}, \"id\": 4}");
    lives(f);
}

static void test_gone_peer(Qmp *f, gconstpointer data)
{
    (void)data;
    say_five(f);
    ob_qmp_close(f->session);
    f->unread_max = G_MAXUINT;
    ob_qmp_open(f->session);
    forget(f);
    ob_qmp_resume(f->session);
    hear_nothing(f);
    negotiate(f);
    lives(f);
}

/* A sentence about a stream quotes bytes of any value. */
static void test_error_desc(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    ob_migration_set_failed(f->system.migration, "a\xff"
                                                 "b");
    say(f, "{\"execute\": \"query-migrate\"}");
    hear(f, "{\"return\": {\"status\": \"failed\", \"error-desc\": \"a\\ufffdb\"}}");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    QMP_TEST("/qmp/greeting-comes-unprompted", NULL, test_greeting);
    QMP_TEST("/qmp/negotiation/comes-first", NULL, test_command_before_negotiation);
    QMP_TEST("/qmp/negotiation/only-once", NULL, test_negotiation_twice);
    QMP_TEST("/qmp/negotiation/unknown-capability-is-refused", NULL, test_unknown_capability);
    QMP_TEST("/qmp/negotiation/of-the-next-peer", NULL, test_next_peer_negotiates);
    QMP_TEST("/qmp/negotiation/no-events-before", NULL, test_no_events_before_negotiation);
    QMP_TEST("/qmp/framing/byte-by-byte", NULL, test_byte_by_byte);
    QMP_TEST("/qmp/framing/pipelined", NULL, test_pipelined);
    QMP_TEST("/qmp/framing/id-comes-back", NULL, test_id_of_any_type);
    QMP_TEST("/qmp/framing/single-quotes", NULL, test_single_quotes);
    QMP_TEST("/qmp/framing/large-numbers", NULL, test_large_numbers);
    for (size_t i = 0; i < G_N_ELEMENTS(malformed); i++) {
        g_autofree char *path = g_strconcat("/qmp/malformed/", malformed[i].name, NULL);
        QMP_TEST(path, &malformed[i], test_malformed);
    }
    QMP_TEST("/qmp/peer/that-does-not-read-waits", NULL, test_unread_replies);
    QMP_TEST("/qmp/peer/that-has-gone-leaves-no-requests", NULL, test_gone_peer);
    QMP_TEST("/qmp/text/error-desc-with-any-bytes", NULL, test_error_desc);
    QMP_TEST("/qmp/malformed/recovers-at-the-next-value", NULL, test_recovers_at_the_next_value);
    QMP_TEST("/qmp/malformed/deep-nesting", NULL, test_nesting);
    QMP_TEST("/qmp/malformed/string-without-end", NULL, test_string_without_end);
    for (size_t i = 0; i < G_N_ELEMENTS(mistakes); i++) {
        g_autofree char *path = g_strconcat("/qmp/refused/", mistakes[i].name, NULL);
        QMP_TEST(path, &mistakes[i], test_mistake);
    }
    QMP_TEST("/qmp/refused/out-of-band", NULL, test_out_of_band);
    return g_test_run();
}
