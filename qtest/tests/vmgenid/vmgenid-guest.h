/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device vmgenid in a scripted host.  The test plays the guest. */
#ifndef OB_TESTS_VMGENID_VMGENID_GUEST_H
#define OB_TESTS_VMGENID_VMGENID_GUEST_H

#include <glib.h>

#include "hw-api/ext/acpi.h"
#include "hw-api/host/run/instance.h"
#include "qtest/tests/vmgenid/vmgenid-guids.h"

#define GUEST_RAM      UINT64_C(0x100000) /* address of the guest's RAM */
#define GUEST_RAM_SIZE 0x4000u

/* Features that this host lacks, compared with our pc. */
typedef enum GuestLacks {
    LACKS_NOTHING = 0,
    LACKS_FW_CFG = 1 << 0,
    LACKS_DMA = 1 << 1,
    LACKS_ACPI = 1 << 2,
    LACKS_EVENT = 1 << 3,
    LACKS_TPM = 1 << 4,
    LACKS_GPE = 1 << 5, /* it has a GED */
} GuestLacks;

typedef struct VmGenIdGuest {
    HwHost host;
    HwPluginSet *set;
    HwInstance *instance;
    unsigned lacks; /* GuestLacks */
    uint8_t ram[GUEST_RAM_SIZE];
    unsigned notifications;
    unsigned stirs;
    uint8_t entropy[128]; /* the entropy of the last call */
    char log[256];
    char sentence[256];
    HwError error;
} VmGenIdGuest;

/* Makes a device with properties such as "guid=auto,stir-tpm=off" and resets it.  If the device
 * is refused, returns NULL; *sentence gets the reason, which the caller frees. */
VmGenIdGuest *vmgenid_guest_try(unsigned lacks, const char *properties, char **sentence);
VmGenIdGuest *vmgenid_guest_new(const char *properties); /* must succeed */
void vmgenid_guest_free(VmGenIdGuest *guest);

/* Returns a file of the device's class by name. */
const uint8_t *vmgenid_guest_file(VmGenIdGuest *guest, const char *name, uint32_t *size);

/* Makes one fw_cfg transfer into etc/vmgenid_addr. */
void vmgenid_guest_write(VmGenIdGuest *guest, uint32_t offset, const void *bytes, uint32_t size);
void vmgenid_guest_write_address(VmGenIdGuest *guest, uint64_t address);

/* Does firmware's work: copies the blob to `blob`, and writes the GUID's address back. */
void vmgenid_guest_boot(VmGenIdGuest *guest, uint64_t blob);

/* Compares 16 bytes in guest RAM with `bytes`. */
void vmgenid_guest_assert_ram(VmGenIdGuest *guest, uint64_t address, const char *bytes);

/* Save and load the state in the form of a stream.  A load calls update as a host does. */
GByteArray *vmgenid_guest_save(VmGenIdGuest *guest);
void vmgenid_guest_load(VmGenIdGuest *guest, const GByteArray *state);
void vmgenid_guest_load_address(VmGenIdGuest *guest, uint64_t address);

/* Get a property, and set one at run time. */
char *vmgenid_guest_get(VmGenIdGuest *guest, const char *property);
bool vmgenid_guest_set(VmGenIdGuest *guest, const char *property, const char *text);

#endif
