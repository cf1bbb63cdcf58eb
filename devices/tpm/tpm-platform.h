/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TPM without its registers: the part of a device that does not depend on the interface.
 * The backend, the physical presence interface, firmware's files and the ACPI tables.
 */
#ifndef TPM_PLATFORM_H
#define TPM_PLATFORM_H

#include "devices/tpm/tpm-ppi-regs.h"
#include "hw-api/ext/acpi.h"
#include "hw-api/ext/fw-cfg.h"
#include "hw-api/ext/guest-memory.h"
#include "hw-api/ext/tpm-backend.h"

typedef struct TpmPlatform {
    const char *tpmdev; /* property */
    bool ppi;           /* property */
    const HwGuestMemory *memory;
    const HwTpmBackendService *service;
    HwTpmBackend *backend; /* from realize to unrealize */
    uint8_t ppi_config[PPI_CONFIG_SIZE];
} TpmPlatform;

/* Connects to the backend that `tpmdev` names.  The registers begin at `base`, the presence
 * memory is PPI_OFFSET behind.  Returns false and sets `error` on failure. */
bool tpm_platform_realize(HwDevice *dev, TpmPlatform *tpm, uint64_t base, HwTpmCompleted *completed,
                          HwError *error);
void tpm_platform_unrealize(TpmPlatform *tpm);

/* Power-cycles the TPM, and clears memory if the operating system has asked for that.
 * `ppi_region` has the presence memory; `buffer_size` is the largest command and response. */
void tpm_platform_reset(HwDevice *dev, TpmPlatform *tpm, uint32_t ppi_region, uint32_t buffer_size);

/*
 * Files for firmware: the address of the physical presence interface, and room for the event log
 * (PC Client Platform Firmware Profile 1.05, section 10).  Firmware copies the log's file to its
 * own memory, and writes there.
 */
/* clang-format off */
#define TPM_PLATFORM_FW_CFG_FILES(Struct)                                            \
    HW_ROWS(HwFwCfgFile,                                                             \
        { "etc/tpm/config", .offset = offsetof(Struct, platform.ppi_config),         \
          .size = PPI_CONFIG_SIZE, .enabled = offsetof(Struct, platform.ppi) },      \
        { TPM_LOG_FILE, .size = TPM_LOG_SIZE })
/* clang-format on */

/* An interface in the ACPI tables. */
typedef struct TpmAcpi {
    uint64_t base; /* address of the registers */
    uint32_t size;
    uint32_t start_method; /* TCG ACPI Specification 1.2, table 8 */
    uint64_t control_area; /* address, 0: the start method needs none */
} TpmAcpi;

/* For build_acpi: adds the TPM2 table, and the device MSFT0101. */
void tpm_platform_build_acpi(HwDevice *dev, const TpmPlatform *tpm, HwAcpiBuild *build,
                             const TpmAcpi *form);

#endif
