/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes a migration stream.  The functions are called in the order of the stream:
 *
 *     header, [page bits], ram start, {pass, pages, pass end}, devices, end
 *
 * Once the sink has failed, later calls do nothing.  A call out of order is a mistake in the
 * calling code: g_assert() ends the program.  One thread uses a writer at a time.
 */
#ifndef OB_VM_WRITER_H
#define OB_VM_WRITER_H

#include "qtest/stream/codec/reader.h"

typedef struct ObVmWriter ObVmWriter;

/* Takes bytes of the stream.  False if it failed; it is then not called again. */
typedef bool ObVmSink(void *opaque, const uint8_t *bytes, size_t size);

ObVmWriter *ob_vm_writer_new(ObVmSink *sink, void *opaque);
void ob_vm_writer_free(ObVmWriter *writer); /* NULL is allowed */

/* Hands the buffered bytes to the sink.  False if the sink has failed. */
bool ob_vm_writer_flush(ObVmWriter *writer);

/* Says in the description that pages of main memory which never come are zeros. */
void ob_vm_writer_set_sparse(ObVmWriter *writer);

/* ob_vm_write_end() writes no description. */
void ob_vm_writer_omit_description(ObVmWriter *writer);

/* Magic, version and configuration; `machine` has 1 to OB_VM_NAME_MAX bytes. */
void ob_vm_write_header(ObVmWriter *writer, const char *machine);

/* Writes the target's page size.  To be called for machines whose CPUs let it vary, as Arm's. */
void ob_vm_write_page_bits(ObVmWriter *writer, uint32_t bits);

void ob_vm_write_command(ObVmWriter *writer, uint32_t command, const uint8_t *bytes, size_t size);

/* Sets the id of the next section.  Without a call ids count up from 0. */
void ob_vm_writer_set_next_id(ObVmWriter *writer, uint32_t id);

/* The blocks' names must stay valid until the end.  Lengths are multiples of the page size. */
void ob_vm_write_ram_start(ObVmWriter *writer, const ObVmBlock *blocks, uint32_t count);

/* Called before and after the pages of a pass; no page comes after the last pass. */
void ob_vm_write_ram_pass(ObVmWriter *writer, bool last);
void ob_vm_write_ram_pass_end(ObVmWriter *writer);

/* `data` is one page, NULL: zeros. */
void ob_vm_write_ram_page(ObVmWriter *writer, uint32_t block, uint64_t offset, const uint8_t *data);

/* True if all bytes are 0: a page can then be sent as a zero page. */
bool ob_vm_is_zero(const uint8_t *bytes, size_t size);

/* `description_name` is the device's name in the description, NULL: `name`. */
void ob_vm_write_device(ObVmWriter *writer, const char *name, uint32_t instance, uint32_t version,
                        const char *description_name);

/* Writes `count` elements of `size` bytes, which are big-endian.  `type` is QEMU's name of the
 * type: "uint32", "buffer". */
void ob_vm_write_field(ObVmWriter *writer, const char *name, const char *type, uint32_t size,
                       uint32_t count, const uint8_t *bytes);

/* Begins and ends a struct among the fields, with fields and subsections of its own.  `state` is the
 * name of its description. */
void ob_vm_write_struct(ObVmWriter *writer, const char *name, const char *state, uint32_t version);
void ob_vm_write_struct_end(ObVmWriter *writer);

/* Writes a subsection, "tpm-crb/chunk".  It comes after the fields of its device. */
void ob_vm_write_subsection(ObVmWriter *writer, const char *name, uint32_t version);
void ob_vm_write_subsection_end(ObVmWriter *writer);
void ob_vm_write_device_end(ObVmWriter *writer);

/* Writes a device's section as it was read, with the same id. */
void ob_vm_write_copy(ObVmWriter *writer, const ObVmSection *section, const uint8_t *payload,
                      size_t size, const json_t *description);

/* Writes the end and the description: `json`, or if it is NULL the description of all devices
 * written.  Flushes.  False if the sink has failed. */
bool ob_vm_write_end(ObVmWriter *writer, const char *json, size_t size);

#endif
