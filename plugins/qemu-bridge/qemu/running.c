/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugins/qemu-bridge/qemu/running.h"

#include <dlfcn.h>
#include <stdio.h>

#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/qemu/learn-api.h"
#include "plugins/qemu-bridge/qemu/learn.h"
#include "plugins/qemu-bridge/qemu/pci/pci-api.h"
#include "plugins/qemu-bridge/qemu/trial.h"
#include "plugins/qemu-bridge/qemu/versions.h"

#define OLDEST_MAJOR 7
#define OLDEST_MINOR 2

static QemuLayout learned;
static bool is_proven;

static void release(unsigned *major, unsigned *minor)
{
    QemuVersionInfo *info = qmp_query_version(NULL);

    *major = (unsigned)info->qemu->major;
    *minor = (unsigned)info->qemu->minor;
    qapi_free_VersionInfo(info);
}

/* -------------------------------------------------------- before main() runs */

/* The newest interface whose functions are there.  QEMU checks the number itself. */
int qemu_running_plugin_api(void)
{
    unsigned major;
    unsigned minor;

    if (!dlsym(RTLD_DEFAULT, "qemu_plugin_num_vcpus")) {
        return 1;
    }
    if (!dlsym(RTLD_DEFAULT, "qemu_plugin_set_pc")) {
        return 2;
    }
    release(&major, &minor);
    return major == 11 && minor == 0 ? 6 : 7;
}

/* MODULE_INIT_QOM is one of these in all releases.  Its list of functions makes QEMU's types: they
 * are missing at the list's head, and exist at its tail. */
#define KIND_FIRST 2
#define KINDS      4

static void (*when_made)(void);
static bool has_types_at_head;

static bool has_types(void)
{
    return object_class_by_name("device") != NULL;
}

static void at_tail(void)
{
    if (has_types() && !has_types_at_head && when_made) {
        void (*function)(void) = when_made;

        when_made = NULL;
        function();
    }
}

/* clang-format off */
#define AT_HEAD(n) \
    static void at_head_##n(void) \
    { \
        has_types_at_head = has_types(); \
        register_module_init(at_tail, KIND_FIRST + (n)); \
    }
/* clang-format on */

AT_HEAD(0)
AT_HEAD(1)
AT_HEAD(2)
AT_HEAD(3)

static void (*const at_head[KINDS])(void) = { at_head_0, at_head_1, at_head_2, at_head_3 };

void qemu_running_when_types_are_made(void (*function)(void))
{
    when_made = function;
    for (int i = 0; i < KINDS; i++) {
        register_module_init(at_head[i], KIND_FIRST + i);
    }
}

/* ------------------------------------------------------------------ learning */

static const void *class_find(const char *type)
{
    return object_class_by_name(type);
}

static const char *class_name(const void *cls)
{
    return object_class_get_name(cls);
}

static const void *class_interface(const void *cls, const char *type)
{
    return object_class_dynamic_cast((QemuObjectClass *)(uintptr_t)cls, type);
}

static const QemuClasses classes = { class_find, class_name, class_interface, vmstate_fifo8 };

static bool learn(QemuLayout *layout, HwError *error)
{
    const QemuDescriptions descriptions = {
        .fifo8 = vmstate_fifo8,
        .usb_device = vmstate_usb_device,
        .serial = vmstate_serial,
        .cpu_common = vmstate_cpu_common,
        .clock = vmstate_clock,
        .i2c_slave = vmstate_i2c_slave,
        .info_uint32 = &vmstate_info_uint32,
    };

    return qemu_learn_descriptions(&descriptions, layout, error) &&
           qemu_learn_device_class(&classes, layout, error) &&
           qemu_learn_interface_class(&classes, layout, error);
}

bool qemu_running_learn(HwError *error)
{
    unsigned major;
    unsigned minor;

    release(&major, &minor);
    if (major < OLDEST_MAJOR || (major == OLDEST_MAJOR && minor < OLDEST_MINOR)) {
        return hw_error_set(error, "QEMU %u.%u is too old, expected %u.%u or later", major, minor,
                            OLDEST_MAJOR, OLDEST_MINOR);
    }
    qemu_layout = &learned;
    return learn(&learned, error);
}

bool qemu_running_learn_pci(HwError *error)
{
    const QemuPciDescriptions descriptions = {
        .esp = dlsym(RTLD_DEFAULT, "vmstate_esp"),
        .fifo8 = vmstate_fifo8,
        .smbus_device = dlsym(RTLD_DEFAULT, "vmstate_smbus_device"),
        .i2c_slave = vmstate_i2c_slave,
        .u2f_key = dlsym(RTLD_DEFAULT, "vmstate_u2f_key"),
        .usb_device = vmstate_usb_device,
        .pci_device = vmstate_pci_device,
    };

    if (qemu_learn_pci(&descriptions, &learned, error)) {
        return true;
    }
    learned.pci = (QemuPciLayout) { 0 };
    return false;
}

bool qemu_running_learn_i2c(HwError *error)
{
    return qemu_learn_i2c(&classes, &learned, error);
}

bool qemu_running_try(HwError *error)
{
    unsigned major;
    unsigned minor;

    if (!is_proven) {
        release(&major, &minor);
        is_proven = qemu_trial_loads(&learned.load_setup, error) &&
                    qemu_trial_attributes(&learned.attributes, error) &&
                    qemu_version_agrees(major, minor, &learned, error) && qemu_trial_state(error) &&
                    (!learned.pci.vmsd || qemu_trial_object(error));
    }
    return is_proven;
}

void qemu_running_report(void)
{
    unsigned major;
    unsigned minor;

    release(&major, &minor);
    printf("outboard-qemu: QEMU %u.%u works: its layouts are learned%s\n", major, minor,
           qemu_version_find(major, minor) ? ", and are those of the release" : "");
}
