/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A temporary directory that goes with its maker, however that ends. */
#ifndef OB_SCRATCH_H
#define OB_SCRATCH_H

typedef struct ObScratch ObScratch;

/* NULL, with errno, if there can be none. */
ObScratch *ob_scratch_new(void);

const char *ob_scratch_path(const ObScratch *scratch);

/* Removes it with all that it contains, before this returns.  NULL is allowed. */
void ob_scratch_free(ObScratch *scratch);

#endif
