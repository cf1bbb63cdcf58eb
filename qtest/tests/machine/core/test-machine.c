/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machines, and the places of their RAM, are the same as in QEMU. */
#include <glib.h>

#include "qtest/machine/board.h"
#include "qtest/machine/core/host.h"

#define MIB UINT64_C(0x100000)
#define GIB UINT64_C(0x40000000)

static ObHost *host_new(const char *architecture, const char *machine, uint64_t ram_size)
{
    const ObHostConfig config = { .architecture = architecture,
                                  .machine = machine,
                                  .ram_size = ram_size };
    ObHost *host = ob_host_new(&config, NULL);

    g_assert_nonnull(host);
    return host;
}

static void host_refused(const ObHostConfig *config, const char *sentence)
{
    HW_ERROR(error, 200);

    g_assert_null(ob_host_new(config, &error));
    g_assert_cmpstr(error.text, ==, sentence);
}

static void test_each_architecture_has_a_default(void)
{
    g_assert_cmpstr(ob_machine_find("x86_64", NULL)->name, ==, "pc");
    g_assert_cmpstr(ob_machine_find("aarch64", NULL)->name, ==, "virt");
    g_assert_null(ob_machine_find("mips", NULL));
}

static void test_none_is_everywhere(void)
{
    g_assert_nonnull(ob_machine_find("x86_64", "none"));
    g_assert_nonnull(ob_machine_find("aarch64", "none"));
}

static void test_machine_of_another_architecture_is_refused(void)
{
    host_refused(&(const ObHostConfig) { .architecture = "x86_64", .machine = "virt" },
                 "machine: 'virt' does not exist for architecture 'x86_64'");
}

static void version_expect(const char *architecture, const char *name, const char *machine,
                           const char *stream_name)
{
    const ObMachine *found = ob_machine_find(architecture, name);
    g_autofree char *text = NULL;

    g_assert_nonnull(found);
    g_assert_cmpstr(found->name, ==, machine);
    text = ob_machine_stream_name(found, name);
    g_assert_cmpstr(text, ==, stream_name);
}

static void test_versions_are_other_names(void)
{
    version_expect("x86_64", "pc-q35-7.2", "q35", "pc-q35-7.2");
    version_expect("x86_64", "pc-q35-10.0", "q35", "pc-q35-10.0");
    version_expect("x86_64", "pc+pve0", "pc", "pc-i440fx-7.2");
    version_expect("x86_64", "pc-q35-8.1+pve1", "q35", "pc-q35-8.1");
    g_assert_cmpuint(ob_machine_version("pc-q35-8.1+pve1"), ==, 801);
    version_expect("x86_64", "pc-q35-11.1", "q35", "pc-q35-11.1");
    version_expect("x86_64", "pc-i440fx-8.1", "pc", "pc-i440fx-8.1");
    version_expect("aarch64", "virt-7.2", "virt", "virt-7.2");
    version_expect("x86_64", "q35", "q35", "pc-q35-7.2");
    version_expect("x86_64", NULL, "pc", "pc-i440fx-7.2");
    version_expect("x86_64", "none", "none", "none");
}

static void test_unknown_versions_are_refused(void)
{
    g_assert_null(ob_machine_find("x86_64", "pc-q35-"));
    g_assert_null(ob_machine_find("x86_64", "pc-q35-8.1+pve"));
    g_assert_null(ob_machine_find("x86_64", "pc+pve00"));
    g_assert_null(ob_machine_find("x86_64", "pc-q35-7.22"));
    g_assert_null(ob_machine_find("x86_64", "pc-q35-3.1"));
    g_assert_null(ob_machine_find("x86_64", "pc-q35-07.2"));
    g_assert_null(ob_machine_find("x86_64", "q35-7.2"));
    g_assert_null(ob_machine_find("x86_64", "virt-7.2"));
}

static void test_odd_ram_size_is_refused(void)
{
    host_refused(&(const ObHostConfig) { .architecture = "x86_64", .ram_size = 4097 },
                 "machine: RAM size 4097 is not a multiple of 4096");
}

static void test_endless_ram_is_refused(void)
{
    host_refused(&(const ObHostConfig) { .architecture = "x86_64", .ram_size = UINT64_C(1) << 63 },
                 "machine: no address space for 9223372036854775808 bytes of RAM");
}

/* Checks that all of start..end-1 is RAM, and the addresses before and after are not.  After a reset
 * a PC hides RAM below 1 MiB. */
static void assert_ram(ObHost *host, uint64_t start, uint64_t end)
{
    g_assert_null(ob_host_ram_pointer(host, end, 1));
    if (start > 0) {
        g_assert_null(ob_host_ram_pointer(host, start - 1, 1));
    } else {
        g_assert_nonnull(ob_host_ram_pointer(host, start, 0xc0000));
        g_assert_null(ob_host_ram_pointer(host, 0xc0000, 1));
        start = MIB;
        g_assert_null(ob_host_ram_pointer(host, start - 1, 1));
    }
    g_assert_nonnull(ob_host_ram_pointer(host, start, end - start));
    ob_host_store(host, HW_SPACE_MEMORY, end - 4, 0x11223344, 4);
    g_assert_cmphex(ob_host_load(host, HW_SPACE_MEMORY, end - 4, 8), ==, 0x11223344);
}

static void test_default_ram(void)
{
    ObHost *host = host_new("x86_64", "pc", 0);

    g_assert_cmpuint(ob_host_ram_size(host), ==, 128 * MIB);
    assert_ram(host, 0, 128 * MIB);
    ob_host_free(host);
    host = host_new("aarch64", "virt", 0);
    assert_ram(host, GIB, GIB + 128 * MIB);
    ob_host_free(host);
    host = host_new("x86_64", "none", 0);
    g_assert_null(ob_host_ram_pointer(host, 0, 1));
    ob_host_free(host);
}

/* The places are those of "info mtree -f" of QEMU 7.2 for these sizes. */
static void test_ram_leaves_a_hole_below_4g(void)
{
    static const struct {
        const char *machine;
        uint64_t size;
        uint64_t low_end;
        uint64_t high_end; /* 0: nothing above 4 GiB */
        uint64_t most;     /* max-ram-below-4g */
    } cases[] = {
        { "pc", 3200 * MIB, 0xc8000000, 0, 0 },
        { "pc", 3600 * MIB, 0xc0000000, 0x121000000, 0 },
        { "pc", 3600 * MIB, 0xe1000000, 0, 4 * GIB },
        { "pc", 3500 * MIB, 0xc0000000, 0x11ac00000, 3456 * MIB },
        { "pc", 2600 * MIB, 0xa0000000, 0x102800000, 2560 * MIB },
        { "q35", 2600 * MIB, 0xa2800000, 0, 0 },
        { "q35", 3000 * MIB, 0x80000000, 0x13b800000, 0 },
        { "q35", 3000 * MIB, 0x80000000, 0x13b800000, 4 * GIB },
        { "q35", 3000 * MIB, 0x80000000, 0x13b800000, 2560 * MIB },
        { "q35", 2600 * MIB, 0xa0000000, 0x102800000, 2560 * MIB },
        { "q35", 3000 * MIB, 0x40000000, 0x17b800000, 1 * GIB },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const ObHostConfig config = { .architecture = "x86_64",
                                      .machine = cases[i].machine,
                                      .ram_size = cases[i].size,
                                      .ram_low_most = cases[i].most };
        ObHost *host = ob_host_new(&config, NULL);

        g_assert_nonnull(host);
        assert_ram(host, 0, cases[i].low_end);
        if (cases[i].high_end) {
            assert_ram(host, 4 * GIB, cases[i].high_end);
        } else {
            g_assert_null(ob_host_ram_pointer(host, 4 * GIB, 1));
        }
        ob_host_free(host);
    }
}

static void test_large_ram_takes_no_memory(void)
{
    ObHost *host = host_new("x86_64", "pc", 16 * GIB);

    ob_host_store(host, HW_SPACE_MEMORY, 12 * GIB, 0x5a, 1);
    g_assert_cmphex(ob_host_load(host, HW_SPACE_MEMORY, 12 * GIB, 1), ==, 0x5a);
    ob_host_free(host);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/machine/versions-are-other-names", test_versions_are_other_names);
    g_test_add_func("/machine/unknown-versions-are-refused", test_unknown_versions_are_refused);
    g_test_add_func("/machine/each-architecture-has-a-default",
                    test_each_architecture_has_a_default);
    g_test_add_func("/machine/none-is-everywhere", test_none_is_everywhere);
    g_test_add_func("/machine/of-another-architecture-is-refused",
                    test_machine_of_another_architecture_is_refused);
    g_test_add_func("/machine/ram/default", test_default_ram);
    g_test_add_func("/machine/ram/leaves-a-hole-below-4g", test_ram_leaves_a_hole_below_4g);
    g_test_add_func("/machine/ram/large-takes-no-memory", test_large_ram_takes_no_memory);
    g_test_add_func("/machine/ram/odd-size-is-refused", test_odd_ram_size_is_refused);
    g_test_add_func("/machine/ram/endless-is-refused", test_endless_ram_is_refused);
    return g_test_run();
}
