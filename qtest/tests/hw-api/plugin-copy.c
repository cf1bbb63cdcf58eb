/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/hw-api/plugin-copy.h"

#include <sys/mman.h>
#include <unistd.h>

void plugin_copy_open(PluginCopy *copy, const char *path)
{
    g_assert_true(g_file_get_contents(path, (char **)&copy->bytes, &copy->size, NULL));
    copy->fd = memfd_create("plugin", MFD_CLOEXEC);
    copy->path = g_strdup_printf("/proc/self/fd/%d", copy->fd);
    plugin_copy_restore(copy);
}

void plugin_copy_open_fixture(PluginCopy *copy, const char *name)
{
    plugin_copy_open(copy, g_test_get_filename(G_TEST_BUILT, "plugins", name, NULL));
}

void plugin_copy_close(PluginCopy *copy)
{
    close(copy->fd);
    g_free(copy->path);
    g_free(copy->bytes);
}

void plugin_copy_store(PluginCopy *copy, size_t offset, const void *bytes, size_t size)
{
    g_assert_cmpint(pwrite(copy->fd, bytes, size, (off_t)offset), ==, (gssize)size);
}

void plugin_copy_restore(PluginCopy *copy)
{
    g_assert_cmpint(ftruncate(copy->fd, (off_t)copy->size), ==, 0);
    plugin_copy_store(copy, 0, copy->bytes, copy->size);
}

const Elf64_Ehdr *plugin_copy_header(const PluginCopy *copy)
{
    return (const Elf64_Ehdr *)copy->bytes;
}

const Elf64_Phdr *plugin_copy_program_headers(const PluginCopy *copy)
{
    return (const Elf64_Phdr *)(copy->bytes + plugin_copy_header(copy)->e_phoff);
}

const Elf64_Shdr *plugin_copy_sections(const PluginCopy *copy)
{
    return (const Elf64_Shdr *)(copy->bytes + plugin_copy_header(copy)->e_shoff);
}

const Elf64_Shdr *plugin_copy_section(const PluginCopy *copy, uint32_t type)
{
    const Elf64_Shdr *sections = plugin_copy_sections(copy);
    uint32_t i = 0;

    while (i < plugin_copy_header(copy)->e_shnum && sections[i].sh_type != type) {
        i++;
    }
    g_assert_cmpuint(i, <, plugin_copy_header(copy)->e_shnum);
    return &sections[i];
}
