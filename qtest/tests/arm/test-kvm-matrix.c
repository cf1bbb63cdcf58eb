/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The matrix of migrations on real KVM: each cell with a kernel that can be booted here, on one
 * side or both.  The other side is a modelled kernel.  Outcome and register must be those of the
 * matrix; test-vcpu-matrix.c checks the same on models.
 */
#include <string.h>

#include "hw-api/device/vcpu-name.h"
#include "qtest/guest/kvm-guest.h"
#include "qtest/stream/arm/matrix-run.h"
#include "qtest/tests/arm/sysreg-host.h"

#define LIMIT_S 500

typedef struct Kernel {
    const char *name;        /* name in scripts/fetch-kernels */
    const char *settings[2]; /* the matrix's settings for this kernel, unchanged */
    const char *regs;
    ObKvmGuest *guest; /* booted when it is first needed, for all cells */
} Kernel;

/* Linux 6.12 is what the matrix calls class K4. */
static Kernel kernels[] = {
    { .name = "arm64-6.1", .settings = { "kernel=6.1" }, .regs = SYSREG_6_1 },
    { .name = "arm64-6.12", .settings = { "kernel=6.12", "class=K4" }, .regs = SYSREG_6_12 },
};

static HW_ERROR(error, 8192);
static ObMatrix *matrix;

/* -------------------------------------------------------------------- kernels */

/* Returns the kernel for these settings, or NULL if it can't be booted here. */
static Kernel *kernel_of(const char *settings, bool *has_run)
{
    g_auto(GStrv) words = g_strsplit(settings, " ", 2);

    *has_run = words[0] && g_strcmp0(words[1], "has-run=on") == 0;
    if (words[0] && words[1] && !*has_run) {
        return NULL;
    }
    for (size_t i = 0; words[0] && i < G_N_ELEMENTS(kernels); i++) {
        for (size_t j = 0; j < G_N_ELEMENTS(kernels[i].settings); j++) {
            if (g_strcmp0(kernels[i].settings[j], words[0]) == 0) {
                return &kernels[i];
            }
        }
    }
    return NULL;
}

static bool kernels_missing(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kernels); i++) {
        g_autofree char *missing = ob_kvm_guest_missing(kernels[i].name);

        if (missing) {
            g_test_skip(missing);
            return true;
        }
    }
    return false;
}

/* Returns a vCPU of the kernel's KVM in its initial state. */
static HwVcpus *kernel_vcpus(Kernel *kernel, bool has_run)
{
    if (!kernel->guest) {
        kernel->guest = ob_kvm_guest_start(kernel->name, LIMIT_S, &error);
        g_assert_cmpstr(error.text, ==, "");
    }
    g_assert_true(ob_kvm_guest_renew(kernel->guest));
    g_assert_true(!has_run || ob_kvm_guest_run_vcpu(kernel->guest));
    return ob_kvm_guest_vcpus(kernel->guest);
}

/* ---------------------------------------------------------------- modelled kernels */

static HwVcpuModel *model_new(const char *settings)
{
    g_auto(GStrv) words = g_strsplit(settings, " ", 0);
    bool old = words[0] && !strcmp(words[0], "kernel=6.1");
    HwRegsFile *file = sysreg_file(old ? SYSREG_6_1 : SYSREG_6_12);
    HwVcpuModel *model = hw_vcpu_model_new(file, 1);

    for (char **word = words; *word; word++) {
        g_auto(GStrv) pair = g_strsplit(*word, "=", 2);

        if (**word && strcmp(pair[0], "kernel") != 0 &&
            !hw_vcpu_model_configure(model, pair[0], pair[1], &error)) {
            g_error("%s", error.text);
        }
    }
    hw_regs_free(file);
    return model;
}

/* ----------------------------------------------------------------------- cells */

typedef struct Side {
    HwVcpuModel *model; /* NULL: real KVM */
    HwVcpus *vcpus;
} Side;

static Side side_up(const char *settings)
{
    bool has_run;
    Kernel *kernel = kernel_of(settings, &has_run);
    Side side = { 0 };

    if (kernel) {
        side.vcpus = kernel_vcpus(kernel, has_run);
    } else {
        side.model = model_new(settings);
        side.vcpus = hw_vcpu_model_vcpus(side.model);
    }
    return side;
}

static void side_down(Side *side)
{
    hw_vcpu_model_free(side->model);
}

static void test_cell(gconstpointer data)
{
    const ObMatrixCell *cell = data;
    ObMatrixStream *stream = g_new0(ObMatrixStream, 1);
    char name[HW_VCPU_NAME_SIZE];
    ObMatrixResult result;
    Side side;

    if (kernels_missing()) {
        g_free(stream);
        return;
    }
    side = side_up(cell->source);
    ob_matrix_save(cell, side.vcpus, stream, &result, &error);
    side_down(&side);
    g_assert_cmpstr(error.text, ==, "");
    if (result.outcome == OB_MATRIX_OK) {
        side = side_up(cell->destination);
        ob_matrix_load(cell, side.vcpus, stream, &result, &error);
        side_down(&side);
        g_assert_cmpstr(error.text, ==, "");
    }
    g_assert_cmpstr(ob_matrix_outcome_name(result.outcome), ==,
                    ob_matrix_outcome_name(cell->outcome));
    g_assert_cmpstr(result.id ? hw_vcpu_name(result.id, name) : "", ==, cell->name);
    g_free(stream);
}

/* ------------------------------------------------------------------ the device */

static void device_up(SysregHost *h, Kernel *kernel, const char *options)
{
    sysreg_host_up(h, kernel->regs, "");
    h->faulty.behind = kernel_vcpus(kernel, false);
    sysreg_device(h, options);
}

/* A sync from kernel to CPU state and back changes nothing, in both forms. */
static void test_device_syncs(gconstpointer data)
{
    Kernel *kernel = (Kernel *)data;
    static const char *const forms[] = { "form=recorded", "form=read-back" };
    const uint64_t sctlr = HW_VCPU_SYSREG(3, 0, 1, 0, 0);
    SysregHost h;

    for (size_t i = 0; i < G_N_ELEMENTS(forms) && !kernels_missing(); i++) {
        device_up(&h, kernel, forms[i]);
        g_assert_cmpuint(sysreg_command(&h, ARM_SYSREG_FROM_KERNEL), ==, 0);
        g_assert_cmphex(sysreg_state(&h, sctlr), ==, sysreg_kernel(&h, sctlr));
        g_assert_cmpuint(sysreg_write(&h, ARM_SYSREG_WRITE_STATE, sctlr, 0x30c5183d), ==, 0);
        g_assert_cmpuint(sysreg_command(&h, ARM_SYSREG_TO_KERNEL), ==, 0);
        g_assert_cmphex(sysreg_kernel(&h, sctlr), ==, 0x30c5183d);
        g_assert_cmphex(sysreg_kernel(&h, HW_VCPU_PSCI_VERSION), ==, HW_PSCI_VERSION(1, 1));
        sysreg_host_down(&h);
    }
}

/* Returns the matrix's cell with the policy for this migration. */
static const ObMatrixCell *cell_find(const char *row, char column)
{
    for (uint32_t i = 0; i < matrix->count; i++) {
        if (!strcmp(matrix->cells[i].row, row) && matrix->cells[i].column == column) {
            return &matrix->cells[i];
        }
    }
    g_error("the matrix has no cell %s, %c", row, column);
}

static void assert_moves(const char *row, Kernel *from, Kernel *to)
{
    const ObMatrixCell *cell = cell_find(row, 'P');
    g_autofree char *source_options = g_strdelimit(g_strdup(cell->source_policy), ",", ' ');
    g_autofree char *destination_options = g_strdelimit(g_strdup(cell->destination_policy), ",",
                                                        ' ');
    const uint64_t tpidr = HW_VCPU_SYSREG(3, 3, 13, 0, 2);
    SysregHost source, destination;
    GByteArray *section;

    device_up(&source, from, source_options);
    g_assert_cmpint(source.faulty.behind->set(source.faulty.behind, 0, tpidr,
                                              &(uint64_t) { 0x1234567890 }),
                    ==, 0);
    section = sysreg_save(&source);
    sysreg_host_down(&source);
    device_up(&destination, to, destination_options);
    if (!sysreg_load(&destination, section)) {
        g_error("%s", destination.text);
    }
    g_assert_cmphex(sysreg_kernel(&destination, tpidr), ==, 0x1234567890);
    g_byte_array_free(section, TRUE);
    sysreg_host_down(&destination);
}

static void test_device_moves(void)
{
    if (!kernels_missing()) {
        assert_moves("6.1 to 6.12", &kernels[0], &kernels[1]);
        assert_moves("6.12 to 6.1", &kernels[1], &kernels[0]);
    }
}

/* Without a policy the device refuses with the sentence, and the vCPU is unchanged. */
static void test_device_refuses(void)
{
    SysregHost source, destination;
    GByteArray *section;
    const uint64_t tpidr = HW_VCPU_SYSREG(3, 3, 13, 0, 2);
    uint64_t before;

    if (kernels_missing()) {
        return;
    }
    device_up(&source, &kernels[0], "");
    section = sysreg_save(&source);
    sysreg_host_down(&source);
    device_up(&destination, &kernels[1], "");
    before = sysreg_kernel(&destination, tpidr);
    g_assert_false(sysreg_load(&destination, section));
    g_assert_nonnull(strstr(destination.text, "ID_AA64MMFR1_EL1"));
    g_assert_cmphex(sysreg_kernel(&destination, tpidr), ==, before);
    g_byte_array_free(section, TRUE);
    sysreg_host_down(&destination);
}

/* ------------------------------------------------------------------------- all */

static void add_cells(void)
{
    for (uint32_t i = 0; i < matrix->count; i++) {
        const ObMatrixCell *cell = &matrix->cells[i];
        g_autofree char *path = g_strdup_printf("/kvm-matrix/%s/%c", cell->row, cell->column);
        bool has_run;

        if (kernel_of(cell->source, &has_run) || kernel_of(cell->destination, &has_run)) {
            g_test_add_data_func(path, cell, test_cell);
        }
    }
}

int main(int argc, char **argv)
{
    int result;

    g_test_init(&argc, &argv, NULL);
    matrix = ob_matrix_parse("migration.matrix", ob_matrix_text, ob_matrix_text_size, &error);
    if (!matrix) {
        g_error("%s", error.text);
    }
    add_cells();
    for (size_t i = 0; i < G_N_ELEMENTS(kernels); i++) {
        g_autofree char *path = g_strdup_printf("/kvm-matrix/device-syncs/%s", kernels[i].name);

        g_test_add_data_func(path, &kernels[i], test_device_syncs);
    }
    g_test_add_func("/kvm-matrix/device-moves-by-policy", test_device_moves);
    g_test_add_func("/kvm-matrix/device-refuses-without", test_device_refuses);
    result = g_test_run();
    for (size_t i = 0; i < G_N_ELEMENTS(kernels); i++) {
        ob_kvm_guest_free(kernels[i].guest);
    }
    ob_matrix_free(matrix);
    return result;
}
