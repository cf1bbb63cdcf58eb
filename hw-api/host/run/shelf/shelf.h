/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device whose class is exchanged (reload/reload.h) closes what it has opened at services, and
 * its next class opens the same again.  The other ends must not see this: a network card keeps its
 * frames, a screen its viewers, a byte stream its peer.  So a service puts the closed object on the
 * device's shelf, and takes it from there again.  Under the device lock.
 */
#ifndef HW_HOST_SHELF_H
#define HW_HOST_SHELF_H

#include "hw-api/hw-api.h"

/* More objects than these are closed at once. */
#define HW_SHELF_ROOM 8

typedef struct HwShelved {
    const void *service; /* NULL: the row is free */
    void *object;
    void (*end)(void *object);
} HwShelved;

typedef struct HwShelf {
    HwShelved rows[HW_SHELF_ROOM]; /* in the order of closing */
} HwShelf;

/* Keeps an object that the device closes.  `shelf` is HwInstance.shelf; `service` tells services
 * apart; `end` closes the object for good.  False: the class is not being exchanged, and the service
 * closes the object itself. */
bool hw_shelf_put(HwShelf *shelf, const void *service, void *object, void (*end)(void *object));

/* The oldest object that the service has put there, which is the caller's again; NULL: none. */
void *hw_shelf_take(HwShelf *shelf, const void *service);

/* Ends the objects that nobody has taken. */
void hw_shelf_clear(HwShelf *shelf);

#endif
