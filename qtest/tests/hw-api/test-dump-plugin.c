/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qtest/host/help/dump-plugin.c: the output of --dump-plugin for a file. */
#include <glib.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "qtest/host/help/dump-plugin.h"

static HW_ERROR(error, 512);

static const char *fixture(const char *name)
{
    return g_test_get_filename(G_TEST_BUILT, "plugins", name, NULL);
}

/* Returns the text; the caller frees it with free(). */
static char *dump(const char *path, bool json)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    g_assert_true(ob_dump_plugin(path, json, out, &error));
    fclose(out);
    return text;
}

static const char lamp_text[] =
    "lamps\n"
    "\n"
    "device lamp: a lamp\n"
    "  needs hw.clock/1\n"
    "  at most one lamp in a machine\n"
    "  properties\n"
    "    dimmable  bool     on              whether it dims\n"
    "    watts     uint32   40    1 to 100  power (can be set at run time)\n"
    "    serial    uint64   7               serial number\n"
    "    addr      address  auto            address\n"
    "    label     string   none            text on it\n"
    "  region registers: registers, 0x100 bytes of memory at addr\n"
    "    offset  name    reset       rw          w1c         write-only  fields\n"
    "    0x00    POWER   0x00000001  0x00000001  0x00000002  0x00000004  "
    "on[0] failed[1] blink[2]\n"
    "    0x04    COLOUR  -           0x00ffffff  -           -           rgb[23:0]\n"
    "  region ports: mmio, 0x4 bytes of io at 0x500\n"
    "  region buffer: ram, 0x1000 bytes of memory at addr + 0x1000, only if dimmable, "
    "RAM block lamp-buffer\n"
    "  region rom: rom-device, 0x2000 bytes of memory at 0xfe000000\n"
    "  fw_cfg file etc/lamp-levels: 6 bytes, guest-writable\n"
    "  fw_cfg file etc/lamp-log: 65536 bytes, only if dimmable\n"
    "  state lamp: version 2, loads from 1\n"
    "    regs    uint32[2]\n"
    "    serial  uint64     since version 2\n"
    "    subsection lamp/levels: version 1\n"
    "      levels  uint8[6]\n";

static void text_shows_everything(void)
{
    g_autofree char *expected = g_strdup_printf(
        "fixture 1.2.3, GPL-2.0-or-later, ABI 1.0, from %s\n%s", fixture("good.so"), lamp_text);
    char *text = dump(fixture("good.so"), false);

    g_assert_cmpstr(text, ==, expected);
    free(text);
}

static const char card_text[] =
    "\n"
    "device card\n"
    "  needs hw.pci/1\n"
    "  PCI Express function 1234:cafe, class 118000, revision 02, pin INTA, MSI with 4, MSI-X "
    "with 3 in BAR 5\n"
    "    BAR 0: 0x20 bytes of memory\n"
    "    BAR 1: 0x10 bytes of io\n"
    "    BAR 2: 0x100000 bytes of memory, 64 bits, prefetchable\n"
    "    capability vendor: id 0x09, 8 bytes\n"
    "      offset  name     reset       rw          w1c  write-only  fields\n"
    "      0x00    LENGTH   0x00080000  -           -    -\n"
    "      0x04    SCRATCH  -           0xffffffff  -    -\n"
    "    extended capability serial: id 0x03, 12 bytes at 0x100\n"
    "  inputs: 2 with the name button\n"
    "  outputs: 3 with the name led\n"
    "  region regs: registers, 0x20 bytes of BAR 0 at 0x0, ones where no register is\n"
    "    offset  name     reset  rw          w1c  write-only  fields  bytes\n"
    "    0x00    CONTROL  -      0x00000001  -    -           on[0]   1 to 8\n"
    "    0x04    LEVEL    -      -           -    -                   1 to 4\n"
    "  region ports: mmio, 0xc bytes of BAR 1 at 0x0\n"
    "  region buffer: ram, 0x2000 bytes of BAR 2 at 0x1000, RAM block card-buffer\n";

static void text_shows_pci_functions(void)
{
    g_autofree char *expected = g_strdup_printf("cards 1, GPL-2.0-or-later, ABI 1.0, from %s\n%s",
                                                fixture("card.so"), card_text);
    char *text = dump(fixture("card.so"), false);

    g_assert_cmpstr(text, ==, expected);
    free(text);
}

/* Returns the member at a path of keys and indexes, such as "devices/0/name". */
static json_t *member(json_t *root, const char *path)
{
    g_auto(GStrv) steps = g_strsplit(path, "/", -1);

    for (char **step = steps; *step; step++) {
        root = json_is_array(root) ? json_array_get(root, (size_t)atoi(*step))
                                   : json_object_get(root, *step);
        g_assert_nonnull(root);
    }
    return root;
}

static json_t *dump_json(const char *path)
{
    char *text = dump(path, true);
    json_error_t where;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &where);

    g_assert_nonnull(root);
    free(text);
    return root;
}

typedef struct Member {
    const char *path;
    const char *text; /* NULL: compare the number */
    int64_t number;
} Member;

static const Member lamp_members[] = {
    { "name", "fixture", 0 },
    { "version", "1.2.3", 0 },
    { "licence", "GPL-2.0-or-later", 0 },
    { "description", "lamps", 0 },
    { "abi/major", NULL, 1 },
    { "devices/0/name", "lamp", 0 },
    { "devices/0/description", "a lamp", 0 },
    { "devices/0/services/0", "hw.clock/1", 0 },
    { "devices/0/at-most-one", "lamp", 0 },
    { "devices/0/properties/1/type", "uint32", 0 },
    { "devices/0/properties/1/default", NULL, 40 },
    { "devices/0/properties/1/minimum", NULL, 1 },
    { "devices/0/properties/1/maximum", NULL, 100 },
    { "devices/0/properties/1/run-time", "true", 0 },
    { "devices/0/properties/2/run-time", "false", 0 },
    { "devices/0/properties/2/maximum", "0xffffffffffffffff", 0 },
    { "devices/0/properties/3/default", "auto", 0 },
    { "devices/0/properties/4/default", "none", 0 },
    { "devices/0/regions/0/kind", "registers", 0 },
    { "devices/0/regions/0/base", "addr", 0 },
    { "devices/0/regions/0/registers/0/w1c", NULL, 2 },
    { "devices/0/regions/0/registers/0/write-only", NULL, 4 },
    { "devices/0/regions/0/registers/1/offset", NULL, 4 },
    { "devices/0/regions/0/registers/1/fields/0/width", NULL, 24 },
    { "devices/0/regions/1/space", "io", 0 },
    { "devices/0/regions/2/enabled", "dimmable", 0 },
    { "devices/0/regions/2/ram-block", "lamp-buffer", 0 },
    { "devices/0/regions/3/offset", NULL, 0xfe000000 },
    { "devices/0/fw-cfg-files/0/name", "etc/lamp-levels", 0 },
    { "devices/0/fw-cfg-files/0/size", NULL, 6 },
    { "devices/0/fw-cfg-files/1/enabled", "dimmable", 0 },
    { "devices/0/state/version", NULL, 2 },
    { "devices/0/state/minimum-version", NULL, 1 },
    { "devices/0/state/fields/1/since", NULL, 2 },
    { "devices/0/state/subsections/0/name", "lamp/levels", 0 },
    { "devices/0/state/subsections/0/fields/0/type", "uint8", 0 },
    { "devices/0/state/subsections/0/fields/0/count", NULL, 6 },
};

static void members_check(const char *path, const Member *members, size_t count)
{
    json_t *root = dump_json(path);

    for (size_t i = 0; i < count; i++) {
        const json_t *value = member(root, members[i].path);

        if (json_is_boolean(value)) {
            g_assert_cmpstr(json_is_true(value) ? "true" : "false", ==, members[i].text);
        } else if (members[i].text) {
            g_assert_cmpstr(json_string_value(value), ==, members[i].text);
        } else {
            g_assert_true(json_is_integer(value));
            g_assert_cmpint(json_integer_value(value), ==, members[i].number);
        }
    }
    json_decref(root);
}

static void json_shows_everything(void)
{
    members_check(fixture("good.so"), lamp_members, G_N_ELEMENTS(lamp_members));
}

static const Member card_members[] = {
    { "devices/0/gpio/inputs/name", "button", 0 },
    { "devices/0/gpio/inputs/number", NULL, 2 },
    { "devices/0/gpio/outputs/name", "led", 0 },
    { "devices/0/gpio/outputs/number", NULL, 3 },
    { "devices/0/regions/0/ones", "true", 0 },
    { "devices/0/regions/0/registers/1/access-min", NULL, 1 },
    { "devices/0/regions/0/registers/1/access-max", NULL, 4 },
    { "devices/0/pci/vendor", NULL, 0x1234 },
    { "devices/0/pci/device", NULL, 0xcafe },
    { "devices/0/pci/subsystem-vendor", NULL, 0x1af4 },
    { "devices/0/pci/subsystem", NULL, 0x1101 },
    { "devices/0/pci/class", NULL, 0x118000 },
    { "devices/0/pci/revision", NULL, 2 },
    { "devices/0/pci/express", "true", 0 },
    { "devices/0/pci/message-by-event", "false", 0 },
    { "devices/0/pci/pin", "true", 0 },
    { "devices/0/pci/msi-vectors", NULL, 4 },
    { "devices/0/pci/msix-vectors", NULL, 3 },
    { "devices/0/pci/msix-bar", NULL, 5 },
    { "devices/0/pci/bars/0/size", NULL, 0x20 },
    { "devices/0/pci/bars/0/space", "memory", 0 },
    { "devices/0/pci/bars/1/number", NULL, 1 },
    { "devices/0/pci/bars/1/space", "io", 0 },
    { "devices/0/pci/bars/2/size", NULL, 1 << 20 },
    { "devices/0/pci/bars/2/64-bit", "true", 0 },
    { "devices/0/pci/bars/2/prefetchable", "true", 0 },
    { "devices/0/pci/capabilities/0/name", "vendor", 0 },
    { "devices/0/pci/capabilities/0/id", NULL, 9 },
    { "devices/0/pci/capabilities/0/size", NULL, 8 },
    { "devices/0/pci/capabilities/0/registers/1/rw", NULL, 0xffffffff },
    { "devices/0/pci/capabilities/1/offset", NULL, 0x100 },
    { "devices/0/pci/capabilities/1/extended-version", NULL, 1 },
    { "devices/0/regions/1/space", "bar", 0 },
    { "devices/0/regions/1/bar", NULL, 1 },
};

static void json_shows_pci_functions(void)
{
    members_check(fixture("card.so"), card_members, G_N_ELEMENTS(card_members));
}

static void missing_parts_are_null(void)
{
    json_t *root = dump_json(fixture("newer.so"));

    g_assert_true(json_is_null(member(root, "description")));
    g_assert_true(json_is_null(member(root, "devices/0/pci")));
    g_assert_true(json_is_null(member(root, "devices/0/regions/0/base")));
    json_decref(root);
}

/* The fixture's constructor would set the variable. */
static void no_code_runs(void)
{
    g_unsetenv("OUTBOARD_FIXTURE_RAN");
    free(dump(fixture("good.so"), false));
    free(dump(fixture("good.so"), true));
    g_assert_null(g_getenv("OUTBOARD_FIXTURE_RAN"));
}

static void refused_file_prints_nothing(void)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    g_assert_false(ob_dump_plugin("/nowhere/x.so", false, out, &error));
    g_assert_cmpstr(error.text, ==, "/nowhere/x.so: can't be opened: No such file or directory");
    fclose(out);
    g_assert_cmpuint(size, ==, 0);
    free(text);
}

static void full_output_is_an_error(void)
{
    FILE *out = fopen("/dev/full", "w");

    if (!out) {
        g_test_skip("there is no /dev/full");
        return;
    }
    g_assert_false(ob_dump_plugin(fixture("good.so"), false, out, &error));
    g_assert_true(g_str_has_suffix(error.text, "can't be shown: No space left on device"));
    fclose(out);
    out = fopen("/dev/full", "w");
    g_assert_false(ob_dump_plugin(fixture("good.so"), true, out, &error));
    g_assert_true(g_str_has_suffix(error.text, "can't be shown: No space left on device"));
    fclose(out);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dump-plugin/text-shows-everything", text_shows_everything);
    g_test_add_func("/dump-plugin/json-shows-everything", json_shows_everything);
    g_test_add_func("/dump-plugin/text-shows-pci-functions", text_shows_pci_functions);
    g_test_add_func("/dump-plugin/json-shows-pci-functions", json_shows_pci_functions);
    g_test_add_func("/dump-plugin/missing-parts-are-null-in-json", missing_parts_are_null);
    g_test_add_func("/dump-plugin/no-code-runs", no_code_runs);
    g_test_add_func("/dump-plugin/refused-file-prints-nothing", refused_file_prints_nothing);
    g_test_add_func("/dump-plugin/full-output-is-an-error", full_output_is_an_error);
    return g_test_run();
}
