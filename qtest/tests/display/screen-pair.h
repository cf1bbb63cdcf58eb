/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine with our device that has a screen and, in stock QEMU, a second machine with QEMU's own
 * device.  Both do the same, and then show the same.  OB_PROGRAM names the program, OB_ARGUMENTS has
 * its way to the device OB_DEVICE.  OB_TWIN has the arguments of QEMU's own.
 */
#ifndef OB_TESTS_DISPLAY_SCREEN_PAIR_H
#define OB_TESTS_DISPLAY_SCREEN_PAIR_H

#include "qtest/client/client.h"
#include "qtest/picture/picture.h"

#define PAIR_RAM (UINT64_C(16) << 20)

/* One pair for all tests: each shows something of its own. */
typedef struct ScreenPair {
    ObClient *clients[2]; /* ours, and QEMU's own */
    guint count;
} ScreenPair;

extern ScreenPair screen_pair;

typedef void ScreenTest(ScreenPair *f, gconstpointer data);

void screen_pair_start(void);

/* Starts another machine with our devices; the caller ends it. */
ObClient *screen_machine_start(const char *options);
void screen_test_add(const char *path, ScreenTest *function, gconstpointer data);

/* Runs the tests, and ends the programs. */
int screen_tests_run(void);

/* QEMU's own device stays out. */
void screen_alone(ScreenPair *f, gconstpointer data, ScreenTest *function);

/* True if the machine moves while a test runs.  A picture that stays although its description has
 * gone is not state: it does not move. */
bool screen_moves(void);

/* Noise without a period, so that no shift goes unnoticed. */
void screen_noise(ObClient *c, uint64_t address, size_t size, uint32_t seed);

/* Takes our picture, which must be QEMU's too. */
void screen_take(ScreenPair *f, ObPicture *picture);

#endif
