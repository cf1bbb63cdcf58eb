/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capabilities in configuration space: the host's and the class's find room, or the function is
 * refused.  The plugin's checker refuses such a class before; these classes come without it.
 */
#include "qtest/tests/pci/pci-host.h"

#define ADDRESS PCI_ADDRESS(4, 0)

enum { WORDS = 64, HIGH_HALF = 0xffff0000 };

typedef struct Crowd {
    HwDevice dev;
    uint32_t words[WORDS];
} Crowd;

/* The class has bits of the first word, behind the header of two bytes, and of the third. */
static const HwRegister registers[] = {
    { "FIRST", 0, .rw = HIGH_HALF },
    { "THIRD", 8, .reset = UINT32_MAX },
};

/* clang-format off */
#define CAPABILITY(name_, id_, offset_, words_, version_)                                \
    { .name = name_, .id = id_, .offset = offset_, .extended_version = version_,         \
      .words = offsetof(Crowd, words), .word_count = words_ }
#define WITH_REGISTERS(id_, offset_, version_)                                           \
    { .name = "r", .id = id_, .offset = offset_, .extended_version = version_,           \
      .words = offsetof(Crowd, words), .word_count = 3, .registers = HW_TABLE(registers) }
#define CLASS(class_, pci_)                                                              \
    { .table = { .abi = HW_ABI(HwDeviceClass), .name = "crowd",                          \
                 .instance_size = sizeof(Crowd), .pci = pci_ },                          \
      .original = &(class_).table }
/* clang-format on */

typedef struct Row {
    const char *path;
    HwPciFunction pci;
    const char *sentence; /* NULL: the function has room */
    const char *list;     /* "ID@PLACE ", the head of the list first */
    const char *extended; /* the same of extended capabilities, in their order */
} Row;

#define NO_ROOM_FOR_ALL "crowd: no room for the capabilities of PCI Express, MSI and MSI-X"

static const Row rows[] = {
    { "fills-the-space",
      { .capabilities = HW_ROWS(HwPciCapability, CAPABILITY("a", 9, 0, 45, 0),
                                CAPABILITY("b", 8, 0, 3, 0)) },
      NULL,
      "08@f4 09@40 ",
      "" },
    { "word-too-much",
      { .capabilities = HW_ROWS(HwPciCapability, CAPABILITY("a", 9, 0, 46, 0),
                                CAPABILITY("b", 8, 0, 3, 0)) },
      "crowd: capability 'b' of 12 bytes has no room",
      "",
      "" },
    { "fixed-place-at-the-end",
      { .capabilities = HW_ROWS(HwPciCapability, CAPABILITY("a", 9, 0xf4, 3, 0)) },
      NULL,
      "09@f4 ",
      "" },
    { "fixed-place-across-the-end",
      { .capabilities = HW_ROWS(HwPciCapability, CAPABILITY("a", 9, 0xf8, 3, 0)) },
      "crowd: capability 'a' of 12 bytes has no room",
      "",
      "" },
    { "gap-is-taken-if-it-is-large-enough",
      { .capabilities = HW_ROWS(HwPciCapability, CAPABILITY("a", 9, 0x48, 3, 0),
                                CAPABILITY("b", 8, 0, 3, 0), CAPABILITY("c", 7, 0, 2, 0)) },
      NULL,
      "07@40 08@54 09@48 ",
      "" },
    { "msi-fits",
      { .msi_vectors = 1,
        .capabilities = HW_ROWS(HwPciCapability, CAPABILITY("a", 9, 0x40, 44, 0)) },
      NULL,
      "05@f0 09@40 ",
      "" },
    { "msi-does-not-fit",
      { .msi_vectors = 1,
        .capabilities = HW_ROWS(HwPciCapability, CAPABILITY("a", 9, 0x40, 45, 0)) },
      NO_ROOM_FOR_ALL,
      "",
      "" },
    { "msix-fits",
      { .msix_vectors = 1,
        .capabilities = HW_ROWS(HwPciCapability, CAPABILITY("a", 9, 0x40, 45, 0)) },
      NULL,
      "11@f4 09@40 ",
      "" },
    { "msix-does-not-fit",
      { .msix_vectors = 1,
        .capabilities = HW_ROWS(HwPciCapability, CAPABILITY("a", 9, 0x40, 46, 0)) },
      NO_ROOM_FOR_ALL,
      "",
      "" },
    { "express-fits",
      { .flags = HW_PCI_EXPRESS,
        .capabilities = HW_ROWS(HwPciCapability, CAPABILITY("a", 9, 0x40, 33, 0)) },
      NULL,
      "10@c4 09@40 ",
      "" },
    { "express-does-not-fit",
      { .flags = HW_PCI_EXPRESS,
        .capabilities = HW_ROWS(HwPciCapability, CAPABILITY("a", 9, 0x40, 34, 0)) },
      NO_ROOM_FOR_ALL,
      "",
      "" },
    { "extended-ones-follow-each-other",
      { .flags = HW_PCI_EXPRESS,
        .capabilities = HW_ROWS(HwPciCapability, CAPABILITY("a", 3, 0, 3, 1),
                                CAPABILITY("b", 0xb, 0, 4, 2)) },
      NULL,
      "10@40 ",
      "10003@100 2000b@10c " },
    { "extended-one-at-the-end", /* an empty entry leads to it */
      { .flags = HW_PCI_EXPRESS,
        .capabilities = HW_ROWS(HwPciCapability, CAPABILITY("a", 3, 0xff4, 3, 1),
                                CAPABILITY("b", 0xb, 0x200, 3, 2)) },
      NULL,
      "10@40 ",
      "0@100 10003@ff4 2000b@200 " },
    { "extended-one-across-the-end",
      { .flags = HW_PCI_EXPRESS,
        .capabilities = HW_ROWS(HwPciCapability, CAPABILITY("a", 3, 0xff8, 3, 1)) },
      "crowd: capability 'a' of 12 bytes has no room",
      "",
      "" },
};

static uint32_t config(const PciHost *f, uint32_t offset, uint32_t size)
{
    return pci_config_read(&f->bus, ADDRESS, offset, size);
}

static void assert_lists(const PciHost *f, const Row *row)
{
    g_autoptr(GString) list = g_string_new(NULL);
    g_autoptr(GString) extended = g_string_new(NULL);

    for (uint32_t at = config(f, 0x34, 1); at; at = config(f, at + 1, 1)) {
        g_string_append_printf(list, "%02x@%02x ", config(f, at, 1), at);
    }
    for (uint32_t at = *row->extended ? 0x100 : 0; at; at = config(f, at, 4) >> 20) {
        g_string_append_printf(extended, "%x@%03x ", config(f, at, 4) & 0xfffff, at);
    }
    g_assert_cmpstr(list->str, ==, row->list);
    g_assert_cmpstr(extended->str, ==, row->extended);
    g_assert_cmphex(config(f, 6, 2), ==, 0x10);
}

static void test_room(gconstpointer data)
{
    const Row *row = data;
    const HwClass cls = CLASS(cls, &row->pci);
    PciHost f;

    pci_host_set_up(&f, "virt");
    g_assert_true(ob_host_add_class(f.host, &cls, &f.error));
    if (row->sentence) {
        function_refused(&f, "crowd", "addr=4", row->sentence);
    } else {
        function_add(&f, "crowd", "addr=4");
        assert_lists(&f, row);
    }
    pci_host_tear_down(&f, "virt");
}

/* ---------------------------------------------------------------------- accesses */

static const HwPciFunction one_pci = {
    .flags = HW_PCI_EXPRESS,
    .capabilities = HW_ROWS(HwPciCapability, WITH_REGISTERS(9, 0x80, 0),
                            WITH_REGISTERS(3, 0x100, 1)),
};
static const HwClass one_class = CLASS(one_class, &one_pci);

/* A write to the header and to the class's bits changes the class's part alone. */
static void test_header_is_the_hosts(PciHost *f, gconstpointer data)
{
    (void)data;
    g_assert_true(ob_host_add_class(f->host, &one_class, &f->error));
    function_add(f, "crowd", "addr=4");
    pci_config_write(&f->bus, ADDRESS, 0x80, 0xffffffff, 4);
    g_assert_cmphex(config(f, 0x80, 4), ==, 0xffff0009);
    pci_config_write(&f->bus, ADDRESS, 0x82, 0xa5, 1);
    g_assert_cmphex(config(f, 0x82, 2), ==, 0xffa5);
    pci_config_write(&f->bus, ADDRESS, 0x80, 0, 2);
    pci_config_write(&f->bus, ADDRESS, 0x80, 0, 1);
    pci_config_write(&f->bus, ADDRESS, 0x81, 0, 1);
    g_assert_cmphex(config(f, 0x82, 2), ==, 0xffa5);
    g_assert_cmphex(config(f, 0x80, 1), ==, 9);
    pci_config_write(&f->bus, ADDRESS, 0x100, 0xffffffff, 4);
    g_assert_cmphex(config(f, 0x100, 4), ==, 0x10003);
}

/* The registers' reset values end with the capability. */
static void test_reset_values_end(PciHost *f, gconstpointer data)
{
    (void)data;
    g_assert_true(ob_host_add_class(f->host, &one_class, &f->error));
    function_add(f, "crowd", "addr=4");
    g_assert_cmphex(config(f, 0x88, 4), ==, UINT32_MAX);
    g_assert_cmphex(config(f, 0x8c, 4), ==, 0);
    g_assert_cmphex(config(f, 0x108, 4), ==, UINT32_MAX);
    g_assert_cmphex(config(f, 0x10c, 4), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/pci/room/", rows[i].path, NULL);

        g_test_add_data_func(path, &rows[i], test_room);
    }
    PCI_TEST("/pci/room/header-is-the-hosts", "virt", test_header_is_the_hosts);
    PCI_TEST("/pci/room/reset-values-end", "virt", test_reset_values_end);
    return g_test_run();
}
