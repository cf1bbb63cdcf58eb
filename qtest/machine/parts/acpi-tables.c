/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine's own tables (ACPI 6.4, section 5.2), as far as there is hardware to describe. */
#include "hw-api/device/bytes.h"
#include "hw-api/host/run/no-memory.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/parts/acpi-internal.h"
#include "qtest/machine/parts/acpi-pm.h"
#include "qtest/machine/parts/fw-cfg.h"

#include <string.h>

/* QEMU's files have these sizes, and streams contain the sizes.  Files grow if they need to. */
enum {
    TABLES_GRANULE = 0x20000,
    LOADER_GRANULE = 0x1000,
    TABLES_ALIGNMENT = 64, /* the alignment of the FACS, which comes first */
    RSDP_ALIGNMENT = 16,
};

/* In the order of RSDT and XSDT, where they precede the devices' tables. */
typedef struct OwnTables {
    uint32_t facs;
    uint32_t dsdt;
    uint32_t fadt;
    uint32_t madt;
    uint32_t mcfg; /* 0: none */
} OwnTables;

static bool is_pc(const ObAcpi *acpi)
{
    return acpi->pm != NULL;
}

/* -------------------------------------------------------------------------- FADT */

enum {
    FADT_FACS = 36, /* 4 bytes; offsets are from the table's start */
    FADT_DSDT = 40,
    FADT_SCI = 46,
    FADT_PM1_EVENT = 56,
    FADT_PM1_CONTROL = 64,
    FADT_PM_TIMER = 76,
    FADT_GPE0 = 80,
    FADT_PM1_EVENT_SIZE = 88,
    FADT_PM1_CONTROL_SIZE = 89,
    FADT_PM_TIMER_SIZE = 91,
    FADT_GPE0_SIZE = 92,
    FADT_C2_LATENCY = 96,
    FADT_C3_LATENCY = 98,
    FADT_FLAGS = 112,
    FADT_ARM_BOOT = 129,
    FADT_X_DSDT = 140,      /* 8 bytes */
    FADT_X_PM1_EVENT = 148, /* generic addresses: 12 bytes */
    FADT_X_PM1_CONTROL = 172,
    FADT_X_PM_TIMER = 208,
    FADT_X_GPE0 = 220,
    FADT_3_SIZE = 244,
    FADT_6_SIZE = 276,

    FADT_WBINVD = 1 << 0,
    FADT_PROC_C1 = 1 << 2,
    FADT_NO_POWER_BUTTON = 1 << 4,
    FADT_NO_SLEEP_BUTTON = 1 << 5,
    FADT_NO_FIXED_RTC = 1 << 6,
    FADT_HARDWARE_REDUCED = 1 << 20,
    FADT_PSCI = 1 << 0,
    FADT_PSCI_HVC = 1 << 1,
};

/* A block of I/O ports, in the 32-bit and the 64-bit form. */
static void fadt_ports(uint8_t *fadt, uint32_t place, uint32_t place_64, uint32_t place_size,
                       uint32_t port, uint32_t size)
{
    hw_store_le(fadt + place, port, 4);
    fadt[place_size] = (uint8_t)size;
    fadt[place_64] = 1; /* system I/O */
    fadt[place_64 + 1] = (uint8_t)(8 * size);
    hw_store_le(fadt + place_64 + 4, port, 8);
}

/* No SMI command: a system without it is always in ACPI mode (ACPI 6.4, 4.8.2.5). */
static void fadt_fixed_hardware(const ObAcpi *acpi, uint8_t *fadt)
{
    const ObAcpiPlatform *platform = acpi->host->machine->acpi;

    fadt[FADT_SCI] = OB_SCI;
    fadt_ports(fadt, FADT_PM1_EVENT, FADT_X_PM1_EVENT, FADT_PM1_EVENT_SIZE, OB_PM1_EVENT, 4);
    fadt_ports(fadt, FADT_PM1_CONTROL, FADT_X_PM1_CONTROL, FADT_PM1_CONTROL_SIZE, OB_PM1_CONTROL,
               2);
    fadt_ports(fadt, FADT_PM_TIMER, FADT_X_PM_TIMER, FADT_PM_TIMER_SIZE, OB_PM_TIMER, 4);
    fadt_ports(fadt, FADT_GPE0, FADT_X_GPE0, FADT_GPE0_SIZE, platform->gpe_ports,
               platform->gpe_size);
    hw_store_le(fadt + FADT_C2_LATENCY, 0xfff, 2); /* no C2 and no C3 */
    hw_store_le(fadt + FADT_C3_LATENCY, 0xfff, 2);
    hw_store_le(fadt + FADT_FLAGS,
                FADT_WBINVD | FADT_PROC_C1 | FADT_NO_POWER_BUTTON | FADT_NO_SLEEP_BUTTON |
                    FADT_NO_FIXED_RTC,
                4);
}

static void fadt_hardware_reduced(uint8_t *fadt)
{
    hw_store_le(fadt + FADT_FLAGS, FADT_HARDWARE_REDUCED, 4);
    hw_store_le(fadt + FADT_ARM_BOOT, FADT_PSCI | FADT_PSCI_HVC, 2);
}

static uint32_t fadt_add(ObAcpi *acpi, const OwnTables *own)
{
    HwAcpiTables *tables = &acpi->tables;
    uint8_t fadt[FADT_6_SIZE] = { 0 };
    uint32_t size = is_pc(acpi) ? FADT_3_SIZE : FADT_6_SIZE;
    uint32_t place;

    if (is_pc(acpi)) {
        fadt_fixed_hardware(acpi, fadt);
    } else {
        fadt_hardware_reduced(fadt);
    }
    place = hw_acpi_tables_add(tables, "FACP", is_pc(acpi) ? 3 : 6, NULL,
                               fadt + HW_ACPI_HEADER_SIZE, size - HW_ACPI_HEADER_SIZE);
    if (is_pc(acpi)) {
        hw_acpi_tables_point(tables, place + FADT_FACS, 4, own->facs);
        hw_acpi_tables_point(tables, place + FADT_DSDT, 4, own->dsdt);
    }
    hw_acpi_tables_point(tables, place + FADT_X_DSDT, 8, own->dsdt);
    hw_acpi_tables_checksum(tables, place);
    return place;
}

/* -------------------------------------------------------------------------- MADT */

static void madt_append(HwAcpiBuffer *madt, uint8_t type, uint8_t size, const void *rest)
{
    const uint8_t head[2] = { type, size };

    hw_acpi_buffer_append(madt, head, 2);
    hw_acpi_buffer_append(madt, rest, size - 2u);
}

/* ISA lines are active high; the timer is on GSI 2.  Lines that PCI can have are
 * level-triggered. */
static void madt_pc(const ObAcpi *acpi, HwAcpiBuffer *madt)
{
    static const uint8_t head[8] = { 0x00, 0x00, 0xe0, 0xfe, 1 }; /* the 8259s are present */
    static const uint8_t io_apic[10] = { 0, 0, 0x00, 0x00, 0xc0, 0xfe };
    static const uint8_t overrides[][8] = {
        { 0, 0, 2, 0, 0, 0, 0x0 },   { 0, 5, 5, 0, 0, 0, 0xd },   { 0, 9, 9, 0, 0, 0, 0xd },
        { 0, 10, 10, 0, 0, 0, 0xd }, { 0, 11, 11, 0, 0, 0, 0xd },
    };
    static const uint8_t nmi[4] = { 0xff, 0, 0, 1 };

    hw_acpi_buffer_append(madt, head, sizeof(head));
    for (uint32_t i = 0; i < acpi->cpus; i++) {
        const uint8_t local_apic[6] = { (uint8_t)i, (uint8_t)i, 1 };

        madt_append(madt, 0, 8, local_apic);
    }
    madt_append(madt, 1, 12, io_apic);
    for (size_t i = 0; i < G_N_ELEMENTS(overrides); i++) {
        madt_append(madt, 2, 10, overrides[i]);
    }
    madt_append(madt, 4, 6, nmi);
}

#define GIC_DISTRIBUTOR   0x08000000
#define GIC_CPU_INTERFACE 0x08010000

/* A GICv2, at the addresses of QEMU's virt. */
static void madt_virt(const ObAcpi *acpi, HwAcpiBuffer *madt)
{
    uint8_t distributor[22] = { 0 };

    hw_acpi_buffer_append(madt, NULL, 8);
    hw_store_le(distributor + 6, GIC_DISTRIBUTOR, 8);
    distributor[18] = 2;
    madt_append(madt, 12, 24, distributor);
    for (uint32_t i = 0; i < acpi->cpus; i++) {
        uint8_t cpu[78] = { 0 };

        hw_store_le(cpu + 2, i, 4);
        hw_store_le(cpu + 6, i, 4);
        cpu[10] = 1; /* enabled */
        hw_store_le(cpu + 30, GIC_CPU_INTERFACE, 8);
        hw_store_le(cpu + 66, i, 8);
        madt_append(madt, 11, 80, cpu);
    }
}

static uint32_t madt_add(ObAcpi *acpi)
{
    HwAcpiBuffer madt = { 0 };
    uint32_t place;

    if (is_pc(acpi)) {
        madt_pc(acpi, &madt);
    } else {
        madt_virt(acpi, &madt);
    }
    place = hw_acpi_tables_add(&acpi->tables, "APIC", is_pc(acpi) ? 3 : 4, NULL, madt.bytes,
                               madt.size);
    hw_acpi_tables_checksum(&acpi->tables, place);
    hw_acpi_buffer_clear(&madt);
    return place;
}

/* ---------------------------------------------------------- FACS, DSDT, RSDT, RSDP */

/* The FACS has no header but a signature and its length. */
static uint32_t facs_add(ObAcpi *acpi)
{
    uint8_t facs[64] = "FACS\x40";
    uint32_t place = acpi->tables.bytes.size;

    hw_acpi_buffer_append(&acpi->tables.bytes, facs, sizeof(facs));
    return place;
}

static uint32_t dsdt_add(ObAcpi *acpi, const HwAcpiBuild *build)
{
    HwAcpiBuffer aml = { 0 };
    uint32_t size;
    const uint8_t *devices = hw_acpi_build_aml(build, &size);
    uint32_t place;

    /* Revision 2: integers have 64 bits. */
    ob_acpi_dsdt_build(acpi, &aml);
    hw_acpi_buffer_append(&aml, devices, devices ? size : 0);
    place = hw_acpi_tables_add(&acpi->tables, "DSDT", 2, NULL, aml.bytes, aml.size);
    hw_acpi_tables_checksum(&acpi->tables, place);
    hw_acpi_buffer_clear(&aml);
    return place;
}

/* The user's table is whole.  Returns its offset. */
static uint32_t given_add(ObAcpi *acpi, uint32_t index)
{
    uint32_t place = acpi->tables.bytes.size;
    gsize size;
    const void *bytes = g_bytes_get_data(acpi->given->pdata[index], &size);

    hw_acpi_buffer_append(&acpi->tables.bytes, bytes, (uint32_t)size);
    return place;
}

/* The tables in the order of RSDT and XSDT: the machine's, the user's, the devices'. */
static GArray *tables_collect(ObAcpi *acpi, const OwnTables *own, const HwAcpiBuild *build)
{
    GArray *places = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    g_array_append_vals(places, &own->fadt, 1);
    g_array_append_vals(places, &own->madt, 1);
    if (own->mcfg) {
        g_array_append_vals(places, &own->mcfg, 1);
    }
    for (uint32_t i = 0; i < acpi->given->len; i++) {
        uint32_t place = given_add(acpi, i);

        g_array_append_val(places, place);
    }
    for (uint32_t i = 0; i < hw_acpi_build_table_count(build); i++) {
        uint32_t place = hw_acpi_build_table_place(build, i);

        g_array_append_val(places, place);
    }
    return places;
}

/* RSDT or XSDT: points to all tables except the DSDT and the FACS. */
static uint32_t root_add(ObAcpi *acpi, const OwnTables *own, const HwAcpiBuild *build)
{
    HwAcpiTables *tables = &acpi->tables;
    g_autoptr(GArray) places = tables_collect(acpi, own, build);
    uint32_t size = is_pc(acpi) ? 4 : 8;
    uint32_t root = hw_acpi_tables_add(tables, is_pc(acpi) ? "RSDT" : "XSDT", 1, NULL, NULL,
                                       size * places->len);

    for (uint32_t i = 0; i < places->len; i++) {
        hw_acpi_tables_point(tables, root + HW_ACPI_HEADER_SIZE + size * i, size,
                             g_array_index(places, uint32_t, i));
    }
    hw_acpi_tables_checksum(tables, root);
    return root;
}

/* Revision 0 has an RSDT; revision 2 has an XSDT and a second checksum over the whole. */
static void rsdp_build(ObAcpi *acpi, uint32_t root)
{
    HwAcpiBuffer *script = &acpi->tables.script;

    memset(acpi->rsdp, 0, sizeof(acpi->rsdp));
    memcpy(acpi->rsdp, "RSD PTR ", 8);
    memcpy(acpi->rsdp + 9, acpi->oem.id, sizeof(acpi->oem.id));
    acpi->rsdp_size = is_pc(acpi) ? 20 : 36;
    if (is_pc(acpi)) {
        hw_store_le(acpi->rsdp + 16, root, 4);
        hw_loader_add_pointer(script, OB_ACPI_RSDP, 16, 4, OB_ACPI_TABLES);
    } else {
        acpi->rsdp[15] = 2;
        hw_store_le(acpi->rsdp + 20, 36, 4);
        hw_store_le(acpi->rsdp + 24, root, 8);
        hw_loader_add_pointer(script, OB_ACPI_RSDP, 24, 8, OB_ACPI_TABLES);
    }
    hw_loader_add_checksum(script, OB_ACPI_RSDP, 8, 0, 20);
    if (!is_pc(acpi)) {
        hw_loader_add_checksum(script, OB_ACPI_RSDP, 32, 0, 36);
    }
}

void ob_acpi_tables_build(ObAcpi *acpi, HwAcpiBuild *build)
{
    HwAcpiTables *tables = &acpi->tables;
    OwnTables own = { 0 };

    tables->bytes.size = 0;
    tables->script.size = 0;
    hw_loader_allocate(&tables->script, OB_ACPI_RSDP, RSDP_ALIGNMENT, HW_ACPI_ZONE_FSEG);
    hw_acpi_build_write_allocations(build, tables);
    hw_loader_allocate(&tables->script, OB_ACPI_TABLES, TABLES_ALIGNMENT, HW_ACPI_ZONE_HIGH);
    own.facs = facs_add(acpi);
    own.dsdt = dsdt_add(acpi, build);
    own.fadt = fadt_add(acpi, &own);
    own.madt = madt_add(acpi);
    own.mcfg = ob_acpi_mcfg_add(acpi);
    hw_acpi_build_write_tables(build, tables);
    rsdp_build(acpi, root_add(acpi, &own, build));
    hw_acpi_buffer_align(&tables->bytes, TABLES_GRANULE);
    hw_acpi_buffer_align(&tables->script, LOADER_GRANULE);
    if (hw_acpi_tables_failed(tables)) {
        hw_no_memory();
    }
}
