/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/parts/acpi.h"

#include "hw-api/device/error.h"
#include "hw-api/ext/draft/interrupt-lines.h"
#include "hw-api/host/run/running.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/parts/acpi-internal.h"
#include "qtest/machine/parts/acpi-pm.h"
#include "qtest/machine/parts/fw-cfg.h"

#include <string.h>

#define CPUS_MAX  255 /* a local APIC's ID can tell 255 apart */
#define FIRST_SPI 32u /* GSIs of a GIC are its interrupt IDs */

const ObAcpiPlatform ob_acpi_pc = {
    .pm = &ob_acpi_piix4,
    .gpe_ports = OB_PIIX4_GPE0,
    .gpe_size = OB_PIIX4_GPE0_SIZE,
    .event_count = 16,
};

const ObAcpiPlatform ob_acpi_q35 = {
    .pm = &ob_acpi_ich9,
    .gpe_ports = OB_ICH9_GPE0,
    .gpe_size = OB_ICH9_GPE0_SIZE,
    .event_count = 64,
};

/* QEMU's virt has nothing on SPIs 176 to 255; vmgenid, event 5, gets SPI 200. */
const ObAcpiPlatform ob_acpi_virt = {
    .event_gsi = FIRST_SPI + 195,
    .event_count = 16,
};

/* ------------------------------------------------------------------------ events */

static void event_deliver(ObAcpi *acpi, uint32_t number)
{
    ObHost *host = acpi->host;

    if (acpi->pm) {
        ob_acpi_pm_raise(acpi->pm, number);
        return;
    }
    number += host->machine->acpi->event_gsi - FIRST_SPI;
    ob_irqs_set(&host->irqs, NULL, number, true);
    ob_irqs_set(&host->irqs, NULL, number, false);
}

static bool service_event(HwDevice *dev, uint32_t gpe, HwAcpiEvent *event)
{
    const ObHost *host = ob_host_of(dev);
    const ObAcpiPlatform *platform = host->machine->acpi;

    if (!host->acpi || gpe >= platform->event_count) {
        return false;
    }
    *event = host->acpi->pm ? (HwAcpiEvent) { HW_ACPI_EVENT_GPE, gpe }
                            : (HwAcpiEvent) { HW_ACPI_EVENT_GED, platform->event_gsi + gpe };
    return true;
}

static void service_raise(HwDevice *dev, uint32_t gpe)
{
    ObHost *host = ob_host_of(dev);

    if (host->acpi && gpe < host->machine->acpi->event_count) {
        event_deliver(host->acpi, gpe);
    }
}

static bool lines_gsi(HwDevice *dev, uint32_t line, uint32_t *gsi)
{
    const ObHost *host = ob_host_of(dev);

    *gsi = line + (host->machine->acpi->event_gsi ? FIRST_SPI : 0);
    return host->acpi && line < host->irqs.count;
}

const HwInterruptLines ob_interrupt_lines = {
    .abi = HW_ABI(HwInterruptLines),
    .gsi = lines_gsi,
};

const HwAcpi *ob_acpi_service(void)
{
    static HwAcpi service = {
        .abi = HW_ABI(HwAcpi),
        .event = service_event,
        .raise = service_raise,
    };

    hw_acpi_build_offer(&service);
    return &service;
}

/* ------------------------------------------------------------------------- sleep */

void ob_acpi_sleep(ObHost *host, ObSleep sleep)
{
    if (host->acpi->sleep) {
        host->acpi->sleep(host->acpi->sleep_opaque, sleep);
    }
}

bool ob_acpi_can_sleep(const ObHost *host)
{
    return host->acpi && host->acpi->pm;
}

bool ob_acpi_observe_sleep(ObHost *host, void (*asked)(void *opaque, ObSleep sleep), void *opaque)
{
    if (!ob_acpi_can_sleep(host)) {
        return false;
    }
    host->acpi->sleep = asked;
    host->acpi->sleep_opaque = opaque;
    return true;
}

/* An event's status outlasts S3 (ICH9 has it in the resume well), so that the guest learns
 * of the events during its sleep. */
void ob_acpi_wake(ObHost *host)
{
    HwInstance *pm = ob_acpi_can_sleep(host) ? host->acpi->pm : NULL;
    uint64_t events = pm ? ob_acpi_pm_raised(pm) : 0;

    ob_host_reset(host);
    if (pm) {
        ob_acpi_pm_wake(pm, events);
    }
}

/* ------------------------------------------------------------------------ tables */

/* Finds any file except the host's own tables. */
static bool file_find(void *opaque, const char *name, HwAcpiFile *file)
{
    const ObHost *host = opaque;
    const ObFwCfgFile *found = ob_fw_cfg_find(host->fw_cfg, name);

    if (!found || !strcmp(name, OB_ACPI_TABLES) || !strcmp(name, OB_ACPI_RSDP) ||
        !strcmp(name, OB_ACPI_LOADER)) {
        return false;
    }
    *file = (HwAcpiFile) { found->size, found->guest_writable };
    return true;
}

static void devices_ask(ObHost *host, HwAcpiBuild *build)
{
    HwInstance *instance;
    HW_ERROR(error, 512);

    for (uint32_t i = 0; (instance = ob_host_device_at(host, i)); i++) {
        bool good;

        HW_RUN_HOOK(instance, "build_acpi",
                    good = hw_acpi_build_ask(build, instance->dev, instance->cls->table.build_acpi,
                                             &error));
        if (!good && host->log) {
            host->log(host->log_opaque, NULL, HW_LOG_WARNING, error.text);
        }
    }
}

static void files_build(void *opaque)
{
    ObAcpi *acpi = opaque;
    ObHost *host = acpi->host;
    HwAcpiBuild *build = hw_acpi_build_new(file_find, host);

    if (!build) {
        return;
    }
    devices_ask(host, build);
    ob_acpi_tables_build(acpi, build);
    hw_acpi_build_free(build);
    ob_fw_cfg_replace(host->fw_cfg, OB_ACPI_TABLES, acpi->tables.bytes.bytes,
                      acpi->tables.bytes.size);
    ob_fw_cfg_replace(host->fw_cfg, OB_ACPI_LOADER, acpi->tables.script.bytes,
                      acpi->tables.script.size);
    ob_fw_cfg_replace(host->fw_cfg, OB_ACPI_RSDP, acpi->rsdp, acpi->rsdp_size);
}

void ob_acpi_outdate(ObHost *host)
{
    if (host->acpi) {
        ob_fw_cfg_outdate(host->fw_cfg);
    }
}

/* -------------------------------------------------------------------------- life */

static bool pm_create(ObAcpi *acpi, HwError *error)
{
    const HwClass *cls = acpi->host->machine->acpi->pm;

    if (!cls) {
        return true;
    }
    acpi->pm = hw_instance_new(&acpi->host->base.api, cls, NULL, NULL);
    return acpi->pm ? ob_host_add_part(acpi->host, acpi->pm, error)
                    : hw_error_set(error, "%s: no memory for the device", cls->table.name);
}

static bool files_create(ObAcpi *acpi, HwError *error)
{
    static const char *const names[] = { OB_ACPI_TABLES, OB_ACPI_RSDP, OB_ACPI_LOADER };

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        const ObFwCfgFile file = { .name = names[i], .is_built = true };

        if (!ob_fw_cfg_add(acpi->host->fw_cfg, &file, error)) {
            return false;
        }
    }
    ob_fw_cfg_set_builder(acpi->host->fw_cfg, files_build, acpi);
    ob_fw_cfg_outdate(acpi->host->fw_cfg);
    return true;
}

void ob_acpi_set_given(ObHost *host, const GPtrArray *tables)
{
    if (!host->acpi) {
        return;
    }
    g_ptr_array_set_size(host->acpi->given, 0);
    for (guint i = 0; tables && i < tables->len; i++) {
        g_ptr_array_add(host->acpi->given, g_bytes_ref(tables->pdata[i]));
    }
}

bool ob_acpi_create(ObHost *host, const ObBoot *boot, HwError *error)
{
    if (!host->machine->acpi || !host->fw_cfg) {
        return true;
    }
    host->acpi = g_new0(ObAcpi, 1);
    host->acpi->host = host;
    host->acpi->cpus = boot ? CLAMP(boot->cpus, 1, CPUS_MAX) : 1;
    host->acpi->tables.file = OB_ACPI_TABLES;
    host->acpi->tables.oem = &host->acpi->oem;
    host->acpi->given = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    ob_acpi_set_given(host, boot ? boot->tables : NULL);
    return hw_acpi_oem_set(&host->acpi->oem, boot ? boot->oem_id : NULL,
                           boot ? boot->oem_table_id : NULL, error) &&
           pm_create(host->acpi, error) && ob_acpi_pci_plug_create(host->acpi, error) &&
           files_create(host->acpi, error);
}

void ob_acpi_free(ObAcpi *acpi)
{
    if (acpi) {
        hw_acpi_tables_clear(&acpi->tables);
        g_ptr_array_free(acpi->given, TRUE);
        g_free(acpi);
    }
}
