/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sizes of properties: our program reads and refuses the same texts as a stock QEMU. */
#include "hw-api/device/error.h"
#include "qtest/client/client.h"

enum { OURS, QEMU, BOTH };

/* Up to 63 bits, as jansson reads them.  Not here: ".5K" and "0x10K", about which QEMU's releases differ,
 * and " 4K" and "+4K", which QEMU takes and our program refuses. */
static const char *const taken[] = {
    "0",   "4096",  "010",           "0x1000",         "4b",    "1.0B", "4K",   "4k",
    "4.K", "1.5K",  "0.1K",          "0.0000001K",     "1.33M", "3m",   "1.7g", "2T",
    "1P",  "7.99E", "1.0000000001G", "0.999999999999E"
};
static const char *const refused[] = { "K",
                                       "-1",
                                       "1.5",
                                       "1.5B",
                                       "1e3",
                                       "4KB",
                                       "4KiB",
                                       "16E",
                                       "17179869184G",
                                       "0x",
                                       "1.5.5K",
                                       "4Z",
                                       "18446744073709551616" };

static ObClient *start(int side, const char *arguments, HwError *error)
{
    const ObStart options = { .program = g_getenv(side == OURS ? "OB_HOST_PROGRAM" : "OB_PROGRAM"),
                              .accelerator = side == OURS ? NULL : "tcg",
                              .arguments = arguments };

    return ob_client_start(&options, error);
}

static uint64_t size_of(ObClient *c, size_t index)
{
    g_autofree char *path = g_strdup_printf("/machine/peripheral/p%zu", index);
    json_t *value = ob_client_qmp(
        c, "qom-get", json_pack("{s:s, s:s}", "path", path, "property", "pref64-reserve"), NULL);
    uint64_t size = json_is_string(value) ? g_ascii_strtoull(json_string_value(value), NULL, 0)
                                          : (uint64_t)json_integer_value(value);

    g_assert_nonnull(value);
    json_decref(value);
    return size;
}

static void test_taken(void)
{
    g_autoptr(GString) arguments = g_string_new("-M pc-q35-7.2 -nodefaults -S");
    ObClient *c[BOTH];

    for (size_t i = 0; i < G_N_ELEMENTS(taken); i++) {
        g_string_append_printf(arguments,
                               " -device pcie-root-port,id=p%zu,chassis=%zu,pref64-reserve=%s", i,
                               i + 1, taken[i]);
    }
    for (int side = 0; side < BOTH; side++) {
        HW_ERROR(error, 4096);

        c[side] = start(side, arguments->str, &error);
        g_assert_cmpstr(error.text, ==, "");
    }
    for (size_t i = 0; i < G_N_ELEMENTS(taken); i++) {
        g_test_message("%s", taken[i]);
        g_assert_cmpuint(size_of(c[OURS], i), ==, size_of(c[QEMU], i));
    }
    ob_client_quit(c[OURS]);
    ob_client_quit(c[QEMU]);
}

static void test_refused(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *arguments = g_strdup_printf(
            "-M q35 -nodefaults -S -device pcie-root-port,pref64-reserve=%s", refused[i]);

        for (int side = 0; side < BOTH; side++) {
            HW_ERROR(error, 4096);

            g_test_message("%s", refused[i]);
            g_assert_null(start(side, arguments, &error));
            g_assert_nonnull(strstr(error.text, "pref64-reserve"));
            g_assert_nonnull(strstr(error.text, side == OURS ? "expected a size" : "expects size"));
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pci/sizes-beside-qemu/the-same-are-taken", test_taken);
    g_test_add_func("/pci/sizes-beside-qemu/the-same-are-refused", test_refused);
    return g_test_run();
}
