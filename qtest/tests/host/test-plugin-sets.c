/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When the program loads its default set: as its first device or a list of devices is asked for. */
#include "qtest/tests/host/program-peer.h"
#include "qtest/tests/lib/sanitized.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>

#define ADD_BEACON "{\"execute\": \"device_add\", \"arguments\": {\"driver\": \"beacon\"}}"

/* The kernel's list of the files that the program has mapped.  A reload maps a copy. */
static bool is_loaded(const Program *f)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/maps", (int)f->pid);
    g_autofree char *maps = text_of(path);

    g_assert_nonnull(strstr(maps, "libc.so"));
    return strstr(maps, "/outboard-devices.so") || strstr(maps, "/memfd:outboard-plugin");
}

static void begin(Program *f, const char *arguments)
{
    start_as_libqtest(f, arguments);
    hear_part(f->qmp, "QMP");
    say(f->qmp, "{\"execute\": \"qmp_capabilities\"}");
    hear_part(f->qmp, "return");
}

static const struct {
    const char *name;
    const char *command;
} askers[] = {
    { "a-device", ADD_BEACON },
    { "properties-of-a-device",
      "{\"execute\": \"device-list-properties\", \"arguments\": {\"typename\": \"beacon\"}}" },
    { "the-list-of-types", "{\"execute\": \"qom-list-types\"}" },
    { "help-of-the-monitor", "{\"execute\": \"human-monitor-command\", \"arguments\": "
                             "{\"command-line\": \"info qdm\"}}" },
    { "a-reload", "{\"execute\": \"x-plugin-reload\"}" },
};

static void test_asked(Program *f, gconstpointer command)
{
    begin(f, "");
    g_assert_false(is_loaded(f));
    say(f->qmp, command);
    hear_part(f->qmp, "\"return\"");
    g_assert_true(is_loaded(f));
    terminate(f);
}

static const struct {
    const char *name;
    const char *arguments;
    bool loads;
} starts[] = {
    { "no-device", "", false },
    { "only-devices-of-the-program", "-device pci-bridge,chassis_nr=1", false },
    { "a-device-of-the-set", "-device beacon", true },
    { "a-global-of-the-set", "-global tpm-crb.ppi=off", true },
    { "a-sandbox", "-sandbox on", true }, /* the last row */
};

static void test_start(Program *f, gconstpointer data)
{
    const size_t row = GPOINTER_TO_SIZE(data);

    begin(f, starts[row].arguments);
    g_assert_cmpint(is_loaded(f), ==, starts[row].loads);
    terminate(f);
}

/* Beside a copy of the program lies garbage. */
static void test_damaged(Program *f, gconstpointer data)
{
    g_autofree char *copy = g_build_filename(f->directory, "outboard-system-x86_64", NULL);
    g_autofree char *set = g_build_filename(f->directory, "outboard-devices.so", NULL);
    g_autofree char *line = g_strdup_printf("-qtest unix:%s -qtest-log /dev/null -chardev "
                                            "socket,path=%s,id=c -mon chardev=c,mode=control",
                                            f->qtest_path, f->qmp_path);
    g_autofree char *program = NULL;
    g_autofree char *errors = NULL;
    gsize size;

    (void)data;
    g_assert_true(g_file_get_contents(g_getenv("OB_HOST_PROGRAM"), &program, &size, NULL));
    g_assert_true(g_file_set_contents(copy, program, (gssize)size, NULL));
    g_assert_true(g_file_set_contents(set, "no plugin", -1, NULL));
    g_chmod(copy, 0755);
    start(f, copy, line);
    f->qtest = peer_accept(f->qtest_listener);
    f->qmp = peer_accept(f->qmp_listener);
    hear_part(f->qmp, "QMP");
    say(f->qmp, "{\"execute\": \"qmp_capabilities\"}" ADD_BEACON ADD_BEACON);
    hear_part(f->qmp, "return");
    hear_part(f->qmp, "'beacon' is not a valid device model name");
    hear_part(f->qmp, "'beacon' is not a valid device model name");
    terminate(f);
    errors = text_of(f->errors_path);
    g_assert_true(g_str_has_prefix(errors, "outboard-system-x86_64: warning: no devices: "));
    g_assert_cmpstr(strchr(errors, '\n'), ==, "\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < G_N_ELEMENTS(askers); i++) {
        g_autofree char *path = g_strconcat("/plugin-sets/default-is-loaded-for/", askers[i].name,
                                            NULL);
        TEST(path, askers[i].command, test_asked);
    }
    /* A sanitizer looks for leaks at the end, which a sandbox forbids. */
    for (size_t i = 0; i < G_N_ELEMENTS(starts) - devices_are_sanitized(); i++) {
        g_autofree char *path = g_strconcat("/plugin-sets/start-with/", starts[i].name, NULL);
        TEST(path, GSIZE_TO_POINTER(i), test_start);
    }
    TEST("/plugin-sets/default-is-damaged-and-told-once", NULL, test_damaged);
    return g_test_run();
}
