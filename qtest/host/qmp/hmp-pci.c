/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HMP's info pci: QMP's query-pci in QEMU's words. */
#include <inttypes.h>
#include <string.h>

#include "qtest/host/qmp/hmp-internal.h"

static uint64_t number(const json_t *object, const char *name)
{
    return (uint64_t)json_integer_value(json_object_get(object, name));
}

/* QEMU's words for classes that functions here have. */
static const struct {
    uint32_t code;
    const char *words;
} classes[] = {
    { 0x0200, "Ethernet controller" }, { 0x0380, "Display controller" }, { 0x0600, "Host bridge" },
    { 0x0601, "ISA bridge" },          { 0x0604, "PCI bridge" },         { 0x0700, "Serial port" },
};

static void class_print(ObHmpCall *call, uint64_t code)
{
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        if (classes[i].code == code) {
            ob_hmp_print(call, "    %s", classes[i].words);
            return;
        }
    }
    ob_hmp_print(call, "    Class %04" PRIu64, code); /* decimal, as QEMU's */
}

static void range_print(ObHmpCall *call, const json_t *bridge, const char *name, const char *words,
                        int digits)
{
    const json_t *range = json_object_get(bridge, name);

    ob_hmp_print(call, "      %s [0x%0*" PRIx64 ", 0x%0*" PRIx64 "]\n", words, digits,
                 number(range, "base"), digits, number(range, "limit"));
}

static void bridge_print(ObHmpCall *call, const json_t *bridge)
{
    const json_t *bus = json_object_get(bridge, "bus");

    ob_hmp_print(call, "      BUS %" PRIu64 ".\n", number(bus, "number"));
    ob_hmp_print(call, "      secondary bus %" PRIu64 ".\n", number(bus, "secondary"));
    ob_hmp_print(call, "      subordinate bus %" PRIu64 ".\n", number(bus, "subordinate"));
    range_print(call, bus, "io_range", "IO range", 4);
    range_print(call, bus, "memory_range", "memory range", 8);
    range_print(call, bus, "prefetchable_range", "prefetchable memory range", 8);
}

static void bar_print(ObHmpCall *call, const json_t *region)
{
    const char *type = json_string_value(json_object_get(region, "type"));
    uint64_t base = number(region, "address");
    bool is_io = strcmp(type, "io") == 0;

    ob_hmp_print(call, "      BAR%" PRIu64 ": ", number(region, "bar"));
    if (is_io) {
        ob_hmp_print(call, "I/O");
    } else {
        ob_hmp_print(call, "%d bit%s memory",
                     json_is_true(json_object_get(region, "mem_type_64")) ? 64 : 32,
                     json_is_true(json_object_get(region, "prefetch")) ? " prefetchable" : "");
    }
    if (base == UINT64_MAX) {
        ob_hmp_print(call, " (not mapped)\n");
    } else {
        ob_hmp_print(call, " at 0x%0*" PRIx64 " [0x%0*" PRIx64 "].\n", is_io ? 4 : 8, base,
                     is_io ? 4 : 8, base + number(region, "size") - 1);
    }
}

static void bus_print(ObHmpCall *call, const json_t *devices);

static void function_print(ObHmpCall *call, const json_t *device)
{
    const json_t *id = json_object_get(device, "id");
    const json_t *bridge = json_object_get(device, "pci_bridge");
    const json_t *region;
    size_t i;

    ob_hmp_print(call, "  Bus %2" PRIu64 ", device %3" PRIu64 ", function %" PRIu64 ":\n",
                 number(device, "bus"), number(device, "slot"), number(device, "function"));
    class_print(call, number(json_object_get(device, "class_info"), "class"));
    ob_hmp_print(call, ": PCI device %04" PRIx64 ":%04" PRIx64 "\n", number(id, "vendor"),
                 number(id, "device"));
    if (json_object_get(id, "subsystem")) {
        ob_hmp_print(call, "      PCI subsystem %04" PRIx64 ":%04" PRIx64 "\n",
                     number(id, "subsystem-vendor"), number(id, "subsystem"));
    }
    if (json_object_get(device, "irq")) {
        ob_hmp_print(call, "      IRQ %" PRIu64 ", pin %c\n", number(device, "irq"),
                     (char)('A' + number(device, "irq_pin") - 1));
    }
    if (bridge) {
        bridge_print(call, bridge);
    }
    json_array_foreach(json_object_get(device, "regions"), i, region)
    {
        bar_print(call, region);
    }
    ob_hmp_print(call, "      id \"%s\"\n", json_string_value(json_object_get(device, "qdev_id")));
    bus_print(call, json_object_get(bridge, "devices"));
}

static void bus_print(ObHmpCall *call, const json_t *devices)
{
    const json_t *device;
    size_t i;

    json_array_foreach(devices, i, device)
    {
        function_print(call, device);
    }
}

void ob_hmp_info_pci(ObHmpCall *call)
{
    json_t *buses = ob_hmp_call_qmp(call, "query-pci", NULL);
    const json_t *bus;
    size_t i;

    json_array_foreach(buses, i, bus)
    {
        bus_print(call, json_object_get(bus, "devices"));
    }
    json_decref(buses);
}
