/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole output of outboard-stream doctor and its exit status, one row for each kind of
 * difference between a stream and its destination. */
#include <string.h>

#include "qtest/tests/lib/golden.h"
#include "qtest/tests/lib/tool-run.h"

#define A57_OLD    "arm-virt-7.2-cortex-a57-7.2"
#define A57_NEW    "arm-virt-7.2-cortex-a57-10.0"
#define KVM        "kvm-6.12-pmu-pauth"
#define ONE_VCPU   "net-1-vcpu"
#define X86        "x86-crb-reset-7.2"
#define GENERATION "x86-vmgenid-noaddr-7.2"

typedef struct Row {
    const char *name;
    const char *destination; /* with a dot: a kernel's registers */
    const char *stream;
    const char *option;
} Row;

static const Row rows[] = {
    { "nothing", A57_OLD, A57_OLD, NULL },
    { "registers-of-a-newer-release", A57_OLD, A57_NEW, NULL },
    { "registers-of-an-older-release", A57_NEW, A57_OLD, NULL },
    { "registers-of-a-newer-release-verbose", A57_OLD, A57_NEW, "--verbose" },
    { "registers-of-an-older-release-json", A57_NEW, A57_OLD, "--json" },
    { "model-of-the-cpu", A57_OLD, "arm-virt-7.2-max-7.2", NULL },
    { "features-of-the-cpu", "max-gicv3-by-7.2", "max-gicv3-by-10.0", NULL },
    { "accelerator", ONE_VCPU, KVM, NULL },
    { "kernel", "linux-6.1.192.regs", KVM, NULL },
    { "kernels-pauth", "linux-6.12.100.regs", KVM, NULL },
    { "machine", A57_OLD, X86, NULL },
    { "machines-version", ONE_VCPU, "net-virt-8.2", NULL },
    { "size-of-ram", ONE_VCPU, "net-2-mib", NULL },
    { "vcpus", ONE_VCPU, "net-2-vcpus", NULL },
    { "fewer-vcpus", "net-2-vcpus", ONE_VCPU, NULL },
    { "block-of-ram", "x86-crb-ppi-noppi-7.2", X86, NULL },
    { "device", GENERATION, X86, NULL },
    { "devices-state", X86, "x86-crb-startup-rsp-7.2", NULL },
    { "devices-release", "x86-crb-locality-cmd-7.2", "x86-crb-locality-cmd-10.0", NULL },
    { "features-of-virtio", "net-status-off", "net-status-negotiated", NULL },
    { "memory-device", A57_NEW, "virtio-mem-virt-10.0", NULL },
    { "section-twice", GENERATION, "two-user-nets-q35-7.2", NULL },
    { "multifd", A57_OLD, "multifd-main-channel-virt-7.2", NULL },
    { "postcopy", A57_NEW, "postcopy-advised-virt-10.0", NULL },
    { "unfinished-save", "virsh-save-raw", "virsh-save-unfinished", NULL },
    { "mapped-ram", "mapped-ram-q35-10.0", "mapped-ram-q35-10.0", NULL },
};

static char *destination_path(const char *name)
{
    return g_str_has_suffix(name, ".regs") ? g_build_filename(g_getenv("OB_KVM_ARM64"), name, NULL)
                                           : qemu_path(name);
}

static void test_row(gconstpointer data)
{
    const Row *row = data;
    g_autofree char *file = g_strconcat("doctor/", row->name, ".txt", NULL);
    g_autofree char *to = destination_path(row->destination), *from = qemu_path(row->stream);
    g_autoptr(GString) text = NULL;
    Run run;

    RUN(&run, "doctor", "--dest", to, from, row->option);
    text = g_string_new(run.out);
    g_string_append(text, run.err);
    g_string_append_printf(text, "exit status %d\n", run.status);
    g_string_replace(text, to, "DESTINATION", 0);
    g_string_replace(text, from, "STREAM", 0);
    golden_expect(file, text->str);
    run_clear(&run);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/stream-verdicts/", rows[i].name, NULL);

        g_test_add_data_func(path, &rows[i], test_row);
    }
    return g_test_run();
}
