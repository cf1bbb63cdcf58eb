/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/machine/parts/smbios-fixture.h"

#include <string.h>

#include "qtest/tests/lib/golden.h"

enum { FUNCTION = 0x0128 }; /* bus 1, device 5, function 0 */

static bool ram_at(void *opaque, uint32_t index, uint64_t *start, uint64_t *size)
{
    const SmbiosFixture *f = opaque;

    *start = index ? 4 * GIB : 0;
    *size = index ? f->machine.ram_size - GIB : GIB;
    return index < 2;
}

static bool function_find(void *opaque, const char *id, uint32_t *address)
{
    (void)opaque;
    *address = FUNCTION;
    return g_str_equal(id, "known");
}

void smbios_set_up(SmbiosFixture *f, gconstpointer data)
{
    static const uint8_t uuid[16] = { 0xab };

    (void)data;
    f->given = ob_smbios_new();
    f->anchor = g_byte_array_new();
    f->tables = g_byte_array_new();
    f->error = (HwError) { f->text, sizeof(f->text) };
    f->machine = (ObSmbiosMachine) {
        .product = "machine",
        .version = "1",
        .uuid = uuid,
        .sockets = 1,
        .cores = 1,
        .threads = 1,
        .ram_size = 2 * GIB,
        .dimm_size = 16 * GIB,
        .ram_at = ram_at,
        .function_find = function_find,
        .opaque = f,
    };
}

void smbios_tear_down(SmbiosFixture *f, gconstpointer data)
{
    (void)data;
    ob_smbios_free(f->given);
    g_byte_array_unref(f->anchor);
    g_byte_array_unref(f->tables);
}

void smbios_build(SmbiosFixture *f)
{
    g_assert_true(ob_smbios_build(f->given, &f->machine, f->anchor, f->tables, &f->error));
}

void smbios_give(SmbiosFixture *f, uint32_t type, const char *key, const char *value)
{
    const ObOption option = { key, value };

    g_assert_true(ob_smbios_give(f->given, type, &option, 1, &f->error));
}

uint32_t smbios_whole(const uint8_t *structure)
{
    uint32_t size = structure[1];

    while (structure[size] || structure[size + 1]) {
        size++;
    }
    return size + 2;
}

const uint8_t *smbios_find(const SmbiosFixture *f, uint8_t type, uint32_t index)
{
    for (uint32_t i = 0; i < f->tables->len; i += smbios_whole(f->tables->data + i)) {
        if (f->tables->data[i] == type && index-- == 0) {
            return f->tables->data + i;
        }
    }
    return NULL;
}

const char *smbios_string(const uint8_t *structure, uint8_t number)
{
    const char *text = (const char *)structure + structure[1];

    while (--number) {
        text += strlen(text) + 1;
    }
    return text;
}

/* A line for each structure: its bytes, then its strings. */
void smbios_bytes_expect(const SmbiosFixture *f, const char *file)
{
    g_autoptr(GString) text = g_string_new(NULL);
    uint32_t size;

    for (uint32_t i = 0; i < f->tables->len; i += size) {
        const uint8_t *at = f->tables->data + i;

        size = smbios_whole(at);
        for (uint32_t k = 0; k < at[1]; k++) {
            g_string_append_printf(text, "%02x", at[k]);
        }
        for (const char *s = (const char *)at + at[1]; *s; s += strlen(s) + 1) {
            g_string_append_printf(text, " '%s'", s);
        }
        g_string_append_c(text, '\n');
    }
    golden_expect(file, text->str);
}
