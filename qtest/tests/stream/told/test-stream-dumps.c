/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole dump of each stored stream, as lines and digests of its sections. */
#include <string.h>

#include "qtest/tests/lib/golden.h"
#include "qtest/tests/lib/stream-files.h"
#include "qtest/tests/lib/tool-run.h"

#define SECTION "section "

static const char *const case_names[] = {
    "kvm-6.12-pmu-pauth",
    "mapped-ram-q35-10.0",
    "max-gicv3-by-10.0",
    "max-gicv3-by-7.2",
    "multifd-main-channel-virt-7.2",
    "net-1-vcpu",
    "net-2-vcpus",
    "net-status-negotiated",
    "net-virt-8.2",
    "postcopy-advised-virt-10.0",
    "two-user-nets-q35-7.2",
    "virsh-save-raw",
    "virsh-save-unfinished",
    "virsh-save-xz",
    "virtio-mem-virt-10.0",
    NULL,
};

/* A digest stands for the lines, whose number a reader can compare. */
static void digest_append(GString *summary, const char *text, gsize size)
{
    g_autofree char *digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text,
                                                          size);
    guint lines = 0;

    for (gsize i = 0; i < size; i++) {
        lines += text[i] == '\n';
    }
    g_string_append_printf(summary, "%u lines, %.16s\n", lines, digest);
}

/* The lines before the first section in full, then a line for each section. */
static void dump_append(GString *summary, const char *text)
{
    const char *section = strstr(text, "\n" SECTION);

    g_string_append_len(summary, text, section ? section + 1 - text : -1);
    while (section) {
        const char *name = section + 1, *next = strstr(name, "\n" SECTION);
        gsize size = next ? (gsize)(next + 1 - name) : strlen(name);

        g_string_append_len(summary, name, (gssize)strcspn(name, "\n"));
        g_string_append(summary, ": ");
        digest_append(summary, name, size);
        section = next;
    }
}

static void test_dump(gconstpointer data)
{
    const char *name = data;
    g_autofree char *path = qemu_path(name), *file = g_strconcat("dumps/", name, ".txt", NULL);
    g_autoptr(GString) summary = g_string_new(NULL), words = NULL, members = NULL;
    Run run, json;

    RUN(&run, "dump", path);
    RUN(&json, "dump", "--json", path);
    dump_append(summary, run.out);
    g_string_append(summary, "JSON: ");
    members = g_string_new(json.out);
    g_string_replace(members, path, "FILE", 0);
    digest_append(summary, members->str, members->len);
    words = g_string_new(run.err);
    g_string_replace(words, path, "FILE", 0);
    g_string_append(summary, words->str);
    g_string_append_printf(summary, "exit status %d\n", run.status);
    g_assert_cmpint(json.status, ==, run.status);
    g_assert_cmpstr(json.err, ==, ""); /* the warnings are in the JSON */
    golden_expect(file, summary->str);
    run_clear(&run);
    run_clear(&json);
}

static void dumps_add(const char *const *names)
{
    for (size_t i = 0; names[i]; i++) {
        g_autofree char *path = g_strconcat("/stream-dumps/", names[i], NULL);

        g_test_add_data_func(path, names[i], test_dump);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    dumps_add(stream_names);
    dumps_add(case_names);
    return g_test_run();
}
