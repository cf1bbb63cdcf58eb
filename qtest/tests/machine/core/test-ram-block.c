/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RAM blocks and their dirty pages, in process. */
#include <sys/mman.h>
#include <unistd.h>

#include "hw-api/ext/guest-memory.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/tests/lib/gadget.h"

/* Two owners. */
static const char *const migration = "migration", *const snapshot = "snapshot";

static ObRamBlock *block_of(GadgetHost *f, uint32_t index)
{
    return g_ptr_array_index(f->host->blocks, index);
}

/* Expects these dirty pages, as numbers "0 7 ", and makes them clean. */
static void dirty_expect_for(ObRamBlock *block, const char *owner, const char *expected)
{
    g_autoptr(GString) pages = g_string_new(NULL);

    for (uint64_t offset = 0; ob_ram_block_take(block, owner, &offset); offset += OB_RAM_PAGE) {
        g_string_append_printf(pages, "%u ", (unsigned)(offset / OB_RAM_PAGE));
    }
    g_assert_cmpstr(pages->str, ==, expected);
    g_assert_cmpuint(ob_ram_block_dirty(block, owner), ==, 0);
}

static void dirty_expect(ObRamBlock *block, const char *expected)
{
    dirty_expect_for(block, migration, expected);
}

static void tracked_without_for(GadgetHost *f, ObRamBlock *block, const char *owner)
{
    ob_ram_track(f->host, owner);
    for (uint64_t offset = 0; ob_ram_block_take(block, owner, &offset);) {}
}

static void tracked_without(GadgetHost *f, ObRamBlock *block)
{
    tracked_without_for(f, block, migration);
}

/* ------------------------------------------------------------------- blocks */

static void test_machine_has_the_block_of_qemu(GadgetHost *f, gconstpointer data)
{
    const char *name = g_str_equal(data, "virt") ? "mach-virt.ram" : "pc.ram";

    g_assert_cmpuint(f->host->blocks->len, ==, 1);
    g_assert_cmpstr(block_of(f, 0)->name, ==, name);
    g_assert_cmpuint(block_of(f, 0)->length, ==, 128 * MIB);
}

static void test_removed_device_takes_its_block_along(GadgetHost *f, gconstpointer data)
{
    HwInstance *instance = device_add(f, "gadget", "ram-addr=0x10000000");

    (void)data;
    g_assert_cmpuint(f->host->blocks->len, ==, 2);
    g_assert_cmpuint(block_of(f, 1)->length % OB_RAM_PAGE, ==, 0);
    ob_host_remove_device(f->host, instance);
    g_assert_cmpuint(f->host->blocks->len, ==, 1);
}

/* ----------------------------------------------------------------- tracking */

static void test_untouched_pages_are_clean(GadgetHost *f, gconstpointer data)
{
    (void)data;
    ob_host_store(f->host, HW_SPACE_MEMORY, 3 * 4096, 1, 1);
    ob_host_store(f->host, HW_SPACE_MEMORY, 1000 * 4096, 1, 1);
    ob_ram_track(f->host, migration);
    dirty_expect(block_of(f, 0), "3 1000 ");
}

static void test_stores_mark_their_pages(GadgetHost *f, gconstpointer data)
{
    (void)data;
    tracked_without(f, block_of(f, 0));
    ob_host_store(f->host, HW_SPACE_MEMORY, 0, 0, 1);
    ob_host_store(f->host, HW_SPACE_MEMORY, 2 * 4096 - 4, 0, 8);
    ob_host_store(f->host, HW_SPACE_MEMORY, 128 * MIB - 8, 0, 8);
    dirty_expect(block_of(f, 0), "0 1 2 32767 ");
}

static void test_writes_mark_all_their_pages(GadgetHost *f, gconstpointer data)
{
    g_autofree uint8_t *bytes = g_malloc0(130 * 4096);

    (void)data;
    tracked_without(f, block_of(f, 0));
    ob_host_write(f->host, 574 * 4096, bytes, 130 * 4096);
    g_assert_cmpuint(ob_ram_block_dirty(block_of(f, 0), migration), ==, 130);
    ob_host_write(f->host, 574 * 4096, bytes, 4096);
    g_assert_cmpuint(ob_ram_block_dirty(block_of(f, 0), migration), ==, 130);
    ob_host_write(f->host, 8, bytes, 0);
    g_assert_cmpuint(ob_ram_block_dirty(block_of(f, 0), migration), ==, 130);
}

static void test_dma_marks(GadgetHost *f, gconstpointer data)
{
    HwDevice *dev = device_add(f, "gadget", "")->dev;

    (void)data;
    tracked_without(f, block_of(f, 0));
    hw_guest_memory(dev)->write(dev, 5 * 4096, "abcd", 4);
    dirty_expect(block_of(f, 0), "5 ");
}

static void test_device_marks_its_own_memory(GadgetHost *f, gconstpointer data)
{
    HwDevice *dev = device_add(f, "gadget", "ram-addr=0x10000000")->dev;

    (void)data;
    tracked_without(f, block_of(f, 1));
    hw_guest_memory(dev)->region_dirty(dev, GADGET_RAM, 0, 1);
    dirty_expect(block_of(f, 1), "0 ");
    hw_guest_memory(dev)->region_dirty(dev, GADGET_RAM, 0, UINT64_MAX);
    g_assert_cmpuint(ob_ram_block_dirty(block_of(f, 1), migration), ==,
                     block_of(f, 1)->length / OB_RAM_PAGE);
    hw_guest_memory(dev)->region_dirty(dev, GADGET_RAM, UINT64_MAX, 1);
    hw_guest_memory(dev)->region_dirty(dev, GADGET_MMIO, 0, 1);
    hw_guest_memory(dev)->region_dirty(dev, 77, 0, 1);
}

static void test_clearing_marks_what_was_written(GadgetHost *f, gconstpointer data)
{
    HwDevice *dev = device_add(f, "gadget", "")->dev;

    (void)data;
    ob_host_store(f->host, HW_SPACE_MEMORY, 7 * 4096, 1, 1);
    tracked_without(f, block_of(f, 0));
    hw_guest_memory(dev)->clear(dev);
    g_assert_cmphex(readl(f, 7 * 4096), ==, 0);
    dirty_expect(block_of(f, 0), "7 ");
}

static void test_each_owner_has_marks_of_its_own(GadgetHost *f, gconstpointer data)
{
    ObRamBlock *block = block_of(f, 0);

    (void)data;
    tracked_without_for(f, block, migration);
    writel(f, 3 * 4096, 1);
    tracked_without_for(f, block, snapshot);
    writel(f, 5 * 4096, 1);
    dirty_expect_for(block, snapshot, "5 ");
    dirty_expect_for(block, migration, "3 5 ");
    writel(f, 9 * 4096, 1);
    ob_ram_block_mark_for(block, migration, 70 * 4096, 4096);
    ob_ram_untrack(f->host, migration);
    dirty_expect_for(block, migration, "");
    dirty_expect_for(block, snapshot, "9 ");
    writel(f, 1000 * 4096, 1);
    writel(f, 2 * 4096, 1);
    dirty_expect_for(block, snapshot, "2 1000 ");
}

/* The stores of one owner's first pages must not seem dirty to the others. */
static void test_tracking_marks_nothing_for_others(GadgetHost *f, gconstpointer data)
{
    (void)data;
    writel(f, 3 * 4096, 1);
    tracked_without_for(f, block_of(f, 0), snapshot);
    ob_ram_track(f->host, migration);
    dirty_expect_for(block_of(f, 0), snapshot, "");
    dirty_expect_for(block_of(f, 0), migration, "3 ");
}

static void test_region_without_a_block_is_tracked(GadgetHost *f, gconstpointer data)
{
    HwInstance *large = device_add(f, "large", "addr=0xfe400000");

    (void)data;
    g_assert_cmpuint(f->host->blocks->len, ==, 2);
    g_assert_cmpstr(block_of(f, 1)->name, ==, "large/large");
    g_assert_false(block_of(f, 1)->in_stream);
    tracked_without(f, block_of(f, 1));
    writel(f, 0xfe400000 + 4096, 1);
    hw_guest_memory(large->dev)->region_dirty(large->dev, 0, 700 * 4096, 1);
    dirty_expect(block_of(f, 1), "1 700 ");
    ob_host_remove_device(f->host, large);
    g_assert_cmpuint(f->host->blocks->len, ==, 1);
}

static void test_nothing_is_kept_untracked(GadgetHost *f, gconstpointer data)
{
    (void)data;
    ob_ram_track(f->host, migration);
    ob_ram_untrack(f->host, migration);
    g_assert_null(block_of(f, 0)->marks);
    writel(f, 0, 1);
    g_assert_cmpuint(ob_ram_block_dirty(block_of(f, 0), migration), ==, 0);
}

/* RAM beyond the hole below 4 GiB is in the same block. */
static void test_high_ram_marks_behind_low_ram(GadgetHost *f, gconstpointer data)
{
    const ObHostConfig config = { .architecture = "x86_64",
                                  .machine = "q35",
                                  .ram_size = 0xc0000000 };
    ObHost *host = ob_host_new(&config, &f->error);

    (void)data;
    g_assert_nonnull(host);
    ob_ram_track(host, migration);
    ob_host_store(host, HW_SPACE_MEMORY, UINT64_C(0x100000000), 1, 4);
    dirty_expect(g_ptr_array_index(host->blocks, 0), "524288 ");
    ob_host_free(host);
}

/* ---------------------------------------------------------------------- file */

/* Bytes of a file, mapped a second time in `other`. */
static ObRamBlock *file_block(uint8_t **other)
{
    int fd = memfd_create("ram", MFD_CLOEXEC);
    uint64_t size = 4 * OB_RAM_PAGE;
    uint8_t *memory;
    ObRamBlock *block;

    g_assert_cmpint(ftruncate(fd, (off_t)size), ==, 0);
    memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    *other = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    g_assert_true(memory != MAP_FAILED && *other != MAP_FAILED);
    block = ob_ram_block_new("file", memory, size, NULL);
    block->owns_memory = true;
    block->is_file = true;
    return block;
}

static void test_file_is_exchanged_in_place(void)
{
    uint8_t *other;
    ObRamBlock *block = file_block(&other);
    ObRamBlock *staged = ob_ram_block_map("file", block->length);

    block->memory[0] = 1;
    staged->memory[0x1000] = 2;
    g_assert_true(ob_ram_block_exchange(block, staged));
    g_assert_cmpuint(other[0], ==, 0);
    g_assert_cmpuint(other[0x1000], ==, 2);
    g_assert_true(ob_ram_block_exchange(block, staged));
    g_assert_cmpuint(other[0], ==, 1);
    g_assert_cmpuint(other[0x1000], ==, 0);
    munmap(other, block->length);
    ob_ram_block_free(staged);
    ob_ram_block_free(block);
}

/* Others may have written any page. */
static void test_file_is_dirty(void)
{
    uint8_t *other;
    ObRamBlock *block = file_block(&other);

    ob_ram_block_track(block, migration);
    dirty_expect(block, "0 1 2 3 ");
    munmap(other, block->length);
    ob_ram_block_free(block);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    GADGET_TEST("/ram-block/machine/pc", "pc", test_machine_has_the_block_of_qemu);
    GADGET_TEST("/ram-block/machine/q35", "q35", test_machine_has_the_block_of_qemu);
    GADGET_TEST("/ram-block/machine/virt", "virt", test_machine_has_the_block_of_qemu);
    GADGET_TEST("/ram-block/device/leaves-with-it", NULL,
                test_removed_device_takes_its_block_along);
    GADGET_TEST("/dirty/untouched-pages-are-clean", NULL, test_untouched_pages_are_clean);
    GADGET_TEST("/dirty/stores-mark-their-pages", NULL, test_stores_mark_their_pages);
    GADGET_TEST("/dirty/writes-mark-all-their-pages", NULL, test_writes_mark_all_their_pages);
    GADGET_TEST("/dirty/dma-marks", NULL, test_dma_marks);
    GADGET_TEST("/dirty/device-marks-its-own-memory", NULL, test_device_marks_its_own_memory);
    GADGET_TEST("/dirty/clearing-marks-what-was-written", NULL,
                test_clearing_marks_what_was_written);
    GADGET_TEST("/dirty/each-owner-has-marks-of-its-own", NULL,
                test_each_owner_has_marks_of_its_own);
    GADGET_TEST("/dirty/tracking-marks-nothing-for-others", NULL,
                test_tracking_marks_nothing_for_others);
    GADGET_TEST("/dirty/region-without-a-block-is-tracked", NULL,
                test_region_without_a_block_is_tracked);
    GADGET_TEST("/dirty/nothing-is-kept-untracked", NULL, test_nothing_is_kept_untracked);
    GADGET_TEST("/dirty/high-ram-is-behind-low-ram", NULL, test_high_ram_marks_behind_low_ram);
    g_test_add_func("/ram-block/file/is-exchanged-in-place", test_file_is_exchanged_in_place);
    g_test_add_func("/ram-block/file/starts-dirty", test_file_is_dirty);
    return g_test_run();
}
