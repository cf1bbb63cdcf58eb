/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Accesses as lines for people, and the registers that they name. */
#include <string.h>

#include "hw-api/host/load/plugin-set.h"
#include "qtest/tests/client/scripted-peer.h"

#define BASE  UINT64_C(0xfe000000)
#define OTHER UINT64_C(0xfd000000)
#define PORTS UINT64_C(0x500)

/* -------------------------------------------------------------------------- tables */

typedef struct Lamp {
    HwDevice dev;
    uint64_t addr, wide, fixed;
} Lamp;

static const HwRegister registers[] = {
    { "CTRL", 0, .fields = HW_FIELDS({ "on", 0, 1 }, { "mode", 8, 4 }) },
    { "PLAIN", 8 },
};

/* clang-format off */
static const HwRegion regions[] = {
    { "mmio", .kind = HW_REGION_REGISTERS, .size = 0x10, .base = HW_MEMBER(Lamp, addr, uint64_t),
      .registers = HW_TABLE(registers) },
    { "more", .kind = HW_REGION_REGISTERS, .size = 0x10, .base = HW_MEMBER(Lamp, wide, uint64_t),
      .offset = 0x100, .registers = HW_TABLE(registers) },
    { "ports", .kind = HW_REGION_REGISTERS, HW_SPACE_IO, .size = 0x10, .offset = PORTS,
      .registers = HW_TABLE(registers) },
    { "elsewhere", .kind = HW_REGION_REGISTERS, .size = 0x10,
      .base = HW_MEMBER(Lamp, fixed, uint64_t), .registers = HW_TABLE(registers) },
};

static const HwProperty properties[] = {
    HW_PROP_ADDRESS("addr", Lamp, addr, BASE, NULL),
    HW_PROP_U64("wide", Lamp, wide, OTHER, NULL),
    HW_PROP_ADDRESS("fixed", Lamp, fixed, HW_ADDRESS_AUTO, NULL),
};

static const HwClass lamp = { .table = { .abi = HW_ABI(HwDeviceClass), .name = "lamp",
                                         .instance_size = sizeof(Lamp),
                                         .regions = HW_TABLE(regions),
                                         .properties = HW_TABLE(properties) } };
/* clang-format on */

/* -------------------------------------------------------------------------- lines */

#define MEMORY HW_SPACE_MEMORY
#define IO     HW_SPACE_IO
#define NONE   0x20000

typedef struct Row {
    ObAccess access;
    const char *line;
} Row;

#define LOAD(space_, address_, size_, value_)                                        \
    {                                                                                \
        .kind = OB_ACCESS_LOAD, .space = space_, .address = address_, .size = size_, \
        .value = value_, .done = true                                                \
    }
#define STORE(space_, address_, size_, value_)                                        \
    {                                                                                 \
        .kind = OB_ACCESS_STORE, .space = space_, .address = address_, .size = size_, \
        .value = value_, .done = true                                                 \
    }

/* clang-format off */
static const Row rows[] = {
    { LOAD(MEMORY, NONE, 1, 0xab), "readb    0x20000 -> 0xab" },
    { LOAD(MEMORY, NONE, 2, 0), "readw    0x20000 -> 0x0" },
    { LOAD(MEMORY, NONE, 4, 1), "readl    0x20000 -> 0x1" },
    { LOAD(MEMORY, NONE, 8, UINT64_MAX), "readq    0x20000 -> 0xffffffffffffffff" },
    { LOAD(IO, 0x70, 1, 2), "inb      0x70 -> 0x2" },
    { LOAD(IO, 0x70, 2, 2), "inw      0x70 -> 0x2" },
    { LOAD(IO, 0x70, 4, 2), "inl      0x70 -> 0x2" },
    { LOAD(IO, 0x70, 8, 2), "inq      0x70 -> 0x2" },
    { STORE(MEMORY, NONE, 1, 3), "writeb   0x20000 <- 0x3" },
    { STORE(MEMORY, NONE, 2, 3), "writew   0x20000 <- 0x3" },
    { STORE(MEMORY, NONE, 4, 3), "writel   0x20000 <- 0x3" },
    { STORE(MEMORY, NONE, 8, 3), "writeq   0x20000 <- 0x3" },
    { STORE(IO, 0x70, 1, 4), "outb     0x70 <- 0x4" },
    { STORE(IO, 0x70, 2, 4), "outw     0x70 <- 0x4" },
    { STORE(IO, 0x70, 4, 4), "outl     0x70 <- 0x4" },
    { STORE(IO, 0x70, 8, 4), "outq     0x70 <- 0x4" },
    { { .kind = OB_ACCESS_READ, .address = NONE, .size = 0, .done = true },
      "memread  0x20000 0 bytes -> " },
    { { .kind = OB_ACCESS_READ, .address = NONE, .size = 2, .bytes = { 1, 0xff }, .done = true },
      "memread  0x20000 2 bytes -> 01ff" },
    { { .kind = OB_ACCESS_WRITE, .address = NONE, .size = 16, .bytes = { 1 }, .done = true },
      "memwrite 0x20000 16 bytes <- 01000000000000000000000000000000" },
    { { .kind = OB_ACCESS_WRITE, .address = NONE, .size = 17, .bytes = { 1 }, .done = true },
      "memwrite 0x20000 17 bytes <- 01000000000000000000000000000000..." },
    { { .kind = OB_ACCESS_FILL, .address = NONE, .size = 9, .value = 0xa5, .done = true },
      "memset   0x20000 9 bytes <- 0xa5" },
    { { .kind = OB_ACCESS_LOAD, .address = NONE, .size = 4 }, "readl    0x20000 -> no answer" },
    { { .kind = OB_ACCESS_READ, .address = NONE, .size = 4 },
      "memread  0x20000 4 bytes -> no answer" },
    { { .kind = OB_ACCESS_STORE, .address = NONE, .size = 4, .value = 5 },
      "writel   0x20000 <- 0x5, no answer" },
    { { .kind = OB_ACCESS_WRITE, .address = NONE, .size = 1, .bytes = { 7 } },
      "memwrite 0x20000 1 bytes <- 07, no answer" },
    { { .kind = OB_ACCESS_LOAD, .address = NONE, .size = 4, .done = true, .repeats = 1 },
      "readl    0x20000 -> 0x0, 2 times" },
    /* The first place of a region and its last, with lanes of its register. */
    { LOAD(MEMORY, BASE, 4, 0x301),
      "readl    0xfe000000 -> 0x301                lamp CTRL (on, mode=3)" },
    { LOAD(MEMORY, BASE, 4, 0), "readl    0xfe000000 -> 0x0                  lamp CTRL" },
    { STORE(MEMORY, BASE + 1, 1, 2), "writeb   0xfe000001 <- 0x2                  lamp CTRL (mode=2)" },
    { LOAD(MEMORY, BASE + 3, 1, 1), "readb    0xfe000003 -> 0x1                  lamp CTRL" },
    { LOAD(MEMORY, BASE + 8, 8, UINT64_MAX),
      "readq    0xfe000008 -> 0xffffffffffffffff   lamp PLAIN" },
    { LOAD(MEMORY, BASE + 12, 4, 1), "readl    0xfe00000c -> 0x1" },
    { LOAD(MEMORY, BASE + 0x10, 4, 1), "readl    0xfe000010 -> 0x1" },
    { LOAD(MEMORY, BASE - 1, 1, 1), "readb    0xfdffffff -> 0x1" },
    { LOAD(MEMORY, OTHER + 0x100, 4, 1),
      "readl    0xfd000100 -> 0x1                  lamp CTRL (on)" },
    { LOAD(IO, PORTS, 4, 1), "inl      0x500 -> 0x1                       lamp CTRL (on)" },
    { LOAD(MEMORY, PORTS, 4, 1), "readl    0x500 -> 0x1" },
    { LOAD(IO, BASE, 4, 1), "inl      0xfe000000 -> 0x1" },
    { { .kind = OB_ACCESS_FILL, .address = BASE, .size = 4, .done = true },
      "memset   0xfe000000 4 bytes <- 0x0" },
};
/* clang-format on */

static void test_lines(void)
{
    ScriptedPeer *peer = scripted_peer_new("", 0);
    ObClient *c = scripted_peer_client(peer);

    ob_client_name_class(c, &lamp, HW_ADDRESS_AUTO);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *line = ob_client_describe(c, &rows[i].access);

        g_assert_cmpstr(line, ==, rows[i].line);
    }
    g_free(scripted_peer_end(peer));
}

/* Two columns stay free in front of a register. */
static void test_long_line(void)
{
    static const Row row = { LOAD(MEMORY, UINT64_MAX - 7, 8, UINT64_MAX),
                             "readq    0xfffffffffffffff8 -> 0xffffffffffffffff  far CTRL (on, "
                             "mode=15)" };
    ScriptedPeer *peer = scripted_peer_new("", 0);
    g_autofree char *line = NULL;

    ob_client_name_region(scripted_peer_client(peer), "far", &regions[0], UINT64_MAX - 7);
    line = ob_client_describe(scripted_peer_client(peer), &row.access);
    g_assert_cmpstr(line, ==, row.line);
    g_free(scripted_peer_end(peer));
}

static const char *register_at(ObClient *c, HwSpace space, uint64_t address)
{
    const char *device = NULL;
    const HwRegister *reg = ob_client_register_at(c, space, address, &device);

    g_assert_cmpstr(device, ==, reg ? "lamp" : NULL);
    return reg ? reg->name : NULL;
}

/* The base is the test's: each region with a base is there, and ports stay. */
static void test_given_base(void)
{
    ScriptedPeer *peer = scripted_peer_new("", 0);
    ObClient *c = scripted_peer_client(peer);

    ob_client_name_class(c, &lamp, 0x40000);
    g_assert_cmpstr(register_at(c, MEMORY, 0x40000), ==, "CTRL");
    g_assert_cmpstr(register_at(c, MEMORY, 0x40108), ==, "PLAIN");
    g_assert_cmpstr(register_at(c, MEMORY, 0x4010f), ==, NULL);
    g_assert_cmpstr(register_at(c, MEMORY, BASE), ==, NULL);
    g_assert_cmpstr(register_at(c, IO, PORTS + 11), ==, "PLAIN");
    g_free(scripted_peer_end(peer));
}

/* --------------------------------------------------------------- the last accesses */

/* The 32 newest of more than the ring has; the oldest of these first. */
static void test_ring(void)
{
    GString *script = g_string_new(NULL);
    g_autoptr(GString) expected = g_string_new(NULL);
    ScriptedPeer *peer;
    ObClient *c;
    g_autofree char *none = NULL, *recent = NULL;

    for (uint32_t i = 0; i < 70; i++) {
        g_string_append(script, "> write\n< OK\n");
        if (i >= 38) {
            g_string_append_printf(expected, "  writel   0x%x <- 0x%x\n", 0x20000 + 4 * i, i);
        }
    }
    peer = scripted_peer_new(script->str, 20000);
    c = scripted_peer_client(peer);
    none = ob_client_recent(c);
    g_assert_cmpstr(none, ==, "");
    for (uint32_t i = 0; i < 70; i++) {
        ob_client_writel(c, 0x20000 + 4 * i, i);
    }
    recent = ob_client_recent(c);
    g_assert_cmpstr(recent, ==, expected->str);
    g_free(scripted_peer_end(peer));
    g_string_free(script, TRUE);
}

/* Loads count as one only if nothing differs. */
static void test_repeats(void)
{
    ScriptedPeer *peer = scripted_peer_new(
        "> 1\n< OK 0x1\n> 2\n< OK 0x1\n> 3\n< OK 0x1\n> 4\n< OK 0x2\n> 5\n< OK 0x2\n"
        "> 6\n< OK 0x2\n> 7\n< OK\n> 8\n< OK 0x2\n",
        20000);
    ObClient *c = scripted_peer_client(peer);
    g_autofree char *recent = NULL;

    ob_client_readl(c, 0x10);
    ob_client_readl(c, 0x10);
    ob_client_readl(c, 0x10);
    ob_client_readl(c, 0x10);
    ob_client_readw(c, 0x10);
    ob_client_inw(c, 0x10);
    ob_client_writew(c, 0x10, 2);
    ob_client_readw(c, 0x10);
    recent = ob_client_recent(c);
    g_assert_cmpstr(recent, ==,
                    "  readl    0x10 -> 0x1, 3 times\n"
                    "  readl    0x10 -> 0x2\n"
                    "  readw    0x10 -> 0x2\n"
                    "  inw      0x10 -> 0x2\n"
                    "  writew   0x10 <- 0x2\n"
                    "  readw    0x10 -> 0x2\n");
    g_free(scripted_peer_end(peer));
}

static void seen_note(ObClient *client, const ObAccess *access, void *opaque)
{
    (void)client;
    g_string_append_printf(opaque, "%d:%" G_GINT64_MODIFIER "x ", access->kind, access->address);
}

static void test_observer(void)
{
    ScriptedPeer *peer = scripted_peer_new("> 1\n< OK 0x1\n> 2\n< OK\n> 3\n< OK\n> 4\n< OK\n",
                                           20000);
    ObClient *c = scripted_peer_client(peer);
    g_autoptr(GString) seen = g_string_new(NULL);

    ob_client_observe(c, seen_note, seen);
    ob_client_readl(c, 0x10);
    ob_client_writel(c, 0x20, 1);
    ob_client_memset(c, 0x30, 1, 1);
    ob_client_observe(c, NULL, NULL);
    ob_client_writel(c, 0x40, 1);
    g_assert_cmpstr(seen->str, ==, "0:10 1:20 4:30 ");
    g_free(scripted_peer_end(peer));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/client-describe/each-access", test_lines);
    g_test_add_func("/client-describe/long-line", test_long_line);
    g_test_add_func("/client-describe/class-at-a-given-base", test_given_base);
    g_test_add_func("/client-describe/ring-shows-the-newest", test_ring);
    g_test_add_func("/client-describe/repeats-are-alike", test_repeats);
    g_test_add_func("/client-describe/observer-sees-each-that-is-done", test_observer);
    return g_test_run();
}
