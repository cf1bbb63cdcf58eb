/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device that has nothing but what firmware sees of it. */
#include "hw-api/device/bytes.h"
#include "hw-api/ext/fw-cfg.h"

typedef struct Part {
    HwDevice dev;
    uint32_t selections;
    uint32_t writes;
    uint8_t notes[16];          /* what the hooks were told */
    uint8_t place[8];
    bool more;
} Part;

static void notes_selected(HwDevice *dev)
{
    Part *s = HW_DEVICE(Part, dev);

    s->selections++;
    hw_store_le(s->notes, s->selections, 4);
}

static void place_written(HwDevice *dev, uint32_t offset, uint32_t length)
{
    Part *s = HW_DEVICE(Part, dev);

    s->writes++;
    hw_store_le(s->notes + 4, s->writes, 4);
    hw_store_le(s->notes + 8, offset, 4);
    hw_store_le(s->notes + 12, length, 4);
}

static const HwState part_state = {
    .name = "firmware-part",
    .version = 1,
    .minimum_version = 1,
    .fields = HW_ROWS(HwField, HW_FIELD(Part, place, 8)),
};

static const HwDeviceClass part_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "firmware-part",
    .description = "files for firmware",
    .instance_size = sizeof(Part),
    .state = &part_state,
    .properties = HW_ROWS(HwProperty, HW_PROP_BOOL("more", Part, more, false, "a third file")),
    .services = HW_NAMES(HW_FW_CFG_SERVICE),
    .fw_cfg_files = HW_ROWS(HwFwCfgFile,
        { "etc/part-notes", offsetof(Part, notes), 16, .selected = notes_selected },
        { "etc/part-place", offsetof(Part, place), 8, HW_FW_CFG_GUEST_WRITABLE,
          .written = place_written },
        { "etc/part-zeros", .size = 3, .enabled = offsetof(Part, more) }),
};

HW_EXPORT extern const HwPlugin hw_plugin;
const HwPlugin hw_plugin = {
    .abi = HW_ABI(HwPlugin),
    .name = "firmware-part",
    .version = "1",
    .licence = "GPL-2.0-or-later",
    .classes = HW_ROWS(HwDeviceClassRef, &part_class),
};
