/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP without a socket: commands, their events, and the schema. */
#include <string.h>

#include "qtest/host/io/loop.h"
#include "qtest/tests/host/qmp-peer.h"

static void set_up_stopped(Qmp *f, gconstpointer data)
{
    (void)data;
    qmp_set_up_with(f, (const char *[]) { "-S", NULL });
}

static void set_up_named(Qmp *f, gconstpointer data)
{
    (void)data;
    qmp_set_up_with(f, (const char *[]) { "-name", "Ada,process=x", "-uuid",
                                          "324E6EAF-d1d1-4bf6-bf41-b9bb6c91fb87", NULL });
}

/* Besides our own a plugin of tests/plugins. */
static void set_up_plugin(Qmp *f, gconstpointer data)
{
    g_autofree char *file = g_strdup_printf("%s.so", (const char *)data);
    g_autofree char *path = g_build_filename(g_getenv("OB_PLUGINS"), file, NULL);

    qmp_set_up_with(f, (const char *[]) { "-plugin-set", path, NULL });
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
            "{\"name\": \"machine\", \"type\": \"child<pc-machine>\"}, "
            "{\"name\": \"objects\", \"type\": \"child<container>\"}]}");
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

/* Expects that the type exists, or the elements' type of "[TYPE]".  `user` and `key` are the place
 * that refers to it. */
static void type_expect(const json_t *names, const char *user, const char *key, const char *type)
{
    g_autofree char *name = g_strdup(type && type[0] == '[' ? type + 1 : type);

    if (name && g_str_has_suffix(name, "]")) {
        name[strlen(name) - 1] = '\0';
    }
    if (name && !json_object_get(names, name)) {
        g_test_message("%s: %s: type '%s' does not exist", user, key, name);
        g_test_fail();
    }
}

static void types_expect(const json_t *names, const json_t *entry)
{
    static const char *const references[] = { "arg-type", "ret-type", "element-type" };
    const char *user = json_string_value(json_object_get(entry, "name"));
    json_t *member;
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(references); i++) {
        type_expect(names, user, references[i],
                    json_string_value(json_object_get(entry, references[i])));
    }
    json_array_foreach(json_object_get(entry, "members"), i, member)
    {
        type_expect(names, user, json_string_value(json_object_get(member, "name")),
                    json_string_value(json_object_get(member, "type")));
    }
    json_array_foreach(json_object_get(entry, "variants"), i, member)
    {
        type_expect(names, user, json_string_value(json_object_get(member, "case")),
                    json_string_value(json_object_get(member, "type")));
    }
}

/* The schema defines each type that it refers to, once. */
static void test_schema_is_closed(Qmp *f, gconstpointer data)
{
    json_t *names = json_object();
    json_t *schema;
    json_t *entry;
    size_t i;

    (void)data;
    negotiate(f);
    schema = return_of(f, "{\"execute\": \"query-qmp-schema\"}");
    json_array_foreach(schema, i, entry)
    {
        const char *name = json_string_value(json_object_get(entry, "name"));

        g_assert_null(json_object_get(names, name));
        json_object_set_new(names, name, json_true());
    }
    json_array_foreach(schema, i, entry)
    {
        types_expect(names, entry);
    }
    json_decref(schema);
    json_decref(names);
}

/* ------------------------------------------------------------------- groups */

static json_t *schema_values(Qmp *f, const char *name)
{
    json_t *schema = return_of(f, "{\"execute\": \"query-qmp-schema\"}");
    json_t *values = NULL;
    json_t *entry;
    size_t i;

    json_array_foreach(schema, i, entry)
    {
        if (g_str_equal(json_string_value(json_object_get(entry, "name")), name)) {
            values = json_incref(json_object_get(entry, "values"));
        }
    }
    json_decref(schema);
    return values;
}

static void assert_tpm_models(Qmp *f, json_t *expected)
{
    json_t *values = schema_values(f, "TpmModel");

    g_assert_true(json_equal(values, expected));
    json_decref(values);
    json_decref(expected);
}

/* The schema has all values, and the commands tell those of QEMU's own enums. */
static void test_tpm_models(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    assert_tpm_models(f, json_pack("[s, s, s, s]", "tpm-crb", "tpm-crb-device", "tpm-tis",
                                   "tpm-tis-device"));
    say(f, "{\"execute\": \"query-tpm-models\"}");
    hear(f, "{\"return\": [\"tpm-crb\", \"tpm-tis\"]}");
    say(f, "{\"execute\": \"query-tpm-types\"}");
    hear(f, "{\"return\": [\"emulator\"]}");
}

static void set_up_tpm(Qmp *f, gconstpointer data)
{
    (void)data;
    qmp_set_up_with(f, (const char *[]) { "-tpmdev", "libtpms,id=t", "-device",
                                          "tpm-crb-device,tpmdev=t,addr=0xfe000000", NULL });
}

static void test_tpm_models_in_use(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    say(f, "{\"execute\": \"query-tpm-models\"}");
    hear(f, "{\"return\": [\"tpm-crb\", \"tpm-crb-device\", \"tpm-tis\"]}");
    say(f, "{\"execute\": \"query-tpm-types\"}");
    hear(f, "{\"return\": [\"libtpms\", \"emulator\"]}");
}

static void set_up_tis(Qmp *f, gconstpointer data)
{
    (void)data;
    qmp_set_up_with(f, (const char *[]) { "-tpmdev", "libtpms,id=t", "-device",
                                          "tpm-tis-device,tpmdev=t,addr=0xfe000000", NULL });
}

/* QEMU has one name for both forms of its TIS. */
static void test_tis_device_is_a_tis(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    say(f, "{\"execute\": \"query-tpm-models\"}");
    hear(f, "{\"return\": [\"tpm-crb\", \"tpm-tis\"]}");
    say(f, "{\"execute\": \"query-tpm\"}");
    hear(f, "{\"return\": [{\"id\": \"t\", \"model\": \"tpm-tis\", \"options\": {\"type\": "
            "\"libtpms\", \"data\": {}}}]}");
}

static void set_up_scripted_tpm(Qmp *f, gconstpointer data)
{
    (void)data;
    qmp_set_up_with(f, (const char *[]) { "-tpmdev", "script,id=t,file=/dev/null", "-device",
                                          "tpm-crb,tpmdev=t", NULL });
}

static void test_scripted_tpm(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    say(f, "{\"execute\": \"query-tpm-types\"}");
    hear(f, "{\"return\": [\"emulator\", \"script\"]}");
    say(f, "{\"execute\": \"query-tpm\"}");
    hear(
        f,
        "{\"return\": [{\"id\": \"t\", \"model\": \"tpm-crb\", \"options\": {\"type\": \"script\", "
        "\"data\": {\"file\": \"/dev/null\"}}}]}");
}

static void test_other_tpm_model(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    assert_tpm_models(f, json_pack("[s, s, s, s, s]", "tpm-crb", "tpm-crb-device", "tpm-tis",
                                   "tpm-tis-device", "com.acme.tpm"));
    say(f, "{\"execute\": \"query-tpm-models\"}");
    hear(f, "{\"return\": [\"tpm-crb\", \"tpm-tis\"]}");
}

static void test_other_generation_id(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    say(f, EXECUTE("device_add", "\"driver\": \"com.acme.generation\", \"guid\": \"x\""));
    hear(f, "{\"return\": {}}");
    say(f, "{\"execute\": \"query-vm-generation-id\"}");
    hear(f, "{\"return\": {\"guid\": \"x\"}}");
}

/* The fixture's own machine gives way to one without CPUs. */
static void test_none_has_no_cpus(Qmp *f, gconstpointer data)
{
    (void)data;
    qmp_tear_down(f, NULL);
    *f = (Qmp) { 0 };
    qmp_set_up_with(f, (const char *[]) { "-machine", "none", NULL });
    negotiate(f);
    say(f, "{\"execute\": \"query-hotpluggable-cpus\"}");
    hear_error(f, "GenericError", "machine does not support hot-plugging CPUs");
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
    json_array_foreach(schema, i, entry)
    {
        found += !g_strcmp0(json_string_value(json_object_get(entry, "meta-type")), "command");
    }
    g_assert_cmpuint(found, ==, json_array_size(commands));
    g_assert_cmpuint(found, >, 20);
    json_decref(commands);
    json_decref(schema);
}

/* ---------------------------------------------------------- QEMU's schema */

/* The entry of a list whose member has this text; the caller owns the reply. */
static json_t *entry_of(Qmp *f, const char *member, const char *text, json_t **reply)
{
    json_t *entry;
    size_t i;

    *reply = g_queue_pop_head(f->lines);
    json_array_foreach(json_object_get(*reply, "return"), i, entry)
    {
        if (!g_strcmp0(json_string_value(json_object_get(entry, member)), text)) {
            return entry;
        }
    }
    return NULL;
}

static void test_machines(Qmp *f, gconstpointer data)
{
    json_t *reply;
    json_t *pc;
    json_t *none;

    (void)data;
    negotiate(f);
    say(f, "{\"execute\": \"query-machines\"}");
    pc = entry_of(f, "alias", "pc", &reply);
    g_assert_cmpstr(json_string_value(json_object_get(pc, "name")), ==, "pc-i440fx-7.2");
    g_assert_true(json_is_true(json_object_get(pc, "is-default")));
    g_assert_true(json_is_true(json_object_get(pc, "acpi")));
    g_assert_cmpint(json_integer_value(json_object_get(pc, "cpu-max")), ==, 255);
    json_decref(reply);
    say(f, "{\"execute\": \"query-machines\"}");
    g_assert_null(json_object_get(entry_of(f, "name", "pc-q35-11.1", &reply), "alias"));
    json_decref(reply);
    say(f, "{\"execute\": \"query-machines\"}");
    none = entry_of(f, "name", "none", &reply);
    g_assert_true(json_is_false(json_object_get(none, "acpi")));
    json_decref(reply);
}

static void test_accelerators(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    say(f, EXECUTE("qom-list-types", "\"implements\": \"accel\""));
    hear(f, "{\"return\": [{\"name\": \"qtest-accel\", \"parent\": \"accel\"}, "
            "{\"name\": \"tcg-accel\", \"parent\": \"accel\"}]}");
}

static void test_list_get(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    say(f, EXECUTE("qom-list-get", "\"paths\": [\"/machine/peripheral\", \"/\"]"));
    hear(f, "{\"return\": [{\"properties\": [{\"name\": \"type\", \"type\": \"string\", "
            "\"value\": \"container\"}]}, {\"properties\": [{\"name\": \"type\", "
            "\"type\": \"string\", \"value\": \"container\"}, {\"name\": \"machine\", "
            "\"type\": \"child<pc-machine>\", \"value\": \"/machine\"}, "
            "{\"name\": \"objects\", \"type\": \"child<container>\", "
            "\"value\": \"/objects\"}]}]}");
    say(f, EXECUTE("qom-get", "\"path\": \"//machine//peripheral/\", \"property\": \"type\""));
    hear(f, "{\"return\": \"container\"}");
    say(f, EXECUTE("qom-list-get", "\"paths\": [\"/\", \"/nix\"]"));
    hear_error(f, "DeviceNotFound", "Device '/nix' not found");
}

static void test_list_properties(Qmp *f, gconstpointer data)
{
    json_t *reply;

    (void)data;
    negotiate(f);
    say(f, EXECUTE("qom-list-properties", "\"typename\": \"vmgenid\""));
    g_assert_nonnull(entry_of(f, "name", "guid", &reply));
    json_decref(reply);
    say(f, EXECUTE("qom-list-properties", "\"typename\": \"nix\""));
    hear_error(f, "DeviceNotFound", "Class 'nix' not found");
}

static void test_absent(Qmp *f, gconstpointer data)
{
    (void)data;
    negotiate(f);
    say(f, "{\"execute\": \"query-block\"}");
    hear(f, "{\"return\": []}");
    say(f, "{\"execute\": \"query-memory-size-summary\"}");
    hear(f, "{\"return\": {\"base-memory\": 134217728, \"plugged-memory\": 0}}");
    say(f, "{\"execute\": \"query-balloon\"}");
    hear_error(f, "DeviceNotActive", "No balloon device has been activated");
    say(f, "{\"execute\": \"query-vnc\"}");
    hear(f, "{\"return\": {\"enabled\": false}}");
    say(f, "{\"execute\": \"x-query-numa\"}");
    hear(f, "{\"return\": {\"human-readable-text\": \"0 nodes\\r\\n\"}}");
    say(f, "{\"execute\": \"query-chardev\"}");
    hear(f, "{\"return\": []}");
}

/* In words that QEMU 11.1 has for a machine of this kind. */
static void test_unused(Qmp *f, gconstpointer data)
{
    static const struct {
        const char *command;
        const char *answer; /* NULL: fails with the sentence */
        const char *sentence;
    } rows[] = {
        { "query-accelerators", "{\"return\": {\"enabled\": \"qtest\", \"present\": [\"qtest\"]}}",
          NULL },
        { "query-acpi-ospm-status", "{\"return\": []}", NULL },
        { "query-colo-status",
          "{\"return\": {\"mode\": \"none\", \"last-mode\": \"none\", \"reason\": \"none\"}}",
          NULL },
        { "query-dump-guest-memory-capability", "{\"return\": {\"formats\": []}}", NULL },
        { "x-debug-query-block-graph", "{\"return\": {\"nodes\": [], \"edges\": []}}", NULL },
        { "query-gic-capabilities", NULL, "GIC hardware is not available on this target" },
        { "query-firmware-log", NULL, "firmware log buffer not found" },
        { "query-hv-balloon-status-report", NULL, "no hv-balloon device present" },
        { "x-query-roms", "{\"return\": {\"human-readable-text\": \"\"}}", NULL },
        { "x-accel-stats", "{\"return\": {\"human-readable-text\": \"\"}}", NULL },
        { "x-query-jit", NULL, "JIT information is only available with accel=tcg" },
        { "x-query-usb", NULL, "USB support not enabled" },
        { "xen-event-list", NULL, "Xen event channel emulation not enabled" },
    };

    (void)data;
    negotiate(f);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *line = g_strdup_printf("{\"execute\": \"%s\"}", rows[i].command);

        say(f, line);
        if (rows[i].answer) {
            hear(f, rows[i].answer);
        } else {
            hear_error(f, "GenericError", rows[i].sentence);
        }
    }
}

static void test_without_acpi(Qmp *f, gconstpointer data)
{
    (void)data;
    say(f, "{\"execute\": \"query-acpi-ospm-status\"}");
    hear_error(f, "GenericError", "command is not supported, missing ACPI device");
}

/* ------------------------------------------------------------ machine versions */

static void set_up_options(Qmp *f, gconstpointer data)
{
    g_auto(GStrv) words = g_strsplit(data, " ", 0);

    qmp_set_up_with(f, (const char *const *)words);
    negotiate(f);
}

static void chunks_expect(Qmp *f, const char *answer)
{
    say(f, EXECUTE("qom-get", "\"path\": \"crb\", \"property\": \"cap-chunk\""));
    hear(f, answer);
}

static void test_chunks(Qmp *f, gconstpointer data)
{
    (void)data;
    chunks_expect(f, "{\"return\": true}");
}

static void test_no_chunks(Qmp *f, gconstpointer data)
{
    (void)data;
    chunks_expect(f, "{\"return\": false}");
}

#define CHUNKS(path, options, function)                                                         \
    g_test_add("/qmp-commands/machine-version/" path, Qmp,                                      \
               options " -tpmdev libtpms,id=t -device tpm-crb,tpmdev=t,id=crb", set_up_options, \
               function, qmp_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    QMP_TEST("/qmp-commands/machine-none-has-no-cpus", NULL, test_none_has_no_cpus);
    QMP_TEST("/qmp/machine/stop-and-cont", NULL, test_stop_cont);
    g_test_add("/qmp/machine/stopped-is-prelaunch", Qmp, NULL, set_up_stopped, test_prelaunch,
               qmp_tear_down);
    g_test_add("/qmp/query/plugged-memory-needs-acpi", Qmp, "-machine none", set_up_options,
               test_without_acpi, qmp_tear_down);
    g_test_add("/qmp/machine/identity", Qmp, NULL, set_up_named, test_identity, qmp_tear_down);
    QMP_TEST("/qmp/machine/reset", NULL, test_reset);
    QMP_TEST("/qmp/machine/quit", NULL, test_quit);
    QMP_TEST("/qmp/device/add-and-del", NULL, test_device_add_del);
    QMP_TEST("/qmp/device/object-tree", NULL, test_qom_tree);
    QMP_TEST("/qmp/device/types", NULL, test_types);
    QMP_TEST("/qmp/tpm/models", NULL, test_tpm_models);
    g_test_add("/qmp/tpm/type-of-a-script", Qmp, NULL, set_up_scripted_tpm, test_scripted_tpm,
               qmp_tear_down);
    g_test_add("/qmp/tpm/tis-device-is-a-tis", Qmp, NULL, set_up_tis, test_tis_device_is_a_tis,
               qmp_tear_down);
    g_test_add("/qmp/tpm/models-in-use", Qmp, NULL, set_up_tpm, test_tpm_models_in_use,
               qmp_tear_down);
    g_test_add("/qmp/tpm/models-of-another-plugin", Qmp, "tpm", set_up_plugin, test_other_tpm_model,
               qmp_tear_down);
    g_test_add("/qmp/generation-id/of-another-plugin", Qmp, "generation-id", set_up_plugin,
               test_other_generation_id, qmp_tear_down);
    QMP_TEST("/qmp/schema/is-closed", NULL, test_schema_is_closed);
    QMP_TEST("/qmp/schema/has-each-command", NULL, test_schema_has_commands);
    QMP_TEST("/qmp/query-machines", NULL, test_machines);
    QMP_TEST("/qmp/qom-list-types/accelerators", NULL, test_accelerators);
    QMP_TEST("/qmp/qom-list-get", NULL, test_list_get);
    QMP_TEST("/qmp/qom-list-properties", NULL, test_list_properties);
    QMP_TEST("/qmp/query/absent-hardware", NULL, test_absent);
    QMP_TEST("/qmp/query/unused-services-answer-as-in-qemu", NULL, test_unused);
    CHUNKS("chunks-from-11.1", "-M pc-q35-11.1", test_chunks);
    CHUNKS("no-chunks-before", "-M pc-i440fx-11.0", test_no_chunks);
    CHUNKS("no-chunks-without-a-version", "-M q35", test_no_chunks);
    CHUNKS("global-wins", "-M pc-q35-11.1 -global tpm-crb.cap-chunk=off", test_no_chunks);
    return g_test_run();
}
