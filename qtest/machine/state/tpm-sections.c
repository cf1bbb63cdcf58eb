/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/state/tpm-sections.h"

#include <glib.h>
#include <inttypes.h>

#include "hw-api/device/error.h"
#include "hw-api/host/tpm/state/section.h"

struct ObTpmLoad {
    HwTpmDrivers *tpms;
    uint32_t backend;
    HwTpmState state;
};

int64_t ob_tpm_section_backend(const HwTpmDrivers *tpms, uint32_t number)
{
    for (uint32_t i = 0; i < hw_tpm_count(tpms); i++) {
        if (hw_tpm_info(tpms, i).model && number-- == 0) {
            return i;
        }
    }
    return -1;
}

/* ------------------------------------------------------------------- saving */

static bool tpm_save(HwTpmDrivers *tpms, uint32_t backend, uint32_t number, ObVmWriter *writer,
                     HwError *error)
{
    HwTpmSectionField fields[HW_TPM_SECTION_FIELDS];
    HwTpmState state;

    if (!hw_tpm_save(tpms, backend, &state, error)) {
        return false;
    }
    hw_tpm_section_fields(&state, fields);
    ob_vm_write_device(writer, HW_TPM_SECTION_NAME, number, HW_TPM_SECTION_VERSION, NULL);
    for (uint32_t i = 0; i < HW_TPM_SECTION_FIELDS; i++) {
        ob_vm_write_field(writer, fields[i].name, fields[i].type, fields[i].size, 1,
                          fields[i].bytes);
    }
    ob_vm_write_device_end(writer);
    hw_tpm_state_clear(&state);
    hw_tpm_let_go(tpms, backend);
    return true;
}

bool ob_tpms_save(HwTpmDrivers *tpms, ObVmWriter *writer, uint32_t *sections, HwError *error)
{
    int64_t backend;

    for (uint32_t number = 0; (backend = ob_tpm_section_backend(tpms, number)) >= 0; number++) {
        if (!tpm_save(tpms, (uint32_t)backend, number, writer, error)) {
            return false;
        }
        *sections += 1;
    }
    return true;
}

/* ------------------------------------------------------------------ loading */

ObVmMeasure ob_tpm_section_measure(void *opaque, const ObVmSection *section, const uint8_t *bytes,
                                   size_t size, size_t *need, HwError *error)
{
    (void)opaque;
    if (section->version > HW_TPM_SECTION_VERSION) {
        *need = 0;
        hw_error_set(error,
                     "savevm: unsupported version %" PRIu32 " for '" HW_TPM_SECTION_NAME "' v%d",
                     section->version, HW_TPM_SECTION_VERSION);
        return OB_VM_REFUSED;
    }
    switch (hw_tpm_section_measure(bytes, size, need, error)) {
    case HW_TPM_SECTION_MEASURED:
        return OB_VM_MEASURED;
    case HW_TPM_SECTION_MORE:
        return OB_VM_MORE;
    default:
        return OB_VM_REFUSED;
    }
}

ObTpmLoad *ob_tpm_load_prepare(HwTpmDrivers *tpms, const ObVmSection *section,
                               const uint8_t *payload, size_t size, bool local, bool own,
                               HwError *error)
{
    int64_t backend = ob_tpm_section_backend(tpms, section->instance);
    ObTpmLoad *load = g_new0(ObTpmLoad, 1);

    load->tpms = tpms;
    load->backend = (uint32_t)backend;
    if (!hw_tpm_section_decode(&load->state, payload, size, error) ||
        !hw_tpm_state_check(tpms, load->backend, &load->state, error)) {
        ob_tpm_load_free(load);
        return NULL;
    }
    load->state.local = local;
    load->state.own = own;
    return load;
}

bool ob_tpm_load_commit(const ObTpmLoad *load, HwError *error)
{
    HW_ERROR(inner, 400);

    return hw_tpm_load(load->tpms, load->backend, &load->state, &inner) ||
           hw_error_set(error, HW_TPM_SECTION_NAME ": %s", inner.text);
}

void ob_tpm_load_free(ObTpmLoad *load)
{
    if (load) {
        hw_tpm_state_clear(&load->state);
        g_free(load);
    }
}
