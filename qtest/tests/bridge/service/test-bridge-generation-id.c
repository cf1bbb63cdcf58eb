/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query-vm-generation-id over QEMU's own object, or over a place in ours, without a QEMU. */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "plugins/qemu-bridge/qemu/log.h"
#include "plugins/qemu-bridge/service/services.h"
#include "qtest/tests/bridge/service/fake-device.h"

#define GUID "324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87"

/* ----------------------------------------------------------------------- the fake */

typedef struct Id {
    HwDevice dev;
} Id;

static FakeDevice fake;
static BridgeDevice device;
static BridgeType type;
static const char *guid; /* the device's */
static bool has_type;    /* QEMU's own */
static int in_tree;      /* objects of that type: 2 stands for several */
static bool shows;       /* ours is one of them */
static char shown_object;
static QemuNotifier *when_done;

static union {
    uint8_t bytes[QEMU_OBJECT_ROOM + 8]; /* nothing is stored behind it */
    uint64_t words[QEMU_OBJECT_ROOM / 8];
} object;
static uint32_t read_at;     /* the query reads our object there; 0: QEMU has no answer */
static const char *other[2]; /* other answers of the queries, in order; NULL: the object's bytes */
static int queries;
static bool is_freed;

QemuObjectClass *object_class_by_name(const char *name)
{
    g_assert_cmpstr(name, ==, "vmgenid");
    return has_type ? (QemuObjectClass *)&has_type : NULL;
}

QemuObject *object_resolve_path_type(const char *path, const char *name, bool *several)
{
    g_assert_cmpstr(path, ==, "");
    g_assert_cmpstr(name, ==, "vmgenid");
    g_assert_true(has_type); /* QEMU aborts otherwise */
    if (in_tree > 1) {
        *several = true;
    }
    return in_tree == 1 ? (QemuObject *)&has_type : NULL;
}

QemuObject *object_new(const char *name)
{
    tell("new %s", name);
    return (QemuObject *)&shown_object;
}

bool object_property_set_str(QemuObject *its, const char *name, const char *value,
                             QemuError **error)
{
    g_assert_true((void *)its == &shown_object);
    tell("%s %s", name, value);
    if (strcmp(value, "auto") == 0) {
        fake_error(error, "invalid");
    }
    return true;
}

QemuObject *qdev_get_machine(void)
{
    return (QemuObject *)&when_done;
}

QemuObjectProperty *object_property_add_child(QemuObject *parent, const char *name,
                                              QemuObject *child)
{
    g_assert_true((void *)parent == &when_done && (void *)child == &shown_object);
    tell("child %s", name);
    shows = true;
    return NULL;
}

void object_unparent(QemuObject *its)
{
    g_assert_true((void *)its == &shown_object);
    tell("unparent");
    shows = false;
}

void qemu_add_machine_init_done_notifier(QemuNotifier *notifier)
{
    when_done = notifier;
}

QemuGuidInfo *qmp_query_vm_generation_id(QemuError **error)
{
    QemuGuidInfo *info;
    const uint8_t *at = object.bytes + read_at;
    const char *answer = other[queries++];

    if (!read_at) {
        fake_error(error, "no device");
        return NULL;
    }
    for (int i = 0; i < 40; i++) {
        g_assert_cmpuint(object.bytes[i], ==, 0xe0 + i % 8); /* QEMU looks at the object */
    }
    info = g_new0(QemuGuidInfo, 1);
    info->guid = answer ? g_strdup(answer)
                        : g_strdup_printf("%08x-%04x-%04x-%04x-%04x%08x", hw_load_be32(at),
                                          hw_load_be16(at + 4), hw_load_be16(at + 6),
                                          hw_load_be16(at + 8), hw_load_be16(at + 10),
                                          hw_load_be32(at + 12));
    is_freed = false;
    return info;
}

void qapi_free_GuidInfo(QemuGuidInfo *info)
{
    g_free(info->guid);
    g_free(info);
    is_freed = true;
}

void bridge_report(const char *sentence)
{
    g_printerr("%s\n", sentence);
}

/* -------------------------------------------------------------------------- tests */

static void get_guid(HwDevice *dev, char *text, uint32_t capacity)
{
    (void)dev;
    g_assert_cmpuint(capacity, ==, 40);
    g_strlcpy(text, guid, capacity);
}

static HwProperty property = { .name = "guid", .type = HW_PROPERTY_STRING, .get = get_guid };
static HwClass id_class = { .table = { .name = "vmgenid",
                                       .instance_size = sizeof(Id),
                                       .at_most_one = HW_GROUP_VMGENID,
                                       .properties = { &property, sizeof(property), 1 } } };

static void end(void)
{
    device.instance->phase = HW_PHASE_UNREALIZED;
    hw_instance_free(device.instance);
    fake_device_end(&fake);
}

/* Ends an earlier device. */
static void begin(const char *type_name)
{
    id_class.original = &id_class.table;
    id_class.table.at_most_one = HW_GROUP_VMGENID;
    guid = GUID;
    type = (BridgeType) { .cls = &id_class, .name = (char *)(uintptr_t)type_name };
    for (size_t i = 0; i < sizeof(object); i++) {
        object.bytes[i] = (uint8_t)(i < 256 ? 0xe0 + i % 8 : 0);
    }
    if (device.instance) {
        end();
    }
    fake_device_begin(&fake);
    device = (BridgeDevice) { .object = (QemuObject *)&object, .type = &type };
    device.instance = hw_instance_new(bridge.host, &id_class, "id0", &device);
    device.instance->phase = HW_PHASE_REALIZED;
}

/* The bridge keeps what it has learned, so each test has its own process. */
static bool is_child(void)
{
    if (!g_test_subprocess()) {
        g_test_trap_subprocess(NULL, 0, 0);
        g_test_trap_assert_passed();
    }
    return g_test_subprocess();
}

/* QEMU's object is in the tree, but not while QEMU makes ACPI tables. */
static void test_shown(void)
{
    if (!is_child()) {
        return;
    }
    begin("outboard-vmgenid");
    has_type = true;
    g_assert_true(bridge_generation_id_is_free(&device));
    bridge_generation_id_hide();
    bridge_generation_id_show(); /* not made yet */
    EXPECT_TOLD("");
    bridge_generation_id_add(&device);
    EXPECT_TOLD("new vmgenid guid " GUID);
    bridge_generation_id_hide();
    EXPECT_TOLD("");
    bridge_generation_id_show();
    bridge_generation_id_show();
    g_assert_true(shows);
    bridge_generation_id_hide();
    bridge_generation_id_hide();
    bridge_generation_id_show();
    EXPECT_TOLD("child outboard-generation-id unparent child outboard-generation-id");
    guid = "auto"; /* QEMU's error is nobody's */
    device.changed(&device);
    EXPECT_TOLD("guid auto");
    g_assert_cmpint(fake_errors, ==, 0);
    when_done->notify(when_done, NULL);
}

static void test_twins(gconstpointer data)
{
    if (g_test_subprocess()) {
        begin("outboard-vmgenid");
        has_type = true;
        bridge_generation_id_add(&device);
        in_tree = GPOINTER_TO_INT(data);
        when_done->notify(when_done, NULL);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr(
        "the machine has two vmgenids, ours and QEMU's, expected at most one\n");
}

static void test_is_free(void)
{
    static const struct {
        const char *type;
        bool is_id, has_type;
        int in_tree;
        bool is_free;
    } rows[] = {
        { "outboard-vmgenid", true, true, 0, true },  { "outboard-vmgenid", true, true, 1, false },
        { "outboard-vmgenid", true, true, 2, false }, { "outboard-vmgenid", true, false, 1, true },
        { "outboard-vmgenid", false, true, 1, true }, { "vmgenid", true, true, 1, true },
    };

    if (!is_child()) {
        return;
    }
    begin("outboard-vmgenid");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("row %zu", i);
        type.name = (char *)(uintptr_t)rows[i].type;
        id_class.table.at_most_one = rows[i].is_id ? HW_GROUP_VMGENID : NULL;
        has_type = rows[i].has_type;
        in_tree = rows[i].in_tree;
        g_assert_cmpint(bridge_generation_id_is_free(&device), ==, rows[i].is_free);
    }
}

/* Neither of these is in question. */
static void test_not_proven(void)
{
    HW_ERROR(error, 256);

    if (!is_child()) {
        return;
    }
    begin("outboard-vmgenid");
    read_at = 64;
    g_assert_true(bridge_generation_id_prove(&device, &error));
    begin("vmgenid");
    id_class.table.at_most_one = NULL;
    g_assert_true(bridge_generation_id_prove(&device, &error));
    bridge_generation_id_add(&device);
    g_assert_null(device.changed);
    id_class.table.at_most_one = HW_GROUP_VMGENID;
    read_at = 0; /* QEMU has no answer */
    g_assert_cmpint(queries, ==, 0);
    g_assert_true(bridge_generation_id_prove(&device, &error));
    g_assert_cmpint(queries, ==, 1);
    g_assert_cmpint(fake_errors, ==, 0);
    bridge_generation_id_add(&device);
    g_assert_nonnull(device.changed);
    device.changed(&device);
    bridge_generation_id_show();
    EXPECT_TOLD("");
}

/* QEMU reads the GUID in our object: the place is learned by what QEMU says. */
static void test_place(gconstpointer data)
{
    static const uint8_t bytes[16] = { 0x32, 0x4e, 0x6e, 0xaf, 0xd1, 0xd1, 0x4b, 0xf6,
                                       0xbf, 0x41, 0xb9, 0xbb, 0x6c, 0x91, 0xfb, 0x87 };
    HW_ERROR(error, 256);

    if (!is_child()) {
        return;
    }
    begin("vmgenid");
    read_at = GPOINTER_TO_UINT(data);
    g_assert_true(bridge_generation_id_prove(&device, &error));
    g_assert_cmpint(queries, ==, 2);
    g_assert_true(is_freed);
    g_assert_cmpmem(object.bytes + read_at, 16, bytes, 16);
    for (uint32_t i = 0; i < sizeof(object); i++) { /* the rest is as it was */
        g_assert_true((i >= read_at && i < read_at + 16) ||
                      object.bytes[i] == (i < 256 ? 0xe0 + i % 8 : 0));
    }
    bridge_generation_id_add(&device);
    guid = "00000000-0000-0000-0000-0000000000a5";
    device.changed(&device);
    g_assert_cmpuint(object.bytes[read_at], ==, 0);
    g_assert_cmpuint(object.bytes[read_at + 15], ==, 0xa5);
    EXPECT_TOLD(""); /* no object of QEMU's type */
}

typedef struct Misfit {
    const char *path;
    uint32_t read_at;
    const char *answers[2];
    const char *seen;
} Misfit;

static const Misfit misfits[] = {
    { "bytes-in-use", 200, { NULL, NULL }, "00640065-0066-0067-0068-0069006a006b" },
    { "half-in-use", 254, { NULL, NULL }, "007f0080-0081-0082-0083-008400850086" },
    { "no-pattern",
      512,
      { "01000101-0102-0103-0104-010501060108" },
      "01000101-0102-0103-0104-010501060108" },
    { "no-pattern-from-the-first-on",
      512,
      { "01000111-0102-0103-0104-010501060107" },
      "01000111-0102-0103-0104-010501060107" },
    { "no-guid", 512, { "01000101-0102-0103-0104-01050106" }, "01000101-0102-0103-0104-01050106" },
    { "no-digits",
      512,
      { "01000101-0102-0103-0104-0105010601zz" },
      "01000101-0102-0103-0104-0105010601zz" },
    { "more-than-a-guid",
      512,
      { "01000101-0102-0103-0104-0105010601070" },
      "01000101-0102-0103-0104-0105010601070" },
    { "beyond-the-object",
      512,
      { "ff00ff01-ff02-ff03-ff04-ff05ff06ff07" },
      "ff00ff01-ff02-ff03-ff04-ff05ff06ff07" },
    { "other-answer-later",
      512,
      { NULL, "00000000-0000-0000-0000-000000000000" },
      "00000000-0000-0000-0000-000000000000" },
};

static void test_misfit(gconstpointer data)
{
    const Misfit *row = data;

    if (is_child()) {
        g_autofree char *sentence = g_strdup_printf(
            "id0: query-vm-generation-id shows '%s', expected '" GUID "'", row->seen);

        begin("vmgenid");
        read_at = row->read_at;
        other[0] = row->answers[0];
        other[1] = row->answers[1];
        EXPECT_FAILURE(bridge_generation_id_prove(&device, &error), sentence);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bridge-generation-id/shown", test_shown);
    g_test_add_data_func("/bridge-generation-id/one-of-qemu", GINT_TO_POINTER(1), test_twins);
    g_test_add_data_func("/bridge-generation-id/several-of-qemu", GINT_TO_POINTER(2), test_twins);
    g_test_add_func("/bridge-generation-id/is-free", test_is_free);
    g_test_add_func("/bridge-generation-id/not-proven", test_not_proven);
    g_test_add_data_func("/bridge-generation-id/place", GUINT_TO_POINTER(512), test_place);
    g_test_add_data_func("/bridge-generation-id/last-place",
                         GUINT_TO_POINTER(QEMU_OBJECT_ROOM - 16), test_place);
    for (size_t i = 0; i < G_N_ELEMENTS(misfits); i++) {
        g_autofree char *path = g_strconcat("/bridge-generation-id/misfit/", misfits[i].path, NULL);

        g_test_add_data_func(path, &misfits[i], test_misfit);
    }
    return g_test_run();
}
