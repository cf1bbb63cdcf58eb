/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw-api/host/load/image.c: a damaged file is refused or read, and does no other harm. */
#include <elf.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hw-api/host/image/elf-file.h"
#include "hw-api/host/image/image.h"
#include "hw-api/host/load/plugin-set.h"
#include "qtest/tests/hw-api/plugin-copy.h"

static HW_ERROR(error, 512);

static void copy_open(PluginCopy *copy, gconstpointer data)
{
    (void)data;
    plugin_copy_open_fixture(copy, "good.so");
}

static void copy_close(PluginCopy *copy, gconstpointer data)
{
    (void)data;
    plugin_copy_close(copy);
}

/* Returns true if the file is read.  Else it must be refused with a sentence. */
static bool copy_inspect(PluginCopy *copy)
{
    HwPluginSet *set;

    error.text[0] = '\0';
    set = hw_plugin_set_inspect(copy->path, &error);
    if (!set) {
        g_assert_true(g_str_has_prefix(error.text, copy->path));
        g_assert_cmpuint(strlen(error.text), >, strlen(copy->path) + 2);
        return false;
    }
    hw_plugin_set_free(set);
    return true;
}

static void good_copy_is_read(PluginCopy *copy, gconstpointer data)
{
    (void)data;
    g_assert_true(copy_inspect(copy));
}

/* ------------------------------------------------------------ not plugin files */

static void assert_refused(const char *path, const char *expected)
{
    g_autofree char *whole = g_strconcat(path, ": ", expected, NULL);

    g_assert_null(hw_plugin_set_inspect(path, &error));
    g_assert_cmpstr(error.text, ==, whole);
}

static void missing_file_is_refused(void)
{
    assert_refused("/nowhere/x.so", "can't be opened: No such file or directory");
}

static void directory_is_refused(void)
{
    assert_refused("/", "is not a shared object: expected a regular file");
}

/* No process writes to the fifo: opening it like a file would wait forever. */
static void fifo_is_refused(void)
{
    g_autofree char *directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    g_autofree char *name = g_build_filename(directory, "fifo", NULL);
    int made = mkfifo(name, 0600);
    int fd = open(name, O_PATH | O_CLOEXEC);
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);

    g_unlink(name);
    g_rmdir(directory);
    g_assert_cmpint(made, ==, 0);
    assert_refused(path, "is not a shared object: expected a regular file");
    close(fd);
}

static void empty_file_is_refused(PluginCopy *copy, gconstpointer data)
{
    (void)data;
    g_assert_cmpint(ftruncate(copy->fd, 0), ==, 0);
    assert_refused(copy->path, "is not a shared object: expected an ELF file");
}

static void text_is_refused(PluginCopy *copy, gconstpointer data)
{
    (void)data;
    plugin_copy_store(copy, 0, "#!/bin/sh\n", 10);
    assert_refused(copy->path, "is not a shared object: expected an ELF file");
}

static void executable_is_refused(PluginCopy *copy, gconstpointer data)
{
    Elf64_Half type = ET_EXEC;

    (void)data;
    plugin_copy_store(copy, offsetof(Elf64_Ehdr, e_type), &type, sizeof(type));
    assert_refused(copy->path, "is not a shared object: ELF type 2, expected 3");
}

static void other_machine_is_refused(PluginCopy *copy, gconstpointer data)
{
    Elf64_Half machine = EM_MIPS;
    g_autofree char *expected = g_strdup_printf("%s: is for another machine: ELF class 2, byte "
                                                "order %u, machine %u, expected 2, ",
                                                copy->path, copy->bytes[EI_DATA], machine);

    (void)data;
    plugin_copy_store(copy, offsetof(Elf64_Ehdr, e_machine), &machine, sizeof(machine));
    g_assert_false(copy_inspect(copy));
    g_assert_true(g_str_has_prefix(error.text, expected));
}

static void other_word_size_is_refused(PluginCopy *copy, gconstpointer data)
{
    uint8_t class32 = ELFCLASS32;
    g_autofree char *expected = g_strdup_printf("%s: is for another machine: ELF class 1, byte "
                                                "order %u, machine ",
                                                copy->path, copy->bytes[EI_DATA]);

    (void)data;
    plugin_copy_store(copy, EI_CLASS, &class32, 1);
    g_assert_false(copy_inspect(copy));
    g_assert_true(g_str_has_prefix(error.text, expected));
}

/* --------------------------------------------------------------- damaged files */

static void every_truncation_is_refused(PluginCopy *copy, gconstpointer data)
{
    (void)data;
    for (gssize size = (gssize)copy->size - 1; size >= 0; size -= size > 4096 ? 61 : 1) {
        g_assert_cmpint(ftruncate(copy->fd, (off_t)size), ==, 0);
        g_assert_false(copy_inspect(copy));
        g_assert_true(strstr(error.text, "is truncated") || size < SELFMAG);
    }
}

static void truncation_names_what_is_missing(PluginCopy *copy, gconstpointer data)
{
    g_autofree char *expected = g_strdup_printf(
        "%s: is truncated: the section header table takes 0x%x bytes at 0x%x, the file has 0x%x",
        copy->path, (unsigned)(plugin_copy_header(copy)->e_shnum * sizeof(Elf64_Shdr)),
        (unsigned)plugin_copy_header(copy)->e_shoff, (unsigned)copy->size - 1);

    (void)data;
    g_assert_cmpint(ftruncate(copy->fd, (off_t)copy->size - 1), ==, 0);
    g_assert_false(copy_inspect(copy));
    g_assert_cmpstr(error.text, ==, expected);
}

/* It is read, not mapped: the next read finds its end. */
static void file_that_shrinks_is_refused(PluginCopy *copy, gconstpointer data)
{
    HwPlace place = { NULL, NULL, copy->path, 0 };
    HwElfFile file;
    uint8_t bytes[64];

    (void)data;
    g_assert_true(hw_elf_file_open(&file, copy->path, false, &place, &error));
    g_assert_cmpint(ftruncate(copy->fd, 0x20), ==, 0);
    g_assert_false(hw_elf_file_read(&file, "a segment", 0, bytes, sizeof(bytes)));
    g_assert_nonnull(strstr(error.text, ": is truncated: it ends at 0x20, a segment at 0x40"));
    hw_elf_file_close(&file);
}

/* Only what the linker uses is read of a file of a terabyte. */
static void huge_sparse_file_is_read(PluginCopy *copy, gconstpointer data)
{
    (void)data;
    g_assert_cmpint(ftruncate(copy->fd, (off_t)1 << 40), ==, 0);
    g_assert_true(copy_inspect(copy));
}

static void huge_empty_file_is_refused(PluginCopy *copy, gconstpointer data)
{
    (void)data;
    g_assert_cmpint(ftruncate(copy->fd, 0), ==, 0);
    g_assert_cmpint(ftruncate(copy->fd, (off_t)1 << 40), ==, 0);
    assert_refused(copy->path, "is not a shared object: expected an ELF file");
}

/* Values at which counts, sizes, offsets and addresses overflow. */
/* clang-format off */
static const uint64_t nasty[] = {
    0, 1, 7, 0x7f, 0xff, 0xffff, 0x7fffffff, 0xffffffff, UINT64_C(0x7fffffffffffffff),
    UINT64_C(0x8000000000000000), UINT64_C(0xfffffffffffff000), UINT64_MAX,
};
/* clang-format on */

static void copy_damage(PluginCopy *copy, size_t offset, size_t size)
{
    uint64_t was = 0;

    memcpy(&was, copy->bytes + offset, size);
    for (size_t i = 0; i < G_N_ELEMENTS(nasty); i++) {
        plugin_copy_store(copy, offset, &nasty[i], size);
        copy_inspect(copy);
    }
    for (int delta = -8; delta <= 8; delta += 4) {
        uint64_t near = was + (uint64_t)delta;

        plugin_copy_store(copy, offset, &near, size);
        copy_inspect(copy);
    }
    plugin_copy_store(copy, offset, &was, size);
}

static void damaged_header_is_survived(PluginCopy *copy, gconstpointer data)
{
    (void)data;
    for (size_t offset = 0; offset < sizeof(Elf64_Ehdr); offset++) {
        copy_damage(copy, offset, 1);
    }
    for (size_t offset = 16; offset < sizeof(Elf64_Ehdr); offset += 2) {
        copy_damage(copy, offset, 2);
    }
    for (size_t offset = 24; offset < 48; offset += 8) {
        copy_damage(copy, offset, 8);
    }
    g_assert_true(copy_inspect(copy));
}

static void copy_damage_table(PluginCopy *copy, uint64_t offset, uint64_t size)
{
    for (uint64_t at = 0; at + 8 <= size; at += 4) {
        copy_damage(copy, offset + at, at % 8 ? 4 : 8);
    }
}

static void damaged_tables_are_survived(PluginCopy *copy, gconstpointer data)
{
    const Elf64_Ehdr *header = plugin_copy_header(copy);

    (void)data;
    copy_damage_table(copy, header->e_phoff, header->e_phnum * sizeof(Elf64_Phdr));
    copy_damage_table(copy, header->e_shoff, header->e_shnum * sizeof(Elf64_Shdr));
    g_assert_true(copy_inspect(copy));
}

/* Damages symbols, names, relocations and the tables that they fill. */
static void damaged_contents_are_survived(PluginCopy *copy, gconstpointer data)
{
    const Elf64_Shdr *sections = plugin_copy_sections(copy);

    (void)data;
    for (uint32_t i = 0; i < plugin_copy_header(copy)->e_shnum; i++) {
        bool is_data = sections[i].sh_type == SHT_PROGBITS && sections[i].sh_flags & SHF_WRITE;

        if (is_data || sections[i].sh_type == SHT_DYNSYM || sections[i].sh_type == SHT_RELA) {
            copy_damage_table(copy, sections[i].sh_offset, sections[i].sh_size);
        }
    }
    g_assert_true(copy_inspect(copy));
}

/* Damages several random places at once. */
static void random_damage_is_survived(PluginCopy *copy, gconstpointer data)
{
    GRand *random = g_rand_new_with_seed(20240229);

    (void)data;
    for (int round = 0; round < 4000; round++) {
        size_t offsets[4];

        for (size_t i = 0; i < G_N_ELEMENTS(offsets); i++) {
            uint64_t value = nasty[g_rand_int_range(random, 0, G_N_ELEMENTS(nasty))];

            offsets[i] = (size_t)g_rand_int_range(random, 0, (gint32)copy->size - 8) & ~3u;
            plugin_copy_store(copy, offsets[i], &value, 4);
        }
        copy_inspect(copy);
        for (size_t i = 0; i < G_N_ELEMENTS(offsets); i++) {
            plugin_copy_store(copy, offsets[i], copy->bytes + offsets[i], 4);
        }
    }
    g_rand_free(random);
    g_assert_true(copy_inspect(copy));
}

/* Returns the virtual address of the only data object that the fixture exports. */
static uint64_t copy_symbol(const PluginCopy *copy)
{
    const Elf64_Shdr *sections = plugin_copy_sections(copy);
    const Elf64_Sym *symbol = NULL;

    for (uint32_t i = 0; i < plugin_copy_header(copy)->e_shnum; i++) {
        if (sections[i].sh_type == SHT_DYNSYM) {
            symbol = (const Elf64_Sym *)(copy->bytes + sections[i].sh_offset);
        }
    }
    while (ELF64_ST_TYPE(symbol->st_info) != STT_OBJECT) {
        symbol++;
    }
    return symbol->st_value;
}

/* hw_plugin begins with its size.  A newer plugin's may be larger, up to the end of the segment. */
static void struct_may_end_with_its_segment(PluginCopy *copy, gconstpointer data)
{
    const Elf64_Phdr *segment = plugin_copy_program_headers(copy);
    uint64_t symbol = copy_symbol(copy);
    uint64_t offset;
    uint32_t size;

    (void)data;
    while (segment->p_type != PT_LOAD || symbol - segment->p_vaddr >= segment->p_memsz) {
        segment++;
    }
    offset = symbol - segment->p_vaddr;
    size = (uint32_t)(segment->p_memsz - offset);
    plugin_copy_store(copy, segment->p_offset + offset, &size, sizeof(size));
    g_assert_true(copy_inspect(copy));
    size++;
    plugin_copy_store(copy, segment->p_offset + offset, &size, sizeof(size));
    g_assert_false(copy_inspect(copy));
    g_assert_nonnull(strstr(error.text, "outside of the file's data"));
}

/* A segment can be large in memory without bytes in the file, so only the bound stops it. */
static void object_too_large_is_refused(PluginCopy *copy, gconstpointer data)
{
    const Elf64_Phdr *headers = plugin_copy_program_headers(copy);
    uint64_t huge = UINT64_C(1) << 40;
    uint32_t last = 0;

    (void)data;
    for (uint32_t i = 0; i < plugin_copy_header(copy)->e_phnum; i++) {
        last = headers[i].p_type == PT_LOAD ? i : last;
    }
    plugin_copy_store(copy, (size_t)((const uint8_t *)&headers[last].p_memsz - copy->bytes), &huge,
                      8);
    g_assert_false(copy_inspect(copy));
    g_assert_nonnull(strstr(error.text, "expected an end of at most 0x10000000"));
}

/* ------------------------------------------------------------------------ code */

static HwImage *fixture_image(const char *name)
{
    const char *path = g_test_get_filename(G_TEST_BUILT, "plugins", name, NULL);
    HwPlace place = { NULL, NULL, path, 0 };
    HwImage *image = hw_image_open(path, HW_PLUGIN_SYMBOL, &place, &error);

    g_assert_nonnull(image);
    return image;
}

static const HwDeviceClass *image_lamp(const HwImage *image)
{
    uint64_t size;
    const HwPlugin *plugin = hw_image_symbol(image, &size);

    return plugin->classes.entries[0];
}

static void function_of_file_is_code(void)
{
    HwImage *image = fixture_image("good.so");
    const HwDeviceClass *lamp = image_lamp(image);

    g_assert_true(hw_image_is_code(image, (uintptr_t)lamp->regions.entries[1].read));
    hw_image_close(image);
}

static void data_and_numbers_are_no_code(void)
{
    HwImage *image = fixture_image("good.so");
    const HwDeviceClass *lamp = image_lamp(image);

    g_assert_false(hw_image_is_code(image, 0));
    g_assert_false(hw_image_is_code(image, 0x4141));
    g_assert_false(hw_image_is_code(image, (uintptr_t)lamp));
    hw_image_close(image);
}

static void import_is_code_but_no_data(void)
{
    HwImage *image = fixture_image("undefined-symbol.so");
    uintptr_t import = (uintptr_t)image_lamp(image)->realize;

    g_assert_true(hw_image_is_code(image, import));
    g_assert_false(hw_image_contains(image, (const void *)import, 1));
    g_assert_false(hw_image_has_string(image, (const char *)import));
    hw_image_close(image);
}

/* The file is not really loaded: this program's code is all there is. */
static void loaded_import_is_code_of_any_object(void)
{
    HwImage *image = fixture_image("good.so");

    hw_image_loaded_at(image, 0);
    g_assert_true(hw_image_is_code(image, (uintptr_t)strlen));
    g_assert_true(hw_image_is_code(image, (uintptr_t)fixture_image));
    g_assert_false(hw_image_is_code(image, (uintptr_t)error.text));
    hw_image_close(image);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(path, function) \
    g_test_add("/plugin-image/" path, PluginCopy, NULL, copy_open, function, copy_close)
    ADD("good-copy-is-read", good_copy_is_read);
    g_test_add_func("/plugin-image/missing-file-is-refused", missing_file_is_refused);
    g_test_add_func("/plugin-image/directory-is-refused", directory_is_refused);
    g_test_add_func("/plugin-image/fifo-is-refused", fifo_is_refused);
    ADD("empty-file-is-refused", empty_file_is_refused);
    ADD("text-is-refused", text_is_refused);
    ADD("executable-is-refused", executable_is_refused);
    ADD("other-machine-is-refused", other_machine_is_refused);
    ADD("other-word-size-is-refused", other_word_size_is_refused);
    ADD("every-truncation-is-refused", every_truncation_is_refused);
    ADD("truncation-names-what-is-missing", truncation_names_what_is_missing);
    ADD("file-that-shrinks-is-refused", file_that_shrinks_is_refused);
    ADD("huge-sparse-file-is-read", huge_sparse_file_is_read);
    ADD("huge-empty-file-is-refused", huge_empty_file_is_refused);
    ADD("damaged-header-is-survived", damaged_header_is_survived);
    ADD("damaged-tables-are-survived", damaged_tables_are_survived);
    ADD("damaged-contents-are-survived", damaged_contents_are_survived);
    ADD("random-damage-is-survived", random_damage_is_survived);
    ADD("struct-may-end-with-its-segment", struct_may_end_with_its_segment);
    ADD("object-too-large-is-refused", object_too_large_is_refused);
    g_test_add_func("/plugin-image/code/function-of-file", function_of_file_is_code);
    g_test_add_func("/plugin-image/code/not-data-or-numbers", data_and_numbers_are_no_code);
    g_test_add_func("/plugin-image/code/import", import_is_code_but_no_data);
    g_test_add_func("/plugin-image/code/loaded-import", loaded_import_is_code_of_any_object);
    return g_test_run();
}
