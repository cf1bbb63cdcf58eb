/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TPM CRB at any address: its instance, and its layouts in streams. */
#ifndef TPM_CRB_DEVICE_H
#define TPM_CRB_DEVICE_H

#include "devices/tpm-crb-core.h"

/* The layout that the property `state` chooses: this device's own or another program's. */
typedef enum TpmCrbLayout {
    TPM_CRB_LAYOUT_OWN,
    TPM_CRB_LAYOUT_PC,
    TPM_CRB_LAYOUT_SYSBUS,
    TPM_CRB_LAYOUT_MEM,
    TPM_CRB_LAYOUT_MMIO,
    TPM_CRB_LAYOUT_COUNT,
} TpmCrbLayout;

typedef struct TpmCrbDevice {
    TpmCrb crb;
    uint64_t base;
    uint64_t window;
    uint32_t layout; /* TpmCrbLayout */
} TpmCrbDevice;

enum {
    TPM_CRB_DEVICE_PAGE, /* regions */
    TPM_CRB_DEVICE_COPY,
    TPM_CRB_DEVICE_PPI,
    TPM_CRB_DEVICE_REGIONS,
};

extern const HwName tpm_crb_layout_names[TPM_CRB_LAYOUT_COUNT];
extern const HwState tpm_crb_device_state;
extern const HwLayout tpm_crb_device_layouts[TPM_CRB_LAYOUT_COUNT - 1];

/* Hook of the class. */
void tpm_crb_device_loaded(HwDevice *dev);

/* True if the layout has the buffer in a RAM block of its own. */
static inline bool tpm_crb_layout_has_copy(uint32_t layout)
{
    return layout == TPM_CRB_LAYOUT_PC || layout == TPM_CRB_LAYOUT_SYSBUS;
}

/* True if the layout has the registers only in the page, not as fields. */
static inline bool tpm_crb_layout_has_page_alone(uint32_t layout)
{
    return layout == TPM_CRB_LAYOUT_MEM || layout == TPM_CRB_LAYOUT_MMIO;
}

#endif
