/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sand glass's core, which both of its forms share.  Specified in sand-glass.rst. */
#ifndef SAND_GLASS_REGS_H
#define SAND_GLASS_REGS_H

#include "hw-api/hw-api.h"

enum {
    SAND_ID,
    SAND_CTRL,
    SAND_STATUS,
    SAND_RING,
    SAND_RING_HIGH,
    SAND_ENTRIES,
    SAND_HEAD,
    SAND_TAIL,
    SAND_PERIOD,
    SAND_REGISTERS,
};

#define SAND_MAGIC      0x444e4153 /* "SAND" in guest memory */
#define SAND_ENABLE     HW_BIT(0)  /* CTRL */
#define SAND_TURN       HW_BIT(1)
#define SAND_DONE       HW_BIT(0) /* STATUS */
#define SAND_ERROR      HW_BIT(1)
#define SAND_DESCRIPTOR 16u /* address, 8 bytes; room, 4; bytes written, 4 */
#define SAND_STAMP      8u  /* bytes */

typedef struct SandGlass {
    HwDevice dev;
    uint32_t regs[SAND_REGISTERS];
    uint64_t deadline; /* on the machine's clock; 0: the timer is off */
    uint32_t irq_line; /* on PCI 0: the function's own interrupt */
    uint64_t base;     /* on PCI unused */
    struct HwTimer *timer;
    bool turns; /* a turn is posted */
} SandGlass;

extern const HwRegister sand_glass_registers[SAND_REGISTERS];
extern const HwState sand_glass_state;

bool sand_glass_realize(HwDevice *dev, HwError *error);
void sand_glass_unrealize(HwDevice *dev);
void sand_glass_reset(HwDevice *dev);
void sand_glass_update(HwDevice *dev);
void sand_glass_quiesce(HwDevice *dev);
void sand_glass_timer_restore(HwDevice *dev);

#endif
