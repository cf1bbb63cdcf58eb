/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A temporary directory that is removed when the process that made it ends, in any way. */
#ifndef OB_SCRATCH_H
#define OB_SCRATCH_H

typedef struct ObScratch ObScratch;

/* Returns NULL and sets errno on failure. */
ObScratch *ob_scratch_new(void);

const char *ob_scratch_path(const ObScratch *scratch);

/* Removes the directory and its contents before it returns.  NULL is allowed. */
void ob_scratch_free(ObScratch *scratch);

#endif
