/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that the dynamic linker does not survive, and files that inspection can't judge. */
#include "hw-api/host/image/elf-machine.h"
#include "qtest/tests/hw-api/plugin-edit.h"

#define NOTHING 0x60000099 /* a tag that no linker knows */

/* The types of relocations are in the lower half of a word. */
#define TYPE   (offsetof(Elf64_Rela, r_info) + (G_BYTE_ORDER == G_BIG_ENDIAN ? 4 : 0))
#define SYMBOL (offsetof(Elf64_Rela, r_info) + (G_BYTE_ORDER == G_BIG_ENDIAN ? 0 : 4))

typedef struct Refusal {
    const char *test;
    const char *fixture; /* NULL: "quiet.so" */
    Edit edits[3];
    const char *expected; /* part of the sentence; NULL: it is read, but not proven */
    const char *unproven;
} Refusal;

/* clang-format off */
static const Refusal refusals[] = {
    { "program-headers/too-many", NULL, { HEADER(e_phnum, 65) },
      "has 65 program headers of 56 bytes, expected at most 64 of 56" },
    { "section-headers/none", NULL, { HEADER(e_shnum, 0) },
      "has 0 section headers of 64 bytes, expected 1 or more of 64" },

    { "segment/aligned-below-a-page", NULL, { SET_SEGMENT(0, p_align, 8) },
      "segment 0: is aligned to 0x8 with offset 0x0 at 0x0, expected the same place in both" },
    { "segment/aligned-by-no-power-of-2", NULL, { SET_SEGMENT(0, p_align, 0x30000) },
      "segment 0: is aligned to 0x30000" },
    { "segment/aligned-too-much", NULL, { SET_SEGMENT(0, p_align, 1 << 30) },
      "segment 0: is aligned to 0x40000000" },
    { "segment/elsewhere-in-its-page", NULL, { ADD_SEGMENT(1, p_vaddr, 8) },
      "segment 1: is aligned to" },
    { "segment/larger-in-the-file", NULL, { ADD_SEGMENT(0, p_filesz, 1) },
      "segment 0: takes 0x" },
    { "segment/empty", NULL, { SET_SEGMENT(1, p_filesz, 0), SET_SEGMENT(1, p_memsz, 0) },
      "segment 1: takes 0x0 bytes of the file, expected at most its size in memory, 0x0, and that "
      "not 0" },
    { "segment/in-the-page-of-another", NULL,
      { SET_SEGMENT(1, p_vaddr, 0), SET_SEGMENT(1, p_offset, 0) },
      "expected segments in ascending order and in pages of their own" },
    { "segment/writable-and-executable", NULL, { SET_SEGMENT(1, p_flags, PF_R | PF_W | PF_X) },
      "segment 1: is writable and executable, expected one of both" },

    { "dynamic/missing", NULL, { SET_PROGRAM(PT_DYNAMIC, p_type, PT_NULL) },
      "has no PT_DYNAMIC, expected one" },
    { "dynamic/twice", NULL, { SET_PROGRAM(PT_NOTE, p_type, PT_DYNAMIC) },
      "has PT_DYNAMIC twice, expected one" },
    { "dynamic/other-bytes-than-in-the-file", NULL, { ADD_PROGRAM(PT_DYNAMIC, p_vaddr, 8) },
      "has PT_DYNAMIC of " },
    { "dynamic/outside-of-segments", NULL, { SET_PROGRAM(PT_DYNAMIC, p_vaddr, 1 << 30) },
      "has PT_DYNAMIC of " },
    { "dynamic/larger-in-memory", NULL, { ADD_PROGRAM(PT_DYNAMIC, p_memsz, 16) },
      ", expected the same size and bytes of a segment" },
    { "dynamic/read-only", NULL, { SET_PROGRAM(PT_DYNAMIC, p_flags, PF_R) },
      "with flags 0x4, expected it in a writable segment" },
    { "dynamic/in-read-only-segment", NULL,
      { SET_PROGRAM(PT_DYNAMIC, p_vaddr, 0), SET_PROGRAM(PT_DYNAMIC, p_offset, 0) },
      "has PT_DYNAMIC at 0x0 with flags 0x6, expected it in a writable segment" },
    { "dynamic/endless", NULL,
      { SET_PROGRAM(PT_DYNAMIC, p_memsz, 16), SET_PROGRAM(PT_DYNAMIC, p_filesz, 16) },
      "has no DT_NULL in its 1 dynamic entries, expected one of the first 1024" },

    { "stack/executable", NULL, { SET_PROGRAM(PT_GNU_STACK, p_flags, PF_R | PF_W | PF_X) },
      "asks for executable stacks, expected PT_GNU_STACK without it: link it with "
      "-z noexecstack" },
    { "stack/executable-by-default", NULL, { SET_PROGRAM(PT_GNU_STACK, p_type, PT_NULL) },
      "has no PT_GNU_STACK, expected one" },
    { "relro/outside-of-segment", NULL, { SET_PROGRAM(PT_GNU_RELRO, p_memsz, 1 << 20) },
      "has PT_GNU_RELRO of 0x100000 bytes" },
    { "relro/of-read-only-segment", NULL,
      { SET_PROGRAM(PT_GNU_RELRO, p_vaddr, 0), SET_PROGRAM(PT_GNU_RELRO, p_offset, 0) },
      "has PT_GNU_RELRO of " },
    { "unwind-table/outside-of-segment", NULL, { SET_PROGRAM(PT_GNU_EH_FRAME, p_vaddr, 1 << 30) },
      "has PT_GNU_EH_FRAME of " },
    { "note/outside-of-segment", NULL, { SET_PROGRAM(PT_NOTE, p_vaddr, 1 << 30) },
      "has PT_NOTE of " },
    { "note/longer-than-its-table", NULL, { SET_BYTES(SHT_NOTE, 4, 4, UINT32_MAX) },
      "has a note of 0x" },
    { "note/name-longer-than-its-table", NULL, { SET_BYTES(SHT_NOTE, 0, 4, UINT32_MAX) },
      "has a note of 0x" },
    { "property/outside-of-segment", NULL,
      { SET_PROGRAM(PT_NOTE, p_type, PT_GNU_PROPERTY), SET_PROGRAM(PT_NOTE, p_vaddr, 1 << 30) },
      "has PT_GNU_PROPERTY " },
    { "interpreter", NULL, { SET_PROGRAM(PT_NOTE, p_type, PT_INTERP) },
      "is a program: it has PT_INTERP, expected a shared object" },
    { "table-of-headers/elsewhere", NULL, { SET_PROGRAM(PT_NOTE, p_type, PT_PHDR) },
      "in the file, expected 0x40" },
    { "table-of-headers/outside-of-segment", NULL,
      { SET_PROGRAM(PT_NOTE, p_type, PT_PHDR), SET_PROGRAM(PT_NOTE, p_vaddr, 1 << 30) },
      "has PT_PHDR of " },

    { "thread-local/aligned-by-0", "thread-local.so", { SET_PROGRAM(PT_TLS, p_align, 0) },
      "aligned to 0x0, expected at most 0x100000, no more, and a power of 2 of at most 4096" },
    { "thread-local/aligned-by-no-power-of-2", "thread-local.so",
      { SET_PROGRAM(PT_TLS, p_align, 3) },
      "aligned to 0x3, expected" },
    { "thread-local/aligned-too-much", "thread-local.so", { SET_PROGRAM(PT_TLS, p_align, 8192) },
      "aligned to 0x2000, expected" },
    { "thread-local/too-large", "thread-local.so", { SET_PROGRAM(PT_TLS, p_memsz, 1 << 21) },
      "has PT_TLS of 0x200000 bytes in memory" },
    { "thread-local/larger-in-the-file", "thread-local.so", { ADD_PROGRAM(PT_TLS, p_filesz, 1) },
      "has PT_TLS of " },
    { "thread-local/outside-of-segment", "thread-local.so",
      { SET_PROGRAM(PT_TLS, p_vaddr, 1 << 30) },
      "has PT_TLS of " },

    { "entry/twice", NULL, { SET_TAG(DT_SYMENT, DT_STRSZ) }, "has DT_STRSZ twice, expected one" },
    { "entry/relocations-without-addends", NULL, { SET_TAG(DT_SYMENT, DT_REL) },
      "has DT_REL, expected DT_RELA" },
    { "entry/relocations-of-code", NULL, { SET_TAG(DT_SYMENT, DT_TEXTREL) },
      "has DT_TEXTREL, expected code without relocations: compile it with -fPIC" },
    { "entry/auxiliary-filter", NULL, { SET_TAG(DT_SYMENT, DT_AUXILIARY) },
      "has DT_AUXILIARY, expected no filters" },
    { "entry/filter", NULL, { SET_TAG(DT_SYMENT, DT_FILTER) },
      "has DT_FILTER, expected no filters" },
    { "entry/size-of-symbols", NULL, { SET_VALUE(DT_SYMENT, 23) },
      "has DT_SYMENT 0x17, expected 0x18" },
    { "entry/size-of-relocations", NULL, { SET_VALUE(DT_RELAENT, 0) },
      "has DT_RELAENT 0x0, expected 0x18" },
    { "entry/size-of-packed-relocations", "packed.so", { SET_VALUE(DT_RELRENT, 4) },
      "has DT_RELRENT 0x4, expected 0x8" },
    { "entry/kind-of-relocations", "good.so", { SET_VALUE(DT_PLTREL, DT_REL) },
      "has DT_PLTREL 0x11, expected 0x7" },
    { "entry/flags", NULL, { SET_TAG(DT_SYMENT, DT_FLAGS), SET_VALUE(DT_SYMENT, DF_TEXTREL) },
      "has DT_FLAGS 0x4, expected none but 0x1b" },
    { "entry/flags-1", NULL,
      { SET_TAG(DT_SYMENT, DT_FLAGS_1), SET_VALUE(DT_SYMENT, DF_1_INITFIRST) },
      "has DT_FLAGS_1 0x20, expected none but 0x889" },

    { "pair/names-without-size", NULL, { SET_TAG(DT_STRSZ, NOTHING) },
      "has DT_STRTAB without DT_STRSZ, expected both or neither" },
    { "pair/size-without-names", NULL, { SET_TAG(DT_STRTAB, NOTHING) },
      "has DT_STRSZ without DT_STRTAB, expected both or neither" },
    { "pair/relocations-without-size", NULL, { SET_TAG(DT_RELASZ, NOTHING) },
      "has DT_RELA without DT_RELASZ, expected both or neither" },
    { "pair/relocations-without-entry", NULL, { SET_TAG(DT_RELAENT, NOTHING) },
      "has DT_RELA without DT_RELAENT, expected both or neither" },
    { "pair/packed-relocations-without-size", "packed.so", { SET_TAG(DT_RELRSZ, NOTHING) },
      "has DT_RELR without DT_RELRSZ, expected both or neither" },
    { "pair/packed-relocations-without-entry", "packed.so", { SET_TAG(DT_RELRENT, NOTHING) },
      "has DT_RELR without DT_RELRENT, expected both or neither" },
    { "pair/calls-without-size", "good.so", { SET_TAG(DT_PLTRELSZ, NOTHING) },
      "has DT_JMPREL without DT_PLTRELSZ, expected both or neither" },
    { "pair/calls-without-kind", "good.so", { SET_TAG(DT_PLTREL, NOTHING) },
      "has DT_JMPREL without DT_PLTREL, expected both or neither" },
    { "pair/needed-versions-without-number", "good.so", { SET_TAG(DT_VERNEEDNUM, NOTHING) },
      "has DT_VERNEED without DT_VERNEEDNUM, expected both or neither" },
    { "pair/defined-versions-without-number", NULL, { SET_TAG(DT_SYMENT, DT_VERDEF) },
      "has DT_VERDEF without DT_VERDEFNUM, expected both or neither" },
    { "pair/initialisers-without-size", "good.so", { SET_TAG(DT_INIT_ARRAYSZ, NOTHING) },
      "has DT_INIT_ARRAY without DT_INIT_ARRAYSZ, expected both or neither" },
    { "pair/finalisers-without-size", "good.so", { SET_TAG(DT_FINI_ARRAYSZ, NOTHING) },
      "has DT_FINI_ARRAY without DT_FINI_ARRAYSZ, expected both or neither" },
    { "pair/early-initialisers-without-size", NULL, { SET_TAG(DT_SYMENT, DT_PREINIT_ARRAY) },
      "has DT_PREINIT_ARRAY without DT_PREINIT_ARRAYSZ, expected both or neither" },
    { "pair/needed-versions-without-symbols'", "good.so", { SET_TAG(DT_VERSYM, NOTHING) },
      "has DT_VERNEED or DT_VERDEF without DT_VERSYM, expected both or neither" },
    { "pair/symbols'-versions-without-lists", NULL, { SET_TAG(DT_SYMENT, DT_VERSYM) },
      "has DT_VERSYM without DT_VERNEED or DT_VERDEF, expected both or neither" },
    { "pair/no-symbols", NULL, { SET_TAG(DT_GNU_HASH, NOTHING) },
      "lacks dynamic symbols, expected DT_SYMTAB, DT_STRTAB and DT_GNU_HASH or DT_HASH" },

    { "table/of-odd-size", NULL, { ADD_VALUE(DT_RELASZ, 1) }, "bytes, expected entries of 24" },
    { "table/outside-of-segments", NULL, { SET_VALUE(DT_STRTAB, 1 << 30) },
      "has DT_STRTAB of " },
    { "table/of-symbols-outside-of-segments", NULL, { SET_VALUE(DT_SYMTAB, 1 << 30) },
      "has DT_SYMTAB of " },
    { "table/of-calls-outside-of-segments", "good.so", { SET_VALUE(DT_PLTGOT, 1 << 30) },
      "has DT_PLTGOT at 0x40000000, expected it in a segment" },
    { "table/of-initialisers-outside-of-segments", "good.so",
      { SET_VALUE(DT_INIT_ARRAY, 1 << 30) },
      " at 0x40000000, expected 8 for each function, in a segment" },
    { "table/of-initialisers-of-odd-size", "good.so", { SET_VALUE(DT_INIT_ARRAYSZ, 7) },
      "has DT_INIT_ARRAY of 0x7 bytes" },
    { "name/of-library-outside-of-names", "good.so", { SET_VALUE(DT_NEEDED, 1 << 30) },
      "has DT_NEEDED with a name at 0x40000000, expected less than" },
    { "name/of-path-outside-of-names", NULL,
      { SET_TAG(DT_SYMENT, DT_RUNPATH), SET_VALUE(DT_SYMENT, 1 << 30) },
      "has DT_RUNPATH with a name at 0x40000000, expected less than" },
    { "name/without-end", NULL, { ADD_VALUE(DT_STRSZ, (uint64_t)-1) },
      " bytes, expected a zero at its end" },
    { "name/of-symbol-outside-of-names", NULL,
      { SET_BYTES(SHT_DYNSYM, sizeof(Elf64_Sym), 4, 0xffffff) },
      "has symbol 1 with a name at 0xffffff, expected less than" },

    { "gnu-hash/outside-of-segments", NULL, { SET_VALUE(DT_GNU_HASH, 1 << 30) },
      "has DT_GNU_HASH at 0x40000000, expected it in a segment" },
    { "gnu-hash/without-buckets", NULL, { SET_BYTES(SHT_GNU_HASH, 0, 4, 0) },
      "has DT_GNU_HASH with buckets 0x0, expected 1 or more in a segment" },
    { "gnu-hash/with-too-many-buckets", NULL, { SET_BYTES(SHT_GNU_HASH, 0, 4, 1 << 30) },
      "has DT_GNU_HASH with buckets 0x40000000" },
    { "gnu-hash/without-filter", NULL, { SET_BYTES(SHT_GNU_HASH, 8, 4, 0) },
      "has DT_GNU_HASH with words of a filter 0x0, expected a power of 2" },
    { "gnu-hash/with-odd-filter", NULL, { SET_BYTES(SHT_GNU_HASH, 8, 4, 3) },
      "has DT_GNU_HASH with words of a filter 0x3, expected a power of 2" },
    { "gnu-hash/with-wide-shift", NULL, { SET_BYTES(SHT_GNU_HASH, 12, 4, 32) },
      "has DT_GNU_HASH with shift 0x20, expected less than 32" },
    { "gnu-hash/bucket-before-the-first", NULL, { SET_BYTES(SHT_GNU_HASH, 4, 4, 0xffff) },
      "expected 0 or the first one's or more" },
    { "gnu-hash/endless-bucket", NULL, { SET_BYTES(SHT_GNU_HASH, 24, 4, 0xffffff) },
      "has DT_GNU_HASH with a bucket at symbol 0xffffff, expected its end in the same segment" },
    { "gnu-hash/filter-without-the-symbol", NULL, { SET_BYTES(SHT_GNU_HASH, 16, 8, 0) },
      "has no hw_plugin, expected a data object of that name" },
    { "old-hash/outside-of-segments", "old-hash.so", { SET_VALUE(DT_HASH, 1 << 30) },
      "has DT_HASH at 0x40000000, expected it in a segment" },
    { "old-hash/without-buckets", "old-hash.so",
      { SET_BYTES(SHT_HASH, 0, sizeof(HwElfHashWord), 0) },
      "has DT_HASH with buckets 0x0, expected 1 or more in a segment" },
    { "old-hash/too-many-symbols", "old-hash.so",
      { SET_BYTES(SHT_HASH, sizeof(HwElfHashWord), sizeof(HwElfHashWord), 0xffffff) },
      "has DT_HASH of " },
    { "old-hash/symbol-out-of-bounds", "old-hash.so",
      { SET_BYTES(SHT_HASH, 2 * sizeof(HwElfHashWord), sizeof(HwElfHashWord), 0xffff) },
      "has DT_HASH with symbol 0xffff, expected less than its number of symbols" },
    { "both-hashes/other-number-of-symbols", "both-hashes.so",
      { ADD_BYTES(SHT_HASH, sizeof(HwElfHashWord), sizeof(HwElfHashWord), 1) },
      " in DT_HASH, expected the same number" },

    { "version/of-the-list", "imports.so", { SET_BYTES(SHT_GNU_verneed, 0, 2, 2) },
      "has DT_VERNEED of version 2, expected 1" },
    { "version/outside-of-segment", "imports.so", { SET_BYTES(SHT_GNU_verneed, 8, 4, 0x7fffffff) },
      "has a version at 0x" },
    { "version/of-library-not-needed", "imports.so", { SET_BYTES(SHT_GNU_verneed, 4, 4, 0) },
      "has versions of a library that it does not need: expected one of DT_NEEDED" },
    { "version/with-name-outside-of-names", "imports.so",
      { SET_BYTES(SHT_GNU_verneed, 16 + 8, 4, 0xffffff) },
      "has a version with a name at 0xffffff, expected less than" },
    { "version/with-number-of-none", "imports.so", { SET_BYTES(SHT_GNU_verneed, 16 + 6, 2, 1) },
      "has a version numbered 1, expected 2 or more" },
    { "version/of-symbol-unknown", "imports.so", { SET_BYTES(SHT_GNU_versym, 2, 2, 77) },
      "has symbol 1 of version 77, expected one of DT_VERNEED or DT_VERDEF" },
    { "version/numbers-outside-of-segment", "imports.so", { SET_VALUE(DT_VERSYM, 1 << 30) },
      "has DT_VERSYM of " },

    { "relocation/of-read-only-segment", NULL, { SET_BYTES(SHT_RELA, 0, 8, 8) },
      "has a relocation at 0x8, expected it in a writable segment" },
    { "relocation/packed-of-read-only-segment", "packed.so", { SET_BYTES(SHT_RELR, 0, 8, 8) },
      "has a relocation at 0x8, expected it in a writable segment" },
    { "relocation/packed-outside-of-segments", "packed.so", { SET_BYTES(SHT_RELR, 0, 8, 1 << 30) },
      "has a relocation at 0x40000000, expected it in a writable segment" },
    { "relocation/of-other-type-than-counted", NULL, { SET_BYTES(SHT_RELA, TYPE, 4, R_ABSOLUTE) },
      "has relocation 0 of type " },
    { "relocation/more-counted-than-there-are", NULL, { SET_VALUE(DT_RELACOUNT, 1 << 30) },
      "has DT_RELACOUNT 1073741824, expected at most its " },
    { "relocation/of-unknown-type", NULL,
      { SET_VALUE(DT_RELACOUNT, 0), SET_BYTES(SHT_RELA, TYPE, 4, 0x7777) },
      "of type 30583, expected one that a pointer has" },
    { "relocation/with-unknown-symbol", NULL,
      { SET_VALUE(DT_RELACOUNT, 0), SET_BYTES(SHT_RELA, SYMBOL, 4, 0xffff) },
      "has a relocation with symbol 65535, expected less than" },
    { "relocation/thread-local-without-variables", NULL,
      { SET_VALUE(DT_RELACOUNT, 0), SET_BYTES(SHT_RELA, TYPE, 4, R_TLS_MODULE) },
      "expected it with PT_TLS" },

    { "unproven/initialisers", "good.so", { { 0 } }, NULL, "initialisers" },
    { "unproven/early-initialisers", NULL,
      { SET_TAG(DT_SYMENT, DT_PREINIT_ARRAY), SET_TAG(DT_RELACOUNT, DT_PREINIT_ARRAYSZ),
        SET_VALUE(DT_RELACOUNT, 8) }, NULL, "initialisers" },
    { "unproven/entry", NULL, { SET_TAG(DT_SYMENT, DT_INIT) }, NULL, "initialisers" },
    { "unproven/exit", NULL, { SET_TAG(DT_SYMENT, DT_FINI) }, NULL, "initialisers" },
    { "unproven/indirect-functions", "indirect.so", { { 0 } }, NULL, "indirect functions" },
    { "unproven/unique-symbols", NULL,
      { SET_BYTES(SHT_DYNSYM, sizeof(Elf64_Sym) + 4, 1,
                  ELF64_ST_INFO(STB_GNU_UNIQUE, STT_OBJECT)) }, NULL, "unique symbols" },
    { "unproven/library-without-versions", "imports.so",
      { SET_TAG(DT_SYMENT, DT_NEEDED), SET_VALUE(DT_SYMENT, 0) },
      NULL, "a library without versions" },
    { "unproven/thread-local-of-another", "thread-local.so",
      { SET_VALUE(DT_RELACOUNT, 0), SET_BYTES(SHT_RELA, TYPE, 4, R_TLS_MODULE),
        SET_BYTES(SHT_RELA, SYMBOL, 4, 1) }, NULL, "variables of threads in another object" },
};
/* clang-format on */

static void refuses(gconstpointer data)
{
    const Refusal *refusal = data;
    const char *fixture = refusal->fixture ? refusal->fixture : "quiet.so";
    PluginCopy copy;

    if (!g_file_test(g_test_get_filename(G_TEST_BUILT, "plugins", fixture, NULL),
                     G_FILE_TEST_EXISTS)) {
        g_test_skip("this compiler can't build the fixture");
        return;
    }
    plugin_copy_open_fixture(&copy, fixture);
    for (size_t i = 0; i < G_N_ELEMENTS(refusal->edits) && refusal->edits[i].where; i++) {
        plugin_edit(&copy, &refusal->edits[i]);
    }
    if (refusal->expected) {
        plugin_assert_refused(&copy, refusal->expected);
    } else {
        plugin_assert_unproven(&copy, refusal->unproven);
    }
    plugin_copy_close(&copy);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strconcat("/plugin-image/refuses/", refusals[i].test, NULL);

        g_test_add_data_func(path, &refusals[i], refuses);
    }
    return g_test_run();
}
