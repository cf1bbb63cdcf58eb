/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -dump-vmstate: the devices' saved state, in QEMU's form. */
#ifndef OB_DUMP_VMSTATE_H
#define OB_DUMP_VMSTATE_H

#include "qtest/host/run/system.h"

/* Writes the file that QEMU's vmstate-static-checker.py compares with a QEMU's.  Returns false and
 * sets `error` on failure. */
bool ob_dump_vmstate(const ObSystem *system, const char *path, HwError *error);

#endif
