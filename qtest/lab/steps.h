/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The language of inputs: what a guest and its machine do, step by step.  Any bytes are a list of
 * steps, so that mutations by any fuzzer stay inputs.
 *
 * A step is a byte, op | width << 4, then as the op needs them: a byte for the target, the offset,
 * the value.  Offsets and the value of CLOCK are LEB128 numbers; other values have the step's width,
 * little-endian.  A step that the end cuts off has zeros in place of what is missing.
 */
#ifndef OB_LAB_STEPS_H
#define OB_LAB_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum ObLabOp {
    OB_LAB_STORE, /* to a target: a region by its number in ObLabTarget, or ObLabPlace */
    OB_LAB_LOAD,
    OB_LAB_FILE_WRITE, /* a file in fw_cfg, as by DMA */
    OB_LAB_FILE_READ,
    OB_LAB_CONFIG_WRITE, /* configuration space of a PCI function */
    OB_LAB_CONFIG_READ,
    OB_LAB_CLOCK, /* value: ns; 0: to the next deadline */
    OB_LAB_LINE,  /* input line `offset` of a device gets the level of value's bit 0 */
    OB_LAB_RESET,
    OB_LAB_MOVE, /* the machine is saved, and goes on elsewhere */
    OB_LAB_OPS
} ObLabOp;

/* Targets of STORE and LOAD besides regions. */
typedef enum ObLabPlace {
    OB_LAB_RAM = 253,    /* an offset in the window */
    OB_LAB_MEMORY = 254, /* an address */
    OB_LAB_PORTS = 255,  /* an I/O port */
} ObLabPlace;

typedef struct ObLabStep {
    uint8_t op;
    uint8_t target;
    uint8_t width; /* 0 to 3: 1, 2, 4 or 8 bytes */
    uint64_t offset;
    uint64_t value;
} ObLabStep;

#define OB_LAB_STEPS_MAX      512u
#define OB_LAB_STEP_BYTES_MAX 22u

/* Reads at most `max` steps.  Returns their number. */
size_t ob_lab_steps_decode(const uint8_t *bytes, size_t size, ObLabStep *steps, size_t max);

/* Writes whole steps, as many as find room.  Returns the number of bytes. */
size_t ob_lab_steps_encode(const ObLabStep *steps, size_t count, uint8_t *bytes, size_t capacity);

/* Clears members that the op does not have, and bits past the width. */
void ob_lab_step_normalise(ObLabStep *step);

/* ns.  A step of the clock is shorter: a short period would fire too often else. */
#define OB_LAB_CLOCK_MAX UINT64_C(50000000)

static inline uint32_t ob_lab_width(const ObLabStep *step)
{
    return UINT32_C(1) << (step->width & 3);
}

#endif
