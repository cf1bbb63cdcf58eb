/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drives a modern virtio device as a driver does, over MMIO or PCI: features, split rings,
 * notifications (VIRTIO 1.2).  The rings lie in guest memory that the caller chooses.  A test may
 * write them itself, wrongly too.
 */
#ifndef OB_CLIENT_VIRTIO_H
#define OB_CLIENT_VIRTIO_H

#include "hw-api/device/virtio/virtio.h"
#include "qtest/client/drivers/pci.h"

enum {
    VIRTIO_RINGS = 4,
    VIRTIO_RING_ROOM = 0x4000, /* bytes of memory for each ring */

    VIRTIO_NEXT = 1, /* flags of a descriptor */
    VIRTIO_WRITE = 2,
    VIRTIO_INDIRECT = 4,
};

/* The common part of the device's configuration, as a driver reads and writes it. */
typedef enum VirtioField {
    VIRTIO_OFFERED_SELECT,
    VIRTIO_OFFERED,
    VIRTIO_ACCEPTED_SELECT,
    VIRTIO_ACCEPTED,
    VIRTIO_STATUS,
    VIRTIO_GENERATION,
    VIRTIO_QUEUE_SELECT,
    VIRTIO_QUEUE_SIZE,
    VIRTIO_QUEUE_MOST, /* over PCI the size, too */
    VIRTIO_QUEUE_ENABLE,
    VIRTIO_QUEUE_DESCRIPTORS, /* the low half; the high half follows */
    VIRTIO_QUEUE_DESCRIPTORS_HIGH,
    VIRTIO_QUEUE_DRIVER,
    VIRTIO_QUEUE_DRIVER_HIGH,
    VIRTIO_QUEUE_DEVICE,
    VIRTIO_QUEUE_DEVICE_HIGH,
    VIRTIO_QUEUE_RESET,
    VIRTIO_FIELDS,
} VirtioField;

typedef struct VirtioRing {
    uint64_t descriptors, driver, device; /* addresses */
    uint16_t size;
    uint16_t next; /* the descriptor that virtio_add() takes next */
    uint16_t available;
    uint16_t used; /* virtio_used() has read so far */
} VirtioRing;

typedef struct VirtioDriver {
    ObClient *client; /* owned by the caller */
    uint64_t base;    /* over MMIO */
    uint32_t address; /* over PCI: the function's */
    PciBar bar;
    uint32_t common, isr, config, notify; /* offsets in the BAR */
    uint64_t memory;                      /* the rings lie there */
    VirtioRing rings[VIRTIO_RINGS];
} VirtioDriver;

VirtioDriver virtio_of_mmio(ObClient *client, uint64_t base, uint64_t memory);

/* The function number `index` with this device's id.  Maps the BAR, and lets it do DMA. */
VirtioDriver virtio_of_pci(PciBus *bus, uint16_t id, uint32_t index, uint64_t memory);

/* The place in configuration space of the window to the BAR; a function without it fails. */
uint32_t virtio_window(const PciBus *bus, const VirtioDriver *d);

uint32_t virtio_get(const VirtioDriver *d, VirtioField field);
void virtio_set(const VirtioDriver *d, VirtioField field, uint32_t value);
uint32_t virtio_status(const VirtioDriver *d);
uint64_t virtio_offered(const VirtioDriver *d);
void virtio_reset(VirtioDriver *d);

/* The bits of the ISR.  Clears them. */
uint32_t virtio_isr(const VirtioDriver *d);

/* A byte of the device's own configuration. */
uint8_t virtio_config(const VirtioDriver *d, uint32_t offset);

/* Accepts the features, up to FEATURES_OK.  Returns false if the device refuses them. */
bool virtio_negotiate(VirtioDriver *d, uint64_t features);

/* Places the queue's ring in memory, and enables the queue. */
void virtio_ring_start(VirtioDriver *d, uint32_t queue, uint16_t size);
void virtio_driver_ok(const VirtioDriver *d);

void virtio_descriptor(const VirtioDriver *d, uint64_t table, uint32_t index, uint64_t address,
                       uint32_t size, uint16_t flags, uint16_t next);

/* Makes the chain with this head available. */
void virtio_offer(VirtioDriver *d, uint32_t queue, uint16_t head);

/* Makes one buffer available, without a notification.  Returns its descriptor. */
uint16_t virtio_add(VirtioDriver *d, uint32_t queue, uint64_t address, uint32_t size,
                    uint16_t flags);
void virtio_kick(const VirtioDriver *d, uint32_t queue);

/* Takes the next used chain.  Returns false if there is none. */
bool virtio_used(VirtioDriver *d, uint32_t queue, uint32_t *head, uint32_t *written);

#endif
