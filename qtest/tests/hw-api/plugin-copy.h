/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A copy of a plugin in a file without a name, to be damaged. */
#ifndef OB_TESTS_PLUGIN_COPY_H
#define OB_TESTS_PLUGIN_COPY_H

#include <elf.h>
#include <glib.h>

typedef struct PluginCopy {
    char *path; /* below /proc */
    int fd;
    uint8_t *bytes; /* the undamaged file */
    gsize size;
} PluginCopy;

void plugin_copy_open(PluginCopy *copy, const char *path);

/* The same with a fixture, as "good.so". */
void plugin_copy_open_fixture(PluginCopy *copy, const char *name);
void plugin_copy_close(PluginCopy *copy);

void plugin_copy_store(PluginCopy *copy, size_t offset, const void *bytes, size_t size);
void plugin_copy_restore(PluginCopy *copy);

const Elf64_Ehdr *plugin_copy_header(const PluginCopy *copy);
const Elf64_Phdr *plugin_copy_program_headers(const PluginCopy *copy);
const Elf64_Shdr *plugin_copy_sections(const PluginCopy *copy);

/* The first one of this type; fails the test where there is none. */
const Elf64_Shdr *plugin_copy_section(const PluginCopy *copy, uint32_t type);

#endif
