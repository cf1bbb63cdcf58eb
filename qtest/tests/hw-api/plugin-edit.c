/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/hw-api/plugin-edit.h"

#include <string.h>

#include "hw-api/host/image/image.h"

size_t plugin_edit_program(const PluginCopy *copy, uint32_t type, uint64_t index)
{
    const Elf64_Phdr *headers = plugin_copy_program_headers(copy);
    size_t i = 0;

    while (headers[i].p_type != type || index--) {
        i++;
        g_assert_cmpuint(i, <, plugin_copy_header(copy)->e_phnum);
    }
    return plugin_copy_header(copy)->e_phoff + i * sizeof(*headers);
}

size_t plugin_edit_dynamic(const PluginCopy *copy, int64_t tag)
{
    size_t at = plugin_copy_section(copy, SHT_DYNAMIC)->sh_offset;

    while (((const Elf64_Dyn *)(copy->bytes + at))->d_tag != tag) {
        g_assert_cmpint(((const Elf64_Dyn *)(copy->bytes + at))->d_tag, !=, DT_NULL);
        at += sizeof(Elf64_Dyn);
    }
    return at;
}

static size_t edit_find(const PluginCopy *copy, const Edit *edit)
{
    switch (edit->where) {
    case PROGRAM:
        return plugin_edit_program(copy, (uint32_t)edit->which, 0);
    case SEGMENT:
        return plugin_edit_program(copy, PT_LOAD, edit->which);
    case DYNAMIC:
        return plugin_edit_dynamic(copy, (int64_t)edit->which);
    case SECTION:
        return plugin_copy_section(copy, (uint32_t)edit->which)->sh_offset;
    default:
        return 0;
    }
}

void plugin_edit(PluginCopy *copy, const Edit *edit)
{
    size_t at = edit_find(copy, edit) + edit->field;
    uint64_t value = 0;

    uint8_t *low = (uint8_t *)&value + (G_BYTE_ORDER == G_BIG_ENDIAN ? 8 - edit->size : 0);

    memcpy(low, copy->bytes + at, edit->size);
    value = edit->add ? value + edit->value : edit->value;
    plugin_copy_store(copy, at, low, edit->size);
}

/* --------------------------------------------------------------------- verdict */

static bool copy_inspect(PluginCopy *copy, HwError *error, const char **unproven)
{
    HwPlace place = { NULL, NULL, copy->path, 0 };
    HwImage *image = hw_image_open(copy->path, HW_PLUGIN_SYMBOL, &place, error);
    bool good = image;

    *unproven = image ? hw_image_unproven(image) : NULL;
    hw_image_close(image);
    return good;
}

void plugin_assert_refused(PluginCopy *copy, const char *expected)
{
    HW_ERROR(error, 512);
    const char *unproven;

    g_assert_false(copy_inspect(copy, &error, &unproven));
    g_test_message("%s", error.text);
    g_assert_true(g_str_has_prefix(error.text, copy->path));
    g_assert_nonnull(strstr(error.text, expected));
}

void plugin_assert_unproven(PluginCopy *copy, const char *expected)
{
    HW_ERROR(error, 512);
    const char *unproven;
    bool good = copy_inspect(copy, &error, &unproven);

    g_assert_cmpstr(error.text, ==, "");
    g_assert_true(good);
    g_assert_cmpstr(unproven, ==, expected);
}
