/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Firmware's images that no machine takes. */
#include <string.h>

#include <glib.h>

#include "hw-api/device/error.h"
#include "qtest/machine/board.h"

#define CHIP_SIZE 0x20000u

typedef struct Refusal {
    const char *name, *machine;
    bool is_rom;
    uint64_t sizes[OB_FLASHES]; /* 1: none */
    const char *sentence;
} Refusal;

static const Refusal refusals[] = {
    { "rom-empty",
      "pc",
      true,
      { 0 },
      "could not load PC BIOS 'file': 0 bytes, expected a multiple of 65536" },
    { "rom-of-odd-size",
      "q35",
      true,
      { 65535 },
      "could not load PC BIOS 'file': 65535 bytes, expected a multiple of 65536" },
    { "chip-empty",
      "pc",
      false,
      { 0, 1 },
      "system firmware block device pflash0 has invalid size 0: its size must be a non-zero "
      "multiple of 0x1000" },
    { "chip-of-odd-size",
      "q35",
      false,
      { 4096, 4097 },
      "system firmware block device pflash1 has invalid size 4097: its size must be a non-zero "
      "multiple of 0x1000" },
    { "chips-too-large",
      "pc",
      false,
      { 8 << 20, 4096 },
      "combined size of system firmware exceeds 8388608 bytes" },
    { "second-chip-alone", "pc", false, { 1, 4096 }, "pflash1 requires pflash0" },
    { "virt-rom-too-large",
      "virt",
      true,
      { (64 << 20) + 1 },
      "Could not load ROM image 'file': 67108865 bytes, expected up to 67108864" },
    { "virt-chip-too-small",
      "virt",
      false,
      { 64 << 20, 65536 },
      "device requires 67108864 bytes, pflash1 provides 65536 bytes" },
};

static void test_refusal(gconstpointer data)
{
    const Refusal *row = data;
    ObHostConfig config = { .architecture = strcmp(row->machine, "virt") ? "x86_64" : "aarch64",
                            .machine = row->machine };
    g_autofree uint8_t *bytes = g_malloc0(MAX(1, MAX(row->sizes[0], row->sizes[1])));
    HW_ERROR(error, 512);

    for (int i = 0; i < OB_FLASHES; i++) {
        ObImage given = { .is_given = row->sizes[i] != 1, .name = "file", .size = row->sizes[i] };

        if (row->is_rom) {
            config.rom = i ? config.rom : given;
        } else {
            config.flash[i] = given;
        }
    }
    config.rom.bytes = config.flash[0].bytes = config.flash[1].bytes = bytes;
    g_assert_null(ob_host_new(&config, &error));
    g_assert_cmpstr(error.text, ==, row->sentence);
}

static void test_limit_of_all_chips(void)
{
    g_autofree uint8_t *bytes = g_malloc0(CHIP_SIZE);
    ObHostConfig config = {
        .architecture = "x86_64",
        .machine = "pc",
        .firmware_most = CHIP_SIZE,
        .flash[0] = { .is_given = true, .name = "file", .bytes = bytes, .size = CHIP_SIZE },
    };
    HW_ERROR(error, 512);

    ob_host_free(ob_host_new(&config, &error));
    g_assert_cmpstr(error.text, ==, "");
    config.firmware_most -= 1;
    g_assert_null(ob_host_new(&config, &error));
    g_assert_cmpstr(error.text, ==, "combined size of system firmware exceeds 131071 bytes");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strconcat("/flash/refused/", refusals[i].name, NULL);

        g_test_add_data_func(path, &refusals[i], test_refusal);
    }
    g_test_add_func("/flash/limit-of-all-chips", test_limit_of_all_chips);
    return g_test_run();
}
