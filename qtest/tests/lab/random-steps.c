/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/lab/random-steps.h"

#include "hw-api/host/pci/function.h"
#include "qtest/lab/random.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/parts/fw-cfg.h"

typedef struct Steps {
    ObHost *host;
    ObRandom random;
    uint64_t sum;
} Steps;

static uint64_t next(Steps *s)
{
    return ob_random(&s->random);
}

static uint32_t below(Steps *s, uint32_t end)
{
    return ob_random_below(&s->random, end);
}

static void note(Steps *s, uint64_t value)
{
    s->sum = (s->sum ^ value) * UINT64_C(1099511628211);
}

/* Single bits set off more than noise does. */
static uint64_t value(Steps *s)
{
    switch (below(s, 4)) {
    case 0:
        return UINT64_C(1) << below(s, 64);
    case 1:
        return below(s, 16);
    case 2:
        return UINT64_MAX;
    default:
        return next(s);
    }
}

/* -------------------------------------------------------------------- accesses */

static HwRegionState *region_any(Steps *s)
{
    uint32_t count = s->host->parts->len + s->host->devices->len;
    HwInstance *instance = ob_host_instance_at(s->host, below(s, count));

    return instance->region_count ? &instance->regions[below(s, instance->region_count)] : NULL;
}

/* Mostly the start of a register. */
static uint64_t offset_in(Steps *s, const HwRegionState *region)
{
    const HwRegisters *registers = &region->table->registers;

    if (registers->count && below(s, 8)) {
        return registers->entries[below(s, registers->count)].offset;
    }
    return next(s) % region->size;
}

/* A BAR is where the guest has put it; nowhere is as good as another address. */
static HwSpace region_place(const HwRegionState *region, uint64_t *address)
{
    const HwPciUnitBar *bar;

    *address = region->address;
    if (region->table->space != HW_SPACE_BAR) {
        return (HwSpace)region->table->space;
    }
    bar = hw_pci_unit_bar_of(region->instance->pci, region);
    *address += bar->address;
    return bar->flags & HW_PCI_BAR_IO ? HW_SPACE_IO : HW_SPACE_MEMORY;
}

static void access_region(Steps *s)
{
    const HwRegionState *region = region_any(s);
    uint32_t size = 1u << below(s, 4);
    uint64_t address;
    HwSpace space;

    if (!region || !region->enabled || region->table->space == HW_SPACE_NONE) {
        return;
    }
    space = region_place(region, &address);
    address += offset_in(s, region);
    if (below(s, 2)) {
        ob_host_store(s->host, space, address, value(s), size);
    } else {
        note(s, ob_host_load(s->host, space, address, size));
    }
}

/* Configuration space of any function: mostly the header, where BARs and the command are. */
static void access_function(Steps *s)
{
    const HwInstance *instance = ob_host_device_at(s->host, below(s, s->host->devices->len + 1));
    uint32_t offset = below(s, 4) ? below(s, 0x40) : below(s, 0x100);
    uint32_t size = 1u << below(s, 3);

    if (!instance || !instance->pci) {
        return;
    }
    if (below(s, 2)) {
        hw_pci_unit_write(instance->pci, offset, (uint32_t)value(s), size);
    } else {
        note(s, hw_pci_unit_read(instance->pci, offset, size));
    }
}

static void access_ram(Steps *s)
{
    uint64_t address = s->host->machine->ram_base + (next(s) & 0xffffff);

    if (below(s, 2)) {
        ob_host_store(s->host, HW_SPACE_MEMORY, address, value(s), 1u << below(s, 4));
    } else {
        note(s, ob_host_load(s->host, HW_SPACE_MEMORY, address, 8));
    }
}

static void access_file(Steps *s)
{
    ObFwCfg *fw_cfg = ob_host_fw_cfg(s->host);
    uint16_t key = (uint16_t)(OB_FW_CFG_FILE_FIRST + below(s, 12));
    uint64_t bytes = value(s);

    if (!fw_cfg) {
        return;
    }
    if (below(s, 2)) {
        note(s, ob_fw_cfg_write(fw_cfg, key, 0, &bytes, sizeof(bytes)));
    } else {
        ob_fw_cfg_read(fw_cfg, key, below(s, 64), &bytes, sizeof(bytes));
        note(s, bytes);
    }
}

/* ---------------------------------------------------------------------- the rest */

static void pass_time(Steps *s)
{
    ob_host_clock_set(s->host,
                      ob_host_clock_now(s->host) + (int64_t)(next(s) >> below(s, 60) >> 4));
}

static void look_at_lines(Steps *s)
{
    for (uint32_t i = 0; i < s->host->irqs.count; i++) {
        note(s, ob_host_irq_level(s->host, i));
    }
}

static void step(Steps *s)
{
    switch (below(s, 64)) {
    case 0:
        ob_host_reset(s->host);
        break;
    case 1:
        pass_time(s);
        break;
    case 2 ... 3:
        look_at_lines(s);
        break;
    case 4 ... 7:
        ob_host_poll(s->host);
        break;
    case 8 ... 11:
        access_file(s);
        break;
    case 12 ... 17:
        access_ram(s);
        break;
    case 18 ... 23:
        access_function(s);
        break;
    default:
        access_region(s);
        break;
    }
}

uint64_t random_steps(ObHost *host, uint32_t seed, uint32_t count)
{
    Steps s = { .host = host, .random = ob_random_from(seed) };

    for (uint32_t i = 0; i < count; i++) {
        step(&s);
    }
    note(&s, (uint64_t)ob_host_clock_now(host));
    return s.sum;
}
