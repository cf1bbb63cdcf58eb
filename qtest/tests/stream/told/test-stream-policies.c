/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Streams that pass the filter by each rule of a policy, and the doctor's answer to the same rule. */
#include <string.h>

#include "qtest/tests/lib/golden.h"
#include "qtest/tests/lib/stream-files.h"
#include "qtest/tests/lib/tool-run.h"

enum { LONGEST = 240 }; /* bytes of a text that a reader sees; a digest stands for all */

static const struct {
    const char *destination; /* with a dot: a kernel's registers */
    const char *stream;
} pairs[] = {
    { "arm-virt-7.2-cortex-a57-7.2", "arm-virt-7.2-cortex-a57-10.0" },
    { "arm-virt-7.2-cortex-a57-7.2", "arm-virt-7.2-max-7.2" },
    { "linux-6.1.192.regs", "kvm-6.12-pmu-pauth" },
    { "net-status-off", "net-status-negotiated" },
    { "net-1-vcpu", "net-2-vcpus" },
};

static const char *const policies[] = {
    "drop=all",
    "constants=all",
    "drop=all,constants=all",
    "drop=RMR_EL1:RMR(NS),constants=ID_DFR0_EL1:ID_DFR0",
    "drop=0x603000000013c602",
    "drop=0x603000000013c60",
    "drop=0x603000000013c602x",
    "drop=no-such-register",
    "drop=",
    "constants=MIDR_EL1",
    "constants=rmr_el1",
    "drop-subsection=cpu/pauth",
    "drop-subsection=virtio",
    "drop-subsection=virtio-net-status:virtio/64bit_features",
    "pin=MIDR_EL1=0x410fd070",
    "pin=MIDR_EL1=1",
    "pin=MIDR_EL1=x",
    "pin=MIDR_EL1",
    "psci-version=1.1",
    "psci-version=9.9",
    "psci-version=x",
    "tolerate=all",
    "tolerate=RMR_EL1",
    "keep=RMR_EL1",
    "keep=all",
    "offered=RMR_EL1",
    "hide=MIDR_EL1",
    "hide=ID_AA64PFR0_EL1",
    "clear-unknown=on",
    "clear-unknown=off",
    "clear-unknown=x",
    "no-such-rule=on",
    "drop=all,drop=all",
};

static char *file_of(const char *name)
{
    return g_str_has_suffix(name, ".regs") ? g_build_filename(g_getenv("OB_KVM_ARM64"), name, NULL)
                                           : qemu_path(name);
}

static char *digest_of(const char *bytes, gsize size)
{
    g_autofree char *digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes,
                                                          size);

    return g_strndup(digest, 12);
}

/* A text without the folders of this tree.  A stream has none, so nothing is replaced in it. */
static GString *masked(const char *bytes, gsize size, const char *destination, const char *source)
{
    GString *text = g_string_new_len(bytes, (gssize)size);

    g_string_replace(text, destination, "DESTINATION", 0);
    g_string_replace(text, source, "SOURCE", 0);
    return text;
}

/* The status, what the tool says, and the digest of its output; the caller frees it. */
static char *outcome(const char *const *words, const GByteArray *input, const char *destination,
                     const char *source)
{
    g_autoptr(GString) output = NULL, says = NULL;
    g_autofree char *out = NULL, *err = NULL;
    char *text;
    Run run;

    run_tool(&run, input, words);
    output = masked(run.out, run.out_size, destination, source);
    says = masked(run.err, strlen(run.err), destination, source);
    out = digest_of(output->str, output->len);
    err = digest_of(says->str, says->len);
    g_string_truncate(says, MIN(says->len, LONGEST));
    g_string_replace(says, "\n", "\n    ", 0);
    text = g_strdup_printf("%d, %" G_GSIZE_FORMAT " bytes, %s, %s: %s", run.status, output->len,
                           out, err, says->str);
    run_clear(&run);
    return text;
}

static void pair_tell(GString *text, const char *to, const char *from)
{
    g_autoptr(GByteArray) stream = stream_load(from);
    g_autofree char *destination = file_of(to), *source = qemu_path(from);
    g_autofree char *filtered = g_strdup_printf("filter to %s of %s", to, from);
    g_autofree char *diagnosed = g_strdup_printf("doctor to %s of %s", to, from);
    Outcomes *filter = outcomes_new(), *doctor = outcomes_new();

    for (gsize i = 0; i < G_N_ELEMENTS(policies); i++) {
        const char *const filter_words[] = { "filter",   "--dest",    destination,
                                             "--policy", policies[i], NULL };
        const char *const doctor_words[] = { "doctor",    "--dest", destination, "--policy",
                                             policies[i], source,   NULL };
        g_autofree char *passed = outcome(filter_words, stream, destination, source);
        g_autofree char *told = outcome(doctor_words, NULL, destination, source);

        outcomes_add(filter, policies[i], passed);
        outcomes_add(doctor, policies[i], told);
    }
    outcomes_end(filter, filtered, text);
    outcomes_end(doctor, diagnosed, text);
}

static void test_each_rule(void)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
        pair_tell(text, pairs[i].destination, pairs[i].stream);
    }
    golden_expect("policies.txt", text->str);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stream-policies/each-rule", test_each_rule);
    return g_test_run();
}
