/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An address space with one region, and MemTxAttrs of the test's choice. */
#ifndef OB_TEST_FAKE_MEMORY_H
#define OB_TEST_FAKE_MEMORY_H

#include <stdint.h>

/* QEMU's own reads have these attributes.  0: they do not reach the region. */
extern uint64_t fake_own_attributes;

/* QEMU keeps these bits of an access's attributes. */
extern uint64_t fake_kept_attributes;

/* An access with one of these bits is refused. */
extern uint64_t fake_refused_attributes;

/* The region is in an address space. */
int fake_memory_is_mapped(void);

#endif
