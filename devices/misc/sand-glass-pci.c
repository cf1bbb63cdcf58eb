/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sand glass as a PCI function: the same registers, in a BAR. */
#include "devices/devices.h"
#include "devices/misc/sand-glass-regs.h"
#include "hw-api/ext/clock.h"
#include "hw-api/ext/draft/pci.h"
#include "hw-api/ext/event-loop.h"
#include "hw-api/ext/guest-memory.h"

/* clang-format off */
static const HwPciFunction sand_glass_function = {
    .vendor = 0x1234, .device = 0x5a4d, .class_code = 0x088000, /* system peripheral, other */
    .interrupt_pin = HW_PCI_INTA, .msi_vectors = 1,
};

const HwDeviceClass sand_glass_pci_class = {
    .abi = HW_ABI(HwDeviceClass), .name = "sand-glass-pci",
    .description = "timer that hands out the time by DMA (example device)",
    .instance_size = sizeof(SandGlass),
    .services = HW_NAMES(HW_CLOCK, HW_EVENT_LOOP, HW_GUEST_MEMORY),
    .pci = &sand_glass_function,
    .regions = HW_ROWS(HwRegion,
        { "registers", HW_REGION_REGISTERS, HW_SPACE_BAR, .size = 0x1000,
          .words = offsetof(SandGlass, regs), .word_count = SAND_REGISTERS,
          .registers = HW_TABLE(sand_glass_registers) }),
    .state = &sand_glass_state, .realize = sand_glass_realize, .unrealize = sand_glass_unrealize,
    .reset = sand_glass_reset, .update = sand_glass_update, .quiesce = sand_glass_quiesce,
    .loaded = sand_glass_timer_restore, .load_undone = sand_glass_timer_restore,
};
/* clang-format on */
