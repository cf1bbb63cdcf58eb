/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes an address space that is one region as a whole.  QEMU reads it once by its own function
 * for such reads, and once with each bit of MemTxAttrs.  The machine's memory does not change:
 * QEMU would make all of its memory maps again, twice.
 */
#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/qemu/learn-api.h"
#include "plugins/qemu-bridge/qemu/trial.h"

#define SPACE_ROOM   4096 /* room for an AddressSpace, larger than any release's */
#define CACHE_ROOM   512  /* the same for a MemoryRegionCache */
#define BITS         32   /* the first 32 bits have had all attributes but one */
#define ACCESS_ERROR 4    /* MEMTX_ACCESS_ERROR */
#define NONE         64

static struct {
    uint32_t reads;
    uint64_t attributes; /* the last read had them */
} seen;

/* QEMU's RCU thread still reads both after QEMU has destroyed the space: they are never freed. */
static _Alignas(16) uint8_t space_bytes[SPACE_ROOM];
static QemuMemoryRegion *region;

static QemuAddressSpace *trial_space(void)
{
    return (QemuAddressSpace *)space_bytes;
}

static uint32_t trial_read(void *opaque, uint64_t offset, uint64_t *value, unsigned size,
                           uint64_t attributes)
{
    (void)opaque;
    (void)offset;
    (void)size;
    *value = 0;
    seen.reads++;
    seen.attributes = attributes;
    return 0;
}

static const QemuMemoryRegionOps ops = {
    .read_with_attrs = trial_read,
    .endianness = QEMU_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
};

/* Returns the number of the only bit that is set, or NONE.  In 7.2 the attributes have 4 bytes,
 * and the upper half of the register is undefined. */
static uint32_t only_bit(uint64_t attributes)
{
    uint64_t bits = (uint32_t)attributes ? (uint32_t)attributes : attributes;

    return bits && (bits & (bits - 1)) == 0 ? (uint32_t)__builtin_ctzll(bits) : NONE;
}

/* QEMU's function for a device's read of what is not RAM has no special reason for the read. */
static void read_unspecified(void)
{
    _Alignas(16) uint8_t cache[CACHE_ROOM] = { 0 };
    uint32_t word;

    address_space_cache_init((QemuMemoryCache *)cache, trial_space(), 0, sizeof(word), false);
    address_space_read_cached_slow((QemuMemoryCache *)cache, 0, &word, sizeof(word));
    address_space_cache_destroy((QemuMemoryCache *)cache);
}

static uint32_t read_with(uint64_t attributes)
{
    uint32_t word;

    seen.reads = 0;
    return address_space_rw(trial_space(), 0, attributes, &word, sizeof(word), false);
}

/* The bit must also come back from QEMU as it was given. */
static uint32_t find_unspecified(void)
{
    uint32_t bit;

    seen.reads = 0;
    read_unspecified();
    bit = seen.reads == 1 ? only_bit(seen.attributes) : NONE;
    return bit != NONE && read_with(1ull << bit) == 0 && seen.reads == 1 &&
                   only_bit(seen.attributes) == bit
               ? bit
               : NONE;
}

/* The only bit with which QEMU refuses the region. */
static uint32_t find_memory(void)
{
    uint32_t found = NONE;

    for (uint32_t bit = 0; bit < BITS; bit++) {
        if (read_with(1ull << bit) == ACCESS_ERROR && seen.reads == 0) {
            if (found != NONE) {
                return NONE;
            }
            found = bit;
        }
    }
    return found;
}

static bool learn(QemuAttributesLayout *bits, HwError *error)
{
    bits->unspecified = find_unspecified();
    bits->memory = find_memory();
    if (bits->unspecified == NONE) {
        return hw_error_set(error, "this emulator's layout of MemTxAttrs.unspecified can't be "
                                   "learned: QEMU's own read of a region does not show it");
    }
    if (bits->memory == NONE) {
        return hw_error_set(error, "this emulator's layout of MemTxAttrs.memory can't be learned: "
                                   "no single bit makes QEMU refuse a region that is not memory");
    }
    return true;
}

/* QEMU logs an access that it refuses, and calls the guest guilty. */
bool qemu_trial_attributes(QemuAttributesLayout *bits, HwError *error)
{
    int loglevel = qemu_loglevel;
    bool learned;

    region = (QemuMemoryRegion *)object_new("memory-region");
    memory_region_init_io(region, NULL, &ops, NULL, NULL, UINT64_MAX);
    address_space_init(trial_space(), region, "outboard-trial");
    qemu_loglevel &= ~QEMU_LOG_GUEST_ERROR;
    learned = learn(bits, error);
    qemu_loglevel = loglevel;
    address_space_destroy(trial_space());
    return learned;
}
