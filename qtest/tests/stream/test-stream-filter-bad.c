/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Streams with damaged lists of vCPUs' registers, or with another machine's. */
#include <stdlib.h>

#include "hw-api/device/bytes.h"
#include "qtest/tests/stream/filter-bench.h"

static void bad_list(FilterBench *f, uint32_t count, const char *text)
{
    const ArmToy toy = { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_TPIDR, 3 }) };
    g_autoptr(GByteArray) stream = arm_toy(toy);

    hw_store_be32(stream->data + arm_list_offset(stream), count);
    destination_toy(f, toy);
    filter_refused(f, stream, text);
}

static void test_negative(FilterBench *f, gconstpointer unused)
{
    (void)unused;
    bad_list(f, UINT32_MAX,
             "cpreg_vmstate_array_len is -1, expected 0 to 3, since the section "
             "has no room for more");
}

static void test_huge(FilterBench *f, gconstpointer unused)
{
    (void)unused;
    bad_list(f, INT32_MAX,
             "cpreg_vmstate_array_len is 2147483647, expected 0 to 3, since the "
             "section has no room for more");
}

static void test_other_count(FilterBench *f, gconstpointer unused)
{
    (void)unused;
    bad_list(f, 1,
             "cpreg_vmstate_array_len is 1, but the description has 2 of "
             "cpreg_vmstate_indexes");
}

static void test_unsorted(FilterBench *f, gconstpointer unused)
{
    const ArmToy toy = { ARM_LIST({ ARM_TPIDR, 2 }, { ARM_SCTLR, 3 }) };
    g_autoptr(GByteArray) stream = arm_toy(toy);

    (void)unused;
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }) });
    filter_refused(f, stream,
                   "cpu 0: register 0x603000000013c080 at index 1 comes after "
                   "0x603000000013c684, expected ascending ids");
}

static void test_duplicate(FilterBench *f, gconstpointer unused)
{
    const ArmToy toy = { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_SCTLR, 3 }) };
    g_autoptr(GByteArray) stream = arm_toy(toy);

    (void)unused;
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }) });
    filter_refused(f, stream,
                   "cpu 0: register 0x603000000013c080 at index 1 comes after "
                   "0x603000000013c080, expected ascending ids");
}

static void test_no_such_vcpu(FilterBench *f, gconstpointer unused)
{
    g_autoptr(GByteArray) stream = arm_toy((ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }), .vcpus = 2 });

    (void)unused;
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }) });
    filter_refused(f, stream,
                   "cpu 1: the destination does not have this vCPU, expected as many "
                   "vCPUs as the source has");
}

static void test_not_arm(FilterBench *f, gconstpointer unused)
{
    g_autoptr(GByteArray) stream = stream_load("x86-crb-reset-7.2");
    g_autofree char *sentence = NULL;

    (void)unused;
    destination_toy(f, (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }) });
    sentence = filter_run(f, stream);
    g_assert_cmpstr(sentence, ==,
                    "the stream does not have a section 'cpu' with system "
                    "registers, expected a stream of an Arm machine");
}

/* ------------------------------------------------------------------ lists alone */

#define LENGTH "{'name': 'cpreg_vmstate_array_len', 'type': 'int32', 'size': 4}"
#define ARRAY(name, size) \
    "{'name': 'cpreg_vmstate_" name "', 'type': 'uint64', 'array_len': 1, 'size': " size "}"
#define IDS    ARRAY("indexes", "8")
#define VALUES ARRAY("values", "8")
#define OTHER  "{'name': 'other', 'type': 'uint64', 'size': 8}"

/* The payload has zeros, but for the list's count.  Without a description it is at 0x238. */
static const struct {
    const char *fields; /* NULL: no description */
    size_t size, count_at;
    uint32_t count;
    const char *text; /* NULL: it is read */
} lists[] = {
    { NULL, 572, 568, 0, NULL },
    { NULL, 571, 567, 0, "cpreg_vmstate_array_len is missing: 571 bytes, expected at least 572" },
    { NULL, 588, 568, 1, NULL },
    { NULL, 587, 568, 1,
      "cpreg_vmstate_array_len is 1, expected 0 to 0, since the section has no room for more" },
    { LENGTH "," IDS "," VALUES, 20, 0, 1, NULL },
    { OTHER "," LENGTH "," IDS "," VALUES "," OTHER, 36, 8, 1, NULL },
    { LENGTH, 4, 0, 0, NULL },
    { LENGTH "," IDS, 20, 0, 1,
      "cpreg_vmstate_array_len is 1, but the description has 0 of cpreg_vmstate_values" },
    { LENGTH "," IDS "," VALUES, 20, 0, 0,
      "cpreg_vmstate_array_len is 0, but the description has 1 of cpreg_vmstate_indexes" },
    { "{'name': 'cpreg_vmstate_array_len', 'type': 'int64', 'size': 8}," IDS "," VALUES, 24, 0, 0,
      "cpreg_vmstate_array_len has 8 bytes, expected 4" },
    { LENGTH "," OTHER "," IDS "," VALUES, 28, 0, 1,
      "cpreg_vmstate_indexes is 8 bytes each at 12, expected 8 at 4" },
    { LENGTH "," IDS "," OTHER "," VALUES, 28, 0, 1,
      "cpreg_vmstate_values is 8 bytes each at 20, expected 8 at 12" },
    { LENGTH "," VALUES "," IDS, 20, 0, 1,
      "cpreg_vmstate_indexes is 8 bytes each at 12, expected 8 at 4" },
    { LENGTH "," ARRAY("indexes", "4") "," VALUES, 20, 0, 1,
      "cpreg_vmstate_indexes is 4 bytes each at 4, expected 8 at 4" },
};

static void test_lists(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autofree char *fields = g_strdup_printf("{'fields': [%s]}",
                                                  lists[i].fields ? lists[i].fields : "");
        g_autofree uint8_t *payload = g_malloc0(lists[i].size);
        ObCpuRegisters registers = { 0 };
        HW_ERROR(error, 400);
        json_t *description;
        bool ok;

        g_strdelimit(fields, "'", '"');
        description = lists[i].fields ? json_loads(fields, 0, NULL) : NULL;
        hw_store_be32(payload + lists[i].count_at, lists[i].count);
        ok = ob_cpu_registers_read(description, payload, lists[i].size, &registers, &error);
        g_assert_cmpstr(ok ? NULL : error.text, ==, lists[i].text);
        g_assert_cmpuint(registers.count, ==, ok ? lists[i].count : 0);
        ob_cpu_registers_clear(&registers);
        json_decref(description);
    }
}

/* Without a description, QEMU's version says that the section has the list. */
static void test_sections_with_a_list(void)
{
    json_t *without = json_pack("{s:[]}", "fields");

    g_assert_true(ob_cpu_section_is_arm("cpu", 22, NULL));
    g_assert_false(ob_cpu_section_is_arm("cpu", 21, NULL));
    g_assert_false(ob_cpu_section_is_arm("cpu", 23, NULL));
    g_assert_false(ob_cpu_section_is_arm("cpu_common", 22, NULL));
    g_assert_false(ob_cpu_section_is_arm("cpu", 22, without));
    json_decref(without);
}

/* TCG alone lists AArch32's registers, and KVM alone the firmware's and the caches'. */
static void test_accelerator_of_a_list(void)
{
    static const struct {
        ObCpuRegister list[2];
        uint32_t count;
        bool kvm;
    } rows[] = {
        { { { 0, 0 } }, 0, false },
        { { { ARM_SCTLR, 0 } }, 1, false },
        { { { ARM_SCTLR, 0 }, { ARM_PSCI, 0 } }, 2, true },
        { { { ARM_SCTLR, 0 }, { ARM_STD, 0 } }, 2, true },
        { { { UINT64_C(0x6020000000110000), 0 }, { ARM_SCTLR, 0 } }, 2, true },
        { { { ARM_A32_CTR, 0 }, { ARM_PSCI, 0 } }, 2, false },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const ObCpuRegisters list = { .entries = (ObCpuRegister *)rows[i].list,
                                      .count = rows[i].count };

        g_assert_cmpint(ob_cpu_registers_are_kvm(&list), ==, rows[i].kvm);
    }
}

/* With any byte changed, the filter does not crash, and its output can be read. */
static void test_mutated(FilterBench *f, gconstpointer unused)
{
    const char *more = g_getenv("OB_MUTATIONS");
    unsigned count = more ? (unsigned)atoi(more) : 500;
    g_autoptr(GByteArray) original = arm_toy(
        (ArmToy) { ARM_LIST({ ARM_SCTLR, 2 }, { ARM_WA1, 0 }), .vcpus = 2, .timer = true });
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
            stream->data[g_test_rand_int_range((gint32)from, (gint32)stream->len)] = (uint8_t)
                g_test_rand_int();
        }
        g_byte_array_set_size(f->output.bytes, 0);
        sentence = filter_run(f, stream);
        if (sentence[0] == 0) {
            assert_passes(f->output.bytes, 500);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    VCPU("bad/negative-count", test_negative);
    VCPU("bad/huge-count", test_huge);
    VCPU("bad/count-unlike-the-description", test_other_count);
    VCPU("bad/unsorted-ids", test_unsorted);
    VCPU("bad/duplicate-id", test_duplicate);
    VCPU("bad/vcpu-that-the-destination-lacks", test_no_such_vcpu);
    VCPU("bad/stream-of-another-architecture", test_not_arm);
    VCPU("wild/mutated-streams", test_mutated);
    g_test_add_func("/stream-filter/lists/are-read-or-refused", test_lists);
    g_test_add_func("/stream-filter/lists/sections-that-have-one", test_sections_with_a_list);
    g_test_add_func("/stream-filter/lists/tell-the-accelerator", test_accelerator_of_a_list);
    return g_test_run();
}
