/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outboard-stream doctor with files that are refused, and outboard-stream matrix. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/tests/lib/arm-streams.h"
#include "qtest/tests/lib/tool-run.h"

#define OLD "arm-virt-7.2-cortex-a57-7.2"

static char *directory;

static char *file_write(const char *name, const void *bytes, gsize size)
{
    char *path = g_build_filename(directory, name, NULL);

    g_assert_true(g_file_set_contents(path, bytes, (gssize)size, NULL));
    return path;
}

static char *toy_write(const char *name, ArmToy toy)
{
    g_autoptr(GByteArray) stream = arm_toy(toy);

    return file_write(name, stream->data, stream->len);
}

static void doctor(Run *run, const char *destination, const char *stream)
{
    RUN(run, "doctor", "--dest", destination, stream);
}

/* --------------------------------------------------------------------- bad input */

static void test_bad_regs(void)
{
    g_autofree char *to = file_write("bad.regs", "# Linux\n603 8\n", 14), *from = qemu_path(OLD);
    Run run;

    doctor(&run, to, from);
    g_assert_cmpint(run.status, ==, 2);
    assert_has(run.err, "bad.regs:2: ");
    run_clear(&run);
}

static void test_cut_destination(void)
{
    g_autoptr(GByteArray) stream = stream_load(OLD);
    g_autofree char *to = file_write("cut", stream->data, 200000), *from = qemu_path(OLD);
    Run run;

    doctor(&run, to, from);
    g_assert_cmpint(run.status, ==, 2);
    assert_has(run.err, "the stream ends here");
    run_clear(&run);
    /* After this failure, QEMU must not wait for more of the stream. */
    RUN_WITH(&run, stream, "filter", "--dest", to);
    g_assert_cmpint(run.status, ==, 2);
    g_assert_cmpmem(run.out, run.out_size, "QEVM", 4);
    run_clear(&run);
}

/* QEMU does not write this order, so nothing is known of its destination. */
static void test_unsorted_destination(void)
{
    g_autofree char *from = toy_write("from", (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }) });
    g_autofree char *to = toy_write("to",
                                    (ArmToy) { ARM_LIST({ ARM_TPIDR, 2 }, { ARM_SCTLR, 3 }) });
    Run run;

    doctor(&run, to, from);
    g_assert_cmpint(run.status, ==, 2);
    assert_has(run.err, "/to: cpu 0: register 0x603000000013c080 at index 1 comes after "
                        "0x603000000013c684, expected ascending ids\n");
    run_clear(&run);
}

static void test_cut_stream(void)
{
    g_autoptr(GByteArray) stream = stream_load(OLD);
    g_autofree char *from = file_write("cut", stream->data, 325000), *to = qemu_path(OLD);
    Run run;

    doctor(&run, to, from);
    g_assert_cmpint(run.status, ==, 1);
    assert_has(run.err, "Unknown savevm section or instance 'timer' 0");
    assert_has(run.err, "; the description with its length is missing: the stream is truncated, "
                        "or QEMU ran with -machine suppress-vmdesc=on\n");
    run_clear(&run);
}

static void test_other_architecture(void)
{
    g_autofree char *x86 = qemu_path("x86-crb-reset-7.2"), *arm = qemu_path(OLD);
    Run run;

    doctor(&run, arm, x86);
    g_assert_cmpint(run.status, ==, 1);
    assert_has(run.out, "refused: Machine type received is 'pc-q35-7.2' and local is 'virt-7.2'\n");
    assert_has(run.out, "a filter can't make it load\n");
    run_clear(&run);
    doctor(&run, x86, arm);
    g_assert_cmpint(run.status, ==, 1);
    assert_has(run.out, "refused: Machine type received is 'virt-7.2' and local is 'pc-q35-7.2'\n");
    run_clear(&run);
}

/* The first bytes are those of a stream or of a container, and the rest is missing. */
static void test_destination_without_a_stream(void)
{
    static const struct {
        const char *bytes;
        gsize size;
        const char *says;
    } files[] = {
        { "QFI\xfb", 4, "the header of 72 bytes at byte 0 does not fit the file of 4 bytes\n" },
        { "LibvirtQemudSave", 16, "the header of libvirt's image ends after 16 of 92 bytes\n" },
        { "QEVM", 4, "the stream ends here, after 4 of 8 bytes (magic and version, byte 4)\n" },
        { "QEV", 3, "/to:1: " },
    };
    g_autofree char *from = qemu_path(OLD);

    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *to = file_write("to", files[i].bytes, files[i].size);
        Run run;

        doctor(&run, to, from);
        g_assert_cmpint(run.status, ==, 2);
        assert_has(run.err, files[i].says);
        g_assert_cmpstr(run.out, ==, "");
        run_clear(&run);
    }
}

/* A vCPU's list that can't be read, in the stream and in the destination. */
static void test_damaged_list(void)
{
    const ArmToy toy = { ARM_LIST({ ARM_SCTLR, 2 }) };
    g_autoptr(GByteArray) damaged = arm_toy(toy);
    g_autofree char *good = toy_write("good", toy), *bad = NULL;
    Run run;

    hw_store_be32(damaged->data + arm_list_offset(damaged), 2);
    bad = file_write("bad", damaged->data, damaged->len);
    doctor(&run, good, bad);
    g_assert_cmpint(run.status, ==, 1);
    g_assert_cmpstr(run.out, ==, "");
    assert_has(run.err, "/bad: cpu 0: cpreg_vmstate_array_len is 2, but the description has 1 of "
                        "cpreg_vmstate_indexes\n");
    run_clear(&run);
    doctor(&run, bad, good);
    g_assert_cmpint(run.status, ==, 2);
    assert_has(run.err, "/bad: cpu 0: cpreg_vmstate_array_len is 2, but ");
    run_clear(&run);
}

/* A kernel's file has nothing to compare with but the vCPUs' registers. */
static void test_kernel_of_another_architecture(void)
{
    g_autofree char *from = qemu_path("x86-crb-reset-7.2");
    g_autofree char *kernel = g_build_filename(g_getenv("OB_KVM_ARM64"), "linux-6.12.100.regs",
                                               NULL);
    Run run;

    doctor(&run, kernel, from);
    g_assert_cmpint(run.status, ==, 1);
    g_assert_cmpstr(run.out, ==, "");
    assert_has(run.err,
               "/x86-crb-reset-7.2.bin: the stream does not have a section 'cpu' with system "
               "registers, expected a stream of an Arm machine\n");
    run_clear(&run);
}

static void assert_usage(const char *const *arguments, const char *sentence)
{
    Run run;

    run_tool(&run, NULL, arguments);
    g_assert_cmpint(run.status, ==, 2);
    g_assert_cmpstr(run.err, ==, sentence);
    run_clear(&run);
}

#define USAGE(sentence, ...)                                  \
    assert_usage((const char *const[]) { __VA_ARGS__, NULL }, \
                 "outboard-stream: " sentence "; see --help\n")

static void test_usage(void)
{
    USAGE("doctor: the destination is missing, expected --dest FILE", "doctor", "x");
    USAGE("doctor does not have option --report", "doctor", "--dest", "x", "--report", "y", "z");
    USAGE("filter: too many files", "filter", "--dest", "x", "y");
    USAGE("'hope' has no value, expected KEY=VALUE", "filter", "--policy", "hope");
    USAGE("policy: invalid value 'A:' of drop: it has an empty name, expected NAME:NAME...",
          "filter", "--policy", "drop=A:");
    USAGE("policy: invalid value '' of drop: expected NAME:NAME...", "filter", "--policy", "drop=");
    USAGE("pin: PSCI_VERSION has no value, expected PSCI_VERSION=VALUE", "filter", "--policy",
          "pin=PSCI_VERSION");
}

/* ------------------------------------------------------------------------- matrix */

static void test_matrix(void)
{
    Run run;

    RUN(&run, "matrix");
    g_assert_cmpint(run.status, ==, 0);
    g_assert_true(g_str_has_prefix(run.out, "from, to "));
    assert_has(run.out, "\nK1 to K0, PSCI 1.0 ");
    assert_has(run.out, "\nS         stock QEMU, 7.2 to 10.x\n");
    assert_has(run.out, "\nno-hide   refused on the source: the guest would lose something\n");
    run_clear(&run);
}

static void test_matrix_file(void)
{
    static const char text[] = "one | S | class=K1 | | | class=K0 | | too-long | PSCI_VERSION\n"
                               "one | P | class=K1 | | psci-version=0.2 | class=K0 | | ok |\n"
                               "another row | N | class=K0 | | | class=K0 | | ok |\n";
    g_autofree char *path = file_write("matrix", text, sizeof(text) - 1);
    Run run;

    RUN(&run, "matrix", path);
    g_assert_cmpint(run.status, ==, 0);
    g_assert_true(g_str_has_prefix(run.out, "from, to     S         N   T  H  P   register\n"
                                            "one          too-long  -   -  -  ok  PSCI_VERSION\n"
                                            "another row  -         ok  -  -  -   -\n\n"));
    run_clear(&run);
    RUN(&run, "matrix", "--json", path);
    assert_has(run.out, "\"source-policy\": \"psci-version=0.2\"");
    run_clear(&run);
}

static void test_matrix_bad(void)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        { "one | S\n", "bad.matrix:1: " },
        { "one | S | class=K1 | PSCI_VERSION=zz | | class=K0 | | ok |\n",
          "bad.matrix:1: pin: PSCI_VERSION: invalid value 'zz': expected a number of up to 64 "
          "bits\n" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = file_write("bad.matrix", rows[i].text, strlen(rows[i].text));
        Run run;

        RUN(&run, "matrix", path);
        g_assert_cmpint(run.status, ==, 2);
        assert_has(run.err, rows[i].says);
        g_assert_cmpstr(run.out, ==, "");
        run_clear(&run);
    }
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    directory = run_directory_new();
    g_test_add_func("/stream-doctor/matrix/table", test_matrix);
    g_test_add_func("/stream-doctor/matrix/of-a-file", test_matrix_file);
    g_test_add_func("/stream-doctor/matrix/bad-file", test_matrix_bad);
    g_test_add_func("/stream-doctor/bad/regs-file", test_bad_regs);
    g_test_add_func("/stream-doctor/bad/cut-destination", test_cut_destination);
    g_test_add_func("/stream-doctor/bad/unsorted-destination", test_unsorted_destination);
    g_test_add_func("/stream-doctor/bad/cut-stream", test_cut_stream);
    g_test_add_func("/stream-doctor/bad/other-architecture", test_other_architecture);
    g_test_add_func("/stream-doctor/bad/destination-without-a-stream",
                    test_destination_without_a_stream);
    g_test_add_func("/stream-doctor/bad/damaged-list", test_damaged_list);
    g_test_add_func("/stream-doctor/bad/kernel-of-another-architecture",
                    test_kernel_of_another_architecture);
    g_test_add_func("/stream-doctor/bad/usage", test_usage);
    status = g_test_run();
    run_directory_remove(directory);
    return status;
}
