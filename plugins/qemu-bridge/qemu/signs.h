/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signs: objects of QEMU whose contents are known.  A member lies where all its signs have
 * their known values.
 */
#ifndef BRIDGE_QEMU_SIGNS_H
#define BRIDGE_QEMU_SIGNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct QemuSign {
    const void *object;
    uint64_t value; /* the member has it in this object */
} QemuSign;

/* Returns the only offset in from..to at which each object has its value, an integer of `width`
 * bytes.  Returns 0 if there is none, or more than one. */
uint32_t qemu_signs_place(const QemuSign *signs, size_t count, uint32_t width, uint32_t from,
                          uint32_t to);

uint64_t qemu_sign_value(const void *object, uint32_t at, uint32_t width);
const void *qemu_sign_pointer(const void *object, uint32_t at);

/* True if both pointers lie in the same loaded file. */
bool qemu_sign_is_beside(const void *pointer, const void *other);

/* True if the object has at `at` a pointer to this text, in the file that `file` lies in. */
bool qemu_sign_is_text(const void *object, uint32_t at, const char *text, const void *file);

#endif
