/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RAM from a stream, kept beside the host's until the stream has ended well. */
#ifndef OB_RAM_STAGE_H
#define OB_RAM_STAGE_H

#include "qtest/machine/core/host.h"
#include "qtest/machine/state/foreign.h"
#include "qtest/stream/codec/reader.h"

typedef struct ObRamStage ObRamStage;

ObRamStage *ob_ram_stage_new(ObHost *host);
void ob_ram_stage_free(ObRamStage *stage);

/* The limit for all foreign blocks together: without it a stream could take any amount of
 * memory. */
#define OB_RAM_STAGE_FOREIGN_MAX (UINT64_C(4) << 30)

/* Makes room for the stream's blocks.  A block that no class of this host has is foreign.
 * Returns false and sets `error`, in QEMU's words, on failure. */
bool ob_ram_stage_add(ObRamStage *stage, const ObVmBlock *blocks, uint32_t count,
                      uint32_t page_size, HwError *error);

/* `data` NULL: zeros.  `block` counts in the order of ob_ram_stage_add(). */
void ob_ram_stage_page(ObRamStage *stage, uint32_t block, uint64_t offset, const uint8_t *data,
                       size_t size);

/* Looks at a device's section: virtio-mem's tells which pages can't come. */
void ob_ram_stage_section(ObRamStage *stage, const char *name, const uint8_t *payload, size_t size);

/* False with a sentence if pages that the guest needs never came: the stream is the main channel of
 * a multifd migration.  To be called after the last page. */
bool ob_ram_stage_check(const ObRamStage *stage, HwError *error);

/* Exchanges the host's memory for the staged memory.  If it returns false, roll back. */
bool ob_ram_stage_commit(ObRamStage *stage, HwError *error);
void ob_ram_stage_rollback(ObRamStage *stage);

/* Gives away the foreign blocks. */
void ob_ram_stage_give(ObRamStage *stage, ObForeign *foreign);

#endif
