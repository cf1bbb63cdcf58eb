/* SPDX-License-Identifier: GPL-2.0-or-later */
/* I2C in migration streams, in process: forged ones are refused, or do no harm. */
#include <string.h>

#include "devices/i2c/i2c-ocores-regs.h"
#include "qtest/machine/board.h"
#include "qtest/tests/lib/host-stream.h"

#define BASE UINT64_C(0xfe000000)

enum { SENSOR_AT = 0x48, MEMORY_AT = 0x50, PINS_AT = 0x70, PINS_INPUT = 0 };

static HwInstance *add(ObHost *host, const char *class_name, const char *key, const char *value)
{
    const ObOption options[] = { { key, value } };
    HW_ERROR(error, 256);
    HwInstance *instance = ob_host_add_device(host, class_name, options, 1, &error);

    g_assert_cmpstr(error.text, ==, "");
    return instance;
}

static ObHost *host_new(const char *address, const char *size)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35" };
    HW_ERROR(error, 256);
    ObHost *host = ob_host_new(&config, &error);

    g_assert_true(ob_host_load_plugins(host, g_getenv("OUTBOARD_SET"), &error));
    add(host, "i2c-ocores", "addr", "0xfe000000");
    add(host, "lm75", "address", address);
    add(host, "at24", "size", size);
    return host;
}

static void wr(ObHost *host, uint32_t reg, uint8_t value)
{
    ob_host_store(host, HW_SPACE_MEMORY, BASE + (reg << OCORES_WORD_SHIFT), value, 1);
}

static uint8_t rd(ObHost *host, uint32_t reg)
{
    return (uint8_t)ob_host_load(host, HW_SPACE_MEMORY, BASE + (reg << OCORES_WORD_SHIFT), 1);
}

static uint8_t receive(ObHost *host)
{
    wr(host, OCORES_COMMAND, OCORES_READ);
    return rd(host, OCORES_DATA);
}

static void address(ObHost *host, uint8_t target, bool is_read)
{
    wr(host, OCORES_CONTROL, OCORES_ENABLE);
    wr(host, OCORES_DATA, (uint8_t)(target << 1 | is_read));
    wr(host, OCORES_COMMAND, OCORES_START | OCORES_WRITE);
}

/* The payload of the section: behind the name, instance and version. */
static uint8_t *payload(const GByteArray *stream, const char *section, uint8_t instance)
{
    g_autoptr(GByteArray) name = g_byte_array_new();
    const uint8_t number[] = { 0, 0, 0, instance };

    g_byte_array_append(name, (const guint8 *)section, (guint)strlen(section));
    g_byte_array_append(name, number, sizeof(number));
    return host_stream_behind(stream, name->data, name->len, 4);
}

static void refused(ObHost *from, ObHost *to, const char *sentence)
{
    g_autoptr(GByteArray) stream = host_stream_save(from);

    host_stream_refused(to, stream, sentence);
    address(to, MEMORY_AT, true);
    g_assert_cmphex(receive(to), ==, 0xff);
    ob_host_free(from);
    ob_host_free(to);
}

static void test_other_address(void)
{
    refused(host_new("0x48", "256"), host_new("0x49", "256"),
            "lm75: address is 0x48, expected 0x49");
}

static void test_other_size(void)
{
    refused(host_new("0x48", "256"), host_new("0x48", "128"),
            "at24: the contents have 256 bytes, expected 128");
}

/* The PCs of QEMU have a bus of their own before ours. */
static void test_bus_of_nobody(void)
{
    ObHost *host = host_new("0x48", "256");
    g_autoptr(GByteArray) stream = NULL;

    address(host, SENSOR_AT, true);
    stream = host_stream_save(host);
    g_assert_cmphex(*payload(stream, "i2c_bus", 1), ==, SENSOR_AT);
    *payload(stream, "i2c_bus", 1) = 0x33;
    host_stream_load(host, stream);
    g_assert_cmphex(receive(host), ==, 0xff);
    address(host, SENSOR_AT, true);
    g_assert_cmphex(receive(host), ==, 0x19);
    ob_host_free(host);
}

/* The pointer, the place in the register and the phase; behind address, registers and halves. */
static void test_any_cursor(void)
{
    ObHost *host = host_new("0x48", "256");

    for (uint32_t i = 0; i < 256; i++) {
        g_autoptr(GByteArray) stream = NULL;

        address(host, SENSOR_AT, true);
        stream = host_stream_save(host);
        memset(payload(stream, "lm75", 0) + 1 + 16 + 2, (int)i, 4);
        host_stream_load(host, stream);
        receive(host);
        receive(host);
        wr(host, OCORES_COMMAND, OCORES_STOP);
    }
    ob_host_free(host);
}

/* The place and its bytes follow the contents. */
static void test_any_place(void)
{
    ObHost *host = host_new("0x48", "256");

    for (uint32_t i = 0; i < 256; i++) {
        g_autoptr(GByteArray) stream = NULL;

        address(host, MEMORY_AT, false);
        stream = host_stream_save(host);
        memset(payload(stream, "at24", 0) + 1 + 4 + 256, (int)i, 3);
        host_stream_load(host, stream);
        wr(host, OCORES_DATA, 0x12);
        wr(host, OCORES_COMMAND, OCORES_WRITE);
        wr(host, OCORES_COMMAND, OCORES_WRITE | OCORES_STOP);
        address(host, MEMORY_AT, true);
        receive(host);
    }
    ob_host_free(host);
}

static uint8_t pins_read(ObHost *host)
{
    address(host, PINS_AT, false);
    wr(host, OCORES_DATA, PINS_INPUT);
    wr(host, OCORES_COMMAND, OCORES_WRITE);
    address(host, PINS_AT, true);
    return receive(host);
}

/* A line that was high in the source. */
static void test_line_goes_low(void)
{
    ObHost *from = host_new("0x48", "256");
    ObHost *to = host_new("0x48", "256");
    const HwInstance *from_pins = add(from, "pca9538", "address", "0x70");
    const HwInstance *to_pins = add(to, "pca9538", "address", "0x70");
    g_autoptr(GByteArray) stream = NULL;

    ob_device_input(from_pins->dev, 3, true);
    stream = host_stream_save(from);
    host_stream_load(to, stream);
    g_assert_cmphex(pins_read(to), ==, 0x08);
    ob_device_input(to_pins->dev, 3, false);
    g_assert_cmphex(pins_read(to), ==, 0);
    ob_host_free(from);
    ob_host_free(to);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/i2c-state/refuses/another-address", test_other_address);
    g_test_add_func("/i2c-state/refuses/contents-of-another-size", test_other_size);
    g_test_add_func("/i2c-state/accepts/transfer-with-nobody", test_bus_of_nobody);
    g_test_add_func("/i2c-state/accepts/any-pointer", test_any_cursor);
    g_test_add_func("/i2c-state/accepts/any-place-in-a-memory", test_any_place);
    g_test_add_func("/i2c-state/lines/go-low-after-a-load", test_line_goes_low);
    return g_test_run();
}
