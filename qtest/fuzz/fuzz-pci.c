/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target: a guest's accesses to PCI, in process.  Each operation is 10 bytes: what, where
 * (4 bytes), a value (4 bytes), a width and a number of repetitions.  An access repeats at the places
 * that follow, with other values.  Configuration space is reached by ports and by ECAM.  BARs and
 * windows of bridges end up over RAM, each other and the machine's own devices.  Functions are plugged
 * in below bridges, asked for, and ejected.
 */
#include <string.h>

#include <glib.h>

#include "hw-api/device/bytes.h"
#include "qtest/fuzz/fuzz-host.h"
#include "qtest/machine/board.h"
#include "qtest/machine/pci/pci.h"
#include "qtest/tests/lib/lantern.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    OPERATION = 10, /* bytes */
    ACCESSES = 6,   /* kinds of accesses */
    KINDS = 32,     /* the first byte has so many */
    ACCESSING = 27, /* so many mean an access, since other operations take much longer */
    PLUGGED_MAX = 16,
    PLUG_RESERVES = 0x10000, /* a bit of the value: the port has the reserve capability */
};

#define STEP 0x01010101u /* from a repetition's value to the next one's */

static ObHost *host_new(void)
{
    static const HwClass *const classes[] = { &lantern_class, &lantern_express_class,
                                              &gleam_class };
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35", .ram_size = 1 << 20 };
    HW_ERROR(error, 256);
    ObHost *host = ob_host_new(&config, &error);

    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        g_assert_true(ob_host_add_class(host, classes[i], &error));
    }
    return host;
}

static void plug(ObHost *host, uint32_t where, uint32_t value)
{
    static const struct {
        const char *name;
        const char *number; /* a bridge's property with a number of its own */
    } classes[] = {
        { "lantern", NULL },          { "lantern-express", NULL },    { "gleam", NULL },
        { "pcie-root-port", "slot" }, { "pci-bridge", "chassis_nr" }, { "pcie-root-port", "slot" },
    };
    g_autofree char *address = g_strdup_printf("%x.%x", where & 31, where >> 5 & 7);
    g_autofree char *number = g_strdup_printf("%u", 1 + (value >> 8 & 63));
    const char *name = classes[value % G_N_ELEMENTS(classes)].name;
    const char *property = classes[value % G_N_ELEMENTS(classes)].number;
    const HwInstance *bridge = ob_host_device_at(host, where >> 8 & 15);
    ObOption options[5] = { { "addr", address }, { "multifunction", "on" } };
    uint32_t count = 2;

    if (property) {
        options[count++] = (ObOption) { property, number };
    }
    if (!strcmp(name, "pcie-root-port") && (value & PLUG_RESERVES)) {
        options[count++] = (ObOption) { "mem-reserve", "0x4000000" };
    }
    if (bridge && bridge->cls->pci_kind) {
        options[count++] = (ObOption) { "bus", bridge->id };
    }
    if (!ob_host_device_at(host, PLUGGED_MAX)) {
        ob_host_add_device(host, name, options, count, NULL);
    }
}

static void unplug(ObHost *host, uint32_t index)
{
    HwInstance *instance = ob_host_device_at(host, index % PLUGGED_MAX);

    if (instance && (index >> 8 & 1)) {
        ob_host_unplug(host, instance, NULL);
    } else if (instance) {
        ob_host_remove_device(host, instance);
    }
}

/* A quarter of the accesses go to the host bridge, which hides RAM. */
static uint32_t function(uint32_t where)
{
    return where >> 30 == 3 ? 0 : where >> 16 & 0x3ff;
}

/* Returns an address at which something may be: a BAR, RAM that may be hidden, or any. */
static uint64_t place(ObHost *host, uint32_t where)
{
    const HwInstance *instance = ob_host_device_at(host, where >> 28);
    const HwPciUnit *unit = instance ? instance->pci : NULL;
    uint64_t address = unit ? unit->bars[(where >> 24 & 15) % HW_PCI_BARS].address
                            : HW_PCI_UNMAPPED;

    if (address != HW_PCI_UNMAPPED) {
        return address + (where & 0xfff);
    }
    return where >> 30 == 3 ? where & 0xfffff : where;
}

static void access_once(ObHost *host, uint32_t what, uint32_t where, uint32_t value, uint32_t width)
{
    uint32_t config = MIN(width, 4);

    fuzz_access();
    switch (what) {
    case 0:
        ob_pci_config_write(ob_host_pci(host), function(where), where & 0xfff, value, config);
        break;
    case 1:
        ob_pci_config_read(ob_host_pci(host), function(where), where & 0x1fff, config);
        break;
    case 2:
        ob_host_store(host, HW_SPACE_IO, 0xcf8, where | 0x80000000u, 4);
        ob_host_store(host, HW_SPACE_IO, 0xcfc + (where & 3), value, config);
        break;
    case 3:
        ob_host_store(host, HW_SPACE_MEMORY, place(host, where), value, width);
        break;
    case 4:
        ob_host_load(host, HW_SPACE_MEMORY, place(host, where), width);
        break;
    default:
        ob_host_store(host, HW_SPACE_IO, where & 0xffff, value, config);
        break;
    }
}

static void other_operation(ObHost *host, uint32_t what, uint32_t where, uint32_t value)
{
    switch (what) {
    case 0:
        plug(host, where, value);
        break;
    case 1:
        unplug(host, where);
        break;
    case 2:
        ob_host_reset(host);
        break;
    case 3:
        if (value % 4 == 0) {
            ob_host_set_hot(host);
        }
        ob_host_poll(host);
        break;
    default:
        if (value % 16 == 0) {
            fuzz_host_move(host, 0);
        } else {
            ob_pci_assign(ob_host_pci(host));
        }
        break;
    }
}

static void operation(ObHost *host, const uint8_t *bytes)
{
    uint32_t where = (uint32_t)hw_load_le(bytes + 1, 4);
    uint32_t value = (uint32_t)hw_load_le(bytes + 5, 4);
    uint32_t width = 1u << (bytes[9] & 3);
    uint32_t repetitions = bytes[9] >> 2;
    uint32_t what = bytes[0] % KINDS;

    if (what >= ACCESSING) {
        other_operation(host, what - ACCESSING, where, value);
        return;
    }
    for (uint32_t i = 0; i <= repetitions; i++) {
        access_once(host, what % ACCESSES, where + i * width, value + i * STEP, width);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ObHost *host = host_new();

    plug(host, 4, 0);
    plug(host, 5, 1);
    plug(host, 6, 3);
    plug(host, 0x200, 0); /* on the bus of the third device, the port */
    ob_pci_assign(ob_host_pci(host));
    for (; size >= OPERATION; data += OPERATION, size -= OPERATION) {
        operation(host, data);
    }
    ob_host_free(host);
    return 0;
}
