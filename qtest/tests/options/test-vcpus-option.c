/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -vcpu-registers, and QMP's view of it. */
#include <glib.h>
#include <string.h>

#include "qtest/host/io/loop.h"
#include "qtest/host/program.h"
#include "qtest/host/qmp/qom/qom.h"

typedef struct System {
    ObOptions *options;
    ObSystem system;
} System;

/* Starts the program with "-device arm-sysreg-sync" and this option.  False with a sentence. */
static bool system_try(System *s, const char *program, const char *argument, HwError *error)
{
    const char *words[8];
    int count = 0;

    words[count++] = program;
    words[count++] = "-plugin-set";
    words[count++] = g_getenv("OUTBOARD_SET");
    words[count++] = "-vcpu-registers";
    words[count++] = argument;
    if (strstr(program, "aarch64")) {
        words[count++] = "-device";
        words[count++] = "arm-sysreg-sync";
    }
    *s = (System) { .options = ob_options_new(count, (char **)words, error) };
    if (!s->options) {
        return false;
    }
    s->system.loop = ob_loop_new();
    return ob_system_init(&s->system, s->options, error);
}

static void system_down(System *s)
{
    if (s->options) {
        ob_system_clear(&s->system);
    }
    ob_options_free(s->options);
}

static char *model_argument(const char *rest)
{
    return g_strdup_printf("model=%s/linux-6.12.100.regs%s", g_getenv("OB_KVM_ARM64"), rest);
}

static void assert_property(const System *s, const char *name, const char *expected)
{
    ObQomObject object = ob_qom_resolve(&s->system, "/machine/vcpu-registers");
    json_t *value = ob_qom_get(&s->system, object, name);
    char *text = json_dumps(value, JSON_ENCODE_ANY);

    g_assert_cmpstr(text, ==, expected);
    free(text);
    json_decref(value);
}

static void test_shown(void)
{
    g_autofree char *argument = model_argument(",class=K5,vcpus=4,limit=PSCI_VERSION=0x10002,"
                                               "without=PIR_EL1:PIRE0_EL1,has-run=on");
    HW_ERROR(error, 512);
    System s;
    json_t *list;

    g_assert_true(system_try(&s, "outboard-system-aarch64", argument, &error));
    assert_property(&s, "class", "\"K5\"");
    assert_property(&s, "vcpus", "4");
    assert_property(&s, "has-run", "true");
    assert_property(&s, "type", "\"vcpu-registers-model\"");
    g_assert_null(ob_qom_get(&s.system, ob_qom_resolve(&s.system, "vcpu-registers"), "x"));
    list = ob_qom_list(&s.system, ob_qom_resolve(&s.system, "/machine/vcpu-registers"));
    g_assert_cmpuint(json_array_size(list), ==, 6);
    json_decref(list);
    list = ob_qom_list(&s.system, ob_qom_resolve(&s.system, "/machine"));
    g_assert_cmpuint(json_array_size(list), ==, 5);
    json_decref(list);
    system_down(&s);
}

/* Without a class, the file's kernel is used unchanged. */
static void test_shown_without_class(void)
{
    g_autofree char *argument = model_argument("");
    HW_ERROR(error, 512);
    System s;

    g_assert_true(system_try(&s, "outboard-system-aarch64", argument, &error));
    assert_property(&s, "class", "\"\"");
    assert_property(&s, "vcpus", "1");
    assert_property(&s, "has-run", "false");
    system_down(&s);
}

static const struct {
    const char *name;
    const char *rest;
    const char *sentence;
} refusals[] = {
    { "class", ",class=K6", "-vcpu-registers: class: invalid value 'K6': expected K0 to K5" },
    { "key", ",klass=K1",
      "-vcpu-registers: unknown key 'klass', expected class, limit, with, "
      "without or has-run" },
    { "vcpus", ",vcpus=0", "-vcpu-registers: vcpus: invalid value '0': expected 1 to 512" },
    { "limit", ",limit=SCTLR_EL1=0",
      "-vcpu-registers: limit: SCTLR_EL1 (0x603000000013c080) is "
      "not a firmware register of this kernel" },
    { "with", ",with=PIR_EL1=0",
      "-vcpu-registers: with: PIR_EL1 (0x603000000013c513) already "
      "exists, or has a size other than 4 and 8 bytes" },
    { "without", ",without=ZCR_EL1",
      "-vcpu-registers: without: ZCR_EL1 (0x603000000013c090) is "
      "not a register of this kernel" },
    { "register", ",without=XYZ",
      "-vcpu-registers: without: invalid register 'XYZ': expected a "
      "name, or an id with 0x" },
    { "has-run", ",has-run=perhaps",
      "-vcpu-registers: has-run: invalid value 'perhaps': expected "
      "on or off" },
};

static void refused(const char *program, const char *argument, const char *sentence)
{
    HW_ERROR(error, 512);
    System s;

    g_assert_false(system_try(&s, program, argument, &error));
    g_assert_cmpstr(error.text, ==, sentence);
    system_down(&s);
}

static void test_refused(gconstpointer data)
{
    size_t i = GPOINTER_TO_SIZE(data);
    g_autofree char *argument = model_argument(refusals[i].rest);

    refused("outboard-system-aarch64", argument, refusals[i].sentence);
}

static void test_refused_without_file(void)
{
    refused("outboard-system-aarch64", "class=K1",
            "-vcpu-registers: model= is missing, expected a .regs file");
    refused("outboard-system-aarch64", "model=/nonexistent",
            "-vcpu-registers: /nonexistent: can't be read: No such file or directory");
}

static void test_refused_twice(void)
{
    const char *words[] = { "outboard-system-aarch64", "-vcpu-registers", "model=x",
                            "-vcpu-registers", "model=y" };
    HW_ERROR(error, 512);

    g_assert_null(ob_options_new(G_N_ELEMENTS(words), (char **)words, &error));
    g_assert_cmpstr(error.text, ==, "-vcpu-registers: given twice, expected one kernel");
}

static void test_refused_on_x86(void)
{
    refused("outboard-system-x86_64", "model=x",
            "-vcpu-registers: architecture 'x86_64' has none "
            "of these registers, expected outboard-system-aarch64");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vcpus-option/shown", test_shown);
    g_test_add_func("/vcpus-option/shown/without-class", test_shown_without_class);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strconcat("/vcpus-option/refused/", refusals[i].name, NULL);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_refused);
    }
    g_test_add_func("/vcpus-option/refused/without-file", test_refused_without_file);
    g_test_add_func("/vcpus-option/refused/twice", test_refused_twice);
    g_test_add_func("/vcpus-option/refused/on-x86", test_refused_on_x86);
    return g_test_run();
}
