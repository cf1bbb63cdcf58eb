/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/lib/arm-streams.h"

#include <string.h>

#include "hw-api/device/bytes.h"

#define PAGE   4096u
#define BEFORE 0x238u /* bytes of fields in front of the list */

static void list_write(ObVmWriter *writer, const ArmToy *toy)
{
    g_autofree uint8_t *bytes = g_malloc(ob_cpu_registers_size(toy->count));
    size_t array = 8 * (size_t)toy->count;

    ob_cpu_registers_put(toy->registers, toy->count, bytes);
    if (toy->plain) {
        ob_vm_write_field(writer, "list", "buffer", (uint32_t)ob_cpu_registers_size(toy->count), 1,
                          bytes);
        return;
    }
    ob_vm_write_field(writer, "cpreg_vmstate_array_len", "int32 le", 4, 1, bytes);
    if (toy->count) {
        ob_vm_write_field(writer, "cpreg_vmstate_indexes", "uint64", 8, toy->count, bytes + 4);
        ob_vm_write_field(writer, "cpreg_vmstate_values", "uint64", 8, toy->count,
                          bytes + 4 + array);
    }
}

static void vcpu_write(ObVmWriter *writer, const ArmToy *toy, uint32_t vcpu)
{
    static uint8_t before[BEFORE];

    memset(before, 0x5a, sizeof(before));
    ob_vm_write_device(writer, OB_CPU_SECTION, vcpu, 22, NULL);
    ob_vm_write_field(writer, "before", "buffer", BEFORE, 1, before);
    list_write(writer, toy);
    ob_vm_write_field(writer, "power_state", "powered_off", 1, 1, (const uint8_t *)"\1");
    if (toy->timer && vcpu >= toy->timer_from) {
        ob_vm_write_subsection(writer, "cpu/wfxt-timer", 1);
        ob_vm_write_field(writer, "wfxt_timer", "timer", 8, 1, before);
        ob_vm_write_subsection_end(writer);
    }
    ob_vm_write_subsection(writer, "cpu/irq-line-state", 1);
    ob_vm_write_field(writer, "env.irq_line_state", "uint32", 4, 1, before);
    ob_vm_write_subsection_end(writer);
    ob_vm_write_device_end(writer);
}

static void ram_write(ObVmWriter *writer, const ArmToy *toy)
{
    const uint32_t zeros = MAX(toy->zero_pages, 1);
    const ObVmBlock block = { "mach-virt.ram", ((uint64_t)zeros + toy->pages) * PAGE };
    static uint8_t page[PAGE];

    memset(page, 0xa5, sizeof(page));
    ob_vm_write_ram_start(writer, &block, 1);
    ob_vm_write_ram_pass(writer, true);
    for (uint32_t i = 0; i < zeros + toy->pages; i++) {
        ob_vm_write_ram_page(writer, 0, (uint64_t)PAGE * i, i < zeros ? NULL : page);
    }
    ob_vm_write_ram_pass_end(writer);
}

void arm_toy_write(ObVmWriter *writer, const ArmToy *toy)
{
    ob_vm_write_header(writer, "virt");
    ob_vm_write_page_bits(writer, 12);
    ram_write(writer, toy);
    for (uint32_t i = 0; i < MAX(toy->vcpus, 1); i++) {
        vcpu_write(writer, toy, i);
    }
    if (toy->stranger) {
        ob_vm_write_device(writer, toy->stranger, 0, 1, NULL);
        ob_vm_write_field(writer, "flag", "uint8", 1, 1, (const uint8_t *)"\1");
        ob_vm_write_device_end(writer);
    }
    g_assert_true(ob_vm_write_end(writer, NULL, 0));
}

GByteArray *arm_toy(ArmToy toy)
{
    GByteArray *stream = g_byte_array_new();
    ObVmWriter *writer = ob_vm_writer_new(stream_sink, stream);

    arm_toy_write(writer, &toy);
    ob_vm_writer_free(writer);
    return stream;
}

size_t arm_list_offset(const GByteArray *stream)
{
    static const char header[] = "\3cpu\0\0\0\0\0\0\0\x16";

    return stream_find(stream, 0, header, sizeof(header) - 1) + sizeof(header) - 1 + BEFORE;
}

typedef struct Wanted {
    uint32_t vcpu;
    ObCpuRegisters registers;
    bool found;
} Wanted;

static bool list_take(void *opaque, const ObVmSection *section, const uint8_t *payload, size_t size,
                      const json_t *description, HwError *error)
{
    Wanted *wanted = opaque;

    if (section->instance == wanted->vcpu &&
        ob_cpu_section_is_arm(section->name, section->version, description)) {
        wanted->found = ob_cpu_registers_read(description, payload, size, &wanted->registers,
                                              error);
    }
    return true;
}

bool arm_list_find(const GByteArray *stream, uint32_t vcpu, ObCpuRegisters *registers)
{
    static const ObVmEvents events = { .section = list_take };
    Wanted wanted = { .vcpu = vcpu };
    ObVmReader *reader = ob_vm_reader_new(&events, &wanted);

    ob_vm_reader_feed(reader, stream->data, stream->len);
    if (!ob_vm_reader_finish(reader)) {
        g_error("%s", ob_vm_reader_refusal(reader)->sentence);
    }
    ob_vm_reader_free(reader);
    *registers = wanted.registers;
    return wanted.found;
}

ObCpuRegisters arm_list(const GByteArray *stream, uint32_t vcpu)
{
    ObCpuRegisters registers;

    g_assert_true(arm_list_find(stream, vcpu, &registers));
    return registers;
}
