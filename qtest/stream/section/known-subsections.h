/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The subsections that releases of QEMU know.  A destination that has not sent a subsection itself,
 * because its guest has not run, may know it all the same.
 */
#ifndef OB_VM_KNOWN_SUBSECTIONS_H
#define OB_VM_KNOWN_SUBSECTIONS_H

#include <stdbool.h>

/* True if QEMU 7.2 and all later releases know the subsection. */
bool ob_vm_subsection_is_old(const char *name);

/* The last release that was seen not to know it: "7.2", "10.0"; NULL: not known here. */
const char *ob_vm_subsection_unknown_to(const char *name);

#endif
