/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine with vmgenid, ours or a stock QEMU's, and a guest's ways to it.  The guest is a
 * PC's: fw_cfg by its ports.
 */
#ifndef OB_TESTS_VMGENID_VMGENID_MACHINE_H
#define OB_TESTS_VMGENID_VMGENID_MACHINE_H

#include "qtest/client/client.h"
#include "qtest/tests/vmgenid/vmgenid-guids.h"

#define BLOB   UINT64_C(0x10000)        /* where these tests place it */
#define AT     (BLOB + 0x28)

typedef struct VmGenIdMachine {
    char *directory;
    char *path;                 /* of a socket or file */
    ObClient *clients[6];
    unsigned count;
} VmGenIdMachine;

void vmgenid_set_up(VmGenIdMachine *f, gconstpointer data);
void vmgenid_tear_down(VmGenIdMachine *f, gconstpointer data);

/* Whether the tested program, OB_PROGRAM, is a stock QEMU, and whether that has our device by
 * the bridge. */
bool is_stock(void);
bool is_bridged(void);

/* The program of environment variable `program` (OB_PROGRAM is the tested one, "OB_QEMU"
 * always stock) as a q35 of 4 MiB with these arguments; it ends with the fixture.  Devices
 * are named as ours are. */
ObClient *machine_start(VmGenIdMachine *f, const char *program, const char *arguments);

/* The same, which must fail; its words, the caller's. */
char *machine_refusal(const char *arguments);

/* Runs all, as fw_cfg's documentation has it.  What a DMA left in its control field. */
#define FW_CFG_READ  0x02u
#define FW_CFG_WRITE 0x10u
uint32_t fw_cfg_dma(ObClient *c, const char *file, uint32_t operation, uint32_t offset,
                    uint64_t address, uint32_t length);

/* The file's size, 0 if there is none. */
uint32_t fw_cfg_size(ObClient *c, const char *file);

/* All of a file, to be freed. */
GByteArray *fw_cfg_read(ObClient *c, const char *file);

/* What firmware does: the blob to BLOB, and the GUID's address back. */
void guest_boot(ObClient *c);
void guest_write_address(ObClient *c, uint64_t address);
uint64_t guest_address(ObClient *c);            /* as the device has it */

/* 16 bytes of guest memory. */
void memory_expect(ObClient *c, uint64_t address, const char *bytes);
void guid_expect(ObClient *c, const char *guid);        /* by QMP */

json_t *vmgenid_qmp(ObClient *c, const char *command, json_t *arguments);
void qom_set(ObClient *c, const char *path, const char *property, const char *value);

/* Through the fixture's path: a file, or a socket at which `to` listens. */
void vmgenid_save(VmGenIdMachine *f, ObClient *c);
void vmgenid_migrate(VmGenIdMachine *f, ObClient *from, ObClient *to);
void vmgenid_await_completed(ObClient *c);

#endif
