/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The places of members in QEMU's structures, which differ by release.  learn.h finds them in
 * the running QEMU.
 */
#ifndef BRIDGE_QEMU_LAYOUT_H
#define BRIDGE_QEMU_LAYOUT_H

#include <stdint.h>

/* Offsets in VMStateDescription.  The name comes first. */
typedef struct QemuDescriptionLayout {
    uint32_t version_id;         /* int */
    uint32_t minimum_version_id; /* int */
    uint32_t pre_load;           /* int (*)(void *opaque) */
    uint32_t post_load;          /* int (*)(void *opaque, int version) */
    uint32_t pre_save;           /* int (*)(void *opaque) */
    uint32_t needed;             /* bool (*)(void *opaque) */
    uint32_t fields;
    uint32_t subsections; /* array of pointers that ends with NULL */
} QemuDescriptionLayout;

/* Room for a VMStateDescription of any release. */
#define QEMU_DESCRIPTION_ROOM 512

/* Offsets in VMStateField.  The name comes first. */
typedef struct QemuFieldLayout {
    uint32_t size;         /* VMStateField's size */
    uint32_t offset;       /* size_t */
    uint32_t element_size; /* size_t */
    uint32_t count;        /* int */
    uint32_t info;
    uint32_t flags;      /* int */
    uint32_t version_id; /* int */
    uint32_t end_flag;   /* flags of the list's last entry, which has no name */
} QemuFieldLayout;

/* VMStateFlags, the same in all releases. */
#define QEMU_VMS_SINGLE  1
#define QEMU_VMS_POINTER 2
#define QEMU_VMS_ARRAY   4
#define QEMU_VMS_STRUCT  8

/* Offsets in DeviceClass. */
typedef struct QemuDeviceClassLayout {
    uint32_t categories; /* a bit set */
    uint32_t description;
    uint32_t user_creatable; /* bool */
    uint32_t hotpluggable;   /* bool */
} QemuDeviceClassLayout;

/* Bits of MemTxAttrs, which QEMU passes by value in a register. */
typedef struct QemuAttributesLayout {
    uint32_t unspecified; /* the access is for no special device */
    uint32_t memory;      /* QEMU refuses an access to anything but RAM and ROM */
} QemuAttributesLayout;

/* The places that PCI functions need; zero until qemu_pci_learn(). */
typedef struct QemuPciLayout {
    uint32_t vmsd;   /* in VMStateField: the description of a field that is an object */
    uint32_t config; /* in PCIDevice: a pointer to the configuration space */
} QemuPciLayout;

/* The places in I2CSlaveClass that targets need; zero until qemu_i2c_learn(). */
typedef struct QemuI2cLayout {
    uint32_t send;    /* int (*)(I2CSlave *, uint8_t) */
    uint32_t receive; /* uint8_t (*)(I2CSlave *) */
    uint32_t event;   /* int (*)(I2CSlave *, enum) */
} QemuI2cLayout;

typedef struct QemuLayout {
    QemuDescriptionLayout description;
    QemuFieldLayout field;
    QemuDeviceClassLayout device_class;
    uint32_t interface_class_size; /* the rest of TPMIfClass follows; 0: QEMU has no TPMs */
    uint32_t load_setup;           /* in SaveVMHandlers; load_cleanup comes next */
    QemuAttributesLayout attributes;
    QemuPciLayout pci;
    QemuI2cLayout i2c;
} QemuLayout;

/* The layout of the running QEMU.  plugin.c sets it before anything else. */
extern const QemuLayout *qemu_layout;

static inline uint64_t qemu_attributes_unspecified(void)
{
    return 1ull << qemu_layout->attributes.unspecified;
}

/* QEMU then refuses what is neither RAM nor ROM. */
static inline uint64_t qemu_attributes_memory(void)
{
    return 1ull << qemu_layout->attributes.memory;
}

#endif
