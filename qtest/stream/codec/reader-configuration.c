/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts before and between the sections: configuration, commands. */
#include "qtest/stream/codec/reader-internal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "hw-api/device/bytes.h"

#define CAPABILITIES_MAX 64u

/* ------------------------------------------------------------- the machine */

static bool step_type_or_subsection(ObVmReader *reader, const uint8_t *bytes);

/* Without a subsection the pages have the architecture's least size.  That is 4 KiB but for Arm's
 * machines of old CPUs and microcontrollers, which have 1 KiB: the first pages tell. */
static bool machine_has_4k_pages(const char *name)
{
    static const char *const prefixes[] = {
        "pc-", "microvm", "isapc", "xenfv", "s390-", "pseries"
    };

    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        if (g_str_has_prefix(name, prefixes[i])) {
            return true;
        }
    }
    return false;
}

static bool step_machine(ObVmReader *reader, const uint8_t *bytes)
{
    HW_ERROR(error, 400);

    if (!ob_vm_take_name(reader, bytes, reader->need)) {
        return false;
    }
    reader->page_bits_known = machine_has_4k_pages(reader->name);
    if (reader->events->machine && !reader->events->machine(reader->opaque, reader->name, &error)) {
        return ob_vm_refuse_payload(reader, &error);
    }
    return ob_vm_expect(reader, 1, step_type_or_subsection, "type of a section");
}

static bool step_machine_length(ObVmReader *reader, const uint8_t *bytes)
{
    uint32_t length = hw_load_be32(bytes + 1);

    if (bytes[0] != OB_VM_CONFIGURATION) {
        return ob_vm_refuse(reader, OB_VM_NO_CONFIGURATION, EINVAL,
                            "Configuration section missing");
    }
    if (length == 0 || length > OB_VM_NAME_MAX) {
        reader->at++;
        return ob_vm_refuse(reader, OB_VM_BAD_LENGTH, EINVAL,
                            "Machine type received has a name of %" PRIu32
                            " bytes, expected 1 to %u",
                            length, OB_VM_NAME_MAX);
    }
    return ob_vm_expect(reader, length, step_machine, "machine's name");
}

bool ob_vm_read_configuration(ObVmReader *reader)
{
    return ob_vm_expect(reader, 5, step_machine_length, "length of the machine's name");
}

/* -------------------------------------------------------------- subsections */

static bool configuration_deliver(ObVmReader *reader, const uint8_t *bytes)
{
    HW_ERROR(error, 400);

    if (reader->events->configuration &&
        !reader->events->configuration(reader->opaque, reader->name, reader->section.version, bytes,
                                       reader->need, &error)) {
        return ob_vm_refuse_payload(reader, &error);
    }
    return ob_vm_expect(reader, 1, step_type_or_subsection, "type of a section");
}

static bool step_page_bits(ObVmReader *reader, const uint8_t *bytes)
{
    uint32_t bits = hw_load_be32(bytes);

    if (bits < OB_VM_PAGE_BITS_MIN || bits > OB_VM_PAGE_BITS_MAX) {
        return ob_vm_refuse(reader, OB_VM_BAD_CONFIGURATION, EINVAL,
                            "Received TARGET_PAGE_BITS is %" PRIu32 ", expected %u to %u", bits,
                            OB_VM_PAGE_BITS_MIN, OB_VM_PAGE_BITS_MAX);
    }
    reader->page_bits = bits;
    reader->page_bits_known = true;
    return configuration_deliver(reader, bytes);
}

static bool step_uuid(ObVmReader *reader, const uint8_t *bytes)
{
    return configuration_deliver(reader, bytes);
}

static bool step_capability(ObVmReader *reader, const uint8_t *bytes);

/* mapped-ram is for files: a user that reads one accepts it. */
static bool capability_take(ObVmReader *reader)
{
    if (!reader->accept_mapped || strcmp(reader->name, "mapped-ram") != 0) {
        return ob_vm_refuse(reader, OB_VM_CAPABILITY, EINVAL,
                            "Capability %s is off, but received capability is on", reader->name);
    }
    reader->is_mapped = true;
    return --reader->value ? ob_vm_expect(reader, 1, step_capability, "name of a capability")
                           : ob_vm_expect(reader, 1, step_type_or_subsection, "type of a section");
}

/* A capability that QEMU lists here changes the stream's format. */
static bool step_capability(ObVmReader *reader, const uint8_t *bytes)
{
    size_t length = bytes[0];

    if (reader->need == 1 && length > 0) {
        return ob_vm_expect_more(reader, 1 + length);
    }
    if (!ob_vm_take_name(reader, bytes + 1, length)) {
        return false;
    }
    return capability_take(reader);
}

static bool step_capabilities(ObVmReader *reader, const uint8_t *bytes)
{
    uint32_t count = hw_load_be32(bytes);

    if (count > CAPABILITIES_MAX) {
        return ob_vm_refuse(reader, OB_VM_BAD_LENGTH, EINVAL,
                            "Received %" PRIu32 " capabilities, expected at most %u", count,
                            CAPABILITIES_MAX);
    }
    reader->value = count;
    return count ? ob_vm_expect(reader, 1, step_capability, "name of a capability")
                 : configuration_deliver(reader, bytes);
}

static const struct {
    const char *name;
    uint32_t version;
    size_t size;
    ObVmStep *step;
} subsections[] = {
    { "configuration/target-page-bits", 1, 4, step_page_bits },
    { "configuration/capabilities", 1, 4, step_capabilities },
    { "configuration/uuid", 1, 16, step_uuid },
};

static bool step_subsection(ObVmReader *reader, const uint8_t *bytes)
{
    size_t length = bytes[0];

    if (reader->need == 1) {
        return ob_vm_expect_more(reader, 1 + length + 4);
    }
    if (!ob_vm_take_name(reader, bytes + 1, length)) {
        return false;
    }
    reader->section.version = hw_load_be32(bytes + 1 + length);
    for (size_t i = 0; i < G_N_ELEMENTS(subsections); i++) {
        if (strcmp(reader->name, subsections[i].name) != 0) {
            continue;
        }
        if (reader->section.version != subsections[i].version) {
            reader->at += 1 + length;
            return ob_vm_refuse(reader, OB_VM_SECTION_VERSION, EINVAL,
                                "%s: incorrect version %" PRIu32 ", expected %" PRIu32,
                                reader->name, reader->section.version, subsections[i].version);
        }
        return ob_vm_expect(reader, subsections[i].size, subsections[i].step, subsections[i].name);
    }
    return ob_vm_refuse(reader, OB_VM_BAD_CONFIGURATION, ENOENT,
                        "Unknown subsection '%s' of the configuration", reader->name);
}

static bool step_type_or_subsection(ObVmReader *reader, const uint8_t *bytes)
{
    if (bytes[0] == OB_VM_SUBSECTION) {
        return ob_vm_expect(reader, 1, step_subsection, "name of a configuration's subsection");
    }
    /* The byte starts no subsection: read it again as a section's type. */
    ob_vm_next_section(reader);
    return reader->step(reader, bytes);
}

/* ------------------------------------------------------------------ commands */

typedef enum CommandUse {
    COMMAND_PASSED,
    COMMAND_ADVISE,
    COMMAND_POSTCOPY,
    COMMAND_COLO,
} CommandUse;

#define ANY_LENGTH    UINT32_MAX
#define ADVISE_LENGTH 16u /* page sizes: the host's, or'ed, and the target's */

static const struct {
    const char *name;
    uint32_t length;
    CommandUse use;
} commands[] = {
    [OB_VM_OPEN_RETURN_PATH] = { "OPEN_RETURN_PATH", 0, COMMAND_PASSED },
    [OB_VM_PING] = { "PING", 4, COMMAND_PASSED },
    [OB_VM_POSTCOPY_ADVISE] = { "POSTCOPY_ADVISE", ANY_LENGTH, COMMAND_ADVISE },
    [OB_VM_POSTCOPY_LISTEN] = { "POSTCOPY_LISTEN", 0, COMMAND_POSTCOPY },
    [OB_VM_POSTCOPY_RUN] = { "POSTCOPY_RUN", 0, COMMAND_POSTCOPY },
    [OB_VM_POSTCOPY_RAM_DISCARD] = { "POSTCOPY_RAM_DISCARD", ANY_LENGTH, COMMAND_POSTCOPY },
    [OB_VM_PACKAGED] = { "PACKAGED", 4, COMMAND_POSTCOPY },
    [OB_VM_ENABLE_COLO] = { "ENABLE_COLO", 0, COMMAND_COLO },
    [OB_VM_POSTCOPY_RESUME] = { "POSTCOPY_RESUME", 0, COMMAND_POSTCOPY },
    [OB_VM_RECV_BITMAP] = { "RECV_BITMAP", ANY_LENGTH, COMMAND_POSTCOPY },
    [OB_VM_SWITCHOVER_START] = { "SWITCHOVER_START", 0, COMMAND_PASSED },
};

static bool command_deliver(ObVmReader *reader, const uint8_t *bytes, size_t size)
{
    HW_ERROR(error, 400);

    if (reader->events->command &&
        !reader->events->command(reader->opaque, reader->value, bytes, size, &error)) {
        return ob_vm_refuse_payload(reader, &error);
    }
    return ob_vm_next_section(reader);
}

/* The source may go over to postcopy later.  Until it does so, its stream is a precopy stream.
 * Without data only dirty bitmaps may come by postcopy. */
static bool advise_note(ObVmReader *reader, const uint8_t *bytes, size_t size)
{
    uint64_t target_page = size ? hw_load_be64(bytes + 8) : 0;

    if (!reader->page_bits_known && target_page == UINT32_C(1) << OB_VM_PAGE_BITS_MIN) {
        reader->page_bits = OB_VM_PAGE_BITS_MIN;
    }
    reader->page_bits_known |= size != 0;
    if (size && target_page != ob_vm_reader_page_size(reader)) {
        return ob_vm_refuse(reader, OB_VM_BAD_COMMAND, EINVAL,
                            "POSTCOPY_ADVISE: the page size is 0x%" PRIx64 ", expected 0x%" PRIx32,
                            target_page, ob_vm_reader_page_size(reader));
    }
    reader->postcopy_page_sizes = size ? hw_load_be64(bytes) : 0;
    ob_vm_note(reader,
               "the source has capability %s on (POSTCOPY_ADVISE) and QEMU wants it on at the "
               "destination too; this stream has not gone over to postcopy",
               size ? "postcopy-ram" : "dirty-bitmaps");
    return true;
}

static bool step_command_data(ObVmReader *reader, const uint8_t *bytes)
{
    if (reader->value == OB_VM_POSTCOPY_ADVISE && !advise_note(reader, bytes, reader->need)) {
        return false;
    }
    return command_deliver(reader, bytes, reader->need);
}

static bool command_expect(ObVmReader *reader, uint32_t command, uint32_t length)
{
    uint32_t expected = commands[command].use == COMMAND_ADVISE && length ? ADVISE_LENGTH
                        : commands[command].use == COMMAND_ADVISE         ? 0
                                                                  : commands[command].length;

    if (length != expected) {
        reader->at += 2;
        return ob_vm_refuse(reader, OB_VM_BAD_COMMAND, ERANGE,
                            "%s received with bad length - expecting %" PRIu32 ", got %" PRIu32,
                            commands[command].name, expected, length);
    }
    reader->value = command;
    if (length) {
        return ob_vm_expect(reader, length, step_command_data, "data of a command");
    }
    return (command != OB_VM_POSTCOPY_ADVISE || advise_note(reader, NULL, 0)) &&
           command_deliver(reader, NULL, 0);
}

static bool step_command(ObVmReader *reader, const uint8_t *bytes)
{
    uint32_t command = hw_load_be16(bytes);
    uint32_t length = hw_load_be16(bytes + 2);

    if (command == 0 || command >= G_N_ELEMENTS(commands)) {
        return ob_vm_refuse(reader, OB_VM_BAD_COMMAND, EINVAL,
                            "MIG_CMD 0x%" PRIx32 " unknown (len 0x%" PRIx32 ")", command, length);
    }
    if (commands[command].use == COMMAND_POSTCOPY) {
        return ob_vm_refuse(reader, OB_VM_POSTCOPY, EOPNOTSUPP,
                            "Postcopy migration is not supported: command %s",
                            commands[command].name);
    }
    if (commands[command].use == COMMAND_COLO) {
        return ob_vm_refuse(reader, OB_VM_COLO, EOPNOTSUPP, "COLO is not supported: command %s",
                            commands[command].name);
    }
    return command_expect(reader, command, length);
}

bool ob_vm_read_command(ObVmReader *reader)
{
    reader->in_section = false;
    return ob_vm_expect(reader, 4, step_command, "command");
}
