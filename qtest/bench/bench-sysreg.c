/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measures arm-sysreg-sync on a modelled kernel with 260 registers in the list.
 *
 *   bench-sysreg [--json] SET REGS-FILE
 */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "devices/arm-sysreg-regs.h"
#include "hw-api/device/vcpu-id.h"
#include "hw-api/host/run/state.h"
#include "hw-api/host/vcpu/model.h"
#include "qtest/bench/figures.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host.h"

enum { REGISTERS = 260, ROUNDS = 9, CYCLES = 2000 };

typedef struct Bench {
    ObHost *host;
    HwVcpuModel *model;
    HwInstance *device;
    uint64_t base;
} Bench;

static HW_ERROR(error, 300);

static uint32_t list_length(const Bench *b)
{
    return (uint32_t)ob_host_load(b->host, HW_SPACE_MEMORY, b->base + ARM_SYSREG_COUNT, 4);
}

static void device_add(Bench *b)
{
    b->device = ob_host_add_device(b->host, "arm-sysreg-sync", NULL, 0, &error);
    if (!b->device) {
        g_error("%s", error.text);
    }
    b->base = b->device->regions[0].address;
}

/* Fills the list up to its length with implementation-defined registers. */
static Bench bench_new(const char *set, const char *path)
{
    const ObHostConfig config = { .architecture = "aarch64", .machine = "virt" };
    HwRegsFile *file = hw_regs_load(path, &error);
    Bench b = { .host = ob_host_new(&config, &error) };

    if (!file || !b.host || !ob_host_load_plugins(b.host, set, &error)) {
        g_error("%s", error.text);
    }
    b.model = hw_vcpu_model_new(file, 1);
    ob_host_set_vcpus(b.host, hw_vcpu_model_vcpus(b.model));
    device_add(&b);
    for (uint32_t i = list_length(&b); i < REGISTERS; i++) {
        hw_vcpu_model_add(b.model, HW_VCPU_SYSREG(3, 5, 11, i / 8 % 16, i % 8) + i / 128 * 128, 0,
                          false);
    }
    ob_host_reset(b.host);
    g_assert_cmpuint(list_length(&b), ==, REGISTERS);
    hw_regs_free(file);
    return b;
}

/* The median time of a command, in microseconds. */
static double command_us(const Bench *b, uint32_t command)
{
    double taken[ROUNDS];

    for (uint32_t i = 0; i < ROUNDS; i++) {
        gint64 begin = g_get_monotonic_time();

        for (uint32_t j = 0; j < CYCLES; j++) {
            ob_host_store(b->host, HW_SPACE_MEMORY, b->base + ARM_SYSREG_COMMAND, command, 4);
        }
        taken[i] = 1e6 * seconds_since(begin) / CYCLES;
    }
    return median(taken, ROUNDS);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        uint32_t command;
    } ways[] = {
        { "sync of 260 registers, from kernel", ARM_SYSREG_FROM_KERNEL },
        { "sync of 260 registers, to kernel", ARM_SYSREG_TO_KERNEL_FULL },
    };
    bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
    Bench b;

    if (argc != 3 + json) {
        fprintf(stderr, "usage: %s [--json] SET REGS-FILE\n", argv[0]);
        return 1;
    }
    b = bench_new(argv[1 + json], argv[2 + json]);
    for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
        figures_add(ways[i].name, "us", command_us(&b, ways[i].command), 0, 20, false);
    }
    figures_print(json);
    ob_host_free(b.host);
    hw_vcpu_model_free(b.model);
    return 0;
}
