/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two of our programs, between which tests migrate. */
#ifndef OB_TESTS_LIB_MIGRATION_PAIR_H
#define OB_TESTS_LIB_MIGRATION_PAIR_H

#include "qtest/client/client.h"

#define DEADLINE_MS 10000
#define BEACON      "-device beacon,addr=0xfed10000 "
#define CTRL        UINT64_C(0xfed10004)
#define COUNT       UINT64_C(0xfed1000c)
#define PLACE       UINT64_C(0x5000)
#define LARGE       (UINT64_C(8) << 20)     /* more than fits in any socket's buffer */

typedef struct Fixture {
    char *directory;
    char *path;                 /* of a socket or file */
    ObClient *source;           /* with a beacon */
    ObClient *target;           /* NULL until target_start() */
} Fixture;

void set_up(Fixture *f, gconstpointer data);
void tear_down(Fixture *f, gconstpointer data);

#define TEST(path, function) g_test_add(path, Fixture, NULL, set_up, function, tear_down)

/* The program, with libqtest's arguments and these. */
ObClient *program_start(const char *arguments);
void client_end(ObClient *client);              /* NULL is allowed */
void target_start(Fixture *f, const char *incoming, const char *more);

void qmp(ObClient *c, const char *command, json_t *arguments);
void qmp_refused(ObClient *c, const char *command, json_t *arguments, const char *sentence);
void migrate(ObClient *c, const char *uri);

/* What query-migrate tells; the caller's. */
json_t *migration_query(ObClient *c);
char *migration_status(ObClient *c);

/* Ask until it is so; another end than this fails the test. */
void await_status(ObClient *c, const char *expected);
void failure_await(ObClient *c);

void runstate_expect(ObClient *c, const char *expected);
void reason_expect(ObClient *c, const char *prefix);

/* Events MIGRATION, and any event of a name. */
void events_on(ObClient *c);
void event_expect(ObClient *c, const char *status);
void event_await(ObClient *c, const char *name);

/* Something in a device and in RAM. */
void state_make(ObClient *c);
void state_expect(ObClient *c);

/* Begins a migration to a peer that takes nothing; the peer's descriptor, the caller's. */
int migrate_to_nobody(Fixture *f);

#endif
