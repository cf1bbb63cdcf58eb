/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The class of each system register's encoding, as runs of encodings of the same class. */
#include <glib.h>

#include "hw-api/device/vcpu-id.h"
#include "qtest/stream/arm/register-class.h"
#include "qtest/tests/lib/golden.h"

typedef void NameFunction(GString *text, uint64_t id);

static void aarch64_name(GString *text, uint64_t id)
{
    unsigned bits = (unsigned)id & 0xffff;

    g_string_append_printf(text, "S%u_%u_C%u_C%u_%u", bits >> 14, bits >> 11 & 7, bits >> 7 & 15,
                           bits >> 3 & 15, bits & 7);
}

static void aarch32_name(GString *text, uint64_t id)
{
    unsigned bits = (unsigned)id;

    g_string_append_printf(text, "p%u, %u, c%u, c%u, %u", bits >> 16 & 15, bits >> 3 & 15,
                           bits >> 11 & 15, bits >> 7 & 15, bits & 7);
}

static char *class_of(uint64_t id)
{
    return g_strdup_printf("%s%s%s", ob_register_heading(id),
                           ob_register_is_constant(id) ? ", constant" : "",
                           ob_register_is_key(id) ? ", key" : "");
}

/* Adds a line for each run of ids from `first` on that have one class. */
static void runs_append(GString *text, uint64_t first, uint32_t count, NameFunction *name)
{
    uint64_t start = first;
    g_autofree char *running = class_of(first);

    for (uint64_t id = first + 1; id <= first + count; id++) {
        g_autofree char *here = id < first + count ? class_of(id) : NULL;

        if (g_strcmp0(here, running) != 0) {
            name(text, start);
            if (id - 1 != start) {
                g_string_append(text, " to ");
                name(text, id - 1);
            }
            g_string_append_printf(text, ": %s\n", running);
            g_free(running);
            running = g_steal_pointer(&here);
            start = id;
        }
    }
}

static void test_aarch64(void)
{
    g_autoptr(GString) text = g_string_new(NULL);

    runs_append(text, HW_VCPU_SYSREG(2, 0, 0, 0, 0), 0x8000, aarch64_name);
    golden_expect("register-classes-aarch64.txt", text->str);
}

static void test_aarch32(void)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (uint64_t coprocessor = 14; coprocessor <= 15; coprocessor++) {
        runs_append(text, HW_VCPU_ID_ARM | HW_VCPU_ID_U32 | coprocessor << 16, 0x8000,
                    aarch32_name);
    }
    golden_expect("register-classes-aarch32.txt", text->str);
}

static void test_aarch32_pairs(void)
{
    for (uint64_t bits = 0; bits < 0x8000; bits++) {
        g_assert_false(ob_register_is_constant(HW_VCPU_ID_ARM | HW_VCPU_ID_U64 | 15 << 16 | bits));
    }
}

static void test_firmware(void)
{
    static const uint64_t ids[] = { HW_VCPU_PSCI_VERSION, HW_VCPU_WORKAROUND_3, HW_VCPU_STD_BMAP,
                                    HW_VCPU_VENDOR_HYP_BMAP_2 };

    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
        g_assert_cmpstr(ob_register_heading(ids[i]), ==, "firmware");
        g_assert_true(ob_register_is_firmware(ids[i]));
        g_assert_false(ob_register_is_constant(ids[i]));
        g_assert_null(ob_register_group(ids[i]));
        g_assert_false(ob_register_is_unused(ids[i], 0));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/register-classes/aarch64", test_aarch64);
    g_test_add_func("/register-classes/aarch32", test_aarch32);
    g_test_add_func("/register-classes/aarch32-of-64-bits-are-never-constant", test_aarch32_pairs);
    g_test_add_func("/register-classes/firmware", test_firmware);
    return g_test_run();
}
