/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.device-tree/1 - nodes in the device tree that a machine hands to its guest
 * (Devicetree Specification 0.4).  A draft: it may change or go.
 *
 * The tree is made before the machine starts: call these functions in `realize`.  A class
 * that works without a tree does not require the service.
 */
#ifndef HW_EXT_DRAFT_DEVICE_TREE_H
#define HW_EXT_DRAFT_DEVICE_TREE_H

#include "hw-api/hw-api.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HW_DEVICE_TREE "hw.device-tree/1"

/* The reader of a node.  UEFI firmware that offers ACPI tables does not pass the tree on; U-Boot
 * does, and a host can't know each firmware. */
typedef enum HwDeviceTreeReader {
    HW_DEVICE_TREE_FIRMWARE = 1, /* firmware alone: no operating system sees the node */
    HW_DEVICE_TREE_SYSTEM = 2,   /* the operating system; firmware may see the node too */
} HwDeviceTreeReader;

typedef struct HwDeviceTree {
    HwAbi abi;

    /*
     * Adds a node below the root for a device of `size` bytes at `address`, the property
     * "reg".  The node's name has the address: "/tpm@b000000" for "tpm".  `reader` is an
     * HwDeviceTreeReader.  False: this machine has no tree for this reader, or the node
     * already exists.  [device lock & realize]
     */
    bool (*add_node)(HwDevice *dev, const char *name, uint64_t address, uint64_t size,
                     uint32_t reader);

    /* Sets a property of the node, and copies the bytes.  Numbers are big-endian cells.
     * [device lock & realize] */
    void (*set)(HwDevice *dev, const char *name, uint64_t address, const char *property,
                const void *value, uint32_t size);

    /* Sets "interrupts" of the node to hw.acpi/1's event for `gpe`.  [device lock & realize] */
    void (*set_event)(HwDevice *dev, const char *name, uint64_t address, uint32_t gpe);

    /* Sets "interrupts" of the node to hw_irq_set()'s `line`, active high.
     * [device lock & realize] */
    void (*set_interrupt)(HwDevice *dev, const char *name, uint64_t address, uint32_t line);
} HwDeviceTree;

/* NULL on a host that has no device trees.  [device lock & alive] */
static inline const HwDeviceTree *hw_device_tree(HwDevice *dev)
{
    return (const HwDeviceTree *)dev->host->query(dev->host, HW_DEVICE_TREE);
}

#ifdef __cplusplus
}
#endif

#endif
