/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/qmp/hmp-internal.h"

#include "hw-api/device/error.h"

#include <errno.h>
#include <string.h>

#define DEPTH_MAX 32u /* parentheses and signs; the line may be long */

typedef struct Expression {
    const char *at;
    uint32_t depth;
    HwError *error;
} Expression;

static bool sum_parse(Expression *e, uint64_t *value);

static void blanks_skip(Expression *e)
{
    while (g_ascii_isspace(*e->at)) {
        e->at++;
    }
}

static bool number_parse(Expression *e, uint64_t *value)
{
    char *end;

    if (!*e->at) {
        return hw_error_set(e->error, "unexpected end of expression");
    }
    errno = 0;
    *value = g_ascii_strtoull(e->at, &end, 0);
    if (errno == ERANGE) {
        return hw_error_set(e->error, "number too large");
    }
    if (end == e->at) {
        return hw_error_set(e->error, "invalid char '%c' in expression", *e->at);
    }
    e->at = end;
    blanks_skip(e);
    return true;
}

static bool parenthesis_parse(Expression *e, uint64_t *value)
{
    if (!sum_parse(e, value)) {
        return false;
    }
    if (*e->at != ')') {
        return hw_error_set(e->error, "')' expected");
    }
    e->at++;
    blanks_skip(e);
    return true;
}

static bool sign_apply(char sign, uint64_t *value)
{
    *value = sign == '-' ? -*value : sign == '~' ? ~*value : *value;
    return true;
}

static bool unary_parse(Expression *e, uint64_t *value)
{
    char c = *e->at;
    bool done;

    if (!c || !strchr("+-~(", c)) {
        return c == '$' ? hw_error_set(e->error, "unknown register") : number_parse(e, value);
    }
    if (++e->depth > DEPTH_MAX) {
        return hw_error_set(e->error, "expression is nested too deeply");
    }
    e->at++;
    blanks_skip(e);
    done = c == '(' ? parenthesis_parse(e, value) : unary_parse(e, value) && sign_apply(c, value);
    e->depth--;
    return done;
}

static bool division_apply(Expression *e, char operator, uint64_t * value, uint64_t by)
{
    if (!by) {
        return hw_error_set(e->error, "division by zero");
    }
    *value = operator== '/' ? *value / by : * value % by;
    return true;
}

static bool product_parse(Expression *e, uint64_t *value)
{
    uint64_t other;

    if (!unary_parse(e, value)) {
        return false;
    }
    while (*e->at && strchr("*/%", *e->at)) {
        char operator= * e->at++;

        blanks_skip(e);
        if (!unary_parse(e, &other)) {
            return false;
        }
        if (operator== '*') {
            *value *= other;
        } else if (!division_apply(e, operator, value, other)) {
            return false;
        }
    }
    return true;
}

static bool logic_parse(Expression *e, uint64_t *value)
{
    uint64_t other;

    if (!product_parse(e, value)) {
        return false;
    }
    while (*e->at && strchr("&|^", *e->at)) {
        char operator= * e->at++;

        blanks_skip(e);
        if (!product_parse(e, &other)) {
            return false;
        }
        *value = operator== '&' ? *value & other :
                 operator== '|' ? *value | other
                                : * value ^ other;
    }
    return true;
}

static bool sum_parse(Expression *e, uint64_t *value)
{
    uint64_t other;

    if (!logic_parse(e, value)) {
        return false;
    }
    while (*e->at == '+' || *e->at == '-') {
        char operator= * e->at++;

        blanks_skip(e);
        if (!logic_parse(e, &other)) {
            return false;
        }
        *value = operator== '+' ? *value + other : * value - other;
    }
    return true;
}

bool ob_hmp_expression(const char **text, uint64_t *value, HwError *error)
{
    Expression e = { .at = *text, .error = error };
    bool done;

    blanks_skip(&e);
    done = sum_parse(&e, value);
    *text = e.at;
    return done;
}
