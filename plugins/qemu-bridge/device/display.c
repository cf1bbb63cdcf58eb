/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device's screens as QEMU's graphic consoles. */
#include "hw-api/host/run/screen.h"

#include <stdlib.h>

#include "plugins/qemu-bridge/device/device.h"
#include "plugins/qemu-bridge/qemu/display/console.h"

/* QEMU shows a new surface as a whole, and an old one where it is told. */
static void surface_shown(HwScreen *screen)
{
    HwImage image;

    qemu_consoles()->set_surface(
        screen->owner,
        hw_screen_image(screen, &image)
            ? qemu_consoles()->surface_from((int)image.width, (int)image.height, image.pixman,
                                            (int)image.stride, image.pixels)
            : NULL);
}

/* A guest stores where QEMU does not see it, so that all may have changed if no device tells. */
static bool somebody_looks(void *opaque)
{
    HwScreen *screen = opaque;
    HwImage image;
    HwScreenPart part;

    if (!hw_screen_look(screen, &image)) {
        return true;
    }
    part = hw_screen_take_changed(screen);
    if (part.left < part.right) {
        qemu_consoles()->update(screen->owner, (int)part.left, (int)part.top,
                                (int)(part.right - part.left), (int)(part.bottom - part.top));
    }
    return true;
}

static void picture_lost(void *opaque)
{
    hw_screen_forget(opaque);
}

static const QemuConsoleHooks hooks = { .invalidate = picture_lost, .update = somebody_looks };

static void screen_ended(HwScreen *screen)
{
    if (screen->shown) {
        qemu_consoles()->close(screen->owner);
        screen->shown = NULL;
    }
}

void bridge_display_attach(BridgeDevice *device)
{
    HwScreen *screen = device->instance->screens;

    for (uint32_t head = 0; screen; screen = screen->next, head++) {
        if (screen->shown) {
            continue; /* a reload has kept it */
        }
        screen->owner = qemu_consoles()->create(device->object, head, &hooks, screen);
        screen->shown = surface_shown;
        screen->ended = screen_ended;
        if (screen->surface.height) {
            surface_shown(screen);
        }
    }
}

void bridge_display_detach(BridgeDevice *device)
{
    for (HwScreen *screen = device->instance->screens; screen; screen = screen->next) {
        screen_ended(screen);
    }
}
