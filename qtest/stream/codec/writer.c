/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The writer's buffer, the stream's frame, and RAM. */
#include "qtest/stream/codec/writer-internal.h"

#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/text/json.h"

#define BUFFER_SIZE (256u << 10)
#define PAGE_BITS   "configuration/target-page-bits"

ObVmWriter *ob_vm_writer_new(ObVmSink *sink, void *opaque)
{
    ObVmWriter *writer = g_new0(ObVmWriter, 1);

    writer->sink = sink;
    writer->opaque = opaque;
    writer->buffer = g_malloc(BUFFER_SIZE);
    writer->page_size = UINT32_C(1) << OB_VM_PAGE_BITS;
    writer->devices = json_array();
    return writer;
}

void ob_vm_writer_free(ObVmWriter *writer)
{
    if (writer) {
        json_decref(writer->configuration);
        json_decref(writer->devices);
        g_free(writer->blocks);
        g_free(writer->buffer);
        g_free(writer);
    }
}

/* ------------------------------------------------------------------- buffer */

static void sink_take(ObVmWriter *writer, const uint8_t *bytes, size_t size)
{
    if (!writer->failed && size) {
        writer->failed = !writer->sink(writer->opaque, bytes, size);
    }
}

bool ob_vm_writer_flush(ObVmWriter *writer)
{
    sink_take(writer, writer->buffer, writer->used);
    writer->used = 0;
    return !writer->failed;
}

void ob_vm_put(ObVmWriter *writer, const void *bytes, size_t size)
{
    writer->written += size;
    if (size > BUFFER_SIZE - writer->used) {
        ob_vm_writer_flush(writer);
    }
    if (size > BUFFER_SIZE) {
        sink_take(writer, bytes, size);
    } else if (size) {
        memcpy(writer->buffer + writer->used, bytes, size);
        writer->used += size;
    }
}

void ob_vm_put_u8(ObVmWriter *writer, uint8_t value)
{
    ob_vm_put(writer, &value, 1);
}

void ob_vm_put_u16(ObVmWriter *writer, uint16_t value)
{
    uint8_t bytes[2];

    hw_store_be16(bytes, value);
    ob_vm_put(writer, bytes, sizeof(bytes));
}

void ob_vm_put_u32(ObVmWriter *writer, uint32_t value)
{
    uint8_t bytes[4];

    hw_store_be32(bytes, value);
    ob_vm_put(writer, bytes, sizeof(bytes));
}

void ob_vm_put_u64(ObVmWriter *writer, uint64_t value)
{
    ob_vm_put_u32(writer, (uint32_t)(value >> 32));
    ob_vm_put_u32(writer, (uint32_t)value);
}

void ob_vm_put_name(ObVmWriter *writer, const char *name)
{
    size_t length = strlen(name);

    g_assert(length > 0 && length <= OB_VM_NAME_MAX);
    ob_vm_put_u8(writer, (uint8_t)length);
    ob_vm_put(writer, name, length);
}

/* -------------------------------------------------------------------- frame */

static json_t *field_describe(const char *name, const char *type, size_t size)
{
    return json_pack("{s:o, s:o, s:I}", "name", ob_json_text(name), "type", ob_json_text(type),
                     "size", (json_int_t)size);
}

/* QEMU 7.2 leaves this out, and 10.0 does not.  Without it, 10.0's analyze-migration.py can't read
 * a stream whose configuration has a subsection. */
static void configuration_describe(ObVmWriter *writer, size_t name_length)
{
    writer->configuration = json_pack("{s:o, s:i, s:[o, o]}", "vmsd_name",
                                      ob_json_text("configuration"), "version", 1, "fields",
                                      field_describe("len", "uint32", 4),
                                      field_describe("name", "buffer", name_length));
}

static void page_bits_describe(ObVmWriter *writer)
{
    json_object_set_new(writer->configuration, "subsections",
                        json_pack("[{s:o, s:i, s:[o]}]", "vmsd_name", ob_json_text(PAGE_BITS),
                                  "version", 1, "fields",
                                  field_describe("target_page_bits", "uint32", 4)));
}

void ob_vm_write_header(ObVmWriter *writer, const char *machine)
{
    size_t length = strlen(machine);

    g_assert(length > 0 && length <= OB_VM_NAME_MAX && !writer->configuration);
    configuration_describe(writer, length);
    ob_vm_put_u32(writer, OB_VM_MAGIC);
    ob_vm_put_u32(writer, OB_VM_VERSION);
    ob_vm_put_u8(writer, OB_VM_CONFIGURATION);
    ob_vm_put_u32(writer, (uint32_t)length);
    ob_vm_put(writer, machine, length);
}

void ob_vm_write_page_bits(ObVmWriter *writer, uint32_t bits)
{
    g_assert(bits >= OB_VM_PAGE_BITS && bits <= OB_VM_PAGE_BITS_MAX && writer->configuration);
    writer->page_size = UINT32_C(1) << bits;
    page_bits_describe(writer);
    ob_vm_put_u8(writer, OB_VM_SUBSECTION);
    ob_vm_put_name(writer, PAGE_BITS);
    ob_vm_put_u32(writer, 1);
    ob_vm_put_u32(writer, bits);
}

void ob_vm_write_command(ObVmWriter *writer, uint32_t command, const uint8_t *bytes, size_t size)
{
    g_assert(command <= UINT16_MAX && size <= UINT16_MAX);
    ob_vm_put_u8(writer, OB_VM_COMMAND);
    ob_vm_put_u16(writer, (uint16_t)command);
    ob_vm_put_u16(writer, (uint16_t)size);
    ob_vm_put(writer, bytes, size);
}

void ob_vm_writer_set_next_id(ObVmWriter *writer, uint32_t id)
{
    writer->next_id = id;
}

void ob_vm_writer_set_sparse(ObVmWriter *writer)
{
    writer->is_sparse = true;
}

void ob_vm_writer_omit_description(ObVmWriter *writer)
{
    writer->is_bare = true;
}

void ob_vm_put_section(ObVmWriter *writer, ObVmType type, uint32_t id, const char *name,
                       uint32_t instance, uint32_t version)
{
    ob_vm_put_u8(writer, (uint8_t)type);
    ob_vm_put_u32(writer, id);
    ob_vm_put_name(writer, name);
    ob_vm_put_u32(writer, instance);
    ob_vm_put_u32(writer, version);
}

void ob_vm_put_footer(ObVmWriter *writer, uint32_t id)
{
    ob_vm_put_u8(writer, OB_VM_FOOTER);
    ob_vm_put_u32(writer, id);
}

/* ---------------------------------------------------------------------- RAM */

void ob_vm_write_ram_start(ObVmWriter *writer, const ObVmBlock *blocks, uint32_t count)
{
    uint64_t total = 0;

    g_assert(!writer->blocks);
    writer->blocks = g_memdup2(blocks, count * sizeof(*blocks));
    writer->block_count = count;
    for (uint32_t i = 0; i < count; i++) {
        g_assert(blocks[i].length % writer->page_size == 0);
        total += blocks[i].length;
    }
    writer->ram_id = writer->next_id++;
    ob_vm_put_section(writer, OB_VM_START, writer->ram_id, OB_VM_RAM, 0, OB_VM_RAM_VERSION);
    ob_vm_put_u64(writer, total | OB_VM_RAM_MEM_SIZE);
    for (uint32_t i = 0; i < count; i++) {
        ob_vm_put_name(writer, blocks[i].name);
        ob_vm_put_u64(writer, blocks[i].length);
    }
    ob_vm_put_u64(writer, OB_VM_RAM_EOS);
    ob_vm_put_footer(writer, writer->ram_id);
}

void ob_vm_write_ram_pass(ObVmWriter *writer, bool last)
{
    g_assert(!writer->in_pass && !writer->ram_ended);
    writer->in_pass = true;
    writer->ram_ended = last;
    writer->last_block = writer->block_count;
    ob_vm_put_u8(writer, last ? OB_VM_END : OB_VM_PART);
    ob_vm_put_u32(writer, writer->ram_id);
}

void ob_vm_write_ram_page(ObVmWriter *writer, uint32_t block, uint64_t offset, const uint8_t *data)
{
    uint64_t record = offset | (data ? OB_VM_RAM_PAGE : OB_VM_RAM_ZERO);

    g_assert(writer->in_pass && block < writer->block_count && offset % writer->page_size == 0 &&
             offset < writer->blocks[block].length);
    if (block == writer->last_block) {
        ob_vm_put_u64(writer, record | OB_VM_RAM_CONTINUE);
    } else {
        ob_vm_put_u64(writer, record);
        ob_vm_put_name(writer, writer->blocks[block].name);
        writer->last_block = block;
    }
    if (data) {
        ob_vm_put(writer, data, writer->page_size);
    } else {
        ob_vm_put_u8(writer, 0);
    }
}

void ob_vm_write_ram_pass_end(ObVmWriter *writer)
{
    g_assert(writer->in_pass);
    writer->in_pass = false;
    ob_vm_put_u64(writer, OB_VM_RAM_EOS);
    ob_vm_put_footer(writer, writer->ram_id);
}

bool ob_vm_is_zero(const uint8_t *bytes, size_t size)
{
    return size == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0);
}
