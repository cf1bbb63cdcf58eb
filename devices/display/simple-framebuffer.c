/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simple-framebuffer: a screen with memory at an address, and nothing to set up.  The device tree
 * tells the guest all of it.  Specified in simple-framebuffer.rst.
 */
#include <string.h>

#include "devices/devices.h"
#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/draft/device-tree.h"
#include "hw-api/ext/draft/display.h"

#define MEMORY   0x800000u  /* a picture of 1920 by 1080 pixels, and a little more */
#define ADDRESS  0xb800000u /* free on virt, from QEMU 7.2 to 11.1 */
#define SIDE_MIN 16u
#define SIDE_MAX 4096u
#define NODE     "framebuffer"

enum { PIXELS };

typedef struct SimpleFb {
    HwDevice dev;
    uint64_t base;
    uint32_t width, height;
    uint32_t format;   /* a place in format_names */
    uint32_t shape[3]; /* width, height and format, as the stream has them */
    HwScreen *screen;
} SimpleFb;

/* The binding's names (Linux's Documentation/devicetree/bindings/display/simple-framebuffer.yaml),
 * and the pixels that they stand for. */
static const char *const format_names[] = { "x8r8g8b8", "a8r8g8b8", "x8b8g8r8", "a8b8g8r8",
                                            "r5g6b5" };

static const struct {
    uint32_t code, bytes;
} formats[] = {
    { HW_PIXELS_XRGB8888, 4 }, { HW_PIXELS_ARGB8888, 4 }, { HW_PIXELS_XBGR8888, 4 },
    { HW_PIXELS_ABGR8888, 4 }, { HW_PIXELS_RGB565, 2 },
};

static uint32_t simple_fb_stride(const SimpleFb *s)
{
    return s->width * formats[s->format].bytes;
}

static bool simple_fb_show(SimpleFb *s, HwError *error)
{
    const HwSurface surface = {
        .format = formats[s->format].code,
        .width = s->width,
        .height = s->height,
        .stride = simple_fb_stride(s),
        .region = PIXELS,
    };

    return hw_display(&s->dev)->show(s->screen, &surface, error);
}

static void node_number(SimpleFb *s, const char *name, uint32_t number)
{
    uint8_t cell[4];

    hw_store_be32(cell, number);
    hw_device_tree(&s->dev)->set(&s->dev, NODE, s->base, name, cell, sizeof(cell));
}

static void node_text(SimpleFb *s, const char *name, const char *text)
{
    hw_device_tree(&s->dev)->set(&s->dev, NODE, s->base, name, text, (uint32_t)strlen(text) + 1);
}

/* A machine without a tree still has the memory and the screen. */
static void simple_fb_describe(SimpleFb *s)
{
    const HwDeviceTree *tree = hw_device_tree(&s->dev);

    if (tree && tree->add_node(&s->dev, NODE, s->base, MEMORY, HW_DEVICE_TREE_SYSTEM)) {
        node_text(s, "compatible", "simple-framebuffer");
        node_text(s, "format", format_names[s->format]);
        node_number(s, "width", s->width);
        node_number(s, "height", s->height);
        node_number(s, "stride", simple_fb_stride(s));
    }
}

static bool simple_fb_realize(HwDevice *dev, HwError *error)
{
    SimpleFb *s = HW_DEVICE(SimpleFb, dev);
    uint64_t bytes = (uint64_t)simple_fb_stride(s) * s->height;

    if (bytes > MEMORY) {
        return hw_error_set(error, "%s: %ux%u pixels need %llu bytes, expected at most %u", dev->id,
                            s->width, s->height, (unsigned long long)bytes, MEMORY);
    }
    s->screen = hw_display(dev)->open(dev, NULL, error);
    if (!s->screen || !simple_fb_show(s, error)) {
        return false;
    }
    memcpy(s->shape, (uint32_t[]) { s->width, s->height, s->format }, sizeof(s->shape));
    simple_fb_describe(s);
    return true;
}

/* The guest has learned the shape from the source's tree. */
static bool simple_fb_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    const SimpleFb *s = HW_DEVICE(SimpleFb, dev);
    const uint32_t expected[] = { s->width, s->height, s->format };

    (void)version;
    return memcmp(s->shape, expected, sizeof(expected)) == 0 ||
           hw_error_set(error, "the stream has %ux%u pixels of format %u, expected %ux%u and %u",
                        s->shape[0], s->shape[1], s->shape[2], s->width, s->height, s->format);
}

static void simple_fb_unrealize(HwDevice *dev)
{
    hw_display(dev)->close(HW_DEVICE(SimpleFb, dev)->screen);
}

static const HwState simple_fb_state = {
    .name = "simple-framebuffer",
    .version = 1,
    .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(SimpleFb, shape)),
    .post_load = simple_fb_post_load,
};

/* clang-format off */
const HwDeviceClass simple_fb_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "simple-framebuffer",
    .description = "screen with memory at an address, for the device tree",
    .instance_size = sizeof(SimpleFb),
    .services = HW_NAMES(HW_DISPLAY),
    .regions = HW_ROWS(HwRegion,
        { .name = "pixels", .kind = HW_REGION_RAM, .size = MEMORY,
          .base = offsetof(SimpleFb, base), .ram_block = "simple-framebuffer" }),
    .properties = HW_ROWS(HwProperty,
        HW_PROP_ADDRESS("addr", SimpleFb, base, ADDRESS, "address of the pixels"),
        { .name = "width", .type = HW_PROPERTY_U32,
          .offset = HW_MEMBER(SimpleFb, width, uint32_t), .default_value = 1024,
          .minimum = SIDE_MIN, .maximum = SIDE_MAX, .description = "pixels in a line" },
        { .name = "height", .type = HW_PROPERTY_U32,
          .offset = HW_MEMBER(SimpleFb, height, uint32_t), .default_value = 768,
          .minimum = SIDE_MIN, .maximum = SIDE_MAX, .description = "lines" },
        HW_PROP_CHOICE("format", SimpleFb, format, format_names,
                       "pixels by the binding's name, from the highest bit to the lowest")),
    .state = &simple_fb_state,
    .realize = simple_fb_realize,
    .unrealize = simple_fb_unrealize,
};
/* clang-format on */
