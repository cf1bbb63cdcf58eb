/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "devices/tpm/tpm-platform.h"

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

/* Fills the file that firmware reads by fw_cfg. */
static void describe_ppi(TpmPlatform *tpm, uint64_t address)
{
    hw_store_le(tpm->ppi_config + PPI_CONFIG_ADDRESS, address, 4);
    tpm->ppi_config[PPI_CONFIG_TPM_VERSION] = PPI_CONFIG_TPM_2_0;
    tpm->ppi_config[PPI_CONFIG_PPI_VERSION] = PPI_CONFIG_PPI_1_3;
}

bool tpm_platform_realize(HwDevice *dev, TpmPlatform *tpm, uint64_t base, HwTpmCompleted *completed,
                          HwError *error)
{
    if (!tpm->tpmdev) {
        return hw_error_set(error, "%s: tpmdev: not set, expected the id of a -tpmdev", dev->id);
    }
    tpm->memory = hw_guest_memory(dev);
    tpm->service = hw_tpm_backend(dev);
    tpm->backend = tpm->service->open(dev, tpm->tpmdev, completed, error);
    describe_ppi(tpm, base + PPI_OFFSET);
    return tpm->backend != NULL;
}

void tpm_platform_unrealize(TpmPlatform *tpm)
{
    tpm->service->close(tpm->backend);
    tpm->backend = NULL;
}

/* PC Client Platform Reset Attack Mitigation: the operating system asks firmware to clear
 * memory if the operating system does not shut down cleanly. */
static void mitigate_reset_attack(HwDevice *dev, const TpmPlatform *tpm, uint32_t ppi_region)
{
    const uint8_t *ppi = tpm->memory->region_pointer(dev, ppi_region);

    if (ppi && (ppi[PPI_MOVV] & PPI_MOVV_CLEAR)) {
        tpm->memory->clear(dev);
    }
}

void tpm_platform_reset(HwDevice *dev, TpmPlatform *tpm, uint32_t ppi_region, uint32_t buffer_size)
{
    mitigate_reset_attack(dev, tpm, ppi_region);
    tpm->service->restart(tpm->backend, buffer_size);
}
