/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of this folder: the chip. */
#ifndef OB_FLASH_INTERNAL_H
#define OB_FLASH_INTERNAL_H

#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/flash/flash.h"

enum {
    OB_FLASH_PC_BLOCK = 256,    /* bytes that one block write can program, in all chips */
    OB_FLASH_VIRT_BLOCK = 4096, /* the largest */
    OB_FLASH_NOWHERE = -1,      /* `block_at`: no block write is under way */
    OB_ISA_BIOS = 0x20000,      /* so many bytes of a PC's firmware are below 1 MiB, too */
};

/* The bytes that chips side by side have on the bus, and what they answer. */
typedef struct ObFlashShape {
    uint32_t width;        /* bytes of the bus */
    uint32_t device_width; /* bytes of one chip; 0: it answers in QEMU's old way */
    uint32_t sector;       /* bytes that one erasure clears, in all chips */
    uint32_t block;        /* OB_FLASH_PC_BLOCK or OB_FLASH_VIRT_BLOCK */
    uint16_t maker, model;
} ObFlashShape;

typedef struct ObFlash {
    HwDevice dev;
    uint64_t size;
    uint64_t isa_size;
    bool has_isa_copy;  /* a PC's second place is a copy, */
    bool has_isa_alias; /* or shows the chip */
    const ObFlashShape *shape;
    bool is_read_only;
    void (*changed)(void *opaque, uint64_t offset, const uint8_t *bytes, uint64_t size);
    void *changed_opaque;

    /* QEMU's section has the same. */
    uint8_t step; /* writes of the command so far */
    uint8_t command;
    uint8_t status;
    uint64_t counter; /* writes of a block that are missing, but for the last */
    uint8_t block_bytes[OB_FLASH_VIRT_BLOCK];
    uint32_t block_at;
    bool block_came; /* during a load: the stream has the block */
} ObFlash;

enum { OB_FLASH_MEMORY, OB_FLASH_CHIP, OB_FLASH_ISA_COPY, OB_FLASH_ISA_ALIAS }; /* its regions */

/* chip.c: the classes of QEMU's chips, by the names of their RAM blocks. */
extern const HwClass ob_flash_pc_classes[OB_FLASHES], ob_flash_virt_classes[OB_FLASHES];

/* query.c: the answers to "read ID" and "CFI query" at an offset; a read takes its low bytes. */
uint32_t ob_flash_id(const ObFlashShape *shape, uint64_t offset);
uint32_t ob_flash_query(const ObFlashShape *shape, uint64_t size, uint64_t offset);

#endif
