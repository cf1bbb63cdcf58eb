/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The services that the bridge offers to devices, and a device's part in them. */
#ifndef BRIDGE_SERVICES_H
#define BRIDGE_SERVICES_H

#include "hw-api/ext/acpi.h"
#include "hw-api/ext/clock.h"
#include "hw-api/ext/draft/chardev.h"
#include "hw-api/ext/draft/device-tree.h"
#include "hw-api/ext/draft/guest-time.h"
#include "hw-api/ext/draft/i2c.h"
#include "hw-api/ext/draft/input.h"
#include "hw-api/ext/draft/interrupt-lines.h"
#include "hw-api/ext/draft/net.h"
#include "hw-api/ext/draft/pci.h"
#include "hw-api/ext/event-loop.h"
#include "hw-api/ext/fw-cfg.h"
#include "hw-api/ext/guest-memory.h"
#include "hw-api/ext/tpm-backend.h"
#include "hw-api/ext/vcpu-registers.h"
#include "hw-api/host/run/executor.h"
#include "hw-api/host/run/host-base.h"
#include "hw-api/host/tpm/tpm.h"
#include "plugins/qemu-bridge/device/device.h"

/* services.c: the host with all services. */
extern HwHostBase bridge_host;

extern HwAcpi bridge_acpi;
extern const HwClock bridge_clock;
extern const HwDeviceTree bridge_device_tree;
extern const HwEventLoop bridge_event_loop;
extern HwFwCfg bridge_fw_cfg;
extern const HwGuestMemory bridge_guest_memory;
extern const HwGuestTime bridge_guest_time;
extern const HwInterruptLines bridge_interrupt_lines;
extern const HwTpmBackendService bridge_tpm_backend;

/* clock.c: frees the timers that the device has left behind. */
void bridge_clock_release(const HwDevice *dev);

/* Returns NULL if the bridge can't reach the CPUs' registers on this machine. */
const HwVcpuRegisters *bridge_vcpu_registers(void);

/* Returns NULL if this QEMU can't carry PCI functions. */
const HwPci *bridge_pci(void);

/* Returns NULL if this QEMU does not export what serial devices need. */
const HwChardev *bridge_chardev(void);

/* Returns NULL if this QEMU does not export what input devices need. */
const HwInput *bridge_input(void);

/* Returns NULL if this QEMU can't carry I2C targets. */
const HwI2c *bridge_i2c(void);

/* Returns NULL if this QEMU does not export what network devices need. */
const HwNet *bridge_net(void);

/* QEMU's main loop polls the executor; it must exist before the first call. */
HwExecutor *bridge_executor(void);

/* Adds a libtpms TPM with options of hw_tpm_add().  Call it once, after QEMU's main loop exists. */
bool bridge_tpm_add(const char *id, const HwTpmOption *options, uint32_t count, HwError *error);

/* Shuts the libtpms TPM down.  No device may use it. */
void bridge_tpm_end(void);

/* acpi-events.c */
bool bridge_event(HwDevice *dev, uint32_t gpe, HwAcpiEvent *event);
void bridge_event_raise(HwDevice *dev, uint32_t gpe);

/* acpi.c */
void bridge_acpi_init(void);
void bridge_acpi_add(BridgeDevice *device); /* when `device` is realized */

/*
 * generation-id.c: QEMU's query-vm-generation-id answers with our device's GUID.  It is proven
 * after the realize hook.  The object that shows the GUID is hidden while QEMU makes ACPI tables.
 */
bool bridge_generation_id_is_free(const BridgeDevice *device);
bool bridge_generation_id_prove(BridgeDevice *device, HwError *error);
void bridge_generation_id_add(BridgeDevice *device);
void bridge_generation_id_show(void);
void bridge_generation_id_hide(void);

/* fw-cfg.c: prepare is called before the realize hook, check after it, and add once nothing
 * can fail any more. */
bool bridge_fw_cfg_prepare(BridgeDevice *device, HwError *error);
bool bridge_fw_cfg_check(BridgeDevice *device, HwError *error);
void bridge_fw_cfg_add(BridgeDevice *device);

/* Called at each reset: adds files that QEMU adds itself before the first reset. */
void bridge_fw_cfg_reset(BridgeDevice *device);

/* The device leaves: its files stay, with the bytes that they have. */
void bridge_fw_cfg_leave(const BridgeDevice *device);

/* Returns false and sets `error` if fw_cfg can't take another file of this name, after
 * `ahead` others that are to come.  QEMU's late files keep their slots. */
bool bridge_fw_cfg_file_check(const char *name, uint32_t ahead, HwError *error);

/* late-files.c: the number of files that QEMU itself will add before the guest starts. */
uint32_t bridge_fw_cfg_late_files(void);
bool bridge_fw_cfg_file_is_late(const char *name);

/* Returns the file of a realized device, or NULL if no file has this name. */
const HwFwCfgFile *bridge_fw_cfg_file_named(const char *name);

#endif
