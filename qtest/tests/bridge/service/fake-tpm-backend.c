/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/tpm2.h"
#include "plugins/qemu-bridge/qemu/layout.h"
#include "plugins/qemu-bridge/qemu/log.h"
#include "qtest/tests/bridge/service/fake-tpm-backend.h"

#define SIZE_OF_INTERFACE_CLASS 24

static const QemuLayout layout = { .interface_class_size = SIZE_OF_INTERFACE_CLASS };
const QemuLayout *qemu_layout = &layout;

FakeTpm fake_tpm;

static uint8_t interface_class[SIZE_OF_INTERFACE_CLASS + sizeof(QemuTpmClient)];
static char client_object, tpm_object;

const QemuTpmClient *fake_tpm_client(void)
{
    return (const QemuTpmClient *)(interface_class + SIZE_OF_INTERFACE_CLASS);
}

QemuObjectClass *object_class_by_name(const char *name)
{
    g_assert_cmpstr(name, ==, "tpm-if");
    return fake_tpm.has_tpms ? (QemuObjectClass *)interface_class : NULL;
}

QemuObjectClass *object_class_dynamic_cast(QemuObjectClass *cls, const char *type)
{
    g_assert_cmpstr(type, ==, "tpm-if");
    return cls;
}

void *type_register_static(const QemuTypeInfo *info)
{
    const char *const *interfaces = info->interfaces;

    g_assert_cmpstr(info->name, ==, "outboard-tpm-client");
    g_assert_cmpstr(info->parent, ==, "object");
    g_assert_cmpstr(interfaces[0], ==, "tpm-if");
    g_assert_null(interfaces[1]);
    info->class_init((QemuObjectClass *)interface_class, info->class_data);
    return NULL;
}

QemuObject *object_new(const char *type)
{
    g_assert_cmpstr(type, ==, "outboard-tpm-client");
    return (QemuObject *)&client_object;
}

void *qemu_get_aio_context(void)
{
    return &fake_tpm.bottom_half;
}

QemuBottomHalf *aio_bh_new_full(void *context, void (*run)(void *opaque), void *opaque,
                                const char *name, void *guard)
{
    g_assert_true(context == &fake_tpm.bottom_half);
    g_assert_nonnull(name);
    g_assert_null(opaque);
    g_assert_null(guard);
    fake_tpm.bottom_half = run;
    return (QemuBottomHalf *)&fake_tpm.bottom_half;
}

void qemu_bh_schedule(QemuBottomHalf *its)
{
    g_assert_true((void *)its == &fake_tpm.bottom_half);
    tell("scheduled");
}

QemuObject *qdev_get_machine(void)
{
    return (QemuObject *)&fake_tpm;
}

QemuObjectProperty *object_property_add_child(QemuObject *parent, const char *name,
                                              QemuObject *child)
{
    g_assert_true((void *)parent == &fake_tpm && (void *)child == &client_object);
    tell("child %s", name);
    fake_tpm.in_tree++;
    return NULL;
}

void object_unparent(QemuObject *object)
{
    g_assert_true((void *)object == &client_object);
    tell("unparent");
    fake_tpm.in_tree--;
}

void qemu_add_machine_init_done_notifier(QemuNotifier *notifier)
{
    fake_tpm.when_done = notifier;
    notifier->link[1] = notifier;
}

QemuObject *object_resolve_path_type(const char *path, const char *type, bool *several)
{
    g_assert_cmpstr(path, ==, "");
    g_assert_cmpstr(type, ==, "tpm-if");
    if (fake_tpm.in_tree > 1) {
        *several = true;
    }
    return fake_tpm.in_tree == 1 ? (QemuObject *)&client_object : NULL;
}

QemuTpm *qemu_find_tpm_be(const char *id)
{
    return fake_tpm.is_here && g_strcmp0(id, "tpm0") == 0 ? (QemuTpm *)&tpm_object : NULL;
}

int tpm_backend_init(QemuTpm *tpm, QemuObject *object, QemuError **error)
{
    g_assert_true((void *)tpm == &tpm_object && (void *)object == &client_object);
    if (fake_tpm.init_error && *fake_tpm.init_error) {
        fake_error(error, fake_tpm.init_error);
    }
    return fake_tpm.init_error ? -1 : 0;
}

int tpm_backend_startup_tpm(QemuTpm *tpm, size_t size)
{
    g_assert_true((void *)tpm == &tpm_object);
    tell("start %zu", size);
    return fake_tpm.start_answer;
}

void tpm_backend_reset(QemuTpm *tpm)
{
    g_assert_true((void *)tpm == &tpm_object);
    tell("reset");
    if (fake_tpm.delivered) { /* QEMU waits for it */
        fake_tpm.delivered = NULL;
        fake_tpm_client()->completed((QemuObject *)&client_object, 0);
    }
}

void tpm_backend_deliver_request(QemuTpm *tpm, QemuTpmCommand *command)
{
    g_assert_true((void *)tpm == &tpm_object);
    g_assert_null(fake_tpm.delivered);
    fake_tpm.delivered = command;
    g_assert_cmpuint(hw_tpm2_size(command->response), ==, 0);
    tell("deliver %u/%u 0x%x of %u to %u", command->command_size, hw_tpm2_size(command->command),
         hw_tpm2_code(command->command), command->locality, command->response_capacity);
}

void tpm_backend_cancel_cmd(QemuTpm *tpm)
{
    g_assert_true((void *)tpm == &tpm_object);
    tell("cancel");
}

/* The backend answers, with as many bytes as it says. */
void fake_tpm_answer(int result, uint32_t size, uint32_t code)
{
    QemuTpmCommand *command = fake_tpm.delivered;

    fake_tpm.delivered = NULL;
    hw_tpm2_header(command->response, TPM_ST_NO_SESSIONS, size, code);
    fake_tpm_client()->completed((QemuObject *)&client_object, result);
}

void tpm_backend_finish_sync(QemuTpm *tpm)
{
    g_assert_true((void *)tpm == &tpm_object);
    tell("finish");
    if (fake_tpm.delivered) {
        fake_tpm_answer(0, 10, fake_tpm.answer_code);
    }
}

bool tpm_backend_get_tpm_established_flag(QemuTpm *tpm)
{
    g_assert_true((void *)tpm == &tpm_object);
    return fake_tpm.established;
}

size_t tpm_backend_get_buffer_size(QemuTpm *tpm)
{
    g_assert_true((void *)tpm == &tpm_object);
    return fake_tpm.buffer_size;
}

int tpm_backend_get_tpm_version(QemuTpm *tpm)
{
    g_assert_true((void *)tpm == &tpm_object);
    return fake_tpm.version;
}

bool runstate_check(int state)
{
    g_assert_cmpint(state, ==, QEMU_RUN_STATE_INMIGRATE);
    return fake_tpm.incoming;
}

void bridge_report(const char *sentence)
{
    g_printerr("%s\n", sentence);
}
