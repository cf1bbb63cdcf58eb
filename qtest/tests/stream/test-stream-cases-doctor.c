/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor and filter compare all sections of two streams. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/tests/stream/stream-cases.h"

/* --------------------------------------------------------------------- layouts */

static void test_other_vcpus(void)
{
    Run run;

    case_run_to(&run, "doctor", "net-1-vcpu", "net-2-vcpus", 1);
    CASE_SAYS(&run,
              "refused: Missing section footer for arm_gicv3 (array cpu[2] here, cpu[1] in the "
              "stream)\n",
              "verdict: refused\n", "a filter can't make it load\n");
    run_clear(&run);
    case_run_to(&run, "doctor", "net-2-vcpus", "net-1-vcpu", 1);
    CASE_SAYS(&run,
              "Missing section footer for arm_gicv3 (array cpu[1] here, cpu[2] in the stream)",
              "Unknown savevm section or instance 'cpu' 1\n");
    run_clear(&run);
    case_run_to(&run, "filter", "net-1-vcpu", "net-2-vcpus", 1);
    CASE_SAYS(&run,
              "not permitted: Missing section footer for arm_gicv3 (array cpu[2] here, cpu[1] in "
              "the stream): needs --pass 'arm_gicv3'\n",
              "the destination is not known to take 1 parts of the stream");
    run_clear(&run);
}

/* A device of any machine, whose section a callback fills. */
static GByteArray *named_stream(const char *name,
                                void (*fields)(ObVmWriter *writer, uint32_t count), uint32_t count)
{
    const ObVmBlock blocks[] = { { "pc.ram", 4096 } };
    GByteArray *stream = g_byte_array_new();
    ObVmWriter *writer = ob_vm_writer_new(stream_sink, stream);

    ob_vm_write_header(writer, "pc-q35-7.2");
    ob_vm_write_ram_start(writer, blocks, 1);
    ob_vm_write_ram_pass(writer, true);
    ob_vm_write_ram_page(writer, 0, 0, NULL);
    ob_vm_write_ram_pass_end(writer);
    ob_vm_write_device(writer, name, 0, 1, NULL);
    fields(writer, count);
    ob_vm_write_device_end(writer);
    g_assert_true(ob_vm_write_end(writer, NULL, 0));
    ob_vm_writer_free(writer);
    return stream;
}

static GByteArray *device_stream(void (*fields)(ObVmWriter *writer, uint32_t count), uint32_t count)
{
    return named_stream("gadget", fields, count);
}

static const uint8_t zeros[64];

/* The array's length is the device's own. */
static void fields_array(ObVmWriter *writer, uint32_t count)
{
    ob_vm_write_field(writer, "control", "uint32", 4, 1, zeros);
    ob_vm_write_field(writer, "slots", "uint32", 4, count, zeros);
}

/* The array's length comes with the stream. */
static void fields_told(ObVmWriter *writer, uint32_t count)
{
    uint8_t length[4];

    hw_store_be32(length, count);
    ob_vm_write_field(writer, "length", "uint32", 4, 1, length);
    ob_vm_write_field(writer, "slots", "uint32", 4, count, zeros);
}

static void fields_width(ObVmWriter *writer, uint32_t count)
{
    ob_vm_write_field(writer, "wide", "buffer", count, 1, zeros);
}

/* A field of one side may depend on the guest's state. */
static void fields_optional(ObVmWriter *writer, uint32_t count)
{
    ob_vm_write_field(writer, "control", "uint32", 4, 1, zeros);
    if (count > 1) {
        ob_vm_write_field(writer, "extra", "uint32", 4, 1, zeros);
    }
}

/* The same bytes under other names, as QEMU 10.0 has in globalstate. */
static void fields_renamed(ObVmWriter *writer, uint32_t count)
{
    ob_vm_write_field(writer, count > 1 ? "runstate" : "state", "buffer", 8 / count, 1, zeros);
    if (count > 1) {
        ob_vm_write_field(writer, "unused", "unused_buffer", 4, 1, zeros);
    }
}

static void fields_subsection(ObVmWriter *writer, uint32_t count)
{
    ob_vm_write_field(writer, "control", "uint32", 4, 1, zeros);
    if (count) {
        ob_vm_write_subsection(writer, "gadget/more", 1);
        ob_vm_write_field(writer, "word", "uint32", 4, 1,
                          count > 1 ? (const uint8_t *)"\0\0\0\1" : zeros);
        ob_vm_write_subsection_end(writer);
    }
}

static void fields_flag(ObVmWriter *writer, uint32_t count)
{
    ob_vm_write_field(writer, "has_extra", "uint8", 1, 1, count ? (const uint8_t *)"\1" : zeros);
    if (count) {
        ob_vm_write_field(writer, "extra", "uint32", 4, 1, zeros);
    }
}

/* Each release knows the subsection, though this destination has not sent it. */
static void fields_known(ObVmWriter *writer, uint32_t count)
{
    ob_vm_write_field(writer, "control", "uint32", 4, 1, zeros);
    if (count) {
        ob_vm_write_subsection(writer, "serial/tsr", 1);
        ob_vm_write_field(writer, "tsr", "uint8", 1, 1, (const uint8_t *)"\1");
        ob_vm_write_subsection_end(writer);
    }
}

static const struct {
    const char *path;
    void (*fields)(ObVmWriter *writer, uint32_t count);
    uint32_t stream, own;
    const char *text; /* NULL: loads */
} layouts[] = {
    { "same", fields_array, 2, 2, NULL },
    { "array", fields_array, 2, 3,
      "refused: Missing section footer for gadget (array slots[3] here, slots[2] in the "
      "stream)\n" },
    { "array-with-a-length", fields_told, 2, 3, NULL },
    { "width", fields_width, 8, 4,
      "refused: Missing section footer for gadget (field wide has 4 bytes here, 8 in the "
      "stream)\n" },
    { "field-of-one-side", fields_optional, 2, 1,
      "refused: Missing section footer for gadget (field extra only in the stream)\n" },
    { "field-of-the-other-side", fields_optional, 1, 2,
      "refused: Missing section footer for gadget (field extra only here)\n" },
    { "field-that-another-tells", fields_flag, 1, 0,
      "doubtful: Missing section footer for gadget (field extra only in the stream)\n"
      "verdict: may be refused\na filter can't make it load\n" },
    { "known-subsection", fields_known, 1, 0, NULL },
    { "renamed", fields_renamed, 1, 2, NULL },
    { "subsection-of-zeros", fields_subsection, 1, 0, "to pass: outboard-stream filter --dest " },
    { "subsection-in-use", fields_subsection, 2, 0,
      "subsection gadget/more has values, which the guest would lose without it\n"
      "a filter can't make it load\n" },
};

/* Any architecture's streams are compared. */
static void test_layout(gconstpointer opaque)
{
    size_t i = GPOINTER_TO_SIZE(opaque);
    g_autoptr(GByteArray) stream = device_stream(layouts[i].fields, layouts[i].stream);
    g_autoptr(GByteArray) own = device_stream(layouts[i].fields, layouts[i].own);
    char *directory = run_directory_new();
    g_autofree char *path = g_build_filename(directory, "own", NULL);
    Run run;

    g_assert_true(g_file_set_contents(path, (const char *)own->data, own->len, NULL));
    RUN_WITH(&run, stream, "doctor", "--dest", path, "-");
    g_assert_cmpint(run.status, ==, layouts[i].text ? 1 : 0);
    CASE_SAYS(&run, layouts[i].text ? layouts[i].text : "verdict: loads\n");
    run_clear(&run);
    run_directory_remove(directory);
}

/* The release of the destination reads versions up to its own. */
static void test_versions(void)
{
    static const struct {
        uint8_t stream, own;
        int status;
        const char *text;
    } rows[] = {
        { 1, 2, 0, "verdict: loads\n" },
        { 2, 2, 0, "verdict: loads\n" },
        { 3, 2, 1,
          "refused: savevm: unsupported version 3 for 'gadget' v2\nverdict: refused\n"
          "a filter can't make it load\n" },
    };
    char *directory = run_directory_new();
    g_autofree char *path = g_build_filename(directory, "own", NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) stream = device_stream(fields_width, 4);
        g_autoptr(GByteArray) own = device_stream(fields_width, 4);
        size_t at = stream_find(stream, 0, "\6gadget\0\0\0\0\0\0\0\1", 15) + 14;
        Run run;

        stream->data[at] = rows[i].stream;
        own->data[at] = rows[i].own;
        g_assert_true(g_file_set_contents(path, (const char *)own->data, own->len, NULL));
        RUN_WITH(&run, stream, "doctor", "--dest", path, "-");
        g_assert_cmpint(run.status, ==, rows[i].status);
        g_assert_cmpstr(run.out, ==, rows[i].text);
        run_clear(&run);
    }
    run_directory_remove(directory);
}

/* ----------------------------------------------------------------- subsections */

/* The operator may give up a subsection that has values. */
static void test_subsection_by_the_policy(void)
{
    g_autoptr(GByteArray) stream = device_stream(fields_subsection, 2);
    g_autoptr(GByteArray) own = device_stream(fields_subsection, 0);
    char *directory = run_directory_new();
    g_autofree char *path = g_build_filename(directory, "own", NULL), *expected = NULL;
    Run run;

    g_assert_true(g_file_set_contents(path, (const char *)own->data, own->len, NULL));
    RUN_WITH(&run, stream, "doctor", "--dest", path, "--policy", "drop-subsection=gadget/more",
             "-");
    expected = g_strdup_printf("doubtful: gadget 0: the destination may not know subsection "
                               "gadget/more: it has not sent it\nverdict: may be refused\n"
                               "to pass: outboard-stream filter --dest %s, and the policy given\n",
                               path);
    g_assert_cmpint(run.status, ==, 1);
    g_assert_cmpstr(run.out, ==, expected);
    run_clear(&run);
    run_directory_remove(directory);
}

static void test_nested_subsections(void)
{
    g_autofree char *destination = qemu_path("max-gicv3-by-7.2");
    g_autoptr(GByteArray) stream = stream_load("max-gicv3-by-10.0");
    g_autoptr(GByteArray) filtered = g_byte_array_new();
    Run run;

    case_run_to(&run, "doctor", "max-gicv3-by-10.0", "max-gicv3-by-7.2", 1);
    CASE_SAYS(&run, "may not know subsection arm_gicv3_cpu/nmi", "arm_gicv3/gicd_nmi",
              "--policy 'drop-subsection=arm_gicv3_cpu/nmi'");
    run_clear(&run);
    RUN_WITH(&run, stream, "filter", "--dest", destination, "--policy",
             "constants=all,drop=all,drop-subsection=arm_gicv3_cpu/nmi:arm_gicv3/gicd_nmi:"
             "cpu/wfxt-timer");
    g_assert_cmpint(run.status, ==, 0);
    CASE_SAYS(&run, "arm_gicv3 0: subsection arm_gicv3_cpu/nmi: left out of each element\n");
    assert_lacks(run.err, "warning");
    g_byte_array_append(filtered, (const uint8_t *)run.out, (guint)run.out_size);
    run_clear(&run);
    RUN_WITH(&run, filtered, "doctor", "--dest", destination, "-");
    g_assert_cmpint(run.status, ==, 0);
    run_clear(&run);
    RUN_WITH(&run, filtered, "dump", "-");
    assert_lacks(run.out, "nmi");
    CASE_SAYS(&run, "arm_gicv3_cpu/sre_el1: icc_sre_el1 = ");
    run_clear(&run);
}

/* ---------------------------------------------------------------------- virtio */

static void test_virtio_is_dissected(void)
{
    g_autofree char *off = qemu_path("net-status-off"), *on = qemu_path("net-status-negotiated");
    Run run;

    case_run(&run, "dump", "net-status-negotiated", 0);
    CASE_SAYS(&run, "    virtio.status = 0x0\n",
              "    virtio.features = 0x100010020 (MAC, STATUS, VERSION_1)\n",
              "    virtio.queue[2] = 1024 entries at 0x0, next 0\n");
    run_clear(&run);
    RUN(&run, "diff", on, off);
    CASE_SAYS(&run, "virtio.features: 0x100010020 (MAC, STATUS, VERSION_1), then 0x0\n",
              "virtio.config_len: 8, then 6\n");
    run_clear(&run);
    RUN(&run, "dump", "--json", on);
    CASE_SAYS(&run, "\"features\": \"0x100010020 (MAC, STATUS, VERSION_1)\"");
    run_clear(&run);
}

/* The state of a subchannel with the adapter's subsection, then virtio-rng's, as QEMU 7.2 sends
 * them. */
static void fields_ccw(ObVmWriter *writer, uint32_t count)
{
    static const char adapter[] = "\5\x20s390_adapter_info/summary_offset\0\0\0\1";
    /* clang-format off */
    static const uint8_t behind[] = {
        0, 0, 0, 0, 3, 0, 0, 0, 1,             /* offset, subclass, revision */
        0x0f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* status, features, no configuration */
    };
    /* clang-format on */
    static const uint8_t queue[] = { 0, 0, 0, 8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 7, 0, 0 };
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    uint8_t queues[4];

    hw_store_be32(queues, count);
    g_byte_array_set_size(bytes, 300);
    memset(bytes->data, 0xa5, bytes->len);
    g_byte_array_append(bytes, (const guint8 *)adapter, sizeof(adapter) - 1);
    g_byte_array_append(bytes, behind, sizeof(behind));
    g_byte_array_append(bytes, queues, sizeof(queues));
    for (uint32_t i = 0; i < count; i++) { /* 8 entries, its address, next entry, vector */
        g_byte_array_append(bytes, queue, sizeof(queue));
    }
    ob_vm_write_field(writer, "virtio", "virtio", bytes->len, 1, bytes->data);
}

static GByteArray *ccw_stream(uint32_t queues)
{
    return named_stream("/fe.0.0001/virtio-rng", fields_ccw, queues);
}

static void test_virtio_ccw(void)
{
    g_autoptr(GByteArray) stream = ccw_stream(1);
    size_t at = stream_find(stream, 0, "s390_adapter_info", 17);
    Run run;

    RUN_WITH(&run, stream, "dump", "-");
    g_assert_cmpint(run.status, ==, 0);
    CASE_SAYS(&run, "    virtio.status = 0xf (ACKNOWLEDGE, DRIVER, DRIVER_OK, FEATURES_OK)\n",
              "    virtio.queue[0] = 8 entries at 0x10000, next 7\n");
    run_clear(&run);
    stream->data[at] = 'x';
    RUN_WITH(&run, stream, "dump", "-");
    CASE_SAYS(&run, "    virtio = a5 a5 ");
    run_clear(&run);
}

static void test_virtio_features(void)
{
    Run run;

    case_run_to(&run, "doctor", "net-status-negotiated", "net-status-off", 1);
    CASE_SAYS(&run,
              "refused: Features 0x100010020 unsupported: 0000:00:01.0/virtio-net: the destination "
              "does not offer 0x10000 (STATUS), which the guest uses; Failed to load "
              "virtio-net:virtio\n",
              "a filter can't make it load\n");
    run_clear(&run);
    case_run_to(&run, "doctor", "net-status-negotiated", "net-1-vcpu", 0);
    run_clear(&run);
    case_run_to(&run, "doctor", "net-1-vcpu", "net-status-off", 0);
    run_clear(&run);
}

static void test_virtio_queues(void)
{
    static const uint8_t queue[] = { 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
    g_autoptr(GByteArray) stream = stream_load("net-1-vcpu");
    g_autofree char *destination = qemu_path("net-1-vcpu");
    size_t at = stream_find(stream, stream_find(stream, 0, "/virtio-net", 11), queue,
                            sizeof(queue));
    Run run;

    hw_store_be32(stream->data + at, 2048);
    RUN_WITH(&run, stream, "doctor", "--dest", destination, "-");
    g_assert_cmpint(run.status, ==, 1);
    CASE_SAYS(&run, "doubtful: 0000:00:01.0/virtio-net: queue 0 has 1024 entries here, 2048 in the "
                    "stream\n");
    run_clear(&run);
    RUN_WITH(&run, stream, "filter", "--strict", "--dest", destination);
    g_assert_cmpint(run.status, ==, 1);
    CASE_SAYS(&run, "the destination refuses 1 parts of the stream; the report names them");
    run_clear(&run);
}

/* A device of more or fewer queues, and a queue of one entry more or less. */
static void test_virtio_numbers(void)
{
    static const struct {
        uint32_t stream, own;
        uint8_t entries;
        const char *text;
    } rows[] = {
        { 2, 1, 8, "doubtful: /fe.0.0001/virtio-rng: 1 queues here, 2 in the stream\n" },
        { 1, 2, 8, "doubtful: /fe.0.0001/virtio-rng: 2 queues here, 1 in the stream\n" },
        { 2, 2, 8, "" },
        { 2, 2, 7, "" },
        { 2, 2, 9,
          "doubtful: /fe.0.0001/virtio-rng: queue 1 has 8 entries here, 9 in the stream\n" },
    };
    char *directory = run_directory_new();
    g_autofree char *path = g_build_filename(directory, "own", NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) stream = ccw_stream(rows[i].stream);
        g_autoptr(GByteArray) own = ccw_stream(rows[i].own);
        size_t at = stream_find(stream, 0, "\0\0\0\x08\0\0\0\0\0\1", 10);
        g_autofree char *expected = NULL;
        Run run;

        stream->data[at + 16 * (rows[i].stream - 1) + 3] = rows[i].entries;
        g_assert_true(g_file_set_contents(path, (const char *)own->data, own->len, NULL));
        RUN_WITH(&run, stream, "doctor", "--dest", path, "-");
        expected = g_strconcat(rows[i].text,
                               *rows[i].text
                                   ? "verdict: may be refused\na filter can't make it load\n"
                                   : "verdict: loads\n",
                               NULL);
        g_assert_cmpstr(run.out, ==, expected);
        run_clear(&run);
    }
    run_directory_remove(directory);
}

/* Lengths that lie leave the field as bytes. */
static void test_virtio_that_lies(void)
{
    g_autoptr(GByteArray) stream = stream_load("net-1-vcpu");
    static const uint8_t lengths[] = { 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3 };
    size_t at = stream_find(stream, stream_find(stream, 0, "/virtio-net", 11), lengths,
                            sizeof(lengths));
    Run run;

    memset(stream->data + at, 0xff, 4);
    RUN_WITH(&run, stream, "dump", "-");
    g_assert_cmpint(run.status, ==, 0);
    CASE_SAYS(&run, "    virtio = 00 00 00 02 ");
    run_clear(&run);
    memcpy(stream->data + at, lengths, 4);
    memset(stream->data + at + 12, 0xff, 4);
    RUN_WITH(&run, stream, "dump", "-");
    CASE_SAYS(&run, "    virtio = 00 00 00 02 ");
    run_clear(&run);
}

/* ------------------------------------------------------------------------- KVM */

static char *kernel_path(void)
{
    return g_strdup_printf("%s/linux-6.12.100.regs", g_getenv("OB_KVM_ARM64"));
}

/* The destination's file was made without features that QEMU's -cpu host has. */
static void test_features_of_the_vcpu(void)
{
    g_autofree char *stream = qemu_path("kvm-6.12-pmu-pauth"), *kernel = kernel_path();
    Run run;

    RUN(&run, "doctor", "--dest", kernel, stream);
    g_assert_cmpint(run.status, ==, 1);
    CASE_SAYS(&run, "was made without PMU: if the destination's QEMU runs without pmu=off",
              "was made without pointer authentication: ",
              "the guest has set keys of pointer authentication; without them, return addresses",
              "a filter can't make it load\n");
    assert_lacks(run.out, "to pass");
    run_clear(&run);
    RUN(&run, "doctor", "--json", "--dest", kernel, stream);
    CASE_SAYS(&run, "\"hints\": [", "was made without PMU");
    run_clear(&run);
}

#define KEYS                                                                               \
    "APIAKeyLo_EL1:APIAKeyHi_EL1:APIBKeyLo_EL1:APIBKeyHi_EL1:APDAKeyLo_EL1:APDAKeyHi_EL1:" \
    "APDBKeyLo_EL1:APDBKeyHi_EL1:APGAKeyLo_EL1:APGAKeyHi_EL1"

/* "all" does not mean keys in use; the operator has to name them. */
static void test_keys_are_dropped_by_name(void)
{
    g_autoptr(GByteArray) stream = stream_load("kvm-6.12-pmu-pauth");
    g_autofree char *kernel = kernel_path();
    Run run;

    RUN_WITH(&run, stream, "filter", "--dest", kernel, "--policy", "drop=all,constants=all");
    g_assert_cmpint(run.status, ==, 1);
    CASE_SAYS(&run, "not permitted: APIAKeyLo_EL1 (0x603000000013c108): left out",
              "needs --policy 'drop=APIAKeyLo_EL1'");
    run_clear(&run);
    RUN_WITH(&run, stream, "filter", "--dest", kernel, "--policy",
             "drop=all:" KEYS ",constants=all");
    g_assert_cmpint(run.status, ==, 0);
    run_clear(&run);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    for (size_t i = 0; i < G_N_ELEMENTS(layouts); i++) {
        g_autofree char *path = g_strdup_printf("/stream-cases/layout/%s", layouts[i].path);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_layout);
    }
    g_test_add_func("/stream-cases/layout/other-number-of-vcpus", test_other_vcpus);
    g_test_add_func("/stream-cases/layout/other-versions", test_versions);
    g_test_add_func("/stream-cases/subsections/policy-leaves-it-out",
                    test_subsection_by_the_policy);
    g_test_add_func("/stream-cases/subsections/nested-are-left-out", test_nested_subsections);
    g_test_add_func("/stream-cases/virtio/is-dissected", test_virtio_is_dissected);
    g_test_add_func("/stream-cases/virtio/over-ccw-is-dissected", test_virtio_ccw);
    g_test_add_func("/stream-cases/virtio/features-in-use-are-compared", test_virtio_features);
    g_test_add_func("/stream-cases/virtio/queues-are-compared", test_virtio_queues);
    g_test_add_func("/stream-cases/virtio/numbers-are-compared", test_virtio_numbers);
    g_test_add_func("/stream-cases/virtio/that-lies-is-shown-as-bytes", test_virtio_that_lies);
    g_test_add_func("/stream-cases/kvm/features-of-the-vcpu", test_features_of_the_vcpu);
    g_test_add_func("/stream-cases/kvm/keys-are-dropped-by-name", test_keys_are_dropped_by_name);
    return g_test_run();
}
