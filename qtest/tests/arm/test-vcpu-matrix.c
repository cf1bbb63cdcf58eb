/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each cell of the matrix of migrations, on modelled kernels.  It runs by the library that also
 * runs it on real KVM, and by the device.
 */
#include <string.h>

#include "hw-api/device/vcpu-name.h"
#include "qtest/stream/arm/matrix-run.h"
#include "qtest/tests/arm/sysreg-host.h"

static HW_ERROR(error, 600);
static ObMatrix *matrix;

static HwRegsFile *file_6_1, *file_6_12;

/* Splits settings into the .regs file of "kernel=" and the other settings. */
static const HwRegsFile *kernel_split(const char *settings, GString *rest)
{
    g_auto(GStrv) words = g_strsplit(settings, " ", 0);
    const HwRegsFile *file = file_6_12;

    g_string_truncate(rest, 0);
    for (char **word = words; *word; word++) {
        if (!strcmp(*word, "kernel=6.1")) {
            file = file_6_1;
        } else if (strcmp(*word, "kernel=6.12") != 0 && **word) {
            g_string_append_printf(rest, "%s ", *word);
        }
    }
    return file;
}

static HwVcpuModel *kernel_model(const char *settings)
{
    GString *rest = g_string_new(NULL);
    HwVcpuModel *model = sysreg_model(kernel_split(settings, rest), rest->str);

    g_string_free(rest, TRUE);
    return model;
}

static void kernel_up(SysregHost *h, const char *settings)
{
    GString *rest = g_string_new(NULL);

    sysreg_host_up_file(h, kernel_split(settings, rest), rest->str);
    g_string_free(rest, TRUE);
}

static void assert_result(const ObMatrixCell *cell, ObMatrixOutcome outcome, uint64_t id)
{
    char name[HW_VCPU_NAME_SIZE];

    g_assert_cmpstr(ob_matrix_outcome_name(outcome), ==, ob_matrix_outcome_name(cell->outcome));
    g_assert_cmpstr(id ? hw_vcpu_name(id, name) : "", ==, cell->name);
}

static void cell_run(const ObMatrixCell *cell)
{
    HwVcpuModel *source = kernel_model(cell->source);
    HwVcpuModel *destination = kernel_model(cell->destination);
    ObMatrixStream stream;
    ObMatrixResult result;

    if (!ob_matrix_save(cell, hw_vcpu_model_vcpus(source), &stream, &result, &error)) {
        g_error("line %u: %s", cell->line, error.text);
    }
    if (result.outcome == OB_MATRIX_OK &&
        !ob_matrix_load(cell, hw_vcpu_model_vcpus(destination), &stream, &result, &error)) {
        g_error("line %u: %s", cell->line, error.text);
    }
    assert_result(cell, result.outcome, result.id);
    hw_vcpu_model_free(source);
    hw_vcpu_model_free(destination);
}

/* ------------------------------------------------------------------ the device */

static bool device_up(SysregHost *h, const char *policy)
{
    g_autofree char *options = g_strdelimit(g_strdup(policy), ",", ' ');

    return sysreg_device_try(h, options);
}

static bool text_names(const SysregHost *h, const ObMatrixCell *cell)
{
    g_autofree char *name = g_strconcat("arm-sysreg-sync: ", cell->name, " (", NULL);

    return strstr(h->text, name);
}

static void load_check(const ObMatrixCell *cell, SysregHost *source, SysregHost *destination)
{
    GByteArray *section = sysreg_save(source);
    bool good = sysreg_load(destination, section);
    bool own = strstr(destination->log->str, "not incoming");

    g_test_message("%s", good ? destination->log->str : destination->text);
    g_assert_cmpint(good, ==, cell->outcome <= OB_MATRIX_OK_OWN);
    if (good) {
        g_assert_cmpint(own, ==, cell->outcome == OB_MATRIX_OK_OWN);
    } else {
        g_assert_true(text_names(destination, cell));
        g_assert_nonnull(strstr(destination->text, "expected"));
    }
    g_byte_array_free(section, TRUE);
}

static void cell_run_device(const ObMatrixCell *cell)
{
    SysregHost source, destination;
    HwVcpuPolicy set = { .count = 0 };

    kernel_up(&source, cell->source);
    kernel_up(&destination, cell->destination);
    g_assert_true(hw_vcpu_policy_add(&set, HW_VCPU_PIN, cell->set, &error));
    for (uint32_t i = 0; i < set.count; i++) {
        sysreg_kernel_set(&source, set.rules[i].id, set.rules[i].value);
    }
    if (!device_up(&source, cell->source_policy)) {
        g_assert_cmpint(cell->outcome, >=, OB_MATRIX_NO_HIDE);
        g_assert_true(text_names(&source, cell));
    } else {
        g_assert_cmpint(cell->outcome, <, OB_MATRIX_NO_HIDE);
        g_assert_true(device_up(&destination, cell->destination_policy));
        load_check(cell, &source, &destination);
    }
    sysreg_host_down(&source);
    sysreg_host_down(&destination);
}

static void test_cell(gconstpointer data)
{
    const ObMatrixCell *cell = data;

    cell_run(cell);
    if (cell->column != 'S') {
        cell_run_device(cell);
    }
}

/* --------------------------------------------------------------------- the file */

#define OUTCOMES "ok, ok-own, lost, too-long, unknown, einval, ebusy, no-hide or no-pin"

static const struct {
    const char *name;
    const char *line;
    const char *reason;
} bad_lines[] = {
    { "parts", "a | S | class=K1", "t:2: 3 parts between '|', expected 9" },
    { "more-parts", "a|S|||||||ok|x|y", "t:2: 10 parts between '|', expected 9" },
    { "column", "a|X||||||ok|", "t:2: column: invalid value 'X': expected one of SNTHP" },
    { "outcome", "a|S||||||fine|", "t:2: outcome: invalid value 'fine': expected " OUTCOMES },
    { "register", "a|S||||||ok|PIR",
      "t:2: register: invalid value 'PIR': expected a name or an id with 0x" },
    { "policy", "a|S|||hide||||ok|", "t:2: 10 parts between '|', expected 9" },
    { "policy-key", "a|S|||hide||||", "t:2: outcome: invalid value '': expected " OUTCOMES },
    { "policy-word", "a|S|||hide|||ok|", "t:2: 'hide' has no value, expected KEY=VALUE" },
    { "value", "a|S||PIR_EL1||||ok|", "t:2: pin: PIR_EL1 has no value, expected PIR_EL1=VALUE" },
};

static void test_line_refused(gconstpointer data)
{
    size_t i = GPOINTER_TO_SIZE(data);
    g_autofree char *text = g_strconcat("# x\n", bad_lines[i].line, "\n", NULL);

    g_assert_null(ob_matrix_parse("t", text, strlen(text), &error));
    g_assert_cmpstr(error.text, ==, bad_lines[i].reason);
}

/* A cell that no file has: the parser looks at the values. */
static void test_values_refused(void)
{
    static const struct {
        const char *set, *reason;
    } rows[] = {
        { "PIR_EL1", "pin: PIR_EL1 has no value, expected PIR_EL1=VALUE" },
        { "PSCI_VERSION=0x77", "PSCI_VERSION can't be set to 0x77 on the source: result -2" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        ObMatrixCell cell = matrix->cells[0];
        HwVcpuModel *source = kernel_model(cell.source);
        ObMatrixStream stream;
        ObMatrixResult result;

        cell.set = rows[i].set;
        g_assert_false(
            ob_matrix_save(&cell, hw_vcpu_model_vcpus(source), &stream, &result, &error));
        g_assert_cmpstr(error.text, ==, rows[i].reason);
        hw_vcpu_model_free(source);
    }
}

/* The destination's policy is looked at before anything is loaded. */
static void test_destination_policy(void)
{
    ObMatrixCell cell = matrix->cells[0];
    HwVcpuModel *destination = kernel_model(cell.destination);
    ObMatrixStream stream = { .count = 0 };
    ObMatrixResult result = { OB_MATRIX_OK, 0 };

    cell.destination_policy = "hide";
    g_assert_false(
        ob_matrix_load(&cell, hw_vcpu_model_vcpus(destination), &stream, &result, &error));
    g_assert_cmpstr(error.text, ==, "'hide' has no value, expected KEY=VALUE");
    cell.destination_policy = "pin=PSCI_VERSION=0x77";
    g_assert_true(
        ob_matrix_load(&cell, hw_vcpu_model_vcpus(destination), &stream, &result, &error));
    g_assert_cmpstr(ob_matrix_outcome_name(result.outcome), ==, "no-pin");
    g_assert_cmphex(result.id, ==, HW_VCPU_PSCI_VERSION);
    hw_vcpu_model_free(destination);
}

/* The matrix has each class with each neighbour, and each column that the page names. */
static void test_covers_classes_and_columns(void)
{
    for (const char *column = OB_MATRIX_COLUMNS; *column; column++) {
        uint32_t cells = 0;

        for (uint32_t i = 0; i < matrix->count; i++) {
            cells += matrix->cells[i].column == *column;
        }
        g_assert_cmpuint(cells, >=, 25);
    }
    for (uint32_t k = 0; k < HW_VCPU_MODEL_CLASSES; k++) {
        for (uint32_t step = 0; step < 3; step++) {
            g_autofree char *row = g_strdup_printf("K%u to K%u", k, k + step - 1);
            bool found = k + step == 0 || k + step - 1 >= HW_VCPU_MODEL_CLASSES;

            for (uint32_t i = 0; i < matrix->count && !found; i++) {
                found = g_str_has_prefix(matrix->cells[i].row, row);
            }
            g_assert_true(found);
        }
    }
}

int main(int argc, char **argv)
{
    int result;

    g_test_init(&argc, &argv, NULL);
    file_6_1 = sysreg_file(SYSREG_6_1);
    file_6_12 = sysreg_file(SYSREG_6_12);
    matrix = ob_matrix_parse("migration.matrix", ob_matrix_text, ob_matrix_text_size, &error);
    if (!matrix) {
        g_error("%s", error.text);
    }
    for (uint32_t i = 0; i < matrix->count; i++) {
        g_autofree char *path = g_strdup_printf("/vcpu-matrix/%s/%c", matrix->cells[i].row,
                                                matrix->cells[i].column);

        g_test_add_data_func(path, &matrix->cells[i], test_cell);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(bad_lines); i++) {
        g_autofree char *path = g_strconcat("/vcpu-matrix/refused/", bad_lines[i].name, NULL);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_line_refused);
    }
    g_test_add_func("/vcpu-matrix/values-of-a-cell-are-refused", test_values_refused);
    g_test_add_func("/vcpu-matrix/policy-of-the-destination", test_destination_policy);
    g_test_add_func("/vcpu-matrix/covers-classes-and-columns", test_covers_classes_and_columns);
    result = g_test_run();
    ob_matrix_free(matrix);
    hw_regs_free(file_6_1);
    hw_regs_free(file_6_12);
    return result;
}
