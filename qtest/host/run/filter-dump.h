/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -object filter-dump: the frames of a network in a file of the form pcap, as QEMU's. */
#ifndef OB_FILTER_DUMP_H
#define OB_FILTER_DUMP_H

#include "qtest/host/options/object-types.h"

typedef struct ObFilterDump ObFilterDump;

/* Begins the file.  Returns NULL and sets `error` on failure. */
ObFilterDump *ob_filter_dump_new(ObHost *host, const ObObjectType *type, const ObKeyval *values,
                                 HwError *error);

/* Ends it, while the host exists.  NULL is allowed. */
void ob_filter_dump_free(ObFilterDump *dump);

#endif
