/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HW_SAVED and its kin: what the compiler takes, as C11 and as C++17, and what it refuses. */
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "hw-api/hw-api.h"

typedef struct Gauge {
    HwDevice dev;
    uint8_t byte;
    uint16_t halves[3];
    uint32_t words[2][3];
    uint64_t longs[2][2][2];
    const uint32_t constant;
    struct {
        uint32_t length;
        uint8_t bytes[7];
    } blob;
    struct {
        uint32_t number;
        uint8_t bytes[5][6];
    } runs;
} Gauge;

static const HwState part = { .name = "part" };

/* clang-format off */
static const HwStateField fields[] = {
    HW_SAVED(Gauge, byte),
    HW_SAVED(Gauge, halves),
    HW_SAVED_SINCE(Gauge, words, 3),
    HW_SAVED_AS("other", Gauge, longs, 4),
    HW_SAVED(Gauge, constant),
    HW_SAVED_BYTES("blob", Gauge, blob.length, blob.bytes),
    HW_SAVED_FIXED("fixed", Gauge, halves, 0xf0, 0x10),
    HW_SAVED_RUNS("runs", Gauge, runs.number, runs.bytes),
    HW_SAVED_ZEROS("zeros", 12),
    HW_SAVED_PART("part", &part),
};
/* clang-format on */

static void assert_field(const HwStateField *field, const char *name, size_t offset, uint32_t size,
                         uint32_t count, uint32_t since)
{
    g_assert_cmpstr(field->name, ==, name);
    g_assert_cmpuint(field->offset, ==, offset);
    g_assert_cmpuint(field->size, ==, size);
    g_assert_cmpuint(field->count, ==, count);
    g_assert_cmpuint(field->since, ==, since);
}

static void members_give_size_and_count(void)
{
    assert_field(&fields[0], "byte", offsetof(Gauge, byte), 1, 1, 0);
    assert_field(&fields[1], "halves", offsetof(Gauge, halves), 2, 3, 0);
    assert_field(&fields[2], "words", offsetof(Gauge, words), 4, 6, 3);
    assert_field(&fields[3], "other", offsetof(Gauge, longs), 8, 8, 4);
    assert_field(&fields[4], "constant", offsetof(Gauge, constant), 4, 1, 0);
    assert_field(&fields[5], "blob", offsetof(Gauge, blob), 1, 7, 0);
    g_assert_cmpuint(fields[4].type, ==, HW_STATE_UINT);
    g_assert_cmpuint(fields[5].type, ==, HW_STATE_BYTES);
    assert_field(&fields[6], "fixed", offsetof(Gauge, halves), 2, 3, 0);
    g_assert_cmphex(fields[6].fixed, ==, 0xf0);
    g_assert_cmphex(fields[6].value, ==, 0x10);
    assert_field(&fields[7], "runs", offsetof(Gauge, runs), 6, 5, 0);
    g_assert_cmpuint(fields[7].type, ==, HW_STATE_BYTES);
    assert_field(&fields[8], "zeros", 0, 1, 12, 0);
    g_assert_cmpuint(fields[8].type, ==, HW_STATE_ZEROS);
    assert_field(&fields[9], "part", 0, 0, 0, 0);
    g_assert_cmpuint(fields[9].type, ==, HW_STATE_PART);
    g_assert_true(fields[9].part == &part);
}

/* -------------------------------------------------------------------- compilers */

typedef struct Snippet {
    const char *test;
    const char *members; /* S has them */
    const char *field;
    const char *complaint; /* a pattern in what GCC and Clang say; NULL: they are silent */
} Snippet;

#define NO_TYPE "not compatible with any (generic )?association"

static const Snippet snippets[] = {
    { "integer", "uint64_t x;", "HW_SAVED(S, x)", NULL },
    { "array-of-arrays", "uint16_t x[2][3][4];", "HW_SAVED(S, x)", NULL },
    { "since", "uint8_t x[3];", "HW_SAVED_SINCE(S, x, 2)", NULL },
    { "bytes", "uint32_t n; uint8_t x[3];", "HW_SAVED_BYTES(\"x\", S, n, x)", NULL },
    { "fixed", "uint8_t x[3];", "HW_SAVED_FIXED(\"x\", S, x, 0xf0, 0x10)", NULL },
    { "runs", "uint32_t n; uint8_t x[3][6];", "HW_SAVED_RUNS(\"x\", S, n, x)", NULL },
    { "zeros", "", "HW_SAVED_ZEROS(\"x\", 12)", NULL },

    { "bool", "bool x;", "HW_SAVED(S, x)", NO_TYPE },
    { "array-of-bool", "bool x[4];", "HW_SAVED(S, x)", NO_TYPE },
    { "pointer", "uint8_t *x;", "HW_SAVED(S, x)", NO_TYPE },
    { "constant-pointer", "uint64_t *const x;", "HW_SAVED(S, x)", NO_TYPE },
    { "array-of-pointers", "uint32_t *x[2];", "HW_SAVED(S, x)", NO_TYPE },
    { "pointer-to-array", "uint32_t (*x)[2];", "HW_SAVED(S, x)", NO_TYPE },
    { "string", "const char *x;", "HW_SAVED(S, x)", NO_TYPE },
    { "char", "char x[8];", "HW_SAVED(S, x)", NO_TYPE },
    { "int", "int x;", "HW_SAVED(S, x)", NO_TYPE },
    { "signed", "int64_t x[2];", "HW_SAVED(S, x)", NO_TYPE },
    { "float", "double x;", "HW_SAVED(S, x)", NO_TYPE },
    { "struct", "struct { uint32_t y; } x;", "HW_SAVED(S, x)", NO_TYPE },
    { "bit-field", "uint32_t x : 3;", "HW_SAVED(S, x)", "bit-field" },
    { "three-bytes-as-16-bits", "uint8_t x[3];", "HW_SAVED(S, x, 16)",
      "passed 3 arguments|too many arguments" },
    { "bytes-with-short-length", "uint16_t n; uint8_t x[3];", "HW_SAVED_BYTES(\"x\", S, n, x)",
      "negative" },
    { "bytes-apart-from-length", "uint32_t n; uint8_t y; uint8_t x[3];",
      "HW_SAVED_BYTES(\"x\", S, n, x)", "negative" },
    { "bytes-that-are-words", "uint32_t n; uint32_t x[3];", "HW_SAVED_BYTES(\"x\", S, n, x)",
      "negative" },
};

/* The compiler's messages; NULL: it takes the snippet. */
static char *compile(const char *compiler, const char *source)
{
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "outboard-saved-XXXXXX", NULL);
    int fd = g_mkstemp(path);
    g_autofree char *command = g_strdup_printf(
        "%s -pedantic -Wall -Wextra -Werror -I'%s' -fsyntax-only - <'%s'", compiler,
        g_getenv("OB_SOURCE"), path);
    char *argv[] = { (char *)"sh", (char *)"-c", command, NULL };
    char *said = NULL;
    int status = -1;

    g_assert_cmpint(write(fd, source, strlen(source)), ==, (gssize)strlen(source));
    close(fd);
    g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL,
                 NULL, &said, &status, NULL);
    unlink(path);
    if (status == 0) {
        g_clear_pointer(&said, g_free);
    }
    return said;
}

static void snippet_check(const Snippet *snippet, const char *compiler, const char *complaint)
{
    g_autofree char *source = g_strdup_printf("#include \"hw-api/hw-api.h\"\n"
                                              "typedef struct S { HwDevice dev; %s } S;\n"
                                              "extern const HwStateField field;\n"
                                              "const HwStateField field = %s;\n",
                                              snippet->members, snippet->field);
    g_autofree char *said = compile(compiler, source);

    if (!!said != !!complaint || (said && !g_regex_match_simple(complaint, said, 0, 0))) {
        g_test_message("%s: expected %s%s in: %s", compiler,
                       complaint ? "a complaint with " : "none", complaint ? complaint : "",
                       said ? said : "");
        g_test_fail();
    }
}

static void compilers_agree(gconstpointer data)
{
    const Snippet *snippet = data;

    snippet_check(snippet, "LC_ALL=C ${CC:-cc} -std=c11 -x c", snippet->complaint);
    snippet_check(snippet, "LC_ALL=C ${CXX:-c++} -std=c++17 -x c++",
                  snippet->complaint ? "error" : NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/saved-members/give-size-and-count", members_give_size_and_count);
    for (size_t i = 0; i < G_N_ELEMENTS(snippets); i++) {
        g_autofree char *path = g_strdup_printf("/saved-members/%s/%s",
                                                snippets[i].complaint ? "refuses" : "accepts",
                                                snippets[i].test);

        g_test_add_data_func(path, &snippets[i], compilers_agree);
    }
    return g_test_run();
}
