/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/drivers/virtio.h"

#include "hw-api/device/bytes.h"

enum {
    MMIO_NOTIFY = 0x050,
    MMIO_ISR = 0x060,
    MMIO_ACK = 0x064,
    MMIO_CONFIG = 0x100,

    VENDOR = 0x1af4,
    DEVICE_FIRST = 0x1040, /* 4.1.2 */
    VENDOR_SPECIFIC = 0x09,
    DECODE_AND_MASTER = 0x6,

    NEXT_OFFSET = 2, /* the index in each part of a ring */
    RING_HEAD = 4,
};

static const struct {
    uint32_t mmio; /* VIRTIO 4.2.2 */
    uint32_t pci;  /* VIRTIO 4.1.4.3 */
    uint32_t pci_size;
} fields[VIRTIO_FIELDS] = {
    [VIRTIO_OFFERED_SELECT] = { 0x014, 0x00, 4 },
    [VIRTIO_OFFERED] = { 0x010, 0x04, 4 },
    [VIRTIO_ACCEPTED_SELECT] = { 0x024, 0x08, 4 },
    [VIRTIO_ACCEPTED] = { 0x020, 0x0c, 4 },
    [VIRTIO_STATUS] = { 0x070, 0x14, 1 },
    [VIRTIO_GENERATION] = { 0x0fc, 0x15, 1 },
    [VIRTIO_QUEUE_SELECT] = { 0x030, 0x16, 2 },
    [VIRTIO_QUEUE_SIZE] = { 0x038, 0x18, 2 },
    [VIRTIO_QUEUE_MOST] = { 0x034, 0x18, 2 },
    [VIRTIO_QUEUE_ENABLE] = { 0x044, 0x1c, 2 },
    [VIRTIO_QUEUE_DESCRIPTORS] = { 0x080, 0x20, 4 },
    [VIRTIO_QUEUE_DESCRIPTORS_HIGH] = { 0x084, 0x24, 4 },
    [VIRTIO_QUEUE_DRIVER] = { 0x090, 0x28, 4 },
    [VIRTIO_QUEUE_DRIVER_HIGH] = { 0x094, 0x2c, 4 },
    [VIRTIO_QUEUE_DEVICE] = { 0x0a0, 0x30, 4 },
    [VIRTIO_QUEUE_DEVICE_HIGH] = { 0x0a4, 0x34, 4 },
    [VIRTIO_QUEUE_RESET] = { 0x0c0, 0x3a, 2 },
};

VirtioDriver virtio_of_mmio(ObClient *client, uint64_t base, uint64_t memory)
{
    return (VirtioDriver) { .client = client, .base = base, .memory = memory };
}

enum { COMMON = 1, NOTIFY, ISR, CONFIG, WINDOW, KINDS };

/* The capabilities' offsets, by kind (VIRTIO 4.1.4). */
static void capabilities_read(const PciBus *bus, uint32_t address, uint32_t offsets[KINDS],
                              uint32_t *bar)
{
    uint32_t at = pci_capability(bus, address, VENDOR_SPECIFIC);

    while (at) {
        uint32_t kind = pci_config_read(bus, address, at + 3, 1);

        if (pci_config_read(bus, address, at, 1) == VENDOR_SPECIFIC && kind < KINDS) {
            *bar = pci_config_read(bus, address, at + 4, 1);
            offsets[kind] = pci_config_read(bus, address, at + 8, 4);
        }
        at = pci_config_read(bus, address, at + 1, 1);
    }
}

VirtioDriver virtio_of_pci(PciBus *bus, uint16_t id, uint32_t index, uint64_t memory)
{
    VirtioDriver d = { .client = bus->client, .memory = memory };
    uint32_t offsets[KINDS] = { 0 };
    uint32_t bar = 0;

    d.address = pci_find(bus, VENDOR, (uint16_t)(DEVICE_FIRST + id), index);
    g_assert_cmphex(d.address, !=, PCI_NOT_FOUND);
    capabilities_read(bus, d.address, offsets, &bar);
    d.common = offsets[COMMON];
    d.notify = offsets[NOTIFY];
    d.isr = offsets[ISR];
    d.config = offsets[CONFIG];
    d.bar = pci_bar_map(bus, d.address, bar);
    pci_command(bus, d.address, DECODE_AND_MASTER);
    return d;
}

uint32_t virtio_window(const PciBus *bus, const VirtioDriver *d)
{
    uint32_t at = pci_capability(bus, d->address, VENDOR_SPECIFIC);

    while (pci_config_read(bus, d->address, at + 3, 1) != WINDOW) {
        at = pci_config_read(bus, d->address, at + 1, 1);
        g_assert_cmphex(at, !=, 0);
    }
    return at;
}

uint32_t virtio_get(const VirtioDriver *d, VirtioField field)
{
    return d->bar.size ? (uint32_t)pci_bar_read(&d->bar, d->common + fields[field].pci,
                                                fields[field].pci_size)
                       : ob_client_readl(d->client, d->base + fields[field].mmio);
}

void virtio_set(const VirtioDriver *d, VirtioField field, uint32_t value)
{
    if (d->bar.size) {
        pci_bar_write(&d->bar, d->common + fields[field].pci, value, fields[field].pci_size);
    } else {
        ob_client_writel(d->client, d->base + fields[field].mmio, value);
    }
}

uint32_t virtio_status(const VirtioDriver *d)
{
    return virtio_get(d, VIRTIO_STATUS);
}

uint32_t virtio_isr(const VirtioDriver *d)
{
    uint32_t isr;

    if (d->bar.size) {
        return (uint32_t)pci_bar_read(&d->bar, d->isr, 1);
    }
    isr = ob_client_readl(d->client, d->base + MMIO_ISR);
    ob_client_writel(d->client, d->base + MMIO_ACK, isr);
    return isr;
}

uint8_t virtio_config(const VirtioDriver *d, uint32_t offset)
{
    return d->bar.size ? (uint8_t)pci_bar_read(&d->bar, d->config + offset, 1)
                       : ob_client_readb(d->client, d->base + MMIO_CONFIG + offset);
}

uint64_t virtio_offered(const VirtioDriver *d)
{
    uint64_t low;

    virtio_set(d, VIRTIO_OFFERED_SELECT, 0);
    low = virtio_get(d, VIRTIO_OFFERED);
    virtio_set(d, VIRTIO_OFFERED_SELECT, 1);
    return low | (uint64_t)virtio_get(d, VIRTIO_OFFERED) << 32;
}

void virtio_reset(VirtioDriver *d)
{
    virtio_set(d, VIRTIO_STATUS, 0);
    for (uint32_t i = 0; i < VIRTIO_RINGS; i++) {
        d->rings[i] = (VirtioRing) { 0 };
    }
}

bool virtio_negotiate(VirtioDriver *d, uint64_t features)
{
    const uint32_t bits = HW_VIRTIO_ACKNOWLEDGE | HW_VIRTIO_DRIVER;

    virtio_reset(d);
    virtio_set(d, VIRTIO_STATUS, bits);
    for (uint32_t i = 0; i < 2; i++) {
        virtio_set(d, VIRTIO_ACCEPTED_SELECT, i);
        virtio_set(d, VIRTIO_ACCEPTED, (uint32_t)(features >> 32 * i));
    }
    virtio_set(d, VIRTIO_STATUS, bits | HW_VIRTIO_FEATURES_OK);
    return virtio_status(d) & HW_VIRTIO_FEATURES_OK;
}

static void address_set(const VirtioDriver *d, VirtioField field, uint64_t address)
{
    virtio_set(d, field, (uint32_t)address);
    virtio_set(d, field + 1, (uint32_t)(address >> 32));
}

void virtio_ring_start(VirtioDriver *d, uint32_t queue, uint16_t size)
{
    VirtioRing *ring = &d->rings[queue];
    uint64_t start = d->memory + (uint64_t)queue * VIRTIO_RING_ROOM;

    *ring = (VirtioRing) {
        .descriptors = start, .driver = start + 0x2000, .device = start + 0x3000, .size = size
    };
    ob_client_memset(d->client, start, 0, VIRTIO_RING_ROOM);
    virtio_set(d, VIRTIO_QUEUE_SELECT, queue);
    virtio_set(d, VIRTIO_QUEUE_SIZE, size);
    address_set(d, VIRTIO_QUEUE_DESCRIPTORS, ring->descriptors);
    address_set(d, VIRTIO_QUEUE_DRIVER, ring->driver);
    address_set(d, VIRTIO_QUEUE_DEVICE, ring->device);
    virtio_set(d, VIRTIO_QUEUE_ENABLE, 1);
}

void virtio_driver_ok(const VirtioDriver *d)
{
    virtio_set(d, VIRTIO_STATUS, virtio_status(d) | HW_VIRTIO_DRIVER_OK);
}

void virtio_descriptor(const VirtioDriver *d, uint64_t table, uint32_t index, uint64_t address,
                       uint32_t size, uint16_t flags, uint16_t next)
{
    uint8_t bytes[16];

    hw_store_le(bytes, address, 8);
    hw_store_le(bytes + 8, size, 4);
    hw_store_le(bytes + 12, flags, 2);
    hw_store_le(bytes + 14, next, 2);
    ob_client_memwrite(d->client, table + (uint64_t)index * sizeof(bytes), bytes, sizeof(bytes));
}

static void number_write(const VirtioDriver *d, uint64_t address, uint16_t value)
{
    uint8_t bytes[2];

    hw_store_le(bytes, value, sizeof(bytes));
    ob_client_memwrite(d->client, address, bytes, sizeof(bytes));
}

static uint32_t number_read(const VirtioDriver *d, uint64_t address, uint32_t size)
{
    uint8_t bytes[4];

    ob_client_memread(d->client, address, bytes, size);
    return (uint32_t)hw_load_le(bytes, size);
}

void virtio_offer(VirtioDriver *d, uint32_t queue, uint16_t head)
{
    VirtioRing *ring = &d->rings[queue];

    number_write(d, ring->driver + RING_HEAD + 2u * (ring->available % ring->size), head);
    ring->available++;
    number_write(d, ring->driver + NEXT_OFFSET, ring->available);
}

uint16_t virtio_add(VirtioDriver *d, uint32_t queue, uint64_t address, uint32_t size,
                    uint16_t flags)
{
    VirtioRing *ring = &d->rings[queue];
    uint16_t head = ring->next;

    ring->next = (uint16_t)((ring->next + 1u) % ring->size);
    virtio_descriptor(d, ring->descriptors, head, address, size, flags, 0);
    virtio_offer(d, queue, head);
    return head;
}

void virtio_kick(const VirtioDriver *d, uint32_t queue)
{
    if (d->bar.size) {
        pci_bar_write(&d->bar, d->notify + 4 * queue, queue, 2);
    } else {
        ob_client_writel(d->client, d->base + MMIO_NOTIFY, queue);
    }
}

bool virtio_used(VirtioDriver *d, uint32_t queue, uint32_t *head, uint32_t *written)
{
    VirtioRing *ring = &d->rings[queue];
    uint64_t element = ring->device + RING_HEAD + 8u * (ring->used % ring->size);

    if ((uint16_t)number_read(d, ring->device + NEXT_OFFSET, 2) == ring->used) {
        return false;
    }
    *head = number_read(d, element, 4);
    *written = number_read(d, element + 4, 4);
    ring->used++;
    return true;
}
