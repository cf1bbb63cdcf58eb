/* SPDX-License-Identifier: GPL-2.0-or-later */
/* at24 on the bus of i2c-ocores, in our program and, through the bridge, in stock QEMU. */
#include "qtest/tests/i2c/i2c-guest.h"

enum { SMALL_AT = 0x50, LARGE_AT = 0x51, ERASED = 0xff };

typedef struct Memory {
    ObClient *c;
} Memory;

static void set_up(Memory *f, gconstpointer data)
{
    (void)data;
    f->c = i2c_guest_start("-device at24,bus=i2c0 -device at24,bus=i2c0,address=0x51,size=4096");
}

static void tear_down(Memory *f, gconstpointer data)
{
    (void)data;
    ob_client_quit(f->c);
}

/* Begins a write at the place; `count` bytes of the place are sent. */
static void place(Memory *f, uint32_t address, uint32_t at, uint32_t count)
{
    g_assert_true(i2c_address(f->c, address, false));
    while (count-- > 0) {
        g_assert_true(i2c_send(f->c, (uint8_t)(at >> (8 * count))));
    }
}

static void store(Memory *f, uint32_t address, uint32_t at, uint32_t count, const char *text)
{
    place(f, address, at, count);
    for (; *text; text++) {
        g_assert_true(i2c_send(f->c, (uint8_t)*text));
    }
    i2c_stop(f->c);
}

static uint8_t load(Memory *f, uint32_t address, uint32_t at, uint32_t count)
{
    uint8_t byte;

    place(f, address, at, count);
    g_assert_true(i2c_address(f->c, address, true));
    byte = i2c_receive(f->c);
    i2c_stop(f->c);
    return byte;
}

static void test_bytes(Memory *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(load(f, SMALL_AT, 0, 1), ==, ERASED);
    store(f, SMALL_AT, 0x10, 1, "abc");
    store(f, LARGE_AT, 0xff0, 2, "xyz");
    g_assert_cmphex(load(f, SMALL_AT, 0x12, 1), ==, 'c');
    g_assert_cmphex(load(f, LARGE_AT, 0xff2, 2), ==, 'z');
    g_assert_cmphex(load(f, LARGE_AT, 0x010, 2), ==, ERASED);
}

static void test_page(Memory *f, gconstpointer data)
{
    (void)data;
    store(f, SMALL_AT, 0x0e, 1, "abcd");
    g_assert_cmphex(load(f, SMALL_AT, 0x0f, 1), ==, 'b');
    g_assert_cmphex(load(f, SMALL_AT, 0x08, 1), ==, 'c');
    g_assert_cmphex(load(f, SMALL_AT, 0x10, 1), ==, ERASED);
    store(f, LARGE_AT, 0x3f, 2, "ab");
    g_assert_cmphex(load(f, LARGE_AT, 0x20, 2), ==, 'b');
}

static void test_goes_on(Memory *f, gconstpointer data)
{
    (void)data;
    store(f, SMALL_AT, 0xff, 1, "z");
    store(f, SMALL_AT, 0x00, 1, "a");
    g_assert_cmphex(load(f, SMALL_AT, 0xff, 1), ==, 'z');
    g_assert_true(i2c_address(f->c, SMALL_AT, true));
    g_assert_cmphex(i2c_receive(f->c), ==, 'a');
    i2c_stop(f->c);
}

/* The bits above the size are ignored. */
static void test_beyond(Memory *f, gconstpointer data)
{
    (void)data;
    store(f, LARGE_AT, 0xf123, 2, "a");
    g_assert_cmphex(load(f, LARGE_AT, 0x0123, 2), ==, 'a');
}

/* A guest stops after half of the place. */
static void test_half_a_place(Memory *f, gconstpointer data)
{
    (void)data;
    store(f, LARGE_AT, 0x0123, 2, "a");
    place(f, LARGE_AT, 0x01, 1);
    i2c_stop(f->c);
    g_assert_cmphex(load(f, LARGE_AT, 0x0123, 2), ==, 'a');
}

static void test_reset(Memory *f, gconstpointer data)
{
    (void)data;
    store(f, SMALL_AT, 0x10, 1, "a");
    ob_client_reset(f->c);
    i2c_wr(f->c, OCORES_CONTROL, OCORES_ENABLE);
    g_assert_cmphex(load(f, SMALL_AT, 0x10, 1), ==, 'a');
}

static void size_refused(const char *size, const char *sentence)
{
    g_autofree char *arguments = g_strdup_printf(
        "-M q35 -nodefaults %s -device i2c-ocores -device at24,size=%s",
        g_getenv("OB_ARGUMENTS") ? g_getenv("OB_ARGUMENTS") : "", size);
    const ObStart start = { .program = g_getenv("OB_PROGRAM"),
                            .arguments = arguments,
                            .accelerator = g_getenv("OB_ACCELERATOR") };
    HW_ERROR(error, 4096);

    g_assert_null(ob_client_start(&start, &error));
    if (!strstr(error.text, sentence)) {
        g_error("size=%s: says '%s', expected '%s'", size, error.text, sentence);
    }
}

static void test_sizes(void)
{
    static const char *const outside[] = { "0", "127", "65537" };
    static const char *const between[] = { "192", "512", "2048", "65535" };

    for (guint i = 0; i < G_N_ELEMENTS(outside); i++) {
        size_refused(outside[i], "size");
    }
    for (guint i = 0; i < G_N_ELEMENTS(between); i++) {
        g_autofree char *sentence = g_strdup_printf("size: invalid value '%s': expected 128, 256, "
                                                    "or a power of two from 4096 to 65536",
                                                    between[i]);

        size_refused(between[i], sentence);
    }
}

#define TEST(path, function) g_test_add("/at24/" path, Memory, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("transfer/keeps-bytes", test_bytes);
    TEST("transfer/stays-in-the-page", test_page);
    TEST("transfer/reads-on-and-round", test_goes_on);
    TEST("transfer/ignores-bits-above-the-size", test_beyond);
    TEST("transfer/ends-within-the-place", test_half_a_place);
    TEST("reset/leaves-the-contents", test_reset);
    g_test_add_func("/at24/size/refused", test_sizes);
    return g_test_run();
}
