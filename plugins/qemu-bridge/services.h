/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The services that the bridge offers to device models. */
#ifndef BRIDGE_SERVICES_H
#define BRIDGE_SERVICES_H

#include "hw-api/ext/acpi.h"
#include "hw-api/ext/clock.h"
#include "hw-api/ext/draft/device-tree.h"
#include "hw-api/ext/event-loop.h"
#include "hw-api/ext/fw-cfg.h"
#include "hw-api/ext/guest-memory.h"
#include "hw-api/ext/tpm-backend.h"
#include "hw-api/ext/vcpu-registers.h"
#include "hw-api/host/run/executor.h"
#include "plugins/qemu-bridge/bridge.h"

extern HwAcpi bridge_acpi;
bool bridge_event(HwDevice *dev, uint32_t gpe, HwAcpiEvent *event);
void bridge_event_raise(HwDevice *dev, uint32_t gpe);
extern const HwClock bridge_clock;
extern const HwDeviceTree bridge_device_tree;
extern const HwEventLoop bridge_event_loop;
extern HwFwCfg bridge_fw_cfg;
extern const HwGuestMemory bridge_guest_memory;
extern const HwTpmBackendService bridge_tpm_backend;

/* NULL on a machine whose CPUs' registers can't be had. */
const HwVcpuRegisters *bridge_vcpu_registers(void);

/* Polled by QEMU's main loop, which must be there when it is first asked for. */
HwExecutor *bridge_executor(void);

/* Adds a libtpms TPM that keeps its state in a file, or NULL.  Once, with QEMU's main
 * loop there. */
bool bridge_tpm_add(const char *id, const char *state, HwError *error);

/* Shuts it down, no device having it. */
void bridge_tpm_end(void);

#endif
