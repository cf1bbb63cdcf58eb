/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Measures a PCI function of the bridge beside QEMU's own: both are edu, in slots 4 and 5 of pc. */
#include "qtest/bench/bench-bridge-pci.h"

#include <time.h>

#include "plugins/qemu-bridge/bridge.h"
#include "plugins/qemu-bridge/qemu/layout.h"
#include "plugins/qemu-bridge/service/services.h"
#include "qtest/bench/figures.h"

enum {
    OURS = 4 << 3,
    THEIRS = 5 << 3,
    COMMAND = 0x04,
    BAR = 0x10,
    LIVE = 0x04, /* a register of both */
    DECODE_AND_MASTER = 6,
    ACCESSES = 20000,
    ROUNDS = 11,
    RAM = 0x10000,
    SIZE = 64,
};

QEMU_WEAK QemuAddressSpace address_space_io;

static double now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

static void out(uint16_t port, uint32_t value)
{
    address_space_rw(&address_space_io, port, qemu_attributes_unspecified(), &value, 4, true);
}

static void config_write(uint32_t address, uint32_t offset, uint32_t value)
{
    out(0xcf8, 0x80000000 | address << 8 | offset);
    out(0xcfc, value);
}

static void map(uint32_t address, uint32_t base)
{
    config_write(address, BAR, base);
    config_write(address, COMMAND, DECODE_AND_MASTER);
}

static double access_ns(uint64_t address, bool is_write)
{
    double begin = now_ns();

    for (uint32_t i = 0; i < ACCESSES; i++) {
        uint32_t word = i;

        if (address_space_rw(&address_space_memory, address, qemu_attributes_unspecified(), &word,
                             4, is_write) != 0) {
            g_error("QEMU has refused an access to a BAR");
        }
    }
    return (now_ns() - begin) / ACCESSES;
}

static void compare(const char *name, bool is_write)
{
    double ours[ROUNDS], theirs[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        ours[i] = access_ns(0xe0000000 + LIVE, is_write);
        theirs[i] = access_ns(0xe1000000 + LIVE, is_write);
    }
    figures_add(name, "ns", median(ours, ROUNDS), median(theirs, ROUNDS), 1.03, false);
}

static double dma_ns(HwDevice *dev)
{
    uint8_t bytes[SIZE] = { 0 };
    double begin = now_ns();

    for (int i = 0; i < ACCESSES; i++) {
        if (!bridge_guest_memory.write(dev, RAM, bytes, sizeof(bytes))) {
            g_error("QEMU has refused a write to RAM");
        }
    }
    return (now_ns() - begin) / ACCESSES;
}

bool bench_pci_load(const char *set, HwError *error)
{
    bridge.host = &bridge_host.api;
    bridge.set = hw_plugin_set_load(set, bridge.host, NULL, 0, error);
    return bridge.set && bridge_register_types(error);
}

void bench_pci_measure(void)
{
    double dma[ROUNDS];

    map(OURS, 0xe0000000);
    map(THEIRS, 0xe1000000);
    compare("read of a PCI function's register in QEMU, beside its own", false);
    compare("write of a PCI function's register in QEMU, beside its own", true);
    for (int i = 0; i < ROUNDS; i++) {
        dma[i] = dma_ns(bridge.devices->instance->dev);
    }
    figures_add("DMA write of 64 bytes by a PCI function in QEMU", "ns", median(dma, ROUNDS), 0,
                150, false);
}
