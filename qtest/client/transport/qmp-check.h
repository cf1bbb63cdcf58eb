/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A check for peers of QMP: each reply and each event must fit the program's own answer to
 * query-qmp-schema.  Clients that are generated from the schema refuse everything else.
 */
#ifndef OB_CLIENT_QMP_CHECK_H
#define OB_CLIENT_QMP_CHECK_H

#include <jansson.h>

typedef struct ObQmpCheck ObQmpCheck;

/* `entries` is the answer to query-qmp-schema. */
ObQmpCheck *ob_qmp_check_new(const json_t *entries);
void ob_qmp_check_free(ObQmpCheck *check);

/*
 * Keeps the names of the commands that the peer sends, JSON values behind each other.  After a text with
 * anything else, the replies to earlier commands can't be told apart: they are not checked.
 */
void ob_qmp_check_say(ObQmpCheck *check, const char *text);

/* Checks a message of the program, in the order of the messages.  Returns NULL if it fits, or a
 * sentence about its first fault, which the caller frees with g_free(). */
char *ob_qmp_check_hear(ObQmpCheck *check, const json_t *message);

#endif
