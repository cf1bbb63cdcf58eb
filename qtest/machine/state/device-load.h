/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads a device's section: the state of its class (hw-api/host/run/state.h) and, of a PCI
 * function, the configuration space in front of it.  A PCI function without a state has the
 * configuration space alone.
 */
#ifndef OB_DEVICE_LOAD_H
#define OB_DEVICE_LOAD_H

#include "qtest/machine/core/host.h"
#include "qtest/stream/codec/reader.h"

typedef struct ObDeviceLoad ObDeviceLoad;

/* The version of the section of a PCI function without a state. */
#define OB_FUNCTION_VERSION 1u

/* Finds the length of a section's payload; `instance` is an HwInstance. */
ObVmMeasure ob_device_measure(void *instance, const ObVmSection *section, const uint8_t *bytes,
                              size_t size, size_t *need, HwError *error);

/* The same as hw_state_load_prepare() and its neighbours. */
ObDeviceLoad *ob_device_load_prepare(HwInstance *instance, uint32_t version, const uint8_t *bytes,
                                     size_t size, HwError *error);
bool ob_device_load_commit(ObDeviceLoad *load, HwError *error);
void ob_device_load_rollback(ObDeviceLoad *load);
void ob_device_load_accept(ObDeviceLoad *load);
void ob_device_load_free(ObDeviceLoad *load);

/* The update that follows a load has been made: the device's interrupts count again. */
void ob_device_load_end(ObDeviceLoad *load);

#endif
