/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/machine/parts/acpi-part.h"

#include "hw-api/ext/acpi.h"

typedef struct Part {
    HwDevice dev;
    uint32_t value;
    bool bad;
    bool rings; /* after a load */
} Part;

static void part_build(HwDevice *dev, HwAcpiBuild *build)
{
    Part *s = HW_DEVICE(Part, dev);
    const uint8_t body[8] = { 1, 2, 3, 4 };

    hw_acpi(dev)->add_table(build, s->bad ? "no" : "PART", 1, NULL, body, sizeof(body));
    gadget_note(dev, "build");
}

static bool part_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    (void)version;
    (void)error;
    return HW_DEVICE(Part, dev)->value != 0xbad;
}

static void part_loaded(HwDevice *dev)
{
    if (HW_DEVICE(Part, dev)->rings) {
        hw_acpi(dev)->raise(dev, ACPI_PART_EVENT);
    }
}

static const HwProperty part_properties[] = {
    HW_PROP_U32("value", Part, value, 0, "its state"),
    HW_PROP_BOOL("bad", Part, bad, false, "adds a table that the host refuses"),
    HW_PROP_BOOL("rings", Part, rings, false, "raises an event once loaded"),
};

static const HwStateField part_fields[] = { HW_SAVED(Part, value) };

static const HwState part_state = {
    .name = "part",
    .version = 1,
    .minimum_version = 1,
    .fields = HW_TABLE(part_fields),
    .post_load = part_post_load,
};

/* clang-format off */
static HwClass part_class = {
    .table = { .abi = HW_ABI(HwDeviceClass), .name = "part", .instance_size = sizeof(Part),
               .properties = HW_TABLE(part_properties), .state = &part_state,
               .loaded = part_loaded, .build_acpi = part_build },
    .original = &part_class.table,
};
/* clang-format on */

HwDevice *acpi_part_add(GadgetHost *f, const char *options)
{
    if (!ob_host_find_class(f->host, "part")) {
        g_assert_true(ob_host_add_class(f->host, &part_class, &f->error));
    }
    return device_add(f, "part", options)->dev;
}

void acpi_event_raise(HwDevice *dev, uint32_t gpe)
{
    hw_acpi(dev)->raise(dev, gpe);
}

uint64_t acpi_in(GadgetHost *f, uint64_t port, uint32_t size)
{
    return ob_host_load(f->host, HW_SPACE_IO, port, size);
}

void acpi_out(GadgetHost *f, uint64_t port, uint64_t value, uint32_t size)
{
    ob_host_store(f->host, HW_SPACE_IO, port, value, size);
}
