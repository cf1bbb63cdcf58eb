/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of a virtio device that a transport reaches: what a driver reads and writes. */
#ifndef HW_DEVICE_VIRTIO_TRANSPORT_H
#define HW_DEVICE_VIRTIO_TRANSPORT_H

#include "hw-api/device/virtio/virtio.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HW_VIRTIO_ISR_QUEUE  HW_BIT(0)
#define HW_VIRTIO_ISR_CONFIG HW_BIT(1)

typedef enum HwVirtioPart {
    HW_VIRTIO_DESCRIPTORS,
    HW_VIRTIO_DRIVER_PART,
    HW_VIRTIO_DEVICE_PART,
} HwVirtioPart;

/* The 32 features that the driver has selected. */
uint32_t hw_virtio_features_offered(const HwVirtio *s);
uint32_t hw_virtio_features_accepted(const HwVirtio *s);
void hw_virtio_features_accept(HwVirtio *s, uint32_t value);

/* 0 resets the device; other values add bits (2.1.1). */
void hw_virtio_status_write(HwVirtio *s, uint32_t value);

/* The selected queue; NULL: the device has no such queue. */
HwVirtioQueue *hw_virtio_selected(HwVirtio *s);
uint32_t hw_virtio_queue_most(const HwVirtio *s); /* entries; 0: no such queue */

uint32_t hw_virtio_queue_most_of(const HwVirtio *s, uint32_t queue);

/* Change the selected queue.  They log the guest's error and change nothing if the queue is enabled
 * or does not exist, or the value is not allowed. */
void hw_virtio_queue_resize(HwVirtio *s, uint32_t entries);
void hw_virtio_queue_place(HwVirtio *s, HwVirtioPart part, bool high, uint32_t value);
void hw_virtio_queue_enable(HwVirtio *s);
void hw_virtio_queue_disable(HwVirtio *s);
void hw_virtio_queue_reset(HwVirtio *s); /* in use or not */
uint64_t hw_virtio_queue_part(HwVirtio *s, HwVirtioPart part);

bool hw_virtio_queue_is_aligned(const HwVirtioQueue *queue);
bool hw_virtio_size_fits(uint32_t entries, uint32_t most);
bool hw_virtio_features_fit(const HwVirtio *s, uint64_t accepted);

/* Check numbers that a stream has brought; `queue` is a queue as it would be. */
bool hw_virtio_features_check(const HwVirtio *s, uint64_t accepted, HwError *error);
bool hw_virtio_size_check(const HwVirtio *s, uint32_t number, uint32_t entries, uint32_t most,
                          HwError *error);
bool hw_virtio_queue_check(const HwVirtio *s, uint32_t number, const HwVirtioQueue *queue,
                           HwError *error);

/* The driver's words of the window in configuration space: BAR, offset, length.  NULL: the class has
 * no window. */
uint32_t *hw_virtio_pci_window_words(HwDevice *dev);

/* Brings a queue to its state after a reset. */
void hw_virtio_queue_clear(HwVirtio *s, uint32_t number);

/* Serve a queue, or all of them, if they run. */
void hw_virtio_queue_run(HwVirtio *s, uint32_t queue);
void hw_virtio_queues_run(HwVirtio *s);

/* The driver's notification. */
void hw_virtio_kick(HwVirtio *s, uint32_t queue);

/* Interrupts the driver: by the message, or by the bit of the ISR. */
void hw_virtio_interrupt(HwVirtio *s, uint16_t vector, uint32_t isr);

#ifdef __cplusplus
}
#endif

#endif
