/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An installation works: what is installed finds its parts, wherever it lies. */
#include <glib.h>

#include "qtest/tests/install/installation.h"

/* A directory with a space, as people have. */
static void test_programs_find_the_devices(void)
{
    ObScratch *scratch = installation_new("my files");

    shell_assert_says(scratch, "\"$P/bin/outboard-system-x86_64\" -device help", "tpm-crb");
    shell_assert_says(scratch, "\"$P/bin/outboard-system-aarch64\" -device help", "tpm-crb-device");
    shell_run(scratch, "! \"$P/bin/outboard-stream\" dump /dev/null >out 2>&1; ! grep devices out");
    ob_scratch_free(scratch);
}

static void test_link_to_a_program_finds_the_devices(void)
{
    ObScratch *scratch = installation_new("files");

    shell_assert_says(
        scratch, "ln -s \"$P/bin/outboard-system-x86_64\" my-x86_64 && ./my-x86_64 -device help",
        "vmgenid");
    ob_scratch_free(scratch);
}

static void test_program_without_devices_says_so(void)
{
    ObScratch *scratch = installation_new("files");

    shell_assert_says(scratch,
                      "rm \"$L/outboard/outboard-devices.so\" && "
                      "\"$P/bin/outboard-system-x86_64\" -device help",
                      "outboard-devices.so: can't be opened");
    ob_scratch_free(scratch);
}

static void test_tcti_module_is_found_by_name(void)
{
    ObScratch *scratch = installation_new("files");

    shell_run(scratch, "LD_LIBRARY_PATH=\"$L\" tpm2_getrandom -T outboard:in-process 8 -o out && "
                       "test -s out");
    shell_run(scratch, "test -h \"$L/libtss2-tcti-outboard.so\" && "
                       "readelf -d \"$L/libtss2-tcti-outboard.so.0\" | grep SONAME");
    ob_scratch_free(scratch);
}

static void test_qemu_loads_the_bridge(void)
{
    ObScratch *scratch = installation_new("my files");

    shell_assert_says(scratch, "\"$P/bin/outboard-preflight\" qemu-system-x86_64", "works");
    shell_assert_says(scratch,
                      "printf 'info qom-tree /machine/peripheral-anon\\nquit\\n' | "
                      "\"$L/outboard/outboard-qemu-system-aarch64\" "
                      "-machine virt -S -display none -monitor stdio -device vmgenid",
                      "(vmgenid)");
    ob_scratch_free(scratch);
}

/* On Arm the wrapper has our CRB for QEMU's TPM, and leaves our own TIS. */
static void test_wrapper_replaces_qemus_tpm(void)
{
    ObScratch *scratch = installation_new("my files");

    shell_assert_refused(scratch,
                         "\"$L/outboard/outboard-qemu-system-aarch64\" "
                         "-machine virt -display none -device tpm-tis-device",
                         "tpm-crb-device: tpmdev: not set");
    shell_assert_refused(scratch,
                         "\"$L/outboard/outboard-qemu-system-aarch64\" "
                         "-machine virt -display none -device outboard-tpm-tis-device",
                         "tpm-tis-device: tpmdev: not set");
    ob_scratch_free(scratch);
}

static void test_preflight_misses_the_bridge(void)
{
    ObScratch *scratch = installation_new("files");

    shell_assert_refused(scratch,
                         "rm \"$L/outboard/outboard-qemu.so\" && "
                         "\"$P/bin/outboard-preflight\" qemu-system-x86_64",
                         "outboard-qemu.so does not exist");
    ob_scratch_free(scratch);
}

/* By a name of a QEMU that no computer has. */
static void test_wrapper_misses_qemu(void)
{
    ObScratch *scratch = installation_new("files");

    shell_assert_refused(scratch,
                         "cp \"$L/outboard/outboard-qemu-system\" outboard-qemu-system-none && "
                         "./outboard-qemu-system-none -machine virt",
                         "/usr/bin/qemu-system-none does not exist, expected QEMU of the "
                         "distribution");
    ob_scratch_free(scratch);
}

/* A new header that nobody installs would be missed by its first user. */
static void test_each_public_header_is_there(void)
{
    ObScratch *scratch = installation_new("files");

    shell_run(scratch,
              "cd \"$OB_SOURCE\" && find hw-api/*.h hw-api/ext hw-api/device "
              "qtest/client/*.h qtest/client/drivers qtest/client/process "
              "qtest/client/transport -name '*.h' ! -name '*-internal.h' | while read h; do "
              "test -e \"$P/include/outboard/$h\" || echo \"$h\"; done >\"$P/missing\"");
    shell_run(scratch, "cat \"$P/missing\"; test ! -s \"$P/missing\"");
    ob_scratch_free(scratch);
}

static void test_new_device_names_no_path(void)
{
    ObScratch *scratch = installation_new("files");

    shell_run(scratch, "\"$P/bin/outboard-new-device\" com.acme.sand-glass own");
    shell_assert_no_path(scratch, "$OB_SOURCE", "own/*.c own/*.rst own/Makefile own/meson.build");
    ob_scratch_free(scratch);
}

static void test_new_device_needs_a_directory(void)
{
    ObScratch *scratch = installation_new("files");

    shell_assert_refused(scratch, "\"$P/bin/outboard-new-device\" sand-glass",
                         "NAME DIRECTORY: starts a device");
    ob_scratch_free(scratch);
}

/* Packages compress them. */
static void test_man_shows_each_page(void)
{
    ObScratch *scratch = installation_new("files");

    shell_run(scratch, "for page in \"$P\"/share/man/man*/*; do "
                       "    zgrep -q '^\\.SH NAME' \"$page\" || { echo \"$page\"; exit 1; }; done");
    shell_run(scratch, "ls \"$P/share/man/man1/outboard-system-x86_64.1\"*");
    ob_scratch_free(scratch);
}

/* Names of directories where it was built don't belong into what is installed; those of the
 * debugger's information are another matter. */
static void test_scripts_name_no_directory_of_the_build(void)
{
    ObScratch *scratch = installation_new("files");

    shell_assert_no_path(scratch, "$OB_SOURCE", "files");
    shell_assert_no_path(scratch, "$OB_BUILD", "files");
    ob_scratch_free(scratch);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/install/programs-find-the-devices", test_programs_find_the_devices);
    g_test_add_func("/install/link-to-a-program-finds-the-devices",
                    test_link_to_a_program_finds_the_devices);
    g_test_add_func("/install/program-without-devices-says-so",
                    test_program_without_devices_says_so);
    g_test_add_func("/install/tcti-module-is-found-by-name", test_tcti_module_is_found_by_name);
    g_test_add_func("/install/qemu-loads-the-bridge", test_qemu_loads_the_bridge);
    g_test_add_func("/install/wrapper-replaces-qemu-s-tpm", test_wrapper_replaces_qemus_tpm);
    g_test_add_func("/install/preflight-misses-the-bridge", test_preflight_misses_the_bridge);
    g_test_add_func("/install/wrapper-misses-qemu", test_wrapper_misses_qemu);
    g_test_add_func("/install/has-each-public-header", test_each_public_header_is_there);
    g_test_add_func("/install/new-device/names-no-path-of-the-tree", test_new_device_names_no_path);
    g_test_add_func("/install/new-device/needs-a-directory", test_new_device_needs_a_directory);
    g_test_add_func("/install/man-shows-each-page", test_man_shows_each_page);
    g_test_add_func("/install/names-no-directory-of-the-build",
                    test_scripts_name_no_directory_of_the_build);
    return g_test_run();
}
