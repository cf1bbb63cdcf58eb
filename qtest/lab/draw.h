/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Draws steps from a device's tables: registers, masks, fields, widths, files, rings. */
#ifndef OB_LAB_DRAW_H
#define OB_LAB_DRAW_H

#include "qtest/lab/play.h"
#include "qtest/lab/random.h"

void ob_lab_draw(const ObLabTarget *target, ObRandom *random, ObLabStep *step);

/* Changes an input that has room for `capacity` bytes.  `plain`, which may be NULL, changes bytes
 * without knowledge of steps.  Returns the new size. */
typedef size_t ObLabPlain(uint8_t *bytes, size_t size, size_t capacity);
size_t ob_lab_mutate(const ObLabTarget *target, ObRandom *random, uint8_t *bytes, size_t size,
                     size_t capacity, ObLabPlain *plain);

/* The start of one input and the end of another.  Returns the size. */
size_t ob_lab_cross(ObRandom *random, const uint8_t *first, size_t first_size,
                    const uint8_t *second, size_t second_size, uint8_t *out, size_t capacity);

#endif
