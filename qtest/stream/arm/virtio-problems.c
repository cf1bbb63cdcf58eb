/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/arm/virtio-problems.h"

#include <inttypes.h>
#include <string.h>

#include "qtest/stream/arm/other-sections.h"
#include "qtest/stream/codec/fields.h"
#include "qtest/stream/section/virtio.h"

typedef struct Found {
    const char *section;
    ObVirtio *virtio;
    bool found;
} Found;

static void virtio_find(void *opaque, const ObVmValue *value)
{
    Found *found = opaque;

    if (!found->found && strcmp(value->type, OB_VIRTIO_TYPE) == 0 && value->count == 1) {
        found->found = ob_virtio_parse(found->virtio, found->section, value->bytes, value->size);
    }
}

/* NULL: the section has no such field.  The caller frees it. */
static ObVirtio *section_virtio(const ObModelSection *section)
{
    Found found = { section->name, g_new(ObVirtio, 1), false };

    ob_vm_fields_each(section->description, section->payload, section->size, virtio_find, &found);
    if (!found.found) {
        g_clear_pointer(&found.virtio, g_free);
    }
    return found.virtio;
}

static void features_compare(const ObModelSection *section, const ObVirtio *stream,
                             const ObVirtio *own, GArray *problems)
{
    uint64_t lacking = ob_virtio_lacking(stream, own->config_length) &
                       ~ob_virtio_lacking(stream, stream->config_length);
    g_autofree char *names = ob_virtio_features(stream, lacking);

    if (lacking) {
        ob_other_problem_add(problems, true,
                             g_strdup_printf("Features 0x%" PRIx64 " unsupported: %s: the "
                                             "destination does not offer %s, which the guest uses; "
                                             "Failed to load %s:virtio",
                                             stream->features, section->name, names,
                                             stream->device),
                             NULL);
    }
}

/* QEMU takes a queue's size from the stream, but a device may look at no more than its own. */
static void queues_compare(const ObModelSection *section, const ObVirtio *stream,
                           const ObVirtio *own, GArray *problems)
{
    if (stream->queue_count != own->queue_count) {
        ob_other_problem_add(problems, false,
                             g_strdup_printf("%s: %" PRIu32 " queues here, %" PRIu32
                                             " in the stream",
                                             section->name, own->queue_count, stream->queue_count),
                             NULL);
    }
    for (uint32_t i = 0; i < MIN(stream->queue_count, own->queue_count); i++) {
        if (stream->queues[i].entries > own->queues[i].entries) {
            ob_other_problem_add(problems, false,
                                 g_strdup_printf("%s: queue %" PRIu32 " has %" PRIu32
                                                 " entries here, %" PRIu32 " in the stream",
                                                 section->name, i, own->queues[i].entries,
                                                 stream->queues[i].entries),
                                 NULL);
            return;
        }
    }
}

void ob_virtio_compare(const ObModelSection *section, const ObModelSection *own, GArray *problems)
{
    g_autofree ObVirtio *stream = section->description ? section_virtio(section) : NULL;
    g_autofree ObVirtio *here = stream && own->description ? section_virtio(own) : NULL;

    if (here) {
        features_compare(section, stream, here, problems);
        queues_compare(section, stream, here, problems);
    }
}
