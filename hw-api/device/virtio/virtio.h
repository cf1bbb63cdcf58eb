/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Virtio devices (Virtual I/O Device Version 1.2, "VIRTIO"), modern ones alone: VIRTIO_F_VERSION_1
 * is always offered, and a driver that does not accept it is refused.
 *
 * A device describes its queues in a table and serves one chain of buffers at a time.  These files
 * do the rest: status, features, split rings, indirect descriptors, the event index, interrupts and
 * the state in a stream.  mmio.h and pci.h have the two transports.
 *
 *     typedef struct Echo {
 *         HwVirtio virtio;      // first, with this name
 *         uint32_t config[1];
 *         ...
 *     } Echo;
 *
 *     static bool echo_serve(HwDevice *dev, const HwVirtioChain *chain, uint32_t *written);
 *
 *     static const HwVirtioModel echo = {
 *         .id = 42, .queues = HW_ROWS(HwVirtioQueueModel, { "requests", 128, .serve = echo_serve }),
 *     };
 *
 * The driver's memory is hostile: it may change at any time.  These files read each number once, and
 * check it.  They do bounded work in each call.  A driver that breaks a rule of the rings gets a
 * broken device, which does nothing until its reset: DEVICE_NEEDS_RESET (VIRTIO 2.1.1).
 *
 * All functions: under the device lock, from realize on.
 */
#ifndef HW_DEVICE_VIRTIO_H
#define HW_DEVICE_VIRTIO_H

#include "hw-api/ext/guest-memory.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HW_VIRTIO_QUEUES 8u /* at most in a device */
/* Entries, as in QEMU; so many descriptors a chain may have, too (2.7.5.3.1). */
#define HW_VIRTIO_QUEUE_MAX 1024u
#define HW_VIRTIO_CONFIG    64u /* bytes of a configuration in a stream, at most */
#define HW_VIRTIO_WINDOW    3u  /* words of the window over PCI that a driver stores */
#define HW_VIRTIO_NO_VECTOR 0xffffu

/* Device status (2.1). */
#define HW_VIRTIO_ACKNOWLEDGE HW_BIT(0)
#define HW_VIRTIO_DRIVER      HW_BIT(1)
#define HW_VIRTIO_DRIVER_OK   HW_BIT(2)
#define HW_VIRTIO_FEATURES_OK HW_BIT(3)
#define HW_VIRTIO_NEEDS_RESET HW_BIT(6)
#define HW_VIRTIO_FAILED      HW_BIT(7)

/* Features of all devices (6). */
#define HW_VIRTIO_FEATURE(n)      (UINT64_C(1) << (n))
#define HW_VIRTIO_INDIRECT        HW_VIRTIO_FEATURE(28)
#define HW_VIRTIO_EVENT_INDEX     HW_VIRTIO_FEATURE(29)
#define HW_VIRTIO_VERSION_1       HW_VIRTIO_FEATURE(32)
#define HW_VIRTIO_ACCESS_PLATFORM HW_VIRTIO_FEATURE(33)
#define HW_VIRTIO_RING_RESET      HW_VIRTIO_FEATURE(40)

/* A descriptor's buffer, at an address that nobody has checked. */
typedef struct HwVirtioBuffer {
    uint64_t address;
    uint64_t size;
} HwVirtioBuffer;

/* Buffers that the driver has made available together: first those that the device reads, then
 * those that it writes. */
typedef struct HwVirtioChain {
    uint16_t head;               /* names the chain towards the driver */
    uint16_t readable, writable; /* numbers of buffers */
    uint64_t readable_bytes, writable_bytes;
    HwVirtioBuffer buffers[HW_VIRTIO_QUEUE_MAX];
} HwVirtioChain;

typedef struct HwVirtioQueueModel {
    const char *name; /* for messages */
    uint32_t size;    /* entries at most: a power of two up to HW_VIRTIO_QUEUE_MAX */

    /*
     * Serves a chain, valid during the call, and stores the number of bytes written to its buffers.
     * The chain then goes back to the driver.  False: no further chain before hw_virtio_resume().
     * NULL: the device takes chains itself, by hw_virtio_pop().
     */
    bool (*serve)(HwDevice *dev, const HwVirtioChain *chain, uint32_t *written);

    /* Without `serve`: the driver may have made chains available.  May be NULL. */
    void (*kicked)(HwDevice *dev);
} HwVirtioQueueModel;
HW_TABLE_TYPE(HwVirtioQueueModels, HwVirtioQueueModel);

/* A kind of device: a constant. */
typedef struct HwVirtioModel {
    uint32_t id;       /* 5; 1 is a network card */
    uint64_t features; /* besides those of these files */
    HwVirtioQueueModels queues;

    /* The driver or the machine has reset the device.  May be NULL. */
    void (*reset)(HwDevice *dev);
} HwVirtioModel;

/* Addresses and sizes are the driver's; nothing but their alignment was checked. */
typedef struct HwVirtioQueue {
    uint64_t descriptors, driver, device; /* addresses of the ring's parts (2.7) */
    uint16_t size;                        /* entries */
    uint16_t vector;                      /* PCI: its message */
    uint16_t next;                        /* index of the next chain in the driver's part */
    uint16_t used;                        /* index in the device's part */
    uint8_t enabled;

    /* Not saved, or as PCI's streams have it. */
    uint8_t has_told;
    uint8_t lacks_used; /* a stream has brought the queue without `used`: memory has it */
    uint16_t most;      /* entries that a stream has allowed; 0: as the model says */
    uint16_t told;      /* `used` when an interrupt was last due */
    uint16_t seen;      /* the driver's index, as read last */
    uint16_t popped;    /* since the last publication */
    uint16_t pushed;
} HwVirtioQueue;

/* The parts of the state that have another form in a stream of QEMU's (pci-state.c). */
typedef struct HwVirtioStored {
    uint64_t all_features;
    uint32_t features;    /* the low half */
    uint32_t accepted[2]; /* the driver's last words */
    uint32_t config_size;
    uint8_t config[HW_VIRTIO_CONFIG];
    uint32_t queue_count;
    uint16_t queue_select;
    uint8_t broken, started, disabled;
    uint32_t size[HW_VIRTIO_QUEUES];
    uint32_t most[HW_VIRTIO_QUEUES];
    uint64_t descriptors[HW_VIRTIO_QUEUES];
    uint32_t window[HW_VIRTIO_WINDOW];
    uint64_t rings[HW_VIRTIO_QUEUES][2]; /* the driver's part, the device's */
    uint32_t chosen[HW_VIRTIO_QUEUES]
                   [7]; /* a driver's last words: size and enabled, three addresses */
} HwVirtioStored;

/* The head of each virtio device's instance. */
typedef struct HwVirtio {
    HwDevice dev;
    const HwVirtioModel *model;
    const HwGuestMemory *memory;
    uint64_t offered; /* features */
    uint64_t accepted;
    uint32_t offered_select, accepted_select;
    uint16_t queue_select;
    uint16_t vector; /* PCI: the message of changes of the configuration */
    uint8_t status;
    uint8_t isr;        /* the interrupt's causes (4.1.4.5) */
    uint8_t generation; /* counts changes of the configuration */
    uint8_t paused;     /* a bit for each queue whose `serve` has answered false */
    uint8_t posted;     /* a bit for each queue that goes on by a posted call */
    HwVirtioQueue queues[HW_VIRTIO_QUEUES];
    HwVirtioStored stored; /* over PCI */

    /* The transport's message.  False, or NULL: the transport has no messages now. */
    bool (*message)(HwDevice *dev, uint16_t vector);

    uint32_t words[0x100 / 4]; /* none is stored: the registers of mmio.h have hooks */
    HwVirtioChain chain;       /* the one that is served */
} HwVirtio;

/* ------------------------------------------------------------------- for hooks */

/* Call it first in realize.  `features` are offered besides the model's. */
void hw_virtio_init(HwDevice *dev, const HwVirtioModel *model, uint64_t features);

/* The hooks `reset` and `loaded`, and the state's `post_load`.  `reset` calls the model's, `loaded`
 * serves the queues. */
void hw_virtio_reset(HwDevice *dev);
void hw_virtio_loaded(HwDevice *dev);
bool hw_virtio_post_load(HwDevice *dev, uint32_t version, HwError *error);

/* Rows of the state: those of the device, then those of each queue.  Over PCI the state has QEMU's
 * form: pci.h. */
/* clang-format off */
#define HW_VIRTIO_SAVED(Struct)                                                               \
    HW_SAVED_AS("status", Struct, virtio.status, 0), HW_SAVED_AS("isr", Struct, virtio.isr, 0), \
    HW_SAVED_AS("queue_sel", Struct, virtio.queue_select, 0),                                 \
    HW_SAVED_AS("guest_features", Struct, virtio.accepted, 0),                                \
    HW_SAVED_AS("host_features_sel", Struct, virtio.offered_select, 0),                       \
    HW_SAVED_AS("guest_features_sel", Struct, virtio.accepted_select, 0),                     \
    HW_SAVED_AS("config_vector", Struct, virtio.vector, 0),                                   \
    HW_SAVED_AS("generation", Struct, virtio.generation, 0)
#define HW_VIRTIO_SAVED_QUEUE(Struct, n) HW_VIRTIO_SAVED_QUEUE_SINCE(Struct, n, 0)
#define HW_VIRTIO_SAVED_QUEUE_SINCE(Struct, n, since)                                         \
    HW_SAVED_AS("vq" #n ".num", Struct, virtio.queues[n].size, since),                            \
    HW_SAVED_AS("vq" #n ".enabled", Struct, virtio.queues[n].enabled, since),                     \
    HW_SAVED_AS("vq" #n ".desc", Struct, virtio.queues[n].descriptors, since),                    \
    HW_SAVED_AS("vq" #n ".avail", Struct, virtio.queues[n].driver, since),                        \
    HW_SAVED_AS("vq" #n ".used", Struct, virtio.queues[n].device, since),                         \
    HW_SAVED_AS("vq" #n ".last_avail_idx", Struct, virtio.queues[n].next, since),                 \
    HW_SAVED_AS("vq" #n ".used_idx", Struct, virtio.queues[n].used, since),                       \
    HW_SAVED_AS("vq" #n ".vector", Struct, virtio.queues[n].vector, since)
/* clang-format on */

/* ------------------------------------------------------------------ for models */

static inline bool hw_virtio_has(const HwVirtio *s, uint64_t feature)
{
    return (s->accepted & feature) != 0;
}

/* True if the driver runs the queue, and the device is not broken. */
bool hw_virtio_is_running(const HwVirtio *s, uint32_t queue);

/* The device's configuration has changed: tells the driver. */
void hw_virtio_config_changed(HwVirtio *s);

/* Serves a queue whose `serve` has answered false, later, in a posted call.  A reset by the driver
 * does not resume a queue. */
void hw_virtio_resume(HwVirtio *s, uint32_t queue);

/* Breaks the device, and logs the reason as the guest's error. */
void hw_virtio_break(HwVirtio *s, const char *format, ...) HW_PRINTF(2, 3);

/* Takes the next chain.  False: there is none, and the driver's next one kicks the queue. */
bool hw_virtio_pop(HwVirtio *s, uint32_t queue, HwVirtioChain *chain);

/* Gives a chain back, into whose buffers the device has written `written` bytes.  The driver sees it
 * after hw_virtio_publish(). */
void hw_virtio_push(HwVirtio *s, uint32_t queue, uint16_t head, uint32_t written);

/* Shows the driver all chains that were given back, at once, and interrupts it if it wants. */
void hw_virtio_publish(HwVirtio *s, uint32_t queue);

/* Undoes all pops and pushes since the last publication. */
void hw_virtio_cancel(HwVirtio *s, uint32_t queue);

/* Copy `size` bytes from the chain's readable buffers, or to its writable ones, at `offset`.  False:
 * they end before, or are not in RAM; the device is broken then. */
bool hw_virtio_read(HwVirtio *s, const HwVirtioChain *chain, uint64_t offset, void *to,
                    uint64_t size);
bool hw_virtio_write(HwVirtio *s, const HwVirtioChain *chain, uint64_t offset, const void *from,
                     uint64_t size);

#ifdef __cplusplus
}
#endif

#endif
