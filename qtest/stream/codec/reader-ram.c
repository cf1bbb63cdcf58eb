/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Section "ram": the list of blocks, then pages. */
#include "qtest/stream/codec/reader-internal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "hw-api/device/bytes.h"

#define BLOCKS_MAX 4096u

static bool step_record(ObVmReader *reader, const uint8_t *bytes);

static bool record_expect(ObVmReader *reader)
{
    return ob_vm_expect(reader, 8, step_record, "offset and flags of a page");
}

/* A record's flags are in the bits of an offset within a page. */
static uint64_t flags_mask(const ObVmReader *reader)
{
    return (UINT64_C(1) << (reader->page_bits_known ? reader->page_bits : OB_VM_PAGE_BITS_MIN)) - 1;
}

static const ObVmBlock *block_at(const ObVmReader *reader, guint index)
{
    return &g_array_index(reader->ram.blocks, ObVmBlock, index);
}

/* Returns the block's index, or the number of blocks if no block has this name.  `name` may
 * contain zeros. */
static guint block_find(const ObVmReader *reader, const char *name, size_t length)
{
    char text[OB_VM_NAME_MAX + 1];
    gpointer index;

    memcpy(text, name, length);
    text[length] = '\0';
    return strlen(text) == length &&
                   g_hash_table_lookup_extended(reader->ram.indices, text, NULL, &index)
               ? GPOINTER_TO_UINT(index)
               : reader->ram.blocks->len;
}

/* ----------------------------------------------------------- list of blocks */

static bool step_block(ObVmReader *reader, const uint8_t *bytes);

/* The user is told once the page size is known. */
static bool blocks_deliver(ObVmReader *reader)
{
    HW_ERROR(error, 400);

    if (reader->ram.listed) {
        return true;
    }
    reader->ram.listed = true;
    reader->field = "list of blocks";
    if (reader->events->ram_blocks &&
        !reader->events->ram_blocks(reader->opaque, (const ObVmBlock *)reader->ram.blocks->data,
                                    reader->ram.blocks->len, &error)) {
        return ob_vm_refuse_payload(reader, &error);
    }
    return true;
}

static bool blocks_end(ObVmReader *reader)
{
    return (!reader->page_bits_known || blocks_deliver(reader)) && record_expect(reader);
}

bool ob_vm_blocks_go_on(ObVmReader *reader)
{
    return reader->ram.announced ? ob_vm_expect(reader, 1, step_block, "name of a block")
                                 : blocks_end(reader);
}

/* A source with postcopy-ram adds the page size of each block whose pages are larger than the
 * host's.  Nothing says so: the first byte of a size is 0, and that of a name's length is not. */
static bool step_block_page_size(ObVmReader *reader, const uint8_t *bytes)
{
    uint64_t size;

    if (reader->need == 1) {
        reader->step = bytes[0] == 0 ? step_block_page_size : step_block;
        return bytes[0] == 0 ? ob_vm_expect_more(reader, 8) : step_block(reader, bytes);
    }
    size = hw_load_be64(bytes);
    if (size == OB_VM_RAM_EOS && !reader->ram.announced) {
        return blocks_end(reader) && reader->step(reader, bytes);
    }
    if (!(size & reader->postcopy_page_sizes)) {
        return ob_vm_refuse(reader, OB_VM_BAD_RAM, EINVAL,
                            "Invalid page size 0x%" PRIx64
                            " of a block, expected one of 0x%" PRIx64,
                            size, reader->postcopy_page_sizes);
    }
    return ob_vm_blocks_go_on(reader);
}

static bool block_check(ObVmReader *reader, const char *name, uint64_t length)
{
    uint64_t page = flags_mask(reader) + 1;

    reader->field = "length of a block";
    if (length % page) {
        return ob_vm_refuse(reader, OB_VM_BAD_RAM, EINVAL,
                            "Size mismatch: %s: 0x%" PRIx64 ", expected a multiple of 0x%" PRIx64,
                            name, length, page);
    }
    if (length > reader->ram.announced) {
        return ob_vm_refuse(reader, OB_VM_BAD_RAM, EINVAL,
                            "Size mismatch: %s: 0x%" PRIx64 ", expected at most 0x%" PRIx64
                            ", the rest of all blocks",
                            name, length, reader->ram.announced);
    }
    return true;
}

static bool step_block(ObVmReader *reader, const uint8_t *bytes)
{
    size_t name_length = bytes[0];
    g_autofree char *name = NULL;
    ObVmBlock block;

    if (reader->need == 1 && name_length) {
        return ob_vm_expect_more(reader, 1 + name_length + 8);
    }
    name = g_strndup((const char *)bytes + 1, name_length);
    for (size_t i = 0; i < name_length || i == 0; i++) {
        if (!g_ascii_isprint(name[i])) {
            reader->at += 1 + i;
            return ob_vm_refuse(reader, OB_VM_BAD_NAME, EINVAL,
                                "Invalid name of a ramblock: it contains byte 0x%02x, expected "
                                "printable ASCII",
                                (uint8_t)name[i]);
        }
    }
    if (block_find(reader, name, name_length) < reader->ram.blocks->len) {
        return ob_vm_refuse(reader, OB_VM_DUPLICATE, EINVAL, "Ramblock \"%s\" comes twice", name);
    }
    if (reader->ram.blocks->len == BLOCKS_MAX) {
        return ob_vm_refuse(reader, OB_VM_TOO_LARGE, EINVAL,
                            "Too many ramblocks, expected at most %u", BLOCKS_MAX);
    }
    block.length = hw_load_be64(bytes + 1 + name_length);
    if (!block_check(reader, name, block.length)) {
        reader->refusal.offset += 1 + name_length;
        return false;
    }
    block.name = g_steal_pointer(&name);
    g_hash_table_insert(reader->ram.indices, (char *)block.name,
                        GUINT_TO_POINTER(reader->ram.blocks->len));
    g_array_append_val(reader->ram.blocks, block);
    reader->ram.announced -= block.length;
    reader->ram.block = reader->ram.blocks->len;
    if (reader->is_mapped) {
        return ob_vm_read_mapped(reader);
    }
    return reader->postcopy_page_sizes
               ? ob_vm_expect(reader, 1, step_block_page_size, "page size of a block")
               : ob_vm_blocks_go_on(reader);
}

static bool step_total(ObVmReader *reader, const uint8_t *bytes)
{
    uint64_t record = hw_load_be64(bytes);

    if ((record & flags_mask(reader)) != OB_VM_RAM_MEM_SIZE) {
        return ob_vm_refuse(reader, OB_VM_BAD_RAM, EINVAL,
                            "Unknown combination of migration flags: 0x%" PRIx64
                            ", expected the blocks' size, 0x%x",
                            record & flags_mask(reader), OB_VM_RAM_MEM_SIZE);
    }
    reader->ram.announced = record & ~flags_mask(reader);
    return ob_vm_blocks_go_on(reader);
}

/* --------------------------------------------------------------------- pages */

static bool page_deliver(ObVmReader *reader, const uint8_t *data)
{
    HW_ERROR(error, 400);

    if (reader->events->ram_page && !reader->events->ram_page(reader->opaque, reader->ram.block,
                                                              reader->ram.offset, data, &error)) {
        return ob_vm_refuse_payload(reader, &error);
    }
    return record_expect(reader);
}

static bool step_page(ObVmReader *reader, const uint8_t *bytes)
{
    return page_deliver(reader, bytes);
}

static bool step_zero(ObVmReader *reader, const uint8_t *bytes)
{
    if (bytes[0]) {
        return ob_vm_refuse(reader, OB_VM_BAD_RAM, EINVAL, "Found a zero page with value %u",
                            bytes[0]);
    }
    return page_deliver(reader, NULL);
}

static bool page_check(ObVmReader *reader)
{
    const ObVmBlock *block = block_at(reader, reader->ram.block);

    if (reader->ram.offset >= block->length ||
        reader->ram.offset % ob_vm_reader_page_size(reader)) {
        reader->at = reader->ram.record_at;
        reader->field = "offset and flags of a page";
        return ob_vm_refuse(reader, OB_VM_BAD_RAM, EINVAL,
                            "Illegal RAM offset 0x%" PRIx64 " in block \"%s\" of 0x%" PRIx64
                            " bytes",
                            reader->ram.offset, block->name, block->length);
    }
    return true;
}

/* The record after the first page shows the page's size: QEMU sends a block's pages in order. */
static bool step_first_page(ObVmReader *reader, const uint8_t *bytes)
{
    size_t size = reader->need - 8;
    uint64_t small = UINT64_C(1) << OB_VM_PAGE_BITS_MIN, next = hw_load_be64(bytes + size);
    uint64_t kind = (next & (small - 1)) & ~(uint64_t)OB_VM_RAM_CONTINUE;
    bool is_small = (next & ~(small - 1)) == reader->ram.offset + small &&
                    (kind == OB_VM_RAM_ZERO || kind == OB_VM_RAM_PAGE);
    bool ok;

    reader->page_bits = is_small ? OB_VM_PAGE_BITS_MIN : OB_VM_PAGE_BITS;
    reader->page_bits_known = true;
    if (!blocks_deliver(reader) || !page_check(reader)) {
        return false;
    }
    if (reader->ram.flags & OB_VM_RAM_PAGE && !is_small) {
        reader->step = step_page;
        return ob_vm_expect_more(reader, ob_vm_reader_page_size(reader));
    }
    ok = reader->ram.flags & OB_VM_RAM_ZERO ? step_zero(reader, bytes) : step_page(reader, bytes);
    reader->at += size;
    ok = ok && step_record(reader, bytes + size);
    reader->at -= ok ? size : 0;
    return ok;
}

static bool page_begin(ObVmReader *reader)
{
    if (!reader->page_bits_known) {
        size_t least = reader->ram.flags & OB_VM_RAM_ZERO ? 1 : 1u << OB_VM_PAGE_BITS_MIN;

        return ob_vm_expect(reader, least + 8, step_first_page, "bytes of the first page");
    }
    if (!page_check(reader)) {
        return false;
    }
    if (reader->ram.flags & OB_VM_RAM_ZERO) {
        return ob_vm_expect(reader, 1, step_zero, "byte of a zero page");
    }
    return ob_vm_expect(reader, ob_vm_reader_page_size(reader), step_page, "bytes of a page");
}

static bool step_page_block(ObVmReader *reader, const uint8_t *bytes)
{
    size_t length = bytes[0];
    guint index;

    if (reader->need == 1 && length) {
        return ob_vm_expect_more(reader, 1 + length);
    }
    index = block_find(reader, (const char *)bytes + 1, length);
    if (index == reader->ram.blocks->len) {
        g_autofree char *raw = g_strndup((const char *)bytes + 1, length);
        g_autofree char *name = g_strescape(raw, NULL);

        return ob_vm_refuse(reader, OB_VM_BAD_RAM, EINVAL, "Can't find block %s", name);
    }
    reader->ram.block = index;
    return page_begin(reader);
}

static bool section_end(ObVmReader *reader)
{
    HW_ERROR(error, 400);
    bool last = reader->ram.type == OB_VM_END;

    reader->ram.ended = last;
    if (reader->ram.type != OB_VM_START && !blocks_deliver(reader)) {
        return false;
    }
    if (reader->ram.type != OB_VM_START && reader->events->ram_pass_end &&
        !reader->events->ram_pass_end(reader->opaque, last, &error)) {
        return ob_vm_refuse_payload(reader, &error);
    }
    return ob_vm_expect_footer(reader);
}

static const struct {
    uint32_t flag;
    ObVmReason reason;
    const char *sentence;
} unsupported[] = {
    { OB_VM_RAM_XBZRLE, OB_VM_XBZRLE_PAGES, "XBZRLE pages are not supported" },
    { OB_VM_RAM_COMPRESS, OB_VM_COMPRESSED_PAGES, "Received an unexpected compressed page" },
    { OB_VM_RAM_MULTIFD, OB_VM_MULTIFD_PAGES, "Multifd migration is not supported" },
    { OB_VM_RAM_HOOK, OB_VM_RDMA_PAGES, "RDMA migration is not supported" },
};

static bool step_record(ObVmReader *reader, const uint8_t *bytes)
{
    uint64_t record = hw_load_be64(bytes);
    uint32_t flags = (uint32_t)(record & flags_mask(reader));
    uint32_t kind = flags & ~(uint32_t)OB_VM_RAM_CONTINUE;

    for (size_t i = 0; i < G_N_ELEMENTS(unsupported); i++) {
        if (flags & unsupported[i].flag) {
            return ob_vm_refuse(reader, unsupported[i].reason, EOPNOTSUPP, "%s: flags 0x%" PRIx32,
                                unsupported[i].sentence, flags);
        }
    }
    if (kind == OB_VM_RAM_EOS) {
        return section_end(reader);
    }
    if ((kind != OB_VM_RAM_ZERO && kind != OB_VM_RAM_PAGE) || reader->ram.type == OB_VM_START) {
        return ob_vm_refuse(reader, OB_VM_BAD_RAM, EINVAL,
                            "Unknown combination of migration flags: 0x%" PRIx32, flags);
    }
    reader->ram.offset = record & ~flags_mask(reader);
    reader->ram.flags = flags;
    reader->ram.record_at = reader->at;
    if (!(flags & OB_VM_RAM_CONTINUE)) {
        return ob_vm_expect(reader, 1, step_page_block, "name of a page's block");
    }
    if (reader->ram.block >= reader->ram.blocks->len) {
        return ob_vm_refuse(reader, OB_VM_BAD_RAM, EINVAL, "Ack, bad migration stream!");
    }
    return page_begin(reader);
}

/* Most of an idle guest's stream is zero pages.  Valid zero pages of the last page's block are
 * skipped here at once, if the reader's user has no callback for pages. */
size_t ob_vm_ram_skip_zeros(ObVmReader *reader, const uint8_t *bytes, size_t size)
{
    const uint64_t flags = OB_VM_RAM_ZERO | OB_VM_RAM_CONTINUE;
    const uint64_t mask = ob_vm_reader_page_size(reader) - 1;
    size_t at = 0;
    uint64_t length;

    if (reader->step != step_record || reader->gathered->len || reader->events->ram_page ||
        !reader->page_bits_known || reader->ram.type == OB_VM_START ||
        reader->ram.block >= reader->ram.blocks->len) {
        return 0;
    }
    length = block_at(reader, reader->ram.block)->length;
    for (; size - at >= 9; at += 9) {
        uint64_t record = hw_load_be64(bytes + at);

        if ((record & mask) != flags || record - flags >= length || bytes[at + 8] != 0) {
            break;
        }
    }
    reader->at += at;
    return at;
}

bool ob_vm_ram_begin(ObVmReader *reader, ObVmType type)
{
    HW_ERROR(error, 400);

    reader->ram.type = type;
    reader->ram.parts = type != OB_VM_START;
    if (type == OB_VM_START) {
        reader->ram.started = true;
        reader->ram.id = reader->section.id;
        return ob_vm_expect(reader, 8, step_total, "size of all blocks");
    }
    if (reader->events->ram_pass &&
        !reader->events->ram_pass(reader->opaque, type == OB_VM_END, &error)) {
        return ob_vm_refuse_payload(reader, &error);
    }
    return record_expect(reader);
}
