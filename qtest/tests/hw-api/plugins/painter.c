/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A screen whose device names what has changed: the line that a guest writes to its register. */
#include "hw-api/ext/draft/display.h"

#define SIDE   64u
#define PIXELS 0xd0000000u
#define LINE   0xd0010000u

typedef struct Painter {
    HwDevice dev;
    HwScreen *screen;
} Painter;

static bool painter_realize(HwDevice *dev, HwError *error)
{
    Painter *s = HW_DEVICE(Painter, dev);
    const HwSurface surface = {
        .format = HW_PIXELS_XRGB8888, .width = SIDE, .height = SIDE, .stride = SIDE * 4
    };

    s->screen = hw_display(dev)->open(dev, NULL, error);
    return s->screen && hw_display(dev)->show(s->screen, &surface, error);
}

static void painter_unrealize(HwDevice *dev)
{
    hw_display(dev)->close(HW_DEVICE(Painter, dev)->screen);
}

static uint64_t painter_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    (void)dev, (void)offset, (void)size;
    return 0;
}

static void painter_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)offset, (void)size;
    hw_display(dev)->changed(HW_DEVICE(Painter, dev)->screen, 0, (uint32_t)value, SIDE, 1);
}

/* clang-format off */
static const HwDeviceClass painter_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "com.acme.painter",
    .instance_size = sizeof(Painter),
    .services = HW_NAMES(HW_DISPLAY),
    .regions = HW_ROWS(HwRegion,
        { .name = "pixels", .kind = HW_REGION_RAM, .size = SIDE * SIDE * 4, .offset = PIXELS,
          .ram_block = "com.acme.painter" },
        { .name = "line", .kind = HW_REGION_MMIO, .size = 4, .offset = LINE,
          .read = painter_read, .write = painter_write, .access_min = 4, .access_max = 4 }),
    .realize = painter_realize, .unrealize = painter_unrealize,
};
/* clang-format on */

static const HwDeviceClassRef classes[] = { &painter_class };

HW_EXPORT extern const HwPlugin hw_plugin;
const HwPlugin hw_plugin = {
    .abi = HW_ABI(HwPlugin),
    .name = "painter",
    .version = "1",
    .licence = "GPL-2.0-or-later",
    .classes = HW_TABLE(classes),
};
