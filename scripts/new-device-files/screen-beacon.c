/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Screen-beacon: a screen whose pixels a guest stores to.  Specified in screen-beacon.rst. */
#include "devices/devices.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/draft/display.h"

enum { ID, CTRL, STATUS, WIDTH, HEIGHT, FIRST, REGISTERS };

#define SCREEN_BEACON_MAGIC 0x4e424353 /* "SCBN" in guest memory */
#define MMIO_SIZE           0x1000u
#define PIXELS_SIZE         0x800000u
#define PIXEL               4u
#define CTRL_ON             HW_BIT(0)
#define STATUS_FAILED       HW_BIT(0)

enum { REGION_MMIO, REGION_PIXELS };

typedef struct ScreenBeacon {
    HwDevice dev;
    uint32_t regs[REGISTERS];
    uint64_t base;
    HwScreen *screen;
} ScreenBeacon;

/* Shows the picture as the registers have it, also after a load and a reset.  A guest may write any
 * size: show() refuses lines outside of the pixels, and the old picture stays. */
static void screen_beacon_show(HwDevice *dev)
{
    ScreenBeacon *s = HW_DEVICE(ScreenBeacon, dev);
    HwSurface surface = { .format = HW_PIXELS_XRGB8888,
                          .width = s->regs[WIDTH],
                          .height = s->regs[HEIGHT],
                          .stride = s->regs[WIDTH] * PIXEL,
                          .region = REGION_PIXELS,
                          .offset = s->regs[FIRST] };
    HW_ERROR(error, 256);

    if (!hw_display(dev)->show(s->screen, s->regs[CTRL] & CTRL_ON ? &surface : NULL, &error)) {
        s->regs[STATUS] |= STATUS_FAILED;
        hw_log(dev, HW_LOG_GUEST_ERROR, "%s", error.text);
    }
}

static void screen_beacon_written(HwDevice *dev, uint32_t value)
{
    (void)value;
    screen_beacon_show(dev);
}

static bool screen_beacon_realize(HwDevice *dev, HwError *error)
{
    HW_DEVICE(ScreenBeacon, dev)->screen = hw_display(dev)->open(dev, NULL, error);
    return HW_DEVICE(ScreenBeacon, dev)->screen != NULL;
}

static void screen_beacon_unrealize(HwDevice *dev)
{
    hw_display(dev)->close(HW_DEVICE(ScreenBeacon, dev)->screen);
}

/* clang-format off */
static const HwRegister screen_beacon_registers[] = {
    { "ID", 4 * ID, .reset = SCREEN_BEACON_MAGIC },
    { "CTRL", 4 * CTRL, .rw = CTRL_ON, .written = screen_beacon_written,
      .fields = HW_FIELDS({ "on", 0, 1 }) },
    { "STATUS", 4 * STATUS, .w1c = STATUS_FAILED, .fields = HW_FIELDS({ "failed", 0, 1 }) },
    { "WIDTH", 4 * WIDTH, .rw = UINT32_MAX, .reset = 640, .written = screen_beacon_written },
    { "HEIGHT", 4 * HEIGHT, .rw = UINT32_MAX, .reset = 480, .written = screen_beacon_written },
    { "FIRST", 4 * FIRST, .rw = UINT32_MAX, .written = screen_beacon_written },
};

static const HwState screen_beacon_state = {
    .name = "screen-beacon", .version = 1, .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(ScreenBeacon, regs)),
};

const HwDeviceClass screen_beacon_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "screen-beacon",
    .description = "screen whose pixels a guest stores to (example device)",
    .instance_size = sizeof(ScreenBeacon),
    .services = HW_NAMES(HW_DISPLAY),
    .regions = HW_ROWS(HwRegion,
        { "mmio", HW_REGION_REGISTERS, .size = MMIO_SIZE, .base = offsetof(ScreenBeacon, base),
          .words = offsetof(ScreenBeacon, regs), .word_count = REGISTERS,
          .registers = HW_TABLE(screen_beacon_registers) },
        { "pixels", HW_REGION_RAM, .size = PIXELS_SIZE, .offset = MMIO_SIZE,
          .base = offsetof(ScreenBeacon, base), .ram_block = "screen-beacon" }),
    .properties = HW_ROWS(HwProperty,
        HW_PROP_ADDRESS("addr", ScreenBeacon, base, HW_ADDRESS_AUTO, "address of the registers")),
    .state = &screen_beacon_state,
    .realize = screen_beacon_realize,
    .unrealize = screen_beacon_unrealize,
    .reset = screen_beacon_show,
    .loaded = screen_beacon_show,
};
/* clang-format on */
