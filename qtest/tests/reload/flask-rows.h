/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Versions of flask.c that can't take over, in any host. */
#ifndef OB_TESTS_RELOAD_FLASK_ROWS_H
#define OB_TESTS_RELOAD_FLASK_ROWS_H

typedef struct FlaskRow {
    const char *test;
    const char *version;
    const char *sentence; /* the end of it, for the device "bottle" */
} FlaskRow;

extern const FlaskRow flask_rows[]; /* ends with a row of NULLs */

#endif
