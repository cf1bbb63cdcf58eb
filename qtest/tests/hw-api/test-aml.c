/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The AML assembler: it makes each encoding, and remembers mistakes. */
#include <glib.h>
#include <string.h>

#include "hw-api/device/aml.h"

typedef struct Bench {
    uint8_t bytes[0x20000];
    HwAml aml;
} Bench;

static HwAml *bench_start(Bench *b)
{
    hw_aml_init(&b->aml, b->bytes, sizeof(b->bytes));
    return &b->aml;
}

/* `hex` has the expected bytes: "0a ff". */
static void assert_aml(const HwAml *aml, const char *hex)
{
    GString *got = g_string_new(NULL);

    for (uint32_t i = 0; i < aml->size; i++) {
        g_string_append_printf(got, "%s%02x", i ? " " : "", aml->bytes[i]);
    }
    g_assert_cmpstr(got->str, ==, hex);
    g_assert_true(hw_aml_done(aml));
    g_string_free(got, TRUE);
}

static void test_integer_smallest(void)
{
    static const struct {
        uint64_t value;
        const char *hex;
    } cases[] = {
        { 0, "00" },
        { 1, "01" },
        { 2, "0a 02" },
        { 0xff, "0a ff" },
        { 0x100, "0b 00 01" },
        { 0xffff, "0b ff ff" },
        { 0x10000, "0c 00 00 01 00" },
        { 0xffffffff, "0c ff ff ff ff" },
        { UINT64_C(0x100000000), "0e 00 00 00 00 01 00 00 00" },
    };
    g_autofree Bench *b = g_new(Bench, 1);

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        hw_aml_integer(bench_start(b), cases[i].value);
        assert_aml(&b->aml, cases[i].hex);
    }
}

static void test_integer_fixed(void)
{
    g_autofree Bench *b = g_new(Bench, 1);
    HwAml *aml = bench_start(b);

    hw_aml_name(aml, "VGIA");
    g_assert_cmpuint(hw_aml_fixed_dword(aml, 0), ==, 6);
    g_assert_cmpuint(hw_aml_fixed_qword(aml, 1), ==, 11);
    assert_aml(aml, "08 56 47 49 41 0c 00 00 00 00 0e 01 00 00 00 00 00 00 00");
}

static void test_integer_fixed_enclosed(void)
{
    g_autofree Bench *b = g_new(Bench, 1);
    HwAml *aml = bench_start(b);

    hw_aml_scope(aml, "\\_SB");
    hw_aml_name(aml, "VGIA");
    hw_aml_fixed_dword(aml, 0);
    hw_aml_end(aml);
    g_assert_false(hw_aml_done(aml));
}

static void test_string(void)
{
    g_autofree Bench *b = g_new(Bench, 1);

    hw_aml_string(bench_start(b), "1.3");
    assert_aml(&b->aml, "0d 31 2e 33 00");
}

static void test_unicode(void)
{
    g_autofree Bench *b = g_new(Bench, 1);

    hw_aml_unicode(bench_start(b), "TP");
    assert_aml(&b->aml, "11 09 0a 06 54 00 50 00 00 00");
}

static void test_text_beyond_ascii(void)
{
    g_autofree Bench *b = g_new(Bench, 1);

    hw_aml_string(bench_start(b), "gr\xc3\xbc");
    g_assert_false(hw_aml_done(&b->aml));
    hw_aml_unicode(bench_start(b), "gr\xc3\xbc");
    g_assert_false(hw_aml_done(&b->aml));
}

static void test_eisa_id(void)
{
    g_autofree Bench *b = g_new(Bench, 1);

    hw_aml_eisa_id(bench_start(b), "PNP0A03");
    assert_aml(&b->aml, "0c 41 d0 0a 03");
}

static void test_eisa_id_malformed(void)
{
    static const char *const ids[] = { "", "PN", "pnp0A03", "PNP0A0", "PNP0A0G", "PNP0A030" };
    g_autofree Bench *b = g_new(Bench, 1);

    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
        hw_aml_eisa_id(bench_start(b), ids[i]);
        g_assert_false(hw_aml_done(&b->aml));
    }
}

static void test_uuid(void)
{
    g_autofree Bench *b = g_new(Bench, 1);

    hw_aml_uuid(bench_start(b), "00112233-4455-6677-8899-aabbccddeeff");
    assert_aml(&b->aml, "11 13 0a 10 33 22 11 00 55 44 77 66 88 99 aa bb cc dd ee ff");
}

static void test_uuid_malformed(void)
{
    static const char *const uuids[] = {
        "",
        "00112233-4455-6677-8899-aabbccddeef",
        "00112233-4455-6677-8899-aabbccddeefg",
        "00112233_4455_6677_8899_aabbccddeeff",
        "001122330445506677088990aabbccddeeff",
    };
    g_autofree Bench *b = g_new(Bench, 1);

    for (size_t i = 0; i < G_N_ELEMENTS(uuids); i++) {
        hw_aml_uuid(bench_start(b), uuids[i]);
        g_assert_false(hw_aml_done(&b->aml));
    }
}

static void test_name_forms(void)
{
    static const struct {
        const char *path;
        const char *hex;
    } cases[] = {
        { "", "00" },
        { "\\", "5c 00" },
        { "STA", "53 54 41 5f" },
        { "^PCI0", "5e 50 43 49 30" },
        { "\\_SB.VGEN", "5c 2e 5f 53 42 5f 56 47 45 4e" },
        { "A.B.C", "2f 03 41 5f 5f 5f 42 5f 5f 5f 43 5f 5f 5f" },
    };
    g_autofree Bench *b = g_new(Bench, 1);

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        hw_aml_reference(bench_start(b), cases[i].path);
        assert_aml(&b->aml, cases[i].hex);
    }
}

static void test_name_malformed(void)
{
    static const char *const paths[] = { "1ABC", "ABCDE", "abc", "A.", ".A", "A..B", "A B" };
    g_autofree Bench *b = g_new(Bench, 1);

    for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
        hw_aml_reference(bench_start(b), paths[i]);
        g_assert_false(hw_aml_done(&b->aml));
    }
}

/* A PkgLength counts its own bytes.  So it gets another byte before the content alone needs it. */
static void test_length_forms(void)
{
    static const struct {
        uint32_t content; /* length of the enclosed string */
        const char *hex;  /* the expected PkgLength */
    } cases[] = {
        { 0x3e, "3f" },        { 0x3f, "41 04" },       { 0xffd, "4f ff" },
        { 0xffe, "81 00 01" }, { 0x10000, "83 00 10" },
    };
    g_autofree Bench *b = g_new(Bench, 1);

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strnfill(cases[i].content - 2, 'x');
        g_autofree char *hex = NULL;
        GString *got = g_string_new(NULL);
        HwAml *aml = bench_start(b);

        hw_aml_if(aml);
        hw_aml_string(aml, text);
        hw_aml_end(aml);
        g_assert_true(hw_aml_done(aml));
        for (uint32_t j = 1; j < aml->size - cases[i].content; j++) {
            g_string_append_printf(got, "%s%02x", j > 1 ? " " : "", aml->bytes[j]);
        }
        hex = g_string_free(got, FALSE);
        g_assert_cmpstr(hex, ==, cases[i].hex);
    }
}

static void test_method(void)
{
    g_autofree Bench *b = g_new(Bench, 1);
    HwAml *aml = bench_start(b);

    hw_aml_method(aml, "TPFN", 1 | HW_AML_SERIALIZED);
    hw_aml_if(aml);
    hw_aml_op(aml, HW_AML_LOGICAL_NOT);
    hw_aml_op(aml, HW_AML_LESS);
    hw_aml_op(aml, HW_AML_ARG0);
    hw_aml_integer(aml, 0x100);
    hw_aml_op(aml, HW_AML_RETURN);
    hw_aml_integer(aml, 0);
    hw_aml_end(aml);
    hw_aml_else(aml);
    hw_aml_op(aml, HW_AML_STORE);
    hw_aml_op(aml, HW_AML_ARG0);
    hw_aml_op(aml, HW_AML_LOCAL0 + 2);
    hw_aml_end(aml);
    hw_aml_end(aml);
    assert_aml(aml, "14 15 54 50 46 4e 09 a0 09 92 95 68 0b 00 01 a4 00 a1 04 70 68 62");
}

static void test_package_and_buffer(void)
{
    g_autofree Bench *b = g_new(Bench, 1);
    HwAml *aml = bench_start(b);

    hw_aml_package(aml, 2);
    hw_aml_integer(aml, 0);
    hw_aml_buffer(aml, "\xff\x01", 2);
    hw_aml_end(aml);
    assert_aml(aml, "12 09 02 00 11 05 0a 02 ff 01");
}

static void test_field(void)
{
    g_autofree Bench *b = g_new(Bench, 1);
    HwAml *aml = bench_start(b);

    hw_aml_operation_region(aml, "TPP2", HW_AML_SYSTEM_MEMORY);
    hw_aml_integer(aml, 0x100);
    hw_aml_integer(aml, 0x5a);
    hw_aml_field(aml, "TPP2", HW_AML_BYTE_ACCESS);
    hw_aml_field_unit(aml, "PPIN", 8);
    hw_aml_field_skip(aml, 0x40);
    hw_aml_end(aml);
    assert_aml(aml, "5b 80 54 50 50 32 00 0b 00 01 0a 5a "
                    "5b 81 0e 54 50 50 32 01 50 50 49 4e 08 00 40 04");
}

static void test_resources(void)
{
    g_autofree Bench *b = g_new(Bench, 1);
    HwAml *aml = bench_start(b);

    hw_aml_resources(aml);
    hw_aml_memory32_fixed(aml, 0xfed40000, 0x1000, true);
    hw_aml_interrupt(aml, 232, HW_AML_INTERRUPT_EDGE);
    hw_aml_end(aml);
    assert_aml(aml, "11 1a 0a 17 86 09 00 01 00 00 d4 fe 00 10 00 00 "
                    "89 06 00 03 01 e8 00 00 00 79 00");
}

/* ACPI 6.4, 6.4.2.5 and 6.4.3.5.1: an I/O port descriptor, and QWord address spaces. */
static void test_ports_and_wide_memory(void)
{
    g_autofree Bench *b = g_new(Bench, 1);
    HwAml *aml = bench_start(b);

    hw_aml_resources(aml);
    hw_aml_io_ports(aml, 0x3f8, 8);
    hw_aml_memory64(aml, UINT64_C(0x123456789000), 0x1000, true);
    hw_aml_memory64(aml, UINT64_C(0x100000000), 1, false);
    hw_aml_cacheable64(aml, UINT64_C(0x100000000), 0x200, true);
    hw_aml_end(aml);
    assert_aml(aml, "11 48 09 0a 94 47 01 f8 03 f8 03 00 08 "
                    "8a 2b 00 00 0c 01 00 00 00 00 00 00 00 00 00 90 78 56 34 12 00 00 "
                    "ff 9f 78 56 34 12 00 00 00 00 00 00 00 00 00 00 00 10 00 00 00 00 00 00 "
                    "8a 2b 00 00 0c 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00 "
                    "00 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 "
                    "8a 2b 00 00 0c 03 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00 "
                    "ff 01 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 02 00 00 00 00 00 00 "
                    "79 00");
}

static void test_bridge_windows(void)
{
    g_autofree Bench *b = g_new(Bench, 1);
    HwAml *aml = bench_start(b);

    hw_aml_resources(aml);
    hw_aml_bus_numbers(aml, 0, 0xff);
    hw_aml_io_window(aml, 0xd00, 0xffff, 0x3eff0000);
    hw_aml_end(aml);
    assert_aml(aml, "11 2f 0a 2c 88 0d 00 02 0c 00 00 00 00 00 ff 00 00 00 00 01 "
                    "87 17 00 01 0c 03 00 00 00 00 00 0d 00 00 ff ff 00 00 "
                    "00 00 ff 3e 00 f3 00 00 79 00");
}

static void test_event_gpe(void)
{
    const HwAcpiEvent event = { HW_ACPI_EVENT_GPE, 5 };
    g_autofree Bench *b = g_new(Bench, 1);

    hw_aml_event_handler(bench_start(b), &event, "\\_SB.VGEN");
    assert_aml(&b->aml, "14 19 5c 2e 5f 47 50 45 5f 45 30 35 00 86 5c 2e 5f 53 42 5f "
                        "56 47 45 4e 0a 80");
}

static void test_event_ged(void)
{
    const HwAcpiEvent event = { HW_ACPI_EVENT_GED, 0xfff };
    g_autofree Bench *b = g_new(Bench, 1);

    hw_aml_event_handler(bench_start(b), &event, "VGEN");
    assert_aml(&b->aml,
               "10 4f 04 5c 5f 53 42 5f 5b 82 46 04 47 46 46 46 08 5f 48 49 44 0d 41 43 50 49 "
               "30 30 31 33 00 08 5f 55 49 44 0b ff 0f 08 5f 43 52 53 11 0e 0a 0b "
               "89 06 00 03 01 ff 0f 00 00 79 00 14 14 5f 45 56 54 09 a0 0d 93 68 0b ff 0f "
               "86 56 47 45 4e 0a 80");
}

/* The last number of each kind; the first invalid ones follow below. */
static void test_event_last_gpe(void)
{
    const HwAcpiEvent event = { HW_ACPI_EVENT_GPE, 0xff };
    g_autofree Bench *b = g_new(Bench, 1);

    hw_aml_event_handler(bench_start(b), &event, "VGEN");
    assert_aml(&b->aml, "14 13 5c 2e 5f 47 50 45 5f 45 46 46 00 86 56 47 45 4e 0a 80");
}

static void test_event_unknown(void)
{
    const HwAcpiEvent events[] = {
        { 0, 5 }, { 3, 5 }, { HW_ACPI_EVENT_GPE, 0x100 }, { HW_ACPI_EVENT_GED, 0x1000 }
    };
    g_autofree Bench *b = g_new(Bench, 1);

    for (size_t i = 0; i < G_N_ELEMENTS(events); i++) {
        hw_aml_event_handler(bench_start(b), &events[i], "\\_SB.VGEN");
        g_assert_false(hw_aml_done(&b->aml));
    }
}

static void method_most(HwAml *aml)
{
    hw_aml_method(aml, "M", 7 | HW_AML_SERIALIZED);
    hw_aml_end(aml);
}

static void method_too_many(HwAml *aml)
{
    hw_aml_method(aml, "M", (7 | HW_AML_SERIALIZED) + 1);
    hw_aml_end(aml);
}

static void field_with(HwAml *aml, const char *name, uint32_t bits)
{
    hw_aml_field(aml, "R", HW_AML_BYTE_ACCESS);
    hw_aml_field_unit(aml, name, bits);
    hw_aml_end(aml);
}

static void field_most(HwAml *aml)
{
    field_with(aml, "F", (UINT32_C(1) << 28) - 1);
}

static void field_too_long(HwAml *aml)
{
    field_with(aml, "F", UINT32_C(1) << 28);
}

static void field_path(HwAml *aml)
{
    field_with(aml, "F.G", 8);
}

static void name_of(HwAml *aml, uint32_t segments)
{
    g_autoptr(GString) path = g_string_new("N");

    for (uint32_t i = 1; i < segments; i++) {
        g_string_append(path, ".N");
    }
    hw_aml_reference(aml, path->str);
}

static void name_longest(HwAml *aml)
{
    name_of(aml, 255);
}

static void name_too_long(HwAml *aml)
{
    name_of(aml, 256);
}

static const struct {
    void (*write)(HwAml *aml);
    bool good;
} limits[] = {
    { method_most, true },     { method_too_many, false }, { field_most, true },
    { field_too_long, false }, { field_path, false },      { name_longest, true },
    { name_too_long, false },
};

static void test_limits(void)
{
    g_autofree Bench *b = g_new(Bench, 1);

    for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
        g_test_message("limit %zu", i);
        limits[i].write(bench_start(b));
        g_assert_cmpint(hw_aml_done(&b->aml), ==, limits[i].good);
    }
}

/* For any size of the buffer, nothing is written behind it. */
static void test_overflow(void)
{
    const HwAcpiEvent event = { HW_ACPI_EVENT_GED, 232 };
    uint8_t bytes[256];
    HwAml aml;
    uint32_t whole;

    hw_aml_init(&aml, bytes, sizeof(bytes));
    hw_aml_event_handler(&aml, &event, "\\_SB.VGEN");
    g_assert_true(hw_aml_done(&aml));
    whole = aml.size;
    for (uint32_t room = 0; room < whole; room++) {
        memset(bytes, 0xee, sizeof(bytes));
        hw_aml_init(&aml, bytes, room);
        hw_aml_event_handler(&aml, &event, "\\_SB.VGEN");
        g_assert_false(hw_aml_done(&aml));
        g_assert_cmphex(bytes[room], ==, 0xee);
    }
}

static void test_end_missing(void)
{
    g_autofree Bench *b = g_new(Bench, 1);

    hw_aml_scope(bench_start(b), "\\_SB");
    g_assert_false(hw_aml_done(&b->aml));
}

static void test_end_too_many(void)
{
    g_autofree Bench *b = g_new(Bench, 1);

    hw_aml_end(bench_start(b));
    g_assert_false(hw_aml_done(&b->aml));
}

static void test_nesting_too_deep(void)
{
    g_autofree Bench *b = g_new(Bench, 1);
    HwAml *aml = bench_start(b);

    for (uint32_t i = 0; i <= HW_AML_DEPTH_MAX; i++) {
        hw_aml_if(aml);
    }
    g_assert_false(hw_aml_done(aml));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/aml/integer/takes-fewest-bytes", test_integer_smallest);
    g_test_add_func("/aml/integer/fixed-size-returns-its-place", test_integer_fixed);
    g_test_add_func("/aml/integer/fixed-size-inside-a-scope-is-refused",
                    test_integer_fixed_enclosed);
    g_test_add_func("/aml/string/ends-with-zero", test_string);
    g_test_add_func("/aml/unicode/is-a-buffer", test_unicode);
    g_test_add_func("/aml/string/beyond-ascii-is-refused", test_text_beyond_ascii);
    g_test_add_func("/aml/eisa-id/is-compressed", test_eisa_id);
    g_test_add_func("/aml/eisa-id/malformed-is-refused", test_eisa_id_malformed);
    g_test_add_func("/aml/uuid/first-groups-are-swapped", test_uuid);
    g_test_add_func("/aml/uuid/malformed-is-refused", test_uuid_malformed);
    g_test_add_func("/aml/name/each-form", test_name_forms);
    g_test_add_func("/aml/name/malformed-is-refused", test_name_malformed);
    g_test_add_func("/aml/length/counts-itself-in-each-form", test_length_forms);
    g_test_add_func("/aml/method/if-and-else", test_method);
    g_test_add_func("/aml/package/holds-buffer", test_package_and_buffer);
    g_test_add_func("/aml/field/units-and-gaps", test_field);
    g_test_add_func("/aml/resources/get-size-and-end-tag", test_resources);
    g_test_add_func("/aml/resources/bridge-windows", test_bridge_windows);
    g_test_add_func("/aml/resources/ports-and-wide-memory", test_ports_and_wide_memory);
    g_test_add_func("/aml/event/ged-is-a-device", test_event_ged);
    g_test_add_func("/aml/event/last-gpe-is-a-method", test_event_last_gpe);
    g_test_add_func("/aml/limits/last-good-and-first-refused", test_limits);
    g_test_add_func("/aml/event/gpe-is-a-method", test_event_gpe);
    g_test_add_func("/aml/event/unknown-is-refused", test_event_unknown);
    g_test_add_func("/aml/overflow/writes-nothing-behind-the-buffer", test_overflow);
    g_test_add_func("/aml/end/missing-is-noticed", test_end_missing);
    g_test_add_func("/aml/end/too-many-are-refused", test_end_too_many);
    g_test_add_func("/aml/nesting/too-deep-is-refused", test_nesting_too_deep);
    return g_test_run();
}
