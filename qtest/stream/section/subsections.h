/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Subsections at any depth of a section: of the device, and of the structs among its fields. */
#ifndef OB_VM_SUBSECTIONS_H
#define OB_VM_SUBSECTIONS_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* Returns the first 256 names, each once, in the payload's order; the caller releases the array. */
GPtrArray *ob_vm_subsections(const json_t *description);

/* True if all bytes of the subsections of this name are 0. */
bool ob_vm_subsection_is_zero(const json_t *description, const uint8_t *payload, size_t size,
                              const char *name);

/* Removes the subsections of this name from both.  Returns their number.  `description` fits
 * `payload` before and after. */
unsigned ob_vm_subsection_cut(json_t *description, GByteArray *payload, const char *name);

#endif
