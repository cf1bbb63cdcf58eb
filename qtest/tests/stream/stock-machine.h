/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arm machines of stock QEMU, which save streams and load them. */
#ifndef OB_TESTS_STREAM_STOCK_MACHINE_H
#define OB_TESTS_STREAM_STOCK_MACHINE_H

#include "qtest/tests/lib/qemu-release.h"

typedef struct StockMachine {
    const QemuRelease *release;
    const char *cpu; /* with its properties */
    unsigned gic;    /* 2 or 3 */
    bool its;
    unsigned vcpus;    /* 0: one */
    const char *board; /* more options of -machine; NULL: none */
    const char *more;  /* more arguments, which replace those before; NULL: none */
} StockMachine;

/* The program and its arguments, in shell words; the caller frees them. */
char *stock_command(const StockMachine *machine);

/* False if the release does not have this model of a CPU.  The name ends at a comma. */
bool stock_has_cpu(const QemuRelease *release, const char *cpu);

/* The path of the stream that the machine saves before it runs.  It is made once, in `directory`;
 * the caller frees the path. */
char *stock_stream(const StockMachine *machine, const char *directory);

/* True if the machine loads the stream; *why: its lines on stderr, which the caller frees. */
bool stock_loads(const StockMachine *machine, const char *stream, const char *directory,
                 char **why);

#endif
