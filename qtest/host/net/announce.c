/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/net/announce.h"

#include "qtest/machine/net/net.h"

#define NS_PER_MS INT64_C(1000000)

struct ObAnnouncer {
    ObLoop *loop;
    ObHost *host;
    GHashTable *under_way; /* id -> Announcement, owned */
};

typedef struct Announcement {
    ObAnnouncer *announcer;
    char *id;
    ObAnnounce rest; /* `rounds` counts down */
    int64_t gaps;    /* passed */
    ObTimer *timer;
} Announcement;

static void announcement_free(gpointer opaque)
{
    Announcement *a = opaque;

    ob_timer_free(a->timer);
    g_strfreev(a->rest.cards);
    g_free(a->id);
    g_free(a);
}

static bool is_meant(const Announcement *a, const HwNetPort *port)
{
    const char *const *cards = (const char *const *)a->rest.cards;

    return !cards || g_strv_contains(cards, ob_net_port_name(port));
}

/* The gap grows by a step each time, up to the longest. */
static int64_t gap_next(Announcement *a)
{
    const ObAnnounce *rest = &a->rest;
    int64_t gap;

    if (__builtin_mul_overflow(a->gaps, rest->step, &gap) ||
        __builtin_add_overflow(gap, rest->initial, &gap)) {
        gap = rest->max;
    }
    a->gaps++;
    return CLAMP(gap, 0, MAX(rest->max, 0));
}

/* Ends the announcement after its last round. */
static void round_make(void *opaque)
{
    Announcement *a = opaque;
    const HwNetPort *port;
    int64_t gap;

    for (uint32_t i = 0; (port = ob_net_port_at(a->announcer->host, i)); i++) {
        if (is_meant(a, port)) {
            ob_net_port_announce(port);
        }
    }
    if (--a->rest.rounds <= 0) {
        g_hash_table_remove(a->announcer->under_way, a->id);
        return;
    }
    gap = gap_next(a);
    ob_timer_start(a->timer, gap > INT64_MAX / NS_PER_MS ? INT64_MAX : gap * NS_PER_MS);
}

ObAnnouncer *ob_announcer_new(ObLoop *loop, ObHost *host)
{
    ObAnnouncer *announcer = g_new0(ObAnnouncer, 1);

    announcer->loop = loop;
    announcer->host = host;
    announcer->under_way = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, announcement_free);
    return announcer;
}

void ob_announcer_free(ObAnnouncer *announcer)
{
    if (announcer) {
        g_hash_table_unref(announcer->under_way);
        g_free(announcer);
    }
}

void ob_announce(ObAnnouncer *announcer, const char *id, const ObAnnounce *announce)
{
    Announcement *a = g_new0(Announcement, 1);

    a->announcer = announcer;
    a->id = g_strdup(id);
    a->rest = *announce;
    a->timer = ob_timer_new(announcer->loop, round_make, a);
    g_hash_table_replace(announcer->under_way, a->id, a);
    if (announce->rounds > 0) {
        round_make(a);
    } else {
        g_hash_table_remove(announcer->under_way, id);
    }
}
