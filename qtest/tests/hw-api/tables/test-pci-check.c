/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw-api/host/load/check-pci*.c: invalid PCI functions are refused.
 * Each row is a test: it changes one member of valid tables. */
#include <glib.h>

#include "hw-api/ext/draft/pci.h"
#include "qtest/tests/lib/check-rows.h"

typedef struct Card {
    HwDevice dev;        /* 64 bytes */
    uint32_t regs[2];    /* at 64 */
    uint32_t vendor[48]; /* at 72 */
    uint32_t power[48];  /* at 264 */
    uint32_t serial[4];
    uint32_t extended[960];
    uint64_t base;
} Card;

typedef struct Tables {
    HwRegister registers[1];
    HwRegister power[1];
    HwRegister serial[1];
    HwRegion regions[3];
    HwPciBar bars[3];
    HwPciCapability capabilities[3];
    HwPciFunction function;
    HwDeviceClass cls;
    HwDeviceClassRef classes[1];
    HwPlugin plugin;
} Tables;

static Tables tables;

static uint64_t card_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    (void)dev;
    return offset + size;
}

static void card_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)dev;
    (void)offset;
    (void)value;
    (void)size;
}

/* clang-format off */
static const Tables good = {
    .registers = { { "CONTROL", 0, .rw = 1 } },
    .power = { { "CAPABILITIES", 0, .reset = 0x00030000 } },
    .serial = { { "LOW", 4, .reset = 7 } },
    .regions = {
        { "regs", HW_REGION_REGISTERS, HW_SPACE_BAR, .size = 0x20, .words = offsetof(Card, regs),
          .word_count = 2, .registers = HW_TABLE(tables.registers) },
        { "ports", HW_REGION_MMIO, HW_SPACE_BAR, .bar = 1, .size = 12, .read = card_read,
          .write = card_write },
        { "buffer", HW_REGION_RAM, HW_SPACE_BAR, .bar = 2, .offset = 0x1000, .size = 0x2000 } },
    .bars = {
        { .number = 1, .flags = HW_PCI_BAR_IO },
        { .number = 2, .flags = HW_PCI_BAR_64 | HW_PCI_BAR_PREFETCH, .size = 1 << 20 },
        { .number = 4, .size = 0x1000 } },
    .capabilities = {
        { .name = "vendor", .id = 0x09, .words = offsetof(Card, vendor), .word_count = 2 },
        { .name = "power", .id = 0x01, .offset = 0x60, .words = offsetof(Card, power),
          .word_count = 2, .registers = HW_TABLE(tables.power) },
        { .name = "serial", .id = 0x0003, .offset = 0x100, .extended_version = 1,
          .words = offsetof(Card, serial), .word_count = 3,
          .registers = HW_TABLE(tables.serial) } },
    .function = { .vendor = 0x1234, .device = 0xcafe, .class_code = 0x118000, .msi_vectors = 4,
                  .interrupt_pin = HW_PCI_INTA, .msix_vectors = 3, .msix_bar = 5,
                  .flags = HW_PCI_EXPRESS | HW_PCI_MESSAGE_BY_EVENT,
                  .bars = HW_TABLE(tables.bars), .capabilities = HW_TABLE(tables.capabilities) },
    .cls = { .name = "card", .instance_size = sizeof(Card), .pci = &tables.function,
             .regions = HW_TABLE(tables.regions) },
    .classes = { &tables.cls },
    .plugin = { .name = "cards", .version = "1", .licence = "MIT",
                .classes = HW_TABLE(tables.classes) },
};

#define SET(member, value) CHECK_SET(Tables, member, value)

#define PCI  "PCI function: "
#define BARS PCI "BAR "
#define CAP  PCI "capability "

static const CheckRow rows[] = {
    { "region/bar-of-no-function", SET(cls.pci, 0),
      "region regs: is in a BAR, expected a class with a PCI function" },
    { "region/outside-of-bars", SET(regions[0].space, HW_SPACE_MEMORY),
      "region regs: is outside of the PCI function's BARs, expected space 3" },
    { "region/ports-outside-of-bars", SET(regions[0].space, HW_SPACE_IO),
      "region regs: is outside of the PCI function's BARs, expected space 3" },
    { "region/mapped-nowhere", SET(regions[2].space, HW_SPACE_NONE),
      "region buffer: has BAR 2, expected 0 outside of HW_SPACE_BAR" },
    { "region/bar-6", SET(regions[0].bar, 6), "region regs: is in BAR 6, expected 0 to 5" },
    { "region/space-4", SET(regions[0].space, 4), "region regs: space is 4, expected 0 to 3" },
    { "region/base", SET(regions[0].base, offsetof(Card, base)),
      "region regs: is in a BAR and has a base, expected none" },
    { "region/ram-in-io-bar", SET(regions[2].bar, 1),
      "region buffer: has kind 3 in an I/O BAR, expected 1 or 2" },
    { "region/past-the-largest-bar", SET(regions[2].offset, (UINT64_C(1) << 36) - 0x1fff),
      "region buffer: takes 0x2000 bytes at 0xfffffe001, expected in 0 to 0xfffffffff" },
    { "region/overlap-in-a-bar", SET(regions[1].bar, 0),
      "region ports: takes 0xc bytes at 0x0, which overlap region regs, 0x20 bytes at 0x0, "
      "expected them apart" },

    { "vendor/none", SET(function.vendor, 0xffff), PCI "vendor is 0xffff, expected 0 to 0xfffe" },
    { "subsystem/without-vendor", SET(function.subsystem, 2),
      PCI "subsystem is 0x2 of vendor 0, expected a vendor" },
    { "subsystem/vendor-alone", SET(function.subsystem_vendor, 2), NULL },
    { "class-code/25-bits", SET(function.class_code, 0x1000000),
      PCI "class_code is 0x1000000, expected 24 bits" },
    { "pin/intb", SET(function.interrupt_pin, 2), PCI "interrupt_pin is 2, expected 0 or 1" },
    { "pin/none", SET(function.interrupt_pin, 0), NULL },
    { "flags/unknown", SET(function.flags, 7), PCI "flags are 0x7, expected 0x3 at most" },
    { "msi/three", SET(function.msi_vectors, 3),
      PCI "msi_vectors is 3, expected 0 or a power of two up to 32" },
    { "msi/64", SET(function.msi_vectors, 64),
      PCI "msi_vectors is 64, expected 0 or a power of two up to 32" },
    { "msi/32", SET(function.msi_vectors, 32), NULL },
    { "msix/2049", SET(function.msix_vectors, 2049),
      PCI "msix_vectors is 2049, expected at most 2048" },
    { "msix/2048", SET(function.msix_vectors, 2048), NULL },
    { "msix/bar-6", SET(function.msix_bar, 6), PCI "msix_bar is 6, expected 0 to 5" },
    { "msix/bar-without-vectors", SET(function.msix_vectors, 0),
      PCI "msix_bar is 5, expected 0 without msix_vectors" },
    { "msix/bar-of-a-region", SET(function.msix_bar, 0),
      BARS "0: is used by MSI-X and by the class, expected one use" },
    { "msix/bar-of-an-entry", SET(function.msix_bar, 4),
      BARS "4: is used by MSI-X and by the class, expected one use" },
    { "msix/bar-of-an-upper-half", SET(function.msix_bar, 3),
      BARS "3: is used by MSI-X and by the 64 bits of the BAR before it, expected one use" },

    { "bar/number-6", SET(bars[0].number, 6), BARS "6: does not exist, expected 0 to 5" },
    { "bar/twice", SET(bars[2].number, 2), BARS "2: has two entries, expected one" },
    { "bar/unknown-flag", SET(bars[1].flags, 8),
      BARS "2: flags are 0x8, expected 0x6 at most or 0x1 alone" },
    { "bar/io-of-64-bits", SET(bars[0].flags, HW_PCI_BAR_IO | HW_PCI_BAR_64),
      BARS "1: flags are 0x3, expected 0x6 at most or 0x1 alone" },
    { "bar/io-prefetchable", SET(bars[0].flags, HW_PCI_BAR_IO | HW_PCI_BAR_PREFETCH),
      BARS "1: flags are 0x5, expected 0x6 at most or 0x1 alone" },
    { "bar/upper-half-of-another", SET(bars[2].number, 3),
      BARS "3: is used by the 64 bits of the BAR before it and by the class, expected one use" },
    { "bar/no-power-of-two", SET(bars[1].size, 0x3000),
      BARS "2: size is 0x3000, expected a power of two from 0x10 to 0x1000000000" },
    { "bar/below-its-regions", SET(bars[1].size, 0x2000),
      BARS "2: size is 0x2000, expected the 0x3000 bytes of its regions" },
    { "bar/of-the-least-size", SET(bars[1].size, 0), NULL },
    { "bar/memory-of-8-bytes", SET(bars[2].size, 8),
      BARS "4: size is 0x8, expected a power of two from 0x10 to 0x40000000" },
    { "bar/memory-of-2-gib", SET(bars[2].size, UINT64_C(1) << 31),
      BARS "4: size is 0x80000000, expected a power of two from 0x10 to 0x40000000" },
    { "bar/memory-of-64-gib", SET(bars[1].size, UINT64_C(1) << 36), NULL },
    { "bar/memory-of-128-gib", SET(bars[1].size, UINT64_C(1) << 37),
      BARS "2: size is 0x2000000000, expected a power of two from 0x10 to 0x1000000000" },
    { "bar/io-of-512-bytes", SET(bars[0].size, 512),
      BARS "1: size is 0x200, expected a power of two from 0x4 to 0x100" },
    { "bar/io-region-of-512-bytes", SET(regions[1].size, 257),
      BARS "1: size is 0x200, expected a power of two from 0x4 to 0x100" },
    { "bar/without-regions-or-size", SET(bars[2].size, 0), NULL },

    { "capability/no-name", SET(capabilities[0].name, 0), CAP "0: has no name" },
    { "capability/same-name", SET(capabilities[0].name, (uintptr_t)"power"),
      CAP "power: has the same name as capability power, expected different ones" },
    { "capability/id-0", SET(capabilities[0].id, 0), CAP "vendor: id is 0x0, expected 1 to 0xff" },
    { "capability/id-of-16-bits", SET(capabilities[0].id, 0x100),
      CAP "vendor: id is 0x100, expected 1 to 0xff" },
    { "capability/extended-id-0", SET(capabilities[2].id, 0),
      CAP "serial: id is 0, expected 1 to 0xffff" },
    { "capability/msi", SET(capabilities[0].id, 0x05), CAP "vendor: id is 0x5, which the host "
      "makes by msi_vectors, msix_vectors and flags, expected another" },
    { "capability/msix", SET(capabilities[0].id, 0x11), CAP "vendor: id is 0x11, which the host "
      "makes by msi_vectors, msix_vectors and flags, expected another" },
    { "capability/express", SET(capabilities[0].id, 0x10), CAP "vendor: id is 0x10, which the "
      "host makes by msi_vectors, msix_vectors and flags, expected another" },
    { "capability/version-16", SET(capabilities[2].extended_version, 16),
      CAP "serial: extended_version is 16, expected at most 15" },
    { "capability/extended-of-conventional", SET(function.flags, 0),
      CAP "serial: is extended, expected a function with HW_PCI_EXPRESS" },
    { "capability/extended-below-0x100", SET(capabilities[2].offset, 0x40),
      CAP "serial: takes 0xc bytes at 0x40, expected a multiple of 4 in 0x100 to 0xfff" },
    { "capability/in-the-header", SET(capabilities[1].offset, 0x3c),
      CAP "power: takes 0x8 bytes at 0x3c, expected a multiple of 4 in 0x40 to 0xff" },
    { "capability/past-the-end", SET(capabilities[1].offset, 0xfc),
      CAP "power: takes 0x8 bytes at 0xfc, expected a multiple of 4 in 0x40 to 0xff" },
    { "capability/misaligned", SET(capabilities[1].offset, 0x62),
      CAP "power: takes 0x8 bytes at 0x62, expected a multiple of 4 in 0x40 to 0xff" },
    { "capability/no-words", SET(capabilities[0].word_count, 0),
      CAP "vendor: word_count is 0, expected 1 to 48" },
    { "capability/too-many-words", SET(capabilities[0].word_count, 49),
      CAP "vendor: word_count is 49, expected 1 to 48" },
    { "capability/words-outside", SET(capabilities[0].words, sizeof(Card)),
      CAP "vendor: words takes 8 bytes of the instance at 4320, expected in 64 to 4320" },
    { "capability/words-of-a-region", SET(capabilities[0].words, offsetof(Card, regs)), NULL },
    { "capability/words-over-others", SET(capabilities[0].words, offsetof(Card, power) - 4),
      "words of capability power (8 bytes at 264) and words of capability vendor (8 bytes at "
      "260) overlap in the instance, expected the same elements or no byte in common" },
    { "capability/register-past-words", SET(power[0].offset, 8), CAP "power: register "
      "CAPABILITIES: offset is 0x8, expected its 4 bytes in the capability's words, 0x8 bytes" },
    { "capability/register-with-widths", SET(power[0].access_min, 4), CAP "power: register "
      "CAPABILITIES: access_min is 4 and access_max 0, expected 0 outside of regions of kind 1" },
    { "capability/reset-in-header", SET(power[0].reset, 1), CAP "power: register CAPABILITIES: "
      "has bits 0x1 in the capability's header, expected none in 0xffff" },
    { "capability/writable-header", SET(power[0].rw, 0x8000), CAP "power: register CAPABILITIES: "
      "has bits 0x8000 in the capability's header, expected none in 0xffff" },
    { "capability/writable-extended-header", SET(serial[0].offset, 0), CAP "serial: register LOW: "
      "has bits 0x7 in the capability's header, expected none in 0xffffffff" },
    { "capability/larger-than-the-room", SET(capabilities[0].word_count, 40),
      PCI "has capabilities of more than 192 bytes, expected them to fit, the host's own "
      "included" },
};
/* clang-format on */

/* The sentence after "x.so: class card: "; NULL: accepted. */
static void assert_tables(const char *expected)
{
    check_assert(&tables.plugin, "class card: ", expected);
}

static void check_row(gconstpointer data)
{
    const CheckRow *row = data;

    tables = good;
    check_row_apply(row, &tables);
    assert_tables(row->sentence);
}

static void accepts_good_tables(void)
{
    tables = good;
    assert_tables(NULL);
}

static void messages_by_event_need_messages(void)
{
    tables = good;
    tables.function.msi_vectors = tables.function.msix_vectors = tables.function.msix_bar = 0;
    assert_tables(PCI "sends messages by event, expected msi_vectors or msix_vectors");
    tables.function.flags = HW_PCI_EXPRESS;
    assert_tables(NULL);
}

/* They have room together, but each gap is too small.  QEMU would abort. */
static void capabilities_leave_no_gap(void)
{
    tables = good; /* power is at 0x60 */
    tables.capabilities[1].word_count = 12;
    tables.capabilities[0] = (HwPciCapability) { .name = "vendor",
                                                 .id = 0x09,
                                                 .offset = 0xc8,
                                                 .words = offsetof(Card, vendor),
                                                 .word_count = 1 };
    assert_tables(PCI "leaves no gap of 60 bytes for the host's capability PCI Express, expected "
                      "other offsets");
    tables.capabilities[0].offset = 0xcc;
    assert_tables(NULL);
}

static void own_capabilities_leave_no_gap(void)
{
    tables = good; /* the host's own leave 4 bytes at 0x5c and 92 at 0xa4 */
    tables.capabilities[0].word_count = 24;
    assert_tables(PCI "leaves no gap of 96 bytes for capability vendor, expected other offsets");
    tables.capabilities[0].word_count = 23;
    assert_tables(NULL);
    tables.function.capabilities.count = 2; /* the extended space is free */
    tables.capabilities[0].word_count = 24;
    assert_tables(PCI "leaves no gap of 96 bytes for capability vendor, expected other offsets");
}

/* A host adds its own capabilities: of PCI Express 60 bytes, of MSI 16 and of MSI-X 12. */
static void capability_fills_the_room(void)
{
    static const struct {
        uint32_t flags;
        uint32_t msi_vectors;
        uint32_t msix_vectors;
        uint32_t words;
    } rooms[] = { { 0, 0, 0, 48 },
                  { 0, 1, 0, 44 },
                  { 0, 0, 1, 45 },
                  { HW_PCI_EXPRESS, 0, 0, 33 },
                  { HW_PCI_EXPRESS, 32, 2048, 26 } };

    for (size_t i = 0; i < G_N_ELEMENTS(rooms); i++) {
        tables = good;
        tables.function.flags = rooms[i].flags;
        tables.function.msi_vectors = rooms[i].msi_vectors;
        tables.function.msix_vectors = rooms[i].msix_vectors;
        tables.function.msix_bar = rooms[i].msix_vectors ? 5 : 0;
        tables.function.capabilities.count = 1;
        tables.capabilities[0].words = offsetof(Card, extended);
        tables.capabilities[0].word_count = rooms[i].words;
        assert_tables(NULL);
        tables.capabilities[0].offset = 0x100 - rooms[i].words * 4;
        assert_tables(NULL);
        tables.capabilities[0].word_count++;
        tables.capabilities[0].offset = 0;
        if (rooms[i].words < 48) {
            assert_tables(PCI "has capabilities of more than 192 bytes, expected them to fit, the "
                              "host's own included");
        }
    }
}

/* 960 words have room behind the conventional space. */
static void extended_capability_fills_the_room(void)
{
    tables = good;
    tables.function.capabilities.count = 1;
    tables.capabilities[0] = (HwPciCapability) { .name = "long",
                                                 .id = 0x000b,
                                                 .extended_version = 1,
                                                 .words = offsetof(Card, extended),
                                                 .word_count = 960 };
    assert_tables(NULL);
    tables.capabilities[0].word_count = 950;
    tables.capabilities[1].extended_version = 1;
    tables.capabilities[1].offset = 0;
    tables.capabilities[1].registers.count = 0;
    tables.capabilities[1].word_count = 10;
    tables.function.capabilities.count = 2;
    assert_tables(NULL);
    tables.capabilities[1].word_count = 11;
    assert_tables(PCI "has capabilities of more than 3840 bytes, expected them to fit, the host's "
                      "own included");
}

static void extended_capabilities_leave_no_gap(void)
{
    tables = good;
    tables.capabilities[2].offset = 0x800;
    tables.capabilities[1] = (HwPciCapability) { .name = "long",
                                                 .id = 0x000b,
                                                 .extended_version = 1,
                                                 .words = offsetof(Card, extended),
                                                 .word_count = 510 };
    assert_tables(PCI "leaves no gap of 2040 bytes for capability long, expected other offsets");
    tables.capabilities[1].word_count = 509;
    assert_tables(NULL);
}

static void bar_5_has_no_64_bits(void)
{
    tables = good;
    tables.function.msix_vectors = 1;
    tables.function.msix_bar = 0;
    tables.bars[2] = (HwPciBar) { .number = 5, .flags = HW_PCI_BAR_64, .size = 0x1000 };
    assert_tables(BARS "5: has 64 bits, expected a number up to 4");
}

static void capabilities_overlap(void)
{
    tables = good;
    tables.capabilities[0].offset = 0x64;
    assert_tables(CAP "power: takes 0x8 bytes at 0x60, which overlap capability vendor, 0x8 bytes "
                      "at 0x64, expected them apart");
    tables.capabilities[0].offset = 0x68;
    assert_tables(NULL);
}

/* A region below another in the same BAR, and in another BAR at the same place. */
static void regions_share_a_bar(void)
{
    tables = good;
    tables.regions[2].bar = 0;
    assert_tables(NULL);
    tables.regions[2].offset = 0x1f;
    assert_tables("region buffer: takes 0x2000 bytes at 0x1f, which overlap region regs, 0x20 "
                  "bytes at 0x0, expected them apart");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pci-check/accepts-good-tables", accepts_good_tables);
    check_rows_add("/pci-check/", rows, G_N_ELEMENTS(rows), check_row);
    g_test_add_func("/pci-check/refuses/messages-by-event-without-messages",
                    messages_by_event_need_messages);
    g_test_add_func("/pci-check/refuses/bar/5-of-64-bits", bar_5_has_no_64_bits);
    g_test_add_func("/pci-check/refuses/capability/over-another", capabilities_overlap);
    g_test_add_func("/pci-check/capability/fills-the-room", capability_fills_the_room);
    g_test_add_func("/pci-check/capability/extended-fills-the-room",
                    extended_capability_fills_the_room);
    g_test_add_func("/pci-check/refuses/capability/that-leaves-no-gap-for-the-hosts",
                    capabilities_leave_no_gap);
    g_test_add_func("/pci-check/refuses/capability/that-the-hosts-leave-no-gap-for",
                    own_capabilities_leave_no_gap);
    g_test_add_func("/pci-check/refuses/capability/extended-that-finds-no-gap",
                    extended_capabilities_leave_no_gap);
    g_test_add_func("/pci-check/regions-share-a-bar", regions_share_a_bar);
    return g_test_run();
}
