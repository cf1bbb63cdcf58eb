/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/client/drivers/fw-cfg.h"
#include "qtest/lab/tool/lockstep/pair.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/pci/pci-internal.h"

enum { CONFIG_ADDRESS = 0xcf8, CONFIG_DATA = 0xcfc };

static const char widths[] = "bwlq";

/* From the start of RAM, below the window of the steps. */
enum { ORDERS = 0x10000, BUFFER = 0x20000 };

/* Two orders of fw_cfg, to seek and to transfer, with the data behind them. */
enum { ORDER_SIZE = 16, DATA = 2 * ORDER_SIZE, ORDERS_SIZE = DATA + 8 };

static uint64_t ram_at(const LabPair *p, uint64_t offset)
{
    return ob_host_machine(p->target->host)->ram_base + offset;
}

/* ------------------------------------------------------------------- configuration space */

uint32_t lab_config_add(const LabPair *p, const LabConfig *access, GString *lines)
{
    char width = widths[access->size / 2];
    uint64_t room;

    if (p->is_virt) {
        g_string_append_printf(lines, "%s%c 0x%" PRIx64, access->is_write ? "write" : "read", width,
                               ob_pci_ecam_at(ob_host_pci(p->target->host), &room) +
                                   (access->function << 12 | access->offset));
    } else {
        g_string_append_printf(lines, "outl 0x%x 0x%x\n%s%c 0x%x", CONFIG_ADDRESS,
                               0x80000000u | access->function << 8 | (access->offset & 0xfc),
                               access->is_write ? "out" : "in", width,
                               CONFIG_DATA + (access->offset & 3));
    }
    if (access->is_write) {
        g_string_append_printf(lines, " 0x%" PRIx64, access->value);
    }
    g_string_append_c(lines, '\n');
    return p->is_virt ? 1 : 2;
}

static uint32_t config_add(const LabPair *p, const ObLabStep *step, GString *lines)
{
    LabConfig access = { .function = ob_pci_address(ob_lab_function(p->target, step)->pci),
                         .is_write = step->op == OB_LAB_CONFIG_WRITE,
                         .value = step->value };

    access.offset = ob_lab_config_offset(step, &access.size);
    return lab_config_add(p, &access, lines);
}

/* ------------------------------------------------------------------------ files in fw_cfg */

/* The order of a transfer: control, length and address, all big-endian. */
static void order_store(uint8_t *bytes, uint32_t control, uint32_t length, uint64_t buffer)
{
    hw_store_be32(bytes, control);
    hw_store_be32(bytes + 4, length);
    hw_store_be64(bytes + 8, buffer);
}

/* One write for all that the step needs in memory: each line costs the other machine the same. */
static void orders_add(const LabPair *p, GString *lines, const ObLabStep *step, uint32_t select)
{
    uint64_t orders = ram_at(p, ORDERS);
    uint32_t offset = (uint32_t)ob_lab_offset_in_file(ob_lab_file(p->target, step), step);
    bool is_write = step->op == OB_LAB_FILE_WRITE;
    uint8_t bytes[ORDERS_SIZE];

    order_store(bytes, select | FW_CFG_DMA_SKIP, offset, 0);
    order_store(bytes + ORDER_SIZE, is_write ? FW_CFG_DMA_WRITE : FW_CFG_DMA_READ,
                ob_lab_width(step), orders + DATA);
    hw_store_le(bytes + DATA, step->value, 8);
    g_string_append_printf(lines, "write 0x%" PRIx64 " 0x%x 0x", orders, ORDERS_SIZE);
    for (uint32_t i = 0; i < ORDERS_SIZE; i++) {
        g_string_append_printf(lines, "%02x", bytes[i]);
    }
    g_string_append_c(lines, '\n');
}

/* One half of the order's address; the lower one begins the transfer. */
static void dma_add(const LabPair *p, GString *lines, uint32_t half, uint32_t address)
{
    uint64_t base = p->is_virt ? ob_host_machine(p->target->host)->fw_cfg_base + FW_CFG_DMA
                               : FW_CFG_PORT_DMA;

    g_string_append_printf(lines, "%sl 0x%" PRIx64 " 0x%x\n", p->is_virt ? "write" : "out",
                           base + half, GUINT32_SWAP_LE_BE(address));
}

/* The same in process, by the same registers. */
uint64_t lab_file_play(const LabPair *pair, const ObLabStep *step)
{
    const ObLabFile *file = ob_lab_file(pair->target, step);
    ObFwCfgPort port = pair->is_virt ? fw_cfg_of_virt(pair->client) : fw_cfg_of_pc(pair->client);
    uint64_t buffer = ram_at(pair, BUFFER);
    bool is_write = step->op == OB_LAB_FILE_WRITE;
    uint32_t size = ob_lab_width(step), end;

    ob_client_store(pair->client, buffer, step->value, size);
    fw_cfg_dma(&port, fw_cfg_dma_key(file->key) | FW_CFG_DMA_SKIP, 0,
               (uint32_t)ob_lab_offset_in_file(file, step));
    end = fw_cfg_dma(&port, is_write ? FW_CFG_DMA_WRITE : FW_CFG_DMA_READ, buffer, size);
    ob_lab_settle(pair->target);
    return is_write ? end == 0 : ob_client_load(pair->client, buffer, size);
}

/* A transfer leaves the upper half of the address at 0. */
static uint32_t file_add(const LabPair *p, const ObLabStep *step, GString *lines)
{
    size_t index = step->target % p->target->files->len;
    uint32_t select = fw_cfg_dma_key(g_array_index(p->keys, uint16_t, index));
    uint64_t orders = ram_at(p, ORDERS);
    bool is_write = step->op == OB_LAB_FILE_WRITE;

    orders_add(p, lines, step, select);
    dma_add(p, lines, 0, (uint32_t)(orders >> 32));
    dma_add(p, lines, 4, (uint32_t)orders);
    dma_add(p, lines, 4, (uint32_t)orders + ORDER_SIZE);
    g_string_append_printf(lines, "read%c 0x%" PRIx64 "\n", is_write ? 'l' : widths[step->width],
                           orders + (is_write ? ORDER_SIZE : DATA));
    return 5;
}

/* ---------------------------------------------------------------------------- the clock */

/* To our next deadline: the other may have others. */
static uint32_t clock_add(const LabPair *p, const ObLabStep *step, GString *lines)
{
    int64_t next = ob_host_clock_next(p->target->host);
    int64_t room = next - ob_host_clock_now(p->target->host);
    uint64_t ns = step->value;

    if (!ns && next >= 0 && room > 0) {
        ns = MIN((uint64_t)room, OB_LAB_CLOCK_MAX);
    }
    if (ns) {
        g_string_append_printf(lines, "clock_step %" PRIu64 "\n", ns);
    }
    return ns ? 1 : 0;
}

/* ----------------------------------------------------------------------------- any step */

uint32_t lab_lines_add(const LabPair *pair, const ObLabStep *step, GString *lines)
{
    ObLabAccess access;

    switch (step->op) {
    case OB_LAB_STORE:
    case OB_LAB_LOAD:
        access = ob_lab_access(pair->target, step);
        if (access.answers) {
            ob_lab_line_write(lines, &access, step);
        }
        return access.answers;
    case OB_LAB_CONFIG_WRITE:
    case OB_LAB_CONFIG_READ:
        return config_add(pair, step, lines);
    case OB_LAB_FILE_WRITE:
    case OB_LAB_FILE_READ:
        return file_add(pair, step, lines);
    case OB_LAB_CLOCK:
        return clock_add(pair, step, lines);
    default:
        return 0;
    }
}

uint64_t lab_levels_sum(const bool *levels)
{
    uint64_t sum = 0;

    for (uint32_t line = 0; line < OB_CLIENT_IRQS; line++) {
        sum ^= levels[line] ? ob_lab_line_bits(line) : 0;
    }
    return sum;
}

uint64_t lab_lines_answer(const ObLabStep *step, const char *answer)
{
    uint64_t value = g_ascii_strtoull(answer + 2, NULL, 0);

    return step->op == OB_LAB_FILE_WRITE ? value == 0 : value;
}
