/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stock QEMU with the bridge, our devices and a TPM, for tests that abuse them. */
#ifndef OB_TESTS_BRIDGE_HOSTILE_MACHINE_H
#define OB_TESTS_BRIDGE_HOSTILE_MACHINE_H

#include "qtest/tests/bridge/bridge-machine.h"

#define SECTIONS 4

/* Addresses of our devices, and the sections of the devices and of their TPM. */
typedef struct HostileMachine {
    const char *devices;
    uint64_t beacon;
    uint64_t crb;
    uint64_t ram;
    const char *sections[SECTIONS];
} HostileMachine;

/* The machine of OB_ARCHITECTURE; call it after bridge_machine_init(). */
const HostileMachine *hostile_machine(void);

/* Starts it; `more` are further arguments. */
ObClient *hostile_machine_start(const char *more);

/* Resets the machine: then the beacon has its register, and the TPM answers a command. */
void hostile_machine_assert_alive(ObClient *c);

#endif
