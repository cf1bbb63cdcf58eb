/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPM FIFO interface: which locality uses the TPM (PTP 1.05, TPM_ACCESS_x).  The active locality
 * relinquishes the TPM, or a higher locality seizes it.  If a command runs, the change waits for
 * the command's end.
 */
#include "devices/tpm/tpm-tis-core.h"

static bool is_locality(uint8_t locality)
{
    return locality < TIS_LOCALITIES;
}

/* The highest locality from `lowest` on whose ACCESS has the bit; TIS_NOBODY: none. */
static uint8_t highest_with(const Tis *s, uint32_t bit, uint8_t lowest)
{
    for (uint8_t i = TIS_LOCALITIES; i > lowest; i--) {
        if (s->locality[i - 1].access & bit) {
            return (uint8_t)(i - 1);
        }
    }
    return TIS_NOBODY;
}

static void deactivate(TisLocality *l, bool seized)
{
    l->access &= (uint8_t)~ACCESS_ACTIVE;
    if (seized) {
        l->access |= ACCESS_BEEN_SEIZED;
    } else {
        l->access &= (uint8_t)~ACCESS_REQUEST_USE;
    }
}

static void activate(Tis *s, uint8_t locality)
{
    uint8_t old = s->active;
    TisLocality *l = is_locality(locality) ? &s->locality[locality] : NULL;

    if (old == locality) {
        return;
    }
    if (is_locality(old)) {
        deactivate(&s->locality[old], l && (l->access & ACCESS_SEIZE));
    }
    s->active = locality;
    if (l) {
        l->access |= ACCESS_ACTIVE;
        l->access &= (uint8_t) ~(ACCESS_REQUEST_USE | ACCESS_SEIZE);
        tis_interrupt(s, locality, INT_LOCALITY_CHANGED);
    }
}

void tis_abort_end(Tis *s)
{
    uint8_t aborting = s->aborting;
    uint8_t next = s->next;

    s->position = 0;
    s->aborting = s->next = TIS_NOBODY;
    if (aborting == next) {
        tis_make_ready(s, aborting);
    } else if (is_locality(aborting)) {
        tis_make_idle(&s->locality[aborting]);
    }
    activate(s, next);
}

void tis_abort_begin(Tis *s, uint8_t locality, uint8_t next)
{
    uint8_t executing;

    s->aborting = locality;
    s->next = next;
    if (tis_is_executing(s, &executing)) {
        s->platform.service->cancel(s->platform.backend);
    } else {
        tis_abort_end(s);
    }
}

static void relinquish(Tis *s, uint8_t locality)
{
    uint8_t heir = highest_with(s, ACCESS_REQUEST_USE, 0);

    if (s->active != locality) {
        s->locality[locality].access &= (uint8_t)~ACCESS_REQUEST_USE;
    } else if (is_locality(heir)) {
        tis_abort_begin(s, locality, heir);
    } else {
        activate(s, TIS_NOBODY);
    }
}

static void request_use(Tis *s, uint8_t locality)
{
    if (!is_locality(s->active)) {
        activate(s, locality);
    } else if (s->active != locality) {
        s->locality[locality].access |= ACCESS_REQUEST_USE;
    }
}

/* A seizure that waits gives way to a higher locality's, and not to a lower locality's. */
static void seize(Tis *s, uint8_t locality)
{
    if ((is_locality(s->active) && locality <= s->active) ||
        is_locality(highest_with(s, ACCESS_SEIZE, locality))) {
        return;
    }
    for (uint8_t lower = 0; lower < locality; lower++) {
        s->locality[lower].access &= (uint8_t)~ACCESS_SEIZE;
    }
    s->locality[locality].access |= ACCESS_SEIZE;
    tis_abort_begin(s, s->active, locality);
}

void tis_access_written(Tis *s, uint8_t locality, uint32_t value)
{
    if (value & ACCESS_BEEN_SEIZED) {
        s->locality[locality].access &= (uint8_t)~ACCESS_BEEN_SEIZED;
    }
    if (value & ACCESS_SEIZE) {
        seize(s, locality);
        return;
    }
    if (value & ACCESS_ACTIVE) {
        relinquish(s, locality);
    }
    if (value & ACCESS_REQUEST_USE) {
        request_use(s, locality);
    }
}

static bool another_requests(const Tis *s, uint8_t locality)
{
    for (uint8_t i = 0; i < TIS_LOCALITIES; i++) {
        if (i != locality && (s->locality[i].access & ACCESS_REQUEST_USE)) {
            return true;
        }
    }
    return false;
}

uint32_t tis_access_read(const Tis *s, uint8_t locality)
{
    uint32_t value = s->locality[locality].access & ~(uint32_t)ACCESS_SEIZE;

    if (another_requests(s, locality)) {
        value |= ACCESS_PENDING_REQUEST;
    }
    if (!s->platform.service->established(s->platform.backend)) {
        value |= ACCESS_ESTABLISHMENT;
    }
    return value;
}
