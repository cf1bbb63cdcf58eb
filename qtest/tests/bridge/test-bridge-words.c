/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bridge's words about a stock QEMU, and about devices that have no place in its machine. */
#include "qtest/tests/bridge/bridge-machine.h"

#include <string.h>

typedef struct Row {
    const char *path, *machine;
    const char *arguments[2]; /* for x86_64 and aarch64; NULL: it does not run there */
    const char *sentences[2];
    uint32_t beacons[2]; /* before the arguments */
} Row;

#define BOTH(text) \
    {              \
        text, text \
    }
#define PC(text)   \
    {              \
        text, NULL \
    }
#define I2C "-device i2c-ocores,id=i2c0,addr=0xfe000000 -device lm75,bus=i2c0,id=t,address="

/* clang-format off */
static const Row rows[] = {
    { "no-addresses-are-known", "none", BOTH("-device beacon,id=b"),
      BOTH("b: no free addresses are known on 'none-machine', expected an address") },
    { "window-is-full", NULL, { "-device beacon,id=b", "-device beacon,id=b" },
      { "b: no room for 0x1000 bytes is left at 0xfef00000..0xfefeffff",
        "b: no room for 0x1000 bytes is left at 0xb000000..0xb0fffff" }, { 0xf0, 0x100 } },
    { "machine-has-no-ports", NULL,
      { NULL, "-chardev null,id=c -device ns16550a-isa,id=s,chardev=c" },
      { NULL, ": s: region 'ports' needs I/O ports, and 'virt-" } },
    { "i2c-address-below-the-first", NULL, PC(I2C "7"),
      PC("t: address: 0x07 is out of range, expected 0x08 to 0x77") },
    { "i2c-address-above-the-last", NULL, PC(I2C "0x78"),
      PC("t: address: 0x78 is out of range, expected 0x08 to 0x77") },
    { "property-is-no-bool", NULL, BOTH("-device beacon,id=b,fw-cfg=maybe"),
      BOTH("Parameter 'fw-cfg' expects 'on' or 'off'") },
    { "property-is-no-number", NULL, BOTH("-device beacon,id=b,irq-line=many"),
      BOTH("Parameter 'irq-line' expects ") },
    { "chardev-in-use", NULL,
      PC("-chardev null,id=c -device ns16550a,id=s,chardev=c -device ns16550a,id=t,chardev=c"),
      PC(": t: chardev 'c' is in use") },
    { "chardev-missing", NULL, PC("-device ns16550a,id=s,chardev=c"),
      PC(": s: chardev 'c' does not exist") },
    { "netdev-in-use", NULL,
      PC("-netdev hubport,hubid=0,id=n -device outboard-ne2k_pci,id=a,netdev=n "
         "-device outboard-ne2k_pci,id=b,netdev=n"),
      PC(": b: netdev 'n' is in use") },
    { "netdev-missing", NULL, PC("-device outboard-ne2k_pci,id=a,netdev=n"),
      PC(": a: netdev 'n' does not exist") },
    { "watchdog-beside-qemu-s", NULL, PC("-device ib700 -device outboard-ib700,id=o"),
      PC(": o: the machine already has a ib700, expected at most one") },
    { "line-to-an-unknown-device", NULL,
      PC("-device i2c-ocores,id=i2c0,addr=0xfe000000 "
         "-device pca9538,id=p,bus=i2c0,address=0x70,out[2]=q:5"),
      PC("p: out[2]: device 'q' is unknown, expected one from before") },
};
/* clang-format on */

static void test_row(gconstpointer data)
{
    const Row *row = data;
    bool is_arm = !bridge_machine_is_pc();
    GString *arguments = g_string_new(NULL);

    for (uint32_t i = 0; i < row->beacons[is_arm]; i++) {
        g_string_append(arguments, "-device beacon,fw-cfg=off ");
    }
    g_string_append(arguments, row->arguments[is_arm]);
    bridge_machine_assert_refused(row->machine, arguments->str, row->sentences[is_arm]);
    g_string_free(arguments, TRUE);
}

/* ----------------------------------------------------------------------- report=on */

/* QEMU ends at once, without a plugin: all that it says. */
static void report_expect(const char *bridge, const char *expected, int status)
{
    g_autofree char *program = qemu_release_program(qemu_release_named(g_getenv("OB_QEMU_RELEASE")),
                                                    g_getenv("OB_ARCHITECTURE"));
    g_autofree char *plugin = g_strdup_printf("file=%s,report=on", bridge);
    const char *words[] = {
        program, "-machine", "none", "-display", "none", "-plugin", plugin, NULL
    };
    g_autofree char *told = NULL, *errors = NULL;
    int end;

    g_assert_true(g_spawn_sync(NULL, (char **)words, NULL, G_SPAWN_DEFAULT, NULL, NULL, &told,
                               &errors, &end, NULL));
    g_assert_cmpstr(told, ==, status ? "" : expected);
    g_assert_nonnull(strstr(errors, status ? expected : ""));
    g_assert_cmpint(end, ==, status << 8);
}

static void test_report(void)
{
    g_autofree char *expected = g_strdup_printf(
        "outboard-qemu: QEMU %s works: its layouts are learned%s\n", g_getenv("OB_QEMU_RELEASE"),
        strcmp(g_getenv("OB_BRIDGE_ROWS"), "no") ? ", and are those of the release" : "");

    report_expect(g_getenv("OUTBOARD_BRIDGE"), expected, 0);
}

static void test_report_of_another(void)
{
    report_expect(g_getenv("OB_OLD_QEMU"), "QEMU 7.1 is too old, expected 7.2 or later", 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/bridge-words/refusal/", rows[i].path, NULL);

        if (rows[i].arguments[!bridge_machine_is_pc()]) {
            g_test_add_data_func(path, &rows[i], test_row);
        }
    }
    g_test_add_func("/bridge-words/report/layouts-are-learned", test_report);
    g_test_add_func("/bridge-words/report/old-release-is-refused", test_report_of_another);
    return g_test_run();
}
