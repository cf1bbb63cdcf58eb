/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * No damaged plugin kills a host that loads it.  A child process shows each one as
 * --dump-plugin does, loads and unloads it, and has to end by itself.
 *
 * OB_MUTATIONS says how many, OB_SEED with which seed; OB_NUMBER takes one of them alone.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hw-api/host/load/plugin-set.h"
#include "qtest/host/help/dump-plugin.h"
#include "qtest/tests/hw-api/plugin-damage.h"
#include "qtest/tests/lib/sanitized.h"

#define MUTATIONS 300

/* More than a trial in a child of its own may take. */
#define CHILD_SECONDS 60

/* A child's exit status. A sanitizer ends a process with 1 or 23, thus neither stands here. */
enum { LOADED, REFUSED = 10 };

#define SENTENCE_SIZE 1024

static char *sentence; /* shared with the children */

static const void *all_services(const HwHost *host, const char *service)
{
    (void)service;
    return host;
}

static const HwHost host = { .abi = HW_ABI(HwHost), .name = "X", .query = all_services };

/* ------------------------------------------------------------------- in a child */

static bool show(const char *path, HwError *error)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    bool good = ob_dump_plugin(path, true, out, error);

    fclose(out);
    free(text);
    return good;
}

static bool load(const char *path, HwError *error)
{
    HwPluginSet *set = hw_plugin_set_load(path, &host, NULL, 0, error);
    bool found = true;

    if (!set) {
        return false;
    }
    for (uint32_t i = 0; i < hw_plugin_set_class_count(set); i++) {
        found = found && hw_plugin_set_find(set, hw_plugin_set_class(set, i)->original->name);
    }
    hw_plugin_set_free(set);
    return found;
}

static void child_run(const char *path)
{
    HwError error = { sentence, SENTENCE_SIZE, 0 };

    alarm(CHILD_SECONDS);
    dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
    _exit(show(path, &error) && load(path, &error) ? LOADED : REFUSED);
}

/* ---------------------------------------------------------------------- counting */

typedef struct Tally {
    uint64_t seed;
    uint64_t loaded;
    uint64_t refused;
    uint64_t bad;
    GHashTable *sentences; /* how often each came, numbers left out */
} Tally;

static void tally_sentence(Tally *tally, const char *path)
{
    g_autoptr(GRegex) numbers = g_regex_new("0x[0-9a-f]+|\\b[0-9]+\\b|`[^']*'|"
                                            "undefined symbol.*|[^ ]*(?=: cannot open)|[^ -~]",
                                            G_REGEX_RAW, 0, NULL);
    const char *text = g_str_has_prefix(sentence, path) ? sentence + strlen(path) + 2 : sentence;
    char *kind = g_regex_replace(numbers, text, -1, 0, "#", 0, NULL);
    gpointer count = g_hash_table_lookup(tally->sentences, kind);

    g_hash_table_insert(tally->sentences, kind, GUINT_TO_POINTER(GPOINTER_TO_UINT(count) + 1));
}

static void tally_child(Tally *tally, const PluginDamage *damage, const char *plugin,
                        uint64_t number, int status)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == LOADED) {
        tally->loaded++;
    } else if (WIFEXITED(status) && WEXITSTATUS(status) == REFUSED && sentence[0]) {
        tally->refused++;
        tally_sentence(tally, damage->copy.path);
    } else {
        tally->bad++;
        g_test_message("OB_SEED=%" G_GUINT64_FORMAT " OB_NUMBER=%" G_GUINT64_FORMAT ": %s:%s: "
                       "wait status 0x%x, sentence '%s'",
                       tally->seed, number, plugin, damage->description->str, (unsigned)status,
                       sentence);
    }
}

static int compare_counts(gconstpointer a, gconstpointer b, gpointer counts)
{
    return GPOINTER_TO_INT(g_hash_table_lookup(counts, b)) -
           GPOINTER_TO_INT(g_hash_table_lookup(counts, a));
}

static void tally_show(Tally *tally)
{
    g_autoptr(GList) kinds = g_list_sort_with_data(g_hash_table_get_keys(tally->sentences),
                                                   compare_counts, tally->sentences);

    g_test_message("seed %" G_GUINT64_FORMAT ": %" G_GUINT64_FORMAT " loaded, %" G_GUINT64_FORMAT
                   " refused, %" G_GUINT64_FORMAT " killed their host",
                   tally->seed, tally->loaded, tally->refused, tally->bad);
    for (GList *kind = kinds; kind; kind = kind->next) {
        g_test_message("%6u %s",
                       GPOINTER_TO_UINT(g_hash_table_lookup(tally->sentences, kind->data)),
                       (const char *)kind->data);
    }
}

/* ----------------------------------------------------------------------- the runs */

static uint64_t number_of(const char *variable, uint64_t otherwise)
{
    const char *text = g_getenv(variable);

    return text ? g_ascii_strtoull(text, NULL, 0) : otherwise;
}

static void damage_load(Tally *tally, PluginDamage *damage, const char *plugin, uint64_t number)
{
    pid_t child;
    int status;

    plugin_damage_apply(damage, tally->seed, number);
    sentence[0] = '\0';
    child = fork();
    if (child == 0) {
        child_run(damage->copy.path);
    }
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    tally_child(tally, damage, plugin, number, status);
    plugin_damage_undo(damage);
}

static void damage_many(const char *plugin, const char *path, uint64_t share)
{
    uint64_t only = number_of("OB_NUMBER", UINT64_MAX);
    uint64_t count = number_of("OB_MUTATIONS", MUTATIONS) * share / 100;
    Tally tally = { .seed = number_of("OB_SEED", (guint32)g_test_rand_int()),
                    .sentences = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) };
    PluginDamage damage;
    PluginCopy copy;

    plugin_copy_open(&copy, path);
    plugin_damage_init(&damage, &copy);
    for (uint64_t i = only == UINT64_MAX ? 0 : only; i < count || i == only; i++) {
        damage_load(&tally, &damage, plugin, i);
        if (i == only) {
            break;
        }
    }
    tally_show(&tally);
    plugin_damage_clear(&damage);
    g_hash_table_unref(tally.sentences);
    g_assert_cmpuint(tally.bad, ==, 0);
}

static void devices_kill_no_host(void)
{
    damage_many("devices", g_getenv("OUTBOARD_SET"), 60);
}

static void fixture_kills_no_host(gconstpointer name)
{
    g_autofree char *file = g_strconcat(name, ".so", NULL);
    const char *path = g_test_get_filename(G_TEST_BUILT, "plugins", file, NULL);

    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        g_test_skip("this compiler can't build it");
        return;
    }
    damage_many(name, path, 10);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    sentence = mmap(NULL, SENTENCE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (!devices_are_sanitized()) { /* the damaged initialisers would be the sanitizer's */
        g_test_add_func("/plugin-damage/devices", devices_kill_no_host);
    }
    g_test_add_data_func("/plugin-damage/initialisers", "good", fixture_kills_no_host);
    g_test_add_data_func("/plugin-damage/packed-relocations", "packed", fixture_kills_no_host);
    g_test_add_data_func("/plugin-damage/both-hashes", "both-hashes", fixture_kills_no_host);
    g_test_add_data_func("/plugin-damage/pci-function", "card", fixture_kills_no_host);
    g_test_add_data_func("/plugin-damage/thread-local", "thread-local", fixture_kills_no_host);
    return g_test_run();
}
