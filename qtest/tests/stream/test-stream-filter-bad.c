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
    return g_test_run();
}
