/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The monitor's description of bochs-display, judged by edid-decode, for sizes that make sense or not. */
#include <string.h>

#include "qtest/client/drivers/pci.h"
#include "qtest/client/process/scratch.h"
#include "qtest/tests/display/screen-pair.h"

#define EDID_SIZE 128

typedef struct Size {
    const char *name, *x, *y;
    const char *timing; /* a part of edid-decode's text */
} Size;

/* All that a guest learns of a monitor for 1920x1080. */
static const char full_hd[] =
    "  EDID Structure Version & Revision: 1.4\n"
    "  Vendor & Product Identification:\n"
    "    Manufacturer: OUT\n"
    "    Model: 1\n"
    "    Made in: 2026\n"
    "  Basic Display Parameters & Features:\n"
    "    Digital display\n"
    "    Bits per primary color channel: 8\n"
    "    Digital interface is not defined\n"
    "    Maximum image size: 48 cm x 27 cm\n"
    "    Gamma: 2.20\n"
    "    Supported color formats: RGB 4:4:4\n"
    "    Default (sRGB) color space is primary color space\n"
    "    First detailed timing includes the native pixel format and preferred refresh rate\n"
    "  Color Characteristics:\n"
    "    Red  : 0.6396, 0.3300\n"
    "    Green: 0.2998, 0.5996\n"
    "    Blue : 0.1503, 0.0595\n"
    "    White: 0.3125, 0.3291\n"
    "  Established Timings I & II:\n"
    "    DMT 0x04:   640x480    59.940476 Hz   4:3     31.469 kHz     25.175000 MHz\n"
    "    DMT 0x09:   800x600    60.316541 Hz   4:3     37.879 kHz     40.000000 MHz\n"
    "    DMT 0x10:  1024x768    60.003840 Hz   4:3     48.363 kHz     65.000000 MHz\n"
    "  Standard Timings: none\n"
    "  Detailed Timing Descriptors:\n"
    "    DTD 1:  1920x1080   59.996535 Hz  16:9     66.596 kHz    138.520000 MHz "
    "(487 mm x 274 mm)\n"
    "                 Hfront   48 Hsync  32 Hback   80 Hpol N\n"
    "                 Vfront    3 Vsync   6 Vback   21 Vpol N\n"
    "    Display Product Name: 'Outboard'\n"
    "    Dummy Descriptor:\n"
    "    Dummy Descriptor:\n";

static const Size sizes[] = {
    { "one-pixel", "1", "1",
      "DTD 1:     1x1      59.994353 Hz   1:1     63.354 kHz     10.200000 MHz (1 mm x 1 mm)\n"
      "                 Hfront   48 Hsync  32 Hback   80 Hpol N\n"
      "                 Vfront    3 Vsync   6 Vback 1046 Vpol N\n" },
    { "one-line", "4095", "1", "DTD 1:  4095x1 " },
    { "one-column", "1", "4095", "DTD 1:     1x4095" },
    { "smallest-mode", "64", "64", "DTD 1:    64x64 " },
    { "vga", "640", "480", "DTD 1:   640x480 " },
    { "full-hd", "1920", "1080", full_hd },
    { "largest", "4095", "4095",
      "DTD 1:  4095x4095   37.337891 Hz   1:1    154.019 kHz    655.350000 MHz (1040 mm x 1040 "
      "mm)\n"
      "                 Hfront   48 Hsync  32 Hback   80 Hpol N\n"
      "                 Vfront    3 Vsync   6 Vback   21 Vpol N\n" },
};

static void edid_read(ObClient *c, uint8_t edid[EDID_SIZE])
{
    PciBus bus = pci_of_pc(c);
    PciBar mmio = pci_bar_map(&bus, pci_find(&bus, 0x1234, 0x1111, 0), 2);

    for (uint32_t i = 0; i < EDID_SIZE; i++) {
        edid[i] = (uint8_t)pci_bar_read(&mmio, i, 1);
    }
}

/* Returns the text of edid-decode, which must find nothing wrong. */
static char *decode(const uint8_t edid[EDID_SIZE])
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *path = g_build_filename(ob_scratch_path(scratch), "edid", NULL);
    const char *words[] = { "edid-decode", "--check", path, NULL };
    g_autoptr(GError) error = NULL;
    char *text = NULL;
    int status;

    g_assert_true(g_file_set_contents(path, (const char *)edid, EDID_SIZE, NULL));
    g_spawn_sync(NULL, (char **)words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &text, NULL, &status,
                 &error);
    g_assert_no_error(error);
    g_assert_nonnull(strstr(text, "EDID conformity: PASS"));
    ob_scratch_free(scratch);
    return text;
}

static void test_size(gconstpointer data)
{
    const Size *size = data;
    g_autofree char *options = g_strdup_printf("-device bochs-display,xres=%s,yres=%s", size->x,
                                               size->y);
    g_autofree char *text = NULL, *program = g_find_program_in_path("edid-decode");
    uint8_t edid[EDID_SIZE];
    ObClient *c;

    if (!program) {
        g_test_skip("edid-decode is missing: run scripts/setup test");
        return;
    }
    c = screen_machine_start(options);
    edid_read(c, edid);
    text = decode(edid);
    g_assert_nonnull(strstr(text, size->timing));
    ob_client_quit(c);
}

/* Sizes that the block has no bits for. */
static const struct {
    const char *name, *option, *sentence;
} refusals[] = {
    { "width-of-zero", "xres=0", " 0 is out of range, expected 1 to 4095" },
    { "width-of-4096", "xres=4096", "4096 is out of range, expected 1 to 4095" },
    { "width-of-2-31", "xres=2147483648", "2147483648 is out of range" },
    { "height-of-zero", "yres=0", " 0 is out of range, expected 1 to 4095" },
    { "height-of-4096", "yres=4096", "4096 is out of range, expected 1 to 4095" },
    { "height-below-zero", "yres=-1", "invalid value '-1': expected digits" },
};

static void test_refusal(gconstpointer data)
{
    guint row = GPOINTER_TO_UINT(data);
    g_autofree char *arguments = g_strdup_printf("-M q35 -nodefaults -device bochs-display,%s",
                                                 refusals[row].option);
    const ObStart start = { .program = g_getenv("OB_PROGRAM"), .arguments = arguments };
    HwError error = { (char[4096]) { "" }, 4096, 0 };

    g_assert_null(ob_client_start(&start, &error));
    g_assert_nonnull(strstr(error.text, refusals[row].sentence));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree char *path = g_strdup_printf("/edid/passes/%s", sizes[i].name);

        g_test_add_data_func(path, &sizes[i], test_size);
    }
    for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strdup_printf("/edid/refuses/%s", refusals[i].name);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_refusal);
    }
    return g_test_run();
}
