/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Firmware's flash in our program beside QEMU's own cfi.pflash01: the same answers to random
 * commands, the same files, and moves between them. */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "qtest/client/client.h"
#include "qtest/tests/lib/machine-move.h"

enum { OURS, QEMU, BOTH, CHIPS = 2, STEPS = 400, MIB = 0x100000 };

typedef struct Machine {
    const char *architecture, *name;
    uint64_t base[CHIPS]; /* each chip begins there */
    uint64_t size[CHIPS];
    uint64_t isa; /* the same bytes as at the end of the first chip; 0: none */
} Machine;

/* Chips that can be written, and that can't.  A PC's second one is below the first. */
static const Machine pc_7_2 = {
    "x86_64", "pc-i440fx-7.2", { 0xfffe0000, 0xfffdd000 }, { 0x20000, 0x3000 }, 0xe0000
};
static const Machine q35_10_0 = {
    "x86_64", "pc-q35-10.0", { 0xffff0000, 0xfffee000 }, { 0x10000, 0x2000 }, 0xf0000
};
static const Machine virt = { "aarch64", "virt-7.2", { 0, 64 * MIB }, { 64 * MIB, 64 * MIB }, 0 };

typedef struct Sides {
    const Machine *machine;
    GRand *random;
    char *files[BOTH][CHIPS];
    ObClient *c[BOTH];
    int side; /* the next to start */
    bool old; /* QEMU before 9.0: a block is programmed before it is confirmed */
} Sides;

/* --------------------------------------------------------------------- sides */

static ObClient *side_start(void *opaque, const char *more)
{
    const Sides *s = opaque;
    int side = s->side;
    const char *variable = side == OURS ? "OB_HOST_PROGRAMS" : "OB_PROGRAMS";
    g_autofree char *program = g_strdup_printf("%s/%s-system-%s", g_getenv(variable),
                                               side == OURS ? "outboard" : "qemu",
                                               s->machine->architecture);
    g_autofree char *arguments = g_strdup_printf(
        "-M %s -m 16 -nodefaults -S -drive if=pflash,format=raw,file=%s "
        "-drive if=pflash,format=raw,unit=1,readonly=on,file=%s%s",
        s->machine->name, s->files[side][0], s->files[side][1], more);
    const ObStart start = { .program = program,
                            .accelerator = side == OURS ? NULL : "tcg",
                            .arguments = arguments };
    HW_ERROR(error, 4096);
    ObClient *c = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

/* A CPU that starts halts: cli; hlt; jmp at a PC's end, wfi; b at virt's start. */
static void halt_put(int fd, uint64_t size)
{
    static const uint8_t halt_x86[] = { 0xfa, 0xf4, 0xeb, 0xfd };
    static const uint8_t halt_arm64[] = { 0x7f, 0x20, 0x03, 0xd5, 0xff, 0xff, 0xff, 0x17 };

    g_assert_cmpint(pwrite(fd, halt_x86, sizeof(halt_x86), (off_t)size - 16), ==, sizeof(halt_x86));
    g_assert_cmpint(pwrite(fd, halt_arm64, sizeof(halt_arm64), 0), ==, sizeof(halt_arm64));
}

/* Large files are zeros but for their ends. */
static char *file_new(GRand *random, uint64_t size)
{
    uint32_t words[0x400];
    char *path = NULL;
    int fd = g_file_open_tmp("outboard-XXXXXX", &path, NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        words[i] = g_rand_int(random);
    }
    g_assert_cmpint(ftruncate(fd, (off_t)size), ==, 0);
    g_assert_cmpint(pwrite(fd, words, sizeof(words), 0), ==, sizeof(words));
    g_assert_cmpint(pwrite(fd, words, sizeof(words), (off_t)(size - sizeof(words))), ==,
                    sizeof(words));
    halt_put(fd, size);
    close(fd);
    return path;
}

static void sides_start(Sides *s, const Machine *machine, uint32_t seed)
{
    *s = (Sides) { .machine = machine };
    s->old = strcmp(g_getenv("OB_RELEASE"), "7.2") == 0;
    for (int side = 0; side < BOTH; side++) {
        g_autoptr(GRand) random = g_rand_new_with_seed(seed);

        for (int i = 0; i < CHIPS; i++) {
            s->files[side][i] = file_new(random, machine->size[i]);
        }
        s->side = side;
        s->c[side] = side_start(s, "");
    }
    s->random = g_rand_new_with_seed(seed);
}

static void files_compare(Sides *s)
{
    for (int i = 0; i < CHIPS; i++) {
        GMappedFile *ours = g_mapped_file_new(s->files[OURS][i], FALSE, NULL);
        GMappedFile *theirs = g_mapped_file_new(s->files[QEMU][i], FALSE, NULL);

        g_assert_cmpmem(g_mapped_file_get_contents(ours), g_mapped_file_get_length(ours),
                        g_mapped_file_get_contents(theirs), g_mapped_file_get_length(theirs));
        g_mapped_file_unref(ours);
        g_mapped_file_unref(theirs);
    }
}

static void sides_end(Sides *s)
{
    for (int side = 0; side < BOTH; side++) {
        ob_client_quit(s->c[side]);
    }
    files_compare(s);
    for (int side = 0; side < BOTH; side++) {
        for (int i = 0; i < CHIPS; i++) {
            g_unlink(s->files[side][i]);
            g_free(s->files[side][i]);
        }
    }
    g_rand_free(s->random);
}

/* --------------------------------------------------------------------- steps */

static void both_read(Sides *s, uint64_t address, uint32_t size)
{
    uint64_t ours = ob_client_load(s->c[OURS], address, size);
    uint64_t theirs = ob_client_load(s->c[QEMU], address, size);

    if (ours != theirs) {
        g_test_message("read 0x%" G_GINT64_MODIFIER "x, %u", address, size);
    }
    g_assert_cmphex(ours, ==, theirs);
}

static void both_write(Sides *s, uint64_t address, uint64_t value, uint32_t size)
{
    g_test_message("write 0x%" G_GINT64_MODIFIER "x <- 0x%" G_GINT64_MODIFIER "x, %u", address,
                   value, size);
    for (int side = 0; side < BOTH; side++) {
        ob_client_store(s->c[side], address, value, size);
    }
}

static uint32_t size_random(Sides *s)
{
    return 1u << g_rand_int_range(s->random, 0, 3);
}

/* An address of a chip: near its start, where it tells of itself, or near its end. */
static uint64_t address_random(Sides *s, int chip, uint32_t size)
{
    uint32_t offset = g_rand_int(s->random) & 0xfff & ~(size - 1);
    uint64_t base = s->machine->base[chip];

    return g_rand_boolean(s->random) ? base + (offset & 0x1ff)
                                     : base + s->machine->size[chip] - 0x1000 + offset;
}

static void reads_compare(Sides *s)
{
    for (int i = 0; i < 6; i++) {
        uint32_t size = 1u << g_rand_int_range(s->random, 0, 4);

        both_read(s, address_random(s, i % CHIPS, size), size);
        if (s->machine->isa) {
            both_read(s, s->machine->isa + (g_rand_int(s->random) & 0xfff & ~(size - 1)), size);
        }
    }
}

static void command(Sides *s, int chip, uint8_t code)
{
    uint32_t size = size_random(s);

    both_write(s, address_random(s, chip, size), code | (uint64_t)code << 16, size);
}

static void step_program(Sides *s, int chip)
{
    uint32_t size = size_random(s);

    command(s, chip, g_rand_boolean(s->random) ? 0x40 : 0x10);
    reads_compare(s);
    both_write(s, address_random(s, chip, size), g_rand_int(s->random), size);
}

static void step_erase(Sides *s, int chip)
{
    command(s, chip, 0x20);
    reads_compare(s);
    command(s, chip, g_rand_int_range(s->random, 0, 4) ? 0xd0 : 0xff);
}

/* All writes are in one block, but for some of those that newer releases refuse. */
static void step_block(Sides *s, int chip)
{
    uint32_t count = (uint32_t)g_rand_int_range(s->random, s->old ? 2 : 1, 8);
    uint64_t start = address_random(s, chip, 256);
    uint32_t size = size_random(s);

    command(s, chip, 0xe8);
    both_write(s, start, count - 1, 4);
    for (uint32_t i = 0; i < count; i++) {
        bool out = !s->old && g_rand_int_range(s->random, 0, 20) == 0;

        both_write(s, out ? address_random(s, chip, size) : start + i * size, g_rand_int(s->random),
                   size);
        reads_compare(s);
    }
    command(s, chip, s->old || g_rand_int_range(s->random, 0, 5) ? 0xd0 : 0x55);
}

static void step_command(Sides *s, int chip)
{
    static const uint8_t codes[] = { 0x00, 0x10, 0x20, 0x28, 0x40, 0x50, 0x60, 0x70,
                                     0x90, 0x98, 0xd0, 0xf0, 0xff, 0x01, 0x70, 0x90 };
    uint8_t random = (uint8_t)g_rand_int(s->random);

    if (g_rand_int_range(s->random, 0, 6)) {
        random = codes[g_rand_int_range(s->random, 0, G_N_ELEMENTS(codes))];
    }
    command(s, chip, random == 0xe8 ? 0xff : random);
}

static void step(Sides *s)
{
    int chip = g_rand_int_range(s->random, 0, CHIPS);

    switch (g_rand_int_range(s->random, 0, 8)) {
    case 0:
        step_program(s, chip);
        break;
    case 1:
        step_erase(s, chip);
        break;
    case 2:
        command(s, chip, 0xff);
        command(s, chip, 0xff);
        step_block(s, chip);
        break;
    case 3:
        command(s, chip, 0xff);
        break;
    default:
        step_command(s, chip);
        break;
    }
    reads_compare(s);
}

static void test_the_same_answers(gconstpointer machine)
{
    Sides s;

    sides_start(&s, machine, 20261130);
    for (int i = 0; i < STEPS; i++) {
        step(&s);
        if (i % 50 == 49) {
            ob_client_reset(s.c[OURS]);
            ob_client_reset(s.c[QEMU]);
        }
    }
    sides_end(&s);
}

/* QEMU opens its files for writing when it runs, and aborts if a chip is programmed before. */
static void files_activate(ObClient *c)
{
    json_decref(ob_client_qmp(c, "cont", NULL, NULL));
    json_decref(ob_client_qmp(c, "stop", NULL, NULL));
}

/* Our machine goes to QEMU while QEMU's comes here. */
static void sides_swap(Sides *s)
{
    ObClient *ours = s->c[OURS];

    s->side = OURS;
    s->c[OURS] = machine_move(s->c[QEMU], side_start, s);
    s->side = QEMU;
    s->c[QEMU] = machine_move(ours, side_start, s);
    files_activate(s->c[QEMU]);
}

/* A loaded QEMU reads memory until the next command begins, whatever the command before it was. */
static void test_commands_move(gconstpointer machine)
{
    uint64_t place = ((const Machine *)machine)->base[0] + 0x100;
    Sides s;

    sides_start(&s, machine, 20261201);
    both_write(&s, place, 0x00400040, 4);
    sides_swap(&s);
    both_write(&s, place, 0x12345678, 4);
    both_write(&s, place, 0x00700070, 4);
    both_read(&s, place, 4);
    if (!s.old) {
        both_write(&s, place, 0x00e800e8, 4);
        both_write(&s, place, 3, 4);
        both_write(&s, place + 4, 0x11111111, 4);
        both_write(&s, place + 8, 0x22222222, 4);
        sides_swap(&s);
        both_write(&s, place + 12, 0x33333333, 4);
        both_write(&s, place + 16, 0x44444444, 4);
        both_write(&s, place, 0x00d000d0, 4);
    }
    both_write(&s, place, 0x00ff00ff, 4);
    sides_swap(&s);
    for (uint32_t i = 0; i < 6; i++) {
        both_read(&s, place + 4 * i, 4);
    }
    g_assert_cmphex(ob_client_readl(s.c[OURS], place), ==, 0x12345678);
    reads_compare(&s);
    sides_end(&s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/flash-beside-qemu/pc/answers-are-the-same", &pc_7_2,
                         test_the_same_answers);
    if (strcmp(g_getenv("OB_RELEASE"), "7.2") != 0) {
        g_test_add_data_func("/flash-beside-qemu/q35/answers-are-the-same", &q35_10_0,
                             test_the_same_answers);
    }
    g_test_add_data_func("/flash-beside-qemu/virt/answers-are-the-same", &virt,
                         test_the_same_answers);
    g_test_add_data_func("/flash-beside-qemu/pc/commands-move", &pc_7_2, test_commands_move);
    g_test_add_data_func("/flash-beside-qemu/virt/commands-move", &virt, test_commands_move);
    return g_test_run();
}
