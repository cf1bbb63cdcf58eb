/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The header of libvirt's save images (`virsh save`, managed save): 16 bytes of magic, and u32
 * words in the order of the host that wrote them.  The words are version, length of the data before
 * the stream, was-running, format and offset of a cookie.  14 words are unused.
 */
#ifndef OB_VM_LIBVIRT_IMAGE_H
#define OB_VM_LIBVIRT_IMAGE_H

#include "hw-api/hw-api.h"

#define OB_VM_LIBVIRT_HEADER 92u
#define OB_VM_LIBVIRT_MAGIC  16u

typedef struct ObVmLibvirtImage {
    bool unfinished;    /* the save did not end */
    uint32_t data_size; /* bytes of the domain's XML and of the cookie, after the header */
    uint32_t format;
} ObVmLibvirtImage;

bool ob_vm_is_libvirt_image(const uint8_t *magic);

/* False with a sentence if the header is not valid. */
bool ob_vm_libvirt_image_parse(ObVmLibvirtImage *image, const uint8_t *header, HwError *error);

/* The name of a format's packer; NULL: the stream is not compressed. */
const char *ob_vm_libvirt_packer(const ObVmLibvirtImage *image);

#endif
