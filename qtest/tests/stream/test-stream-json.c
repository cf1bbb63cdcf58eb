/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The JSON of each command has the members that outboard-stream.rst lists, and no others. */
#include <jansson.h>
#include <stdbool.h>
#include <string.h>

#include "qtest/tests/lib/tool-run.h"

/* A line of the page: "        ram[]:" or "    machine: text | null". */
typedef struct Line {
    unsigned depth;
    char *name;
    char kind; /* '[', '{', or 0 */
    bool optional;
    char *types; /* "" for an object whose members follow */
} Line;

static GArray *lines;

/* -------------------------------------------------------------------- the page */

static void line_clear(void *opaque)
{
    Line *line = opaque;

    g_free(line->name);
    g_free(line->types);
}

static void line_parse(const char *text)
{
    const char *colon = strstr(text, ":");
    Line line = { .depth = (unsigned)strspn(text, " ") / 4 };
    size_t size;

    g_assert_nonnull(colon);
    text += 4 * (size_t)line.depth;
    size = strcspn(text, ":?[{");
    line.name = g_strndup(text, size);
    line.optional = text[size] == '?';
    text += size + line.optional;
    line.kind = *text == '[' || *text == '{' ? *text : 0;
    line.types = g_strstrip(g_strdup(colon + 1));
    g_array_append_val(lines, line);
}

static void page_read(void)
{
    g_autofree char *page = NULL;
    g_auto(GStrv) texts = NULL;
    const char *at;

    g_assert_true(g_file_get_contents(g_getenv("OB_STREAM_PAGE"), &page, NULL, NULL));
    at = strstr(page, "\n    dump:\n        file: text\n");
    g_assert_nonnull(at);
    texts = g_strsplit(at + 1, "\n", -1);
    lines = g_array_new(FALSE, FALSE, sizeof(Line));
    g_array_set_clear_func(lines, line_clear);
    for (char **text = texts; **text; text++) {
        line_parse(*text);
    }
}

static guint line_find(const char *name)
{
    for (guint i = 0; i < lines->len; i++) {
        const Line *line = &g_array_index(lines, Line, i);

        if (line->depth == 1 && strcmp(line->name, name) == 0) {
            return i;
        }
    }
    g_error("the page does not have '%s'", name);
}

/* ------------------------------------------------------------------- validation */

static void object_check(guint at, const json_t *value, const char *where);

static bool type_fits(const char *type, const json_t *value, const char *where)
{
    if (strcmp(type, "refused") == 0 && json_is_object(value)) {
        object_check(line_find(type), value, where);
        return true;
    }
    return strcmp(type, "any") == 0 || (strcmp(type, "text") == 0 && json_is_string(value)) ||
           (strcmp(type, "number") == 0 && json_is_integer(value)) ||
           (strcmp(type, "truth") == 0 && json_is_boolean(value)) ||
           (strcmp(type, "null") == 0 && json_is_null(value));
}

static void element_check(guint at, const json_t *value, const char *where)
{
    const Line *line = &g_array_index(lines, Line, at);
    g_auto(GStrv) types = g_strsplit(line->types, " | ", -1);
    bool fits = false;

    if (!line->types[0]) {
        object_check(at, value, where);
        return;
    }
    for (char **type = types; *type; type++) {
        fits = fits || type_fits(*type, value, where);
    }
    if (!fits) {
        g_test_message("%s: not %s", where, line->types);
        g_test_fail();
    }
}

static void value_check(guint at, const json_t *value, const char *where)
{
    const Line *line = &g_array_index(lines, Line, at);
    const char *key;
    json_t *element;
    size_t i;

    if (line->kind == '[') {
        g_assert_true(json_is_array(value));
        json_array_foreach(value, i, element)
        {
            element_check(at, element, where);
        }
    } else if (line->kind == '{') {
        g_assert_true(json_is_object(value));
        json_object_foreach((json_t *)value, key, element)
        {
            element_check(at, element, where);
        }
    } else {
        element_check(at, value, where);
    }
}

static void object_check(guint at, const json_t *value, const char *where)
{
    unsigned depth = g_array_index(lines, Line, at).depth, known = 0;

    g_assert_true(json_is_object(value));
    for (guint i = at + 1; i < lines->len && g_array_index(lines, Line, i).depth > depth; i++) {
        const Line *line = &g_array_index(lines, Line, i);
        const json_t *member = json_object_get(value, line->name);
        g_autofree char *path = g_strdup_printf("%s.%s", where, line->name);

        if (line->depth > depth + 1) {
            continue;
        }
        known += member != NULL;
        if (member) {
            value_check(i, member, path);
        } else if (!line->optional) {
            g_test_message("%s is missing", path);
            g_test_fail();
        }
    }
    if (known != json_object_size(value)) {
        g_autofree char *text = json_dumps(value, 0);

        g_test_message("%s has members that the page does not have: %.300s", where, text);
        g_test_fail();
    }
}

/* ------------------------------------------------------------------------ tests */

static void output_check(const char *name, const Run *run)
{
    json_error_t error;
    json_t *root = json_loads(run->out, 0, &error);

    if (!root) {
        g_error("%s: %s: %s", name, error.text, run->err);
    }
    value_check(line_find(name), root, name);
    json_decref(root);
}

#define CHECK(name, ...)            \
    do {                            \
        Run run;                    \
        RUN(&run, __VA_ARGS__);     \
        output_check((name), &run); \
        run_clear(&run);            \
    } while (0)

static void test_dump(void)
{
    g_autofree char *crb = qemu_path("x86-crb-locality-cmd-7.2");
    g_autofree char *arm = qemu_path("arm-virt-7.2-cortex-a57-10.0");
    g_autofree char *net = qemu_path("net-status-negotiated");
    g_autofree char *save = qemu_path("virsh-save-unfinished");

    CHECK("dump", "dump", "--json", crb);
    CHECK("dump", "dump", "--json", arm);
    CHECK("dump", "dump", "--json", net);
    CHECK("dump", "dump", "--json", save);
    CHECK("dump", "dump", "--json", "/etc/passwd");
}

static void test_diff(void)
{
    g_autofree char *a = qemu_path("net-status-negotiated"), *b = qemu_path("net-2-vcpus");

    CHECK("diff", "diff", "--json", a, b);
    CHECK("diff", "diff", "--json", a, a);
}

static void test_check(void)
{
    g_autofree char *crb = qemu_path("x86-crb-locality-cmd-7.2");

    CHECK("check", "check", "--json", crb);
}

static void test_explain(void)
{
    g_autofree char *whole = qemu_path("virsh-save-xz");
    g_autofree char *lost = qemu_path("multifd-main-channel-virt-7.2");

    CHECK("explain", "explain", "--json", whole);
    CHECK("explain", "explain", "--json", lost);
    CHECK("explain", "explain", "--json", "/etc/passwd");
    CHECK("explain-log", "explain", "--json", "--log", "/etc/passwd");
}

static void test_doctor(void)
{
    g_autofree char *a57 = qemu_path("arm-virt-7.2-cortex-a57-10.0");
    g_autofree char *max = qemu_path("arm-virt-7.2-max-7.2");
    g_autofree char *net = qemu_path("net-1-vcpu"), *nets = qemu_path("net-2-vcpus");

    CHECK("doctor", "doctor", "--json", "--dest", a57, max);
    CHECK("doctor", "doctor", "--json", "--dest", nets, net);
    CHECK("matrix", "matrix", "--json");
}

/* A line of the report is of this kind. */
static void report_check(const char *report, int status, const char *kind)
{
    json_t *root = json_load_file(report, 0, NULL), *line;
    unsigned found = 0;
    size_t i;

    g_assert_nonnull(root);
    value_check(line_find("report"), root, "report");
    g_assert_cmpint(json_integer_value(json_object_get(root, "status")), ==, status);
    json_array_foreach(json_object_get(root, "lines"), i, line)
    {
        found += g_strcmp0(json_string_value(json_object_get(line, "kind")), kind) == 0;
    }
    g_assert_cmpuint(found, >, 0);
    json_decref(root);
}

static void test_filter(void)
{
    static const struct {
        const char *stream, *destination, *policy;
        int status;
        const char *kind;
    } runs[] = {
        { "arm-virt-7.2-cortex-a57-7.2", "arm-virt-7.2-cortex-a57-10.0", "constants=all", 0,
          "change" },
        { "arm-virt-7.2-max-7.2", "arm-virt-7.2-cortex-a57-10.0", "drop-subsection=X", 1,
          "refusal" },
        { "net-1-vcpu", "net-1-vcpu", "drop-subsection=X", 0, "warning" },
    };
    char *directory = run_directory_new();
    g_autofree char *report = g_build_filename(directory, "report", NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(runs); i++) {
        g_autofree char *path = qemu_path(runs[i].stream), *own = qemu_path(runs[i].destination);
        g_autofree char *bytes = NULL;
        g_autoptr(GByteArray) stream = NULL;
        gsize size;
        Run run;

        g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
        stream = g_byte_array_new_take((guint8 *)g_steal_pointer(&bytes), size);
        RUN_WITH(&run, stream, "filter", "--json", "--report", report, "--dest", own, "--policy",
                 runs[i].policy);
        g_assert_cmpint(run.status, ==, runs[i].status);
        report_check(report, runs[i].status, runs[i].kind);
        run_clear(&run);
    }
    run_directory_remove(directory);
}

static void test_filter_without_report(void)
{
    g_autofree char *own = qemu_path("net-1-vcpu");
    Run run;

    RUN(&run, "filter", "--json", "--dest", own);
    g_assert_cmpint(run.status, ==, 2);
    assert_has(run.err, "outboard-stream: filter: --json needs --report FILE; see --help\n");
    run_clear(&run);
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    page_read();
    g_test_add_func("/stream-json/dump", test_dump);
    g_test_add_func("/stream-json/diff", test_diff);
    g_test_add_func("/stream-json/check", test_check);
    g_test_add_func("/stream-json/explain", test_explain);
    g_test_add_func("/stream-json/doctor-and-matrix", test_doctor);
    g_test_add_func("/stream-json/filter", test_filter);
    g_test_add_func("/stream-json/filter-without-report-refused", test_filter_without_report);
    status = g_test_run();
    g_array_unref(lines);
    return status;
}
