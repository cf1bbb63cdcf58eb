/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.guest-state/1 - the state of the guest's operating system, which a device was told.  A
 * draft: it may change or go.
 *
 * The host tells its user.  It may stop the machine or end the program, by the user's choice;
 * never before the guest's access is over.
 */
#ifndef HW_EXT_DRAFT_GUEST_STATE_H
#define HW_EXT_DRAFT_GUEST_STATE_H

#include "hw-api/hw-api.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HW_GUEST_STATE "hw.guest-state/1"

typedef enum HwGuestNews {
    HW_GUEST_PANICKED = 0,     /* the kernel has crashed */
    HW_GUEST_CRASH_LOADED = 1, /* the kernel has crashed, and its crash kernel takes over */
    HW_GUEST_SHUTS_DOWN = 2,   /* the operating system asks for the power to be switched off */
    HW_GUEST_HANGS = 3,        /* a watchdog has expired */
} HwGuestNews;

typedef struct HwGuestState {
    HwAbi abi;

    /* `news` is an HwGuestNews; others are ignored.  [device lock & realized] */
    void (*tell)(HwDevice *dev, uint32_t news);
} HwGuestState;

/* NULL where the host lacks the service and the class does not require it.
 * [device lock & alive] */
static inline const HwGuestState *hw_guest_state(HwDevice *dev)
{
    return (const HwGuestState *)dev->host->query(dev->host, HW_GUEST_STATE);
}

#ifdef __cplusplus
}
#endif

#endif
