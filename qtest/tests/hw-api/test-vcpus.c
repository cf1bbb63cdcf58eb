/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The service hw.vcpu-registers in a host that has two vCPUs with one register each. */
#include <errno.h>
#include <glib.h>

#include "hw-api/host/run/host-base.h"
#include "hw-api/host/vcpu/vcpus.h"

#define SCTLR_EL1 UINT64_C(0x603000000013c080)

typedef struct Toy {
    HwVcpus vcpus;
    uint64_t values[2];
} Toy;

static int toy_list(HwVcpus *vcpus, uint32_t vcpu, uint64_t *ids, uint32_t *count)
{
    uint32_t room = *count;

    (void)vcpus, (void)vcpu;
    *count = 1;
    if (room < 1) {
        return -E2BIG;
    }
    ids[0] = SCTLR_EL1;
    return 0;
}

static int toy_get(HwVcpus *vcpus, uint32_t vcpu, uint64_t id, void *value)
{
    *(uint64_t *)value = ((Toy *)vcpus)->values[vcpu];
    return id == SCTLR_EL1 ? 0 : -ENOENT;
}

static int toy_set(HwVcpus *vcpus, uint32_t vcpu, uint64_t id, const void *value)
{
    (void)id;
    ((Toy *)vcpus)->values[vcpu] = *(const uint64_t *)value;
    return 0;
}

static bool toy_has_run(HwVcpus *vcpus)
{
    return ((Toy *)vcpus)->values[0] != 0;
}

static Toy toy;
static HwHostBase host = { .vcpus = &toy.vcpus };
static HwDevice device = { .host = &host.api };

static const HwVcpuRegisters *service_reset(void)
{
    toy = (Toy) { { 2, toy_list, toy_get, toy_set, toy_has_run }, { 0, 0 } };
    return hw_vcpu_registers_service();
}

static void test_reaches_vcpu(void)
{
    const HwVcpuRegisters *service = service_reset();
    uint64_t value = 7;

    g_assert_cmpuint(service->vcpu_count(&device), ==, 2);
    g_assert_cmpint(service->set(&device, 1, SCTLR_EL1, &value, 8), ==, 0);
    g_assert_cmpuint(toy.values[1], ==, 7);
    g_assert_cmpint(service->get(&device, 1, SCTLR_EL1, &value, 8), ==, 0);
    g_assert_cmpuint(value, ==, 7);
    g_assert_false(service->has_run(&device));
}

static void test_no_such_vcpu(void)
{
    const HwVcpuRegisters *service = service_reset();
    uint64_t value = 7;
    uint32_t count = 1;

    g_assert_cmpint(service->list(&device, 2, &value, &count), ==, -ENOENT);
    g_assert_cmpint(service->get(&device, 2, SCTLR_EL1, &value, 8), ==, -ENOENT);
    g_assert_cmpint(service->set(&device, UINT32_MAX, SCTLR_EL1, &value, 8), ==, -ENOENT);
}

static void test_other_size(void)
{
    const HwVcpuRegisters *service = service_reset();
    uint64_t value = 7;

    g_assert_cmpint(service->get(&device, 0, SCTLR_EL1, &value, 4), ==, -EINVAL);
    g_assert_cmpint(service->set(&device, 0, SCTLR_EL1, &value, 16), ==, -EINVAL);
    g_assert_cmpuint(toy.values[0], ==, 0);
}

static void test_hosts_are_apart(void)
{
    const HwVcpuRegisters *service = service_reset();
    Toy other_toy = toy;
    HwHostBase other_host = { .vcpus = &other_toy.vcpus };
    HwDevice other = { .host = &other_host.api };
    uint64_t value = 7;

    g_assert_cmpint(service->set(&other, 1, SCTLR_EL1, &value, 8), ==, 0);
    g_assert_cmpuint(other_toy.values[1], ==, 7);
    g_assert_cmpuint(toy.values[1], ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vcpus/reaches-its-vcpu", test_reaches_vcpu);
    g_test_add_func("/vcpus/no-such-vcpu", test_no_such_vcpu);
    g_test_add_func("/vcpus/value-of-another-size", test_other_size);
    g_test_add_func("/vcpus/each-host-has-its-own", test_hosts_are_apart);
    return g_test_run();
}
