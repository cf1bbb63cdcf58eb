/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plugin file as data: an ELF shared object laid out in a private buffer as
 * the dynamic linker would lay it out in memory, with none of its code run and
 * none of it executable.  Pointers in its tables point into the buffer.
 *
 * The file may contain anything.  It is read, never mapped, so that a file that
 * shrinks meanwhile is a short read and not a SIGBUS.
 */
#ifndef HW_HOST_IMAGE_H
#define HW_HOST_IMAGE_H

#include "hw-api/host/load/place.h"

/* Larger objects are refused: the span of the loadable segments. */
#define HW_IMAGE_MAX (256u << 20)

/* Longer strings are refused, the terminating zero included. */
#define HW_IMAGE_STRING_MAX 1024u

typedef struct HwImage HwImage;

/*
 * Opens the file and lays it out.  NULL with a sentence, headed by `place`: it
 * is missing, unreadable, not a shared object of this machine, truncated, or
 * has no data object named `symbol`.
 */
HwImage *hw_image_open(const char *path, const char *symbol, const HwPlace *place, HwError *error);

/* Closes the file and frees the buffer; NULL is allowed. */
void hw_image_close(HwImage *image);

/* The open file, for dlopen through /proc; the image's until it is closed. */
int hw_image_fd(const HwImage *image);

/* The data object and its size in bytes.  Lies within the image. */
const void *hw_image_symbol(const HwImage *image, uint64_t *size);

/*
 * Says that the file is now loaded, with virtual address 0 at `bias`.  Frees the
 * buffer; from here on the functions speak of the loaded object.
 */
void hw_image_loaded_at(HwImage *image, uintptr_t bias);

/* Whether the `size` bytes at `p` lie in one readable segment. */
bool hw_image_contains(const HwImage *image, const void *p, uint64_t size);

/*
 * Whether a function may be at `p`, the value of a hook: in an executable segment of
 * the image, or imported.  As long as the file is not loaded, all that another object
 * defines has one address that is code and lies in no segment; once it is, an import
 * lies in an executable segment of any loaded object.
 */
bool hw_image_is_code(const HwImage *image, uintptr_t p);

/* Whether a string starts at `p` and ends in its segment, within the limit. */
bool hw_image_has_string(const HwImage *image, const char *p);

#endif
