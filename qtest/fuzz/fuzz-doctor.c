/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target: outboard-stream's filter and doctor with a hostile stream.  The first byte
 * selects the size of the pieces, the destination, and whether the policy permits all changes.
 * The filter's output must pass the filter again, unchanged, and load by doctor's rules.
 * fuzz-stream's corpus can be used.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "qtest/stream/arm/cpu-filter.h"
#include "qtest/stream/arm/diagnosis.h"
#include "qtest/tests/lib/arm-streams.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PIECES = 0x3f, KERNEL = 0x40, STRICT = 0x80 };

static ObDestination *destinations[2];
static ObFilterPolicy *policies[2];

static ObDestination *destination_open(const char *path)
{
    HW_ERROR(error, 400);
    ObDestination *destination = ob_destination_open(path, &error);

    if (!destination) {
        g_error("%s", error.text);
    }
    return destination;
}

static void set_up(void)
{
    const ArmToy toy = { ARM_LIST({ ARM_A32_CTR, 1 }, { ARM_ID_DFR0, 2 }, { ARM_SCTLR, 3 },
                                  { ARM_RMR, 1 }, { ARM_CNTFRQ, 4 }),
                         .vcpus = 2 };
    g_autoptr(GByteArray) stream = arm_toy(toy);
    g_autofree char *path = NULL;
    g_autofree char *kernel = g_build_filename(g_getenv("OB_KVM_ARM64"), "linux-6.12.100.regs",
                                               NULL);
    HW_ERROR(error, 400);
    int fd = g_file_open_tmp("ob-XXXXXX", &path, NULL);

    g_assert_true(g_file_set_contents(path, (const char *)stream->data, stream->len, NULL));
    destinations[0] = destination_open(path);
    destinations[1] = destination_open(kernel);
    g_close(fd, NULL);
    g_unlink(path);
    policies[0] = ob_filter_policy_new();
    policies[1] = ob_filter_policy_new();
    ob_filter_policy_add(policies[0], "drop=all", &error);
    ob_filter_policy_add(policies[0], "constants=all", &error);
    ob_filter_policy_add(policies[0], "drop-subsection=cpu/vfp", &error);
    ob_filter_policy_add(policies[0], "psci-version=1.0", &error);
}

static void report(void *opaque, const char *line)
{
    *(size_t *)opaque += strlen(line);
}

/* Returns the filter's output; NULL: refused.  Also counts the changes. */
static GByteArray *filter_run(unsigned choice, const uint8_t *data, size_t size, size_t piece,
                              unsigned *changes)
{
    size_t sink = 0;
    ObCpuFilter cpus = { .destination = destinations[!!(choice & KERNEL)],
                         .policy = policies[!!(choice & STRICT)],
                         .report = report,
                         .opaque = &sink };
    GByteArray *out = g_byte_array_new();
    ObVmFilter *filter = ob_vm_filter_new(&ob_cpu_filter_events, &cpus, stream_sink, out);
    bool ok = true;

    for (size_t at = 0; ok && at < size; at += piece) {
        ok = ob_vm_filter_feed(filter, data + at, MIN(piece, size - at));
    }
    ok = ob_vm_filter_finish(filter) && ok;
    ob_vm_filter_free(filter);
    *changes = cpus.changes;
    if (!ok) {
        g_clear_pointer(&out, g_byte_array_unref);
    }
    return out;
}

static void registers_check(unsigned choice, const GByteArray *out)
{
    const ObDestination *destination = destinations[!!(choice & KERNEL)];

    for (uint32_t vcpu = 0; vcpu < 2; vcpu++) {
        ObCpuRegisters list;
        const ObCpuRegisters *own = ob_destination_vcpu(destination, vcpu);
        GArray *differences;

        if (!arm_list_find(out, vcpu, &list)) {
            continue;
        }
        differences = ob_cpu_compare(&list, own, destination);
        for (guint i = 0; i < differences->len; i++) {
            g_assert_cmpint(g_array_index(differences, ObDifference, i).effect, ==,
                            OB_EFFECT_RESET);
        }
        g_array_unref(differences);
        ob_cpu_registers_clear(&list);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned choice = size ? data[0] : 0, changes;
    g_autoptr(GByteArray) out = NULL;
    g_autoptr(GByteArray) again = NULL;

    if (!destinations[0]) {
        set_up();
    }
    if (size == 0) {
        return 0;
    }
    out = filter_run(choice, data + 1, size - 1, (choice & PIECES) * 64 + 1, &changes);
    if (out) {
        registers_check(choice, out);
        again = filter_run(choice, out->data, out->len, out->len, &changes);
        g_assert_nonnull(again);
        g_assert_cmpuint(changes, ==, 0);
        g_assert_cmpmem(again->data, again->len, out->data, out->len);
    }
    return 0;
}
