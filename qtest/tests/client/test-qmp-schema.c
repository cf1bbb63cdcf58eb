/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values that fit a type of QMP's schema, and values that don't. */
#include <glib.h>
#include <string.h>

#include "qtest/client/transport/qmp-schema.h"

/* A type of each kind.  Here as below, ' stands for a quotation mark. */
static const char schema_text[] =
    "[{'name': 'str', 'meta-type': 'builtin', 'json-type': 'string'},"
    " {'name': 'int', 'meta-type': 'builtin', 'json-type': 'int'},"
    " {'name': 'number', 'meta-type': 'builtin', 'json-type': 'number'},"
    " {'name': 'bool', 'meta-type': 'builtin', 'json-type': 'boolean'},"
    " {'name': 'null', 'meta-type': 'builtin', 'json-type': 'null'},"
    " {'name': 'any', 'meta-type': 'builtin', 'json-type': 'value'},"
    " {'name': 'thing', 'meta-type': 'builtin', 'json-type': 'object'},"
    " {'name': 'list', 'meta-type': 'builtin', 'json-type': 'array'},"
    " {'name': 'odd', 'meta-type': 'builtin', 'json-type': 'rational'},"
    " {'name': '[str]', 'meta-type': 'array', 'element-type': 'str'},"
    " {'name': 'Color', 'meta-type': 'enum', 'values': ['red', 'blue']},"
    " {'name': 'Either', 'meta-type': 'alternate', 'members': [{'type': 'str'}, {'type': 'int'}]},"
    " {'name': 'Red', 'meta-type': 'object', 'members': [{'name': 'depth', 'type': 'int'}]},"
    " {'name': 'Paint', 'meta-type': 'object', 'tag': 'color',"
    "  'members': [{'name': 'color', 'type': 'Color'},"
    "              {'name': 'note', 'type': 'str', 'default': null}],"
    "  'variants': [{'case': 'red', 'type': 'Red'}]},"
    " {'name': 'get', 'meta-type': 'command', 'ret-type': 'str'}]";

typedef struct Row {
    const char *type, *value;
    const char *faults; /* each in a line; "": it fits */
} Row;

/* clang-format off */
static const Row rows[] = {
    { "str", "''", "" }, { "str", "1", "x: wrong type: 1\n" },
    { "int", "-1", "" }, { "int", "0.5", "x: wrong type: 0.5\n" },
    { "number", "1", "" }, { "number", "0.5", "" }, { "number", "'1'", "x: wrong type: '1'\n" },
    { "bool", "true", "" }, { "bool", "false", "" }, { "bool", "0", "x: wrong type: 0\n" },
    { "null", "null", "" }, { "null", "false", "x: wrong type: false\n" },
    { "any", "null", "" }, { "any", "[{}]", "" },
    { "thing", "{'b': 1, 'a': 2}", "" }, { "thing", "[]", "x: wrong type: []\n" },
    { "list", "[1, 'a']", "" }, { "list", "{'b': 1, 'a': 2}", "x: wrong type: {'a': 2, 'b': 1}\n" },
    { "odd", "1", "x: wrong type: 1\n" },
    { "none", "1", "x: the schema does not have its type\n" },
    { "[str]", "[]", "" }, { "[str]", "['a', 'b']", "" },
    { "[str]", "'a'", "x: not an array: 'a'\n" },
    { "[str]", "[1, 'a', 2]", "x[]: wrong type: 1\nx[]: wrong type: 2\n" },
    { "Color", "'red'", "" }, { "Color", "'blue'", "" },
    { "Color", "'green'", "x: not in the enum: 'green'\n" },
    { "Color", "1", "x: not in the enum: 1\n" },
    { "Either", "'a'", "" }, { "Either", "1", "" },
    { "Either", "true", "x: no alternate fits: true\n" },
    { "Paint", "{'color': 'blue'}", "" }, { "Paint", "{'color': 'blue', 'note': ''}", "" },
    { "Paint", "{'color': 'red', 'depth': 1}", "" },
    { "Paint", "{}", "x.color: missing\n" },
    { "Paint", "1", "x: not an object: 1\nx.color: missing\n" },
    { "Paint", "{'color': 'red'}", "x.depth: missing\n" },
    { "Paint", "{'color': 'blue', 'depth': 1}", "x.depth: unknown\n" },
    { "Paint", "{'color': 'red', 'depth': 'a', 'note': 2}",
      "x.note: wrong type: 2\nx.depth: wrong type: 'a'\n" },
};
/* clang-format on */

static json_t *json_of(const char *text)
{
    g_autofree char *quoted = g_strdelimit(g_strdup(text), "'", '"');
    json_t *value = json_loads(quoted, JSON_DECODE_ANY, NULL);

    g_assert_nonnull(value);
    return value;
}

static void test_row(gconstpointer data)
{
    const Row *row = data;
    json_t *entries = json_of(schema_text), *value = json_of(row->value);
    json_t *schema = ob_schema_by_name(entries);
    g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GString) told = g_string_new(NULL);

    ob_schema_check(schema, row->type, value, "x", faults);
    for (guint i = 0; i < faults->len; i++) {
        g_string_append_printf(told, "%s\n", (const char *)faults->pdata[i]);
    }
    g_strdelimit(told->str, "\"", '\'');
    g_assert_cmpstr(told->str, ==, row->faults);
    g_assert_cmpstr(ob_schema_type(schema, "get", "ret-type"), ==, "str");
    g_assert_null(ob_schema_type(schema, "get", "arg-type"));
    g_assert_null(ob_schema_type(schema, "none", "ret-type"));
    json_decref(schema);
    json_decref(entries);
    json_decref(value);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/qmp-schema/%s/%zu", rows[i].type, i);

        g_test_add_data_func(path, &rows[i], test_row);
    }
    return g_test_run();
}
