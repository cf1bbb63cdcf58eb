/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ramfb: a screen whose pixels are in the guest's memory.  Specified in ramfb.rst. */
#include "devices/devices.h"
#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/draft/display.h"
#include "hw-api/ext/fw-cfg.h"
#include "hw-api/ext/guest-memory.h"

/* The file's layout, big-endian, as EDK2's driver and QEMU's device have it. */
enum { ADDRESS = 0, FOURCC = 8, FLAGS = 12, WIDTH = 16, HEIGHT = 20, STRIDE = 24, FILE_SIZE = 28 };

/* QEMU's bounds. */
#define SIDE_MIN   16u
#define WIDTH_MAX  16000u
#define HEIGHT_MAX 12000u

typedef struct RamFb {
    HwDevice dev;
    uint8_t cfg[FILE_SIZE];
    HwScreen *screen;
} RamFb;

static uint32_t ramfb_number(const RamFb *s, uint32_t place)
{
    return hw_load_be32(&s->cfg[place]);
}

static bool ramfb_size_check(const HwSurface *surface, HwError *error)
{
    return (surface->width >= SIDE_MIN && surface->width <= WIDTH_MAX &&
            surface->height >= SIDE_MIN && surface->height <= HEIGHT_MAX) ||
           hw_error_set(error, "invalid size %ux%u: expected %ux%u to %ux%u", surface->width,
                        surface->height, SIDE_MIN, SIDE_MIN, WIDTH_MAX, HEIGHT_MAX);
}

/* A stride of 0 stands for lines without gaps.  An unknown format is for the host to refuse. */
static uint32_t ramfb_stride(const RamFb *s)
{
    uint32_t stride = ramfb_number(s, STRIDE);
    uint32_t fourcc = ramfb_number(s, FOURCC);

    if (stride) {
        return stride;
    }
    return ramfb_number(s, WIDTH) * (fourcc == HW_PIXELS_RGB888 || fourcc == HW_PIXELS_BGR888 ? 3
                                     : fourcc == HW_PIXELS_RGB565 || fourcc == HW_PIXELS_XRGB1555
                                         ? 2
                                         : 4);
}

static bool ramfb_try(RamFb *s, HwError *error)
{
    const HwSurface surface = {
        .format = ramfb_number(s, FOURCC),
        .width = ramfb_number(s, WIDTH),
        .height = ramfb_number(s, HEIGHT),
        .stride = ramfb_stride(s),
        .region = HW_SURFACE_GUEST_MEMORY,
        .offset = hw_load_be64(&s->cfg[ADDRESS]),
    };

    return ramfb_size_check(&surface, error) &&
           hw_display(&s->dev)->show(s->screen, &surface, error);
}

/* A refused description leaves the old picture, the same as in QEMU. */
static void ramfb_show(RamFb *s)
{
    HW_ERROR(why, 256);

    if (!ramfb_try(s, &why)) {
        hw_log(&s->dev, HW_LOG_GUEST_ERROR, "etc/ramfb: %s", why.text);
    }
}

static void ramfb_written(HwDevice *dev, uint32_t offset, uint32_t length)
{
    (void)offset, (void)length;
    ramfb_show(HW_DEVICE(RamFb, dev));
}

/* The guest has not written the file yet while it is all zeros. */
static void ramfb_loaded(HwDevice *dev)
{
    RamFb *s = HW_DEVICE(RamFb, dev);

    if (ramfb_number(s, FOURCC)) {
        ramfb_show(s);
    } else {
        hw_display(dev)->show(s->screen, NULL, NULL);
    }
}

static bool ramfb_realize(HwDevice *dev, HwError *error)
{
    RamFb *s = HW_DEVICE(RamFb, dev);

    if (!(hw_fw_cfg(dev)->features & HW_FW_CFG_DMA)) {
        return hw_error_set(error,
                            "%s: needs fw_cfg with DMA, by which the guest writes etc/ramfb; this "
                            "machine has none",
                            dev->id);
    }
    s->screen = hw_display(dev)->open(dev, NULL, error);
    return s->screen != NULL;
}

static void ramfb_unrealize(HwDevice *dev)
{
    hw_display(dev)->close(HW_DEVICE(RamFb, dev)->screen);
}

static const HwState ramfb_state = {
    .name = "ramfb-dev",
    .version = 1,
    .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED_AS("cfg", RamFb, cfg, 0)),
};

const HwDeviceClass ramfb_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "ramfb",
    .description = "screen in the guest's memory, which its firmware describes",
    .instance_size = sizeof(RamFb),
    .services = HW_NAMES(HW_FW_CFG, HW_DISPLAY, HW_GUEST_MEMORY),
    .fw_cfg_files = HW_ROWS(HwFwCfgFile, { "etc/ramfb", offsetof(RamFb, cfg), FILE_SIZE,
                                           HW_FW_CFG_GUEST_WRITABLE, .written = ramfb_written }),
    .state = &ramfb_state,
    .realize = ramfb_realize,
    .unrealize = ramfb_unrealize,
    .loaded = ramfb_loaded,
};
