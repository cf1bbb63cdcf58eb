/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plugin file as data: an ELF shared object in a private buffer, laid out as the dynamic
 * linker would lay it out.  None of its code runs, and the buffer is not executable.
 * Pointers in its tables point into the buffer.
 *
 * The file may contain anything, and the dynamic linker trusts what it loads: one wrong
 * byte in PT_DYNAMIC ends the process.  So the inspection goes the linker's way, from the
 * program headers over PT_DYNAMIC to symbols, versions and relocations (inspection.h).  It
 * refuses everything that the linker does not survive.  No linker reads section headers,
 * so a library that does, such as libelf, is of no use here.
 *
 * Loading a file without hw_image_unproven() is harmless.  None of its code runs, and each
 * place that the linker reads or writes was checked.  Such a file has no initialisers; the
 * C compiler's -nostartfiles leaves them out.  Inspection can't judge initialisers (C++, Rust,
 * sanitizers, or plain cc -shared).  trial.h loads a file that has them in a child first.
 *
 * The file is read and not mapped: a file that shrinks meanwhile gives a short read, not a
 * SIGBUS.  The inspected descriptor is the one that is loaded, and the file is refused if
 * its size or times changed since.  A private copy of it (memfd) would be safer, but a
 * confined QEMU may not execute one (SELinux, AppArmor).  Debuggers would lose the file's
 * name, and hosts would no longer share its pages.  So the plugin is as sensitive as any
 * shared library to being overwritten in place while it is loaded or used.  Install plugins
 * by renaming.  Only a set that is being worked on is copied: hw_image_open_copy().
 */
#ifndef HW_HOST_IMAGE_H
#define HW_HOST_IMAGE_H

#include "hw-api/host/image/place.h"

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

/* The same with a private copy of the file (memfd). */
HwImage *hw_image_open_copy(const char *path, const char *symbol, const HwPlace *place,
                            HwError *error);

/* Closes the file and frees the buffer; NULL is allowed. */
void hw_image_close(HwImage *image);

/* The open file, for dlopen through /proc; the image's until it is closed. */
int hw_image_fd(const HwImage *image);

/*
 * The part of the file that may run code as it is loaded, as "initialisers".  NULL if there
 * is none, and the inspection is all that is needed.
 */
const char *hw_image_unproven(const HwImage *image);

/* True if the open file has the size and the times that it had when it was opened. */
bool hw_image_is_unchanged(const HwImage *image);

/* The data object and its size in bytes.  Lies within the image. */
const void *hw_image_symbol(const HwImage *image, uint64_t *size);

/*
 * Frees the buffer, so that the inspected and the loaded object don't take memory at the same
 * time.  Until hw_image_loaded_at() only the file can be asked for.
 */
void hw_image_forget(HwImage *image);

/*
 * Says that the file is now loaded, with virtual address 0 at `bias`.  Frees the
 * buffer; from here on the functions speak of the loaded object.
 */
void hw_image_loaded_at(HwImage *image, uintptr_t bias);

/* True if the `size` bytes at `p` lie in one readable segment. */
bool hw_image_contains(const HwImage *image, const void *p, uint64_t size);

/*
 * True if `p`, the value of a hook, may be a function: it lies in an executable segment of
 * the image, or is imported.  Before the file is loaded, all imports have one address that
 * is code and lies in no segment.  Afterwards an import lies in an executable segment of
 * any loaded object.
 */
bool hw_image_is_code(const HwImage *image, uintptr_t p);

/* True if a string starts at `p` and ends in its segment, within the limit. */
bool hw_image_has_string(const HwImage *image, const char *p);

#endif
