/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ramfb in our program and, through the bridge, in stock QEMU.  There QEMU's own ramfb stands
 * beside it with the same memory, and both screens must be the same: screen-pair.h.
 */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/ext/draft/display.h"
#include "qtest/client/drivers/fw-cfg.h"
#include "qtest/client/drivers/screen.h"
#include "qtest/client/process/scratch.h"
#include "qtest/tests/display/screen-pair.h"

#define PIXELS UINT64_C(0x200000)
#define CFG    UINT64_C(0x100000)
#define SIZE   28
#define RAM    PAIR_RAM

static uint16_t keys[2]; /* the file's */

static uint16_t file_key(ObClient *c)
{
    ObFwCfgPort port = fw_cfg_of_pc(c);
    uint32_t size = 0;
    uint16_t key = fw_cfg_find(&port, "etc/ramfb", &size);

    g_assert_cmpuint(size, ==, SIZE);
    return key;
}

static void machines_start(void)
{
    screen_pair_start();
    for (guint i = 0; i < screen_pair.count; i++) {
        keys[i] = file_key(screen_pair.clients[i]);
    }
}

typedef struct Config {
    const char *name;
    uint64_t address;
    uint32_t fourcc, width, height, stride;
} Config;

static void config_write(ObClient *c, uint16_t key, const Config *config)
{
    ObFwCfgPort port = fw_cfg_of_pc(c);
    uint8_t bytes[SIZE] = { 0 };

    hw_store_be64(&bytes[0], config->address);
    hw_store_be32(&bytes[8], config->fourcc);
    hw_store_be32(&bytes[16], config->width);
    hw_store_be32(&bytes[20], config->height);
    hw_store_be32(&bytes[24], config->stride);
    ob_client_memwrite(c, CFG, bytes, SIZE);
    g_assert_cmphex(fw_cfg_dma(&port, fw_cfg_dma_key(key) | FW_CFG_DMA_WRITE, CFG, SIZE), ==, 0);
}

/* Both machines do the same. */
static void show(ScreenPair *f, const Config *config)
{
    for (guint i = 0; i < f->count; i++) {
        config_write(f->clients[i], keys[i], config);
    }
}

static void draw(ScreenPair *f, const Config *config, uint32_t seed)
{
    for (guint i = 0; i < f->count; i++) {
        screen_noise(f->clients[i], config->address, (size_t)config->stride * config->height, seed);
    }
}

static const uint8_t *pixel_at(const ObPicture *picture, uint32_t x, uint32_t y)
{
    return ob_picture_line(picture, y) + (size_t)x * 3;
}

/* The picture has the memory's bytes: of XRGB8888, or of RGB888. */
static void memory_expect(ScreenPair *f, const ObPicture *picture, const Config *config)
{
    uint32_t bytes = config->fourcc == HW_PIXELS_RGB888 ? 3 : 4;
    g_autofree uint8_t *line = g_malloc(config->stride);

    g_assert_cmpuint(picture->width, ==, config->width);
    g_assert_cmpuint(picture->height, ==, config->height);
    for (uint32_t y = 0; y < config->height; y += config->height - 1) {
        ob_client_memread(f->clients[0], config->address + (uint64_t)config->stride * y, line,
                          config->stride);
        for (uint32_t x = 0; x < config->width; x++) {
            const uint8_t *pixel = line + (size_t)x * bytes;
            const uint8_t rgb[] = { pixel[2], pixel[1], pixel[0] };

            g_assert_cmpmem(pixel_at(picture, x, y), 3, rgb, 3);
        }
    }
}

/* ----------------------------------------------------------------------- screen */

static const Config plain = { "plain", PIXELS, HW_PIXELS_XRGB8888, 64, 48, 256 };

static const Config shapes[] = {
    { "xrgb8888", PIXELS, HW_PIXELS_XRGB8888, 64, 48, 256 },
    { "argb8888", PIXELS, HW_PIXELS_ARGB8888, 64, 48, 256 },
    { "rgb888", PIXELS, HW_PIXELS_RGB888, 64, 48, 192 },
    { "lines-with-gaps", PIXELS, HW_PIXELS_XRGB8888, 50, 20, 1024 },
    { "smallest", PIXELS, HW_PIXELS_XRGB8888, 16, 16, 64 },
    { "widest", PIXELS, HW_PIXELS_XRGB8888, 16000, 16, 64000 },
    { "highest", PIXELS, HW_PIXELS_XRGB8888, 16, 12000, 64 },
    { "pages-that-are-cut", PIXELS + 0x7f4, HW_PIXELS_XRGB8888, 301, 40, 1204 },
    { "end-of-ram", RAM - 48 * 256, HW_PIXELS_XRGB8888, 64, 48, 256 },
};

static void test_shape(ScreenPair *f, gconstpointer data)
{
    const Config *config = data;
    ObPicture picture;

    draw(f, config, 1);
    show(f, config);
    screen_take(f, &picture);
    memory_expect(f, &picture, config);
    ob_picture_clear(&picture);
}

static void test_follows_memory(ScreenPair *f, gconstpointer data)
{
    ObPicture picture;

    (void)data;
    show(f, &plain);
    for (uint32_t seed = 1; seed < 4; seed++) {
        draw(f, &plain, seed);
        screen_take(f, &picture);
        memory_expect(f, &picture, &plain);
        ob_picture_clear(&picture);
    }
}

static void test_follows_the_file(ScreenPair *f, gconstpointer data)
{
    ObPicture picture;

    (void)data;
    for (guint i = 0; i < G_N_ELEMENTS(shapes); i++) {
        draw(f, &shapes[i], i);
        show(f, &shapes[i]);
        screen_take(f, &picture);
        memory_expect(f, &picture, &shapes[i]);
        ob_picture_clear(&picture);
    }
}

/* A stride of 0 means that lines have no gaps. */
static void test_stride_of_zero(ScreenPair *f, gconstpointer data)
{
    Config config = plain;
    ObPicture picture;

    (void)data;
    draw(f, &plain, 5);
    config.stride = 0;
    show(f, &config);
    screen_take(f, &picture);
    memory_expect(f, &picture, &plain);
    ob_picture_clear(&picture);
}

static void test_is_dark_at_first(ScreenPair *f, gconstpointer data)
{
    ObPicture picture;

    (void)data;
    g_assert_true(ob_client_screen_take(f->clients[0], NULL, 0, &picture));
    g_assert_cmpuint(picture.width, ==, 640);
    g_assert_cmpuint(picture.height, ==, 480);
    ob_picture_clear(&picture);
}

static void test_reset_keeps_the_picture(ScreenPair *f, gconstpointer data)
{
    ObPicture picture;

    (void)data;
    draw(f, &plain, 6);
    show(f, &plain);
    for (guint i = 0; i < f->count; i++) {
        ob_client_reset(f->clients[i]);
    }
    draw(f, &plain, 7); /* QEMU's reset may load firmware */
    screen_take(f, &picture);
    memory_expect(f, &picture, &plain);
    ob_picture_clear(&picture);
}

/* ---------------------------------------------------------------------- hostile */

static const Config hostile[] = {
    { "format-of-nothing", PIXELS, 0, 64, 48, 256 },
    { "format-unknown", PIXELS, 0x31313131, 64, 48, 256 },
    { "width-of-zero", PIXELS, HW_PIXELS_XRGB8888, 0, 48, 256 },
    { "width-of-15", PIXELS, HW_PIXELS_XRGB8888, 15, 48, 256 },
    { "width-of-16001", PIXELS, HW_PIXELS_XRGB8888, 16001, 48, 64004 },
    { "width-of-2-31", PIXELS, HW_PIXELS_XRGB8888, 0x80000000, 48, 0 },
    { "width-that-wraps", PIXELS, HW_PIXELS_XRGB8888, 0x40000010, 48, 0 },
    { "height-of-zero", PIXELS, HW_PIXELS_XRGB8888, 64, 0, 256 },
    { "height-of-15", PIXELS, HW_PIXELS_XRGB8888, 64, 15, 256 },
    { "height-of-2-31", PIXELS, HW_PIXELS_XRGB8888, 64, 0x80000000, 256 },
    { "height-of-12001", PIXELS, HW_PIXELS_XRGB8888, 64, 12001, 256 },
    { "end-past-ram", RAM - 48 * 256 + 4, HW_PIXELS_XRGB8888, 64, 48, 256 },
    { "start-past-ram", RAM, HW_PIXELS_XRGB8888, 64, 48, 256 },
    { "address-that-wraps", UINT64_MAX - 255, HW_PIXELS_XRGB8888, 64, 48, 256 },
    { "stride-of-2-31", PIXELS, HW_PIXELS_XRGB8888, 64, 48, 0x80000000 },
};

/* QEMU aborts, or shows lines that overlap, with a stride that is odd or less than a line.  It also
 * reads registers of devices. */
static const Config hostile_to_qemu[] = {
    { "address-of-devices", 0xfec00000, HW_PIXELS_XRGB8888, 16, 16, 64 },
    { "stride-below-a-line", PIXELS, HW_PIXELS_XRGB8888, 64, 48, 255 },
    { "stride-of-4", PIXELS, HW_PIXELS_XRGB8888, 64, 48, 4 },
    { "stride-of-2-32", PIXELS, HW_PIXELS_XRGB8888, 64, 48, UINT32_MAX },
};

static void test_hostile(ScreenPair *f, gconstpointer data)
{
    ObPicture picture;

    draw(f, &plain, 8);
    show(f, &plain);
    screen_take(f, &picture);
    ob_picture_clear(&picture);
    show(f, data);
    if (screen_moves()) {
        return;
    }
    screen_take(f, &picture);
    memory_expect(f, &picture, &plain);
    ob_picture_clear(&picture);
}

static void test_hostile_to_qemu(ScreenPair *f, gconstpointer data)
{
    screen_alone(f, data, test_hostile);
}

/* Lines that pixman can't read where they are; QEMU's own device ends QEMU. */
static void test_odd_stride(ScreenPair *f, gconstpointer data)
{
    static const Config odd = { "odd", PIXELS + 1, HW_PIXELS_RGB888, 17, 17, 51 };

    (void)data;
    screen_alone(f, &odd, test_shape);
}

/* -------------------------------------------------------------------- screendump */

/* QEMU knows names of devices on a bus alone. */
static void test_screendump_names_the_device(ScreenPair *f, gconstpointer data)
{
    ObPicture picture;

    (void)data;
    draw(f, &plain, 10);
    show(f, &plain);
    g_assert_true(ob_client_screen_take(f->clients[0], f->count > 1 ? NULL : "fb", 0, &picture));
    memory_expect(f, &picture, &plain);
    ob_picture_clear(&picture);
}

static json_t *arguments_of(const char *path, const char *format)
{
    return json_pack("{s:s, s:s}", "filename", path, "format", format);
}

/* The file that is written and the picture that is compared are one: by a stock QEMU's screendump,
 * too. */
static void test_screendump_writes_png(ScreenPair *f, gconstpointer data)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *path = g_build_filename(ob_scratch_path(scratch), "screen.png", NULL);
    ObClient *c = f->clients[0];

    (void)data;
    draw(f, &plain, 11);
    show(f, &plain);
    json_decref(ob_client_qmp(c, "screendump", arguments_of(path, "png"), NULL));
    ob_client_screen_expect(c, path, NULL, 0);
    ob_scratch_free(scratch);
}

static void refused(ObClient *c, json_t *arguments)
{
    json_t *error = NULL;

    g_assert_null(ob_client_qmp(c, "screendump", arguments, &error));
    g_assert_cmpstr(json_string_value(json_object_get(error, "desc")), !=, "");
    json_decref(error);
}

static void test_screendump_refuses(ScreenPair *f, gconstpointer data)
{
    ObClient *c = f->clients[0];

    (void)data;
    refused(c, arguments_of("/does/not/exist.png", "png"));
    refused(c, arguments_of("/dev/null", "gif"));
    refused(c, json_pack("{s:s, s:i}", "filename", "/dev/null", "head", 0));
    refused(c, json_pack("{s:s, s:s}", "filename", "/dev/null", "device", "nix"));
    refused(c, json_pack("{s:s, s:s, s:i}", "filename", "/dev/null", "device", "fb", "head", 7));
    refused(c, json_pack("{s:s, s:s, s:i}", "filename", "/dev/null", "device", "fb", "head", -1));
}

static void table_add(const char *prefix, const Config *rows, guint count,
                      void (*function)(ScreenPair *f, gconstpointer data))
{
    for (guint i = 0; i < count; i++) {
        g_autofree char *path = g_strdup_printf("/ramfb/%s/%s", prefix, rows[i].name);

        screen_test_add(path, function, &rows[i]);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    screen_test_add("/ramfb/screen/is-dark-at-first", test_is_dark_at_first, NULL);
    screen_test_add("/ramfb/screen/follows-memory", test_follows_memory, NULL);
    screen_test_add("/ramfb/screen/follows-the-file", test_follows_the_file, NULL);
    screen_test_add("/ramfb/screen/stride-of-zero-has-no-gaps", test_stride_of_zero, NULL);
    screen_test_add("/ramfb/screen/reset-keeps-the-picture", test_reset_keeps_the_picture, NULL);
    screen_test_add("/ramfb/screen/lines-may-begin-anywhere", test_odd_stride, NULL);
    screen_test_add("/ramfb/screendump/names-the-device", test_screendump_names_the_device, NULL);
    screen_test_add("/ramfb/screendump/writes-png", test_screendump_writes_png, NULL);
    screen_test_add("/ramfb/screendump/refuses", test_screendump_refuses, NULL);
    table_add("shape", shapes, G_N_ELEMENTS(shapes), test_shape);
    table_add("hostile", hostile, G_N_ELEMENTS(hostile), test_hostile);
    table_add("hostile", hostile_to_qemu, G_N_ELEMENTS(hostile_to_qemu), test_hostile_to_qemu);
    machines_start();
    return screen_tests_run();
}
