/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/container/libvirt-image.h"

#include <inttypes.h>
#include <string.h>

#include <glib.h>

#include "hw-api/device/error.h"

#define VERSION_MAX 2u
#define DATA_MAX    (16u << 20)

enum { WORD_VERSION, WORD_DATA, WORD_WAS_RUNNING, WORD_FORMAT, WORDS };

/* Format 6, sparse, is the stream of capability mapped-ram. */
static const char *const packers[] = { NULL, "gzip", "bzip2", "xz", "lzop", "zstd", NULL };

bool ob_vm_is_libvirt_image(const uint8_t *magic)
{
    return memcmp(magic, "LibvirtQemudSave", OB_VM_LIBVIRT_MAGIC) == 0 ||
           memcmp(magic, "LibvirtQemudPart", OB_VM_LIBVIRT_MAGIC) == 0;
}

bool ob_vm_libvirt_image_parse(ObVmLibvirtImage *image, const uint8_t *header, HwError *error)
{
    uint32_t words[WORDS];

    memcpy(words, header + OB_VM_LIBVIRT_MAGIC, sizeof(words));
    if (words[WORD_VERSION] > VERSION_MAX) {
        for (int i = 0; i < WORDS; i++) {
            words[i] = GUINT32_SWAP_LE_BE(words[i]);
        }
    }
    *image = (ObVmLibvirtImage) {
        .unfinished = memcmp(header, "LibvirtQemudPart", OB_VM_LIBVIRT_MAGIC) == 0,
        .data_size = words[WORD_DATA],
        .format = words[WORD_FORMAT],
    };
    if (words[WORD_VERSION] > VERSION_MAX) {
        return hw_error_set(error, "libvirt's image has version %" PRIu32 ", expected at most %u",
                            words[WORD_VERSION], VERSION_MAX);
    }
    if (image->data_size > DATA_MAX) {
        return hw_error_set(error,
                            "libvirt's image has %" PRIu32 " bytes of XML, expected at most %u",
                            image->data_size, DATA_MAX);
    }
    return image->format < G_N_ELEMENTS(packers) ||
           hw_error_set(error, "libvirt's image has format %" PRIu32 ", expected at most %zu",
                        image->format, G_N_ELEMENTS(packers) - 1);
}

const char *ob_vm_libvirt_packer(const ObVmLibvirtImage *image)
{
    return packers[image->format];
}
