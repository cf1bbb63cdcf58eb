/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Migration of the running program: its state goes to a peer, or comes from one.  The
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

extern const char *const ob_migration_status_names[];   /* ends with NULL */

typedef struct ObMigration ObMigration;

ObMigration *ob_migration_new(ObSystem *system);
void ob_migration_free(ObMigration *migration); /* NULL is allowed; ends what is under way */

/* Whether a stream is under way: then no device comes or goes. */
bool ob_migration_busy(const ObMigration *migration);

/* Starts to send.  False with a sentence: nothing has been started. */
bool ob_migration_send(ObMigration *migration, const char *uri, HwError *error);

/* Ends the sending; the machine goes on.  Harmless if there is none. */
void ob_migration_cancel(ObMigration *migration);

/*
 * Waits for a stream, in runstate inmigrate.  A stream that is refused ends the program
 * with status 1 if `exit_on_error`; else another may be waited for.  `inherited`: fd: takes
 * a number.  False with a sentence.
 */
bool ob_migration_receive(ObMigration *migration, const char *uri, bool exit_on_error,
                          bool inherited, HwError *error);

/* Whether a stream is awaited or comes in. */
bool ob_migration_receives(const ObMigration *migration);

/* A descriptor for fd:NAME, the migration's from then on.  One of the same name is closed. */
void ob_migration_add_fd(ObMigration *migration, const char *name, int fd);
bool ob_migration_close_fd(ObMigration *migration, const char *name);   /* false: none */

/* What query-migrate answers; the caller's. */
json_t *ob_migration_query(const ObMigration *migration);

/* Set by migrate-set-parameters and -capabilities. */
typedef struct ObMigrationSettings {
    uint64_t max_bandwidth;     /* bytes a second; 0: no limit */
    uint64_t downtime_limit;    /* ms */
    bool events;
} ObMigrationSettings;
ObMigrationSettings *ob_migration_settings(ObMigration *migration);

#endif
