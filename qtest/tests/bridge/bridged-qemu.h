/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stock QEMU of OB_QEMU_RELEASE and OB_ARCHITECTURE with OUTBOARD_BRIDGE and its default
 * plugin. */
#ifndef OB_TESTS_BRIDGE_BRIDGED_QEMU_H
#define OB_TESTS_BRIDGE_BRIDGED_QEMU_H

#include "qtest/client/client.h"
#include "qtest/tests/lib/qemu-release.h"

/* The place where the bridge puts the first beacon, and the controller of its interrupts. */
typedef struct BridgedMachine {
    const char *name;
    uint64_t base;
    const char *controller; /* the interrupt controller's type */
    const char *crb;        /* our tpm-crb's name in QEMU */
    bool is_pc;
} BridgedMachine;

extern const BridgedMachine *machine;
extern char *program;

enum { BEACON_ID = 0x0, BEACON_CTRL = 0x4, BEACON_STATUS = 0x8, BEACON_COUNT = 0xc };

#define BEACON_MAGIC 0x4e434542
#define CTRL_ENABLE  1
#define CTRL_RING    2

/* If the release is missing, prints a TAP line that skips all tests and returns false. */
bool bridged_qemu_init(void);

const char *bridge_path(void);

/* Starts QEMU without the bridge. */
ObClient *qemu_try(const char *arguments, HwError *error);

/* Start QEMU with the bridge, with these arguments as the bridge's own or after the bridge. */
ObClient *qemu_start_with(const char *arguments);
ObClient *qemu_start(const char *arguments);

/* Starts QEMU with the bridge; QEMU must fail with `sentence` in its messages. */
void bridged_refused(const char *arguments, const char *sentence);
void assert_device_refused(const char *device, const char *sentence);

/* Executes a command that must fail.  Returns the error's text; the caller frees it. */
char *qmp_error(ObClient *c, const char *command, json_t *arguments);

/* From here on the client watches the levels of the interrupt controller's inputs. */
void watch_interrupts(ObClient *c);

#endif
