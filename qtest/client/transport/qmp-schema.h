/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks values against the answer of query-qmp-schema, as clients generated from it do. */
#ifndef OB_CLIENT_QMP_SCHEMA_H
#define OB_CLIENT_QMP_SCHEMA_H

#include <glib.h>
#include <jansson.h>

/* The entries by their names; the caller owns the result. */
json_t *ob_schema_by_name(const json_t *entries);

/* The type that the entry of a command or event names: "ret-type", "arg-type".  NULL if the
 * schema does not have the entry. */
const char *ob_schema_type(const json_t *schema, const char *entry, const char *role);

/* Adds a line to `faults` for each part of the value that does not fit the type. */
void ob_schema_check(const json_t *schema, const char *type, const json_t *value, const char *path,
                     GPtrArray *faults);

#endif
