/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/hw-api/plugin-damage.h"

#include <string.h>
#include <unistd.h>

/* Bytes of the file, and the widths of the fields of which they consist. */
typedef struct Region {
    const char *name;
    size_t offset;
    size_t size;
    const uint8_t *widths; /* repeated; up to 0 */
} Region;

/* clang-format off */
static const uint8_t header_fields[] = { 4, 1, 1, 1, 1, 8, 2, 2, 4, 8, 8, 8, 4, 2, 2, 2, 2, 2, 2,
                                         0 };
/* clang-format on */
static const uint8_t program_fields[] = { 4, 4, 8, 8, 8, 8, 8, 8, 0 };
static const uint8_t section_fields[] = { 4, 4, 8, 8, 8, 8, 4, 4, 8, 8, 0 };
static const uint8_t symbol_fields[] = { 4, 1, 1, 2, 8, 8, 0 };
static const uint8_t relocation_fields[] = { 8, 4, 4, 8, 0 };
static const uint8_t version_fields[] = { 2, 2, 4, 4, 4, 4, 2, 2, 4, 4, 0 };
static const uint8_t bytes_1[] = { 1, 0 };
static const uint8_t bytes_2[] = { 2, 0 };
static const uint8_t bytes_4[] = { 4, 0 };
static const uint8_t bytes_8[] = { 8, 0 };

static const struct {
    uint32_t type;
    const char *name;
    const uint8_t *widths;
} sections[] = {
    { SHT_DYNAMIC, "dynamic", bytes_8 },
    { SHT_GNU_HASH, "GNU hash", bytes_4 },
    { SHT_HASH, "hash", bytes_4 },
    { SHT_DYNSYM, "symbols", symbol_fields },
    { SHT_STRTAB, "names", bytes_1 },
    { SHT_RELA, "relocations", relocation_fields },
    { 19, "packed relocations", bytes_8 },
    { SHT_GNU_versym, "version numbers", bytes_2 },
    { SHT_GNU_verneed, "versions", version_fields },
    { SHT_INIT_ARRAY, "initialisers", bytes_8 },
    { SHT_FINI_ARRAY, "finalisers", bytes_8 },
    { SHT_NOTE, "note", bytes_4 },
    { SHT_PROGBITS, "contents", bytes_8 },
};

/* ------------------------------------------------------------------- randomness */

/* Steele, Lea and Flood: Fast splittable pseudorandom number generators (SplitMix64). */
static uint64_t damage_random(PluginDamage *damage)
{
    uint64_t z = damage->random += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static size_t damage_below(PluginDamage *damage, size_t bound)
{
    return (size_t)(damage_random(damage) % bound);
}

/* ---------------------------------------------------------------------- regions */

static void region_add(PluginDamage *damage, const char *name, size_t offset, size_t size,
                       const uint8_t *widths)
{
    Region region = { name, offset, size, widths };

    if (size > 0) {
        g_array_append_val(damage->regions, region);
    }
}

static void regions_add_section(PluginDamage *damage, const Elf64_Shdr *section)
{
    for (size_t i = 0; i < G_N_ELEMENTS(sections); i++) {
        if (section->sh_type == sections[i].type && (section->sh_flags & SHF_ALLOC)) {
            region_add(damage, sections[i].name, section->sh_offset, section->sh_size,
                       sections[i].widths);
        }
    }
}

void plugin_damage_init(PluginDamage *damage, const PluginCopy *copy)
{
    const Elf64_Ehdr *header = plugin_copy_header(copy);

    *damage = (PluginDamage) { .copy = *copy,
                               .description = g_string_new(NULL),
                               .regions = g_array_new(FALSE, FALSE, sizeof(Region)) };
    region_add(damage, "ELF header", 0, sizeof(*header), header_fields);
    /* Twice, as it is what the linker reads first. */
    for (int i = 0; i < 2; i++) {
        region_add(damage, "program headers", header->e_phoff, header->e_phnum * sizeof(Elf64_Phdr),
                   program_fields);
        regions_add_section(damage, plugin_copy_section(copy, SHT_DYNAMIC));
    }
    region_add(damage, "section headers", header->e_shoff, header->e_shnum * sizeof(Elf64_Shdr),
               section_fields);
    for (uint32_t i = 0; i < header->e_shnum; i++) {
        regions_add_section(damage, &plugin_copy_sections(copy)[i]);
    }
    region_add(damage, "file", 0, copy->size, bytes_1);
}

void plugin_damage_clear(PluginDamage *damage)
{
    plugin_copy_close(&damage->copy);
    g_array_free(damage->regions, TRUE);
    g_string_free(damage->description, TRUE);
}

/* ----------------------------------------------------------------------- damage */

static void damage_store(PluginDamage *damage, const Region *region, size_t offset, uint64_t value,
                         size_t size)
{
    if (offset + size > damage->copy.size || damage->count == PLUGIN_DAMAGE_PLACES) {
        return;
    }
    plugin_copy_store(&damage->copy, offset, &value, size);
    damage->places[damage->count].offset = offset;
    damage->places[damage->count++].size = size;
    g_string_append_printf(damage->description, " %s+0x%zx/%zu=0x%" G_GINT64_MODIFIER "x",
                           region->name, offset - region->offset, size, value);
}

static uint64_t field_read(const PluginDamage *damage, size_t offset, size_t size)
{
    uint64_t value = 0;

    if (offset + size <= damage->copy.size) {
        memcpy(&value, damage->copy.bytes + offset, size);
    }
    return value;
}

/* A field of the region: all widths have a place in one row of fields. */
static size_t field_choose(PluginDamage *damage, const Region *region, size_t *size)
{
    size_t row = 0;
    size_t fields = 0;
    size_t offset;

    while (region->widths[fields]) {
        row += region->widths[fields++];
    }
    fields = damage_below(damage, fields);
    offset = region->offset + row * damage_below(damage, region->size / row + 1);
    for (size_t i = 0; i < fields; i++) {
        offset += region->widths[i];
    }
    *size = region->widths[fields];
    return offset;
}

static uint64_t field_value(PluginDamage *damage, const Region *region, size_t offset, size_t size)
{
    uint64_t was = field_read(damage, offset, size);
    size_t other_size;

    switch (damage_below(damage, 12)) {
    case 0:
        return 0;
    case 1:
        return 1;
    case 2:
        return UINT64_MAX;
    case 3:
        return UINT64_C(1) << damage_below(damage, 64);
    case 4:
        return was + 1;
    case 5:
        return was - 1;
    case 6:
        return was + ((uint64_t)damage_below(damage, 64) - 32) * 8;
    case 7:
        return was ^ UINT64_C(1) << damage_below(damage, 8 * size);
    case 8:
        return was * 2;
    case 9:
        return damage_below(damage, damage->copy.size);
    case 10:
        return field_read(damage, field_choose(damage, region, &other_size), size);
    default:
        return damage_random(damage);
    }
}

static void damage_field(PluginDamage *damage, const Region *region)
{
    size_t size;
    size_t offset = field_choose(damage, region, &size);

    damage_store(damage, region, offset, field_value(damage, region, offset, size), size);
}

static void damage_byte(PluginDamage *damage, const Region *region)
{
    size_t offset = region->offset + damage_below(damage, region->size);
    uint64_t flips = damage_below(damage, 2) ? 1 + damage_below(damage, 255)
                                             : UINT64_C(1) << damage_below(damage, 8);

    damage_store(damage, region, offset, field_read(damage, offset, 1) ^ flips, 1);
}

static void damage_truncate(PluginDamage *damage)
{
    size_t size = damage_below(damage, damage->copy.size);

    g_assert_cmpint(ftruncate(damage->copy.fd, (off_t)size), ==, 0);
    damage->count = PLUGIN_DAMAGE_PLACES;
    g_string_append_printf(damage->description, " truncated to 0x%zx", size);
}

void plugin_damage_apply(PluginDamage *damage, uint64_t seed, uint64_t number)
{
    size_t times;

    damage->random = seed * UINT64_C(1000003) + number;
    damage->count = 0;
    g_string_truncate(damage->description, 0);
    if (damage_below(damage, 50) == 0) {
        damage_truncate(damage);
        return;
    }
    times = damage_below(damage, 3) ? 1 : 2 + damage_below(damage, 3);
    for (size_t i = 0; i < times; i++) {
        const Region *region = &g_array_index(damage->regions, Region,
                                              damage_below(damage, damage->regions->len));

        (damage_below(damage, 3) ? damage_field : damage_byte)(damage, region);
    }
}

void plugin_damage_undo(PluginDamage *damage)
{
    if (damage->count == PLUGIN_DAMAGE_PLACES) {
        plugin_copy_restore(&damage->copy);
        return;
    }
    for (uint32_t i = 0; i < damage->count; i++) {
        plugin_copy_store(&damage->copy, damage->places[i].offset,
                          damage->copy.bytes + damage->places[i].offset, damage->places[i].size);
    }
}
