/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A host's state as a stream and back, in process. */
#include <string.h>
#include <sys/resource.h>

#include "hw-api/device/bytes.h"
#include "qtest/machine/board.h"
#include "qtest/machine/state/foreign.h"
#include "qtest/machine/state/load.h"
#include "qtest/machine/state/save.h"
#include "qtest/tests/lib/stream-files.h"
#include "qtest/tests/machine/state/memo-host.h"

/* --------------------------------------------------------------- both ways */

static void test_state_arrives(void)
{
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    ObHost *host = memo_host_new("q35", true);
    ObLoad *load = ob_load_new(host);

    for (guint i = 0; i < stream->len; i++) {
        g_assert_true(ob_load_feed(load, stream->data + i, 1));
    }
    g_assert_true(ob_load_finish(load));
    g_assert_cmpstr(ob_load_runstate(load), ==, "running");
    ob_load_free(load);
    memo_word_expect(host, 5, 6);
    ob_host_free(host);
}

static void test_what_the_target_had_is_gone(void)
{
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    ObHost *host = memo_host_new("q35", true);

    ob_host_store(host, HW_SPACE_MEMORY, 0x9000, 1, 4);
    memo_host_load(host, stream);
    g_assert_cmphex(ob_host_load(host, HW_SPACE_MEMORY, 0x9000, 4), ==, 0);
    ob_host_free(host);
}

/* Two pages of 4 MiB of RAM were written. */
static void test_untouched_ram_is_not_sent(void)
{
    g_autoptr(GByteArray) stream = memo_stream(5, 6);

    g_assert_cmpuint(stream->len, <, 3 * 4096);
}

static void test_pages_change_between_passes(void)
{
    ObHost *host = memo_host_new("q35", true);
    ObHost *target = memo_host_new("q35", true);
    g_autoptr(GByteArray) stream = g_byte_array_new();
    ObSave *save;

    memo_word_set(host, 1, 1);
    save = ob_save_new(host, stream_sink, stream, NULL);
    while (!ob_save_pass(save, 1)) {}
    g_assert_cmpuint(ob_save_remaining(save), ==, 0);
    memo_word_set(host, 2, 2);
    g_assert_cmpuint(ob_save_remaining(save), ==, 2 * 4096);
    g_assert_true(ob_save_finish(save, "paused", NULL));
    ob_save_free(save);
    memo_host_load(target, stream);
    memo_word_expect(target, 2, 2);
    ob_host_free(host);
    ob_host_free(target);
}

static void test_page_of_zeros_replaces_an_earlier_page(void)
{
    ObHost *host = memo_host_new("q35", true);
    ObHost *target = memo_host_new("q35", true);
    g_autoptr(GByteArray) stream = g_byte_array_new();
    ObSave *save;

    memo_word_set(host, 1, 1);
    save = ob_save_new(host, stream_sink, stream, NULL);
    while (!ob_save_pass(save, 1)) {}
    memo_word_set(host, 0, 0);
    g_assert_true(ob_save_finish(save, "paused", NULL));
    ob_save_free(save);
    memo_host_load(target, stream);
    memo_word_expect(target, 0, 0);
    ob_host_free(host);
    ob_host_free(target);
}

/* These writes bypass the memory map, which marks dirty pages. */
static void test_writes_to_a_rom_device_between_passes(void)
{
    ObHost *host = memo_host_new("q35", true);
    ObHost *target = memo_host_new("q35", true);
    g_autoptr(GByteArray) stream = g_byte_array_new();
    ObSave *save;

    ob_host_store(host, HW_SPACE_MEMORY, MEMO_ROM + 0x10, 1, 4);
    save = ob_save_new(host, stream_sink, stream, NULL);
    while (!ob_save_pass(save, 1)) {}
    ob_host_store(host, HW_SPACE_MEMORY, MEMO_ROM + 0x10, 2, 4);
    g_assert_true(ob_save_finish(save, "paused", NULL));
    ob_save_free(save);
    memo_host_load(target, stream);
    g_assert_cmphex(ob_host_load(target, HW_SPACE_MEMORY, MEMO_ROM + 0x10, 4), ==, 2);
    ob_host_free(host);
    ob_host_free(target);
}

static void test_pointers_into_ram_stay(void)
{
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    ObHost *host = memo_host_new("q35", true);
    void *ram = ob_host_ram_pointer(host, 0x2000, 4);

    memo_host_load(host, stream);
    g_assert_true(ob_host_ram_pointer(host, 0x2000, 4) == ram);
    g_assert_cmphex(hw_load_le(ram, 4), ==, ~UINT32_C(6));
    ob_host_free(host);
}

/* Unwritten pages are not read and use no memory.  Only the bitmap and the stream's buffers use
 * some. */
static void test_untouched_ram_costs_nothing(void)
{
    const ObHostConfig config = { .architecture = "x86_64",
                                  .machine = "q35",
                                  .ram_size = UINT64_C(16) << 30 };
    ObHost *host = ob_host_new(&config, NULL);
    g_autoptr(GByteArray) stream = NULL;
    struct rusage before, after;

    g_assert_nonnull(host);
    ob_host_store(host, HW_SPACE_MEMORY, 0x2000, 1, 4);
    getrusage(RUSAGE_SELF, &before);
    stream = memo_host_save(host, "running");
    getrusage(RUSAGE_SELF, &after);
    g_assert_cmpuint(stream->len, <, 2 * 4096);
    g_assert_cmpint(after.ru_minflt - before.ru_minflt, <, 2000);
    ob_host_free(host);
}

/* ----------------------------------------------------------------- numbers */

static void test_second_device_has_blocks_of_its_own(void)
{
    ObHost *host = memo_pair_new(1, 2), *target = memo_pair_new(3, 4);
    g_autoptr(GByteArray) stream = memo_host_save(host, "paused");

    stream_find(stream, 0, "\12memo-ram#1", 11);
    memo_host_load(target, stream);
    g_assert_cmphex(ob_host_load(target, HW_SPACE_MEMORY, MEMO_BASE, 4), ==, 1);
    g_assert_cmphex(ob_host_load(target, HW_SPACE_MEMORY, MEMO_RAM, 4), ==, ~UINT32_C(1));
    g_assert_cmphex(ob_host_load(target, HW_SPACE_MEMORY, MEMO_BASE + SECOND, 4), ==, 2);
    g_assert_cmphex(ob_host_load(target, HW_SPACE_MEMORY, MEMO_RAM + SECOND, 4), ==, ~UINT32_C(2));
    ob_host_free(host);
    ob_host_free(target);
}

/* QEMU does the same: the remaining device keeps its number. */
static void test_number_stays_when_the_first_device_goes(void)
{
    ObHost *host = memo_pair_new(1, 2), *target = memo_pair_new(3, 4);
    g_autoptr(GByteArray) stream = NULL;

    ob_host_remove_device(host, ob_host_device_at(host, 0));
    ob_host_remove_device(target, ob_host_device_at(target, 0));
    stream = memo_host_save(host, "paused");
    stream_find(stream, 0, "\4memo\0\0\0\1", 9);
    memo_host_load(target, stream);
    g_assert_cmphex(ob_host_load(target, HW_SPACE_MEMORY, MEMO_BASE + SECOND, 4), ==, 2);
    g_assert_cmphex(ob_host_load(target, HW_SPACE_MEMORY, MEMO_RAM + SECOND, 4), ==, ~UINT32_C(2));
    ob_host_free(host);
    ob_host_free(target);
}

/* ---------------------------------------------------------------- foreign */

/* The state of QEMU's devices that do not exist here is sent again, with the same bytes. */
static void test_foreign_state_goes_on(void)
{
    static const char cpu[] = "\3cpu";
    ObHost *host = memo_host_new("pc-q35-7.2", false);
    ObHost *second = memo_host_new("pc-q35-7.2", false);
    g_autoptr(GByteArray) stream = stream_load("x86-vmgenid-noaddr-7.2");
    g_autoptr(GByteArray) again = NULL;
    size_t from, to;

    memo_host_load(host, stream);
    g_assert_cmpuint(host->foreign->blocks->len, >, 0);
    again = memo_host_save(host, "prelaunch");
    from = stream_find(stream, 0, cpu, 4);
    to = stream_find(again, 0, cpu, 4);
    g_assert_cmpmem(stream->data + from, 2000, again->data + to, 2000);
    memo_host_load(second, again);
    g_assert_cmpuint(second->foreign->sections->len, ==, host->foreign->sections->len);
    g_assert_cmpuint(second->foreign->blocks->len, ==, host->foreign->blocks->len);
    ob_host_free(host);
    ob_host_free(second);
}

/* The section of virtio-mem has to come before the pages of RAM again. */
static void test_early_section_goes_on(void)
{
    const ObHostConfig config = { .architecture = "aarch64",
                                  .machine = "virt-10.0",
                                  .ram_size = 8 << 20 };
    ObHost *host = ob_host_new(&config, NULL);
    ObHost *second = ob_host_new(&config, NULL);
    g_autoptr(GByteArray) stream = stream_load("virtio-mem-virt-10.0");
    g_autoptr(GByteArray) again = NULL;
    size_t from, to;

    memo_host_load(host, stream);
    again = memo_host_save(host, "prelaunch");
    from = stream_find(stream, 0, "virtio-mem-device-early", 23);
    to = stream_find(again, 0, "virtio-mem-device-early", 23);
    g_assert_cmpuint(to, <, 1000);
    g_assert_cmpmem(stream->data + from, 23 + 8 + 44, again->data + to, 23 + 8 + 44);
    memo_host_load(second, again);
    g_assert_cmpuint(second->foreign->sections->len, ==, host->foreign->sections->len);
    g_assert_true(((ObForeignSection *)second->foreign->sections->pdata[0])->early);
    ob_host_free(host);
    ob_host_free(second);
}

/* Both are foreign here. */
static void test_section_that_comes_twice_goes_on(void)
{
    const ObHostConfig config = { .architecture = "x86_64",
                                  .machine = "pc-q35-7.2",
                                  .ram_size = 1 << 20 };
    ObHost *host = ob_host_new(&config, NULL);
    g_autoptr(GByteArray) stream = stream_load("two-user-nets-q35-7.2");
    g_autoptr(GByteArray) again = NULL;
    size_t first;

    memo_host_load(host, stream);
    again = memo_host_save(host, "prelaunch");
    first = stream_find(again, 0, "\5slirp", 6);
    stream_find(again, first + 6, "\5slirp", 6);
    ob_host_free(host);
}

/* The stream brought a block that no device had; a device that came since has the same name. */
static void test_block_of_a_foreign_device_is_not_sent_twice(void)
{
    static const HwClass twin = { .table = { .abi = HW_ABI(HwDeviceClass),
                                             .name = "twin",
                                             .instance_size = sizeof(Memo),
                                             .regions = HW_TABLE(memo_regions),
                                             .properties = HW_TABLE(memo_properties) } };
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35", .ram_size = 4 << 20 };
    ObHost *host = ob_host_new(&config, NULL);
    g_autoptr(GByteArray) stream = memo_stream(5, 6);
    g_autoptr(GByteArray) again = g_byte_array_new();
    HW_ERROR(error, 300);

    memo_host_load(host, stream);
    g_assert_true(ob_host_add_class(host, &twin, &error));
    g_assert_nonnull(memo_add(host, "twin", "0xfed10000"));
    g_assert_null(ob_save_new(host, stream_sink, again, &error));
    g_assert_cmpstr(error.text, ==,
                    "migration: two devices have a RAM block 'memo-ram', expected at most one");
    ob_host_free(host);
}

/* These streams are from machines without our devices. */
static void test_stored_stream_loads(gconstpointer name)
{
    g_autoptr(GByteArray) stream = stream_load(name);
    bool arm = g_str_has_prefix(name, "arm");
    size_t machine = stream_find(stream, 0, arm ? "virt-" : "pc-q35-", arm ? 5 : 7);
    g_autofree char *board = g_strndup((char *)stream->data + machine, stream->data[machine - 1]);
    const ObHostConfig config = {
        .architecture = arm ? "aarch64" : "x86_64",
        .machine = board,
        .ram_size = strstr(name, "seabios") ? 16 << 20
                    : arm                   ? 1 << 20
                                            : 4 << 20,
    };
    ObHost *host = ob_host_new(&config, NULL);

    g_assert_nonnull(host);
    memo_host_load(host, stream);
    g_assert_cmpuint(host->foreign->sections->len, >, 10);
    ob_host_free(host);
}

/* The description's entry of this name; the caller owns it. */
static json_t *description_entry(const GByteArray *stream, const char *name)
{
    size_t place = stream_find(stream, 0, "{\"configuration\"", 16);
    json_t *root = json_loadb((char *)stream->data + place, stream->len - place, 0, NULL);
    json_t *entry;

    g_assert_nonnull(root);
    entry = json_incref(json_object_get(root, name));
    json_decref(root);
    return entry;
}

/* QEMU 10.0's analyze-migration.py reads the configuration by this entry. */
static void test_configuration_is_described(gconstpointer name)
{
    g_autoptr(GByteArray) stored = stream_load(name);
    bool arm = g_str_has_prefix(name, "arm");
    const ObHostConfig config = { .architecture = arm ? "aarch64" : "x86_64",
                                  .machine = arm ? "virt-7.2" : "pc-q35-10.0",
                                  .ram_size = 1 << 20 };
    ObHost *host = ob_host_new(&config, NULL);
    g_autoptr(GByteArray) stream = memo_host_save(host, "running");
    json_t *expected = description_entry(stored, "configuration");
    json_t *entry = description_entry(stream, "configuration");

    g_assert_nonnull(expected);
    g_assert_true(json_equal(entry, expected));
    json_decref(entry);
    json_decref(expected);
    ob_host_free(host);
}

/* A stream that announces a block of this length. */
static GByteArray *stranger_stream(uint64_t length)
{
    const ObVmBlock blocks[] = { { "pc.ram", 4 << 20 }, { "stranger.ram", length } };
    GByteArray *stream = g_byte_array_new();
    ObVmWriter *writer = ob_vm_writer_new(stream_sink, stream);

    ob_vm_write_header(writer, "pc-q35-7.2");
    ob_vm_write_ram_start(writer, blocks, G_N_ELEMENTS(blocks));
    ob_vm_write_ram_pass(writer, true);
    ob_vm_write_ram_pass_end(writer);
    g_assert_true(ob_vm_write_end(writer, NULL, 0));
    ob_vm_writer_free(writer);
    return stream;
}

static void test_foreign_block_has_a_limit(void)
{
    g_autoptr(GByteArray) fits = stranger_stream(UINT64_C(4) << 30);
    g_autoptr(GByteArray) larger = stranger_stream((UINT64_C(4) << 30) + 4096);
    ObHost *host = memo_host_new("q35", false);

    memo_refused(host, larger,
                 "stranger.ram: 0x100001000 bytes, expected at most 0x100000000 for "
                 "all blocks of foreign devices");
    memo_host_load(host, fits);
    ob_host_free(host);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (const char *const *name = stream_names; *name; name++) {
        g_autofree char *path = g_strconcat("/save-load/stored/", *name, NULL);

        /* test-tpm-crb-foreign loads the streams with a TPM. */
        if (!strstr(*name, "crb")) {
            g_test_add_data_func(path, *name, test_stored_stream_loads);
        }
    }
    g_test_add_data_func("/save-load/description/configuration-of-a-pc",
                         "x86-vmgenid-addr-dma-10.0", test_configuration_is_described);
    g_test_add_data_func("/save-load/description/configuration-of-virt",
                         "arm-virt-7.2-cortex-a57-10.0", test_configuration_is_described);
    g_test_add_func("/save-load/arrives", test_state_arrives);
    g_test_add_func("/save-load/what-the-target-had-is-gone", test_what_the_target_had_is_gone);
    g_test_add_func("/save-load/untouched-ram-is-not-sent", test_untouched_ram_is_not_sent);
    g_test_add_func("/save-load/untouched-ram-costs-nothing", test_untouched_ram_costs_nothing);
    g_test_add_func("/save-load/pages-change-between-passes", test_pages_change_between_passes);
    g_test_add_func("/save-load/page-of-zeros-replaces-an-earlier-page",
                    test_page_of_zeros_replaces_an_earlier_page);
    g_test_add_func("/save-load/writes-to-a-rom-device-between-passes",
                    test_writes_to_a_rom_device_between_passes);
    g_test_add_func("/save-load/pointers-into-ram-stay", test_pointers_into_ram_stay);
    g_test_add_func("/save-load/number/second-device-has-blocks-of-its-own",
                    test_second_device_has_blocks_of_its_own);
    g_test_add_func("/save-load/number/stays-when-the-first-device-goes",
                    test_number_stays_when_the_first_device_goes);
    g_test_add_func("/save-load/foreign/goes-on", test_foreign_state_goes_on);
    g_test_add_func("/save-load/foreign/early-section-goes-on", test_early_section_goes_on);
    g_test_add_func("/save-load/foreign/section-twice-goes-on",
                    test_section_that_comes_twice_goes_on);
    g_test_add_func("/save-load/foreign/block-of-a-new-device-is-not-sent-twice",
                    test_block_of_a_foreign_device_is_not_sent_twice);
    g_test_add_func("/save-load/foreign/has-a-limit", test_foreign_block_has_a_limit);
    return g_test_run();
}
