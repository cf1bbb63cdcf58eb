/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A reload has three steps.  `prepare` compares tables and makes the new instances, while the old
 * devices run.  `swap` unrealizes each device and realizes its next class, with the old state; a
 * device that refuses here has all swapped devices put back.  `finish` then derives the outputs, so
 * that a line changes only where the new class wants another level.
 */
#include "hw-api/host/reload/reload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hw-api/device/error.h"
#include "hw-api/host/reload/reload-internal.h"

/* One device. */
typedef struct Row {
    HwInstance *instance;
    HwInstance *next; /* the new class's; after the exchange it has the old device */
    HwCarried carried;
    HwShelf shelf;
    bool is_swapped;
} Row;

typedef struct Reload {
    const HwReloadHost *host;
    Row *rows;
    uint32_t count;
    HwReloadResult *result;
    HwError *error;
} Reload;

static int64_t now_ns(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* ---------------------------------------------------------------- preparing */

static bool row_prepare(Row *row, const HwPluginSet *set, HwError *error)
{
    const HwInstance *instance = row->instance;
    const char *name = instance->cls->table.name;
    const HwClass *now = hw_plugin_set_find(set, name);

    if (!now) {
        return hw_error_set(error, "%s: the class is gone, expected it to stay: '%s' has it", name,
                            instance->id);
    }
    row->next = hw_reload_make(instance, now, error);
    return row->next && hw_reload_check(instance, row->next, error);
}

static bool reload_prepare(Reload *s, HwInstance *const *instances, const HwPluginSet *now)
{
    for (uint32_t i = 0; i < s->count; i++) {
        s->rows[i].instance = instances[i];
        if (!row_prepare(&s->rows[i], now, s->error)) {
            return false;
        }
    }
    return true;
}

static bool reload_take(Reload *s)
{
    s->host->quiesce(s->host->opaque);
    for (uint32_t i = 0; i < s->count; i++) {
        if (!hw_carried_take(&s->rows[i].carried, s->rows[i].instance, s->error)) {
            return false;
        }
    }
    return true;
}

/* ----------------------------------------------------------------- swapping */

/* Puts the device of `next` in the place of the present one, with the old state. */
static bool row_step(const Reload *s, Row *row, HwInstance *next, HwError *error)
{
    HwInstance *instance = row->instance;
    HwDevice *old = instance->dev;

    instance->shelf = &row->shelf;
    s->host->leaves(s->host->opaque, instance);
    hw_instance_unrealize(instance);
    hw_reload_exchange(instance, next);
    s->host->moved(s->host->opaque, instance, old);
    return hw_instance_realize(instance, error) && hw_carried_store(&row->carried, instance, error);
}

/* Whatever nobody has opened again is closed now. */
static void row_end_shelf(Row *row)
{
    row->instance->shelf = NULL;
    hw_shelf_clear(&row->shelf);
}

static bool row_swap(const Reload *s, Row *row)
{
    row->is_swapped = true;
    return row_step(s, row, row->next, s->error);
}

static bool row_undo(const Reload *s, Row *row)
{
    HW_ERROR(reason, 256);
    HwInstance *again = hw_reload_make(row->next, row->next->cls, &reason);
    bool good = again && row_step(s, row, again, &reason);

    hw_instance_free(again);
    if (!good) {
        char first[256];

        snprintf(first, sizeof(first), "%s", s->error->text);
        hw_error_set(s->error, "%s; and '%s' is lost: %s", first, row->instance->id, reason.text);
        hw_instance_unrealize(row->instance);
        s->result->is_lost = true;
        s->result->lost = row->instance;
    }
    return good;
}

/* The last swapped device first. */
static void reload_undo(const Reload *s)
{
    for (uint32_t i = s->count; i-- > 0;) {
        if (s->rows[i].is_swapped && !row_undo(s, &s->rows[i])) {
            s->rows[i].is_swapped = false;
            row_end_shelf(&s->rows[i]);
        }
    }
}

static bool reload_swap(const Reload *s)
{
    for (uint32_t i = 0; i < s->count; i++) {
        if (!row_swap(s, &s->rows[i])) {
            reload_undo(s);
            return false;
        }
    }
    return true;
}

/* ---------------------------------------------------------------- finishing */

/* A class with `live` knows that no stream came. */
static void row_finish(Row *row)
{
    row_end_shelf(row);
    if (!row->instance->cls->table.live) {
        hw_instance_loaded(row->instance);
    }
}

/* Outputs follow once all devices are there, as after a load. */
static void reload_finish(const Reload *s)
{
    for (uint32_t i = 0; i < s->count; i++) {
        if (s->rows[i].is_swapped) {
            row_finish(&s->rows[i]);
        }
    }
    for (uint32_t i = 0; i < s->count; i++) {
        if (s->rows[i].is_swapped) {
            hw_instance_update(s->rows[i].instance);
        }
    }
}

static void reload_free(const Reload *s)
{
    for (uint32_t i = 0; i < s->count; i++) {
        hw_instance_free(s->rows[i].next);
        hw_carried_clear(&s->rows[i].carried);
    }
    free(s->rows);
}

bool hw_reload(const HwReloadHost *host, HwInstance *const *instances, uint32_t count,
               const HwPluginSet *now, HwReloadResult *result, HwError *error)
{
    Reload s = { host, calloc(count + 1, sizeof(Row)), count, result, error };
    int64_t begin;
    bool good;

    *result = (HwReloadResult) { .devices = count };
    if (!s.rows) {
        return hw_error_set(error, "reload: out of memory");
    }
    good = reload_prepare(&s, instances, now);
    if (good) {
        begin = now_ns();
        good = reload_take(&s) && reload_swap(&s);
        reload_finish(&s);
        result->pause = now_ns() - begin;
    }
    reload_free(&s);
    return good;
}
