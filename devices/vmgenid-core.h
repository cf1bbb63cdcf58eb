/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The GUID in the guest's memory: its address, and its changes. */
#ifndef VMGENID_CORE_H
#define VMGENID_CORE_H

#include "devices/generation.h"
#include "devices/vmgenid-guid.h"
#include "devices/vmgenid-regs.h"
#include "hw-api/ext/acpi.h"
#include "hw-api/ext/guest-memory.h"
#include "hw-api/ext/tpm-backend.h"

/*
 * The guest's knowledge of its GUID.  If the address is unknown, a change waits for it:
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
 * A load begins with CURRENT; reset changes only NOTIFIED.
 */
enum { CURRENT, NOTIFIED, OWED_WRITE, OWED_ADOPTION, OWED_EVENT };

#define VMGENID_ADDRESS_WHOLE 0xff /* address_written with all its bits */

typedef struct VmGenId {
    HwDevice dev;
    const HwGuestMemory *memory;
    const HwAcpi *acpi;
    const HwTpmBackendService *tpm; /* NULL: this host offers no TPM service */

    const char *guid_option;
    Generation generation; /* the rules for a load */
    bool pointer_to_blob;
    bool stir_tpm;
    bool device_tree;
    uint64_t page; /* address of a page of RAM, with device_tree */

    uint8_t configured[GUID_SIZE]; /* the user's GUID */
    uint8_t blob[VMGENID_BLOB_SIZE];
    uint8_t address[VMGENID_ADDR_SIZE];
    uint8_t address_written; /* a bit for each byte written since reset */
    uint8_t notice;          /* CURRENT to OWED_EVENT */
} VmGenId;

/* The GUID, in the file that firmware copies. */
static inline uint8_t *vmgenid_guid(VmGenId *s)
{
    return s->blob + VMGENID_GUID_OFFSET;
}

/* Stores the current GUID in guest memory and notifies the guest, once the address is known. */
void vmgenid_publish(VmGenId *s);

/* For a guest that reads a device tree: it finds its GUID without firmware. */
bool vmgenid_tree_realize(VmGenId *s, HwError *error);
void vmgenid_tree_reset(VmGenId *s);

/* Chooses the GUID after a load, by policy. */
void vmgenid_apply(VmGenId *s, uint32_t policy);

/* Call at reset.  A guest wakes up from S3 by a reset, which drops the event.  The guest may not
 * have seen the event, so it has to be raised again. */
void vmgenid_owe_event(VmGenId *s);

/* Firmware copies the blob, so the guest is a new guest. */
void vmgenid_blob_selected(HwDevice *dev);

/* The guest has stored `length` bytes of the address at `offset`. */
void vmgenid_address_written(HwDevice *dev, uint32_t offset, uint32_t length);

#endif
