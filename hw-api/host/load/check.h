/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a plugin's tables make sense, so that hosts can follow them blindly. */
#ifndef HW_HOST_CHECK_H
#define HW_HOST_CHECK_H

#include "hw-api/host/load/place.h"

/* Instances larger than this are refused, in bytes. */
#define HW_INSTANCE_MAX (64u << 20)

/*
 * Checks normalised tables.  False with one sentence that names the entry, the
 * value and what was expected, headed by `file`.
 */
bool hw_plugin_check(const HwPlugin *plugin, const HwPlace *file, HwError *error);

/*
 * What the checks of regions (check-region.c), fw_cfg files (check-fw-cfg.c),
 * states (check-state.c) and properties (check.c) share.
 */
typedef struct HwCheck {
    HwError *error;
    uint64_t instance_size;
} HwCheck;

bool hw_check_regions(const HwCheck *c, const HwPlace *cls, const HwRegions *regions);
bool hw_check_fw_cfg_files(const HwCheck *c, const HwPlace *cls, const HwFwCfgFiles *files);

/* The class's state and its layouts; after its regions. */
bool hw_check_states(const HwCheck *c, const HwPlace *cls, const HwDeviceClass *table);

/* Entries of a table start with their name.  Present, graphic ASCII without a
 * comma or an equals sign (they stand in options and streams), not too long,
 * and unique. */
bool hw_check_names(const HwCheck *c, const HwPlace *outer, const char *kind,
                    const void *entries, uint32_t stride, uint32_t count);
bool hw_check_name(const HwCheck *c, const HwPlace *place, const char *name);

/* check-id.c: a service's id and a class's name, which are names as above.  hw-api.rst,
 * "Names", has their forms. */
bool hw_check_service_id(const HwCheck *c, const HwPlace *place, const char *id);
bool hw_check_class_name(const HwCheck *c, const HwPlace *place, const char *name);

/* Of a RAM block: with room for a number behind it. */
bool hw_check_block(const HwCheck *c, const HwPlace *place, const char *name);

/* NULL, or one line without control characters; `what` names the member. */
bool hw_check_text(const HwCheck *c, const HwPlace *place, const char *what, const char *text);

/* `size` bytes at `offset` lie in the instance, behind its HwDevice, aligned. */
bool hw_check_in_instance(const HwCheck *c, const HwPlace *place, const char *what,
                          uint64_t offset, uint64_t size, uint32_t alignment);

/* False, by hw_refuse(), for the first pair of entries that compare equal. */
bool hw_check_unique(const HwCheck *c, const HwPlace *outer, const char *kind, const void *entries,
                     uint32_t stride, uint32_t count, const char *what,
                     int (*compare)(const void *a, const void *b));

#endif
