/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bochs-display in our program and, through the bridge, in stock QEMU.  There QEMU's own
 * bochs-display does the same, and both screens and registers must be the same: screen-pair.h.
 */
#include <string.h>

#include "qtest/client/drivers/pci.h"
#include "qtest/client/drivers/screen.h"
#include "qtest/tests/display/screen-pair.h"

enum { X_RES = 1, Y_RES, BPP, ENABLE, BANK, V_WIDTH, V_HEIGHT, X_OFF, Y_OFF, MEMORY, REGISTERS };

#define DISPI       0x500
#define BYTE_ORDER_ 0x604
#define VIDEO       (16u << 20)
#define NOISE       0x40000 /* bytes of video memory that tests fill */

typedef struct Card {
    PciBus bus;
    uint32_t address;
    PciBar video, mmio;
} Card;

static Card cards[2]; /* the pair's */

static void cards_find(void)
{
    for (guint i = 0; i < screen_pair.count; i++) {
        Card *card = &cards[i];

        card->bus = pci_of_pc(screen_pair.clients[i]);
        card->address = pci_find(&card->bus, 0x1234, 0x1111, 0);
        g_assert_cmphex(card->address, !=, PCI_NOT_FOUND);
        card->video = pci_bar_map(&card->bus, card->address, 0);
        card->mmio = pci_bar_map(&card->bus, card->address, 2);
        g_assert_cmphex(card->video.size, ==, VIDEO);
        g_assert_cmphex(card->mmio.size, ==, 0x1000);
        screen_noise(screen_pair.clients[i], card->video.address, NOISE, 1);
    }
}

/* Writes to both machines. */
static void wr(ScreenPair *f, uint32_t offset, uint32_t value, uint32_t size)
{
    for (guint i = 0; i < f->count; i++) {
        pci_bar_write(&cards[i].mmio, offset, value, size);
    }
}

/* Reads from both machines, which must have the same. */
static uint32_t rd(ScreenPair *f, uint32_t offset, uint32_t size)
{
    uint32_t value = (uint32_t)pci_bar_read(&cards[0].mmio, offset, size);

    if (f->count > 1) {
        g_assert_cmphex(pci_bar_read(&cards[1].mmio, offset, size), ==, value);
    }
    return value;
}

static void reg_set(ScreenPair *f, uint32_t index, uint32_t value)
{
    wr(f, DISPI + 2 * index, value, 2);
}

typedef struct Mode {
    const char *name;
    uint32_t x, y, bpp, v_width, x_offset, y_offset;
    uint32_t enable;
    bool big;
} Mode;

static void mode_set(ScreenPair *f, const Mode *mode)
{
    wr(f, BYTE_ORDER_, mode->big ? 0xbebebebe : 0x1e1e1e1e, 4);
    reg_set(f, ENABLE, 0);
    reg_set(f, X_RES, mode->x);
    reg_set(f, Y_RES, mode->y);
    reg_set(f, BPP, mode->bpp);
    reg_set(f, V_WIDTH, mode->v_width);
    reg_set(f, X_OFF, mode->x_offset);
    reg_set(f, Y_OFF, mode->y_offset);
    reg_set(f, ENABLE, mode->enable);
}

/* ------------------------------------------------------------------------- modes */

static const Mode plain = { "plain", 64, 64, 32, 64, 0, 0, 0x41, false };

static const Mode modes[] = {
    { "32-bits", 128, 96, 32, 128, 0, 0, 0x41, false },
    { "32-bits-big-endian", 128, 96, 32, 128, 0, 0, 0x41, true },
    { "16-bits", 128, 96, 16, 128, 0, 0, 0x41, false },
    { "16-bits-of-odd-width", 65, 64, 16, 66, 0, 0, 0x41, false },
    { "virtual-width", 64, 64, 32, 200, 0, 0, 0x41, false },
    { "virtual-width-below-the-width", 64, 64, 32, 10, 0, 0, 0x41, false },
    { "offsets", 64, 64, 32, 100, 7, 13, 0x41, false },
    { "end-of-video-memory", 64, 64, 32, 64, 0, VIDEO / 256 - 64, 0x41, false },
};

static void mode_expect(ScreenPair *f, const Mode *mode)
{
    uint32_t line = mode->v_width > mode->x ? mode->v_width : mode->x;
    uint64_t at = ((uint64_t)mode->y_offset * line + mode->x_offset) * (mode->bpp / 8);
    ObPicture picture;
    uint8_t pixel[4];

    screen_take(f, &picture);
    g_assert_cmpuint(picture.width, ==, mode->x);
    g_assert_cmpuint(picture.height, ==, mode->y);
    ob_client_memread(f->clients[0], cards[0].video.address + at, pixel, sizeof(pixel));
    if (mode->bpp == 32) {
        const uint8_t rgb[] = { pixel[mode->big ? 1 : 2], pixel[mode->big ? 2 : 1],
                                pixel[mode->big ? 3 : 0] };

        g_assert_cmpmem(picture.rgb, 3, rgb, 3);
    }
    ob_picture_clear(&picture);
}

static void test_mode(ScreenPair *f, gconstpointer data)
{
    mode_set(f, data);
    mode_expect(f, data);
}

static void test_picture_follows_video_memory(ScreenPair *f, gconstpointer data)
{
    (void)data;
    mode_set(f, &plain);
    mode_expect(f, &plain);
    for (uint32_t seed = 2; seed < 4; seed++) {
        for (guint i = 0; i < f->count; i++) {
            screen_noise(f->clients[i], cards[i].video.address, NOISE, seed);
        }
        mode_expect(f, &plain);
    }
}

static void test_screendump_names_the_device(ScreenPair *f, gconstpointer data)
{
    ObPicture picture;

    (void)data;
    mode_set(f, &plain);
    g_assert_true(ob_client_screen_take(f->clients[0], "fb", 0, &picture));
    g_assert_cmpuint(picture.width, ==, 64);
    ob_picture_clear(&picture);
}

/* ----------------------------------------------------------------------- hostile */

/* The old picture stays, in QEMU's own device too. */
static const Mode hostile[] = {
    { "off", 128, 96, 32, 128, 0, 0, 0, false },
    { "bits-of-zero", 128, 96, 0, 128, 0, 0, 0x41, false },
    { "bits-of-24", 128, 96, 24, 128, 0, 0, 0x41, false },
    { "bits-of-65535", 128, 96, 65535, 128, 0, 0, 0x41, false },
    { "width-of-zero", 0, 96, 32, 128, 0, 0, 0x41, false },
    { "width-of-63", 63, 96, 32, 128, 0, 0, 0x41, false },
    { "height-of-zero", 128, 0, 32, 128, 0, 0, 0x41, false },
    { "height-of-65535", 128, 65535, 32, 128, 0, 0, 0x41, false },
    { "all-ones", 65535, 65535, 32, 65535, 65535, 65535, 0xffff, false },
    { "virtual-width-of-65535", 128, 96, 32, 65535, 0, 0, 0x41, false },
    { "end-past-video-memory", 64, 64, 32, 64, 1, VIDEO / 256 - 64, 0x41, false },
    { "start-past-video-memory", 64, 64, 32, 64, 0, 65535, 0x41, false },
};

static void test_hostile(ScreenPair *f, gconstpointer data)
{
    mode_set(f, &plain);
    mode_expect(f, &plain);
    mode_set(f, data);
    if (!screen_moves()) {
        mode_expect(f, &plain);
    }
}

/* Lines of 65535 pixels: more than pixman takes. */
static void test_hostile_to_qemu(ScreenPair *f, gconstpointer data)
{
    screen_alone(f, data, test_hostile);
    mode_set(f, &plain);
}

static const Mode wide = { "wide", 65535, 64, 32, 65535, 0, 0, 0x41, false };

/* --------------------------------------------------------------------- registers */

static void test_registers_are_qemus(ScreenPair *f, gconstpointer data)
{
    (void)data;
    for (uint32_t i = 0; i < REGISTERS; i++) {
        reg_set(f, i, 0x1234 + i);
    }
    for (uint32_t i = 0; i < REGISTERS; i++) {
        rd(f, DISPI + 2 * i, 2);
    }
    g_assert_cmphex(rd(f, DISPI, 2), ==, 0xb0c5);
    g_assert_cmphex(rd(f, DISPI + 2 * MEMORY, 2), ==, VIDEO >> 16);
    g_assert_cmphex(rd(f, DISPI + 2 * BPP, 2), ==, 0x1237);
    for (uint32_t offset = 0x5fc; offset < 0x60c; offset += 4) {
        rd(f, offset, 4);
    }
    g_assert_cmphex(rd(f, 0x600, 4), ==, 8);
    g_assert_cmphex(rd(f, 0xffc, 4), ==, 0xffffffff);
}

static void test_access_of_4_bytes_has_two_registers(ScreenPair *f, gconstpointer data)
{
    (void)data;
    wr(f, DISPI + 2 * BPP + 2, 0x11112222, 4);
    g_assert_cmphex(rd(f, DISPI + 2 * ENABLE, 2), ==, 0x2222);
    g_assert_cmphex(rd(f, DISPI + 2 * BANK, 2), ==, 0x1111);
    g_assert_cmphex(rd(f, DISPI + 2 * ENABLE, 4), ==, 0x11112222);
    wr(f, DISPI + 2 * BANK, 0x33, 1);
    g_assert_cmphex(rd(f, DISPI + 2 * BANK, 2), ==, 0x33);
    g_assert_cmphex(rd(f, DISPI + 2 * BANK, 1), ==, 0x33);
}

/* Unaligned accesses, too: QEMU makes them of smaller ones. */
static void test_narrow_accesses_are_qemus(ScreenPair *f, gconstpointer data)
{
    (void)data;
    reg_set(f, BPP, 0x1234);
    for (uint32_t width = 1; width <= 4; width *= 2) {
        for (uint32_t offset = DISPI; offset < DISPI + 2 * REGISTERS + 4; offset++) {
            rd(f, offset, width);
        }
        for (uint32_t offset = 0x5fc; offset < 0x60c; offset++) {
            rd(f, offset, width);
        }
    }
    g_assert_cmphex(rd(f, DISPI + 2 * BPP + 1, 1), ==, 0x34);
    g_assert_cmphex(rd(f, BYTE_ORDER_, 2), ==, 0);
}

static void test_byte_order_takes_two_values(ScreenPair *f, gconstpointer data)
{
    (void)data;
    wr(f, BYTE_ORDER_, 0xbebebebe, 4);
    g_assert_cmphex(rd(f, BYTE_ORDER_, 4), ==, 0xbebebebe);
    wr(f, BYTE_ORDER_, 0x12345678, 4);
    g_assert_cmphex(rd(f, BYTE_ORDER_, 4), ==, 0xbebebebe);
    wr(f, BYTE_ORDER_, 0x1e1e1e1e, 4);
    g_assert_cmphex(rd(f, BYTE_ORDER_, 4), ==, 0x1e1e1e1e);
}

static void test_configuration_space_is_qemus(ScreenPair *f, gconstpointer data)
{
    (void)data;
    for (uint32_t offset = 0; offset < 0x40; offset += 4) {
        uint32_t value = pci_config_read(&cards[0].bus, cards[0].address, offset, 4);

        /* QEMU's own has the ROM, a capability and so its list on PCI Express. */
        if (f->count > 1 && offset != 0x04 && offset != 0x30 && offset != 0x34) {
            g_assert_cmphex(pci_config_read(&cards[1].bus, cards[1].address, offset, 4), ==, value);
        }
    }
}

/* The block's sum is 0; the first timing is the one that the properties want. */
static void test_edid(ScreenPair *f, gconstpointer data)
{
    uint8_t edid[128], sum = 0;

    (void)f, (void)data;
    for (uint32_t i = 0; i < sizeof(edid); i++) {
        edid[i] = (uint8_t)pci_bar_read(&cards[0].mmio, i, 1);
        sum = (uint8_t)(sum + edid[i]);
    }
    g_assert_cmpmem(edid, 8, "\0\xff\xff\xff\xff\xff\xff", 8);
    g_assert_cmphex(sum, ==, 0);
    g_assert_cmpuint(edid[56] | (edid[58] & 0xf0) << 4, ==, 1280);
    g_assert_cmpuint(edid[59] | (edid[61] & 0xf0) << 4, ==, 800);
}

static void test_reset_keeps_the_mode(ScreenPair *f, gconstpointer data)
{
    ObPicture picture;

    (void)data;
    mode_set(f, &plain);
    mode_expect(f, &plain);
    for (guint i = 0; i < f->count; i++) {
        ob_client_reset(f->clients[i]);
    }
    screen_take(f, &picture);
    g_assert_cmpuint(picture.width, ==, 64);
    ob_picture_clear(&picture);
    for (guint i = 0; i < f->count; i++) {
        cards[i].bus = pci_of_pc(f->clients[i]); /* the BARs have lost their addresses */
        cards[i].video = pci_bar_map(&cards[i].bus, cards[i].address, 0);
        cards[i].mmio = pci_bar_map(&cards[i].bus, cards[i].address, 2);
    }
    g_assert_cmphex(rd(f, DISPI + 2 * X_RES, 2), ==, 64);
}

/* ---------------------------------------------------------------------- hot plug */

#define PORT PCI_ADDRESS(6, 0)

static void plug(ObClient *c)
{
    g_auto(GStrv) words = g_strsplit(g_getenv("OB_DEVICE"), ",", 2);

    json_decref(
        ob_client_qmp(c, "device_add",
                      json_pack("{s:s, s:s, s:s}", "driver", words[0], "id", "late", "bus", "rp"),
                      NULL));
}

/* The guest ejects the device: it switches the slot off. */
static void unplug(ObClient *c)
{
    PciBus bus = pci_of_pc(c);
    bool is_ours = false;

    json_decref(ob_client_qmp(c, "device_del", json_pack("{s:s}", "id", "late"), NULL));
    g_assert_true(pci_slot_power(&bus, PORT, false));
    while (!is_ours) {
        json_t *event = ob_client_qmp_event(c, "DEVICE_DELETED", 30000);

        g_assert_nonnull(event);
        is_ours = json_object_get(json_object_get(event, "data"), "device") != NULL;
        json_decref(event);
    }
}

/* Shows a mode on the card behind the port, whose window has no room for the video memory. */
static void late_show(ObClient *c, uint32_t width)
{
    ScreenPair late = { .clients = { c }, .count = 1 };
    Mode mode = plain;
    Card before = cards[0];
    PciBus bus = pci_of_pc(c);
    ObPicture picture;

    g_assert_true(pci_slot_power(&bus, PORT, true));
    pci_bridge_open(&bus, PORT, 1, 1);
    cards[0] = (Card) { .bus = bus, .address = PCI_ON_BUS(1, 0, 0) };
    cards[0].mmio = pci_bar_map(&cards[0].bus, cards[0].address, 2);
    mode.x = width;
    mode_set(&late, &mode);
    screen_take(&late, &picture);
    g_assert_cmpuint(picture.width, ==, width);
    ob_picture_clear(&picture);
    cards[0] = before;
}

static void test_comes_and_goes(ScreenPair *f, gconstpointer data)
{
    const char *native = strstr(g_getenv("OB_PROGRAM"), "x86_64")
                             ? "-global ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off "
                             : "";
    g_autofree char *options = g_strdup_printf("%s-device pcie-root-port,id=rp,chassis=1,addr=6",
                                               native);
    ObClient *c = screen_machine_start(options);
    json_t *error = NULL;

    (void)f;
    (void)data;
    for (uint32_t i = 0; i < 3; i++) {
        plug(c);
        late_show(c, 64 + 16 * i);
        unplug(c);
        g_assert_null(
            ob_client_qmp(c, "screendump",
                          json_pack("{s:s, s:s}", "filename", "/dev/null", "device", "late"),
                          &error));
        json_decref(error);
    }
    ob_client_quit(c);
}

static void table_add(const char *prefix, const Mode *rows, guint count, ScreenTest *function)
{
    for (guint i = 0; i < count; i++) {
        g_autofree char *path = g_strdup_printf("/bochs-display/%s/%s", prefix, rows[i].name);

        screen_test_add(path, function, &rows[i]);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    screen_test_add("/bochs-display/screen/follows-video-memory", test_picture_follows_video_memory,
                    NULL);
    screen_test_add("/bochs-display/screendump/names-the-device", test_screendump_names_the_device,
                    NULL);
    table_add("mode", modes, G_N_ELEMENTS(modes), test_mode);
    table_add("hostile", hostile, G_N_ELEMENTS(hostile), test_hostile);
    table_add("hostile", &wide, 1, test_hostile_to_qemu);
    screen_test_add("/bochs-display/registers/are-qemus", test_registers_are_qemus, NULL);
    screen_test_add("/bochs-display/registers/access-of-4-bytes-has-two",
                    test_access_of_4_bytes_has_two_registers, NULL);
    screen_test_add("/bochs-display/registers/narrow-accesses-are-qemus",
                    test_narrow_accesses_are_qemus, NULL);
    screen_test_add("/bochs-display/registers/byte-order-takes-two-values",
                    test_byte_order_takes_two_values, NULL);
    screen_test_add("/bochs-display/pci/configuration-space-is-qemus",
                    test_configuration_space_is_qemus, NULL);
    screen_test_add("/bochs-display/edid/prefers-what-the-properties-say", test_edid, NULL);
    screen_test_add("/bochs-display/reset/keeps-the-mode", test_reset_keeps_the_mode, NULL);
    if (!screen_moves()) { /* devices that are plugged don't move */
        screen_test_add("/bochs-display/hot-plug/comes-and-goes", test_comes_and_goes, NULL);
    }
    screen_pair_start();
    cards_find();
    return screen_tests_run();
}
