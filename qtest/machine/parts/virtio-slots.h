/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The 32 transports of virtio over MMIO that virt has in QEMU, below its PCI windows.  Each is empty:
 * a driver finds the magic number and no device (VIRTIO 1.2, 4.2.2.2).  Devices are elsewhere, at
 * addresses of their own.
 */
#ifndef OB_VIRTIO_SLOTS_H
#define OB_VIRTIO_SLOTS_H

#include "qtest/machine/core/host.h"

/* Adds them to the host, if its machine has them.  Returns false and sets `error` on failure. */
bool ob_virtio_slots_create(ObHost *host, HwError *error);

#endif
