/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Linux finds our edu on PCI, beside QEMU's own, and gives both the same things.  Its vfio-pci
 * drives both: interrupts, DMA, faults of the IOMMU.  Ours moves to another QEMU in the middle of
 * a transfer, comes and goes by hot plug, and sleeps.  Linux's drivers also drive pci-idio-16,
 * bochs-display and ne2k_pci.
 */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "qtest/client/drivers/screen.h"
#include "qtest/client/process/scratch.h"
#include "qtest/picture/picture.h"
#include "qtest/tests/guest/page-server.h"
#include "qtest/tests/guest/pci-guest.h"
#include "qtest/text/json.h"

#define SLOT(n, file) "text=" PCI_FUNCTION("00:0" n ".0") file " "
#define LOOKED(n)     \
    SLOT(n, "vendor") \
    SLOT(n, "device") SLOT(n, "class") SLOT(n, "resource") PCI_CONFIG("00:0" n ".0")
#define FOUND    LOOKED("4") LOOKED("5") "kmsg=BAR+0 "
#define DRIVE(n) PCI_VFIO("00:0" n ".0", "live,factorial,intx,msi,dma,fault,master")

static const char driven[] = "live edcba987\n"
                             "factorial 120\n"
                             "intx before 0, fired 1, irq 2\n"
                             "msi before 0, fired 1, irq 2\n"
                             "dma same, fired 2\n"
                             "fault unchanged, fired 1\n"
                             "master unchanged\n";

/* A kernel takes at most 32 words. */
#define SCREEN                                                                          \
    "module=/drm.ko:/drm_kms_helper.ko:/ttm.ko:/drm_ttm_helper.ko:/drm_vram_helper.ko:" \
    "/bochs.ko seen=/dev/fb0 write=" PIXELS ",/dev/fb0 cue=drawn "
#define PIXELS "CBAxFEDx" /* blue, green, red, unused */

#define CARD   "/machine/peripheral/card"

/* A network of QEMU's, whose gateway leads to a page that this test serves. */
#define NETWORK   "-netdev user,id=n0 -device outboard-ne2k_pci,netdev=n0,addr=8 "
#define PAGE_PORT "@PORT@"

enum { PAGE_BYTES = 256 << 10 };

enum { OUTPUT = 1, INPUT = 3 }; /* lines of CARD */
enum { LINES = 5, BAR = 0x10, LINE_OF_BAR = 3 };

typedef struct Platform {
    const char *path;
    const char *kernel;
    const char *program;
    const char *parameters;
    const char *machine;
    const char *words;
    /* Runs the guest to its end, which frees it.  Returns its output. */
    char *(*run)(ObGuest *guest, const ObGuestBoot *boot);
} Platform;

/* Saves the guest while it transfers, and goes on in a second QEMU. */
static ObGuest *move(ObGuest *guest, const ObGuestBoot *boot)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *file = g_build_filename(ob_scratch_path(scratch), "saved", NULL);
    ObGuestBoot again = *boot;

    again.saved = file;
    pci_guest_good(ob_guest_save(guest, file, &pci_guest_error));
    ob_guest_free(guest);
    guest = pci_guest_start(&again);
    ob_scratch_free(scratch);
    return guest;
}

/* The addresses of BAR 0 differ, and its size does not. */
static void assert_resource(const char *ours, const char *theirs)
{
    uint64_t first[2], last[2];

    g_assert_cmpint(sscanf(ours, "%" G_GINT64_MODIFIER "x %" G_GINT64_MODIFIER "x", &first[0],
                           &last[0]),
                    ==, 2);
    g_assert_cmpint(sscanf(theirs, "%" G_GINT64_MODIFIER "x %" G_GINT64_MODIFIER "x", &first[1],
                           &last[1]),
                    ==, 2);
    g_assert_cmphex(first[0], !=, 0);
    g_assert_cmphex(last[0] - first[0], ==, 0xfffff);
    g_assert_cmphex(last[1] - first[1], ==, 0xfffff);
}

/* But for the BAR, and the interrupt line in byte 0x3c. */
static void assert_config(const char *ours, const char *theirs)
{
    g_autoptr(GBytes) a = ob_guest_bytes(ours);
    g_autoptr(GBytes) b = ob_guest_bytes(theirs);
    const uint8_t *left = g_bytes_get_data(a, NULL), *right = g_bytes_get_data(b, NULL);

    g_assert_cmpuint(g_bytes_get_size(a), ==, g_bytes_get_size(b));
    for (gsize i = 0; i < g_bytes_get_size(a); i++) {
        if ((i < BAR || i >= BAR + 4) && i != 0x3c && left[i] != right[i]) {
            g_test_message("byte 0x%zx of the configuration space: ours has 0x%02x, QEMU's 0x%02x",
                           i, left[i], right[i]);
            g_test_fail();
        }
    }
}

/* ---------------------------------------------------------------------- the guests */

static char *run_virt(ObGuest *guest, const ObGuestBoot *boot)
{
    (void)boot;
    return pci_guest_finish(guest);
}

static void input(ObGuest *guest, bool level)
{
    g_assert_true(ob_client_set_irq_in(ob_guest_client(guest), CARD, "in", INPUT, level));
}

static uint32_t outputs(ObClient *c)
{
    json_t *levels = ob_client_qmp(c, "qom-get",
                                   json_pack("{s:s, s:s}", "path", CARD, "property", "outputs"),
                                   NULL);
    uint32_t value = (uint32_t)json_integer_value(levels);

    json_decref(levels);
    return value;
}

/* Linux's driver of pci-idio-16 drives an output, and sees an input change. */
static void run_lines(ObGuest *guest)
{
    ObClient *c = ob_guest_client(guest);

    pci_guest_expect(guest, "raised\n");
    g_assert_cmphex(outputs(c), ==, 1 << OUTPUT);
    pci_guest_type(guest);
    pci_guest_expect(guest, "lowered\n");
    g_assert_cmphex(outputs(c), ==, 0);
    pci_guest_expect(guest, "watching\n");
    input(guest, true);
    pci_guest_expect(guest, "rising edge, level 1\n");
    input(guest, false);
    pci_guest_expect(guest, "falling edge, level 0\n");
}

/* The framebuffer of Linux's driver bochs reaches the screen when the driver flushes it.  The size is
 * the one that our EDID prefers. */
static void run_screen(ObGuest *guest)
{
    gint64 deadline = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;
    bool drawn = false;

    pci_guest_expect(guest, "drawn\n");
    while (!drawn && g_get_monotonic_time() < deadline) {
        ObPicture picture;

        g_assert_true(ob_client_screen_take(ob_guest_client(guest), "screen", 0, &picture));
        drawn = picture.width == 1152 && picture.height == 720 &&
                memcmp(picture.rgb, "ABCDEF", 6) == 0;
        ob_picture_clear(&picture);
    }
    g_assert_true(drawn);
    pci_guest_type(guest);
}

/* From S3 the function comes back as reset, and Linux restores its configuration space. */
static char *run_pc(ObGuest *guest, const ObGuestBoot *boot)
{
    (void)boot;
    pci_guest_event(guest, "SUSPEND");
    json_decref(ob_client_qmp(ob_guest_client(guest), "system_wakeup", NULL, NULL));
    run_lines(guest);
    run_screen(guest);
    return pci_guest_finish(guest);
}

static char *run_q35(ObGuest *guest, const ObGuestBoot *boot)
{
    g_autofree char *before = NULL, *after = NULL;

    pci_guest_expect(guest, "streaming\n");
    before = ob_guest_said(guest);
    guest = move(guest, boot);
    pci_guest_type(guest);
    pci_guest_expect(guest, "plug\n");
    pci_guest_plug(guest, "rp", NULL);
    pci_guest_type(guest);
    pci_guest_expect(guest, "unplug\n");
    pci_guest_unplug(guest);
    pci_guest_type(guest);
    after = pci_guest_finish(guest);
    return g_strconcat(before, after, NULL);
}

/* clang-format off */
static const Platform platforms[] = {
    { "/guest-pci/q35/drives-edu", "amd64-6.1", "OB_GUEST_LOOK_PCI_AMD64", "intel_iommu=on " PCI_NO_TIMER_CHECK,
      "-machine q35 -m 256 -device intel-iommu -device pcie-root-port,id=rp,chassis=1",
      FOUND "module=/irqbypass.ko " PCI_VFIO_MODULES
      DRIVE("4") "kmsg=[00:04.0]+fault+addr+0x900000 " DRIVE("5")
      PCI_VFIO("00:04.0", "stream")
      "cue=plug seen=" PCI_FUNCTION("01:00.0") "driver_override "
      PCI_VFIO("01:00.0", "live,intx,msi,dma,reset,peek")
      "cue=unplug gone=" PCI_FUNCTION("01:00.0") " "
      PCI_WARNED("00:04.0") PCI_WARNED("01:00.0"),
      run_q35 },
    { "/guest-pci/pc/sleeps-with-edu-drives-lines-draws-and-fetches-a-page", "amd64-6.1",
      "OB_GUEST_LOOK_PCI_AMD64", "",
      "-machine pc -m 256 -global PIIX4_PM.disable_s3=0 -device pci-idio-16,id=card,addr=6 "
      "-device outboard-bochs-display,id=screen,addr=7,xres=1152,yres=720 " NETWORK,
      FOUND PCI_ENABLE("00:04.0") PCI_ENABLE("00:05.0")
      PCI_CONFIG("00:04.0") PCI_BAR("00:04.0", "live")
      "write=mem,/sys/power/state "
      PCI_CONFIG("00:04.0") PCI_BAR("00:04.0", "peek,live,factorial")
      PCI_BAR("00:05.0", "live,factorial") PCI_WARNED("00:04.0")
      "module=/gpio-pci-idio-16.ko run=/drive-gpio,0000:00:06.0,1,19 " PCI_WARNED("00:06.0")
      SCREEN PCI_WARNED("00:07.0")
      "module=/8390.ko:/ne2k-pci.ko run=/drive-net,eth0," PAGE_GATEWAY "," PAGE_PORT " "
      PCI_WARNED("00:08.0"),
      run_pc },
    { "/guest-pci/virt/drives-edu", "arm64-6.1", "OB_GUEST_LOOK_PCI_ARM64", "",
      "-machine virt,iommu=smmuv3,gic-version=3 -cpu cortex-a57 -m 256",
      FOUND PCI_VFIO_MODULES DRIVE("4") "kmsg=event+0x10+received " DRIVE("5")
      PCI_WARNED("00:04.0"), run_virt },
};
/* clang-format on */

/* Returns the console's lines, or NULL if the guest can't be booted here. */
static char *said_by(const Platform *platform, const char *port)
{
    g_auto(GStrv) parts = g_strsplit(platform->words, PAGE_PORT, -1);
    g_autofree char *words = g_strjoinv(port, parts);
    g_autofree char *arguments = g_strdup_printf(
        "%s -plugin file=%s -device outboard-edu,addr=4 -device edu,addr=5", platform->machine,
        g_getenv("OUTBOARD_BRIDGE"));
    const ObGuestBoot boot = { .kernel = platform->kernel,
                               .initramfs = g_getenv(platform->program),
                               .words = words,
                               .parameters = platform->parameters,
                               .arguments = arguments,
                               .limit_s = 200 };
    g_autofree char *missing = ob_guest_missing(&boot);

    if (missing) {
        g_test_skip(missing);
        return NULL;
    }
    return platform->run(pci_guest_start(&boot), &boot);
}

/* lspci shows both functions alike, with their capability. */
static void assert_lspci(const char *ours, const char *theirs)
{
    g_autofree char *left = pci_guest_lspci(ours), *right = pci_guest_lspci(theirs);

    g_assert_cmpstr(left, ==, right);
    pci_guest_next(left, "00ff: 1234:11e8 (rev 10)");
    pci_guest_next(left, "MSI: Enable- Count=1/1 Maskable- 64bit+");
}

static void assert_found(char **lines)
{
    g_assert_cmpuint(g_strv_length(lines), >=, 2 * LINES + 1);
    g_assert_cmpstr(lines[0], ==, "0x1234");
    g_assert_cmpstr(lines[1], ==, "0x11e8");
    g_assert_cmpstr(lines[2], ==, "0x00ff00");
    assert_resource(lines[LINE_OF_BAR], lines[LINES + LINE_OF_BAR]);
    assert_config(lines[4], lines[LINES + 4]);
    assert_lspci(lines[4], lines[LINES + 4]);
}

/* Ours comes first: the fault in the kernel's log is ours.  QEMU's own edu says the same. */
static const char *said_drives(const char *said)
{
    said = pci_guest_next(said, driven);
    said = pci_guest_next(said, "yes\n");
    return pci_guest_next(said, driven);
}

static void test_q35(gconstpointer data)
{
    g_autofree char *said = said_by(data, "");
    g_auto(GStrv) lines = said ? g_strsplit(said, "\n", -1) : NULL;
    const char *rest;

    if (!said) {
        return;
    }
    assert_found(lines);
    rest = said_drives(said);
    rest = pci_guest_next(rest, "streaming\n");
    rest = pci_guest_next(rest, "stream same, fired 2\n");
    rest = pci_guest_next(rest, "plug\n");
    rest = pci_guest_next(rest, "yes\n"
                                "live edcba987\n"
                                "intx before 0, fired 1, irq 2\n"
                                "msi before 0, fired 1, irq 2\n"
                                "dma same, fired 2\n"
                                "reset 0, live 00000000\n"
                                "peek 00000000\n"
                                "unplug\n");
    pci_guest_next(rest, "yes\n0\n0\n");
}

/* The lines after those about both functions. */
enum { AFTER = 2 * LINES + 1, CONFIG_BEFORE = AFTER + 2, SLEPT = AFTER + 4, CONFIG_AFTER };

static void test_pc(gconstpointer data)
{
    static const char *const last[] = { "peek 00000000", "live edcba987", "factorial 120",
                                        "live edcba987", "factorial 120", "0" };
    g_autofree char *said = NULL;
    g_autofree char *fetched = NULL;
    g_auto(GStrv) lines = NULL;
    PageServer *page = page_server_start(PAGE_BYTES);

    said = said_by(data, page_server_port(page));
    lines = said ? g_strsplit(said, "\n", -1) : NULL;
    fetched = g_strdup_printf("address 10.0.2.15\npings 20 of 20\n%s0\n", page_server_line(page));
    page_server_end(page);
    if (!said) {
        return;
    }
    assert_found(lines);
    g_assert_cmpuint(g_strv_length(lines), >=, CONFIG_AFTER + 1 + G_N_ELEMENTS(last));
    g_assert_cmpstr(lines[SLEPT], ==, "written");
    g_assert_cmpstr(lines[CONFIG_AFTER], ==, lines[CONFIG_BEFORE]);
    for (size_t i = 0; i < G_N_ELEMENTS(last); i++) {
        g_assert_cmpstr(lines[CONFIG_AFTER + 1 + i], ==, last[i]);
    }
    pci_guest_next(said, "falling edge, level 0\n0\n");
    pci_guest_next(pci_guest_next(pci_guest_next(said, "loaded\nyes\nwritten\ndrawn\n"), "0\n"),
                   fetched);
}

static void test_virt(gconstpointer data)
{
    g_autofree char *said = said_by(data, "");
    g_auto(GStrv) lines = said ? g_strsplit(said, "\n", -1) : NULL;

    if (said) {
        assert_found(lines);
        pci_guest_next(said_drives(said), "0\n");
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func(platforms[0].path, &platforms[0], test_q35);
    g_test_add_data_func(platforms[1].path, &platforms[1], test_pc);
    g_test_add_data_func(platforms[2].path, &platforms[2], test_virt);
    return g_test_run();
}
