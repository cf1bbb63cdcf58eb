/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/codec/model.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/state.h"
#include "qtest/stream/codec/description.h"
#include "qtest/stream/codec/progress.h"

#define INSTANCES_MAX 8u /* instances of a class that are known without a description */
#define BUFFER_SIZE   (256u << 10)

typedef struct Reading {
    ObModel *model;
    const HwPluginSet *set;
    ObVmReader *reader;
    uint64_t coverage_budget;
} Reading;

/* -------------------------------------------------------------------- storage */

static void block_free(void *opaque)
{
    ObModelBlock *block = opaque;

    g_free(block->name);
    ob_vm_coverage_clear(&block->coverage);
    g_free(block->digests);
    g_free(block->bytes);
    g_free(block);
}

static void section_free(void *opaque)
{
    ObModelSection *section = opaque;

    g_free(section->name);
    g_free(section->payload);
    json_decref(section->description);
    g_free(section);
}

void ob_model_free(ObModel *model)
{
    if (model) {
        g_free(model->machine);
        g_free(model->warning);
        g_ptr_array_unref(model->notes);
        g_ptr_array_unref(model->blocks);
        g_ptr_array_unref(model->sections);
        g_free(model);
    }
}

const ObModelSection *ob_model_section(const ObModel *model, const char *name, uint32_t instance)
{
    for (guint i = 0; i < model->sections->len; i++) {
        const ObModelSection *section = model->sections->pdata[i];

        if (section->instance == instance && strcmp(section->name, name) == 0) {
            return section;
        }
    }
    return NULL;
}

const ObModelBlock *ob_model_block(const ObModel *model, const char *name)
{
    for (guint i = 0; i < model->blocks->len; i++) {
        const ObModelBlock *block = model->blocks->pdata[i];

        if (strcmp(block->name, name) == 0) {
            return block;
        }
    }
    return NULL;
}

uint64_t ob_model_missing_pages(const ObModel *model, const ObModelBlock *block)
{
    return model->refusal.reason || model->is_outboards ? 0
                                                        : ob_vm_coverage_missing(&block->coverage);
}

/* --------------------------------------------------------------------- events */

static bool read_machine(void *opaque, const char *name, HwError *error)
{
    (void)error;
    ((Reading *)opaque)->model->machine = g_strdup(name);
    return true;
}

/* A stream may announce a block of exabytes, so memory is allocated for received pages only. */
static bool read_blocks(void *opaque, const ObVmBlock *blocks, uint32_t count, HwError *error)
{
    Reading *reading = opaque;

    (void)error;
    reading->model->page_size = ob_vm_reader_page_size(reading->reader);
    for (uint32_t i = 0; i < count; i++) {
        ObModelBlock *block = g_new0(ObModelBlock, 1);

        block->name = g_strdup(blocks[i].name);
        block->length = blocks[i].length;
        block->coverage.pages = block->length / reading->model->page_size;
        if (block->length <= OB_MODEL_SMALL_BLOCK) {
            block->bytes = g_malloc0(block->length);
        }
        g_ptr_array_add(reading->model->blocks, block);
    }
    return true;
}

/* Never 0, which stands for a page of zeros.  The digest is FNV-1a over words: speed matters
 * more here than strength. */
static uint64_t page_digest(const uint8_t *data, size_t size)
{
    uint64_t digest = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < size; i += 8) {
        uint64_t word;

        memcpy(&word, data + i, 8);
        digest = (digest ^ word) * UINT64_C(0x100000001b3);
        digest ^= digest >> 29;
    }
    return digest ? digest : 1;
}

static bool digest_store(ObModelBlock *block, uint64_t page, uint64_t pages, uint64_t digest)
{
    if (!block->digests && digest) {
        block->digests = g_try_new0(uint64_t, pages);
    }
    if (block->digests) {
        block->digests[page] = digest;
    }
    return block->digests || !digest;
}

static bool read_page(void *opaque, uint32_t index, uint64_t offset, const uint8_t *data,
                      HwError *error)
{
    Reading *reading = opaque;
    ObModelBlock *block = reading->model->blocks->pdata[index];
    size_t size = reading->model->page_size;
    uint64_t digest = data ? page_digest(data, size) : 0;

    ob_vm_coverage_add(&block->coverage, offset / size, &reading->coverage_budget);
    *(data ? &block->normal_pages : &block->zero_pages) += 1;
    if (block->bytes && data) {
        memcpy(block->bytes + offset, data, size);
    } else if (block->bytes) {
        memset(block->bytes + offset, 0, size);
    }
    return digest_store(block, offset / size, block->length / size, digest) ||
           hw_error_set(error, "block '%s': no memory for the digests of its pages", block->name);
}

static bool read_pass(void *opaque, bool last, HwError *error)
{
    (void)last;
    (void)error;
    ((Reading *)opaque)->model->passes++;
    return true;
}

static bool section_loads(const ObModelSection *section, const HwState *state)
{
    return hw_state_check(state, section->version, section->payload, section->size, NULL);
}

/* Several layouts may have one name and different fields.  The first layout that accepts the
 * payload is used. */
static void section_try(ObModelSection *section, const char *name, const HwDeviceClass *cls,
                        const HwState *state, const HwLayout *layout)
{
    if (!state || strcmp(state->name, name) != 0) {
        return;
    }
    if (!section->state ||
        (!section_loads(section, section->state) && section_loads(section, state))) {
        section->cls = cls;
        section->state = state;
        section->layout = layout;
    }
}

/* The classes' own states are tried before all layouts. */
static void section_find(ObModelSection *section, const char *name, const HwPluginSet *set)
{
    uint32_t count = set ? hw_plugin_set_class_count(set) : 0;

    for (uint32_t i = 0; i < count; i++) {
        const HwDeviceClass *cls = &hw_plugin_set_class(set, i)->table;

        section_try(section, name, cls, cls->state, NULL);
    }
    for (uint32_t i = 0; i < count; i++) {
        const HwDeviceClass *cls = &hw_plugin_set_class(set, i)->table;

        for (uint32_t j = 0; j < cls->layouts.count; j++) {
            const HwLayout *layout = &cls->layouts.entries[j];

            section_try(section, name, cls, layout->state, layout);
        }
    }
}

static bool read_section(void *opaque, const ObVmSection *from, const uint8_t *payload, size_t size,
                         const json_t *description, HwError *error)
{
    Reading *reading = opaque;
    ObModelSection *section = g_new0(ObModelSection, 1);
    const char *state = description ? ob_vm_json_text(description, "vmsd_name") : from->name;

    (void)error;
    section->name = g_strdup(from->name);
    section->instance = from->instance;
    section->version = from->version;
    section->id = from->id;
    section->offset = from->payload_offset;
    section->payload = g_memdup2(payload, size);
    section->size = size;
    section->description = json_deep_copy(description);
    section_find(section, state, reading->set);
    for (guint i = 0; i < reading->model->blocks->len; i++) {
        ObModelBlock *block = reading->model->blocks->pdata[i];

        ob_vm_coverage_section(&block->coverage, block->name, reading->model->page_size, from->name,
                               payload, size);
    }
    g_ptr_array_add(reading->model->sections, section);
    return true;
}

static void section_describe(Reading *reading, ObModelSection *section,
                             const ObVmDescription *description)
{
    uint64_t length;
    const json_t *device = ob_vm_description_device(description, section->name, section->instance,
                                                    0, &length);

    if (!section->description && device && length == section->size) {
        section->description = json_deep_copy(device);
        section_find(section, ob_vm_json_text(device, "vmsd_name"), reading->set);
    }
}

static bool description_is_needed(const ObModel *model)
{
    for (guint i = 0; i < model->sections->len; i++) {
        if (!((const ObModelSection *)model->sections->pdata[i])->description) {
            return true;
        }
    }
    for (guint i = 0; i < model->blocks->len; i++) {
        if (ob_model_missing_pages(model, model->blocks->pdata[i])) {
            return true;
        }
    }
    return false;
}

/* Sections before RAM came without their description, which is known only now. */
static void read_description(void *opaque, const char *json, size_t size)
{
    Reading *reading = opaque;
    GPtrArray *sections = reading->model->sections;
    size_t values;
    ObVmDescription *description;
    json_t *root;

    if (!description_is_needed(reading->model)) {
        return;
    }
    root = ob_vm_description_parse(json, size, &values);
    reading->model->is_outboards = strcmp(ob_vm_json_text(root, OB_VM_WRITER_KEY),
                                          OB_VM_WRITER_NAME) == 0;
    description = ob_vm_description_new(root);
    for (guint i = 0; description && i < sections->len; i++) {
        section_describe(reading, sections->pdata[i], description);
    }
    ob_vm_description_free(description);
}

static void read_trailing(void *opaque, const uint8_t *bytes, size_t size)
{
    (void)bytes;
    ((Reading *)opaque)->model->trailing += size;
}

static const ObVmEvents events = {
    .machine = read_machine,
    .ram_blocks = read_blocks,
    .ram_page = read_page,
    .ram_pass = read_pass,
    .section = read_section,
    .description = read_description,
    .trailing = read_trailing,
};

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

static bool file_feed(Reading *reading, int fd, const char *path, HwError *error)
{
    g_autofree uint8_t *buffer = g_malloc(BUFFER_SIZE);
    ObProgress progress;
    bool accepted = true;
    ssize_t count = 1;

    ob_progress_begin(&progress, fd, path);
    while (accepted && count > 0) {
        count = read(fd, buffer, BUFFER_SIZE);
        if (count < 0 && errno == EINTR) {
            count = 1;
            continue;
        }
        for (ssize_t i = 0; i < count && reading->model->size + (uint64_t)i < 16; i++) {
            reading->model->start[reading->model->size + (uint64_t)i] = buffer[i];
        }
        if (count > 0) {
            reading->model->size += (uint64_t)count;
            accepted = ob_vm_reader_feed(reading->reader, buffer, (size_t)count);
        }
        ob_progress_step(&progress, reading->model->size);
    }
    ob_progress_end(&progress);
    return count >= 0 || hw_error_set(error, "%s: can't be read: %s", path, g_strerror(errno));
}

static int file_open(const char *path, HwError *error)
{
    int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        hw_error_set(error, "%s: can't be opened: %s", path, g_strerror(errno));
    }
    return fd;
}

static ObModel *model_new(void)
{
    ObModel *model = g_new0(ObModel, 1);

    model->page_size = UINT32_C(1) << OB_VM_PAGE_BITS;
    model->notes = g_ptr_array_new_with_free_func(g_free);
    model->blocks = g_ptr_array_new_with_free_func(block_free);
    model->sections = g_ptr_array_new_with_free_func(section_free);
    return model;
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

ObModel *ob_model_read(const char *path, const HwPluginSet *set, HwError *error)
{
    int fd = file_open(path, error);
    Reading reading = { .set = set, .coverage_budget = OB_VM_COVERAGE_MAX };
    bool read_all;

    if (fd < 0) {
        return NULL;
    }
    reading.model = model_new();
    reading.reader = ob_vm_reader_new(&events, &reading);
    know_set(reading.reader, set);
    ob_vm_reader_prefer_description(reading.reader);
    read_all = file_feed(&reading, fd, path, error);
    ob_vm_reader_finish(reading.reader);
    reading.model->refusal = *ob_vm_reader_refusal(reading.reader);
    reading.model->warning = g_strdup(ob_vm_reader_warning(reading.reader));
    model_notes_add(reading.model, reading.reader);
    ob_vm_reader_free(reading.reader);
    if (fd != STDIN_FILENO) {
        close(fd);
    }
    if (!read_all) {
        g_clear_pointer(&reading.model, ob_model_free);
    }
    return reading.model;
}
