/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saves and loads a device's state by its table, in the encoding of QEMU's sections.  A
 * field is its elements, big-endian, one after the other; or a u32 length and as many
 * bytes.  Each sent subsection follows: a byte 5, a byte with the length of its name, the
 * name, a u32 version and its fields.  A part is its fields, then its subsections.
 *
 * Functions with an instance need the device lock; others may run on any thread.
 */
#ifndef HW_HOST_STATE_H
#define HW_HOST_STATE_H

#include "hw-api/host/run/instance.h"

/* ------------------------------------------------------------------- saving */

/* Receives a state in the stream's order. */
typedef struct HwStateSink {
    void *opaque;

    /*
     * `bytes` is field->count elements of field->size bytes.  HW_STATE_BYTES comes as
     * one element, with its length before it, and HW_STATE_ZEROS as one element.  All are valid
     * during the call.
     */
    void (*field)(void *opaque, const HwStateField *field, const uint8_t *bytes);

    /* Encloses the fields of a subsection. */
    void (*subsection)(void *opaque, const HwState *state);
    void (*subsection_end)(void *opaque);

    /* Encloses the fields and subsections of a part.  NULL: the sink need not know. */
    void (*part)(void *opaque, const HwStateField *field);
    void (*part_end)(void *opaque);
} HwStateSink;

/*
 * Calls pre_save, then passes the fields and needed subsections to `sink`.  The host must
 * have quiesced the device.  A class without state saves nothing.  Returns false with a
 * sentence if memory runs out.
 */
bool hw_state_save(HwInstance *instance, const HwStateSink *sink, HwError *error);

/* "uint32", the type of a field's elements in QEMU's descriptions. */
const char *hw_state_type(const HwStateField *field);

/* ----------------------------------------------------------------- checking */

typedef enum HwStateSize {
    HW_STATE_COMPLETE, /* *need is the payload's size */
    HW_STATE_MORE,     /* *need bytes are needed to go on, more than `size` */
    HW_STATE_REFUSED,  /* *need is the place in the payload */
} HwStateSize;

/*
 * Finds the length of the payload that begins with these `size` bytes; `bytes` may be NULL
 * if `size` is 0.  Asks for up to one byte past the payload.  Refuses a version that is
 * too new or too old, and unknown subsections.
 */
HwStateSize hw_state_measure(const HwState *state, uint32_t version, const uint8_t *bytes,
                             size_t size, size_t *need, HwError *error);

/* True if a whole payload would load.  Does not run the device's code, so post_load may still
 * refuse. */
bool hw_state_check(const HwState *state, uint32_t version, const uint8_t *bytes, size_t size,
                    HwError *error);

/* ------------------------------------------------------------------ loading */

typedef struct HwStateLoad HwStateLoad;

/*
 * Checks a whole payload and decodes it into a copy; the instance does not change.  Returns
 * NULL with a sentence on failure.  Fields of a later version than the payload's will keep
 * their values, so the host first resets a device that has run already.  Fields of absent
 * subsections become 0.
 */
HwStateLoad *hw_state_load_prepare(HwInstance *instance, uint32_t version, const uint8_t *bytes,
                                   size_t size, HwError *error);

/*
 * Stores the fields, then calls post_load of the subsections and of the state.  If one hook
 * refuses, restores the old values and returns false with the hook's sentence.  In both cases
 * the host then calls one of the next two functions.  After that for all devices, it calls
 * hw_instance_update().
 */
bool hw_state_load_commit(HwStateLoad *load, HwError *error);

/* The rest of the stream is refused: restores the old values, then calls load_undone.  Does
 * nothing to a device that was not committed, or has refused. */
void hw_state_load_rollback(HwStateLoad *load);

/* The whole stream is accepted: calls loaded. */
void hw_state_load_accept(HwStateLoad *load);

/* Copies the fields of `state` and its subsections between two images of the instance.  For a
 * host whose emulator stores the fields. */
void hw_state_copy(const HwState *state, void *to, const void *from);

void hw_state_load_free(HwStateLoad *load); /* NULL is allowed */

/* All these steps for one device, hw_instance_update() included. */
bool hw_state_load(HwInstance *instance, uint32_t version, const uint8_t *bytes, size_t size,
                   HwError *error);

/* True if the instance's state has the field, by the number that tells. */
bool hw_state_is_given(const void *instance, const HwStateField *field);

/* One number of 1, 2, 4 or 8 bytes: `from` and `to` are the stream's, the other side is the
 * instance's.  For a host whose emulator stores the fields. */
void hw_state_element_load(void *to, const uint8_t *from, uint32_t size);
void hw_state_element_store(uint8_t *to, const void *from, uint32_t size);

/* ------------------------- shared by state-walk.c and state-load.c */

/* Called for each piece of a payload. */
typedef struct HwStateVisitor {
    void *opaque;
    void (*field)(void *opaque, const HwStateField *field, const uint8_t *bytes); /* encoded */
    /* A subsection or a part, after its fields and subsections. */
    void (*inner)(void *opaque, const HwState *state, uint32_t version);
} HwStateVisitor;

/* `whole`: no byte follows, so HW_STATE_MORE is an error. */
HwStateSize hw_state_walk(const HwState *state, uint32_t version, const uint8_t *bytes, size_t size,
                          bool whole, const HwStateVisitor *visitor, size_t *need, HwError *error);

#endif
