/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The basis of all tests with a guest: the guest boots, and its end is reported. */
#include <string.h>

#include "qtest/guest/guest.h"

static const char *const kernels[] = { "amd64-6.1", "arm64-6.1", "arm64-6.12" };

static ObGuestBoot hello(const char *kernel, const char *words)
{
    bool arm = g_str_has_prefix(kernel, "arm64");

    return (ObGuestBoot) {
        .kernel = kernel,
        .initramfs = g_getenv(arm ? "OB_GUEST_HELLO_ARM64" : "OB_GUEST_HELLO_AMD64"),
        .words = words,
        .arguments = arm ? "-machine virt -cpu cortex-a57 -m 256" : "-machine q35 -m 256",
        .limit_s = 250,
    };
}

/* False: the test is skipped. */
static bool bootable(const ObGuestBoot *boot)
{
    g_autofree char *missing = ob_guest_missing(boot);

    if (missing) {
        g_test_skip(missing);
    }
    return !missing;
}

static void test_boots(gconstpointer kernel)
{
    ObGuestBoot boot = hello(kernel, "hello");
    HW_ERROR(error, 4096);
    g_autofree char *said = NULL;
    g_autofree char *expected = NULL;

    if (!bootable(&boot)) {
        return;
    }
    said = ob_guest_run(&boot, &error);
    g_assert_cmpstr(error.text, ==, "");
    expected = g_strdup_printf("hello from %s.", strchr(kernel, '-') + 1);
    g_assert_true(g_str_has_prefix(said, expected));
}

static void assert_fails(const ObGuestBoot *boot, const char *sentence, const char *console)
{
    HW_ERROR(error, 8192);
    g_autofree char *said = NULL;

    if (!bootable(boot)) {
        return;
    }
    said = ob_guest_run(boot, &error);
    g_assert_null(said);
    g_assert_true(g_str_has_prefix(error.text, sentence));
    if (!strstr(error.text, console)) {
        g_test_message("expected '%s' in: %s", console, error.text);
        g_test_fail();
    }
}

static void test_program_fails(void)
{
    ObGuestBoot boot = hello("amd64-6.1", "nonsense");

    assert_fails(&boot, "the guest's program failed;", "/program failed, wait status 0x300");
}

static void test_panic(void)
{
    ObGuestBoot boot = hello("amd64-6.1", "panic");

    assert_fails(&boot, "the guest's kernel died;", "Kernel panic");
}

static void test_time(void)
{
    ObGuestBoot boot = hello("amd64-6.1", "hang");

    boot.limit_s = 1;
    assert_fails(&boot, "the guest has not ended in 1 s;", "");
}

static void test_qemu_refuses(void)
{
    ObGuestBoot boot = hello("amd64-6.1", "hello");

    boot.arguments = "-machine nonsense";
    assert_fails(&boot, "", "unsupported machine type");
}

static void test_no_kernel(void)
{
    ObGuestBoot boot = hello("amd64-9.9", "hello");
    g_autofree char *missing = ob_guest_missing(&boot);

    g_assert_nonnull(strstr(missing, "amd64-9.9/vmlinuz is missing: run scripts/fetch-kernels"));
}

static void test_expect(void)
{
    ObGuestBoot boot = hello("amd64-6.1", "hello");
    HW_ERROR(error, 8192);
    ObGuest *guest;

    if (!bootable(&boot)) {
        return;
    }
    guest = ob_guest_start(&boot, &error);
    g_assert_cmpstr(error.text, ==, "");
    g_assert_true(ob_guest_expect(guest, "hello from 6.1", &error));
    g_assert_true(ob_guest_expect(guest, "guest: done", &error));
    ob_guest_free(guest);
}

static void test_expect_in_vain(void)
{
    ObGuestBoot boot = hello("amd64-6.1", "hello");
    HW_ERROR(error, 8192);
    ObGuest *guest;

    if (!bootable(&boot)) {
        return;
    }
    boot.limit_s = 1;
    guest = ob_guest_start(&boot, &error);
    g_assert_cmpstr(error.text, ==, "");
    g_assert_false(ob_guest_expect(guest, "never said", &error));
    g_assert_true(g_str_has_prefix(error.text, "the guest has not printed 'never said' in 1 s;"));
    ob_guest_free(guest);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(kernels); i++) {
        g_autofree char *path = g_strdup_printf("/guest/boots/%s", kernels[i]);

        g_test_add_data_func(path, kernels[i], test_boots);
    }
    g_test_add_func("/guest/fails/program", test_program_fails);
    g_test_add_func("/guest/fails/panic", test_panic);
    g_test_add_func("/guest/fails/time", test_time);
    g_test_add_func("/guest/fails/qemu-refuses", test_qemu_refuses);
    g_test_add_func("/guest/missing/kernel", test_no_kernel);
    g_test_add_func("/guest/expect/said", test_expect);
    g_test_add_func("/guest/expect/in-vain", test_expect_in_vain);
    return g_test_run();
}
