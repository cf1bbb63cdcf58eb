/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The PCI of each kind of machine, with the ids and places of QEMU's. */
#include "qtest/machine/pci/pci-internal.h"

#include <string.h>

#define GIB UINT64_C(0x40000000)

enum {
    INTEL = 0x8086,
    HOST_BRIDGE = 0x060000,
    ISA_BRIDGE = 0x060100,
    SLOT_ISA = 1 << 3,
    SLOT_LPC = 31 << 3,
    PCIEXBAR = 0x60, /* a register of the MCH, 8 bytes */
    PMBASE = 0x40,   /* registers of the LPC bridge */
    PMBASE_ADDRESS = 0xff80,
    ACPI_CONTROL = 0x44,
    ACPI_ON = 0x80,
    GEN_PMCON_1 = 0xa0,
    SMI_LOCK = 0x10, /* stays set until a reset */
    RCBA = 0xf0,
    RCBA_ON = 1,
};

#define RCBA_ADDRESS 0xffffc000u

/* The functions have no registers but their configuration space. */
#define FIXED_CLASS(class_, name_, description_, ...)          \
    static const HwPciFunction class_##_pci = { __VA_ARGS__ }; \
    static const HwClass class_ = {                            \
        .table = { .abi = HW_ABI(HwDeviceClass),               \
                   .name = name_,                              \
                   .description = description_,                \
                   .instance_size = sizeof(HwDevice),          \
                   .pci = &class_##_pci },                     \
        .original = &class_.table,                             \
    }

FIXED_CLASS(i440fx, "i440FX", "Host bridge", .vendor = INTEL, .device = 0x1237, .revision = 2,
            .class_code = HOST_BRIDGE);
FIXED_CLASS(piix3, "PIIX3", "ISA bridge", .vendor = INTEL, .device = 0x7000,
            .class_code = ISA_BRIDGE);
FIXED_CLASS(mch, "mch", "Host bridge", .vendor = INTEL, .device = 0x29c0, .revision = 0,
            .class_code = HOST_BRIDGE);
FIXED_CLASS(ich9_lpc, "ICH9-LPC", "ISA bridge", .vendor = INTEL, .device = 0x2918, .revision = 2,
            .class_code = ISA_BRIDGE);
FIXED_CLASS(gpex, "gpex-root", "Host bridge of virtual machines", .vendor = 0x1b36,
            .device = 0x0008, .class_code = HOST_BRIDGE);

/* Registers at reset, as QEMU has them. */
static const struct ObPciByte i440fx_bytes[] = { { 0x72, 0x02 }, { 0 } };
static const struct ObPciByte piix3_bytes[] = {
    { 0x4c, 0x4d }, { 0x4e, 0x03 }, { 0x60, 0x80 }, { 0x61, 0x80 }, { 0x62, 0x80 },
    { 0x63, 0x80 }, { 0x69, 0x02 }, { 0x70, 0x80 }, { 0x76, 0x0c }, { 0x77, 0x0c },
    { 0x78, 0x02 }, { 0xa0, 0x08 }, { 0xa8, 0x0f }, { 0 },
};
static const struct ObPciByte mch_bytes[] = {
    { PCIEXBAR + 3, 0xb0 }, { 0x9d, 0x02 }, { 0x9e, 0x38 }, { 0 }
};
static const struct ObPciByte lpc_bytes[] = {
    { 0x40, 0x01 }, { 0x60, 0x80 }, { 0x61, 0x80 }, { 0x62, 0x80 }, { 0x63, 0x80 },
    { 0x68, 0x80 }, { 0x69, 0x80 }, { 0x6a, 0x80 }, { 0x6b, 0x80 }, { 0 },
};

static const ObPciFixed pc_fixed[] = {
    { 0, &i440fx, .bytes = i440fx_bytes, .reset = ob_pci_i440fx_reset,
      .written = ob_pci_pc_memory_written },
    { SLOT_ISA, &piix3, true, 0, 0x0200, piix3_bytes, ob_pci_route },
};
static const ObPciFixed q35_fixed[] = {
    { 0, &mch, .bytes = mch_bytes, .reset = ob_pci_mch_reset, .unlock = ob_pci_mch_unlock,
      .loaded = ob_pci_mch_loaded, .written = ob_pci_mch_written },
    { SLOT_LPC, &ich9_lpc, true, .bytes = lpc_bytes, .written = ob_pci_lpc_written,
      .unlock = ob_pci_lpc_unlock },
};
static const ObPciFixed virt_fixed[] = { { 0, &gpex } };

static HwPciConfig *mch_config(const ObPci *pci)
{
    return &ob_pci_root(pci)->places[0].unit->config;
}

/* Bits of PCIEXBAR: 0 switches it on, 2:1 choose its size. */
static void ecam_update(ObPci *pci)
{
    static const struct {
        uint64_t size;
        uint64_t mask;
    } sizes[] = {
        { GIB / 4, UINT64_C(0xff0000000) },
        { GIB / 8, UINT64_C(0xff8000000) },
        { GIB / 16, UINT64_C(0xffc000000) },
        { 0, 0 },
    };
    uint64_t value = hw_pci_config_get(mch_config(pci), PCIEXBAR, 8);
    uint64_t size = value & 1 ? sizes[value >> 1 & 3].size : 0;
    uint64_t address = value & sizes[value >> 1 & 3].mask;

    if (size != pci->ecam_size || (size && address != pci->ecam)) {
        pci->ecam = address;
        pci->ecam_size = size;
        ob_pci_map(pci);
    }
}

void ob_pci_mch_written(ObPci *pci)
{
    ob_pci_mch_memory_written(pci);
    ecam_update(pci);
}

static HwPciConfig *lpc_config(const ObPci *pci)
{
    return &ob_pci_root(pci)->places[SLOT_LPC].unit->config;
}

/* The bits of PMBASE that QEMU lets a guest write. */
void ob_pci_lpc_unlock(ObPci *pci)
{
    static const uint8_t pmbase[] = { 0x87, 0xff, 0, 0 };

    memcpy(lpc_config(pci)->writable + PMBASE, pmbase, sizeof(pmbase));
    lpc_config(pci)->writable[GEN_PMCON_1] = 0xff;
}

/* Bases of power management's ports and of the chipset's registers (ICH9 datasheet, 13.1). */
void ob_pci_lpc_written(ObPci *pci)
{
    HwPciConfig *config = lpc_config(pci);
    uint32_t ports = (uint32_t)hw_pci_config_get(config, PMBASE, 4) & PMBASE_ADDRESS;
    uint32_t chipset = (uint32_t)hw_pci_config_get(config, RCBA, 4);

    config->writable[GEN_PMCON_1] &= (uint8_t) ~(config->bytes[GEN_PMCON_1] & SMI_LOCK);
    ob_pci_route(pci);
    pci->host->wires->lpc_placed(pci->host,
                                 config->bytes[ACPI_CONTROL] & ACPI_ON ? (uint16_t)ports : 0,
                                 chipset & RCBA_ON ? chipset & RCBA_ADDRESS : 0);
}

static const ObPciWindow pc_windows[] = {
    { false, 0, UINT64_MAX, HW_SPACE_MEMORY, 0 },
    { true, 0, 0x10000, HW_SPACE_IO, 0 },
};
static const ObPciWindow virt_windows[] = {
    { true, 0, 0x10000, HW_SPACE_MEMORY, 0x3eff0000 },
    { false, 0x10000000, 0x2eff0000, HW_SPACE_MEMORY, 0x10000000 },
    { false, 512 * GIB, 512 * GIB, HW_SPACE_MEMORY, 512 * GIB },
};

const ObPciBoard ob_pci_board_pc = {
    .bus = "pci.0",
    .has_ports = true,
    .is_hot_plug = true,
    .acpi_bridges = true,
    .acpi_ports = 0xae00,
    .windows = pc_windows,
    .window_count = G_N_ELEMENTS(pc_windows),
    .fixed = pc_fixed,
    .fixed_count = G_N_ELEMENTS(pc_fixed),
    .message = 0xfee00000,
    .message_size = 0x100000,
    .bar_memory = 0xe0000000,
    .bar_memory_end = 0xfe000000,
    .bar_io = 0xc000,
    .legacy_section = "/PIIX3",
    .pam = 0x59,
    .gsi = ob_pci_gsi_piix,
    .route = ob_pci_route_piix,
};
const ObPciBoard ob_pci_board_q35 = {
    .bus = "pcie.0",
    .is_express = true,
    .has_ports = true,
    .acpi_ports = 0x0cc0,
    .has_lpc = true,
    .windows = pc_windows,
    .window_count = G_N_ELEMENTS(pc_windows),
    .fixed = q35_fixed,
    .fixed_count = G_N_ELEMENTS(q35_fixed),
    .message = 0xfee00000,
    .message_size = 0x100000,
    .bar_memory = 0xc0000000,
    .bar_memory_end = 0xfe000000,
    .bar_io = 0xc000,
    .legacy_section = "/ICH9LPC",
    .pam = 0x90,
    .gsi = ob_pci_gsi_ich9,
    .route = ob_pci_route_ich9,
};
/* The frame of a GICv2m; the MADT has a GICv2. */
const ObPciBoard ob_pci_board_virt = {
    .bus = "pcie.0",
    .is_express = true,
    .zero_is_address = true,
    .ecam = 256 * GIB + 0x10000000,
    .ecam_size = GIB / 4,
    .low_ecam = 0x3f000000,
    .low_ecam_size = GIB / 64,
    .windows = virt_windows,
    .window_count = G_N_ELEMENTS(virt_windows),
    .fixed = virt_fixed,
    .fixed_count = G_N_ELEMENTS(virt_fixed),
    .message = 0x08020000,
    .message_size = 0x1000,
    .bar_memory = 0x10000000,
    .bar_memory_end = 0x3eff0000,
    .bar_io = 0x1000,
    .legacy_section = "/gpex_root",
    .gsi = ob_pci_gsi_virt,
    .route = ob_pci_route_virt,
};
