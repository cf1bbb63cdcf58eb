/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole output of outboard-stream and its exit status: for doctor one row for each kind of
 * difference between a stream and its destination.  test-stream-dumps has the dumps. */
#include <string.h>

#include "qtest/tests/lib/golden.h"
#include "qtest/tests/lib/stream-files.h"
#include "qtest/tests/lib/tool-run.h"

#define WORDS_MAX  6

#define A57_OLD    "arm-virt-7.2-cortex-a57-7.2"
#define A57_NEW    "arm-virt-7.2-cortex-a57-10.0"
#define KVM        "kvm-6.12-pmu-pauth"
#define ONE_VCPU   "net-1-vcpu"
#define X86        "x86-crb-reset-7.2"
#define GENERATION "x86-vmgenid-noaddr-7.2"

typedef struct Row {
    const char *name;
    const char *words[WORDS_MAX]; /* "@NAME" is a stored stream */
} Row;

/* clang-format off */
static const Row rows[] = {
    { "help", { "--help" } },
    { "matrix", { "matrix" } },
    { "diff-registers", { "diff", "@x86-crb-reset-7.2", "@x86-crb-locality-cmd-7.2" } },
    { "diff-firmware", { "diff", "@x86-vmgenid-noaddr-7.2", "@x86-vmgenid-seabios-7.2" } },
    { "diff-firmware-verbose",
      { "diff", "--verbose", "@x86-vmgenid-noaddr-7.2", "@x86-vmgenid-seabios-7.2" } },
    { "diff-releases-json",
      { "diff", "--json", "@arm-virt-7.2-cortex-a57-7.2", "@arm-virt-7.2-cortex-a57-10.0" } },
    { "diff-vcpus", { "diff", "@net-1-vcpu", "@net-2-vcpus" } },
    { "diff-devices", { "diff", "@x86-crb-reset-7.2", "@x86-vmgenid-noaddr-7.2" } },
    { "diff-features", { "diff", "@net-status-off", "@net-status-negotiated" } },
    { "diff-architectures", { "diff", "@x86-crb-reset-7.2", "@net-1-vcpu" } },
    { "diff-releases", { "diff", "@x86-vmgenid-addr-dma-7.2", "@x86-vmgenid-addr-dma-10.0" } },
    { "diff-machines", { "diff", "@net-1-vcpu", "@net-virt-8.2" } },
    { "diff-cpus", { "diff", "--verbose", "@arm-virt-7.2-cortex-a57-7.2", "@arm-virt-7.2-max-7.2" } },
    { "diff-multifd", { "diff", "@multifd-main-channel-virt-7.2", "@net-1-vcpu" } },
    { "diff-ram", { "diff", "@net-2-mib", "@net-1-vcpu" } },
    { "diff-mapped", { "diff", "@mapped-ram-q35-10.0", "@two-user-nets-q35-7.2" } },
    { "diff-added", { "diff", "@x86-vmgenid-noaddr-7.2", "@x86-crb-reset-7.2" } },
    { "command-missing", { NULL } },
    { "diff-unfinished", { "diff", "@virsh-save-raw", "@virsh-save-unfinished" } },
};

static const Row each_stream[] = {
    { "check", { "check" } },
    { "explain", { "explain" } },
    { "explain-json", { "explain", "--json" } },
};
/* clang-format on */

typedef struct DoctorRow {
    const char *name;
    const char *destination; /* with a dot: a kernel's registers */
    const char *stream;
    const char *option;
} DoctorRow;

static const DoctorRow doctor_rows[] = {
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

static const char *const other_names[] = {
    "kvm-6.12-pmu-pauth",
    "mapped-ram-q35-10.0",
    "multifd-main-channel-virt-7.2",
    "postcopy-advised-virt-10.0",
    "two-user-nets-q35-7.2",
    "virsh-save-raw",
    "virsh-save-unfinished",
    "virsh-save-xz",
    "virtio-mem-virt-10.0",
    NULL,
};

/* Appends what the tool says.  Stored streams have their names, not their paths. */
static void told_append(GString *told, const char *const *words, const char *last)
{
    const char *arguments[WORDS_MAX + 2] = { NULL };
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    gsize count = 0;
    Run run;

    for (; words[count]; count++) {
        arguments[count] = words[count];
        if (*words[count] == '@') {
            arguments[count] = qemu_path(words[count] + 1);
            g_ptr_array_add(paths, (char *)arguments[count]);
        }
    }
    arguments[count] = last;
    run_tool(&run, NULL, arguments);
    g_string_append_printf(told, "%s%sexit status %d\n", run.out, run.err, run.status);
    for (guint i = 0; i < paths->len; i++) {
        g_autofree char *name = g_path_get_basename(paths->pdata[i]);

        g_string_replace(told, paths->pdata[i], name, 0);
    }
    run_clear(&run);
}

static void test_row(gconstpointer data)
{
    const Row *row = data;
    g_autofree char *file = g_strconcat("told/", row->name, ".txt", NULL);
    g_autoptr(GString) told = g_string_new(NULL);

    told_append(told, row->words, NULL);
    golden_expect(file, told->str);
}

static void streams_append(GString *told, const Row *row, const char *const *names)
{
    for (size_t i = 0; names[i]; i++) {
        g_autofree char *stream = qemu_path(names[i]);

        told_append(told, row->words, stream);
        g_string_replace(told, stream, names[i], 0);
    }
}

static void test_each_stream(gconstpointer data)
{
    const Row *row = data;
    g_autofree char *file = g_strconcat("told/", row->name, ".txt", NULL);
    g_autofree char *set = g_path_get_dirname(g_getenv("OB_STREAM_TOOL"));
    g_autoptr(GString) told = g_string_new(NULL);

    streams_append(told, row, stream_names);
    streams_append(told, row, other_names);
    g_string_replace(told, set, "DIRECTORY", 0);
    golden_expect(file, told->str);
}

static char *destination_path(const char *name)
{
    return g_str_has_suffix(name, ".regs") ? g_build_filename(g_getenv("OB_KVM_ARM64"), name, NULL)
                                           : qemu_path(name);
}

static void test_doctor(gconstpointer data)
{
    const DoctorRow *row = data;
    g_autofree char *file = g_strconcat("doctor/", row->name, ".txt", NULL);
    g_autofree char *to = destination_path(row->destination), *from = qemu_path(row->stream);
    const char *const words[] = { "doctor", "--dest", to, from, NULL };
    g_autoptr(GString) told = g_string_new(NULL);

    told_append(told, words, row->option);
    g_string_replace(told, to, "DESTINATION", 0);
    g_string_replace(told, from, "STREAM", 0);
    golden_expect(file, told->str);
}

static void rows_add(const Row *row, size_t count, void (*test)(gconstpointer))
{
    for (size_t i = 0; i < count; i++) {
        g_autofree char *path = g_strconcat("/stream-told/", row[i].name, NULL);

        g_test_add_data_func(path, &row[i], test);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    rows_add(rows, G_N_ELEMENTS(rows), test_row);
    rows_add(each_stream, G_N_ELEMENTS(each_stream), test_each_stream);
    for (size_t i = 0; i < G_N_ELEMENTS(doctor_rows); i++) {
        g_autofree char *path = g_strconcat("/stream-told/doctor/", doctor_rows[i].name, NULL);

        g_test_add_data_func(path, &doctor_rows[i], test_doctor);
    }
    return g_test_run();
}
