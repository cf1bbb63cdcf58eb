/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tools for the checks of a plugin's tables: names, texts and places in the instance. */
#ifndef HW_HOST_CHECK_TOOLS_H
#define HW_HOST_CHECK_TOOLS_H

#include "hw-api/host/image/image.h"

/* Instances and fw_cfg files larger than this are refused, in bytes. */
#define HW_INSTANCE_MAX (64u << 20)

typedef struct HwCheck {
    HwError *error;
    const HwImage *image; /* the file; NULL: its hooks are not checked */
    uint64_t instance_size;
} HwCheck;

/* Entries of a table start with their name.  A name must exist, be unique and not too long.  It
 * has graphic ASCII without a comma or an equals sign, since options and streams have it. */
bool hw_check_names(const HwCheck *c, const HwPlace *outer, const char *kind, const void *entries,
                    uint32_t stride, uint32_t count);
bool hw_check_name(const HwCheck *c, const HwPlace *place, const char *name);

/* A RAM block's name, with room for a number after it. */
bool hw_check_block(const HwCheck *c, const HwPlace *place, const char *name);

/* NULL, or one line without control characters; `what` names the member. */
bool hw_check_text(const HwCheck *c, const HwPlace *place, const char *what, const char *text);

/* `size` bytes at `offset` are aligned, and lie in the instance after its HwDevice. */
bool hw_check_in_instance(const HwCheck *c, const HwPlace *place, const char *what, uint64_t offset,
                          uint64_t size, uint32_t alignment);

/* Refuses the first pair of entries that compare equal. */
bool hw_check_unique(const HwCheck *c, const HwPlace *outer, const char *kind, const void *entries,
                     uint32_t stride, uint32_t count, const char *what,
                     int (*compare)(const void *a, const void *b));

#endif
