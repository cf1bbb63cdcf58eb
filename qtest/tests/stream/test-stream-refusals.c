/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Invalid streams: each error is refused with its own sentence. */
#include <string.h>

#include "qtest/tests/stream/toy-reader.h"

static void remove_at(ToyReader *f, size_t at, size_t size)
{
    g_byte_array_remove_range(f->stream, (guint)at, (guint)size);
}

static void insert_at(ToyReader *f, size_t at, const void *bytes, size_t size)
{
    stream_insert(f->stream, at, bytes, size);
}

/* ---------------------------------------------------------------- one by one */

typedef struct Damage {
    const char *path;
    const char *find; /* an anchor; NULL: the stream's start */
    int at;           /* offset from the anchor */
    uint32_t value;
    unsigned size; /* the value's */
    ObVmReason reason;
    const char *text;
} Damage;

static const Damage damages[] = {
    { "header/magic", NULL, 3, 'X', 1, OB_VM_NO_STREAM,
      "Not a migration stream (magic and version, byte 0)" },
    { "header/version-2", NULL, VERSION, 2, 4, OB_VM_STREAM_VERSION,
      "SaveVM v2 format is obsolete and don't work anymore (magic and version, byte 4)" },
    { "header/version-4", NULL, VERSION, 4, 4, OB_VM_STREAM_VERSION,
      "Unsupported migration stream version (magic and version, byte 4)" },
    { "configuration/missing", NULL, CONFIGURATION, 1, 1, OB_VM_NO_CONFIGURATION,
      "Configuration section missing (length of the machine's name, byte 8)" },
    { "configuration/name-of-no-bytes", NULL, MACHINE_LENGTH, 0, 4, OB_VM_BAD_LENGTH,
      "Machine type received has a name of 0 bytes, expected 1 to 255 (length of the machine's "
      "name, byte 9)" },
    { "configuration/name-of-4-gib", NULL, MACHINE_LENGTH, UINT32_MAX, 4, OB_VM_BAD_LENGTH,
      "Machine type received has a name of 4294967295 bytes, expected 1 to 255 (length of the "
      "machine's name, byte 9)" },
    { "configuration/name-with-nul", "toy", 1, 0, 1, OB_VM_BAD_NAME,
      "Invalid name: it contains byte 0x00, expected printable ASCII (machine's name, byte 14)" },
    { "configuration/name-of-256-bytes", NULL, MACHINE_LENGTH, 256, 4, OB_VM_BAD_LENGTH,
      "Machine type received has a name of 256 bytes, expected 1 to 255 (length of the machine's "
      "name, byte 9)" },
    { "configuration/name-of-255-bytes", NULL, MACHINE_LENGTH, 255, 4, OB_VM_BAD_NAME,
      "Invalid name: it contains byte 0x05, expected printable ASCII (machine's name, byte 16)" },
    { "configuration/subsection-with-nul", "target-page", 0, 0, 1, OB_VM_BAD_NAME,
      "Invalid name: it contains byte 0x00, expected printable ASCII (name of a configuration's "
      "subsection, byte 31)" },
    { "configuration/subsection-too-new", NULL, BITS - 4, 2, 4, OB_VM_SECTION_VERSION,
      "configuration/target-page-bits: incorrect version 2, expected 1 (name of a "
      "configuration's subsection, byte 48)" },
    { "configuration/subsection-too-old", NULL, BITS - 4, 0, 4, OB_VM_SECTION_VERSION,
      "configuration/target-page-bits: incorrect version 0, expected 1 (name of a "
      "configuration's subsection, byte 48)" },
    { "configuration/unknown-subsection", "target-page", 0, 'x', 1, OB_VM_BAD_CONFIGURATION,
      "Unknown subsection 'configuration/xarget-page-bits' of the configuration (name of a "
      "configuration's subsection, byte 17)" },
    { "configuration/page-bits-9", NULL, BITS, 9, 4, OB_VM_BAD_CONFIGURATION,
      "Received TARGET_PAGE_BITS is 9, expected 10 to 16 (configuration/target-page-bits, "
      "byte 52)" },
    { "configuration/page-bits-17", NULL, BITS, 17, 4, OB_VM_BAD_CONFIGURATION,
      "Received TARGET_PAGE_BITS is 17, expected 10 to 16 (configuration/target-page-bits, "
      "byte 52)" },
    { "section/unknown-type", NULL, RAM, 0x33, 1, OB_VM_UNKNOWN_TYPE,
      "Unknown savevm section type 51 (type of a section, byte 56)" },
    { "section/part-without-start", NULL, RAM, OB_VM_PART, 1, OB_VM_UNKNOWN_ID,
      "Unknown savevm section 2 (id of a section, byte 57)" },
    { "section/name-of-no-bytes", "ram", -1, 0, 1, OB_VM_BAD_NAME,
      "Unable to read ID string for section 2 (id of a section, byte 61)" },
    { "section/iterable-unknown", "ram", 0, 'x', 1, OB_VM_UNKNOWN_SECTION,
      "Unknown savevm section or instance 'xam' 0. Make sure that your current VM setup matches "
      "your saved VM setup, including any hotplugged devices (section 'xam' 0, name, instance "
      "and version of a section, byte 62)" },
    { "section/ram-too-new", "ram", 7, 5, 4, OB_VM_SECTION_VERSION,
      "savevm: unsupported version 5 for 'ram' v4 (section 'ram' 0, name, instance and version "
      "of a section, byte 62)" },
    { "section/ram-too-old", "ram", 7, 3, 4, OB_VM_SECTION_VERSION,
      "ram: version 3 is too old, expected 4 (section 'ram' 0, name, instance and version of a "
      "section, byte 62)" },
    { "section/ram-whole", NULL, RAM, OB_VM_FULL, 1, OB_VM_ORDER,
      "Section 'ram' is whole, expected START, PART and END (section 'ram' 0, name, instance "
      "and version of a section, byte 62)" },
    { "ram/no-size", NULL, TOTAL + 4, 0x3008, 4, OB_VM_BAD_RAM,
      "Unknown combination of migration flags: 0x8, expected the blocks' size, 0x4 (section "
      "'ram' 0, size of all blocks, byte 73)" },
    { "ram/size-too-small", NULL, TOTAL + 4, 0x1004, 4, OB_VM_BAD_RAM,
      "Size mismatch: toy.ram: 0x2000, expected at most 0x1000, the rest of all blocks "
      "(section 'ram' 0, length of a block, byte 89)" },
    { "ram/size-too-large", NULL, TOTAL + 4, 0x4004, 4, OB_VM_BAD_NAME,
      "Invalid name of a ramblock: it contains byte 0x00, expected printable ASCII (section "
      "'ram' 0, name of a block, byte 114)" },
    { "ram/block-of-half-a-page", "toy.rom", 13, 0x0800, 2, OB_VM_BAD_RAM,
      "Size mismatch: toy.rom: 0x800, expected a multiple of 0x1000 (section 'ram' 0, length of "
      "a block, byte 105)" },
    { "ram/block-twice", "toy.rom", 5, 0x616d, 2, OB_VM_DUPLICATE,
      "Ramblock \"toy.ram\" comes twice (section 'ram' 0, name of a block, byte 97)" },
    { "ram/unknown-block", "toy.ram\x11", 6, 'x', 1, OB_VM_BAD_RAM,
      "Can't find block toy.rax (section 'ram' 0, name of a page's block, byte 139)" },
    { "ram/unknown-block-with-nul", "toy.ram\x11", 3, 0, 1, OB_VM_BAD_RAM,
      "Can't find block toy (section 'ram' 0, name of a page's block, byte 139)" },
    { "ram/xbzrle", "toy.ram\x11", -2, OB_VM_RAM_XBZRLE, 1, OB_VM_XBZRLE_PAGES,
      "XBZRLE pages are not supported: flags 0x40 (section 'ram' 0, offset and flags of a page, "
      "byte 131)" },
    { "ram/compressed", "toy.ram\x11", -3, OB_VM_RAM_COMPRESS, 2, OB_VM_COMPRESSED_PAGES,
      "Received an unexpected compressed page: flags 0x100 (section 'ram' 0, offset and flags "
      "of a page, byte 131)" },
    { "ram/multifd", "toy.ram\x11", -3, OB_VM_RAM_MULTIFD, 2, OB_VM_MULTIFD_PAGES,
      "Multifd migration is not supported: flags 0x200 (section 'ram' 0, offset and flags of a "
      "page, byte 131)" },
    { "ram/rdma", "toy.ram\x11", -2, OB_VM_RAM_HOOK, 1, OB_VM_RDMA_PAGES,
      "RDMA migration is not supported: flags 0x80 (section 'ram' 0, offset and flags of a "
      "page, byte 131)" },
    { "ram/zero-and-normal", "toy.ram\x11", -2, 0x0a, 1, OB_VM_BAD_RAM,
      "Unknown combination of migration flags: 0xa (section 'ram' 0, offset and flags of a "
      "page, byte 131)" },
    { "ram/continues-nothing", "toy.ram\x11", -2, 0x28, 1, OB_VM_BAD_RAM,
      "Ack, bad migration stream! (section 'ram' 0, offset and flags of a page, byte 131)" },
    { "ram/offset-past-the-block", "toy.ram\x11", -3, 0x2008, 2, OB_VM_BAD_RAM,
      "Illegal RAM offset 0x2000 in block \"toy.ram\" of 0x2000 bytes (section 'ram' 0, offset "
      "and flags of a page, byte 131)" },
    { "ram/zero-page-of-ones", "toy.ram\x11", 7 + 4096 + 8, 1, 1, OB_VM_BAD_RAM,
      "Found a zero page with value 1 (section 'ram' 0, byte of a zero page, byte 4251)" },
};

static void damage_apply(ToyReader *f, const Damage *damage)
{
    size_t at = (damage->find ? find(f, damage->find) : 0) + (size_t)damage->at;

    for (unsigned i = 0; i < damage->size; i++) {
        f->stream->data[at + i] = (uint8_t)(damage->value >> (8 * (damage->size - 1 - i)));
    }
}

static void test_damage(ToyReader *f, gconstpointer opaque)
{
    const Damage *damage = opaque;

    damage_apply(f, damage);
    toy_refused(f, damage->reason, damage->text);
}

static void test_undamaged(ToyReader *f, gconstpointer unused)
{
    (void)unused;
    g_assert_true(read_all(f));
    g_assert_true(f->ended);
    g_assert_cmpuint(f->sections, ==, 3);
    g_assert_null(ob_vm_reader_warning(f->reader));
}

/* ------------------------------------------------------------------- devices */

static void test_known_need_no_description(ToyReader *f, gconstpointer unused)
{
    (void)unused;
    without_description(f);
    know_all(f);
    g_assert_true(read_all(f));
    g_assert_cmpuint(f->sections, ==, 3);
    g_assert_cmpstr(ob_vm_reader_warning(f->reader), ==,
                    "Expected vmdescription section, but got 0");
}

/* It asks for as many bytes as it has. */
static ObVmMeasure measure_stuck(void *opaque, const ObVmSection *section, const uint8_t *bytes,
                                 size_t size, size_t *need, HwError *error)
{
    (void)opaque;
    (void)section;
    (void)bytes;
    (void)error;
    *need = size < 4 ? 4 : size;
    return OB_VM_MORE;
}

static void test_measure_gets_stuck(ToyReader *f, gconstpointer unused)
{
    (void)unused;
    without_description(f);
    ob_vm_reader_know(f->reader, "alpha", 0, measure_stuck, NULL);
    toy_refused(f, OB_VM_REFUSED_PAYLOAD,
                "Section 'alpha' can't be measured (section 'alpha' 0, payload, byte 8436)");
}

static void test_unknown_without_description(ToyReader *f, gconstpointer unused)
{
    (void)unused;
    without_description(f);
    know_alpha(f);
    toy_refused(f, OB_VM_UNKNOWN_SECTION,
                "Unknown savevm section or instance 'beta' 0. Make sure that your current VM "
                "setup matches your saved VM setup, including any hotplugged devices (section "
                "'beta' 0, name, instance and version of a section, byte 8480)");
}

static void test_unknown_to_description(ToyReader *f, gconstpointer unused)
{
    (void)unused;
    f->stream->data[beta_at(f) + 6] = 'z';
    toy_refused(f, OB_VM_UNKNOWN_SECTION,
                "Unknown savevm section or instance 'zeta' 0. Make sure that your current VM "
                "setup matches your saved VM setup, including any hotplugged devices (section "
                "'zeta' 0, name, instance and version of a section, byte 8480)");
}

static void test_footer_missing(ToyReader *f, gconstpointer unused)
{
    (void)unused;
    f->stream->data[beta_at(f) - 5] = 0x7f;
    toy_refused(f, OB_VM_FOOTER_MISSING,
                "Missing section footer for alpha (section 'alpha' 0, footer, byte 8469)");
}

static void test_footer_id(ToyReader *f, gconstpointer unused)
{
    (void)unused;
    f->stream->data[beta_at(f) - 1] = 0x63;
    toy_refused(f, OB_VM_FOOTER_ID,
                "Mismatched section id in footer for alpha - read 0x63 expected 0x3 (section "
                "'alpha' 0, footer, byte 8470)");
}

static void test_section_twice(ToyReader *f, gconstpointer unused)
{
    (void)unused;
    know_all(f);
    g_autofree uint8_t *copy = g_memdup2(f->stream->data + beta_at(f), BETA_SIZE);

    insert_at(f, beta_at(f), copy, BETA_SIZE);
    toy_refused(f, OB_VM_DUPLICATE,
                "Section 'beta' 0 comes twice (section 'beta' 0, name, "
                "instance and version of a section, byte 8511)");
}

static void test_id_twice(ToyReader *f, gconstpointer unused)
{
    (void)unused;
    know_all(f);
    f->stream->data[beta_at(f) + 4] = 3;
    toy_refused(f, OB_VM_DUPLICATE,
                "Section 'beta' 0 has id 3, which another section already has "
                "(section 'beta' 0, name, instance and version of a section, byte 8480)");
}

static void test_device_before_ram_ends(ToyReader *f, gconstpointer unused)
{
    size_t end = alpha_at(f) - (1 + 4 + 8 + 8 + 4096 + 8 + 5);

    (void)unused;
    g_assert_cmpuint(f->stream->data[end], ==, OB_VM_END);
    remove_at(f, end, alpha_at(f) - end);
    toy_refused(f, OB_VM_BACKGROUND_SNAPSHOT,
                "Section 'alpha' 0 comes before the end of section 'ram', as in a background "
                "snapshot (section 'alpha' 0, name, instance and version of a section, byte 4293)");
}

/* RAM's last pages could be missing. */
static void test_end_before_ram_ends(ToyReader *f, gconstpointer unused)
{
    size_t end = alpha_at(f) - (1 + 4 + 8 + 8 + 4096 + 8 + 5);

    (void)unused;
    f->stream->data[end] = OB_VM_EOF;
    toy_refused(f, OB_VM_ORDER,
                "The stream ends before the end of section 'ram' (type of a section, byte 4287)");
}

static void test_ram_after_devices(ToyReader *f, gconstpointer unused)
{
    static const uint8_t start[] = "\1\0\0\0\x60\3ram\0\0\0\0\0\0\0\4";

    (void)unused;
    know_all(f);
    insert_at(f, beta_at(f), start, sizeof(start) - 1);
    toy_refused(f, OB_VM_ORDER,
                "Section 'ram' comes after sections of devices (section 'ram' "
                "0, name, instance and version of a section, byte 8480)");
}

static void test_ram_goes_on(ToyReader *f, gconstpointer unused)
{
    (void)unused;
    insert_at(f, alpha_at(f), "\2\0\0\0\2", 5);
    toy_refused(f, OB_VM_UNKNOWN_ID, "Unknown savevm section 2 (id of a section, byte 8418)");
}

/* ------------------------------------------------------------------- callbacks */

static bool on_begin(void *opaque, const ObVmSection *section, HwError *error)
{
    (void)opaque;
    g_snprintf(error->text, error->capacity, "%s is not wanted", section->name);
    return strcmp(section->name, "alpha") != 0;
}

/* The reader goes no further than the section's header. */
static void test_refused_by_callback(ToyReader *f, gconstpointer unused)
{
    static const ObVmEvents refusing = { .section_begin = on_begin };
    size_t header = alpha_at(f) + 1 + 4 + 1 + 5 + 8;

    (void)unused;
    ob_vm_reader_free(f->reader);
    f->reader = ob_vm_reader_new(&refusing, f);
    know_all(f);
    g_assert_false(ob_vm_reader_feed(f->reader, f->stream->data, header));
    toy_refused(f, OB_VM_REFUSED_PAYLOAD,
                "alpha is not wanted (section 'alpha' 0, name, instance and version of a section, "
                "byte 8423)");
}

/* ------------------------------------------------------------------ commands */

#define POSTCOPY(name) "Postcopy migration is not supported: command " name " (command, byte 57)"
#define LENGTH(name, expected, length) \
    name " received with bad length - expecting " expected ", got " length " (command, byte 59)"
#define ADVISE "\x08\0\3\0\x10"

/* Each command of QEMU's enum qemu_vm_cmd, and lengths that it does not have. */
static const struct {
    const char *bytes;
    size_t size;
    ObVmReason reason;
    const char *text; /* NULL: accepted */
} commands[] = {
    { "\x08\0\0\0\0", 5, OB_VM_BAD_COMMAND, "MIG_CMD 0x0 unknown (len 0x0) (command, byte 57)" },
    { "\x08\0\1\0\0", 5, OB_VM_ACCEPTED, NULL },
    { "\x08\0\1\0\1", 5, OB_VM_BAD_COMMAND, LENGTH("OPEN_RETURN_PATH", "0", "1") },
    { "\x08\0\2\0\3", 5, OB_VM_BAD_COMMAND, LENGTH("PING", "4", "3") },
    { "\x08\0\2\0\4ping", 9, OB_VM_ACCEPTED, NULL },
    { "\x08\0\2\0\5", 5, OB_VM_BAD_COMMAND, LENGTH("PING", "4", "5") },
    { "\x08\0\3\0\0", 5, OB_VM_ACCEPTED, NULL },
    { "\x08\0\3\0\1", 5, OB_VM_BAD_COMMAND, LENGTH("POSTCOPY_ADVISE", "16", "1") },
    { "\x08\0\3\0\x11", 5, OB_VM_BAD_COMMAND, LENGTH("POSTCOPY_ADVISE", "16", "17") },
    { ADVISE "\0\0\0\0\0\0\x10\0\0\0\0\0\0\0\x10\0", 21, OB_VM_ACCEPTED, NULL },
    { ADVISE "\0\0\0\0\0\0\x10\0\0\0\0\0\0\0\x20\0", 21, OB_VM_BAD_COMMAND,
      "POSTCOPY_ADVISE: the page size is 0x2000, expected 0x1000 (data of a command, byte 61)" },
    { "\x08\0\4\0\0", 5, OB_VM_POSTCOPY, POSTCOPY("POSTCOPY_LISTEN") },
    { "\x08\0\5\0\0", 5, OB_VM_POSTCOPY, POSTCOPY("POSTCOPY_RUN") },
    { "\x08\0\6\0\0", 5, OB_VM_POSTCOPY, POSTCOPY("POSTCOPY_RAM_DISCARD") },
    { "\x08\0\7\0\4", 5, OB_VM_POSTCOPY, POSTCOPY("PACKAGED") },
    { "\x08\0\x08\0\0", 5, OB_VM_COLO,
      "COLO is not supported: command ENABLE_COLO (command, byte 57)" },
    { "\x08\0\x09\0\0", 5, OB_VM_POSTCOPY, POSTCOPY("POSTCOPY_RESUME") },
    { "\x08\0\x0a\0\0", 5, OB_VM_POSTCOPY, POSTCOPY("RECV_BITMAP") },
    { "\x08\0\x0b\0\0", 5, OB_VM_ACCEPTED, NULL },
    { "\x08\0\x0b\0\1", 5, OB_VM_BAD_COMMAND, LENGTH("SWITCHOVER_START", "0", "1") },
    { "\x08\0\x0c\0\1", 5, OB_VM_BAD_COMMAND, "MIG_CMD 0xc unknown (len 0x1) (command, byte 57)" },
};

static void test_commands(ToyReader *f, gconstpointer unused)
{
    (void)unused;
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        g_byte_array_unref(f->stream);
        f->stream = stream_toy(true);
        reader_renew(f);
        insert_at(f, RAM, commands[i].bytes, commands[i].size);
        if (commands[i].text) {
            toy_refused(f, commands[i].reason, commands[i].text);
        } else {
            g_assert_true(read_all(f));
        }
    }
}

static void test_capability(ToyReader *f, gconstpointer unused)
{
    static const char bytes[] = "\5\x1a"
                                "configuration/capabilities\0\0\0\1\0\0\0\1\x0cpostcopy-ram";

    (void)unused;
    insert_at(f, RAM, bytes, sizeof(bytes) - 1);
    toy_refused(f, OB_VM_CAPABILITY,
                "Capability postcopy-ram is off, but received capability "
                "is on (name of a capability, byte 92)");
}

static void test_capability_name(ToyReader *f, gconstpointer unused)
{
    static const char bytes[] = "\5\x1a"
                                "configuration/capabilities\0\0\0\1\0\0\0\x40\4a\tbc";

    (void)unused;
    insert_at(f, RAM, bytes, sizeof(bytes) - 1);
    toy_refused(f, OB_VM_BAD_NAME,
                "Invalid name: it contains byte 0x09, expected printable ASCII (name of a "
                "capability, byte 93)");
}

static void test_capabilities(ToyReader *f, gconstpointer unused)
{
    static const char bytes[] = "\5\x1a"
                                "configuration/capabilities\0\0\0\1\0\0\0\x41";

    (void)unused;
    insert_at(f, RAM, bytes, sizeof(bytes) - 1);
    toy_refused(
        f, OB_VM_BAD_LENGTH,
        "Received 65 capabilities, expected at most 64 (configuration/capabilities, byte 88)");
}

/* --------------------------------------------------------------------- limits */

static void test_blocks(ToyReader *f, gconstpointer unused)
{
    static ObVmBlock blocks[4097];
    ObVmWriter *writer;

    (void)unused;
    g_byte_array_set_size(f->stream, 0);
    writer = ob_vm_writer_new(stream_sink, f->stream);
    for (guint i = 0; i < G_N_ELEMENTS(blocks); i++) {
        blocks[i] = (ObVmBlock) { g_strdup_printf("b%u", i), 4096 };
    }
    ob_vm_write_header(writer, "toy");
    ob_vm_write_ram_start(writer, blocks, G_N_ELEMENTS(blocks));
    g_assert_true(ob_vm_writer_flush(writer));
    ob_vm_writer_free(writer);
    for (guint i = 0; i < G_N_ELEMENTS(blocks); i++) {
        g_free((char *)blocks[i].name);
    }
    toy_refused(
        f, OB_VM_TOO_LARGE,
        "Too many ramblocks, expected at most 4096 (section 'ram' 0, name of a block, byte 56275)");
}

#define FIRST_PART (BLOCKS + 2 * (1 + 7 + 8) + 8 + 5)

/* A section before RAM's pages that nobody knows ends at its footer, which has to come. */
static void test_early_without_footer(ToyReader *f, gconstpointer unused)
{
    static const char head[] = "\4\0\0\0\x70\5early\0\0\0\0\0\0\0\1";
    g_autofree char *bytes = g_malloc0((2 << 20) + sizeof(head));

    (void)unused;
    memcpy(bytes, head, sizeof(head) - 1);
    g_assert_cmpuint(f->stream->data[FIRST_PART], ==, OB_VM_PART);
    insert_at(f, FIRST_PART, bytes, (2 << 20) + sizeof(head));
    toy_refused(f, OB_VM_TOO_LARGE,
                "Section 'early' 0 has no footer within 1048576 bytes (section 'early' 0, payload, "
                "byte 145)");
}

static void test_without_end(ToyReader *f, gconstpointer unused)
{
    enum { PIECE = 1 << 20 };
    g_autofree uint8_t *zeros = g_malloc0(PIECE);

    (void)unused;
    know_alpha(f);
    g_byte_array_set_size(f->stream, (guint)beta_at(f) + BETA_SIZE);
    ob_vm_reader_feed(f->reader, f->stream->data, f->stream->len);
    for (int i = 0; i < 34; i++) {
        ob_vm_reader_feed(f->reader, zeros, PIECE);
    }
    g_byte_array_set_size(f->stream, 0);
    toy_refused(f, OB_VM_TOO_LARGE,
                "No vmdescription within 33554432 bytes, and section 'beta' is unknown (section "
                "'beta' 0, name, instance and version of a section, byte 8492)");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*test)(ToyReader *f, gconstpointer unused);
    } tests[] = {
        { "undamaged-is-accepted", test_undamaged },
        { "device/known-ones-need-no-description", test_known_need_no_description },
        { "device/measure-gets-stuck", test_measure_gets_stuck },
        { "device/unknown-without-description", test_unknown_without_description },
        { "device/unknown-to-the-description", test_unknown_to_description },
        { "device/footer-missing", test_footer_missing },
        { "device/footer-of-another", test_footer_id },
        { "device/section-twice", test_section_twice },
        { "device/id-twice", test_id_twice },
        { "device/before-ram-ends", test_device_before_ram_ends },
        { "ram/stream-ends-before-its-end", test_end_before_ram_ends },
        { "device/ram-after-devices", test_ram_after_devices },
        { "device/ram-goes-on-after-its-end", test_ram_goes_on },
        { "device/refused-by-the-callback", test_refused_by_callback },
        { "command/each-is-taken-or-refused", test_commands },
        { "configuration/capability", test_capability },
        { "configuration/capability-with-a-tab", test_capability_name },
        { "configuration/too-many-capabilities", test_capabilities },
        { "ram/too-many-blocks", test_blocks },
        { "device/early-without-a-footer", test_early_without_footer },
        { "device/without-a-description-for-long", test_without_end },
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strdup_printf("/stream-refusals/%s", tests[i].path);

        g_test_add(path, ToyReader, NULL, toy_set_up, tests[i].test, toy_tear_down);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(damages); i++) {
        g_autofree char *path = g_strdup_printf("/stream-refusals/%s", damages[i].path);

        g_test_add(path, ToyReader, &damages[i], toy_set_up, test_damage, toy_tear_down);
    }
    return g_test_run();
}
