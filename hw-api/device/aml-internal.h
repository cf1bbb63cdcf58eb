/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files that assemble AML. */
#ifndef HW_DEVICE_AML_INTERNAL_H
#define HW_DEVICE_AML_INTERNAL_H

#include "hw-api/device/aml.h"

/* The kind of an open term: at its end, a resource template gets an end tag, too. */
typedef enum HwAmlTerm {
    HW_AML_TERM_PLAIN,
    HW_AML_TERM_RESOURCES,
} HwAmlTerm;
void hw_aml_begin(HwAml *aml, uint32_t op, HwAmlTerm kind);

void hw_aml_append(HwAml *aml, const void *bytes, uint32_t size);
void hw_aml_number(HwAml *aml, uint64_t value, uint32_t size); /* little-endian, up to 8 bytes */

/* Stores a PkgLength, up to 4 bytes, of less than 2^28.  Returns its size. */
uint32_t hw_aml_length(uint8_t *bytes, uint32_t length);

#endif
