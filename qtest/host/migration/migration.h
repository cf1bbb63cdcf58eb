/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Migration of the running program: its state goes to a peer, or comes from a peer.  The
 * loop goes on meanwhile.  For the loop's thread.
 */
#ifndef OB_MIGRATION_H
#define OB_MIGRATION_H

#include "qtest/host/run/system.h"

typedef enum ObMigrationStatus {
    OB_MIGRATION_NONE,
    OB_MIGRATION_SETUP,
    OB_MIGRATION_ACTIVE,
    OB_MIGRATION_CANCELLING,
    OB_MIGRATION_CANCELLED,
    OB_MIGRATION_COMPLETED,
    OB_MIGRATION_FAILED,
} ObMigrationStatus;

extern const char *const ob_migration_status_names[]; /* ends with NULL */

typedef struct ObMigration ObMigration;

ObMigration *ob_migration_new(ObSystem *system);
void ob_migration_free(ObMigration *migration); /* NULL is allowed; ends a stream under way */

/* True if a stream is under way: then no device may be added or removed. */
bool ob_migration_busy(const ObMigration *migration);

/* Starts to send.  Returns false and sets `error` if nothing was started. */
bool ob_migration_send(ObMigration *migration, const char *uri, HwError *error);

/* Stops sending; the machine goes on.  Does nothing if no stream is sent. */
void ob_migration_cancel(ObMigration *migration);

/*
 * Waits for a stream, in run state inmigrate.  A refused stream ends the program with
 * status 1 if `exit_on_error`; else the program can wait for another stream.  If
 * `inherited`, fd: takes a number.  Returns false and sets `error` on failure.
 */
bool ob_migration_receive(ObMigration *migration, const char *uri, bool exit_on_error,
                          bool inherited, HwError *error);

/* True if a stream is awaited or comes in. */
bool ob_migration_receives(const ObMigration *migration);

/* Adds a descriptor for fd:NAME, which the migration then owns.  A descriptor of the same
 * name is closed. */
void ob_migration_add_fd(ObMigration *migration, const char *name, int fd);
int ob_migration_take_fd(ObMigration *migration, const char *name);   /* -1: none */
bool ob_migration_close_fd(ObMigration *migration, const char *name); /* false: none exists */

/* The answer of query-migrate; the caller owns it. */
json_t *ob_migration_query(const ObMigration *migration);

/* Set by migrate-set-parameters and migrate-set-capabilities. */
typedef struct ObMigrationSettings {
    uint64_t max_bandwidth;  /* bytes a second; 0: no limit */
    uint64_t downtime_limit; /* ms */
    bool events;
} ObMigrationSettings;
ObMigrationSettings *ob_migration_settings(ObMigration *migration);

#endif
