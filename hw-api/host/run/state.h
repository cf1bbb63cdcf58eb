/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device's state by its table, in the encoding of QEMU's sections: each field's
 * elements big-endian, one after the other, or a u32 length and that many bytes; then
 * for each subsection that is sent a byte 5, a byte with the length of its name, the
 * name, a u32 version and its fields.
 *
 * Under the device lock, but for what takes no instance: that is for any thread.
 */
#ifndef HW_HOST_STATE_H
#define HW_HOST_STATE_H

#include "hw-api/host/run/instance.h"

/* ------------------------------------------------------------------- saving */

/* Takes a state in the stream's order. */
typedef struct HwStateSink {
    void *opaque;

    /*
     * `bytes` is field->count elements of field->size bytes.  HW_STATE_BYTES comes as
     * one element, with its length before it.  All are valid during the call.
     */
    void (*field)(void *opaque, const HwStateField *field, const uint8_t *bytes);

    /* Encloses the fields of a subsection. */
    void (*subsection)(void *opaque, const HwState *state);
    void (*subsection_end)(void *opaque);
} HwStateSink;

/*
 * Calls pre_save, then hands out the fields and needed subsections.  The host has
 * quiesced the device.  A class without state saves nothing.  False with a
 * sentence if memory runs out.
 */
bool hw_state_save(HwInstance *instance, const HwStateSink *sink, HwError *error);

/* "uint32", the type of a field's elements in QEMU's descriptions. */
const char *hw_state_type(const HwStateField *field);

/* ----------------------------------------------------------------- checking */

typedef enum HwStateSize {
    HW_STATE_COMPLETE,          /* *need is the payload's size */
    HW_STATE_MORE,              /* *need bytes are needed to go on, more than there are */
    HW_STATE_REFUSED,           /* *need is where in the payload */
} HwStateSize;

/*
 * How long the payload is that begins with these `size` bytes; `bytes` may be NULL
 * if size is 0.  Asks for up to one byte past the payload.  Refuses a version that is
 * too new or too old, and unknown subsections.
 */
HwStateSize hw_state_measure(const HwState *state, uint32_t version, const uint8_t *bytes,
                             size_t size, size_t *need, HwError *error);

/* Whether a whole payload would load, as far as that can be told without running
 * the device's code. */
bool hw_state_check(const HwState *state, uint32_t version, const uint8_t *bytes, size_t size,
                    HwError *error);

/* ------------------------------------------------------------------ loading */

typedef struct HwStateLoad HwStateLoad;

/*
 * Checks a whole payload and decodes it aside: the instance is as before.  NULL with a
 * sentence.  Fields and subsections that the payload lacks will keep their values,
 * so the host resets the device first where it has run already.
 */
HwStateLoad *hw_state_load_prepare(HwInstance *instance, uint32_t version,
                                   const uint8_t *bytes, size_t size, HwError *error);

/*
 * Stores the fields, then calls post_load of the subsections and of the state.  If
 * one refuses, the old values are stored again: false with its sentence.  The host calls
 * one of the next two in either case, and hw_instance_update() once all devices are
 * through.
 */
bool hw_state_load_commit(HwStateLoad *load, HwError *error);

/* The rest of the stream is refused: the old values come back, then load_undone is called.
 * Does nothing to a device that was not committed, or refused. */
void hw_state_load_rollback(HwStateLoad *load);

/* The whole stream is accepted: loaded is called. */
void hw_state_load_accept(HwStateLoad *load);

/* Copies the fields of `state`, subsections' included, between two images of the
 * instance; for a host whose emulator stores the fields. */
void hw_state_copy(const HwState *state, void *to, const void *from);

void hw_state_load_free(HwStateLoad *load);     /* NULL is allowed */

/* All of these for one device, hw_instance_update() included. */
bool hw_state_load(HwInstance *instance, uint32_t version, const uint8_t *bytes, size_t size,
                   HwError *error);

/* ------------------------- shared by state.c and state-load.c */

/* Is told of what a payload holds, of a subsection when its fields are through. */
typedef struct HwStateVisitor {
    void *opaque;
    void (*field)(void *opaque, const HwStateField *field, const uint8_t *bytes);    /* encoded */
    void (*subsection)(void *opaque, const HwState *state, uint32_t version);
} HwStateVisitor;

/* `whole`: no byte follows, so that "more" is an error. */
HwStateSize hw_state_walk(const HwState *state, uint32_t version, const uint8_t *bytes,
                          size_t size, bool whole, const HwStateVisitor *visitor,
                          size_t *need, HwError *error);

#endif
