/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capability mapped-ram: each block's header has a bitmap behind it, and names the place of the
 * pages in the file.  The stream goes on after the place of the block's last page.
 */
#include "qtest/stream/codec/reader-internal.h"

#include <errno.h>
#include <inttypes.h>

#include "hw-api/device/bytes.h"

/* The header: u32 version, u64 page size, u64 offset of the bitmap, u64 offset of the pages. */
enum { PAGE_SIZE_AT = 4, BITMAP_AT = 12, PAGES_AT = 20, HEADER_SIZE = 28 };
#define MAPPED_VERSION 1u

static ObVmBlock *last_block(const ObVmReader *reader)
{
    return &g_array_index(reader->ram.blocks, ObVmBlock, reader->ram.blocks->len - 1);
}

static uint64_t bitmap_size(const ObVmReader *reader)
{
    uint64_t pages = last_block(reader)->length / ob_vm_reader_page_size(reader);

    return (pages / 64 + (pages % 64 != 0)) * 8;
}

static bool pages_skip(ObVmReader *reader, uint64_t here)
{
    reader->skip = reader->ram.pages_at + last_block(reader)->length - here;
    return ob_vm_blocks_go_on(reader);
}

static bool step_bitmap(ObVmReader *reader, const uint8_t *bytes)
{
    HW_ERROR(error, 400);

    if (reader->events->ram_mapped &&
        !reader->events->ram_mapped(reader->opaque, last_block(reader), bytes, reader->ram.pages_at,
                                    &error)) {
        return ob_vm_refuse_payload(reader, &error);
    }
    return pages_skip(reader, reader->base + reader->at + reader->need);
}

static bool offsets_check(ObVmReader *reader, uint64_t bitmap_at, uint64_t pages_at)
{
    uint64_t here = reader->base + reader->at + HEADER_SIZE, end;

    if (bitmap_at != here) {
        reader->at += BITMAP_AT;
        return ob_vm_refuse(reader, OB_VM_BAD_RAM, EINVAL,
                            "mapped-ram: the bitmap of block \"%s\" is at byte %" PRIu64
                            " of the file, expected %" PRIu64,
                            last_block(reader)->name, bitmap_at, here);
    }
    if (pages_at < here + bitmap_size(reader) || pages_at > INT64_MAX ||
        __builtin_add_overflow(pages_at, last_block(reader)->length, &end) || end > INT64_MAX) {
        reader->at += PAGES_AT;
        return ob_vm_refuse(reader, OB_VM_BAD_RAM, EINVAL,
                            "mapped-ram: the pages of block \"%s\" are at byte %" PRIu64
                            " of the file, expected at least %" PRIu64,
                            last_block(reader)->name, pages_at, here + bitmap_size(reader));
    }
    return true;
}

static bool step_mapped_header(ObVmReader *reader, const uint8_t *bytes)
{
    uint32_t version = hw_load_be32(bytes);
    uint64_t page = hw_load_be64(bytes + PAGE_SIZE_AT);
    HW_ERROR(error, 400);

    reader->field = "header of mapped-ram";
    if (!reader->page_bits_known && page == UINT32_C(1) << OB_VM_PAGE_BITS_MIN) {
        reader->page_bits = OB_VM_PAGE_BITS_MIN;
    }
    reader->page_bits_known = true;
    if (version != MAPPED_VERSION) {
        return ob_vm_refuse(reader, OB_VM_BAD_RAM, EINVAL,
                            "mapped-ram: unsupported version %" PRIu32 ", expected %u", version,
                            MAPPED_VERSION);
    }
    if (page != ob_vm_reader_page_size(reader)) {
        reader->at += PAGE_SIZE_AT;
        return ob_vm_refuse(reader, OB_VM_BAD_RAM, EINVAL,
                            "mapped-ram: the page size is 0x%" PRIx64 ", expected 0x%" PRIx32, page,
                            ob_vm_reader_page_size(reader));
    }
    reader->ram.pages_at = hw_load_be64(bytes + PAGES_AT);
    if (!offsets_check(reader, hw_load_be64(bytes + BITMAP_AT), reader->ram.pages_at)) {
        return false;
    }
    if (reader->events->ram_block &&
        !reader->events->ram_block(reader->opaque, last_block(reader), &error)) {
        return ob_vm_refuse_payload(reader, &error);
    }
    if (bitmap_size(reader) == 0 || !reader->events->ram_mapped) {
        return pages_skip(reader, reader->base + reader->at + HEADER_SIZE);
    }
    return ob_vm_expect(reader, bitmap_size(reader), step_bitmap, "bitmap of a block");
}

bool ob_vm_read_mapped(ObVmReader *reader)
{
    return ob_vm_expect(reader, HEADER_SIZE, step_mapped_header, "header of mapped-ram");
}
