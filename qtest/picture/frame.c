/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/picture/frame.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/picture/pixels.h"

#define PIXEL 4u

struct ObFrame {
    pthread_mutex_t lock; /* held for all that other threads read, while it is written */
    uint32_t width, height;
    uint32_t *pixels;
    uint64_t *tiles; /* the number of the picture in which each has changed */
    uint64_t pictures;
    uint32_t *band; /* one row of tiles, converted */
};

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t columns_of(uint32_t width)
{
    return (width + OB_FRAME_TILE_WIDTH - 1) / OB_FRAME_TILE_WIDTH;
}

static uint32_t bands_of(uint32_t height)
{
    return (height + OB_FRAME_TILE_HEIGHT - 1) / OB_FRAME_TILE_HEIGHT;
}

static void memory_free(ObFrame *frame)
{
    free(frame->pixels);
    free(frame->tiles);
    free(frame->band);
}

/* Black pixels, all of which count as changed. */
static bool memory_make(ObFrame *frame, uint32_t width, uint32_t height)
{
    size_t tiles = (size_t)columns_of(width) * bands_of(height);
    ObFrame made = { .pixels = calloc(height, (size_t)width * PIXEL),
                     .tiles = calloc(tiles, sizeof(*made.tiles)),
                     .band = calloc(OB_FRAME_TILE_HEIGHT, (size_t)width * PIXEL) };

    if (!made.pixels || !made.tiles || !made.band) {
        memory_free(&made);
        return false;
    }
    for (size_t i = 0; i < tiles; i++) {
        made.tiles[i] = frame->pictures + 1;
    }
    pthread_mutex_lock(&frame->lock);
    memory_free(frame);
    frame->pixels = made.pixels;
    frame->tiles = made.tiles;
    frame->band = made.band;
    frame->width = width;
    frame->height = height;
    pthread_mutex_unlock(&frame->lock);
    return true;
}

ObFrame *ob_frame_new(uint32_t width, uint32_t height, HwError *error)
{
    ObFrame *frame = calloc(1, sizeof(*frame));

    if (frame) {
        pthread_mutex_init(&frame->lock, NULL);
    }
    if (!frame || !memory_make(frame, width, height)) {
        ob_frame_free(frame);
        hw_error_set(error, "frame: out of memory");
        return NULL;
    }
    frame->pictures = 1;
    return frame;
}

void ob_frame_free(ObFrame *frame)
{
    if (frame) {
        memory_free(frame);
        pthread_mutex_destroy(&frame->lock);
        free(frame);
    }
}

/* -------------------------------------------------------------------------- take */

typedef struct Lines {
    const uint32_t *pixels;
    size_t stride; /* pixels */
    uint32_t y, count;
} Lines;

static bool tile_differs(const ObFrame *frame, const Lines *lines, uint32_t x, size_t bytes)
{
    for (uint32_t i = 0; i < lines->count; i++) {
        if (memcmp(frame->pixels + (size_t)frame->width * (lines->y + i) + x,
                   lines->pixels + lines->stride * i + x, bytes) != 0) {
            return true;
        }
    }
    return false;
}

/* Nobody else writes to the frame, so only the writing needs the lock. */
static void tile_take(ObFrame *frame, const Lines *lines, uint32_t x, size_t bytes)
{
    pthread_mutex_lock(&frame->lock);
    for (uint32_t i = 0; i < lines->count; i++) {
        memcpy(frame->pixels + (size_t)frame->width * (lines->y + i) + x,
               lines->pixels + lines->stride * i + x, bytes);
    }
    frame->tiles[(size_t)columns_of(frame->width) * (lines->y / OB_FRAME_TILE_HEIGHT) +
                 x / OB_FRAME_TILE_WIDTH] = frame->pictures + 1;
    pthread_mutex_unlock(&frame->lock);
}

static bool band_take(ObFrame *frame, const Lines *lines)
{
    bool changed = false;

    for (uint32_t x = 0; x < frame->width; x += OB_FRAME_TILE_WIDTH) {
        size_t bytes = (size_t)smaller(OB_FRAME_TILE_WIDTH, frame->width - x) * PIXEL;

        if (tile_differs(frame, lines, x, bytes)) {
            tile_take(frame, lines, x, bytes);
            changed = true;
        }
    }
    return changed;
}

/* Pixels that have the frame's form are compared where they are. */
static bool band_read(const ObFrame *frame, const HwImage *image, Lines *lines, HwError *error)
{
    if (ob_pixels_are_xrgb(image)) {
        lines->stride = image->stride / PIXEL;
        lines->pixels = (const uint32_t *)(const void *)image->pixels + lines->stride * lines->y;
        return true;
    }
    lines->stride = frame->width;
    lines->pixels = frame->band;
    return ob_pixels_convert(image, lines->y, lines->count, frame->band, error);
}

static bool size_take(ObFrame *frame, const HwImage *image, ObFrameRows *rows, bool *changed,
                      HwError *error)
{
    if (frame->width == image->width && frame->height == image->height) {
        return true;
    }
    *rows = (ObFrameRows) { 0, image->height };
    *changed = true;
    return memory_make(frame, image->width, image->height) ||
           hw_error_set(error, "frame: out of memory");
}

bool ob_frame_take(ObFrame *frame, const HwImage *image, ObFrameRows rows, bool *changed,
                   HwError *error)
{
    uint32_t first, end;

    *changed = false;
    if (!size_take(frame, image, &rows, changed, error)) {
        return false;
    }
    first = smaller(rows.first, frame->height);
    end = first + smaller(rows.count, frame->height - first);
    for (uint32_t y = first == end ? end : first / OB_FRAME_TILE_HEIGHT * OB_FRAME_TILE_HEIGHT;
         y < end; y += OB_FRAME_TILE_HEIGHT) {
        Lines lines = { .y = y, .count = smaller(OB_FRAME_TILE_HEIGHT, frame->height - y) };

        if (!band_read(frame, image, &lines, error)) {
            return false;
        }
        *changed |= band_take(frame, &lines);
    }
    if (*changed) {
        pthread_mutex_lock(&frame->lock);
        frame->pictures++;
        pthread_mutex_unlock(&frame->lock);
    }
    return true;
}

/* ------------------------------------------------------------------------ follow */

bool ob_frame_resized(ObFrame *frame, const ObFrameCopy *copy)
{
    bool resized;

    pthread_mutex_lock(&frame->lock);
    resized = copy->width != frame->width || copy->height != frame->height;
    pthread_mutex_unlock(&frame->lock);
    return resized;
}

bool ob_frame_resize(ObFrame *frame, ObFrameCopy *copy)
{
    ObFrameCopy made = { 0 };

    pthread_mutex_lock(&frame->lock);
    made.width = frame->width;
    made.height = frame->height;
    pthread_mutex_unlock(&frame->lock);
    made.pixels = calloc(made.height, (size_t)made.width * PIXEL);
    if (made.pixels) {
        *copy = made;
    }
    return made.pixels != NULL;
}

static void tiles_copy(const ObFrame *frame, ObFrameCopy *copy, uint32_t x, uint32_t y,
                       uint32_t width, uint32_t height)
{
    for (uint32_t i = 0; i < height; i++) {
        memcpy(copy->pixels + (size_t)copy->width * (y + i) + x,
               frame->pixels + (size_t)frame->width * (y + i) + x, (size_t)width * PIXEL);
    }
}

/* Tiles side by side are one rectangle. */
static void band_follow(const ObFrame *frame, ObFrameCopy *copy, const ObFrameFollower *follower,
                        uint32_t y)
{
    uint32_t columns = columns_of(frame->width);
    uint32_t width = smaller(frame->width, copy->width);
    uint32_t height = smaller(OB_FRAME_TILE_HEIGHT, smaller(frame->height, copy->height) - y);
    const uint64_t *tiles = frame->tiles + (size_t)columns * (y / OB_FRAME_TILE_HEIGHT);

    for (uint32_t i = 0, first; i < columns; i++) {
        for (first = i; i < columns && tiles[i] > copy->seen; i++) {}
        if (i > first && first * OB_FRAME_TILE_WIDTH < width) {
            uint32_t x = first * OB_FRAME_TILE_WIDTH;
            uint32_t end = smaller(i * OB_FRAME_TILE_WIDTH, width);

            tiles_copy(frame, copy, x, y, end - x, height);
            follower->changed(follower->opaque, x, y, end - x, height);
        }
    }
}

void ob_frame_follow(ObFrame *frame, ObFrameCopy *copy, const ObFrameFollower *follower)
{
    pthread_mutex_lock(&frame->lock);
    for (uint32_t y = 0; y < smaller(frame->height, copy->height); y += OB_FRAME_TILE_HEIGHT) {
        band_follow(frame, copy, follower, y);
    }
    copy->seen = frame->pictures;
    pthread_mutex_unlock(&frame->lock);
}
