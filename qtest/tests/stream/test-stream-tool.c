/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outboard-stream as a program. */
#include <glib/gstdio.h>
#include <jansson.h>
#include <string.h>
#include <sys/wait.h>

#include "qtest/tests/lib/stream-files.h"
#include "qtest/tests/lib/tool-run.h"

static char *directory;

/* Writes a file in the test's directory.  Returns its path, which the caller frees. */
static char *file_write(const char *name, const GByteArray *bytes, gsize size)
{
    char *path = g_build_filename(directory, name, NULL);

    g_assert_true(g_file_set_contents(path, (const char *)bytes->data, (gssize)size, NULL));
    return path;
}

static void test_dump_registers(void)
{
    g_autofree char *path = qemu_path("x86-crb-locality-cmd-7.2");
    Run run;

    RUN(&run, "dump", path);
    g_assert_cmpint(run.status, ==, 0);
    assert_has(run.out, "machine pc-q35-7.2, page size 4096\n");
    assert_has(run.out, "    regs.LOC_STATE = 0x82 (locAssigned, tpmRegValidSts)\n");
    assert_has(run.out, "    regs.CMD_LADDR = 0xfed40080\n");
    assert_has(run.out, "    runstate = \"prelaunch\"\n");
    assert_has(run.out, "    fw_cfg/dma: dma_addr = ");
    run_clear(&run);
}

static void test_dump_json(void)
{
    g_autofree char *path = qemu_path("x86-vmgenid-addr-dma-10.0");
    json_t *root, *section;
    size_t i;
    bool found = false;
    Run run;

    RUN(&run, "dump", "--json", path);
    g_assert_cmpint(run.status, ==, 0);
    root = json_loads(run.out, 0, NULL);
    g_assert_cmpstr(json_string_value(json_object_get(root, "machine")), ==, "pc-q35-10.0");
    json_array_foreach(json_object_get(root, "sections"), i, section)
    {
        if (strcmp(json_string_value(json_object_get(section, "name")), "vmgenid") == 0) {
            json_t *field = json_array_get(json_object_get(section, "fields"), 0);
            json_t *value = json_object_get(field, "value");

            found = true;
            g_assert_cmpint(json_integer_value(json_array_get(value, 0)), ==, 0x28);
            g_assert_cmpint(json_integer_value(json_array_get(value, 2)), ==, 0x3f);
        }
    }
    g_assert_true(found);
    json_decref(root);
    run_clear(&run);
}

/* A path may have any bytes, but JSON is UTF-8. */
static void test_dump_json_path(void)
{
    g_autoptr(GByteArray) stream = stream_toy(true);
    g_autofree char *path = file_write("\xff", stream, stream->len);
    json_t *root;
    Run run;

    RUN(&run, "dump", "--json", path);
    g_assert_cmpint(run.status, ==, 0);
    root = json_loads(run.out, 0, NULL);
    g_assert_cmpstr(json_string_value(json_object_get(root, "machine")), ==, "toy");
    json_decref(root);
    run_clear(&run);
}

static void test_dump_refused(void)
{
    g_autoptr(GByteArray) stream = stream_load("x86-crb-reset-7.2");
    g_autofree char *path = file_write("cut", stream, 200000);
    Run run;

    RUN(&run, "dump", path);
    g_assert_cmpint(run.status, ==, 1);
    assert_has(run.out, "pc.bios");
    assert_has(run.err, "error while loading state section id 2(ram): Input/output error");
    run_clear(&run);
}

static void test_diff(void)
{
    g_autofree char *a = qemu_path("x86-crb-reset-7.2");
    g_autofree char *b = qemu_path("x86-crb-locality-cmd-7.2");
    Run run;

    RUN(&run, "diff", a, b);
    g_assert_cmpint(run.status, ==, 1);
    assert_has(run.out, "tpm-crb 0: regs.LOC_STS: 0x0, then 0x1 (Granted)\n");
    assert_has(run.out, "ram tpm-crb-cmd: ");
    assert_has(run.out, " bytes differ, at 0x0, 0x1, 0x5, 0x8, ...\n");
    run_clear(&run);
    RUN(&run, "diff", a, a);
    g_assert_cmpint(run.status, ==, 0);
    g_assert_cmpstr(run.out, ==, "");
    run_clear(&run);
}

static void test_diff_sections(void)
{
    g_autofree char *a = qemu_path("x86-crb-reset-7.2");
    g_autofree char *b = qemu_path("x86-vmgenid-noaddr-7.2");
    Run run;

    RUN(&run, "diff", a, b);
    g_assert_cmpint(run.status, ==, 1);
    assert_has(run.out, "tpm-crb 0: only in the first stream\n");
    assert_has(run.out, "vmgenid 0: only in the second stream\n");
    assert_has(run.out, "ram tpm-ppi: only in the first stream\n");
    run_clear(&run);
}

static void test_diff_folds(void)
{
    g_autofree char *a = qemu_path("x86-vmgenid-noaddr-7.2");
    g_autofree char *b = qemu_path("x86-vmgenid-seabios-7.2");
    Run run;
    const char *limit;

    RUN(&run, "diff", a, b);
    assert_has(run.out, "\ncpu 0: env.mtrr_fixed[0-1,3-10]: 0, then 0x606060606060606 in the first "
                        "of these\n");
    limit = strstr(run.out, "cpu 0: env.gdt.limit: ");
    g_assert_nonnull(limit);
    g_assert_true(limit < strstr(run.out, "cpu 0: env.idt.limit: "));
    run_clear(&run);
    RUN(&run, "diff", "--verbose", a, b);
    assert_has(run.out, "cpu 0: env.mtrr_fixed[9]: 0, then ");
    g_assert_true(strstr(run.out, "env.mtrr_fixed[9]") < strstr(run.out, "env.mtrr_fixed[10]"));
    run_clear(&run);
}

static void test_system_registers(void)
{
    g_autofree char *a = qemu_path("arm-virt-7.2-cortex-a57-7.2");
    g_autofree char *b = qemu_path("arm-virt-7.2-cortex-a57-10.0");
    Run run;

    RUN(&run, "dump", a);
    assert_has(run.out, "    258 system registers\n");
    assert_has(run.out, "\n        SCTLR_EL1              0x603000000013c080 = 0xc50838\n");
    g_assert_null(strstr(run.out, "cpreg_vmstate"));
    run_clear(&run);
    RUN(&run, "dump", "--json", a);
    assert_has(run.out, "\"name\": \"SCTLR_EL1\",\n");
    run_clear(&run);
    RUN(&run, "diff", a, b);
    g_assert_cmpint(run.status, ==, 1);
    assert_has(run.out, "cpu 0: ID_DFR0_EL1: 0x3010006, then 0x3000006\n");
    assert_has(run.out, "cpu 0: RMR_EL1: nothing, then 0x1\n");
    assert_has(run.out, "cpu 0: PAR(NS): 0x0, then nothing\n");
    g_assert_null(strstr(run.out, "SCTLR_EL1"));
    run_clear(&run);
}

static void test_check(void)
{
    g_autofree char *path = qemu_path("x86-crb-startup-rsp-7.2");
    Run run;

    RUN(&run, "check", path);
    g_assert_cmpint(run.status, ==, 0);
    assert_has(run.out, "tpm-crb 0: device tpm-crb: loads\n");
    run_clear(&run);
}

/* This plugin does not have the stream's devices. */
static void test_check_other_set(void)
{
    g_autofree char *path = qemu_path("x86-crb-startup-rsp-7.2");
    Run run;

    RUN(&run, "check", path, "--set", g_getenv("OB_NOTE_SET"));
    g_assert_cmpint(run.status, ==, 0);
    assert_has(run.out, "0 sections of devices of ");
    assert_has(run.out, "note.so: 0 load, 0 refused; ");
    run_clear(&run);
}

static void test_check_version(void)
{
    g_autoptr(GByteArray) stream = stream_load("x86-crb-startup-rsp-7.2");
    size_t at = stream_find(stream, 0, "\7tpm-crb\0\0\0\0\0\0\0\0", 16);
    g_autofree char *path = NULL;
    Run run;

    stream->data[at + 15] = 1;
    path = file_write("newer", stream, stream->len);
    RUN(&run, "check", path);
    g_assert_cmpint(run.status, ==, 1);
    assert_has(run.out, "tpm-crb 0: device tpm-crb: refused: savevm: unsupported version 1 for "
                        "'tpm-crb' v0\n");
    run_clear(&run);
}

/* A device with a block; `regs`: the device's words; NULL: it does not have fields. */
static GByteArray *device_stream(const char *name, const char *block_name, uint64_t length,
                                 const uint8_t *regs)
{
    GByteArray *stream = g_byte_array_new();
    ObVmWriter *writer = ob_vm_writer_new(stream_sink, stream);
    const ObVmBlock block = { block_name, length };

    ob_vm_write_header(writer, "virt-8.0");
    ob_vm_write_ram_start(writer, &block, 1);
    ob_vm_write_ram_pass(writer, true);
    ob_vm_write_ram_pass_end(writer);
    ob_vm_write_device(writer, name, 0, 0, NULL);
    if (regs) {
        ob_vm_write_field(writer, "regs", "uint32", 4, 32, regs);
    }
    ob_vm_write_device_end(writer);
    g_assert_true(ob_vm_write_end(writer, NULL, 0));
    ob_vm_writer_free(writer);
    return stream;
}

static void test_check_layout(void)
{
    g_autoptr(GByteArray) stream = device_stream("tpm-crb-sysbus", "tpm-crb-mem", 4096, NULL);
    g_autofree char *path = file_write("page", stream, stream->len);
    Run run;

    RUN(&run, "check", path);
    g_assert_cmpint(run.status, ==, 0);
    assert_has(run.out, "tpm-crb-sysbus 0: device tpm-crb-device, layout mem: loads\n");
    run_clear(&run);
}

static void test_check_block(void)
{
    static const uint8_t regs[128] = { 0 };
    g_autoptr(GByteArray) stream = device_stream("tpm-crb", "tpm-crb-cmd", 8192, regs);
    g_autofree char *path = file_write("block", stream, stream->len);
    Run run;

    RUN(&run, "check", path);
    g_assert_cmpint(run.status, ==, 1);
    assert_has(run.out, "tpm-crb 0: device tpm-crb: refused: Size mismatch: tpm-crb-cmd: 0x2000 "
                        "!= 0x1000: Invalid argument\n");
    run_clear(&run);
}

/* QEMU ran with suppress-vmdesc=on: the plugin measures its devices' sections. */
static void test_check_without_description(void)
{
    static const uint8_t regs[128] = { 0, 0, 0, 0x80 };
    g_autoptr(GByteArray) stream = device_stream("tpm-crb", "tpm-crb-cmd", 4096, regs);
    size_t description = stream_find(stream, 0, "{", 1) - 5;
    g_autofree char *path = file_write("undescribed", stream, description);
    Run run;

    RUN(&run, "check", path);
    g_assert_cmpint(run.status, ==, 0);
    assert_has(run.out, "tpm-crb 0: device tpm-crb: loads\n");
    run_clear(&run);
    RUN(&run, "dump", path);
    g_assert_cmpint(run.status, ==, 0);
    assert_has(run.out, "section tpm-crb 0: version 0, 128 bytes at byte ");
    assert_has(run.out, "\n    payload = 00 00 00 80 ");
    run_clear(&run);
    RUN(&run, "check", "--set", g_getenv("OB_NOTE_SET"), path);
    g_assert_cmpint(run.status, ==, 1);
    assert_has(run.err, "Unknown savevm section or instance 'tpm-crb' 0.");
    run_clear(&run);
}

/* The device's registers are in a layout's words. */
static void test_dump_layout(void)
{
    static const uint8_t regs[128] = { 0, 0, 0, 0x82 };
    g_autoptr(GByteArray) stream = device_stream("tpm-crb-sysbus", "tpm-crb-cmd", 4096, regs);
    g_autofree char *path = file_write("words", stream, stream->len);
    Run run;

    RUN(&run, "dump", path);
    g_assert_cmpint(run.status, ==, 0);
    assert_has(run.out, "    regs.LOC_STATE = 0x82 (locAssigned, tpmRegValidSts)\n");
    run_clear(&run);
}

static void test_explain(void)
{
    g_autoptr(GByteArray) stream = stream_toy(true);
    g_autofree char *whole = file_write("toy", stream, stream->len);
    g_autofree char *path = NULL;
    Run run;

    stream->data[stream_find(stream, 0, "toy.ram\x11", 8) - 2] = OB_VM_RAM_XBZRLE;
    path = file_write("xbzrle", stream, stream->len);
    RUN(&run, "explain", path);
    g_assert_cmpint(run.status, ==, 1);
    assert_has(run.out, "what:   XBZRLE pages are not supported: flags 0x40\n");
    assert_has(run.out, "where:  byte 131 of ");
    assert_has(run.out, "cause:  The source has capability 'xbzrle' on: ");
    assert_has(run.out, "remedy: Switch the capability off on the source");
    run_clear(&run);
    RUN(&run, "explain", whole);
    g_assert_cmpint(run.status, ==, 0);
    assert_has(run.out, ": a complete stream: machine toy, 2 RAM blocks, 3 sections of devices\n");
    run_clear(&run);
}

static void test_explain_gzip(void)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autofree char *path = NULL;
    Run run;

    g_byte_array_append(bytes, (const uint8_t *)"\x1f\x8b\x08\0\0\0\0\0\0\3", 10);
    path = file_write("gzip", bytes, bytes->len);
    RUN(&run, "explain", path);
    g_assert_cmpint(run.status, ==, 1);
    assert_has(run.out, "it is:  a stream, compressed by gzip");
    assert_has(run.out, "note:   gzip can't unpack all of the stream");
    run_clear(&run);
}

static void assert_trouble(const char *const *arguments, const char *sentence)
{
    Run run;

    run_tool(&run, NULL, arguments);
    g_assert_cmpint(run.status, ==, 2);
    g_assert_cmpstr(run.err, ==, sentence);
    g_assert_cmpstr(run.out, ==, "");
    run_clear(&run);
}

/* On a full disk, the tool reports that its listing is incomplete or missing. */
static void test_output_is_checked(void)
{
    static const char *const commands[] = { "dump", "dump --json", "check", "explain" };
    g_autofree char *path = qemu_path("x86-crb-reset-7.2");

    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        g_autofree char *line = g_strdup_printf("sh -c '%s %s %s >/dev/full'",
                                                g_getenv("OB_STREAM_TOOL"), commands[i], path);
        g_autofree char *errors = NULL;
        int status;

        g_assert_true(g_spawn_command_line_sync(line, NULL, &errors, &status, NULL));
        g_assert_cmpstr(errors, ==, "outboard-stream: not all of the output could be written\n");
        g_assert_true(WIFEXITED(status));
        g_assert_cmpint(WEXITSTATUS(status), ==, 2);
    }
}

static void test_usage(void)
{
    assert_trouble((const char *const[]) { "frob", "x", NULL },
                   "outboard-stream: unknown command 'frob'; see --help\n");
    assert_trouble((const char *const[]) { "diff", "x", NULL },
                   "outboard-stream: diff: expected two streams; see --help\n");
    assert_trouble((const char *const[]) { "dump", "/nonexistent", NULL },
                   "outboard-stream: /nonexistent: can't be opened: No such file or directory\n");
    assert_trouble((const char *const[]) { "diff", "-", "-", NULL },
                   "outboard-stream: diff: only one of the streams can be standard input; see "
                   "--help\n");
    assert_trouble((const char *const[]) { "check", "--set", "/dev/null", "x", NULL },
                   "outboard-stream: /dev/null: is not a shared object: expected a regular file\n");
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    directory = run_directory_new();
    g_test_add_func("/stream-tool/dump/registers-by-name", test_dump_registers);
    g_test_add_func("/stream-tool/dump/layout-of-another-program", test_dump_layout);
    g_test_add_func("/stream-tool/dump/json", test_dump_json);
    g_test_add_func("/stream-tool/dump/json-of-a-path-that-is-no-text", test_dump_json_path);
    g_test_add_func("/stream-tool/dump/what-came-before-a-refusal", test_dump_refused);
    g_test_add_func("/stream-tool/diff/registers-and-bytes", test_diff);
    g_test_add_func("/stream-tool/diff/sections-and-blocks", test_diff_sections);
    g_test_add_func("/stream-tool/diff/sorts-and-folds", test_diff_folds);
    g_test_add_func("/stream-tool/system-registers-by-name", test_system_registers);
    g_test_add_func("/stream-tool/check/loads", test_check);
    g_test_add_func("/stream-tool/check/against-another-set", test_check_other_set);
    g_test_add_func("/stream-tool/check/version-too-new", test_check_version);
    g_test_add_func("/stream-tool/check/layout-of-another-program", test_check_layout);
    g_test_add_func("/stream-tool/check/block-of-another-length", test_check_block);
    g_test_add_func("/stream-tool/check/without-a-description", test_check_without_description);
    g_test_add_func("/stream-tool/explain/cause-and-remedy", test_explain);
    g_test_add_func("/stream-tool/explain/names-what-it-is-instead", test_explain_gzip);
    g_test_add_func("/stream-tool/output-is-checked", test_output_is_checked);
    g_test_add_func("/stream-tool/usage-is-checked", test_usage);
    status = g_test_run();
    run_directory_remove(directory);
    return status;
}
