/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plugin is reloaded again and again in a stock QEMU, while Linux works its TPM, its network and its
 * screen.  Each command of the TPM is done once, each ping is answered, a page comes whole, and the
 * screen shows each frame that was drawn.  The kernel has nothing to say about it.
 */
#include <stdlib.h>
#include <string.h>

#include "qtest/client/drivers/screen.h"
#include "qtest/client/drivers/tpm-command.h"
#include "qtest/picture/picture.h"
#include "qtest/tests/guest/guest-platform.h"
#include "qtest/tests/guest/page-server.h"

#define PCR     16 /* the PCR for debugging, which no firmware extends */
#define RELOADS 100
#define FRAME   10 /* reloads, at least, from one frame of the screen to the next */

/* The page takes a guest as long as the reloads do. */
#define PAGE_BYTES_OF_RELOAD (64u << 10)

#define WIDTH_LEAST          640u
#define TAINTED              "text=/proc/sys/kernel/tainted "

typedef struct Row {
    const char *path;
    int platform;
    const char *program; /* the environment variable with look.c's program */
    const char *network;
    const char *screen;
    const char *words; /* look.c's, until network and screen are there */
    const char *ready; /* their output */
} Row;

#define DRM "/drm.ko:/drm_kms_helper.ko:/ttm.ko:/drm_ttm_helper.ko:/drm_vram_helper.ko:/bochs.ko"
#define VIRTIO                                                            \
    "/virtio_pci_legacy_dev.ko:/virtio_pci_modern_dev.ko:/virtio_pci.ko:" \
    "/failover.ko:/net_failover.ko:/virtio_net.ko"

/* Linux's efifb has the screen that AAVMF has made of the ramfb. */
static const Row rows[] = {
    { "/guest-reload/pc/works-tpm-crb-ne2k_pci-and-bochs-display", 0, "OB_GUEST_LOOK_PCI_AMD64",
      "outboard-ne2k_pci", "outboard-bochs-display",
      "module=/8390.ko:/ne2k-pci.ko module=" DRM " seen=/dev/fb0", "loaded\nloaded\nyes\n" },
    { "/guest-reload/virt/works-tpm-crb-virtio-net-and-ramfb", 2, "OB_GUEST_LOOK_NET_ARM64",
      "outboard-virtio-net-pci", "outboard-ramfb", "module=" VIRTIO " seen=/dev/fb0",
      "loaded\nyes\n" },
};

static const uint8_t measured[TPM2_SHA256_DIGEST_SIZE] = "what a guest measures into a PCR";

static HwError error = { (char[8192]) { "" }, 8192, 0 };

static void good(bool result)
{
    if (!result) {
        g_error("%s", error.text);
    }
}

static unsigned reloads_wanted(void)
{
    const char *text = g_getenv("OB_RELOADS");

    return text ? (unsigned)atoi(text) : RELOADS;
}

/* --------------------------------------------------------------------- the guest */

static void command_add(GString *words, const char *before, TpmCommand command)
{
    g_string_append(words, before);
    for (size_t i = 0; i < command.size; i++) {
        g_string_append_printf(words, "%02x", command.bytes[i]);
    }
}

static char *words_make(const Row *row, const PageServer *page)
{
    GString *words = g_string_new(row->words);

    g_string_append_printf(words, " " TAINTED "run=/drive-all,eth0," PAGE_GATEWAY ",%s",
                           page_server_port(page));
    command_add(words, ",", tpm_pcr_extend(PCR, measured));
    command_add(words, ",", tpm_get_random(32));
    command_add(words, " tpm=", tpm_pcr_read(PCR));
    g_string_append(words, " " TAINTED "warned=tpm warned=eth0 warned=irq warned=fb");
    return g_string_free(words, FALSE);
}

static char *arguments_make(const Row *row)
{
    const GuestPlatform *platform = &guest_platforms[row->platform];
    g_autofree char *devices = g_strdup_printf(
        "-device %s,tpmdev=tpm0 -device %s -device beacon -netdev user,id=n0 "
        "-device %s,netdev=n0 -device %s",
        platform->crb, platform->vmgenid, row->network, row->screen);

    return guest_platform_bridge(platform, devices);
}

/* --------------------------------------------------------------- reloads and frames */

static void reload(ObClient *c)
{
    json_t *failure = NULL;

    json_decref(ob_client_qmp(c, "qom-set",
                              json_pack("{s:s, s:s, s:s}", "path", "/outboard", "property",
                                        "reload", "value", ""),
                              &failure));
    g_assert_cmpstr(json_string_value(json_object_get(failure, "desc")), ==, NULL);
}

/* Compares all pixels with drive-all.c's. */
static bool is_frame(const ObPicture *picture, unsigned frame)
{
    for (uint32_t y = 0; y < picture->height; y++) {
        const uint8_t *pixel = ob_picture_line(picture, y);

        for (uint32_t x = 0; x < picture->width; x++, pixel += 3) {
            if (pixel[0] != (uint8_t)(x + frame) || pixel[1] != (uint8_t)(y + 3 * frame) ||
                pixel[2] != (uint8_t)((x ^ y) + 5 * frame)) {
                return false;
            }
        }
    }
    return picture->width >= WIDTH_LEAST;
}

static bool screen_shows(ObClient *c, unsigned frame)
{
    ObPicture picture;
    bool shown;

    g_assert_true(ob_client_screen_take(c, NULL, 0, &picture));
    shown = is_frame(&picture, frame);
    ob_picture_clear(&picture);
    return shown;
}

static bool has_said(ObGuest *guest, const char *text)
{
    g_autofree char *said = ob_guest_said(guest);

    return strstr(said, text) != NULL;
}

/* Reloads until the screen has the frame, and FRAME times.  Returns how often. */
static unsigned frame_reload(ObGuest *guest, unsigned frame)
{
    g_autofree char *drawn = g_strdup_printf("frame %u\n", frame);
    gint64 deadline = g_get_monotonic_time() + 100 * G_USEC_PER_SEC;
    ObClient *c = ob_guest_client(guest);
    unsigned count = 0;
    bool is_shown = false;

    good(ob_guest_type(guest, "draw", &error));
    while (count < FRAME || !is_shown) {
        reload(c);
        count++;
        is_shown = is_shown || (has_said(guest, drawn) && screen_shows(c, frame));
        if (g_get_monotonic_time() > deadline) {
            g_error("the screen does not show frame %u%s", frame,
                    has_said(guest, drawn) ? "" : ", and the guest has not drawn it");
        }
    }
    return count;
}

/* ---------------------------------------------------------------------- the answers */

/* Checks "NAME N of N".  Returns N. */
static unsigned count_of(const char *line, const char *name)
{
    unsigned done = 0, all = 0;
    g_autofree char *format = g_strconcat(name, " %u of %u", NULL);

    if (sscanf(line, format, &done, &all) != 2 || done != all || all == 0) { /* NOLINT */
        g_error("the guest says '%s'", line);
    }
    return all;
}

/* The PCR began with zeros.  Its value tells that each command was done once. */
static void pcr_assert_extended(const char *line, unsigned times)
{
    g_autoptr(GBytes) response = ob_guest_bytes(line);
    uint8_t expected[TPM2_SHA256_DIGEST_SIZE] = { 0 };
    gsize size = sizeof(expected);
    TPM2B_DIGEST value;

    for (unsigned i = 0; i < times; i++) {
        GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);

        g_checksum_update(sum, expected, sizeof(expected));
        g_checksum_update(sum, measured, sizeof(measured));
        g_checksum_get_digest(sum, expected, &size);
        g_checksum_free(sum);
    }
    g_assert_true(
        tpm_parse_pcr(g_bytes_get_data(response, NULL), g_bytes_get_size(response), &value));
    g_assert_cmpmem(value.buffer, value.size, expected, sizeof(expected));
}

enum { PINGS, COMMANDS, PCR_VALUE, TAINT, WARNED, LINES = WARNED + 5 };

/* The page comes at any time; the other lines of drive-all, and look's, come last. */
static void end_assert(const char *said, const PageServer *page, const char *tainted)
{
    const char *end = strstr(said, "\npings ");
    g_auto(GStrv) lines = g_strsplit(end ? end + 1 : "", "\n", 0);
    unsigned commands;

    if (g_strv_length(lines) != LINES || !strstr(said, page_server_line(page))) {
        g_error("the guest says '%s', expected '%s' too", said, page_server_line(page));
    }
    g_test_message("%u pings", count_of(lines[PINGS], "pings"));
    commands = count_of(lines[COMMANDS], "commands");
    g_test_message("%u commands", commands);
    pcr_assert_extended(lines[PCR_VALUE], commands / 2);
    g_assert_cmpstr(lines[TAINT], ==, tainted);
    for (int i = WARNED; i < LINES - 1; i++) {
        g_assert_cmpstr(lines[i], ==, "0");
    }
}

/* ---------------------------------------------------------------------------- tests */

static void guest_work(ObGuest *guest, const Row *row, const PageServer *page)
{
    unsigned wanted = reloads_wanted(), count = 0;
    g_autofree char *said = NULL;
    g_autofree char *tainted = NULL;

    good(ob_guest_expect(guest, "address 10.0.2.15\n", &error));
    for (unsigned frame = 1; count < wanted; frame++) {
        count += frame_reload(guest, frame);
    }
    g_test_message("%u reloads", count);
    good(ob_guest_type(guest, "end", &error));
    said = ob_guest_finish(guest, &error);
    good(said != NULL);
    g_assert_true(g_str_has_prefix(said, row->ready));
    tainted = g_strndup(said + strlen(row->ready), strcspn(said + strlen(row->ready), "\n"));
    end_assert(said, page, tainted);
}

static void test_reload(gconstpointer data)
{
    const Row *row = data;
    const GuestPlatform *platform = &guest_platforms[row->platform];
    PageServer *page;
    g_autofree char *words = NULL;
    g_autofree char *arguments = NULL;
    ObGuestBoot boot;
    ObGuest *guest;

    if (!guest_platform_check(platform)) {
        return;
    }
    page = page_server_start(PAGE_BYTES_OF_RELOAD * reloads_wanted());
    words = words_make(row, page);
    arguments = arguments_make(row);
    boot = guest_platform_boot(platform, arguments, words);
    boot.initramfs = g_getenv(row->program);
    boot.parameters = "vt.global_cursor_default=0"; /* a cursor would blink */
    boot.limit_s += reloads_wanted();
    guest = ob_guest_start(&boot, &error);
    good(guest != NULL);
    guest_work(guest, row, page);
    ob_guest_free(guest);
    page_server_end(page);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_add_data_func(rows[i].path, &rows[i], test_reload);
    }
    return g_test_run();
}
