/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs the rows of forged-rows.c, and asks a sound image for what it has. */
#include "qtest/tests/hw-api/image/forged-rows.h"

#include <glib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hw-api/host/image/elf-file.h"

static ForgedImage forged;
static HW_ERROR(error, 512);

/* --------------------------------------------------------------------- the file */

static HwImage *forged_open(size_t size)
{
    static const HwPlace place = { NULL, NULL, "forged.so", 0 };
    int fd = memfd_create("forged", MFD_CLOEXEC);
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
    HwImage *image;

    g_assert_cmpint(pwrite(fd, &forged, size, 0), ==, (gssize)size);
    error.text[0] = '\0';
    image = hw_image_open(path, HW_PLUGIN_SYMBOL, &place, &error);
    close(fd);
    return image;
}

static void assert_verdict(const char *refused, const char *unproven)
{
    HwImage *image = forged_open(FORGED_SIZE);
    g_autofree char *expected = refused ? g_strconcat("forged.so: ", refused, NULL) : NULL;

    if (refused && strchr(refused, '*')) {
        g_assert_true(g_pattern_match_simple(expected, error.text));
    } else {
        g_assert_cmpstr(error.text, ==, expected ? expected : "");
    }
    g_assert_true(!image == !!refused);
    g_assert_cmpstr(image ? hw_image_unproven(image) : NULL, ==, unproven);
    hw_image_close(image);
}

static void change_apply(const ForgedChange *change)
{
    const uint8_t *low = (const uint8_t *)&change->value;

    memcpy((uint8_t *)&forged + change->offset,
           low + (G_BYTE_ORDER == G_BIG_ENDIAN ? 8 - change->size : 0), change->size);
}

static void has_verdict(gconstpointer data)
{
    const ForgedRow *row = data;

    forged_image_make(&forged);
    for (size_t i = 0; i < G_N_ELEMENTS(row->changes) && row->changes[i].size; i++) {
        change_apply(&row->changes[i]);
    }
    assert_verdict(row->refused, row->unproven);
}

/* -------------------------------------------------------------------- many of one */

/* The segments from the fourth on, each in 64 KiB of its own. */
static void add_segments(Elf64_Half count)
{
    forged_image_make(&forged);
    forged.front.header.e_phnum = (Elf64_Half)(AT_HEADERS + count);
    for (Elf64_Half i = 0; i < count; i++) {
        uint64_t address = CODE + 0x10000u * (i + 1u);

        forged.front.headers[AT_HEADERS + i] = (Elf64_Phdr) { PT_LOAD, PF_R, 0, address,
                                                              address, 1,    1, 0x10000 };
    }
}

static void segments_are_counted(void)
{
    add_segments(32 - 3);
    assert_verdict(NULL, NULL);
    add_segments(33 - 3);
    assert_verdict("has too many segments, expected at most 32", NULL);
}

/* In the zeros behind the other tables; each library has a name of its own. */
static void add_libraries(uint32_t count)
{
    Elf64_Verneed *libraries = (Elf64_Verneed *)(forged.code - 0x8000);

    forged_image_make(&forged);
    forged.front.headers[AT_BACK].p_filesz = CODE - BACK;
    forged.back.dynamic[D_VERNEED].d_un.d_val = CODE - 0x8000;
    memset(forged.back.numbers, 0, sizeof(forged.back.numbers));
    for (uint32_t i = 0; i < count; i++) {
        libraries[2 * i] = (Elf64_Verneed) { 1, 1, NAME(path) + i, 16, i + 1 < count ? 32 : 0 };
        memcpy(&libraries[2 * i + 1], &forged.back.need.version, sizeof(Elf64_Vernaux));
        ((Elf64_Vernaux *)&libraries[2 * i + 1])->vna_next = 0;
        forged.back.dynamic[D_COUNT + i] = (Elf64_Dyn) { DT_NEEDED, { NAME(path) + i } };
    }
    forged.back.dynamic[D_NEEDED].d_un.d_val = NAME(path);
    forged.back.dynamic[D_NEEDED_2].d_un.d_val = NAME(path);
    /* Names of less than 4096 characters. */
    forged.front.names.path[3000] = '\0';
}

static void libraries_are_counted(void)
{
    add_libraries(256);
    assert_verdict(NULL, NULL);
    add_libraries(257);
    assert_verdict(NULL, "too many libraries");
}

/* ------------------------------------------------------------------------ answers */

static void pointers_are_relocated(void)
{
    const uint64_t *data;
    uint64_t bias;
    uint64_t size;
    HwImage *image;

    forged_image_make(&forged);
    image = forged_open(FORGED_SIZE);
    data = hw_image_symbol(image, &size);
    bias = (uintptr_t)data - BACK;
    g_assert_cmpuint(size, ==, 128);
    g_assert_cmphex(data[0], ==, bias + 0x123);
    g_assert_cmphex(data[1], ==, bias + CODE + 3);
    g_assert_cmphex(data[2], ==, 0);
    g_assert_true(hw_image_is_code(image, data[3]));
    g_assert_false(hw_image_contains(image, (void *)(uintptr_t)data[3], 1));
    for (uint64_t i = 4; i < 16; i++) {
        g_assert_cmphex(data[i], ==, i + (i == 4 || i == 6 || i == 7 ? bias : 0));
    }
    hw_image_close(image);
}

/* A symbol of no segment has its value as it is. */
static void absolute_symbols_stay(void)
{
    const uint64_t *data;
    uint64_t size;
    HwImage *image;

    forged_image_make(&forged);
    forged.front.symbols[S_LAMP].st_shndx = SHN_ABS;
    image = forged_open(FORGED_SIZE);
    data = hw_image_symbol(image, &size);
    g_assert_cmphex(data[1], ==, CODE + 3);
    hw_image_close(image);
}

/* The back ends where the code begins. */
static void places_are_told(void)
{
    static const struct {
        uint64_t address;
        uint64_t room; /* up to the segment's end; UINT64_MAX: none */
        bool code;
    } places[] = {
        { FRONT - 1, UINT64_MAX, false }, { FRONT, sizeof(ForgedFront), false },
        { BACK - 1, UINT64_MAX, false },  { BACK, CODE - BACK, false },
        { CODE - 1, 1, false },           { CODE, 16, true },
        { CODE + 15, 1, true },           { CODE + 16, 0, false },
        { CODE + 18, UINT64_MAX, false },
    };
    HwImage *image;
    uint64_t size;
    uintptr_t bias;

    forged_image_make(&forged);
    image = forged_open(FORGED_SIZE);
    bias = (uintptr_t)hw_image_symbol(image, &size) - BACK;
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        const void *p = (const void *)(bias + places[i].address);

        g_assert_cmpint(hw_image_is_code(image, (uintptr_t)p), ==, places[i].code);
        g_assert_cmpint(hw_image_contains(image, p, 0), ==, places[i].room != UINT64_MAX);
        if (places[i].room != UINT64_MAX) {
            g_assert_true(hw_image_contains(image, p, places[i].room));
            g_assert_false(hw_image_contains(image, p, places[i].room + 1));
        }
    }
    hw_image_close(image);
}

static void strings_end_in_their_segment(void)
{
    const char *read;
    uint64_t size;
    HwImage *image;

    forged_image_make(&forged);
    memset(forged.code, 'x', sizeof(forged.code));
    forged.code[3] = '\0';
    image = forged_open(FORGED_SIZE);
    read = (const char *)hw_image_symbol(image, &size) - BACK;
    g_assert_true(hw_image_has_string(image, read + CODE));
    g_assert_false(hw_image_has_string(image, read + CODE + 4));
    g_assert_false(hw_image_has_string(image, read + CODE + 16));
    g_assert_false(hw_image_has_string(image, read + CODE + 17));
    g_assert_true(hw_image_has_string(image, read + IN_FRONT(names.path[4096 - 1023])));
    g_assert_false(hw_image_has_string(image, read + IN_FRONT(names.path[4096 - 1024])));
    hw_image_close(image);
}

/* An imported function lies in another object, once the file is loaded. */
static void imports_are_code_of_any_object(void)
{
    HwImage *image;
    uintptr_t bias;
    uint64_t size;

    forged_image_make(&forged);
    image = forged_open(FORGED_SIZE);
    bias = (uintptr_t)hw_image_symbol(image, &size) - BACK;
    g_assert_false(hw_image_is_code(image, (uintptr_t)strlen));
    hw_image_loaded_at(image, bias);
    g_assert_true(hw_image_is_code(image, (uintptr_t)imports_are_code_of_any_object));
    g_assert_false(hw_image_is_code(image, (uintptr_t)&forged));
    g_assert_false(hw_image_is_code(image, 0));
    hw_image_close(image);
}

static void changes_are_told(void)
{
    HwImage *image;
    int fd = memfd_create("forged", MFD_CLOEXEC);
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);

    forged_image_make(&forged);
    g_assert_cmpint(pwrite(fd, &forged, FORGED_SIZE, 0), ==, (gssize)FORGED_SIZE);
    image = hw_image_open(path, HW_PLUGIN_SYMBOL, NULL, &error);
    g_assert_true(hw_image_is_unchanged(image));
    g_assert_cmpint(futimens(fd, (struct timespec[2]) { { 1, 0 }, { 1, 0 } }), ==, 0);
    g_assert_false(hw_image_is_unchanged(image));
    hw_image_close(image);
    close(fd);
}

/* -------------------------------------------------------------------- the file */

static void short_files_are_refused(void)
{
    static const struct {
        size_t size;
        const char *expected;
    } files[] = {
        { 0, "is not a shared object: expected an ELF file" },
        { 3, "is not a shared object: expected an ELF file" },
        { 4, "is truncated: the ELF header takes 0x40 bytes at 0x0, the file has 0x4" },
        { 63, "is truncated: the ELF header takes 0x40 bytes at 0x0, the file has 0x3f" },
        { 64,
          "is truncated: the program header table takes 0x268 bytes at 0x40, the file has 0x40" },
        { FORGED_SIZE - 1,
          "is truncated: the section header table takes 0x40 bytes at 0x20010, the "
          "file has 0x2004f" },
    };

    forged_image_make(&forged);
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *expected = g_strconcat("forged.so: ", files[i].expected, NULL);

        g_assert_null(forged_open(files[i].size));
        g_assert_cmpstr(error.text, ==, expected);
    }
}

/* A file may end after it was opened, or can't be read at all. */
static void reading_fails_with_a_sentence(void)
{
    HwPlace place = { NULL, NULL, "forged.so", 0 };
    HwElfFile file = {
        .fd = memfd_create("forged", MFD_CLOEXEC), .size = 100, .place = &place, .error = &error
    };
    char bytes[8];

    g_assert_cmpint(pwrite(file.fd, "0123456789", 10, 0), ==, 10);
    g_assert_true(hw_elf_file_read(&file, "a segment", 2, bytes, 8));
    g_assert_cmpmem(bytes, 8, "23456789", 8);
    g_assert_false(hw_elf_file_read(&file, "a segment", 3, bytes, 8));
    g_assert_cmpstr(error.text, ==, "forged.so: is truncated: it ends at 0xa, a segment at 0xb");
    hw_elf_file_close(&file);
    file.fd = -1;
    g_assert_false(hw_elf_file_read(&file, "a segment", 3, bytes, 8));
    g_assert_cmpstr(error.text, ==, "forged.so: can't be read: Bad file descriptor");
}

static void add_rows(const ForgedGroup *group)
{
    for (size_t i = 0; i < group->count; i++) {
        g_autofree char *path = g_strconcat("/forged-image/", group->name, "/", group->rows[i].name,
                                            NULL);

        g_test_add_data_func(path, &group->rows[i], has_verdict);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; forged_groups[i].name; i++) {
        add_rows(&forged_groups[i]);
    }
    g_test_add_func("/forged-image/segments-are-counted", segments_are_counted);
    g_test_add_func("/forged-image/libraries-are-counted", libraries_are_counted);
    g_test_add_func("/forged-image/pointers-are-relocated", pointers_are_relocated);
    g_test_add_func("/forged-image/absolute-symbols-stay", absolute_symbols_stay);
    g_test_add_func("/forged-image/places-are-told", places_are_told);
    g_test_add_func("/forged-image/strings-end-in-their-segment", strings_end_in_their_segment);
    g_test_add_func("/forged-image/imports-are-code-of-any-object", imports_are_code_of_any_object);
    g_test_add_func("/forged-image/changes-are-told", changes_are_told);
    g_test_add_func("/forged-image/short-files-are-refused", short_files_are_refused);
    g_test_add_func("/forged-image/reading-fails-with-a-sentence", reading_fails_with_a_sentence);
    return g_test_run();
}
