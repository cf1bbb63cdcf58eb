/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows for tests of the loader's checks: each changes one member of good tables, and says what the
 * loader answers.  A test's tables are a struct with a HwPlugin in it.
 */
#ifndef OB_TESTS_LIB_CHECK_ROWS_H
#define OB_TESTS_LIB_CHECK_ROWS_H

#include <string.h>

#include <glib.h>

#include "hw-api/device/error.h"
#include "hw-api/host/load/check.h"

typedef struct CheckRow {
    const char *test;
    size_t offset; /* the member's place in the tables */
    size_t size;
    uint64_t value;
    const char *text;     /* instead of `value`; NULL: not */
    const char *sentence; /* behind "x.so: "; NULL: the tables are accepted */
} CheckRow;

#define CHECK_SET(Tables, member, value) \
    offsetof(Tables, member), sizeof(((Tables *)0)->member), (value), NULL

static inline void check_row_apply(const CheckRow *row, void *tables)
{
    uint8_t *member = (uint8_t *)tables + row->offset;
    size_t unused = sizeof(row->value) - row->size;

    if (row->text) {
        memcpy(member, &row->text, row->size);
    } else {
        memcpy(member, (const uint8_t *)&row->value + (G_BYTE_ORDER == G_BIG_ENDIAN ? unused : 0),
               row->size);
    }
}

/* `sentence` follows "x.so: " and `prefix`; NULL: the plugin is accepted. */
static inline void check_assert(const HwPlugin *plugin, const char *prefix, const char *sentence)
{
    const HwPlace file = { NULL, NULL, "x.so", 0 };
    g_autofree char *expected = g_strconcat("x.so: ", prefix, sentence, NULL);
    HW_ERROR(error, 512);
    bool accepted = hw_plugin_check(plugin, NULL, &file, &error);

    g_assert_cmpstr(error.text, ==, sentence ? expected : "");
    g_assert_true(accepted == !sentence);
}

/* Adds a test for each row; `check` gets the row. */
static inline void check_rows_add(const char *prefix, const CheckRow *rows, size_t count,
                                  GTestDataFunc check)
{
    for (size_t i = 0; i < count; i++) {
        g_autofree char *path = g_strconcat(prefix, rows[i].sentence ? "refuses/" : "accepts/",
                                            rows[i].test, NULL);

        g_test_add_data_func(path, &rows[i], check);
    }
}

#endif
