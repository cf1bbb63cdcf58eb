/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A qtest host in a thread of the test.  It says what its script says. */
#ifndef OB_TESTS_CLIENT_SCRIPTED_PEER_H
#define OB_TESTS_CLIENT_SCRIPTED_PEER_H

#include "qtest/client/client.h"

typedef struct ScriptedPeer ScriptedPeer;

/*
 * Lines of the script: "> REQUEST" is a request that the test expects, "< ANSWER" a line that the
 * peer then sends.  The peer reads one line for each request, whatever it is.  Then it reads until
 * the client closes the connection.
 */
ScriptedPeer *scripted_peer_new(const char *script, uint32_t timeout_ms);

/* The client of the peer.  Its failure is kept, not told. */
ObClient *scripted_peer_client(ScriptedPeer *peer);

/* The first line of the failure's report, with PEER for the socket; NULL: there was none. */
const char *scripted_peer_failure(const ScriptedPeer *peer);

/* Frees the client, too.  Returns the requests that came, as in the script.  The caller frees the
 * text. */
char *scripted_peer_end(ScriptedPeer *peer);

#endif
