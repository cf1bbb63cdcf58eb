/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A modelled kernel's registers; shared by model.c and model-change.c. */
#ifndef HW_HOST_VCPU_MODEL_INTERNAL_H
#define HW_HOST_VCPU_MODEL_INTERNAL_H

#include "hw-api/host/vcpu/model-rule.h"
#include "hw-api/host/vcpu/model.h"

typedef struct HwModelRegister {
    uint64_t id;
    uint32_t size;
    uint32_t order; /* the register's place in the kernel's list */
    HwModelRule rule;
    uint8_t *values; /* `size` bytes for each vCPU; a shared register uses the first */
} HwModelRegister;

struct HwVcpuModel {
    HwVcpus vcpus;              /* first, since a host hands out its address */
    HwModelRegister *registers; /* ascending by id */
    uint32_t count;
    uint32_t room;
    uint32_t next_order;
    uint32_t expected; /* index of the register that is probably needed next */
    bool has_run;
    int kernel_class;
    char *kernel;
};

/* NULL: the model does not have the register.  _find is faster for ids in ascending order. */
HwModelRegister *hw_model_look(const HwVcpuModel *model, uint64_t id);
HwModelRegister *hw_model_find(HwVcpuModel *model, uint64_t id);

/* Adds a register at the end of the kernel's list, with a value of zero; the id must be new.
 * NULL if memory runs out. */
HwModelRegister *hw_model_insert(HwVcpuModel *model, uint64_t id, HwModelRule rule);

void hw_model_store(HwModelRegister *r, uint32_t vcpu, uint64_t number);

#endif
