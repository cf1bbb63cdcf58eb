/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VM Generation ID: a GUID in guest memory, and a notification of the guest.  The GUID changes
 * when the guest may be a copy of another guest.  Specified in vmgenid.rst.
 *
 * Firmware copies the GUID's file into guest memory and writes the address back.  The
 * device then changes the GUID in place.
 */
#include <stdio.h>
#include <string.h>

#include "devices/devices.h"
#include "devices/vmgenid-acpi.h"
#include "devices/vmgenid-core.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/fw-cfg.h"

/* ----------------------------------------------------------------- properties */

/* A text that is too long for a GUID is cut, so that the sentence has room for GUID_FORM. */
#define GUID_SHOWN 64

static bool guid_choose(const VmGenId *s, const char *text, uint8_t guid[GUID_SIZE], HwError *error)
{
    if (!text || strcmp(text, "auto") == 0) {
        return guid_random(guid) ||
               hw_error_set(error, "%s: guid: the system has no random numbers", s->dev.id);
    }
    return guid_parse(text, guid) ||
           hw_error_set(error, "%s: guid: invalid value '%.*s%s': expected " GUID_FORM " or 'auto'",
                        s->dev.id, GUID_SHOWN, text, strlen(text) > GUID_SHOWN ? "..." : "");
}

static void vmgenid_get_guid(HwDevice *dev, char *text, uint32_t capacity)
{
    char guid[GUID_TEXT];

    guid_format(vmgenid_guid(HW_DEVICE(VmGenId, dev)), guid);
    snprintf(text, capacity, "%s", guid);
}

static bool vmgenid_set_guid(HwDevice *dev, const char *text, HwError *error)
{
    VmGenId *s = HW_DEVICE(VmGenId, dev);

    if (!guid_choose(s, text, s->configured, error)) {
        return false;
    }
    memcpy(vmgenid_guid(s), s->configured, GUID_SIZE);
    vmgenid_publish(s);
    return true;
}

static void vmgenid_get_next_load(HwDevice *dev, char *text, uint32_t capacity)
{
    generation_get_next_load(&HW_DEVICE(VmGenId, dev)->generation, text, capacity);
}

static bool vmgenid_set_next_load(HwDevice *dev, const char *text, HwError *error)
{
    (void)error;
    generation_set_next_load(&HW_DEVICE(VmGenId, dev)->generation, text);
    return true;
}

#define POLICY(load, name, what) \
    GENERATION_POLICY(name, VmGenId, load, GENERATION_CONFIGURED, "GUID after " what)

/* clang-format off */
static const HwProperty vmgenid_properties[] = {
    { .name = "guid", .type = HW_PROPERTY_STRING,
      .offset = HW_MEMBER(VmGenId, guid_option, const char *), .default_string = "auto",
      .description = "generation ID, or auto: a random ID",
      .get = vmgenid_get_guid, .set = vmgenid_set_guid },
    POLICY(LOAD_MIGRATE, "on-migrate", "a live migration"),
    POLICY(LOAD_RESTORE, "on-restore", "a saved guest is restored"),
    POLICY(LOAD_CLONE, "on-clone", "a guest is cloned"),
    POLICY(LOAD_REVERT, "on-revert", "a guest is reverted"),
    GENERATION_NEXT_LOAD(VmGenId, vmgenid_get_next_load, vmgenid_set_next_load),
    HW_PROP_BOOL("pointer-to-blob", VmGenId, pointer_to_blob, false,
                 "the address is the blob's, as in version 6 of QEMU's patches"),
    HW_PROP_BOOL("stir-tpm", VmGenId, stir_tpm, true,
                 "mix entropy into the TPM when the GUID changes"),
    HW_PROP_BOOL("device-tree", VmGenId, device_tree, false,
                 "a page with the GUID and a device tree node, for a guest without ACPI"),
    HW_PROP_ADDRESS("page", VmGenId, page, HW_ADDRESS_AUTO, "address of the page with the GUID"),
};
/* clang-format on */

/* ----------------------------------------------------------------------- state */

/* Without the subsection its field is loaded as 0, and the address is whole. */
static bool vmgenid_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    VmGenId *s = HW_DEVICE(VmGenId, dev);

    (void)version;
    (void)error;
    generation_begin(&s->generation);
    if (s->address_written == 0) {
        s->address_written = VMGENID_ADDRESS_WHOLE;
    }
    return true;
}

static bool vmgenid_partial_needed(HwDevice *dev)
{
    uint8_t written = HW_DEVICE(VmGenId, dev)->address_written;

    return written != 0 && written != VMGENID_ADDRESS_WHOLE;
}

/* clang-format off */
static const HwState vmgenid_state = {
    .name = "vmgenid",
    .version = 1,
    .minimum_version = 1,
    .fields = HW_ROWS(HwStateField,
        HW_SAVED_AS("vmgenid_addr_le", VmGenId, address, 0)),
    .post_load = vmgenid_post_load,
    .subsections = HW_ROWS(HwState,
        { .name = "vmgenid/partial", .version = 1, .minimum_version = 1,
          .fields = HW_ROWS(HwStateField, HW_SAVED(VmGenId, address_written)),
          .needed = vmgenid_partial_needed }),
};
/* clang-format on */

/* clang-format off */
static const HwState vmgenid_live = {
    .name = "vmgenid-live",
    .version = 1,
    .minimum_version = 1,
    .fields = HW_ROWS(HwStateField,
        HW_SAVED(VmGenId, configured), HW_SAVED(VmGenId, blob),
        HW_SAVED(VmGenId, address_written), HW_SAVED(VmGenId, notice),
        GENERATION_LIVE(VmGenId)),
};
/* clang-format on */

static void vmgenid_loaded(HwDevice *dev)
{
    VmGenId *s = HW_DEVICE(VmGenId, dev);

    vmgenid_apply(s, generation_load(&s->generation));
}

/* ------------------------------------------------------------------------ life */

static bool services_find(VmGenId *s, HwError *error)
{
    const HwFwCfg *fw_cfg = hw_fw_cfg(&s->dev);
    HwAcpiEvent event;

    s->memory = hw_guest_memory(&s->dev);
    s->acpi = hw_acpi(&s->dev);
    s->tpm = hw_tpm_backend(&s->dev);
    if (s->tpm && s->tpm->abi.size <= offsetof(HwTpmBackendService, stir)) {
        s->tpm = NULL; /* host older than `stir` */
    }
    if (!(fw_cfg->features & HW_FW_CFG_DMA)) {
        return hw_error_set(
            error,
            "%s: needs fw_cfg with DMA, by which the guest writes " VMGENID_ADDR_FILE
            "; this machine has none",
            s->dev.id);
    }
    return s->acpi->event(&s->dev, VMGENID_GPE, &event) ||
           hw_error_set(error, "%s: this machine has no way to notify its guest", s->dev.id);
}

static bool vmgenid_realize(HwDevice *dev, HwError *error)
{
    VmGenId *s = HW_DEVICE(VmGenId, dev);

    if (!services_find(s, error) || !guid_choose(s, s->guid_option, s->configured, error)) {
        return false;
    }
    memcpy(vmgenid_guid(s), s->configured, GUID_SIZE);
    return vmgenid_tree_realize(s, error) && generation_join(&s->generation, dev, error);
}

static void vmgenid_unrealize(HwDevice *dev)
{
    generation_leave(&HW_DEVICE(VmGenId, dev)->generation);
}

/* Keep a pending write or adoption across reset: after S3 the guest's memory is unchanged. */
static void vmgenid_reset(HwDevice *dev)
{
    VmGenId *s = HW_DEVICE(VmGenId, dev);

    memset(s->address, 0, sizeof(s->address));
    s->address_written = 0;
    vmgenid_owe_event(s);
    vmgenid_tree_reset(s);
}

static void vmgenid_build_acpi(HwDevice *dev, HwAcpiBuild *build)
{
    const VmGenId *s = HW_DEVICE(VmGenId, dev);

    vmgenid_describe(dev, build, s->pointer_to_blob ? 0 : VMGENID_GUID_OFFSET);
}

const HwDeviceClass vmgenid_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "vmgenid",
    .description = "VM Generation ID",
    .instance_size = sizeof(VmGenId),
    .flags = HW_CLASS_FLAT,
    .at_most_one = HW_GROUP_VMGENID,
    .services = HW_NAMES(HW_GUEST_MEMORY, HW_FW_CFG, HW_ACPI),
    .regions = HW_ROWS(HwRegion,
                       { "page", HW_REGION_RAM, .size = 0x1000, .base = offsetof(VmGenId, page),
                         .enabled = offsetof(VmGenId, device_tree), .ram_block = "vmgenid-page" }),
    .properties = HW_TABLE(vmgenid_properties),
    .state = &vmgenid_state,
    .live = &vmgenid_live,
    .realize = vmgenid_realize,
    .unrealize = vmgenid_unrealize,
    .reset = vmgenid_reset,
    .loaded = vmgenid_loaded,
    .fw_cfg_files = HW_ROWS(HwFwCfgFile,
                            { VMGENID_GUID_FILE, offsetof(VmGenId, blob), VMGENID_BLOB_SIZE,
                              .selected = vmgenid_blob_selected },
                            { VMGENID_ADDR_FILE, offsetof(VmGenId, address), VMGENID_ADDR_SIZE,
                              HW_FW_CFG_GUEST_WRITABLE, .written = vmgenid_address_written }),
    .build_acpi = vmgenid_build_acpi,
};
