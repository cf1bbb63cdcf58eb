/* SPDX-License-Identifier: GPL-2.0-or-later */
/* blkdebug's file of rules.  Nothing reads or writes a node, so a rule never acts: it is checked. */
#ifndef OB_BLOCK_RULES_H
#define OB_BLOCK_RULES_H

#include "hw-api/hw-api.h"

#include <stddef.h>

/* `text` has `size` bytes and a zero byte behind them.  Returns false and sets `error`, which begins with
 * `path` and a line, if QEMU would refuse the file. */
bool ob_block_rules_check(const char *path, const char *text, size_t size, HwError *error);

#endif
