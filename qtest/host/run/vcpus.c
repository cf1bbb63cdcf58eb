/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/run/vcpus.h"

#include <glib.h>
#include <string.h>

#include "hw-api/device/error.h"

#define VCPUS_MAX 512 /* virt's limit */

static bool vcpu_count_parse(const char *text, uint32_t *count, HwError *error)
{
    uint64_t number;

    if (!g_ascii_string_to_unsigned(text, 10, 1, VCPUS_MAX, &number, NULL)) {
        return hw_error_set(error, "vcpus: invalid value '%s': expected 1 to %d", text, VCPUS_MAX);
    }
    *count = (uint32_t)number;
    return true;
}

static bool model_configure(HwVcpuModel *model, const ObKeyval *keyval, HwError *error)
{
    for (uint32_t i = 0; i < keyval->count; i++) {
        const ObOption *option = &keyval->options[i];

        if (strcmp(option->key, "model") != 0 && strcmp(option->key, "vcpus") != 0 &&
            !hw_vcpu_model_configure(model, option->key, option->value, error)) {
            return false;
        }
    }
    return true;
}

HwVcpuModel *ob_vcpus_new(const ObKeyval *keyval, HwError *error)
{
    const char *path = ob_keyval_get(keyval, "model");
    const char *number = ob_keyval_get(keyval, "vcpus");
    uint32_t count = 1;
    HwRegsFile *file;
    HwVcpuModel *model;

    if (!path) {
        hw_error_set(error, "model= is missing, expected a .regs file");
        return NULL;
    }
    if (number && !vcpu_count_parse(number, &count, error)) {
        return NULL;
    }
    file = hw_regs_load(path, error);
    if (!file) {
        return NULL;
    }
    model = hw_vcpu_model_new(file, count);
    hw_regs_free(file);
    if (!model) {
        hw_error_set(error, "out of memory");
    } else if (!model_configure(model, keyval, error)) {
        hw_vcpu_model_free(model);
        model = NULL;
    }
    return model;
}
