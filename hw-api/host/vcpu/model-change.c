/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes the model to other kernels than the file's. */
#include "hw-api/host/vcpu/model-internal.h"

#include <stdlib.h>
#include <string.h>

#include "hw-api/device/vcpu-id.h"

static void register_reset(HwModelRegister *r, uint32_t vcpus, uint64_t number)
{
    for (uint32_t i = 0; i < vcpus; i++) {
        hw_model_store(r, i, number);
    }
}

bool hw_vcpu_model_limit(HwVcpuModel *model, uint64_t id, uint64_t limit)
{
    HwModelRegister *r = hw_model_find(model, id);

    if (!r || !hw_model_rule_is_firmware(&r->rule)) {
        return false;
    }
    r->rule.limit = limit;
    register_reset(r, model->vcpus.count, hw_model_rule_default(id, &r->rule));
    return true;
}

bool hw_vcpu_model_add(HwVcpuModel *model, uint64_t id, uint64_t value, bool constant)
{
    uint32_t size = HW_VCPU_REGISTER_SIZE(id);
    HwModelRegister *r;

    if ((size != 4 && size != 8) || hw_model_find(model, id)) {
        return false;
    }
    r = hw_model_insert(model, id, hw_model_rule_for(id, value, constant));
    if (!r) {
        return false;
    }
    register_reset(r, model->vcpus.count,
                   hw_model_rule_is_firmware(&r->rule) ? hw_model_rule_default(id, &r->rule)
                                                       : value);
    return true;
}

bool hw_vcpu_model_remove(HwVcpuModel *model, uint64_t id)
{
    HwModelRegister *r = hw_model_find(model, id);

    if (!r) {
        return false;
    }
    free(r->values);
    model->count--;
    memmove(r, r + 1, (size_t)(model->registers + model->count - r) * sizeof(*r));
    return true;
}

void hw_vcpu_model_set_has_run(HwVcpuModel *model, bool has_run)
{
    model->has_run = has_run;
}

bool hw_vcpu_model_poke(HwVcpuModel *model, uint32_t vcpu, uint64_t id, uint64_t value)
{
    HwModelRegister *r = vcpu < model->vcpus.count ? hw_model_find(model, id) : NULL;

    if (r) {
        hw_model_store(r, vcpu, value);
    }
    return r;
}

const char *hw_vcpu_model_rule(const HwVcpuModel *model, uint64_t id)
{
    const HwModelRegister *r = hw_model_look(model, id);

    return r ? hw_model_rule_name(&r->rule) : NULL;
}

const char *hw_vcpu_model_kernel(const HwVcpuModel *model)
{
    return model->kernel;
}

int hw_vcpu_model_class(const HwVcpuModel *model)
{
    return model->kernel_class;
}

/* ------------------------------------------------------------------- classes */

/* The lowest class that has each register, and the register's limit if the file has none. */
static const struct {
    uint64_t id;
    uint32_t since;
    uint64_t limit;
} class_registers[] = {
    { HW_VCPU_PSCI_VERSION, 1, HW_PSCI_VERSION(1, 0) },
    { HW_VCPU_WORKAROUND_1, 2, 0 },
    { HW_VCPU_WORKAROUND_2, 2, 0 },
    { HW_VCPU_WORKAROUND_3, 3, 0 },
    { HW_VCPU_STD_BMAP, 4, 1 },
    { HW_VCPU_STD_HYP_BMAP, 4, 1 },
    { HW_VCPU_VENDOR_HYP_BMAP, 4, 3 },
    { HW_VCPU_VENDOR_HYP_BMAP_2, 5, 3 },
};

/* clang-format off */
static const uint64_t class_psci[HW_VCPU_MODEL_CLASSES] = {
    0, HW_PSCI_VERSION(1, 0), HW_PSCI_VERSION(1, 0), HW_PSCI_VERSION(1, 1),
    HW_PSCI_VERSION(1, 1), HW_PSCI_VERSION(1, 3),
};
/* clang-format on */

/* The file may have registers of later kernels, which no class has. */
static void later_firmware_remove(HwVcpuModel *model)
{
    for (uint32_t i = model->count; i-- > 0;) {
        const HwModelRegister *r = &model->registers[i];
        bool known = false;

        for (size_t j = 0; j < sizeof(class_registers) / sizeof(class_registers[0]); j++) {
            known = known || class_registers[j].id == r->id;
        }
        if (!known && hw_model_rule_is_firmware(&r->rule)) {
            hw_vcpu_model_remove(model, r->id);
        }
    }
}

bool hw_vcpu_model_set_class(HwVcpuModel *model, uint32_t kernel_class)
{
    if (kernel_class >= HW_VCPU_MODEL_CLASSES) {
        return false;
    }
    later_firmware_remove(model);
    for (size_t i = 0; i < sizeof(class_registers) / sizeof(class_registers[0]); i++) {
        uint64_t id = class_registers[i].id;
        bool has = hw_model_find(model, id);

        if (kernel_class < class_registers[i].since) {
            hw_vcpu_model_remove(model, id);
        } else if (!has && !hw_vcpu_model_add(model, id, class_registers[i].limit, false)) {
            return false;
        }
    }
    if (kernel_class >= 1) {
        hw_vcpu_model_limit(model, HW_VCPU_PSCI_VERSION, class_psci[kernel_class]);
    }
    model->kernel_class = (int)kernel_class;
    return true;
}
