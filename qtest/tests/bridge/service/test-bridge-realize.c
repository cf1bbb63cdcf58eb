/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of a device's life, in their order, and what each failure undoes. */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/bridge.h"
#include "plugins/qemu-bridge/device/i2c.h"
#include "plugins/qemu-bridge/device/pci.h"
#include "plugins/qemu-bridge/qemu/irq.h"
#include "plugins/qemu-bridge/qemu/log.h"
#include "plugins/qemu-bridge/qemu/machine.h"
#include "plugins/qemu-bridge/qemu/running.h"
#include "plugins/qemu-bridge/service/qemu-tpm.h"
#include "plugins/qemu-bridge/service/services.h"
#include "qtest/tests/bridge/service/fake-device.h"

/* ------------------------------------------------------------------ steps that tell */

static const char *fails; /* the step that fails */

/* A step that may fail. */
static bool step(const char *name, HwError *error)
{
    tell("%s", name);
    return g_strcmp0(name, fails) != 0 || hw_error_set(error, "%s fails", name);
}

#define STEP(function, name)                            \
    bool function(BridgeDevice *device, HwError *error) \
    {                                                   \
        (void)device;                                   \
        return step(name, error);                       \
    }
#define STEP_OF_ALL(function, name) \
    bool function(HwError *error)   \
    {                               \
        return step(name, error);   \
    }
#define TELL(function, name)            \
    void function(BridgeDevice *device) \
    {                                   \
        (void)device;                   \
        tell(name);                     \
    }
#define TELL_CONST(function, name)            \
    void function(const BridgeDevice *device) \
    {                                         \
        (void)device;                         \
        tell(name);                           \
    }
#define TELL_ALL(function, name) \
    void function(void)          \
    {                            \
        tell(name);              \
    }

STEP(bridge_regions_allocate, "allocate")
STEP(bridge_fw_cfg_prepare, "prepare")
STEP(bridge_record_follow, "follow")
STEP_OF_ALL(bridge_record_accepts, "accepts")
STEP(bridge_generation_id_prove, "prove")
STEP(bridge_regions_check, "check")
STEP(bridge_fw_cfg_check, "files")
STEP(bridge_gpio_attach, "lines")
STEP(bridge_i2c_open, "i2c")
STEP(bridge_pci_attach, "pci")
STEP_OF_ALL(qemu_running_try, "try")
TELL(bridge_section_choose, "choose")
TELL(bridge_display_detach, "no-display")
TELL(bridge_display_attach, "display")
TELL(bridge_run_state_attach, "run-state")
TELL(bridge_run_state_detach, "no-run-state")
TELL(bridge_fw_cfg_add, "add-files")
TELL(bridge_fw_cfg_reset, "reset-files")
TELL(bridge_acpi_add, "acpi")
TELL(bridge_generation_id_add, "id")
TELL(bridge_trace_device, "trace")
TELL(bridge_section_unregister, "no-section")
TELL(bridge_pci_pin_update, "pin")
TELL(bridge_pci_detach, "no-pci")
TELL_CONST(bridge_lines_disconnect, "no-lines")
TELL_CONST(bridge_fw_cfg_leave, "no-files")
TELL_ALL(bridge_irq_forget, "forget")
TELL_ALL(bridge_generation_id_show, "show")
TELL_ALL(bridge_qemu_tpm_occupy, "occupy")

/* ------------------------------------------------------------------------- others */

static FakeDevice fake; /* for its texts, its executor and another device */
static BridgeDevice device;
static BridgeType type;
static BridgePci pci;
static bool exists, tpm_is_occupied, id_is_free;
static int twins; /* 2: several */
static QemuNotifier *when_done;

BridgeDevice *bridge_device_of(QemuObject *object)
{
    g_assert_true(object == (QemuObject *)&device);
    return exists ? &device : NULL;
}

HwExecutor *bridge_executor(void)
{
    return fake.executor;
}

void bridge_clock_release(const HwDevice *dev)
{
    g_assert_true(dev == device.instance->dev);
    tell("no-timers");
}

bool bridge_pci_open(BridgeDevice *its, HwError *error)
{
    its->pci = &pci;
    return step("open", error);
}

void bridge_pci_quiet(BridgeDevice *its, bool on)
{
    (void)its;
    tell("quiet=%d", on);
}

bool bridge_qemu_tpm_is_occupied(void)
{
    return tpm_is_occupied;
}

bool bridge_generation_id_is_free(const BridgeDevice *its)
{
    g_assert_true(its == &device);
    return id_is_free;
}

QemuObject *object_resolve_path_type(const char *path, const char *name, bool *several)
{
    g_assert_cmpstr(path, ==, "");
    g_assert_cmpstr(name, ==, "lamp");
    if (twins > 1) {
        *several = true;
    }
    return twins == 1 ? (QemuObject *)&twins : NULL;
}

void bridge_regions_name(BridgeDevice *its, bool named)
{
    tell(its == &device ? "named=%d" : "other-named=%d", named);
}

void bridge_regions_map(BridgeDevice *its)
{
    tell("map");
    its->mapped = true;
}

void bridge_regions_unmap(BridgeDevice *its)
{
    tell("unmap");
    its->mapped = false;
}

bool bridge_machine_place(uint32_t space, uint64_t size, uint64_t *address, HwError *error)
{
    g_assert_cmpuint(space, ==, HW_SPACE_MEMORY);
    g_assert_cmpuint(size, ==, 0x10);
    *address = 0xfe000000;
    return step("place", error);
}

bool bridge_section_register(BridgeDevice *its, QemuError **error)
{
    HW_ERROR(why, 64);

    (void)its;
    if (!step("section", &why)) {
        fake_error(error, why.text);
        return false;
    }
    return true;
}

void resettable_cold_reset_fn(void *its)
{
    (void)its;
}

void qemu_register_reset(void (*reset)(void *opaque), void *opaque)
{
    g_assert_true(reset == resettable_cold_reset_fn && opaque == &device);
    tell("reset-of-none");
}

void qemu_unregister_reset(void (*reset)(void *opaque), void *opaque)
{
    g_assert_true(reset == resettable_cold_reset_fn && opaque == &device);
    tell("no-reset-of-none");
}

void qemu_add_machine_init_done_notifier(QemuNotifier *notifier)
{
    tell("expect-twins");
    when_done = notifier;
}

void bridge_fail(QemuError **error, const char *sentence)
{
    fake_error(error, sentence);
}

void bridge_report(const char *sentence)
{
    g_printerr("%s\n", sentence);
}

static void parent_realize(QemuObject *object, QemuError **error)
{
    HW_ERROR(why, 64);

    g_assert_true(object == (QemuObject *)&device);
    if (!step("parent", &why)) {
        fake_error(error, why.text);
    }
}

static void parent_unrealize(QemuObject *object)
{
    g_assert_true(object == (QemuObject *)&device);
    tell("no-parent");
}

/* --------------------------------------------------------------------- the device */

typedef struct Lamp {
    HwDevice dev;
    uint64_t base;
} Lamp;

static bool lamp_realize(HwDevice *dev, HwError *error)
{
    g_assert_cmphex(HW_DEVICE(Lamp, dev)->base, ==, 0xfe000000);
    return step("realize", error);
}

static void posted(HwDevice *dev, void *opaque)
{
    (void)dev, (void)opaque;
    tell("posted");
}

/* Nothing that was posted comes from here on. */
static void lamp_unrealize(HwDevice *dev)
{
    (void)dev;
    tell("unrealize");
    fake_device_poll(&fake);
}

static void lamp_reset(HwDevice *dev)
{
    (void)dev;
    tell("reset");
}

static uint64_t lamp_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    (void)dev, (void)offset, (void)size;
    return 0;
}

static const HwRegion region = {
    .name = "lamp",
    .kind = HW_REGION_MMIO,
    .size = 0x10,
    .base = offsetof(Lamp, base),
    .read = lamp_read,
};
static const HwPciFunction function;
static const HwI2cTarget target;
static HwClass lamp;

static void begin(const char *type_name, const char *group)
{
    lamp = (HwClass) { .table = { .name = "lamp",
                                  .instance_size = sizeof(Lamp),
                                  .at_most_one = group,
                                  .regions = { &region, sizeof(region), 1 },
                                  .realize = lamp_realize,
                                  .unrealize = lamp_unrealize,
                                  .reset = lamp_reset },
                       .original = &lamp.table };
    fails = NULL;
    exists = id_is_free = true;
    tpm_is_occupied = false;
    twins = 0;
    fake_device_begin(&fake);
    type = (BridgeType) { .cls = &lamp, .name = (char *)(uintptr_t)type_name };
    device = (BridgeDevice) { .object = (QemuObject *)&device,
                              .type = &type,
                              .next = &fake.device };
    bridge.devices = &device;
    device.instance = hw_instance_new(bridge.host, &lamp, "dev1", &device);
    HW_DEVICE(Lamp, device.instance->dev)->base = HW_ADDRESS_AUTO;
}

static void end(void)
{
    hw_deferred_free(device.deferred);
    device.instance->phase = HW_PHASE_UNREALIZED;
    hw_instance_free(device.instance);
    fake_device_end(&fake);
}

static void is_on_pci(void)
{
    lamp.table.pci = &function;
    type.parent_realize = parent_realize;
    type.parent_unrealize = parent_unrealize;
}

static void expect(const char *sentence)
{
    QemuError *error = NULL;

    bridge_realize((QemuObject *)&device, &error);
    g_assert_cmpstr((const char *)error, ==, sentence);
    error_free(error);
}

#define BODY "choose place allocate prepare follow realize accepts prove check files lines"
#define END  "no-display no-lines no-timers"
#define ENDS "no-display no-lines unrealize no-timers"

typedef struct Failure {
    const char *step, *told;
} Failure;

static const Failure plain_failures[] = {
    { "try", "try" },
    { "i2c", "try i2c " END },
    { "place", "try i2c choose place " END },
    { "allocate", "try i2c choose place allocate " END },
    { "prepare", "try i2c choose place allocate prepare " END },
    { "follow", "try i2c choose place allocate prepare follow " END },
    { "realize", "try i2c choose place allocate prepare follow realize " END },
    { "accepts", "try i2c choose place allocate prepare follow realize accepts " ENDS },
    { "prove", "try i2c choose place allocate prepare follow realize accepts prove " ENDS },
    { "check", "try i2c choose place allocate prepare follow realize accepts prove check " ENDS },
    { "files",
      "try i2c choose place allocate prepare follow realize accepts prove check files " ENDS },
    { "lines", "try i2c " BODY " " ENDS },
    { "parent", "try i2c " BODY " parent " ENDS },
    { "section", "try i2c " BODY " parent trace section " ENDS " " END },
};

static const Failure pci_failures[] = {
    { "parent", "try parent " END },
    { "open", "try parent open no-pci no-parent " END },
    { "lines", "try parent open " BODY " no-pci no-parent " ENDS },
    { "pci", "try parent open " BODY " pci no-pci no-parent " ENDS },
    { "section", "try parent open " BODY " pci trace section " ENDS " no-pci no-parent " END },
};

static void test_failures(gconstpointer data)
{
    const Failure *rows = data;
    bool on_pci = rows == pci_failures;

    for (size_t i = 0; i < (on_pci ? G_N_ELEMENTS(pci_failures) : G_N_ELEMENTS(plain_failures));
         i++) {
        g_autofree char *sentence = g_strdup_printf("%s%s fails",
                                                    strcmp(rows[i].step, "place") ? "" : "dev1: ",
                                                    rows[i].step);

        g_test_message("%s", rows[i].step);
        begin("lamp", NULL);
        if (on_pci) {
            is_on_pci();
        } else {
            type.parent_realize = parent_realize;
        }
        fails = rows[i].step;
        expect(sentence);
        EXPECT_TOLD(rows[i].told);
        g_assert_false(device.mapped);
        g_assert_null(device.deferred);
        end();
    }
}

static void test_refusals(void)
{
    begin("lamp", NULL);
    exists = false;
    expect("out of memory");
    exists = true;
    type.refusal = (char *)"no such bus";
    expect("no such bus");
    type.refusal = NULL;
    device.instance->phase = HW_PHASE_UNREALIZED;
    expect("a device can't be realized twice");
    EXPECT_TOLD("");
    end();
}

#define ATTACH "run-state map add-files acpi id display"

/* A device's bus resets it.  Without a bus the machine does. */
static void test_life(void)
{
    static const struct {
        bool pci, i2c, parent;
        const char *realize, *reset, *unrealize;
    } rows[] = {
        { false, false, false, "try i2c " BODY " trace section reset-of-none " ATTACH,
          "forget reset-files quiet=1 reset quiet=0 show",
          "unmap no-run-state no-reset-of-none no-section no-files " ENDS " no-pci" },
        { false, true, true, "try i2c " BODY " parent trace section " ATTACH,
          "forget reset-files quiet=1 reset quiet=0 show",
          "unmap no-run-state no-section no-files " ENDS " no-pci no-parent" },
        { true, false, true, "try parent open " BODY " pci trace section " ATTACH,
          "forget reset-files quiet=1 reset quiet=0 show pin",
          "unmap no-run-state named=0 no-section no-files " ENDS " no-pci no-parent" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        QemuObject *object = (QemuObject *)&device;

        g_test_message("row %zu", i);
        begin("lamp", NULL);
        lamp.table.pci = rows[i].pci ? &function : NULL;
        lamp.table.i2c = rows[i].i2c ? &target : NULL;
        type.parent_realize = rows[i].parent ? parent_realize : NULL;
        type.parent_unrealize = rows[i].parent ? parent_unrealize : NULL;
        bridge_reset_hold(object, 0); /* nothing before */
        bridge_reset_leave(object, 0);
        bridge_unrealize(object);
        EXPECT_TOLD("");
        expect(NULL);
        EXPECT_TOLD(rows[i].realize);
        bridge_reset_hold(object, 0);
        bridge_reset_leave(object, 0);
        EXPECT_TOLD(rows[i].reset);
        exists = false;
        bridge_reset_hold(object, 0);
        bridge_reset_leave(object, 0);
        bridge_unrealize(object);
        EXPECT_TOLD("");
        exists = true;
        hw_deferred_post(device.deferred, posted, NULL);
        fake_device_poll(&fake);
        EXPECT_TOLD("posted");
        hw_deferred_post(device.deferred, posted, NULL);
        bridge_unrealize(object);
        EXPECT_TOLD(rows[i].unrealize);
        bridge_unrealize(object);
        EXPECT_TOLD("");
        end();
    }
}

/* A machine has one device of the group, which may be QEMU's own. */
static void test_group(void)
{
    static const struct {
        const char *group, *type, *other; /* the other's group, NULL: it has none */
        HwPhase phase;
        bool tpm_is_occupied, id_is_free;
        int twins;
        bool refused;
    } rows[] = {
        { "lamp", "lamp", "lamp", HW_PHASE_REALIZED, false, true, 0, true },
        { "lamp", "lamp", "lamp", HW_PHASE_CREATED, false, true, 0, false },
        { "lamp", "lamp", "fan", HW_PHASE_REALIZED, false, true, 0, false },
        { "lamp", "lamp", NULL, HW_PHASE_REALIZED, false, true, 1, false },
        { "lamp", "outboard-lamp", NULL, HW_PHASE_REALIZED, false, true, 1, true },
        { "lamp", "outboard-lamp", NULL, HW_PHASE_REALIZED, false, true, 2, true },
        { NULL, "outboard-lamp", NULL, HW_PHASE_REALIZED, true, true, 1, false },
        { HW_GROUP_TPM, "outboard-lamp", NULL, HW_PHASE_REALIZED, false, true, 1, false },
        { HW_GROUP_TPM, "outboard-lamp", NULL, HW_PHASE_REALIZED, true, true, 0, true },
        { HW_GROUP_VMGENID, "outboard-lamp", NULL, HW_PHASE_REALIZED, true, true, 1, false },
        { HW_GROUP_VMGENID, "outboard-lamp", NULL, HW_PHASE_REALIZED, true, false, 0, true },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *sentence = g_strdup_printf(
            "dev1: the machine already has a %s, expected at most one", rows[i].group);
        g_autofree char *told = NULL;

        g_test_message("row %zu", i);
        begin(rows[i].type, rows[i].group);
        fake.bare.cls.table.at_most_one = rows[i].other;
        fake.bare.instance.phase = rows[i].phase;
        tpm_is_occupied = rows[i].tpm_is_occupied;
        id_is_free = rows[i].id_is_free;
        twins = rows[i].twins;
        expect(rows[i].refused ? sentence : NULL);
        told = told_now();
        g_assert_true((strstr(told, "occupy") != NULL) ==
                      (!rows[i].refused && g_strcmp0(rows[i].group, HW_GROUP_TPM) == 0));
        g_assert_null(strstr(told, "named"));
        end();
    }
}

/* QEMU's own device of the kind may come behind ours. */
static void test_twins(gconstpointer data)
{
    if (!g_test_subprocess()) {
        g_test_trap_subprocess(NULL, 0, 0);
        if (data) {
            g_test_trap_assert_failed();
            g_test_trap_assert_stderr("the machine has two of the device lamp, ours and QEMU's, "
                                      "expected at most one\n");
        } else {
            g_test_trap_assert_passed();
        }
        return;
    }
    for (int round = 0; round < 2; round++) { /* they are expected once */
        begin("outboard-lamp", "lamp");
        expect(NULL);
        EXPECT_TOLD(round ? "try i2c " BODY " trace section reset-of-none " ATTACH " named=0"
                          : "try i2c " BODY " trace section reset-of-none " ATTACH
                            " named=0 expect-twins");
        if (round == 0) {
            end();
        }
    }
    twins = GPOINTER_TO_INT(data);
    when_done->notify(when_done, NULL);
    EXPECT_TOLD("named=1"); /* not the other device */
    end();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/bridge-realize/failures", plain_failures, test_failures);
    g_test_add_data_func("/bridge-realize/failures-on-pci", pci_failures, test_failures);
    g_test_add_func("/bridge-realize/refusals", test_refusals);
    g_test_add_func("/bridge-realize/life", test_life);
    g_test_add_func("/bridge-realize/group", test_group);
    g_test_add_data_func("/bridge-realize/twins/none", NULL, test_twins);
    g_test_add_data_func("/bridge-realize/twins/one", GINT_TO_POINTER(1), test_twins);
    g_test_add_data_func("/bridge-realize/twins/several", GINT_TO_POINTER(2), test_twins);
    return g_test_run();
}
