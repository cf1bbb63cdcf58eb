/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/firmware/stand-in-internal.h"

#include "hw-api/device/error.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/parts/acpi.h"
#include "qtest/machine/pci/pci.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define SCRIPT_MAX (1u << 20)

static void firmware_log(const Firmware *f, const char *format, ...) HW_PRINTF(2, 3);
static void firmware_log(const Firmware *f, const char *format, ...)
{
    char line[256];
    va_list args;

    if (!f->host->log) {
        return;
    }
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    f->host->log(f->host->log_opaque, "firmware stand-in", HW_LOG_INFO, line);
}

static Firmware *firmware_new(ObHost *host)
{
    Firmware *f = g_new0(Firmware, 1);

    f->host = host;
    return f;
}

static void firmware_free(Firmware *f)
{
    g_free(f->script);
    g_free(f);
}

/* -------------------------------------------------------------------------- boot */

/* Reads the script into guest memory, since DMA needs it; the memory is free again afterwards. */
static bool script_read(Firmware *f, HwError *error)
{
    const FirmwareFile *file = firmware_file(f, OB_ACPI_LOADER);
    uint64_t top = f->low_top;
    uint64_t address;

    if (!file) {
        return hw_error_set(error, "fw_cfg: there is no file '%s'", OB_ACPI_LOADER);
    }
    if (file->size % HW_LOADER_ENTRY_SIZE || file->size > SCRIPT_MAX) {
        return hw_error_set(error,
                            "fw_cfg: file '%s' has %u bytes, expected a multiple of %d up "
                            "to %u",
                            OB_ACPI_LOADER, file->size, HW_LOADER_ENTRY_SIZE, SCRIPT_MAX);
    }
    address = firmware_allocate(f, file->size, 1, true);
    f->low_top = top;
    if (!address || !firmware_file_read(f, file, address)) {
        return hw_error_set(error, "fw_cfg: file '%s' can't be read", OB_ACPI_LOADER);
    }
    f->script = g_malloc(file->size + 1u);
    f->script_size = file->size;
    ob_host_read(f->host, address, f->script, file->size);
    return true;
}

/* Scans each 16th byte for the RSDP's signature; operating systems do the same. */
static uint64_t rsdp_find(const Firmware *f)
{
    uint64_t address = firmware_note_address(f);

    for (; address < f->segment_next; address += 16) {
        if (firmware_load(f, address, 8) == UINT64_C(0x2052545020445352)) {
            return address;
        }
    }
    return 0;
}

static void boot_tell(const Firmware *f)
{
    const ObFirmwareReport *report = &f->report;

    for (uint32_t i = 0; i < f->blob_count; i++) {
        const FirmwareBlob *blob = &f->blobs[i];

        firmware_log(f, "%s: 0x%x bytes at 0x%" PRIx64 "%s", blob->name, blob->size, blob->address,
                     blob->opaque ? ", opaque" : "");
    }
    firmware_log(f,
                 "%u files, %u pointers, %u checksums, %u addresses written back, %u commands "
                 "skipped; RSDP at 0x%" PRIx64,
                 report->files, report->pointers, report->checksums, report->written_back,
                 report->skipped, report->rsdp);
}

/* OVMF does the same: nobody may find a pointer to memory that is not used after all. */
static void writes_undo(Firmware *f)
{
    for (uint32_t i = 0; i < f->report.written_back; i++) {
        f->writes[i].value = 0;
        firmware_item_write(f, &f->writes[i]);
    }
}

static bool boot(Firmware *f, HwError *error)
{
    if (!firmware_memory_init(f, error)) {
        return false;
    }
    if (ob_host_pci(f->host)) {
        ob_pci_show_ram(ob_host_pci(f->host));
        ob_pci_assign(ob_host_pci(f->host));
    }
    firmware_note_clear(f);
    if (!firmware_fw_cfg_check(f, error) || !firmware_directory_read(f, error) ||
        !script_read(f, error)) {
        return false;
    }
    if (!firmware_script_run(f, error)) {
        writes_undo(f);
        return false;
    }
    firmware_note_store(f);
    f->report.rsdp = rsdp_find(f);
    boot_tell(f);
    return true;
}

bool ob_firmware_boot(ObHost *host, ObFirmwareReport *report, HwError *error)
{
    Firmware *f = firmware_new(host);
    bool done = boot(f, error);

    if (report) {
        *report = f->report;
    }
    firmware_free(f);
    return done;
}

/* ------------------------------------------------------------------------ resume */

static bool resume(Firmware *f, HwError *error)
{
    if (ob_host_pci(f->host)) {
        ob_pci_show_ram(ob_host_pci(f->host));
    }
    if (!firmware_memory_init(f, error) || !firmware_fw_cfg_check(f, error) ||
        !firmware_note_load(f, error)) {
        return false;
    }
    for (uint32_t i = 0; i < f->write_count; i++) {
        const FirmwareWrite *write = &f->writes[i];

        if (!firmware_item_write(f, write)) {
            writes_undo(f);
            return hw_error_set(error, "resume: item 0x%x can't be written", write->key);
        }
        f->report.written_back++;
    }
    firmware_log(f, "resume from S3: %u addresses written back", f->report.written_back);
    return true;
}

bool ob_firmware_resume(ObHost *host, ObFirmwareReport *report, HwError *error)
{
    Firmware *f = firmware_new(host);
    bool done = resume(f, error);

    if (report) {
        *report = f->report;
    }
    firmware_free(f);
    return done;
}
