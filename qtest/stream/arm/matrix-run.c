/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/arm/matrix-run.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/device/vcpu-name.h"
#include "hw-api/host/vcpu/stock.h"

/* ------------------------------------------- registers where there is no host */

static HwVcpus *vcpus_behind(HwDevice *dev)
{
    return dev->host_data;
}

static uint32_t direct_vcpu_count(HwDevice *dev)
{
    return vcpus_behind(dev)->count;
}

static int direct_list(HwDevice *dev, uint32_t vcpu, uint64_t *ids, uint32_t *count)
{
    return vcpus_behind(dev)->list(vcpus_behind(dev), vcpu, ids, count);
}

static int direct_get(HwDevice *dev, uint32_t vcpu, uint64_t id, void *value, uint32_t size)
{
    (void)size;
    return vcpus_behind(dev)->get(vcpus_behind(dev), vcpu, id, value);
}

static int direct_set(HwDevice *dev, uint32_t vcpu, uint64_t id, const void *value, uint32_t size)
{
    (void)size;
    return vcpus_behind(dev)->set(vcpus_behind(dev), vcpu, id, value);
}

static bool direct_has_run(HwDevice *dev)
{
    return vcpus_behind(dev)->has_run(vcpus_behind(dev));
}

static const HwVcpuRegisters direct_registers = {
    .abi = HW_ABI(HwVcpuRegisters),
    .vcpu_count = direct_vcpu_count,
    .list = direct_list,
    .get = direct_get,
    .set = direct_set,
    .has_run = direct_has_run,
};

/* ------------------------------------------------------------------------ lists */

static bool list_read(const HwVcpuPort *port, HwVcpuEntry *list, uint32_t *count, HwError *error)
{
    int32_t listed = hw_vcpu_list_ids(port, list, OB_MATRIX_REGISTERS_MAX, error);

    *count = listed < 0 ? 0 : (uint32_t)listed;
    return listed >= 0 && hw_vcpu_read_values(port, list, *count, error);
}

static bool values_give(const HwVcpuPort *port, const char *text, HwError *error)
{
    HwVcpuPolicy values = { .count = 0 };
    char name[HW_VCPU_NAME_SIZE];

    if (!hw_vcpu_policy_add(&values, HW_VCPU_PIN, text, error)) {
        return false;
    }
    for (uint32_t i = 0; i < values.count; i++) {
        const HwVcpuRule *rule = &values.rules[i];
        int answer = hw_vcpu_write(port, rule->id, rule->value);

        if (answer) {
            return hw_error_set(error, "%s can't be set to 0x%" PRIx64 " on the source: result %d",
                                hw_vcpu_name(rule->id, name), rule->value, answer);
        }
    }
    return true;
}

/* The register that the policy can't hide; 0: none, the refusal has another reason. */
static uint64_t unhidden(const HwVcpuPolicy *policy, const HwVcpuEntry *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (hw_vcpu_policy_find(policy, HW_VCPU_HIDE, list[i].id) &&
            !hw_vcpu_policy_may_hide(policy, list, count, &list[i], NULL)) {
            return list[i].id;
        }
    }
    return 0;
}

/* Finds the reason: a pin that the kernel refuses, or a hiding that the guest would notice. */
static ObMatrixResult enforce_failure(const HwVcpuPort *port, const HwVcpuPolicy *policy,
                                      HwVcpuEntry *list, uint32_t count)
{
    HwVcpuPolicy pins = { .clear_unknown = policy->clear_unknown };
    ObMatrixResult result = { OB_MATRIX_NO_PIN, 0 };

    for (uint32_t i = 0; i < policy->count; i++) {
        if (policy->rules[i].action != HW_VCPU_PIN) {
            continue;
        }
        pins.rules[0] = policy->rules[i];
        pins.count = 1;
        if (!hw_vcpu_enforce(port, &pins, list, count, NULL)) {
            result.id = policy->rules[i].id;
            return result;
        }
    }
    result.id = unhidden(policy, list, count);
    result.outcome = result.id ? OB_MATRIX_NO_HIDE : OB_MATRIX_NO_PIN;
    return result;
}

bool ob_matrix_save(const ObMatrixCell *cell, HwVcpus *source, ObMatrixStream *stream,
                    ObMatrixResult *result, HwError *error)
{
    HwDevice dev = { .host_data = source };
    const HwVcpuPort port = { &direct_registers, &dev, 0 };
    HwVcpuPolicy policy = { .count = 0 };
    HwVcpuEntry list[OB_MATRIX_REGISTERS_MAX];
    uint32_t count;

    stream->count = 0;
    *result = (ObMatrixResult) { OB_MATRIX_OK, 0 };
    if (!hw_vcpu_policy_parse(&policy, cell->source_policy, error) ||
        !values_give(&port, cell->set, error) || !list_read(&port, list, &count, error)) {
        return false;
    }
    if (!hw_vcpu_enforce(&port, &policy, list, count, NULL)) {
        *result = enforce_failure(&port, &policy, list, count);
        return true;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!hw_vcpu_policy_find(&policy, HW_VCPU_HIDE, list[i].id)) {
            stream->entries[stream->count++] = (HwVcpuEntry) {
                list[i].id, hw_vcpu_sent_value(&policy, &list[i])
            };
        }
    }
    return true;
}

/* ---------------------------------------------------------------------- loading */

static ObMatrixResult refused_result(int answer, uint64_t id)
{
    return (ObMatrixResult) { answer == -EBUSY    ? OB_MATRIX_EBUSY
                              : answer == -ENOENT ? OB_MATRIX_UNKNOWN
                                                  : OB_MATRIX_EINVAL,
                              id };
}

/* Stock QEMU writes its whole list in order.  The first refused register is the result. */
static ObMatrixResult stock_load(const HwVcpuPort *port, const ObMatrixStream *stream,
                                 HwVcpuEntry *own, uint32_t own_count)
{
    HwVcpuStock stock = hw_vcpu_stock_merge(stream->entries, stream->count, own, own_count);

    if (stock.verdict == HW_VCPU_STOCK_TOO_LONG) {
        return (ObMatrixResult) { OB_MATRIX_TOO_LONG, 0 };
    }
    if (stock.verdict == HW_VCPU_STOCK_UNKNOWN) {
        return (ObMatrixResult) { OB_MATRIX_UNKNOWN, stock.id };
    }
    for (uint32_t i = 0; i < own_count; i++) {
        int answer = hw_vcpu_write(port, own[i].id, own[i].value);

        if (answer) {
            return refused_result(answer, own[i].id);
        }
    }
    if (stock.dropped) {
        return (ObMatrixResult) { OB_MATRIX_LOST,
                                  stream->entries[stream->count - stock.dropped].id };
    }
    return (ObMatrixResult) { stock.missing ? OB_MATRIX_OK_OWN : OB_MATRIX_OK, 0 };
}

static ObMatrixResult merge_load(const HwVcpuPort *port, const HwVcpuPolicy *policy,
                                 const ObMatrixStream *stream, const HwVcpuEntry *own,
                                 uint32_t own_count)
{
    HwVcpuStep steps[2 * OB_MATRIX_REGISTERS_MAX];
    uint32_t count = hw_vcpu_merge(policy, stream->entries, stream->count, own, own_count, steps);
    ObMatrixResult result = { OB_MATRIX_OK, 0 };

    if (!hw_vcpu_apply(port, steps, count, NULL)) {
        for (uint32_t i = 0; i < count; i++) {
            if (hw_vcpu_step_is_refused(&steps[i])) {
                return refused_result(steps[i].answer ? steps[i].answer : -ENOENT, steps[i].id);
            }
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        if (steps[i].kind == HW_VCPU_STEP_MISSING) {
            result.outcome = OB_MATRIX_OK_OWN;
        }
    }
    return result;
}

bool ob_matrix_load(const ObMatrixCell *cell, HwVcpus *destination, const ObMatrixStream *stream,
                    ObMatrixResult *result, HwError *error)
{
    HwDevice dev = { .host_data = destination };
    const HwVcpuPort port = { &direct_registers, &dev, 0 };
    HwVcpuPolicy policy = { .count = 0 };
    HwVcpuEntry own[OB_MATRIX_REGISTERS_MAX];
    uint32_t count;

    if (!hw_vcpu_policy_parse(&policy, cell->destination_policy, error) ||
        !list_read(&port, own, &count, error)) {
        return false;
    }
    if (!hw_vcpu_enforce(&port, &policy, own, count, NULL)) {
        *result = enforce_failure(&port, &policy, own, count);
        return true;
    }
    *result = cell->column == 'S' ? stock_load(&port, stream, own, count)
                                  : merge_load(&port, &policy, stream, own, count);
    return true;
}
