/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that need more than one changed field to be refused, and files that are proven. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "hw-api/host/image/elf-machine.h"
#include "qtest/tests/hw-api/plugin-edit.h"
#include "qtest/tests/lib/sanitized.h"

static uint64_t dynamic_value(const PluginCopy *copy, int64_t tag)
{
    return ((const Elf64_Dyn *)(copy->bytes + plugin_edit_dynamic(copy, tag)))->d_un.d_val;
}

static void set_value(PluginCopy *copy, int64_t tag, uint64_t value)
{
    plugin_copy_store(copy, plugin_edit_dynamic(copy, tag) + 8, &value, sizeof(value));
}

/* Appends the bytes to the file, as a segment that has the program header of PT_NOTE. */
static uint64_t add_segment(PluginCopy *copy, const void *bytes, size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint64_t offset = (copy->size + page - 1) / page * page;
    uint64_t address = (UINT64_C(1) << 24) + offset;
    Elf64_Phdr header = { PT_LOAD, PF_R, offset, address, address, size, size, page };

    g_assert_cmpuint(page, <=, 1 << 16);
    plugin_copy_store(copy, plugin_edit_program(copy, PT_NOTE, 0), &header, sizeof(header));
    plugin_copy_store(copy, offset, bytes, size);
    return address;
}

static void added_segment_is_read(PluginCopy *copy)
{
    add_segment(copy, "lamp", 4);
    plugin_assert_unproven(copy, NULL);
}

static void set_all_headers(PluginCopy *copy, const Elf64_Phdr *header, Elf64_Half count)
{
    uint64_t offset = copy->size;

    for (Elf64_Half i = 0; i < count; i++) {
        plugin_copy_store(copy, offset + i * sizeof(*header), header, sizeof(*header));
    }
    plugin_copy_store(copy, offsetof(Elf64_Ehdr, e_phoff), &offset, sizeof(offset));
    plugin_copy_store(copy, offsetof(Elf64_Ehdr, e_phnum), &count, sizeof(count));
}

static void no_segments_are_refused(PluginCopy *copy)
{
    set_all_headers(copy, &(Elf64_Phdr) { PT_NULL }, 1);
    plugin_assert_refused(copy, "has no segments, expected 1 or more");
}

/* Each of them a page further, so that only their number is wrong. */
static void too_many_segments_are_refused(PluginCopy *copy)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

    set_all_headers(copy, &(Elf64_Phdr) { PT_LOAD, PF_R, 0, 0, 0, 1, 1, page }, 33);
    for (uint64_t i = 0; i < 33; i++) {
        uint64_t address = i * page;

        plugin_copy_store(copy, copy->size + i * sizeof(Elf64_Phdr) + offsetof(Elf64_Phdr, p_vaddr),
                          &address, sizeof(address));
    }
    plugin_assert_refused(copy, "has too many segments, expected at most 32");
}

static void headers_outside_of_segments_are_refused(PluginCopy *copy)
{
    const Elf64_Ehdr *header = plugin_copy_header(copy);
    uint64_t offset = (copy->size + 0xffff) & ~UINT64_C(0xffff);
    g_autofree char *sentence = g_strdup_printf("has its program headers at 0x%" PRIx64
                                                ", expected them in a segment",
                                                offset);

    plugin_copy_store(copy, offset, copy->bytes + header->e_phoff,
                      header->e_phnum * sizeof(Elf64_Phdr));
    plugin_copy_store(copy, offsetof(Elf64_Ehdr, e_phoff), &offset, sizeof(offset));
    plugin_assert_refused(copy, sentence);
}

/* glibc changes addresses there as it reads them. */
static void table_in_dynamic_section_is_refused(PluginCopy *copy)
{
    set_value(copy, DT_STRTAB, plugin_copy_section(copy, SHT_DYNAMIC)->sh_addr);
    plugin_assert_refused(copy, "expected them in a segment and outside of PT_DYNAMIC");
}

static void calls_within_relocations_are_refused(PluginCopy *copy)
{
    set_value(copy, DT_JMPREL, dynamic_value(copy, DT_RELA));
    plugin_assert_refused(copy, "expected it outside of DT_RELA at 0x");
}

static void relocation_of_dynamic_section_is_refused(PluginCopy *copy)
{
    uint64_t address = plugin_copy_section(copy, SHT_DYNAMIC)->sh_addr + 8;

    plugin_copy_store(copy, plugin_copy_section(copy, SHT_RELA)->sh_offset, &address,
                      sizeof(address));
    plugin_assert_refused(copy, "expected it outside of what the linker reads");
}

/* The one symbol follows itself. */
static void circular_chain_is_refused(PluginCopy *copy)
{
    const Elf64_Shdr *section = plugin_copy_section(copy, SHT_HASH);
    const HwElfHashWord *table = (const HwElfHashWord *)(copy->bytes + section->sh_offset);
    HwElfHashWord last = table[1] - 1;

    plugin_copy_store(copy, section->sh_offset + (2 + table[0] + last) * sizeof(last), &last,
                      sizeof(last));
    plugin_assert_refused(copy, "has DT_HASH with a chain that returns to symbol 0x");
}

static const Elf64_Verneed *copy_versions(const PluginCopy *copy)
{
    return (const Elf64_Verneed *)(copy->bytes +
                                   plugin_copy_section(copy, SHT_GNU_verneed)->sh_offset);
}

static void versions_of_library_twice_are_refused(PluginCopy *copy)
{
    const Elf64_Verneed *first = copy_versions(copy);
    const Elf64_Vernaux *version = (const Elf64_Vernaux *)((const uint8_t *)first + first->vn_aux);
    struct {
        Elf64_Verneed library;
        Elf64_Vernaux version;
    } lists[2] = { { *first, *version }, { *first, *version } };

    for (int i = 0; i < 2; i++) {
        lists[i].library.vn_aux = sizeof(*first);
        lists[i].library.vn_next = i ? 0 : sizeof(lists[0]);
        lists[i].version.vna_next = 0;
    }
    set_value(copy, DT_VERNEED, add_segment(copy, lists, sizeof(lists)));
    plugin_assert_refused(copy, "has versions of the same library twice, expected one list");
}

static void too_many_versions_are_refused(PluginCopy *copy)
{
    enum { COUNT = 0x8001 };
    const Elf64_Verneed *first = copy_versions(copy);
    const Elf64_Vernaux *version = (const Elf64_Vernaux *)((const uint8_t *)first + first->vn_aux);
    g_autofree Elf64_Vernaux *versions = g_new(Elf64_Vernaux, COUNT);

    memcpy(versions, first, sizeof(*versions));
    ((Elf64_Verneed *)versions)->vn_aux = sizeof(*versions);
    for (size_t i = 1; i < COUNT; i++) {
        versions[i] = *version;
        versions[i].vna_next = i + 1 < COUNT ? sizeof(*versions) : 0;
    }
    set_value(copy, DT_VERNEED, add_segment(copy, versions, COUNT * sizeof(*versions)));
    plugin_assert_refused(copy, "has too many versions, expected at most 32768");
}

typedef struct Case {
    const char *test;
    const char *fixture;
    void (*run)(PluginCopy *copy);
} Case;

static const Case cases[] = {
    { "segment/added-is-read", "quiet.so", added_segment_is_read },
    { "segment/none", "quiet.so", no_segments_are_refused },
    { "segment/too-many", "quiet.so", too_many_segments_are_refused },
    { "program-headers/outside-of-segments", "quiet.so", headers_outside_of_segments_are_refused },
    { "table/in-dynamic-section", "quiet.so", table_in_dynamic_section_is_refused },
    { "table/of-calls-within-relocations", "good.so", calls_within_relocations_are_refused },
    { "relocation/of-dynamic-section", "quiet.so", relocation_of_dynamic_section_is_refused },
    { "old-hash/circle", "old-hash.so", circular_chain_is_refused },
    { "version/of-library-twice", "imports.so", versions_of_library_twice_are_refused },
    { "version/too-many", "imports.so", too_many_versions_are_refused },
};

static void runs_case(gconstpointer data)
{
    const Case *test = data;
    PluginCopy copy;

    plugin_copy_open_fixture(&copy, test->fixture);
    test->run(&copy);
    plugin_copy_close(&copy);
}

/* ----------------------------------------------------------------------- proven */

static void is_proven(gconstpointer name)
{
    PluginCopy copy;

    plugin_copy_open_fixture(&copy, name);
    plugin_assert_unproven(&copy, NULL);
    plugin_copy_close(&copy);
}

static void devices_are_proven(void)
{
    PluginCopy copy;

    plugin_copy_open(&copy, g_getenv("OUTBOARD_SET"));
    plugin_assert_unproven(&copy, devices_are_sanitized() ? "initialisers" : NULL);
    plugin_copy_close(&copy);
}

int main(int argc, char **argv)
{
    static const char *const proven[] = { "quiet.so",      "imports.so",     "thread-local.so",
                                          "old-hash.so",   "both-hashes.so", "buckets.so",
                                          "old-buckets.so" };

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/plugin-image/refuses/", cases[i].test, NULL);

        g_test_add_data_func(path, &cases[i], runs_case);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(proven); i++) {
        g_autofree char *path = g_strconcat("/plugin-image/proves/", proven[i], NULL);

        g_test_add_data_func(path, proven[i], is_proven);
    }
    g_test_add_func("/plugin-image/proves/devices", devices_are_proven);
    return g_test_run();
}
