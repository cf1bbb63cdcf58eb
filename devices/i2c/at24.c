/* SPDX-License-Identifier: GPL-2.0-or-later */
/* AT24: a serial EEPROM on I2C.  Specified in at24.rst. */
#include <string.h>

#include "devices/devices.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/draft/i2c.h"

enum {
    SIZE_SMALL_MIN = 128,
    SIZE_SMALL_MAX = 256, /* with one byte of the place in it */
    SIZE_LARGE_MIN = 4096,
    SIZE_LARGE_MAX = 65536,
    ERASED = 0xff,
};

typedef struct At24 {
    HwDevice dev;
    uint32_t length; /* bytes of the contents: the size */
    uint8_t contents[SIZE_LARGE_MAX];
    uint16_t place;   /* the next byte's */
    uint8_t expected; /* bytes of the place that are still to come */
    uint32_t size;
} At24;

static uint8_t place_bytes(const At24 *s)
{
    return s->size > SIZE_SMALL_MAX ? 2 : 1;
}

/* The chips of a size have pages of one size: the datasheets of AT24C01 to AT24C512. */
static uint32_t page_size(const At24 *s)
{
    return s->size <= SIZE_SMALL_MAX ? 8 : s->size <= 8192 ? 32 : s->size <= 32768 ? 64 : 128;
}

/* ------------------------------------------------------------------------- bus */

/* A read goes on where the last transfer has ended. */
static bool at24_start(HwDevice *dev, bool is_read)
{
    At24 *s = HW_DEVICE(At24, dev);

    s->expected = is_read ? 0 : place_bytes(s);
    return true;
}

/* A stream may bring any place.  The bits above the size are ignored, as the chip ignores them. */
static bool at24_write(HwDevice *dev, uint8_t byte)
{
    At24 *s = HW_DEVICE(At24, dev);
    uint32_t page = page_size(s);

    if (s->expected) {
        s->expected = (uint8_t)((s->expected - 1) % place_bytes(s));
        s->place = (uint16_t)((s->place << 8 | byte) & (s->size - 1));
        return true;
    }
    s->contents[s->place & (s->size - 1)] = byte;
    s->place = (uint16_t)((s->place & ~(page - 1)) | ((s->place + 1) & (page - 1)));
    return true;
}

static uint8_t at24_read(HwDevice *dev)
{
    At24 *s = HW_DEVICE(At24, dev);
    uint8_t byte = s->contents[s->place & (s->size - 1)];

    s->place = (uint16_t)((s->place + 1) & (s->size - 1));
    return byte;
}

/* ------------------------------------------------------------------------ life */

static bool at24_realize(HwDevice *dev, HwError *error)
{
    At24 *s = HW_DEVICE(At24, dev);

    if ((s->size & (s->size - 1)) || (s->size > SIZE_SMALL_MAX && s->size < SIZE_LARGE_MIN)) {
        return hw_error_set(error,
                            "%s: size: invalid value '%u': expected 128, 256, or a power of two "
                            "from 4096 to 65536",
                            dev->id, s->size);
    }
    s->length = s->size;
    memset(s->contents, ERASED, s->size);
    return true;
}

/* A reset of the machine leaves the contents. */
static void at24_reset(HwDevice *dev)
{
    HW_DEVICE(At24, dev)->place = 0;
    HW_DEVICE(At24, dev)->expected = 0;
}

static bool at24_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    const At24 *s = HW_DEVICE(At24, dev);

    (void)version;
    return s->length == s->size ||
           hw_error_set(error, "%s: the contents have %u bytes, expected %u", dev->id, s->length,
                        s->size);
}

/* clang-format off */
static const HwI2cTarget at24_target = {
    .address = 0x50, .start = at24_start, .write = at24_write, .read = at24_read,
};

static const HwState at24_state = {
    .name = "at24", .version = 1, .minimum_version = 1,
    .fields = HW_ROWS(HwStateField,
        HW_SAVED_BYTES("contents", At24, length, contents), HW_SAVED(At24, place),
        HW_SAVED(At24, expected)),
    .post_load = at24_post_load,
};

const HwDeviceClass at24_class = {
    .abi = HW_ABI(HwDeviceClass), .name = "at24", .description = "serial EEPROM on I2C",
    .instance_size = sizeof(At24), .i2c = &at24_target,
    .properties = HW_ROWS(HwProperty,
        { .name = "size", .type = HW_PROPERTY_U32, .offset = HW_MEMBER(At24, size, uint32_t),
          .default_value = 256, .minimum = SIZE_SMALL_MIN, .maximum = SIZE_LARGE_MAX,
          .description = "bytes: 128, 256, or a power of two from 4096 on" }),
    .state = &at24_state, .realize = at24_realize, .reset = at24_reset,
};
/* clang-format on */
