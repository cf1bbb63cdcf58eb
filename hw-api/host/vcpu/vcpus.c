/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/vcpu/vcpus.h"

#include "hw-api/host/run/host-base.h"

#include <errno.h>

static uint32_t service_vcpu_count(HwDevice *dev)
{
    return hw_host_base_of(dev)->vcpus->count;
}

static int service_list(HwDevice *dev, uint32_t vcpu, uint64_t *ids, uint32_t *count)
{
    HwVcpus *vcpus = hw_host_base_of(dev)->vcpus;

    return vcpu < vcpus->count ? vcpus->list(vcpus, vcpu, ids, count) : -ENOENT;
}

static int access_check(const HwVcpus *vcpus, uint32_t vcpu, uint64_t id, uint32_t size)
{
    if (vcpu >= vcpus->count) {
        return -ENOENT;
    }
    return size == HW_VCPU_REGISTER_SIZE(id) ? 0 : -EINVAL;
}

static int service_get(HwDevice *dev, uint32_t vcpu, uint64_t id, void *value, uint32_t size)
{
    HwVcpus *vcpus = hw_host_base_of(dev)->vcpus;
    int refused = access_check(vcpus, vcpu, id, size);

    return refused ? refused : vcpus->get(vcpus, vcpu, id, value);
}

static int service_set(HwDevice *dev, uint32_t vcpu, uint64_t id, const void *value, uint32_t size)
{
    HwVcpus *vcpus = hw_host_base_of(dev)->vcpus;
    int refused = access_check(vcpus, vcpu, id, size);

    return refused ? refused : vcpus->set(vcpus, vcpu, id, value);
}

static bool service_has_run(HwDevice *dev)
{
    HwVcpus *vcpus = hw_host_base_of(dev)->vcpus;

    return vcpus->has_run(vcpus);
}

const HwVcpuRegisters *hw_vcpu_registers_service(void)
{
    static const HwVcpuRegisters service = {
        .abi = HW_ABI(HwVcpuRegisters),
        .vcpu_count = service_vcpu_count,
        .list = service_list,
        .get = service_get,
        .set = service_set,
        .has_run = service_has_run,
    };

    return &service;
}
