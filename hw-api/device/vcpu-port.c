/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and sets a vCPU's list of registers. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "hw-api/device/error.h"
#include "hw-api/device/vcpu-id.h"
#include "hw-api/device/vcpu-merge.h"
#include "hw-api/device/vcpu-name.h"

#define LIST_ATTEMPTS 8     /* the kernel's list may grow between two calls */
#define LIST_MAX      65536 /* ids; far more than any kernel has */

int hw_vcpu_read(const HwVcpuPort *port, uint64_t id, uint64_t *value)
{
    uint32_t size = HW_VCPU_REGISTER_SIZE(id);
    uint32_t word = 0;
    int answer;

    if (size == sizeof(word)) {
        answer = port->service->get(port->dev, port->vcpu, id, &word, size);
        *value = word;
        return answer;
    }
    return size == sizeof(*value) ? port->service->get(port->dev, port->vcpu, id, value, size)
                                  : -EINVAL;
}

int hw_vcpu_write(const HwVcpuPort *port, uint64_t id, uint64_t value)
{
    uint32_t size = HW_VCPU_REGISTER_SIZE(id);
    uint32_t word = (uint32_t)value;

    if (size == sizeof(word)) {
        return value == word ? port->service->set(port->dev, port->vcpu, id, &word, size) : -EINVAL;
    }
    return size == sizeof(value) ? port->service->set(port->dev, port->vcpu, id, &value, size)
                                 : -EINVAL;
}

bool hw_vcpu_id_is_listed(uint64_t id)
{
    return HW_VCPU_ID_ARCH(id) != HW_VCPU_ID_ARM64 ||
           (HW_VCPU_KIND(id) != HW_VCPU_KIND_CORE && HW_VCPU_KIND(id) != HW_VCPU_KIND_SVE);
}

/* The kernel's list, which may grow or shrink between two calls.  The caller frees it. */
static uint64_t *ids_read(const HwVcpuPort *port, uint32_t *count, HwError *error)
{
    uint64_t *ids = NULL;
    uint32_t room = 0;

    for (uint32_t i = 0; i < LIST_ATTEMPTS; i++) {
        int answer;

        *count = room;
        answer = port->service->list(port->dev, port->vcpu, ids, count);
        if (answer == 0 && *count <= room) {
            return ids;
        }
        free(ids);
        if (answer != -E2BIG || *count > LIST_MAX) {
            hw_error_set(error,
                         "the kernel's list of vCPU %" PRIu32 " can't be read: answer %d, "
                         "%" PRIu32 " registers",
                         port->vcpu, answer, *count);
            return NULL;
        }
        room = *count + 1;
        ids = calloc(room, sizeof(*ids));
        if (!ids) {
            hw_error_set(error, "out of memory");
            return NULL;
        }
    }
    free(ids);
    hw_error_set(error,
                 "the kernel's list of vCPU %" PRIu32 " changed at each of %d attempts to "
                 "read it",
                 port->vcpu, LIST_ATTEMPTS);
    return NULL;
}

static int32_t ids_take(const uint64_t *ids, uint32_t count, HwVcpuEntry *list, uint32_t room,
                        HwError *error)
{
    char name[HW_VCPU_NAME_SIZE];
    uint32_t listed = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint64_t size = HW_VCPU_ID_SIZE(ids[i]);

        if (!hw_vcpu_id_is_listed(ids[i])) {
            continue;
        }
        if (size != HW_VCPU_ID_U32 && size != HW_VCPU_ID_U64) {
            hw_error_set(error, "%s (0x%016" PRIx64 ") has %" PRIu32 " bytes, expected 4 or 8",
                         hw_vcpu_name(ids[i], name), ids[i], HW_VCPU_REGISTER_SIZE(ids[i]));
            return -1;
        }
        if (listed == room) {
            hw_error_set(error, "the kernel lists more than %" PRIu32 " registers", room);
            return -1;
        }
        list[listed++] = (HwVcpuEntry) { ids[i], 0 };
    }
    return hw_vcpu_sort(list, listed, error) ? (int32_t)listed : -1;
}

int32_t hw_vcpu_list_ids(const HwVcpuPort *port, HwVcpuEntry *list, uint32_t room, HwError *error)
{
    uint32_t count;
    uint64_t *ids = ids_read(port, &count, error);
    int32_t listed = -1;

    if (ids) {
        listed = ids_take(ids, count, list, room, error);
    }
    free(ids);
    return listed;
}

bool hw_vcpu_read_values(const HwVcpuPort *port, HwVcpuEntry *list, uint32_t count, HwError *error)
{
    char name[HW_VCPU_NAME_SIZE];

    for (uint32_t i = 0; i < count; i++) {
        int answer = hw_vcpu_read(port, list[i].id, &list[i].value);

        if (answer) {
            return hw_error_set(error, "%s (0x%016" PRIx64 ") can't be read: answer %d",
                                hw_vcpu_name(list[i].id, name), list[i].id, answer);
        }
    }
    return true;
}

/* --------------------------------------------------------------------- setting */

static bool refused_report(const HwVcpuStep *steps, uint32_t count, uint32_t lost, HwError *error)
{
    char text[HW_VCPU_EXPLAIN_SIZE];
    const HwVcpuStep *first = NULL;
    uint32_t others = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (hw_vcpu_step_is_refused(&steps[i])) {
            others += first != NULL;
            first = first ? first : &steps[i];
        }
    }
    if (!first) {
        return true;
    }
    hw_vcpu_explain(first, text, sizeof(text));
    if (lost) {
        return hw_error_set(error, "%s; and %" PRIu32 " registers could not be set back", text,
                            lost);
    }
    return others ? hw_error_set(error, "%s (and %" PRIu32 " more)", text, others)
                  : hw_error_set(error, "%s", text);
}

/* A register that already has the value is not written. */
static bool step_sets(const HwVcpuStep *step)
{
    return step->kind == HW_VCPU_STEP_SET && step->incoming != step->own;
}

/* Undoes the steps in reverse order.  Returns the number of registers that the kernel refused to
 * set back. */
static uint32_t steps_undo(const HwVcpuPort *port, const HwVcpuStep *steps, uint32_t count)
{
    uint32_t lost = 0;

    for (uint32_t i = count; i-- > 0;) {
        if (step_sets(&steps[i]) && steps[i].answer == 0) {
            lost += hw_vcpu_write(port, steps[i].id, steps[i].own) != 0;
        }
    }
    return lost;
}

bool hw_vcpu_apply(const HwVcpuPort *port, HwVcpuStep *steps, uint32_t count, HwError *error)
{
    uint32_t failures = 0;
    uint32_t lost = 0;

    if (!refused_report(steps, count, 0, error)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (step_sets(&steps[i])) {
            steps[i].answer = hw_vcpu_write(port, steps[i].id, steps[i].incoming);
            failures += steps[i].answer != 0;
        }
    }
    if (failures) {
        lost = steps_undo(port, steps, count);
    }
    return refused_report(steps, count, lost, error);
}
