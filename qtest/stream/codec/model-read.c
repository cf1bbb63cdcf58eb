/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a file into a model. */
#include <inttypes.h>
#include <string.h>

#include "hw-api/host/run/state.h"
#include "qtest/stream/codec/model-internal.h"
#include "qtest/stream/codec/progress.h"

#define INSTANCES_MAX 8u /* instances of a class that are known without a description */
#define BUFFER_SIZE   (256u << 10)

/* The limit of the bytes after a compressed stream: its file may have members without end. */
#define TRAILING_MAX (64u << 20)

/* ------------------------------------------------------------------- reading */

static ObVmMeasure state_measure(void *opaque, const ObVmSection *section, const uint8_t *bytes,
                                 size_t size, size_t *need, HwError *error)
{
    const HwDeviceClass *cls = opaque;

    switch (hw_state_measure(cls->state, section->version, bytes, size, need, error)) {
    case HW_STATE_COMPLETE:
        return OB_VM_MEASURED;
    case HW_STATE_MORE:
        return OB_VM_MORE;
    default:
        return OB_VM_REFUSED;
    }
}

static void know_set(ObVmReader *reader, const HwPluginSet *set)
{
    for (uint32_t i = 0; set && i < hw_plugin_set_class_count(set); i++) {
        const HwDeviceClass *cls = &hw_plugin_set_class(set, i)->table;

        for (uint32_t instance = 0; cls->state && instance < INSTANCES_MAX; instance++) {
            ob_vm_reader_know(reader, cls->state->name, instance, state_measure, (void *)cls);
        }
    }
}

static void progress_begin(ObProgress *progress, const ObVmInput *input)
{
    ob_progress_begin(progress, input->fd, input->path);
    if (input->packer) {
        progress->total = 0;
    }
}

static bool input_feed(ObModelReading *reading, HwError *error)
{
    g_autofree uint8_t *buffer = g_malloc(BUFFER_SIZE);
    ObModel *model = reading->model;
    ObProgress progress;
    bool accepted = true;
    ssize_t count = 1;

    progress_begin(&progress, reading->input);
    while (accepted && count > 0 && !(model->is_packed && model->trailing > TRAILING_MAX)) {
        count = ob_vm_input_read(reading->input, buffer, BUFFER_SIZE, error);
        if (count > 0) {
            uint64_t skip;

            model->size += (uint64_t)count;
            accepted = ob_vm_reader_feed(reading->reader, buffer, (size_t)count);
            skip = ob_vm_reader_skip(reading->reader);
            skip = skip ? ob_vm_input_skip(reading->input, skip) : 0;
            ob_vm_reader_skipped(reading->reader, skip);
            model->size += skip;
        }
        ob_progress_step(&progress, model->size);
    }
    model->size_is_known = count == 0;
    ob_progress_end(&progress);
    return count >= 0;
}

static void coverage_note(ObModel *model, const ObModelBlock *block)
{
    uint64_t missing = ob_model_missing_pages(model, block);

    if (missing) {
        g_ptr_array_add(model->notes,
                        g_strdup_printf("block '%s': %" PRIu64 " of %" PRIu64
                                        " pages never came: %s",
                                        block->name, missing, block->coverage.pages,
                                        model->ram_is_lost
                                            ? "they went over the other channels of a multifd "
                                              "migration"
                                            : "free page hinting, or a multifd migration"));
    }
}

static void model_notes_add(ObModel *model, const ObVmReader *reader)
{
    const char *note;

    for (unsigned i = 0; (note = ob_vm_reader_note(reader, i)); i++) {
        g_ptr_array_add(model->notes, g_strdup(note));
    }
    for (guint i = 0; i < model->blocks->len && !model->refusal.reason; i++) {
        const ObModelBlock *block = model->blocks->pdata[i];

        model->ram_is_lost |= ob_vm_coverage_is_loss(&block->coverage, block->name) ||
                              (ob_model_missing_pages(model, block) && !block->normal_pages);
    }
    for (guint i = 0; i < model->blocks->len; i++) {
        coverage_note(model, model->blocks->pdata[i]);
    }
}

/* Describes the file around the stream. */
static void container_note(ObModel *model, const ObVmInput *input)
{
    model->container = ob_vm_input_kind(input);
    model->is_packed = input->packer != NULL;
    model->is_inside = input->qcow2 != NULL;
    model->is_unfinished = input->is_libvirt && input->image.unfinished;
    model->base = model->is_packed ? 0 : ob_vm_input_base(input);
    memcpy(model->start, input->start, input->start_size);
    if (model->is_unfinished) {
        g_ptr_array_add(model->notes, g_strdup("libvirt's save was not finished: the image is "
                                               "marked 'LibvirtQemudPart'"));
    }
}

static void damage_note(ObModel *model, const ObVmInput *input)
{
    char *damage = ob_vm_input_damage(input);

    if (damage) {
        g_ptr_array_add(model->notes, damage);
    }
    if (model->trailing > TRAILING_MAX) {
        g_ptr_array_add(
            model->notes,
            g_strdup_printf("more than %u bytes after the stream's end are not unpacked",
                            TRAILING_MAX));
    }
}

static void sizes_settle(ObModel *model, const ObVmInput *input)
{
    if (input->qcow2) {
        model->size = ob_vm_qcow2_size(input->qcow2);
        model->size_is_known = true;
    } else if (input->file_size && !model->is_packed) {
        model->size = input->file_size;
        model->size_is_known = true;
    } else {
        model->size += model->base;
    }
}

static ObModel *input_read(ObVmInput *input, const HwPluginSet *set, bool pages, HwError *error)
{
    ObModelReading reading = { .set = set,
                               .input = input,
                               .pages = pages,
                               .coverage_budget = OB_VM_COVERAGE_MAX,
                               .model = ob_model_new() };
    bool read_all;

    container_note(reading.model, input);
    reading.reader = ob_vm_reader_new(&ob_model_events, &reading);
    ob_vm_reader_accept_mapped(reading.reader, reading.model->base);
    know_set(reading.reader, set);
    ob_vm_reader_prefer_description(reading.reader);
    read_all = input_feed(&reading, error);
    ob_vm_reader_finish(reading.reader);
    reading.model->refusal = *ob_vm_reader_refusal(reading.reader);
    reading.model->refusal.offset += reading.model->base;
    reading.model->warning = g_strdup(ob_vm_reader_warning(reading.reader));
    model_notes_add(reading.model, reading.reader);
    damage_note(reading.model, input);
    sizes_settle(reading.model, input);
    ob_vm_reader_free(reading.reader);
    if (!read_all) {
        g_clear_pointer(&reading.model, ob_model_free);
    }
    return reading.model;
}

static ObModel *path_read(const char *path, const char *snapshot, const HwPluginSet *set,
                          bool pages, HwError *error)
{
    ObVmInput *input = ob_vm_input_open_snapshot(path, snapshot, error);
    ObModel *model = input ? input_read(input, set, pages, error) : NULL;

    ob_vm_input_close(input);
    return model;
}

ObModel *ob_model_read(const char *path, const HwPluginSet *set, HwError *error)
{
    return path_read(path, NULL, set, false, error);
}

ObModel *ob_model_read_pages(const char *path, const HwPluginSet *set, HwError *error)
{
    return path_read(path, NULL, set, true, error);
}

ObModel *ob_model_read_snapshot(const char *path, const char *snapshot, const HwPluginSet *set,
                                HwError *error)
{
    return path_read(path, snapshot, set, false, error);
}
