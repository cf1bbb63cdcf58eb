/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stock QEMUs migrate through outboard-stream's relay while the guest runs.  The guest counts in
 * its memory.  After a refusal the source counts on.
 */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "qtest/client/client.h"
#include "qtest/client/drivers/migration.h"
#include "qtest/tests/lib/qemu-release.h"
#include "qtest/tests/lib/tool-run.h"

#define DEADLINE_MS 60000
#define BARE        "-nodefaults -net none -serial none -parallel none -monitor none "

/* The guest: inc word [0x500]; jmp to itself. */
#define BIOS_SIZE   65536u
#define BIOS_ENTRY  (BIOS_SIZE - 16)
#define X86_COUNTER "0x500"
#define X86                                                                               \
    "-M pc-q35-7.2 -smp 2 -bios %s -m 8M -object memory-backend-ram,id=m0,size=4M "       \
    "-object memory-backend-ram,id=m1,size=4M -numa node,memdev=m0 -numa node,memdev=m1 " \
    "-netdev user,id=n -device virtio-net-pci,netdev=n,romfile= -device virtio-rng-pci " BARE

/* mov x1, #0x40200000; ldr w0, [x1]; add w0, w0, #1; str w0, [x1]; b to the ldr. */
#define ARM_COUNTER "0x40200000"
#define ARM_AT(address, data, length) \
    "-device loader,addr=" address ",data=" data ",data-len=" length " "
#define ARM(cpu, ram)                                                                             \
    "-M virt-7.2 -cpu " cpu " -smp 2 -m " ram " " ARM_AT("0x40300000", "0xb9400020d2a80401", "8") \
        ARM_AT("0x40300008", "0xb900002011000400", "8")                                           \
            ARM_AT("0x40300010", "0x17fffffd",                                                    \
                   "4") "-device loader,addr=0x40300000,cpu-num=0 -device virtio-rng-pci " BARE

typedef struct Machine {
    const char *architecture;
    const char *arguments; /* may have a %s for the firmware */
    const char *counter;
} Machine;

static const Machine q35 = { "x86_64", X86, X86_COUNTER };
static const Machine virt = { "aarch64", ARM("cortex-a57", "8M"), ARM_COUNTER };
static const Machine virt_max = { "aarch64", ARM("max", "8M"), ARM_COUNTER };
static const Machine virt_large = { "aarch64", ARM("cortex-a57", "16M"), ARM_COUNTER };

typedef struct Case {
    const char *path;
    const Machine *source, *destination;
    const char *from, *to;  /* releases */
    const char *options;    /* the relay's */
    const char *capability; /* the source's, with return-path; NULL: none but that */
    bool without_return_path;
    int status;                /* the relay's */
    const char *says;          /* by the relay */
    bool destination_is_clean; /* it got no byte */
} Case;

typedef struct Fixture {
    char *directory;
    char *bios, *own, *front, *back;
    ObClient *source, *destination;
    GSubprocess *relay;
} Fixture;

static void set_up(Fixture *f, gconstpointer unused)
{
    uint8_t *bios = g_malloc0(BIOS_SIZE);

    (void)unused;
    f->directory = run_directory_new();
    f->bios = g_build_filename(f->directory, "bios", NULL);
    f->own = g_build_filename(f->directory, "own", NULL);
    f->front = g_build_filename(f->directory, "front", NULL);
    f->back = g_build_filename(f->directory, "back", NULL);
    memcpy(bios + BIOS_ENTRY, "\xff\x06\x00\x05\xeb\xfa", 6);
    g_assert_true(g_file_set_contents(f->bios, (const char *)bios, BIOS_SIZE, NULL));
    g_free(bios);
}

static void tear_down(Fixture *f, gconstpointer unused)
{
    (void)unused;
    if (f->relay) {
        g_subprocess_force_exit(f->relay);
        g_object_unref(f->relay);
    }
    ob_client_free(f->source);
    ob_client_free(f->destination);
    run_directory_remove(f->directory);
    g_free(f->bios);
    g_free(f->own);
    g_free(f->front);
    g_free(f->back);
}

/* ------------------------------------------------------------------------- QEMU */

static ObClient *qemu_start(const Fixture *f, const Machine *machine, const char *release,
                            const char *incoming)
{
    g_autofree char *program = qemu_release_program(qemu_release_named(release),
                                                    machine->architecture);
    g_autoptr(GString) arguments = g_string_new(machine->arguments);
    ObStart start = { .program = program, .accelerator = "tcg" };
    HW_ERROR(error, 2000);
    ObClient *client;

    g_string_replace(arguments, "%s", f->bios, 0);
    if (incoming) {
        g_string_append_printf(arguments, " -incoming unix:%s", incoming);
    }
    start.arguments = arguments->str;
    client = ob_client_start(&start, &error);
    if (!client) {
        g_error("%s", error.text);
    }
    return client;
}

static void qmp(ObClient *client, const char *command, json_t *arguments)
{
    json_decref(ob_client_qmp(client, command, arguments, NULL));
}

static void capability_set(ObClient *client, const char *name)
{
    qmp(client, "migrate-set-capabilities",
        json_pack("{s:[{s:s, s:b}]}", "capabilities", "capability", name, "state", 1));
}

/* The machine's own stream, which doctor, filter and relay know the destination by. */
static void own_save(const Fixture *f, const Case *c)
{
    ObClient *client = qemu_start(f, c->destination, c->to, NULL);
    g_autofree char *uri = g_strdup_printf("exec:cat >%s", f->own);
    g_autofree char *status = NULL;

    qmp(client, "migrate", json_pack("{s:s}", "uri", uri));
    status = ob_migration_await(client, "completed", DEADLINE_MS);
    g_assert_cmpstr(status, ==, "completed");
    ob_client_quit(client);
}

static guint64 counter_read(ObClient *client, const char *address)
{
    g_autofree char *line = g_strdup_printf("xp /1hx %s", address);
    json_t *text = ob_client_qmp(client, "human-monitor-command",
                                 json_pack("{s:s}", "command-line", line), NULL);
    const char *value = strstr(json_string_value(text), ": 0x");
    guint64 count;

    g_assert_nonnull(value);
    count = g_ascii_strtoull(value + 2, NULL, 16);
    json_decref(text);
    return count;
}

/* The counter wraps, so another value shows that the guest runs. */
static void assert_counts(ObClient *client, const char *address)
{
    gint64 deadline = g_get_monotonic_time() + DEADLINE_MS * 1000;
    guint64 first = counter_read(client, address);

    while (counter_read(client, address) == first) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_usleep(1000);
    }
}

/* ------------------------------------------------------------------------- relay */

static void relay_start(Fixture *f, const char *options)
{
    g_autofree char *line = g_strdup_printf("%s relay --listen unix:%s --connect unix:%s --dest %s "
                                            "--timeout 60 %s",
                                            g_getenv("OB_STREAM_TOOL"), f->front, f->back, f->own,
                                            options);
    gint64 deadline = g_get_monotonic_time() + DEADLINE_MS * 1000;
    g_auto(GStrv) argv = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(g_shell_parse_argv(line, NULL, &argv, NULL));
    f->relay = g_subprocess_newv((const char *const *)argv, G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
    g_assert_no_error(error);
    while (!g_file_test(f->front, G_FILE_TEST_EXISTS)) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_usleep(1000);
    }
}

static void assert_relay_ends(Fixture *f, int status, const char *says)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(g_subprocess_communicate_utf8(f->relay, NULL, NULL, NULL, &text, &error));
    g_assert_no_error(error);
    if (g_subprocess_get_exit_status(f->relay) != status) {
        g_test_message("%s", text);
    }
    g_assert_cmpint(g_subprocess_get_exit_status(f->relay), ==, status);
    assert_has(text, says);
    g_assert_false(g_file_test(f->front, G_FILE_TEST_EXISTS));
}

/* ------------------------------------------------------------------------- tests */

static void migrate_begin(Fixture *f, const Case *c)
{
    g_autofree char *uri = g_strdup_printf("unix:%s", f->front);

    f->source = qemu_start(f, c->source, c->from, NULL);
    qmp(f->source, "cont", NULL);
    assert_counts(f->source, c->source->counter);
    if (!c->without_return_path) {
        capability_set(f->source, "return-path");
    }
    if (c->capability) {
        capability_set(f->source, c->capability);
    }
    qmp(f->source, "migrate", json_pack("{s:s}", "uri", uri));
}

static void assert_accepted(Fixture *f, const Case *c)
{
    g_autofree char *status = ob_migration_await(f->source, "completed", DEADLINE_MS);

    g_assert_cmpstr(status, ==, "completed");
    ob_migration_complete(f->destination);
    qmp(f->destination, "cont", NULL);
    assert_counts(f->destination, c->destination->counter);
}

static void assert_runs_on(Fixture *f, const Case *c)
{
    g_autofree char *status = ob_migration_await(f->source, "completed", DEADLINE_MS);
    json_t *state;

    g_assert_cmpstr(status, ==, "failed");
    assert_counts(f->source, c->source->counter);
    state = ob_client_qmp(f->source, "query-status", NULL, NULL);
    g_assert_cmpstr(json_string_value(json_object_get(state, "status")), ==, "running");
    json_decref(state);
}

static void test_case(Fixture *f, gconstpointer data)
{
    const Case *c = data;

    if (!qemu_release_require(qemu_release_named(c->from)) ||
        !qemu_release_require(qemu_release_named(c->to))) {
        return;
    }
    own_save(f, c);
    f->destination = qemu_start(f, c->destination, c->to, f->back);
    relay_start(f, c->options);
    migrate_begin(f, c);
    if (c->status == 0) {
        assert_accepted(f, c);
    } else {
        assert_runs_on(f, c);
    }
    assert_relay_ends(f, c->status, c->says);
    if (c->destination_is_clean) {
        json_t *state = ob_client_qmp(f->destination, "query-status", NULL, NULL);

        g_assert_cmpstr(json_string_value(json_object_get(state, "status")), ==, "inmigrate");
        json_decref(state);
    }
}

#define PASS_ALL "--policy constants=all,drop=all"

static const Case cases[] = {
    { "q35-with-numa-and-virtio", &q35, &q35, "7.2", "10.0", "", NULL, false, 0, "", false },
    { "virt", &virt, &virt, "10.0", "7.2", PASS_ALL ",drop-subsection=cpu/wfxt-timer", NULL, false,
      0, "cpu 0: ", false },
    { "without-return-path", &virt, &virt, "7.2", "7.2", "", NULL, true, 0,
      "capability 'return-path' off", false },
    { "refused/subsection", &virt_max, &virt_max, "11.1", "10.0", PASS_ALL, NULL, false, 1,
      "the destination is not known to take", false },
    { "refused/registers", &virt, &virt, "10.0", "7.2", "", NULL, false, 1,
      "changes of registers that the policy does not permit", false },
    { "refused/other-ram", &virt_large, &virt, "7.2", "7.2", "--strict", NULL, false, 1,
      "the destination refuses the machine or its RAM", true },
    { "refused/by-the-destination", &virt_large, &virt, "7.2", "7.2", "", NULL, false, 1,
      "the destination ", false },
    { "refused/multifd", &q35, &q35, "7.2", "7.2", "", "multifd", false, 1, "capability 'multifd'",
      true },
    { "refused/postcopy", &q35, &q35, "10.0", "10.0", "", "postcopy-ram", false, 1,
      "the source has capability 'postcopy-ram' on, expected off", true },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/stream-relay-qemu/%s", cases[i].path);

        g_test_add(path, Fixture, &cases[i], set_up, test_case, tear_down);
    }
    return g_test_run();
}
