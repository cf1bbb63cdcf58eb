/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/state/ram-stage.h"

#include "hw-api/device/error.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/core/sections.h"
#include "qtest/machine/state/foreign.h"
#include "qtest/stream/codec/coverage.h"

#include <inttypes.h>
#include <string.h>

/* A block's new contents, beside the block that they will replace. */
typedef struct StagedBlock {
    ObRamBlock *staged;
    ObRamBlock *target; /* NULL: foreign */
    uint8_t *written;   /* a bit for each OB_RAM_PAGE at which a page with bytes came */
    ObVmCoverage coverage;
    bool exchanged;
} StagedBlock;

struct ObRamStage {
    ObHost *host;
    GPtrArray *blocks; /* StagedBlock, by the stream's numbers */
    uint64_t foreign;  /* bytes of foreign blocks */
    uint64_t coverage_budget;
    uint32_t page_size; /* the stream's */
};

static void staged_free(StagedBlock *staged)
{
    ob_ram_block_free(staged->staged);
    g_free(staged->written);
    ob_vm_coverage_clear(&staged->coverage);
    g_free(staged);
}

ObRamStage *ob_ram_stage_new(ObHost *host)
{
    ObRamStage *s = g_new0(ObRamStage, 1);

    s->host = host;
    s->coverage_budget = OB_VM_COVERAGE_MAX;
    s->blocks = g_ptr_array_new_with_free_func((GDestroyNotify)staged_free);
    return s;
}

void ob_ram_stage_free(ObRamStage *stage)
{
    g_ptr_array_unref(stage->blocks);
    g_free(stage);
}

/* ------------------------------------------------------------------- coming */

static ObRamBlock *block_find(const ObHost *host, const char *name)
{
    for (uint32_t i = 0; i < host->blocks->len; i++) {
        ObRamBlock *block = host->blocks->pdata[i];

        if (block->in_stream && !strcmp(block->name, name)) {
            return block;
        }
    }
    return NULL;
}

static bool block_add(ObRamStage *s, const ObVmBlock *block, uint32_t page_size, HwError *error)
{
    ObRamBlock *target = block_find(s->host, block->name);
    ObRamBlock *memory;
    StagedBlock *staged;

    if (!target && ob_block_is_known(s->host, block->name)) {
        return hw_error_set(error, "Unknown ramblock \"%s\", cannot accept migration", block->name);
    }
    if (target && target->length != block->length) {
        return hw_error_set(error,
                            "Size mismatch: %s: 0x%" PRIx64 " != 0x%" PRIx64 ": Invalid argument",
                            block->name, block->length, target->length);
    }
    if (!target && block->length > OB_RAM_STAGE_FOREIGN_MAX - s->foreign) {
        return hw_error_set(error,
                            "%s: 0x%" PRIx64 " bytes, expected at most 0x%" PRIx64
                            " for all blocks of foreign devices",
                            block->name, block->length, OB_RAM_STAGE_FOREIGN_MAX);
    }
    memory = ob_ram_block_map(block->name, block->length);
    if (!memory) {
        return hw_error_set(error, "%s: no address space for a block of 0x%" PRIx64 " bytes",
                            block->name, block->length);
    }
    staged = g_new0(StagedBlock, 1);
    staged->staged = memory;
    staged->target = target;
    staged->coverage.pages = block->length / page_size;
    staged->written = g_malloc0(block->length / OB_RAM_PAGE / 8 + 1);
    s->foreign += target ? 0 : block->length;
    g_ptr_array_add(s->blocks, staged);
    return true;
}

bool ob_ram_stage_add(ObRamStage *stage, const ObVmBlock *blocks, uint32_t count,
                      uint32_t page_size, HwError *error)
{
    stage->page_size = page_size;
    for (uint32_t i = 0; i < count; i++) {
        if (!block_add(stage, &blocks[i], page_size, error)) {
            return false;
        }
    }
    return true;
}

/* Skips zeros where no page with bytes came before, without reading the memory: the system would
 * have to provide each page for the read. */
void ob_ram_stage_page(ObRamStage *stage, uint32_t block, uint64_t offset, const uint8_t *data,
                       size_t size)
{
    StagedBlock *staged = stage->blocks->pdata[block];
    uint8_t *page = staged->staged->memory + offset;
    uint64_t number = offset / OB_RAM_PAGE;
    uint8_t bit = (uint8_t)(1u << number % 8);

    ob_vm_coverage_add(&staged->coverage, offset / size, &stage->coverage_budget);
    if (data) {
        memcpy(page, data, size);
        staged->written[number / 8] |= bit;
    } else if (staged->written[number / 8] & bit) {
        memset(page, 0, size);
    }
}

/* -------------------------------------------------------------------- whole */

void ob_ram_stage_section(ObRamStage *stage, const char *name, const uint8_t *payload, size_t size)
{
    for (uint32_t i = 0; i < stage->blocks->len; i++) {
        StagedBlock *staged = stage->blocks->pdata[i];

        ob_vm_coverage_section(&staged->coverage, staged->staged->name, stage->page_size, name,
                               payload, size);
    }
}

bool ob_ram_stage_check(const ObRamStage *stage, HwError *error)
{
    for (uint32_t i = 0; i < stage->blocks->len; i++) {
        const StagedBlock *staged = stage->blocks->pdata[i];

        if (ob_vm_coverage_is_loss(&staged->coverage, staged->staged->name)) {
            return hw_error_set(error,
                                "%s: %" PRIu64 " of %" PRIu64 " pages never came: they went over "
                                "the other channels of a multifd migration; switch capability "
                                "multifd off",
                                staged->staged->name, ob_vm_coverage_missing(&staged->coverage),
                                staged->coverage.pages);
        }
    }
    return true;
}

bool ob_ram_stage_commit(ObRamStage *stage, HwError *error)
{
    for (uint32_t i = 0; i < stage->blocks->len; i++) {
        StagedBlock *staged = stage->blocks->pdata[i];

        if (!staged->target) {
            continue;
        }
        staged->exchanged = ob_ram_block_exchange(staged->target, staged->staged);
        if (!staged->exchanged) {
            return hw_error_set(error, "%s: the system can't exchange the block's memory",
                                staged->target->name);
        }
    }
    return true;
}

void ob_ram_stage_rollback(ObRamStage *stage)
{
    for (uint32_t i = 0; i < stage->blocks->len; i++) {
        StagedBlock *staged = stage->blocks->pdata[i];

        if (staged->exchanged) {
            ob_ram_block_exchange(staged->target, staged->staged);
            staged->exchanged = false;
        }
    }
}

void ob_ram_stage_give(ObRamStage *stage, ObForeign *foreign)
{
    for (uint32_t i = 0; i < stage->blocks->len; i++) {
        StagedBlock *staged = stage->blocks->pdata[i];

        if (!staged->target) {
            g_ptr_array_add(foreign->blocks, g_steal_pointer(&staged->staged));
        }
    }
}
