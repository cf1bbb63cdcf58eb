/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Damaged streams, for the bridge's devices in a stock QEMU.  Each is refused with a sentence, or
 * loaded: then the machine saves the changed bytes again.  The changes are random but the same in
 * each run.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "devices/tpm-crb-regs.h"
#include "hw-api/device/bytes.h"
#include "qtest/client/drivers/migration.h"
#include "qtest/tests/bridge/hostile-machine.h"

#define DEADLINE_MS 20000
#define MUTANTS     16
#define IN_SECTION  "error while loading state for instance 0x0 of device '%s'"
#define TPM         2 /* the TPM's index among the sections */

static const HostileMachine *machine;

static void gather(ObClient *c, const char *report, void *opaque)
{
    (void)c;
    g_string_append(opaque, report);
}

/* A file, its name, and a section of one of our devices in it. */
typedef struct Stream {
    char *directory;
    char *path;
    char *bytes;
    size_t size;
} Stream;

typedef struct Section {
    char *version; /* four bytes */
    char *end;     /* end of its fields and subsections, which follow the version */
} Section;

static void stream_save(ObClient *c, Stream *stream)
{
    g_autofree char *uri = NULL;

    stream->directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    stream->path = g_build_filename(stream->directory, "stream", NULL);
    uri = g_strdup_printf("exec:cat >%s", stream->path);
    json_decref(ob_client_qmp(c, "migrate", json_pack("{s:s}", "uri", uri), NULL));
    ob_migration_complete(c);
    g_assert_true(g_file_get_contents(stream->path, &stream->bytes, &stream->size, NULL));
}

static void stream_make(Stream *stream)
{
    ObClient *c = hostile_machine_start("");

    ob_client_writel(c, machine->beacon + 4, 2);
    stream_save(c, stream);
    ob_client_quit(c);
}

static void stream_free(Stream *stream)
{
    g_unlink(stream->path);
    g_rmdir(stream->directory);
    g_free(stream->path);
    g_free(stream->directory);
    g_free(stream->bytes);
}

/* Returns the first place of these bytes after `from`, or NULL. */
static char *stream_find(const Stream *stream, const char *from, const void *bytes, size_t size)
{
    return memmem(from, stream->size - (size_t)(from - stream->bytes), bytes, size);
}

/* QEMU_VM_SECTION_FULL, number, name, instance, version, fields, QEMU_VM_SECTION_FOOTER.
 * RAM blocks may begin with the same name. */
static Section section_find(const Stream *stream, const char *name)
{
    g_autofree char *head = g_strdup_printf("%c%s", (char)strlen(name), name);
    char *at = stream->bytes;
    char footer[5] = { 0x7e };
    Section section;

    do {
        at = stream_find(stream, at + 1, head, strlen(head));
        g_assert_nonnull(at);
    } while (at[-5] != 4);
    memcpy(footer + 1, at - 4, 4);
    section.version = at + strlen(head) + 4;
    section.end = stream_find(stream, section.version, footer, sizeof(footer));
    g_assert_nonnull(section.end);
    return section;
}

/* Loads the first `size` bytes in a new QEMU.  Returns true if they loaded; then `again` gets what
 * the machine saves.  Otherwise QEMU must end by itself with status 1, and `words` gets its
 * messages. */
static bool stream_load(const Stream *stream, size_t size, GString *words, Stream *again)
{
    ObClient *c = hostile_machine_start("-incoming defer");
    g_autofree char *uri = g_strdup_printf("exec:cat %s", stream->path);
    g_autofree char *end = NULL; /* NULL: the program has ended */

    g_assert_true(g_file_set_contents(stream->path, stream->bytes, (gssize)size, NULL));
    ob_client_on_failure(c, gather, words);
    json_decref(ob_client_qmp(c, "migrate-incoming", json_pack("{s:s}", "uri", uri), NULL));
    end = ob_migration_await(c, "completed", DEADLINE_MS);
    while (!ob_client_failed(c) && g_strcmp0(end, "failed") == 0) {
        ob_client_readl(c, machine->beacon);
    }
    if (!ob_client_failed(c)) {
        stream_save(c, again);
        hostile_machine_assert_alive(c);
        ob_client_quit(c);
        return true;
    }
    if (!strstr(words->str, "ended with status 1\n")) {
        g_test_message("%s", words->str);
        g_test_fail();
    }
    ob_client_free(c);
    return false;
}

static void assert_says(const GString *words, const char *sentence)
{
    if (!strstr(words->str, sentence)) {
        g_test_message("expected '%s' in: %s", sentence, words->str);
        g_test_fail();
    }
}

/* The stream must be refused with both sentences; `named` has %s for the section's name. */
static void assert_refused(const Stream *stream, size_t size, const char *section,
                           const char *named, const char *sentence)
{
    g_auto(GStrv) parts = g_strsplit(named, "%s", 2);
    g_autofree char *whole = g_strjoinv(section, parts);
    g_autoptr(GString) words = g_string_new(NULL);
    Stream again = { 0 };

    if (stream_load(stream, size, words, &again)) {
        g_test_message("%s was loaded, expected: %s", section, sentence);
        g_test_fail();
        stream_free(&again);
        return;
    }
    assert_says(words, whole);
    assert_says(words, sentence);
}

/* tpm-crb-device keeps the buffer's addresses, which differ between machines. */
static bool is_kept(const char *name, size_t reg)
{
    static const size_t addresses[] = { CRB_CMD_LADDR, CRB_CMD_HADDR, CRB_RSP_LADDR,
                                        CRB_RSP_HADDR };
    bool is_address = false;

    for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
        is_address = is_address || reg / 4 * 4 == addresses[i];
    }
    return is_address && g_str_equal(name, "tpm-crb-device");
}

/* The stream must load, and the section be saved again as it is. */
static void assert_loaded(const Stream *stream, const char *name, const Section *original)
{
    g_autoptr(GString) words = g_string_new(NULL);
    Section before, after;
    Stream again = { 0 };
    size_t size;

    if (!stream_load(stream, stream->size, words, &again)) {
        g_test_message("%s was refused: %s", name, words->str);
        g_test_fail();
        return;
    }
    before = section_find(stream, name);
    after = section_find(&again, name);
    size = (size_t)(before.end - before.version);
    g_assert_cmpint(after.end - after.version, ==, size);
    for (size_t i = 0; i < size; i++) {
        const Section *expected = i >= 4 && is_kept(name, i - 4) ? original : &before;

        g_assert_cmphex((guchar)after.version[i], ==, (guchar)expected->version[i]);
    }
    stream_free(&again);
}

/* The stream is cut off in the middle of our fields. */
static void test_truncated(void)
{
    Stream stream;

    stream_make(&stream);
    for (size_t i = 0; i < SECTIONS; i++) {
        Section section = section_find(&stream, machine->sections[i]);
        const char *middle = section.version + (section.end - section.version + 4) / 2;

        assert_refused(&stream, (size_t)(middle - stream.bytes), machine->sections[i], IN_SECTION,
                       "load of migration failed: ");
    }
    stream_free(&stream);
}

static void test_newer_version(void)
{
    Stream stream;

    stream_make(&stream);
    for (size_t i = 0; i < SECTIONS; i++) {
        Section section = section_find(&stream, machine->sections[i]);

        section.version[3]++;
        assert_refused(&stream, stream.size, machine->sections[i], " for '%s' v",
                       "unsupported version ");
        section.version[3]--;
    }
    stream_free(&stream);
}

/* A change of four bytes, big-endian, behind the version. */
typedef struct Length {
    const char *what;
    uint32_t at;
    uint32_t add;
    const char *sentence;
} Length;

/* In QEMU's section of a TPM each blob has flags, length, bytes. */
/* clang-format off */
static const Length lengths[] = {
    { "one-less-is-a-truncated-blob", 4, UINT32_MAX, "permanent state: truncated or extended: " },
    { "one-more-shifts-the-next-blob", 4, 1, "volatile state: " },
    { "2-GiB-more-is-too-large", 4, UINT32_C(1) << 31, "permanent state: too large: " },
    { "unknown-flag-is-refused", 0, 4, "permanent state: unknown flags: 0x4" },
};
/* clang-format on */

static void test_length(gconstpointer opaque)
{
    const Length *row = opaque;
    Section section;
    uint8_t *field;
    Stream stream;

    stream_make(&stream);
    section = section_find(&stream, machine->sections[TPM]);
    field = (uint8_t *)section.version + 4 + row->at;
    hw_store_be32(field, hw_load_be32(field) + row->add);
    assert_refused(&stream, stream.size, machine->sections[TPM], IN_SECTION, row->sentence);
    stream_free(&stream);
}

/* Changes bytes of a section. */
static void mutate(GRand *random, const Section *section)
{
    gint32 size = (gint32)(section->end - section->version - 4);

    for (gint32 i = g_rand_int_range(random, 1, 9); i > 0; i--) {
        section->version[4 + g_rand_int_range(random, 0, size)] ^= (char)g_rand_int_range(random, 1,
                                                                                          256);
    }
}

/* Each value of our devices' fields is one that a guest may have stored.  libtpms checks the TPM's
 * state by digests. */
static void test_mutated(void)
{
    GRand *random = g_rand_new_with_seed(MUTANTS);
    Stream original;

    stream_make(&original);
    for (uint32_t i = 0; i < MUTANTS; i++) {
        const char *name = machine->sections[i % SECTIONS];
        Stream mutant = original;
        Section before = section_find(&original, name), section;

        mutant.bytes = g_memdup2(original.bytes, original.size);
        section = section_find(&mutant, name);
        mutate(random, &section);
        if (i % SECTIONS == TPM) {
            assert_refused(&mutant, mutant.size, name, IN_SECTION, " state: ");
        } else {
            assert_loaded(&mutant, name, &before);
        }
        g_free(mutant.bytes);
    }
    stream_free(&original);
    g_rand_free(random);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    machine = hostile_machine();
    g_test_add_func("/bridge-damage/truncated-section-is-refused", test_truncated);
    g_test_add_func("/bridge-damage/newer-section-is-refused-by-name", test_newer_version);
    for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
        g_autofree char *path = g_strconcat("/bridge-damage/length/", lengths[i].what, NULL);

        g_test_add_data_func(path, &lengths[i], test_length);
    }
    g_test_add_func("/bridge-damage/changed-section-is-saved-again-or-refused", test_mutated);
    return g_test_run();
}
