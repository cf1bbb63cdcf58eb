/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Drives the virtio network card as a driver does. */
#ifndef TESTS_VIRTIO_CARD_H
#define TESTS_VIRTIO_CARD_H

#include "qtest/client/drivers/virtio.h"

enum {
    VIRTIO_CARD_RING = 16,      /* entries of both rings */
    VIRTIO_CARD_BUFFER = 0x800, /* bytes between buffers */
};

/* Features that card_open() accepts. */
#define VIRTIO_CARD_MERGE (UINT64_C(1) << 15)

typedef struct VirtioCard {
    VirtioDriver driver;
    uint64_t buffers; /* in memory: those to receive, then the one to send */
    uint32_t size;    /* each buffer to receive has it */
    bool merges;      /* VIRTIO_CARD_MERGE is accepted */
} VirtioCard;

/* Starts the card of a driver, with all of its ring's buffers to receive; 0: with none.  VERSION_1
 * is accepted in any case. */
VirtioCard virtio_card_start(VirtioDriver driver, uint64_t features, uint32_t buffer_size);

/* Sends a frame of two buffers, header and frame, and waits until the card has taken it. */
void virtio_card_send(VirtioCard *card, const void *frame, size_t size);

bool virtio_card_has_frame(VirtioCard *card);

/* Waits for a frame and takes it, from several buffers too.  Returns its size. */
size_t virtio_card_receive(VirtioCard *card, uint8_t *frame, size_t capacity);

/* Offers a command of `size` bytes to the control queue, with `room` bytes for the answer.  Returns the
 * answer's place. */
uint64_t virtio_card_command_offer(VirtioCard *card, const void *bytes, uint32_t size,
                                   uint32_t room);

/* Gives a command, and waits for its answer. */
uint8_t virtio_card_command(VirtioCard *card, const void *bytes, uint32_t size);

#endif
