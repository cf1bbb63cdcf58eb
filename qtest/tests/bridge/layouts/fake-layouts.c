/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/bridge/layouts/fake-layouts.h"

#include <glib.h>
#include <string.h>

#define HOOK ((uint64_t)(uintptr_t)fake_put)

void fake_put(void *at, uint32_t offset, uint64_t value, uint32_t width)
{
    uint32_t word = (uint32_t)value;
    uint8_t byte = (uint8_t)value;

    memcpy((uint8_t *)at + offset,
           width == 1   ? (const void *)&byte
           : width == 4 ? (const void *)&word
                        : (const void *)&value,
           width);
}

static void put_pointer(void *at, uint32_t offset, const void *pointer)
{
    fake_put(at, offset, (uintptr_t)pointer, 8);
}

/* -------------------------------------------------------------- descriptions */

typedef struct Hooks {
    bool pre_load;
    bool post_load;
    bool pre_save;
    bool needed;
} Hooks;

static void describe(FakeDescription *fake, const QemuLayout *layout, const char *name, int version,
                     int minimum, Hooks hooks)
{
    const QemuDescriptionLayout *places = &layout->description;

    put_pointer(fake->description, 0, name);
    fake_put(fake->description, places->version_id, (uint64_t)version, 4);
    fake_put(fake->description, places->minimum_version_id, (uint64_t)minimum, 4);
    fake_put(fake->description, places->pre_load, hooks.pre_load ? HOOK : 0, 8);
    fake_put(fake->description, places->post_load, hooks.post_load ? HOOK : 0, 8);
    fake_put(fake->description, places->pre_save, hooks.pre_save ? HOOK : 0, 8);
    fake_put(fake->description, places->needed, hooks.needed ? HOOK : 0, 8);
    put_pointer(fake->description, places->fields, fake->fields);
    fake_put(fake->fields, layout->field.flags, layout->field.end_flag, 4);
}

typedef struct Field {
    const char *name;
    uint64_t offset;
    uint64_t size;
    int count;
    const void *info;
    int flags;
    int version;
    const void *vmsd;
} Field;

/* Puts the field behind the others, and the list's end behind it. */
static void add(FakeDescription *fake, const QemuLayout *layout, uint32_t index, Field field)
{
    const QemuFieldLayout *places = &layout->field;
    uint8_t *at = fake->fields + index * places->size;

    put_pointer(at, 0, field.name);
    fake_put(at, places->offset, field.offset, 8);
    fake_put(at, places->element_size, field.size, 8);
    fake_put(at, places->count, (uint64_t)field.count, 4);
    put_pointer(at, places->info, field.info);
    fake_put(at, places->flags, (uint64_t)field.flags, 4);
    fake_put(at, places->version_id, (uint64_t)field.version, 4);
    put_pointer(at, layout->pci.vmsd, field.vmsd);
    fake_put(at + places->size, places->flags, places->end_flag, 4);
}

static void subsection(FakeDescription *fake, const QemuLayout *layout, FakeDescription *sub,
                       const char *name)
{
    describe(sub, layout, name, 1, 1, (Hooks) { .needed = true });
    fake->subsections[0] = sub->description;
    put_pointer(fake->description, layout->description.subsections, fake->subsections);
}

/* A field that is an object of another description. */
static Field object(const char *name, const FakeDescription *of)
{
    return (Field) { .name = name, .flags = QEMU_VMS_STRUCT, .vmsd = of->description };
}

static void pci_make(FakeDescription *of, const QemuLayout *layout)
{
    uint64_t config = layout->pci.config;

    describe(&of[ESP], layout, "esp", 6, 3, (Hooks) { .post_load = true });
    add(&of[ESP], layout, 0, object("cmdfifo", &of[FIFO8]));
    describe(&of[SMBUS_DEVICE], layout, "smbus_device", 1, 1, (Hooks) { 0 });
    add(&of[SMBUS_DEVICE], layout, 0, object("i2c", &of[I2C_SLAVE]));
    describe(&of[PCI_DEVICE], layout, "PCIDevice", 2, 1, (Hooks) { 0 });
    add(&of[PCI_DEVICE], layout, 0, (Field) { .name = "config", .offset = config, .size = 256 });
    add(&of[PCI_DEVICE], layout, 1, (Field) { .name = "config", .offset = config, .size = 4096 });
}

void fake_descriptions_make(FakeDescriptions *fakes, const QemuLayout *layout)
{
    FakeDescription *of = fakes->of;
    const void *info = &fakes->info_uint32;

    memset(fakes, 0, sizeof(*fakes));
    describe(&of[FIFO8], layout, "Fifo8", 1, 1, (Hooks) { 0 });
    add(&of[FIFO8], layout, 0, (Field) { "data", 0, 0, 0, fakes, 0x102, 1 });
    add(&of[FIFO8], layout, 1, (Field) { "head", 12, 4, 0, info, QEMU_VMS_SINGLE, 0 });
    add(&of[FIFO8], layout, 2, (Field) { "num", 16, 4, 0, info, QEMU_VMS_SINGLE, 0 });
    describe(&of[USB_DEVICE], layout, "USBDevice", 1, 1, (Hooks) { .post_load = true });
    add(&of[USB_DEVICE], layout, 0, (Field) { "addr", 224, 1, 0, fakes, QEMU_VMS_SINGLE, 0 });
    add(&of[USB_DEVICE], layout, 1, (Field) { "setup_buf", 272, 1, 8, fakes, QEMU_VMS_ARRAY, 0 });
    describe(&of[SERIAL], layout, "serial", 3, 2, (Hooks) { true, true, true, false });
    add(&of[SERIAL], layout, 0, (Field) { "fcr_vmstate", 173, 1, 0, fakes, QEMU_VMS_SINGLE, 3 });
    describe(&of[CPU_COMMON], layout, "cpu_common", 1, 1,
             (Hooks) { .pre_load = true, .post_load = true });
    subsection(&of[CPU_COMMON], layout, &fakes->exception_index, "cpu_common/exception_index");
    describe(&of[CLOCK], layout, "clock", 0, 0, (Hooks) { .pre_load = true });
    subsection(&of[CLOCK], layout, &fakes->muldiv, "clock/muldiv");
    describe(&of[I2C_SLAVE], layout, "I2CSlave", 1, 1, (Hooks) { .post_load = true });
    pci_make(of, layout);
}

QemuDescriptions fake_descriptions_known(const FakeDescriptions *fakes)
{
    return (QemuDescriptions) {
        .fifo8 = fakes->of[FIFO8].description,
        .usb_device = fakes->of[USB_DEVICE].description,
        .serial = fakes->of[SERIAL].description,
        .cpu_common = fakes->of[CPU_COMMON].description,
        .clock = fakes->of[CLOCK].description,
        .i2c_slave = fakes->of[I2C_SLAVE].description,
        .info_uint32 = &fakes->info_uint32,
    };
}

QemuPciDescriptions fake_pci_known(const FakeDescriptions *fakes)
{
    return (QemuPciDescriptions) {
        .esp = fakes->of[ESP].description,
        .fifo8 = fakes->of[FIFO8].description,
        .smbus_device = fakes->of[SMBUS_DEVICE].description,
        .i2c_slave = fakes->of[I2C_SLAVE].description,
        .usb_device = fakes->of[USB_DEVICE].description,
        .pci_device = fakes->of[PCI_DEVICE].description,
    };
}

/* ------------------------------------------------------------------- classes */

#define OBJECT_CLASS_SIZE 96
#define DEVICE_CLASS_SIZE 184
#define I2C_FUNCTIONS     5                          /* behind DeviceClass */
#define I2C_TARGET        (1 << 0 | 1 << 2 | 1 << 3) /* send, receive and event */
#define I2C_BASE          (1 << 4)                   /* match */

typedef struct FakeType {
    const char *name;
    uint64_t class_size;
} FakeType;

typedef struct FakeClass {
    FakeType type;
    const char *description;
    uint64_t categories;
    int user_creatable; /* below 0: no DeviceClass */
    int hotpluggable;
    int model; /* below 0: no TPM */
    uint8_t *cls;
    uint8_t *interface;
    uint32_t i2c; /* a bit for each function of I2CSlaveClass */
} FakeClass;

/* clang-format off */
static FakeClass classes[] = {
    { { "object", OBJECT_CLASS_SIZE }, NULL, 0, -1, 0, -1, NULL, NULL, 0 },
    { { "device", DEVICE_CLASS_SIZE }, NULL, 0, 1, 1, -1, NULL, NULL, 0 },
    { { "sys-bus-device", 200 }, NULL, 0, 0, 1, -1, NULL, NULL, 0 },
    { { "cpu", 360 }, NULL, 0x100, 0, 1, -1, NULL, NULL, 0 },
    { { "e1000", 248 }, "Intel Gigabit Ethernet", 0x8, 1, 1, -1, NULL, NULL, 0 },
    { { "pxb-pcie", 240 }, "PCI Express Expander Bridge", 0x1, 1, 0, -1, NULL, NULL, 0 },
    { { "VGA", 240 }, NULL, 0x20, 1, 0, -1, NULL, NULL, 0 },
    { { "tpm-crb", 184 }, NULL, 0x80, 1, 1, 1, NULL, NULL, 0 },
    { { "tpm-tis-device", 192 }, NULL, 0x80, 1, 1, 0, NULL, NULL, 0 },
    { { "interface", 0 }, NULL, 0, -1, 0, -1, NULL, NULL, 0 },
    { { "tpm-if", 0 }, NULL, 0, -1, 0, -1, NULL, NULL, 0 },
    { { "i2c-slave", DEVICE_CLASS_SIZE + 8 * I2C_FUNCTIONS }, NULL, 0, 1, 1, -1, NULL, NULL,
      I2C_BASE },
    { { "tmp105", 232 }, NULL, 0, 1, 1, -1, NULL, NULL, I2C_TARGET },
    { { "i2c-ddc", 224 }, NULL, 0, 1, 1, -1, NULL, NULL, I2C_TARGET },
};
/* clang-format on */

static char *present; /* the names of the types, with blanks around each */

static FakeClass *class_of(const char *type)
{
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        if (strcmp(classes[i].type.name, type) == 0) {
            return &classes[i];
        }
    }
    return NULL;
}

uint8_t *fake_class(const char *type)
{
    return class_of(type)->cls;
}

uint8_t *fake_interface(const char *type)
{
    return class_of(type)->interface;
}

static const void *find(const char *type)
{
    g_autofree char *word = g_strdup_printf(" %s ", type);

    return strstr(present, word) ? class_of(type)->cls : NULL;
}

static const char *name(const void *cls)
{
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        if (classes[i].cls == cls) {
            return classes[i].type.name;
        }
    }
    return NULL;
}

static const void *interface(const void *cls, const char *type)
{
    g_assert_cmpstr(type, ==, "tpm-if");
    return class_of(name(cls))->interface;
}

static void class_fill(FakeClass *class, const QemuLayout *layout)
{
    const QemuDeviceClassLayout *places = &layout->device_class;

    class->cls = g_malloc0(class->type.class_size);
    put_pointer(class->cls, 0, &class->type);
    if (class->user_creatable >= 0) {
        fake_put(class->cls, places->categories, class->categories, 8);
        put_pointer(class->cls, places->description, class->description);
        fake_put(class->cls, places->user_creatable, (uint64_t) class->user_creatable, 1);
        fake_put(class->cls, places->hotpluggable, (uint64_t) class->hotpluggable, 1);
    }
    for (uint32_t i = 0; i < I2C_FUNCTIONS; i++) {
        if (class->i2c >> i & 1) {
            fake_put(class->cls, DEVICE_CLASS_SIZE + 8 * i, HOOK, 8);
        }
    }
    if (class->model >= 0) {
        class->interface = g_malloc0(layout->interface_class_size + 32);
        fake_put(class->interface, layout->interface_class_size, (uint64_t) class->model, 4);
        fake_put(class->interface, layout->interface_class_size + 8, HOOK, 8);
        fake_put(class->interface, layout->interface_class_size + 16, HOOK, 8);
    }
}

QemuClasses fake_classes_make(const QemuLayout *layout, const char *with)
{
    present = g_strdup_printf(" %s ", with);
    class_of("interface")->type.class_size = layout->interface_class_size;
    class_of("tpm-if")->type.class_size = layout->interface_class_size + 32;
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        class_fill(&classes[i], layout);
    }
    return (QemuClasses) { find, name, interface, (const void *)(uintptr_t)fake_put };
}

void fake_classes_free(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        g_clear_pointer(&classes[i].cls, g_free);
        g_clear_pointer(&classes[i].interface, g_free);
    }
    g_clear_pointer(&present, g_free);
}
