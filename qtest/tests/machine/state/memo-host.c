/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/machine/state/memo-host.h"

#include "hw-api/device/error.h"
#include "qtest/machine/board.h"
#include "qtest/machine/state/load.h"
#include "qtest/machine/state/save.h"
#include "qtest/tests/lib/stream-files.h"

static bool memo_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    (void)version;
    return HW_DEVICE(Memo, dev)->words[0] != ODD ||
           hw_error_set(error, "%s: the word is odd", dev->id);
}

static const HwRegister memo_registers[] = { { .name = "WORD", .rw = UINT32_MAX } };

/* clang-format off */
static const HwState memo_state = {
    .name = "memo", .version = 3, .minimum_version = 3,
    .fields = HW_ROWS(HwStateField, HW_SAVED(Memo, words)),
    .post_load = memo_post_load,
};

const HwRegion memo_regions[3] = {
    { .name = "mmio", .kind = HW_REGION_REGISTERS, .size = 0x1000,
      .base = offsetof(Memo, base), .words = offsetof(Memo, words), .word_count = 1,
      .registers = HW_TABLE(memo_registers) },
    { .name = "ram", .kind = HW_REGION_RAM, .size = 0x1800, .offset = 0x10000,
      .base = offsetof(Memo, base), .ram_block = "memo-ram" },
    { .name = "rom", .kind = HW_REGION_ROM_DEVICE, .size = 0x1000, .offset = 0x20000,
      .base = offsetof(Memo, base), .ram_block = "memo-rom" },
};
/* clang-format on */

const HwProperty memo_properties[1] = {
    HW_PROP_ADDRESS("addr", Memo, base, MEMO_BASE, "of the word"),
};

/* clang-format off */
static HwClass memo_class = { .table = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "memo", .instance_size = sizeof(Memo),
    .regions = HW_TABLE(memo_regions), .properties = HW_TABLE(memo_properties),
    .state = &memo_state,
} };
/* clang-format on */

HwInstance *memo_add(ObHost *host, const char *name, const char *address)
{
    const ObOption option = { "addr", address };

    return ob_host_add_device(host, name, &option, 1, NULL);
}

ObHost *memo_host_new(const char *machine, bool memo)
{
    const ObHostConfig config = { .architecture = "x86_64",
                                  .machine = machine,
                                  .ram_size = 4 << 20 };
    ObHost *host = ob_host_new(&config, NULL);

    g_assert_nonnull(host);
    g_assert_true(ob_host_add_class(host, &memo_class, NULL));
    if (memo) {
        g_assert_nonnull(ob_host_add_device(host, "memo", NULL, 0, NULL));
    }
    return host;
}

GByteArray *memo_host_save(ObHost *host, const char *runstate)
{
    GByteArray *stream = g_byte_array_new();
    ObSave *save = ob_save_new(host, stream_sink, stream, NULL);

    g_assert_nonnull(save);
    g_assert_true(ob_save_finish(save, runstate, NULL));
    ob_save_free(save);
    return stream;
}

void memo_host_load(ObHost *host, const GByteArray *stream)
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

void memo_word_set(ObHost *host, uint32_t word, uint32_t ram)
{
    ob_host_store(host, HW_SPACE_MEMORY, MEMO_BASE, word, 4);
    ob_host_store(host, HW_SPACE_MEMORY, MEMO_RAM + 0x1700, ram, 4);
    ob_host_store(host, HW_SPACE_MEMORY, 0x2000, ~ram, 4);
}

void memo_word_expect(ObHost *host, uint32_t word, uint32_t ram)
{
    g_assert_cmphex(ob_host_load(host, HW_SPACE_MEMORY, MEMO_BASE, 4), ==, word);
    g_assert_cmphex(ob_host_load(host, HW_SPACE_MEMORY, MEMO_RAM + 0x1700, 4), ==, ram);
    g_assert_cmphex(ob_host_load(host, HW_SPACE_MEMORY, 0x2000, 4), ==, ~ram);
}

void memo_refused(ObHost *host, const GByteArray *stream, const char *sentence)
{
    ObLoad *load = ob_load_new(host);
    char text[1000] = "";

    memo_word_set(host, 77, 88);
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

GByteArray *memo_stream(uint32_t word, uint32_t ram)
{
    ObHost *host = memo_host_new("q35", true);
    GByteArray *stream;

    memo_word_set(host, word, ram);
    stream = memo_host_save(host, "running");
    ob_host_free(host);
    return stream;
}

ObHost *memo_pair_new(uint32_t first, uint32_t second)
{
    ObHost *host = memo_host_new("q35", true);

    g_assert_nonnull(memo_add(host, "memo", "0xfed50000"));
    ob_host_store(host, HW_SPACE_MEMORY, MEMO_BASE, first, 4);
    ob_host_store(host, HW_SPACE_MEMORY, MEMO_RAM, ~first, 4);
    ob_host_store(host, HW_SPACE_MEMORY, MEMO_BASE + SECOND, second, 4);
    ob_host_store(host, HW_SPACE_MEMORY, MEMO_RAM + SECOND, ~second, 4);
    return host;
}
