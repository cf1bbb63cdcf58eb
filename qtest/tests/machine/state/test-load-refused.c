/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Streams that a host refuses, in process: a host loads all of a stream or nothing. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/machine/board.h"
#include "qtest/machine/state/load.h"
#include "qtest/machine/state/save.h"
#include "qtest/tests/lib/byte-outcomes.h"
#include "qtest/tests/lib/golden.h"
#include "qtest/tests/lib/stream-files.h"
#include "qtest/tests/machine/state/memo-host.h"

/* Another device, with a block that has the memo's name. */
/* clang-format off */
static HwClass copycat_class = { .table = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "copycat", .instance_size = sizeof(Memo),
    .regions = HW_TABLE(memo_regions), .properties = HW_TABLE(memo_properties),
} };
/* clang-format on */

/* --------------------------------------------------------------- refusals */

static void test_other_machine_is_refused(void)
{
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    ObHost *host = memo_host_new("pc-q35-8.0", true);

    memo_refused(host, stream, "Machine type received is 'pc-q35-7.2' and local is 'pc-q35-8.0'");
    memo_word_expect(host, 77, 88);
    ob_host_free(host);
}

static void test_block_of_a_missing_device_is_refused(void)
{
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    ObHost *host = memo_host_new("q35", false);

    memo_refused(host, stream, "Unknown ramblock \"memo-ram\", cannot accept migration");
    ob_host_free(host);
}

static void stream_replace(GByteArray *stream, const char *from, const char *to)
{
    size_t at = stream_find(stream, 0, from, strlen(from));

    memcpy(stream->data + at, to, strlen(to));
}

static void test_section_of_a_missing_device_is_refused(void)
{
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    ObHost *host = memo_host_new("q35", true);
    size_t at = stream_find(stream, 0, "\4memo", 5);

    stream->data[at + 8] = 1;
    memo_refused(host, stream,
                 "Unknown savevm section or instance 'memo' 1. Make sure that your "
                 "current VM setup matches your saved VM setup, including any hotplugged devices");
    memo_word_expect(host, 77, 88);
    ob_host_free(host);
}

static void test_unknown_section_is_refused(void)
{
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    ObHost *host = memo_host_new("q35", true);

    stream_replace(stream, "\4memo", "\4mexo");
    memo_refused(host, stream, "Unknown savevm section or instance 'mexo' 0");
    memo_word_expect(host, 77, 88);
    ob_host_free(host);
}

static void test_version_that_is_too_new_is_refused(void)
{
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    ObHost *host = memo_host_new("q35", true);
    size_t at = stream_find(stream, 0, "\4memo", 5);

    stream->data[at + 12] = 4;
    memo_refused(host, stream, "savevm: unsupported version 4 for 'memo' v3");
    memo_word_expect(host, 77, 88);
    ob_host_free(host);
}

/* The runstate is text with its zero; its length comes before it. */
static void test_runstate_of_no_bytes_is_refused(void)
{
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    ObHost *host = memo_host_new("q35", true);
    size_t at = stream_find(stream, 0, "\13globalstate", 12) + 12 + 8;

    hw_store_be32(stream->data + at, 0);
    memo_refused(host, stream, "globalstate: the runstate is malformed: 0 bytes");
    memo_word_expect(host, 77, 88);
    ob_host_free(host);
}

static void test_other_ram_size_is_refused(void)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35", .ram_size = 8 << 20 };
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    ObHost *host = ob_host_new(&config, NULL);

    memo_refused(host, stream, "Size mismatch: pc.ram: 0x400000 != 0x800000: Invalid argument");
    ob_host_free(host);
}

static void test_post_load_that_refuses_takes_all_back(void)
{
    g_autoptr(GByteArray) stream = memo_stream(ODD, 6);
    ObHost *host = memo_host_new("q35", true);

    memo_refused(host, stream, "memo: the word is odd");
    memo_word_expect(host, 77, 88);
    ob_host_free(host);
}

static void test_truncated_anywhere_changes_nothing(void)
{
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    ObHost *host = memo_host_new("q35", true);
    guint end = (guint)stream_find(stream, 0, "\0\6", 2); /* EOF, description */

    memo_word_set(host, 77, 88);
    for (guint size = 0; size<end; size += size> 300 && size < 8000 ? 97 : 1) {
        ObLoad *load = ob_load_new(host);

        ob_load_feed(load, stream->data, size);
        g_assert_false(ob_load_finish(load));
        g_assert_false(ob_load_done(load));
        ob_load_free(load);
    }
    memo_word_expect(host, 77, 88);
    ob_host_free(host);
}

/* Cuts a device's section out of the stream, from its type to its footer.  The bytes of its id
 * don't occur within the payload. */
static GByteArray *section_cut(GByteArray *stream, const char *name)
{
    size_t at = stream_find(stream, 0, name, strlen(name)) - 5;
    size_t end = stream_find(stream, at, stream->data + at + 1, 4);
    GByteArray *section = g_byte_array_new();

    end = stream_find(stream, end + 4, stream->data + at + 1, 4) + 4;
    g_byte_array_append(section, stream->data + at, (guint)(end - at));
    g_byte_array_remove_range(stream, (guint)at, (guint)(end - at));
    return section;
}

static void bytes_insert(GByteArray *stream, size_t at, const GByteArray *bytes)
{
    g_byte_array_append(stream, bytes->data, bytes->len);
    memmove(stream->data + at + bytes->len, stream->data + at, stream->len - bytes->len - at);
    memcpy(stream->data + at, bytes->data, bytes->len);
}

static void test_section_that_comes_twice_is_refused(void)
{
    g_autoptr(GByteArray) stream = memo_stream(0x5005, 6);
    g_autoptr(GByteArray) section = NULL;
    ObHost *host = memo_host_new("q35", true);
    size_t at = stream_find(stream, 0, "\4memo", 5) - 5;

    section = section_cut(stream, "\4memo");
    bytes_insert(stream, at, section);
    section->data[4]++; /* another id */
    section->data[section->len - 1]++;
    bytes_insert(stream, at, section);
    memo_refused(host, stream, "Section 'memo' 0 comes twice");
    memo_word_expect(host, 77, 88);
    ob_host_free(host);
}

/* The sender chooses the order. */
static void test_sections_in_another_order_load(void)
{
    g_autoptr(GByteArray) stream = memo_stream(0x5005, 6);
    g_autoptr(GByteArray) section = section_cut(stream, "\4memo");
    ObHost *host = memo_host_new("q35", true);

    bytes_insert(stream, stream_find(stream, 0, "\13globalstate", 12) - 5, section);
    memo_host_load(host, stream);
    memo_word_expect(host, 0x5005, 6);
    ob_host_free(host);
}

static void test_unknown_subsection_is_refused(void)
{
    static const char subsection[] = "\5\11memo/more\0\0\0\1\7";
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    ObHost *host = memo_host_new("q35", true);

    g_byte_array_append(bytes, (const uint8_t *)subsection, sizeof(subsection) - 1);
    bytes_insert(stream, stream_find(stream, 0, "\4memo", 5) + 5 + 8 + 4, bytes);
    memo_refused(host, stream, "memo: unknown subsection 'memo/more'");
    memo_word_expect(host, 77, 88);
    ob_host_free(host);
}

/* The stream ends before the garbage, and loads. */
static void test_garbage_after_the_end_changes_nothing(void)
{
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    ObHost *host = memo_host_new("q35", true);

    for (guint i = 0; i < 1000; i++) {
        g_byte_array_append(stream, (const uint8_t *)"garbage!", 8);
    }
    memo_host_load(host, stream);
    memo_word_expect(host, 5, 6);
    ob_host_free(host);
}

static void test_blocks_of_one_name_are_refused(void)
{
    static const ObOption options[] = { { "addr", "0xfed50000" } };
    ObHost *host = memo_host_new("q35", true);
    HW_ERROR(error, 200);

    g_assert_true(ob_host_add_class(host, &copycat_class, NULL));
    g_assert_null(ob_host_add_device(host, "copycat", options, G_N_ELEMENTS(options), &error));
    g_assert_cmpstr(error.text, ==,
                    "copycat: region 'ram': the machine has a RAM block 'memo-ram'");
    ob_host_free(host);
}

static void test_block_of_a_missing_second_device_is_refused(void)
{
    ObHost *pair = memo_pair_new(1, 2), *host = memo_host_new("q35", true);
    g_autoptr(GByteArray) stream = memo_host_save(pair, "paused");

    memo_refused(host, stream, "Unknown ramblock \"memo-ram#1\", cannot accept migration");
    memo_word_expect(host, 77, 88);
    ob_host_free(pair);
    ob_host_free(host);
}

/* ------------------------------------------------------------------- wild */

/* Changes some bytes of a stream, and sometimes removes a few bytes. */
static GByteArray *stream_mutate(const GByteArray *stream, GRand *random)
{
    GByteArray *mutant = g_byte_array_new();
    guint changes = (guint)g_rand_int_range(random, 1, 4);

    g_byte_array_append(mutant, stream->data, stream->len);
    for (guint i = 0; i < changes; i++) {
        /* Pages are most of the stream; half of the changes hit the bytes before them. */
        guint at = (guint)g_rand_int_range(random, 0, (gint)mutant->len);
        guint edge = (guint)g_rand_int_range(random, 0, 400);

        at = g_rand_boolean(random) ? edge : at;
        mutant->data[at] = (uint8_t)g_rand_int(random);
    }
    if (g_rand_int_range(random, 0, 8) == 0) {
        g_byte_array_remove_range(mutant, (guint)g_rand_int_range(random, 0, (gint)mutant->len - 8),
                                  (guint)g_rand_int_range(random, 1, 8));
    }
    return mutant;
}

static void value_append(GString *text, const char *name, const ObHost *host, uint64_t address)
{
    g_string_append_printf(text, "%s: 0x%" PRIx64 "\n", name,
                           ob_host_load((ObHost *)host, HW_SPACE_MEMORY, address, 4));
}

/* Loads the stream into a new host, which then has all of the state or nothing. */
static char *outcome_load(const GByteArray *stream, void *opaque)
{
    ObHost *host = memo_host_new("q35", true);
    ObLoad *load = ob_load_new(host);
    GString *text = g_string_new(OUTCOME_READ);
    char sentence[1000] = "";

    (void)opaque;
    memo_word_set(host, 77, 88);
    ob_load_feed(load, stream->data, stream->len);
    if (ob_load_finish(load)) {
        value_append(text, "word", host, MEMO_BASE);
        value_append(text, "block", host, MEMO_RAM + 0x1700);
        value_append(text, "RAM", host, 0x2000);
        g_string_append_printf(text, "runstate: %s\n", ob_load_runstate(load));
    } else {
        memo_word_expect(host, 77, 88);
        g_assert_null(host->foreign);
        g_assert_false(ob_load_done(load));
        ob_load_explain(load, sentence, sizeof(sentence));
        g_string_assign(text, sentence);
    }
    ob_load_free(load);
    ob_host_free(host);
    return g_string_free(text, FALSE);
}

/* Changes each byte, so every length, count, offset and name; in pages only some bytes. */
static void test_each_byte(void)
{
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    static const uint8_t page[64];
    const guint data = (guint)stream_find(stream, 0, page, sizeof(page));
    const guint ranges[][2] = { { 0, data + 4 },
                                { data + 7000, (guint)stream_find(stream, 0, "\0\6", 2) } };
    g_autoptr(GString) text = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(ranges); i++) {
        g_autofree char *part = byte_outcomes(stream, ranges[i][0], ranges[i][1], outcome_load,
                                              NULL);

        g_string_append(text, part);
    }
    golden_expect("load-bytes.txt", text->str);
}

static void test_wild_streams(void)
{
    const char *more = g_getenv("OB_MUTATIONS");
    unsigned count = more ? (unsigned)atoi(more) : 2000, taken = 0;
    g_autoptr(GRand) random = g_rand_new_with_seed((guint32)g_test_rand_int());
    g_autoptr(GByteArray) stream = memo_stream(5, 6);

    for (unsigned i = 0; i < count; i++) {
        g_autoptr(GByteArray) mutant = stream_mutate(stream, random);
        g_autofree char *outcome = outcome_load(mutant, NULL);

        taken += g_str_has_prefix(outcome, OUTCOME_READ);
    }
    g_assert_cmpuint(taken, >, 0);
    g_assert_cmpuint(taken, <, count);
}

/* QEMU's streams have foreign parts, and a description with their lengths.  A host that refuses a
 * stream is as it was. */
static void test_wild_streams_of_qemu(void)
{
    g_autoptr(GRand) random = g_rand_new_with_seed((guint32)g_test_rand_int());
    g_autoptr(GByteArray) stream = stream_load("x86-vmgenid-noaddr-7.2"), before = NULL;
    ObHost *host = memo_host_new("pc-q35-7.2", false);
    unsigned refused = 0;

    before = memo_host_save(host, "paused");
    for (unsigned i = 0; i < 50; i++) {
        g_autoptr(GByteArray) mutant = stream_mutate(stream, random);
        ObLoad *load = ob_load_new(host);
        g_autoptr(GByteArray) after = NULL;
        bool taken;

        ob_load_feed(load, mutant->data, mutant->len);
        taken = ob_load_finish(load);
        ob_load_free(load);
        after = memo_host_save(host, "paused");
        if (!taken) {
            g_assert_cmpmem(after->data, after->len, before->data, before->len);
            refused++;
        }
        g_byte_array_unref(before);
        before = g_steal_pointer(&after);
    }
    g_assert_cmpuint(refused, >, 0);
    ob_host_free(host);
}

/* RAM went over the other channels. */
static void test_multifd_is_refused(void)
{
    const ObHostConfig config = { .architecture = "aarch64",
                                  .machine = "virt-7.2",
                                  .ram_size = 1 << 20 };
    ObHost *host = ob_host_new(&config, NULL);
    g_autoptr(GByteArray) stream = stream_load("multifd-main-channel-virt-7.2");

    memo_refused(
        host, stream,
        "/rom@etc/acpi/tables: 2 of 32 pages never came: they went over the other channels "
        "of a multifd migration; switch capability multifd off");
    ob_host_free(host);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/load-refused/block-of-a-missing-second-device",
                    test_block_of_a_missing_second_device_is_refused);
    g_test_add_func("/load-refused/other-machine", test_other_machine_is_refused);
    g_test_add_func("/load-refused/block-of-a-missing-device",
                    test_block_of_a_missing_device_is_refused);
    g_test_add_func("/load-refused/section-of-a-missing-device",
                    test_section_of_a_missing_device_is_refused);
    g_test_add_func("/load-refused/unknown-section", test_unknown_section_is_refused);
    g_test_add_func("/load-refused/version-too-new", test_version_that_is_too_new_is_refused);
    g_test_add_func("/load-refused/runstate-of-no-bytes", test_runstate_of_no_bytes_is_refused);
    g_test_add_func("/load-refused/other-ram-size", test_other_ram_size_is_refused);
    g_test_add_func("/load-refused/post-load-takes-all-back",
                    test_post_load_that_refuses_takes_all_back);
    g_test_add_func("/load-refused/truncated-anywhere", test_truncated_anywhere_changes_nothing);
    g_test_add_func("/load-refused/section-twice", test_section_that_comes_twice_is_refused);
    g_test_add_func("/load-refused/not/sections-in-another-order",
                    test_sections_in_another_order_load);
    g_test_add_func("/load-refused/not/garbage-after-the-end",
                    test_garbage_after_the_end_changes_nothing);
    g_test_add_func("/load-refused/multifd", test_multifd_is_refused);
    g_test_add_func("/load-refused/unknown-subsection", test_unknown_subsection_is_refused);
    g_test_add_func("/load-refused/blocks-of-one-name", test_blocks_of_one_name_are_refused);
    g_test_add_func("/load-refused/wild/each-byte-0-max-and-off-by-one", test_each_byte);
    g_test_add_func("/load-refused/wild/own", test_wild_streams);
    g_test_add_func("/load-refused/wild/qemu", test_wild_streams_of_qemu);
    return g_test_run();
}
