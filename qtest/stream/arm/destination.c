/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/arm/destination.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/device/vcpu-id.h"
#include "hw-api/host/vcpu/model-rule.h"
#include "qtest/stream/arm/register-class.h"
#include "qtest/stream/container/input.h"

/* ----------------------------------------------------------------- lists of vCPUs */

static void registers_clear(void *registers)
{
    ob_cpu_registers_clear(registers);
}

static GArray *vcpus_new(void)
{
    GArray *vcpus = g_array_new(FALSE, TRUE, sizeof(ObCpuRegisters));

    g_array_set_clear_func(vcpus, registers_clear);
    return vcpus;
}

static bool vcpu_read(const ObModelSection *section, const char *path, GArray *vcpus,
                      HwError *error)
{
    ObCpuRegisters registers = { .vcpu = section->instance };
    HW_ERROR(why, 400);

    if (!ob_cpu_registers_read(section->description, section->payload, section->size, &registers,
                               &why)) {
        return hw_error_set(error, "%s: cpu %" PRIu32 ": %s", path, section->instance, why.text);
    }
    g_array_append_val(vcpus, registers);
    return true;
}

GArray *ob_model_vcpus(const ObModel *model, const char *path, HwError *error)
{
    g_autoptr(GArray) vcpus = vcpus_new();

    for (guint i = 0; i < model->sections->len; i++) {
        const ObModelSection *section = model->sections->pdata[i];

        if (ob_cpu_section_is_arm(section->name, section->version, section->description) &&
            !vcpu_read(section, path, vcpus, error)) {
            return NULL;
        }
    }
    return g_steal_pointer(&vcpus);
}

bool ob_cpu_registers_are_kvm(const ObCpuRegisters *registers)
{
    for (uint32_t i = 0; i < registers->count; i++) {
        uint64_t id = registers->entries[i].id;

        if (HW_VCPU_ID_ARCH(id) == HW_VCPU_ID_ARM) {
            return false;
        }
        if (ob_register_is_firmware(id) || HW_VCPU_KIND(id) == HW_VCPU_KIND_DEMUX) {
            return true;
        }
    }
    return false;
}

/* ------------------------------------------------------------------------ files */

/* QEMU's list leaves out core and SVE registers, which are elsewhere in the section. */
static bool row_is_listed(const HwRegsRow *row)
{
    uint32_t kind = HW_VCPU_KIND(row->id);

    return kind != HW_VCPU_KIND_CORE && kind != HW_VCPU_KIND_SVE && row->get == 0 &&
           (row->size == 4 || row->size == 8);
}

static int entry_compare(const void *a, const void *b)
{
    uint64_t left = ((const ObCpuRegister *)a)->id, right = ((const ObCpuRegister *)b)->id;

    return left < right ? -1 : left > right;
}

static void regs_list(const HwRegsFile *file, GArray *vcpus)
{
    ObCpuRegisters registers = { .entries = g_new0(ObCpuRegister, file->count + 1) };

    for (uint32_t i = 0; i < file->count; i++) {
        const HwRegsRow *row = &file->rows[i];

        if (row_is_listed(row)) {
            registers.entries[registers.count++] = (ObCpuRegister) { row->id, hw_regs_number(row) };
        }
    }
    qsort(registers.entries, registers.count, sizeof(*registers.entries), entry_compare);
    g_array_append_val(vcpus, registers);
}

static bool regs_open(ObDestination *destination, HwError *error)
{
    destination->regs = hw_regs_load(destination->path, error);
    if (!destination->regs) {
        return false;
    }
    destination->kvm = true;
    destination->vcpus = vcpus_new();
    regs_list(destination->regs, destination->vcpus);
    return true;
}

static bool vcpus_check(const ObDestination *destination, HwError *error)
{
    for (guint i = 0; i < destination->vcpus->len; i++) {
        const ObCpuRegisters *vcpu = &g_array_index(destination->vcpus, ObCpuRegisters, i);
        uint32_t at = ob_cpu_registers_disorder(vcpu);

        if (at < vcpu->count) {
            return hw_error_set(error,
                                "%s: cpu %" PRIu32 ": register 0x%" PRIx64 " at index %" PRIu32
                                " comes after 0x%" PRIx64 ", expected ascending ids",
                                destination->path, vcpu->vcpu, vcpu->entries[at].id, at,
                                vcpu->entries[at - 1].id);
        }
    }
    return true;
}

static bool stream_open(ObDestination *destination, HwError *error)
{
    char text[700];

    destination->stream = ob_model_read(destination->path, NULL, error);
    if (!destination->stream) {
        return false;
    }
    if (destination->stream->refusal.reason) {
        ob_vm_refusal_format(&destination->stream->refusal, text, sizeof(text));
        return hw_error_set(error, "%s: %s", destination->path, text);
    }
    destination->vcpus = ob_model_vcpus(destination->stream, destination->path, error);
    if (!destination->vcpus || !vcpus_check(destination, error)) {
        return false;
    }
    destination->kvm = destination->vcpus->len &&
                       ob_cpu_registers_are_kvm(
                           &g_array_index(destination->vcpus, ObCpuRegisters, 0));
    return true;
}

/* False also for a file that can't be opened: regs_open() then reports the error. */
static bool file_is_stream(const char *path)
{
    uint8_t start[OB_VM_LIBVIRT_MAGIC];
    FILE *file = fopen(path, "rbe");
    bool is = file && ob_vm_input_is_stream(start, fread(start, 1, sizeof(start), file));

    if (file) {
        fclose(file);
    }
    return is;
}

ObDestination *ob_destination_open(const char *path, HwError *error)
{
    ObDestination *destination = g_new0(ObDestination, 1);

    destination->path = g_strdup(path);
    if (file_is_stream(path) ? stream_open(destination, error) : regs_open(destination, error)) {
        return destination;
    }
    ob_destination_free(destination);
    return NULL;
}

void ob_destination_free(ObDestination *destination)
{
    if (destination) {
        g_clear_pointer(&destination->vcpus, g_array_unref);
        ob_model_free(destination->stream);
        hw_regs_free(destination->regs);
        g_free(destination->path);
        g_free(destination);
    }
}

const ObCpuRegisters *ob_destination_vcpu(const ObDestination *destination, uint32_t vcpu)
{
    for (guint i = 0; i < destination->vcpus->len; i++) {
        const ObCpuRegisters *registers = &g_array_index(destination->vcpus, ObCpuRegisters, i);

        if (destination->regs || registers->vcpu == vcpu) {
            return registers;
        }
    }
    return NULL;
}

/* ------------------------------------------------------------------------- rules */

static HwModelRule rule_of(const ObDestination *destination, uint64_t id, uint64_t own)
{
    const HwRegsRow *row = destination->regs ? hw_regs_find(destination->regs, id) : NULL;

    return row ? hw_model_rule_of(destination->regs, row)
               : hw_model_rule_for(id, own, ob_register_is_constant(id));
}

int ob_destination_accepts(const ObDestination *destination, uint64_t id, uint64_t own,
                           uint64_t value)
{
    HwModelRule rule;
    bool store;

    if (!destination->kvm) {
        return ob_register_is_constant(id) && value != own ? -EPERM : 0;
    }
    rule = rule_of(destination, id, own);
    return hw_model_rule_check(&rule, own, value, false, &store);
}

uint64_t ob_destination_nearest(const ObDestination *destination, uint64_t id, uint64_t own,
                                uint64_t value)
{
    HwModelRule rule = rule_of(destination, id, own);

    return rule.kind == HW_MODEL_BITMAP ? value & rule.limit : rule.limit;
}
