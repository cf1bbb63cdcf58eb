/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two of our programs; tests migrate between them. */
#ifndef OB_TESTS_LIB_MIGRATION_PAIR_H
#define OB_TESTS_LIB_MIGRATION_PAIR_H

#include "qtest/client/client.h"

#define DEADLINE_MS 10000
#define BEACON      "-device beacon,addr=0xfed10000 "
#define PAIR_CTRL   UINT64_C(0xfed10004)
#define PAIR_COUNT  UINT64_C(0xfed1000c)
#define PAIR_PLACE  UINT64_C(0x5000)
#define LARGE       (UINT64_C(8) << 20) /* more than fits in any socket's buffer */

typedef struct MigrationPair {
    char *directory;
    char *path;       /* a socket's or a file's */
    ObClient *source; /* with a beacon */
    ObClient *target; /* NULL until target_start() */
} MigrationPair;

void pair_set_up(MigrationPair *f, gconstpointer data);
void pair_tear_down(MigrationPair *f, gconstpointer data);

#define PAIR_TEST(path, function) \
    g_test_add(path, MigrationPair, NULL, pair_set_up, function, pair_tear_down)

/* Starts the program with libqtest's arguments and these. */
ObClient *program_start(const char *arguments);
void client_end(ObClient *client); /* NULL is allowed */
void target_start(MigrationPair *f, const char *incoming, const char *more);

void pair_qmp(ObClient *c, const char *command, json_t *arguments);
void pair_qmp_refused(ObClient *c, const char *command, json_t *arguments, const char *sentence);
void pair_migrate(ObClient *c, const char *uri);

/* The result of query-migrate; the caller frees it. */
json_t *migration_query(ObClient *c);
char *migration_status(ObClient *c);

/* Ask again and again until the migration ends; another status at its end fails the test. */
void await_status(ObClient *c, const char *expected);
void failure_await(ObClient *c);

void runstate_expect(ObClient *c, const char *expected);
void reason_expect(ObClient *c, const char *prefix);

/* For MIGRATION events, and for any event by its name. */
void events_on(ObClient *c);
void event_expect(ObClient *c, const char *status);
void event_await(ObClient *c, const char *name);

/* Set values in a device and in RAM, and check them. */
void pair_state_make(ObClient *c);
void pair_state_expect(ObClient *c);

/* Starts a migration to a peer that reads nothing.  Returns the peer's descriptor, which the caller
 * closes. */
int migrate_to_nobody(MigrationPair *f);

#endif
