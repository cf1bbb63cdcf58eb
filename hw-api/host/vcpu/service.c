/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/vcpu/vcpu.h"

static uint32_t service_vcpu_count(HwDevice *dev)
{
    const HwVcpuProvider *p = hw_vcpu_provider_of(dev);

    return p->ops->vcpu_count(p->vcpus);
}

static int service_list(HwDevice *dev, uint32_t vcpu, uint64_t *ids, uint32_t *count)
{
    const HwVcpuProvider *p = hw_vcpu_provider_of(dev);

    return p->ops->list(p->vcpus, vcpu, ids, count);
}

static int service_get(HwDevice *dev, uint32_t vcpu, uint64_t id, void *value, uint32_t size)
{
    const HwVcpuProvider *p = hw_vcpu_provider_of(dev);

    return p->ops->get(p->vcpus, vcpu, id, value, size);
}

static int service_set(HwDevice *dev, uint32_t vcpu, uint64_t id, const void *value,
                       uint32_t size)
{
    const HwVcpuProvider *p = hw_vcpu_provider_of(dev);

    return p->ops->set(p->vcpus, vcpu, id, value, size);
}

static bool service_has_run(HwDevice *dev)
{
    const HwVcpuProvider *p = hw_vcpu_provider_of(dev);

    return p->ops->has_run(p->vcpus);
}

const HwVcpuRegisters *hw_vcpu_service(void)
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
