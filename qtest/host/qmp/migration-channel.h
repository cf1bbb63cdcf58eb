/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's `channels`, the newer form of a migration's address. */
#ifndef OB_MIGRATION_CHANNEL_H
#define OB_MIGRATION_CHANNEL_H

#include "qtest/host/qmp/qmp.h"

/* The address of a call's argument `uri`, or of its one channel.  The caller frees it.  Returns
 * NULL and fails the call if there is none, or both. */
char *ob_migration_uri(ObQmpCall *call);

#endif
