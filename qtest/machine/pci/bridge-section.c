/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The section of a PC's host bridge, as QEMU's machines have it: the struct of a PCI device, and a byte
 * that no release uses.  QEMU derives from it which RAM is hidden.  It is sent once the bridge has
 * changed, or came from a stream.
 */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "qtest/machine/pci/pci-internal.h"

enum {
    STRUCT_VERSION = 2,
    VERSION_SIZE = 4,
    PINS_SIZE = 16,
    STRUCT_SIZE = VERSION_SIZE + HW_PCI_SPACE + PINS_SIZE,
    IDS = 4, /* bytes: vendor and device */
};

typedef struct BridgeSection {
    HwDevice dev;
    uint8_t function[STRUCT_SIZE];
    uint8_t unused;
    bool is_fresh; /* a stream has brought it, and is not accepted yet */
    bool came;     /* a stream has brought it */
} BridgeSection;

static bool section_needed(HwDevice *dev)
{
    const ObPci *pci = ob_host_of(dev)->pci;

    return HW_DEVICE(BridgeSection, dev)->came || ob_pci_fixed_has_changed(pci, 0);
}

static void section_pre_save(HwDevice *dev)
{
    BridgeSection *s = HW_DEVICE(BridgeSection, dev);

    memset(s->function, 0, sizeof(s->function));
    hw_store_be32(s->function, STRUCT_VERSION);
    memcpy(s->function + VERSION_SIZE, ob_host_of(dev)->pci->fixed[0]->pci->config.bytes,
           HW_PCI_SPACE);
}

static bool section_post_load(HwDevice *dev, uint32_t section, HwError *error)
{
    BridgeSection *s = HW_DEVICE(BridgeSection, dev);
    const uint8_t *own = ob_host_of(dev)->pci->fixed[0]->pci->config.bytes;
    const uint8_t *bytes = s->function + VERSION_SIZE;
    uint32_t version = hw_load_be32(s->function);

    (void)section;
    s->is_fresh = true;
    if (version > STRUCT_VERSION) {
        return hw_error_set(error, "%s: PCI state has version %u, expected at most %u", dev->id,
                            version, STRUCT_VERSION);
    }
    return memcmp(bytes, own, IDS) == 0 ||
           hw_error_set(error, "%s: the function is %04x:%04x, expected %04x:%04x", dev->id,
                        (unsigned)hw_load_le(bytes, 2), (unsigned)hw_load_le(bytes + 2, 2),
                        (unsigned)hw_load_le(own, 2), (unsigned)hw_load_le(own + 2, 2));
}

static void section_load_undone(HwDevice *dev)
{
    HW_DEVICE(BridgeSection, dev)->is_fresh = false;
}

static void section_loaded(HwDevice *dev)
{
    BridgeSection *s = HW_DEVICE(BridgeSection, dev);

    if (s->is_fresh) {
        s->is_fresh = false;
        s->came = true;
        ob_pci_fixed_load(ob_host_of(dev)->pci, 0, s->function + VERSION_SIZE);
    }
}

/* clang-format off */
#define SECTION_CLASS(class_, name_, version_)                                                  \
    static const HwState class_##_state = {                                                     \
        .name = "0000:00:00.0/" name_, .version = version_, .minimum_version = version_,        \
        .fields = HW_ROWS(HwStateField, HW_SAVED_AS("parent_obj", BridgeSection, function, 0),  \
                          HW_SAVED(BridgeSection, unused)),                                     \
        .needed = section_needed, .pre_save = section_pre_save, .post_load = section_post_load, \
    };                                                                                          \
    static const HwClass class_ = {                                                             \
        .table = { .abi = HW_ABI(HwDeviceClass), .name = name_, .description = "host bridge",   \
                   .instance_size = sizeof(BridgeSection), .state = &class_##_state,            \
                   .flags = HW_CLASS_FLAT,                                                      \
                   .loaded = section_loaded, .load_undone = section_load_undone },              \
        .original = &class_.table,                                                              \
    }
/* clang-format on */

SECTION_CLASS(i440fx_section, "I440FX", 3);
SECTION_CLASS(mch_section, "mch", 1);

bool ob_pci_bridge_section_add(ObPci *pci, HwError *error)
{
    const HwClass *cls = pci->board->has_lpc ? &mch_section : &i440fx_section;
    HwInstance *instance;

    if (!pci->board->pam) {
        return true;
    }
    instance = hw_instance_new(&pci->host->base.api, cls, NULL, NULL);
    return instance ? ob_host_add_part(pci->host, instance, error)
                    : hw_error_set(error, "machine: no memory for the host bridge's section");
}
