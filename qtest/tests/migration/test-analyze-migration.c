/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's own script for streams, analyze-migration.py, reads what this program saves. */
#include "qtest/client/client.h"
#include "qtest/client/drivers/migration.h"
#include "qtest/client/process/scratch.h"

#include <string.h>

#define PLACE UINT64_C(0x200000) /* from the start of RAM */

typedef struct Saved {
    const char *name;
    const char *environment; /* names the program */
    const char *arguments;
    uint64_t ram; /* address of RAM; 0 with `ram_size` 0: there is none */
    uint64_t ram_size;
    const char *block;      /* RAM's name in the stream */
    const char *devices[4]; /* sections that the script must show */
    bool page_bits;         /* the configuration has a subsection */
} Saved;

/* clang-format off */
static const Saved machines[] = {
    { "pc", "OB_PROGRAM", "-M pc -m 8M -tpmdev libtpms,id=t -device tpm-crb,tpmdev=t "
      "-device vmgenid,guid=auto", 0, 8 << 20, "pc.ram", { "tpm-crb", "vmgenid", "fw_cfg" } },
    { "q35-10.0", "OB_PROGRAM", "-M pc-q35-10.0 -m 8M -tpmdev libtpms,id=t "
      "-device tpm-crb-device,tpmdev=t -device beacon -device vmgenid,guid=auto",
      0, 8 << 20, "pc.ram", { "tpm-crb-device", "beacon", "vmgenid" } },
    { "none", "OB_PROGRAM", "-M none", 0, 0, NULL, { "globalstate" } },
    { "virt", "OB_PROGRAM_AARCH64", "-M virt -m 8M -tpmdev libtpms,id=t "
      "-device tpm-crb-device,tpmdev=t -device vmgenid,guid=auto",
      0x40000000, 8 << 20, "mach-virt.ram", { "tpm-crb-device", "vmgenid", "fw_cfg" }, true },
    { "virt-11.1", "OB_PROGRAM_AARCH64", "-M virt-11.1 -m 8M -device beacon",
      0x40000000, 8 << 20, "mach-virt.ram", { "beacon", "fw_cfg" }, true },
    { "none-of-aarch64", "OB_PROGRAM_AARCH64", "-M none", 0, 0, NULL, { "globalstate" } },
};
/* clang-format on */

typedef struct Script {
    char *release;
    char *path;
} Script;

typedef struct Case {
    const Script *script;
    const Saved *saved;
} Case;

/* The script extracts blocks into the directory; some of their names are paths. */
typedef struct Fixture {
    ObScratch *scratch;
    const char *directory;
    char *stream;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    (void)data;
    f->scratch = ob_scratch_new();
    g_assert_nonnull(f->scratch);
    f->directory = ob_scratch_path(f->scratch);
    f->stream = g_build_filename(f->directory, "stream", NULL);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    g_free(f->stream);
    ob_scratch_free(f->scratch);
}

/* ------------------------------------------------------------------------- save */

static void stream_save(const Fixture *f, const Saved *saved)
{
    const ObStart start = { .program = g_getenv(saved->environment),
                            .arguments = saved->arguments };
    g_autofree char *uri = g_strdup_printf("file:%s", f->stream);
    HW_ERROR(error, 2000);
    ObClient *c = ob_client_start(&start, &error);

    if (!c) {
        g_error("%s", error.text);
    }
    if (saved->ram_size) {
        ob_client_memwrite(c, saved->ram + PLACE, "here", 4);
    }
    json_decref(ob_client_qmp(c, "migrate", json_pack("{s:s}", "uri", uri), NULL));
    ob_migration_complete(c);
    ob_client_quit(c);
}

/* ------------------------------------------------------------------------- read */

/* Runs the script in the fixture's directory; returns its output, which must be JSON. */
static json_t *script_run(const Fixture *f, const Script *script, const char *mode)
{
    const char *const words[] = { "python3", script->path, "-f", "stream", mode, NULL };
    g_autofree char *output = NULL;
    g_autofree char *errors = NULL;
    g_autoptr(GError) failure = NULL;
    json_error_t place;
    json_t *json;
    int status;

    if (!g_spawn_sync(f->directory, (char **)words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output,
                      &errors, &status, &failure)) {
        g_error("python3: %s", failure->message);
    }
    if (status != 0) {
        g_error("%s: status %d: %s%s", script->path, status, output, errors);
    }
    if (!strcmp(mode, "-x")) {
        return NULL;
    }
    json = json_loads(output, 0, &place);
    if (!json) {
        g_error("%s: %s: %s", script->path, place.text, output);
    }
    return json;
}

/* The script names a section "NAME (ID)". */
static bool has_section(json_t *sections, const char *name)
{
    g_autofree char *prefix = g_strconcat(name, " (", NULL);
    const char *key;
    json_t *value;

    json_object_foreach(sections, key, value)
    {
        if (g_str_has_prefix(key, prefix)) {
            return true;
        }
    }
    return false;
}

/* The RAM that the script extracts is the machine's. */
static void ram_check(const Fixture *f, const Saved *saved)
{
    g_autofree char *path = g_strdup_printf("%s/%s", f->directory, saved->block);
    g_autofree char *ram = NULL;
    gsize size;

    g_assert_true(g_file_get_contents(path, &ram, &size, NULL));
    g_assert_cmpuint(size, ==, saved->ram_size);
    g_assert_cmpmem(ram + PLACE, 4, "here", 4);
}

/* 7.2's script takes a subsection of the configuration for a section; it reads no stream of
 * QEMU's virt either. */
static bool reads_page_bits(const Script *script)
{
    return !g_str_equal(script->release, "7.2");
}

static void test_reads(Fixture *f, gconstpointer data)
{
    const Case *c = data;
    json_t *sections;

    if (!g_file_test(c->script->path, G_FILE_TEST_IS_REGULAR)) {
        g_test_skip("the script does not exist: run scripts/qemu-releases --scripts");
        return;
    }
    stream_save(f, c->saved);
    sections = script_run(f, c->script, "-d=state");
    for (size_t i = 0; i < G_N_ELEMENTS(c->saved->devices) && c->saved->devices[i]; i++) {
        if (!has_section(sections, c->saved->devices[i])) {
            g_autofree char *text = json_dumps(sections, JSON_INDENT(1));

            g_error("no section '%s': %s", c->saved->devices[i], text);
        }
    }
    json_decref(sections);
    if (c->saved->ram_size) {
        script_run(f, c->script, "-x");
        ram_check(f, c->saved);
    }
}

static void script_add(const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", 2);
    Script *script = g_new0(Script, 1);

    if (!words[0] || !words[1]) {
        g_error("OB_QEMU_SCRIPTS: '%s', expected RELEASE ROOT", line);
    }
    script->release = g_strdup(words[0]);
    script->path = g_strconcat(words[1], "/scripts/analyze-migration.py", NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(machines); i++) {
        g_autofree char *path = g_strdup_printf("/analyze-migration/%s/%s", script->release,
                                                machines[i].name);
        Case *c = g_new(Case, 1);

        *c = (Case) { script, &machines[i] };
        if (!machines[i].page_bits || reads_page_bits(script)) {
            g_test_add(path, Fixture, c, set_up, test_reads, tear_down);
        }
    }
}

/* The cases live as long as the process. */
int main(int argc, char **argv)
{
    g_auto(GStrv) lines = g_strsplit(g_getenv("OB_QEMU_SCRIPTS"), "\n", 0);

    g_test_init(&argc, &argv, NULL);
    for (char **line = lines; *line; line++) {
        script_add(*line);
    }
    return g_test_run();
}
