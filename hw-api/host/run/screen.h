/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The screens of devices (hw-api/ext/draft/display.h), for any host.  Under the device lock. */
#ifndef HW_HOST_SCREEN_H
#define HW_HOST_SCREEN_H

#include <stdlib.h>

#include "hw-api/host/run/instance.h"
#include "hw-api/host/run/pixels.h"

/* Columns and lines from the first up to the last, which is not one of them. */
typedef struct HwScreenPart {
    uint32_t left, top, right, bottom; /* empty: left is right */
} HwScreenPart;

struct HwScreen {
    struct HwScreen *next; /* the device's next number */
    HwInstance *instance;
    void (*refresh)(HwDevice *dev);
    HwSurface surface; /* height 0: dark */
    /* The host's own: called when another surface is shown.  Until it returns, the pixels of the old
     * one are there.  NULL: not called. */
    void (*shown)(struct HwScreen *screen);
    /* The host's own: the screen ends.  NULL: not called. */
    void (*ended)(struct HwScreen *screen);
    void *owner;
    bool tells;           /* the device names what it has drawn */
    HwScreenPart changed; /* and has named this since the last hw_screen_take_changed() */
    uint8_t *copy;        /* lines that pixman can't read in their place; NULL: none */
};

/* The service hw.display/1.  It keeps a device's screens in its instance. */
extern const HwDisplay hw_display_service;

/* The device's screen of this number, or NULL. */
HwScreen *hw_screen_at(const HwInstance *instance, uint32_t number);

/* Pixels as pixman takes them: `pixels` and `stride` are multiples of 4. */
typedef struct HwImage {
    uint32_t pixman; /* pixman_format_code_t */
    uint32_t width, height, stride;
    uint8_t *pixels; /* only read them; valid until the device is called */
} HwImage;

/* Calls the device's refresh, and returns the pixels of this moment.  False: the screen is dark. */
bool hw_screen_look(HwScreen *screen, HwImage *image);

/* The same without refresh; lines that are copied are those of the last look. */
bool hw_screen_image(const HwScreen *screen, HwImage *image);

/* The part of the surface that may have changed since the last call; call after hw_screen_look().  One
 * looker per screen may use it. */
HwScreenPart hw_screen_take_changed(HwScreen *screen);

/* The looker has lost what it had: all counts as changed. */
void hw_screen_forget(HwScreen *screen);

/* Frees the screens that a device has left open.  Here, since programs without screens link
 * instance.c alone. */
static inline void hw_screens_free(HwInstance *instance)
{
    while (instance->screens) {
        HwScreen *screen = instance->screens;

        instance->screens = screen->next;
        free(screen->copy);
        free(screen);
    }
}

#endif
