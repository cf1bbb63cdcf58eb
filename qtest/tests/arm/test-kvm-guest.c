/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registers of real KVM, used from outside the guest in which KVM runs. */
#include <errno.h>
#include <string.h>

#include "hw-api/device/vcpu-id.h"
#include "qtest/guest/kvm-guest.h"

#define SCTLR_EL1 HW_VCPU_SYSREG(3, 0, 1, 0, 0)
#define MIDR_EL1  HW_VCPU_SYSREG(3, 0, 0, 0, 0)

/* One guest for all tests; NULL: it can't start, and the test is skipped. */
static ObKvmGuest *the_guest;

static HwVcpus *fresh_vcpu(void)
{
    g_autofree char *missing = ob_kvm_guest_missing("arm64-6.12");
    HW_ERROR(error, 8192);

    if (missing) {
        g_test_skip(missing);
        return NULL;
    }
    if (!the_guest) {
        the_guest = ob_kvm_guest_start("arm64-6.12", 200, &error);
        g_assert_cmpstr(error.text, ==, "");
    }
    g_assert_true(ob_kvm_guest_renew(the_guest));
    return ob_kvm_guest_vcpus(the_guest);
}

static uint64_t get(HwVcpus *vcpus, uint64_t id)
{
    uint64_t value = 0;

    g_assert_cmpint(vcpus->get(vcpus, 0, id, &value), ==, 0);
    return value;
}

static int set(HwVcpus *vcpus, uint64_t id, uint64_t value)
{
    return vcpus->set(vcpus, 0, id, &value);
}

static void test_list(void)
{
    HwVcpus *vcpus = fresh_vcpu();
    uint64_t ids[300];
    uint32_t count = 0;

    if (vcpus) {
        g_assert_cmpint(vcpus->list(vcpus, 0, ids, &count), ==, -E2BIG);
        g_assert_cmpuint(count, ==, 259);
        g_assert_cmpint(vcpus->list(vcpus, 0, ids, &count), ==, 0);
        g_assert_cmphex(ids[0], ==, UINT64_C(0x6030000000100000));
        g_assert_cmphex(ids[258], ==, UINT64_C(0x602000000011000d));
    }
}

static void test_values(void)
{
    HwVcpus *vcpus = fresh_vcpu();

    if (vcpus) {
        g_assert_cmphex(get(vcpus, SCTLR_EL1), ==, 0xc50078);
        g_assert_cmpint(set(vcpus, SCTLR_EL1, 0x1234), ==, 0);
        for (int i = 0; i < 10; i++) {
            g_assert_cmphex(get(vcpus, SCTLR_EL1), ==, 0x1234);
        }
        g_assert_cmphex(get(vcpus, HW_VCPU_PSCI_VERSION), ==, HW_PSCI_VERSION(1, 1));
        g_assert_cmphex(get(vcpus, UINT64_C(0x6020000000110000)), ==, 2);
    }
}

static void test_answers(void)
{
    HwVcpus *vcpus = fresh_vcpu();
    uint64_t value;

    if (vcpus) {
        g_assert_cmpint(set(vcpus, UINT64_C(0x603000000013c032), 1), ==, -EINVAL);
        g_assert_cmpint(set(vcpus, HW_VCPU_PSCI_VERSION, HW_PSCI_VERSION(1, 3)), ==, -EINVAL);
        g_assert_cmpint(set(vcpus, HW_VCPU_VENDOR_HYP_BMAP_2, 0), ==, -ENOENT);
        g_assert_cmpint(vcpus->get(vcpus, 0, HW_VCPU_VENDOR_HYP_BMAP_2, &value), ==, -ENOENT);
    }
}

static void test_new_vcpu(void)
{
    HwVcpus *vcpus = fresh_vcpu();

    if (vcpus) {
        g_assert_cmpint(set(vcpus, HW_VCPU_STD_BMAP, 0), ==, 0);
        g_assert_true(ob_kvm_guest_renew(the_guest));
        g_assert_cmphex(get(vcpus, HW_VCPU_STD_BMAP), ==, 1);
    }
}

/* Linux, Documentation/virt/kvm/arm/hypercalls.rst. */
static void test_bitmaps_fixed_by_run(void)
{
    HwVcpus *vcpus = fresh_vcpu();

    if (vcpus) {
        g_assert_cmpint(set(vcpus, HW_VCPU_VENDOR_HYP_BMAP, 1), ==, 0);
        g_assert_false(vcpus->has_run(vcpus));
        g_assert_true(ob_kvm_guest_run_vcpu(the_guest));
        g_assert_true(vcpus->has_run(vcpus));
        g_assert_cmpint(set(vcpus, HW_VCPU_VENDOR_HYP_BMAP, 1), ==, 0);
        g_assert_cmpint(set(vcpus, HW_VCPU_VENDOR_HYP_BMAP, 3), ==, -EBUSY);
        g_assert_cmpint(set(vcpus, HW_VCPU_PSCI_VERSION, 2), ==, 0);
    }
}

static void test_gone(void)
{
    HwVcpus *vcpus = fresh_vcpu();
    uint64_t value;

    if (vcpus) {
        json_decref(ob_client_qmp(ob_kvm_guest_client(the_guest), "quit", NULL, NULL));
        g_assert_cmpint(vcpus->get(vcpus, 0, SCTLR_EL1, &value), ==, -EIO);
        g_assert_false(ob_kvm_guest_renew(the_guest));
        ob_kvm_guest_free(the_guest);
        the_guest = NULL;
    }
}

int main(int argc, char **argv)
{
    int result;

    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kvm-guest/list", test_list);
    g_test_add_func("/kvm-guest/values", test_values);
    g_test_add_func("/kvm-guest/answers-of-the-kernel", test_answers);
    g_test_add_func("/kvm-guest/new-vcpu", test_new_vcpu);
    g_test_add_func("/kvm-guest/bitmaps-fixed-by-run", test_bitmaps_fixed_by_run);
    g_test_add_func("/kvm-guest/gone", test_gone);
    result = g_test_run();
    ob_kvm_guest_free(the_guest);
    return result;
}
