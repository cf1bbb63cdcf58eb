/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device "dev0" as the bridge's services know it, and QEMU's functions for errors.  All that the
 * device and the fake QEMU are told is one text.
 */
#ifndef TESTS_FAKE_DEVICE_H
#define TESTS_FAKE_DEVICE_H

#include "hw-api/host/run/deferred.h"
#include "hw-api/host/run/shelf/shelf.h"
#include "plugins/qemu-bridge/device/device.h"
#include "qtest/tests/lib/bare-device.h"

typedef struct FakeDevice {
    BareDevice bare; /* its id is "dev0" */
    BridgeType type; /* "fake" */
    BridgeDevice device;
    HwExecutor *executor;
    HwShelf shelf;
} FakeDevice;

/* The device is realized, its log is told, and bridge.devices has it alone. */
void fake_device_begin(FakeDevice *fake);
void fake_device_end(FakeDevice *fake);

/* Makes the calls that are posted.  True if there were any. */
bool fake_device_poll(FakeDevice *fake);

/* The device's class is exchanged meanwhile: closed objects wait on its shelf. */
void fake_device_exchange(FakeDevice *fake, bool begins);

void tell(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* All that was told since the last time. */
#define EXPECT_TOLD(text)                    \
    do {                                     \
        g_autofree char *told_ = told_now(); \
        g_assert_cmpstr(told_, ==, text);    \
    } while (0)
char *told_now(void);

/* An error of QEMU with this text. */
void fake_error(QemuError **error, const char *text);
extern int fake_errors; /* those that nobody has freed */

/* The nth allocation by calloc() from here on fails; 0: none. */
extern int fake_no_memory;

/* Calls `call`, which fails with this sentence. */
#define EXPECT_FAILURE(call, sentence)             \
    do {                                           \
        HW_ERROR(error, 512);                      \
        g_assert_false(call);                      \
        g_assert_cmpstr(error.text, ==, sentence); \
    } while (0)

#endif
