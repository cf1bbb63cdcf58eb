/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last picture of a screen, and which of its parts have changed since a viewer looked.  One
 * thread takes pictures, any threads follow.  No call waits for anything but a copy of pixels.
 */
#ifndef OB_FRAME_H
#define OB_FRAME_H

#include "hw-api/host/run/pixels.h"
#include "hw-api/host/run/screen.h"

/* A change is found by comparison, in tiles of this size. */
#define OB_FRAME_TILE_WIDTH  64u
#define OB_FRAME_TILE_HEIGHT 16u

typedef struct ObFrame ObFrame;

/* A frame of black pixels.  Returns NULL and sets `error` on failure. */
ObFrame *ob_frame_new(uint32_t width, uint32_t height, HwError *error);
void ob_frame_free(ObFrame *frame); /* NULL is allowed */

/*
 * Takes the image's pixels.  `rows` says which lines may have changed; lines outside of it are
 * not read.  Sets `changed` if some pixel did.  Returns false and sets `error` on failure: then the
 * frame is as it was.  The frame's one thread.
 */
typedef struct ObFrameRows {
    uint32_t first, count;
} ObFrameRows;
bool ob_frame_take(ObFrame *frame, const HwImage *image, ObFrameRows rows, bool *changed,
                   HwError *error);

/* A viewer's own copy.  Zeros are a viewer that has seen nothing. */
typedef struct ObFrameCopy {
    uint32_t width, height;
    uint32_t *pixels; /* 0x00RRGGBB in the host's byte order, the highest byte undefined */
    uint64_t seen;
} ObFrameCopy;

typedef struct ObFrameFollower {
    /* The copy has other pixels in this rectangle. */
    void (*changed)(void *opaque, uint32_t x, uint32_t y, uint32_t width, uint32_t height);
    void *opaque;
} ObFrameFollower;

/* True if the frame has another size than the copy.  Any thread. */
bool ob_frame_resized(ObFrame *frame, const ObFrameCopy *copy);

/*
 * Gives the copy the frame's size and new memory; the caller frees the old memory, which it still
 * may use.  Returns false if out of memory: then the copy is as it was.  Any thread.
 */
bool ob_frame_resize(ObFrame *frame, ObFrameCopy *copy);

/* Copies what has changed since the last call, and names it.  If the sizes differ, it takes what
 * fits.  Any thread, not two of them with one copy. */
void ob_frame_follow(ObFrame *frame, ObFrameCopy *copy, const ObFrameFollower *follower);

#endif
