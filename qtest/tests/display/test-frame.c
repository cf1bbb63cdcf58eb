/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last picture of a screen: its changes are found, in any format and size. */
#include <glib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/picture/frame.h"
#include "qtest/picture/picture.h"
#include "qtest/picture/pixels.h"
#include "qtest/tests/lib/sanitized.h"

typedef struct Rectangle {
    uint32_t x, y, width, height;
} Rectangle;

typedef struct Frame {
    ObFrame *frame;
    ObFrameCopy copy;
    uint32_t pixels[200][300];
    HwImage image;
    Rectangle changed[64];
    uint32_t count;
} Frame;

static void set_up(Frame *f, gconstpointer data)
{
    (void)data;
    f->image = (HwImage) { .pixman = hw_pixel_format(HW_PIXELS_XRGB8888)->pixman,
                           .width = 300,
                           .height = 200,
                           .stride = 1200,
                           .pixels = (uint8_t *)f->pixels };
    f->frame = ob_frame_new(300, 200, NULL);
    g_assert_nonnull(f->frame);
    g_assert_true(ob_frame_resize(f->frame, &f->copy));
}

static void tear_down(Frame *f, gconstpointer data)
{
    (void)data;
    ob_frame_free(f->frame);
    free(f->copy.pixels);
}

static void noted(void *opaque, uint32_t x, uint32_t y, uint32_t width, uint32_t height)
{
    Frame *f = opaque;

    g_assert_cmpuint(f->count, <, G_N_ELEMENTS(f->changed));
    f->changed[f->count++] = (Rectangle) { x, y, width, height };
}

static uint32_t follow(Frame *f)
{
    f->count = 0;
    ob_frame_follow(f->frame, &f->copy, &(ObFrameFollower) { noted, f });
    return f->count;
}

/* True if something was found. */
static bool take(Frame *f, ObFrameRows rows)
{
    bool changed;

    g_assert_true(ob_frame_take(f->frame, &f->image, rows, &changed, NULL));
    return changed;
}

static const ObFrameRows all = { 0, UINT32_MAX };

static void changed_expect(const Frame *f, uint32_t i, Rectangle r)
{
    g_assert_cmpuint(i, <, f->count);
    g_assert_cmpmem(&f->changed[i], sizeof(r), &r, sizeof(r));
}

static void test_first_look_sees_all(Frame *f, gconstpointer data)
{
    (void)data;
    g_assert_cmpuint(follow(f), ==, 13);
    changed_expect(f, 0, (Rectangle) { 0, 0, 300, 16 });
    changed_expect(f, 12, (Rectangle) { 0, 192, 300, 8 });
    g_assert_cmpuint(follow(f), ==, 0);
}

static void test_nothing_changes(Frame *f, gconstpointer data)
{
    (void)data;
    follow(f);
    g_assert_false(take(f, all));
    g_assert_cmpuint(follow(f), ==, 0);
}

static void test_tiles_side_by_side_are_one(Frame *f, gconstpointer data)
{
    (void)data;
    follow(f);
    f->pixels[20][63] = 1;
    f->pixels[31][64] = 2;
    f->pixels[16][299] = 3;
    g_assert_true(take(f, all));
    g_assert_cmpuint(follow(f), ==, 2);
    changed_expect(f, 0, (Rectangle) { 0, 16, 128, 16 });
    changed_expect(f, 1, (Rectangle) { 256, 16, 44, 16 });
    g_assert_cmpmem(f->copy.pixels, sizeof(f->pixels), f->pixels, sizeof(f->pixels));
}

/* A viewer that slept sees the changes of all pictures in between. */
static void test_changes_add_up(Frame *f, gconstpointer data)
{
    (void)data;
    follow(f);
    for (uint32_t y = 0; y < 48; y += 16) {
        f->pixels[y][0] = 1;
        g_assert_true(take(f, all));
    }
    g_assert_cmpuint(follow(f), ==, 3);
    g_assert_cmpmem(f->copy.pixels, sizeof(f->pixels), f->pixels, sizeof(f->pixels));
}

static void test_other_rows_are_not_read(Frame *f, gconstpointer data)
{
    (void)data;
    follow(f);
    f->pixels[0][0] = f->pixels[40][0] = f->pixels[199][0] = 1;
    g_assert_true(take(f, (ObFrameRows) { 47, 1 }));
    g_assert_cmpuint(follow(f), ==, 1);
    changed_expect(f, 0, (Rectangle) { 0, 32, 64, 16 });
    g_assert_false(take(f, (ObFrameRows) { 64, 64 }));
    g_assert_false(take(f, (ObFrameRows) { UINT32_MAX, UINT32_MAX }));
    g_assert_false(take(f, (ObFrameRows) { 0, 0 }));
}

static void test_other_format_is_converted(Frame *f, gconstpointer data)
{
    (void)data;
    f->image.pixman = hw_pixel_format(HW_PIXELS_XBGR8888)->pixman;
    take(f, all);
    follow(f);
    f->pixels[17][70] = GUINT32_TO_LE(0x00112233);
    g_assert_true(take(f, all));
    g_assert_cmpuint(follow(f), ==, 1);
    changed_expect(f, 0, (Rectangle) { 64, 16, 64, 16 });
    g_assert_cmphex(f->copy.pixels[17 * 300 + 70] & 0xffffff, ==, 0x332211);
}

static void test_size_changes(Frame *f, gconstpointer data)
{
    (void)data;
    follow(f);
    g_assert_false(ob_frame_resized(f->frame, &f->copy));
    f->image.width = 10;
    f->image.height = 17;
    f->pixels[16][9] = 7;
    g_assert_true(take(f, (ObFrameRows) { 0, 0 }));
    g_assert_true(ob_frame_resized(f->frame, &f->copy));
    g_assert_cmpuint(follow(f), ==, 2);
    changed_expect(f, 1, (Rectangle) { 0, 16, 10, 1 });
    g_assert_cmpuint(f->copy.pixels[16 * 300 + 9], ==, 7);
    free(f->copy.pixels);
    g_assert_true(ob_frame_resize(f->frame, &f->copy));
    g_assert_cmpuint(f->copy.width, ==, 10);
    g_assert_cmpuint(follow(f), ==, 2);
    g_assert_cmpuint(f->copy.pixels[16 * 10 + 9], ==, 7);
}

/* The viewer keeps its size; the frame has grown. */
static void test_small_copy_gets_what_fits(Frame *f, gconstpointer data)
{
    uint32_t pixels[30] = { 0 };

    (void)data;
    f->image.width = f->image.height = 400;
    f->image.stride = 0;
    f->image.width = 30;
    f->image.pixels = (uint8_t *)pixels;
    pixels[29] = 5;
    g_assert_true(take(f, all));
    g_assert_cmpuint(follow(f), ==, 13);
    changed_expect(f, 12, (Rectangle) { 0, 192, 30, 8 });
    g_assert_cmpuint(f->copy.pixels[199 * 300 + 29], ==, 5);
}

/* No computer has the memory.  The frame keeps its size. */
static void test_too_large(Frame *f, gconstpointer data)
{
    const uint32_t huge = UINT32_C(1) << 31;
    const HwImage image = { .pixman = f->image.pixman, .width = huge, .height = huge };
    HW_ERROR(error, 256);
    bool changed;

    (void)data;
    g_assert_null(ob_frame_new(huge, huge, &error));
    g_assert_cmpstr(error.text, ==, "frame: out of memory");
    error.text[0] = '\0';
    g_assert_false(ob_frame_take(f->frame, &image, all, &changed, &error));
    g_assert_cmpstr(error.text, ==, "frame: out of memory");
    g_assert_false(ob_frame_resized(f->frame, &f->copy));
    g_assert_cmpuint(follow(f), ==, 13);
}

/* -------------------------------------------------------------------- pictures */

static void assert_not_written(const char *path, ObPictureFormat format, const char *sentence)
{
    ObPicture picture;
    HW_ERROR(error, 200);

    g_assert_true(ob_picture_make(&picture, 2, 2, NULL));
    g_assert_false(ob_picture_write(&picture, path, format, &error));
    g_assert_cmpstr(error.text, ==, sentence);
    ob_picture_clear(&picture);
}

static void test_not_written(void)
{
    assert_not_written("/none/a.png", OB_PICTURE_PNG,
                       "cannot open '/none/a.png': No such file or directory");
    assert_not_written("/dev/full", OB_PICTURE_PPM,
                       "cannot write '/dev/full': No space left on device");
    assert_not_written("/dev/full", OB_PICTURE_PNG,
                       "cannot write '/dev/full': No space left on device");
}

static void test_not_read(void)
{
    ObPicture picture;
    HW_ERROR(error, 200);

    g_assert_false(ob_picture_read(&picture, "/none/a.png", &error));
    g_assert_cmpstr(error.text, ==, "cannot open '/none/a.png': No such file or directory");
    g_assert_null(picture.rgb);
}

static void test_sizes(void)
{
    static const struct {
        uint32_t width, height;
        bool made;
    } sizes[] = {
        { 1, 1, true },     { 0, 1, false },     { 1, 0, false },     { 16384, 1, true },
        { 1, 16384, true }, { 16385, 1, false }, { 1, 16385, false },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        ObPicture picture;

        g_assert_cmpint(ob_picture_make(&picture, sizes[i].width, sizes[i].height, NULL), ==,
                        sizes[i].made);
        g_assert_cmpint(picture.rgb != NULL, ==, sizes[i].made);
        ob_picture_clear(&picture);
    }
}

/* pixman takes lines of whole words alone. */
static void test_odd_lines(void)
{
    static uint8_t pixels[32];
    const HwImage image = { .pixels = pixels,
                            .width = 2,
                            .height = 2,
                            .stride = 9,
                            .pixman = hw_pixel_format(HW_PIXELS_XRGB8888)->pixman };
    uint32_t xrgb[4] = { 0 };
    ObPicture picture;
    HW_ERROR(error, 200);

    g_assert_false(ob_picture_of_image(&picture, &image, &error));
    g_assert_cmpstr(error.text, ==, "pixman refuses a surface of 2x2 pixels, 9 bytes a line");
    g_assert_null(picture.rgb);
    error.text[0] = 0;
    g_assert_false(ob_pixels_convert(&image, 0, 2, xrgb, &error));
    g_assert_cmpstr(error.text, ==, "pixman refuses a surface of 2x2 pixels, 9 bytes a line");
}

#define TEST(path, function) g_test_add(path, Frame, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("/frame/first-look/sees-all", test_first_look_sees_all);
    TEST("/frame/changes/are-none", test_nothing_changes);
    TEST("/frame/changes/side-by-side-are-one", test_tiles_side_by_side_are_one);
    TEST("/frame/changes/add-up", test_changes_add_up);
    TEST("/frame/rows/others-are-not-read", test_other_rows_are_not_read);
    TEST("/frame/format/is-converted", test_other_format_is_converted);
    TEST("/frame/size/changes", test_size_changes);
    TEST("/frame/size/small-copy-gets-what-fits", test_small_copy_gets_what_fits);
    if (!devices_are_sanitized()) { /* a sanitizer ends the program */
        TEST("/frame/size/without-memory-is-refused", test_too_large);
    }
    g_test_add_func("/pictures/that-can-not-be-written", test_not_written);
    g_test_add_func("/pictures/that-can-not-be-read", test_not_read);
    g_test_add_func("/pictures/sizes", test_sizes);
    g_test_add_func("/pictures/lines-of-no-whole-words-are-refused", test_odd_lines);
    return g_test_run();
}
