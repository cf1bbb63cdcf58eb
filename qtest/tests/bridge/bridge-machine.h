/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stock QEMU of OB_QEMU_RELEASE and OB_ARCHITECTURE with the set OB_BRIDGE_SET, carried
 * by OUTBOARD_BRIDGE; and what firmware does with its fw_cfg, without a CPU.
 */
#ifndef OB_TESTS_BRIDGE_BRIDGE_MACHINE_H
#define OB_TESTS_BRIDGE_BRIDGE_MACHINE_H

#include "qtest/client/drivers/fw-cfg.h"
#include "qtest/tests/lib/qemu-release.h"

/* False with a TAP line that skips all, if the release is not there. */
bool bridge_machine_init(void);
bool bridge_machine_is_pc(void);

/* Without the bridge.  NULL with a sentence. */
ObClient *bridge_machine_start_stock(const char *arguments, HwError *error);

/* NULL: q35 or virt. */
ObClient *bridge_machine_start(const char *machine, const char *arguments);
void bridge_machine_assert_refused(const char *machine, const char *arguments,
                                   const char *sentence);

/* Of a QEMU that ends by itself, well. */
void bridge_machine_run(const char *machine, const char *arguments);

/* ------------------------------------------------------------------- fw_cfg, by DMA */

ObFwCfgPort cfg_port(ObClient *c);

/* Selects a file; its size, 0 if there is none. */
uint32_t cfg_file_select(ObClient *c, const char *name);
void cfg_file_read(ObClient *c, const char *name, void *bytes, uint32_t size);

/* Whether the write is accepted. */
bool cfg_file_write(ObClient *c, const char *name, uint32_t offset, const void *bytes,
                    uint32_t size);

/* ---------------------------------------------------------- tables, as firmware has them */

typedef struct Firmware Firmware;

/* Reads the files that etc/table-loader names and does what it says. */
Firmware *firmware_run(ObClient *c);
void firmware_free(Firmware *firmware);

/* A file in memory: its bytes, and the address that it was given. */
const uint8_t *firmware_file(const Firmware *firmware, const char *name, uint64_t *address);

/* The table of this signature and OEM table id that the root table leads to, checked to add
 * up; NULL if there is none.  `count`: how many there are. */
const uint8_t *firmware_table(const Firmware *firmware, const char *signature, const char *id,
                              unsigned *count);

#endif
