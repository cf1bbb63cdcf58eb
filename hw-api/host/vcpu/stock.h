/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stock QEMU, 7.2 to 10.x, does with the list of registers of an incoming `cpu`
 * section (target/arm/machine.c, cpu_post_load).
 */
#ifndef HW_HOST_VCPU_STOCK_H
#define HW_HOST_VCPU_STOCK_H

#include "hw-api/device/vcpu-merge.h"

typedef enum HwVcpuStockVerdict {
    HW_VCPU_STOCK_TAKES,        /* the list; the kernel may still refuse values */
    HW_VCPU_STOCK_TOO_LONG,     /* more registers than here: refused */
    HW_VCPU_STOCK_UNKNOWN,      /* `id` is not here, or out of order: refused */
} HwVcpuStockVerdict;

typedef struct HwVcpuStock {
    HwVcpuStockVerdict verdict;
    uint64_t id;                /* UNKNOWN: which */
    uint32_t dropped;           /* registers above this host's highest: lost without a word */
    uint32_t missing;           /* registers of this host that are not incoming */
} HwVcpuStock;

/* `incoming` as in the stream.  `own` is sorted; on TAKES it has the values that QEMU then
 * sets, each of them, in order.  Any thread. */
HwVcpuStock hw_vcpu_stock_merge(const HwVcpuEntry *incoming, uint32_t incoming_count,
                                HwVcpuEntry *own, uint32_t own_count);

#endif
