/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the program that loaded the bridge exports what it needs. */
#ifndef BRIDGE_QEMU_SYMBOLS_H
#define BRIDGE_QEMU_SYMBOLS_H

#include <stddef.h>

typedef struct QemuSymbol {
    const char *name;
    const void *address;        /* NULL: missing */
} QemuSymbol;

/* Each symbol of api.h and machine-api.h, and their number. */
const QemuSymbol *qemu_symbols(size_t *count);

/* How many are missing; the first one's name in *first. */
size_t qemu_symbols_missing(const char **first);

#endif
