/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's form of a configuration file: -readconfig, and the rules of a block node. */
#ifndef OB_CONFIG_FILE_H
#define OB_CONFIG_FILE_H

#include "hw-api/hw-api.h"

#include <glib.h>

/* A group begins with a line [GROUP] or [GROUP "ID"]. */
typedef struct ObConfigGroup {
    char *name;
    GString *argument; /* its pairs in the form of the command line: "id=a,driver=b" */
    unsigned line;     /* its first line, from 1 */
} ObConfigGroup;

/* The groups of a file in its order; the caller frees the array.  Returns NULL and sets `error`
 * on failure: "FILE:3: ...". */
GPtrArray *ob_config_read(const char *path, HwError *error);

/* The same for the text of a file of `size` bytes, with a zero byte behind them. */
GPtrArray *ob_config_parse(const char *path, const char *text, size_t size, HwError *error);

#endif
