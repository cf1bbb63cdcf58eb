/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stock QEMU of OB_QEMU_RELEASE and OB_ARCHITECTURE.  The bridge OUTBOARD_BRIDGE loads the
 * plugin OB_BRIDGE_SET there.  The test does firmware's work with fw_cfg, without a CPU.
 */
#ifndef OB_TESTS_BRIDGE_BRIDGE_MACHINE_H
#define OB_TESTS_BRIDGE_BRIDGE_MACHINE_H

#include "qtest/client/drivers/fw-cfg.h"
#include "qtest/tests/lib/qemu-release.h"

/* If the release is missing, prints a TAP line that skips all tests and returns false. */
bool bridge_machine_init(void);
bool bridge_machine_is_pc(void);

/* The next machines are of this release.  Returns false if it is missing. */
bool bridge_machine_use(const char *release);

/* The next machines are of our own program, with the plugin that the bridge would load. */
void bridge_machine_use_ours(bool ours);
bool bridge_machine_is_ours(void);

/* Starts QEMU without the bridge.  Returns NULL and sets `error` on failure. */
ObClient *bridge_machine_start_stock(const char *arguments, HwError *error);

/* Starts QEMU with the bridge.  `machine` NULL: q35 or virt. */
ObClient *bridge_machine_start(const char *machine, const char *arguments);
void bridge_machine_assert_refused(const char *machine, const char *arguments,
                                   const char *sentence);

/* Runs a QEMU that must end by itself with status 0. */
void bridge_machine_run(const char *machine, const char *arguments);

/* ------------------------------------------------------------------- fw_cfg, by DMA */

ObFwCfgPort cfg_port(ObClient *c);

/* Selects a file.  Returns its size, or 0 if there is no such file. */
uint32_t cfg_file_select(ObClient *c, const char *name);

/* The size that the directory has, without a selection of the file; 0: there is no such file. */
uint32_t cfg_file_size(ObClient *c, const char *name);
void cfg_file_read(ObClient *c, const char *name, void *bytes, uint32_t size);

/* Returns true if fw_cfg accepts the write. */
bool cfg_file_write(ObClient *c, const char *name, uint32_t offset, const void *bytes,
                    uint32_t size);

/* ---------------------------------------------------------- tables, as firmware has them */

typedef struct Firmware Firmware;

/* Reads the files that etc/table-loader names and executes its commands. */
Firmware *firmware_run(ObClient *c);
void firmware_free(Firmware *firmware);

/* Returns the bytes of a file in memory; *address gets the address that the script gave it. */
const uint8_t *firmware_file(const Firmware *firmware, const char *name, uint64_t *address);

/* Returns the table of this signature and OEM table id (NULL: any) that the root table leads to,
 * or NULL; checks its checksum.  *count gets the number of such tables. */
const uint8_t *firmware_table(const Firmware *firmware, const char *signature, const char *id,
                              unsigned *count);

#endif
