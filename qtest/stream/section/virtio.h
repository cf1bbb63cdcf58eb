/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Field "virtio" of a device's section, which QEMU describes as bytes alone: the transport's state,
 * then status, features, the device's configuration and queues.  The layout has been the same since
 * QEMU 2.4.  The transports here are PCI, MMIO and CCW.
 */
#ifndef OB_VM_VIRTIO_H
#define OB_VM_VIRTIO_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define OB_VIRTIO_TYPE   "virtio" /* the field's type in a description */
#define OB_VIRTIO_QUEUES 1024u    /* QEMU's limit */

typedef struct ObVirtioQueue {
    uint32_t entries;
    uint64_t address; /* the descriptors'; 0: the guest does not use the queue */
    uint16_t next;    /* the next entry that the device looks at */
} ObVirtioQueue;

typedef struct ObVirtio {
    const char *device; /* "virtio-net" */
    uint8_t status;
    uint64_t features;      /* those that the guest has accepted */
    uint32_t config_length; /* depends on the features that the device offers */
    uint32_t queue_count;
    ObVirtioQueue queues[OB_VIRTIO_QUEUES];
} ObVirtio;

/* `section`: "0000:00:01.0/virtio-net".  False if the bytes have another layout. */
bool ob_virtio_parse(ObVirtio *virtio, const char *section, const uint8_t *bytes, size_t size);

/* "0x100010020 (MAC, STATUS, VERSION_1)" and "0xf (ACKNOWLEDGE, ...)"; the caller frees them. */
char *ob_virtio_features(const ObVirtio *virtio, uint64_t features);
char *ob_virtio_status(const ObVirtio *virtio);

/* The features in use that a device with this length of its configuration can't offer. */
uint64_t ob_virtio_lacking(const ObVirtio *virtio, uint32_t config_length);

/* The whole as pairs of strings, "features" and "0x...".  The caller releases the array. */
GPtrArray *ob_virtio_lines(const ObVirtio *virtio);

#endif
