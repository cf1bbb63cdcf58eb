/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Linux's stock drivers find our I2C targets: on q35's own SMBus by i2c-i801, and on virt, which has no
 * I2C, by i2c-ocores on our controller.  lm75 shows the temperature that a user sets, and at24 keeps
 * what the guest stores.
 */
#include <string.h>

#include "qtest/guest/guest.h"
#include "qtest/text/json.h"

#define BUS       "/sys/bus/i2c/devices/i2c-0/"
#define HWMON     "/sys/class/hwmon/hwmon0/"
#define SMALL     "/sys/bus/i2c/devices/0-0050/eeprom"
#define LARGE     "/sys/bus/i2c/devices/0-0051/eeprom"

#define NEW(text) "write=" text "," BUS "new_device "
#define SENSOR    NEW("lm75+0x48") "text=" HWMON "temp1_input "
#define LIMITS \
    "write=42000," HWMON "temp1_max text=" HWMON "temp1_max text=" HWMON "temp1_max_hyst "
#define MEMORY NEW("24c02+0x50") "write=hello+on+the+bus," SMALL " hex=" SMALL " "
#define NOBODY NEW("lm75+0x4a") "gone=/sys/bus/i2c/devices/0-004a/hwmon "
#define DRIVE  "run=/drive-gpio,0-0070,1,3,poll "
#define PINS   NEW("pca9538+0x70") DRIVE
/* The console of virt stalls if it has much to say after it was typed on. */
#define CHANGED "cue=set text=" HWMON "temp1_input "
#define WORDS   SENSOR LIMITS MEMORY

typedef struct Platform {
    const char *path;
    const char *kernel;
    const char *initramfs;
    const char *machine;
    const char *words;
} Platform;

static const Platform platforms[] = {
    { "/guest-i2c/q35/on-its-own-smbus", "amd64-6.1", "OB_GUEST_LOOK_I2C_AMD64",
      "-machine q35 -m 256 -device lm75,id=warm,temperature=25.5 -device at24",
      "module=/i2c-smbus.ko:/i2c-i801.ko:/lm75.ko:/at24.ko " WORDS NOBODY CHANGED },
    { "/guest-i2c/virt/on-i2c-ocores", "arm64-6.1", "OB_GUEST_LOOK_I2C_ARM64",
      "-machine virt -cpu cortex-a57 -m 256 -device i2c-ocores,id=i2c0 "
      "-device lm75,id=warm,bus=i2c0,temperature=25.5 -device at24,bus=i2c0 "
      "-device at24,bus=i2c0,address=0x51,size=4096",
      "module=/i2c-ocores.ko:/lm75.ko:/at24.ko " WORDS NEW(
          "24c32+0x51") "write=many+bytes," LARGE " hex=" LARGE " " NOBODY CHANGED },
    { "/guest-i2c/virt/on-i2c-ocores-by-interrupt", "arm64-6.1", "OB_GUEST_LOOK_I2C_ARM64",
      "-machine virt -cpu cortex-a57 -m 256 -device i2c-ocores,id=i2c0,irq-line=100 "
      "-device lm75,id=warm,bus=i2c0,temperature=25.5 -device at24,bus=i2c0 "
      "-device pca9538,id=pins,bus=i2c0",
      "module=/i2c-ocores.ko:/lm75.ko:/at24.ko " WORDS
      "line=.i2c,/proc/interrupts " NOBODY PINS CHANGED },
};

static HwError error = { (char[8192]) { "" }, 8192, 0 };

static void good(bool result)
{
    g_assert_cmpstr(error.text, ==, "");
    g_assert_true(result);
}

static void temperature_set(ObGuest *guest, const char *degrees)
{
    json_decref(ob_client_qmp(ob_guest_client(guest), "qom-set",
                              json_pack("{s:s, s:s, s:o}", "path", "/machine/peripheral/warm",
                                        "property", "temperature", "value", ob_json_text(degrees)),
                              NULL));
}

/* Asserts that the output has the text, and returns what follows. */
static const char *said_next(const char *said, const char *text)
{
    const char *found = strstr(said, text);

    if (!found) {
        g_error("expected:\n%s\nthe guest said:\n%s", text, said);
    }
    return found + strlen(text);
}

static void type(ObGuest *guest)
{
    good(ob_guest_type(guest, "go", &error));
}

/* Linux drives line 1, and reads line 3 each time that it is told to. */
static void run_pins(ObGuest *guest)
{
    ObClient *c = ob_guest_client(guest);

    good(ob_guest_expect(guest, "raised\n", &error));
    type(guest);
    good(ob_guest_expect(guest, "watching\n", &error));
    g_assert_true(ob_client_set_irq_in(c, "/machine/peripheral/pins", "in", 3, true));
    type(guest);
    good(ob_guest_expect(guest, "level 1\n", &error));
    g_assert_true(ob_client_set_irq_in(c, "/machine/peripheral/pins", "in", 3, false));
    type(guest);
    good(ob_guest_expect(guest, "level 0\n", &error));
}

static char *run(const ObGuestBoot *boot)
{
    ObGuest *guest = ob_guest_start(boot, &error);
    char *said;

    good(guest);
    if (strstr(boot->words, DRIVE)) {
        run_pins(guest);
    }
    good(ob_guest_expect(guest, "set\n", &error));
    temperature_set(guest, "-12.5");
    type(guest);
    said = ob_guest_finish(guest, &error);
    ob_guest_free(guest);
    good(said);
    return said;
}

static void test_platform(gconstpointer data)
{
    const Platform *platform = data;
    g_autofree char *arguments = g_strdup_printf("-plugin file=%s %s", g_getenv("OUTBOARD_BRIDGE"),
                                                 platform->machine);
    const ObGuestBoot boot = { .kernel = platform->kernel,
                               .initramfs = g_getenv(platform->initramfs),
                               .words = platform->words,
                               .arguments = arguments,
                               .limit_s = 200 };
    g_autofree char *missing = ob_guest_missing(&boot);
    g_autofree char *said = NULL;
    unsigned interrupts;
    const char *rest;

    if (missing) {
        g_test_skip(missing);
        return;
    }
    said = run(&boot);
    rest = said_next(said, "loaded\nwritten\n25500\nwritten\n42000\n75000\n");
    rest = said_next(rest, "written\nwritten\n68656c6c6f206f6e2074686520627573ff");
    if (strstr(platform->words, LARGE)) {
        rest = said_next(rest, "written\nwritten\n6d616e79206279746573ff");
    }
    if (strstr(platform->words, "/proc/interrupts")) {
        rest = said_next(rest, "\n");
        g_assert_cmpint(sscanf(rest, "%*u: %u", &interrupts), ==, 1);
        g_assert_cmpuint(interrupts, >, 0);
    }
    rest = said_next(rest, "written\nyes\n");
    said_next(rest, "set\ngo\n-12500\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(platforms); i++) {
        g_test_add_data_func(platforms[i].path, &platforms[i], test_platform);
    }
    return g_test_run();
}
