/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/vcpu/stock.h"

HwVcpuStock hw_vcpu_stock_merge(const HwVcpuEntry *incoming, uint32_t incoming_count,
                                HwVcpuEntry *own, uint32_t own_count)
{
    HwVcpuStock stock = { .verdict = HW_VCPU_STOCK_TAKES };
    uint32_t i = 0;
    uint32_t o = 0;

    if (incoming_count > own_count) {
        stock.verdict = HW_VCPU_STOCK_TOO_LONG;
        return stock;
    }
    while (i < incoming_count && o < own_count) {
        if (incoming[i].id > own[o].id) {
            stock.missing++;
            o++;
        } else if (incoming[i].id < own[o].id) {
            stock.verdict = HW_VCPU_STOCK_UNKNOWN;
            stock.id = incoming[i].id;
            return stock;
        } else {
            own[o++].value = incoming[i++].value;
        }
    }
    /* QEMU stops at the end of either list. */
    stock.dropped = incoming_count - i;
    stock.missing += own_count - o;
    return stock;
}
