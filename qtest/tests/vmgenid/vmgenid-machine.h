/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine with vmgenid, ours or a stock QEMU's, and a guest's ways to it.  The guest is a
 * PC's: fw_cfg by its ports.
 */
#ifndef OB_TESTS_VMGENID_VMGENID_MACHINE_H
#define OB_TESTS_VMGENID_VMGENID_MACHINE_H

#include "qtest/client/client.h"

/* Ersek's, from the SMBIOS specification 3.0.0, 7.2.1; and as it is in memory. */
#define GUID      "00112233-4455-6677-8899-aabbccddeeff"
#define GUID_LE   "\x33\x22\x11\x00\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd\xee\xff"
#define OTHER     "12345678-9abc-def0-1122-334455667788"
#define OTHER_LE  "\x78\x56\x34\x12\xbc\x9a\xf0\xde\x11\x22\x33\x44\x55\x66\x77\x88"

#define BLOB   UINT64_C(0x10000)        /* where these tests place it */
#define AT     (BLOB + 0x28)

typedef struct Fixture {
    char *directory;
    char *path;                 /* of a socket or file */
    ObClient *clients[6];
    unsigned count;
} Fixture;

void set_up(Fixture *f, gconstpointer data);
void tear_down(Fixture *f, gconstpointer data);

/* Whether the tested program, OB_PROGRAM, is a stock QEMU, and whether that has our device by
 * the bridge. */
bool is_stock(void);
bool is_bridged(void);

/* The program of environment variable `program` (OB_PROGRAM is the tested one, "OB_QEMU"
 * always stock) as a q35 of 4 MiB with these arguments; it ends with the fixture.  Devices
 * are named as ours are. */
ObClient *machine_start(Fixture *f, const char *program, const char *arguments);

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

json_t *qmp(ObClient *c, const char *command, json_t *arguments);
void qom_set(ObClient *c, const char *path, const char *property, const char *value);

/* Through the fixture's path: a file, or a socket at which `to` listens. */
void save(Fixture *f, ObClient *c);
void migrate(Fixture *f, ObClient *from, ObClient *to);
void await_completed(ObClient *c);

#endif
