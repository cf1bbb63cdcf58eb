/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Streams passed on with their sections rewritten: the filter's engine, and its vCPUs. */
#include <glib/gstdio.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "qtest/stream/cpu-filter.h"
#include "qtest/tests/arm-streams.h"
#include "qtest/tests/tool-run.h"

typedef struct Output {
    GByteArray *bytes;
    size_t room;                /* then the sink fails */
} Output;

static bool output_take(void *opaque, const uint8_t *bytes, size_t size)
{
    Output *output = opaque;

    if (output->bytes->len + size > output->room) {
        return false;
    }
    return stream_sink(output->bytes, bytes, size);
}

/* Feeds a stream in pieces; the sentence of a refusal, "" if there is none. */
static char *filter_pieces(const ObVmFilterEvents *events, void *opaque, const GByteArray *stream,
                           size_t piece, Output *output)
{
    ObVmFilter *filter = ob_vm_filter_new(events, opaque, output_take, output);
    bool ok = true;
    char *sentence;

    for (size_t at = 0; ok && at < stream->len; at += piece) {
        ok = ob_vm_filter_feed(filter, stream->data + at, MIN(piece, stream->len - at));
    }
    ok = ok && ob_vm_filter_finish(filter);
    sentence = g_strdup(ob_vm_filter_refusal(filter)->sentence);
    g_assert_true(ok || sentence[0] || output->room < SIZE_MAX);
    ob_vm_filter_free(filter);
    return sentence;
}

static char *filter_whole(const ObVmFilterEvents *events, void *opaque, const GByteArray *stream,
                          Output *output)
{
    return filter_pieces(events, opaque, stream, MAX(stream->len, 1), output);
}

static Output output_new(void)
{
    return (Output) { g_byte_array_new(), SIZE_MAX };
}

static void assert_same(const GByteArray *a, const GByteArray *b)
{
    g_assert_cmpmem(a->data, a->len, b->data, b->len);
}

/* ---------------------------------------------------------------------- the engine */

static bool rewrite_nothing(void *opaque, const ObVmSection *section, const uint8_t *payload,
                            size_t size, const json_t *description, ObVmRewritten *rewritten,
                            HwError *error)
{
    (void)opaque, (void)section, (void)payload, (void)size, (void)description, (void)rewritten;
    (void)error;
    return true;
}

/* Makes beta's number three bytes "new", and says so in the description. */
static bool rewrite_beta(void *opaque, const ObVmSection *section, const uint8_t *payload,
                         size_t size, const json_t *description, ObVmRewritten *rewritten,
                         HwError *error)
{
    (void)opaque, (void)payload, (void)size, (void)error;
    if (strcmp(section->name, "beta") == 0) {
        rewritten->payload = g_byte_array_append(g_byte_array_new(), (const uint8_t *)"new", 3);
        rewritten->description = json_deep_copy(description);
        json_object_set_new(json_array_get(json_object_get(rewritten->description, "fields"), 0),
                            "size", json_integer(3));
    }
    return true;
}

static bool rewrite_refuse(void *opaque, const ObVmSection *section, const uint8_t *payload,
                           size_t size, const json_t *description, ObVmRewritten *rewritten,
                           HwError *error)
{
    (void)opaque, (void)payload, (void)size, (void)description, (void)rewritten;
    return strcmp(section->name, "beta") != 0 || hw_error_set(error, "no beta here");
}

static bool finish_refuse(void *opaque, HwError *error)
{
    (void)opaque;
    return hw_error_set(error, "not this one");
}

static const ObVmFilterEvents nothing = { rewrite_nothing, NULL };

static void assert_passes(const GByteArray *stream, size_t piece)
{
    Output output = output_new();
    g_autofree char *sentence = filter_pieces(&nothing, NULL, stream, piece, &output);

    g_assert_cmpstr(sentence, ==, "");
    assert_same(output.bytes, stream);
    g_byte_array_unref(output.bytes);
}

static void test_untouched(void)
{
    static const size_t pieces[] = { 1, 2, 7, 64, 1000, 4096, 1u << 20 };
    g_autoptr(GByteArray) stream = stream_toy(true);

    for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
        assert_passes(stream, pieces[i]);
    }
}

static void test_untouched_qemu(void)
{
    for (size_t i = 0; stream_names[i]; i++) {
        g_autoptr(GByteArray) stream = stream_load(stream_names[i]);

        assert_passes(stream, 65536);
    }
}

static void test_trailing(void)
{
    g_autoptr(GByteArray) stream = stream_toy(true);

    g_byte_array_append(stream, (const uint8_t *)"and more", 8);
    assert_passes(stream, 5);
    assert_passes(stream, stream->len);
}

static void test_rewritten(void)
{
    static const ObVmFilterEvents events = { rewrite_beta, NULL };

    for (size_t piece = 1; piece < 6000; piece += 499) {
        g_autoptr(GByteArray) stream = stream_toy(true);
        Output output = output_new();
        g_autofree char *sentence = filter_pieces(&events, NULL, stream, piece, &output);
        size_t beta = stream_find(stream, 0, "\4beta", 5) + 13;

        g_assert_cmpstr(sentence, ==, "");
        g_assert_cmpmem(output.bytes->data, beta, stream->data, beta);
        g_assert_cmpmem(output.bytes->data + beta, 4, "new\x7e", 4);
        assert_passes(output.bytes, 100);
        g_byte_array_unref(output.bytes);
    }
}

static void assert_cut_before_devices(const ObVmFilterEvents *events, const char *expected)
{
    g_autoptr(GByteArray) stream = stream_toy(true);
    Output output = output_new();
    g_autofree char *sentence = filter_pieces(events, NULL, stream, 100, &output);

    g_assert_cmpstr(sentence, ==, expected);
    g_assert_cmpuint(output.bytes->len, >, 8000);
    g_assert_cmpuint(output.bytes->len, <=, stream_find(stream, 0, "\5alpha", 6));
    g_assert_cmpmem(output.bytes->data, output.bytes->len, stream->data, output.bytes->len);
    g_byte_array_unref(output.bytes);
}

static void test_refused_section(void)
{
    static const ObVmFilterEvents events = { rewrite_refuse, NULL };

    assert_cut_before_devices(&events, "no beta here");
}

static void test_refused_at_the_end(void)
{
    static const ObVmFilterEvents events = { rewrite_nothing, finish_refuse };

    assert_cut_before_devices(&events, "not this one");
}

static void test_refused_at_once(void)
{
    g_autoptr(GByteArray) stream = g_byte_array_append(g_byte_array_new(),
                                                       (const uint8_t *)"no stream at all", 16);
    Output output = output_new();
    g_autofree char *sentence = filter_whole(&nothing, NULL, stream, &output);

    g_assert_cmpstr(sentence, ==, "Not a migration stream");
    g_assert_cmpmem(output.bytes->data, output.bytes->len, "QEVM", 4);
    g_byte_array_unref(output.bytes);
}

static void test_empty(void)
{
    g_autoptr(GByteArray) stream = g_byte_array_new();
    Output output = output_new();
    g_autofree char *sentence = filter_whole(&nothing, NULL, stream, &output);

    g_assert_true(g_str_has_prefix(sentence, "Input/output error"));
    g_assert_cmpmem(output.bytes->data, output.bytes->len, "QEVM", 4);
    g_byte_array_unref(output.bytes);
}

/* Whatever is cut off: what comes out is cut, too, before the devices. */
static void test_truncated(void)
{
    g_autoptr(GByteArray) stream = stream_toy(true);
    size_t size = stream->len, devices = stream_find(stream, 0, "\5alpha", 6);

    for (size_t length = 1; length < size; length += length < devices ? 61 : 1) {
        Output output = output_new();
        g_autofree char *sentence = NULL;

        g_byte_array_set_size(stream, (guint)length);
        sentence = filter_pieces(&nothing, NULL, stream, 100, &output);
        g_assert_cmpstr(sentence, !=, "");
        g_assert_cmpuint(output.bytes->len, <=, MAX(devices, 4));
        g_byte_array_unref(output.bytes);
        g_byte_array_unref(stream);
        stream = stream_toy(true);
    }
}

static void test_sink_fails(void)
{
    g_autoptr(GByteArray) stream = stream_toy(true);

    for (size_t room = 0; room < stream->len; room += 333) {
        Output output = { g_byte_array_new(), room };
        g_autofree char *sentence = filter_pieces(&nothing, NULL, stream, 100, &output);

        g_assert_cmpstr(sentence, ==, "");
        g_assert_cmpuint(output.bytes->len, <=, room);
        g_byte_array_unref(output.bytes);
    }
}

/* ------------------------------------------------------------------------ vCPUs */

typedef struct Fixture {
    char *directory;
    char *path;
    ObDestination *destination;
    ObFilterPolicy *policy;
    GString *report;
    Output output;
} Fixture;

static void set_up(Fixture *f, gconstpointer unused)
{
    (void)unused;
    f->directory = g_dir_make_tmp("ob-XXXXXX", NULL);
    f->path = g_build_filename(f->directory, "destination", NULL);
    f->policy = ob_filter_policy_new();
    f->report = g_string_new(NULL);
    f->output = output_new();
}

static void tear_down(Fixture *f, gconstpointer unused)
{
    (void)unused;
    g_unlink(f->path);
    g_assert_cmpint(g_rmdir(f->directory), ==, 0);
    g_free(f->path);
    g_free(f->directory);
    ob_destination_free(f->destination);
    ob_filter_policy_free(f->policy);
    g_string_free(f->report, TRUE);
    g_byte_array_unref(f->output.bytes);
}

static void destination_is(Fixture *f, const GByteArray *stream)
{
    OB_VM_SENTENCE(error);

    g_assert_true(g_file_set_contents(f->path, (const char *)stream->data, stream->len, NULL));
    f->destination = ob_destination_open(f->path, &error);
    if (!f->destination) {
        g_error("%s", error.text);
    }
}

static void destination_toy(Fixture *f, ArmToy toy)
{
    g_autoptr(GByteArray) stream = arm_toy(toy);

    destination_is(f, stream);
}

static void destination_kernel(Fixture *f, const char *name)
{
    g_autofree char *path = g_build_filename(g_getenv("OB_KVM_ARM64"), name, NULL);
    OB_VM_SENTENCE(error);

    f->destination = ob_destination_open(path, &error);
    g_assert_cmpstr(error.text, ==, "");
}

static void permit(Fixture *f, const char *text)
{
    OB_VM_SENTENCE(error);

    ob_filter_policy_add(f->policy, text, &error);
    g_assert_cmpstr(error.text, ==, "");
}

static void report_take(void *opaque, const char *line)
{
    g_string_append_printf(opaque, "%s\n", line);
}

static char *filter_run(Fixture *f, const GByteArray *stream)
{
    ObCpuFilter filter = { .destination = f->destination, .policy = f->policy,
                           .report = report_take, .opaque = f->report };

    return filter_pieces(&ob_cpu_filter_events, &filter, stream, 1000, &f->output);
}

/* Passes with this report, and vCPU `vcpu` then has these registers. */
static void assert_filtered(Fixture *f, ArmToy toy, const char *line, uint32_t vcpu,
                            ArmToy expected)
{
    g_autoptr(GByteArray) stream = arm_toy(toy);
    g_autofree char *sentence = filter_run(f, stream);
    ObCpuRegisters list;

    g_assert_cmpstr(sentence, ==, "");
    assert_has(f->report->str, line);
    list = arm_list(f->output.bytes, vcpu);
    g_assert_cmpuint(list.count, ==, expected.count);
    g_assert_cmpmem(list.entries, list.count * sizeof(ObCpuRegister), expected.registers,
                    expected.count * sizeof(ObCpuRegister));
    ob_cpu_registers_clear(&list);
}

static void assert_refused(Fixture *f, const GByteArray *stream, const char *text)
{
    g_autofree char *sentence = filter_run(f, stream);

    assert_has(sentence, text);
    g_assert_cmpuint(f->output.bytes->len, <, arm_list_offset(stream));
}

static void assert_toy_refused(Fixture *f, ArmToy toy, const char *line)
{
    g_autoptr(GByteArray) stream = arm_toy(toy);

    assert_refused(f, stream, "changes of registers that the policy doesn't permit");
    assert_has(f->report->str, line);
}

static void test_same(Fixture *f, gconstpointer unused)
{
    const ArmToy toy = { ARM_LIST({ ARM_SCTLR, 5 }, { ARM_TPIDR, 6 }), .vcpus = 3 };
    g_autoptr(GByteArray) stream = arm_toy(toy);
    g_autofree char *sentence = NULL;

    (void)unused;
    destination_toy(f, toy);
    sentence = filter_run(f, stream);
    g_assert_cmpstr(sentence, ==, "");
    g_assert_cmpstr(f->report->str, ==, "");
    assert_same(f->output.bytes, stream);
}

static void test_fill(Fixture *f, gconstpointer unused)
{
    (void)unused;
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_SCTLR, 2 },
                                           { ARM_CNTFRQ, 3 }) });
    assert_filtered(f, (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_SCTLR, 7 }) },
                    "cpu 0: CNTFRQ_EL0 (0x603000000013df00): added with the destination's 0x3\n",
                    0, (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_SCTLR, 7 },
                                           { ARM_CNTFRQ, 3 }) });
}

static void test_fill_of_nothing(Fixture *f, gconstpointer unused)
{
    (void)unused;
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_SCTLR, 2 }) });
    assert_filtered(f, (ArmToy) { .count = 0 }, "cpu 0: 2 registers, were 0: 2 changes", 0,
                    (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_SCTLR, 2 }) });
}

static void test_each_vcpu(Fixture *f, gconstpointer unused)
{
    (void)unused;
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_SCTLR, 2 }), .vcpus = 4 });
    assert_filtered(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 7 }), .vcpus = 3, .timer = true },
                    "cpu 2: 2 registers, were 1: 1 changes, 0 not permitted\n", 2,
                    (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_SCTLR, 7 }) });
}

static void test_drop_unused(Fixture *f, gconstpointer unused)
{
    (void)unused;
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }) });
    assert_filtered(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 7 },
                                           { ARM_TPIDR, UINT64_C(0x1de7ec7edbadc0de) },
                                           { ARM_CNTFRQ, 0 }) },
                    "TPIDR_EL1 (0x603000000013c684): left out, was 0x1de7ec7edbadc0de\n", 0,
                    (ArmToy) { ARM_LIST({ ARM_SCTLR, 7 }) });
}

static void test_drop_refused(Fixture *f, gconstpointer unused)
{
    (void)unused;
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }) });
    assert_toy_refused(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 7 }, { ARM_TPIDR, 8 }) },
                       "cpu 0: not permitted: TPIDR_EL1 (0x603000000013c684): left out, was 0x8: "
                       "needs --policy 'drop=TPIDR_EL1'\n");
}

static void test_drop_permitted(Fixture *f, gconstpointer unused)
{
    (void)unused;
    permit(f, "drop=tpidr_el1");
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }) });
    assert_filtered(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 7 }, { ARM_TPIDR, 8 }) },
                    "cpu 0: TPIDR_EL1 (0x603000000013c684): left out, was 0x8\n", 0,
                    (ArmToy) { ARM_LIST({ ARM_SCTLR, 7 }) });
}

static void test_constant_refused(Fixture *f, gconstpointer unused)
{
    (void)unused;
    permit(f, "drop=all");
    permit(f, "constants=CTR");
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_ID_DFR0, 3 }) });
    assert_toy_refused(f, (ArmToy) { ARM_LIST({ ARM_A32_CTR, 2 }, { ARM_ID_DFR0, 4 }) },
                       "not permitted: ID_DFR0_EL1 (0x603000000013c00a): 0x3, was 0x4: needs "
                       "--policy 'constants=ID_DFR0_EL1'\n");
    assert_has(f->report->str, "cpu 0: CTR(NS) (0x40200000200f0001): 0x1, was 0x2\n");
}

static void test_constant_permitted(Fixture *f, gconstpointer unused)
{
    (void)unused;
    permit(f, "constants=all");
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_ID_DFR0, 3 }) });
    assert_filtered(f, (ArmToy) { ARM_LIST({ ARM_A32_CTR, 2 }, { ARM_ID_DFR0, 4 }) },
                    "cpu 0: ID_DFR0_EL1 (0x603000000013c00a): 0x3, was 0x4\n", 0,
                    (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_ID_DFR0, 3 }) });
}

/* What a guest can write differs from host to host, and stays. */
static void test_state_stays(Fixture *f, gconstpointer unused)
{
    const ArmToy toy = { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_SCTLR, 0x30d0 }) };
    g_autoptr(GByteArray) stream = arm_toy(toy);
    g_autofree char *sentence = NULL;

    (void)unused;
    permit(f, "constants=all");
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_SCTLR, 2 }) });
    sentence = filter_run(f, stream);
    g_assert_cmpstr(sentence, ==, "");
    assert_same(f->output.bytes, stream);
}

static void test_firmware_stays(Fixture *f, gconstpointer unused)
{
    (void)unused;
    permit(f, "drop=all");
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 2 }) });
    assert_toy_refused(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 2 },
                                              { ARM_WA1, 1 }) },
                       "cpu 0: not permitted: WORKAROUND_1 (0x6030000000140001) can't be hidden "
                       "with the value 0x1: the guest would lose a mitigation; it takes a "
                       "destination that has the register\n");
}

static void test_firmware_pinned_and_dropped(Fixture *f, gconstpointer unused)
{
    (void)unused;
    permit(f, "pin=WORKAROUND_1=0");
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 2 }) });
    assert_filtered(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 2 }, { ARM_WA1, 1 }) },
                    "cpu 0: WORKAROUND_1 (0x6030000000140001): 0x0, was 0x1\n", 0,
                    (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 2 }) });
}

static void test_firmware_tolerated(Fixture *f, gconstpointer unused)
{
    (void)unused;
    permit(f, "tolerate=WORKAROUND_1=1");
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 2 }) });
    assert_filtered(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 2 }, { ARM_WA1, 1 }) },
                    "cpu 0: WORKAROUND_1 (0x6030000000140001): left out, was 0x1\n", 0,
                    (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 2 }) });
}

static void test_keep(Fixture *f, gconstpointer unused)
{
    (void)unused;
    permit(f, "keep=TPIDR_EL1");
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_TPIDR, 3 }) });
    assert_filtered(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 4 }, { ARM_TPIDR, 5 }) },
                    "cpu 0: TPIDR_EL1 (0x603000000013c684): 0x3, was 0x5\n", 0,
                    (ArmToy) { ARM_LIST({ ARM_SCTLR, 4 }, { ARM_TPIDR, 3 }) });
}

static void test_kernel_psci(Fixture *f, gconstpointer unused)
{
    (void)unused;
    destination_kernel(f, "linux-6.12.100.regs");
    assert_toy_refused(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 0x10003 }) },
                       "needs --policy 'pin=PSCI_VERSION=0x10001'\n");
}

static void test_kernel_psci_pinned(Fixture *f, gconstpointer unused)
{
    (void)unused;
    permit(f, "psci-version=1.1");
    destination_kernel(f, "linux-6.12.100.regs");
    assert_filtered(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 0x10003 }) },
                    "cpu 0: PSCI_VERSION (0x6030000000140000): 0x10001, was 0x10003\n", 0,
                    (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 0x10001 }) });
}

static void test_kernel_psci_pinned_wrong(Fixture *f, gconstpointer unused)
{
    (void)unused;
    permit(f, "psci-version=1.2");
    destination_kernel(f, "linux-6.12.100.regs");
    assert_toy_refused(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_PSCI, 0x10003 }) },
                       "not permitted: PSCI_VERSION (0x6030000000140000): 0x10001, was 0x10002: "
                       "needs --policy 'pin=PSCI_VERSION=0x10001'\n");
}

static void test_subsection(Fixture *f, gconstpointer unused)
{
    const ArmToy toy = { ARM_LIST({ ARM_SCTLR, 2 }), .timer = true };
    const ArmToy without = { ARM_LIST({ ARM_SCTLR, 2 }) };
    g_autoptr(GByteArray) stream = arm_toy(toy);
    g_autoptr(GByteArray) expected = arm_toy(without);
    g_autofree char *sentence = NULL;

    (void)unused;
    permit(f, "drop-subsection=cpu/wfxt-timer");
    destination_toy(f, without);
    sentence = filter_run(f, stream);
    g_assert_cmpstr(sentence, ==, "");
    g_assert_cmpstr(f->report->str, ==, "cpu 0: subsection cpu/wfxt-timer: left out\n");
    assert_same(f->output.bytes, expected);
}

static void test_subsection_warning(Fixture *f, gconstpointer unused)
{
    const ArmToy toy = { ARM_LIST({ ARM_SCTLR, 2 }), .timer = true, .stranger = "pl999" };
    g_autoptr(GByteArray) stream = arm_toy(toy);
    g_autofree char *sentence = NULL;

    (void)unused;
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }) });
    sentence = filter_run(f, stream);
    g_assert_cmpstr(sentence, ==, "");
    assert_has(f->report->str, "warning: cpu 0: the destination may not know subsection "
                               "cpu/wfxt-timer: it has sent none\n");
    assert_has(f->report->str, "warning: Unknown savevm section or instance 'pl999' 0\n");
    assert_same(f->output.bytes, stream);
}

/* The list is found by its place where the description doesn't name it. */
static void test_layout(Fixture *f, gconstpointer unused)
{
    g_autoptr(GByteArray) stream = arm_toy((ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }),
                                                      .plain = true });
    ObCpuRegisters list = { 0 };
    size_t at = arm_list_offset(stream) - 0x238;
    OB_VM_SENTENCE(error);

    (void)f, (void)unused;
    g_assert_true(ob_cpu_registers_read(NULL, stream->data + at, 0x238 + 4 + 16, &list, &error));
    g_assert_cmpuint(list.count, ==, 1);
    g_assert_cmphex(list.entries[0].id, ==, ARM_SCTLR);
    ob_cpu_registers_clear(&list);
}

/* ------------------------------------------------------------------- bad streams */

static void bad_list(Fixture *f, uint32_t count, const char *text)
{
    const ArmToy toy = { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_TPIDR, 3 }) };
    g_autoptr(GByteArray) stream = arm_toy(toy);

    hw_store_be32(stream->data + arm_list_offset(stream), count);
    destination_toy(f, toy);
    assert_refused(f, stream, text);
}

static void test_negative(Fixture *f, gconstpointer unused)
{
    (void)unused;
    bad_list(f, UINT32_MAX, "cpreg_vmstate_array_len is -1, expected 0 to 3: what the section has "
                            "room for");
}

static void test_huge(Fixture *f, gconstpointer unused)
{
    (void)unused;
    bad_list(f, INT32_MAX, "cpreg_vmstate_array_len is 2147483647, expected 0 to 3: what the "
                           "section has room for");
}

static void test_other_count(Fixture *f, gconstpointer unused)
{
    (void)unused;
    bad_list(f, 1, "cpreg_vmstate_array_len is 1, but the description has 2 of "
                   "cpreg_vmstate_indexes");
}

static void test_unsorted(Fixture *f, gconstpointer unused)
{
    const ArmToy toy = { ARM_LIST({ ARM_TPIDR, 2 }, { ARM_SCTLR, 3 }) };
    g_autoptr(GByteArray) stream = arm_toy(toy);

    (void)unused;
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }) });
    assert_refused(f, stream, "cpu 0: register 0x603000000013c080 at 1 comes after "
                              "0x603000000013c684, expected ascending ids");
}

static void test_duplicate(Fixture *f, gconstpointer unused)
{
    const ArmToy toy = { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_SCTLR, 3 }) };
    g_autoptr(GByteArray) stream = arm_toy(toy);

    (void)unused;
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }) });
    assert_refused(f, stream, "cpu 0: register 0x603000000013c080 at 1 comes after "
                              "0x603000000013c080, expected ascending ids");
}

static void test_no_such_vcpu(Fixture *f, gconstpointer unused)
{
    g_autoptr(GByteArray) stream = arm_toy((ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }), .vcpus = 2 });

    (void)unused;
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }) });
    assert_refused(f, stream, "cpu 1: the destination has no such vCPU: start it with as many as "
                              "the source has");
}

static void test_not_arm(Fixture *f, gconstpointer unused)
{
    g_autoptr(GByteArray) stream = stream_load("x86-crb-reset-7.2");
    g_autofree char *sentence = NULL;

    (void)unused;
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }) });
    sentence = filter_run(f, stream);
    g_assert_cmpstr(sentence, ==, "no section 'cpu' with system registers: not a stream of an Arm "
                                  "machine");
}

/* Bytes changed anywhere neither crash the filter nor let anything out that doesn't read. */
static void test_mutated(Fixture *f, gconstpointer unused)
{
    const char *more = g_getenv("OB_MUTATIONS");
    unsigned count = more ? (unsigned)atoi(more) : 500;
    g_autoptr(GByteArray) original = arm_toy((ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_WA1, 0 }),
                                                        .vcpus = 2, .timer = true });
    size_t from = arm_list_offset(original) - 0x250;

    (void)unused;
    permit(f, "constants=all");
    permit(f, "drop=all");
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_ID_DFR0, 1 }, { ARM_SCTLR, 2 }), .vcpus = 2 });
    for (unsigned i = 0; i < count; i++) {
        g_autoptr(GByteArray) stream = g_byte_array_new();
        g_autofree char *sentence = NULL;

        g_byte_array_append(stream, original->data, original->len);
        for (int j = g_test_rand_int_range(1, 4); j > 0; j--) {
            stream->data[g_test_rand_int_range((gint32)from, (gint32)stream->len)] =
                (uint8_t)g_test_rand_int();
        }
        g_byte_array_set_size(f->output.bytes, 0);
        sentence = filter_run(f, stream);
        if (sentence[0] == 0) {
            assert_passes(f->output.bytes, 500);
        }
    }
}

#define VCPU(path, function) \
    g_test_add("/stream-filter/vcpu/" path, Fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stream-filter/engine/untouched-stream-passes-byte-for-byte",
                    test_untouched);
    g_test_add_func("/stream-filter/engine/qemu-streams-pass-byte-for-byte", test_untouched_qemu);
    g_test_add_func("/stream-filter/engine/trailing-bytes-pass", test_trailing);
    g_test_add_func("/stream-filter/engine/rewritten-section-and-description-fit", test_rewritten);
    g_test_add_func("/stream-filter/engine/refused-section-cuts-before-devices",
                    test_refused_section);
    g_test_add_func("/stream-filter/engine/refusal-at-the-end-cuts-before-devices",
                    test_refused_at_the_end);
    g_test_add_func("/stream-filter/engine/refused-at-once-begins-a-stream", test_refused_at_once);
    g_test_add_func("/stream-filter/engine/empty-stream-begins-a-stream", test_empty);
    g_test_add_func("/stream-filter/engine/truncated-anywhere-is-cut", test_truncated);
    g_test_add_func("/stream-filter/engine/sink-that-fails-ends-it", test_sink_fails);
    VCPU("same-list-passes-byte-for-byte", test_same);
    VCPU("missing-registers-get-reset-values", test_fill);
    VCPU("no-registers-get-reset-values", test_fill_of_nothing);
    VCPU("each-vcpu-is-rewritten", test_each_vcpu);
    VCPU("unknown-register-without-use-is-left-out", test_drop_unused);
    VCPU("unknown-register-in-use-is-refused", test_drop_refused);
    VCPU("unknown-register-in-use-is-dropped-by-policy", test_drop_permitted);
    VCPU("other-constant-is-refused", test_constant_refused);
    VCPU("other-constant-is-replaced-by-policy", test_constant_permitted);
    VCPU("state-of-the-guest-stays", test_state_stays);
    VCPU("mitigation-in-use-is-never-left-out", test_firmware_stays);
    VCPU("mitigation-pinned-to-none-is-left-out", test_firmware_pinned_and_dropped);
    VCPU("mitigation-is-left-out-where-tolerated", test_firmware_tolerated);
    VCPU("kept-register-has-the-destinations-value", test_keep);
    VCPU("kernel/newer-psci-is-refused", test_kernel_psci);
    VCPU("kernel/psci-is-pinned-by-policy", test_kernel_psci_pinned);
    VCPU("kernel/psci-that-it-does-not-know-is-refused", test_kernel_psci_pinned_wrong);
    VCPU("subsection-is-left-out-by-policy", test_subsection);
    VCPU("other-sections-are-warned-of", test_subsection_warning);
    VCPU("list-is-found-without-description", test_layout);
    VCPU("bad/negative-count", test_negative);
    VCPU("bad/huge-count", test_huge);
    VCPU("bad/count-unlike-the-description", test_other_count);
    VCPU("bad/unsorted-ids", test_unsorted);
    VCPU("bad/duplicate-id", test_duplicate);
    VCPU("bad/vcpu-that-the-destination-lacks", test_no_such_vcpu);
    VCPU("bad/stream-of-another-architecture", test_not_arm);
    VCPU("wild/mutated-streams", test_mutated);
    return g_test_run();
}
