/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Virtio over PCI, modern alone (VIRTIO 4.1).  BAR 4 has the common configuration, the ISR, the
 * device's own configuration and the notifications; BAR 1 the messages of MSI-X.
 *
 *     static const HwPciFunction echo_pci = {
 *         HW_VIRTIO_PCI_FUNCTION(Echo, pci, 42, 2), .class_code = 0xff0000,
 *     };
 *     .pci = &echo_pci,
 *     .regions = HW_ROWS(HwRegion,
 *         HW_VIRTIO_PCI_REGIONS,
 *         { .name = "config", .kind = HW_REGION_REGISTERS, .space = HW_SPACE_BAR,
 *           .bar = HW_VIRTIO_PCI_BAR, .offset = HW_VIRTIO_PCI_CONFIG, ... }),
 */
#ifndef HW_DEVICE_VIRTIO_PCI_H
#define HW_DEVICE_VIRTIO_PCI_H

#include "hw-api/device/virtio/virtio.h"
#include "hw-api/ext/draft/pci.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HW_VIRTIO_PCI_BAR    4
#define HW_VIRTIO_PCI_MSIX   1
#define HW_VIRTIO_PCI_ISR    0x1000u /* offsets in the BAR; the common part is at 0 */
#define HW_VIRTIO_PCI_CONFIG 0x2000u
#define HW_VIRTIO_PCI_NOTIFY 0x3000u
#define HW_VIRTIO_PCI_SIZE   0x4000u
#define HW_VIRTIO_PCI_PART   0x1000u /* bytes that each part takes in the BAR */
#define HW_VIRTIO_PCI_COMMON 0x3cu   /* those of them that are fields */

enum { HW_VIRTIO_PCI_WORDS = 4, HW_VIRTIO_PCI_NOTIFY_WORDS = 5, HW_VIRTIO_PCI_WINDOW_WORDS = 5 };

/* Words of the capabilities, which the host fills. */
typedef struct HwVirtioPci {
    uint32_t common[HW_VIRTIO_PCI_WORDS];
    uint32_t isr[HW_VIRTIO_PCI_WORDS];
    uint32_t config[HW_VIRTIO_PCI_WORDS];
    uint32_t notify[HW_VIRTIO_PCI_NOTIFY_WORDS];
    uint32_t window[HW_VIRTIO_PCI_WINDOW_WORDS]; /* the driver's: a part of the state */
} HwVirtioPci;

extern const HwRegister hw_virtio_pci_common[HW_VIRTIO_PCI_WORDS];
extern const HwRegister hw_virtio_pci_isr[HW_VIRTIO_PCI_WORDS];
extern const HwRegister hw_virtio_pci_config[HW_VIRTIO_PCI_WORDS];
extern const HwRegister hw_virtio_pci_notify[HW_VIRTIO_PCI_NOTIFY_WORDS];
extern const HwRegister hw_virtio_pci_window[HW_VIRTIO_PCI_WINDOW_WORDS];

/* clang-format off */
#define HW_VIRTIO_PCI_CAPABILITY(Struct, member, part, place)                                 \
    { .name = #part, .id = 0x09, .offset = (place), .words = offsetof(Struct, member.part),                      \
      .word_count = sizeof(((Struct *)0)->member.part) / 4,                                   \
      .registers = HW_TABLE(hw_virtio_pci_##part) }

/* `member`: a HwVirtioPci of the instance.  `id`: the device's, as in its model.  There is a message
 * for each queue, and one for the configuration.  Capabilities lie where QEMU's do. */
#define HW_VIRTIO_PCI_FUNCTION(Struct, member, id, queues)                                    \
    .vendor = 0x1af4, .device = 0x1040 + (id), .revision = 1, .interrupt_pin = HW_PCI_INTA,   \
    .msix_vectors = (queues) + 1, .msix_bar = HW_VIRTIO_PCI_MSIX,                             \
    .flags = HW_PCI_MESSAGE_BY_EVENT,                                                         \
    .bars = HW_ROWS(HwPciBar, { .number = HW_VIRTIO_PCI_BAR, .size = HW_VIRTIO_PCI_SIZE,      \
                                .flags = HW_PCI_BAR_64 | HW_PCI_BAR_PREFETCH }),              \
    .capabilities = HW_ROWS(HwPciCapability,                                                  \
        HW_VIRTIO_PCI_CAPABILITY(Struct, member, common, 0x40),                                     \
        HW_VIRTIO_PCI_CAPABILITY(Struct, member, isr, 0x50),                                        \
        HW_VIRTIO_PCI_CAPABILITY(Struct, member, config, 0x60),                                     \
        HW_VIRTIO_PCI_CAPABILITY(Struct, member, notify, 0x70),                                     \
        HW_VIRTIO_PCI_CAPABILITY(Struct, member, window, 0x84))

/* Three regions of the BAR; the device's own configuration follows them. */
#define HW_VIRTIO_PCI_REGIONS                                                                 \
    { .name = "common", .kind = HW_REGION_MMIO, .space = HW_SPACE_BAR,                        \
      .bar = HW_VIRTIO_PCI_BAR, .size = HW_VIRTIO_PCI_COMMON, .access_min = 1,                \
      .access_max = 4, .read = hw_virtio_pci_common_read,                                     \
      .write = hw_virtio_pci_common_write, .place_name = hw_virtio_pci_common_name },         \
    { .name = "isr", .kind = HW_REGION_MMIO, .space = HW_SPACE_BAR,                           \
      .bar = HW_VIRTIO_PCI_BAR, .offset = HW_VIRTIO_PCI_ISR, .size = 4, .access_min = 1,      \
      .access_max = 4, .read = hw_virtio_pci_isr_read, .write = hw_virtio_pci_isr_write },    \
    { .name = "notify", .kind = HW_REGION_MMIO, .space = HW_SPACE_BAR,                        \
      .bar = HW_VIRTIO_PCI_BAR, .offset = HW_VIRTIO_PCI_NOTIFY,                               \
      .size = 4 * HW_VIRTIO_QUEUES, .access_min = 2, .access_max = 4,                         \
      .read = hw_virtio_pci_notify_read, .write = hw_virtio_pci_notify_write }
/* clang-format on */

uint64_t hw_virtio_pci_common_read(HwDevice *dev, uint64_t offset, uint32_t size);
void hw_virtio_pci_common_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size);
const char *hw_virtio_pci_common_name(uint64_t offset);
uint64_t hw_virtio_pci_isr_read(HwDevice *dev, uint64_t offset, uint32_t size);
void hw_virtio_pci_isr_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size);
uint64_t hw_virtio_pci_notify_read(HwDevice *dev, uint64_t offset, uint32_t size);
void hw_virtio_pci_notify_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size);

/* After hw_virtio_init(): events become messages of MSI-X, if the guest has switched it on. */
void hw_virtio_pci_init(HwDevice *dev);

/* The hook `update`: drives the pin. */
void hw_virtio_pci_update(HwDevice *dev);

/*
 * The state, in the form of QEMU's section of such a device on virtio-pci.  A stream of QEMU's device
 * loads here, and the other way round.  The rows of each queue follow the first rows; then come those
 * of the device, and the part:
 *
 *     static const HwState echo_state = {
 *         .name = "virtio-echo", .version = 1, .minimum_version = 1,
 *         .fields = HW_ROWS(HwStateField,
 *             HW_VIRTIO_PCI_SAVED(Echo, ECHO_FEATURES, 1), HW_VIRTIO_PCI_SAVED_QUEUE(Echo, 0),
 *             HW_SAVED(Echo, last), HW_VIRTIO_PCI_SAVED_PART),
 *         .pre_save = hw_virtio_pci_pre_save, .post_load = hw_virtio_pci_post_load,
 *     };
 *
 * `offered_`: the features of the model.  A pre_save of the device calls hw_virtio_pci_pre_save() first, then may
 * store its configuration in `virtio.stored.config`.  QEMU has the window in configuration space, and
 * ours is a subsection: a stream with a window in use loads here alone.
 */
/* clang-format off */
#define HW_VIRTIO_PCI_SAVED(Struct, offered_, count_)                                          \
    HW_SAVED_AS("config_vector", Struct, virtio.vector, 0),                                   \
    HW_SAVED_AS("status", Struct, virtio.status, 0), HW_SAVED_AS("isr", Struct, virtio.isr, 0), \
    HW_SAVED_AS("queue_sel", Struct, virtio.stored.queue_select, 0),                          \
    HW_SAVED_FIXED("guest_features", Struct, virtio.stored.features,                          \
                   UINT32_MAX & ~((offered_) | HW_VIRTIO_INDIRECT | HW_VIRTIO_EVENT_INDEX), 0), \
    HW_SAVED_BYTES("config", Struct, virtio.stored.config_size, virtio.stored.config),        \
    HW_SAVED_FIXED("queues", Struct, virtio.stored.queue_count, UINT32_MAX, count_)
#define HW_VIRTIO_PCI_SAVED_QUEUE(Struct, n)                                                  \
    HW_SAVED_AS("vq" #n ".num", Struct, virtio.stored.size[n], 0),                            \
    HW_SAVED_AS("vq" #n ".desc", Struct, virtio.stored.descriptors[n], 0),                    \
    HW_SAVED_AS("vq" #n ".last_avail_idx", Struct, virtio.queues[n].next, 0),                 \
    HW_SAVED_AS("vq" #n ".vector", Struct, virtio.queues[n].vector, 0)
#define HW_VIRTIO_PCI_SAVED_PART HW_SAVED_PART("virtio", &hw_virtio_pci_state)
/* clang-format on */

extern const HwState hw_virtio_pci_state;

void hw_virtio_pci_pre_save(HwDevice *dev);
bool hw_virtio_pci_post_load(HwDevice *dev, uint32_t version, HwError *error);

/* The hook `loaded`. */
void hw_virtio_pci_loaded(HwDevice *dev);

#ifdef __cplusplus
}
#endif

#endif
