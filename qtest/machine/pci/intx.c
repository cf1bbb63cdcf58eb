/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions' pins become the machine's interrupt lines, by QEMU's tables. */
#include "qtest/machine/pci/pci-internal.h"

enum {
    PINS = 4,
    ROUTES = 8, /* PIRQA to PIRQH */
    ISA_LINES = 16,
    PIRQ_A = 0x60, /* registers of PIIX3 and ICH9: PIRQA to PIRQD */
    PIRQ_E = 0x68, /* ICH9's: PIRQE to PIRQH */
    PIIX_BRIDGE = 1 << 3,
    ICH9_BRIDGE = 31 << 3,
    ICH9_GSI = 16,
    VIRT_SPI = 3,
    FIRST_SPI = 32, /* GSIs of a GIC are its interrupt IDs */
};

/* A function's pin as the machine's own bus sees it: each bridge turns the pins by the number of
 * the device below it (PCI-to-PCI Bridge Architecture 1.2, 9.1). */
static uint32_t root_pin(const ObPciPlace *place, uint32_t *device)
{
    uint32_t pin = place->unit->table->interrupt_pin - 1u;

    while (place->bus->bridge) {
        pin = (pin + (place->slot >> 3)) % PINS;
        place = ob_pci_place(place->bus->bridge);
    }
    *device = place->slot >> 3;
    return pin;
}

/* The levels of the routes, for `route_of`'s table. */
static uint32_t routes_raised(const ObPci *pci, uint32_t (*route_of)(uint32_t device, uint32_t pin))
{
    const ObPciPlace *place;
    ObPciWalk walk = { 0 };
    uint32_t raised = 0;

    while ((place = ob_pci_walk(pci, &walk))) {
        if (place->unit->driven) {
            uint32_t device;
            uint32_t pin = root_pin(place, &device);

            raised |= 1u << route_of(device, pin);
        }
    }
    return raised;
}

/* A line that pins share with other devices is set on changes alone. */
static void line_set(ObPci *pci, HwDevice *driver, uint32_t line, bool level)
{
    if (ob_irqs_level(&pci->host->irqs, line) != level) {
        ob_irqs_set(&pci->host->irqs, driver, line, level);
    }
}

/* The registers name an ISA line for each route; bit 7 switches the route off. */
static void isa_lines_set(ObPci *pci, HwDevice *driver, uint32_t bridge, uint32_t routes,
                          uint32_t raised)
{
    const uint8_t *config = ob_pci_root(pci)->places[bridge].unit->config.bytes;
    uint32_t before = pci->isa_lines;

    pci->isa_lines = 0;
    for (uint32_t i = 0; i < routes; i++) {
        uint8_t line = config[i < PINS ? PIRQ_A + i : PIRQ_E + i - PINS];

        if (line < ISA_LINES) {
            pci->isa_lines |= (raised >> i & 1) << line;
        }
    }
    for (uint32_t line = 0; line < ISA_LINES; line++) {
        if ((before ^ pci->isa_lines) >> line & 1) {
            line_set(pci, driver, line, pci->isa_lines >> line & 1);
        }
    }
}

static uint32_t piix_route(uint32_t device, uint32_t pin)
{
    return (pin + device - 1) % PINS;
}

void ob_pci_route_piix(ObPci *pci, HwDevice *driver)
{
    isa_lines_set(pci, driver, PIIX_BRIDGE, PINS, routes_raised(pci, piix_route));
}

/* Slots 25 to 29 and 31 are the chip's own, and their pins are PIRQA to PIRQD; others have
 * PIRQE to PIRQH in turn. */
static uint32_t ich9_route(uint32_t device, uint32_t pin)
{
    if (device == 30) {
        return PINS + pin;
    }
    return device >= 25 ? pin : PINS + (device + pin) % PINS;
}

void ob_pci_route_ich9(ObPci *pci, HwDevice *driver)
{
    uint32_t raised = routes_raised(pci, ich9_route);

    isa_lines_set(pci, driver, ICH9_BRIDGE, ROUTES, raised);
    for (uint32_t i = 0; i < ROUTES; i++) {
        line_set(pci, driver, ICH9_GSI + i, raised >> i & 1);
    }
}

static uint32_t virt_route(uint32_t device, uint32_t pin)
{
    return (device + pin) % PINS;
}

void ob_pci_route_virt(ObPci *pci, HwDevice *driver)
{
    uint32_t raised = routes_raised(pci, virt_route);

    for (uint32_t i = 0; i < PINS; i++) {
        line_set(pci, driver, VIRT_SPI + i, raised >> i & 1);
    }
}

/* ------------------------------------------------------------------ firmware */

/* SeaBIOS: PIRQA and PIRQB have line 10, PIRQC and PIRQD line 11; PIRQE to PIRQH the same. */
static uint8_t firmware_line(uint32_t route)
{
    return route % PINS < 2 ? 10 : 11;
}

uint32_t ob_pci_gsi_piix(uint32_t device, uint32_t pin)
{
    return firmware_line(piix_route(device, pin));
}

uint32_t ob_pci_gsi_ich9(uint32_t device, uint32_t pin)
{
    return ICH9_GSI + ich9_route(device, pin);
}

uint32_t ob_pci_gsi_virt(uint32_t device, uint32_t pin)
{
    return FIRST_SPI + VIRT_SPI + virt_route(device, pin);
}

/* The interrupt line register tells the guest which ISA line firmware chose. */
static void interrupt_lines_set(ObPci *pci, uint32_t (*route_of)(uint32_t device, uint32_t pin))
{
    const ObPciPlace *place;
    ObPciWalk walk = { 0 };

    while ((place = ob_pci_walk(pci, &walk))) {
        if (place->unit->table->interrupt_pin) {
            uint32_t device;
            uint32_t pin = root_pin(place, &device);

            hw_pci_unit_write(place->unit, HW_PCI_INTERRUPT_LINE,
                              firmware_line(route_of(device, pin)), 1);
        }
    }
}

void ob_pci_firmware_routes(ObPci *pci)
{
    bool is_piix = pci->board->route == ob_pci_route_piix;
    uint32_t bridge = is_piix ? PIIX_BRIDGE : ICH9_BRIDGE;

    if (pci->board->route == ob_pci_route_virt) {
        return;
    }
    for (uint32_t i = 0; i < (is_piix ? PINS : ROUTES); i++) {
        ob_pci_config_write(pci, bridge, i < PINS ? PIRQ_A + i : PIRQ_E + i - PINS,
                            firmware_line(i), 1);
    }
    interrupt_lines_set(pci, is_piix ? piix_route : ich9_route);
}

void ob_pci_route(ObPci *pci)
{
    pci->board->route(pci, NULL);
}
