/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target: external input about vCPU registers.  The first byte selects its kind: a
 * device's section in a stream, a .regs file, a policy, or the text of a matrix.  A section has
 * the input's ids, or known ids.
 */
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "devices/arm-sysreg-regs.h"
#include "hw-api/device/bytes.h"
#include "hw-api/host/run/state.h"
#include "hw-api/host/vcpu/model.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host.h"
#include "qtest/stream/arm/matrix-run.h"

#define IDS_MAX   512
#define HEAD_SIZE (ARM_SYSREG_WINDOW + 8) /* registers of the window, vCPU, length */

typedef struct Bench {
    ObHost *host;
    HwVcpuModel *model;
    HwInstance *device;
    uint64_t ids[IDS_MAX];
    uint32_t count;
} Bench;

static HW_ERROR(error, 600);

static Bench *bench_new(void)
{
    static const ObOption tolerant = { "tolerate", "default" };
    const ObHostConfig config = { .architecture = "aarch64", .machine = "virt" };
    HwRegsFile *file = hw_regs_load(g_getenv("OB_REGS"), &error);
    Bench *b = g_new0(Bench, 1);
    HwVcpus *vcpus;

    if (!file) {
        g_error("%s", error.text);
    }
    b->model = hw_vcpu_model_new(file, 1);
    b->host = ob_host_new(&config, &error);
    vcpus = hw_vcpu_model_vcpus(b->model);
    ob_host_set_vcpus(b->host, vcpus);
    b->count = IDS_MAX;
    vcpus->list(vcpus, 0, b->ids, &b->count);
    if (!ob_host_load_plugins(b->host, g_getenv("OUTBOARD_SET"), &error) ||
        !(b->device = ob_host_add_device(b->host, "arm-sysreg-sync", &tolerant, 1, &error))) {
        g_error("%s", error.text);
    }
    hw_regs_free(file);
    return b;
}

/* The values of all the kernel's registers, one after the other. */
static GByteArray *values_of(Bench *b)
{
    HwVcpus *vcpus = hw_vcpu_model_vcpus(b->model);
    GByteArray *values = g_byte_array_new();
    uint8_t value[HW_REGS_VALUE_MAX];

    for (uint32_t i = 0; i < b->count; i++) {
        vcpus->get(vcpus, 0, b->ids[i], value);
        g_byte_array_append(values, value, HW_VCPU_REGISTER_SIZE(b->ids[i]));
    }
    return values;
}

/* A refused list must not change the vCPU. */
static void section_load(Bench *b, const uint8_t *bytes, size_t size)
{
    GByteArray *before = values_of(b);
    bool good = hw_state_load(b->device, 1, bytes, size, &error);
    GByteArray *after = values_of(b);

    if (good) {
        hw_instance_update(b->device);
    } else if (memcmp(before->data, after->data, before->len) != 0) {
        g_error("a refused list changed the vCPU: %s", error.text);
    }
    g_byte_array_free(before, TRUE);
    g_byte_array_free(after, TRUE);
}

/* The input is entries of 10 bytes: an index into the kernel's ids, and a value. */
static void known_ids_load(Bench *b, const uint8_t *bytes, size_t size)
{
    size_t count = MIN(size / 10, 1024);
    g_autofree uint8_t *section = g_malloc0(HEAD_SIZE + 16 * count);

    hw_store_be32(section + HEAD_SIZE - 4, (uint32_t)(16 * count));
    for (size_t i = 0; i < count; i++) {
        uint8_t *entry = section + HEAD_SIZE + 16 * i;
        uint64_t id = b->ids[hw_load_le(bytes + 10 * i, 2) % b->count];

        hw_store_be32(entry, (uint32_t)(id >> 32));
        hw_store_be32(entry + 4, (uint32_t)id);
        memcpy(entry + 8, bytes + 10 * i + 2, 8);
    }
    section_load(b, section, HEAD_SIZE + 16 * count);
}

/* The same list without the device: the fuzzer sees this code's branches. */
static void known_ids_merge(Bench *b, const uint8_t *bytes, size_t size)
{
    static const ObMatrixCell cell = { .column = 'N',
                                       .source_policy = "",
                                       .destination_policy = "tolerate=default,keep=MIDR_EL1" };
    static ObMatrixStream stream;
    GByteArray *before = values_of(b);
    ObMatrixResult result = { OB_MATRIX_OK, 0 };
    GByteArray *after;

    stream.count = (uint32_t)MIN(size / 10, OB_MATRIX_REGISTERS_MAX);
    for (uint32_t i = 0; i < stream.count; i++) {
        stream.entries[i].id = b->ids[hw_load_le(bytes + 10 * i, 2) % b->count] ^
                               (uint64_t)(bytes[10 * i + 1] >> 6) << 52;
        stream.entries[i].value = hw_load_le(bytes + 10 * i + 2, 8);
    }
    if (hw_vcpu_sort(stream.entries, stream.count, &error) &&
        !ob_matrix_load(&cell, hw_vcpu_model_vcpus(b->model), &stream, &result, &error)) {
        g_error("%s", error.text);
    }
    after = values_of(b);
    if (result.outcome > OB_MATRIX_OK_OWN && memcmp(before->data, after->data, before->len) != 0) {
        g_error("a refused list changed the vCPU");
    }
    g_byte_array_free(before, TRUE);
    g_byte_array_free(after, TRUE);
}

static void file_parse(const uint8_t *bytes, size_t size)
{
    HwRegsFile *file = hw_regs_parse("fuzz", (const char *)bytes, size, &error);
    HwVcpuModel *model = file ? hw_vcpu_model_new(file, 1) : NULL;

    if (model) {
        hw_vcpu_model_set_class(model, size % HW_VCPU_MODEL_CLASSES);
    }
    hw_vcpu_model_free(model);
    hw_regs_free(file);
}

static void policy_parse(const uint8_t *bytes, size_t size)
{
    HwVcpuPolicy policy = { .count = 0 };
    g_autofree char *text = g_strndup((const char *)bytes, size);

    if (!hw_vcpu_policy_parse(&policy, text, &error) && policy.count > 0) {
        g_error("a refused policy left rules");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Bench *b;

    if (!b) {
        b = bench_new();
    }
    if (size == 0) {
        return 0;
    }
    switch (data[0] % 6) {
    case 0:
        section_load(b, data + 1, size - 1);
        break;
    case 1:
        known_ids_merge(b, data + 1, size - 1);
        break;
    case 2:
        known_ids_load(b, data + 1, size - 1);
        break;
    case 3:
        file_parse(data + 1, size - 1);
        break;
    case 4:
        policy_parse(data + 1, size - 1);
        break;
    default:
        ob_matrix_free(ob_matrix_parse("fuzz", (const char *)data + 1, size - 1, &error));
        break;
    }
    return 0;
}
