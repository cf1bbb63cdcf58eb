/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Streams that QEMU loads in a special way, or that are not whole. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/tests/stream/stream-cases.h"

/* ------------------------------------------------------------- pages never came */

static void test_multifd(void)
{
    Run run;

    case_run(&run, "explain", "multifd-main-channel-virt-7.2", 1);
    CASE_SAYS(&run, "a complete stream without all of its RAM",
              "block '/rom@etc/acpi/tables': 2 of 32 pages never came",
              "block 'mach-virt.ram': 2 of 256 pages never came", "'multifd' on");
    run_clear(&run);
    case_run(&run, "dump", "multifd-main-channel-virt-7.2", 0);
    CASE_SAYS(&run, "254 zero, 0 other, 2 never came\n",
              "warning: block 'mach-virt.ram': 2 of 256");
    run_clear(&run);
}

/* A stream of two blocks in which the pages from `from` on never come. */
static GByteArray *gap_stream(const char *name, uint64_t from)
{
    const ObVmBlock blocks[] = { { name, 16 * 4096 }, { "/rom@table", 4096 } };
    GByteArray *stream = g_byte_array_new();
    ObVmWriter *writer = ob_vm_writer_new(stream_sink, stream);
    static uint8_t page[4096] = { 1 };

    ob_vm_write_header(writer, "toy");
    ob_vm_write_ram_start(writer, blocks, G_N_ELEMENTS(blocks));
    ob_vm_write_ram_pass(writer, true);
    for (uint64_t i = 0; i < 16; i++) {
        if (i < from || i > 12) {
            ob_vm_write_ram_page(writer, 0, i * 4096, i ? NULL : page);
        }
    }
    ob_vm_write_ram_page(writer, 1, 0, page);
    ob_vm_write_ram_pass_end(writer);
    g_assert_true(ob_vm_write_end(writer, "{\"devices\":[]}", 14));
    ob_vm_writer_free(writer);
    return stream;
}

static void assert_explained(const GByteArray *stream, int status, const char *text)
{
    Run run;

    RUN_WITH(&run, stream, "explain", "-");
    g_assert_cmpint(run.status, ==, status);
    assert_has(run.out, text);
    run_clear(&run);
}

/* Only pages of main memory may be ones that the guest does not use. */
static void test_hinted_pages(void)
{
    g_autoptr(GByteArray) hinted = gap_stream("pc.ram", 10);
    g_autoptr(GByteArray) device = gap_stream("0000:00:02.0/vga.vram", 10);
    g_autoptr(GByteArray) whole = gap_stream("0000:00:02.0/vga.vram", 13);

    assert_explained(hinted, 0,
                     "block 'pc.ram': 3 of 16 pages never came: free page hinting, or a "
                     "multifd migration\n");
    assert_explained(device, 1, "block '0000:00:02.0/vga.vram': 3 of 16 pages never came");
    assert_explained(whole, 0, "a complete stream: machine toy");
}

/* --------------------------------------------------------------- early sections */

static void test_virtio_mem(void)
{
    Run run;

    case_run(&run, "explain", "virtio-mem-virt-10.0", 0);
    CASE_SAYS(&run, "a complete stream: machine virt-10.0, 7 RAM blocks, 18 sections of devices");
    assert_lacks(run.out, "never came");
    run_clear(&run);
    case_run(&run, "dump", "virtio-mem-virt-10.0", 0);
    CASE_SAYS(&run, "section 0000:00:01.0/virtio-mem-device-early 0: version 1, 44 bytes",
              "    tmp.region_size = 0x8000000\n", "    bitmap = 0\n");
    run_clear(&run);
    case_run_to(&run, "doctor", "virtio-mem-virt-10.0", "virtio-mem-virt-10.0", 0);
    run_clear(&run);
}

static void test_virtio_mem_is_filtered(void)
{
    g_autoptr(GByteArray) stream = stream_load("virtio-mem-virt-10.0");
    Run run;

    case_run_to(&run, "filter", "virtio-mem-virt-10.0", "virtio-mem-virt-10.0", 0);
    g_assert_cmpmem(run.out, run.out_size, stream->data, stream->len);
    run_clear(&run);
}

/* The plugged block's pages have to come. */
static void test_virtio_mem_that_is_plugged(void)
{
    g_autoptr(GByteArray) stream = stream_load("virtio-mem-virt-10.0");
    size_t at = stream_find(stream, 0, "virtio-mem-device-early", 23) + 23 + 8 + 36;

    stream->data[at + 7] = 1;
    assert_explained(stream, 1, "block '0000:00:01.0/m2': 512 of 32768 pages never came");
}

/* A section that this reader does not know has to be found by its footer. */
static void test_other_early_section(void)
{
    g_autoptr(GByteArray) stream = stream_load("virtio-mem-virt-10.0");
    size_t at = stream_find(stream, 0, "virtio-mem-device-early", 23);
    size_t described;

    stream->data[at] = 'x';
    described = stream_find(stream, at, "virtio-mem-device-early", 23);
    stream->data[described] = 'x';
    assert_explained(stream, 0, "a complete stream: machine virt-10.0, 7 RAM blocks, 18 sections");
}

static void test_virtio_mem_that_lies(void)
{
    g_autoptr(GByteArray) stream = stream_load("virtio-mem-virt-10.0");
    size_t at = stream_find(stream, 0, "virtio-mem-device-early", 23) + 23 + 8;

    memset(stream->data + at + 16, 0, 8);
    assert_explained(stream, 1,
                     "virtio-mem: a region of 0x8000000 bytes, expected a multiple of "
                     "its block size 0x0\n");
    hw_store_be64(stream->data + at + 16, 1);
    memset(stream->data + at + 8, 0xff, 8);
    assert_explained(stream, 1, "is too large");
}

/* --------------------------------------------------------------------- postcopy */

static void test_postcopy_advised(void)
{
    g_autoptr(GByteArray) stream = stream_load("postcopy-advised-virt-10.0");
    Run run;

    case_run(&run, "explain", "postcopy-advised-virt-10.0", 0);
    CASE_SAYS(&run, "note:   the source has capability postcopy-ram on (POSTCOPY_ADVISE)");
    run_clear(&run);
    case_run_to(&run, "filter", "postcopy-advised-virt-10.0", "postcopy-advised-virt-10.0", 0);
    g_assert_cmpmem(run.out, run.out_size, stream->data, stream->len);
    CASE_SAYS(&run, "warning: the source has capability postcopy-ram on (POSTCOPY_ADVISE)");
    run_clear(&run);
}

static const struct {
    uint8_t number, length;
    const char *name;
} commands[] = {
    { 4, 0, "POSTCOPY_LISTEN" }, { 5, 0, "POSTCOPY_RUN" },    { 6, 0, "POSTCOPY_RAM_DISCARD" },
    { 7, 4, "PACKAGED" },        { 9, 0, "POSTCOPY_RESUME" },
};

/* The stream's ADVISE becomes another command of postcopy. */
static void test_postcopy_started(void)
{
    g_autoptr(GByteArray) stream = stream_load("postcopy-advised-virt-10.0");
    size_t at = stream_find(stream, 0, "\x08\0\3\0\x10", 5);

    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        g_autofree char *text = g_strconcat("Postcopy migration is not supported: command ",
                                            commands[i].name, NULL);

        stream->data[at + 2] = commands[i].number;
        stream->data[at + 4] = commands[i].length;
        assert_explained(stream, 1, text);
        assert_explained(stream, 1, "'postcopy-ram'");
    }
}

/* A stream after POSTCOPY_ADVISE with pages of 4 KiB and 2 MiB.  Blocks 0 and 1 announce the size of
 * their pages if they are in `which`, a bit for each. */
static GByteArray *advised_stream(unsigned which, const uint8_t size[8])
{
    static const uint8_t sizes[16] = { 0, 0, 0, 0, 0, 0x20, 0x10, 0, 0, 0, 0, 0, 0, 0, 0x10, 0 };
    static const ObVmBlock blocks[] = { { "pc.ram", 4096 }, { "pc.bios", 4096 } };
    GByteArray *stream = g_byte_array_new();
    ObVmWriter *writer = ob_vm_writer_new(stream_sink, stream);

    ob_vm_write_header(writer, "toy");
    ob_vm_write_command(writer, OB_VM_POSTCOPY_ADVISE, sizes, sizeof(sizes));
    ob_vm_write_ram_start(writer, blocks, G_N_ELEMENTS(blocks));
    ob_vm_write_ram_pass(writer, true);
    ob_vm_write_ram_page(writer, 0, 0, NULL);
    ob_vm_write_ram_page(writer, 1, 0, NULL);
    ob_vm_write_ram_pass_end(writer);
    g_assert_true(ob_vm_write_end(writer, "{\"devices\":[]}", 14));
    ob_vm_writer_free(writer);
    for (unsigned block = 0; block < 2; block++) {
        if (which & 1u << block) {
            const char *name = blocks[block].name;
            guint at = (guint)(stream_find(stream, 0, name, strlen(name)) + strlen(name) + 8);
            g_autofree uint8_t *rest = g_memdup2(stream->data + at, stream->len - at);
            guint left = stream->len - at;

            g_byte_array_set_size(stream, at);
            g_byte_array_append(stream, size, 8);
            g_byte_array_append(stream, rest, left);
        }
    }
    return stream;
}

static void test_postcopy_huge_pages(void)
{
    static const uint8_t huge[8] = { 0, 0, 0, 0, 0, 0x20, 0, 0 };

    for (unsigned which = 0; which < 4; which++) {
        g_autoptr(GByteArray) stream = advised_stream(which, huge);

        assert_explained(stream, 0, "a complete stream: machine toy, 2 RAM blocks");
    }
}

static void test_postcopy_page_size(void)
{
    static const uint8_t other[8] = { 0, 0, 0, 0, 0, 0, 0x40, 0 };
    g_autoptr(GByteArray) stream = advised_stream(2, other);

    assert_explained(stream, 1, "Invalid page size 0x4000 of a block, expected one of 0x201000");
}

/* ------------------------------------------------------------------ size of pages */

/* Pages of 1 KiB or 4 KiB, without the subsection that tells the size. */
static GByteArray *small_stream(uint64_t page, bool first_is_zero)
{
    static const ObVmBlock blocks[] = { { "ram", 4 * 4096 }, { "rom", 4096 } };
    GByteArray *stream = g_byte_array_new();
    ObVmWriter *writer = ob_vm_writer_new(stream_sink, stream);
    g_autofree uint8_t *bytes = g_malloc(page);
    uint8_t record[8];

    memset(bytes, 0x11, page);
    ob_vm_write_header(writer, "microbit");
    ob_vm_write_ram_start(writer, blocks, G_N_ELEMENTS(blocks));
    ob_vm_write_ram_pass(writer, true);
    ob_vm_writer_flush(writer);
    for (unsigned i = 0; i < 2; i++) {
        for (uint64_t at = 0; at < blocks[i].length; at += page) {
            bool zero = (at == 0) == first_is_zero;

            hw_store_be64(record, at | (zero ? OB_VM_RAM_ZERO : OB_VM_RAM_PAGE) |
                                      (at ? OB_VM_RAM_CONTINUE : 0));
            g_byte_array_append(stream, record, sizeof(record));
            if (at == 0) {
                g_byte_array_append(stream, (const uint8_t *)(i ? "\3rom" : "\3ram"), 4);
            }
            g_byte_array_append(stream, zero ? (const uint8_t *)"" : bytes, zero ? 1 : (guint)page);
        }
    }
    ob_vm_write_ram_pass_end(writer);
    g_assert_true(ob_vm_write_end(writer, "{\"devices\":[]}", 14));
    ob_vm_writer_free(writer);
    return stream;
}

/* Arm's machines of old CPUs and microcontrollers have pages of 1 KiB, and do not say so. */
static void test_page_size(void)
{
    for (unsigned i = 0; i < 4; i++) {
        uint64_t page = i & 1 ? 1024 : 4096;
        g_autoptr(GByteArray) stream = small_stream(page, i & 2);
        g_autofree char *text = g_strdup_printf("machine microbit, page size %u\n", (unsigned)page);
        Run run;

        assert_explained(stream, 0, "a complete stream: machine microbit, 2 RAM blocks");
        RUN_WITH(&run, stream, "dump", "-");
        g_assert_cmpint(run.status, ==, 0);
        CASE_SAYS(&run, text);
        assert_lacks(run.out, "never came");
        run_clear(&run);
    }
}

/* ----------------------------------------------------------------------- others */

static void test_section_twice(void)
{
    g_autoptr(GByteArray) stream = stream_load("two-user-nets-q35-7.2");
    Run run;

    case_run(&run, "explain", "two-user-nets-q35-7.2", 0);
    CASE_SAYS(&run, "note:   section 'slirp' 0 comes twice, as QEMU before 8.2 sends some\n");
    run_clear(&run);
    case_run(&run, "dump", "two-user-nets-q35-7.2", 0);
    CASE_SAYS(&run, "warning: section 'slirp' 0 comes twice");
    run_clear(&run);
    case_run_to(&run, "filter", "two-user-nets-q35-7.2", "two-user-nets-q35-7.2", 0);
    g_assert_cmpmem(run.out, run.out_size, stream->data, stream->len);
    run_clear(&run);
}

static const struct {
    const char *name, *text, *capability;
} iterables[] = {
    { "block", "Block migration is not supported: section 'block' 0", "capability 'block'" },
    { "dirty-bitmap", "Migration of dirty bitmaps is not supported: section 'dirty-bitmap' 0",
      "capability 'dirty-bitmaps'" },
    { "0000:00:03.0/vfio", "Migration of VFIO devices is not supported", "device_del" },
};

/* A section in parts before RAM's. */
static void test_iterables_are_named(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(iterables); i++) {
        g_autoptr(GByteArray) stream = g_byte_array_new();
        ObVmWriter *writer = ob_vm_writer_new(stream_sink, stream);
        uint8_t length = (uint8_t)strlen(iterables[i].name);

        ob_vm_write_header(writer, "toy");
        ob_vm_writer_flush(writer);
        g_byte_array_append(stream, (const uint8_t *)"\1\0\0\0\1", 5);
        g_byte_array_append(stream, &length, 1);
        g_byte_array_append(stream, (const uint8_t *)iterables[i].name, length);
        g_byte_array_append(stream, (const uint8_t *)"\0\0\0\0\0\0\0\1", 8);
        assert_explained(stream, 1, iterables[i].text);
        assert_explained(stream, 1, iterables[i].capability);
        ob_vm_writer_free(writer);
    }
}

static void test_colo_is_named(void)
{
    g_autoptr(GByteArray) stream = stream_toy(true);
    size_t at = stream_find(stream, 0, "\x08\0\x0b\0\0", 5);

    stream->data[at + 2] = OB_VM_ENABLE_COLO;
    assert_explained(stream, 1, "COLO is not supported: command ENABLE_COLO");
    assert_explained(stream, 1, "capability 'x-colo'");
}

static void test_tls_is_named(void)
{
    g_autoptr(GByteArray) stream = g_byte_array_new();

    g_byte_array_append(stream, (const uint8_t *)"\x16\3\1\1\x30\1\0\1\x2c\3\3", 11);
    assert_explained(stream, 1, "Not a migration stream: it begins with a TLS handshake");
    assert_explained(stream, 1, "'tls-creds'");
}

/* The source sends the devices before the end of RAM. */
static void test_background_snapshot_is_named(void)
{
    g_autoptr(GByteArray) stream = stream_toy(true);
    size_t from = stream_find(stream, 0, "\x08\0\x0b\0\0", 5);
    size_t to = stream_find(stream, from, "\5alpha", 6) - 5;

    g_byte_array_remove_range(stream, (guint)from, (guint)(to - from));
    assert_explained(stream, 1, "as in a background snapshot");
    assert_explained(stream, 1, "capability 'background-snapshot'");
}

/* ----------------------------------------------------------------------- filter */

static void assert_filter_warns(const char *destination, const char *text)
{
    g_autoptr(GByteArray) stream = stream_load("net-1-vcpu");
    g_autofree char *dest = qemu_path(destination);
    g_autofree char *warning = g_strdup_printf("warning: %s\n", text);
    Run run;

    RUN_WITH(&run, stream, "filter", "--dest", dest);
    g_assert_cmpint(run.status, ==, 0);
    CASE_SAYS(&run, warning);
    g_assert_cmpmem(run.out, run.out_size, stream->data, stream->len);
    run_clear(&run);
    RUN_WITH(&run, stream, "filter", "--strict", "--dest", dest);
    g_assert_cmpint(run.status, ==, 1);
    CASE_SAYS(&run, warning, "the destination refuses");
    g_assert_cmpmem(run.out, run.out_size, "QEVM", 4);
    run_clear(&run);
}

static void test_filter_warns_first(void)
{
    assert_filter_warns("net-2-mib",
                        "Size mismatch: mach-virt.ram: 0x100000 != 0x200000: Invalid argument");
    assert_filter_warns("net-virt-8.2",
                        "Machine type received is 'virt-7.2' and local is 'virt-8.2'");
}

/* With a byte at a time nothing goes out before the list of blocks was judged. */
static void test_filter_of_small_pieces(void)
{
    g_autofree char *path = qemu_path("net-1-vcpu"), *dest = qemu_path("net-2-mib");
    g_autofree char *line = g_strdup_printf("sh -c 'head -c 400 %s | dd bs=1 2>/dev/null | "
                                            "%s filter --strict --dest %s 2>/dev/null | wc -c'",
                                            path, g_getenv("OB_STREAM_TOOL"), dest);
    g_autofree char *out = NULL;

    g_assert_true(g_spawn_command_line_sync(line, &out, NULL, NULL, NULL));
    g_assert_cmpstr(out, ==, "4\n");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*test)(void);
    } tests[] = {
        { "pages/multifd-is-named", test_multifd },
        { "pages/hinted-pages-are-noted", test_hinted_pages },
        { "early/virtio-mem-is-read", test_virtio_mem },
        { "early/virtio-mem-is-filtered", test_virtio_mem_is_filtered },
        { "early/plugged-memory-has-to-come", test_virtio_mem_that_is_plugged },
        { "early/other-section-is-read", test_other_early_section },
        { "early/virtio-mem-that-lies-is-refused", test_virtio_mem_that_lies },
        { "postcopy/advised-passes-with-a-note", test_postcopy_advised },
        { "postcopy/started-is-refused-by-name", test_postcopy_started },
        { "postcopy/page-size-that-was-not-told-is-refused", test_postcopy_page_size },
        { "postcopy/page-sizes-of-blocks-are-read", test_postcopy_huge_pages },
        { "page-size-is-found", test_page_size },
        { "section-that-comes-twice", test_section_twice },
        { "named/sections-in-parts", test_iterables_are_named },
        { "named/colo", test_colo_is_named },
        { "named/tls", test_tls_is_named },
        { "named/background-snapshot", test_background_snapshot_is_named },
        { "filter/warns-before-the-first-byte", test_filter_warns_first },
        { "filter/warns-before-the-first-byte-of-small-pieces", test_filter_of_small_pieces },
    };

    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strdup_printf("/stream-cases/%s", tests[i].path);

        g_test_add_func(path, tests[i].test);
    }
    return g_test_run();
}
