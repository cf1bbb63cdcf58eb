/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arm-sysreg-sync: copies a vCPU's system registers between kernel, CPU state and a migration
 * stream.  Specified in arm-sysreg-sync.rst. */
#include "devices/arm-sysreg-sync.h"

#include <errno.h>
#include <inttypes.h>

#include "devices/devices.h"
#include "hw-api/device/error.h"

#define COMMAND_MASK 0xff

/* ----------------------------------------------------------- the register window */

static bool index_is_valid(const ArmSysregSync *s)
{
    return s->regs[ARM_SYSREG_INDEX / 4] < s->list.count;
}

static uint64_t written_value(const ArmSysregSync *s)
{
    return (uint64_t)s->regs[ARM_SYSREG_VALUE / 4 + 1] << 32 | s->regs[ARM_SYSREG_VALUE / 4];
}

static int state_write(ArmSysregSync *s)
{
    uint32_t index = s->regs[ARM_SYSREG_INDEX / 4];

    if (!index_is_valid(s) || s->list.place[index] < 0) {
        return -ENOENT;
    }
    return arm_cpu_state_write(&s->state, (uint32_t)s->list.place[index], written_value(s))
               ? 0
               : -EINVAL;
}

static int list_write(ArmSysregSync *s)
{
    if (!index_is_valid(s)) {
        return -ENOENT;
    }
    arm_sysreg_list_set(s, s->regs[ARM_SYSREG_INDEX / 4], written_value(s));
    return 0;
}

static int register_find(ArmSysregSync *s)
{
    int32_t index = arm_sysreg_index(s, written_value(s));

    if (index < 0) {
        return -ENOENT;
    }
    s->regs[ARM_SYSREG_INDEX / 4] = (uint32_t)index;
    return 0;
}

static int list_to_state(ArmSysregSync *s)
{
    arm_sysreg_list_to_state(s);
    return 0;
}

static int state_to_list(ArmSysregSync *s)
{
    arm_sysreg_state_to_list(s);
    return 0;
}

static int command_run(ArmSysregSync *s, uint32_t command)
{
    int answer;

    switch (command) {
    case ARM_SYSREG_FROM_KERNEL:
        answer = arm_sysreg_list_from_kernel(s);
        return answer ? answer : list_to_state(s);
    case ARM_SYSREG_TO_KERNEL:
    case ARM_SYSREG_TO_KERNEL_FULL:
        arm_sysreg_state_to_list(s);
        return arm_sysreg_list_to_kernel(s, command == ARM_SYSREG_TO_KERNEL_FULL);
    case ARM_SYSREG_LIST_FROM_KERNEL:
        return arm_sysreg_list_from_kernel(s);
    case ARM_SYSREG_LIST_TO_STATE:
        return list_to_state(s);
    case ARM_SYSREG_STATE_TO_LIST:
        return state_to_list(s);
    case ARM_SYSREG_LIST_TO_KERNEL:
        return arm_sysreg_list_to_kernel(s, false);
    case ARM_SYSREG_WRITE_STATE:
        return state_write(s);
    case ARM_SYSREG_WRITE_LIST:
        return list_write(s);
    case ARM_SYSREG_FIND:
        return register_find(s);
    default:
        return -EINVAL;
    }
}

/* Zero is not a command: a store to a part of COMMAND leaves its other byte lanes zero. */
static void command_written(HwDevice *dev, uint32_t command)
{
    ArmSysregSync *s = HW_DEVICE(ArmSysregSync, dev);

    if ((command & COMMAND_MASK) == 0) {
        return;
    }
    s->regs[ARM_SYSREG_STATUS / 4] = (uint32_t)-command_run(s, command & COMMAND_MASK);
    s->regs[ARM_SYSREG_FAILED / 4] = s->failed;
}

static uint32_t count_read(HwDevice *dev, uint32_t stored)
{
    (void)stored;
    return HW_DEVICE(ArmSysregSync, dev)->list.count;
}

static uint32_t flags_read(HwDevice *dev, uint32_t stored)
{
    const ArmSysregSync *s = HW_DEVICE(ArmSysregSync, dev);
    uint32_t index = s->regs[ARM_SYSREG_INDEX / 4];

    (void)stored;
    if (!index_is_valid(s)) {
        return 0;
    }
    return (s->list.place[index] >= 0 ? ARM_SYSREG_FLAG_KNOWN : 0) |
           (s->list.stuck[index] ? ARM_SYSREG_FLAG_STUCK : 0) |
           (arm_sysreg_is_hidden(s, index) ? ARM_SYSREG_FLAG_HIDDEN : 0) |
           (arm_sysreg_is_count(s->list.entries[index].id) ? ARM_SYSREG_FLAG_COUNT : 0);
}

static HwVcpuEntry selected_entry(const HwDevice *dev)
{
    const ArmSysregSync *s = (const ArmSysregSync *)dev;

    return index_is_valid(s) ? s->list.entries[s->regs[ARM_SYSREG_INDEX / 4]]
                             : (HwVcpuEntry) { 0, 0 };
}

static uint64_t selected_state(const HwDevice *dev)
{
    const ArmSysregSync *s = (const ArmSysregSync *)dev;
    int32_t place = index_is_valid(s) ? s->list.place[s->regs[ARM_SYSREG_INDEX / 4]] : -1;

    return place < 0 ? 0 : s->state.values[place];
}

#define HALVES(name, value)                                          \
    static uint32_t name##_low_read(HwDevice *dev, uint32_t stored)  \
    {                                                                \
        (void)stored;                                                \
        return (uint32_t)(value);                                    \
    }                                                                \
    static uint32_t name##_high_read(HwDevice *dev, uint32_t stored) \
    {                                                                \
        (void)stored;                                                \
        return (uint32_t)((value) >> 32);                            \
    }

HALVES(id, selected_entry(dev).id)
HALVES(list, selected_entry(dev).value)
HALVES(state, selected_state(dev))

static const HwRegister arm_sysreg_registers[] = {
    { "ID", ARM_SYSREG_ID, .reset = ARM_SYSREG_MAGIC },
    { "COMMAND", ARM_SYSREG_COMMAND, .write_only = COMMAND_MASK, .written = command_written },
    { "STATUS", ARM_SYSREG_STATUS },
    { "COUNT", ARM_SYSREG_COUNT, .read = count_read },
    { "INDEX", ARM_SYSREG_INDEX, .rw = UINT32_MAX },
    { "FLAGS", ARM_SYSREG_FLAGS, .read = flags_read,
      .fields = HW_FIELDS({ "known", 0, 1 }, { "stuck", 1, 1 }, { "hidden", 2, 1 },
                          { "count", 3, 1 }) },
    { "REG_ID", ARM_SYSREG_REG_ID, .read = id_low_read },
    { "REG_ID_HIGH", ARM_SYSREG_REG_ID + 4, .read = id_high_read },
    { "LIST", ARM_SYSREG_LIST, .read = list_low_read },
    { "LIST_HIGH", ARM_SYSREG_LIST + 4, .read = list_high_read },
    { "STATE", ARM_SYSREG_STATE, .read = state_low_read },
    { "STATE_HIGH", ARM_SYSREG_STATE + 4, .read = state_high_read },
    { "VALUE", ARM_SYSREG_VALUE, .rw = UINT32_MAX },
    { "VALUE_HIGH", ARM_SYSREG_VALUE + 4, .rw = UINT32_MAX },
    { "FAILED", ARM_SYSREG_FAILED },
};

/* ----------------------------------------------------------------------- life */

static bool port_find(ArmSysregSync *s, HwError *error)
{
    HwDevice *dev = &s->dev;
    uint32_t count;

    s->port = (HwVcpuPort) { hw_vcpu_registers(dev), dev, s->vcpu };
    count = s->port.service->vcpu_count(dev);
    return s->vcpu < count ||
           hw_error_set(error, "vcpu: %" PRIu32 " does not exist, expected 0 to %" PRIu32, s->vcpu,
                        count - 1);
}

static bool arm_sysreg_realize(HwDevice *dev, HwError *error)
{
    ArmSysregSync *s = HW_DEVICE(ArmSysregSync, dev);
    HW_ERROR(reason, HW_VCPU_EXPLAIN_SIZE);

    if (arm_sysreg_policy_read(s, &reason) && port_find(s, &reason) &&
        arm_sysreg_list_make(s, &reason) &&
        hw_vcpu_enforce(&s->port, &s->policy, s->list.entries, s->list.count, &reason)) {
        return true;
    }
    return hw_error_set(error, "%s: %s", dev->id, reason.text);
}

/* The guest restarts, and looks again which mitigations it needs: make the list anew. */
static void arm_sysreg_reset(HwDevice *dev)
{
    ArmSysregSync *s = HW_DEVICE(ArmSysregSync, dev);
    HW_ERROR(reason, HW_VCPU_EXPLAIN_SIZE);

    s->failed = 0;
    if (!arm_sysreg_list_make(s, &reason)) {
        hw_log(dev, HW_LOG_ERROR, "%s", reason.text);
    }
    arm_sysreg_list_to_state(s);
}

static const HwName arm_sysreg_forms[] = {
    [ARM_SYSREG_RECORDED] = "recorded",
    [ARM_SYSREG_READ_BACK] = "read-back",
};

/* clang-format off */
#define RULES(name_, action, description_)                                                   \
    { .name = name_, .type = HW_PROPERTY_STRING,                                             \
      .offset = (uint32_t)(offsetof(ArmSysregSync, rules) + (action) * sizeof(const char *)), \
      .description = description_ }

const HwDeviceClass arm_sysreg_sync_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "arm-sysreg-sync",
    .description = "system registers of an arm64 vCPU, between kernels that differ",
    .instance_size = sizeof(ArmSysregSync),
    .services = HW_NAMES(HW_VCPU_REGISTERS),
    .regions = HW_ROWS(HwRegion,
        { "mmio", HW_REGION_REGISTERS, .size = 0x1000, .base = offsetof(ArmSysregSync, base),
          .words = offsetof(ArmSysregSync, regs), .word_count = ARM_SYSREG_WINDOW / 4,
          .registers = HW_TABLE(arm_sysreg_registers) }),
    .properties = HW_ROWS(HwProperty,
        HW_PROP_ADDRESS("addr", ArmSysregSync, base, HW_ADDRESS_AUTO, "address of the window"),
        HW_PROP_U32("vcpu", ArmSysregSync, vcpu, 0, "number of the vCPU"),
        HW_PROP_CHOICE("form", ArmSysregSync, form, arm_sysreg_forms,
                       "how to know which values stuck in the CPU state"),
        RULES("hide", HW_VCPU_HIDE, "NAME:NAME... not to be sent"),
        RULES("pin", HW_VCPU_PIN, "NAME=VALUE:... to be given to the kernel"),
        RULES("offered", HW_VCPU_OFFERED,
              "NAME[=BITS]:... hypercalls that a destination always has"),
        RULES("tolerate", HW_VCPU_TOLERATE,
              "NAME[=VALUE[/MASK]]:... or 'default', that may be on one side alone"),
        RULES("keep", HW_VCPU_KEEP, "NAME:... of which this host's value stays"),
        HW_PROP_STRING("psci-version", ArmSysregSync, psci_version, NULL,
                       "0.2, 1.0, 1.1 ..., as pin=PSCI_VERSION=..."),
        HW_PROP_BOOL("clear-unknown", ArmSysregSync, clear_unknown, false,
                     "clear firmware bitmaps that are newer than this device")),
    .state = &arm_sysreg_state,
    .realize = arm_sysreg_realize,
    .reset = arm_sysreg_reset,
    .loaded = arm_sysreg_loaded,
    .load_undone = arm_sysreg_load_undone,
};
/* clang-format on */
