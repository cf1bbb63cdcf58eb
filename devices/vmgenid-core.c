/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "devices/vmgenid-core.h"

#include <string.h>

#include "devices/random.h"
#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

#define ENTROPY_SIZE 64

/* The address of the guest's GUID; 0: the guest has not written the whole address. */
static uint64_t vmgenid_guest_address(const VmGenId *s)
{
    uint64_t address = hw_load_le(s->address, VMGENID_ADDR_SIZE);
    uint64_t offset = s->pointer_to_blob ? VMGENID_GUID_OFFSET : 0;

    if (s->address_written != VMGENID_ADDRESS_WHOLE || address == 0 ||
        address > UINT64_MAX - offset) {
        return 0;
    }
    return address + offset;
}

/* Returns false if the guest has no readable GUID. */
static bool vmgenid_read_guest(VmGenId *s, uint8_t guid[GUID_SIZE])
{
    uint64_t address = vmgenid_guest_address(s);

    return address && s->memory->read(&s->dev, address, guid, GUID_SIZE);
}

static void vmgenid_stir(VmGenId *s)
{
    uint8_t entropy[ENTROPY_SIZE];

    if (!s->stir_tpm || !s->tpm) {
        return;
    }
    if (!random_fill(entropy, sizeof(entropy))) {
        hw_log(&s->dev, HW_LOG_ERROR, "the system has no random numbers for the TPM");
        return;
    }
    s->tpm->stir(&s->dev, entropy, sizeof(entropy));
}

/* Stores the current GUID in guest memory, and notifies the guest. */
void vmgenid_publish(VmGenId *s)
{
    uint64_t address = vmgenid_guest_address(s);
    uint8_t seen[GUID_SIZE];

    if (!vmgenid_read_guest(s, seen) || memcmp(seen, vmgenid_guid(s), GUID_SIZE) != 0) {
        vmgenid_stir(s);
    }
    if (!address) {
        s->notice = OWED_WRITE;
        return;
    }
    if (!s->memory->write(&s->dev, address, vmgenid_guid(s), GUID_SIZE)) {
        hw_log(&s->dev, HW_LOG_GUEST_ERROR, "the address of the GUID is 0x%llx, expected RAM",
               (unsigned long long)address);
        return;
    }
    s->acpi->raise(&s->dev, VMGENID_GPE);
    s->notice = NOTIFIED;
}

static void vmgenid_adopt(VmGenId *s)
{
    uint8_t guid[GUID_SIZE];

    if (vmgenid_read_guest(s, guid)) {
        memcpy(vmgenid_guid(s), guid, GUID_SIZE);
    } else if (!vmgenid_guest_address(s)) {
        s->notice = OWED_ADOPTION;
    }
}

/* Called when firmware has written the address.  The GUID may have changed after firmware had
 * copied the file. */
static void vmgenid_settle(VmGenId *s)
{
    uint8_t notice = s->notice;
    uint8_t seen[GUID_SIZE];

    if (!vmgenid_guest_address(s) || notice == CURRENT || notice == NOTIFIED) {
        return;
    }
    s->notice = CURRENT;
    if (notice == OWED_ADOPTION) {
        vmgenid_adopt(s);
    } else if (!vmgenid_read_guest(s, seen)) {
        return;
    } else if (memcmp(seen, vmgenid_guid(s), GUID_SIZE) != 0) {
        vmgenid_publish(s);
    } else if (notice == OWED_EVENT) {
        s->acpi->raise(&s->dev, VMGENID_GPE);
    }
}

void vmgenid_owe_event(VmGenId *s)
{
    if (s->notice == NOTIFIED) {
        s->notice = OWED_EVENT;
    }
}

void vmgenid_blob_selected(HwDevice *dev)
{
    VmGenId *s = HW_DEVICE(VmGenId, dev);

    if (s->notice == OWED_EVENT) {
        s->notice = CURRENT;
    }
}

/* A transfer may write only some bytes; the others keep their old values.  So the address is
 * valid once all its bytes have come.  The next write after that begins a new address. */
void vmgenid_address_written(HwDevice *dev, uint32_t offset, uint32_t length)
{
    VmGenId *s = HW_DEVICE(VmGenId, dev);

    if (s->address_written == VMGENID_ADDRESS_WHOLE) {
        s->address_written = 0;
    }
    for (uint32_t i = offset; i < offset + length; i++) {
        s->address_written |= (uint8_t)(1 << i);
    }
    generation_use(&s->generation);
    vmgenid_settle(s);
}

void vmgenid_apply(VmGenId *s, uint32_t policy)
{
    s->notice = CURRENT;
    if (policy == GENERATION_KEEP) {
        vmgenid_adopt(s);
        return;
    }
    if (policy == GENERATION_CONFIGURED) {
        memcpy(vmgenid_guid(s), s->configured, GUID_SIZE);
    } else if (!guid_random(vmgenid_guid(s))) {
        hw_log(&s->dev, HW_LOG_ERROR, "the system has no random numbers for a new GUID");
    }
    vmgenid_publish(s);
}
