/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fields of states as QEMU gets them, and the bytes that they read and write, without a QEMU. */
#include <errno.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/device/state-fields.h"
#include "plugins/qemu-bridge/qemu/layout.h"
#include "qtest/tests/bridge/service/fake-device.h"

/* ----------------------------------------------------------------------- the fake */

/* QEMU's field, of which only the info counts. */
typedef struct FakeField {
    uint64_t other[2];
    const void *info;
} FakeField;

static const QemuLayout layout = { .field.info = offsetof(FakeField, info) };
const QemuLayout *qemu_layout = &layout;

const QemuVmstateInfo vmstate_info_uint8 = { .name = "uint8" };
const QemuVmstateInfo vmstate_info_uint16 = { .name = "uint16" };
const QemuVmstateInfo vmstate_info_uint32 = { .name = "uint32" };
const QemuVmstateInfo vmstate_info_uint64 = { .name = "uint64" };

/* The stream: what is written, and then read. */
static GByteArray *stream;
static guint at;
static void *kept[8];
static guint kept_count;

size_t qemu_get_buffer(QemuFile *file, uint8_t *bytes, size_t size)
{
    size_t rest = MIN(size, stream->len - at);

    (void)file;
    memcpy(bytes, stream->data + at, rest);
    at += rest;
    return rest;
}

void qemu_put_buffer(QemuFile *file, const uint8_t *bytes, size_t size)
{
    (void)file;
    g_byte_array_append(stream, bytes, (guint)size);
}

unsigned qemu_get_be32(QemuFile *file)
{
    uint8_t bytes[4] = { 0 };

    qemu_get_buffer(file, bytes, sizeof(bytes));
    return (unsigned)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

void qemu_put_be32(QemuFile *file, unsigned value)
{
    const uint8_t bytes[4] = { (uint8_t)(value >> 24), (uint8_t)(value >> 16),
                               (uint8_t)(value >> 8), (uint8_t)value };

    qemu_put_buffer(file, bytes, sizeof(bytes));
}

void *bridge_keep(BridgeDescriptions *owner, void *memory, const char *name, HwError *error)
{
    (void)owner;
    if (!memory) {
        hw_error_set(error, "%s: out of memory", name);
        return NULL;
    }
    return kept[kept_count++] = memory;
}

/* -------------------------------------------------------------------------- tests */

typedef struct Lamp {
    HwDevice dev;
    uint32_t length; /* so many of `bytes` are in a stream */
    uint16_t bytes[4];
    uint32_t kinds; /* bit 3: `maybe` is there */
    uint8_t maybe;
    uint32_t magic;
    uint64_t large;
} Lamp;

static const HwStateField fields[] = {
    { .name = "u8", .type = HW_STATE_UINT, .offset = offsetof(Lamp, maybe), .size = 1, .count = 1 },
    { .name = "u16",
      .type = HW_STATE_UINT,
      .offset = offsetof(Lamp, bytes),
      .size = 2,
      .count = 4,
      .since = 2 },
    { .name = "u32",
      .type = HW_STATE_UINT,
      .offset = offsetof(Lamp, kinds),
      .size = 4,
      .count = 1 },
    { .name = "u64",
      .type = HW_STATE_UINT,
      .offset = offsetof(Lamp, large),
      .size = 8,
      .count = 1 },
    { .name = "bytes",
      .type = HW_STATE_BYTES,
      .offset = offsetof(Lamp, length),
      .size = 2,
      .count = 4 },
    { .name = "zeros", .type = HW_STATE_ZEROS, .size = 1, .count = 300 },
    { .name = "maybe",
      .type = HW_STATE_UINT,
      .offset = offsetof(Lamp, maybe),
      .size = 1,
      .count = 1,
      .given = offsetof(Lamp, kinds),
      .given_bits = 8 },
    { .name = "magic",
      .type = HW_STATE_UINT,
      .offset = offsetof(Lamp, magic),
      .size = 4,
      .count = 1,
      .fixed = 0xff00,
      .value = 0x1200 },
};

enum { U8, U16, U32, U64, BYTES, ZEROS, MAYBE, MAGIC };

static FakeDevice fake;
static Lamp lamp;

static QemuField described(int field)
{
    QemuField its;
    HW_ERROR(error, 256);

    g_assert_true(bridge_describe_field(NULL, &fields[field], &its, &error));
    return its;
}

/* QEMU saves or loads the field's first element. */
static int move(int field, bool loads)
{
    QemuField its = described(field);
    FakeField qemu = { .info = its.info };
    const QemuVmstateInfo *info = its.info;
    void *value = (uint8_t *)&lamp + its.offset;

    at = 0;
    return loads ? info->get(NULL, value, its.size, &qemu)
                 : info->put(NULL, value, its.size, &qemu, NULL);
}

static void expect_stream(const void *bytes, size_t size)
{
    g_assert_cmpmem(stream->data, stream->len, bytes, size);
}

static void set_stream(const void *bytes, size_t size)
{
    g_byte_array_set_size(stream, 0);
    g_byte_array_append(stream, bytes, (guint)size);
}

static void begin(void)
{
    fake_device_begin(&fake);
    stream = g_byte_array_new();
    memset(&lamp, 0, sizeof(lamp));
}

static void end(void)
{
    while (kept_count > 0) {
        free(kept[--kept_count]);
    }
    g_byte_array_unref(stream);
    fake_device_end(&fake);
}

static void test_described(void)
{
    static const struct {
        size_t offset, size;
        uint32_t count;
        int version_id;
        const char *info;
    } rows[] = {
        { offsetof(Lamp, maybe), 1, 1, 0, "uint8" },
        { offsetof(Lamp, bytes), 2, 4, 2, "uint16" },
        { offsetof(Lamp, kinds), 4, 1, 0, "uint32" },
        { offsetof(Lamp, large), 8, 1, 0, "uint64" },
        { offsetof(Lamp, length), 12, 1, 0, "GByteArray" },
        { 0, 300, 1, 0, "unused_buffer" },
        { offsetof(Lamp, maybe), 1, 1, 0, "uint8" },
        { offsetof(Lamp, magic), 4, 1, 0, "uint32" },
    };

    begin();
    for (int i = 0; i < (int)G_N_ELEMENTS(rows); i++) {
        QemuField its = described(i);

        g_assert_cmpstr(its.name, ==, fields[i].name);
        g_assert_cmpuint(its.offset, ==, rows[i].offset);
        g_assert_cmpuint(its.size, ==, rows[i].size);
        g_assert_cmpuint(its.count, ==, rows[i].count);
        g_assert_cmpint(its.version_id, ==, rows[i].version_id);
        g_assert_cmpstr(((const QemuVmstateInfo *)its.info)->name, ==, rows[i].info);
        g_assert_null(its.vmsd);
        g_assert_false(its.is_inside);
    }
    g_assert_true(described(U32).info == &vmstate_info_uint32);
    fake_no_memory = 1;
    EXPECT_FAILURE(bridge_describe_field(NULL, &fields[BYTES], &(QemuField) { 0 }, &error),
                   "bytes: out of memory");
    end();
}

static void test_bytes(void)
{
    begin();
    lamp.length = 3;
    memcpy(lamp.bytes, "abcdefgh", 8);
    g_assert_cmpint(move(BYTES, false), ==, 0);
    expect_stream("\0\0\0\3abcdef", 10);
    lamp.length = 9; /* more than the field has */
    g_byte_array_set_size(stream, 0);
    g_assert_cmpint(move(BYTES, false), ==, 0);
    expect_stream("\0\0\0\4abcdefgh", 12);

    memset(lamp.bytes, 'x', 8);
    g_assert_cmpint(move(BYTES, true), ==, 0);
    g_assert_cmpuint(lamp.length, ==, 4);
    g_assert_cmpmem(lamp.bytes, 8, "abcdefgh", 8);
    set_stream("\0\0\0\5abcdefghij", 14);
    g_assert_cmpint(move(BYTES, true), ==, -EINVAL);
    EXPECT_TOLD("<bytes: byte array too large: 5, expected at most 4>");
    set_stream("\0\0\0\2abc", 7);
    g_assert_cmpint(move(BYTES, true), ==, -EIO);
    g_assert_cmpuint(lamp.length, ==, 4); /* not as long as it says */
    end();
}

static void test_zeros(void)
{
    static const uint8_t zeros[300];

    begin();
    g_assert_cmpint(move(ZEROS, false), ==, 0);
    expect_stream(zeros, 300);
    memset(stream->data, 0xaa, 300); /* the bytes are skipped */
    g_assert_cmpint(move(ZEROS, true), ==, 0);
    g_assert_cmpuint(at, ==, 300);
    g_byte_array_set_size(stream, 299);
    g_assert_cmpint(move(ZEROS, true), ==, -EIO);
    g_byte_array_set_size(stream, 255);
    g_assert_cmpint(move(ZEROS, true), ==, -EIO);
    end();
}

static void test_absent(void)
{
    begin();
    lamp.kinds = 0xf7;
    lamp.maybe = 5;
    g_assert_cmpint(move(MAYBE, false), ==, 0);
    expect_stream("", 0);
    g_assert_cmpint(move(MAYBE, true), ==, 0);
    g_assert_cmpuint(lamp.maybe, ==, 0);
    lamp.kinds = 8;
    lamp.maybe = 6;
    g_assert_cmpint(move(MAYBE, false), ==, 0);
    expect_stream("\6", 1);
    lamp.maybe = 0;
    g_assert_cmpint(move(MAYBE, true), ==, 0);
    g_assert_cmpuint(lamp.maybe, ==, 6);
    set_stream("", 0);
    g_assert_cmpint(move(MAYBE, true), ==, -EIO);
    end();
}

static void test_fixed(void)
{
    begin();
    lamp.magic = 0x34561278;
    g_assert_cmpint(move(MAGIC, false), ==, 0);
    expect_stream("\x34\x56\x12\x78", 4);
    lamp.magic = 0;
    g_assert_cmpint(move(MAGIC, true), ==, 0);
    g_assert_cmphex(lamp.magic, ==, 0x34561278);
    set_stream("\x34\x56\x13\x78", 4);
    g_assert_cmpint(move(MAGIC, true), ==, -EINVAL);
    EXPECT_TOLD("<magic: 0x34561378, expected 0x1200 in the bits 0xff00>");
    g_assert_cmphex(lamp.magic, ==, 0x34561278);
    set_stream("\x34\x56\x12", 3);
    g_assert_cmpint(move(MAGIC, true), ==, -EIO);
    end();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bridge-state-fields/described", test_described);
    g_test_add_func("/bridge-state-fields/bytes", test_bytes);
    g_test_add_func("/bridge-state-fields/zeros", test_zeros);
    g_test_add_func("/bridge-state-fields/absent", test_absent);
    g_test_add_func("/bridge-state-fields/fixed", test_fixed);
    return g_test_run();
}
