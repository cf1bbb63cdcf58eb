/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ne2k_pci's instance, and its ring of received frames. */
#ifndef NE2K_H
#define NE2K_H

#include "devices/net/ne2k-regs.h"
#include "hw-api/ext/draft/net.h"

/* The members that are saved have the names and sizes of QEMU's section. */
typedef struct Ne2k {
    HwDevice dev;
    const char *netdev;
    const char *mac;
    const HwNet *net;
    HwNetPort *port;
    uint32_t start, stop; /* the ring, in bytes; stop is behind it */
    uint32_t rsar;        /* the next byte of the remote DMA */
    uint16_t tcnt, rcnt;
    uint8_t rxcr, cmd, boundary, tsr, tpsr, rsr, isr, dcfg, imr;
    uint8_t phys[HW_NET_MAC_BYTES];
    uint8_t curpag;
    uint8_t mult[8];
    uint8_t unused[4];
    uint8_t mem[PAGES * PAGE];
} Ne2k;

/* A page of the packets' RAM; NULL: there is none. */
static inline uint8_t *ne2k_page(Ne2k *s, uint32_t page)
{
    return page >= FIRST_PAGE && page < PAGES ? s->mem + page * PAGE : NULL;
}

/* A command without both bits changes nothing, and Linux writes such ones while it takes frames. */
static inline bool ne2k_is_started(const Ne2k *s)
{
    return !(s->cmd & CR_STOP);
}

/* Takes a frame; false: the ring has no room for it. */
bool ne2k_receive(HwDevice *dev, const uint8_t *frame, uint32_t size);

/* True if the guest has not read all frames. */
bool ne2k_has_frames(const Ne2k *s);

#endif
