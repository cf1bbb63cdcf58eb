/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of this room: the types of filters. */
#ifndef OB_FILTER_INTERNAL_H
#define OB_FILTER_INTERNAL_H

#include "qtest/host/filter/filter.h"
#include "qtest/machine/net/filter.h"

typedef struct ObFilterType {
    const char *name;
    /* Sets filter->own.  Returns false and sets `error` on failure; then `close` comes, too. */
    bool (*open)(ObFilter *filter, HwError *error);
    void (*close)(ObFilter *filter);
    ObNetFilterFunction *frame;                          /* its opaque is the filter */
    void (*changed)(ObFilter *filter, const char *name); /* NULL: nothing to do */
} ObFilterType;

struct ObFilter {
    const ObFilterType *type;
    ObHost *host;
    const ObObjectType *object;
    const ObKeyval *values;
    void *own; /* the type's; NULL: nothing was opened */
};

/* False: the filter sees no frames. */
bool ob_filter_is_on(const ObFilter *filter);

/* A property, or its default; NULL: neither exists. */
const char *ob_filter_text(const ObFilter *filter, const char *name);

extern const ObFilterType ob_filter_dump, ob_filter_mirror, ob_filter_redirector, ob_filter_buffer;

#endif
