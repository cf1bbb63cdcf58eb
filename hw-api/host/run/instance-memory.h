/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The memory of instances.  Under the device lock. */
#ifndef HW_HOST_INSTANCE_MEMORY_H
#define HW_HOST_INSTANCE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Instances that are made from here on end at an unmapped page: a device that reads or writes past
 * its struct ends the process.  For laboratories.  Counts for the whole process.  A build with
 * AddressSanitizer has the sanitizer's guards instead. */
void hw_instance_memory_guard(bool on);

/* Returns `size` bytes of zeros; NULL: no memory.  Free them with the same size and `is_guarded`. */
void *hw_instance_memory_new(size_t size, bool *is_guarded);
void hw_instance_memory_free(void *memory, size_t size, bool is_guarded); /* NULL is allowed */

#endif
