/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target: a hostile guest's accesses to i2c-ocores, with targets of both kinds on its bus,
 * which come and go.  The input is a list of 4-byte steps; see step().
 */
#include <glib.h>
#include <stdint.h>

#include "devices/i2c/i2c-ocores-regs.h"
#include "qtest/fuzz/fuzz-host.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host.h"

#define STEP_SIZE 4 /* operation, register, two bytes */
#define BASE      UINT64_C(0xfe000000)

enum { SENSOR_AT = 0x48, MEMORY_AT = 0x50 };

static void add(ObHost *host, const char *class_name, const char *key, const char *value)
{
    const ObOption options[] = { { key, value } };
    HW_ERROR(error, 256);

    if (!ob_host_add_device(host, class_name, options, 1, &error)) {
        g_error("%s", error.text);
    }
}

static ObHost *host_new(void)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35" };
    HW_ERROR(error, 256);
    ObHost *host = ob_host_new(&config, &error);

    if (!host || !ob_host_load_plugins(host, g_getenv("OUTBOARD_SET"), &error)) {
        g_error("%s", error.text);
    }
    add(host, "i2c-ocores", "addr", "0xfe000000");
    add(host, "at24", "size", "4096");
    return host;
}

static void store(ObHost *host, uint32_t reg, uint8_t value)
{
    fuzz_access();
    ob_host_store(host, HW_SPACE_MEMORY, BASE + (reg << OCORES_WORD_SHIFT), value, 1);
}

/* Most inputs would talk to nobody: the steps that address a target are short. */
static void address(ObHost *host, uint8_t target, uint8_t is_read)
{
    store(host, OCORES_CONTROL, OCORES_ENABLE);
    store(host, OCORES_DATA, (uint8_t)(target << 1 | (is_read & 1)));
    store(host, OCORES_COMMAND, OCORES_START | OCORES_WRITE);
}

static void plug_or_unplug(ObHost *host)
{
    HwInstance *sensor = ob_host_find_device(host, "lm75");

    if (sensor) {
        ob_host_remove_device(host, sensor);
    } else {
        add(host, "lm75", "temperature", "-12.5");
    }
}

static void step(ObHost *host, const uint8_t *bytes)
{
    uint64_t offset = bytes[1] % (4 * OCORES_REGISTERS + 4);

    switch (bytes[0] % 16) {
    case 0:
        ob_host_reset(host);
        break;
    case 1:
        plug_or_unplug(host);
        break;
    case 2:
        address(host, SENSOR_AT, bytes[2]);
        break;
    case 3:
        address(host, MEMORY_AT, bytes[2]);
        break;
    case 4:
        store(host, OCORES_DATA, bytes[2]);
        store(host, OCORES_COMMAND, OCORES_WRITE);
        break;
    case 5:
        ob_host_quiesce(host);
        break;
    case 6:
        fuzz_access();
        ob_host_load(host, HW_SPACE_MEMORY, BASE + offset, 1u << (bytes[2] & 3));
        break;
    default:
        fuzz_access();
        ob_host_store(host, HW_SPACE_MEMORY, BASE + offset, bytes[2] | bytes[3] << 8,
                      1u << (bytes[0] >> 6));
        break;
    }
    /* No bits but these are ever seen. */
    g_assert_cmphex(ob_host_load(host, HW_SPACE_MEMORY,
                                 BASE + (OCORES_COMMAND << OCORES_WORD_SHIFT), 4) &
                        ~(OCORES_NO_ACK | OCORES_BUSY | OCORES_INTERRUPT),
                    ==, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ObHost *host;

    if (!host) {
        host = host_new();
    }
    ob_host_reset(host);
    for (; size >= STEP_SIZE; data += STEP_SIZE, size -= STEP_SIZE) {
        step(host, data);
    }
    return 0;
}
