/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads the list of registers of an incoming `cpu` section like stock QEMU, 7.2 to 10.x
 * (target/arm/machine.c, cpu_post_load).
 */
#ifndef HW_HOST_VCPU_STOCK_H
#define HW_HOST_VCPU_STOCK_H

#include "hw-api/device/vcpu-merge.h"

typedef enum HwVcpuStockVerdict {
    HW_VCPU_STOCK_TAKES,    /* QEMU accepts the list; the kernel may still refuse values */
    HW_VCPU_STOCK_TOO_LONG, /* refused: the list is longer than this host's */
    HW_VCPU_STOCK_UNKNOWN,  /* refused: this host does not have `id`, or ids don't ascend */
} HwVcpuStockVerdict;

typedef struct HwVcpuStock {
    HwVcpuStockVerdict verdict;
    uint64_t id;      /* UNKNOWN: the refused register */
    uint32_t dropped; /* number of registers above this host's highest: silently lost */
    uint32_t missing; /* number of this host's registers that are not incoming */
} HwVcpuStock;

/* `incoming` has the stream's order.  `own` is sorted; on TAKES it gets the values that QEMU then
 * sets, all of them, in this order.  Any thread. */
HwVcpuStock hw_vcpu_stock_merge(const HwVcpuEntry *incoming, uint32_t incoming_count,
                                HwVcpuEntry *own, uint32_t own_count);

#endif
