/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Puts a machine together: the core of a host, the parts of this kind of machine, and the
 * wires between core and parts.  The core knows no part; parts and state know the core.
 */
#ifndef OB_BOARD_H
#define OB_BOARD_H

#include "qtest/machine/core/host.h"

/* `name` NULL selects the architecture's default.  Else it is a kind ("q35") or one of its
 * versions ("pc-q35-7.2").  Returns NULL if there is no such machine. */
const ObMachine *ob_machine_find(const char *architecture, const char *name);
const ObMachine *ob_machine_at(uint32_t index); /* NULL after the last */

/* The versions that users can ask for, oldest first: "7.2".  NULL after the last. */
const char *ob_machine_version_at(uint32_t index);
extern const char ob_machine_latest[]; /* the version that a name without a version stands for */

bool ob_machine_fits(const ObMachine *machine, const char *architecture);

/* True if the machine's version is this one or a later one. */
bool ob_machine_is_since(const char *name, unsigned major, unsigned minor);
/* The same as a number: 100 * major + minor. */
uint32_t ob_machine_version(const char *name);

/* Returns the name that a migration stream has for the machine found by `name`.  A name
 * without a version stands for QEMU 7.2's.  The caller frees the result with g_free(). */
char *ob_machine_stream_name(const ObMachine *machine, const char *name);

/* True if the option of -device is its bus's or its lines' and not the device's own. */
bool ob_board_is_bus_option(const HwClass *cls, const char *key);

/* Returns NULL and sets `error` on failure.  Keeps nothing of `config`.  Free it with
 * ob_host_free(). */
ObHost *ob_host_new(const ObHostConfig *config, HwError *error);

#endif
