/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A modelled kernel's registers; between model.c and model-change.c. */
#ifndef HW_HOST_VCPU_MODEL_INTERNAL_H
#define HW_HOST_VCPU_MODEL_INTERNAL_H

#include "hw-api/host/vcpu/model-rule.h"
#include "hw-api/host/vcpu/model.h"

typedef struct HwModelRegister {
    uint64_t id;
    uint32_t size;
    uint32_t order;             /* in the kernel's list */
    HwModelRule rule;
    uint8_t *values;            /* one of `size` for each vCPU; of a VM's registers the first */
} HwModelRegister;

struct HwVcpuModel {
    HwVcpus vcpus;              /* first: what a host hands out */
    HwModelRegister *registers;        /* ascending by id */
    uint32_t count;
    uint32_t room;
    uint32_t next_order;
    uint32_t expected;          /* index of the register that is asked for next, perhaps */
    bool has_run;
    int kernel_class;
    char *kernel;
};

/* NULL if there is none.  _find: mostly the one after that of the last call. */
HwModelRegister *hw_model_look(const HwVcpuModel *model, uint64_t id);
HwModelRegister *hw_model_find(HwVcpuModel *model, uint64_t id);

/* In the list behind the others, with a value of zero; the id must be new.  NULL if
 * memory runs out. */
HwModelRegister *hw_model_insert(HwVcpuModel *model, uint64_t id, HwModelRule rule);

void hw_model_store(HwModelRegister *r, uint32_t vcpu, uint64_t number);

#endif
