/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Connected outputs, and either end that leaves: two pci-idio-16 in slots of pc, in our program and,
 * through the bridge, in stock QEMU.  OB_PROGRAM names the program, OB_ARGUMENTS has its way to the
 * device.
 */
#include <string.h>

#include "qtest/client/drivers/pci.h"
#include "qtest/text/json.h"

#define CARD "-device pci-idio-16,id=card,addr=4 "
#define LAMP "-device pci-idio-16,id=lamps,addr=5,"

enum { OUT_LOW = 0, IN_LOW = 1 };
enum { CARD_SLOT = 4, LAMP_SLOT = 5, DECODE_IO = 1, TIMEOUT_MS = 30000 };

typedef struct Two {
    ObClient *c;
    PciBus bus;
    PciBar card, lamps;
} Two;

static PciBar card_open(Two *f, uint32_t slot)
{
    uint32_t address = PCI_ADDRESS(slot, 0);
    PciBar bar = pci_bar_map(&f->bus, address, 2);

    pci_command(&f->bus, address, DECODE_IO);
    return bar;
}

static void set_up(Two *f, gconstpointer data)
{
    const char *accelerator = g_getenv("OB_ACCELERATOR");
    g_autofree char *arguments = g_strdup_printf("-M pc -nodefaults %s " CARD LAMP "%s",
                                                 g_getenv("OB_ARGUMENTS"), (const char *)data);
    const ObStart start = { .program = g_getenv("OB_PROGRAM"),
                            .accelerator = accelerator,
                            .halts = strcmp(accelerator, "qtest") != 0,
                            .arguments = arguments };
    HW_ERROR(error, 4096);

    f->c = ob_client_start(&start, &error);
    g_assert_cmpstr(error.text, ==, "");
    f->bus = pci_of_pc(f->c);
    f->card = card_open(f, CARD_SLOT);
    f->lamps = card_open(f, LAMP_SLOT);
}

static void tear_down(Two *f, gconstpointer data)
{
    (void)data;
    ob_client_quit(f->c);
}

static void drive(Two *f, uint8_t levels)
{
    pci_bar_write(&f->lamps, OUT_LOW, levels, 1);
}

static uint32_t seen(Two *f)
{
    return (uint32_t)pci_bar_read(&f->card, IN_LOW, 1);
}

static void unplug(Two *f, const char *id, uint32_t slot)
{
    json_t *event;

    json_decref(ob_client_qmp(f->c, "device_del", json_pack("{s:s}", "id", id), NULL));
    pci_acpi_eject(&f->bus, slot);
    event = ob_client_qmp_event(f->c, "DEVICE_DELETED", TIMEOUT_MS);
    g_assert_nonnull(event);
    json_decref(event);
}

/* `key` NULL: no connection. */
static PciBar plug(Two *f, const char *id, uint32_t slot, const char *key, const char *value)
{
    g_autofree char *place = g_strdup_printf("%u", slot);
    json_t *arguments = json_pack("{s:s, s:s, s:s}", "driver", "pci-idio-16", "id", id, "addr",
                                  place);

    if (key) {
        json_object_set_new(arguments, key, json_string(value));
    }
    json_decref(ob_client_qmp(f->c, "device_add", arguments, NULL));
    return card_open(f, slot);
}

static void test_drives(Two *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(seen(f), ==, 0);
    drive(f, 0x04);
    g_assert_cmphex(seen(f), ==, 0x20);
    drive(f, 0x03);
    g_assert_cmphex(seen(f), ==, 0x01);
    drive(f, 0);
    g_assert_cmphex(seen(f), ==, 0);
}

/* QEMU's link keeps a line for as long as it names it. */
static void assert_not_linked(Two *f)
{
    json_t *link = ob_client_qmp(f->c, "qom-get",
                                 json_pack("{s:s, s:s}", "path", "/machine/peripheral/lamps",
                                           "property", "out[2]"),
                                 NULL);

    g_assert_cmpstr(json_string_value(link), ==, "");
    json_decref(link);
}

/* A new device with the id of the old one is not connected. */
static void test_target_leaves(Two *f, gconstpointer data)
{
    (void)data;
    drive(f, 0x04);
    unplug(f, "card", CARD_SLOT);
    drive(f, 0);
    drive(f, 0xff);
    if (g_getenv("OB_RELEASE")) {
        assert_not_linked(f);
    }
    f->card = plug(f, "card", CARD_SLOT, NULL, NULL);
    drive(f, 0);
    drive(f, 0xff);
    g_assert_cmphex(seen(f), ==, 0);
}

static void test_source_leaves(Two *f, gconstpointer data)
{
    (void)data;
    drive(f, 0x05);
    g_assert_cmphex(seen(f), ==, 0x21);
    unplug(f, "lamps", LAMP_SLOT);
    g_assert_cmphex(seen(f), ==, 0);
    f->lamps = plug(f, "lamps", LAMP_SLOT, "out[7]", "card:5");
    drive(f, 0x80);
    g_assert_cmphex(seen(f), ==, 0x20);
}

static void test_both_leave(Two *f, gconstpointer data)
{
    (void)data;
    for (int i = 0; i < 3; i++) {
        drive(f, 0x05);
        unplug(f, "card", CARD_SLOT);
        unplug(f, "lamps", LAMP_SLOT);
        f->card = plug(f, "card", CARD_SLOT, NULL, NULL);
        f->lamps = plug(f, "lamps", LAMP_SLOT, "out[0]", "card:3");
        drive(f, 0x01);
        g_assert_cmphex(seen(f), ==, 0x08);
    }
}

/* A refused device leaves nothing behind: the input is free. */
static void test_refused(Two *f, gconstpointer data)
{
    json_t *error = NULL;
    json_t *arguments = json_pack("{s:s, s:s, s:s, s:s, s:s}", "driver", "pci-idio-16", "id",
                                  "more", "addr", "6", "out[0]", "card:7", "out[1]", "card:5");

    (void)data;
    g_assert_null(ob_client_qmp(f->c, "device_add", arguments, &error));
    g_assert_cmpstr(json_string_value(json_object_get(error, "desc")), ==,
                    "more: out[1]: input 5 of 'card' is taken by output 2 of 'lamps'");
    json_decref(error);
    plug(f, "more", 6, "out[0]", "card:7");
    drive(f, 0x04);
    g_assert_cmphex(seen(f), ==, 0x20);
}

#define TEST(path, function) \
    g_test_add("/lines-plug/" path, Two, "out[2]=card:5,out[0]=card:0", set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("option-connects-two-cards", test_drives);
    TEST("target-takes-the-connection-along", test_target_leaves);
    TEST("source-lets-the-input-go-low", test_source_leaves);
    TEST("both-ends-leave-and-come-again", test_both_leave);
    TEST("refused-device-leaves-the-input-free", test_refused);
    return g_test_run();
}
