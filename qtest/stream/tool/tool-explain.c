/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/tool/tool.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "qtest/text/show.h"

typedef struct Advice {
    const char *cause;
    const char *remedy;
} Advice;

#define MIGRATE_PLAINLY \
    "Switch the capability off on the source (migrate-set-capabilities), and migrate again."

/* clang-format off */
static const Advice advices[] = {
    [OB_VM_TRUNCATED] = {
        "The file or connection ended early: a full disk, a source that ended, a cancelled "
        "migration, an interrupted download.",
        "Look at query-migrate on the source: a stream is complete only if its migration is "
        "'completed'. Migrate again." },
    [OB_VM_NO_STREAM] = {
        "The file is something else: a disk image, a dump, or the extra channel of a multifd "
        "migration.",
        "Check where the file comes from. Compressed streams and libvirt's images are unpacked "
        "here; others have to be unpacked before." },
    [OB_VM_STREAM_VERSION] = {
        "QEMU has written no version but 3 since 2007. More likely bytes 5 to 8 of the file "
        "are damaged.",
        "Check where the file comes from." },
    [OB_VM_NO_CONFIGURATION] = {
        "The source ran a machine type older than QEMU 2.4, or with "
        "'-global migration.send-configuration=off'.",
        "Use a newer machine type on the source." },
    [OB_VM_BAD_CONFIGURATION] = {
        "The source's QEMU is newer, or of an architecture with other page sizes.",
        "Use the same machine type and architecture on both sides." },
    [OB_VM_CAPABILITY] = {
        "A migration capability that changes the stream was on at the source.", MIGRATE_PLAINLY },
    [OB_VM_UNKNOWN_TYPE] = {
        "The section before this byte is longer or shorter than expected: the file is damaged, or "
        "the section states another version than it has.",
        "Look at the section before this place with 'outboard-stream dump'." },
    [OB_VM_UNKNOWN_ID] = {
        "The beginning of this section is missing: the file is damaged or reordered.",
        "Migrate again." },
    [OB_VM_UNKNOWN_SECTION] = {
        "This side does not have the device, or the section's length is unknown. The length is "
        "in the description at the stream's end. It is missing from a truncated stream, and with "
        "'-machine suppress-vmdesc=on'.",
        "Give both sides the same -device options, in the same order. Check that the file is "
        "complete: with a description its last byte is '}'." },
    [OB_VM_BAD_NAME] = {
        "The file is damaged: names in a stream are printable ASCII.", "Migrate again." },
    [OB_VM_SECTION_VERSION] = {
        "The source is newer, and its machine type does not select the device's older format.",
        "Start both sides with the same versioned machine type, such as pc-q35-7.2." },
    [OB_VM_DUPLICATE] = {
        "QEMU sends RAM once, and no id twice: the file was assembled from pieces, or is damaged.",
        "Migrate again." },
    [OB_VM_ORDER] = {
        "QEMU sends RAM first, then the devices: the file was assembled from pieces, or is "
        "damaged.", "Migrate again." },
    [OB_VM_BACKGROUND_SNAPSHOT] = {
        "The source has capability 'background-snapshot' on, which sends the devices before the "
        "end of RAM. Or the file was assembled from pieces.", MIGRATE_PLAINLY },
    [OB_VM_FOOTER_MISSING] = {
        "The section's length is not the expected one: the source's device has other fields, or "
        "the file is damaged.",
        "Compare both sides' versions of this device with 'outboard-stream dump'." },
    [OB_VM_FOOTER_ID] = {
        "The section's length is not the expected one, or the file is damaged.",
        "Compare both sides' versions of this device with 'outboard-stream dump'." },
    [OB_VM_BAD_LENGTH] = { "The file is damaged.", "Migrate again." },
    [OB_VM_BAD_RAM] = {
        "The file is damaged, or the pages of RAM do not fit the stream's own list of blocks.",
        "Check that both sides have the same -m and -machine, and migrate again." },
    [OB_VM_XBZRLE_PAGES] = {
        "The source has capability 'xbzrle' on: pages that it sends again are differences to "
        "what it sent before.", MIGRATE_PLAINLY },
    [OB_VM_COMPRESSED_PAGES] = { "The source has capability 'compress' on.", MIGRATE_PLAINLY },
    [OB_VM_MULTIFD_PAGES] = { "The source has capability 'multifd' on.", MIGRATE_PLAINLY },
    [OB_VM_RDMA_PAGES] = {
        "The source migrates by RDMA: capability 'rdma-pin-all', URI 'rdma:'.",
        "Migrate by a socket or a file." },
    [OB_VM_POSTCOPY] = {
        "The source has gone over to postcopy: capability 'postcopy-ram' is on, and "
        "'migrate-start-postcopy' was given, by libvirt as --postcopy or --timeout-postcopy. RAM "
        "is not in the stream.",
        "Switch 'postcopy-ram' off on the source (migrate-set-capabilities), or let precopy end "
        "without 'migrate-start-postcopy', and migrate again." },
    [OB_VM_COLO] = { "The source has capability 'x-colo' on.", MIGRATE_PLAINLY },
    [OB_VM_BLOCK_MIGRATION] = {
        "The source has capability 'block' on ('migrate -b' or '-i', virsh --copy-storage-*), "
        "which QEMU 9.1 no longer has.",
        "Copy the disks by drive-mirror or NBD, switch the capability off "
        "(migrate-set-capabilities), and migrate again." },
    [OB_VM_DIRTY_BITMAPS] = {
        "The source has capability 'dirty-bitmaps' on, and a disk has a dirty bitmap.",
        MIGRATE_PLAINLY },
    [OB_VM_VFIO] = {
        "The source has a VFIO device that can be migrated. Only its own driver knows its state.",
        "Unplug the device (device_del), and migrate again." },
    [OB_VM_TLS] = {
        "The source encrypts the stream: its migration parameter 'tls-creds' is set.",
        "Clear the parameter on the source (migrate-set-parameters with tls-creds ''), or let the "
        "stream pass where it is not encrypted: by 'exec:' or 'fd:'." },
    [OB_VM_BAD_COMMAND] = {
        "The source is newer and uses a command that this side does not know, or the file is "
        "damaged.", "Use an older machine type, and migrate again." },
    [OB_VM_TOO_LARGE] = {
        "A damaged length, or a stream that never ends.", "Check where the file comes from." },
    [OB_VM_REFUSED_PAYLOAD] = {
        "A device refuses the contents of its section.",
        "Start both sides with the same machine type and device options. 'outboard-stream "
        "check' tells which devices refuse their sections." },
};
/* clang-format on */

static const Advice unfinished = {
    "libvirt writes the mark 'LibvirtQemudSave' when a save has ended. This save was cancelled, "
    "or the host crashed.",
    "Save again. 'virsh restore' takes no image of a save that was not finished.",
};

static const Advice lost = {
    "The source has capability 'multifd' on, and this is only its main channel. QEMU loads it "
    "with zeros for the missing pages.",
    MIGRATE_PLAINLY,
};

static const Advice *advice_of(const ObModel *model)
{
    return model->refusal.reason  ? &advices[model->refusal.reason]
           : model->is_unfinished ? &unfinished
           : model->ram_is_lost   ? &lost
                                  : NULL;
}

const char *tool_explain_cause(const ObModel *model)
{
    const Advice *advice = advice_of(model);

    return advice ? advice->cause : NULL;
}

const char *tool_explain_remedy(const ObModel *model)
{
    const Advice *advice = advice_of(model);

    return advice ? advice->remedy : NULL;
}

/* Kinds of files that are not streams, by their first bytes. */
static const struct {
    const char *bytes;
    size_t size;
    const char *what;
} lookalikes[] = {
    { "QFI\xfb", 4, "a qcow2 image: load a snapshot in it with -loadvm" },
    { "\x11\x22\x33\x44", 4, "an extra channel of a multifd migration" },
    { "\x7f"
      "ELF",
      4, "an ELF file: a dump of dump-guest-memory can't be loaded" },
};

static void lookalike_print(const ObModel *model)
{
    for (size_t i = 0; i < G_N_ELEMENTS(lookalikes); i++) {
        if (model->size >= lookalikes[i].size &&
            memcmp(model->start, lookalikes[i].bytes, lookalikes[i].size) == 0) {
            ob_text_printf("it is:  %s\n", lookalikes[i].what);
        }
    }
}

static void notes_print(const ObModel *model)
{
    for (guint i = 0; i < model->notes->len; i++) {
        ob_text_printf("note:   %s\n", (char *)model->notes->pdata[i]);
    }
}

static void container_print(const ObModel *model)
{
    if (model->is_inside) {
        ob_text_printf("it is:  %s\n", model->container);
    } else if (model->container) {
        ob_text_printf("it is:  %s; the stream begins at byte %" PRIu64 "%s\n", model->container,
                       model->base, model->is_packed ? " of the unpacked bytes" : "");
    }
}

static void place_print(const ObModel *model)
{
    const ObVmRefusal *refusal = &model->refusal;

    ob_text_printf("where:  byte %" PRIu64 " of %s%" PRIu64 "%s, %s", refusal->offset,
                   model->size_is_known ? "" : "more than ", model->size,
                   model->is_packed   ? " of the unpacked stream"
                   : model->is_inside ? " of the snapshot's state"
                                      : "",
                   refusal->field);
    if (refusal->section[0]) {
        ob_text_printf(", in section '%s' %" PRIu32, refusal->section, refusal->instance);
    }
    ob_text_printf("\n        after %u RAM blocks and %u sections of devices that are in order\n",
                   model->blocks->len, model->sections->len);
}

static int advice_print(const Advice *advice)
{
    if (!advice) {
        return TOOL_FINE;
    }
    ob_text_printf("cause:  %s\nremedy: %s\n", advice->cause, advice->remedy);
    return TOOL_BAD;
}

/* The sections are all there, but RAM need not be. */
static int complete_explain(const ObModel *model, const char *path)
{
    container_print(model);
    ob_text_printf("%s: a complete stream%s: machine %s, %u RAM blocks, %u sections of devices\n",
                   path, model->ram_is_lost ? " without all of its RAM" : "", model->machine,
                   model->blocks->len, model->sections->len);
    notes_print(model);
    if (model->warning) {
        ob_text_printf("QEMU loads it with a warning: %s\n", model->warning);
    }
    return advice_print(advice_of(model));
}

int tool_explain(const ObModel *model, const char *path)
{
    const ObVmRefusal *refusal = &model->refusal;

    if (!refusal->reason) {
        return complete_explain(model, path);
    }
    ob_text_printf("%s is refused.\n", path);
    ob_text_printf("what:   %s\n", refusal->sentence);
    ob_text_printf("        load of migration failed: %s\n", g_strerror(refusal->error));
    place_print(model);
    if (refusal->reason == OB_VM_NO_STREAM) {
        lookalike_print(model);
    }
    container_print(model);
    notes_print(model);
    return advice_print(advice_of(model));
}
