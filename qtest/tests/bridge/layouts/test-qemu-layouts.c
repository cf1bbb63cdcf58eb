/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bridge learns QEMU's layouts from objects in the layout of each release.  Each missing
 * sign refuses by name.
 */
#include <glib.h>
#include <string.h>

#include "plugins/qemu-bridge/qemu/versions.h"
#include "qtest/tests/bridge/layouts/fake-layouts.h"

#define TYPES "object device sys-bus-device cpu e1000 pxb-pcie VGA interface tpm-if tpm-crb"

static HW_ERROR(error, 1024);
static FakeDescriptions fakes;

static const struct {
    unsigned major;
    unsigned minor;
} releases[] = { { 7, 2 }, { 10, 0 }, { 11, 1 } };

static const QemuLayout *layout_of(size_t release)
{
    return qemu_version_find(releases[release].major, releases[release].minor);
}

/* ------------------------------------------------------------------- learned */

static void test_learned(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(releases); i++) {
        QemuLayout learned = *layout_of(i);
        QemuDescriptions known;
        QemuPciDescriptions pci;
        QemuClasses classes = fake_classes_make(layout_of(i), TYPES);

        fake_descriptions_make(&fakes, layout_of(i));
        known = fake_descriptions_known(&fakes);
        pci = fake_pci_known(&fakes);
        error.text[0] = '\0';
        qemu_learn_descriptions(&known, &learned, &error);
        qemu_learn_pci(&pci, &learned, &error);
        qemu_learn_device_class(&classes, &learned, &error);
        qemu_learn_interface_class(&classes, &learned, &error);
        g_assert_cmpstr(error.text, ==, "");
        g_assert_true(qemu_version_agrees(releases[i].major, releases[i].minor, &learned, &error));
        fake_classes_free();
    }
}

static void test_row_differs(void)
{
    QemuLayout learned = *layout_of(1);

    g_assert_true(qemu_version_agrees(9, 2, &learned, &error)); /* has no row */
    learned.load_setup = 0x70;
    g_assert_false(qemu_version_agrees(10, 0, &learned, &error));
    g_assert_cmpstr(error.text, ==,
                    "load_setup: this emulator shows 0x70, expected 0x78 as in QEMU 10.0");
}

/* -------------------------------------------------------------- descriptions */

/* A value that takes a sign away. */
typedef struct Scramble {
    const char *path; /* the test's */
    FakeName of;
    int field;     /* its number; below 0: a member of the description */
    size_t member; /* in QemuLayout: where the value goes */
    uint64_t value;
    uint32_t width;
    const char *sentence;
} Scramble;

#define DESCRIPTION(member)   -1, offsetof(QemuLayout, description.member)
#define FIELD(number, member) (number), offsetof(QemuLayout, field.member)

/* clang-format off */
static const Scramble scrambles[] = {
    { "version", SERIAL, DESCRIPTION(version_id), 4, 4,
      "VMStateDescription.version_id can't be learned: 'serial' 3, 'Fifo8' 1 and 'clock' 0" },
    { "minimum-version", SERIAL, DESCRIPTION(minimum_version_id), 1, 4,
      "VMStateDescription.minimum_version_id can't be learned: 'serial' 2, 'Fifo8' 1" },
    { "fields", USB_DEVICE, DESCRIPTION(fields), 0, 8,
      "VMStateDescription.fields can't be learned: the lists of 'Fifo8' and 'USBDevice'" },
    { "wild-fields", FIFO8, DESCRIPTION(fields), 0xdeadbeef, 8,
      "VMStateDescription.fields can't be learned: the lists of 'Fifo8' and 'USBDevice'" },
    { "subsections", CLOCK, DESCRIPTION(subsections), 0, 8,
      "VMStateDescription.subsections can't be learned: the lists of 'cpu_common' and 'clock'" },
    { "post-load", I2C_SLAVE, DESCRIPTION(post_load), 0, 8,
      "VMStateDescription.post_load can't be learned: the only hooks of 'USBDevice'" },
    { "second-hook", USB_DEVICE, DESCRIPTION(pre_save), 1, 8,
      "VMStateDescription.post_load can't be learned: the only hooks of 'USBDevice'" },
    { "pre-load", CPU_COMMON, DESCRIPTION(pre_load), 0, 8,
      "VMStateDescription.pre_load can't be learned: the hooks of 'clock' and 'cpu_common'" },
    { "pre-save", SERIAL, DESCRIPTION(pre_save), 0, 8,
      "VMStateDescription.pre_save can't be learned: the hooks of 'serial' and 'cpu_common'" },
    { "offset", FIFO8, FIELD(2, offset), 20, 8,
      "VMStateField.offset can't be learned: 'head' 12 and 'num' 16 of 'Fifo8'" },
    { "size", USB_DEVICE, FIELD(0, element_size), 2, 8,
      "VMStateField.size can't be learned: 'head' 4 and 'num' 4 of 'Fifo8' and 'addr' 1" },
    { "count", USB_DEVICE, FIELD(1, count), 9, 4,
      "VMStateField.num can't be learned: 'setup_buf' 8 and 'addr' 0 of 'USBDevice'" },
    { "info", FIFO8, FIELD(2, info), 0, 8,
      "VMStateField.info can't be learned: 'head' and 'num' of 'Fifo8'" },
    { "flags", FIFO8, FIELD(1, flags), 2, 4,
      "VMStateField.flags can't be learned: 'head' 1 of 'Fifo8' and 'setup_buf' 4" },
    { "field-version", SERIAL, FIELD(0, version_id), 2, 4,
      "VMStateField.version_id can't be learned: 'data' 1 of 'Fifo8' and 'fcr_vmstate' 3" },
    { "list-end", USB_DEVICE, FIELD(2, flags), 0x40000, 4,
      "the end of VMStateField's lists can't be learned: the ends of 'Fifo8' and 'USBDevice'" },
};
/* clang-format on */

static uint32_t place_of(const QemuLayout *layout, size_t member)
{
    uint32_t place;

    memcpy(&place, (const uint8_t *)layout + member, sizeof(place));
    return place;
}

static void assert_refused(const QemuLayout *layout, const char *sentence)
{
    QemuDescriptions known = fake_descriptions_known(&fakes);
    QemuLayout learned;

    (void)layout;
    error.text[0] = '\0';
    g_assert_false(qemu_learn_descriptions(&known, &learned, &error));
    if (!strstr(error.text, sentence)) {
        g_test_message("expected '%s' in: %s", sentence, error.text);
        g_test_fail();
    }
}

static void test_scrambled(gconstpointer data)
{
    const Scramble *scramble = data;

    for (size_t i = 0; i < G_N_ELEMENTS(releases); i++) {
        const QemuLayout *layout = layout_of(i);
        FakeDescription *fake = &fakes.of[scramble->of];
        uint8_t *object = fake->description;

        fake_descriptions_make(&fakes, layout);
        if (scramble->field >= 0) {
            object = fake->fields + (uint32_t)scramble->field * layout->field.size;
        }
        fake_put(object, place_of(layout, scramble->member), scramble->value, scramble->width);
        assert_refused(layout, scramble->sentence);
    }
}

/* The first object and the first fields begin with their names. */
static void test_scrambled_names(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(releases); i++) {
        fake_descriptions_make(&fakes, layout_of(i));
        fake_put(fakes.of[CLOCK].description, 0, (uintptr_t) "watch", 8);
        assert_refused(layout_of(i), "VMStateDescription.name can't be learned: 'clock'");
        fake_descriptions_make(&fakes, layout_of(i));
        fake_put(fakes.of[FIFO8].fields, layout_of(i)->field.size, (uintptr_t) "tail", 8);
        assert_refused(layout_of(i),
                       "VMStateField can't be learned: the second and third field of 'Fifo8'");
    }
}

static void test_needed(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(releases); i++) {
        const QemuDescriptionLayout *layout = &layout_of(i)->description;

        fake_descriptions_make(&fakes, layout_of(i));
        fake_put(fakes.muldiv.description, layout->needed, 0, 8);
        assert_refused(layout_of(i), "VMStateDescription.needed can't be learned: the hooks of "
                                     "'clock/muldiv' and 'cpu_common/exception_index'");
    }
}

/* Each hook is found, but two have changed places, or there is one more. */
static void test_order(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(releases); i++) {
        QemuLayout layout = *layout_of(i);

        layout.description.post_load = layout_of(i)->description.pre_save;
        layout.description.pre_save = layout_of(i)->description.post_load;
        fake_descriptions_make(&fakes, &layout);
        assert_refused(&layout, "has its hooks in an unknown order");
        layout = *layout_of(i);
        layout.description.fields += 8;
        layout.description.subsections += 8;
        fake_descriptions_make(&fakes, &layout);
        assert_refused(&layout, "has its hooks in an unknown order");
    }
}

/* ----------------------------------------------------------------------- PCI */

static void assert_pci_refused(const QemuPciDescriptions *known, size_t release,
                               const char *sentence)
{
    QemuLayout learned = *layout_of(release);

    error.text[0] = '\0';
    g_assert_false(qemu_learn_pci(known, &learned, &error));
    g_assert_nonnull(strstr(error.text, sentence));
}

/* One device with an object as a field is one sign, and the bridge wants two. */
static void test_objects(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(releases); i++) {
        QemuPciDescriptions known;

        fake_descriptions_make(&fakes, layout_of(i));
        known = fake_pci_known(&fakes);
        known.esp = NULL;
        assert_pci_refused(&known, i, "VMStateField.vmsd can't be learned: two of 'fifo'");
        known = fake_pci_known(&fakes);
        fake_put(fakes.of[ESP].fields, layout_of(i)->pci.vmsd, 0, 8);
        assert_pci_refused(&known, i, "VMStateField.vmsd can't be learned: two of 'fifo'");
    }
}

static void test_config(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(releases); i++) {
        const QemuFieldLayout *field = &layout_of(i)->field;
        QemuPciDescriptions known;

        fake_descriptions_make(&fakes, layout_of(i));
        known = fake_pci_known(&fakes);
        fake_put(fakes.of[PCI_DEVICE].fields, field->size + field->offset, 8, 8);
        assert_pci_refused(&known, i, "PCIDevice.config can't be learned: 'config' of 256");
    }
}

/* ------------------------------------------------------------------- classes */

static void assert_class_refused(const char *types, const char *type, uint32_t place,
                                 uint64_t value, const char *sentence)
{
    QemuClasses classes = fake_classes_make(layout_of(1), types);
    QemuLayout learned = { 0 };

    if (type) {
        fake_put(fake_class(type), place, value, 1);
    }
    error.text[0] = '\0';
    g_assert_false(qemu_learn_device_class(&classes, &learned, &error));
    if (!strstr(error.text, sentence)) {
        g_test_message("expected %s in: %s", sentence, error.text);
        g_test_fail();
    }
    fake_classes_free();
}

static void test_class_size(void)
{
    QemuClasses classes = fake_classes_make(layout_of(1), TYPES);
    QemuLayout learned = { 0 };
    struct {
        const char *name;
        uint64_t class_size;
    } type = { "device", 400 };

    fake_put(fake_class("device"), 0, (uintptr_t)&type, 8);
    g_assert_false(qemu_learn_device_class(&classes, &learned, &error));
    g_assert_cmpstr(error.text, ==,
                    "this emulator's layout of DeviceClass can't be learned: the sizes of 'object' "
                    "and 'device' don't show it");
    fake_classes_free();
}

static void test_class_description(void)
{
    assert_class_refused("object device sys-bus-device cpu e1000 VGA", NULL, 0, 0,
                         "DeviceClass.categories and desc can't be learned: two of 'e1000'");
    assert_class_refused(TYPES, "e1000", layout_of(1)->device_class.categories, 0x10,
                         "DeviceClass.categories and desc can't be learned: two of 'e1000'");
}

static void test_class_switches(void)
{
    assert_class_refused(TYPES, "cpu", layout_of(1)->device_class.user_creatable, 1,
                         "DeviceClass.user_creatable can't be learned: 'device', 'sys-bus-device'");
    assert_class_refused(TYPES, "VGA", layout_of(1)->device_class.hotpluggable, 1,
                         "DeviceClass.hotpluggable can't be learned: two of 'VGA', 'pxb-pcie'");
}

static void assert_interface_refused(const char *types, uint32_t place, uint64_t value,
                                     const char *sentence)
{
    QemuClasses classes = fake_classes_make(layout_of(1), types);
    QemuLayout learned = { 0 };

    if (place) {
        fake_put(fake_interface("tpm-crb"), place, value, 8);
    }
    error.text[0] = '\0';
    g_assert_false(qemu_learn_interface_class(&classes, &learned, &error));
    if (!strstr(error.text, sentence)) {
        g_test_message("expected %s in: %s", sentence, error.text);
        g_test_fail();
    }
    fake_classes_free();
}

static void test_interface(void)
{
    assert_interface_refused("object interface tpm-if", 0, 0,
                             "TPMIfClass can't be learned: the front ends 'tpm-crb'");
    assert_interface_refused(TYPES, 104, 3,
                             "'tpm-crb' doesn't show a model and two functions at 104");
    assert_interface_refused(TYPES, 104 + 8, 0, "'tpm-crb' doesn't show a model");
    assert_interface_refused(TYPES, 104 + 16, 0xdeadbeef, "'tpm-crb' doesn't show a model");
}

static void test_no_tpms(void)
{
    QemuClasses classes = fake_classes_make(layout_of(1), "object device interface");
    QemuLayout learned = { .interface_class_size = 1 };

    g_assert_true(qemu_learn_interface_class(&classes, &learned, &error));
    g_assert_cmpuint(learned.interface_class_size, ==, 0);
    fake_classes_free();
}

/* ----------------------------------------------------------------------- I2C */

#define I2C_TYPES "device i2c-slave tmp105 i2c-ddc"

enum { I2C_SEND = 184, I2C_SEND_LATER = 192, I2C_RECEIVE = 200, I2C_EVENT = 208, I2C_MATCH = 216 };

static void test_i2c(void)
{
    QemuClasses classes = fake_classes_make(layout_of(1), I2C_TYPES);
    QemuLayout learned = { 0 };

    g_assert_true(qemu_learn_i2c(&classes, &learned, &error));
    g_assert_cmpuint(learned.i2c.send, ==, I2C_SEND);
    g_assert_cmpuint(learned.i2c.receive, ==, I2C_RECEIVE);
    g_assert_cmpuint(learned.i2c.event, ==, I2C_EVENT);
    fake_classes_free();
}

/* `type` NULL: the types are all that is missing. */
static const struct {
    const char *types;
    const char *type;
    uint32_t place;
    uint64_t value;
} i2c_refusals[] = {
    { "device tmp105 i2c-ddc", NULL, 0, 0 },
    { "device i2c-slave tmp105", NULL, 0, 0 },
    { I2C_TYPES, "i2c-slave", I2C_MATCH, 0 },
    { I2C_TYPES, "i2c-slave", I2C_SEND, 0xdeadbeef },
    { I2C_TYPES, "tmp105", I2C_SEND, 0 },
    { I2C_TYPES, "tmp105", I2C_SEND_LATER, 0xdeadbeef },
    { I2C_TYPES, "tmp105", I2C_RECEIVE, 0xdeadbeef },
    { I2C_TYPES, "i2c-ddc", I2C_EVENT, 0 },
};

static void test_i2c_refused(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(i2c_refusals); i++) {
        QemuClasses classes = fake_classes_make(layout_of(1), i2c_refusals[i].types);
        QemuLayout learned = { .i2c.send = 1 };

        if (i2c_refusals[i].type) {
            fake_put(fake_class(i2c_refusals[i].type), i2c_refusals[i].place, i2c_refusals[i].value,
                     8);
        }
        g_assert_false(qemu_learn_i2c(&classes, &learned, &error));
        g_assert_cmpstr(error.text, ==,
                        "this emulator's layout of I2CSlaveClass can't be learned: the size of "
                        "'i2c-slave' and two of its targets don't show it");
        g_assert_cmpuint(learned.i2c.send, ==, 0);
        fake_classes_free();
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu-layouts/of-each-release-are-learned", test_learned);
    g_test_add_func("/qemu-layouts/that-differ-from-the-row-are-refused", test_row_differs);
    for (size_t i = 0; i < G_N_ELEMENTS(scrambles); i++) {
        g_autofree char *path = g_strdup_printf("/qemu-layouts/scrambled/%s-is-refused",
                                                scrambles[i].path);

        g_test_add_data_func(path, &scrambles[i], test_scrambled);
    }
    g_test_add_func("/qemu-layouts/scrambled/names-are-refused", test_scrambled_names);
    g_test_add_func("/qemu-layouts/scrambled/needed-is-refused", test_needed);
    g_test_add_func("/qemu-layouts/scrambled/order-of-hooks-is-refused", test_order);
    g_test_add_func("/qemu-layouts/pci/objects-without-two-signs-are-refused", test_objects);
    g_test_add_func("/qemu-layouts/pci/configuration-of-two-places-is-refused", test_config);
    g_test_add_func("/qemu-layouts/class/size-without-its-allocation-is-refused", test_class_size);
    g_test_add_func("/qemu-layouts/class/description-of-one-type-is-refused",
                    test_class_description);
    g_test_add_func("/qemu-layouts/class/switches-without-signs-are-refused", test_class_switches);
    g_test_add_func("/qemu-layouts/tpm-interface/without-front-end-is-refused", test_interface);
    g_test_add_func("/qemu-layouts/tpm-interface/of-a-qemu-without-tpms-is-not-needed",
                    test_no_tpms);
    g_test_add_func("/qemu-layouts/i2c/is-learned", test_i2c);
    g_test_add_func("/qemu-layouts/i2c/without-two-targets-is-refused", test_i2c_refused);
    return g_test_run();
}
