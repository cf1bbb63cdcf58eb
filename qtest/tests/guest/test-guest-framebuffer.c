/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Linux finds our simple-framebuffer in the device tree of a virt without a PCI device, and draws its
 * console there.  The guest's own bytes of /dev/fb0 are the oracle of our picture.
 */
#include <string.h>

#include "qtest/client/drivers/screen.h"
#include "qtest/guest/guest.h"
#include "qtest/picture/picture.h"

#define WIDTH  640u
#define HEIGHT 480u
#define READ   65536u /* bytes that look's hex= shows */

typedef struct Format {
    const char *path, *name, *bits;
    uint32_t bytes;
} Format;

static const Format formats[] = {
    { "/guest-framebuffer/virt/console-in-x8r8g8b8", "x8r8g8b8", "32", 4 },
    { "/guest-framebuffer/virt/console-in-a8b8g8r8", "a8b8g8r8", "32", 4 },
    { "/guest-framebuffer/virt/console-in-r5g6b5", "r5g6b5", "16", 2 },
};

#define GRAPHICS "/sys/class/graphics/fb0/"
static const char words[] = "text=" GRAPHICS "name text=" GRAPHICS "virtual_size text=" GRAPHICS
                            "bits_per_pixel "
                            "write=Outboard,/dev/tty0 hex=/dev/fb0 cue=drawn";

static HwError error = { (char[8192]) { "" }, 8192, 0 };

/* Widens a channel as pixman does: by repetition of its bits. */
static uint8_t widened(uint32_t value, uint32_t bits)
{
    return (uint8_t)(bits == 5 ? value << 3 | value >> 2 : value << 2 | value >> 4);
}

static void pixel_decode(const Format *format, const uint8_t *pixel, uint8_t rgb[3])
{
    uint32_t word = pixel[0] | (uint32_t)pixel[1] << 8;

    if (format->bytes == 2) {
        rgb[0] = widened(word >> 11, 5);
        rgb[1] = widened(word >> 5 & 0x3f, 6);
        rgb[2] = widened(word & 0x1f, 5);
    } else {
        bool is_rgb = format->name[1] == '8' && format->name[2] == 'r';

        rgb[0] = pixel[is_rgb ? 2 : 0];
        rgb[1] = pixel[1];
        rgb[2] = pixel[is_rgb ? 0 : 2];
    }
}

/* Compares the pixels that the guest has read; returns how many are not black. */
static uint32_t pixels_compare(const Format *format, const uint8_t *pixels,
                               const ObPicture *picture)
{
    uint32_t lit = 0;

    for (uint32_t i = 0; i < READ / format->bytes; i++) {
        const uint8_t *seen = ob_picture_line(picture, i / WIDTH) + (size_t)(i % WIDTH) * 3;
        uint8_t rgb[3];

        pixel_decode(format, pixels + (size_t)i * format->bytes, rgb);
        g_assert_cmpmem(seen, 3, rgb, 3);
        lit += rgb[0] || rgb[1] || rgb[2];
    }
    return lit;
}

static void screen_check(ObGuest *guest, const Format *format)
{
    g_autofree char *said = ob_guest_said(guest);
    g_auto(GStrv) lines = g_strsplit(said, "\n", -1);
    g_autoptr(GBytes) pixels = NULL;
    ObPicture picture;

    g_assert_cmpuint(g_strv_length(lines), >=, 5);
    g_assert_cmpstr(lines[0], ==, "simple");
    g_assert_cmpstr(lines[1], ==, "640,480");
    g_assert_cmpstr(lines[2], ==, format->bits);
    g_assert_cmpstr(lines[3], ==, "written");
    pixels = ob_guest_bytes(lines[4]);
    g_assert_cmpuint(g_bytes_get_size(pixels), ==, READ);
    g_assert_true(ob_client_screen_take(ob_guest_client(guest), NULL, 0, &picture));
    g_assert_cmpuint(picture.width, ==, WIDTH);
    g_assert_cmpuint(picture.height, ==, HEIGHT);
    g_assert_cmpuint(pixels_compare(format, g_bytes_get_data(pixels, NULL), &picture), >, 100);
    ob_picture_clear(&picture);
}

static void test_console(gconstpointer data)
{
    const Format *format = data;
    g_autofree char *arguments = g_strdup_printf(
        "-machine virt -cpu cortex-a57 -m 256 -plugin file=%s "
        "-device simple-framebuffer,id=fb,width=640,height=480,format=%s",
        g_getenv("OUTBOARD_BRIDGE"), format->name);
    /* A cursor would blink. */
    const ObGuestBoot boot = { .kernel = "arm64-6.12",
                               .initramfs = g_getenv("OB_GUEST_LOOK_ARM64"),
                               .parameters = "vt.global_cursor_default=0",
                               .words = words,
                               .arguments = arguments,
                               .limit_s = 120 };
    g_autofree char *missing = ob_guest_missing(&boot);
    ObGuest *guest;

    if (missing) {
        g_test_skip(missing);
        return;
    }
    guest = ob_guest_start(&boot, &error);
    g_assert_cmpstr(error.text, ==, "");
    g_assert_true(ob_guest_expect(guest, "drawn\n", &error));
    screen_check(guest, format);
    ob_guest_free(guest);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_test_add_data_func(formats[i].path, &formats[i], test_console);
    }
    return g_test_run();
}
