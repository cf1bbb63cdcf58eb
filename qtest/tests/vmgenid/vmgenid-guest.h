/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device vmgenid in a scripted host, whose guest a test plays. */
#ifndef OB_TESTS_VMGENID_VMGENID_GUEST_H
#define OB_TESTS_VMGENID_VMGENID_GUEST_H

#include <glib.h>

#include "hw-api/ext/acpi.h"
#include "hw-api/host/run/instance.h"
#include "qtest/tests/vmgenid/vmgenid-guids.h"

#define GUEST_RAM       UINT64_C(0x100000)      /* where its RAM begins */
#define GUEST_RAM_SIZE  0x4000u

/* What the host has less than a PC of ours. */
typedef enum GuestLacks {
    LACKS_NOTHING = 0,
    LACKS_FW_CFG = 1 << 0,
    LACKS_DMA = 1 << 1,
    LACKS_ACPI = 1 << 2,
    LACKS_EVENT = 1 << 3,
    LACKS_TPM = 1 << 4,
    LACKS_GPE = 1 << 5,         /* it has a GED */
} GuestLacks;

typedef struct VmGenIdGuest {
    HwHost host;
    HwPluginSet *set;
    HwInstance *instance;
    unsigned lacks;             /* GuestLacks */
    uint8_t ram[GUEST_RAM_SIZE];
    unsigned notifications;
    unsigned stirs;
    uint8_t entropy[128];       /* of the last one */
    char log[256];
    char sentence[256];
    HwError error;
} VmGenIdGuest;

/* Properties as "guid=auto,stir-tpm=off"; reset.  NULL where the device is refused, with the
 * reason in *sentence, the caller's. */
VmGenIdGuest *vmgenid_guest_try(unsigned lacks, const char *properties, char **sentence);
VmGenIdGuest *vmgenid_guest_new(const char *properties);        /* must succeed */
void vmgenid_guest_free(VmGenIdGuest *guest);

/* A file of the device's class by name. */
const uint8_t *vmgenid_guest_file(VmGenIdGuest *guest, const char *name, uint32_t *size);

/* One fw_cfg transfer into etc/vmgenid_addr. */
void vmgenid_guest_write(VmGenIdGuest *guest, uint32_t offset, const void *bytes, uint32_t size);
void vmgenid_guest_write_address(VmGenIdGuest *guest, uint64_t address);

/* What firmware does: copies the blob to `blob`, and writes the GUID's address back. */
void vmgenid_guest_boot(VmGenIdGuest *guest, uint64_t blob);

/* The 16 bytes in guest RAM, as hexadecimal digits, of which the caller frees none. */
void vmgenid_guest_assert_ram(VmGenIdGuest *guest, uint64_t address, const char *bytes);

/* The state as a stream has it, and back; update as a host does then. */
GByteArray *vmgenid_guest_save(VmGenIdGuest *guest);
void vmgenid_guest_load(VmGenIdGuest *guest, const GByteArray *state);
void vmgenid_guest_load_address(VmGenIdGuest *guest, uint64_t address);

/* A property, and setting one at run time. */
char *vmgenid_guest_get(VmGenIdGuest *guest, const char *property);
bool vmgenid_guest_set(VmGenIdGuest *guest, const char *property, const char *text);

#endif
