/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest's state is loaded for several reasons, and only some of them make the guest a copy of
 * another guest.  The user says what each kind of load does; vmgenid and vmclock share the rules.
 */
#ifndef GENERATION_H
#define GENERATION_H

#include "hw-api/hw-api.h"

/* The kinds of a load, for on-* and next-load. */
enum { LOAD_AUTO, LOAD_MIGRATE, LOAD_RESTORE, LOAD_CLONE, LOAD_REVERT, LOADS };

/* The generation after a load. */
enum { GENERATION_CONFIGURED, GENERATION_NEW, GENERATION_KEEP, POLICIES };

/* The decision for one machine, which its devices share. */
typedef struct GenerationMachine GenerationMachine;

/* The loads of the machine so far.  The first of its devices has them. */
typedef struct GenerationLoads {
    uint32_t next;  /* the kind that the user has announced */
    uint8_t used;   /* a guest ran here: 0 or 1 */
    uint8_t coming; /* a load has begun, and its kind is not decided */
    uint32_t kind;  /* the last load is of this kind */
} GenerationLoads;

typedef struct Generation Generation;
struct Generation {
    uint32_t policies[LOADS]; /* on-*, by the kind of the load */
    uint32_t next_load;       /* the user's, until the device joins its machine */
    GenerationMachine *machine;
    Generation *next; /* the machine's next device */
    GenerationLoads loads;
};

extern const HwName generation_loads[LOADS];
extern const HwName generation_policies[POLICIES];

/* Properties of a device whose struct has the member `generation`.  `policy_` is the default. */
/* clang-format off */
#define GENERATION_POLICY(name_, Struct, load_, policy_, description_) \
    { .name = name_, .type = HW_PROPERTY_CHOICE, \
      .offset = HW_MEMBER(Struct, generation.policies[load_], uint32_t), \
      .default_value = policy_, .choices = HW_TABLE(generation_policies), \
      .description = description_ }
#define GENERATION_NEXT_LOAD(Struct, get_, set_) \
    { .name = "next-load", .type = HW_PROPERTY_CHOICE, .choices = HW_TABLE(generation_loads), \
      .offset = HW_MEMBER(Struct, generation.next_load, uint32_t), \
      .description = "kind of the next load", .get = get_, .set = set_ }
/* clang-format on */

/* For HwDeviceClass.live of such a device: a reload does not count as a load. */
#define GENERATION_LIVE(Struct)                                    \
    HW_SAVED_AS("next", Struct, generation.loads.next, 0),         \
        HW_SAVED_AS("used", Struct, generation.loads.used, 0),     \
        HW_SAVED_AS("coming", Struct, generation.loads.coming, 0), \
        HW_SAVED_AS("kind", Struct, generation.loads.kind, 0)

/* In realize, as the last step.  False with a sentence: next-load of two devices differ. */
bool generation_join(Generation *generation, HwDevice *dev, HwError *error);

/* In unrealize. */
void generation_leave(Generation *generation);

/* Shows and sets the kind of the machine's next load: for all its devices. */
void generation_get_next_load(const Generation *generation, char *text, uint32_t capacity);
void generation_set_next_load(Generation *generation, const char *text);

/* A guest ran here: the next load is a revert. */
void generation_use(Generation *generation);

/* In post_load: a load has begun, or goes on. */
void generation_begin(Generation *generation);

/* In loaded.  The policy for the load that was accepted just now.  All devices get the same kind of load, and
 * next-load is auto again. */
uint32_t generation_load(Generation *generation);

#endif
