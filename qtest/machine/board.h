/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Puts a machine together: the core of a host, the parts that its kind of machine has, and
 * the wires between them.  The core knows no part; parts and state know the core.
 */
#ifndef OB_BOARD_H
#define OB_BOARD_H

#include "qtest/machine/core/host.h"

/* `name` NULL: the architecture's default; "q35" or one of its versions, "pc-q35-7.2".
 * NULL if there is none. */
const ObMachine *ob_machine_find(const char *architecture, const char *name);
const ObMachine *ob_machine_at(uint32_t index);     /* NULL after the last */
bool ob_machine_fits(const ObMachine *machine, const char *architecture);

/* How a migration stream calls the machine that was found by `name`: with its version,
 * without one QEMU 7.2's.  The caller frees it with g_free(). */
char *ob_machine_stream_name(const ObMachine *machine, const char *name);

/* NULL with a sentence.  Nothing in `config` is kept.  ob_host_free() ends it. */
ObHost *ob_host_new(const ObHostConfig *config, HwError *error);

#endif
