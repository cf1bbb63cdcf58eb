/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hash tables of dynamic symbols.  Nothing else says how many symbols there are,
 * and the linker walks them without bounds.
 *
 * The gABI has DT_HASH.  DT_GNU_HASH is what glibc's elf/dl-lookup.c and binutils make it.
 * Four words give the number of buckets, the first symbol in them, and the size and shift of
 * a Bloom filter.  Then come the filter, each bucket's first symbol, and each symbol's hash,
 * in which bit 0 ends the bucket.
 */
#include "hw-api/host/image/inspection.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/host/image/elf-machine.h"

#define AT "0x%" PRIx64

/* ------------------------------------------------------------------ DT_GNU_HASH */

typedef struct GnuHash {
    uint32_t buckets;
    uint32_t first;   /* symbol in a bucket */
    uint32_t filters; /* words of 64 bits */
    uint32_t shift;
    uint64_t filter_at; /* virtual addresses */
    uint64_t buckets_at;
    uint64_t chains_at;
} GnuHash;

static bool gnu_refuse(const HwInspection *in, const char *what, uint64_t value,
                       const char *expected)
{
    return hw_inspect_refuse(in, "has DT_GNU_HASH with %s " AT ", expected %s", what, value,
                             expected);
}

static GnuHash gnu_read(const HwInspection *in)
{
    uint64_t at = in->value[HW_DT_GNU_HASH];
    GnuHash hash = { .filter_at = at + 16 };

    hw_image_read(in->image, at, &hash, 16);
    hash.buckets_at = hash.filter_at + UINT64_C(8) * hash.filters;
    hash.chains_at = hash.buckets_at + UINT64_C(4) * hash.buckets;
    return hash;
}

static bool gnu_check_header(const HwInspection *in, GnuHash *hash)
{
    uint64_t at = in->value[HW_DT_GNU_HASH];

    if (!hw_image_spans(in->image, at, 16)) {
        return hw_inspect_refuse(in, "has DT_GNU_HASH at " AT ", expected it in a segment", at);
    }
    *hash = gnu_read(in);
    if (hash->buckets == 0 || !hw_image_spans(in->image, at, hash->chains_at - at)) {
        return gnu_refuse(in, "buckets", hash->buckets, "1 or more in a segment");
    }
    if (hash->filters == 0 || (hash->filters & (hash->filters - 1))) {
        return gnu_refuse(in, "words of a filter", hash->filters, "a power of 2");
    }
    if (hash->shift >= 32) {
        return gnu_refuse(in, "shift", hash->shift, "less than 32");
    }
    return true;
}

/* The symbol that its bucket starts with, of the bucket that starts last; or 0. */
static bool gnu_last_bucket(const HwInspection *in, const GnuHash *hash, uint32_t *last)
{
    *last = 0;
    for (uint32_t i = 0; i < hash->buckets; i++) {
        uint32_t symbol = hw_inspect_word(in, hash->buckets_at + UINT64_C(4) * i);

        if (symbol != 0 && symbol < hash->first) {
            return gnu_refuse(in, "a bucket at symbol", symbol, "0 or the first one's or more");
        }
        *last = symbol > *last ? symbol : *last;
    }
    return true;
}

/* The last bucket's end is the table's: all others end there at the latest. */
static bool gnu_count(const HwInspection *in, const GnuHash *hash, uint64_t *count)
{
    uint32_t last;
    uint64_t at;

    if (!gnu_last_bucket(in, hash, &last)) {
        return false;
    }
    *count = hash->first;
    if (last == 0) {
        return true;
    }
    at = hash->chains_at + UINT64_C(4) * (last - hash->first);
    while (hw_image_spans(in->image, at, 4)) {
        if (hw_inspect_word(in, at) & 1) {
            *count = hash->first + (at - hash->chains_at) / 4 + 1;
            return true;
        }
        at += 4;
    }
    return gnu_refuse(in, "a bucket at symbol", last, "its end in the same segment");
}

static bool gnu_inspect(HwInspection *in, uint64_t *count)
{
    GnuHash hash = { 0 };
    uint64_t at = in->value[HW_DT_GNU_HASH];

    return gnu_check_header(in, &hash) && gnu_count(in, &hash, count) &&
           hw_inspect_keep(in, "DT_GNU_HASH", at, hash.chains_at - at + 4 * (*count - hash.first));
}

static uint32_t gnu_hash_of(const char *name)
{
    uint32_t hash = 5381;

    for (; *name; name++) {
        hash = hash * 33 + (uint8_t)*name;
    }
    return hash;
}

/* ---------------------------------------------------------------------- DT_HASH */

static uint64_t sysv_word(const HwInspection *in, uint64_t index)
{
    HwElfHashWord word;

    hw_image_read(in->image, in->value[HW_DT_HASH] + index * sizeof(word), &word, sizeof(word));
    return word;
}

static bool sysv_refuse(const HwInspection *in, const char *what, uint64_t value,
                        const char *expected)
{
    return hw_inspect_refuse(in, "has DT_HASH with %s " AT ", expected %s", what, value, expected);
}

/* Each symbol is in one chain, so that all of them have no more steps than symbols. */
static bool sysv_check_chains(const HwInspection *in, uint64_t buckets, uint64_t count)
{
    uint64_t steps = 0;

    for (uint64_t i = 0; i < buckets; i++) {
        uint64_t symbol = sysv_word(in, 2 + i);

        while (symbol != STN_UNDEF) {
            if (symbol >= count) {
                return sysv_refuse(in, "symbol", symbol, "less than its number of symbols");
            }
            if (++steps > count) {
                return sysv_refuse(in, "a chain that returns to symbol", symbol, "an end");
            }
            symbol = sysv_word(in, 2 + buckets + symbol);
        }
    }
    return true;
}

static bool sysv_inspect(HwInspection *in, uint64_t *count)
{
    uint64_t at = in->value[HW_DT_HASH];
    uint64_t buckets;

    if (!hw_image_spans(in->image, at, 2 * sizeof(HwElfHashWord))) {
        return hw_inspect_refuse(in, "has DT_HASH at " AT ", expected it in a segment", at);
    }
    buckets = sysv_word(in, 0);
    *count = sysv_word(in, 1);
    if (buckets == 0 || buckets > HW_IMAGE_MAX || *count > HW_IMAGE_MAX) {
        return sysv_refuse(in, "buckets", buckets, "1 or more in a segment");
    }
    return hw_inspect_keep(in, "DT_HASH", at, (2 + buckets + *count) * sizeof(HwElfHashWord)) &&
           sysv_check_chains(in, buckets, *count);
}

static uint32_t sysv_hash_of(const char *name)
{
    uint32_t hash = 0;

    for (; *name; name++) {
        hash = (hash << 4) + (uint8_t)*name;
        hash = (hash ^ (hash >> 24 & 0xf0)) & 0x0fffffff;
    }
    return hash;
}

/* ----------------------------------------------------------------------- lookup */

bool hw_inspect_hashes(HwInspection *in)
{
    uint64_t gnu = 0;
    uint64_t sysv = 0;

    if ((in->has[HW_DT_GNU_HASH] && !gnu_inspect(in, &gnu)) ||
        (in->has[HW_DT_HASH] && !sysv_inspect(in, &sysv))) {
        return false;
    }
    if (in->has[HW_DT_GNU_HASH] && in->has[HW_DT_HASH] && gnu != sysv) {
        return hw_inspect_refuse(in,
                                 "has %" PRIu64 " symbols in DT_GNU_HASH, %" PRIu64 " in "
                                 "DT_HASH, expected the same number",
                                 gnu, sysv);
    }
    in->symbols.count = in->has[HW_DT_GNU_HASH] ? gnu : sysv;
    return true;
}

/* Defined, and of this name. */
static bool symbol_is(const HwInspection *in, uint64_t index, const char *name)
{
    Elf64_Sym symbol = hw_inspect_symbol(in, index);

    return symbol.st_shndx != SHN_UNDEF && ELF64_ST_BIND(symbol.st_info) != STB_LOCAL &&
           !strcmp(hw_image_at(in->image, in->symbols.names + symbol.st_name), name);
}

static uint64_t gnu_find(const HwInspection *in, const char *name)
{
    GnuHash hash = gnu_read(in);
    uint32_t value = gnu_hash_of(name);
    uint64_t filter;
    uint32_t symbol;

    hw_image_read(in->image, hash.filter_at + UINT64_C(8) * (value / 64 & (hash.filters - 1)),
                  &filter, sizeof(filter));
    symbol = hw_inspect_word(in, hash.buckets_at + UINT64_C(4) * (value % hash.buckets));
    if (!(filter >> (value % 64) & filter >> (value >> hash.shift) % 64 & 1) || !symbol) {
        return 0;
    }
    for (;; symbol++) {
        uint32_t word = hw_inspect_word(in, hash.chains_at + UINT64_C(4) * (symbol - hash.first));

        if ((word | 1) == (value | 1) && symbol_is(in, symbol, name)) {
            return symbol;
        }
        if (word & 1) {
            return 0;
        }
    }
}

static uint64_t sysv_find(const HwInspection *in, const char *name)
{
    uint64_t buckets = sysv_word(in, 0);
    uint64_t symbol = sysv_word(in, 2 + sysv_hash_of(name) % buckets);

    while (symbol != STN_UNDEF && !symbol_is(in, symbol, name)) {
        symbol = sysv_word(in, 2 + buckets + symbol);
    }
    return symbol;
}

uint64_t hw_inspect_find(const HwInspection *in, const char *name)
{
    return in->has[HW_DT_GNU_HASH] ? gnu_find(in, name) : sysv_find(in, name);
}
