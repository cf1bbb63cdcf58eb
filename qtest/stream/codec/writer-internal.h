/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OB_VM_WRITER_INTERNAL_H
#define OB_VM_WRITER_INTERNAL_H

#include <glib.h>

#include "qtest/stream/codec/writer.h"

#define OB_VM_NESTING_MAX 8u /* levels: a device, its subsections, theirs ... */

struct ObVmWriter {
    ObVmSink *sink;
    void *opaque;
    bool failed;
    uint8_t *buffer;
    size_t used;
    uint64_t written; /* bytes, with those that are buffered */
    uint32_t page_size;
    uint32_t next_id;

    uint32_t ram_id;
    ObVmBlock *blocks;
    uint32_t block_count;
    uint32_t last_block; /* the last page's in this pass; block_count: no page yet */
    bool in_pass;
    bool ram_ended;
    bool is_sparse;
    bool is_bare; /* without a description */

    json_t *configuration; /* its description; NULL: no header yet */

    uint32_t device_id;
    json_t *devices;
    json_t *described[OB_VM_NESTING_MAX]; /* the device, then the subsections from outside in */
    uint64_t struct_starts[OB_VM_NESTING_MAX]; /* `written` at the start of a struct */
    unsigned depth;
};

void ob_vm_put(ObVmWriter *writer, const void *bytes, size_t size);
void ob_vm_put_u8(ObVmWriter *writer, uint8_t value);
void ob_vm_put_u16(ObVmWriter *writer, uint16_t value);
void ob_vm_put_u32(ObVmWriter *writer, uint32_t value);
void ob_vm_put_u64(ObVmWriter *writer, uint64_t value);

/* u8 length and the name. */
void ob_vm_put_name(ObVmWriter *writer, const char *name);

/* Type, id, name, instance and version. */
void ob_vm_put_section(ObVmWriter *writer, ObVmType type, uint32_t id, const char *name,
                       uint32_t instance, uint32_t version);
void ob_vm_put_footer(ObVmWriter *writer, uint32_t id);

#endif
