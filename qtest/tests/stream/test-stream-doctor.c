/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outboard-stream doctor and filter, as programs, with QEMU's own streams. */
#include <glib/gstdio.h>
#include <jansson.h>
#include <string.h>

#include "qtest/tests/lib/arm-streams.h"
#include "qtest/tests/lib/tool-run.h"

#define OLD     "arm-virt-7.2-cortex-a57-7.2"
#define NEW     "arm-virt-7.2-cortex-a57-10.0"
#define MAX_OLD "arm-virt-7.2-max-7.2"

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

static char *kernel_path(const char *name)
{
    return g_build_filename(g_getenv("OB_KVM_ARM64"), name, NULL);
}

static void doctor(Run *run, const char *destination, const char *stream)
{
    RUN(run, "doctor", "--dest", destination, stream);
}

/* ------------------------------------------------------------------- real streams */

static void test_same(void)
{
    for (size_t i = 0; stream_names[i]; i++) {
        g_autofree char *path = qemu_path(stream_names[i]);
        Run run;

        if (g_str_has_prefix(stream_names[i], "arm")) {
            doctor(&run, path, path);
            g_assert_cmpint(run.status, ==, 0);
            assert_has(run.out, "verdict: loads\n");
            run_clear(&run);
        }
    }
}

static void test_backward(void)
{
    g_autofree char *old = qemu_path(OLD), *new = qemu_path(NEW);
    Run run;

    doctor(&run, old, new);
    g_assert_cmpint(run.status, ==, 1);
    assert_has(run.out, "cpu 0: 275 registers, the destination (TCG) has 258\n"
                        "    refused: L1: Invalid value 275 expecting positive value <= 258\n");
    assert_has(run.out, "    ID_DFR0_EL1            0x603000000013c00a = 0x3000006: refused (L5): "
                        "the destination has 0x3010006 and accepts no other value\n");
    assert_has(run.out, "    DBGVCR32_EL2           0x603000000013a038 = 0x0: refused (L2): the "
                        "destination does not have it\n");
    assert_has(run.out, "verdict: refused\n");
    assert_has(run.out, " --policy 'drop=RMR:RMR_EL1' --policy "
                        "'constants=ID_DFR0:ID_DFR0_EL1'\n");
    run_clear(&run);
}

static void test_forward(void)
{
    g_autofree char *old = qemu_path(OLD), *new = qemu_path(NEW);
    Run run;

    doctor(&run, new, old);
    g_assert_cmpint(run.status, ==, 1);
    assert_has(run.out, "    RMR_EL1                0x603000000013c602: refused (L5): the stream "
                        "does not have it, so 0 is written; the destination accepts only 0x1\n");
    assert_has(run.out, "    missing from the stream: 16, which keep the destination's reset "
                        "values\n");
    run_clear(&run);
}

/* The filter needs exactly the policy that doctor proposes, and changes nothing else. */
static void cure(const char *name, const char *destination)
{
    g_autofree char *from = qemu_path(name), *to = qemu_path(destination), *cured = NULL;
    g_autoptr(GByteArray) stream = stream_load(name);
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    json_t *root, *policy;
    size_t i;
    Run run;

    RUN(&run, "doctor", "--json", "--dest", to, from);
    g_assert_cmpint(run.status, ==, 1);
    root = json_loads(run.out, 0, NULL);
    g_assert_nonnull(root);
    run_clear(&run);
    g_ptr_array_add(argv, (char *)"filter");
    g_ptr_array_add(argv, (char *)"--dest");
    g_ptr_array_add(argv, to);
    json_array_foreach(json_object_get(root, "policy"), i, policy)
    {
        g_ptr_array_add(argv, (char *)"--policy");
        g_ptr_array_add(argv, (char *)json_string_value(policy));
    }
    g_ptr_array_add(argv, NULL);
    run_tool(&run, stream, (const char *const *)argv->pdata);
    g_assert_cmpint(run.status, ==, 0);
    cured = file_write("cured", run.out, run.out_size);
    run_clear(&run);
    doctor(&run, to, cured);
    g_assert_cmpint(run.status, ==, 0);
    run_clear(&run);
    RUN(&run, "diff", from, cured);
    g_assert_cmpint(run.status, ==, 1);
    for (char *line = strtok(run.out, "\n"); line; line = strtok(NULL, "\n")) {
        g_assert_true(g_str_has_prefix(line, "cpu 0: ") && !strchr(line, '.'));
    }
    run_clear(&run);
    json_decref(root);
}

static void test_cure(void)
{
    cure(OLD, NEW);
    cure(NEW, OLD);
}

/* Outside of the list, only two counts in the description change. */
static void test_description(void)
{
    g_autofree char *to = qemu_path(OLD);
    g_autoptr(GByteArray) stream = stream_load(NEW);
    g_autoptr(GString) expected = NULL;
    size_t list = arm_list_offset(stream), rest = list + ob_cpu_registers_size(275);
    size_t list_end = list + ob_cpu_registers_size(258);
    size_t json = stream_find(stream, 0, "{\"configuration\"", 16);
    Run run;

    RUN_WITH(&run, stream, "filter", "--dest", to, "--policy", "drop=all", "--policy",
             "constants=all");
    g_assert_cmpint(run.status, ==, 0);
    g_assert_cmpmem(run.out, list, stream->data, list);
    g_assert_cmpmem(run.out + list_end, json - 4 - rest, stream->data + rest, json - 4 - rest);
    expected = g_string_new_len((const char *)stream->data + json, stream->len - json);
    g_assert_cmpuint(g_string_replace(expected, "\"array_len\": 275", "\"array_len\": 258", 0), ==,
                     2);
    g_assert_cmpmem(run.out + list_end + json - rest, run.out_size - (list_end + json - rest),
                    expected->str, expected->len);
    run_clear(&run);
}

static void test_not_permitted(void)
{
    g_autofree char *to = qemu_path(OLD);
    g_autoptr(GByteArray) stream = stream_load(NEW);
    Run run;

    RUN_WITH(&run, stream, "filter", "--dest", to, "--policy", "drop=all");
    g_assert_cmpint(run.status, ==, 1);
    g_assert_cmpuint(run.out_size, <, stream_find(stream, 0, "\5timer", 6));
    assert_has(run.err, "cpu 0: not permitted: ID_DFR0_EL1 (0x603000000013c00a): 0x3010006, was "
                        "0x3000006: needs --policy 'constants=ID_DFR0_EL1'\n");
    assert_has(run.err, "outboard-stream: filter: the destination needs 2 changes of registers "
                        "that the policy does not permit; the report names them");
    assert_has(run.err, "; the destination gets a truncated stream\n");
    run_clear(&run);
}

static void test_report(void)
{
    g_autofree char *to = qemu_path(NEW), *text = NULL;
    g_autofree char *path = g_build_filename(directory, "report", NULL);
    g_autoptr(GByteArray) stream = stream_load(OLD);
    Run run;

    RUN_WITH(&run, stream, "filter", "--dest", to, "--policy", "constants=all", "--report", path);
    g_assert_cmpint(run.status, ==, 0);
    g_assert_cmpstr(run.err, ==, "");
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    assert_has(text, "cpu 0: RMR_EL1 (0x603000000013c602): added with the destination's 0x1\n");
    assert_has(text, "cpu 0: 275 registers, were 258: 21 changes, 0 not permitted\n");
    run_clear(&run);
}

static void filter_warns(const char *policy, const char *warning)
{
    g_autofree char *to = qemu_path(NEW);
    g_autoptr(GByteArray) stream = stream_load(OLD);
    Run run;

    RUN_WITH(&run, stream, "filter", "--dest", to, "--policy", "constants=all", "--policy", policy);
    g_assert_cmpint(run.status, ==, 0);
    assert_has(run.err, warning);
    g_assert_true(*warning || !strstr(run.err, "warning"));
    run_clear(&run);
}

static void test_unused(void)
{
    filter_warns("drop=SCTLR_EL4", "warning: policy: 'SCTLR_EL4' was not used\n");
    filter_warns("pin=VENDOR_HYP_BMAP_2=0", "warning: policy: 'VENDOR_HYP_BMAP_2' was not used\n");
    filter_warns("pin=SCTLR_EL1=0xc50838", "");
}

static void test_json(void)
{
    g_autofree char *old = qemu_path(OLD), *new = qemu_path(NEW);
    json_t *root, *cpu, *difference;
    Run run;

    RUN(&run, "doctor", "--json", "--dest", old, new);
    root = json_loads(run.out, 0, NULL);
    g_assert_cmpstr(json_string_value(json_object_get(root, "verdict")), ==, "refused");
    g_assert_cmpstr(json_string_value(json_object_get(root, "accelerator")), ==, "tcg");
    g_assert_true(json_is_true(json_object_get(root, "curable")));
    cpu = json_array_get(json_object_get(root, "cpus"), 0);
    g_assert_cmpint(json_integer_value(json_object_get(cpu, "registers")), ==, 275);
    difference = json_array_get(json_object_get(cpu, "differences"), 0);
    g_assert_cmpstr(json_string_value(json_object_get(difference, "id")), ==, "0x40200000200e0002");
    g_assert_cmpstr(json_string_value(json_object_get(difference, "rule")), ==, "L2");
    g_assert_null(json_object_get(difference, "destination"));
    json_decref(root);
    run_clear(&run);
}

/* Each release knows the subsection of SVE, though cortex-a57 does not send it. */
static void test_other_model(void)
{
    g_autofree char *max = qemu_path(MAX_OLD), *a57 = qemu_path(OLD);
    Run run;

    doctor(&run, a57, max);
    g_assert_cmpint(run.status, ==, 1);
    assert_has(run.out, "    why: another model of the CPU\n         ");
    assert_has(run.out, " refused: AArch32 ");
    assert_has(run.out, " more, which --verbose shows\n");
    assert_has(run.out, "verdict: refused\n");
    assert_has(run.out, "to pass: outboard-stream filter --dest ");
    assert_has(run.out, "\nthe guest loses: ");
    g_assert_null(strstr(run.out, "subsection"));
    run_clear(&run);
    RUN(&run, "doctor", "--verbose", "--dest", a57, max);
    assert_has(run.out, "  pointer authentication:\n    APIAKeyLo_EL1 ");
    g_assert_null(strstr(run.out, "--verbose"));
    run_clear(&run);
}

/* ------------------------------------------------------------------- small streams */

static void expect(ArmToy destination, ArmToy stream, int status, const char *text)
{
    g_autofree char *to = toy_write("to", destination), *from = toy_write("from", stream);
    Run run;

    doctor(&run, to, from);
    g_assert_cmpint(run.status, ==, status);
    assert_has(run.out, text);
    run_clear(&run);
}

/* The guest has read the register once, so its clock would be wrong. */
static void test_frequency(void)
{
    expect((ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_CNTFRQ, 62500000 }) },
           (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_CNTFRQ, 24000000 }) }, 1,
           "false (L7): the guest reads 24000000 Hz, and the destination's timers run at "
           "62500000 Hz\nverdict: loads wrongly\n"
           "the destination's timers need the guest's frequency: start it with -cpu "
           "MODEL,cntfrq=24000000\na filter can't make it right\n");
}

static void test_silent_loss(void)
{
    expect((ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_WA1, 0 }, { ARM_STD, 1 }) },
           (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_STD, 1 }, { ARM_BMAP_2, 1 }) }, 1,
           "    VENDOR_HYP_BMAP_2      0x6030000000160003 = 0x1: lost (L3): the destination "
           "does not have it, and silently drops it from the end of the list\n");
}

/* Commas separate the rules of a policy, so the recipe has the register's id. */
static void test_name_with_commas(void)
{
    expect((ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_SCTLR, 2 }) },
           (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { UINT64_C(0x40200000200f08a1), 6 },
                               { ARM_SCTLR, 2 }) },
           1, "--policy 'drop=0x40200000200f08a1'\n");
}

static void test_zeroed(void)
{
    expect((ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_CNTFRQ, 62500000 }) },
           (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }) }, 1,
           "    CNTFRQ_EL0             0x603000000013df00: zeroed (L4): the stream does not have "
           "it, so 0 is written; the destination's reset value is 0x3b9aca0\n"
           "verdict: loads wrongly\n");
}

static void test_kvm_keeps(void)
{
    expect((ArmToy) { ARM_LIST({ ARM_CNTFRQ, 62500000 }, { ARM_PSCI, 2 }) },
           (ArmToy) { ARM_LIST({ ARM_PSCI, 2 }) }, 0,
           "    missing from the stream: 1, which keep the destination's reset values\n"
           "verdict: loads\n");
}

static void test_unsorted(void)
{
    expect((ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }) },
           (ArmToy) { ARM_LIST({ ARM_TPIDR, 2 }, { ARM_SCTLR, 2 }) }, 1,
           "    refused: L6: register 0x603000000013c080 at index 1 comes after "
           "0x603000000013c684, expected ascending ids\n"
           "verdict: refused\na filter can't make it load\n");
}

static void test_vcpus(void)
{
    const ArmToy one = { ARM_LIST({ ARM_SCTLR, 2 }) };
    const ArmToy three = { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_TPIDR, 3 }), .vcpus = 3 };

    expect(one, three, 1,
           "cpu 2: 2 registers\n    refused: Unknown savevm section or instance "
           "'cpu' 2: the destination has fewer vCPUs\n");
    expect((ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }), .vcpus = 3 }, three, 1,
           "cpu 2: 2 registers, the destination (TCG) has 1: as with cpu 1\n");
}

/* The second vCPU lacks the same register, but with another value. */
static void test_vcpus_with_other_values(void)
{
    g_autofree char *to = toy_write("to", (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }), .vcpus = 2 });
    g_autoptr(GByteArray)
        stream = arm_toy((ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_TPIDR, 3 }), .vcpus = 2 });
    static const uint8_t id[] = { 0x60, 0x30, 0, 0, 0, 0x13, 0xc6, 0x84 };
    size_t second = stream_find(stream, stream_find(stream, 0, id, 8) + 8, id, 8);
    g_autofree char *from = NULL;
    Run run;

    stream->data[second + 8 + 8 + 7] = 4;
    from = file_write("from", stream->data, stream->len);
    doctor(&run, to, from);
    g_assert_cmpint(run.status, ==, 1);
    assert_has(run.out, "0x603000000013c684 = 0x3: ");
    assert_has(run.out, "0x603000000013c684 = 0x4: ");
    g_assert_null(strstr(run.out, "as with cpu"));
    run_clear(&run);
}

static void test_stranger(void)
{
    expect((ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }) },
           (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }), .stranger = "pl999" }, 1,
           "refused: Unknown savevm section or instance 'pl999' 0\nverdict: refused\n"
           "a filter can't make it load\n");
}

static void test_ram_of_another_size(void)
{
    expect((ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }), .zero_pages = 2 },
           (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }), .zero_pages = 1 }, 1,
           "refused: Size mismatch: mach-virt.ram: 0x1000 != 0x2000: Invalid argument\n"
           "verdict: refused\na filter can't make it load\n");
}

static void test_ram_block_of_another_name(void)
{
    const ArmToy toy = { ARM_LIST({ ARM_SCTLR, 2 }) };
    g_autoptr(GByteArray) renamed = arm_toy(toy);
    g_autofree char *from = toy_write("from", toy), *to = NULL;
    Run run;

    for (int i = 0; i < 2; i++) { /* the list of blocks, and the first page */
        renamed->data[stream_find(renamed, 0, "mach-virt.ram", 13)] = 'M';
    }
    to = file_write("to", renamed->data, renamed->len);
    doctor(&run, to, from);
    g_assert_cmpint(run.status, ==, 1);
    assert_has(run.out, "refused: Unknown ramblock \"mach-virt.ram\", cannot accept migration\n"
                        "verdict: refused\na filter can't make it load\n");
    run_clear(&run);
}

static void test_mitigation(void)
{
    expect((ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 2 }, { ARM_STD, 1 }) },
           (ArmToy) { ARM_LIST({ ARM_PSCI, 2 }, { ARM_WA1, 1 }) }, 1,
           "    WORKAROUND_1           0x6030000000140001 = 0x1: refused (L2): the destination "
           "does not have it\n");
    expect((ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 2 }, { ARM_STD, 1 }) },
           (ArmToy) { ARM_LIST({ ARM_PSCI, 2 }, { ARM_WA1, 1 }) }, 1,
           "verdict: refused\n"
           "WORKAROUND_1 (0x6030000000140001) can't be hidden with the value 0x1: the guest would "
           "lose a mitigation, expected a destination that has the register\n"
           "a filter can't make it load\n");
}

/* ------------------------------------------------------------------------ kernels */

static void kernel_expect(const char *kernel, ArmToy toy, int status, const char *text)
{
    g_autofree char *to = kernel_path(kernel), *from = toy_write("from", toy);
    Run run;

    doctor(&run, to, from);
    g_assert_cmpint(run.status, ==, status);
    assert_has(run.out, text);
    run_clear(&run);
}

static void test_kernel(void)
{
    kernel_expect("linux-6.12.100.regs",
                  (ArmToy) { ARM_LIST({ ARM_SCTLR, 5 }, { ARM_PSCI, 0x10000 }), .vcpus = 2 }, 0,
                  "verdict: loads\n");
    kernel_expect("linux-6.12.100.regs", (ArmToy) { ARM_LIST({ ARM_PSCI, 0x10003 }) }, 1,
                  "    PSCI_VERSION           0x6030000000140000 = 0x10003: refused (L5): the "
                  "destination's kernel does not accept this value; the nearest that it accepts is "
                  "0x10001\n");
    kernel_expect("linux-6.1.192.regs", (ArmToy) { ARM_LIST({ UINT64_C(0x603000000013c103), 0 }) },
                  1,
                  "    TCR2_EL1               0x603000000013c103 = 0x0: refused (L2): the "
                  "destination does not have it\n");
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    directory = run_directory_new();
    g_test_add_func("/stream-doctor/qemu/loads-where-it-was-saved", test_same);
    g_test_add_func("/stream-doctor/qemu/newer-is-refused-by-older", test_backward);
    g_test_add_func("/stream-doctor/qemu/older-is-refused-by-newer", test_forward);
    g_test_add_func("/stream-doctor/qemu/proposed-policy-cures", test_cure);
    g_test_add_func("/stream-doctor/qemu/filter-changes-nothing-else", test_description);
    g_test_add_func("/stream-doctor/qemu/filter-keeps-to-the-policy", test_not_permitted);
    g_test_add_func("/stream-doctor/qemu/filter-reports-to-a-file", test_report);
    g_test_add_func("/stream-doctor/qemu/filter-warns-of-what-is-nowhere", test_unused);
    g_test_add_func("/stream-doctor/qemu/json", test_json);
    g_test_add_func("/stream-doctor/qemu/other-cpu-model", test_other_model);
    g_test_add_func("/stream-doctor/list/last-register-is-lost-silently", test_silent_loss);
    g_test_add_func("/stream-doctor/list/frequency-of-the-timers-is-judged", test_frequency);
    g_test_add_func("/stream-doctor/list/names-with-commas-become-ids", test_name_with_commas);
    g_test_add_func("/stream-doctor/list/tcg-zeroes-what-is-missing", test_zeroed);
    g_test_add_func("/stream-doctor/list/kvm-keeps-what-is-missing", test_kvm_keeps);
    g_test_add_func("/stream-doctor/list/unsorted-is-refused", test_unsorted);
    g_test_add_func("/stream-doctor/list/each-vcpu-is-looked-at", test_vcpus);
    g_test_add_func("/stream-doctor/list/each-vcpu-has-its-values", test_vcpus_with_other_values);
    g_test_add_func("/stream-doctor/list/other-sections-are-looked-at", test_stranger);
    g_test_add_func("/stream-doctor/list/ram-of-another-size", test_ram_of_another_size);
    g_test_add_func("/stream-doctor/list/ram-block-of-another-name",
                    test_ram_block_of_another_name);
    g_test_add_func("/stream-doctor/list/mitigation-has-no-cure", test_mitigation);
    g_test_add_func("/stream-doctor/kernel/rules-of-a-regs-file", test_kernel);
    status = g_test_run();
    run_directory_remove(directory);
    return status;
}
