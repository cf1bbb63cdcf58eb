/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SMBIOS structures and fields that a user gives. */
#include <string.h>

#include "qtest/tests/machine/parts/smbios-fixture.h"

/* clang-format off */
static const struct {
    uint32_t type;
    ObOption fields[11];
} all_fields[] = {
    { 0, { { "vendor", "maker" }, { "version", "2" }, { "date", "01/02/2003" },
           { "release", "7.250" }, { "uefi", "on" }, { "vm", "off" } } },
    { 1, { { "manufacturer", "who" }, { "product", "what" }, { "version", "3" },
           { "serial", "0815" }, { "sku", "unit" }, { "family", "kin" } } },
    { 2, { { "manufacturer", "board-who" }, { "product", "board" }, { "version", "4" },
           { "serial", "0816" }, { "asset", "tag" }, { "location", "shelf" } } },
    { 3, { { "manufacturer", "box-who" }, { "version", "5" }, { "serial", "0817" },
           { "asset", "box" }, { "sku", "box-unit" } } },
    { 4, { { "sock_pfx", "socket" }, { "manufacturer", "cpu-who" }, { "version", "6" },
           { "serial", "0818" }, { "asset", "cpu" }, { "part", "cpu-part" },
           { "max-speed", "65535" }, { "current-speed", "0xfffe" }, { "processor-family", "65533" },
           { "processor-id", "0xfedcba9876543210" } } },
    { 8, { { "internal_reference", "in" }, { "external_reference", "out" },
           { "connector_type", "255" }, { "port_type", "254" } } },
    { 9, { { "slot_designation", "slot" }, { "slot_type", "255" }, { "slot_data_bus_width", "254" },
           { "current_usage", "253" }, { "slot_length", "252" }, { "slot_id", "65535" },
           { "slot_characteristics1", "251" }, { "slot_characteristics2", "250" },
           { "pci_device", "known" } } },
    { 11, { { "value", "text" } } },
    { 17, { { "loc_pfx", "place" }, { "bank", "row" }, { "manufacturer", "ram-who" },
            { "serial", "0819" }, { "asset", "ram" }, { "part", "module" }, { "speed", "65535" } } },
    { 41, { { "designation", "port" }, { "kind", "sas" }, { "instance", "255" },
            { "pcidev", "known" } } },
};
/* clang-format on */

static uint32_t fields_count(const ObOption *fields)
{
    uint32_t count = 0;

    while (count < G_N_ELEMENTS(all_fields[0].fields) && fields[count].key) {
        count++;
    }
    return count;
}

/* With an entry point of 64 bits, and all fields of each kind of structure. */
static void test_bytes_of_all(SmbiosFixture *f, gconstpointer data)
{
    (void)data;
    f->machine.entry = OB_SMBIOS_ENTRY_64;
    for (size_t i = 0; i < G_N_ELEMENTS(all_fields); i++) {
        g_assert_true(ob_smbios_give(f->given, all_fields[i].type, all_fields[i].fields,
                                     fields_count(all_fields[i].fields), &f->error));
    }
    smbios_build(f);
    smbios_bytes_expect(f, "smbios-given.txt");
}

/* Each kind of device has its number. */
static void test_kinds(SmbiosFixture *f, gconstpointer data)
{
    static const char *const kinds[] = { "other",     "unknown", "video", "scsi", "ethernet",
                                         "tokenring", "sound",   "pata",  "sata", "sas" };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        smbios_give(f, 41, "kind", kinds[i]);
    }
    smbios_build(f);
    for (uint8_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_assert_cmphex(smbios_find(f, 41, i)[5], ==, 0x80 + i + 1);
    }
}

/* A number as wide as its field is taken; a larger one is not. */
static void test_widths(SmbiosFixture *f, gconstpointer data)
{
    static const struct {
        uint32_t type;
        const char *key, *larger, *sentence;
    } rows[] = {
        { 8, "port_type", "256",
          "port_type: invalid value '256': expected a number from 0 to 255" },
        { 4, "max-speed", "65536",
          "max-speed: invalid value '65536': expected a number from 0 to 65535" },
        { 4, "max-speed", "-1",
          "max-speed: invalid value '-1': expected a number from 0 to 65535" },
        { 4, "max-speed", "1x",
          "max-speed: invalid value '1x': expected a number from 0 to 65535" },
        { 0, "release", "1.256",
          "release: invalid value '1.256': expected two numbers, such as 1.2" },
        { 0, "release", "256.1",
          "release: invalid value '256.1': expected two numbers, such as 1.2" },
        { 0, "release", "1", "release: invalid value '1': expected two numbers, such as 1.2" },
        { 0, "release", "1.2.",
          "release: invalid value '1.2.': expected two numbers, such as 1.2" },
        { 0, "vm", "yes", "vm: invalid value 'yes': expected on or off" },
    };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const ObOption option = { rows[i].key, rows[i].larger };

        g_assert_false(ob_smbios_give(f->given, rows[i].type, &option, 1, &f->error));
        g_assert_cmpstr(f->text, ==, rows[i].sentence);
    }
    smbios_give(f, 0, "release", "255.255");
    smbios_build(f);
    g_assert_cmpmem(smbios_find(f, 0, 0) + 0x14, 2, "\xff\xff", 2);
}

static void test_functions(SmbiosFixture *f, gconstpointer data)
{
    (void)data;
    smbios_give(f, 9, "pci_device", "known");
    smbios_give(f, 41, "pcidev", "known");
    smbios_build(f);
    g_assert_cmpmem(smbios_find(f, 9, 0) + 0xd, 4, "\0\0\x01\x28", 4);
    g_assert_cmpmem(smbios_find(f, 41, 0) + 7, 4, "\0\0\x01\x28", 4);
}

static void test_unknown_function(SmbiosFixture *f, gconstpointer data)
{
    (void)data;
    smbios_give(f, 9, "pci_device", "unknown");
    g_assert_false(ob_smbios_build(f->given, &f->machine, f->anchor, f->tables, &f->error));
    g_assert_cmpstr(f->text, ==, "type=9: pci_device: 'unknown' is not the id of a PCI function");
}

static void test_replaced_structure(SmbiosFixture *f, gconstpointer data)
{
    static const uint8_t bytes[] = { 4, 5, 0, 0x50, 1, 'a', 0, 'b', 0, 0 };

    (void)data;
    f->machine.sockets = 2;
    g_assert_true(ob_smbios_give_bytes(f->given, bytes, sizeof(bytes), &f->error));
    smbios_build(f);
    g_assert_cmpmem(f->tables->data, sizeof(bytes), bytes, sizeof(bytes));
    g_assert_null(smbios_find(f, 4, 1));
}

static void test_structure_after_fields(SmbiosFixture *f, gconstpointer data)
{
    static const uint8_t bytes[] = { 11, 4, 0, 0x50, 0, 0 };

    (void)data;
    smbios_give(f, 11, "value", "x");
    g_assert_false(ob_smbios_give_bytes(f->given, bytes, sizeof(bytes), &f->error));
    g_assert_cmpstr(f->text, ==, "fields of type 11 were given before");
}

static void test_fields_after_structure(SmbiosFixture *f, gconstpointer data)
{
    static const uint8_t bytes[] = { 1, 4, 0, 0x50, 0, 0 };
    const ObOption option = { "serial", "x" };

    (void)data;
    g_assert_true(ob_smbios_give_bytes(f->given, bytes, sizeof(bytes), &f->error));
    g_assert_false(ob_smbios_give(f->given, 1, &option, 1, &f->error));
    g_assert_cmpstr(f->text, ==, "type: a file= has given the whole structure 1");
}

static void test_broken_structures(SmbiosFixture *f, gconstpointer data)
{
    static const struct {
        uint8_t bytes[8];
        size_t size;
    } rows[] = {
        { { 1, 4, 0, 0 }, 4 },             /* no zeros */
        { { 1, 4, 0, 0, 'a', 0 }, 6 },     /* one zero */
        { { 1, 3, 0, 0, 0, 0 }, 6 },       /* shorter than its header */
        { { 1, 9, 0, 0, 0, 0, 0, 0 }, 8 }, /* longer than the file */
        { { 1, 4, 0, 0, 0, 0, 1, 4 }, 8 }, /* a second one begins */
        { { 1, 4, 0, 0, 0, 0, 0 }, 7 },    /* a byte too many */
        { { 1, 4, 0 }, 3 },
    };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_false(ob_smbios_give_bytes(f->given, rows[i].bytes, rows[i].size, &f->error));
        g_assert_cmpstr(f->text, ==,
                        "it is not one structure, expected a header, its length of bytes, strings "
                        "and two zeros");
    }
    smbios_build(f);
    g_assert_cmpuint(f->tables->data[0], ==, 1); /* none was kept: the machine's own is there */
    g_assert_cmpuint(f->tables->data[1], ==, 27);
}

static void test_too_many_strings(SmbiosFixture *f, gconstpointer data)
{
    const ObOption option = { "value", "x" };

    (void)data;
    for (uint32_t i = 0; i < 255; i++) {
        smbios_give(f, 11, "value", "x");
    }
    g_assert_false(ob_smbios_give(f->given, 11, &option, 1, &f->error));
    g_assert_cmpstr(f->text, ==, "value: more than 255 strings");
    smbios_build(f);
    g_assert_cmpuint(smbios_find(f, 11, 0)[4], ==, 255);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    SMBIOS_TEST("bytes-of-each-structure-that-is-given", test_bytes_of_all);
    SMBIOS_TEST("given/kinds-of-devices", test_kinds);
    SMBIOS_TEST("given/number-wider-than-its-field", test_widths);
    SMBIOS_TEST("given/functions", test_functions);
    SMBIOS_TEST("given/unknown-function", test_unknown_function);
    SMBIOS_TEST("given/whole-structure", test_replaced_structure);
    SMBIOS_TEST("given/structure-after-fields", test_structure_after_fields);
    SMBIOS_TEST("given/fields-after-structure", test_fields_after_structure);
    SMBIOS_TEST("given/broken-structures", test_broken_structures);
    SMBIOS_TEST("given/too-many-strings", test_too_many_strings);
    return g_test_run();
}
