/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/io/frames.h"

#include "qtest/host/io/log.h"

void ob_frames_init(ObFrames *frames, uint32_t longest)
{
    frames->input = g_byte_array_new();
    frames->longest = longest;
    frames->deaf = false;
}

void ob_frames_clear(ObFrames *frames)
{
    g_clear_pointer(&frames->input, g_byte_array_unref);
}

void ob_frames_restart(ObFrames *frames)
{
    g_byte_array_set_size(frames->input, 0);
    frames->deaf = false;
}

void ob_frame_head(uint8_t head[OB_FRAME_HEAD], uint32_t size)
{
    head[0] = (uint8_t)(size >> 24);
    head[1] = (uint8_t)(size >> 16);
    head[2] = (uint8_t)(size >> 8);
    head[3] = (uint8_t)size;
}

static uint32_t frame_length(const uint8_t *head)
{
    return (uint32_t)head[0] << 24 | (uint32_t)head[1] << 16 | (uint32_t)head[2] << 8 | head[3];
}

/* The size of the first frame with its head, or 0 if it has not ended. */
static size_t frame_whole(ObFrames *frames, const uint8_t *bytes, size_t count, const char *who)
{
    uint32_t length = count >= OB_FRAME_HEAD ? frame_length(bytes) : 0;

    if (count >= OB_FRAME_HEAD && (length == 0 || length > frames->longest)) {
        ob_report_warning("%s: the peer sent a frame of %u bytes, expected 1 to %u: its further "
                          "bytes are lost",
                          who, length, frames->longest);
        frames->deaf = true;
        return 0;
    }
    return count >= OB_FRAME_HEAD && count - OB_FRAME_HEAD >= length ? OB_FRAME_HEAD + length : 0;
}

void ob_frames_read(ObFrames *frames, const char *bytes, size_t count, const char *who,
                    void (*frame)(void *opaque, const uint8_t *bytes, size_t size), void *opaque)
{
    GByteArray *input = frames->input;
    size_t done = 0;
    size_t whole;

    if (frames->deaf) {
        return;
    }
    g_byte_array_append(input, (const guint8 *)bytes, (guint)count);
    while ((whole = frame_whole(frames, input->data + done, input->len - done, who))) {
        frame(opaque, input->data + done + OB_FRAME_HEAD, whole - OB_FRAME_HEAD);
        done += whole;
    }
    g_byte_array_remove_range(input, 0, frames->deaf ? input->len : (guint)done);
}
