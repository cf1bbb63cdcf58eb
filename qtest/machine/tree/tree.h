/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device tree of a machine (Devicetree Specification 0.4): its own nodes, and those that devices
 * add.  tree.rst describes it.  Under the device lock.
 */
#ifndef OB_TREE_H
#define OB_TREE_H

#include <glib.h>

#include "qtest/machine/core/host.h"

struct ObDevice;

/* Makes room for devices' nodes.  Nodes name one another by numbers from `phandle_start` on; 0:
 * QEMU's.  The service is for hosts that have called this. */
void ob_tree_create(ObHost *host, uint32_t phandle_start);
void ob_tree_free(ObHost *host);
const struct HwDeviceTree *ob_tree_service(void);

/* The device takes its nodes along. */
void ob_tree_device_leaves(struct ObDevice *device);

/* Returns the tree as it is now, in the flattened format; the caller frees it.  NULL with a sentence
 * if the machine has none, or libfdt is missing. */
GByteArray *ob_host_tree(ObHost *host, HwError *error);

/* Writes it to a file.  Returns false and sets `error` on failure. */
bool ob_host_tree_dump(ObHost *host, const char *path, HwError *error);

#endif
