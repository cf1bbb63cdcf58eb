/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/vcpu/model-internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/host/vcpu/value.h"

/* Firmware registers belong to the VM, not to each vCPU: they define the answers to firmware
 * calls. */
static bool register_is_shared(const HwModelRegister *r)
{
    return r->rule.kind == HW_MODEL_PSCI || r->rule.kind == HW_MODEL_BITMAP;
}

static uint8_t *register_value(const HwModelRegister *r, uint32_t vcpu)
{
    return r->values + (register_is_shared(r) ? 0 : (size_t)vcpu * r->size);
}

void hw_model_store(HwModelRegister *r, uint32_t vcpu, uint64_t number)
{
    hw_vcpu_value_store(register_value(r, vcpu), r->size, number);
}

/* The index of the first register whose id is not below `id`. */
static uint32_t model_position(const HwVcpuModel *model, uint64_t id)
{
    uint32_t low = 0;
    uint32_t high = model->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (model->registers[middle].id < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

HwModelRegister *hw_model_look(const HwVcpuModel *model, uint64_t id)
{
    uint32_t at = model_position(model, id);

    return at < model->count && model->registers[at].id == id ? &model->registers[at] : NULL;
}

/* Callers mostly read and set registers in ascending order, so the next one is tried first. */
HwModelRegister *hw_model_find(HwVcpuModel *model, uint64_t id)
{
    HwModelRegister *r = &model->registers[model->expected];

    if (model->expected >= model->count || r->id != id) {
        r = hw_model_look(model, id);
    }
    model->expected = r ? (uint32_t)(r - model->registers) + 1 : 0;
    return r;
}

/* ----------------------------------------------------------------- the calls */

static int order_compare(const void *a, const void *b)
{
    const HwModelRegister *left = *(const HwModelRegister *const *)a;
    const HwModelRegister *right = *(const HwModelRegister *const *)b;

    return left->order < right->order ? -1 : left->order > right->order;
}

/* Lists the ids in the kernel's order, which is not ascending. */
static int model_list(HwVcpus *vcpus, uint32_t vcpu, uint64_t *ids, uint32_t *count)
{
    const HwVcpuModel *model = (const HwVcpuModel *)vcpus;
    const HwModelRegister **sorted;
    uint32_t room = *count;

    (void)vcpu;
    *count = model->count;
    if (room < model->count) {
        return -E2BIG;
    }
    sorted = malloc((model->count + 1) * sizeof(*sorted));
    if (!sorted) {
        return -EIO;
    }
    for (uint32_t i = 0; i < model->count; i++) {
        sorted[i] = &model->registers[i];
    }
    qsort(sorted, model->count, sizeof(*sorted), order_compare);
    for (uint32_t i = 0; i < model->count; i++) {
        ids[i] = sorted[i]->id;
    }
    free(sorted);
    return 0;
}

static int model_get(HwVcpus *vcpus, uint32_t vcpu, uint64_t id, void *value)
{
    const HwModelRegister *r = hw_model_find((HwVcpuModel *)vcpus, id);

    if (!r || r->rule.get_error) {
        return r ? r->rule.get_error : -ENOENT;
    }
    memcpy(value, register_value(r, vcpu), r->size);
    return 0;
}

static int model_set(HwVcpus *vcpus, uint32_t vcpu, uint64_t id, const void *value)
{
    HwVcpuModel *model = (HwVcpuModel *)vcpus;
    HwModelRegister *r = hw_model_find(model, id);
    bool store;
    int answer;

    if (!r) {
        return -ENOENT;
    }
    answer = hw_model_rule_check(&r->rule, hw_vcpu_value_load(register_value(r, vcpu), r->size),
                                 hw_vcpu_value_load(value, r->size), model->has_run, &store);
    if (answer == 0 && store) {
        memcpy(register_value(r, vcpu), value, r->size);
    }
    return answer;
}

static bool model_has_run(HwVcpus *vcpus)
{
    return ((const HwVcpuModel *)vcpus)->has_run;
}

/* ------------------------------------------------------------ making a model */

HwModelRegister *hw_model_insert(HwVcpuModel *model, uint64_t id, HwModelRule rule)
{
    uint32_t at = model_position(model, id);
    uint32_t size = HW_VCPU_REGISTER_SIZE(id);
    uint32_t room = model->room ? model->room : 512;
    HwModelRegister *registers = model->registers;
    uint8_t *values;

    if (model->count == model->room) {
        room = model->room ? 2 * room : room;
        registers = realloc(registers, room * sizeof(*registers));
        if (!registers) {
            return NULL;
        }
        model->registers = registers;
        model->room = room;
    }
    values = calloc(model->vcpus.count, size);
    if (!values) {
        return NULL;
    }
    memmove(&registers[at + 1], &registers[at], (model->count - at) * sizeof(*registers));
    registers[at] = (HwModelRegister) { id, size, model->next_order++, rule, values };
    model->count++;
    return &registers[at];
}

static bool row_insert(HwVcpuModel *model, const HwRegsFile *file, const HwRegsRow *row)
{
    HwModelRegister *r = hw_model_insert(model, row->id, hw_model_rule_of(file, row));

    for (uint32_t i = 0; r && i < model->vcpus.count; i++) {
        memcpy(r->values + (size_t)i * r->size, row->value, r->size);
    }
    return r;
}

HwVcpuModel *hw_vcpu_model_new(const HwRegsFile *file, uint32_t vcpus)
{
    HwVcpuModel *model = vcpus > 0 ? calloc(1, sizeof(*model)) : NULL;

    if (!model) {
        return NULL;
    }
    model->vcpus = (HwVcpus) { vcpus, model_list, model_get, model_set, model_has_run };
    model->kernel_class = -1;
    model->kernel = strdup(file->kernel);
    for (uint32_t i = 0; model->kernel && i < file->count; i++) {
        if (!row_insert(model, file, &file->rows[i])) {
            hw_vcpu_model_free(model);
            return NULL;
        }
    }
    if (!model->kernel) {
        hw_vcpu_model_free(model);
        return NULL;
    }
    return model;
}

void hw_vcpu_model_free(HwVcpuModel *model)
{
    if (model) {
        for (uint32_t i = 0; i < model->count; i++) {
            free(model->registers[i].values);
        }
        free(model->registers);
        free(model->kernel);
        free(model);
    }
}

HwVcpus *hw_vcpu_model_vcpus(HwVcpuModel *model)
{
    return &model->vcpus;
}
