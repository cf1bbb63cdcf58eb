/* SPDX-License-Identifier: GPL-2.0-or-later */
/* devices/tpm-crb: the effects of its properties, and the values that it refuses. */
#include <glib.h>

#include "qtest/tests/crb/scripted-crb.h"

static ScriptedTpm *device_at(const char *address, const char *window)
{
    return scripted_tpm_new("tpm-crb-device", (const char *[]) { "tpmdev", "tpm0", "addr", address,
                                                                 "window", window, NULL });
}

static void registers_follow_the_base(void)
{
    ScriptedTpm *s = device_at("0x123450000", "4096");

    g_assert_cmphex(scripted_read(&s, CRB_CMD_LADDR), ==, 0x23450080);
    g_assert_cmphex(scripted_read(&s, CRB_CMD_HADDR), ==, 0x1);
    g_assert_cmphex(scripted_tpm_read(s, CRB_RSP_LADDR, 8), ==, UINT64_C(0x123450080));
    scripted_tpm_free(s);
}

static void rest_of_the_window_is_empty(void)
{
    ScriptedTpm *s = device_at("0xc000000", "65536");

    g_assert_cmpuint(s->instance->regions[0].size, ==, 65536);
    g_assert_cmphex(scripted_read(&s, CRB_CMD_SIZE), ==, CRB_BUFFER_SIZE);
    scripted_write(&s, CRB_PAGE_SIZE, 0xffffffff);
    scripted_tpm_write(s, 0x10000 - 8, UINT64_MAX, 8);
    g_assert_cmphex(scripted_read(&s, CRB_PAGE_SIZE), ==, 0);
    g_assert_cmphex(scripted_read(&s, 0x10000 - 4), ==, 0);
    scripted_tpm_free(s);
}

static void refuses_window(void)
{
    g_autofree char *sentence = scripted_tpm_refusal("tpm-crb-device",
                                                     (const char *[]) { "tpmdev", "tpm0", "addr",
                                                                        "0xc000000", "window",
                                                                        "8192", NULL });

    g_assert_cmpstr(sentence, ==,
                    "tpm-crb-device: window: invalid value '8192': "
                    "expected 4096, 16384 or 65536");
}

static void refuses_unaligned_address(void)
{
    g_autofree char *sentence = scripted_tpm_refusal("tpm-crb-device",
                                                     (const char *[]) { "tpmdev", "tpm0", "addr",
                                                                        "0xc001000", "window",
                                                                        "16384", NULL });

    g_assert_cmpstr(sentence, ==,
                    "tpm-crb-device: addr: 0xc001000 is not aligned, "
                    "expected a multiple of 0x4000");
}

static void no_ppi_memory_when_off(void)
{
    ScriptedTpm *s = scripted_tpm_new("tpm-crb",
                                      (const char *[]) { "tpmdev", "tpm0", "ppi", "off", NULL });

    g_assert_false(s->instance->regions[2].enabled);
    hw_instance_reset(s->instance);
    scripted_tpm_free(s);
}

static void refuses_missing_tpmdev(void)
{
    g_autofree char *sentence = scripted_tpm_refusal("tpm-crb", (const char *[]) { NULL });

    g_assert_cmpstr(sentence, ==, "tpm-crb: tpmdev: not set, expected the id of a -tpmdev");
}

static void refuses_unknown_tpmdev(void)
{
    g_autofree char *sentence = scripted_tpm_refusal("tpm-crb",
                                                     (const char *[]) { "tpmdev", "tmp0", NULL });

    g_assert_cmpstr(sentence, ==, "tpm-crb: no -tpmdev 'tmp0'");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tpm-crb/ppi/no-memory-when-off", no_ppi_memory_when_off);
    g_test_add_func("/tpm-crb/refuses/missing-tpmdev", refuses_missing_tpmdev);
    g_test_add_func("/tpm-crb/refuses/unknown-tpmdev", refuses_unknown_tpmdev);
    g_test_add_func("/tpm-crb-device/address/registers-follow-the-base", registers_follow_the_base);
    g_test_add_func("/tpm-crb-device/window/rest-is-empty", rest_of_the_window_is_empty);
    g_test_add_func("/tpm-crb-device/refuses/window-that-is-no-page-size", refuses_window);
    g_test_add_func("/tpm-crb-device/refuses/unaligned-address", refuses_unaligned_address);
    return g_test_run();
}
