/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine with vmgenid, ours or a stock QEMU's, and a guest's accesses to the device.  The
 * machine is a PC, so the guest uses fw_cfg by ports.
 */
#ifndef OB_TESTS_VMGENID_VMGENID_MACHINE_H
#define OB_TESTS_VMGENID_VMGENID_MACHINE_H

#include "qtest/client/client.h"
#include "qtest/tests/vmgenid/vmgenid-guids.h"

#define BLOB UINT64_C(0x10000) /* the blob's address in these tests */
#define AT   (BLOB + 0x28)

typedef struct VmGenIdMachine {
    char *directory;
    char *path; /* path of a socket or file */
    ObClient *clients[6];
    unsigned count;
} VmGenIdMachine;

void vmgenid_set_up(VmGenIdMachine *f, gconstpointer data);
void vmgenid_tear_down(VmGenIdMachine *f, gconstpointer data);

/* A place for firmware, which vmgenid_tear_down() removes.  The caller frees the path. */
char *vmgenid_firmware_path(const VmGenIdMachine *f);

/* is_stock(): true if the tested program, OB_PROGRAM, is a stock QEMU.  is_bridged(): true if
 * this QEMU has our device by the bridge. */
bool is_stock(void);
bool is_bridged(void);

/* Starts the program that the environment variable `program` names, as a q35 of 4 MiB with these
 * arguments.  OB_PROGRAM is the tested program, OB_QEMU always a stock QEMU.  The program ends
 * with the fixture.  Arguments use our names of devices. */
ObClient *machine_start(VmGenIdMachine *f, const char *program, const char *arguments);

/* Starts the tested program, which must fail.  Returns its messages; the caller frees them. */
char *machine_refusal(const char *arguments);

/* Makes a DMA transfer as fw_cfg's documentation says, and returns the control field after it. */
#define FW_CFG_READ  0x02u
#define FW_CFG_WRITE 0x10u
uint32_t fw_cfg_dma(ObClient *c, const char *file, uint32_t operation, uint32_t offset,
                    uint64_t address, uint32_t length);

/* Returns the file's size, or 0 if there is no such file. */
uint32_t fw_cfg_size(ObClient *c, const char *file);

/* Reads a whole file; the caller frees it. */
GByteArray *fw_cfg_read(ObClient *c, const char *file);

/* Does firmware's work: copies the blob to BLOB, and writes the GUID's address back. */
void guest_boot(ObClient *c);
void guest_write_address(ObClient *c, uint64_t address);
uint64_t guest_address(ObClient *c); /* the address in the device */

/* Compares 16 bytes of guest memory. */
void memory_expect(ObClient *c, uint64_t address, const char *bytes);
void guid_expect(ObClient *c, const char *guid); /* by QMP */

json_t *vmgenid_qmp(ObClient *c, const char *command, json_t *arguments);
void qom_set(ObClient *c, const char *path, const char *property, const char *value);

/* Migrate through the fixture's path: a file, or a socket on which `to` listens. */
void vmgenid_save(VmGenIdMachine *f, ObClient *c);
void vmgenid_migrate(VmGenIdMachine *f, ObClient *from, ObClient *to);

/* Starts $OB_PROGRAM, and lets the machine run. */
ObClient *machine_runs(VmGenIdMachine *f, const char *arguments);

/* The event comes; its data has the member with this value, unless `member` is NULL. */
void expect_event(ObClient *c, const char *event, const char *member, const char *value);
void expect_status(ObClient *c, const char *status); /* by query-status */

#endif
