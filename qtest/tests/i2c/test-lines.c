/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Outputs that an option of -device connects with inputs: two pca9538 on a bus, in our program and in QEMU. */
#include "qtest/tests/i2c/i2c-guest.h"

#define BUS    "-device i2c-ocores,id=i2c0,addr=0xfe000000 "
#define PINS   "-device pca9538,id=pins,bus=i2c0,address=0x70 "
#define SOURCE "-device pca9538,id=lamps,bus=i2c0,address=0x71,"
#define WIRED  PINS SOURCE "out[2]=pins:5,out[0]=pins:0"

enum { PINS_AT = 0x70, LAMPS_AT = 0x71 };
enum { INPUT, OUTPUT, POLARITY, CONFIGURATION };

static void lamps_drive(ObClient *c, uint8_t levels)
{
    g_assert_true(i2c_write_register(c, LAMPS_AT, OUTPUT, levels, 1));
    g_assert_true(i2c_write_register(c, LAMPS_AT, CONFIGURATION, 0, 1));
}

static uint32_t pins_read(ObClient *c)
{
    return i2c_read_register(c, PINS_AT, INPUT, 1);
}

static void test_connected(void)
{
    ObClient *c = i2c_guest_start(WIRED);

    lamps_drive(c, 0x04);
    g_assert_cmphex(pins_read(c), ==, 0x20);
    lamps_drive(c, 0x03);
    g_assert_cmphex(pins_read(c), ==, 0x01);
    lamps_drive(c, 0);
    g_assert_cmphex(pins_read(c), ==, 0);
    ob_client_quit(c);
}

static void test_reset(void)
{
    ObClient *c = i2c_guest_start(WIRED);

    lamps_drive(c, 0x05);
    ob_client_reset(c);
    i2c_wr(c, OCORES_CONTROL, OCORES_ENABLE);
    g_assert_cmphex(pins_read(c), ==, 0);
    ob_client_quit(c);
}

static void del(ObClient *c, const char *id)
{
    json_decref(ob_client_qmp(c, "device_del", json_pack("{s:s}", "id", id), NULL));
}

static void test_destination_leaves(void)
{
    ObClient *c = i2c_guest_start(WIRED);

    lamps_drive(c, 0x04);
    del(c, "pins");
    lamps_drive(c, 0);
    json_decref(ob_client_qmp(c, "device_add",
                              json_pack("{s:s, s:s, s:s}", "driver", "pca9538", "id", "pins",
                                        "address", "0x70"),
                              NULL));
    lamps_drive(c, 0x04);
    g_assert_cmphex(pins_read(c), ==, 0);
    ob_client_quit(c);
}

static void test_source_leaves(void)
{
    ObClient *c = i2c_guest_start(WIRED);

    lamps_drive(c, 0x04);
    del(c, "lamps");
    g_assert_cmphex(pins_read(c), ==, 0);
    json_decref(ob_client_qmp(c, "device_add",
                              json_pack("{s:s, s:s, s:s, s:s}", "driver", "pca9538", "id", "lamps",
                                        "address", "0x71", "out[7]", "pins:5"),
                              NULL));
    lamps_drive(c, 0x80);
    g_assert_cmphex(pins_read(c), ==, 0x20);
    ob_client_quit(c);
}

/* `ours`: QEMU itself refuses the option, or takes its last value. */
static const struct Refusal {
    const char *path, *devices, *sentence;
    bool ours;
} refusals[] = {
    { "unknown-device", SOURCE "out[2]=pins:5",
      "lamps: out[2]: device 'pins' is unknown, expected one from before" },
    { "itself", SOURCE "out[2]=lamps:5",
      "lamps: out[2]: 'lamps' is the device itself, expected another" },
    { "device-without-inputs", "-device lm75,id=warm,bus=i2c0 " SOURCE "out[2]=warm:0",
      "lamps: out[2]: device 'warm' has no inputs" },
    { "input-out-of-range", PINS SOURCE "out[2]=pins:8",
      "lamps: out[2]: input 8 of 'pins' is out of range, expected 0 to 7" },
    { "huge-input", PINS SOURCE "out[2]=pins:4294967296",
      "lamps: out[2]: input 4294967296 of 'pins' is out of range, expected 0 to 7" },
    { "taken-input", WIRED ",out[3]=pins:0",
      "lamps: out[3]: input 0 of 'pins' is taken by output 0 of 'lamps'" },
    { "second-input", WIRED ",out[0]=pins:1",
      "lamps: out[0]: is connected already, expected one input", true },
    { "output-out-of-range", PINS SOURCE "out[8]=pins:5",
      "lamps: out[8]: is out of range, expected 0 to 7", true },
    { "no-number", PINS SOURCE "out[2]=pins",
      "lamps: out[2]: 'pins' is malformed, expected ID:NUMBER" },
    { "number-of-letters", PINS SOURCE "out[2]=pins:5x",
      "lamps: out[2]: 'pins:5x' is malformed, expected ID:NUMBER" },
    { "output-without-a-number", PINS SOURCE "out[]=pins:5", "unknown property 'out[]'", true },
    { "other-name", PINS SOURCE "in[2]=pins:5", "unknown property 'in[2]'", true },
};

static void test_refused(gconstpointer data)
{
    const struct Refusal *row = data;
    const char *more = g_getenv("OB_ARGUMENTS");
    g_autofree char *arguments = g_strconcat(more ? more : "", " ", BUS, row->devices, NULL);
    const ObStart start = { .program = g_getenv("OB_PROGRAM"),
                            .accelerator = g_getenv("OB_ACCELERATOR"),
                            .arguments = arguments };
    HW_ERROR(error, 4096);

    g_assert_null(ob_client_start(&start, &error));
    if (!strstr(error.text, row->sentence)) {
        g_error("%s: says '%s', expected '%s'", row->devices, error.text, row->sentence);
    }
}

int main(int argc, char **argv)
{
    bool is_ours = !g_getenv("OB_RELEASE");

    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lines/connected/drive-the-input", test_connected);
    g_test_add_func("/lines/connected/follow-a-reset", test_reset);
    /* A machine that moves starts with the devices of its command line; QEMU's buses of I2C have no
     * hot plug. */
    if (!g_getenv("OB_MIGRATE_EVERY") && is_ours) {
        g_test_add_func("/lines/unplug/destination-takes-the-connection", test_destination_leaves);
        g_test_add_func("/lines/unplug/source-lets-the-input-go-low", test_source_leaves);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(refusals) && !g_getenv("OB_MIGRATE_EVERY"); i++) {
        g_autofree char *path = g_strconcat("/lines/refused/", refusals[i].path, NULL);

        if (is_ours || !refusals[i].ours) {
            g_test_add_data_func(path, &refusals[i], test_refused);
        }
    }
    return g_test_run();
}
