/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The services that the bridge offers to device models, and a device's part in them. */
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
#include "hw-api/host/run/host-base.h"
#include "plugins/qemu-bridge/device/device.h"

/* services.c: all of them. */
extern HwHostBase bridge_host;

extern HwAcpi bridge_acpi;
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

/* acpi-events.c */
bool bridge_event(HwDevice *dev, uint32_t gpe, HwAcpiEvent *event);
void bridge_event_raise(HwDevice *dev, uint32_t gpe);

/* acpi.c */
void bridge_acpi_init(void);
void bridge_acpi_add(BridgeDevice *device);     /* when it is realized */

/* fw-cfg.c: before the realize hook, after it, and once nothing can fail any more. */
bool bridge_fw_cfg_prepare(BridgeDevice *device, HwError *error);
bool bridge_fw_cfg_check(BridgeDevice *device, HwError *error);
void bridge_fw_cfg_add(BridgeDevice *device);

/* At each reset: adds files that QEMU would take for its own before its first. */
void bridge_fw_cfg_reset(BridgeDevice *device);

/* Whether fw_cfg has room for one more file of this name. */
bool bridge_fw_cfg_file_check(const char *id, const char *name, HwError *error);

/* A file of a realized device, NULL if there is none of this name. */
const HwFwCfgFile *bridge_fw_cfg_file_named(const char *name);

#endif
