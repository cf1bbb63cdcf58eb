/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -object secret.  For the loop's thread. */
#ifndef OB_SECRET_H
#define OB_SECRET_H

#include "hw-api/hw-api.h"

struct ObSystem;

/* The text of the secret with this id, which the caller frees.  Returns NULL and sets `error` if there
 * is none, or if it can't be read. */
char *ob_secret_text(const struct ObSystem *system, const char *id, HwError *error);

#endif
