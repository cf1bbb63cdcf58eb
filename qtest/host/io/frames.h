/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames on a byte stream, each behind its length in four bytes, the highest first. */
#ifndef OB_HOST_IO_FRAMES_H
#define OB_HOST_IO_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#define OB_FRAME_HEAD 4u

typedef struct ObFrames {
    GByteArray *input; /* a frame that has not ended */
    uint32_t longest;
    bool deaf; /* the peer has sent a length that no frame has: nothing can be read after it */
} ObFrames;

void ob_frames_init(ObFrames *frames, uint32_t longest);
void ob_frames_clear(ObFrames *frames);

/* For a new peer. */
void ob_frames_restart(ObFrames *frames);

/* Calls `frame` for each frame that has ended.  The first wrong length is a warning about `who`:
 * "netdev 'n'". */
void ob_frames_read(ObFrames *frames, const char *bytes, size_t count, const char *who,
                    void (*frame)(void *opaque, const uint8_t *bytes, size_t size), void *opaque);

/* Writes the length of a frame. */
void ob_frame_head(uint8_t head[OB_FRAME_HEAD], uint32_t size);

#endif
