/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes to single fields of a copied plugin, and the verdict of the inspection. */
#ifndef OB_TESTS_PLUGIN_EDIT_H
#define OB_TESTS_PLUGIN_EDIT_H

#include <stdbool.h>

#include "qtest/tests/hw-api/plugin-copy.h"

typedef enum Where {
    NOWHERE,
    FILE_HEADER,
    PROGRAM, /* the first program header of type `which` */
    SEGMENT, /* the `which`th PT_LOAD */
    DYNAMIC, /* the dynamic entry with the tag `which` */
    SECTION, /* the contents of the first section of type `which` */
} Where;

typedef struct Edit {
    Where where;
    uint64_t which;
    size_t field;
    size_t size;
    uint64_t value;
    bool add; /* to what was there */
} Edit;

/* clang-format off */
#define HEADER(member, value) { FILE_HEADER, 0, offsetof(Elf64_Ehdr, member), \
                                sizeof(((Elf64_Ehdr *)0)->member), value, false }
#define PHDR(where, which, member, value, add) { where, which, offsetof(Elf64_Phdr, member), \
                                                 sizeof(((Elf64_Phdr *)0)->member), value, add }
/* clang-format on */
#define SET_PROGRAM(type, member, value)  PHDR(PROGRAM, type, member, value, false)
#define ADD_PROGRAM(type, member, value)  PHDR(PROGRAM, type, member, value, true)
#define SET_SEGMENT(index, member, value) PHDR(SEGMENT, index, member, value, false)
#define ADD_SEGMENT(index, member, value) PHDR(SEGMENT, index, member, value, true)
/* clang-format off */
#define SET_TAG(tag, value) { DYNAMIC, tag, 0, 8, value, false }
#define SET_VALUE(tag, value) { DYNAMIC, tag, 8, 8, value, false }
#define ADD_VALUE(tag, value) { DYNAMIC, tag, 8, 8, value, true }
#define SET_BYTES(type, at, size, value) { SECTION, type, at, size, value, false }
#define ADD_BYTES(type, at, size, value) { SECTION, type, at, size, value, true }
/* clang-format on */

void plugin_edit(PluginCopy *copy, const Edit *edit);

/* Offsets in the undamaged file; these fail the test if there is no such entry. */
size_t plugin_edit_program(const PluginCopy *copy, uint32_t type, uint64_t index);
size_t plugin_edit_dynamic(const PluginCopy *copy, int64_t tag);

/* The copy is refused with a sentence that has `expected` in it. */
void plugin_assert_refused(PluginCopy *copy, const char *expected);

/* The copy is read; `expected` is what inspection can't judge, or NULL. */
void plugin_assert_unproven(PluginCopy *copy, const char *expected);

#endif
