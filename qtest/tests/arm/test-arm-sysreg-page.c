/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands in arm-sysreg-sync.rst work as the page prints them. */
#include <string.h>

#include "hw-api/device/vcpu-merge.h"
#include "hw-api/host/vcpu/regs-file.h"
#include "qtest/tests/lib/arm-streams.h"
#include "qtest/tests/lib/migration-pair.h"
#include "qtest/tests/lib/tool-run.h"

#define PROGRAM "outboard-system-aarch64"
#define TOOL    "outboard-stream "

static char *page;
static char *directory; /* has the page's files new.regs and old.regs */

/* ------------------------------------------------------------------------ page */

/* Returns the paragraph with the first `part` of the page.  The caller frees it. */
static char *block_with(const char *part)
{
    const char *at = strstr(page, part);
    const char *from, *to;

    if (!at) {
        g_error("the page has no '%s'", part);
    }
    from = g_strrstr_len(page, at - page, "\n\n");
    to = strstr(at, "\n\n");
    g_assert_true(from && to);
    return g_strndup(from + 2, (gsize)(to - from - 2));
}

/* Returns the text after `before` in the page, up to any character of `ends`. */
static char *words_after(const char *before, const char *ends)
{
    g_autofree char *block = block_with(before);
    const char *at = strstr(block, before) + strlen(before);

    return g_strndup(at, strcspn(at, ends));
}

/* Runs a script by the shell in the directory.  Returns its output; the caller frees it. */
static char *shell(const char *script, const char *input, int *status)
{
    g_autofree char *text = g_strdup_printf("cd %s && %s%s", directory, script, input);
    const char *argv[] = { "/bin/sh", "-c", text, NULL };
    g_autoptr(GError) error = NULL;
    char *out = NULL;

    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, status,
                 &error);
    g_assert_no_error(error);
    return out;
}

/* Starts our program with the page's arguments for this kernel, after the shell has parsed
 * them. */
static ObClient *program_of_page(const char *model)
{
    g_autofree char *block = block_with(model);
    g_auto(GStrv) halves = g_strsplit(block, PROGRAM, 2);
    g_autofree char *script = g_strdup_printf("%s printf '%%s\\n' %s", halves[0], halves[1]);
    int status;
    g_autofree char *printed = shell(script, "", &status);
    g_auto(GStrv) words = g_strsplit(g_strchomp(printed), "\n", 0);
    GString *arguments = g_string_new("-m 1M");
    ObClient *client;

    g_assert_cmpint(status, ==, 0);
    for (char **word = words; *word; word++) {
        g_auto(GStrv) file = g_strsplit(*word, "model=", 2);
        g_autofree char *placed = file[0] && file[1]
                                      ? g_strdup_printf("model=%s/%s", directory, file[1])
                                      : g_strdup(*word);
        g_autofree char *quoted = g_shell_quote(placed);

        g_string_append_printf(arguments, " %s", quoted);
    }
    client = program_start(arguments->str);
    g_string_free(arguments, TRUE);
    return client;
}

/* ----------------------------------------------------------------------- tests */

static void test_device(void)
{
    ObClient *source = program_of_page("model=new.regs");
    ObClient *target = program_of_page("model=old.regs");
    g_autofree char *uri = g_strdup_printf("unix:%s/x", directory);

    pair_qmp(target, "migrate-incoming", json_pack("{s:s, s:b}", "uri", uri, "exit-on-error", 0));
    pair_migrate(source, uri);
    await_status(target, "completed");
    client_end(source);
    client_end(target);
}

/* Writes the stream that QEMU on the new kernel sends. */
static void stream_write(void)
{
    g_autofree char *regs = g_build_filename(directory, "new.regs", NULL);
    g_autofree char *path = g_build_filename(directory, "stream", NULL);
    g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(ObCpuRegister));
    g_autoptr(GByteArray) stream = NULL;
    HW_ERROR(error, 400);
    HwRegsFile *file = hw_regs_load(regs, &error);

    for (uint32_t i = 0; i < file->count; i++) {
        ObCpuRegister r = { file->rows[i].id, hw_regs_number(&file->rows[i]) };

        if (hw_vcpu_id_is_listed(r.id)) {
            g_array_append_val(list, r);
        }
    }
    g_assert_true(hw_vcpu_sort((ObCpuRegister *)list->data, list->len, &error));
    stream = arm_toy(
        (ArmToy) { .registers = (const ObCpuRegister *)list->data, .count = list->len });
    g_assert_true(g_file_set_contents(path, (const char *)stream->data, stream->len, NULL));
    hw_regs_free(file);
}

static void test_doctor(void)
{
    g_autofree char *command = words_after("\"exec:" TOOL "doctor", ">\"");
    g_autofree char *script = g_strdup_printf("%s doctor%s", g_getenv("OB_STREAM_TOOL"), command);
    g_autofree char *block = block_with("verdict: refused");
    g_auto(GStrv) lines = g_strsplit(block, "\n", 0);
    int status;
    g_autofree char *said = shell(script, "<stream", &status);

    g_assert_cmpint(status, !=, 0);
    for (char **line = lines; *line; line++) {
        assert_has(said, g_strstrip(*line));
    }
}

static void test_filter(void)
{
    g_autofree char *command = words_after("\"exec:" TOOL "filter", "|\"");
    g_autofree char *script = g_strdup_printf("%s filter%s", g_getenv("OB_STREAM_TOOL"), command);
    g_autofree char *check = g_strdup_printf("%s doctor --dest old.regs out",
                                             g_getenv("OB_STREAM_TOOL"));
    int status;
    g_autofree char *said = shell(script, "<stream >out", &status);

    g_assert_cmpint(status, ==, 0);
    g_assert_cmpstr(said, ==, "");
    g_free(said);
    said = shell(check, "", &status);
    assert_has(said, "verdict: loads\n");
    g_assert_cmpint(status, ==, 0);
}

/* ------------------------------------------------------------------------- all */

static void kernel_copy(const char *kernel, const char *name)
{
    g_autofree char *from = g_build_filename(g_getenv("OB_KVM_ARM64"), kernel, NULL);
    g_autofree char *to = g_build_filename(directory, name, NULL);
    g_autofree char *text = NULL;
    gsize size;

    g_assert_true(g_file_get_contents(from, &text, &size, NULL));
    g_assert_true(g_file_set_contents(to, text, (gssize)size, NULL));
}

int main(int argc, char **argv)
{
    int result;

    g_test_init(&argc, &argv, NULL);
    g_assert_true(g_file_get_contents(g_getenv("OB_PAGE"), &page, NULL, NULL));
    directory = run_directory_new();
    kernel_copy("linux-6.12.100.regs", "new.regs");
    kernel_copy("linux-6.1.192.regs", "old.regs");
    stream_write();
    g_test_add_func("/arm-sysreg-page/device-moves-to-the-old-kernel", test_device);
    g_test_add_func("/arm-sysreg-page/doctor-says-what-is-printed", test_doctor);
    g_test_add_func("/arm-sysreg-page/filter-makes-it-load", test_filter);
    result = g_test_run();
    run_directory_remove(directory);
    g_free(page);
    return result;
}
