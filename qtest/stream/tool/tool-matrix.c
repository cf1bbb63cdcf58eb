/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/tool/tool.h"

#include <stdio.h>
#include <string.h>

#include "qtest/stream/arm/matrix.h"
#include "qtest/text/json.h"
#include "qtest/text/show.h"

#define OUTCOMES (OB_MATRIX_NO_PIN + 1)
#define COLUMNS  (sizeof(OB_MATRIX_COLUMNS) - 1)

/* clang-format off */
static const char *const column_meanings[COLUMNS] = {
    "stock QEMU, 7.2 to 10.x", "device arm-sysreg-sync without a policy",
    "tolerance on the destination", "hiding on the source",
    "pinning on the source, then hiding",
};
/* clang-format on */

typedef struct Row {
    const ObMatrixCell *cells[COLUMNS]; /* NULL: the row does not have the cell */
    GString *registers;                 /* registers that are refused or lost in any of the cells */
} Row;

typedef struct Widths {
    int row;
    int column[COLUMNS];
} Widths;

/* --------------------------------------------------------------------- reading */

static ObMatrix *matrix_read(const char *path)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) failure = NULL;
    ObMatrix *matrix;
    gsize size;
    HW_ERROR(error, 400);

    if (path && !g_file_get_contents(path, &text, &size, &failure)) {
        ob_text_fprintf(stderr, "outboard-stream: %s\n", failure->message);
        return NULL;
    }
    matrix = path
                 ? ob_matrix_parse(path, text, size, &error)
                 : ob_matrix_parse("migration.matrix", ob_matrix_text, ob_matrix_text_size, &error);
    if (!matrix) {
        ob_text_fprintf(stderr, "outboard-stream: %s\n", error.text);
    }
    return matrix;
}

static int column_of(const ObMatrixCell *cell)
{
    return (int)(strchr(OB_MATRIX_COLUMNS, cell->column) - OB_MATRIX_COLUMNS);
}

static void register_note(GString *registers, const char *name)
{
    g_auto(GStrv) known = g_strsplit(registers->str, ", ", -1);

    if (name[0] && !g_strv_contains((const char *const *)known, name)) {
        g_string_append_printf(registers, "%s%s", registers->len ? ", " : "", name);
    }
}

/* Reads the row that begins at cell `first`; returns the index of the cell after it. */
static uint32_t row_take(const ObMatrix *matrix, uint32_t first, Row *row)
{
    uint32_t i = first;

    memset(row->cells, 0, sizeof(row->cells));
    g_string_truncate(row->registers, 0);
    for (; i < matrix->count && strcmp(matrix->cells[i].row, matrix->cells[first].row) == 0; i++) {
        row->cells[column_of(&matrix->cells[i])] = &matrix->cells[i];
        register_note(row->registers, matrix->cells[i].name);
    }
    return i;
}

/* -------------------------------------------------------------------- printing */

static Widths widths_of(const ObMatrix *matrix)
{
    Widths widths = { 0 };

    for (uint32_t i = 0; i < matrix->count; i++) {
        const ObMatrixCell *cell = &matrix->cells[i];
        int *column = &widths.column[column_of(cell)];

        widths.row = MAX(widths.row, (int)strlen(cell->row));
        *column = MAX(*column, (int)strlen(ob_matrix_outcome_name(cell->outcome)));
    }
    return widths;
}

static void row_print(const Row *row, const char *name, const Widths *widths)
{
    ob_text_printf("%-*s", widths->row, name);
    for (size_t i = 0; i < COLUMNS; i++) {
        ob_text_printf("  %-*s", widths->column[i],
                       row->cells[i] ? ob_matrix_outcome_name(row->cells[i]->outcome) : "-");
    }
    ob_text_printf("  %s\n", row->registers->len ? row->registers->str : "-");
}

static void head_print(const Widths *widths)
{
    ob_text_printf("%-*s", widths->row, "from, to");
    for (size_t i = 0; i < COLUMNS; i++) {
        ob_text_printf("  %-*c", widths->column[i], OB_MATRIX_COLUMNS[i]);
    }
    puts("  register");
}

static void legend_print(const ObMatrix *matrix)
{
    puts("");
    for (size_t i = 0; i < COLUMNS; i++) {
        ob_text_printf("%-8c  %s\n", OB_MATRIX_COLUMNS[i], column_meanings[i]);
    }
    puts("");
    for (ObMatrixOutcome outcome = 0; outcome < OUTCOMES; outcome++) {
        bool used = false;

        for (uint32_t i = 0; i < matrix->count; i++) {
            used = used || matrix->cells[i].outcome == outcome;
        }
        if (used) {
            ob_text_printf("%-8s  %s\n", ob_matrix_outcome_name(outcome),
                           ob_matrix_outcome_meaning(outcome));
        }
    }
}

static void table_print(const ObMatrix *matrix)
{
    Widths widths = widths_of(matrix);
    Row row = { .registers = g_string_new(NULL) };

    head_print(&widths);
    for (uint32_t i = 0; i < matrix->count;) {
        const char *name = matrix->cells[i].row;

        i = row_take(matrix, i, &row);
        row_print(&row, name, &widths);
    }
    g_string_free(row.registers, TRUE);
    legend_print(matrix);
}

/* ------------------------------------------------------------------------ JSON */

static json_t *cell_json(const ObMatrixCell *cell)
{
    const char column[] = { cell->column, '\0' };

    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "row",
                     ob_json_text(cell->row), "column", ob_json_text(column), "source",
                     ob_json_text(cell->source), "set", ob_json_text(cell->set), "source-policy",
                     ob_json_text(cell->source_policy), "destination",
                     ob_json_text(cell->destination), "destination-policy",
                     ob_json_text(cell->destination_policy), "outcome",
                     ob_json_text(ob_matrix_outcome_name(cell->outcome)), "register",
                     ob_json_text(cell->name));
}

static void json_print(const ObMatrix *matrix)
{
    json_t *cells = json_array();

    for (uint32_t i = 0; i < matrix->count; i++) {
        json_array_append_new(cells, cell_json(&matrix->cells[i]));
    }
    ob_json_print(cells, stdout);
    json_decref(cells);
}

int tool_matrix(const ToolArguments *arguments)
{
    ObMatrix *matrix = matrix_read(arguments->count ? arguments->files[0] : NULL);

    if (!matrix) {
        return TOOL_TROUBLE;
    }
    if (arguments->given & TOOL_JSON) {
        json_print(matrix);
    } else {
        table_print(matrix);
    }
    ob_matrix_free(matrix);
    return TOOL_FINE;
}
