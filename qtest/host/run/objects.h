/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The objects of -object and object-add, by id.  For the loop's thread. */
#ifndef OB_OBJECTS_H
#define OB_OBJECTS_H

#include "qtest/host/options/object-types.h"
#include "qtest/host/filter/filter.h"
#include "qtest/host/run/memory-backend.h"

struct ObSystem;

typedef struct ObObject {
    const ObObjectType *type;
    const char *id;
    const ObKeyval *values;  /* the present ones */
    ObKeyval *own_values;    /* the first ones; NULL: the options own them */
    ObKeyval *changed;       /* by ob_object_set(); NULL: never */
    ObMemoryBackend *memory; /* NULL: not memory-backend-* */
    ObFilter *filter;        /* NULL: no filter, or its network is not made yet */
    bool in_use;             /* the machine has it */
} ObObject;

/* Makes the objects of the command line, and one for the machine's RAM if there is none.
 * `config` then has the RAM.  Returns false and sets `error` on failure. */
bool ob_objects_open(struct ObSystem *system, ObHostConfig *config, HwError *error);
void ob_objects_close(struct ObSystem *system);

/* Once the networks exist: begins the filters of the command line.  Returns false and sets `error` on
 * failure.  The second function ends all, before the host goes. */
bool ob_objects_begin_filters(struct ObSystem *system, HwError *error);
void ob_objects_end_filters(struct ObSystem *system);

/* Before a network goes: deletes its filters. */
void ob_objects_drop_filters(struct ObSystem *system, const char *netdev);

/* Adds an object; takes `values`.  Returns false and sets `error` in QEMU's words on failure. */
bool ob_objects_add(struct ObSystem *system, ObKeyval *values, HwError *error);

/* Deletes an object.  Returns false and sets `error` in QEMU's words on failure. */
bool ob_objects_delete(struct ObSystem *system, const char *id, HwError *error);

/* Changes a property that the object has, to `text` in the form of -object.  Returns false and sets
 * `error` in QEMU's words on failure. */
bool ob_object_set(ObObject *object, const char *name, const char *text, HwError *error);

/* NULL if there is none. */
ObObject *ob_objects_find(const struct ObSystem *system, const char *id);

/* The object at `index`; NULL: there are no more. */
ObObject *ob_objects_at(const struct ObSystem *system, uint32_t index);

/* Appends the object's memory to the machine's RAM, system->ram. */
void ob_objects_take_ram(struct ObSystem *system, ObObject *object);

/* For other RAM: forgets the pieces, then deletes the object that was made for the machine. */
void ob_objects_release_ram(struct ObSystem *system);
void ob_objects_drop_own_ram(struct ObSystem *system, const ObMachine *machine);

#endif
