/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/sweep.h"

#include <inttypes.h>

#include "hw-api/device/bytes.h"

#define WIDEST    8
#define END_BYTES 16 /* bytes of memory that the sweep tests at each end */

static const uint32_t widths[] = { 1, 2, 4, 8 };

static char *mismatch(const char *what, uint64_t address, uint32_t width, uint64_t got,
                      uint64_t expected)
{
    return g_strdup_printf("%s at 0x%" PRIx64 ", %" PRIu32 " bytes wide: 0x%" PRIx64
                           ", expected 0x%" PRIx64,
                           what, address, width, got, expected);
}

static uint64_t ones(uint32_t width)
{
    return UINT64_MAX >> (64 - 8 * width);
}

bool ob_sweep_can_judge(const HwRegion *region)
{
    bool is_table = (region->kind == HW_REGION_REGISTERS && !region->write) ||
                    (region->kind == HW_REGION_ROM_DEVICE && region->registers.count > 0);
    bool any_width = !region->flags && region->access_min <= 1;

    for (uint32_t i = 0; i < region->registers.count; i++) {
        const HwRegister *reg = &region->registers.entries[i];

        any_width = any_width && reg->access_min <= 1 && (!reg->access_max || reg->access_max == 8);
    }
    return is_table && any_width;
}

/* -------------------------------------------------------------------------- loads */

/* Loads the region's words and the words that follow it, as bytes. */
static uint8_t *load_bytes(ObClient *c, uint64_t address, uint64_t size)
{
    uint8_t *bytes = g_malloc(size + WIDEST);

    for (uint64_t at = 0; at < size; at += 4) {
        hw_store_le(bytes + at, ob_client_readl(c, address + at), 4);
    }
    for (uint64_t at = size; at < size + WIDEST; at++) {
        bytes[at] = ob_client_readb(c, address + at);
    }
    return bytes;
}

char *ob_sweep_loads(ObClient *c, const HwRegion *region, uint64_t address)
{
    g_autofree uint8_t *bytes = load_bytes(c, address, region->size);

    for (size_t w = 0; w < G_N_ELEMENTS(widths); w++) {
        for (uint64_t at = 0; at < region->size; at++) {
            uint64_t expected = hw_load_le(bytes + at, widths[w]);
            uint64_t got = ob_client_load(c, address + at, widths[w]);

            if (got != expected) {
                return mismatch("load", address + at, widths[w], got, expected);
            }
        }
    }
    return NULL;
}

/* ------------------------------------------------------------------------- stores */

static const HwRegister *register_at(const HwRegion *region, uint64_t offset)
{
    for (uint32_t i = 0; i < region->registers.count; i++) {
        if (region->registers.entries[i].offset == offset) {
            return &region->registers.entries[i];
        }
    }
    return NULL;
}

/* Returns the bits of the byte that a store may change or that act on a store. */
static uint8_t allowed_bits(const HwRegion *region, uint64_t offset)
{
    const HwRegister *reg = register_at(region, offset & ~UINT64_C(3));

    if (!reg) {
        return 0;
    }
    return (uint8_t)((reg->rw | reg->w1c | reg->write_only) >> (8 * (offset & 3)));
}

/* Returns the bits of the byte that store what is written. */
static uint8_t stored_bits(const HwRegion *region, uint64_t offset)
{
    const HwRegister *reg = register_at(region, offset & ~UINT64_C(3));

    return reg ? (uint8_t)(reg->rw >> (8 * (offset & 3))) : 0;
}

/* Ones in reserved bits.  The bits that store keep their values of `before`. */
static uint64_t reserved_bits(const HwRegion *region, uint64_t offset, uint32_t width,
                              const uint8_t *before)
{
    uint8_t bytes[WIDEST];

    for (uint32_t i = 0; i < width; i++) {
        bytes[i] = (uint8_t)~allowed_bits(region, offset + i);
        bytes[i] |= before[offset + i] & stored_bits(region, offset + i);
    }
    return hw_load_le(bytes, width);
}

/* Compares the words with registers, and each word that the store may have changed. */
static char *compare_words(ObClient *c, const HwRegion *region, uint64_t address,
                           const uint8_t *expected, uint64_t stored_at)
{
    for (uint32_t i = 0; i < region->registers.count; i++) {
        uint64_t offset = region->registers.entries[i].offset;
        uint32_t got = ob_client_readl(c, address + offset);

        if (got != hw_load_le(expected + offset, 4)) {
            return mismatch(region->registers.entries[i].name, address + offset, 4, got,
                            hw_load_le(expected + offset, 4));
        }
    }
    for (uint64_t at = stored_at & ~UINT64_C(3); at < stored_at + WIDEST && at < region->size;
         at += 4) {
        uint32_t got = ob_client_readl(c, address + at);

        if (got != hw_load_le(expected + at, 4)) {
            return mismatch("word", address + at, 4, got, hw_load_le(expected + at, 4));
        }
    }
    return NULL;
}

/* The sweep stores to words with a register, to their neighbours, and to the last word. */
static bool is_swept(const HwRegion *region, uint64_t word)
{
    return register_at(region, word) || (word >= 4 && register_at(region, word - 4)) ||
           register_at(region, word + 4) || word + 4 == region->size;
}

static char *sweep_reserved_word(ObClient *c, const HwRegion *region, uint64_t address,
                                 uint64_t word, const uint8_t *before)
{
    for (size_t w = 0; w < G_N_ELEMENTS(widths); w++) {
        for (uint64_t at = word; at < word + 4 && at + widths[w] <= region->size; at++) {
            uint64_t value = reserved_bits(region, at, widths[w], before);
            char *problem;

            ob_client_store(c, address + at, value, widths[w]);
            problem = compare_words(c, region, address, before, at);
            if (problem) {
                g_autofree char *reason = problem;

                return g_strdup_printf("%s, after 0x%" PRIx64
                                       " was stored to reserved bits at 0x%" PRIx64,
                                       reason, value, address + at);
            }
        }
    }
    return NULL;
}

char *ob_sweep_reserved(ObClient *c, const HwRegion *region, uint64_t address)
{
    g_autofree uint8_t *before = load_bytes(c, address, region->size);
    char *problem = NULL;

    for (uint64_t word = 0; word < region->size && !problem; word += 4) {
        if (is_swept(region, word)) {
            problem = sweep_reserved_word(c, region, address, word, before);
        }
    }
    return problem;
}

static char *sweep_writable_register(ObClient *c, const HwRegister *reg, uint64_t address)
{
    static const uint32_t patterns[] = { 0xffffffff, 0, 0x5aa5c33c, 0xa55a3cc3 };

    for (size_t w = 0; w < G_N_ELEMENTS(widths) && widths[w] <= 4; w++) {
        for (uint32_t lane = 0; lane + widths[w] <= 4; lane++) {
            uint32_t written = (uint32_t)ones(widths[w]) << (8 * lane) & reg->rw;

            for (size_t p = 0; p < G_N_ELEMENTS(patterns); p++) {
                uint32_t before = ob_client_readl(c, address);
                uint32_t expected = (before & ~written) | (patterns[p] & written);
                uint32_t got;

                ob_client_store(c, address + lane, (patterns[p] & written) >> (8 * lane),
                                widths[w]);
                got = ob_client_readl(c, address);
                if ((got ^ expected) & reg->rw) {
                    return mismatch(reg->name, address + lane, widths[w], got, expected);
                }
            }
        }
    }
    return NULL;
}

char *ob_sweep_writable(ObClient *c, const HwRegion *region, uint64_t address)
{
    char *problem = NULL;

    for (uint32_t i = 0; i < region->registers.count && !problem; i++) {
        const HwRegister *reg = &region->registers.entries[i];
        uint32_t old = ob_client_readl(c, address + reg->offset);

        if (reg->rw) {
            problem = sweep_writable_register(c, reg, address + reg->offset);
            ob_client_writel(c, address + reg->offset, old & reg->rw);
        }
    }
    return problem;
}

static char *sweep_w1c_register(ObClient *c, const HwRegister *reg, uint64_t address)
{
    for (uint32_t lane = 0; lane < 4; lane++) {
        uint32_t before = ob_client_readl(c, address);
        uint32_t written = UINT32_C(0xff) << (8 * lane) & reg->w1c;
        uint32_t got;

        ob_client_writeb(c, address + lane, 0);
        got = ob_client_readl(c, address);
        if (got != before) {
            return mismatch(reg->name, address + lane, 1, got, before);
        }
        ob_client_writeb(c, address + lane, (uint8_t)(written >> (8 * lane)));
        got = ob_client_readl(c, address);
        if (got != (before & ~written)) {
            return mismatch(reg->name, address + lane, 1, got, before & ~written);
        }
    }
    return NULL;
}

char *ob_sweep_write_one_clear(ObClient *c, const HwRegion *region, uint64_t address)
{
    char *problem = NULL;

    for (uint32_t i = 0; i < region->registers.count && !problem; i++) {
        const HwRegister *reg = &region->registers.entries[i];

        if (reg->w1c) {
            problem = sweep_w1c_register(c, reg, address + reg->offset);
        }
    }
    return problem;
}

/* ------------------------------------------------------------------------- memory */

static char *sweep_memory_at(ObClient *c, uint64_t address, uint8_t *model, uint64_t size,
                             uint64_t offset, uint32_t width)
{
    uint64_t value = UINT64_C(0x8796a5b4c3d2e1f0) ^ (offset * UINT64_C(0x0101010101010101));
    uint32_t inside = (uint32_t)MIN(width, size - offset);
    uint64_t from = offset > WIDEST ? offset - WIDEST : 0;
    uint64_t got;

    ob_client_store(c, address + offset, value & ones(width), width);
    hw_store_le(model + offset, value, inside);
    for (uint64_t at = from; at < MIN(size, offset + 2 * WIDEST); at++) {
        got = ob_client_readb(c, address + at);
        if (got != model[at]) {
            return mismatch("byte", address + at, 1, got, model[at]);
        }
    }
    got = ob_client_load(c, address + offset, width) & ones(inside);
    if (got != hw_load_le(model + offset, inside)) {
        return mismatch("load", address + offset, width, got, hw_load_le(model + offset, inside));
    }
    return NULL;
}

char *ob_sweep_memory(ObClient *c, uint64_t address, uint64_t size)
{
    g_autofree uint8_t *model = g_malloc0(size + WIDEST);
    char *problem = NULL;

    ob_client_memset(c, address, 0, size);
    for (uint64_t at = 0; at < size && !problem; at++) {
        if (at >= END_BYTES && at + END_BYTES < size) {
            at = size - END_BYTES;
        }
        for (size_t w = 0; w < G_N_ELEMENTS(widths) && !problem; w++) {
            problem = sweep_memory_at(c, address, model, size, at, widths[w]);
        }
    }
    return problem;
}
