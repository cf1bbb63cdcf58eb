/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/section/virtio.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/device/bytes.h"

/* ------------------------------------------------------------------- bytes */

typedef struct Bytes {
    const uint8_t *at;
    size_t left;
    bool bad;
} Bytes;

static const uint8_t *take(Bytes *bytes, size_t size)
{
    static const uint8_t nothing[8];
    const uint8_t *taken = bytes->at;

    if (bytes->bad || size > bytes->left) {
        bytes->bad = true;
        return size <= sizeof(nothing) ? nothing : NULL;
    }
    bytes->at += size;
    bytes->left -= size;
    return taken;
}

/* -------------------------------------------------------------- transports */

/* PCI 3.0, section 6.7 and the capabilities' ids in its appendix H. */
enum {
    PCI_CAPABILITIES = 0x34,
    PCI_CAP_MSIX = 0x11,
    PCI_CAP_EXPRESS = 0x10,
    PCI_CONFIG = 256,
    PCI_EXPRESS_CONFIG = 4096,
    PCI_VERSION_SIZE = 4,
    PCI_IRQ_SIZE = 16,
};

/* Returns the capability's offset, 0: none.  A list has at most 48 entries. */
static uint8_t capability_find(const uint8_t *config, uint8_t id)
{
    uint8_t at = config[PCI_CAPABILITIES];

    for (int i = 0; i < 48 && at >= 0x40 && at <= 252; i++) {
        if (config[at] == id) {
            return at;
        }
        at = config[at + 1];
    }
    return 0;
}

/* Skips QEMU's struct of a PCI device and the MSI-X table.  *has_vectors: each queue has one. */
static bool pci_skip(Bytes *bytes, bool *has_vectors)
{
    const uint8_t *config;
    uint8_t msix;

    if (bytes->left < PCI_VERSION_SIZE + PCI_CONFIG) {
        return false;
    }
    take(bytes, PCI_VERSION_SIZE);
    config = bytes->at;
    take(bytes, (capability_find(config, PCI_CAP_EXPRESS) ? PCI_EXPRESS_CONFIG : PCI_CONFIG) +
                    PCI_IRQ_SIZE);
    msix = capability_find(config, PCI_CAP_MSIX);
    *has_vectors = msix != 0;
    if (msix) {
        size_t vectors = ((size_t)(config[msix + 2] | config[msix + 3] << 8) & 0x7ff) + 1;

        take(bytes, vectors * 16 + (vectors + 7) / 8);
        take(bytes, 2);
    }
    return !bytes->bad;
}

#define MMIO_SIZE 12u /* three u32: selectors of features, shift of the page size */

/*
 * CCW, on s390x.  The state of the subchannel in front has subsections of its own; the last before
 * the device's common state is the adapter's.  Behind it are a u32 in it, the interrupt's
 * subclass and the revision.
 */
#define CCW_BEFORE_MAX 2048u
#define CCW_BEHIND     (4u + 1u + 4u)

static const char ccw_adapter[] = "\5\x20s390_adapter_info/summary_offset\0\0\0\1";

static bool ccw_skip(Bytes *bytes)
{
    const uint8_t *found = memmem(bytes->at, MIN(bytes->left, CCW_BEFORE_MAX), ccw_adapter,
                                  sizeof(ccw_adapter) - 1);

    if (!found) {
        return false;
    }
    take(bytes, (size_t)(found - bytes->at) + sizeof(ccw_adapter) - 1 + CCW_BEHIND);
    return !bytes->bad;
}

static bool transport_skip(Bytes *bytes, const char *section, bool *has_vectors,
                           bool *has_alignment)
{
    if (strncmp(section, "/fe.", 4) == 0) { /* the channel subsystem of virtual devices */
        *has_alignment = false;
        *has_vectors = true;
        return ccw_skip(bytes);
    }
    *has_alignment = strstr(section, "virtio-mmio") != NULL;
    *has_vectors = false;
    if (*has_alignment) {
        take(bytes, MMIO_SIZE);
        return !bytes->bad;
    }
    return pci_skip(bytes, has_vectors);
}

/* ---------------------------------------------------------------------- parse */

static void queue_take(Bytes *bytes, ObVirtioQueue *queue, bool has_vectors, bool has_alignment)
{
    queue->entries = hw_load_be32(take(bytes, 4));
    if (has_alignment) {
        take(bytes, 4);
    }
    queue->address = hw_load_be64(take(bytes, 8));
    queue->next = hw_load_be16(take(bytes, 2));
    if (has_vectors) {
        take(bytes, 2);
    }
}

/* A device that offers features above bit 31 sends all of them in a subsection, which comes after
 * the device's own state. */
static uint64_t features_find(const Bytes *rest, uint32_t low)
{
    static const char header[] = "\5\x15virtio/64bit_features\0\0\0\1";
    const uint8_t *found = memmem(rest->at, rest->left, header, sizeof(header) - 1);
    size_t from = found ? (size_t)(found - rest->at) + sizeof(header) - 1 : 0;

    return found && rest->left - from >= 8 ? hw_load_be64(rest->at + from) : low;
}

bool ob_virtio_parse(ObVirtio *virtio, const char *section, const uint8_t *bytes, size_t size)
{
    const char *last = strrchr(section, '/');
    Bytes rest = { bytes, size, false };
    bool has_vectors, has_alignment;
    uint32_t low;

    virtio->device = last ? last + 1 : section;
    if (!transport_skip(&rest, section, &has_vectors, &has_alignment)) {
        return false;
    }
    virtio->status = *take(&rest, 1);
    take(&rest, 1 + 2); /* interrupt status, selected queue */
    low = hw_load_be32(take(&rest, 4));
    virtio->config_length = hw_load_be32(take(&rest, 4));
    take(&rest, virtio->config_length);
    virtio->queue_count = hw_load_be32(take(&rest, 4));
    if (rest.bad || virtio->queue_count > OB_VIRTIO_QUEUES) {
        return false;
    }
    for (uint32_t i = 0; i < virtio->queue_count; i++) {
        queue_take(&rest, &virtio->queues[i], has_vectors, has_alignment);
    }
    virtio->features = features_find(&rest, low);
    return !rest.bad;
}

/* ---------------------------------------------------------------------- names */

typedef struct Feature {
    const char *device; /* NULL: all */
    uint8_t bit;
    uint8_t end; /* the configuration has at least this length if it is offered; 0: any */
    const char *name;
} Feature;

/* Virtio 1.2: section 6 for all devices, then each device's section "Feature bits". */
static const Feature features[] = {
    { NULL, 24, 0, "NOTIFY_ON_EMPTY" },
    { NULL, 27, 0, "ANY_LAYOUT" },
    { NULL, 28, 0, "INDIRECT_DESC" },
    { NULL, 29, 0, "EVENT_IDX" },
    { NULL, 32, 0, "VERSION_1" },
    { NULL, 33, 0, "ACCESS_PLATFORM" },
    { NULL, 34, 0, "RING_PACKED" },
    { NULL, 35, 0, "IN_ORDER" },
    { NULL, 36, 0, "ORDER_PLATFORM" },
    { NULL, 37, 0, "SR_IOV" },
    { NULL, 38, 0, "NOTIFICATION_DATA" },
    { NULL, 40, 0, "RING_RESET" },
    { "virtio-net", 0, 0, "CSUM" },
    { "virtio-net", 1, 0, "GUEST_CSUM" },
    { "virtio-net", 2, 0, "CTRL_GUEST_OFFLOADS" },
    { "virtio-net", 3, 12, "MTU" },
    { "virtio-net", 5, 6, "MAC" },
    { "virtio-net", 6, 0, "GSO" },
    { "virtio-net", 7, 0, "GUEST_TSO4" },
    { "virtio-net", 8, 0, "GUEST_TSO6" },
    { "virtio-net", 9, 0, "GUEST_ECN" },
    { "virtio-net", 10, 0, "GUEST_UFO" },
    { "virtio-net", 11, 0, "HOST_TSO4" },
    { "virtio-net", 12, 0, "HOST_TSO6" },
    { "virtio-net", 13, 0, "HOST_ECN" },
    { "virtio-net", 14, 0, "HOST_UFO" },
    { "virtio-net", 15, 0, "MRG_RXBUF" },
    { "virtio-net", 16, 8, "STATUS" },
    { "virtio-net", 17, 0, "CTRL_VQ" },
    { "virtio-net", 18, 0, "CTRL_RX" },
    { "virtio-net", 19, 0, "CTRL_VLAN" },
    { "virtio-net", 20, 0, "CTRL_RX_EXTRA" },
    { "virtio-net", 21, 0, "GUEST_ANNOUNCE" },
    { "virtio-net", 22, 10, "MQ" },
    { "virtio-net", 23, 0, "CTRL_MAC_ADDR" },
    { "virtio-net", 54, 0, "GUEST_USO4" },
    { "virtio-net", 55, 0, "GUEST_USO6" },
    { "virtio-net", 56, 0, "HOST_USO" },
    { "virtio-net", 57, 24, "HASH_REPORT" },
    { "virtio-net", 60, 24, "RSS" },
    { "virtio-net", 61, 0, "RSC_EXT" },
    { "virtio-net", 62, 0, "STANDBY" },
    { "virtio-net", 63, 17, "SPEED_DUPLEX" },
    { "virtio-blk", 1, 0, "SIZE_MAX" },
    { "virtio-blk", 2, 0, "SEG_MAX" },
    { "virtio-blk", 4, 0, "GEOMETRY" },
    { "virtio-blk", 5, 0, "RO" },
    { "virtio-blk", 6, 0, "BLK_SIZE" },
    { "virtio-blk", 7, 0, "SCSI" },
    { "virtio-blk", 9, 0, "FLUSH" },
    { "virtio-blk", 10, 0, "TOPOLOGY" },
    { "virtio-blk", 11, 0, "CONFIG_WCE" },
    { "virtio-blk", 12, 36, "MQ" },
    { "virtio-blk", 13, 48, "DISCARD" },
    { "virtio-blk", 14, 57, "WRITE_ZEROES" },
    { "virtio-scsi", 0, 0, "INOUT" },
    { "virtio-scsi", 1, 0, "HOTPLUG" },
    { "virtio-scsi", 2, 0, "CHANGE" },
    { "virtio-scsi", 3, 0, "T10_PI" },
    { "virtio-balloon", 0, 0, "MUST_TELL_HOST" },
    { "virtio-balloon", 1, 0, "STATS_VQ" },
    { "virtio-balloon", 2, 0, "DEFLATE_ON_OOM" },
    { "virtio-balloon", 3, 12, "FREE_PAGE_HINT" },
    { "virtio-balloon", 4, 16, "PAGE_POISON" },
    { "virtio-balloon", 5, 0, "REPORTING" },
    { "virtio-console", 0, 0, "SIZE" },
    { "virtio-console", 1, 0, "MULTIPORT" },
    { "virtio-console", 2, 0, "EMERG_WRITE" },
    { "virtio-gpu", 0, 0, "VIRGL" },
    { "virtio-gpu", 1, 0, "EDID" },
};

static bool feature_is_of(const Feature *feature, const char *device)
{
    return !feature->device || strcmp(feature->device, device) == 0;
}

static const char *feature_name(const ObVirtio *virtio, unsigned bit)
{
    for (size_t i = 0; i < G_N_ELEMENTS(features); i++) {
        if (features[i].bit == bit && feature_is_of(&features[i], virtio->device)) {
            return features[i].name;
        }
    }
    return NULL;
}

char *ob_virtio_features(const ObVirtio *virtio, uint64_t bits)
{
    GString *text = g_string_new(NULL);
    const char *separator = " (";

    g_string_append_printf(text, "0x%" PRIx64, bits);
    for (unsigned bit = 0; bit < 64; bit++) {
        const char *name = feature_name(virtio, bit);

        if (!(bits >> bit & 1)) {
            continue;
        }
        g_string_append(text, separator);
        separator = ", ";
        if (name) {
            g_string_append(text, name);
        } else {
            g_string_append_printf(text, "bit %u", bit);
        }
    }
    return g_string_free(g_string_append(text, bits ? ")" : ""), FALSE);
}

char *ob_virtio_status(const ObVirtio *virtio)
{
    static const char *const names[8] = { "ACKNOWLEDGE", "DRIVER", "DRIVER_OK",   "FEATURES_OK",
                                          "bit 4",       "bit 5",  "NEEDS_RESET", "FAILED" };
    GString *text = g_string_new(NULL);
    const char *separator = " (";

    g_string_append_printf(text, "0x%x", virtio->status);
    for (unsigned bit = 0; bit < 8; bit++) {
        if (virtio->status >> bit & 1) {
            g_string_append_printf(text, "%s%s", separator, names[bit]);
            separator = ", ";
        }
    }
    return g_string_free(g_string_append(text, virtio->status ? ")" : ""), FALSE);
}

uint64_t ob_virtio_lacking(const ObVirtio *virtio, uint32_t config_length)
{
    uint64_t lacking = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(features); i++) {
        if (features[i].end > config_length && feature_is_of(&features[i], virtio->device)) {
            lacking |= UINT64_C(1) << features[i].bit;
        }
    }
    return lacking & virtio->features;
}

/* ---------------------------------------------------------------------- lines */

static void line_add(GPtrArray *lines, char *key, char *text)
{
    g_ptr_array_add(lines, key);
    g_ptr_array_add(lines, text);
}

GPtrArray *ob_virtio_lines(const ObVirtio *virtio)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

    line_add(lines, g_strdup("status"), ob_virtio_status(virtio));
    line_add(lines, g_strdup("features"), ob_virtio_features(virtio, virtio->features));
    line_add(lines, g_strdup("config_len"), g_strdup_printf("%" PRIu32, virtio->config_length));
    line_add(lines, g_strdup("queues"), g_strdup_printf("%" PRIu32, virtio->queue_count));
    for (uint32_t i = 0; i < virtio->queue_count; i++) {
        const ObVirtioQueue *queue = &virtio->queues[i];

        line_add(lines, g_strdup_printf("queue[%" PRIu32 "]", i),
                 g_strdup_printf("%" PRIu32 " entries at 0x%" PRIx64 ", next %u", queue->entries,
                                 queue->address, queue->next));
    }
    return lines;
}
