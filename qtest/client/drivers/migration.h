/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waits for a migration out of the client's program, or into it, by QMP. */
#ifndef OB_CLIENT_MIGRATION_H
#define OB_CLIENT_MIGRATION_H

#include "qtest/client/client.h"

/*
 * Waits until query-migrate has the status `wanted`, "completed" for example, or "failed", and
 * at most `timeout_ms`.  It asks again and again: no event tells the status unless capability
 * `events` was on before.  Returns the last status, which the caller frees with g_free(); NULL:
 * the client has failed.
 */
char *ob_migration_await(ObClient *client, const char *wanted, uint32_t timeout_ms);

/* Waits until the migration is complete.  If it is not within a minute, the client fails. */
void ob_migration_complete(ObClient *client);

#endif
