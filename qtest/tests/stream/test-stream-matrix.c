/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For each cell of the matrix with a stock QEMU, outboard-stream's doctor gives the matrix's
 * result.  Doctor knows only the stream and the destination's registers.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "hw-api/host/vcpu/model.h"
#include "qtest/stream/arm/diagnosis.h"
#include "qtest/stream/arm/matrix-run.h"
#include "qtest/tests/lib/arm-streams.h"

#define BASE "6.12" /* the kernel that classes are derived from */

static char *directory;

static char *kernel_path(const char *name)
{
    g_autofree char *file = g_strdup_printf("linux-%s.regs",
                                            g_str_equal(name, BASE) ? "6.12.100" : "6.1.192");

    return g_build_filename(g_getenv("OB_KVM_ARM64"), file, NULL);
}

/* Returns the kernel in the settings; *plain: the settings have nothing else. */
static const char *kernel_of(const char *settings, bool *plain)
{
    const char *name = g_str_has_prefix(settings, "kernel=") ? settings + strlen("kernel=") : "";

    *plain = g_str_equal(name, "6.1") || g_str_equal(name, BASE);
    return g_str_has_prefix(name, "6.1 ") || g_str_equal(name, "6.1") ? "6.1" : BASE;
}

static HwVcpuModel *model_new(const char *settings)
{
    bool plain;
    g_autofree char *path = kernel_path(kernel_of(settings, &plain));
    g_auto(GStrv) words = g_strsplit(settings, " ", 0);
    HW_ERROR(error, 400);
    HwRegsFile *file = hw_regs_load(path, &error);
    HwVcpuModel *model = hw_vcpu_model_new(file, 1);

    for (char **word = words; *word; word++) {
        char *value = strchr(*word, '=');

        if (value && !g_str_has_prefix(*word, "kernel=")) {
            *value++ = '\0';
            g_assert_true(hw_vcpu_model_configure(model, *word, value, &error));
        }
    }
    hw_regs_free(file);
    return model;
}

/* Writes the stream of a machine on that kernel.  Returns its path, which the caller frees. */
static char *stream_write(const char *name, const ObMatrixCell *cell, const char *settings)
{
    HwVcpuModel *model = model_new(settings);
    g_autofree ObMatrixStream *list = g_new0(ObMatrixStream, 1);
    g_autoptr(GByteArray) stream = NULL;
    char *path = g_build_filename(directory, name, NULL);
    ObMatrixResult result;
    HW_ERROR(error, 400);

    g_assert_true(ob_matrix_save(cell, hw_vcpu_model_vcpus(model), list, &result, &error));
    stream = arm_toy((ArmToy) { .registers = list->entries, .count = list->count });
    g_assert_true(g_file_set_contents(path, (const char *)stream->data, stream->len, NULL));
    hw_vcpu_model_free(model);
    return path;
}

/* clang-format off */
static const ObMatrixCell no_policy = {
    .row = "", .column = 'S', .source = "", .set = "", .source_policy = "", .destination = "",
    .destination_policy = "", .name = "",
};
/* clang-format on */

/* The kernel's .regs file if it exists, else a stream that the destination itself has saved. */
static char *destination_path(const ObMatrixCell *cell)
{
    bool plain;
    const char *kernel = kernel_of(cell->destination, &plain);

    return plain ? kernel_path(kernel) : stream_write("destination", &no_policy, cell->destination);
}

static ObVerdict expected(ObMatrixOutcome outcome)
{
    switch (outcome) {
    case OB_MATRIX_OK:
    case OB_MATRIX_OK_OWN:
        return OB_VERDICT_LOADS;
    case OB_MATRIX_LOST:
        return OB_VERDICT_WRONG;
    default:
        return OB_VERDICT_REFUSED;
    }
}

static void cell_diagnose(const ObMatrixCell *cell)
{
    g_autofree char *from = stream_write("stream", cell, cell->source);
    g_autofree char *to = destination_path(cell);
    ObFilterPolicy *policy = ob_filter_policy_new();
    HW_ERROR(error, 400);
    ObDestination *destination = ob_destination_open(to, &error);
    ObModel *stream = ob_model_read(from, NULL, &error);
    ObDiagnosis *diagnosis = ob_diagnose(stream, from, destination, policy, &error);

    g_assert_cmpstr(error.text, ==, "");
    if (diagnosis->verdict != expected(cell->outcome)) {
        g_test_message("line %u, %s: doctor says %s", cell->line, cell->row,
                       ob_verdict_name(diagnosis->verdict));
        g_test_fail();
    }
    ob_diagnosis_free(diagnosis);
    ob_model_free(stream);
    ob_destination_free(destination);
    ob_filter_policy_free(policy);
}

static void test_cells(void)
{
    HW_ERROR(error, 400);
    ObMatrix *matrix = ob_matrix_parse("migration.matrix", ob_matrix_text, ob_matrix_text_size,
                                       &error);
    unsigned count = 0;

    for (uint32_t i = 0; i < matrix->count; i++) {
        const ObMatrixCell *cell = &matrix->cells[i];

        /* Doctor cannot know that a destination has already run. */
        if (cell->column == 'S' && cell->outcome != OB_MATRIX_EBUSY) {
            cell_diagnose(cell);
            count++;
        }
    }
    g_assert_cmpuint(count, >, 40);
    ob_matrix_free(matrix);
}

/* Doctor's numbers are real KVM's: each register of one kernel's list was set on the other. */
static void kernels_compare(const char *from, const char *to, unsigned unknown, unsigned values)
{
    g_autofree char *settings = g_strdup_printf("kernel=%s", from);
    g_autofree char *stream_path = stream_write("stream", &no_policy, settings);
    g_autofree char *path = kernel_path(to);
    ObFilterPolicy *policy = ob_filter_policy_new();
    HW_ERROR(error, 400);
    ObDestination *destination = ob_destination_open(path, &error);
    ObModel *stream = ob_model_read(stream_path, NULL, &error);
    ObDiagnosis *diagnosis;
    const GArray *differences;

    g_assert_true(ob_filter_policy_add(policy, "constants=all", &error));
    diagnosis = ob_diagnose(stream, stream_path, destination, policy, &error);
    differences = g_array_index(diagnosis->vcpus, ObVcpuDiagnosis, 0).differences;
    for (guint i = 0; i < differences->len; i++) {
        const ObDifference *difference = &g_array_index(differences, ObDifference, i);

        unknown -= difference->side == OB_SIDE_STREAM;
        values -= difference->side == OB_SIDE_BOTH;
    }
    g_assert_cmpuint(unknown, ==, 0);
    g_assert_cmpuint(values, ==, 0);
    g_assert_true(diagnosis->curable);
    g_assert_cmpuint(diagnosis->remedies->len, ==, 0);
    ob_diagnosis_free(diagnosis);
    ob_model_free(stream);
    ob_destination_free(destination);
    ob_filter_policy_free(policy);
}

static void test_kernels(void)
{
    kernels_compare("6.12", "6.1", 17, 6);
    kernels_compare("6.1", "6.12", 0, 1);
}

int main(int argc, char **argv)
{
    static const char *const files[] = { "stream", "destination" };
    int status;

    g_test_init(&argc, &argv, NULL);
    directory = g_dir_make_tmp("outboard-stream-XXXXXX", NULL);
    g_test_add_func("/stream-matrix/doctor-says-what-the-matrix-says", test_cells);
    g_test_add_func("/stream-matrix/doctor-finds-what-real-kernels-refused", test_kernels);
    status = g_test_run();
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(directory, files[i], NULL);

        g_unlink(path);
    }
    g_rmdir(directory);
    g_free(directory);
    return status;
}
