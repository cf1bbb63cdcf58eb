/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/codec/coverage.h"

#include <glib.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/stream/codec/format.h"

static bool bit_get(const ObVmCoverage *coverage, uint64_t page)
{
    return coverage->bitmap[page / 8] >> page % 8 & 1;
}

static bool bitmap_new(ObVmCoverage *coverage, uint64_t *budget)
{
    uint64_t size = coverage->pages / 8 + 1;

    if (size > *budget) {
        coverage->given_up = true;
        return false;
    }
    *budget -= size;
    coverage->bitmap = g_malloc0(size);
    return true;
}

static void page_beyond(ObVmCoverage *coverage, uint64_t page, uint64_t *budget)
{
    if (!coverage->bitmap && !bitmap_new(coverage, budget)) {
        return;
    }
    if (!bit_get(coverage, page)) {
        coverage->bitmap[page / 8] |= (uint8_t)(1u << page % 8);
        coverage->beyond++;
    }
}

void ob_vm_coverage_add(ObVmCoverage *coverage, uint64_t page, uint64_t *budget)
{
    if (page < coverage->next || coverage->given_up) {
        return;
    }
    if (page > coverage->next) {
        page_beyond(coverage, page, budget);
        return;
    }
    coverage->next++;
    if (coverage->bitmap && bit_get(coverage, page)) {
        coverage->beyond--;
    }
    while (coverage->beyond && bit_get(coverage, coverage->next)) {
        coverage->beyond--;
        coverage->next++;
    }
}

uint64_t ob_vm_coverage_missing(const ObVmCoverage *coverage)
{
    uint64_t left = coverage->pages - coverage->next - coverage->beyond;

    return coverage->given_up || left < coverage->absent ? 0 : left - coverage->absent;
}

/* ---------------------------------------------------------------- virtio-mem */

/* True if the path in front of the last '/' is the same: "0000:00:01.0/m2". */
static bool is_same_device(const char *block, const char *section)
{
    const char *end = strrchr(section, '/');
    size_t length = end ? (size_t)(end - section) + 1 : 0;

    return length && strncmp(block, section, length) == 0;
}

static uint64_t bits_count(const uint8_t *bytes, size_t size)
{
    uint64_t count = 0;

    for (size_t i = 0; i < size; i++) {
        count += (uint64_t)__builtin_popcount(bytes[i]);
    }
    return count;
}

/* Before 8.0 the device's own section, which comes last, had the bitmap: it isn't looked for. */
void ob_vm_coverage_section(ObVmCoverage *coverage, const char *block, uint32_t page_size,
                            const char *section, const uint8_t *payload, size_t size)
{
    uint64_t plugged;

    if (!strstr(section, "/virtio-mem") || !is_same_device(block, section)) {
        return;
    }
    if (g_str_has_suffix(section, OB_VM_VIRTIO_MEM_EARLY) && size >= OB_VM_VIRTIO_MEM_BITMAP) {
        plugged = bits_count(payload + OB_VM_VIRTIO_MEM_BITMAP, size - OB_VM_VIRTIO_MEM_BITMAP) *
                  (hw_load_be64(payload + OB_VM_VIRTIO_MEM_BLOCK) / page_size);
        coverage->absent = plugged < coverage->pages ? coverage->pages - plugged : 0;
    } else if (!coverage->absent) {
        coverage->absent = coverage->pages;
    }
}

void ob_vm_coverage_clear(ObVmCoverage *coverage)
{
    g_clear_pointer(&coverage->bitmap, g_free);
}

bool ob_vm_block_is_main_memory(const char *name)
{
    return g_str_has_suffix(name, ".ram") || g_str_has_prefix(name, "/objects/") ||
           g_str_has_prefix(name, "ram-node");
}

bool ob_vm_coverage_is_loss(const ObVmCoverage *coverage, const char *name)
{
    return ob_vm_coverage_missing(coverage) && !ob_vm_block_is_main_memory(name);
}
