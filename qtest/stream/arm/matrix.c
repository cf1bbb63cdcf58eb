/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/arm/matrix.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/device/vcpu-name.h"

#define PARTS 9

/* The public part comes first: users hold a pointer to it. */
typedef struct Matrix {
    ObMatrix matrix;
    ObMatrixCell *cells;
    char *text; /* a copy, cut into parts */
} Matrix;

#define OUTCOMES "ok, ok-own, lost, too-long, unknown, einval, ebusy, no-hide or no-pin"

static const struct {
    const char *name;
    const char *meaning;
} outcomes[] = {
    [OB_MATRIX_OK] = { "ok", "the destination has all that the source had" },
    [OB_MATRIX_OK_OWN] = { "ok-own", "ok, and it has more registers, with values of its own" },
    [OB_MATRIX_LOST] = { "lost", "the guest silently loses the register" },
    [OB_MATRIX_TOO_LONG] = { "too-long", "refused: more registers than the destination has" },
    [OB_MATRIX_UNKNOWN] = { "unknown", "refused: the destination lacks the register" },
    [OB_MATRIX_EINVAL] = { "einval", "refused: the destination's kernel does not take the value" },
    [OB_MATRIX_EBUSY] = { "ebusy", "refused: a vCPU of the destination has run" },
    [OB_MATRIX_NO_HIDE] = { "no-hide", "refused on the source: the guest would lose something" },
    [OB_MATRIX_NO_PIN] = { "no-pin", "refused: the kernel does not take the pinned value" },
};

const char *ob_matrix_outcome_name(ObMatrixOutcome outcome)
{
    return outcomes[outcome].name;
}

const char *ob_matrix_outcome_meaning(ObMatrixOutcome outcome)
{
    return outcomes[outcome].meaning;
}

/* -------------------------------------------------------------------- parsing */

static char *part_trim(char *part)
{
    char *end;

    part += strspn(part, " \t");
    end = part + strlen(part);
    while (end > part && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r')) {
        *--end = '\0';
    }
    return part;
}

static uint32_t line_split(char *line, char *parts[PARTS])
{
    uint32_t count = 0;

    while (line && count < PARTS) {
        char *bar = strchr(line, '|');

        if (bar) {
            *bar = '\0';
        }
        parts[count++] = part_trim(line);
        line = bar ? bar + 1 : NULL;
    }
    return line ? PARTS + 1 : count;
}

static bool outcome_parse(const char *text, ObMatrixOutcome *outcome)
{
    for (uint32_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
        if (strcmp(outcomes[i].name, text) == 0) {
            *outcome = (ObMatrixOutcome)i;
            return true;
        }
    }
    return false;
}

static bool policies_check(const ObMatrixCell *cell, HwError *error)
{
    HwVcpuPolicy policy = { .count = 0 };

    return hw_vcpu_policy_parse(&policy, cell->source_policy, error) &&
           hw_vcpu_policy_parse(&policy, cell->destination_policy, error) &&
           hw_vcpu_policy_add(&policy, HW_VCPU_PIN, cell->set, error);
}

static bool cell_parse(char *parts[PARTS], ObMatrixCell *cell, HwError *error)
{
    *cell = (ObMatrixCell) {
        .row = parts[0],
        .column = parts[1][0],
        .source = parts[2],
        .set = parts[3],
        .source_policy = parts[4],
        .destination = parts[5],
        .destination_policy = parts[6],
        .name = parts[8],
    };
    if (!parts[1][0] || parts[1][1] || !strchr(OB_MATRIX_COLUMNS, parts[1][0])) {
        return hw_error_set(error,
                            "column: invalid value '%.40s': expected one of " OB_MATRIX_COLUMNS,
                            parts[1]);
    }
    if (!outcome_parse(parts[7], &cell->outcome)) {
        return hw_error_set(error, "outcome: invalid value '%.40s': expected " OUTCOMES, parts[7]);
    }
    if (cell->name[0] && !hw_vcpu_id_parse(cell->name, &cell->id)) {
        return hw_error_set(error,
                            "register: invalid value '%.40s': expected a name or an id with "
                            "0x",
                            cell->name);
    }
    return policies_check(cell, error);
}

static bool line_parse(Matrix *m, char *line, uint32_t number, HwError *error)
{
    char *parts[PARTS];
    uint32_t count;
    ObMatrixCell cell;

    line = part_trim(line);
    if (!*line || *line == '#') {
        return true;
    }
    count = line_split(line, parts);
    if (count != PARTS) {
        return hw_error_set(error, "%" PRIu32 " parts between '|', expected %d", count, PARTS);
    }
    if (!cell_parse(parts, &cell, error)) {
        return false;
    }
    cell.line = number;
    m->cells[m->matrix.count++] = cell;
    return true;
}

static bool text_parse(Matrix *m, const char *name, HwError *error)
{
    HW_ERROR(reason, 300);
    uint32_t number = 0;

    for (char *line = m->text; line;) {
        char *end = strchr(line, '\n');

        if (end) {
            *end = '\0';
        }
        if (!line_parse(m, line, ++number, &reason)) {
            return hw_error_set(error, "%s:%" PRIu32 ": %s", name, number, reason.text);
        }
        line = end ? end + 1 : NULL;
    }
    return true;
}

/* No line has more than one cell. */
static size_t lines_count(const char *text, size_t size)
{
    size_t count = 1;

    for (size_t i = 0; i < size; i++) {
        count += text[i] == '\n';
    }
    return count;
}

ObMatrix *ob_matrix_parse(const char *name, const char *text, size_t size, HwError *error)
{
    Matrix *m = calloc(1, sizeof(*m));
    char *copy = malloc(size + 1);
    ObMatrixCell *cells = calloc(lines_count(text, size), sizeof(*cells));

    if (!m || !copy || !cells) {
        free(m);
        free(copy);
        free(cells);
        hw_error_set(error, "%s: out of memory", name);
        return NULL;
    }
    memcpy(copy, text, size);
    copy[size] = '\0';
    m->text = copy;
    m->matrix.cells = m->cells = cells;
    if (!text_parse(m, name, error)) {
        ob_matrix_free(&m->matrix);
        return NULL;
    }
    return &m->matrix;
}

void ob_matrix_free(ObMatrix *matrix)
{
    Matrix *m = (Matrix *)matrix;

    if (m) {
        free(m->cells);
        free(m->text);
        free(m);
    }
}
