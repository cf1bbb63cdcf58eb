/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line: -readconfig with files of QEMU's form, and -set. */
#include "hw-api/device/error.h"
#include "qtest/host/options/options.h"

#include <glib/gstdio.h>

#define PROGRAM "/usr/bin/outboard-system-x86_64"

typedef struct Fixture {
    char *directory;
    char *path;
    ObOptions *options;
    char reason[512];
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    (void)data;
    f->directory = g_dir_make_tmp("readconfig-XXXXXX", NULL);
    f->path = g_build_filename(f->directory, "machine.cfg", NULL);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_options_free(f->options);
    g_unlink(f->path);
    g_rmdir(f->directory);
    g_free(f->path);
    g_free(f->directory);
}

/* Parses a line in which FILE stands for the file. */
static void parse(Fixture *f, const char *line)
{
    g_autofree char *whole = g_strconcat(PROGRAM " ", line, NULL);
    g_auto(GStrv) words = g_strsplit(whole, " ", 0);
    HwError error = { f->reason, sizeof(f->reason), 0 };

    for (char **word = words; *word; word++) {
        if (g_str_equal(*word, "FILE")) {
            g_free(*word);
            *word = g_strdup(f->path);
        }
    }
    f->options = ob_options_new((int)g_strv_length(words), words, &error);
}

static void read_text(Fixture *f, const char *text)
{
    g_assert_true(g_file_set_contents(f->path, text, -1, NULL));
    parse(f, "-readconfig FILE");
}

static void accept_text(Fixture *f, const char *text)
{
    read_text(f, text);
    g_assert_cmpstr(f->reason, ==, "");
    g_assert_nonnull(f->options);
}

static const char *device_property(const Fixture *f, guint index, const char *name)
{
    g_assert_cmpuint(index, <, f->options->devices->len);
    return ob_keyval_get(f->options->devices->pdata[index], name);
}

/* -------------------------------------------------------------------- groups */

static void test_machine(Fixture *f, gconstpointer data)
{
    (void)data;
    accept_text(f, "# a machine\n\n[machine]\n  type = \"q35\"\n  acpi = \"off\"\n"
                   "[memory]\n  size = \"200\"\n[smp-opts]\n\tcpus = \"2\"\n"
                   "[boot-opts]\n  menu = \"on\"\n");
    g_assert_cmpstr(f->options->machine, ==, "q35");
    g_assert_true(f->options->no_acpi);
    g_assert_cmpuint(f->options->ram_size, ==, 200 << 20);
    g_assert_cmpuint(f->options->max_cpus, ==, 2);
    g_assert_true(f->options->boot.menu);
}

static void test_devices(Fixture *f, gconstpointer data)
{
    (void)data;
    accept_text(f, "[device \"first\"]\n  driver = \"beacon\"\n"
                   "[device]\ndriver=\"vmgenid\"\nguid = \"auto\"\n"
                   "[global]\n  driver = \"tpm-crb\"\n  property = \"ppi\"\n  value = \"off\"\n");
    g_assert_cmpstr(device_property(f, 0, "id"), ==, "first");
    g_assert_cmpstr(device_property(f, 0, "driver"), ==, "beacon");
    g_assert_cmpstr(device_property(f, 1, "guid"), ==, "auto");
    g_assert_cmpstr(((ObGlobal *)f->options->globals->pdata[0])->property, ==, "ppi");
}

static void test_monitor(Fixture *f, gconstpointer data)
{
    (void)data;
    accept_text(f, "[chardev \"c\"]\n  backend = \"null\"\n"
                   "[object \"m\"]\n  qom-type = \"monitor-qmp\"\n  chardev = \"c\"\n");
    g_assert_nonnull(ob_options_chardev(f->options, "c"));
    g_assert_nonnull(ob_options_object(f->options, "m"));
}

static void test_comma(Fixture *f, gconstpointer data)
{
    (void)data;
    accept_text(f, "[device]\n  driver = \"a\"\n  x = \"1,b=2,\"\n  empty = \"\"");
    g_assert_cmpstr(device_property(f, 0, "x"), ==, "1,b=2,");
    g_assert_cmpstr(device_property(f, 0, "empty"), ==, "");
    g_assert_null(device_property(f, 0, "b"));
}

static void test_order(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(g_file_set_contents(f->path, "[memory]\nsize = \"64\"\n", -1, NULL));
    parse(f, "-m 32 -readconfig FILE");
    g_assert_cmpuint(f->options->ram_size, ==, 64 << 20);
    ob_options_free(f->options);
    parse(f, "-readconfig FILE -m 32");
    g_assert_cmpuint(f->options->ram_size, ==, 32 << 20);
}

/* ----------------------------------------------------------------------- set */

static void test_set(Fixture *f, gconstpointer data)
{
    (void)data;
    parse(f, "-device beacon,id=b,x=1 -device vmgenid,id=v,guid=auto -set device.v.guid=a,b "
             "-set device.b.x=2");
    g_assert_cmpstr(f->reason, ==, "");
    g_assert_cmpstr(device_property(f, 0, "x"), ==, "2");
    g_assert_cmpstr(device_property(f, 1, "guid"), ==, "a,b");
}

static void test_set_after_file(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(g_file_set_contents(f->path, "[device \"b\"]\ndriver = \"beacon\"\n", -1, NULL));
    parse(f, "-readconfig FILE -set device.b.irq-line=5");
    g_assert_cmpstr(f->reason, ==, "");
    g_assert_cmpstr(device_property(f, 0, "irq-line"), ==, "5");
}

/* ------------------------------------------------------------------ refusals */

typedef struct Refusal {
    const char *name;
    const char *text;
    const char *sentence; /* behind "-readconfig: FILE" */
} Refusal;

static const Refusal refusals[] = {
    { "pair-without-group", "a = \"b\"", ":1: no group begins before this line, expected [GROUP]" },
    { "group-unfinished", "\n[device\n", ":2: invalid group, expected [GROUP] or [GROUP \"ID\"]" },
    { "group-without-name", "[ \"a\"]", ":1: invalid group, expected [GROUP] or [GROUP \"ID\"]" },
    { "group-empty", "[]", ":1: invalid group, expected [GROUP] or [GROUP \"ID\"]" },
    { "id-empty", "[device \"\"]", ":1: invalid group, expected [GROUP] or [GROUP \"ID\"]" },
    { "id-without-quotes", "[device a]", ":1: invalid group, expected [GROUP] or [GROUP \"ID\"]" },
    { "value-without-quotes", "[device]\na = b", ":2: invalid line, expected NAME = \"VALUE\"" },
    { "value-unfinished", "[device]\na = \"b", ":2: invalid line, expected NAME = \"VALUE\"" },
    { "text-behind-a-value", "[device]\na = \"b\"c",
      ":2: invalid line, expected NAME = \"VALUE\"" },
    { "name-missing", "[device]\n = \"b\"", ":2: invalid line, expected NAME = \"VALUE\"" },
    { "name-of-json", "[device]\n{ = \"b\"", ":2: invalid line, expected NAME = \"VALUE\"" },
    { "group-unknown", "[devise]\n", ":1: unknown group 'devise'" },
    { "group-of-no-pairs", "[S]\n", ":1: unknown group 'S'" },
    { "group-refused", "[spice]\nunix = \"on\"\n",
      ":1: -spice: not offered: the machine has no display" },
    { "option-fails", "[memory]\n\nsize = \"big\"\n",
      ":1: [memory]: invalid value 'big': expected a number with B, K, M, G or T" },
};

static void test_refusal(Fixture *f, gconstpointer opaque)
{
    const Refusal *refusal = opaque;
    g_autofree char *sentence = g_strdup_printf("-readconfig: %s%s", f->path, refusal->sentence);

    read_text(f, refusal->text);
    g_assert_null(f->options);
    g_assert_cmpstr(f->reason, ==, sentence);
}

static void refuse_path(Fixture *f, const char *path, const char *sentence)
{
    g_autofree char *line = g_strconcat("-readconfig ", path, NULL);

    parse(f, line);
    g_assert_null(f->options);
    g_assert_cmpstr(f->reason, ==, sentence);
}

static void test_paths(Fixture *f, gconstpointer data)
{
    (void)data;
    refuse_path(f, "/nonexistent",
                "-readconfig: can't open file /nonexistent: No such file or directory");
    refuse_path(f, "/", "-readconfig: can't read file /: Is a directory");
    refuse_path(f, "/dev/zero", "-readconfig: /dev/zero: larger than 1048576 bytes");
}

static void test_zero_byte(Fixture *f, gconstpointer data)
{
    g_autofree char *sentence = g_strdup_printf("-readconfig: %s: a zero byte, expected text",
                                                f->path);

    (void)data;
    g_assert_true(g_file_set_contents(f->path, "[machine]\0", 10, NULL));
    parse(f, "-readconfig FILE");
    g_assert_cmpstr(f->reason, ==, sentence);
}

static void add(const char *path, gconstpointer data, void (*test)(Fixture *f, gconstpointer data))
{
    g_test_add(path, Fixture, data, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/readconfig/machine", NULL, test_machine);
    add("/readconfig/devices", NULL, test_devices);
    add("/readconfig/monitor", NULL, test_monitor);
    add("/readconfig/comma-in-a-value", NULL, test_comma);
    add("/readconfig/last-option-wins", NULL, test_order);
    add("/readconfig/refused/paths", NULL, test_paths);
    add("/readconfig/refused/zero-byte", NULL, test_zero_byte);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strconcat("/readconfig/refused/", refusals[i].name, NULL);
        add(path, &refusals[i], test_refusal);
    }
    add("/set/changes-properties", NULL, test_set);
    add("/set/changes-a-device-of-a-file", NULL, test_set_after_file);
    return g_test_run();
}
