/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measures the bridge's own code inside a stock QEMU: it is a plugin of QEMU, with the bridge's
 * files.  Prints the figures as JSON, and ends QEMU.
 *
 *   qemu-system-x86_64 -accel tcg -S -nodefaults -display none -machine pc \
 *       -plugin file=bench-bridge.so,set=outboard-devices.so \
 *       -device outboard-edu,addr=4 -device edu,addr=5
 *
 * Learning is measured once in a process, the first time: later calls find its pages in the caches.
 */
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plugins/qemu-bridge/bridge.h"
#include "plugins/qemu-bridge/qemu/layout.h"
#include "plugins/qemu-bridge/qemu/log.h"
#include "plugins/qemu-bridge/qemu/machine-api.h"
#include "plugins/qemu-bridge/qemu/running.h"
#include "plugins/qemu-bridge/qemu/symbols.h"
#include "plugins/qemu-bridge/service/services.h"
#include "qtest/bench/bench-bridge-pci.h"
#include "qtest/bench/figures.h"

enum { ADDRESS = 0x10000, SIZE = 64, WRITES = 20000, ROUNDS = 11 };

HW_EXPORT int qemu_plugin_version = 1;
HW_EXPORT int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv);

static double learning_us;

/* This thread's processor time: a busy machine does not change it much. */
static double now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

static bool write_raw(HwDevice *dev, uint64_t address, const void *buffer, uint64_t size)
{
    (void)dev;
    return address_space_rw(&address_space_memory, address, qemu_attributes_unspecified(),
                            (void *)(uintptr_t)buffer, size, true) == 0;
}

static double write_ns(bool (*write)(HwDevice *, uint64_t, const void *, uint64_t))
{
    BridgeDevice device = { 0 }; /* no PCI function */
    HwInstance instance = { .owner = &device };
    HwDevice dev = { .host_data = &instance };
    uint8_t bytes[SIZE];
    double begin = now_ns();

    for (int i = 0; i < WRITES; i++) {
        memset(bytes, i, sizeof(bytes));
        if (!write(&dev, ADDRESS, bytes, sizeof(bytes))) {
            g_error("QEMU has refused a write to RAM");
        }
    }
    return (now_ns() - begin) / WRITES;
}

/* The machine has its RAM now. */
static void measure(QemuNotifier *notifier, void *data)
{
    double ours[ROUNDS], raw[ROUNDS];

    (void)notifier;
    (void)data;
    for (int i = 0; i < ROUNDS; i++) {
        ours[i] = write_ns(bridge_guest_memory.write);
        raw[i] = write_ns(write_raw);
    }
    figures_add("learning of QEMU's layouts", "us", learning_us, 0, 1000, false);
    figures_add("DMA write of 64 bytes through the bridge", "ns", median(ours, ROUNDS), 0, 150,
                false);
    figures_add("DMA write of 64 bytes by QEMU itself", "ns", median(raw, ROUNDS), 0, 0, false);
    bench_pci_measure();
    figures_print(true);
    exit(0);
}

static QemuNotifier done = { .notify = measure };

int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
    HW_ERROR(error, 512);
    double begin = now_ns();

    (void)id;
    (void)info;
    if (argc != 1 || !g_str_has_prefix(argv[0], "set=")) {
        bridge_report("arguments: expected set=FILE");
        return 1;
    }
    if (!qemu_running_learn(&error) || !qemu_running_try(&error)) {
        bridge_report(error.text);
        return 1;
    }
    learning_us = (now_ns() - begin) / 1e3;
    if (!bench_pci_load(argv[0] + strlen("set="), &error)) {
        bridge_report(error.text);
        return 1;
    }
    qemu_add_machine_init_done_notifier(&done);
    return 0;
}

/* QEMU's loader reads the version after the constructor has run. */
__attribute__((constructor)) static void loaded(void)
{
    const char *first;

    if (qemu_symbols_missing(&first) == 0) {
        qemu_plugin_version = qemu_running_plugin_api();
    }
}
