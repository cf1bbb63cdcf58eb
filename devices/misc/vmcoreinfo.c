/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmcoreinfo: the place of a guest kernel's note for crash dumps.  Specified in vmcoreinfo.rst. */
#include <string.h>

#include "devices/devices.h"
#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/fw-cfg.h"

/* The file's layout, little-endian (QEMU's docs/specs/vmcoreinfo). */
enum { HOST_FORMAT = 0, GUEST_FORMAT = 2, NOTE_SIZE = 4, NOTE_ADDRESS = 8, FILE_SIZE = 16 };

enum { FORMAT_NONE, FORMAT_ELF };

typedef struct VmCoreInfo {
    HwDevice dev;
    uint8_t file[FILE_SIZE];
    uint8_t written;      /* the guest has described its note */
    uint16_t host_format; /* state only: the file's numbers */
    uint16_t guest_format;
    uint32_t size;
    uint64_t paddr;
} VmCoreInfo;

static bool vmcoreinfo_realize(HwDevice *dev, HwError *error)
{
    return (hw_fw_cfg(dev)->features & HW_FW_CFG_DMA) ||
           hw_error_set(error,
                        "%s: needs fw_cfg with DMA, by which the guest writes etc/vmcoreinfo; "
                        "this machine has none",
                        dev->id);
}

/* A guest describes its note by one transfer of the whole file. */
static void vmcoreinfo_written(HwDevice *dev, uint32_t offset, uint32_t length)
{
    VmCoreInfo *s = HW_DEVICE(VmCoreInfo, dev);

    s->written = offset == 0 && length == FILE_SIZE &&
                 hw_load_le(&s->file[GUEST_FORMAT], 2) != FORMAT_NONE;
}

static void vmcoreinfo_reset(HwDevice *dev)
{
    VmCoreInfo *s = HW_DEVICE(VmCoreInfo, dev);

    memset(s->file, 0, sizeof(s->file));
    hw_store_le(&s->file[HOST_FORMAT], FORMAT_ELF, 2);
    s->written = false;
}

static void vmcoreinfo_pre_save(HwDevice *dev)
{
    VmCoreInfo *s = HW_DEVICE(VmCoreInfo, dev);

    s->host_format = (uint16_t)hw_load_le(&s->file[HOST_FORMAT], 2);
    s->guest_format = (uint16_t)hw_load_le(&s->file[GUEST_FORMAT], 2);
    s->size = (uint32_t)hw_load_le(&s->file[NOTE_SIZE], 4);
    s->paddr = hw_load_le(&s->file[NOTE_ADDRESS], 8);
}

static void vmcoreinfo_loaded(HwDevice *dev)
{
    VmCoreInfo *s = HW_DEVICE(VmCoreInfo, dev);

    hw_store_le(&s->file[HOST_FORMAT], s->host_format, 2);
    hw_store_le(&s->file[GUEST_FORMAT], s->guest_format, 2);
    hw_store_le(&s->file[NOTE_SIZE], s->size, 4);
    hw_store_le(&s->file[NOTE_ADDRESS], s->paddr, 8);
    s->written = s->written != 0;
}

/* clang-format off */
static const HwState vmcoreinfo_state = {
    .name = "vmcoreinfo",
    .version = 1,
    .minimum_version = 1,
    .pre_save = vmcoreinfo_pre_save,
    .fields = HW_ROWS(HwStateField,
        HW_SAVED_AS("has_vmcoreinfo", VmCoreInfo, written, 0),
        HW_SAVED_AS("vmcoreinfo.host_format", VmCoreInfo, host_format, 0),
        HW_SAVED_AS("vmcoreinfo.guest_format", VmCoreInfo, guest_format, 0),
        HW_SAVED_AS("vmcoreinfo.size", VmCoreInfo, size, 0),
        HW_SAVED_AS("vmcoreinfo.paddr", VmCoreInfo, paddr, 0)),
};
/* clang-format on */

const HwDeviceClass vmcoreinfo_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "vmcoreinfo",
    .description = "place of the guest kernel's note for crash dumps",
    .instance_size = sizeof(VmCoreInfo),
    .services = HW_NAMES(HW_FW_CFG),
    .fw_cfg_files = HW_ROWS(HwFwCfgFile,
                            { "etc/vmcoreinfo", offsetof(VmCoreInfo, file), FILE_SIZE,
                              HW_FW_CFG_GUEST_WRITABLE, .written = vmcoreinfo_written }),
    .state = &vmcoreinfo_state,
    .realize = vmcoreinfo_realize,
    .reset = vmcoreinfo_reset,
    .loaded = vmcoreinfo_loaded,
};
