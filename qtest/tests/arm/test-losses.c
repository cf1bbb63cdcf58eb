/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The feature that a guest loses with each bit of the ID registers, by name: as runs of bits. */
#include "hw-api/device/vcpu-id.h"
#include "hw-api/device/vcpu-name.h"
#include "qtest/stream/arm/losses.h"
#include "qtest/tests/lib/golden.h"

/* "RAS", or all names if there are more; "" for a bit of no feature. */
static char *lost(uint64_t id, uint64_t before, uint64_t after)
{
    g_autoptr(GPtrArray) losses = g_ptr_array_new_with_free_func(g_free);
    ObChange change = { .kind = OB_CHANGE_VALUE, .id = id, .before = before, .after = after };

    ob_losses_add(losses, &change);
    g_ptr_array_add(losses, NULL);
    return g_strjoinv(", ", (char **)losses->pdata);
}

static void register_append(GString *text, uint64_t id)
{
    char name[HW_VCPU_NAME_SIZE];
    unsigned start = 0;

    for (unsigned bit = 1; bit <= 64; bit++) {
        g_autofree char *run = lost(id, UINT64_C(1) << start, 0);
        g_autofree char *here = bit < 64 ? lost(id, UINT64_C(1) << bit, 0) : NULL;

        if (g_strcmp0(run, here) != 0) {
            if (*run) {
                g_string_append_printf(text, "%s %u to %u: %s\n", hw_vcpu_name(id, name), start,
                                       bit - 1, run);
            }
            start = bit;
        }
    }
}

static void test_each_bit(void)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (unsigned encoding = 0; encoding < 128; encoding++) {
        register_append(text, HW_VCPU_SYSREG(3, 0, 0, encoding >> 3, encoding & 7));
    }
    golden_expect("losses.txt", text->str);
}

#define PFR0 HW_VCPU_SYSREG(3, 0, 0, 4, 0)
#define ZFR0 HW_VCPU_SYSREG(3, 0, 0, 4, 4)

static void assert_lost(uint64_t id, uint64_t before, uint64_t after, const char *expected)
{
    g_autofree char *names = lost(id, before, after);

    g_assert_cmpstr(names, ==, expected);
}

/* A field is a number: a smaller one is a loss, a larger one or the same is none. */
static void test_values(void)
{
    assert_lost(PFR0, UINT64_C(2) << 32, UINT64_C(1) << 32, "SVE");
    assert_lost(PFR0, UINT64_C(1) << 32, UINT64_C(2) << 32, "");
    assert_lost(PFR0, UINT64_C(1) << 32, UINT64_C(1) << 32, "");
    assert_lost(PFR0, UINT64_C(0x11) << 28, 0, "RAS, SVE");
}

/* A register of a feature's details tells of the feature if nothing is left. */
static void test_details(void)
{
    assert_lost(ZFR0, 0x11, 0x10, "");
    assert_lost(ZFR0, 0x11, 0, "SVE");
    assert_lost(ZFR0, 0, 0x11, "");
}

/* A change without a value after it takes no feature. */
static void test_dropped(void)
{
    g_autoptr(GPtrArray) losses = g_ptr_array_new_with_free_func(g_free);
    ObChange change = { .kind = OB_CHANGE_DROP, .id = PFR0, .before = UINT64_C(1) << 32 };

    ob_losses_add(losses, &change);
    g_assert_cmpuint(losses->len, ==, 0);
}

/* Three fields of two registers tell of pointer authentication. */
static void test_once(void)
{
    assert_lost(HW_VCPU_SYSREG(3, 0, 0, 6, 1), 0x11000110, 0, "pointer authentication");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/losses/each-bit-has-its-name", test_each_bit);
    g_test_add_func("/losses/smaller-value-is-one", test_values);
    g_test_add_func("/losses/details-are-lost-as-a-whole", test_details);
    g_test_add_func("/losses/dropped-register-is-none", test_dropped);
    g_test_add_func("/losses/each-is-named-once", test_once);
    return g_test_run();
}
