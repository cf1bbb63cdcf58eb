/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw.display/1 in process: surfaces, what is refused, and the pictures that a client takes. */
#include <glib/gstdio.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/ext/guest-memory.h"
#include "qtest/client/drivers/screen.h"
#include "qtest/client/process/scratch.h"
#include "qtest/client/transport.h"
#include "qtest/picture/picture.h"
#include "qtest/tests/lib/gadget.h"

#define PIXELS_SIZE 0x10000
#define RAM         UINT64_C(0x100000)

typedef struct Panel {
    HwDevice dev;
    HwScreen *screens[2];
    uint32_t refreshes;
} Panel;

static void panel_refresh(HwDevice *dev)
{
    HW_DEVICE(Panel, dev)->refreshes++;
}

static bool panel_realize(HwDevice *dev, HwError *error)
{
    Panel *s = HW_DEVICE(Panel, dev);

    s->screens[0] = hw_display(dev)->open(dev, panel_refresh, error);
    s->screens[1] = hw_display(dev)->open(dev, NULL, error);
    return s->screens[0] && s->screens[1];
}

static void panel_unrealize(HwDevice *dev)
{
    hw_display(dev)->close(HW_DEVICE(Panel, dev)->screens[0]);
    hw_display(dev)->close(HW_DEVICE(Panel, dev)->screens[1]);
    hw_display(dev)->close(NULL);
}

enum { MMIO, PIXELS };

/* clang-format off */
static HwClass panel_class = {
    .table = { .abi = HW_ABI(HwDeviceClass), .name = "panel", .instance_size = sizeof(Panel),
               .services = HW_NAMES(HW_DISPLAY),
               .regions = HW_ROWS(HwRegion,
                   { .name = "none", .kind = HW_REGION_MMIO, .offset = 0xfed20000, .size = 4 },
                   { .name = "pixels", .kind = HW_REGION_RAM, .offset = 0xfed10000,
                     .size = PIXELS_SIZE }),
               .realize = panel_realize, .unrealize = panel_unrealize },
    .original = &panel_class.table,
};
/* clang-format on */

typedef struct Screens {
    GadgetHost base;
    Panel *panel;
    ObClient *c;
    ObScratch *scratch;
    char *report;
} Screens;

static void failed(ObClient *client, const char *report, void *opaque)
{
    (void)client;
    ((Screens *)opaque)->report = g_strdup(report);
}

static void set_up(Screens *f, gconstpointer data)
{
    (void)data;
    gadget_set_up(&f->base, NULL);
    g_assert_true(ob_host_add_class(f->base.host, &panel_class, &f->base.error));
    f->panel = HW_DEVICE(Panel, device_add(&f->base, "panel", "")->dev);
    f->c = ob_client_in_process(f->base.host);
    ob_client_on_failure(f->c, failed, f);
}

static void tear_down(Screens *f, gconstpointer data)
{
    ob_client_free(f->c);
    ob_scratch_free(f->scratch);
    g_free(f->report);
    gadget_tear_down(&f->base, data);
}

static bool show(Screens *f, const HwSurface *surface, char *why)
{
    HwError error = { why, 256, 0 };

    return hw_display(&f->panel->dev)->show(f->panel->screens[0], surface, &error);
}

static uint8_t *memory(Screens *f)
{
    return hw_guest_memory(&f->panel->dev)->region_pointer(&f->panel->dev, PIXELS);
}

static void take(Screens *f, ObPicture *picture)
{
    g_assert_true(ob_client_screen_take(f->c, NULL, 0, picture));
}

static const HwSurface small = {
    .format = HW_PIXELS_XRGB8888, .width = 4, .height = 2, .stride = 16, .region = PIXELS
};

/* ---------------------------------------------------------------------- surfaces */

static void test_screen_is_dark_at_first(Screens *f, gconstpointer data)
{
    ObPicture picture;

    (void)data;
    take(f, &picture);
    g_assert_cmpuint(picture.width, ==, 640);
    g_assert_cmpuint(picture.height, ==, 480);
    for (size_t i = 0; i < (size_t)picture.stride * picture.height; i++) {
        g_assert_cmphex(picture.rgb[i], ==, 0);
    }
    ob_picture_clear(&picture);
    g_assert_cmpuint(f->panel->refreshes, ==, 1);
}

static void test_screen_gets_dark_again(Screens *f, gconstpointer data)
{
    ObPicture picture;

    (void)data;
    g_assert_true(show(f, &small, NULL));
    g_assert_true(show(f, NULL, NULL));
    take(f, &picture);
    g_assert_cmpuint(picture.width, ==, 640);
    ob_picture_clear(&picture);
}

typedef struct Format {
    const char *name;
    uint32_t code, bytes;
    uint8_t pixel[4];
    uint8_t rgb[3];
    bool is_little; /* big-endian hosts have no such format */
} Format;

/* clang-format off */
static const Format formats[] = {
    { "rgb565", HW_PIXELS_RGB565, 2, { 0x1f, 0xf8 }, { 0xff, 0, 0xff }, true },
    { "xrgb1555", HW_PIXELS_XRGB1555, 2, { 0xe0, 0x83 }, { 0, 0xff, 0 }, true },
    { "rgb888", HW_PIXELS_RGB888, 3, { 1, 2, 3 }, { 3, 2, 1 } },
    { "bgr888", HW_PIXELS_BGR888, 3, { 1, 2, 3 }, { 1, 2, 3 } },
    { "xrgb8888", HW_PIXELS_XRGB8888, 4, { 1, 2, 3, 4 }, { 3, 2, 1 } },
    { "argb8888", HW_PIXELS_ARGB8888, 4, { 1, 2, 3, 0 }, { 3, 2, 1 } },
    { "xbgr8888", HW_PIXELS_XBGR8888, 4, { 1, 2, 3, 4 }, { 1, 2, 3 } },
    { "abgr8888", HW_PIXELS_ABGR8888, 4, { 1, 2, 3, 0 }, { 1, 2, 3 } },
    { "rgbx8888", HW_PIXELS_RGBX8888, 4, { 1, 2, 3, 4 }, { 4, 3, 2 } },
    { "bgrx8888", HW_PIXELS_BGRX8888, 4, { 1, 2, 3, 4 }, { 2, 3, 4 } },
    { "xrgb2101010", HW_PIXELS_XRGB2101010, 4, { 0, 0, 0xf0, 0xff }, { 0xff, 0, 0 }, true },
};
/* clang-format on */

/* Lines of 3 pixels at an odd offset: pixman can't read most of them where they are. */
static void test_format(Screens *f, gconstpointer data)
{
    const Format *format = data;
    const HwSurface surface = { .format = format->code,
                                .width = 3,
                                .height = 2,
                                .stride = 3 * format->bytes,
                                .region = PIXELS,
                                .offset = 5 };
    ObPicture picture;

    if (format->is_little && G_BYTE_ORDER == G_BIG_ENDIAN) {
        char why[256];

        g_assert_false(show(f, &surface, why));
        return;
    }
    memcpy(memory(f) + 5 + (size_t)5 * format->bytes, format->pixel, format->bytes);
    g_assert_true(show(f, &surface, NULL));
    take(f, &picture);
    g_assert_cmpmem(ob_picture_line(&picture, 1) + 6, 3, format->rgb, 3);
    g_assert_cmpmem(ob_picture_line(&picture, 1), 3, "\0\0\0", 3);
    g_assert_cmpmem(ob_picture_line(&picture, 0) + 6, 3, "\0\0\0", 3);
    ob_picture_clear(&picture);
}

static void test_picture_follows_the_region(Screens *f, gconstpointer data)
{
    ObPicture picture;

    (void)data;
    g_assert_true(show(f, &small, NULL));
    ob_client_writel(f->c, 0xfed10000 + 16, 0x00102030);
    take(f, &picture);
    g_assert_cmpmem(ob_picture_line(&picture, 1), 3, "\x10\x20\x30", 3);
    ob_picture_clear(&picture);
}

static void test_picture_follows_guest_memory(Screens *f, gconstpointer data)
{
    HwSurface surface = small;
    ObPicture picture;

    (void)data;
    surface.region = HW_SURFACE_GUEST_MEMORY;
    surface.offset = RAM;
    g_assert_true(show(f, &surface, NULL));
    ob_client_writel(f->c, RAM + 20, 0x00102030);
    take(f, &picture);
    g_assert_cmpmem(ob_picture_line(&picture, 1) + 3, 3, "\x10\x20\x30", 3);
    ob_picture_clear(&picture);
}

static void test_second_screen_has_a_picture_of_its_own(Screens *f, gconstpointer data)
{
    ObPicture picture;

    (void)data;
    g_assert_true(show(f, &small, NULL));
    g_assert_true(ob_client_screen_take(f->c, "panel", 1, &picture));
    g_assert_cmpuint(picture.width, ==, 640);
    ob_picture_clear(&picture);
    g_assert_false(ob_client_screen_take(f->c, "panel", 2, &picture));
    g_assert_nonnull(strstr(f->report, "panel: the machine has no screen 2"));
}

static void part_expect(Screens *f, uint32_t left, uint32_t top, uint32_t right, uint32_t bottom)
{
    const HwScreenPart expected = { left, top, right, bottom };
    HwScreenPart part = hw_screen_take_changed(f->panel->screens[0]);

    g_assert_cmpmem(&part, sizeof(part), &expected, sizeof(expected));
}

static void tell(Screens *f, uint32_t x, uint32_t y, uint32_t width, uint32_t height)
{
    hw_display(&f->panel->dev)->changed(f->panel->screens[0], x, y, width, height);
}

static void test_changes_are_all_unless_told(Screens *f, gconstpointer data)
{
    (void)data;
    g_assert_true(show(f, &small, NULL));
    part_expect(f, 0, 0, 4, 2);
    part_expect(f, 0, 0, 4, 2);
    tell(f, 1, 1, 2, 1);
    part_expect(f, 1, 1, 3, 2);
    part_expect(f, 0, 0, 0, 0);
}

static void test_changes_are_one_rectangle(Screens *f, gconstpointer data)
{
    (void)data;
    g_assert_true(show(f, &small, NULL));
    part_expect(f, 0, 0, 4, 2);
    tell(f, 3, 0, 1, 1);
    tell(f, 1, 1, 1, 1);
    part_expect(f, 1, 0, 4, 2);
}

static void test_changes_before_the_first_look_are_all(Screens *f, gconstpointer data)
{
    (void)data;
    g_assert_true(show(f, &small, NULL));
    tell(f, 1, 1, 1, 1);
    part_expect(f, 0, 0, 4, 2);
    tell(f, 1, 1, 1, 1);
    g_assert_true(show(f, &small, NULL));
    part_expect(f, 0, 0, 4, 2);
    tell(f, 1, 1, 1, 1);
    hw_screen_forget(f->panel->screens[0]);
    part_expect(f, 0, 0, 4, 2);
}

static void test_changes_end_with_the_surface(Screens *f, gconstpointer data)
{
    (void)data;
    g_assert_true(show(f, &small, NULL));
    part_expect(f, 0, 0, 4, 2);
    tell(f, 2, 1, UINT32_MAX, UINT32_MAX);
    part_expect(f, 2, 1, 4, 2);
    tell(f, 4, 0, 1, 1);
    tell(f, 0, UINT32_MAX, UINT32_MAX, UINT32_MAX);
    tell(f, 0, 0, 0, 2);
    part_expect(f, 0, 0, 0, 0);
    g_assert_true(show(f, NULL, NULL));
    tell(f, 0, 0, 1, 1);
    part_expect(f, 0, 0, 0, 0);
}

/* A device that forgets a screen leaks nothing: the sanitizers see it. */
static void test_device_may_leave(Screens *f, gconstpointer data)
{
    (void)data;
    g_assert_true(show(f, &small, NULL));
    ob_host_remove_device(f->base.host, ob_host_device_at(f->base.host, 0));
    g_assert_null(ob_host_device_at(f->base.host, 0));
}

/* ---------------------------------------------------------------------- refusals */

typedef struct Refusal {
    const char *name;
    HwSurface surface;
    const char *sentence;
} Refusal;

#define XR24 HW_PIXELS_XRGB8888
#define RAM_ HW_SURFACE_GUEST_MEMORY

/* clang-format off */
static const Refusal refusals[] = {
    { "format", { 0x34325258 + 1, 4, 4, 16, PIXELS, 0, 0 },
      "surface: invalid format 0x34325259: expected a DRM format such as XR24, 0x34325258" },
    { "width-of-zero", { XR24, 0, 4, 16, PIXELS, 0, 0 },
      "surface: invalid width 0: expected 1 to 16384" },
    { "width-of-2-31", { XR24, 0x80000000, 4, 16, PIXELS, 0, 0 },
      "surface: invalid width 2147483648: expected 1 to 16384" },
    { "height-of-zero", { XR24, 4, 0, 16, PIXELS, 0, 0 },
      "surface: invalid height 0: expected 1 to 16384" },
    { "height-of-2-32", { XR24, 4, UINT32_MAX, 16, PIXELS, 0, 0 },
      "surface: invalid height 4294967295: expected 1 to 16384" },
    { "stride-below-a-line", { XR24, 4, 4, 15, PIXELS, 0, 0 },
      "surface: invalid stride 15: expected at least 16, the bytes of a line" },
    { "size-beyond-1-gib", { XR24, 4, 16384, UINT32_MAX, RAM_, 0, 0 },
      "surface: invalid size of 70364449194001 bytes: expected at most 1073741824" },
    { "region-that-is-none", { XR24, 4, 4, 16, 2, 0, 0 },
      "surface: invalid region 2: expected memory" },
    { "region-without-memory", { XR24, 4, 4, 16, MMIO, 0, 0 },
      "surface: invalid region 0: expected memory" },
    { "end-beyond-its-region", { XR24, 4, 4, 16, PIXELS, 0, PIXELS_SIZE - 63 },
      "surface: 64 bytes at 0xffc1 do not lie in region 'pixels' of 0x10000 bytes" },
    { "offset-that-wraps", { XR24, 4, 4, 16, PIXELS, 0, UINT64_MAX },
      "surface: 64 bytes at 0xffffffffffffffff do not lie in region 'pixels' of 0x10000 bytes" },
    { "stride-beyond-its-region", { XR24, 4, 4, 0x8000, PIXELS, 0, 0 },
      "surface: 98320 bytes at 0x0 do not lie in region 'pixels' of 0x10000 bytes" },
    { "guest-memory-that-wraps", { XR24, 4, 4, 16, RAM_, 0, UINT64_MAX - 62 },
      "surface: 64 bytes at 0xffffffffffffffc1 are not RAM" },
    { "guest-memory-past-ram", { XR24, 4, 4, 16, RAM_, 0, 128 * MIB - 60 },
      "surface: lines at 0x7ffffc4 are not in RAM" },
    { "guest-memory-of-registers", { XR24, 1, 1, 4, RAM_, 0, 0xfed20000 },
      "surface: lines at 0xfed20000 are not in RAM" },
};
/* clang-format on */

static void test_refusal(Screens *f, gconstpointer data)
{
    const Refusal *refusal = data;
    char why[256] = "";
    ObPicture picture;

    g_assert_true(show(f, &small, NULL));
    g_assert_false(show(f, &refusal->surface, why));
    g_assert_cmpstr(why, ==, refusal->sentence);
    take(f, &picture);
    g_assert_cmpuint(picture.width, ==, 4);
    ob_picture_clear(&picture);
}

/* The last pixel of the region is one that may be shown. */
static void test_surface_may_end_with_its_region(Screens *f, gconstpointer data)
{
    HwSurface surface = small;

    (void)data;
    surface.offset = PIXELS_SIZE - 32;
    g_assert_true(show(f, &surface, NULL));
}

/* ---------------------------------------------------------------------- pictures */

static char *path_of(Screens *f, const char *name)
{
    if (!f->scratch) {
        f->scratch = ob_scratch_new();
        g_setenv("OB_PICTURES", ob_scratch_path(f->scratch), true);
    }
    return g_build_filename(ob_scratch_path(f->scratch), name, NULL);
}

static void test_png_and_ppm_hold_the_same(Screens *f, gconstpointer data)
{
    g_autofree char *png = path_of(f, "a.png"), *ppm = path_of(f, "a.ppm");
    ObPicture picture, read[2], differing;
    uint64_t count;

    (void)data;
    g_assert_true(show(f, &small, NULL));
    for (uint32_t i = 0; i < 32; i++) {
        memory(f)[i] = (uint8_t)(7 * i);
    }
    take(f, &picture);
    g_assert_true(ob_picture_write(&picture, png, OB_PICTURE_PNG, NULL));
    g_assert_true(ob_picture_write(&picture, ppm, OB_PICTURE_PPM, NULL));
    g_assert_true(ob_picture_read(&read[0], png, NULL));
    g_assert_true(ob_picture_read(&read[1], ppm, NULL));
    for (uint32_t i = 0; i < 2; i++) {
        g_assert_true(ob_picture_compare(&picture, &read[i], NULL, 0, &differing, &count, NULL));
        g_assert_cmpuint(count, ==, 0);
        ob_picture_clear(&differing);
        ob_picture_clear(&read[i]);
    }
    ob_picture_clear(&picture);
}

/* QEMU pads lines. */
static void test_ppm_of_qemu_is_read(Screens *f, gconstpointer data)
{
    g_autofree char *path = path_of(f, "padded.ppm");
    ObPicture picture;

    (void)data;
    g_assert_true(g_file_set_contents(path, "P6\n1 2\n255\nabc-def-", -1, NULL));
    g_assert_true(ob_picture_read(&picture, path, NULL));
    g_assert_cmpmem(ob_picture_line(&picture, 1), 3, "def", 3);
    ob_picture_clear(&picture);
}

static const struct {
    const char *name, *bytes, *sentence;
} bad_files[] = {
    { "empty", "", "cannot read '%s'" },
    { "text", "Hello", "cannot read '%s'" },
    { "other-ppm", "P5 1 1 255\nx", "%s: invalid picture: expected PNG, or PPM of type P6" },
    { "depth", "P6 1 1 65535\nxxxxxx", "%s: invalid picture: expected PNG, or PPM of type P6" },
    { "no-pixels", "P6 0 1 255\n", "picture: invalid size 0x1: expected 1x1 to 16384x16384" },
    { "too-large", "P6 16385 1 255\n",
      "picture: invalid size 16385x1: expected 1x1 to 16384x16384" },
    { "short", "P6 2 1 255\nxxxxx", "%s: the picture ends too early" },
    { "png-head-alone", "\x89PNG\r\n\x1a\n", "cannot read '%s'" },
};

static void test_file_that_is_no_picture(Screens *f, gconstpointer data)
{
    guint row = GPOINTER_TO_UINT(data);
    g_autofree char *path = path_of(f, "bad");
    g_autofree char *sentence = NULL;
    ObPicture picture;
    HW_ERROR(error, 512);

    g_assert_true(g_file_set_contents(path, bad_files[row].bytes, -1, NULL));
    g_assert_false(ob_picture_read(&picture, path, &error));
    sentence = g_strdup_printf(bad_files[row].sentence, path);
    g_assert_true(g_str_has_prefix(error.text, sentence));
    g_assert_null(picture.rgb);
}

static void screen_draw(Screens *f, uint32_t pixel)
{
    g_assert_true(show(f, &small, NULL));
    memset(memory(f), 0x40, 32);
    memory(f)[0] = (uint8_t)pixel;
}

static char *expected_write(Screens *f)
{
    char *path = path_of(f, "panel.png");

    screen_draw(f, 0x40);
    g_setenv("OB_WRITE_PICTURES", "1", true);
    ob_client_screen_expect(f->c, path, NULL, 0);
    g_unsetenv("OB_WRITE_PICTURES");
    return path;
}

static void test_expect_accepts_the_same(Screens *f, gconstpointer data)
{
    g_autofree char *path = expected_write(f);

    (void)data;
    ob_client_screen_expect(f->c, path, NULL, 0);
    g_assert_cmpstr(f->report, ==, NULL);
}

static void test_expect_has_a_tolerance(Screens *f, gconstpointer data)
{
    g_autofree char *path = expected_write(f);

    (void)data;
    screen_draw(f, 0x43);
    ob_client_screen_expect(f->c, path, NULL, 3);
    g_assert_cmpstr(f->report, ==, NULL);
    ob_client_screen_expect(f->c, path, NULL, 2);
    g_assert_nonnull(f->report);
}

static void test_expect_leaves_masked_pixels_out(Screens *f, gconstpointer data)
{
    g_autofree char *path = expected_write(f), *mask = path_of(f, "mask.ppm");
    ObPicture picture;

    (void)data;
    take(f, &picture);
    memset(picture.rgb, 0, 3);
    g_assert_true(ob_picture_write(&picture, mask, OB_PICTURE_PPM, NULL));
    ob_picture_clear(&picture);
    screen_draw(f, 0xff);
    ob_client_screen_expect(f->c, path, mask, 0);
    g_assert_cmpstr(f->report, ==, NULL);
}

static void test_expect_shows_the_difference(Screens *f, gconstpointer data)
{
    g_autofree char *path = expected_write(f), *differing = path_of(f, "panel-differing.png"),
                    *seen = path_of(f, "panel-seen.png"),
                    *expected = path_of(f, "panel-expected.png");
    ObPicture picture;

    (void)data;
    screen_draw(f, 0xff);
    ob_client_screen_expect(f->c, path, NULL, 0);
    g_assert_nonnull(strstr(f->report, "panel.png in 1 of 8 pixels"));
    g_assert_nonnull(strstr(f->report, differing));
    g_assert_true(ob_picture_read(&picture, differing, NULL));
    g_assert_cmpmem(ob_picture_line(&picture, 0), 6, "\xff\xff\xff\0\0\0", 6);
    ob_picture_clear(&picture);
    g_assert_true(ob_picture_read(&picture, seen, NULL));
    g_assert_cmpmem(ob_picture_line(&picture, 0), 6, "\x40\x40\xff\x40\x40\x40", 6);
    ob_picture_clear(&picture);
    g_assert_true(ob_picture_read(&picture, expected, NULL));
    g_assert_cmpmem(ob_picture_line(&picture, 0), 6, "\x40\x40\x40\x40\x40\x40", 6);
    ob_picture_clear(&picture);
}

static void test_expect_wants_the_same_size(Screens *f, gconstpointer data)
{
    g_autofree char *path = expected_write(f), *seen = path_of(f, "panel-seen.png");

    (void)data;
    g_assert_true(show(f, NULL, NULL));
    ob_client_screen_expect(f->c, path, NULL, 0);
    g_assert_nonnull(strstr(f->report, "the screen has 640x480 pixels, expected 4x2"));
    g_assert_cmpint(g_access(seen, R_OK), ==, 0);
}

static void test_expect_needs_the_file(Screens *f, gconstpointer data)
{
    (void)data;
    ob_client_screen_expect(f->c, "/does/not/exist.png", NULL, 0);
    g_assert_nonnull(strstr(f->report, "cannot open '/does/not/exist.png'"));
}

/* The pictures that tell the difference have no folder. */
static void test_expect_says_what_it_cannot_write(Screens *f, gconstpointer data)
{
    g_autofree char *path = expected_write(f), *folder = g_strdup(g_getenv("OB_PICTURES"));

    (void)data;
    screen_draw(f, 0xff);
    g_setenv("OB_PICTURES", "/does/not", true);
    ob_client_screen_expect(f->c, path, NULL, 0);
    g_setenv("OB_PICTURES", folder, true);
    g_assert_nonnull(
        strstr(f->report,
               "  seen:      cannot open '/does/not/panel-seen.png': No such file or directory"));
}

/* The mask is for a comparison. */
static void test_expect_writes_without_the_mask(Screens *f, gconstpointer data)
{
    g_autofree char *path = path_of(f, "panel.png");

    (void)data;
    screen_draw(f, 0x40);
    g_setenv("OB_WRITE_PICTURES", "1", true);
    ob_client_screen_expect(f->c, path, "/does/not/exist.png", 0);
    g_unsetenv("OB_WRITE_PICTURES");
    g_assert_cmpstr(f->report, ==, NULL);
    ob_client_screen_expect(f->c, path, "/does/not/exist.png", 0);
    g_assert_true(g_str_has_prefix(f->report, "cannot open '/does/not/exist.png': "));
}

static void test_expect_cannot_write_the_file(Screens *f, gconstpointer data)
{
    (void)data;
    screen_draw(f, 0xff);
    g_setenv("OB_WRITE_PICTURES", "1", true);
    ob_client_screen_expect(f->c, "/does/not/exist.png", NULL, 0);
    g_unsetenv("OB_WRITE_PICTURES");
    g_assert_true(
        g_str_has_prefix(f->report,
                         "cannot open '/does/not/exist.png': No such file or directory\n"));
}

/* A client that has failed before has no screen, and no second report. */
static void test_expect_is_for_live_clients(Screens *f, gconstpointer data)
{
    g_autofree char *path = path_of(f, "none.png");

    (void)data;
    ob_client_fail(f->c, "first");
    g_setenv("OB_WRITE_PICTURES", "1", true);
    ob_client_screen_expect(f->c, path, NULL, 0);
    g_unsetenv("OB_WRITE_PICTURES");
    g_assert_cmpint(g_access(path, F_OK), !=, 0);
    g_assert_true(g_str_has_prefix(f->report, "first\n"));
}

#define TEST(path, function, data) g_test_add(path, Screens, data, set_up, function, tear_down)

static void tables_add(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autofree char *path = g_strdup_printf("/screens/format/%s", formats[i].name);

        TEST(path, test_format, &formats[i]);
    }
    for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strdup_printf("/screens/refuses/%s", refusals[i].name);

        TEST(path, test_refusal, &refusals[i]);
    }
    for (guint i = 0; i < G_N_ELEMENTS(bad_files); i++) {
        g_autofree char *path = g_strdup_printf("/screens/file-refused/%s", bad_files[i].name);

        TEST(path, test_file_that_is_no_picture, GUINT_TO_POINTER(i));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("/screens/surface/is-dark-at-first", test_screen_is_dark_at_first, NULL);
    TEST("/screens/surface/gets-dark-again", test_screen_gets_dark_again, NULL);
    TEST("/screens/surface/follows-the-region", test_picture_follows_the_region, NULL);
    TEST("/screens/surface/follows-guest-memory", test_picture_follows_guest_memory, NULL);
    TEST("/screens/surface/may-end-with-its-region", test_surface_may_end_with_its_region, NULL);
    TEST("/screens/second/has-a-picture-of-its-own", test_second_screen_has_a_picture_of_its_own,
         NULL);
    TEST("/screens/device/may-leave", test_device_may_leave, NULL);
    TEST("/screens/changes/are-all-unless-told", test_changes_are_all_unless_told, NULL);
    TEST("/screens/changes/are-one-rectangle", test_changes_are_one_rectangle, NULL);
    TEST("/screens/changes/before-the-first-look-are-all",
         test_changes_before_the_first_look_are_all, NULL);
    TEST("/screens/changes/end-with-the-surface", test_changes_end_with_the_surface, NULL);
    TEST("/screens/file/png-and-ppm-hold-the-same", test_png_and_ppm_hold_the_same, NULL);
    TEST("/screens/file/ppm-of-qemu-is-read", test_ppm_of_qemu_is_read, NULL);
    TEST("/screens/expect/accepts-the-same", test_expect_accepts_the_same, NULL);
    TEST("/screens/expect/has-a-tolerance", test_expect_has_a_tolerance, NULL);
    TEST("/screens/expect/leaves-masked-pixels-out", test_expect_leaves_masked_pixels_out, NULL);
    TEST("/screens/expect/shows-the-difference", test_expect_shows_the_difference, NULL);
    TEST("/screens/expect/wants-the-same-size", test_expect_wants_the_same_size, NULL);
    TEST("/screens/expect/needs-the-file", test_expect_needs_the_file, NULL);
    TEST("/screens/expect/says-what-it-cannot-write", test_expect_says_what_it_cannot_write, NULL);
    TEST("/screens/expect/writes-without-the-mask", test_expect_writes_without_the_mask, NULL);
    TEST("/screens/expect/cannot-write-the-file", test_expect_cannot_write_the_file, NULL);
    TEST("/screens/expect/is-for-live-clients", test_expect_is_for_live_clients, NULL);
    tables_add();
    return g_test_run();
}
