/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stock QEMU of OB_QEMU_RELEASE and OB_ARCHITECTURE with OUTBOARD_BRIDGE and its default set. */
#ifndef OB_TESTS_BRIDGE_BRIDGED_QEMU_H
#define OB_TESTS_BRIDGE_BRIDGED_QEMU_H

#include "qtest/client/client.h"
#include "qtest/tests/lib/qemu-release.h"

/* Where the bridge puts the first beacon, and what its interrupts arrive at. */
typedef struct BridgedMachine {
    const char *name;
    uint64_t base;
    const char *controller;     /* the interrupt controller's type */
    const char *crb;            /* our tpm-crb's name */
    bool is_pc;
} BridgedMachine;

extern const BridgedMachine *machine;
extern char *program;

enum { BEACON_ID = 0x0, BEACON_CTRL = 0x4, BEACON_STATUS = 0x8, BEACON_COUNT = 0xc };

#define BEACON_MAGIC 0x4e434542
#define CTRL_ENABLE  1
#define CTRL_RING    2

/* False with a TAP line that skips all, if the release is not there. */
bool bridged_qemu_init(void);

const char *bridge_path(void);

/* Without the bridge. */
ObClient *qemu_try(const char *arguments, HwError *error);

/* With the bridge and these arguments right behind it, or after it. */
ObClient *qemu_start_with(const char *arguments);
ObClient *qemu_start(const char *arguments);

/* `sentence` is in what QEMU says when it ends. */
void bridged_refused(const char *arguments, const char *sentence);
void assert_device_refused(const char *device, const char *sentence);

/* The command fails; why, to be freed. */
char *qmp_error(ObClient *c, const char *command, json_t *arguments);

/* From here on the client has the levels of the interrupt controller's inputs. */
void watch_interrupts(ObClient *c);

#endif
