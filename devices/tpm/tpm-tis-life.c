/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TPM FIFO interface, any form: realize, reset, interrupts, state and ACPI of an instance. */
#include "devices/tpm/tpm-tis-core.h"

#include "hw-api/device/error.h"

/* FIFO, interface version 0, five localities, FIFO alone offered. */
#define INTERFACE_ID_RESET 0x2100
#define START_METHOD_FIFO  6 /* TCG ACPI Specification 1.2: memory-mapped, without a control area */

bool tis_realize(Tis *s, HwError *error)
{
    uint32_t size;

    if (!tpm_platform_realize(&s->dev, &s->platform, s->base, tis_completed, error)) {
        return false;
    }
    size = s->platform.service->buffer_size(s->platform.backend);
    s->transfer_size = size < TIS_BUFFER_SIZE ? size : TIS_BUFFER_SIZE;
    return true;
}

void tis_unrealize(HwDevice *dev)
{
    tpm_platform_unrealize(&HW_DEVICE(Tis, dev)->platform);
}

void tis_reset(HwDevice *dev)
{
    static const TisLocality initial = {
        .state = TIS_IDLE,
        .int_enable = INT_POLARITY_LOW,
        .sts = STS_FAMILY_TPM_2_0,
        .interface_id = INTERFACE_ID_RESET,
        .access = ACCESS_VALID,
    };
    Tis *s = HW_DEVICE(Tis, dev);

    for (uint8_t i = 0; i < TIS_LOCALITIES; i++) {
        s->locality[i] = initial;
    }
    s->position = 0;
    s->active = s->aborting = s->next = TIS_NOBODY;
    tpm_platform_reset(dev, &s->platform, s->ppi_region, s->transfer_size);
}

void tis_update(HwDevice *dev)
{
    const Tis *s = HW_DEVICE(Tis, dev);
    bool level = false;

    for (uint8_t i = 0; i < TIS_LOCALITIES; i++) {
        const TisLocality *l = &s->locality[i];

        level |= (l->int_enable & INT_GLOBAL_ENABLE) &&
                 (l->int_status & l->int_enable & INT_CAUSES);
    }
    if (s->irq_line) {
        hw_irq_set(dev, s->irq_line, level);
    }
}

void tis_quiesce(HwDevice *dev)
{
    const TpmPlatform *tpm = &HW_DEVICE(Tis, dev)->platform;

    tpm->service->finish(tpm->backend);
}

void tis_build_acpi(HwDevice *dev, HwAcpiBuild *build)
{
    const Tis *s = HW_DEVICE(Tis, dev);
    const TpmAcpi form = { s->base, TIS_SIZE, START_METHOD_FIFO, 0 };

    tpm_platform_build_acpi(dev, &s->platform, build, &form);
}

/* -------------------------------------------------------------------------- state */

static bool is_locality_or_nobody(uint8_t number)
{
    return number < TIS_LOCALITIES || number == TIS_NOBODY;
}

static bool tis_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    const Tis *s = HW_DEVICE(Tis, dev);

    (void)version;
    if (s->position > TIS_BUFFER_SIZE) {
        return hw_error_set(error, "%s: rw_offset is %u, expected at most %u", dev->id, s->position,
                            TIS_BUFFER_SIZE);
    }
    if (!is_locality_or_nobody(s->active) || !is_locality_or_nobody(s->aborting) ||
        !is_locality_or_nobody(s->next)) {
        return hw_error_set(error,
                            "%s: active_locty, aborting_locty and next_locty are %u, %u and %u, "
                            "expected 0 to 4, or 255 for none",
                            dev->id, s->active, s->aborting, s->next);
    }
    for (uint8_t i = 0; i < TIS_LOCALITIES; i++) {
        if (s->locality[i].state >= TIS_STATES) {
            return hw_error_set(error, "%s: state of locality %u is %u, expected 0 to %u", dev->id,
                                i, s->locality[i].state, TIS_STATES - 1);
        }
    }
    return true;
}

/* A sender finishes its command before it saves.  A saved running command can't end. */
void tis_loaded(HwDevice *dev)
{
    const Tis *s = HW_DEVICE(Tis, dev);
    uint8_t locality;

    while (tis_is_executing(s, &locality)) {
        hw_log(dev, HW_LOG_WARNING, "the saved state has a command under way, which failed");
        tis_completed(dev, NULL, 0);
    }
}

/* clang-format off */
#define LOCALITY(n)                                                                         \
    HW_SAVED_AS("state.loc[" #n "].state", Tis, locality[n].state, 0),                      \
    HW_SAVED_AS("state.loc[" #n "].inte", Tis, locality[n].int_enable, 0),                  \
    HW_SAVED_AS("state.loc[" #n "].ints", Tis, locality[n].int_status, 0),                  \
    HW_SAVED_AS("state.loc[" #n "].access", Tis, locality[n].access, 0),                    \
    HW_SAVED_AS("state.loc[" #n "].sts", Tis, locality[n].sts, 0),                          \
    HW_SAVED_AS("state.loc[" #n "].iface_id", Tis, locality[n].interface_id, 0)

/* QEMU's section of that name, which both of its forms have. */
const HwState tis_state = {
    .name = "tpm-tis",
    .version = 0,
    .minimum_version = 0,
    .fields = HW_ROWS(HwStateField,
        HW_SAVED_AS("state.buffer", Tis, buffer, 0),
        HW_SAVED_AS("state.rw_offset", Tis, position, 0),
        HW_SAVED_AS("state.active_locty", Tis, active, 0),
        HW_SAVED_AS("state.aborting_locty", Tis, aborting, 0),
        HW_SAVED_AS("state.next_locty", Tis, next, 0),
        LOCALITY(0), LOCALITY(1), LOCALITY(2), LOCALITY(3), LOCALITY(4)),
    .post_load = tis_post_load,
};
/* clang-format on */
