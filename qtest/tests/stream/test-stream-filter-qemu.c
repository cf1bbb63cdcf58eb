/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arm machines migrate from one stock QEMU release to another through outboard-stream's filter.
 * Without the filter the stream is refused; with it, the stream loads, and the guest's register
 * keeps its value.
 */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "qtest/client/client.h"
#include "qtest/client/drivers/migration.h"
#include "qtest/tests/lib/arm-streams.h"
#include "qtest/tests/lib/qemu-release.h"
#include "qtest/tests/lib/tool-run.h"

#define DEADLINE_MS 30000
/* clang-format off */
#define BOARD "-M virt-7.2 -cpu %s -smp 2 -m 4M -nodefaults -net none -serial none " \
              "-parallel none -monitor none"
/* clang-format on */

#define POLICY "--policy constants=all,drop=all,drop-subsection=cpu/wfxt-timer:cpu/fpmr"

/* mov x0, #0x1234; msr tpidr_el1, x0; b . */
/* clang-format off */
#define GUEST " -device loader,addr=0x40300000,data=0xd518d080d2824680,data-len=8" \
              " -device loader,addr=0x40300008,data=0x14000000,data-len=4" \
              " -device loader,addr=0x40300000,cpu-num=0"
/* clang-format on */
#define GUEST_VALUE 0x1234

typedef struct Pair {
    const QemuRelease *from, *to;
    const char *cpu;
} Pair;

typedef struct Fixture {
    char *directory;
    char *own;   /* a stream that the destination itself has saved */
    char *plain; /* the source's stream */
    char *filtered;
    char *after; /* the destination's stream after the load */
    char *report;
} Fixture;

static void set_up(Fixture *f, gconstpointer unused)
{
    (void)unused;
    f->directory = g_dir_make_tmp("ob-XXXXXX", NULL);
    f->own = g_build_filename(f->directory, "own", NULL);
    f->plain = g_build_filename(f->directory, "plain", NULL);
    f->filtered = g_build_filename(f->directory, "filtered", NULL);
    f->after = g_build_filename(f->directory, "after", NULL);
    f->report = g_build_filename(f->directory, "report", NULL);
}

static void tear_down(Fixture *f, gconstpointer unused)
{
    char *const files[] = { f->own, f->plain, f->filtered, f->after, f->report };

    (void)unused;
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_unlink(files[i]);
        g_free(files[i]);
    }
    g_assert_cmpint(g_rmdir(f->directory), ==, 0);
    g_free(f->directory);
}

/* ------------------------------------------------------------------------- QEMU */

static ObClient *qemu_start(const QemuRelease *release, const char *cpu, const char *more)
{
    g_autofree char *program = qemu_release_program(release, "aarch64");
    g_autofree char *arguments = g_strdup_printf(BOARD "%s", cpu, more);
    const ObStart start = { .program = program, .arguments = arguments, .accelerator = "tcg" };
    HW_ERROR(error, 400);
    ObClient *client = ob_client_start(&start, &error);

    if (!client) {
        g_error("%s", error.text);
    }
    return client;
}

static void save(ObClient *client, const char *command)
{
    json_decref(ob_client_qmp(client, "migrate", json_pack("{s:s}", "uri", command), NULL));
    ob_migration_complete(client);
}

static void save_to(ObClient *client, const char *path)
{
    g_autofree char *uri = g_strdup_printf("exec:cat >%s", path);

    save(client, uri);
}

/* Runs the guest until its few instructions are done. */
static void guest_run(ObClient *client)
{
    gint64 deadline = g_get_monotonic_time() + DEADLINE_MS * 1000;
    bool done = false;

    json_decref(ob_client_qmp(client, "cont", NULL, NULL));
    for (; !done; g_usleep(1000)) {
        json_t *text = ob_client_qmp(client, "human-monitor-command",
                                     json_pack("{s:s}", "command-line", "info registers"), NULL);

        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        done = strstr(json_string_value(text), "PC=0000000040300008") != NULL;
        json_decref(text);
    }
    json_decref(ob_client_qmp(client, "stop", NULL, NULL));
}

static void assert_refused(const Pair *pair, const char *path)
{
    g_autofree char *program = qemu_release_program(pair->to, "aarch64");
    g_autofree char *board = g_strdup_printf(BOARD, pair->cpu);
    g_autofree char *command = g_strdup_printf(
        "exec %s %s -accel tcg -S -display none -incoming 'exec:cat %s' 2>&1", program, board,
        path);
    g_autoptr(GSubprocess)
        qemu = g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, "sh", "-c", command, NULL);
    gint64 deadline = g_get_monotonic_time() + DEADLINE_MS * 1000;
    g_autofree char *out = NULL;

    while (g_subprocess_get_identifier(qemu) && g_get_monotonic_time() < deadline) {
        g_main_context_iteration(NULL, FALSE);
        g_usleep(1000);
    }
    if (g_subprocess_get_identifier(qemu)) {
        g_subprocess_force_exit(qemu);
        g_error("%s has loaded a stream of %s", pair->to->name, pair->from->name);
    }
    g_assert_true(g_subprocess_communicate_utf8(qemu, NULL, NULL, &out, NULL, NULL));
    g_assert_false(g_subprocess_get_successful(qemu));
}

/* ------------------------------------------------------------------------- tests */

static void destination_save(const Fixture *f, const Pair *pair)
{
    ObClient *client = qemu_start(pair->to, pair->cpu, "");

    save_to(client, f->own);
    ob_client_quit(client);
}

static void source_send(const Fixture *f, const Pair *pair, const char *policy)
{
    ObClient *client = qemu_start(pair->from, pair->cpu, GUEST);
    g_autofree char *uri = g_strdup_printf("exec:tee %s | %s filter --dest %s %s --report %s >%s",
                                           f->plain, g_getenv("OB_STREAM_TOOL"), f->own, policy,
                                           f->report, f->filtered);

    guest_run(client);
    save(client, uri);
    ob_client_quit(client);
}

static void destination_load(const Fixture *f, const Pair *pair, const char *command)
{
    g_autofree char *incoming = g_strdup_printf(" -incoming 'exec:%s'", command);
    ObClient *client = qemu_start(pair->to, pair->cpu, incoming);

    ob_migration_complete(client);
    save_to(client, f->after);
    ob_client_quit(client);
}

static uint64_t register_of(const char *path, uint32_t vcpu, uint64_t id)
{
    char *text;
    gsize size;
    g_autoptr(GByteArray) stream = NULL;
    ObCpuRegisters list;
    int64_t at;
    uint64_t value;

    g_assert_true(g_file_get_contents(path, &text, &size, NULL));
    stream = g_byte_array_new_take((guint8 *)text, size);
    list = arm_list(stream, vcpu);
    at = ob_cpu_registers_find(&list, id);
    g_assert_cmpint(at, >=, 0);
    value = list.entries[at].value;
    ob_cpu_registers_clear(&list);
    return value;
}

static void assert_doctor(const Fixture *f, const char *stream, int status)
{
    Run run;

    RUN(&run, "doctor", "--dest", f->own, stream);
    if (run.status != status) {
        g_test_message("%s%s", run.out, run.err);
    }
    g_assert_cmpint(run.status, ==, status);
    run_clear(&run);
}

static void test_pair(Fixture *f, gconstpointer data)
{
    const Pair *pair = data;
    g_autofree char *cat = NULL;

    if (!qemu_release_require(pair->from) || !qemu_release_require(pair->to)) {
        return;
    }
    destination_save(f, pair);
    cat = g_strdup_printf("cat %s", f->filtered);
    source_send(f, pair, POLICY);
    assert_doctor(f, f->plain, 1);
    assert_refused(pair, f->plain);
    assert_doctor(f, f->filtered, 0);
    destination_load(f, pair, cat);
    g_assert_cmphex(register_of(f->after, 0, ARM_TPIDR), ==, GUEST_VALUE);
    g_assert_cmphex(register_of(f->after, 1, ARM_TPIDR), ==, 0);
}

static void test_at_the_destination(Fixture *f, gconstpointer data)
{
    const Pair *pair = data;
    g_autofree char *command = NULL;

    if (!qemu_release_require(pair->from) || !qemu_release_require(pair->to)) {
        return;
    }
    destination_save(f, pair);
    source_send(f, pair, POLICY);
    command = g_strdup_printf("%s filter --dest %s " POLICY " --report %s <%s",
                              g_getenv("OB_STREAM_TOOL"), f->own, f->report, f->plain);
    destination_load(f, pair, command);
    g_assert_cmphex(register_of(f->after, 0, ARM_TPIDR), ==, GUEST_VALUE);
}

/* If the filter refuses, the destination refuses the filter's output. */
static void test_not_permitted(Fixture *f, gconstpointer data)
{
    const Pair *pair = data;

    if (!qemu_release_require(pair->from) || !qemu_release_require(pair->to)) {
        return;
    }
    destination_save(f, pair);
    source_send(f, pair, "");
    assert_refused(pair, f->filtered);
}

static void pair_add(const QemuRelease *from, const QemuRelease *to, const char *cpu)
{
    Pair *pair = g_new0(Pair, 1);
    g_autofree char *name = g_strdup_printf("/stream-filter-qemu/%s-loads-%s/%s", to->name,
                                            from->name, cpu);

    *pair = (Pair) { from, to, cpu };
    g_test_add_vtable(name, sizeof(Fixture), pair, (GTestFixtureFunc)set_up,
                      (GTestFixtureFunc)test_pair, (GTestFixtureFunc)tear_down);
}

static void others_add(const QemuRelease *from, const QemuRelease *to)
{
    static Pair pair;

    pair = (Pair) { from, to, "cortex-a57" };
    g_test_add("/stream-filter-qemu/what-filter-refuses-is-refused", Fixture, &pair, set_up,
               test_not_permitted, tear_down);
    g_test_add("/stream-filter-qemu/filter-at-the-destination", Fixture, &pair, set_up,
               test_at_the_destination, tear_down);
}

int main(int argc, char **argv)
{
    const QemuRelease *releases;

    g_test_init(&argc, &argv, NULL);
    releases = qemu_releases();
    for (const QemuRelease *from = releases; from->name; from++) {
        for (const QemuRelease *to = releases; to->name; to++) {
            if (from != to) {
                pair_add(from, to, "cortex-a57");
                pair_add(from, to, "max");
            }
        }
    }
    if (releases[0].name && releases[1].name) {
        others_add(&releases[1], &releases[0]);
    }
    return g_test_run();
}
