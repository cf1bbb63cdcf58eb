/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sections looked into: virtio's state, fields of two sides, and subsections. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/stream/codec/coverage.h"
#include "qtest/stream/codec/fields.h"
#include "qtest/stream/codec/format.h"
#include "qtest/stream/section/layout.h"
#include "qtest/stream/section/subsections.h"
#include "qtest/stream/section/virtio.h"
#include "qtest/tests/lib/tool-run.h"

/* ---------------------------------------------------------------------- virtio */

static void zeros_append(GByteArray *bytes, guint count)
{
    guint before = bytes->len;

    g_byte_array_set_size(bytes, before + count);
    memset(bytes->data + before, 0, count);
}

static void number_append(GByteArray *bytes, uint64_t number, guint size)
{
    for (guint i = size; i-- > 0;) {
        uint8_t byte = (uint8_t)(number >> 8 * i);

        g_byte_array_append(bytes, &byte, 1);
    }
}

/* A PCI device's state in front: version, configuration space, interrupts, table of vectors. */
static void pci_append(GByteArray *bytes, bool express, unsigned vectors)
{
    guint config = bytes->len + 4;

    zeros_append(bytes, 4 + (express ? 4096u : 256u) + 16);
    if (express) { /* the first of the list */
        bytes->data[config + 0x34] = 0x40;
        bytes->data[config + 0x40] = 0x10;
        bytes->data[config + 0x41] = vectors ? 0xfc : 0;
    } else {
        bytes->data[config + 0x34] = vectors ? 0xfc : 0;
    }
    if (vectors) {
        bytes->data[config + 0xfc] = 0x11;
        bytes->data[config + 0xfe] = (uint8_t)(vectors - 1);
        bytes->data[config + 0xff] = (uint8_t)((vectors - 1) >> 8 | 0x80); /* enabled */
        zeros_append(bytes, vectors * 16 + (vectors + 7) / 8 + 2);
    }
}

typedef struct Transport {
    const char *section, *device;
    bool is_ccw, express;
    unsigned vectors, shift; /* bytes of each queue: its alignment, its vector */
} Transport;

static const Transport transports[] = {
    { "0000:00:01.0/virtio-net", "virtio-net", false, false, 0, 0 },
    { "0000:00:01.0/virtio-net", "virtio-net", false, false, 1, 2 },
    { "0000:00:01.0/virtio-net", "virtio-net", false, true, 0, 0 },
    { "0000:00:01.0/virtio-net", "virtio-net", false, true, 300, 2 },
    { "virtio-mmio/virtio-blk", "virtio-blk", false, false, 0, 4 },
    { "/fe.0.0001/virtio-rng", "virtio-rng", true, false, 0, 2 },
};

static void transport_append(GByteArray *bytes, const Transport *transport)
{
    static const char adapter[] = "\5\x20s390_adapter_info/summary_offset\0\0\0\1";

    if (transport->is_ccw) {
        zeros_append(bytes, 100);
        g_byte_array_append(bytes, (const guint8 *)adapter, sizeof(adapter) - 1);
        zeros_append(bytes, 4 + 1 + 4);
    } else if (strstr(transport->section, "mmio")) {
        zeros_append(bytes, 12);
    } else {
        pci_append(bytes, transport->express, transport->vectors);
    }
}

/* The device's common state with `queues` queues, whose features are in a subsection behind. */
static GByteArray *virtio_bytes(const Transport *transport, uint32_t queues)
{
    GByteArray *bytes = g_byte_array_new();

    transport_append(bytes, transport);
    number_append(bytes, 0x0f, 1);
    zeros_append(bytes, 1 + 2);
    number_append(bytes, 0x10020, 4);
    number_append(bytes, 3, 4);
    number_append(bytes, 0xffffff, 3);
    number_append(bytes, queues, 4);
    for (uint32_t i = 0; i < queues; i++) {
        number_append(bytes, 256 + i, 4);
        zeros_append(bytes, transport->shift == 4 ? 4 : 0);
        number_append(bytes, UINT64_C(0x123456789) + i, 8);
        number_append(bytes, 7 + i, 2);
        zeros_append(bytes, transport->shift == 2 ? 2 : 0);
    }
    return bytes;
}

static bool virtio_is_read(ObVirtio *virtio, const Transport *transport, const GByteArray *bytes)
{
    g_autofree uint8_t *exact = g_memdup2(bytes->data, bytes->len);

    memset(virtio, 0xa5, sizeof(*virtio));
    return ob_virtio_parse(virtio, transport->section, exact, bytes->len);
}

/* The state is refused if it is cut at any byte. */
static void test_transports(void)
{
    g_autofree ObVirtio *virtio = g_new(ObVirtio, 1);

    for (size_t i = 0; i < G_N_ELEMENTS(transports); i++) {
        g_autoptr(GByteArray) bytes = virtio_bytes(&transports[i], 2);
        guint size = bytes->len;

        g_assert_true(virtio_is_read(virtio, &transports[i], bytes));
        g_assert_cmpstr(virtio->device, ==, transports[i].device);
        g_assert_cmphex(virtio->status, ==, 0x0f);
        g_assert_cmphex(virtio->features, ==, 0x10020);
        g_assert_cmpuint(virtio->config_length, ==, 3);
        g_assert_cmpuint(virtio->queue_count, ==, 2);
        g_assert_cmpuint(virtio->queues[1].entries, ==, 257);
        g_assert_cmphex(virtio->queues[1].address, ==, 0x12345678a);
        g_assert_cmpuint(virtio->queues[1].next, ==, 8);
        while (size > 0) {
            g_byte_array_set_size(bytes, --size);
            g_assert_false(virtio_is_read(virtio, &transports[i], bytes));
        }
    }
}

static void test_queues(void)
{
    g_autofree ObVirtio *virtio = g_new(ObVirtio, 1);
    g_autoptr(GByteArray) most = virtio_bytes(&transports[4], 1024);
    g_autoptr(GByteArray) more = virtio_bytes(&transports[4], 1025);
    g_autoptr(GByteArray) none = virtio_bytes(&transports[4], 0);

    g_assert_true(virtio_is_read(virtio, &transports[4], most));
    g_assert_cmpuint(virtio->queues[1023].entries, ==, 256 + 1023);
    g_assert_false(virtio_is_read(virtio, &transports[4], more));
    g_assert_true(virtio_is_read(virtio, &transports[4], none));
}

/* Features above bit 31 come in a subsection, whole or not at all. */
static void test_high_features(void)
{
    static const char header[] = "\5\x15virtio/64bit_features\0\0\0\1";
    g_autofree ObVirtio *virtio = g_new(ObVirtio, 1);
    g_autoptr(GByteArray) bytes = virtio_bytes(&transports[4], 1);

    g_byte_array_append(bytes, (const guint8 *)"own", 3);
    g_byte_array_append(bytes, (const guint8 *)header, sizeof(header) - 1);
    number_append(bytes, UINT64_C(0x100010020), 8);
    g_assert_true(virtio_is_read(virtio, &transports[4], bytes));
    g_assert_cmphex(virtio->features, ==, UINT64_C(0x100010020));
    g_byte_array_set_size(bytes, bytes->len - 1);
    g_assert_true(virtio_is_read(virtio, &transports[4], bytes));
    g_assert_cmphex(virtio->features, ==, 0x10020);
}

/* A list of capabilities that runs in a circle ends. */
static void test_circle(void)
{
    g_autofree ObVirtio *virtio = g_new(ObVirtio, 1);
    g_autoptr(GByteArray) bytes = virtio_bytes(&transports[0], 2);

    bytes->data[4 + 0x34] = 0x40;
    bytes->data[4 + 0x40] = 0x05;
    bytes->data[4 + 0x41] = 0x40;
    g_assert_true(virtio_is_read(virtio, &transports[0], bytes));
    g_assert_cmpuint(virtio->queue_count, ==, 2);
}

/* The names of Virtio 1.2, whose USO and older legacy bits Linux' headers have.  NULL: none. */
/* clang-format off */
static const char *const net_names[64] = {
    "CSUM", "GUEST_CSUM", "CTRL_GUEST_OFFLOADS", "MTU", NULL, "MAC", "GSO", "GUEST_TSO4",
    "GUEST_TSO6", "GUEST_ECN", "GUEST_UFO", "HOST_TSO4", "HOST_TSO6", "HOST_ECN", "HOST_UFO",
    "MRG_RXBUF", "STATUS", "CTRL_VQ", "CTRL_RX", "CTRL_VLAN", "CTRL_RX_EXTRA", "GUEST_ANNOUNCE",
    "MQ", "CTRL_MAC_ADDR", "NOTIFY_ON_EMPTY", NULL, NULL, "ANY_LAYOUT", "INDIRECT_DESC",
    "EVENT_IDX", NULL, NULL, "VERSION_1", "ACCESS_PLATFORM", "RING_PACKED", "IN_ORDER",
    "ORDER_PLATFORM", "SR_IOV", "NOTIFICATION_DATA", NULL, "RING_RESET",
    [54] = "GUEST_USO4", "GUEST_USO6", "HOST_USO", "HASH_REPORT", NULL, NULL, "RSS", "RSC_EXT",
    "STANDBY", "SPEED_DUPLEX",
};
/* clang-format on */

static void test_names(void)
{
    const ObVirtio net = { .device = "virtio-net", .status = 0xff }, none = { .device = "x" };
    g_autofree char *all = ob_virtio_features(&net, UINT64_MAX), *no_bits = NULL;
    g_autofree char *status = ob_virtio_status(&net), *no_status = ob_virtio_status(&none);
    g_autoptr(GString) expected = g_string_new("0xffffffffffffffff (");

    for (unsigned bit = 0; bit < 64; bit++) {
        g_string_append(expected, bit ? ", " : "");
        if (net_names[bit]) {
            g_string_append(expected, net_names[bit]);
        } else {
            g_string_append_printf(expected, "bit %u", bit);
        }
    }
    g_string_append_c(expected, ')');
    g_assert_cmpstr(all, ==, expected->str);
    g_assert_cmpstr(status, ==,
                    "0xff (ACKNOWLEDGE, DRIVER, DRIVER_OK, FEATURES_OK, bit 4, bit 5, "
                    "NEEDS_RESET, FAILED)");
    no_bits = ob_virtio_features(&none, 0);
    g_assert_cmpstr(no_bits, ==, "0x0");
    g_assert_cmpstr(no_status, ==, "0x0");
}

/* A feature with a field of the configuration needs that field, by Virtio 1.2's layouts. */
static void test_lacking(void)
{
    static const struct {
        const char *device;
        unsigned bit;
        uint32_t length;
    } rows[] = {
        { "virtio-net", 5, 6 },   { "virtio-net", 16, 8 },     { "virtio-net", 22, 10 },
        { "virtio-net", 3, 12 },  { "virtio-net", 63, 17 },    { "virtio-net", 60, 24 },
        { "virtio-net", 57, 24 }, { "virtio-blk", 12, 36 },    { "virtio-blk", 13, 48 },
        { "virtio-blk", 14, 57 }, { "virtio-balloon", 3, 12 }, { "virtio-balloon", 4, 16 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const uint64_t feature = UINT64_C(1) << rows[i].bit;
        const ObVirtio virtio = { .device = rows[i].device, .features = feature };
        const ObVirtio without = { .device = rows[i].device, .features = ~feature };

        g_assert_cmphex(ob_virtio_lacking(&virtio, rows[i].length), ==, 0);
        g_assert_cmphex(ob_virtio_lacking(&virtio, rows[i].length - 1), ==, feature);
        g_assert_cmphex(ob_virtio_lacking(&without, rows[i].length - 1) & feature, ==, 0);
    }
}

/* --------------------------------------------------------------------- layouts */

static json_t *description_of(const char *fields)
{
    g_autofree char *text = g_strdelimit(g_strdup_printf("{'fields': [%s]}", fields), "'", '"');

    return json_loads(text, 0, NULL);
}

#define WORD(name) "{'name': '" name "', 'type': 'uint32', 'size': 4}"

static void test_layouts(void)
{
    static const struct {
        const char *stream, *own;
        const char *text; /* NULL: the same */
        bool unsure;
        uint8_t value; /* each word of the stream has it */
    } rows[] = {
        { WORD("a") "," WORD("b"), WORD("a") "," WORD("b"), NULL, false, 0 },
        { WORD("a") "," WORD("x") "," WORD("b"), WORD("a") "," WORD("b"),
          "field x only in the stream", false, 0 },
        { WORD("a") "," WORD("x") "," WORD("b"), WORD("a") "," WORD("b"),
          "field x only in the stream", true, 1 },
        { WORD("a") "," WORD("b"), WORD("a") "," WORD("x") "," WORD("b"), "field x only here",
          false, 0 },
        { WORD("x") "," WORD("b"), WORD("y") "," WORD("b"), NULL, false, 0 },
        { "", WORD("y"), "field y only here", false, 0 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const uint8_t v = rows[i].value;
        const uint8_t words[12] = { 0, 0, 0, v, 0, 0, 0, v, 0, 0, 0, v };
        const uint8_t zeros[12] = { 0 };
        json_t *stream = description_of(rows[i].stream), *own = description_of(rows[i].own);
        const ObVmLayoutSide a = { stream, words,
                                   4 * json_array_size(json_object_get(stream, "fields")) };
        const ObVmLayoutSide b = { own, zeros,
                                   4 * json_array_size(json_object_get(own, "fields")) };
        bool certain;
        g_autofree char *text = ob_vm_layout_compare(&a, &b, &certain);

        g_assert_cmpstr(text, ==, rows[i].text);
        g_assert_cmpint(certain, ==, !rows[i].unsure);
        json_decref(stream);
        json_decref(own);
    }
}

/* ----------------------------------------------------------------- subsections */

#define BYTE "{'name': 'byte', 'type': 'uint8', 'size': 1}"
#define PART(name, more) \
    "{'vmsd_name': '" name "', 'version': 1, 'fields': [" BYTE "], 'subsections': [" more "]}"

/* Subsections have subsections: a word, a byte, a/b with a byte, in it a/c with a byte. */
static void test_cut(void)
{
    static const char bytes[] = "\7\5\3a/b\0\0\0\1\0\5\3a/c\0\0\0\1\1\5\3a/d\0\0\0\1\2";
    const size_t part = 1 + 1 + 3 + 4 + 1;
    g_autofree char *text = g_strdelimit(g_strdup("{'fields': [" BYTE "], 'subsections': [" PART(
                                             "a/b", PART("a/c", "")) "," PART("a/d", "") "]}"),
                                         "'", '"');
    json_t *description = json_loads(text, 0, NULL);
    g_autoptr(GByteArray) payload = g_byte_array_new();
    g_autoptr(GPtrArray) names = ob_vm_subsections(description), rest = NULL;

    g_byte_array_append(payload, (const guint8 *)bytes, sizeof(bytes) - 1);
    g_assert_cmpuint(names->len, ==, 3);
    g_assert_cmpstr(names->pdata[1], ==, "a/c");
    g_assert_false(ob_vm_subsection_is_zero(description, payload->data, payload->len, "a/c"));
    g_assert_false(ob_vm_subsection_is_zero(description, payload->data, payload->len, "a/d"));
    /* a/b ends with a/c, so it has a value. */
    g_assert_false(ob_vm_subsection_is_zero(description, payload->data, payload->len, "a/b"));
    g_assert_cmpuint(ob_vm_subsection_cut(description, payload, "a/x"), ==, 0);
    g_assert_cmpuint(ob_vm_subsection_cut(description, payload, "a/c"), ==, 1);
    g_assert_cmpmem(payload->data, payload->len, "\7\5\3a/b\0\0\0\1\0\5\3a/d\0\0\0\1\2",
                    1 + 2 * part);
    g_assert_true(ob_vm_subsection_is_zero(description, payload->data, payload->len, "a/b"));
    g_assert_cmpuint(ob_vm_subsection_cut(description, payload, "a/b"), ==, 1);
    g_assert_cmpuint(ob_vm_subsection_cut(description, payload, "a/d"), ==, 1);
    g_assert_cmpmem(payload->data, payload->len, "\7", 1);
    rest = ob_vm_subsections(description);
    g_assert_cmpuint(rest->len, ==, 0);
    g_assert_null(json_object_get(description, "subsections"));
    json_decref(description);
}

/* The payload ends inside the subsection that the description has. */
static void test_cut_short(void)
{
    static const char bytes[] = "\7\5\3a/b\0\0\0\1";
    g_autofree char *text = g_strdelimit(g_strdup("{'fields': [" BYTE
                                                  "], 'subsections': [" PART("a/b", "") "]}"),
                                         "'", '"');
    json_t *description = json_loads(text, 0, NULL);
    g_autoptr(GByteArray) payload = g_byte_array_new();

    g_byte_array_append(payload, (const guint8 *)bytes, sizeof(bytes) - 1);
    g_assert_true(ob_vm_subsection_is_zero(description, payload->data, payload->len, "a/b"));
    g_assert_cmpuint(ob_vm_subsection_cut(description, payload, "a/b"), ==, 0);
    g_assert_cmpmem(payload->data, payload->len, bytes, sizeof(bytes) - 1);
    json_decref(description);
}

/* ---------------------------------------------------------------------- values */

/* Values as a dump shows them. */
static void test_values(void)
{
    static const struct {
        const char *type;
        uint64_t size, count;
        const char *bytes;
        uint64_t most;
        const char *text;
    } rows[] = {
        { "uint8", 1, 1, "\x09", 0, "9" },
        { "uint8", 1, 1, "\x0a", 0, "0xa" },
        { "uint16", 2, 1, "\x12\x34", 0, "0x1234" },
        { "int8", 1, 1, "\xff", 0, "-1" },
        { "int8", 1, 1, "\x7f", 0, "127" },
        { "int32 equal", 4, 1, "\xff\xff\xff\xfe", 0, "-2" },
        { "int64", 8, 1, "\x80\0\0\0\0\0\0\0", 0, "-9223372036854775808" },
        { "bool", 1, 1, "\1", 0, "true" },
        { "bool", 1, 1, "\0", 0, "false" },
        { "uint32", 4, 2, "\0\0\0\1\0\0\0\x10", 0, "[1, 0x10]" },
        { "uint32", 4, 2, "\0\0\0\1\0\0\0\x10", 2, "[1, 0x10]" },
        { "uint32", 4, 2, "\0\0\0\1\0\0\0\x10", 1, "[1, ... (2)]" },
        { "uint24", 3, 1, "\1\2\3", 0, "01 02 03" },
        { "buffer", 2, 1, "\1\xff", 0, "01 ff" },
        { "buffer", 2, 1, "\1\xff", 2, "01 ff" },
        { "buffer", 2, 1, "\1\xff", 1, "01 ... (2 bytes)" },
        { "buffer", 2, 2, "ab\0", 0, "\"ab\"" },
        { "buffer", 2, 1, "a\"", 0, "61 22" },
        { "buffer", 3, 1, "a\0b", 0, "61 00 62" },
        { "buffer", 2, 1, "\0\0", 0, "00 00" },
        { "buffer", 0, 1, "", 0, "(no bytes)" },
        { "unused_buffer", 1, 1, "\5", 0, "05" },
        { "GByteArray", 4, 1, "\0\0\0\1", 0, "00 00 00 01" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const ObVmValue value = { .path = "x",
                                  .type = rows[i].type,
                                  .size = rows[i].size,
                                  .count = rows[i].count,
                                  .bytes = (const uint8_t *)rows[i].bytes };
        g_autofree char *text = ob_vm_value_format(&value, rows[i].most);

        g_assert_cmpstr(text, ==, rows[i].text);
    }
}

static void path_append(void *opaque, const ObVmValue *value)
{
    g_string_append_printf(opaque, "%s@%d ", value->path, (int)value->offset);
}

/* A description that goes beyond its bytes tells the fields in front. */
static void test_fields(void)
{
    static const struct {
        const char *fields, *subsections;
        size_t size;
        bool fits;
        const char *paths;
    } rows[] = {
        { BYTE "," BYTE, "", 2, true, "byte@0 byte@1 " },
        { BYTE "," BYTE, "", 3, false, "byte@0 byte@1 " },
        { BYTE "," BYTE, "", 1, false, "byte@0 " },
        { "{'name': 's', 'array_len': 2, 'size': 2, 'struct': {'fields': [" BYTE "]}}", "", 4, true,
          "s[0].byte@0 s[1].byte@2 " },
        { "{'name': 's', 'size': 1, 'struct': {'fields': [" BYTE "," BYTE "]}}," BYTE, "", 3, false,
          "s.byte@0 s.byte@1 " },
        { "{'name': 'a', 'index': 3, 'size': 1}", "", 1, true, "a[3]@0 " },
        { BYTE, PART("a/b", ""), 1 + 9 + 1, true, "byte@0 a/b: byte@10 " },
        { BYTE, PART("a/b", ""), 1 + 9, false, "byte@0 " },
        { BYTE, PART("a/b", ""), 1, false, "byte@0 " },
        { BYTE, PART("a/b", ""), 1 + 8, false, "byte@0 " },
        { BYTE, "{'vmsd_name': 'a/b'}", 1 + 9, true, "byte@0 " },
        { BYTE, "{'vmsd_name': 'a/b'}", 1 + 8, false, "byte@0 " },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strdelimit(g_strdup_printf("{'fields': [%s], 'subsections': "
                                                             "[%s]}",
                                                             rows[i].fields, rows[i].subsections),
                                             "'", '"');
        g_autofree uint8_t *payload = g_malloc0(rows[i].size);
        g_autoptr(GString) paths = g_string_new(NULL);
        json_t *description = json_loads(text, 0, NULL);

        g_assert_cmpint(ob_vm_fields_each(description, payload, rows[i].size, path_append, paths),
                        ==, rows[i].fits);
        g_assert_cmpstr(paths->str, ==, rows[i].paths);
        json_decref(description);
    }
}

/* -------------------------------------------------------------------- coverage */

/* Pages that came, in any order and more than once. */
static void test_pages(void)
{
    static const uint8_t order[] = { 0, 1, 1, 4, 4, 3, 15, 2, 0, 4 };
    static const uint8_t missing[] = { 15, 14, 14, 13, 13, 12, 11, 10, 10, 10 };
    ObVmCoverage coverage = { .pages = 16 };
    uint64_t budget = 3; /* bytes: a bit for each page and one more */

    for (size_t i = 0; i < sizeof(order); i++) {
        ob_vm_coverage_add(&coverage, order[i], &budget);
        g_assert_cmpuint(ob_vm_coverage_missing(&coverage), ==, missing[i]);
    }
    g_assert_cmpuint(budget, ==, 0);
    g_assert_true(ob_vm_coverage_is_loss(&coverage, "vga.vram"));
    g_assert_false(ob_vm_coverage_is_loss(&coverage, "pc.ram"));
    for (uint64_t page = 5; page < 16; page++) {
        ob_vm_coverage_add(&coverage, page, &budget);
    }
    g_assert_cmpuint(ob_vm_coverage_missing(&coverage), ==, 0);
    g_assert_false(ob_vm_coverage_is_loss(&coverage, "vga.vram"));
    ob_vm_coverage_clear(&coverage);
}

/* Nothing is said of a block whose bits find no room. */
static void test_pages_without_room(void)
{
    ObVmCoverage coverage = { .pages = 16 };
    uint64_t budget = 2;

    ob_vm_coverage_add(&coverage, 0, &budget);
    g_assert_cmpuint(ob_vm_coverage_missing(&coverage), ==, 15);
    ob_vm_coverage_add(&coverage, 2, &budget);
    g_assert_cmpuint(budget, ==, 2);
    g_assert_cmpuint(ob_vm_coverage_missing(&coverage), ==, 0);
    ob_vm_coverage_add(&coverage, 1, &budget);
    g_assert_cmpuint(ob_vm_coverage_missing(&coverage), ==, 0);
    ob_vm_coverage_clear(&coverage);
}

/* The guest has two plugged blocks of 8 KiB of virtio-mem's 64 pages. */
static void test_virtio_mem(void)
{
    static const struct {
        const char *section;
        size_t less; /* bytes that the payload lacks */
        uint64_t missing;
    } rows[] = {
        { "0000:00:01.0/virtio-mem-device-early", 0, 4 },
        { "0000:00:01.0/virtio-mem-device-early", 8, 0 },
        { "0000:00:01.0/virtio-mem-device-early", 9, 0 },
        { "0000:00:01.0/virtio-mem", 0, 0 },
        { "0000:00:02.0/virtio-mem-device-early", 0, 64 },
        { "0000:00:01.0/virtio-net", 0, 64 },
        { "virtio-mem-device-early", 0, 64 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree uint8_t *payload = g_malloc0(OB_VM_VIRTIO_MEM_BITMAP + 8);
        ObVmCoverage coverage = { .pages = 64 };

        hw_store_be64(payload + OB_VM_VIRTIO_MEM_BLOCK, 8192);
        hw_store_be64(payload + OB_VM_VIRTIO_MEM_BITMAP, UINT64_C(0x8000000000000001));
        ob_vm_coverage_section(&coverage, "0000:00:01.0/m2", 4096, rows[i].section, payload,
                               OB_VM_VIRTIO_MEM_BITMAP + 8 - rows[i].less);
        g_assert_cmpuint(ob_vm_coverage_missing(&coverage), ==, rows[i].missing);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    g_test_add_func("/stream-sections/virtio/each-transport-cut-anywhere", test_transports);
    g_test_add_func("/stream-sections/virtio/number-of-queues", test_queues);
    g_test_add_func("/stream-sections/virtio/features-above-bit-31", test_high_features);
    g_test_add_func("/stream-sections/virtio/circle-of-capabilities-ends", test_circle);
    g_test_add_func("/stream-sections/virtio/names-of-bits", test_names);
    g_test_add_func("/stream-sections/virtio/feature-needs-its-field", test_lacking);
    g_test_add_func("/stream-sections/layouts-are-compared", test_layouts);
    g_test_add_func("/stream-sections/subsections/are-cut-at-any-depth", test_cut);
    g_test_add_func("/stream-sections/subsections/payload-that-is-short-stays", test_cut_short);
    g_test_add_func("/stream-sections/values-are-shown", test_values);
    g_test_add_func("/stream-sections/fields-fit-their-bytes-or-not", test_fields);
    g_test_add_func("/stream-sections/coverage/pages-in-any-order", test_pages);
    g_test_add_func("/stream-sections/coverage/without-room", test_pages_without_room);
    g_test_add_func("/stream-sections/coverage/of-virtio-mem", test_virtio_mem);
    return g_test_run();
}
