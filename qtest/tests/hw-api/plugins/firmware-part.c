/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device with only the parts that firmware sees: fw_cfg files and tables. */
#include "hw-api/device/aml.h"
#include "hw-api/device/bytes.h"
#include "hw-api/ext/fw-cfg.h"

#include <stdio.h>
#include <string.h>

#define PART_GPE 6

typedef struct Part {
    HwDevice dev;
    uint32_t selections;
    uint32_t writes;
    uint8_t notes[16]; /* counters of the hooks' calls */
    uint8_t place[8];
    bool more;
    bool wrong;    /* the tables have a pointer that hosts refuse */
    uint64_t room; /* for tests of sizes */
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

/* Firmware puts the notes into memory, and writes their address to a table and to the device. */
static void part_build_acpi(HwDevice *dev, HwAcpiBuild *build)
{
    const Part *s = HW_DEVICE(Part, dev);
    const HwAcpi *acpi = hw_acpi(dev);
    HwAcpiEvent event = { 0 };
    uint8_t bytes[256];
    uint8_t body[8] = { 4 }; /* a pointer to an offset in the notes */
    HwAml aml;
    uint32_t table;

    hw_aml_init(&aml, bytes, sizeof(bytes));
    hw_aml_device(&aml, "\\_SB.PART");
    hw_aml_name_string(&aml, "_HID", "PART0001");
    hw_aml_end(&aml);
    if (acpi->event(dev, PART_GPE, &event)) {
        hw_aml_event_handler(&aml, &event, "\\_SB.PART");
    }
    if (hw_aml_done(&aml)) {
        acpi->add_aml(build, bytes, aml.size);
    }
    acpi->allocate(build, "etc/part-notes", 64, HW_ACPI_ZONE_HIGH);
    table = acpi->add_table(build, "PART", 1, NULL, body, sizeof(body));
    acpi->add_pointer(build, table, 36, 8, "etc/part-notes");
    acpi->write_pointer(build, "etc/part-place", s->wrong ? 1 : 0, 8, "etc/part-notes", 0);
}

static void wrong_get(HwDevice *dev, char *text, uint32_t capacity)
{
    snprintf(text, capacity, "%s", HW_DEVICE(Part, dev)->wrong ? "on" : "off");
}

static bool wrong_set(HwDevice *dev, const char *text, HwError *error)
{
    (void)error;
    HW_DEVICE(Part, dev)->wrong = strcmp(text, "on") == 0;
    return true;
}

/* Raises the event as a device does when a load makes a clone. */
static void part_loaded(HwDevice *dev)
{
    hw_acpi(dev)->raise(dev, PART_GPE);
}

static const HwState part_state = {
    .name = "firmware-part",
    .version = 1,
    .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(Part, place)),
};

/* clang-format off */
static const HwDeviceClass part_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "firmware-part",
    .description = "files for firmware",
    .instance_size = sizeof(Part),
    .state = &part_state,
    .loaded = part_loaded,
    .properties = HW_ROWS(HwProperty,
        HW_PROP_BOOL("more", Part, more, false, "a third file"),
        { "wrong", HW_PROPERTY_BOOL, offsetof(Part, wrong), .get = wrong_get, .set = wrong_set,
          .description = "tables that hosts refuse" },
        HW_PROP_SIZE("room", Part, room, 4096, "bytes")),
    .services = HW_NAMES(HW_ACPI, HW_FW_CFG),
    .build_acpi = part_build_acpi,
    .fw_cfg_files = HW_ROWS(HwFwCfgFile,
        { "etc/part-notes", offsetof(Part, notes), 16, .selected = notes_selected },
        { "etc/part-place", offsetof(Part, place), 8, HW_FW_CFG_GUEST_WRITABLE,
          .written = place_written },
        { "etc/part-zeros", .size = 3, .enabled = offsetof(Part, more) },
        { "etc/tpm/log", .size = 5, .enabled = offsetof(Part, more) }),
};
/* clang-format on */

HW_EXPORT extern const HwPlugin hw_plugin;
const HwPlugin hw_plugin = {
    .abi = HW_ABI(HwPlugin),
    .name = "firmware-part",
    .version = "1",
    .licence = "GPL-2.0-or-later",
    .classes = HW_ROWS(HwDeviceClassRef, &part_class),
};
