/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Valid tables of a plugin, which tests change. */
#ifndef OB_TESTS_HW_API_LAMP_TABLES_H
#define OB_TESTS_HW_API_LAMP_TABLES_H

#include "hw-api/ext/draft/gpio.h"
#include "hw-api/ext/fw-cfg.h"
#include "hw-api/hw-api.h"

typedef struct Lamp {
    HwDevice dev;     /* 64 bytes */
    uint32_t regs[2]; /* at 64 */
    uint64_t base;    /* at 72 */
    uint64_t serial;
    const char *label;
    uint32_t watts; /* at 96 */
    bool dimmable;  /* at 100 */
    bool logs;
    uint8_t levels[2];
    uint32_t layout; /* at 104 */
    uint8_t wires[4];
} Lamp; /* 112 bytes */

typedef struct Tables {
    HwRegisterField fields[2];
    HwRegister registers[2];
    HwRegion regions[4];
    HwName choices[2];
    HwProperty properties[6];
    HwFwCfgFile files[3];
    HwStateField levels[1];
    HwState subsections[2];
    HwStateField state_fields[2];
    HwState state;
    HwState other_state;
    HwName blocks[3];
    HwLayout layouts[2];
    HwName services[2];
    HwGpioLines lines;
    HwDeviceClass cls;
    HwDeviceClass other;
    HwDeviceClassRef classes[2];
    HwPlugin plugin;
} Tables;

extern const Tables lamp_good;
extern Tables lamp_tables; /* those that a test changes: lamp_good refers to them */

/* Parts of the loader's sentences. */
#define LAMP_CLASS "class lamp: "
#define NO_BYTE    " overlap in the instance, expected no byte in common"
#define SAME_BYTES " overlap in the instance, expected the same elements or no byte in common"

#endif
