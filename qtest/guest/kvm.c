/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Linux, Documentation/virt/kvm/api.rst: KVM_GET_REG_LIST, KVM_GET_ONE_REG, KVM_SET_ONE_REG. */
#include "qtest/guest/kvm.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hw-api/device/error.h"

/* ---------------------------------------------------------------------- registers */

/* HwVcpus has no other errors: any other errno means that the vCPU can't be used. */
static int kvm_error(void)
{
    switch (errno) {
    case ENOENT:
    case EINVAL:
    case EBUSY:
    case EPERM:
    case E2BIG:
        return -errno;
    default:
        return -EIO;
    }
}

static int kvm_list(HwVcpus *vcpus, uint32_t vcpu, uint64_t *ids, uint32_t *count)
{
    const HwKvmVcpus *kvm = (const HwKvmVcpus *)vcpus;
    struct kvm_reg_list *list = calloc(1, sizeof(*list) + *count * sizeof(list->reg[0]));
    int result;

    if (!list) {
        return -EIO;
    }
    list->n = *count;
    result = ioctl(kvm->fds[vcpu], KVM_GET_REG_LIST, list) < 0 ? kvm_error() : 0;
    if (result == 0) {
        memcpy(ids, list->reg, list->n * sizeof(list->reg[0]));
    }
    if (result == 0 || result == -E2BIG) {
        *count = (uint32_t)list->n;
    }
    free(list);
    return result;
}

static int kvm_get(HwVcpus *vcpus, uint32_t vcpu, uint64_t id, void *value)
{
    const HwKvmVcpus *kvm = (const HwKvmVcpus *)vcpus;
    struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)value };

    return ioctl(kvm->fds[vcpu], KVM_GET_ONE_REG, &reg) < 0 ? kvm_error() : 0;
}

static int kvm_set(HwVcpus *vcpus, uint32_t vcpu, uint64_t id, const void *value)
{
    const HwKvmVcpus *kvm = (const HwKvmVcpus *)vcpus;
    struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)value };

    return ioctl(kvm->fds[vcpu], KVM_SET_ONE_REG, &reg) < 0 ? kvm_error() : 0;
}

static bool kvm_has_run(HwVcpus *vcpus)
{
    return ((const HwKvmVcpus *)vcpus)->ran;
}

void hw_kvm_vcpus_init(HwKvmVcpus *kvm, const int *fds, uint32_t count)
{
    *kvm = (HwKvmVcpus) {
        .vcpus = { .count = count,
                   .list = kvm_list,
                   .get = kvm_get,
                   .set = kvm_set,
                   .has_run = kvm_has_run },
        .fds = fds,
    };
}

/* ------------------------------------------------------------------------ machine */

/* Sets the error with the text of errno, and always returns false. */
static bool machine_fail(HwKvmMachine *machine, HwError *error, const char *what)
{
    hw_error_set(error, "KVM: %s: %s", what, strerror(errno));
    hw_kvm_machine_close(machine);
    return false;
}

/* Linux 6.15: the number is newer than this machine's header may be. */
#ifndef KVM_CAP_ARM_WRITABLE_IMP_ID_REGS
#define KVM_CAP_ARM_WRITABLE_IMP_ID_REGS 239
#endif

/* The capability that offers a feature, and the feature's bits at the vCPU's start. */
static const struct {
    HwKvmFeature feature;
    int capabilities[2];
    uint32_t bits;
} features[] = {
    { HW_KVM_PMU, { KVM_CAP_ARM_PMU_V3, KVM_CAP_ARM_PMU_V3 }, 1u << KVM_ARM_VCPU_PMU_V3 },
    { HW_KVM_SVE, { KVM_CAP_ARM_SVE, KVM_CAP_ARM_SVE }, 1u << KVM_ARM_VCPU_SVE },
    { HW_KVM_PAUTH,
      { KVM_CAP_ARM_PTRAUTH_ADDRESS, KVM_CAP_ARM_PTRAUTH_GENERIC },
      1u << KVM_ARM_VCPU_PTRAUTH_ADDRESS | 1u << KVM_ARM_VCPU_PTRAUTH_GENERIC },
    { HW_KVM_WRITABLE_IDS,
      { KVM_CAP_ARM_WRITABLE_IMP_ID_REGS, KVM_CAP_ARM_WRITABLE_IMP_ID_REGS },
      0 },
};

static bool is_offered(const HwKvmMachine *machine, const int *capabilities)
{
    return ioctl(machine->vm, KVM_CHECK_EXTENSION, capabilities[0]) > 0 &&
           ioctl(machine->vm, KVM_CHECK_EXTENSION, capabilities[1]) > 0;
}

/* To be called before the vCPU is made: its ID registers depend on it. */
static bool features_choose(HwKvmMachine *machine, unsigned wanted)
{
    struct kvm_enable_cap writable = { .cap = KVM_CAP_ARM_WRITABLE_IMP_ID_REGS };

    for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++) {
        if (is_offered(machine, features[i].capabilities)) {
            machine->offered |= features[i].feature;
        }
    }
    machine->on = machine->offered & wanted;
    return !(machine->on & HW_KVM_WRITABLE_IDS) ||
           ioctl(machine->vm, KVM_ENABLE_CAP, &writable) == 0;
}

static bool vcpu_init(const HwKvmMachine *machine)
{
    struct kvm_vcpu_init init = { 0 };
    int sve = KVM_ARM_VCPU_SVE;

    if (ioctl(machine->vm, KVM_ARM_PREFERRED_TARGET, &init) < 0) {
        return false;
    }
    init.features[0] |= 1u << KVM_ARM_VCPU_PSCI_0_2;
    for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++) {
        init.features[0] |= machine->on & features[i].feature ? features[i].bits : 0;
    }
    return ioctl(machine->vcpu, KVM_ARM_VCPU_INIT, &init) == 0 &&
           (!(machine->on & HW_KVM_SVE) || ioctl(machine->vcpu, KVM_ARM_VCPU_FINALIZE, &sve) == 0);
}

bool hw_kvm_machine_open(HwKvmMachine *machine, HwError *error)
{
    return hw_kvm_machine_open_with(machine, 0, error);
}

bool hw_kvm_machine_open_with(HwKvmMachine *machine, unsigned wanted, HwError *error)
{
    int size;

    *machine = (HwKvmMachine) { .kvm = -1, .vm = -1, .vcpu = -1, .gic = -1 };
    machine->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    if (machine->kvm < 0) {
        return machine_fail(machine, error, "/dev/kvm can't be opened");
    }
    machine->vm = ioctl(machine->kvm, KVM_CREATE_VM, 0);
    if (machine->vm < 0) {
        return machine_fail(machine, error, "the machine can't be made");
    }
    if (!features_choose(machine, wanted)) {
        return machine_fail(machine, error, "the ID registers can't be made writable");
    }
    machine->vcpu = ioctl(machine->vm, KVM_CREATE_VCPU, 0);
    if (machine->vcpu < 0 || !vcpu_init(machine)) {
        return machine_fail(machine, error, "the vCPU can't be made");
    }
    size = ioctl(machine->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
    machine->run = size <= 0 ? MAP_FAILED
                             : mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED,
                                    machine->vcpu, 0);
    if (machine->run == MAP_FAILED) {
        machine->run = NULL;
        return machine_fail(machine, error, "the vCPU's memory can't be mapped");
    }
    machine->run_size = (uint32_t)size;
    hw_kvm_vcpus_init(&machine->registers, &machine->vcpu, 1);
    return true;
}

/* Adds a GICv3.  Its addresses don't matter: nobody accesses it. */
static bool gic_add(HwKvmMachine *machine)
{
    const uint64_t distributor = 0x08000000, redistributor = 0x080a0000;
    struct kvm_create_device device = { .type = KVM_DEV_TYPE_ARM_VGIC_V3 };
    const struct kvm_device_attr settings[] = {
        { .group = KVM_DEV_ARM_VGIC_GRP_ADDR,
          .attr = KVM_VGIC_V3_ADDR_TYPE_DIST,
          .addr = (uintptr_t)&distributor },
        { .group = KVM_DEV_ARM_VGIC_GRP_ADDR,
          .attr = KVM_VGIC_V3_ADDR_TYPE_REDIST,
          .addr = (uintptr_t)&redistributor },
        { .group = KVM_DEV_ARM_VGIC_GRP_CTRL, .attr = KVM_DEV_ARM_VGIC_CTRL_INIT },
    };

    if (ioctl(machine->vm, KVM_CREATE_DEVICE, &device) < 0) {
        return false;
    }
    machine->gic = (int)device.fd;
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
        if (ioctl(machine->gic, KVM_SET_DEVICE_ATTR, &settings[i]) < 0) {
            return false;
        }
    }
    return true;
}

/* A vCPU with a PMU runs only if its interrupt has a number; QEMU's virt has 23. */
static bool pmu_init(const HwKvmMachine *machine)
{
    const int irq = 23;
    const struct kvm_device_attr settings[] = {
        { .group = KVM_ARM_VCPU_PMU_V3_CTRL,
          .attr = KVM_ARM_VCPU_PMU_V3_IRQ,
          .addr = (uintptr_t)&irq },
        { .group = KVM_ARM_VCPU_PMU_V3_CTRL, .attr = KVM_ARM_VCPU_PMU_V3_INIT },
    };

    return !(machine->on & HW_KVM_PMU) ||
           (ioctl(machine->vcpu, KVM_SET_DEVICE_ATTR, &settings[0]) == 0 &&
            ioctl(machine->vcpu, KVM_SET_DEVICE_ATTR, &settings[1]) == 0);
}

bool hw_kvm_machine_run(HwKvmMachine *machine, HwError *error)
{
    struct kvm_run *run = machine->run;

    if (machine->gic < 0 && !gic_add(machine)) {
        return hw_error_set(error, "KVM: the GICv3 can't be made: %s", strerror(errno));
    }
    if (!machine->registers.ran && !pmu_init(machine)) {
        return hw_error_set(error, "KVM: the PMU can't be set up: %s", strerror(errno));
    }
    run->immediate_exit = 1;
    if (ioctl(machine->vcpu, KVM_RUN, 0) == 0 || errno != EINTR) {
        return hw_error_set(error, "KVM: the vCPU can't be run: %s", strerror(errno));
    }
    machine->registers.ran = true;
    return true;
}

void hw_kvm_machine_close(HwKvmMachine *machine)
{
    const int fds[] = { machine->gic, machine->vcpu, machine->vm, machine->kvm };

    if (machine->run) {
        munmap(machine->run, machine->run_size);
    }
    for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
        if (fds[i] >= 0) {
            close(fds[i]);
        }
    }
    *machine = (HwKvmMachine) { .kvm = -1, .vm = -1, .vcpu = -1, .gic = -1 };
}
