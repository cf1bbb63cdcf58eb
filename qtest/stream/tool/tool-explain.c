/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/tool/tool.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef struct Advice {
    const char *cause;
    const char *remedy;
} Advice;

#define MIGRATE_PLAINLY \
    "Switch the capability off on the source (migrate-set-capabilities), and migrate again."

static const Advice advices[] = {
    [OB_VM_TRUNCATED] = {
        "The file or connection ended early: a full disk, a source that was ended or whose "
        "migration was cancelled, a download that broke off.",
        "Look at query-migrate on the source: only a stream of a migration that is 'completed' "
        "is whole. Migrate again." },
    [OB_VM_NO_STREAM] = {
        "The file is something else: compressed, a disk image, or the extra channel of a "
        "multifd migration.",
        "If it was made by 'exec:gzip -c > FILE', read it through 'gzip -dc FILE'." },
    [OB_VM_STREAM_VERSION] = {
        "Versions other than 3 are of QEMUs from before 2007, or of none that exists.",
        "Check where the file comes from: more likely its fifth to eighth byte are damaged." },
    [OB_VM_NO_CONFIGURATION] = {
        "The source ran a machine type from before QEMU 2.4, or with "
        "'-global migration.send-configuration=off'.",
        "Use a newer machine type on the source." },
    [OB_VM_BAD_CONFIGURATION] = {
        "The source's QEMU is newer, or of an architecture with other page sizes.",
        "Use the same machine type and architecture on both sides." },
    [OB_VM_CAPABILITY] = {
        "The source had a migration capability on that changes the stream.", MIGRATE_PLAINLY },
    [OB_VM_UNKNOWN_TYPE] = {
        "The bytes before this one are more or fewer than a reader expects: a damaged file, or a "
        "section of another version than it says.",
        "Look at the section before this place with 'outboard-stream dump'." },
    [OB_VM_UNKNOWN_ID] = {
        "Part of a section came whose beginning did not: a damaged or reordered file.",
        "Migrate again." },
    [OB_VM_UNKNOWN_SECTION] = {
        "This side has no such device; or the stream has no description at its end, since it was "
        "cut or made with '-machine suppress-vmdesc=on', so that the section's length is unknown.",
        "Give both sides the same -device options, in the same order, and see that the file is "
        "whole: the last byte of one with a description is '}'." },
    [OB_VM_BAD_NAME] = {
        "The file is damaged: names in a stream are printable ASCII.", "Migrate again." },
    [OB_VM_SECTION_VERSION] = {
        "The source is newer and its machine type does not hold the device to the older form.",
        "Start both sides with the same versioned machine type, such as pc-q35-7.2." },
    [OB_VM_DUPLICATE] = {
        "QEMU sends nothing twice: the file was put together from pieces, or is damaged.",
        "Migrate again." },
    [OB_VM_ORDER] = {
        "QEMU sends RAM first and devices after it, once: the file was put together from "
        "pieces, or is a background snapshot.", "Migrate again, with 'migrate' itself." },
    [OB_VM_FOOTER_MISSING] = {
        "The section has another length than its reader expects: the source's device has other "
        "fields, or the file is damaged.",
        "Compare both sides' versions of this device with 'outboard-stream dump'." },
    [OB_VM_FOOTER_ID] = {
        "The section has another length than its reader expects, or the file is damaged.",
        "Compare both sides' versions of this device with 'outboard-stream dump'." },
    [OB_VM_BAD_LENGTH] = { "The file is damaged.", "Migrate again." },
    [OB_VM_BAD_RAM] = {
        "The file is damaged, or RAM has another layout than the stream's own list says.",
        "Check that both sides have the same -m and -machine, and migrate again." },
    [OB_VM_XBZRLE_PAGES] = { "The source has capability 'xbzrle' on.", MIGRATE_PLAINLY },
    [OB_VM_COMPRESSED_PAGES] = { "The source has capability 'compress' on.", MIGRATE_PLAINLY },
    [OB_VM_MULTIFD_PAGES] = { "The source has capability 'multifd' on.", MIGRATE_PLAINLY },
    [OB_VM_RDMA_PAGES] = { "The source migrates by RDMA.", "Migrate by a socket or a file." },
    [OB_VM_POSTCOPY] = { "The source has capability 'postcopy-ram' on.", MIGRATE_PLAINLY },
    [OB_VM_BAD_COMMAND] = {
        "The source is newer and uses a command that this side does not know, or the file is "
        "damaged.", "Use an older machine type, and migrate again." },
    [OB_VM_TOO_LARGE] = {
        "A damaged length, or a stream that never ends.", "Check where the file comes from." },
    [OB_VM_REFUSED_PAYLOAD] = {
        "A device can't take what the section holds.",
        "Start both sides with the same machine type and device options; 'outboard-stream "
        "check' says what each device thinks." },
};

/* What a file is that is no stream, by its first bytes. */
static const struct {
    const char *bytes;
    size_t size;
    const char *what;
} lookalikes[] = {
    { "\x1f\x8b", 2, "a gzip file: try 'gzip -dc FILE | outboard-stream explain -'" },
    { "\xfd" "7zXZ", 5, "an xz file: try 'xz -dc FILE | outboard-stream explain -'" },
    { "\x28\xb5\x2f\xfd", 4, "a zstd file: try 'zstd -dc FILE | outboard-stream explain -'" },
    { "QFI\xfb", 4, "a qcow2 image; a snapshot in it is loaded by -loadvm" },
    { "\x11\x22\x33\x44", 4, "an extra channel of a multifd migration" },
    { "\x7f" "ELF", 4, "an ELF file; a dump of dump-guest-memory can't be loaded" },
    { "LibvirtQemudSave", 16, "libvirt's: a stream that begins after libvirt's header" },
};

static void lookalike_print(const ObModel *model)
{
    for (size_t i = 0; i < G_N_ELEMENTS(lookalikes); i++) {
        if (model->size >= lookalikes[i].size &&
            memcmp(model->start, lookalikes[i].bytes, lookalikes[i].size) == 0) {
            printf("it is:  %s\n", lookalikes[i].what);
        }
    }
}

static void place_print(const ObModel *model)
{
    const ObVmRefusal *refusal = &model->refusal;

    printf("where:  byte %" PRIu64 " of %" PRIu64 ", %s", refusal->offset, model->size,
           refusal->field);
    if (refusal->section[0]) {
        printf(", in section '%s' %" PRIu32, refusal->section, refusal->instance);
    }
    printf("\n        after %u RAM blocks and %u sections of devices that are in order\n",
           model->blocks->len, model->sections->len);
}

int tool_explain(const ObModel *model, const char *path)
{
    const ObVmRefusal *refusal = &model->refusal;

    if (!refusal->reason) {
        printf("%s: a whole stream: machine %s, %u RAM blocks, %u sections of devices\n", path,
               model->machine, model->blocks->len, model->sections->len);
        if (model->warning) {
            printf("QEMU loads it with a warning: %s\n", model->warning);
        }
        return TOOL_FINE;
    }
    printf("%s is refused.\n", path);
    printf("what:   %s\n", refusal->sentence);
    printf("        load of migration failed: %s\n", g_strerror(refusal->error));
    place_print(model);
    if (refusal->reason == OB_VM_NO_STREAM) {
        lookalike_print(model);
    }
    printf("cause:  %s\n", advices[refusal->reason].cause);
    printf("remedy: %s\n", advices[refusal->reason].remedy);
    return TOOL_BAD;
}
