/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A host's state as a stream and back, in process; and what streams are refused for. */
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/host/host-internal.h"
#include "qtest/host/load.h"
#include "qtest/host/save.h"
#include "qtest/tests/stream-files.h"

#define BASE UINT64_C(0xfed10000)
#define RAM  UINT64_C(0xfed20000)
#define ROM  UINT64_C(0xfed30000)       /* a ROM device without a hook: writes are stored */
#define ODD  UINT32_C(0xbad)            /* a word that no memo takes */

/* One word, and a page of memory. */
typedef struct Memo {
    HwDevice dev;
    uint32_t words[1];
    uint64_t base;
} Memo;

static bool memo_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    (void)version;
    return HW_DEVICE(Memo, dev)->words[0] != ODD ||
           hw_error_set(error, "%s: the word is odd", dev->id);
}

static const HwRegister memo_registers[] = { { .name = "WORD", .rw = UINT32_MAX } };

static const HwState memo_state = {
    .name = "memo", .version = 3, .minimum_version = 3,
    .fields = HW_ROWS(HwField, HW_FIELD(Memo, words, 32)),
    .post_load = memo_post_load,
};

static const HwRegion memo_regions[] = {
    { .name = "mmio", .kind = HW_REGION_REGISTERS, .size = 0x1000,
      .base = offsetof(Memo, base), .words = offsetof(Memo, words), .word_count = 1,
      .registers = HW_TABLE(memo_registers) },
    { .name = "ram", .kind = HW_REGION_RAM, .size = 0x1800, .offset = 0x10000,
      .base = offsetof(Memo, base), .ram_block = "memo-ram" },
    { .name = "rom", .kind = HW_REGION_ROM_DEVICE, .size = 0x1000, .offset = 0x20000,
      .base = offsetof(Memo, base), .ram_block = "memo-rom" },
};

static const HwProperty memo_properties[] = {
    HW_PROP_ADDRESS("addr", Memo, base, BASE, "of the word"),
};

static HwClass memo_class = { .table = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "memo", .instance_size = sizeof(Memo),
    .regions = HW_TABLE(memo_regions), .properties = HW_TABLE(memo_properties),
    .state = &memo_state,
} };

/* Another device, of which a block has the memo's name. */
static HwClass copycat_class = { .table = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "copycat", .instance_size = sizeof(Memo),
    .regions = HW_TABLE(memo_regions), .properties = HW_TABLE(memo_properties),
} };

/* ------------------------------------------------------------------- verbs */

static HwInstance *memo_add(ObHost *host, const char *name, const char *address)
{
    const ObOption option = { "addr", address };

    return ob_host_add_device(host, name, &option, 1, NULL);
}

static ObHost *host_new(const char *machine, bool memo)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = machine,
                                  .ram_size = 4 << 20 };
    ObHost *host = ob_host_new(&config, NULL);

    g_assert_nonnull(host);
    g_assert_true(ob_host_add_class(host, &memo_class, NULL));
    if (memo) {
        g_assert_nonnull(ob_host_add_device(host, "memo", NULL, 0, NULL));
    }
    return host;
}

static GByteArray *host_save(ObHost *host, const char *runstate)
{
    GByteArray *stream = g_byte_array_new();
    ObSave *save = ob_save_new(host, stream_sink, stream, NULL);

    g_assert_nonnull(save);
    g_assert_true(ob_save_finish(save, runstate, NULL));
    ob_save_free(save);
    return stream;
}

static void host_load(ObHost *host, const GByteArray *stream)
{
    ObLoad *load = ob_load_new(host);
    char sentence[1000] = "";

    ob_load_feed(load, stream->data, stream->len);
    if (!ob_load_finish(load)) {
        ob_load_explain(load, sentence, sizeof(sentence));
    }
    g_assert_cmpstr(sentence, ==, "");
    g_assert_true(ob_load_done(load));
    ob_load_free(load);
}

static void word_set(ObHost *host, uint32_t word, uint32_t ram)
{
    ob_host_store(host, HW_SPACE_MEMORY, BASE, word, 4);
    ob_host_store(host, HW_SPACE_MEMORY, RAM + 0x1700, ram, 4);
    ob_host_store(host, HW_SPACE_MEMORY, 0x2000, ~ram, 4);
}

static void word_expect(ObHost *host, uint32_t word, uint32_t ram)
{
    g_assert_cmphex(ob_host_load(host, HW_SPACE_MEMORY, BASE, 4), ==, word);
    g_assert_cmphex(ob_host_load(host, HW_SPACE_MEMORY, RAM + 0x1700, 4), ==, ram);
    g_assert_cmphex(ob_host_load(host, HW_SPACE_MEMORY, 0x2000, 4), ==, ~ram);
}

/* Refused with a sentence that begins so, and nothing has changed. */
static void load_refused(ObHost *host, const GByteArray *stream, const char *sentence)
{
    ObLoad *load = ob_load_new(host);
    char text[1000] = "";

    word_set(host, 77, 88);
    ob_load_feed(load, stream->data, stream->len);
    g_assert_false(ob_load_finish(load));
    ob_load_explain(load, text, sizeof(text));
    if (!g_str_has_prefix(text, sentence)) {
        g_assert_cmpstr(text, ==, sentence);
    }
    g_assert_false(ob_load_done(load));
    g_assert_null(host->foreign);
    ob_load_free(load);
}

/* What a host with a memo of these values sends. */
static GByteArray *memo_stream(uint32_t word, uint32_t ram)
{
    ObHost *host = host_new("q35", true);
    GByteArray *stream;

    word_set(host, word, ram);
    stream = host_save(host, "running");
    ob_host_free(host);
    return stream;
}

/* --------------------------------------------------------------- both ways */

static void test_state_arrives(void)
{
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    ObHost *host = host_new("q35", true);
    ObLoad *load = ob_load_new(host);

    for (guint i = 0; i < stream->len; i++) {
        g_assert_true(ob_load_feed(load, stream->data + i, 1));
    }
    g_assert_true(ob_load_finish(load));
    g_assert_cmpstr(ob_load_runstate(load), ==, "running");
    ob_load_free(load);
    word_expect(host, 5, 6);
    ob_host_free(host);
}

static void test_what_the_target_had_is_gone(void)
{
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    ObHost *host = host_new("q35", true);

    ob_host_store(host, HW_SPACE_MEMORY, 0x9000, 1, 4);
    host_load(host, stream);
    g_assert_cmphex(ob_host_load(host, HW_SPACE_MEMORY, 0x9000, 4), ==, 0);
    ob_host_free(host);
}

/* 4 MiB of RAM of which two pages were written. */
static void test_untouched_ram_is_not_sent(void)
{
    g_autoptr(GByteArray) stream = memo_stream(5, 6);

    g_assert_cmpuint(stream->len, <, 2 * 4096 + 2000);
}

static void test_pages_change_between_passes(void)
{
    ObHost *host = host_new("q35", true);
    ObHost *target = host_new("q35", true);
    g_autoptr(GByteArray) stream = g_byte_array_new();
    ObSave *save;

    word_set(host, 1, 1);
    save = ob_save_new(host, stream_sink, stream, NULL);
    while (!ob_save_pass(save, 1)) {
    }
    g_assert_cmpuint(ob_save_remaining(save), ==, 0);
    word_set(host, 2, 2);
    g_assert_cmpuint(ob_save_remaining(save), ==, 2 * 4096);
    g_assert_true(ob_save_finish(save, "paused", NULL));
    ob_save_free(save);
    host_load(target, stream);
    word_expect(target, 2, 2);
    ob_host_free(host);
    ob_host_free(target);
}

/* They are stored past the map, which marks pages. */
static void test_writes_to_a_rom_device_between_passes(void)
{
    ObHost *host = host_new("q35", true);
    ObHost *target = host_new("q35", true);
    g_autoptr(GByteArray) stream = g_byte_array_new();
    ObSave *save;

    ob_host_store(host, HW_SPACE_MEMORY, ROM + 0x10, 1, 4);
    save = ob_save_new(host, stream_sink, stream, NULL);
    while (!ob_save_pass(save, 1)) {
    }
    ob_host_store(host, HW_SPACE_MEMORY, ROM + 0x10, 2, 4);
    g_assert_true(ob_save_finish(save, "paused", NULL));
    ob_save_free(save);
    host_load(target, stream);
    g_assert_cmphex(ob_host_load(target, HW_SPACE_MEMORY, ROM + 0x10, 4), ==, 2);
    ob_host_free(host);
    ob_host_free(target);
}

static void test_pointers_into_ram_stay(void)
{
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    ObHost *host = host_new("q35", true);
    void *ram = ob_host_ram_pointer(host, 0x2000, 4);

    host_load(host, stream);
    g_assert_true(ob_host_ram_pointer(host, 0x2000, 4) == ram);
    g_assert_cmphex(*(uint32_t *)ram, ==, ~UINT32_C(6));
    ob_host_free(host);
}

/* ----------------------------------------------------------------- numbers */

#define SECOND (UINT64_C(0xfed50000) - BASE)    /* from the first memo to the second */

/* The value of each is another. */
static ObHost *pair_new(uint32_t first, uint32_t second)
{
    ObHost *host = host_new("q35", true);

    g_assert_nonnull(memo_add(host, "memo", "0xfed50000"));
    ob_host_store(host, HW_SPACE_MEMORY, BASE, first, 4);
    ob_host_store(host, HW_SPACE_MEMORY, RAM, ~first, 4);
    ob_host_store(host, HW_SPACE_MEMORY, BASE + SECOND, second, 4);
    ob_host_store(host, HW_SPACE_MEMORY, RAM + SECOND, ~second, 4);
    return host;
}

static void test_second_device_has_blocks_of_its_own(void)
{
    ObHost *host = pair_new(1, 2), *target = pair_new(3, 4);
    g_autoptr(GByteArray) stream = host_save(host, "paused");

    stream_find(stream, 0, "\12memo-ram#1", 11);
    host_load(target, stream);
    g_assert_cmphex(ob_host_load(target, HW_SPACE_MEMORY, BASE, 4), ==, 1);
    g_assert_cmphex(ob_host_load(target, HW_SPACE_MEMORY, RAM, 4), ==, ~UINT32_C(1));
    g_assert_cmphex(ob_host_load(target, HW_SPACE_MEMORY, BASE + SECOND, 4), ==, 2);
    g_assert_cmphex(ob_host_load(target, HW_SPACE_MEMORY, RAM + SECOND, 4), ==, ~UINT32_C(2));
    ob_host_free(host);
    ob_host_free(target);
}

/* As in QEMU: who stays keeps the number. */
static void test_number_stays_when_the_first_device_goes(void)
{
    ObHost *host = pair_new(1, 2), *target = pair_new(3, 4);
    g_autoptr(GByteArray) stream = NULL;

    ob_host_remove_device(host, ob_host_device_at(host, 0));
    ob_host_remove_device(target, ob_host_device_at(target, 0));
    stream = host_save(host, "paused");
    stream_find(stream, 0, "\4memo\0\0\0\1", 9);
    host_load(target, stream);
    g_assert_cmphex(ob_host_load(target, HW_SPACE_MEMORY, BASE + SECOND, 4), ==, 2);
    g_assert_cmphex(ob_host_load(target, HW_SPACE_MEMORY, RAM + SECOND, 4), ==, ~UINT32_C(2));
    ob_host_free(host);
    ob_host_free(target);
}

static void test_block_of_a_missing_second_device_is_refused(void)
{
    ObHost *pair = pair_new(1, 2), *host = host_new("q35", true);
    g_autoptr(GByteArray) stream = host_save(pair, "paused");

    load_refused(host, stream, "Unknown ramblock \"memo-ram#1\", cannot accept migration");
    word_expect(host, 77, 88);
    ob_host_free(pair);
    ob_host_free(host);
}

/* --------------------------------------------------------------- refusals */

static void test_other_machine_is_refused(void)
{
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    ObHost *host = host_new("pc-q35-8.0", true);

    load_refused(host, stream,
                 "Machine type received is 'pc-q35-7.2' and local is 'pc-q35-8.0'");
    word_expect(host, 77, 88);
    ob_host_free(host);
}

static void test_block_of_a_missing_device_is_refused(void)
{
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    ObHost *host = host_new("q35", false);

    load_refused(host, stream, "Unknown ramblock \"memo-ram\", cannot accept migration");
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
    ObHost *host = host_new("q35", true);
    size_t at = stream_find(stream, 0, "\4memo", 5);

    stream->data[at + 8] = 1;
    load_refused(host, stream, "Unknown savevm section or instance 'memo' 1. Make sure that your "
                 "current VM setup matches your saved VM setup, including any hotplugged devices");
    word_expect(host, 77, 88);
    ob_host_free(host);
}

static void test_unknown_section_is_refused(void)
{
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    ObHost *host = host_new("q35", true);

    stream_replace(stream, "\4memo", "\4mexo");
    load_refused(host, stream, "Unknown savevm section or instance 'mexo' 0");
    word_expect(host, 77, 88);
    ob_host_free(host);
}

static void test_version_that_is_too_new_is_refused(void)
{
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    ObHost *host = host_new("q35", true);
    size_t at = stream_find(stream, 0, "\4memo", 5);

    stream->data[at + 12] = 4;
    load_refused(host, stream, "savevm: unsupported version 4 for 'memo' v3");
    word_expect(host, 77, 88);
    ob_host_free(host);
}

static void test_other_ram_size_is_refused(void)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35",
                                  .ram_size = 8 << 20 };
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    ObHost *host = ob_host_new(&config, NULL);

    load_refused(host, stream, "Size mismatch: pc.ram: 0x400000 != 0x800000: Invalid argument");
    ob_host_free(host);
}

static void test_post_load_that_refuses_takes_all_back(void)
{
    g_autoptr(GByteArray) stream = memo_stream(ODD, 6);
    ObHost *host = host_new("q35", true);

    load_refused(host, stream, "memo: the word is odd");
    word_expect(host, 77, 88);
    ob_host_free(host);
}

static void test_truncated_anywhere_changes_nothing(void)
{
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    ObHost *host = host_new("q35", true);
    guint end = (guint)stream_find(stream, 0, "\0\6", 2);   /* EOF, description */

    word_set(host, 77, 88);
    for (guint size = 0; size < end; size += size > 300 && size < 8000 ? 97 : 1) {
        ObLoad *load = ob_load_new(host);

        ob_load_feed(load, stream->data, size);
        g_assert_false(ob_load_finish(load));
        g_assert_false(ob_load_done(load));
        ob_load_free(load);
    }
    word_expect(host, 77, 88);
    ob_host_free(host);
}

static void test_blocks_of_one_name_are_refused(void)
{
    ObHost *host = host_new("q35", true);
    char text[200] = "";
    HwError error = { text, sizeof(text), 0 };

    g_assert_true(ob_host_add_class(host, &copycat_class, NULL));
    g_assert_nonnull(memo_add(host, "copycat", "0xfed50000"));
    g_assert_null(ob_save_new(host, stream_sink, NULL, &error));
    g_assert_cmpstr(text, ==, "migration: two devices have a RAM block 'memo-ram', "
                    "expected one at most");
    ob_host_free(host);
}

/* ---------------------------------------------------------------- foreign */

/* What QEMU sent of devices that are not here goes out again, byte by byte. */
static void test_foreign_state_goes_on(void)
{
    static const char cpu[] = "\3cpu";
    ObHost *host = host_new("pc-q35-7.2", false);
    ObHost *second = host_new("pc-q35-7.2", false);
    g_autoptr(GByteArray) stream = stream_load("x86-vmgenid-noaddr-7.2");
    g_autoptr(GByteArray) again = NULL;
    size_t from, to;

    host_load(host, stream);
    g_assert_cmpuint(host->foreign->blocks->len, >, 0);
    again = host_save(host, "prelaunch");
    from = stream_find(stream, 0, cpu, 4);
    to = stream_find(again, 0, cpu, 4);
    g_assert_cmpmem(stream->data + from, 2000, again->data + to, 2000);
    host_load(second, again);
    g_assert_cmpuint(second->foreign->sections->len, ==, host->foreign->sections->len);
    g_assert_cmpuint(second->foreign->blocks->len, ==, host->foreign->blocks->len);
    ob_host_free(host);
    ob_host_free(second);
}

/* ------------------------------------------------------------------- wild */

/* A stream with some bytes changed, one cut, or one run moved. */
static GByteArray *stream_mutate(const GByteArray *stream, GRand *random)
{
    GByteArray *mutant = g_byte_array_new();
    guint changes = (guint)g_rand_int_range(random, 1, 4);

    g_byte_array_append(mutant, stream->data, stream->len);
    for (guint i = 0; i < changes; i++) {
        /* Pages are most of the bytes, and the least interesting. */
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

/* Each is taken whole or not at all. */
static void test_wild_streams(void)
{
    const char *count = g_getenv("OB_MUTATIONS");
    g_autoptr(GRand) random = g_rand_new_with_seed((guint32)g_test_rand_int());
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    unsigned taken = 0;

    for (unsigned i = count ? (unsigned)atoi(count) : 2000; i > 0; i--) {
        g_autoptr(GByteArray) mutant = stream_mutate(stream, random);
        ObHost *host = host_new("q35", true);
        ObLoad *load = ob_load_new(host);

        word_set(host, 77, 88);
        ob_load_feed(load, mutant->data, mutant->len);
        ob_load_finish(load);
        if (ob_load_done(load)) {
            taken++;
        } else {
            word_expect(host, 77, 88);
            g_assert_null(host->foreign);
        }
        ob_load_free(load);
        ob_host_free(host);
    }
    g_test_message("%u of them were taken", taken);
}

/* QEMU's have foreign parts, and a description that says how long they are. */
static void test_wild_streams_of_qemu(void)
{
    g_autoptr(GRand) random = g_rand_new_with_seed((guint32)g_test_rand_int());
    g_autoptr(GByteArray) stream = stream_load("x86-vmgenid-noaddr-7.2");
    ObHost *host = host_new("pc-q35-7.2", false);

    for (unsigned i = 0; i < 50; i++) {
        g_autoptr(GByteArray) mutant = stream_mutate(stream, random);
        ObLoad *load = ob_load_new(host);

        ob_load_feed(load, mutant->data, mutant->len);
        ob_load_finish(load);
        ob_load_free(load);
        if (host->foreign) {
            g_byte_array_unref(host_save(host, "paused"));
        }
    }
    ob_host_free(host);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/save-load/arrives", test_state_arrives);
    g_test_add_func("/save-load/what-the-target-had-is-gone", test_what_the_target_had_is_gone);
    g_test_add_func("/save-load/untouched-ram-is-not-sent", test_untouched_ram_is_not_sent);
    g_test_add_func("/save-load/pages-change-between-passes", test_pages_change_between_passes);
    g_test_add_func("/save-load/writes-to-a-rom-device-between-passes",
                    test_writes_to_a_rom_device_between_passes);
    g_test_add_func("/save-load/pointers-into-ram-stay", test_pointers_into_ram_stay);
    g_test_add_func("/save-load/number/second-device-has-blocks-of-its-own",
                    test_second_device_has_blocks_of_its_own);
    g_test_add_func("/save-load/number/stays-when-the-first-device-goes",
                    test_number_stays_when_the_first_device_goes);
    g_test_add_func("/save-load/refused/block-of-a-missing-second-device",
                    test_block_of_a_missing_second_device_is_refused);
    g_test_add_func("/save-load/refused/other-machine", test_other_machine_is_refused);
    g_test_add_func("/save-load/refused/block-of-a-missing-device",
                    test_block_of_a_missing_device_is_refused);
    g_test_add_func("/save-load/refused/section-of-a-missing-device",
                    test_section_of_a_missing_device_is_refused);
    g_test_add_func("/save-load/refused/unknown-section", test_unknown_section_is_refused);
    g_test_add_func("/save-load/refused/version-too-new",
                    test_version_that_is_too_new_is_refused);
    g_test_add_func("/save-load/refused/other-ram-size", test_other_ram_size_is_refused);
    g_test_add_func("/save-load/refused/post-load-takes-all-back",
                    test_post_load_that_refuses_takes_all_back);
    g_test_add_func("/save-load/refused/truncated-anywhere",
                    test_truncated_anywhere_changes_nothing);
    g_test_add_func("/save-load/refused/blocks-of-one-name", test_blocks_of_one_name_are_refused);
    g_test_add_func("/save-load/foreign/goes-on", test_foreign_state_goes_on);
    g_test_add_func("/save-load/wild/own", test_wild_streams);
    g_test_add_func("/save-load/wild/qemu", test_wild_streams_of_qemu);
    return g_test_run();
}
