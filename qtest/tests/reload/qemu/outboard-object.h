/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bridge's object /outboard in a stock QEMU, by QMP. */
#ifndef OB_TESTS_RELOAD_QEMU_OUTBOARD_OBJECT_H
#define OB_TESTS_RELOAD_QEMU_OUTBOARD_OBJECT_H

#include "qtest/client/client.h"

/* Sets `reload` to the file.  Returns QEMU's error; NULL: reloaded. */
json_t *outboard_reload(ObClient *c, const char *path);

/* The error must end with the sentence, or there must be none; both free it. */
void outboard_assert_refused(json_t *error, const char *sentence);
void outboard_assert_reloaded(json_t *error);

/* Properties of any object. */
int64_t object_number(ObClient *c, const char *path, const char *name);
void object_assert_text(ObClient *c, const char *path, const char *name, const char *expected);

/* The answer of the monitor for people; the caller frees it. */
char *hmp_answer(ObClient *c, const char *line);

#endif
