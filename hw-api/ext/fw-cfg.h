/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.fw-cfg/1 - files that the guest's firmware finds by name (QEMU's fw_cfg, documented
 * in its docs/specs/fw_cfg).
 *
 * A class declares its files in a table, and the host serves them.  A machine has one file
 * of each name: the host refuses a device whose file already exists.  A class that works
 * without files does not require the service; a host without fw_cfg ignores its files.
 *
 *     .fw_cfg_files = HW_ROWS(HwFwCfgFile,
 *         HW_FW_CFG_FILE("etc/lamp-levels", Lamp, levels, HW_FW_CFG_GUEST_WRITABLE)),
 */
#ifndef HW_EXT_FW_CFG_H
#define HW_EXT_FW_CFG_H

#include "hw-api/hw-api.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HW_FW_CFG          "hw.fw-cfg/1"

#define HW_FW_CFG_NAME_MAX 55 /* characters, as the directory's entries have it */

typedef enum HwFwCfgFlags {
    HW_FW_CFG_GUEST_WRITABLE = 1 << 0, /* by DMA; without this flag writes fail */
} HwFwCfgFlags;

/* The host reads and writes the file's bytes in the instance. */
struct HwFwCfgFile {
    const char *name; /* "etc/vmgenid_guid" */
    uint32_t offset;  /* place of the bytes in the instance; 0: zeros, read-only */
    uint32_t size;    /* in bytes: 1 to 64 MiB */
    uint32_t flags;   /* HwFwCfgFlags */
    uint32_t enabled; /* place of a bool in the instance, or 0: always there;
                       * the host reads it once, after realize */

    /* The guest selected the file; makes its bytes current.  May be NULL.  `update` follows
     * this hook and the next.  [device lock & realized] */
    void (*selected)(HwDevice *dev);

    /* The guest stored `length` bytes at `offset`; both lie in the file.  One call for
     * each transfer, which may be a part of the file only.  May be NULL.
     * [device lock & realized] */
    void (*written)(HwDevice *dev, uint32_t offset, uint32_t length);
};

/* A member of the instance as a file. */
/* clang-format off */
#define HW_FW_CFG_FILE(name_, Struct, member, flags_)                                     \
    { .name = name_, .offset = (uint32_t)offsetof(Struct, member),                        \
      .size = (uint32_t)sizeof(((Struct *)0)->member), .flags = flags_ }
/* clang-format on */

typedef enum HwFwCfgFeatures {
    HW_FW_CFG_DMA = 1 << 0, /* the guest can write files */
} HwFwCfgFeatures;

typedef struct HwFwCfg {
    HwAbi abi;
    uint32_t features; /* HwFwCfgFeatures, of this machine */
    uint32_t reserved;
} HwFwCfg;

/* NULL where the host lacks the service and the class does not require it.
 * [device lock & alive] */
static inline const HwFwCfg *hw_fw_cfg(HwDevice *dev)
{
    return (const HwFwCfg *)dev->host->query(dev->host, HW_FW_CFG);
}

#ifdef __cplusplus
}
#endif

#endif
