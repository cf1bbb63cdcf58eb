/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/drivers/pci.h"

enum {
    PORT_ADDRESS = 0xcf8,
    PORT_DATA = 0xcfc,
    COMMAND = 0x04,
    HEADER_TYPE = 0x0e,
    BAR_0 = 0x10,
    CAPABILITIES = 0x34,
    EXTENDED = 0x100,
    DEVICES = 32,
    FUNCTIONS = 8,

    COMMAND_IO = 0x1,
    COMMAND_MEMORY = 0x2,
    COMMAND_MASTER = 0x4,
    BAR_IO = 0x1,
    BAR_64 = 0x4,
    MULTIFUNCTION = 0x80,

    PRIMARY_BUS = 0x18, /* then the secondary bus, the last bus, a timer */
    IO_RANGE = 0x1c,
    MEMORY_RANGE = 0x20,
    MEMORY_WINDOW = 0x1000000,
    IO_WINDOW = 0x1000,
    EXPRESS_ID = 0x10,
    EXPRESS_FLAGS = 2,
    EXPRESS_HAS_SLOT = 0x100,
    SLOT_CONTROL = 0x18,
    SLOT_INDICATOR = 0x300, /* off */
    SLOT_INDICATOR_ON = 0x100,
    SLOT_OFF = 0x400,
    MCH_ID = 0x29c08086, /* q35's host bridge */
    ACPI_PORTS = 0xae00,
    ACPI_PORTS_Q35 = 0x0cc0,
    ACPI_EJECT = 8,
    ACPI_SELECT = 16,

    MSI_ID = 0x05,
    MSI_CONTROL = 2,
    MSI_ADDRESS = 4,
    MSI_DATA_64 = 12,
    MSI_DATA_32 = 8,
    MSI_ON = 0x1,
    MSI_64 = 0x80,
    MSI_ALLOWED_SHIFT = 4,
    MSIX_ID = 0x11,
    MSIX_CONTROL = 2,
    MSIX_TABLE = 4,
    MSIX_ON = 0x8000,
    MSIX_ENTRY = 16,
};

PciBus pci_of_pc(ObClient *client)
{
    return (PciBus) {
        .client = client, .next_memory = 0xe0000000, .next_io = 0xc000, .message = 0x20000
    };
}

PciBus pci_of_virt(ObClient *client)
{
    return (PciBus) { .client = client,
                      .ecam = UINT64_C(0x4010000000),
                      .io = 0x3eff0000,
                      .next_memory = 0x10000000,
                      .next_io = 0x1000,
                      .message = 0x40020000 };
}

/* ------------------------------------------------------- configuration space */

static uint32_t port_in(ObClient *client, uint16_t port, uint32_t size)
{
    return size == 1   ? ob_client_inb(client, port)
           : size == 2 ? ob_client_inw(client, port)
                       : ob_client_inl(client, port);
}

static void port_out(ObClient *client, uint16_t port, uint32_t value, uint32_t size)
{
    if (size == 1) {
        ob_client_outb(client, port, (uint8_t)value);
    } else if (size == 2) {
        ob_client_outw(client, port, (uint16_t)value);
    } else {
        ob_client_outl(client, port, value);
    }
}

static uint16_t select_function(const PciBus *bus, uint32_t address, uint32_t offset)
{
    ob_client_outl(bus->client, PORT_ADDRESS, 0x80000000u | address << 8 | (offset & 0xfc));
    return (uint16_t)(PORT_DATA + (offset & 3));
}

uint32_t pci_config_read(const PciBus *bus, uint32_t address, uint32_t offset, uint32_t size)
{
    if (bus->ecam) {
        return (uint32_t)ob_client_load(bus->client, bus->ecam + ((uint64_t)address << 12) + offset,
                                        size);
    }
    return port_in(bus->client, select_function(bus, address, offset), size);
}

void pci_config_write(const PciBus *bus, uint32_t address, uint32_t offset, uint32_t value,
                      uint32_t size)
{
    if (bus->ecam) {
        ob_client_store(bus->client, bus->ecam + ((uint64_t)address << 12) + offset, value, size);
    } else {
        port_out(bus->client, select_function(bus, address, offset), value, size);
    }
}

static bool has_functions(const PciBus *bus, uint32_t device)
{
    return pci_config_read(bus, PCI_ADDRESS(device, 0), HEADER_TYPE, 1) & MULTIFUNCTION;
}

uint32_t pci_find(const PciBus *bus, uint16_t vendor, uint16_t device, uint32_t index)
{
    uint32_t ids = (uint32_t)device << 16 | vendor;

    for (uint32_t i = 0; i < DEVICES; i++) {
        for (uint32_t f = 0; f < FUNCTIONS && (f == 0 || has_functions(bus, i)); f++) {
            if (pci_config_read(bus, PCI_ADDRESS(i, f), 0, 4) == ids && index-- == 0) {
                return PCI_ADDRESS(i, f);
            }
        }
    }
    return PCI_NOT_FOUND;
}

uint32_t pci_capability(const PciBus *bus, uint32_t address, uint8_t id)
{
    uint32_t offset = pci_config_read(bus, address, CAPABILITIES, 1);

    for (int i = 0; i < 48 && offset; i++) { /* more don't fit: the list runs in a circle */
        if (pci_config_read(bus, address, offset, 1) == id) {
            return offset;
        }
        offset = pci_config_read(bus, address, offset + 1, 1) & ~3u;
    }
    return 0;
}

uint32_t pci_extended_capability(const PciBus *bus, uint32_t address, uint16_t id)
{
    uint32_t offset = EXTENDED;

    for (int i = 0; i < 960 && offset; i++) {
        uint32_t header = pci_config_read(bus, address, offset, 4);

        if ((header & 0xffff) == id) {
            return offset;
        }
        offset = header >> 20 & ~3u;
    }
    return 0;
}

void pci_command(const PciBus *bus, uint32_t address, uint16_t bits)
{
    pci_config_write(bus, address, COMMAND, bits, 2);
}

static void command_set(const PciBus *bus, uint32_t address, uint16_t bits)
{
    pci_command(bus, address, (uint16_t)(pci_config_read(bus, address, COMMAND, 2) | bits));
}

/* --------------------------------------------------------------------- BARs */

static uint64_t bar_size(const PciBus *bus, uint32_t address, uint32_t place, uint32_t type)
{
    uint64_t mask;

    pci_config_write(bus, address, place, UINT32_MAX, 4);
    mask = pci_config_read(bus, address, place, 4);
    if (type & BAR_IO) {
        return (uint32_t)(~(mask & ~3u) + 1);
    }
    mask = (mask & ~UINT64_C(15)) | UINT64_C(0xffffffff) << 32;
    if (type & BAR_64) {
        pci_config_write(bus, address, place + 4, UINT32_MAX, 4);
        mask = (mask & UINT32_MAX) | (uint64_t)pci_config_read(bus, address, place + 4, 4) << 32;
    }
    return ~mask + 1;
}

PciBar pci_bar_map(PciBus *bus, uint32_t address, uint32_t number)
{
    uint32_t place = BAR_0 + 4 * number;
    uint32_t type = pci_config_read(bus, address, place, 4);
    PciBar bar = { .bus = bus, .is_io = type & BAR_IO };
    uint64_t *next = bar.is_io ? &bus->next_io : &bus->next_memory;

    pci_config_write(bus, address, place, UINT32_MAX, 4);
    if (!pci_config_read(bus, address, place, 4)) {
        return bar;
    }
    bar.size = bar_size(bus, address, place, type);
    bar.address = (*next + bar.size - 1) & ~(bar.size - 1);
    *next = bar.address + bar.size;
    pci_config_write(bus, address, place, (uint32_t)bar.address, 4);
    if (type & BAR_64) {
        pci_config_write(bus, address, place + 4, (uint32_t)(bar.address >> 32), 4);
    }
    command_set(bus, address, bar.is_io ? COMMAND_IO : COMMAND_MEMORY);
    return bar;
}

uint64_t pci_bar_read(const PciBar *bar, uint64_t offset, uint32_t size)
{
    uint64_t address = bar->address + offset;

    if (!bar->is_io) {
        return ob_client_load(bar->bus->client, address, size);
    }
    return bar->bus->io ? ob_client_load(bar->bus->client, bar->bus->io + address, size)
                        : port_in(bar->bus->client, (uint16_t)address, size);
}

void pci_bar_write(const PciBar *bar, uint64_t offset, uint64_t value, uint32_t size)
{
    uint64_t address = bar->address + offset;

    if (!bar->is_io) {
        ob_client_store(bar->bus->client, address, value, size);
    } else if (bar->bus->io) {
        ob_client_store(bar->bus->client, bar->bus->io + address, value, size);
    } else {
        port_out(bar->bus->client, (uint16_t)address, (uint32_t)value, size);
    }
}

/* ------------------------------------------------------------------ bridges */

static uint64_t align(uint64_t address, uint64_t size)
{
    return (address + size - 1) & ~(size - 1);
}

void pci_bridge_open(PciBus *bus, uint32_t bridge, uint8_t first, uint8_t last)
{
    uint32_t memory, io;

    bus->next_memory = align(bus->next_memory, 0x100000);
    bus->next_io = align(bus->next_io, IO_WINDOW);
    memory = (uint32_t)bus->next_memory;
    io = (uint32_t)bus->next_io;
    pci_config_write(bus, bridge, PRIMARY_BUS, (uint32_t)last << 16 | first << 8 | bridge >> 8, 4);
    pci_config_write(bus, bridge, MEMORY_RANGE,
                     ((memory + MEMORY_WINDOW - 1) & 0xfff00000) | memory >> 16, 4);
    pci_config_write(bus, bridge, IO_RANGE, ((io + IO_WINDOW - 1) & 0xf000) | io >> 8, 2);
    command_set(bus, bridge, COMMAND_IO | COMMAND_MEMORY | COMMAND_MASTER);
}

bool pci_slot_power(const PciBus *bus, uint32_t port, bool on)
{
    uint32_t express = pci_capability(bus, port, EXPRESS_ID);
    uint32_t control;

    if (!express || !(pci_config_read(bus, port, express + EXPRESS_FLAGS, 2) & EXPRESS_HAS_SLOT)) {
        return false;
    }
    control = pci_config_read(bus, port, express + SLOT_CONTROL, 2) &
              ~(uint32_t)(SLOT_INDICATOR | SLOT_OFF);
    control |= on ? SLOT_INDICATOR_ON : SLOT_INDICATOR | SLOT_OFF;
    pci_config_write(bus, port, express + SLOT_CONTROL, control, 2);
    return true;
}

static uint16_t acpi_port(const PciBus *bus, uint32_t offset)
{
    bool is_q35 = pci_config_read(bus, 0, 0, 4) == MCH_ID;

    return (uint16_t)((is_q35 ? ACPI_PORTS_Q35 : ACPI_PORTS) + offset);
}

void pci_acpi_select(const PciBus *bus, uint32_t number)
{
    ob_client_outl(bus->client, acpi_port(bus, ACPI_SELECT), number);
}

uint32_t pci_acpi_slots(const PciBus *bus, PciAcpiSlots which)
{
    return ob_client_inl(bus->client, acpi_port(bus, which));
}

void pci_acpi_eject(const PciBus *bus, uint32_t device)
{
    ob_client_outl(bus->client, acpi_port(bus, ACPI_EJECT), 1u << device);
}

/* ----------------------------------------------------------------- messages */

bool pci_msi_on(const PciBus *bus, uint32_t address, uint32_t vectors, uint16_t data)
{
    uint32_t msi = pci_capability(bus, address, MSI_ID);
    uint32_t control, allowed = 0;

    if (!msi) {
        return false;
    }
    while (1u << allowed < vectors) {
        allowed++;
    }
    control = pci_config_read(bus, address, msi + MSI_CONTROL, 2);
    pci_config_write(bus, address, msi + MSI_ADDRESS, (uint32_t)bus->message, 4);
    if (control & MSI_64) {
        pci_config_write(bus, address, msi + MSI_ADDRESS + 4, (uint32_t)(bus->message >> 32), 4);
    }
    pci_config_write(bus, address, msi + (control & MSI_64 ? MSI_DATA_64 : MSI_DATA_32), data, 2);
    ob_client_writel(bus->client, bus->message, 0);
    command_set(bus, address, COMMAND_MASTER);
    pci_config_write(bus, address, msi + MSI_CONTROL, allowed << MSI_ALLOWED_SHIFT | MSI_ON, 2);
    return true;
}

/* The table's BAR stays where the guest put it, if it has an address. */
static PciBar msix_bar(PciBus *bus, uint32_t address, uint32_t number)
{
    uint32_t at = pci_config_read(bus, address, BAR_0 + 4 * number, 4) & ~15u;
    PciBar bar = { .bus = bus, .address = at, .size = 1 };

    return at ? bar : pci_bar_map(bus, address, number);
}

bool pci_msix_on(PciBus *bus, uint32_t address, uint32_t vector, uint32_t data)
{
    uint32_t msix = pci_capability(bus, address, MSIX_ID);
    uint64_t entry;
    uint32_t table;
    PciBar bar;

    if (!msix) {
        return false;
    }
    table = pci_config_read(bus, address, msix + MSIX_TABLE, 4);
    bar = msix_bar(bus, address, table & 7);
    entry = (table & ~7u) + (uint64_t)vector * MSIX_ENTRY;
    pci_bar_write(&bar, entry, (uint32_t)bus->message, 4);
    pci_bar_write(&bar, entry + 4, bus->message >> 32, 4);
    pci_bar_write(&bar, entry + 8, data, 4);
    pci_bar_write(&bar, entry + 12, 0, 4);
    ob_client_writel(bus->client, bus->message, 0);
    command_set(bus, address, COMMAND_MASTER | COMMAND_MEMORY);
    pci_config_write(bus, address, msix + MSIX_CONTROL, MSIX_ON, 2);
    return true;
}

uint32_t pci_message_wait(const PciBus *bus, uint32_t timeout_ms)
{
    gint64 deadline = g_get_monotonic_time() + timeout_ms * INT64_C(1000);
    uint32_t message;

    do {
        ob_client_poll(bus->client);
        message = ob_client_readl(bus->client, bus->message);
    } while (!message && g_get_monotonic_time() < deadline);
    ob_client_writel(bus->client, bus->message, 0);
    return message;
}
