/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.input/1 - the user's keyboard and pointing device.  A draft: it may change or go.
 *
 *     static const HwInputClient lamp_client = {
 *         .abi = HW_ABI(HwInputClient), .name = "lamp's switch", .kinds = HW_BIT(HW_INPUT_KEY),
 *         .events = lamp_events,
 *     };
 *     s->source = hw_input(dev)->open(dev, &lamp_client, error);
 *
 * Keys, buttons and axes have the numbers of Linux's <linux/input-event-codes.h>: KEY_A is 30.  The
 * device translates them into its own codes, and ignores those that it does not have.
 *
 * Each kind of event goes to one device: the one that opened last among those that take the kind.
 * The host sends each event once.  It keeps none: a device without room loses events, and shows the
 * loss to its guest.
 */
#ifndef HW_EXT_DRAFT_INPUT_H
#define HW_EXT_DRAFT_INPUT_H

#include "hw-api/hw-api.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HW_INPUT              "hw.input/1"

#define HW_INPUT_ABSOLUTE_MAX 0x7fff /* the last column or line of the screen, whatever its size */
#define HW_INPUT_EVENTS_MAX   64u

typedef enum HwInputKind {
    HW_INPUT_KEY = 0,      /* code: KEY_...; value: 1 down, and again if it repeats, 0 up */
    HW_INPUT_BUTTON = 1,   /* code: HwInputButton or another BTN_...; value: 1 down, 0 up */
    HW_INPUT_RELATIVE = 2, /* code: HwInputAxis; value: steps */
    HW_INPUT_ABSOLUTE = 3, /* code: HW_INPUT_X or _Y; value: 0 to HW_INPUT_ABSOLUTE_MAX */
} HwInputKind;

typedef enum HwInputButton {
    HW_INPUT_LEFT = 0x110, /* BTN_LEFT */
    HW_INPUT_RIGHT = 0x111,
    HW_INPUT_MIDDLE = 0x112,
    HW_INPUT_SIDE = 0x113,
    HW_INPUT_EXTRA = 0x114,
} HwInputButton;

typedef enum HwInputAxis {
    HW_INPUT_X = 0,              /* REL_X and ABS_X; positive: right */
    HW_INPUT_Y = 1,              /* positive: down */
    HW_INPUT_WHEEL_SIDEWAYS = 6, /* REL_HWHEEL; positive: right */
    HW_INPUT_WHEEL = 8,          /* REL_WHEEL; positive: away from the user */
} HwInputAxis;

/* The struct has no HwAbi: the service's version tells its size. */
typedef struct HwInputEvent {
    uint16_t kind; /* HwInputKind; ignore others */
    uint16_t code;
    int32_t value;
} HwInputEvent;

/* The device's side: a constant. */
typedef struct HwInputClient {
    HwAbi abi;
    const char *name; /* for people, "PS/2 keyboard": query-mice shows it */
    uint32_t kinds;   /* HW_BIT(HwInputKind) of each kind that the device takes */
    uint32_t reserved;

    /*
     * Events that belong together, such as both axes of a movement, in the order in which they
     * happened: 1 to HW_INPUT_EVENTS_MAX, of these kinds alone.  They are valid during the call.
     * Only while the machine runs, and never from inside of a call of HwInput.  `update` follows.
     * [device lock & realized]
     */
    void (*events)(HwDevice *dev, const HwInputEvent *events, uint32_t count);
} HwInputClient;

/* The host owns it, and lends it from open() to close(). */
typedef struct HwInputSource HwInputSource;

typedef struct HwInput {
    HwAbi abi;

    /* The device takes events from now on, and goes ahead of those that opened before.  NULL, with
     * the reason in `error`: out of memory, or the client is incomplete.  [device lock & realize] */
    HwInputSource *(*open)(HwDevice *dev, const HwInputClient *client, HwError *error);

    /* NULL is allowed.  [device lock & unrealize] */
    void (*close)(HwInputSource *source);
} HwInput;

/* NULL where the host lacks the service and the class does not require it.
 * [device lock & alive] */
static inline const HwInput *hw_input(HwDevice *dev)
{
    return (const HwInput *)dev->host->query(dev->host, HW_INPUT);
}

#ifdef __cplusplus
}
#endif

#endif
