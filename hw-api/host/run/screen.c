/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/run/screen.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/ext/guest-memory.h"
#include "hw-api/host/run/running.h"
#include "hw-api/host/run/shelf/shelf.h"

#define PIXMAN_ALIGN 4u /* pixman takes lines that begin at such addresses */

HwScreen *hw_screen_at(const HwInstance *instance, uint32_t number)
{
    HwScreen *screen = instance->screens;

    while (screen && number-- > 0) {
        screen = screen->next;
    }
    return screen;
}

static HwScreen *screen_new(HwInstance *instance, void (*refresh)(HwDevice *dev), HwError *error)
{
    HwScreen *screen = calloc(1, sizeof(*screen));
    HwScreen **end = &instance->screens;

    if (!screen) {
        hw_error_set(error, "%s: out of memory", instance->id);
        return NULL;
    }
    screen->instance = instance;
    screen->refresh = refresh;
    while (*end) {
        end = &(*end)->next;
    }
    return *end = screen;
}

/* The device's next class has the screen, with what it shows and its viewers. */
static HwScreen *screen_open(HwDevice *dev, void (*refresh)(HwDevice *dev), HwError *error)
{
    HwScreen *screen = hw_shelf_take(hw_instance_of(dev)->shelf, &hw_display_service);

    if (!screen) {
        return screen_new(hw_instance_of(dev), refresh, error);
    }
    screen->refresh = refresh;
    return screen;
}

static void screen_end(void *opaque)
{
    HwScreen *screen = opaque;
    HwScreen **place = &screen->instance->screens;

    if (screen->ended) {
        screen->ended(screen);
    }
    while (*place != screen) {
        place = &(*place)->next;
    }
    *place = screen->next;
    free(screen->copy);
    free(screen);
}

static void screen_close(HwScreen *screen)
{
    if (screen && !hw_shelf_put(screen->instance->shelf, &hw_display_service, screen, screen_end)) {
        screen_end(screen);
    }
}

/* ------------------------------------------------------------------------- pixels */

static uint8_t *region_pixels(const HwInstance *instance, const HwSurface *surface)
{
    return surface->region == HW_SURFACE_GUEST_MEMORY
               ? NULL
               : instance->regions[surface->region].ram + surface->offset;
}

/* Lines in guest memory are copied: the guest's RAM may move, and need not be in one piece. */
static bool needs_copy(const HwInstance *instance, const HwSurface *surface)
{
    const uint8_t *pixels = region_pixels(instance, surface);

    return !pixels || (uintptr_t)pixels % PIXMAN_ALIGN || surface->stride % PIXMAN_ALIGN;
}

static uint32_t copy_stride(const HwSurface *surface)
{
    uint32_t line = hw_surface_line(surface, hw_pixel_format(surface->format));

    return (line + PIXMAN_ALIGN - 1) / PIXMAN_ALIGN * PIXMAN_ALIGN;
}

static bool line_copy(const HwInstance *instance, const HwSurface *surface, uint32_t y,
                      uint8_t *copy)
{
    uint32_t line = hw_surface_line(surface, hw_pixel_format(surface->format));
    uint64_t at = (uint64_t)surface->stride * y;
    const uint8_t *pixels = region_pixels(instance, surface);

    if (!pixels) {
        return hw_guest_memory(instance->dev)
            ->read(instance->dev, surface->offset + at, copy, line);
    }
    memcpy(copy, pixels + at, line);
    return true;
}

/* Lines that can't be read any more stay as they are. */
static bool lines_copy(const HwInstance *instance, const HwSurface *surface, uint8_t *copy)
{
    bool whole = true;

    for (uint32_t y = 0; y < surface->height; y++) {
        whole &= line_copy(instance, surface, y, copy + (size_t)copy_stride(surface) * y);
    }
    return whole;
}

/* -------------------------------------------------------------------------- show */

static bool place_check(const HwInstance *instance, const HwSurface *surface, uint64_t bytes,
                        HwError *error)
{
    const HwRegionState *region;

    if (surface->region == HW_SURFACE_GUEST_MEMORY) {
        return surface->offset + (bytes - 1) >= surface->offset ||
               hw_error_set(error, "surface: %" PRIu64 " bytes at 0x%" PRIx64 " are not RAM", bytes,
                            surface->offset);
    }
    region = surface->region < instance->cls->table.regions.count
                 ? &instance->regions[surface->region]
                 : NULL;
    if (!region || !region->ram) {
        return hw_error_set(error, "surface: invalid region %" PRIu32 ": expected memory",
                            surface->region);
    }
    return (bytes <= region->size && surface->offset <= region->size - bytes) ||
           hw_error_set(error,
                        "surface: %" PRIu64 " bytes at 0x%" PRIx64 " do not lie in region '%s' "
                        "of 0x%" PRIx64 " bytes",
                        bytes, surface->offset, region->table->name, region->size);
}

/* Guest memory is read once here: memory that is not RAM shows in no other way. */
static bool copy_make(const HwInstance *instance, const HwSurface *surface, uint8_t **copy,
                      HwError *error)
{
    *copy = NULL;
    if (!needs_copy(instance, surface)) {
        return true;
    }
    *copy = calloc(surface->height, copy_stride(surface));
    if (!*copy) {
        return hw_error_set(error, "surface: out of memory");
    }
    if (!lines_copy(instance, surface, *copy)) {
        free(*copy);
        return hw_error_set(error, "surface: lines at 0x%" PRIx64 " are not in RAM",
                            surface->offset);
    }
    return true;
}

static HwScreenPart surface_whole(const HwSurface *surface)
{
    return (HwScreenPart) { .right = surface->width, .bottom = surface->height };
}

static bool screen_show(HwScreen *screen, const HwSurface *surface, HwError *error)
{
    uint64_t bytes;
    uint8_t *copy = NULL, *old;

    if (surface && (!hw_surface_check(surface, &bytes, error) ||
                    !place_check(screen->instance, surface, bytes, error) ||
                    !copy_make(screen->instance, surface, &copy, error))) {
        return false;
    }
    old = screen->copy;
    screen->copy = copy;
    screen->surface = surface ? *surface : (HwSurface) { 0 };
    screen->tells = false;
    screen->changed = surface_whole(&screen->surface);
    if (screen->shown) {
        screen->shown(screen);
    }
    free(old);
    return true;
}

static uint32_t smaller(uint64_t a, uint32_t b)
{
    return a < b ? (uint32_t)a : b;
}

/* One rectangle around all is kept. */
static void screen_changed(HwScreen *screen, uint32_t x, uint32_t y, uint32_t width,
                           uint32_t height)
{
    HwScreenPart *all = &screen->changed;
    const HwScreenPart part = { .left = x,
                                .top = y,
                                .right = smaller((uint64_t)x + width, screen->surface.width),
                                .bottom = smaller((uint64_t)y + height, screen->surface.height) };

    screen->tells = true;
    if (part.left >= part.right || part.top >= part.bottom) {
        return;
    }
    if (all->left == all->right) {
        *all = part;
        return;
    }
    all->left = smaller(all->left, part.left);
    all->top = smaller(all->top, part.top);
    all->right = all->right < part.right ? part.right : all->right;
    all->bottom = all->bottom < part.bottom ? part.bottom : all->bottom;
}

HwScreenPart hw_screen_take_changed(HwScreen *screen)
{
    HwScreenPart part = screen->tells ? screen->changed : surface_whole(&screen->surface);

    screen->changed = (HwScreenPart) { 0 };
    return part;
}

void hw_screen_forget(HwScreen *screen)
{
    screen->changed = surface_whole(&screen->surface);
}

bool hw_screen_image(const HwScreen *screen, HwImage *image)
{
    const HwSurface *surface = &screen->surface;

    if (!surface->height) {
        return false;
    }
    *image = (HwImage) {
        .pixman = hw_pixel_format(surface->format)->pixman,
        .width = surface->width,
        .height = surface->height,
        .stride = screen->copy ? copy_stride(surface) : surface->stride,
        .pixels = screen->copy ? screen->copy : region_pixels(screen->instance, surface),
    };
    return true;
}

bool hw_screen_look(HwScreen *screen, HwImage *image)
{
    HwInstance *instance = screen->instance;

    if (screen->refresh) {
        HW_RUN_HOOK(instance, "refresh", screen->refresh(instance->dev));
    }
    if (screen->copy) {
        lines_copy(instance, &screen->surface, screen->copy);
    }
    return hw_screen_image(screen, image);
}

const HwDisplay hw_display_service = {
    .abi = HW_ABI(HwDisplay),
    .open = screen_open,
    .close = screen_close,
    .show = screen_show,
    .changed = screen_changed,
};
