/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "qtest/tests/bridge/service/fake-pci.h"

FakePci fake_pci;

static bool does_fail(const char *name)
{
    return fake_pci.fails && g_str_has_prefix(name, fake_pci.fails);
}

BridgeDevice *bridge_device_of(QemuObject *object)
{
    g_assert_true(object == fake_pci.device.object);
    return &fake_pci.device;
}

uint8_t *qemu_pci_config(QemuObject *pci, HwError *error)
{
    g_assert_true(pci == fake_pci.device.object);
    if (!fake_pci.has_config) {
        hw_error_set(error, "no space");
    }
    return fake_pci.has_config ? fake_pci.config : NULL;
}

bool qemu_pci_watch_config(QemuObject *pci, QemuPciRead *read, QemuPciWrite *write, HwError *error)
{
    g_assert_true(pci == fake_pci.device.object);
    g_assert_true(read == bridge_pci_config_read && write == bridge_pci_config_write);
    return fake_pci.is_watched || hw_error_set(error, "no functions");
}

bool qemu_pci_learn(HwError *error)
{
    return does_fail("learn") ? hw_error_set(error, "not learned") : true;
}

uint64_t object_property_get_uint(QemuObject *object, const char *name, QemuError **error)
{
    g_assert_true(object == fake_pci.device.object);
    g_assert_cmpstr(name, ==, "addr");
    g_assert_null(error);
    return 0x28;
}

QemuObjectClass *object_class_by_name(const char *name)
{
    g_assert_cmpstr(name, ==, "pci-device");
    return (QemuObjectClass *)fake_pci.config;
}

void *object_class_property_find(QemuObjectClass *cls, const char *name)
{
    g_assert_true((void *)cls == fake_pci.config);
    return g_strcmp0(name, fake_pci.inherited) == 0 ? fake_pci.config : NULL;
}

QemuObject *qdev_get_parent_bus(QemuObject *object)
{
    g_assert_true(object == fake_pci.device.object);
    return (QemuObject *)&fake_pci.bus_is_express;
}

int pci_bus_num(QemuObject *bus)
{
    g_assert_true((void *)bus == &fake_pci.bus_is_express);
    return 0x12;
}

QemuObject *object_dynamic_cast(QemuObject *object, const char *type)
{
    g_assert_true((void *)object == &fake_pci.bus_is_express);
    g_assert_cmpstr(type, ==, "PCIE");
    return fake_pci.bus_is_express ? object : NULL;
}

int pci_add_capability(QemuObject *pci, uint8_t id, uint8_t offset, uint8_t size, QemuError **error)
{
    uint8_t place = offset ? offset : (uint8_t)fake_pci.next_place;

    g_assert_true(pci == fake_pci.device.object);
    tell("capability %u at 0x%x of %u", id, offset, size);
    if (does_fail("capability")) {
        fake_error(error, "no room");
        return -1;
    }
    fake_pci.config[place] = id;
    return place;
}

void pcie_add_capability(QemuObject *pci, uint16_t id, uint8_t version, uint16_t offset,
                         uint16_t size)
{
    g_assert_true(pci == fake_pci.device.object);
    tell("extended %u version %u at 0x%x of %u", id, version, offset, size);
    hw_store_le(fake_pci.config + offset, id | (uint32_t)version << 16,
                4); /* QEMU loses the link */
}

int pcie_endpoint_cap_init(QemuObject *pci, uint8_t offset)
{
    g_assert_true(pci == fake_pci.device.object && offset == 0);
    tell("express");
    return does_fail("express") ? -1 : 0x60;
}

void pcie_cap_flr_init(QemuObject *pci)
{
    g_assert_true(pci == fake_pci.device.object);
    tell("flr");
}

void pcie_cap_flr_write_config(QemuObject *pci, uint32_t address, uint32_t value, int size)
{
    g_assert_true(pci == fake_pci.device.object);
    tell("flr-write 0x%x 0x%x %d", address, value, size);
}

void pcie_cap_exit(QemuObject *pci)
{
    g_assert_true(pci == fake_pci.device.object);
    tell("end-express");
}

int msi_init(QemuObject *pci, uint8_t offset, unsigned vectors, bool is_64_bit, bool has_masks,
             QemuError **error)
{
    g_assert_true(pci == fake_pci.device.object && offset == 0 && is_64_bit && !has_masks);
    tell("msi %u", vectors);
    if (does_fail("msi")) {
        fake_error(error, "no messages");
        return -1;
    }
    return 0;
}

void msi_uninit(QemuObject *pci)
{
    g_assert_true(pci == fake_pci.device.object);
    tell("end-msi");
}

bool msi_enabled(const QemuObject *pci)
{
    g_assert_true(pci == fake_pci.device.object);
    return fake_pci.interrupts == HW_PCI_MSI;
}

unsigned msi_nr_vectors_allocated(const QemuObject *pci)
{
    g_assert_true(pci == fake_pci.device.object);
    return 2;
}

void msi_notify(QemuObject *pci, unsigned vector)
{
    g_assert_true(pci == fake_pci.device.object);
    tell("msi-message %u", vector);
}

int msix_init_exclusive_bar(QemuObject *pci, uint16_t vectors, uint8_t bar, QemuError **error)
{
    g_assert_true(pci == fake_pci.device.object);
    tell("msix %u in %u", vectors, bar);
    if (does_fail("msix")) {
        fake_error(error, "no table");
        return -1;
    }
    return 0;
}

void msix_vector_use(QemuObject *pci, unsigned vector)
{
    g_assert_true(pci == fake_pci.device.object);
    tell("use %u", vector);
}

void msix_uninit_exclusive_bar(QemuObject *pci)
{
    g_assert_true(pci == fake_pci.device.object);
    tell("end-msix");
}

int msix_enabled(QemuObject *pci)
{
    g_assert_true(pci == fake_pci.device.object);
    return fake_pci.interrupts == HW_PCI_MSIX;
}

void msix_notify(QemuObject *pci, unsigned vector)
{
    g_assert_true(pci == fake_pci.device.object);
    tell("msix-message %u", vector);
}

void pci_set_irq(QemuObject *pci, int level)
{
    g_assert_true(pci == fake_pci.device.object);
    tell("pin %d", level);
}

uint32_t pci_default_read_config(QemuObject *pci, uint32_t address, int size)
{
    g_assert_true(pci == fake_pci.device.object);
    return (uint32_t)hw_load_le(fake_pci.config + address, (uint32_t)size);
}

void pci_default_write_config(QemuObject *pci, uint32_t address, uint32_t value, int size)
{
    g_assert_true(pci == fake_pci.device.object);
    tell("write 0x%x 0x%x %d", address, value, size);
}

void pci_register_bar(QemuObject *pci, int number, uint8_t type, QemuMemoryRegion *region)
{
    g_assert_true(pci == fake_pci.device.object);
    tell("bar %d type %u %s", number, type,
         (const char *)g_hash_table_lookup(fake_pci.sizes, region));
}

static QemuMemoryRegion *memory_new(char *name)
{
    QemuMemoryRegion *memory = malloc(8);

    g_hash_table_insert(fake_pci.sizes, memory, name);
    return memory;
}

QemuMemoryRegion *bridge_memory_new(void)
{
    return memory_new(g_strdup("?"));
}

QemuMemoryRegion *bridge_region_memory(BridgeDevice *its, uint32_t index)
{
    if (!its->memory[index]) {
        its->memory[index] = memory_new(g_strdup(its->instance->regions[index].table->name));
    }
    return its->memory[index];
}

void memory_region_init(QemuMemoryRegion *region, QemuObject *owner, const char *name,
                        uint64_t size)
{
    g_assert_true(owner == fake_pci.device.object);
    g_hash_table_insert(fake_pci.sizes, region,
                        g_strdup_printf("%s:%" G_GUINT64_FORMAT, name, size));
}

void memory_region_add_subregion(QemuMemoryRegion *container, uint64_t address,
                                 QemuMemoryRegion *region)
{
    tell("%s+%u=%s", (const char *)g_hash_table_lookup(fake_pci.sizes, container),
         (unsigned)address, (const char *)g_hash_table_lookup(fake_pci.sizes, region));
}

void memory_region_del_subregion(QemuMemoryRegion *container, QemuMemoryRegion *region)
{
    tell("%s-%s", (const char *)g_hash_table_lookup(fake_pci.sizes, container),
         (const char *)g_hash_table_lookup(fake_pci.sizes, region));
}
