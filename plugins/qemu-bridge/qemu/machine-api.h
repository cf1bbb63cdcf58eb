/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the bridge uses of QEMU's machines, continued from api.h. */
#ifndef BRIDGE_QEMU_MACHINE_API_H
#define BRIDGE_QEMU_MACHINE_API_H

#include "plugins/qemu-bridge/qemu/api.h"

/* ------------------------------------------------------- machine and events */

typedef struct QemuIrq QemuIrq;
typedef struct QemuBottomHalf QemuBottomHalf;
typedef struct QemuStateHandler QemuStateHandler;

#define QEMU_RUN_STATE_INMIGRATE 1

QEMU_WEAK bool runstate_check(int state);
QEMU_WEAK bool runstate_is_running(void);
QEMU_WEAK QemuObject *qdev_get_machine(void);
/* By number from 0, NULL without one of it. */
QEMU_WEAK void *qemu_get_cpu(int index);
QEMU_WEAK QemuIrq *qdev_get_gpio_in(QemuObject *device, int line);
QEMU_WEAK void qemu_set_irq(QemuIrq *irq, int level);
QEMU_WEAK void qemu_register_reset(void (*reset)(void *opaque), void *opaque);
QEMU_WEAK void qemu_unregister_reset(void (*reset)(void *opaque), void *opaque);
/* AcpiEventStatusBits: a bit is one of general purpose event block 0 on PCs. */
QEMU_WEAK void acpi_send_event(QemuObject *device, int events);
QEMU_WEAK QemuStateHandler *qemu_add_vm_change_state_handler(
    void (*changed)(void *opaque, bool running, int state), void *opaque);
QEMU_WEAK void qemu_del_vm_change_state_handler(QemuStateHandler *handler);

#define QEMU_CLOCK_VIRTUAL 1
QEMU_WEAK int64_t qemu_clock_get_ns(int clock);
/* 48 bytes in all versions; `lists` NULL stands for the main loop's. */
typedef struct QemuTimer {
    uint64_t room[16];
} QemuTimer;
QEMU_WEAK void timer_init_full(QemuTimer *timer, void *lists, int clock, int scale,
                               int attributes, void (*fired)(void *opaque), void *opaque);
QEMU_WEAK void timer_mod_ns(QemuTimer *timer, int64_t deadline);
QEMU_WEAK void timer_del(QemuTimer *timer);
QEMU_WEAK void timer_deinit(QemuTimer *timer);

QEMU_WEAK void *qemu_get_aio_context(void);
/* `guard` came after 7.2, where the callee ignores it. */
QEMU_WEAK QemuBottomHalf *aio_bh_new_full(void *context, void (*run)(void *opaque), void *opaque,
                                          const char *name, void *guard);
/* Any thread. */
QEMU_WEAK void qemu_bh_schedule(QemuBottomHalf *bottom_half);

typedef struct QemuNotifier {
    void (*notify)(struct QemuNotifier *notifier, void *data);
    void *link[2];
} QemuNotifier;
QEMU_WEAK void qemu_add_exit_notifier(QemuNotifier *notifier);
/* Those added last are called first. */
QEMU_WEAK void qemu_add_machine_init_done_notifier(QemuNotifier *notifier);

/* `error` came after 7.2. */
typedef struct QemuNotifierWithReturn {
    int (*notify)(struct QemuNotifierWithReturn *notifier, void *data, QemuError **error);
    void *link[2];
} QemuNotifierWithReturn;
/* What `data` points to begins with an int, why it is called.  BEFORE_SYNC: before each look at
 * what was written to RAM since the last one, under the big lock; at others it is not held. */
#define QEMU_PRECOPY_BEFORE_SYNC 1
QEMU_WEAK void precopy_add_notifier(QemuNotifierWithReturn *notifier);

/* ------------------------------------------------------------------- fw_cfg */

typedef struct QemuFwCfg QemuFwCfg;

/* NULL on a machine that has none. */
QEMU_WEAK QemuFwCfg *fw_cfg_find(void);
QEMU_WEAK bool fw_cfg_dma_enabled(void *fw_cfg);
/* Ends QEMU if there is a file of this name.  `data` is read and written in place. */
QEMU_WEAK void fw_cfg_add_file_callback(QemuFwCfg *fw_cfg, const char *name,
                                        void (*selected)(void *opaque),
                                        void (*written)(void *opaque, int64_t offset,
                                                        size_t size),
                                        void *opaque, void *data, size_t size, bool read_only);

/* Gives a file other bytes, or adds it; it is read-only from then on. */
QEMU_WEAK void *fw_cfg_modify_file(QemuFwCfg *fw_cfg, const char *name, void *data, size_t size);

/* --------------------------------------------------------------- device tree */

/* Both end QEMU where they fail; paths are absolute. */
QEMU_WEAK int qemu_fdt_add_subnode(void *tree, const char *path);
QEMU_WEAK int qemu_fdt_setprop(void *tree, const char *path, const char *property,
                               const void *value, int size);

/* ---------------------------------------------------------------------- TPM */

typedef struct QemuTpm QemuTpm;

typedef struct QemuTpmCommand {
    uint8_t locality;
    const uint8_t *command;
    uint32_t command_size;
    uint8_t *response;
    uint32_t response_capacity;
    bool selftest_done;
} QemuTpmCommand;

/* What of TPMIfClass follows its InterfaceClass. */
typedef struct QemuTpmClient {
    int model;
    void (*completed)(QemuObject *client, int result);
    int (*version)(QemuObject *client);
} QemuTpmClient;

#define QEMU_TPM_MODEL_CRB 1
#define QEMU_TPM_VERSION_2_0 2

QEMU_WEAK QemuTpm *qemu_find_tpm_be(const char *id);
/* Fails for a backend that has a client. */
QEMU_WEAK int tpm_backend_init(QemuTpm *tpm, QemuObject *client, QemuError **errp);
QEMU_WEAK int tpm_backend_startup_tpm(QemuTpm *tpm, size_t buffer_size);
/* Waits for the command under way. */
QEMU_WEAK void tpm_backend_reset(QemuTpm *tpm);
/* The command is read and its response written by another thread. */
QEMU_WEAK void tpm_backend_deliver_request(QemuTpm *tpm, QemuTpmCommand *command);
QEMU_WEAK void tpm_backend_cancel_cmd(QemuTpm *tpm);
QEMU_WEAK void tpm_backend_finish_sync(QemuTpm *tpm);
QEMU_WEAK bool tpm_backend_get_tpm_established_flag(QemuTpm *tpm);
QEMU_WEAK size_t tpm_backend_get_buffer_size(QemuTpm *tpm);
QEMU_WEAK int tpm_backend_get_tpm_version(QemuTpm *tpm);
QEMU_WEAK QemuObjectClass *object_class_dynamic_cast(QemuObjectClass *cls, const char *type);

/* ------------------------------------------------------------------ version */

typedef struct QemuVersionTriple {
    int64_t major;
    int64_t minor;
    int64_t micro;
} QemuVersionTriple;

typedef struct QemuVersionInfo {
    QemuVersionTriple *qemu;
    char *package;
} QemuVersionInfo;

QEMU_WEAK QemuVersionInfo *qmp_query_version(QemuError **errp);
QEMU_WEAK void qapi_free_VersionInfo(QemuVersionInfo *info);

#endif
