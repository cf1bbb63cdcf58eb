/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target: a guest that describes screens: by the file etc/ramfb, and by the registers of
 * bochs-display.  Each operation is 32 bytes: what, which member or register, and the file's 28
 * bytes.  Somebody looks, and reads pixels of each line.
 */
#include <string.h>

#include <glib.h>

#include "hw-api/device/bytes.h"
#include "hw-api/ext/draft/display.h"
#include "hw-api/host/run/screen.h"
#include "qtest/fuzz/fuzz-host.h"
#include "qtest/machine/board.h"
#include "qtest/machine/parts/fw-cfg.h"
#include "qtest/machine/pci/pci.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Linked in, so that the fuzzer sees their branches; devices.h is for the plugin. */
extern const HwDeviceClass ramfb_class;
extern const HwDeviceClass bochs_display_class;

enum { OPERATION = 32, FILE_SIZE = 28, DISPI = 0x500, CONFIG = 0x2000, DESCRIPTOR = 0x1000 };

static ObHost *host;
static uint16_t key;  /* etc/ramfb */
static uint64_t mmio; /* bochs-display, BAR 2 */

/* fw_cfg's DMA descriptor: select and write */
static void file_write(uint32_t offset, uint32_t size)
{
    uint8_t descriptor[16] = { 0 };

    hw_store_be32(descriptor, (uint32_t)key << 16 | 0x18);
    hw_store_be32(descriptor + 4, size);
    hw_store_be32(descriptor + 12, CONFIG + offset);
    ob_host_write(host, DESCRIPTOR, descriptor, sizeof(descriptor));
    fuzz_access();
    ob_host_store(host, HW_SPACE_IO, 0x518, GUINT32_SWAP_LE_BE(DESCRIPTOR), 4);
}

static void dispi_write(uint32_t index, uint32_t value)
{
    fuzz_access();
    ob_host_store(host, HW_SPACE_MEMORY, mmio + DISPI + 2 * index, value, 2);
}

static void registers_read(uint32_t number)
{
    for (uint32_t i = 0; i < 256; i++) {
        fuzz_access();
        ob_host_load(host, HW_SPACE_MEMORY, mmio + ((number + 7 * i) & 0xfff), 1u << i % 4);
    }
}

static void line_read(const HwImage *image, uint32_t line)
{
    static volatile uint8_t sum;
    const uint8_t *pixels = image->pixels + (size_t)image->stride * line;

    sum = (uint8_t)(sum + pixels[0] + pixels[image->width / 2] + pixels[image->width - 1]);
}

static void look(HwInstance *instance)
{
    HwScreen *screen = hw_screen_at(instance, 0);
    HwImage image;

    if (screen && hw_screen_look(screen, &image)) {
        for (uint32_t line = 0; line < image.height; line++) {
            line_read(&image, line);
        }
    }
}

/* A description that a driver could give, of this number. */
static void plausible(uint8_t *file, uint32_t number)
{
    static const uint32_t fourccs[] = {
        HW_PIXELS_XRGB8888, HW_PIXELS_BGRX8888, HW_PIXELS_RGB888,
        HW_PIXELS_BGR888,   HW_PIXELS_RGB565,   HW_PIXELS_XRGB1555
    };

    hw_store_be64(file, (number >> 8 & 0xfff) << 10);
    hw_store_be32(file + 8, fourccs[number % G_N_ELEMENTS(fourccs)]);
    hw_store_be32(file + 16, 16 + (number >> 3 & 0x1ff));
    hw_store_be32(file + 20, 16 + (number >> 12 & 0x1ff));
    hw_store_be32(file + 24, number >> 20 & 0xfff);
}

static void seldom(uint32_t value)
{
    if (value % 512 == 0) { /* 20 MiB */
        fuzz_host_move(host, value >> 9);
    } else if (value % 32 == 1) {
        ob_host_reset(host);
    }
    ob_pci_assign(ob_host_pci(host));
    mmio = ob_host_device_at(host, 1)->pci->bars[2].address;
}

static void operation(const uint8_t *bytes)
{
    uint8_t file[FILE_SIZE];
    uint32_t number = (uint32_t)hw_load_le(bytes + 2, 4);

    memcpy(file, bytes + 4, FILE_SIZE);
    switch (bytes[0] % 10) {
    case 0:
        plausible(file, number);
        /* fall through */
    case 1:
        ob_host_write(host, CONFIG, file, FILE_SIZE);
        file_write(0, FILE_SIZE);
        break;
    case 2: /* one member of the file that is there */
        ob_host_write(host, CONFIG + bytes[1] % FILE_SIZE, file, 4);
        file_write(0, number % (FILE_SIZE + 4));
        break;
    case 3: /* a look costs as much as thousands of accesses */
        if (number % 16 < 2) {
            look(ob_host_device_at(host, number % 16));
        }
        break;
    case 4:
        registers_read(number);
        break;
    case 5: /* a mode */
        dispi_write(1, number & 0x7ff);
        dispi_write(2, number >> 11 & 0x7ff);
        dispi_write(3, bytes[1] & 1 ? 32 : 16);
        dispi_write(4, 1);
        break;
    case 6:
        seldom(number);
        break;
    case 7:
        fuzz_access();
        ob_host_store(host, HW_SPACE_MEMORY, mmio + (number & 0xfff), hw_load_le(bytes + 6, 8),
                      1u << bytes[1] % 4);
        break;
    default:
        for (uint32_t i = 0; i < bytes[1]; i++) {
            dispi_write((bytes[1] + i) % 12, number >> i % 16);
        }
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!host) {
        host = fuzz_host_new();
        fuzz_host_add(host, &ramfb_class, NULL, 0);
        fuzz_host_add(host, &bochs_display_class, NULL, 0);
        key = ob_fw_cfg_key(ob_host_fw_cfg(host), "etc/ramfb");
    }
    ob_host_reset(host);
    seldom(2);
    for (; size >= OPERATION; data += OPERATION, size -= OPERATION) {
        operation(data);
    }
    return 0;
}
