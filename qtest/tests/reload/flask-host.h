/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine with a cork and a flask in the middle of their work, and what must not change in it. */
#ifndef OB_TESTS_RELOAD_FLASK_HOST_H
#define OB_TESTS_RELOAD_FLASK_HOST_H

#include <glib.h>

#include "qtest/machine/core/host.h"
#include "qtest/machine/core/reload.h"

#define FLASK_ID         UINT64_C(0xfed80000) /* registers */
#define FLASK_CTRL       (FLASK_ID + 4)
#define FLASK_STATUS     (FLASK_ID + 8)
#define FLASK_DROPS      (FLASK_ID + 12)
#define FLASK_EXTRA      (FLASK_ID + 16) /* in a later version */
#define FLASK_MEMORY     UINT64_C(0xfed90000)
#define CORK_LATCH       UINT64_C(0xfed81000)
#define FLASK_LINE       3
#define CORK_LINE        6

#define FLASK_ID_VALUE   0xf1a5cu
#define FLASK_MOOD       0x80000000u /* in ID: no stream has this bit */
#define FLASK_DROPS_THEN 3u
#define FLASK_NEXT_DROP  INT64_C(4000000) /* ns */

typedef struct FlaskHost {
    ObHost *host;
    HwInstance *flask;
    uint32_t edges; /* changes of interrupt lines after flask_set_up() */
    char text[512];
    HwError error;
    HwReloadResult result;
} FlaskHost;

void flask_set_up(FlaskHost *f, gconstpointer data);
void flask_tear_down(FlaskHost *f, gconstpointer data);

/* The file of a version of flask.c; the caller frees it. */
char *flask_file(const char *version);

/* Reloads with the version.  False: refused, with the reason in f->text. */
bool flask_reload(FlaskHost *f, const char *version);

uint32_t flask_read(FlaskHost *f, uint64_t address);

/* The guest sees the devices as they were at the end of the set-up. */
void flask_assert_same(FlaskHost *f);

/* Lets the time of the next drop come. */
void flask_drip(FlaskHost *f);

#define FLASK_TEST(path, data, function) \
    g_test_add(path, FlaskHost, data, flask_set_up, function, flask_tear_down)

#endif
