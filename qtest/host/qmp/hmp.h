/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HMP, QEMU's monitor for people: command lines and texts.  Most commands are QMP commands
 * with other clothes.  For the loop's thread.
 */
#ifndef OB_HMP_H
#define OB_HMP_H

#include "qtest/host/run/system.h"

/* Executes one line.  Returns the text that the user sees, with "\r\n" at the end of each
 * line; the caller frees it. */
char *ob_hmp_execute(ObSystem *system, const char *line);

/* A session over a stream.  `send` gets the bytes for the peer.  It returns false if the peer
 * does not read them; then the session executes nothing until ob_hmp_resume(). */
typedef struct ObHmp ObHmp;
ObHmp *ob_hmp_new(ObSystem *system, bool (*send)(void *opaque, const char *bytes, size_t count),
                  void *opaque);
void ob_hmp_free(ObHmp *hmp); /* NULL is allowed */

/* From now on the peer is the program's terminal, where the user edits lines (line-editor.h). */
void ob_hmp_edit(ObHmp *hmp);

/* A peer has connected: greets it, and shows the prompt. */
void ob_hmp_open(ObHmp *hmp);
void ob_hmp_input(ObHmp *hmp, const char *bytes, size_t count);

/* The session shares its stream, and its peer talks to it or to another user; at first to it.  Without
 * the focus there is no prompt. */
void ob_hmp_focus(ObHmp *hmp, bool has_it);
void ob_hmp_resume(ObHmp *hmp); /* the peer has read its answers */

#endif
