/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks that the program that loaded the bridge exports the symbols that the bridge needs. */
#ifndef BRIDGE_QEMU_SYMBOLS_H
#define BRIDGE_QEMU_SYMBOLS_H

#include <stddef.h>

typedef struct QemuSymbol {
    const char *name;
    const void *address; /* NULL: missing */
} QemuSymbol;

/* Returns all symbols of api.h, machine-api.h and learn-api.h, and their number. */
const QemuSymbol *qemu_symbols(size_t *count);

/* The same for pci-api.h. */
const QemuSymbol *qemu_pci_symbols(size_t *count);

/* The same for i2c/i2c-api.h. */
const QemuSymbol *qemu_i2c_symbols(size_t *count);

/* The same for net-api.h and chardev/chardev-api.h. */
const QemuSymbol *qemu_net_symbols(size_t *count);
const QemuSymbol *qemu_chardev_symbols(size_t *count);

/* The same for input/input-api.h. */
const QemuSymbol *qemu_input_symbols(size_t *count);

/* Returns the name of the first symbol of a list above that is missing; NULL: none is. */
const char *qemu_symbol_missing(const QemuSymbol *(*list)(size_t *count));

/* Returns the number of missing symbols; *first gets the name of the first one. */
size_t qemu_symbols_missing(const char **first);

#endif
