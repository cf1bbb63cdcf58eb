/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's migration stream, version 3, as `migrate exec:cat` writes it: precopy,
 * one channel.  All integers are big-endian.
 *
 *     "QEVM" u32 3, configuration, sections, EOF, description
 *
 * configuration  0x07, u32 length, machine's name, subsections
 * START, FULL    u8 type, u32 id, u8 length, name, u32 instance, u32 version, payload, footer
 * PART, END      u8 type, u32 id, payload, footer
 * footer         0x7e, u32 id
 * subsection     0x05, u8 length, name, u32 version, payload
 * command        0x08, u16 command, u16 length, data
 * description    0x06, u32 length, JSON that names every field ("vmdesc")
 */
#ifndef OB_VM_FORMAT_H
#define OB_VM_FORMAT_H

#define OB_VM_MAGIC   0x5145564du
#define OB_VM_VERSION 3u

typedef enum ObVmType {
    OB_VM_EOF = 0x00,
    OB_VM_START = 0x01,
    OB_VM_PART = 0x02,
    OB_VM_END = 0x03,
    OB_VM_FULL = 0x04,
    OB_VM_SUBSECTION = 0x05,
    OB_VM_DESCRIPTION = 0x06,
    OB_VM_CONFIGURATION = 0x07,
    OB_VM_COMMAND = 0x08,
    OB_VM_FOOTER = 0x7e,
} ObVmType;

/*
 * Section "ram", version 4.  A record is a u64 of offset and flags.  START has
 * the sum of the blocks' lengths with MEM_SIZE, then for each block u8 length,
 * name, u64 length.  PART and END have pages: a record, the block's name, the data.  The
 * name is left out with CONTINUE: the block is the last page's.  Each part ends with EOS.
 */
#define OB_VM_RAM         "ram"
#define OB_VM_RAM_VERSION 4u

enum {
    OB_VM_RAM_ZERO = 0x02, /* followed by a byte 0 */
    OB_VM_RAM_MEM_SIZE = 0x04,
    OB_VM_RAM_PAGE = 0x08,
    OB_VM_RAM_EOS = 0x10,
    OB_VM_RAM_CONTINUE = 0x20,
    OB_VM_RAM_XBZRLE = 0x40,
    OB_VM_RAM_HOOK = 0x80, /* RDMA */
    OB_VM_RAM_COMPRESS = 0x100,
    OB_VM_RAM_MULTIFD = 0x200,
};

/*
 * Section ".../virtio-mem-device-early", version 1, has u64 address, size of the region and of a
 * block, u32 node, u64 plugged bytes.  A bit for each block follows, in u64 words.
 */
#define OB_VM_VIRTIO_MEM_EARLY  "/virtio-mem-device-early"
#define OB_VM_VIRTIO_MEM_REGION 8u
#define OB_VM_VIRTIO_MEM_BLOCK  16u
#define OB_VM_VIRTIO_MEM_BITMAP 36u

/* A member of the description: Outboard's host leaves out pages of main memory that were never
 * written, and QEMU does not. */
#define OB_VM_WRITER_KEY  "writer"
#define OB_VM_WRITER_NAME "outboard"

typedef enum ObVmCommand {
    OB_VM_OPEN_RETURN_PATH = 1,
    OB_VM_PING = 2, /* a u32 that the answer repeats */
    OB_VM_POSTCOPY_ADVISE = 3,
    OB_VM_POSTCOPY_LISTEN = 4,
    OB_VM_POSTCOPY_RUN = 5,
    OB_VM_POSTCOPY_RAM_DISCARD = 6,
    OB_VM_PACKAGED = 7,
    OB_VM_ENABLE_COLO = 8,
    OB_VM_POSTCOPY_RESUME = 9,
    OB_VM_RECV_BITMAP = 10,
    OB_VM_SWITCHOVER_START = 11,
} ObVmCommand;

#define OB_VM_NAME_MAX      255u
#define OB_VM_PAGE_BITS     12u /* the default, without a configuration subsection */
#define OB_VM_PAGE_BITS_MIN 10u /* Arm's */
#define OB_VM_PAGE_BITS_MAX 16u

#endif
