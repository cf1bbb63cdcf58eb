/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bridge's arguments: they follow file= in -plugin file=outboard-qemu.so,NAME=VALUE,... */
#ifndef BRIDGE_ARGUMENTS_H
#define BRIDGE_ARGUMENTS_H

#include "hw-api/hw-api.h"

/* The strings point into the parsed words. */
typedef struct BridgeArguments {
    const char *set;                   /* NULL: the default */
    const char *trace;                 /* NULL: none */
    const char *coverage;              /* a file; NULL: none */
    const char *record;                /* likewise */
    const char *libtpms;               /* a backend's id; NULL: none */
    const char *libtpms_state;         /* a file; NULL: in memory */
    const char *libtpms_auto_shutdown; /* "on" or "off"; NULL: the default */
    const char *libtpms_trust;         /* "files", "all" or "none"; NULL: the default */
    const char *libtpms_script;        /* a file; NULL: none */
    bool report;
} BridgeArguments;

/* Returns false and sets `error` for an unknown or repeated name or a wrong value. */
bool bridge_arguments_parse(BridgeArguments *arguments, int count, char *const *words,
                            HwError *error);

#endif
