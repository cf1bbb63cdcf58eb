/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The values of properties: as text, and in an instance's bytes. */
#ifndef HW_HOST_PROPERTY_VALUE_H
#define HW_HOST_PROPERTY_VALUE_H

#include "hw-api/hw-api.h"

/* "on", "yes", "true", "y", or their opposites, in either case. */
bool hw_property_parse_bool(const char *text, bool *value);

/* A C literal in base 8, 10 or 16. */
bool hw_property_parse_number(const char *text, uint64_t *value);

/* A number of bytes, as QEMU reads it: "4096", "0x1000", "4K", "1.5G", rounded to a whole byte.  Without
 * a suffix, or with that of bytes, there is no part of a byte. */
bool hw_property_parse_size(const char *text, uint64_t *value);

/* The largest value that the property takes, if it is a number. */
uint64_t hw_property_maximum(const HwProperty *property);

/* For all types but strings. */
void hw_property_store(HwDevice *dev, const HwProperty *property, uint64_t value);
uint64_t hw_property_load(const HwDevice *dev, const HwProperty *property);

/* The instance points to `text`, which must outlive it. */
void hw_property_store_string(HwDevice *dev, const HwProperty *property, const char *text);
const char *hw_property_string(const HwDevice *dev, const HwProperty *property);

void hw_property_store_defaults(HwDevice *dev, const HwProperties *properties);

/* The value in the form that -device takes, "on", "5", "0xfed40000"; for all types but strings. */
void hw_property_format(const HwProperty *property, uint64_t value, char *text, size_t capacity);

#endif
