/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An instance's properties by name, before and after realize.  Under the device lock. */
#ifndef HW_HOST_PROPERTY_H
#define HW_HOST_PROPERTY_H

#include "hw-api/host/run/instance.h"

/* The property with this name; NULL: the class does not have it. */
const HwProperty *hw_instance_property(const HwInstance *instance, const char *name);

/* Parses `text` and stores the value.  Once the device is realized, calls the property's set
 * hook instead, then update.  Returns false with a sentence on failure:
 * "beacon: irq-line: 99 is out of range, expected 0 to 15". */
bool hw_instance_set(HwInstance *instance, const char *property, const char *text, HwError *error);

/* Writes the value as text, "on", "5", "0xfed40000"; a NULL string as "".  Once the device is
 * realized, the property's get hook writes the value. */
void hw_instance_get(const HwInstance *instance, const HwProperty *property, char *text,
                     size_t capacity);

#endif
