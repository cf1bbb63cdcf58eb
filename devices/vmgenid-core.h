/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The GUID in the guest's memory: where it is, and how it changes. */
#ifndef VMGENID_CORE_H
#define VMGENID_CORE_H

#include "devices/vmgenid-guid.h"
#include "devices/vmgenid-regs.h"
#include "hw-api/ext/acpi.h"
#include "hw-api/ext/guest-memory.h"
#include "hw-api/ext/tpm-backend.h"

/* What a stream that comes in is to the guest: on-*, next-load. */
enum { LOAD_AUTO, LOAD_MIGRATE, LOAD_RESTORE, LOAD_CLONE, LOAD_REVERT, LOADS };

/* What the GUID is then. */
enum { GUID_CONFIGURED, GUID_NEW, GUID_KEEP, POLICIES };

/*
 * How far the guest knows of its GUID.  A change that comes while the address is unknown
 * waits for it:
 *
 *                new GUID, address known
 *   CURRENT ----------------------------------> NOTIFIED
 *     ^ ^ ^                                     ^  |
 *     | | |     address comes, memory differs   |  | reset: the guest may sleep
 *     | | +--- OWED_WRITE ----------------------+  | in S3, with the event unseen
 *     | |      a new GUID, no address           |  v
 *     | +----- OWED_ADOPTION                    +- OWED_EVENT --> CURRENT
 *     |        on-...=keep, no address             address comes, memory the same:
 *     |                                            the event again; or firmware reads
 *     +- address comes: written or adopted         the blob: a new guest
 *
 * A load begins with CURRENT; reset changes NOTIFIED alone.
 */
enum { CURRENT, NOTIFIED, OWED_WRITE, OWED_ADOPTION, OWED_EVENT };

#define VMGENID_ADDRESS_WHOLE 0xff      /* all of address_written */

typedef struct VmGenId {
    HwDevice dev;
    const HwGuestMemory *memory;
    const HwAcpi *acpi;
    const HwTpmBackendService *tpm;     /* NULL: this host has none */

    const char *guid_option;
    uint32_t policies[LOADS];       /* on-*, by what is loaded */
    uint32_t next_load;
    bool pointer_to_blob;
    bool stir_tpm;
    bool device_tree;
    uint64_t page;                  /* address of a page of RAM, with device_tree */

    uint8_t configured[GUID_SIZE];  /* by the user */
    uint8_t blob[VMGENID_BLOB_SIZE];
    uint8_t address[VMGENID_ADDR_SIZE];
    uint8_t address_written;        /* since reset, a bit for each byte */
    uint8_t notice;                 /* CURRENT to OWED_EVENT */
    bool used;                      /* by a guest: the next load takes it back */
} VmGenId;

/* The GUID, in the file that firmware copies. */
static inline uint8_t *vmgenid_guid(VmGenId *s)
{
    return s->blob + VMGENID_GUID_OFFSET;
}

/* Shows the guest the GUID as it is now, and notifies it; once its address is known. */
void vmgenid_publish(VmGenId *s);

/* For a guest that reads a device tree: where its GUID is needs no firmware. */
bool vmgenid_tree_realize(VmGenId *s, HwError *error);
void vmgenid_tree_reset(VmGenId *s);

/* Settles the GUID after a load, by policy. */
void vmgenid_apply(VmGenId *s, uint32_t policy);

/* At a reset, by which a guest wakes up from S3: the event is gone, and the guest may not
 * have seen it. */
void vmgenid_owe_event(VmGenId *s);

/* Firmware copies the blob, so that the guest is a new one. */
void vmgenid_blob_selected(HwDevice *dev);

/* The guest has stored that part of the address. */
void vmgenid_address_written(HwDevice *dev, uint32_t offset, uint32_t length);

#endif
