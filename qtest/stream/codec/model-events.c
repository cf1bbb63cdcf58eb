/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reader's events, which fill a model. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/state.h"
#include "qtest/stream/codec/description.h"
#include "qtest/stream/codec/model-internal.h"

/* --------------------------------------------------------------------- events */

static bool read_machine(void *opaque, const char *name, HwError *error)
{
    (void)error;
    ((ObModelReading *)opaque)->model->machine = g_strdup(name);
    return true;
}

static ObModelBlock *block_add(ObModelReading *reading, const ObVmBlock *from)
{
    ObModelBlock *block = g_new0(ObModelBlock, 1);

    reading->model->page_size = ob_vm_reader_page_size(reading->reader);
    block->name = g_strdup(from->name);
    block->length = from->length;
    block->coverage.pages = block->length / reading->model->page_size;
    if (block->length <= OB_MODEL_SMALL_BLOCK) {
        block->bytes = g_malloc0(block->length);
    }
    g_ptr_array_add(reading->model->blocks, block);
    return block;
}

/* A stream may announce a block of exabytes, so memory is allocated for received pages only. */
static bool read_blocks(void *opaque, const ObVmBlock *blocks, uint32_t count, HwError *error)
{
    ObModelReading *reading = opaque;

    (void)error;
    reading->model->page_size = ob_vm_reader_page_size(reading->reader);
    for (uint32_t i = 0; i < count; i++) {
        if (i >= reading->model->blocks->len) {
            block_add(reading, &blocks[i]);
        }
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
    ObModelReading *reading = opaque;
    ObModelBlock *block = reading->model->blocks->pdata[index];
    size_t size = reading->model->page_size;
    uint64_t digest = data && reading->pages ? page_digest(data, size) : 0;

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

/* Reads a page at its place in the file. */
static bool page_fetch(ObModelReading *reading, uint64_t number, uint64_t at, HwError *error)
{
    uint8_t page[1u << OB_VM_PAGE_BITS_MAX];
    size_t size = reading->model->page_size;

    return pread(reading->input->fd, page, size, (off_t)at) == (ssize_t)size
               ? read_page(reading, reading->model->blocks->len - 1, number * size, page, error)
               : hw_error_set(error, "mapped-ram: the file ends before byte %" PRIu64, at + size);
}

/* The file has a place for each page; those that are not in the bitmap are zeros. */
static bool read_mapped(void *opaque, const ObVmBlock *from, const uint8_t *bitmap,
                        uint64_t pages_at, HwError *error)
{
    ObModelReading *reading = opaque;
    ObModelBlock *block = block_add(reading, from);
    uint64_t pages = block->coverage.pages;

    block->is_mapped = true;
    for (uint64_t i = 0; i < pages; i++) {
        bool is_set = bitmap[i / 8] >> i % 8 & 1;

        if (is_set && reading->pages && reading->input->file_size && !reading->input->packer) {
            if (!page_fetch(reading, i, pages_at + i * reading->model->page_size, error)) {
                return false;
            }
        } else {
            *(is_set ? &block->normal_pages : &block->zero_pages) += 1;
        }
    }
    block->coverage.next = pages;
    return true;
}

static bool read_pass(void *opaque, bool last, HwError *error)
{
    (void)last;
    (void)error;
    ((ObModelReading *)opaque)->model->passes++;
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
    ObModelReading *reading = opaque;
    ObModelSection *section = g_new0(ObModelSection, 1);
    const char *state = description ? ob_vm_json_text(description, "vmsd_name") : from->name;

    (void)error;
    section->name = g_strdup(from->name);
    section->instance = from->instance;
    section->version = from->version;
    section->id = from->id;
    section->offset = from->payload_offset + reading->model->base;
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

static void section_describe(ObModelReading *reading, ObModelSection *section,
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
    ObModelReading *reading = opaque;
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
    ((ObModelReading *)opaque)->model->trailing += size;
}

static void read_iterable(void *opaque, const ObVmSection *section, const uint8_t *bytes,
                          size_t size)
{
    ObModel *model = ((ObModelReading *)opaque)->model;
    ObModelIterable *iterable = (ObModelIterable *)ob_model_iterable(model, section->name);

    if (!iterable) {
        iterable = g_new0(ObModelIterable, 1);
        iterable->name = g_strdup(section->name);
        g_ptr_array_add(model->iterables, iterable);
    }
    iterable->size += size;
    for (size_t i = 0; i < size; i++) {
        iterable->digest = (iterable->digest ^ bytes[i]) * UINT64_C(0x100000001b3) + 1;
    }
}

const ObVmEvents ob_model_events = {
    .iterable = read_iterable,
    .machine = read_machine,
    .ram_blocks = read_blocks,
    .ram_page = read_page,
    .ram_mapped = read_mapped,
    .ram_pass = read_pass,
    .section = read_section,
    .description = read_description,
    .trailing = read_trailing,
};
