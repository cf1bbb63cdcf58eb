/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "hw-api/host/load/default-plugin.h"
#include "qtest/client/client.h"
#include "qtest/client/drivers/migration.h"
#include "qtest/lab/tool/elsewhere.h"
#include "qtest/machine/board.h"
#include "qtest/text/json.h"

enum { TIMEOUT_MS = 3000, MIGRATION_MS = 20000 };

/* ------------------------------------------------------------------------ the command */

/* A file of this installation, or of the build. */
static char *beside(const char *plugin, const char *built, const char *installed)
{
    g_autofree char *folder = g_path_get_dirname(plugin);
    char *file = g_build_filename(folder, built, NULL);

    if (!g_file_test(file, G_FILE_TEST_EXISTS)) {
        g_free(file);
        file = g_build_filename(folder, installed, NULL);
    }
    return file;
}

static char *program_of(const LabArguments *a, const char *architecture, bool is_qemu)
{
    g_autofree char *name = g_strdup_printf("%s-system-%s", is_qemu ? "qemu" : "outboard",
                                            architecture);
    g_autofree char *own = is_qemu ? NULL : g_file_read_link(HW_OWN_PROGRAM, NULL);
    g_autofree char *folder = own ? g_path_get_dirname(own) : NULL;

    return a->program ? g_strdup(a->program)
           : folder   ? g_build_filename(folder, name, NULL)
                      : g_steal_pointer(&name);
}

static void word_add(GString *text, const char *option, const char *prefix, const char *value)
{
    g_autofree char *both = g_strconcat(prefix, value, NULL);
    g_autofree char *quoted = g_shell_quote(both);

    g_string_append_printf(text, " %s %s", option, quoted);
}

static void plugin_add(GString *text, const LabArguments *a, const char *plugin, bool is_qemu)
{
    g_autofree char *file = a->bridge
                                ? g_strdup(a->bridge)
                                : beside(plugin, "../plugins/outboard-qemu.so", "outboard-qemu.so");
    g_autofree char *bridge = g_strdup_printf("%s,set=%s%s", file, a->set ? a->set : plugin,
                                              a->tpm ? ",libtpms=tpm0" : "");

    if (is_qemu) {
        word_add(text, "-plugin", "file=", bridge);
    } else {
        word_add(text, "-plugin-set", "", a->set ? a->set : plugin);
        if (a->tpm) {
            word_add(text, "-tpmdev", a->tpm, ",id=tpm0");
        }
    }
}

/* `prefix`: of devices that QEMU has itself.  The RAM is as large as in process. */
static char *arguments_of(const LabArguments *a, const ObLabScript *script, bool is_qemu,
                          const LabMachineKind *kind, const char *prefix)
{
    GString *text = g_string_new("-nodefaults -m 2");
    char *plugin = hw_default_plugin(HW_OWN_PROGRAM);

    word_add(text, "-machine", "", a->machine ? a->machine : script->machine);
    if (!is_qemu || !kind->is_own) {
        plugin_add(text, a, plugin, is_qemu);
    }
    if (kind->more) {
        g_string_append_printf(text, " %s", kind->more);
    }
    for (guint i = 0; i < script->devices->len; i++) {
        word_add(text, "-device", prefix, script->devices->pdata[i]);
    }
    free(plugin);
    return g_string_free(text, FALSE);
}

/* ----------------------------------------------------------------------------- its life */

static void failed(ObClient *client, const char *report, void *opaque)
{
    (void)client;
    g_string_assign(opaque, report);
}

/* The client takes words of the shell, and names the program by them in its messages. */
static char *program_word(const char *program)
{
    return strpbrk(program, " '\"\\$&;()") ? g_shell_quote(program) : g_strdup(program);
}

static bool client_start(LabMachine *m, const char *more, HwError *error)
{
    g_autofree char *arguments = g_strconcat(m->arguments, more, NULL);
    g_autofree char *program = program_word(m->program);
    const ObStart start = { .program = program,
                            .arguments = arguments,
                            .accelerator = m->is_qemu ? "tcg" : NULL,
                            .timeout_ms = m->answer_ms };

    m->client = ob_client_start(&start, error);
    if (!m->client) {
        return false;
    }
    ob_client_on_failure(m->client, failed, m->report);
    return !m->lines || ob_client_irq_intercept_in(m->client, m->lines) ||
           hw_error_set(error, "the interrupt lines are not seen at '%s'", m->lines);
}

/* The machine's controller of interrupts; NULL: there is none. */
static const char *lines_of(const LabArguments *a, const ObLabScript *script)
{
    const char *architecture = script->architecture ? script->architecture : "x86_64";
    const ObMachine *machine = ob_machine_find(architecture,
                                               a->machine ? a->machine : script->machine);

    return machine ? machine->irq_controller : NULL;
}

bool lab_machine_start(LabMachine *machine, const LabArguments *arguments,
                       const ObLabScript *script, const LabMachineKind *kind, HwError *error)
{
    static const char *const prefixes[] = { "outboard-", "" };
    const char *architecture = script->architecture ? script->architecture : "x86_64";
    bool is_qemu = strcmp(arguments->in, "qemu") == 0;
    bool is_bridged = is_qemu && !kind->is_own;

    *machine = (LabMachine) { .program = program_of(arguments, architecture, is_qemu),
                              .is_qemu = is_qemu,
                              .answer_ms = kind->answer_ms ? kind->answer_ms : TIMEOUT_MS,
                              .lines = kind->watches ? lines_of(arguments, script) : NULL,
                              .report = g_string_new(NULL) };
    /* A device whose name QEMU has, too, has a prefix there. */
    for (size_t i = is_bridged ? 0 : 1; i < G_N_ELEMENTS(prefixes) && !machine->client; i++) {
        g_free(machine->arguments);
        machine->arguments = arguments_of(arguments, script, is_qemu, kind, prefixes[i]);
        client_start(machine, "", error);
    }
    return machine->client != NULL;
}

void lab_machine_clear(LabMachine *machine)
{
    ob_client_free(machine->client);
    g_free(machine->program);
    g_free(machine->arguments);
    g_string_free(machine->report, TRUE);
}

/* ----------------------------------------------------------------------------- moving */

static bool migrate(ObClient *client, const char *command, const char *uri)
{
    g_autofree char *status = NULL;
    json_t *problem = NULL;

    json_decref(
        ob_client_qmp(client, command, json_pack("{s:o}", "uri", ob_json_text(uri)), &problem));
    if (!problem) {
        status = ob_migration_await(client, "completed", MIGRATION_MS);
    }
    json_decref(problem);
    return g_strcmp0(status, "completed") == 0;
}

static bool moved(LabMachine *m, const char *path, HwError *error)
{
    g_autofree char *out = g_strdup_printf("exec:cat >%s", path);
    g_autofree char *in = g_strdup_printf("exec:cat %s", path);
    bool saved = migrate(m->client, "migrate", out);

    ob_client_free(g_steal_pointer(&m->client));
    if (!saved) {
        return hw_error_set(error, "the machine is not saved");
    }
    if (!client_start(m, " -incoming defer", error)) {
        return false;
    }
    if (!migrate(m->client, "migrate-incoming", in)) {
        ob_client_free(g_steal_pointer(&m->client));
        g_string_truncate(m->report, 0); /* it may have ended for this reason */
        return hw_error_set(error, "the machine refuses its own state");
    }
    return true;
}

bool lab_machine_move(LabMachine *machine, HwError *error)
{
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("outboard-lab-XXXXXX", &path, NULL);
    bool good;

    if (fd < 0) {
        return hw_error_set(error, "no temporary file");
    }
    close(fd);
    good = moved(machine, path, error);
    unlink(path);
    return good;
}
