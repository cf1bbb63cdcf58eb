/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of migration. */
#ifndef OB_MIGRATION_INTERNAL_H
#define OB_MIGRATION_INTERNAL_H

#include "qtest/host/io/channel.h"
#include "qtest/host/io/loop.h"
#include "qtest/host/migration/migration.h"
#include "qtest/machine/state/load.h"
#include "qtest/machine/state/save.h"

struct ObMigration {
    ObSystem *system;
    ObMigrationSettings settings;
    ObMigrationStatus status;
    char *reason;    /* the reason of a failure */
    GHashTable *fds; /* by name, from getfd */

    ObChannel channel;
    bool open;      /* the channel is in use */
    bool inherited; /* fd: takes a number */
    ObWatch *watch;

    /* Sending: migration-send.c */
    ObSave *save;
    ObSaveCounts counts;
    GByteArray *kept; /* bytes of the stream that the peer has not taken yet */
    size_t kept_start;
    int write_error;         /* errno of the channel; 0: none */
    bool finished;           /* all of the stream was produced */
    ObRunState state_before; /* the run state to restore */
    bool stopped;            /* the machine has been stopped for the rest */
    ObTimer *pace;           /* runs while max-bandwidth delays the stream */
    int64_t window_start;    /* us */
    uint64_t window_bytes;
    int64_t began; /* us */
    int64_t stopped_at;
    uint64_t sent_running; /* bytes that were sent before the machine stopped */
    int64_t ended;
    uint64_t sent; /* bytes */

    /* Receiving: migration-receive.c */
    ObLoad *load;   /* NULL until there is a peer */
    uint8_t *piece; /* the bytes of one read */
    bool exit_on_error;
    bool received; /* the machine is loaded; further bytes are dropped */
};

/* Sets the status, and sends an event if the capability is on. */
void ob_migration_set_status(ObMigration *m, ObMigrationStatus status);

/* Sets "failed" with a reason, which is copied. */
void ob_migration_set_failed(ObMigration *m, const char *reason);

/* Opens the channel. */
bool ob_migration_open(ObMigration *m, const char *uri, ObDirection direction, HwError *error);
void ob_migration_close(ObMigration *m);

void ob_migration_send_clear(ObMigration *m);
void ob_migration_receive_clear(ObMigration *m);

#endif
