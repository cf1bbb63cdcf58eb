/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hostile guests, against the bridge's devices in a stock QEMU.  Their input is random but the same
 * in each run. */
#include "hw-api/device/bytes.h"
#include "qtest/client/drivers/crb.h"
#include "qtest/client/drivers/fw-cfg.h"
#include "qtest/tests/bridge/hostile-machine.h"

#define ACCESSES    4000
#define RESET_EVERY 500

static const HostileMachine *machine;

/* ------------------------------------------------------------------ accesses */

static uint64_t any_value(GRand *random)
{
    switch (g_rand_int_range(random, 0, 3)) {
    case 0:
        return UINT64_C(1) << g_rand_int_range(random, 0, 64);
    case 1:
        return machine->ram + (uint64_t)g_rand_int_range(random, 0, 0x1000000);
    default:
        return (uint64_t)g_rand_int(random) << 32 | g_rand_int(random);
    }
}

/* Makes accesses of any width and alignment, some across the end of a page. */
static void access_memory(ObClient *c, GRand *random, uint64_t base, uint32_t size)
{
    uint64_t address = base + (uint64_t)g_rand_int_range(random, -8, (gint32)size);
    uint32_t width = 1u << g_rand_int_range(random, 0, 4);

    if (g_rand_boolean(random)) {
        ob_client_store(c, address, any_value(random), width);
    } else {
        ob_client_load(c, address, width);
    }
}

/* Accesses the selector, the data register and the ports between it and the DMA register. */
static void access_port(ObClient *c, GRand *random)
{
    uint16_t port = (uint16_t)(FW_CFG_PORT + g_rand_int_range(random, 0, 4));
    uint32_t value = (uint32_t)any_value(random);

    switch (g_rand_int_range(random, 0, 6)) {
    case 0:
        ob_client_outb(c, port, (uint8_t)value);
        break;
    case 1:
        ob_client_outw(c, port, (uint16_t)value);
        break;
    case 2:
        ob_client_outl(c, port, value);
        break;
    case 3:
        ob_client_inb(c, port);
        break;
    case 4:
        ob_client_inw(c, port);
        break;
    default:
        ob_client_inl(c, port);
        break;
    }
}

/* Transfers to and from RAM, our devices, and unmapped addresses.  Other devices take QEMU long:
 * a store of 64 KiB to PCI's configuration makes it rebuild its memory map at each word. */
static void transfer(ObClient *c, GRand *random)
{
    const uint64_t bases[] = { machine->ram, machine->ram + 0xff0000, machine->beacon,
                               machine->crb, UINT64_C(1) << 44,       UINT64_MAX - 0x3000 };
    ObFwCfgPort port = bridge_machine_is_pc() ? fw_cfg_of_pc(c) : fw_cfg_of_virt(c);
    uint64_t address = bases[g_rand_int_range(random, 0, G_N_ELEMENTS(bases))];
    uint32_t key = (uint32_t)g_rand_int_range(random, 0, 0x50);
    uint32_t control = g_rand_int(random) & 0x1f;

    fw_cfg_dma(&port, control | key << FW_CFG_DMA_KEY_SHIFT,
               address + (uint64_t)g_rand_int_range(random, 0, 0x1000),
               (uint32_t)g_rand_int_range(random, 0, 0x2000));
}

/* The descriptor's address is unmapped, or its bytes are not a descriptor. */
static void transfer_badly(ObClient *c, GRand *random)
{
    ObFwCfgPort port = bridge_machine_is_pc() ? fw_cfg_of_pc(c) : fw_cfg_of_virt(c);
    uint64_t bases[] = { UINT64_C(1) << 44, UINT64_MAX - 7, machine->beacon + 0xff8 };

    fw_cfg_dma_start(&port, bases[g_rand_int_range(random, 0, G_N_ELEMENTS(bases))] +
                                (uint64_t)g_rand_int_range(random, 0, 8));
}

static void access_fw_cfg(ObClient *c, GRand *random)
{
    switch (g_rand_int_range(random, 0, 4)) {
    case 0:
        transfer_badly(c, random);
        break;
    case 1:
        transfer(c, random);
        break;
    default:
        if (bridge_machine_is_pc()) {
            access_port(c, random);
        } else {
            access_memory(c, random, 0x9020000, FW_CFG_DMA);
        }
        break;
    }
}

static void access_devices(ObClient *c, GRand *random)
{
    access_memory(c, random, machine->beacon, 0x1000);
    access_memory(c, random, machine->crb, 0x100);
    access_memory(c, random, machine->crb, CRB_PAGE_SIZE + 0x400);
}

typedef void Access(ObClient *c, GRand *random);

static void abuse(Access *access)
{
    GRand *random = g_rand_new_with_seed(ACCESSES);
    ObClient *c = hostile_machine_start("");

    for (uint32_t i = 1; i <= ACCESSES; i++) {
        access(c, random);
        if (i % RESET_EVERY == 0) {
            ob_client_reset(c);
        }
    }
    hostile_machine_assert_alive(c);
    ob_client_quit(c);
    g_rand_free(random);
}

static void test_devices(void)
{
    abuse(access_devices);
}

static void test_fw_cfg(void)
{
    abuse(access_fw_cfg);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    machine = hostile_machine();
    g_test_add_func("/bridge-hostile/guest/any-access-of-our-devices-is-survived", test_devices);
    g_test_add_func("/bridge-hostile/guest/any-access-of-fw-cfg-is-survived", test_fw_cfg);
    return g_test_run();
}
