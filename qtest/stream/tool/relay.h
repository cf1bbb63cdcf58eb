/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The connections of `outboard-stream relay`.  The source's bytes go to the caller, which writes
 * them to the destination; the destination's answers go back to the source meanwhile.  The
 * destination is connected at the first byte for it.  One thread uses a relay.
 */
#ifndef OB_RELAY_H
#define OB_RELAY_H

#include <sys/types.h>

#include "qtest/stream/tool/relay-address.h"
#include "qtest/stream/tool/return-path.h"

typedef struct ObRelay {
    ObRelayListener listener;
    const char *connect; /* the destination's address */
    int timeout;         /* milliseconds without a byte; -1: no limit */
    int signals;         /* a signalfd */
    int source, destination;
    bool source_ended, destination_ended;
    bool destination_is_mute; /* a pipe, which brings nothing back */

    bool complete; /* all of the stream has gone to the destination */
    bool returns;  /* the source has asked for answers */
    ObVmReturnPath path;
    uint8_t back[4096]; /* bytes for the source */
    size_t back_at, back_size;

    uint64_t received, sent;
    uint64_t polled;   /* `received` at the last look at all descriptors */
    bool is_trouble;   /* the problem is not a refusal by the destination */
    char problem[512]; /* a sentence; "": none */
} ObRelay;

/* False with a sentence.  ob_relay_close() is due in both cases. */
bool ob_relay_open(ObRelay *relay, const char *listen, const char *connect, HwError *error);
void ob_relay_close(ObRelay *relay);

/* Waits for the source.  False: see `problem`. */
bool ob_relay_await_source(ObRelay *relay);

/* The next bytes of the source; 0: it has ended, which is told once; -1: both sides have ended, or
 * there is a `problem`. */
ssize_t ob_relay_read(ObRelay *relay, uint8_t *bytes, size_t size);

/* False: see `problem`. */
bool ob_relay_write(ObRelay *relay, const uint8_t *bytes, size_t size);

/* No more bytes come for the destination. */
void ob_relay_write_end(ObRelay *relay);

/* Tells the source of a refusal, if it listens. */
void ob_relay_refuse(ObRelay *relay);

#endif
