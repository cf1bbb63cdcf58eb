/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/state/save.h"

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/host/pci/function.h"
#include "hw-api/host/run/i2c.h"
#include "hw-api/host/run/state.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/core/sections.h"
#include "qtest/machine/state/clock-section.h"
#include "qtest/machine/state/device-load.h"
#include "qtest/machine/state/foreign.h"
#include "qtest/machine/state/net-sections.h"
#include "qtest/machine/state/tpm-sections.h"
#include "qtest/stream/codec/coverage.h"

#include <inttypes.h>
#include <string.h>

#define FIRST_ID 1u /* QEMU gives 0 to sections that it has not seen yet */

struct ObSave {
    ObHost *host;
    ObVmWriter *writer;
    GPtrArray *blocks; /* ObRamBlock: the host's, then foreign blocks */
    uint32_t own_blocks;
    uint32_t block; /* the position of the pass */
    uint64_t offset;
    uint32_t next_id;
    ObSaveCounts counts;
    GHashTable *saved; /* HwInstance whose section has been sent */
};

/* ------------------------------------------------------------------- begin */

static bool blocks_collect(ObSave *s, HwError *error)
{
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    const ObForeign *foreign = s->host->foreign;

    for (uint32_t i = 0; i < s->host->blocks->len; i++) {
        ObRamBlock *block = s->host->blocks->pdata[i];

        if (block->in_stream) {
            g_ptr_array_add(s->blocks, block);
        }
    }
    s->own_blocks = s->blocks->len;
    if (foreign) {
        g_ptr_array_extend(s->blocks, foreign->blocks, NULL, NULL);
    }
    for (uint32_t i = 0; i < s->blocks->len; i++) {
        ObRamBlock *block = s->blocks->pdata[i];

        if (!g_hash_table_add(names, block->name)) {
            return hw_error_set(error,
                                "migration: two devices have a RAM block '%s', expected "
                                "at most one",
                                block->name);
        }
        s->counts.total += block->length;
    }
    return true;
}

/* Sends all pages of foreign blocks, since QEMU's initial contents of such a block may not be zero
 * (firmware, option ROMs).  All pages of devices' blocks come too: a reader takes a stream without
 * them for the main channel of a multifd migration. */
static void blocks_track(ObSave *s)
{
    ob_ram_track(s->host, s);
    for (uint32_t i = 0; i < s->blocks->len; i++) {
        ObRamBlock *block = s->blocks->pdata[i];
        bool foreign = i >= s->own_blocks;

        if (foreign) {
            ob_ram_block_track(block, s);
        }
        if (foreign || !ob_vm_block_is_main_memory(block->name)) {
            ob_ram_block_mark_for(block, s, 0, block->length);
        }
    }
}

static void foreign_save(ObSave *s, const ObForeignSection *foreign)
{
    const ObVmSection section = {
        .name = foreign->name,
        .instance = foreign->instance,
        .version = foreign->version,
        .id = s->next_id++,
    };

    ob_vm_write_copy(s->writer, &section, foreign->payload, foreign->size, foreign->description);
}

/* The sections that came before the pages of RAM must be there before them again. */
static void early_save(ObSave *s)
{
    const ObForeign *foreign = s->host->foreign;

    for (uint32_t i = 0; foreign && i < foreign->sections->len; i++) {
        const ObForeignSection *section = foreign->sections->pdata[i];

        if (section->early) {
            foreign_save(s, section);
        }
    }
}

static void ram_start(ObSave *s)
{
    g_autofree ObVmBlock *blocks = g_new0(ObVmBlock, s->blocks->len + 1);

    for (uint32_t i = 0; i < s->blocks->len; i++) {
        const ObRamBlock *block = s->blocks->pdata[i];

        blocks[i] = (ObVmBlock) { block->name, block->length };
    }
    ob_vm_writer_set_next_id(s->writer, FIRST_ID);
    ob_vm_write_ram_start(s->writer, blocks, s->blocks->len);
    s->next_id = FIRST_ID + 1;
    early_save(s);
}

ObSave *ob_save_new(ObHost *host, ObVmSink *sink, void *opaque, HwError *error)
{
    ObSave *s = g_new0(ObSave, 1);

    ob_host_remove_left(host);
    s->host = host;
    host->saves++;
    s->blocks = g_ptr_array_new();
    s->saved = g_hash_table_new(NULL, NULL);
    s->writer = ob_vm_writer_new(sink, opaque);
    if (!blocks_collect(s, error)) {
        ob_save_free(s);
        return NULL;
    }
    blocks_track(s);
    ob_vm_writer_set_sparse(s->writer);
    ob_vm_write_header(s->writer, host->stream_name);
    if (host->machine->page_bits) {
        ob_vm_write_page_bits(s->writer, host->machine->page_bits);
    }
    ram_start(s);
    ob_vm_writer_flush(s->writer);
    return s;
}

void ob_save_free(ObSave *save)
{
    if (!save) {
        return;
    }
    save->host->saves--;
    ob_ram_untrack(save->host, save);
    for (uint32_t i = 0; i < save->blocks->len; i++) {
        ob_ram_block_untrack(save->blocks->pdata[i], save);
    }
    ob_vm_writer_free(save->writer);
    g_ptr_array_unref(save->blocks);
    g_hash_table_unref(save->saved);
    g_free(save);
}

/* --------------------------------------------------------------------- RAM */

uint64_t ob_save_remaining(const ObSave *save)
{
    uint64_t pages = 0;

    for (uint32_t i = 0; i < save->blocks->len; i++) {
        pages += ob_ram_block_dirty(save->blocks->pdata[i], save);
    }
    return pages * OB_RAM_PAGE;
}

static void page_send(ObSave *s, const ObRamBlock *block)
{
    const uint8_t *data = block->memory + s->offset;

    if (ob_vm_is_zero(data, OB_RAM_PAGE)) {
        data = NULL;
        s->counts.zero++;
    } else {
        s->counts.normal++;
    }
    ob_vm_write_ram_page(s->writer, s->block, s->offset, data);
    s->offset += OB_RAM_PAGE;
}

/* Returns false at the end of RAM. */
static bool pages_send(ObSave *s, uint64_t pages)
{
    for (; s->block < s->blocks->len; s->block++, s->offset = 0) {
        ObRamBlock *block = s->blocks->pdata[s->block];

        while (pages > 0 && ob_ram_block_take(block, s, &s->offset)) {
            page_send(s, block);
            pages--;
        }
        if (pages == 0) {
            return true;
        }
    }
    s->block = 0;
    s->counts.passes++;
    return false;
}

bool ob_save_pass(ObSave *save, uint64_t pages)
{
    bool more;

    ob_vm_write_ram_pass(save->writer, false);
    more = pages_send(save, pages);
    ob_vm_write_ram_pass_end(save->writer);
    ob_vm_writer_flush(save->writer);
    return !more;
}

static void ram_finish(ObSave *s)
{
    s->block = 0;
    s->offset = 0;
    ob_vm_write_ram_pass(s->writer, true);
    pages_send(s, UINT64_MAX);
    ob_vm_write_ram_pass_end(s->writer);
}

/* ----------------------------------------------------------------- devices */

static void sink_field(void *opaque, const HwStateField *field, const uint8_t *bytes)
{
    ObSave *s = opaque;

    ob_vm_write_field(s->writer, field->name, hw_state_type(field), field->size, field->count,
                      bytes);
}

static void sink_subsection(void *opaque, const HwState *state)
{
    ObSave *s = opaque;

    ob_vm_write_subsection(s->writer, state->name, state->version);
}

static void sink_subsection_end(void *opaque)
{
    ObSave *s = opaque;

    ob_vm_write_subsection_end(s->writer);
}

static void sink_part(void *opaque, const HwStateField *field)
{
    ObSave *s = opaque;

    ob_vm_write_struct(s->writer, field->name, field->part->name, field->part->version);
}

static void sink_part_end(void *opaque)
{
    ObSave *s = opaque;

    ob_vm_write_struct_end(s->writer);
}

/* QEMU's struct of a PCI device, which comes first. */
static void function_save(ObSave *s, HwPciUnit *unit)
{
    uint32_t size = hw_pci_unit_state_size(unit);
    g_autofree uint8_t *bytes = g_malloc(size);

    hw_pci_unit_state_save(unit, bytes);
    ob_vm_write_field(s->writer, "parent_obj", "buffer", size, 1, bytes);
}

/* QEMU's struct of an I2C target: its address. */
static void target_save(ObSave *s, const HwInstance *target)
{
    uint8_t address = (uint8_t)target->i2c_address;

    ob_vm_write_field(s->writer, "i2c", "uint8", sizeof(address), 1, &address);
}

static bool device_save(ObSave *s, HwInstance *instance, uint32_t number, HwError *error)
{
    const HwState *state = hw_instance_state(instance);
    g_autofree char *name = ob_section_name(instance);
    const HwStateSink sink = {
        .opaque = s,
        .field = sink_field,
        .subsection = sink_subsection,
        .subsection_end = sink_subsection_end,
        .part = sink_part,
        .part_end = sink_part_end,
    };

    g_hash_table_add(s->saved, instance);
    ob_vm_write_device(s->writer, name, number, state ? state->version : OB_FUNCTION_VERSION, NULL);
    if (instance->pci) {
        function_save(s, instance->pci);
    } else if (hw_i2c_target(instance)) {
        target_save(s, instance);
    }
    if (!hw_state_save(instance, &sink, error)) {
        return false;
    }
    ob_vm_write_device_end(s->writer);
    s->next_id++;
    return true;
}

/* The machine's own parts may need a section only at times. */
static bool section_is_needed(const HwInstance *instance)
{
    const HwState *state = hw_instance_state(instance);

    return state ? !state->needed || state->needed(instance->dev) : instance->pci != NULL;
}

/* Sends sections in the order of the last stream, then the sections that are new since. */
static bool sections_save(ObSave *s, HwError *error)
{
    const ObForeign *foreign = s->host->foreign;
    HwInstance *instance;

    for (uint32_t i = 0; foreign && i < foreign->sections->len; i++) {
        const ObForeignSection *section = foreign->sections->pdata[i];

        if (section->early || ob_is_clock_section(section->name, section->instance)) {
            continue;
        }
        if (section->payload) {
            foreign_save(s, section);
            continue;
        }
        instance = ob_section_device(s->host, section->name, section->instance);
        if (instance && !device_save(s, instance, section->instance, error)) {
            return false;
        }
    }
    for (uint32_t i = 0; (instance = ob_host_instance_at(s->host, i)); i++) {
        if (section_is_needed(instance) && !g_hash_table_contains(s->saved, instance) &&
            !device_save(s, instance, instance->number, error)) {
            return false;
        }
    }
    return true;
}

/* The clock comes before the devices, as in QEMU. */
static void clock_save(ObSave *s)
{
    const ObForeign *foreign = s->host->foreign;
    const ObForeignSection *last = NULL;

    for (uint32_t i = 0; foreign && i < foreign->sections->len; i++) {
        const ObForeignSection *section = foreign->sections->pdata[i];

        if (ob_is_clock_section(section->name, section->instance)) {
            last = section;
        }
    }
    ob_clock_section_save(s->writer, last, s->host->clock.now);
    s->next_id++;
}

static void global_state_save(ObSave *s, const char *runstate)
{
    uint8_t text[OB_RUNSTATE_LENGTH] = { 0 };
    uint8_t size[4];

    g_strlcpy((char *)text, runstate, sizeof(text));
    hw_store_be32(size, (uint32_t)strlen(runstate) + 1);
    ob_vm_write_device(s->writer, OB_GLOBAL_STATE, 0, OB_GLOBAL_STATE_VERSION, NULL);
    ob_vm_write_field(s->writer, "size", "uint32", sizeof(size), 1, size);
    ob_vm_write_field(s->writer, "runstate", "buffer", sizeof(text), 1, text);
    ob_vm_write_device_end(s->writer);
    s->next_id++;
}

void ob_save_omit_description(ObSave *save)
{
    ob_vm_writer_omit_description(save->writer);
}

bool ob_save_finish(ObSave *save, const char *runstate, HwError *error)
{
    ob_host_quiesce(save->host);
    ram_finish(save);
    clock_save(save);
    ob_nets_save(save->host, save->writer, &save->next_id);
    global_state_save(save, runstate);
    return ob_tpms_save(save->host->base.tpms, save->writer, &save->next_id, error) &&
           sections_save(save, error) && ob_vm_write_end(save->writer, NULL, 0);
}

ObSaveCounts ob_save_counts(const ObSave *save)
{
    return save->counts;
}
