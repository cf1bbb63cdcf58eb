/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sections that come before the pages of RAM: from 8.0 on QEMU sends the plugged blocks of
 * virtio-mem there.  The description of their fields comes only after all of RAM, so their length
 * is found in another way.
 */
#include "qtest/stream/codec/reader-internal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "hw-api/device/bytes.h"

#define FOOTER_SIZE 5u
#define EARLY_MAX   (1u << 20)

bool ob_vm_is_early(const ObVmReader *reader)
{
    return reader->value == OB_VM_FULL && !reader->ram.parts && !reader->devices_begun &&
           (reader->ram.started || g_str_has_suffix(reader->name, OB_VM_VIRTIO_MEM_EARLY));
}

/* ---------------------------------------------------------------- virtio-mem */

static bool step_virtio_mem(ObVmReader *reader, const uint8_t *bytes)
{
    uint64_t region = hw_load_be64(bytes + OB_VM_VIRTIO_MEM_REGION);
    uint64_t block = hw_load_be64(bytes + OB_VM_VIRTIO_MEM_BLOCK);
    uint64_t blocks = block ? region / block : 0;

    if (block == 0 || region % block) {
        return ob_vm_refuse(reader, OB_VM_BAD_LENGTH, EINVAL,
                            "virtio-mem: a region of 0x%" PRIx64 " bytes, expected a multiple of "
                            "its block size 0x%" PRIx64,
                            region, block);
    }
    reader->keep = true;
    return ob_vm_expect_payload(reader,
                                OB_VM_VIRTIO_MEM_BITMAP + (blocks / 64 + (blocks % 64 != 0)) * 8);
}

/* ------------------------------------------------------------------- others */

/* The section ends at its footer, the first place with the section's id behind the mark. */
static bool step_find_footer(ObVmReader *reader, const uint8_t *bytes)
{
    size_t at = reader->need - FOOTER_SIZE;

    if (bytes[at] == OB_VM_FOOTER && hw_load_be32(bytes + at + 1) == reader->section.id) {
        reader->keep = true;
        return ob_vm_expect_payload(reader, at);
    }
    if (reader->need > EARLY_MAX) {
        return ob_vm_refuse(reader, OB_VM_TOO_LARGE, EINVAL,
                            "Section '%s' %" PRIu32 " has no footer within %u bytes", reader->name,
                            reader->section.instance, EARLY_MAX);
    }
    return ob_vm_expect_more(reader, reader->need + 1);
}

bool ob_vm_read_early(ObVmReader *reader)
{
    reader->section_description = NULL;
    if (!ob_vm_section_begin(reader)) {
        return false;
    }
    return g_str_has_suffix(reader->name, OB_VM_VIRTIO_MEM_EARLY)
               ? ob_vm_expect(reader, OB_VM_VIRTIO_MEM_BITMAP, step_virtio_mem, "payload")
               : ob_vm_expect(reader, FOOTER_SIZE, step_find_footer, "payload");
}
