/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arm machines of stock QEMU in pairs: doctor says if the one loads the other's stream, and by
 * which recipe.  Each pair has to end as doctor said.  OB_PAIRS is "all", or the number of pairs
 * that are drawn.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "qtest/tests/lib/tool-run.h"
#include "qtest/tests/stream/stock-logs.h"
#include "qtest/tests/stream/stock-machine.h"

/* A pair of machines that differ in more than their release. */
typedef struct Change {
    const char *name;
    StockMachine from, to;
    const char *says; /* a line of doctor's; NULL: any */
} Change;

#define GIC2(processor)              \
    {                                \
        .cpu = (processor), .gic = 2 \
    }
#define GIC3(processor)                           \
    {                                             \
        .cpu = (processor), .gic = 3, .its = true \
    }

/* clang-format off */
static const Change changes[] = {
    { "pmu-lost", GIC3("cortex-a72"), GIC3("cortex-a72,pmu=off"), "the guest loses: PMU" },
    { "pmu-new", GIC3("cortex-a72,pmu=off"), GIC3("cortex-a72") },
    { "its-lost", GIC3("cortex-a57"), { .cpu = "cortex-a57", .gic = 3 } },
    { "its-new", { .cpu = "cortex-a57", .gic = 3 }, GIC3("cortex-a57") },
    { "gic-older", GIC3("cortex-a76"), GIC2("cortex-a76") },
    { "gic-newer", GIC2("cortex-a76"), GIC3("cortex-a76") },
    { "sve-lost", GIC3("max"), GIC3("max,sve=off"), "SVE" },
    { "sve-new", GIC3("max,sve=off"), GIC3("max") },
    { "sve-shorter", GIC3("max"), GIC3("max,sve-max-vq=2") },
    { "sve-longer", GIC3("max,sve-max-vq=2"), GIC3("max") },
    { "pauth-lost", GIC2("max"), GIC2("max,pauth=off"), "pointer authentication" },
    { "pauth-new", GIC2("max,pauth=off"), GIC2("max") },
    { "frequency-other", GIC2("cortex-a57"), GIC2("cortex-a57,cntfrq=100000000"),
      "start it with -cpu MODEL,cntfrq=62500000" },
    { "model-newer", GIC3("cortex-a57"), GIC3("cortex-a72") },
    { "model-older", GIC3("cortex-a76"), GIC3("cortex-a57") },
    { "model-max", GIC2("cortex-a72"), GIC2("max") },
    { "model-from-max", GIC2("max"), GIC2("neoverse-n1") },
    { "vcpus-more", GIC3("neoverse-n1"),
      { .cpu = "neoverse-n1", .gic = 3, .its = true, .vcpus = 2 } },
    { "vcpus-fewer", { .cpu = "neoverse-n1", .gic = 3, .its = true, .vcpus = 2 },
      GIC3("neoverse-n1") },
    { "secure", GIC3("cortex-a57"),
      { .cpu = "cortex-a57", .gic = 3, .its = true, .board = ",secure=on" } },
    { "virtualization", GIC3("cortex-a72"),
      { .cpu = "cortex-a72", .gic = 3, .its = true, .board = ",virtualization=on" } },
    { "virtualization-lost",
      { .cpu = "cortex-a72", .gic = 3, .its = true, .board = ",virtualization=on" },
      GIC3("cortex-a72") },
};
/* clang-format on */

typedef struct Pair {
    char *name;
    StockMachine from, to;
    const char *says;
} Pair;

static char *directory;

/* ------------------------------------------------------------------------ doctor */

typedef struct Said {
    char *text;
    char *verdict;
    char *recipe;   /* the command after "to pass: "; NULL: none */
    char *refusal;  /* the sentence of the first refused section, as QEMU says it; NULL: none */
    bool registers; /* a register is refused */
} Said;

static char *line_after(const char *text, const char *label)
{
    g_autofree char *needle = g_strconcat("\n", label, NULL);
    g_autofree char *whole = g_strconcat("\n", text, NULL);
    const char *at = strstr(whole, needle);

    return at ? g_strndup(at + strlen(needle), strcspn(at + strlen(needle), "\n")) : NULL;
}

static void doctor_ask(Said *said, const char *own, const char *stream)
{
    Run run;

    RUN(&run, "doctor", "--dest", own, stream);
    said->text = g_strconcat(run.out, run.err, NULL);
    said->verdict = line_after(run.out, "verdict: ");
    said->recipe = line_after(run.out, "to pass: outboard-stream ");
    said->refusal = line_after(run.out, "refused: ");
    said->registers = strstr(run.out, ": refused (L") || strstr(run.out, "    refused: L");
    run_clear(&run);
    if (said->refusal) {
        said->refusal[strcspn(said->refusal, "(;")] = 0;
        g_strchomp(said->refusal);
    }
}

static void said_clear(Said *said)
{
    g_free(said->text);
    g_free(said->verdict);
    g_free(said->recipe);
    g_free(said->refusal);
}

/* QEMU 11.1 no longer says "savevm". */
static bool has_sentence(const char *why, const char *sentence)
{
    g_auto(GStrv) parts = g_strsplit(sentence, "savevm ", -1);

    for (char **part = parts; *part; part++) {
        why = strstr(why, *part);
        if (!why) {
            return false;
        }
    }
    return true;
}

/* ------------------------------------------------------------------------- pairs */

static void complain(const Pair *pair, const Said *said, const char *what, const char *stock)
{
    g_autofree char *command = stock_command(&pair->to);

    g_test_message("%s\n%s\ndoctor:\n%s\nQEMU %s:\n%s", what, command, said->text,
                   pair->to.release->name, stock);
    g_test_fail();
}

/* QEMU's own lines are enough to know the cause. */
static void log_explain(const Pair *pair, const Said *said, const char *why)
{
    g_autofree char *log = g_build_filename(directory, "why", NULL);
    Run run;

    RUN(&run, "explain", "--log", log);
    if (run.status != 1 || !strstr(run.out, "cause:") || strstr(run.out, "not known here")) {
        complain(pair, said, run.out, why);
    }
    run_clear(&run);
}

static void recipe_follow(const Pair *pair, const Said *said, const char *stream)
{
    g_autofree char *filtered = g_build_filename(directory, "filtered", NULL);
    g_autofree char *command = g_strdup_printf("%s %s <%s >%s 2>%s/report",
                                               g_getenv("OB_STREAM_TOOL"), said->recipe, stream,
                                               filtered, directory);
    g_autofree char *why = NULL;

    if (system(command) != 0) {
        complain(pair, said, "the recipe does not work", command);
    } else if (!stock_loads(&pair->to, filtered, directory, &why)) {
        complain(pair, said, "the recipe does not help", why);
    }
}

static void test_pair(gconstpointer data)
{
    const Pair *pair = data;
    g_autofree char *own = stock_stream(&pair->to, directory);
    g_autofree char *stream = stock_stream(&pair->from, directory), *why = NULL;
    Said said;
    bool loads;

    doctor_ask(&said, own, stream);
    loads = stock_loads(&pair->to, stream, directory, &why);
    if (!loads) {
        log_explain(pair, &said, why);
    }
    if (!said.verdict || strcmp(said.verdict, "may be refused") == 0) {
        complain(pair, &said, "doctor has no verdict", loads ? "loads" : why);
    } else if (loads != (strcmp(said.verdict, "refused") != 0)) {
        complain(pair, &said, "doctor is wrong", loads ? "loads" : why);
    } else if (said.refusal && !said.registers && !has_sentence(why, said.refusal)) {
        complain(pair, &said, "doctor has another sentence than QEMU", why);
    } else if (pair->says && !strstr(said.text, pair->says)) {
        complain(pair, &said, "doctor does not say", pair->says);
    } else if (said.recipe) {
        recipe_follow(pair, &said, stream);
    }
    said_clear(&said);
}

/* ------------------------------------------------------------------------- lists */

static const char *const cpus[] = { "cortex-a57",  "cortex-a72",  "cortex-a76",  "neoverse-n1",
                                    "neoverse-v1", "cortex-a710", "neoverse-n2", "max" };

static void pair_free(void *opaque)
{
    Pair *pair = opaque;

    g_free(pair->name);
    g_free(pair);
}

static void pair_add(GPtrArray *pairs, const char *name, Pair pair, const QemuRelease *source,
                     const QemuRelease *destination)
{
    pair.from.release = source;
    pair.to.release = destination;
    if (stock_has_cpu(source, pair.from.cpu) && stock_has_cpu(destination, pair.to.cpu)) {
        pair.name = g_strdup_printf("/stream-pairs/%s-to-%s/%s", source->name, destination->name,
                                    name);
        g_ptr_array_add(pairs, g_memdup2(&pair, sizeof(pair)));
    }
}

/* The same machine by two releases, with each CPU, interrupt controller, PMU and ITS. */
static void machines_add(GPtrArray *pairs, const QemuRelease *source,
                         const QemuRelease *destination)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cpus) * 6; i++) {
        unsigned gic = i % 6 < 2 ? 2 : 3;
        bool its = i % 6 >= 4, pmu = i % 2;
        char *cpu = g_strconcat(cpus[i / 6], pmu ? "" : ",pmu=off", NULL); /* lives on */
        const StockMachine machine = { .cpu = cpu, .gic = gic, .its = its };
        g_autofree char *name = g_strdup_printf("%s/gic-%u%s%s", cpus[i / 6], gic,
                                                pmu ? "/pmu" : "", its ? "/its" : "");

        pair_add(pairs, name, (Pair) { .from = machine, .to = machine }, source, destination);
    }
}

static void changes_add(GPtrArray *pairs, const QemuRelease *source, const QemuRelease *destination)
{
    for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
        pair_add(pairs, changes[i].name,
                 (Pair) { .from = changes[i].from, .to = changes[i].to, .says = changes[i].says },
                 source, destination);
    }
}

static GPtrArray *pairs_all(void)
{
    GPtrArray *pairs = g_ptr_array_new_with_free_func(pair_free);
    const QemuRelease *releases = qemu_releases();

    for (const QemuRelease *from = releases; from->name; from++) {
        for (const QemuRelease *to = releases; to->name; to++) {
            if (qemu_release_exists(from) && qemu_release_exists(to)) {
                if (from != to) {
                    machines_add(pairs, from, to);
                }
                changes_add(pairs, from, to);
            }
        }
    }
    return pairs;
}

static void pairs_draw(GPtrArray *pairs, guint count)
{
    while (pairs->len > count) {
        g_ptr_array_remove_index_fast(pairs, (guint)g_test_rand_int_range(0, (gint)pairs->len));
    }
}

/* Releases that could not be fetched, and CPUs that a release does not have yet, are named. */
static void test_releases(void)
{
    for (const QemuRelease *release = qemu_releases(); release->name; release++) {
        for (size_t i = 0; qemu_release_require(release) && i < G_N_ELEMENTS(cpus); i++) {
            if (!stock_has_cpu(release, cpus[i])) {
                g_test_message("QEMU %s does not have %s", release->name, cpus[i]);
            }
        }
    }
}

/* savevm of each release: the machine's state is in the image of its disk. */
static void test_snapshot(gconstpointer release)
{
    const StockMachine machine = { .release = release, .cpu = "cortex-a57", .gic = 2 };
    g_autofree char *command = stock_command(&machine), *plain = NULL;
    g_autofree char *disk = g_build_filename(directory, "disk", NULL);
    g_autofree char *line = g_strdup_printf(
        "qemu-img create -q -f qcow2 %s 1M && printf 'savevm one\nsavevm two\nquit\n' | "
        "%s -monitor stdio -drive if=none,file=%s >/dev/null 2>%s/why",
        disk, command, disk, directory);
    Run run;

    if (!qemu_release_require(release)) {
        return;
    }
    g_assert_cmpint(system(line), ==, 0);
    plain = stock_stream(&machine, directory);
    RUN(&run, "doctor", "--snapshot", "two", "--dest", plain, disk);
    assert_has(run.out, "\nverdict: loads\n");
    run_clear(&run);
}

int main(int argc, char **argv)
{
    const char *count = g_getenv("OB_PAIRS");
    g_autoptr(GPtrArray) pairs = NULL;
    int status;

    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    signal(SIGPIPE, SIG_IGN);
    directory = run_directory_new();
    pairs = pairs_all();
    g_test_add_func("/stream-pairs/releases-are-there", test_releases);
    for (const QemuRelease *release = qemu_releases(); release->name; release++) {
        g_autofree char *name = g_strdup_printf("/stream-pairs/snapshot-is-read/%s", release->name);

        g_test_add_data_func(name, release, test_snapshot);
        if (g_strcmp0(count, "all") == 0 && qemu_release_exists(release)) {
            stock_logs_add(release, directory);
        }
    }
    if (g_strcmp0(count, "all") != 0) {
        pairs_draw(pairs, count ? (guint)atoi(count) : 8);
    }
    for (guint i = 0; i < pairs->len; i++) {
        g_test_add_data_func(((Pair *)pairs->pdata[i])->name, pairs->pdata[i], test_pair);
    }
    status = g_test_run();
    run_directory_remove(directory);
    return status;
}
