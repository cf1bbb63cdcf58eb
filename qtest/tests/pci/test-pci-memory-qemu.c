/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A PC's RAM that its chipset hides, in our program beside a stock QEMU, with moves between them. */
#include "hw-api/device/error.h"
#include "qtest/client/drivers/pci.h"
#include "qtest/tests/lib/machine-move.h"

enum { OURS, QEMU, BOTH, STEPS = 60 };

static const char *machine;

static ObClient *start_either(void *which, const char *more)
{
    bool ours = GPOINTER_TO_INT(which) == OURS;
    g_autofree char *all = g_strdup_printf("-M %s -m 16 -nodefaults -vga none -S%s", machine, more);
    const ObStart start = { .program = g_getenv(ours ? "OB_HOST_PROGRAM" : "OB_PROGRAM"),
                            .accelerator = ours ? NULL : g_getenv("OB_ACCELERATOR"),
                            .arguments = all };
    HW_ERROR(error, 4096);
    ObClient *c = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

static bool is_pc(void)
{
    return g_str_has_prefix(machine, "pc-i440fx");
}

/* Addresses in areas that the registers hide, and beside them. */
static const uint32_t places[] = {
    0x9fff0,  0xa0000,  0xbfff0,  0xc0000,  0xc3ff0,  0xc4000,    0xd8000,    0xdfff0,
    0xe4000,  0xf0000,  0xffff0,  0x100000, 0x30000,  0x4fff0,    0x50000,    0x7fffff0,
    0xfffff0, 0xf00000, 0xe00000, 0x800000, 0x7ffff0, 0xfeda0000, 0xfedbfff0,
};

/* True for each place that keeps what is written to it. */
static uint32_t kept(ObClient *c, uint32_t value)
{
    uint32_t bits = 0;

    for (uint32_t i = 0; i < G_N_ELEMENTS(places); i++) {
        ob_client_writel(c, places[i], value + i);
    }
    for (uint32_t i = 0; i < G_N_ELEMENTS(places); i++) {
        bits |= (uint32_t)(ob_client_readl(c, places[i]) == value + i) << i;
    }
    return bits;
}

static uint32_t register_random(GRand *random)
{
    static const uint8_t pc[] = { 0x59, 0x5a, 0x5b, 0x5c, 0x5d, 0x5e, 0x5f, 0x72 };
    static const uint8_t q35[] = {
        0x90, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x9d, 0x9e, 0x9d, 0x9e
    };
    const uint8_t *registers = is_pc() ? pc : q35;
    gint32 count = is_pc() ? G_N_ELEMENTS(pc) : G_N_ELEMENTS(q35);

    return registers[g_rand_int_range(random, 0, count)];
}

static void both_write(ObClient *const c[BOTH], uint32_t offset, uint32_t value)
{
    uint32_t seen[BOTH];

    for (int i = 0; i < BOTH; i++) {
        PciBus bus = pci_of_pc(c[i]);

        pci_config_write(&bus, 0, offset, value, 1);
        seen[i] = pci_config_read(&bus, 0, offset, 1);
    }
    g_test_message("register 0x%x <- 0x%02x", offset, value);
    g_assert_cmphex(seen[OURS], ==, seen[QEMU]);
}

static void compare(ObClient *const c[BOTH], uint32_t value)
{
    g_assert_cmphex(kept(c[OURS], value), ==, kept(c[QEMU], value));
}

/* Modes of two areas.  In QEMU a CPU can't write to RAM without writes, but this test and DMA can: no
 * area gets mode 1. */
static uint32_t areas_random(GRand *random)
{
    static const uint8_t modes[] = { 0, 2, 3 };

    return modes[g_rand_int_range(random, 0, 3)] | (uint32_t)modes[g_rand_int_range(random, 0, 3)]
                                                       << 4;
}

/* The lock is a part of the last steps alone: it ends the others' effect. */
static void steps_compare(ObClient *const c[BOTH], GRand *random)
{
    for (uint32_t i = 0; i < STEPS; i++) {
        uint32_t lock = i < STEPS * 3 / 4 ? 0x10 : 0;
        uint32_t offset = register_random(random);
        bool is_pam = is_pc() ? offset != 0x72 : offset < 0x9d;
        uint32_t value = is_pam ? areas_random(random) : g_rand_int(random) & 0xff;

        both_write(c, offset, offset == 0x9d ? value & ~lock : value);
        compare(c, g_rand_int(random));
    }
}

static void registers_compare(ObClient *const c[BOTH])
{
    for (uint32_t i = 0x40; i < 0x100; i++) {
        PciBus ours = pci_of_pc(c[OURS]), theirs = pci_of_pc(c[QEMU]);

        g_test_message("register 0x%x", i);
        g_assert_cmphex(pci_config_read(&ours, 0, i, 1), ==, pci_config_read(&theirs, 0, i, 1));
    }
}

/* The chipset's reset clears these registers; QEMU keeps them. */
static void kept_clear(ObClient *c)
{
    PciBus bus = pci_of_pc(c);
    uint32_t first = is_pc() ? 0x59 : 0x90;

    for (uint32_t i = 0; i < 7; i++) {
        pci_config_write(&bus, 0, first + i, 0, 1);
    }
    if (is_pc()) {
        pci_config_write(&bus, 0, 0x72, 0x02, 1);
    }
}

static void both_start(ObClient *c[BOTH])
{
    for (int i = 0; i < BOTH; i++) {
        c[i] = start_either(GINT_TO_POINTER(i), "");
    }
}

static void both_quit(ObClient *const c[BOTH])
{
    for (int i = 0; i < BOTH; i++) {
        ob_client_quit(c[i]);
    }
}

static void test_the_same_ram_is_hidden(gconstpointer data)
{
    GRand *random = g_rand_new_with_seed(20261130);
    ObClient *c[BOTH];

    machine = data;
    both_start(c);
    compare(c, 0x5a5a0000);
    for (int i = 0; i < 3; i++) {
        steps_compare(c, random);
        ob_client_reset(c[OURS]);
        ob_client_reset(c[QEMU]);
        kept_clear(c[QEMU]);
        registers_compare(c);
        compare(c, 0x3c3c0000);
    }
    both_quit(c);
    g_rand_free(random);
}

/* Our machine goes to QEMU while QEMU's comes here. */
static void test_hidden_ram_moves(gconstpointer data)
{
    GRand *random = g_rand_new_with_seed(20261201);
    ObClient *c[BOTH];
    uint32_t before;

    machine = data;
    both_start(c);
    steps_compare(c, random);
    before = kept(c[OURS], 0x77770000);
    for (int i = 0; i < 2; i++) {
        ObClient *ours = c[OURS];

        c[OURS] = machine_move(c[QEMU], start_either, GINT_TO_POINTER(OURS));
        c[QEMU] = machine_move(ours, start_either, GINT_TO_POINTER(QEMU));
        registers_compare(c);
        compare(c, 0x78780000);
    }
    g_assert_cmphex(kept(c[OURS], 0x79790000), ==, before);
    both_quit(c);
    g_rand_free(random);
}

/* QEMU 7.2 itself forgets the lock when it loads a stream. */
static void test_smbase_lock_comes(void)
{
    ObClient *c[BOTH];

    machine = "pc-q35-7.2";
    both_start(c);
    both_write(c, 0x9c, 0xff);
    compare(c, 0x11110000);
    both_write(c, 0x9c, 0x02);
    compare(c, 0x12120000);
    c[QEMU] = machine_move(c[QEMU], start_either, GINT_TO_POINTER(OURS));
    both_write(c, 0x9c, 0xff);
    compare(c, 0x13130000);
    both_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/pci/memory-beside-qemu/pc/the-same-ram-is-hidden", "pc-i440fx-7.2",
                         test_the_same_ram_is_hidden);
    g_test_add_data_func("/pci/memory-beside-qemu/q35/the-same-ram-is-hidden", "pc-q35-7.2",
                         test_the_same_ram_is_hidden);
    g_test_add_data_func("/pci/memory-beside-qemu/pc/hidden-ram-moves", "pc-i440fx-7.2",
                         test_hidden_ram_moves);
    g_test_add_data_func("/pci/memory-beside-qemu/q35/hidden-ram-moves", "pc-q35-7.2",
                         test_hidden_ram_moves);
    g_test_add_func("/pci/memory-beside-qemu/q35/smbase-lock-comes-here", test_smbase_lock_comes);
    return g_test_run();
}
