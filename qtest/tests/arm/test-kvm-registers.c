/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Three checks on real KVM.  scripts/dump-kvm-registers makes the lists that are checked in.  The
 * model, made from these lists, answers as KVM does.  arm-sysreg-sync does the same on KVM and
 * on the model.
 */
#include <stdio.h>
#include <string.h>

#include "qtest/guest/guest.h"
#include "qtest/guest/try-device.h"

#define MACHINE_WITH_KVM "-machine virt,virtualization=on,gic-version=3 -cpu max -m 512"

typedef struct Kernel {
    const char *name;
    const char *regs;    /* file in OB_KVM_ARM64 */
    const char *compare; /* initramfs with that file */
    char *compared;      /* its output, after it was booted for the first test */
} Kernel;

static Kernel kernels[] = {
    { "arm64-6.1", "linux-6.1.192.regs", "OB_GUEST_COMPARE_6_1_ARM64", NULL },
    { "arm64-6.12", "linux-6.12.100.regs", "OB_GUEST_COMPARE_6_12_ARM64", NULL },
};

/* The counts of the virtual and the physical timer, which run all the time. */
static const char *const counts[] = { "603000000013df1a ", "603000000013df01 " };

/* Boots the kernel and returns its output.  Returns NULL if the test is skipped, or sets `error`.
 * `machine` are QEMU's arguments. */
static char *guest_run(const Kernel *kernel, const char *initramfs, const char *machine,
                       HwError *error)
{
    ObGuestBoot boot = {
        .kernel = kernel->name,
        .initramfs = g_getenv(initramfs),
        .arguments = machine,
        .limit_s = 250,
    };
    g_autofree char *missing = ob_guest_missing(&boot);

    if (missing) {
        g_test_skip(missing);
        return NULL;
    }
    return ob_guest_run(&boot, error);
}

static char *registers_known(const Kernel *kernel)
{
    g_autofree char *path = g_build_filename(g_getenv("OB_KVM_ARM64"), kernel->regs, NULL);
    g_autoptr(GError) error = NULL;
    char *text = NULL;

    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

/* Drops the parts that differ from boot to boot, and between the kernels of one series. */
static char **lines_that_stay(const char *text)
{
    g_auto(GStrv) all = g_strsplit(text, "\n", 0);
    GPtrArray *lines = g_ptr_array_new();

    for (char **line = all; *line; line++) {
        bool counts_on = false;

        for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
            counts_on |= g_str_has_prefix(*line, counts[i]);
        }
        /* "unknown reg" lines are about two ids of which nothing is known. */
        if (**line && **line != '#' && !g_str_has_prefix(*line, "unknown reg")) {
            g_ptr_array_add(lines, counts_on ? g_strndup(*line, 18) : g_strdup(*line));
        }
    }
    g_ptr_array_add(lines, NULL);
    return (char **)g_ptr_array_free(lines, FALSE);
}

static void test_same_as_known(gconstpointer data)
{
    HW_ERROR(error, 8192);
    g_autofree char *said = guest_run(data, "OB_GUEST_DUMP_ARM64", MACHINE_WITH_KVM, &error);
    g_autofree char *known = registers_known(data);

    g_assert_cmpstr(error.text, ==, "");
    if (said) {
        g_auto(GStrv) is = lines_that_stay(said);
        g_auto(GStrv) was = lines_that_stay(known);
        guint number = g_strv_length(was);

        g_assert_cmpuint(number, >, 240);
        g_assert_cmpuint(g_strv_length(is), ==, number);
        for (guint i = 0; i < number; i++) {
            g_assert_cmpstr(is[i], ==, was[i]);
        }
    }
}

/* Returns the output of one boot that makes all comparisons, or NULL if it is skipped. */
static const char *compared(Kernel *kernel)
{
    HW_ERROR(error, 8192);

    if (!kernel->compared) {
        kernel->compared = guest_run(kernel, kernel->compare, MACHINE_WITH_KVM, &error);
        g_assert_cmpstr(error.text, ==, "");
        g_test_message("%s", kernel->compared ? g_strchomp(kernel->compared) : "not booted");
    }
    return kernel->compared;
}

static const char *last_line(const char *text)
{
    const char *before = g_strrstr(text, "\n");

    return before ? before + 1 : text;
}

/* Compares more than a hundred values for each of at least 168 registers, before and after a vCPU
 * has run. */
static void test_model_as_kvm(gconstpointer data)
{
    const char *said = compared((Kernel *)data);
    unsigned sets, differ;

    if (said) {
        g_assert_cmpint(sscanf(last_line(said), "%u sets, %u differ", &sets, &differ), ==, 2);
        g_assert_cmpuint(sets, >, 30000);
        g_assert_cmpuint(differ, ==, 0);
    }
}

typedef struct Trial {
    Kernel *kernel;
    const char *name;
} Trial;

/* The guest ran the device on the kernel's own KVM.  This test checks its results. */
static void test_device(gconstpointer data)
{
    const Trial *trial = data;
    const char *said = compared(trial->kernel);

    if (said) {
        g_autofree char *pattern = g_strdup_printf("^ok \\d+ %s$", trial->name);

        g_assert_true(g_regex_match_simple(pattern, said, G_REGEX_MULTILINE, 0));
    }
}

static void test_no_kvm(void)
{
    HW_ERROR(error, 8192);
    g_autofree char *said = guest_run(&kernels[0], "OB_GUEST_DUMP_ARM64",
                                      "-machine virt -cpu cortex-a57 -m 256", &error);

    g_assert_null(said);
    if (*error.text) {
        g_assert_nonnull(strstr(error.text, "dump-kvm-registers: KVM: /dev/kvm can't be opened"));
    }
}

#define NAME(name) #name,

static void add_device_tests(Kernel *kernel)
{
    static const char *const names[] = { TRY_DEVICE_TESTS(NAME) };

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *words = g_strdelimit(g_strdup(names[i]), "_", '-');
        g_autofree char *path = g_strdup_printf("/kvm-registers/%s/device/%s", kernel->name, words);
        Trial *trial = g_new(Trial, 1);

        *trial = (Trial) { kernel, names[i] };
        g_test_add_data_func_full(path, trial, test_device, g_free);
    }
}

int main(int argc, char **argv)
{
    int result;

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(kernels); i++) {
        g_autofree char *known = g_strdup_printf("/kvm-registers/%s/same-as-known",
                                                 kernels[i].name);
        g_autofree char *model = g_strdup_printf("/kvm-registers/%s/model-answers-as-kvm",
                                                 kernels[i].name);

        g_test_add_data_func(known, &kernels[i], test_same_as_known);
        g_test_add_data_func(model, &kernels[i], test_model_as_kvm);
        add_device_tests(&kernels[i]);
    }
    g_test_add_func("/kvm-registers/no-kvm", test_no_kvm);
    result = g_test_run();
    for (size_t i = 0; i < G_N_ELEMENTS(kernels); i++) {
        g_free(kernels[i].compared);
    }
    return result;
}
