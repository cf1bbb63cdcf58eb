/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/codec/model.h"

#include <string.h>

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

static void iterable_free(void *opaque)
{
    ObModelIterable *iterable = opaque;

    g_free(iterable->name);
    g_free(iterable);
}

ObModel *ob_model_new(void)
{
    ObModel *model = g_new0(ObModel, 1);

    model->page_size = UINT32_C(1) << OB_VM_PAGE_BITS;
    model->notes = g_ptr_array_new_with_free_func(g_free);
    model->blocks = g_ptr_array_new_with_free_func(block_free);
    model->iterables = g_ptr_array_new_with_free_func(iterable_free);
    model->sections = g_ptr_array_new_with_free_func(section_free);
    return model;
}

void ob_model_free(ObModel *model)
{
    if (model) {
        g_free(model->container);
        g_free(model->machine);
        g_free(model->warning);
        g_ptr_array_unref(model->notes);
        g_ptr_array_unref(model->blocks);
        g_ptr_array_unref(model->sections);
        g_ptr_array_unref(model->iterables);
        g_free(model);
    }
}

const ObModelIterable *ob_model_iterable(const ObModel *model, const char *name)
{
    for (guint i = 0; i < model->iterables->len; i++) {
        const ObModelIterable *iterable = model->iterables->pdata[i];

        if (strcmp(iterable->name, name) == 0) {
            return iterable;
        }
    }
    return NULL;
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
