/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bochs-display: a screen with video memory on PCI, and the registers of Bochs's display interface
 * ("DISPI").  Linux's DRM driver "bochs" drives it.  Specified in bochs-display.rst.
 */
#include <string.h>

#include "devices/devices.h"
#include "devices/display/edid.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/draft/display.h"
#include "hw-api/ext/draft/pci.h"

enum {
    ID,
    X_RES,
    Y_RES,
    BPP,
    ENABLE,
    BANK,
    VIRTUAL_WIDTH,
    VIRTUAL_HEIGHT,
    X_OFFSET,
    Y_OFFSET,
    VIDEO_MEMORY, /* not stored */
    DISPI_REGISTERS,
};

/* Places in BAR 2. */
#define DISPI        0x500u
#define DISPI_END    (DISPI + 2 * DISPI_REGISTERS)
#define EXTRA        0x600u /* the size of this block, then the byte order */
#define BYTE_ORDER_  0x604u
#define EXTRA_END    0x608u
#define MMIO_SIZE    0x1000u

#define DISPI_ID     0xb0c5u
#define ENABLED      HW_BIT(0)
#define VIDEO_MIB    16u
#define VIDEO_SIZE   (VIDEO_MIB << 20)
#define SIDE_MIN     64u /* QEMU's */
#define ORDER_LITTLE 0x1e1e1e1eu
#define ORDER_BIG    0xbebebebeu

enum { VIDEO, MMIO };

typedef struct Bochs {
    HwDevice dev;
    uint16_t regs[VIDEO_MEMORY];
    uint8_t big_endian; /* pixels of 32 bits */
    bool has_edid;
    uint32_t width, height; /* that the monitor prefers */
    uint8_t edid[EDID_SIZE];
    HwScreen *screen;
    HwSurface shown;
} Bochs;

/* --------------------------------------------------------------------- registers */

static uint32_t bochs_dispi(const Bochs *s, uint64_t index)
{
    return index == ID ? DISPI_ID : (index == VIDEO_MEMORY ? VIDEO_SIZE >> 16 : s->regs[index]);
}

/* QEMU's block answers words alone. */
static uint32_t bochs_extra(const Bochs *s, uint64_t offset, uint32_t size)
{
    if (size < 4) {
        return 0;
    }
    return offset < BYTE_ORDER_ ? EXTRA_END - EXTRA : (s->big_endian ? ORDER_BIG : ORDER_LITTLE);
}

/* The lower byte answers a read of either byte alone, the same as in QEMU. */
static uint32_t bochs_byte(const Bochs *s, uint64_t offset, bool is_alone)
{
    if (offset < EDID_SIZE && s->has_edid) {
        return s->edid[offset];
    }
    if (offset >= DISPI && offset < DISPI_END) {
        return bochs_dispi(s, (offset - DISPI) / 2) >> (is_alone ? 0 : offset % 2 * 8) & 0xff;
    }
    return 0xff;
}

static uint64_t bochs_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    uint64_t value = 0;

    if (offset >= EXTRA && offset < EXTRA_END) {
        return bochs_extra(HW_DEVICE(Bochs, dev), offset, size);
    }
    for (uint32_t i = 0; i < size; i++) {
        value |= (uint64_t)bochs_byte(HW_DEVICE(Bochs, dev), offset + i, size == 1) << 8 * i;
    }
    return value;
}

/* A byte that is written sets the other one to zero, the same as in QEMU. */
static void bochs_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    Bochs *s = HW_DEVICE(Bochs, dev);

    for (uint64_t at = offset; at < offset + size; at += 2) {
        if (at >= DISPI && at < DISPI + 2 * VIDEO_MEMORY) {
            s->regs[(at - DISPI) / 2] = (uint16_t)(value >> 8 * (at - offset));
        }
    }
    if (offset == BYTE_ORDER_ && (value == ORDER_BIG || value == ORDER_LITTLE)) {
        s->big_endian = value == ORDER_BIG;
    }
}

static const char *bochs_place_name(uint64_t offset)
{
    static const char *const names[DISPI_REGISTERS] = {
        "ID",
        "X_RES",
        "Y_RES",
        "BPP",
        "ENABLE",
        "BANK",
        "VIRTUAL_WIDTH",
        "VIRTUAL_HEIGHT",
        "X_OFFSET",
        "Y_OFFSET",
        "VIDEO_MEMORY_64K",
    };

    if (offset < EDID_SIZE) {
        return "EDID";
    }
    if (offset >= EXTRA && offset < EXTRA_END) {
        return offset < BYTE_ORDER_ ? "EXTRA_SIZE" : "BYTE_ORDER";
    }
    return offset >= DISPI && offset < DISPI_END ? names[(offset - DISPI) / 2] : NULL;
}

/* ------------------------------------------------------------------------ screen */

static uint32_t bochs_format(const Bochs *s)
{
    if (s->regs[BPP] == 16) {
        return HW_PIXELS_RGB565;
    }
    return s->regs[BPP] == 32 ? (s->big_endian ? HW_PIXELS_BGRX8888 : HW_PIXELS_XRGB8888) : 0;
}

/* The registers say all: nothing of the mode is kept. */
static HwSurface bochs_surface(const Bochs *s)
{
    uint32_t bytes = s->regs[BPP] / 8;
    uint32_t width = s->regs[X_RES];
    uint32_t line = s->regs[VIRTUAL_WIDTH] > width ? s->regs[VIRTUAL_WIDTH] : width;

    return (HwSurface) {
        .format = bochs_format(s),
        .width = width,
        .height = s->regs[Y_RES],
        .stride = line * bytes,
        .region = VIDEO,
        .offset = ((uint64_t)s->regs[Y_OFFSET] * line + s->regs[X_OFFSET]) * bytes,
    };
}

/* The last line counts as a whole one, as QEMU has it. */
static bool bochs_fits(const HwSurface *surface)
{
    return surface->format && surface->width >= SIDE_MIN && surface->height >= SIDE_MIN &&
           surface->offset + (uint64_t)surface->stride * surface->height <= VIDEO_SIZE;
}

/* Registers change one by one, so a mode counts only when somebody looks.  A mode that is not
 * possible leaves the old picture. */
static void bochs_refresh(HwDevice *dev)
{
    Bochs *s = HW_DEVICE(Bochs, dev);
    HwSurface surface = bochs_surface(s);
    HW_ERROR(why, 256);

    if (!(s->regs[ENABLE] & ENABLED) || memcmp(&surface, &s->shown, sizeof(surface)) == 0) {
        return;
    }
    if (!bochs_fits(&surface) || !hw_display(dev)->show(s->screen, &surface, &why)) {
        hw_log(dev, HW_LOG_GUEST_ERROR, "mode %ux%u, %u bits: not possible: %s", surface.width,
               surface.height, s->regs[BPP],
               *why.text ? why.text : "expected 64x64 or more, 16 or 32 bits, in video memory");
        return;
    }
    s->shown = surface;
}

/* -------------------------------------------------------------------------- life */

static bool bochs_realize(HwDevice *dev, HwError *error)
{
    Bochs *s = HW_DEVICE(Bochs, dev);

    edid_make(s->edid, s->width, s->height);
    s->screen = hw_display(dev)->open(dev, bochs_refresh, error);
    return s->screen != NULL;
}

static void bochs_unrealize(HwDevice *dev)
{
    hw_display(dev)->close(HW_DEVICE(Bochs, dev)->screen);
}

static bool bochs_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    Bochs *s = HW_DEVICE(Bochs, dev);

    (void)version, (void)error;
    s->big_endian = s->big_endian != 0;
    return true;
}

/* clang-format off */
static const HwPciFunction bochs_pci = {
    .vendor = 0x1234, .device = 0x1111, .revision = 2, .class_code = 0x038000, /* display, other */
    .bars = HW_ROWS(HwPciBar, { .number = 0, .flags = HW_PCI_BAR_PREFETCH }),
};

static const HwState bochs_state = {
    .name = "bochs-display",
    .fields = HW_ROWS(HwStateField, HW_SAVED_AS("vbe_regs", Bochs, regs, 0),
                      HW_SAVED_AS("big_endian_fb", Bochs, big_endian, 0)),
    .post_load = bochs_post_load,
};

const HwDeviceClass bochs_display_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "bochs-display",
    .description = "screen on PCI, for Linux's DRM driver bochs",
    .instance_size = sizeof(Bochs),
    .services = HW_NAMES(HW_DISPLAY),
    .regions = HW_ROWS(HwRegion,
        { .name = "video", .kind = HW_REGION_RAM, .space = HW_SPACE_BAR, .bar = 0,
          .size = VIDEO_SIZE, .ram_block = "bochs-display-vram" },
        { .name = "mmio", .kind = HW_REGION_MMIO, .space = HW_SPACE_BAR, .bar = 2,
          .size = MMIO_SIZE, .read = bochs_read, .write = bochs_write, .access_min = 1,
          .access_max = 4, .place_name = bochs_place_name }),
    .properties = HW_ROWS(HwProperty,
        HW_PROP_BOOL("edid", Bochs, has_edid, true, "the monitor describes itself"),
        { .name = "xres", .type = HW_PROPERTY_U32, .offset = HW_MEMBER(Bochs, width, uint32_t),
          .default_value = 1280, .minimum = 1, .maximum = EDID_SIDE_MAX,
          .description = "width that the monitor prefers" },
        { .name = "yres", .type = HW_PROPERTY_U32, .offset = HW_MEMBER(Bochs, height, uint32_t),
          .default_value = 800, .minimum = 1, .maximum = EDID_SIDE_MAX,
          .description = "height that the monitor prefers" }),
    .state = &bochs_state,
    .pci = &bochs_pci,
    .realize = bochs_realize,
    .unrealize = bochs_unrealize,
};
/* clang-format on */
