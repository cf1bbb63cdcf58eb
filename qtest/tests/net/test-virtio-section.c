/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The field "virtio" of QEMU's sections, byte for byte: transports, features, queues. */
#include <string.h>

#include "qtest/stream/section/virtio.h"
#include "qtest/tests/lib/golden.h"

#define FEATURES_LOW  UINT32_C(0x00010020)
#define FEATURES_HIGH UINT64_C(0x100010020)
#define PCI           "0000:00:01.0/virtio-net"
#define MMIO          "virtio-mmio@0a003e00/virtio-net"
#define CCW           "/fe.0.0001/virtio-net"

typedef struct Capability {
    uint8_t at, id, next;
} Capability;

typedef struct Row {
    const char *name;
    const char *section;
    uint8_t first; /* PCI: the capabilities */
    Capability capabilities[3];
    uint32_t config;      /* bytes of configuration space; 0: not PCI */
    uint32_t vectors;     /* vectors of MSI-X; 0: none */
    bool has_vectors;     /* each queue has one */
    bool has_alignment;   /* each queue has one */
    bool has_high;        /* the features above bit 31 come */
    uint32_t queue_count; /* in the section */
    bool parses;
} Row;

/* clang-format off */
static const Row rows[] = {
    { "pci", PCI, 0, { { 0 } }, 256, 0, false, false, true, 2, true },
    { "pci-without-high-features", PCI, 0, { { 0 } }, 256, 0, false, false, false, 2, true },
    { "msix", PCI, 0x98, { { 0x98, 0x11, 0 } }, 256, 4, true, false, true, 2, true },
    { "msix-of-many-vectors", PCI, 0x98, { { 0x98, 0x11, 0 } }, 256, 9, true, false, true, 2,
      true },
    { "msix-of-most-vectors", PCI, 0x98, { { 0x98, 0x11, 0 } }, 256, 2048, true, false, true, 2,
      true },
    { "msix-at-the-first-place", PCI, 0x40, { { 0x40, 0x11, 0 } }, 256, 1, true, false, true, 2,
      true },
    { "msix-at-the-last-place", PCI, 0xfc, { { 0xfc, 0x11, 0 } }, 256, 1, true, false, true, 2,
      true },
    { "msix-behind-others", PCI, 0x84,
      { { 0x84, 0x09, 0x70 }, { 0x70, 0x09, 0x98 }, { 0x98, 0x11, 0 } }, 256, 3, true, false, true,
      2, true },
    { "express", PCI, 0x40, { { 0x40, 0x10, 0x98 }, { 0x98, 0x11, 0 } }, 4096, 3, true, false,
      true, 2, true },
    { "list-in-the-header", PCI, 0x3f, { { 0x3f, 0x11, 0 } }, 256, 0, false, false, true, 2,
      true },
    { "list-past-the-last-place", PCI, 0xfd, { { 0xfd, 0x11, 0 } }, 256, 0, false, false, true, 2,
      true },
    { "list-that-turns", PCI, 0x50, { { 0x50, 0x09, 0x60 }, { 0x60, 0x05, 0x50 } }, 256, 0, false,
      false, true, 2, true },
    { "mmio", MMIO, 0, { { 0 } }, 0, 0, false, true, true, 2, true },
    { "ccw", CCW, 0, { { 0 } }, 0, 0, true, false, true, 2, true },
    { "no-queue", PCI, 0, { { 0 } }, 256, 0, false, false, true, 0, true },
    { "most-queues", PCI, 0, { { 0 } }, 256, 0, false, false, true, 1024, true },
    { "too-many-queues", PCI, 0, { { 0 } }, 256, 0, false, false, true, 1025, false },
};
/* clang-format on */

/* ------------------------------------------------------------------------- bytes */

static void number_append(GByteArray *bytes, uint64_t value, unsigned size)
{
    while (size-- > 0) {
        uint8_t byte = (uint8_t)(value >> 8 * size);

        g_byte_array_append(bytes, &byte, 1);
    }
}

static void zeros_append(GByteArray *bytes, unsigned size)
{
    g_byte_array_set_size(bytes, bytes->len + size);
    memset(bytes->data + bytes->len - size, 0, size);
}

static void text_append(GByteArray *bytes, const void *text, unsigned size)
{
    g_byte_array_append(bytes, text, size);
}

static void pci_append(GByteArray *bytes, const Row *row)
{
    guint start = bytes->len + 4; /* behind the version */

    zeros_append(bytes, 4 + row->config + 16);
    bytes->data[start + 0x34] = row->first;
    for (size_t i = 0; i < G_N_ELEMENTS(row->capabilities); i++) {
        const Capability *c = &row->capabilities[i];

        if (c->id) {
            bytes->data[start + c->at] = c->id;
            bytes->data[start + c->at + 1] = c->next;
        }
        if (row->vectors && c->id == 0x11) { /* the size less one; the guest has it on */
            bytes->data[start + c->at + 2] = (uint8_t)(row->vectors - 1);
            bytes->data[start + c->at + 3] = (uint8_t)((row->vectors - 1) >> 8 | 0x80);
        }
    }
    if (row->vectors) {
        zeros_append(bytes, row->vectors * 16 + (row->vectors + 7) / 8 + 2);
    }
}

static void transport_append(GByteArray *bytes, const Row *row)
{
    if (row->config) {
        pci_append(bytes, row);
    } else if (row->has_alignment) {
        zeros_append(bytes, 12);
    } else {
        zeros_append(bytes, 100);
        text_append(bytes, "\5\x20s390_adapter_info/summary_offset\0\0\0\1", 2 + 32 + 4);
        zeros_append(bytes, 9);
    }
}

static GByteArray *section_bytes(const Row *row)
{
    GByteArray *bytes = g_byte_array_new();

    transport_append(bytes, row);
    number_append(bytes, 0x0f, 1); /* status */
    number_append(bytes, 0, 3);    /* interrupt status, selected queue */
    number_append(bytes, FEATURES_LOW, 4);
    number_append(bytes, 12, 4);
    zeros_append(bytes, 12);
    number_append(bytes, row->queue_count, 4);
    for (uint32_t i = 0; i < row->queue_count; i++) {
        number_append(bytes, 256 + i, 4);
        number_append(bytes, 0x1000, row->has_alignment ? 4 : 0);
        number_append(bytes, UINT64_C(0x120000000) + i, 8);
        number_append(bytes, 7 + i, 2);
        number_append(bytes, 0, row->has_vectors ? 2 : 0);
    }
    if (row->has_high) {
        text_append(bytes, "\5\x15virtio/64bit_features\0\0\0\1", 2 + 21 + 4);
        number_append(bytes, FEATURES_HIGH, 8);
    }
    return bytes;
}

/* ------------------------------------------------------------------------- tests */

static void test_row(gconstpointer opaque)
{
    const Row *row = opaque;
    g_autoptr(GByteArray) bytes = section_bytes(row);
    g_autofree ObVirtio *virtio = g_new0(ObVirtio, 1);

    g_assert_cmpint(ob_virtio_parse(virtio, row->section, bytes->data, bytes->len), ==,
                    row->parses);
    if (!row->parses) {
        return;
    }
    g_assert_cmpstr(virtio->device, ==, "virtio-net");
    g_assert_cmphex(virtio->status, ==, 0x0f);
    g_assert_cmphex(virtio->features, ==, row->has_high ? FEATURES_HIGH : FEATURES_LOW);
    g_assert_cmpuint(virtio->config_length, ==, 12);
    g_assert_cmpuint(virtio->queue_count, ==, row->queue_count);
    for (uint32_t i = 0; i < row->queue_count; i++) {
        g_assert_cmpuint(virtio->queues[i].entries, ==, 256 + i);
        g_assert_cmphex(virtio->queues[i].address, ==, UINT64_C(0x120000000) + i);
        g_assert_cmpuint(virtio->queues[i].next, ==, 7 + i);
    }
}

/* Each length before the last queue's end is refused; sanitizers look at the reads. */
static void test_cut(gconstpointer opaque)
{
    Row row = *(const Row *)opaque;
    g_autoptr(GByteArray) bytes = NULL;
    g_autofree ObVirtio *virtio = g_new0(ObVirtio, 1);

    row.has_high = false;
    bytes = section_bytes(&row);
    for (guint size = 0; size <= bytes->len; size++) {
        g_autofree uint8_t *cut = g_memdup2(bytes->data, size);

        g_assert_cmpint(ob_virtio_parse(virtio, row.section, cut, size), ==, size == bytes->len);
    }
}

/* MSI-X behind `count - 1` others; each is 2 bytes behind the last. */
static void long_list_test(uint8_t count, bool found)
{
    Row row = rows[2];
    g_autoptr(GByteArray) bytes = NULL;
    g_autofree ObVirtio *virtio = g_new0(ObVirtio, 1);
    uint8_t last = (uint8_t)(0x40 + 2 * (count - 1));

    row.capabilities[0].at = last;
    row.first = 0x40;
    bytes = section_bytes(&row);
    for (uint8_t at = 0x40; at < last; at = (uint8_t)(at + 2)) {
        bytes->data[4 + at] = 0x09;
        bytes->data[4 + at + 1] = (uint8_t)(at + 2);
    }
    ob_virtio_parse(virtio, row.section, bytes->data, bytes->len);
    g_assert_cmpint(virtio->status == 0x0f, ==, found);
}

/* Configuration space has room for 48. */
static void test_long_list(void)
{
    long_list_test(48, true);
    long_list_test(49, false);
}

/* Not all of the features came: the low ones count. */
static void test_features_cut(void)
{
    g_autoptr(GByteArray) bytes = section_bytes(&rows[0]);
    g_autofree ObVirtio *virtio = g_new0(ObVirtio, 1);

    g_assert_true(ob_virtio_parse(virtio, PCI, bytes->data, bytes->len - 1));
    g_assert_cmphex(virtio->features, ==, FEATURES_LOW);
}

static void test_name_alone(void)
{
    g_autoptr(GByteArray) bytes = section_bytes(&rows[0]);
    g_autofree ObVirtio *virtio = g_new0(ObVirtio, 1);

    g_assert_true(ob_virtio_parse(virtio, "virtio-blk", bytes->data, bytes->len));
    g_assert_cmpstr(virtio->device, ==, "virtio-blk");
}

static void test_words(void)
{
    static const struct {
        const char *device;
        uint64_t features;
        const char *text;
    } words[] = {
        { "virtio-net", 0, "0x0" },
        { "virtio-net", 0x20, "0x20 (MAC)" },
        { "virtio-net", FEATURES_HIGH, "0x100010020 (MAC, STATUS, VERSION_1)" },
        { "virtio-blk", UINT64_C(1) << 63 | 2, "0x8000000000000002 (SIZE_MAX, bit 63)" },
        { "virtio-other", 1, "0x1 (bit 0)" },
    };
    ObVirtio *virtio = g_new0(ObVirtio, 1);
    g_autofree char *none = ob_virtio_status(virtio), *all = NULL;

    virtio->status = 0xff;
    all = ob_virtio_status(virtio);
    g_assert_cmpstr(none, ==, "0x0");
    g_assert_cmpstr(all, ==,
                    "0xff (ACKNOWLEDGE, DRIVER, DRIVER_OK, FEATURES_OK, bit 4, bit 5, "
                    "NEEDS_RESET, FAILED)");
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autofree char *text = NULL;

        virtio->device = words[i].device;
        text = ob_virtio_features(virtio, words[i].features);
        g_assert_cmpstr(text, ==, words[i].text);
    }
    g_free(virtio);
}

/* Each feature of each device, and the length of configuration that it needs. */
static void test_tables(void)
{
    static const char *const devices[] = { "virtio-net",     "virtio-blk",     "virtio-scsi",
                                           "virtio-balloon", "virtio-console", "virtio-gpu",
                                           "virtio-rng" };
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree ObVirtio *virtio = g_new0(ObVirtio, 1);

    for (size_t i = 0; i < G_N_ELEMENTS(devices); i++) {
        virtio->device = devices[i];
        for (unsigned bit = 0; bit < 64; bit++) {
            g_autofree char *name = ob_virtio_features(virtio, UINT64_C(1) << bit);
            uint32_t length = 0;

            virtio->features = UINT64_C(1) << bit;
            while (ob_virtio_lacking(virtio, length)) {
                length++;
            }
            g_string_append_printf(text, "%s %s, %u bytes\n", devices[i], name, length);
        }
    }
    golden_expect("virtio-features.txt", text->str);
}

/* MTU needs 12 bytes of configuration, STATUS 8, MAC 6. */
static void test_lacking(void)
{
    static const struct {
        uint32_t length;
        uint64_t lacking;
    } lengths[] = { { 5, 0x10028 }, { 6, 0x10008 }, { 8, 0x8 }, { 11, 0x8 }, { 12, 0 } };
    ObVirtio *virtio = g_new0(ObVirtio, 1);

    virtio->device = "virtio-net";
    virtio->features = 0x10028;
    for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
        g_assert_cmphex(ob_virtio_lacking(virtio, lengths[i].length), ==, lengths[i].lacking);
    }
    virtio->device = "virtio-blk";
    g_assert_cmphex(ob_virtio_lacking(virtio, 0), ==, 0);
    g_free(virtio);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/virtio-section/", rows[i].name, NULL);

        g_test_add_data_func(path, &rows[i], test_row);
    }
    g_test_add_data_func("/virtio-section/cut-of-msix", &rows[2], test_cut);
    g_test_add_data_func("/virtio-section/cut-of-express", &rows[8], test_cut);
    g_test_add_data_func("/virtio-section/cut-of-mmio", &rows[12], test_cut);
    g_test_add_data_func("/virtio-section/cut-of-ccw", &rows[13], test_cut);
    g_test_add_func("/virtio-section/list-has-at-most-48-capabilities", test_long_list);
    g_test_add_func("/virtio-section/features-that-are-cut", test_features_cut);
    g_test_add_func("/virtio-section/name-without-a-place", test_name_alone);
    g_test_add_func("/virtio-section/features-and-status-have-names", test_words);
    g_test_add_func("/virtio-section/features-of-each-device", test_tables);
    g_test_add_func("/virtio-section/features-that-need-more-configuration", test_lacking);
    return g_test_run();
}
