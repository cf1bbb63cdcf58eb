/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registers, the faults and the struct of the device in flawed.c. */
#ifndef OB_TESTS_LAB_FLAWED_H
#define OB_TESTS_LAB_FLAWED_H

#include "hw-api/ext/clock.h"

enum { ID, MODE, INDEX, DATA, STATUS, GO, PERIOD, RING, COUNT, REGISTERS };
enum { NOW, ROM_REGISTERS };
enum { REGION_RAM = 1 };

#define STATUS_DONE HW_BIT(0)
#define STATUS_ERR  HW_BIT(1)
#define GO_GO       HW_BIT(0)
#define GO_ARM      HW_BIT(1)
#define GO_START    HW_BIT(2)
#define GO_NOTE     HW_BIT(3)
#define TABLE       16u
#define FAR         0x10000u /* elements from here on are in no memory, or in another one's */

typedef enum Fault {
    WRITE_BEYOND = 1, /* INDEX is not checked */
    READ_BEYOND,
    LOST_STATE,      /* `armed` does not travel */
    CHANGED_BY_SAVE, /* pre_save counts */
    REFUSED_STATE,   /* post_load refuses a state that the device reaches */
    STUCK_BIT,       /* a one does not clear */
    STALE_DMA,       /* the ring is read when its address is set */
    MISSED_UPDATE,   /* the line is set by the guest's write alone */
    DOUBLE_FREE,
    LEAK,
    HIDDEN_STATE, /* a static variable */
    REAL_TIME,    /* COUNT has the time of the day */
    READ_COUNTS,  /* a read changes the register */
    READ_LOWERS,  /* a read lowers the line */
    BIT_WITHOUT_NAME,
    ENDLESS_LOOP,
    ENDLESS_TIMER, /* a period of 0 */
    NOT_MARKED,    /* a store to the region's memory is not told */
    LOST_DEADLINE, /* after a load the timer is not set */
    OLD_MEMORY,    /* a ROM device's register follows the clock, its memory does not */
    TWO_FAULTS,    /* a bit that sticks; with fewer steps the device crashes */
} Fault;

typedef struct Flawed {
    HwDevice dev;
    uint32_t regs[REGISTERS];
    uint32_t rom[ROM_REGISTERS];
    uint32_t fault;
    uint32_t irq_line;
    uint64_t base;
    uint64_t deadline; /* 0: the timer rests */
    HwTimer *timer;
    uint32_t length; /* the ring's, stale */
    uint8_t armed;
    uint8_t odd;
    uint8_t saved; /* both, in the stream */
    uint32_t table[TABLE];
} Flawed;

#endif
