/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -object filter-*: QEMU's filters of a network. */
#ifndef OB_FILTER_H
#define OB_FILTER_H

#include "qtest/host/io/loop.h"
#include "qtest/host/options/object-types.h"

typedef struct ObFilter ObFilter;

/* True if objects of this type are filters. */
bool ob_filter_is_type(const ObObjectType *type);

/* Begins a filter of a network that exists; `values` are not copied.  Returns NULL and sets `error` on
 * failure. */
ObFilter *ob_filter_new(ObHost *host, const ObObjectType *type, const ObKeyval *values,
                        HwError *error);

/* Ends it, while the host exists.  NULL is allowed. */
void ob_filter_free(ObFilter *filter);

/* True if this property of a filter may change. */
bool ob_filter_changes(const char *name);

/* Checks the new value of a property, and changes the filter to `values`, which are not copied.  Returns
 * false and sets `error` in QEMU's words on failure. */
bool ob_filter_change(ObFilter *filter, const char *name, const ObKeyval *values, HwError *error);

/* The id of its network. */
const char *ob_filter_netdev(const ObFilter *filter);

/* Its line in QEMU's "info network": "f: type=filter-buffer,interval=1000,..."; g_free() it. */
char *ob_filter_describe(const ObFilter *filter);

#endif
