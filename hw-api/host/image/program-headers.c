/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program headers but PT_LOAD, and the tables of PT_NOTE. */
#include "hw-api/host/image/inspection.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#define AT               "0x%" PRIx64

#define THREAD_LOCAL_MAX (1u << 20) /* bytes in each thread */

#ifndef PT_GNU_PROPERTY /* musl before 1.2.1 */
#define PT_GNU_PROPERTY 0x6474e553
#endif

typedef struct HeaderRule {
    uint32_t type;
    const char *name;
    bool many;
    bool (*check)(HwInspection *in, const Elf64_Phdr *header);
} HeaderRule;

static const HwSegment *header_segment(const HwInspection *in, const Elf64_Phdr *header,
                                       uint64_t size)
{
    const HwSegment *segment = hw_image_segment(in->image, header->p_vaddr);

    return segment && size <= segment->end - header->p_vaddr &&
                   header->p_vaddr - segment->start == header->p_offset - segment->offset
               ? segment
               : NULL;
}

static bool header_refuse(const HwInspection *in, const Elf64_Phdr *header, const char *name)
{
    return hw_inspect_refuse(in,
                             "has %s of " AT " bytes, " AT " in the file, at " AT ", expected "
                             "the same size and bytes of a segment",
                             name, header->p_memsz, header->p_offset, header->p_vaddr);
}

/* Older glibcs read these from the file, newer ones from memory. */
static bool check_same_bytes(HwInspection *in, const Elf64_Phdr *header, const char *name)
{
    return (header->p_filesz == header->p_memsz && header_segment(in, header, header->p_memsz)) ||
           header_refuse(in, header, name);
}

/* glibc writes addresses to its entries. */
static bool check_dynamic(HwInspection *in, const Elf64_Phdr *header)
{
    if (!check_same_bytes(in, header, "PT_DYNAMIC")) {
        return false;
    }
    if (!hw_image_segment(in->image, header->p_vaddr)->writable || !(header->p_flags & PF_W)) {
        return hw_inspect_refuse(in,
                                 "has PT_DYNAMIC at " AT " with flags 0x%x, expected it in a "
                                 "writable segment",
                                 header->p_vaddr, header->p_flags);
    }
    in->dynamic = (HwSpan) { header->p_vaddr, header->p_vaddr + header->p_memsz };
    return true;
}

/* glibc divides by the alignment. */
static bool check_thread_local(HwInspection *in, const Elf64_Phdr *header)
{
    uint64_t align = header->p_align;

    if (header->p_memsz == 0) {
        return true;
    }
    if (header->p_filesz > 0 && !header_segment(in, header, header->p_filesz)) {
        return header_refuse(in, header, "PT_TLS");
    }
    if (header->p_filesz > header->p_memsz || header->p_memsz > THREAD_LOCAL_MAX || align == 0 ||
        (align & (align - 1)) || align > 4096) {
        return hw_inspect_refuse(in,
                                 "has PT_TLS of " AT " bytes in memory, " AT " in the file, "
                                 "aligned to " AT ", expected at most 0x%x, no more, and a power "
                                 "of 2 of at most 4096",
                                 header->p_memsz, header->p_filesz, align, THREAD_LOCAL_MAX);
    }
    in->tls = (HwSpan) { header->p_vaddr, header->p_vaddr + header->p_memsz };
    return true;
}

/* The linker makes it read-only, up to its last whole page; lld lets it end at a page. */
static bool check_relro(HwInspection *in, const Elf64_Phdr *header)
{
    const HwSegment *segment = header_segment(in, header, 0);
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t room = segment ? ((segment->end + page - 1) & ~(page - 1)) - header->p_vaddr : 0;

    return (segment && segment->writable && header->p_memsz <= room) ||
           hw_inspect_refuse(in,
                             "has PT_GNU_RELRO of " AT " bytes at " AT ", expected it in a "
                             "writable segment",
                             header->p_memsz, header->p_vaddr);
}

static bool check_stack(HwInspection *in, const Elf64_Phdr *header)
{
    return !(header->p_flags & PF_X) ||
           hw_inspect_refuse(in, "asks for executable stacks, expected PT_GNU_STACK without it: "
                                 "link it with -z noexecstack");
}

/* The unwinder and dl_iterate_phdr() read the table by this header. */
static bool check_table(HwInspection *in, const Elf64_Phdr *header)
{
    return check_same_bytes(in, header, "PT_PHDR") &&
           (header->p_offset == in->file->header_offset ||
            hw_inspect_refuse(in, "has PT_PHDR of " AT " in the file, expected " AT,
                              header->p_offset, in->file->header_offset));
}

static bool check_unwind_table(HwInspection *in, const Elf64_Phdr *header)
{
    return check_same_bytes(in, header, "PT_GNU_EH_FRAME");
}

static bool check_note(HwInspection *in, const Elf64_Phdr *header)
{
    return check_same_bytes(in, header, "PT_NOTE") && hw_inspect_notes(in, header);
}

static bool check_property(HwInspection *in, const Elf64_Phdr *header)
{
    return check_same_bytes(in, header, "PT_GNU_PROPERTY") && hw_inspect_notes(in, header);
}

static bool check_interpreter(HwInspection *in, const Elf64_Phdr *header)
{
    (void)header;
    return hw_inspect_refuse(in, "is a program: it has PT_INTERP, expected a shared object");
}

static const HeaderRule rules[] = {
    { PT_DYNAMIC, "PT_DYNAMIC", false, check_dynamic },
    { PT_TLS, "PT_TLS", false, check_thread_local },
    { PT_GNU_RELRO, "PT_GNU_RELRO", false, check_relro },
    { PT_GNU_STACK, "PT_GNU_STACK", false, check_stack },
    { PT_PHDR, "PT_PHDR", false, check_table },
    { PT_GNU_EH_FRAME, "PT_GNU_EH_FRAME", false, check_unwind_table },
    { PT_GNU_PROPERTY, "PT_GNU_PROPERTY", false, check_property },
    { PT_NOTE, "PT_NOTE", true, check_note },
    { PT_INTERP, "PT_INTERP", false, check_interpreter },
};

static bool rule_apply(HwInspection *in, const HeaderRule *rule)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < in->file->header_count; i++) {
        const Elf64_Phdr *header = &in->file->headers[i];

        if (header->p_type != rule->type) {
            continue;
        }
        if (count++ && !rule->many) {
            return hw_inspect_refuse(in, "has %s twice, expected one", rule->name);
        }
        if (!rule->check(in, header)) {
            return false;
        }
    }
    /* Without a header for the stack glibc makes stacks executable. */
    return count || (rule->type != PT_DYNAMIC && rule->type != PT_GNU_STACK) ||
           hw_inspect_refuse(in, "has no %s, expected one", rule->name);
}

/* Without PT_PHDR glibc takes the table from the first segment whose pages have it. */
static bool keep_table(HwInspection *in)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t offset = in->file->header_offset;
    uint64_t size = in->file->header_count * sizeof(Elf64_Phdr);

    for (uint32_t i = 0; i < in->image->segment_count; i++) {
        const HwSegment *segment = &in->image->segments[i];
        uint64_t end = segment->offset + segment->file_size;

        if (offset >= (segment->offset & ~(page - 1)) &&
            offset + size <= ((end + page - 1) & ~(page - 1))) {
            return hw_inspect_keep(in, "program headers", segment->start + offset - segment->offset,
                                   size);
        }
    }
    return hw_inspect_refuse(in, "has its program headers at " AT ", expected them in a segment",
                             offset);
}

bool hw_inspect_headers(HwInspection *in)
{
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (!rule_apply(in, &rules[i])) {
            return false;
        }
    }
    return keep_table(in);
}

/* ----------------------------------------------------------------------- notes */

/* glibc follows sizes of a note's name and contents of up to 4 GiB. */
bool hw_inspect_notes(const HwInspection *in, const Elf64_Phdr *header)
{
    uint64_t align = header->p_align == 8 ? 8 : 4;
    uint64_t at = 0;

    while (header->p_memsz - at >= sizeof(Elf64_Nhdr)) {
        Elf64_Nhdr note;
        uint64_t end;

        hw_image_read(in->image, header->p_vaddr + at, &note, sizeof(note));
        end = ((at + sizeof(note) + note.n_namesz + align - 1) & ~(align - 1)) + note.n_descsz;
        if (end > header->p_memsz) {
            return hw_inspect_refuse(in, "has a note of " AT " bytes, expected at most " AT,
                                     end - at, header->p_memsz - at);
        }
        end = (end + align - 1) & ~(align - 1);
        at = end < header->p_memsz ? end : header->p_memsz;
    }
    return true;
}
