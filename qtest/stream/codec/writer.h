/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes a migration stream: the calls below in the order of the stream.
 *
 *     header, [page bits], ram start, {pass, pages, pass end}, devices, end
 *
 * Once the sink has failed, all else does nothing.  A call out of order is the
 * caller's mistake, not the stream's: it ends the program by g_assert().  One thread
 * uses a writer at a time.
 */
#ifndef OB_VM_WRITER_H
#define OB_VM_WRITER_H

#include "qtest/stream/codec/reader.h"

typedef struct ObVmWriter ObVmWriter;

/* Takes bytes of the stream; false: it can't, and no more come. */
typedef bool ObVmSink(void *opaque, const uint8_t *bytes, size_t size);

ObVmWriter *ob_vm_writer_new(ObVmSink *sink, void *opaque);
void ob_vm_writer_free(ObVmWriter *writer);     /* NULL is allowed */

/* Hands the sink what is buffered.  False if the sink has failed. */
bool ob_vm_writer_flush(ObVmWriter *writer);

/* Bytes of the stream so far, the buffered ones included. */
uint64_t ob_vm_writer_offset(const ObVmWriter *writer);

/* Magic, version and configuration; `machine` has 1 to OB_VM_NAME_MAX bytes. */
void ob_vm_write_header(ObVmWriter *writer, const char *machine);

/* Of the target; to be called where the machine's CPUs let it vary, as Arm's do. */
void ob_vm_write_page_bits(ObVmWriter *writer, uint32_t bits);

void ob_vm_write_command(ObVmWriter *writer, uint32_t command, const uint8_t *bytes, size_t size);

/* The id of the next section; they count up from 0 by themselves. */
void ob_vm_writer_set_next_id(ObVmWriter *writer, uint32_t id);

/* Names must stay until the end; lengths are multiples of the page size. */
void ob_vm_write_ram_start(ObVmWriter *writer, const ObVmBlock *blocks, uint32_t count);

/* Encloses pages; no page comes after the last pass. */
void ob_vm_write_ram_pass(ObVmWriter *writer, bool last);
void ob_vm_write_ram_pass_end(ObVmWriter *writer);

/* `data` is one page, NULL: zeros. */
void ob_vm_write_ram_page(ObVmWriter *writer, uint32_t block, uint64_t offset,
                          const uint8_t *data);

/* Whether a page can be sent as zeros. */
bool ob_vm_is_zero(const uint8_t *bytes, size_t size);

/* `description_name` NULL: the name. */
void ob_vm_write_device(ObVmWriter *writer, const char *name, uint32_t instance,
                        uint32_t version, const char *description_name);

/* `count` elements of `size` bytes, big-endian already.  `type` is QEMU's: "uint32",
 * "buffer". */
void ob_vm_write_field(ObVmWriter *writer, const char *name, const char *type,
                       uint32_t size, uint32_t count, const uint8_t *bytes);

/* After the fields of what it belongs to: "tpm-crb/chunk". */
void ob_vm_write_subsection(ObVmWriter *writer, const char *name, uint32_t version);
void ob_vm_write_subsection_end(ObVmWriter *writer);
void ob_vm_write_device_end(ObVmWriter *writer);

/* A device as it was read, with its id. */
void ob_vm_write_copy(ObVmWriter *writer, const ObVmSection *section, const uint8_t *payload,
                      size_t size, const json_t *description);

/* The end and the description: what was written, unless `json` has one.  Flushes; false
 * if the sink has failed. */
bool ob_vm_write_end(ObVmWriter *writer, const char *json, size_t size);

#endif
