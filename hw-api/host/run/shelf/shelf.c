/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/run/shelf/shelf.h"

#include <stddef.h>

bool hw_shelf_put(HwShelf *shelf, const void *service, void *object, void (*end)(void *object))
{
    for (uint32_t i = 0; shelf && i < HW_SHELF_ROOM; i++) {
        if (!shelf->rows[i].service) {
            shelf->rows[i] = (HwShelved) { service, object, end };
            return true;
        }
    }
    return false;
}

void *hw_shelf_take(HwShelf *shelf, const void *service)
{
    for (uint32_t i = 0; shelf && i < HW_SHELF_ROOM; i++) {
        if (shelf->rows[i].service == service) {
            void *object = shelf->rows[i].object;

            shelf->rows[i] = (HwShelved) { 0 };
            return object;
        }
    }
    return NULL;
}

void hw_shelf_clear(HwShelf *shelf)
{
    for (uint32_t i = 0; i < HW_SHELF_ROOM; i++) {
        HwShelved row = shelf->rows[i];

        shelf->rows[i] = (HwShelved) { 0 };
        if (row.service) {
            row.end(row.object);
        }
    }
}
