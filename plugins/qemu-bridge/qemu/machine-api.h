/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's functions and structures for machines, continued from api.h. */
#ifndef BRIDGE_QEMU_MACHINE_API_H
#define BRIDGE_QEMU_MACHINE_API_H

#include "plugins/qemu-bridge/qemu/api.h"

/* ------------------------------------------------------- machine and events */

typedef struct QemuIrq QemuIrq;
typedef struct QemuBottomHalf QemuBottomHalf;
typedef struct QemuStateHandler QemuStateHandler;

#define QEMU_RUN_STATE_INMIGRATE 1

QEMU_WEAK bool runstate_check(int state);
/* Waits until what other threads had in use is freed.  Lets go of the big lock meanwhile. */
QEMU_WEAK void drain_call_rcu(void);
QEMU_WEAK bool runstate_is_running(void);
QEMU_WEAK QemuObject *qdev_get_machine(void);
/* Returns the CPU with this number, from 0, or NULL if there is none. */
QEMU_WEAK void *qemu_get_cpu(int index);
QEMU_WEAK QemuIrq *qdev_get_gpio_in(QemuObject *device, int line);
QEMU_WEAK void qdev_init_gpio_in_named_with_opaque(QemuObject *device,
                                                   void (*changed)(void *opaque, int number,
                                                                   int level),
                                                   void *opaque, const char *name, int count);
QEMU_WEAK void qdev_init_gpio_out_named(QemuObject *device, QemuIrq **targets, const char *name,
                                        int count);
/* `name` NULL: the inputs without a name.  QEMU aborts if the device does not have the input. */
QEMU_WEAK QemuIrq *qdev_get_gpio_in_named(QemuObject *device, const char *name, int number);
QEMU_WEAK void qdev_connect_gpio_out_named(QemuObject *device, const char *name, int number,
                                           QemuIrq *input);
QEMU_WEAK void qemu_set_irq(QemuIrq *irq, int level);
/* QEMU calls `hold` of a device at a system reset, after hot plug, and when its bus is reset.
 * 7.2 passes no type. */
typedef struct QemuResetPhases {
    void (*enter)(QemuObject *device, int type);
    void (*hold)(QemuObject *device, int type);
    void (*leave)(QemuObject *device, int type);
} QemuResetPhases;
QEMU_WEAK void resettable_class_set_parent_phases(void *resettable,
                                                  void (*enter)(QemuObject *device, int type),
                                                  void (*hold)(QemuObject *device, int type),
                                                  void (*leave)(QemuObject *device, int type),
                                                  QemuResetPhases *parent);
/* Resets one device by its phases. */
QEMU_WEAK void resettable_cold_reset_fn(void *device);
QEMU_WEAK void qemu_register_reset(void (*reset)(void *opaque), void *opaque);
QEMU_WEAK void qemu_unregister_reset(void (*reset)(void *opaque), void *opaque);
/* `events` is AcpiEventStatusBits: on PCs the bits of general purpose event block 0. */
QEMU_WEAK void acpi_send_event(QemuObject *device, int events);
QEMU_WEAK QemuStateHandler *qemu_add_vm_change_state_handler(
    void (*changed)(void *opaque, bool running, int state), void *opaque);
QEMU_WEAK void qemu_del_vm_change_state_handler(QemuStateHandler *handler);

#define QEMU_CLOCK_VIRTUAL 1
QEMU_WEAK int64_t qemu_clock_get_ns(int clock);
/* It has 48 bytes in all releases.  `lists` NULL stands for the main loop's timer lists. */
typedef struct QemuTimer {
    uint64_t room[16];
} QemuTimer;
QEMU_WEAK void timer_init_full(QemuTimer *timer, void *lists, int clock, int scale, int attributes,
                               void (*fired)(void *opaque), void *opaque);
QEMU_WEAK void timer_mod_ns(QemuTimer *timer, int64_t deadline);
QEMU_WEAK void timer_del(QemuTimer *timer);
QEMU_WEAK void timer_deinit(QemuTimer *timer);

QEMU_WEAK void *qemu_get_aio_context(void);
/* Releases after 7.2 have `guard`; 7.2 ignores the extra argument. */
QEMU_WEAK QemuBottomHalf *aio_bh_new_full(void *context, void (*run)(void *opaque), void *opaque,
                                          const char *name, void *guard);
/* Any thread may call it. */
QEMU_WEAK void qemu_bh_schedule(QemuBottomHalf *bottom_half);

typedef struct QemuNotifier {
    void (*notify)(struct QemuNotifier *notifier, void *data);
    void *link[2];
} QemuNotifier;
QEMU_WEAK void qemu_add_exit_notifier(QemuNotifier *notifier);
/* QEMU calls the notifier that was added last first. */
QEMU_WEAK void qemu_add_machine_init_done_notifier(QemuNotifier *notifier);

/* Releases after 7.2 have `error`. */
typedef struct QemuNotifierWithReturn {
    int (*notify)(struct QemuNotifierWithReturn *notifier, void *data, QemuError **error);
    void *link[2];
} QemuNotifierWithReturn;
/* `data` points to a structure that begins with an int: the reason for the call.  BEFORE_SYNC
 * comes before QEMU collects the pages written since the last time, under the big lock.  Calls
 * with other reasons come without the lock. */
#define QEMU_PRECOPY_BEFORE_SYNC 1
QEMU_WEAK void precopy_add_notifier(QemuNotifierWithReturn *notifier);

/* ------------------------------------------------------------------- fw_cfg */

typedef struct QemuFwCfg QemuFwCfg;

/* Returns NULL if the machine has no fw_cfg. */
QEMU_WEAK QemuFwCfg *fw_cfg_find(void);
QEMU_WEAK bool fw_cfg_dma_enabled(void *fw_cfg);
/* Ends QEMU if a file of this name exists.  QEMU reads and writes `data` in place. */
QEMU_WEAK void fw_cfg_add_file_callback(QemuFwCfg *fw_cfg, const char *name,
                                        void (*selected)(void *opaque),
                                        void (*written)(void *opaque, int64_t offset, size_t size),
                                        void *opaque, void *data, size_t size, bool read_only);

/* Gives a file other bytes, or adds the file.  The file is read-only from then on. */
QEMU_WEAK void *fw_cfg_modify_file(QemuFwCfg *fw_cfg, const char *name, void *data, size_t size);

/* ----------------------------------------------------------------- firmware */

#define QEMU_FILE_TYPE_BIOS 0
/* Looks where -bios looks.  Returns the path, which the caller frees, or NULL. */
QEMU_WEAK char *qemu_find_file(int type, const char *name);

/* --------------------------------------------------------------- device tree */

/* Both end QEMU on failure.  Paths are absolute. */
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

/* The members of TPMIfClass that follow its InterfaceClass. */
typedef struct QemuTpmClient {
    int model;
    void (*completed)(QemuObject *client, int result);
    int (*version)(QemuObject *client);
} QemuTpmClient;

#define QEMU_TPM_MODEL_CRB   1
#define QEMU_TPM_VERSION_2_0 2

QEMU_WEAK QemuTpm *qemu_find_tpm_be(const char *id);
/* Fails if the backend already has a client. */
QEMU_WEAK int tpm_backend_init(QemuTpm *tpm, QemuObject *client, QemuError **errp);
QEMU_WEAK int tpm_backend_startup_tpm(QemuTpm *tpm, size_t buffer_size);
/* Waits until the running command ends. */
QEMU_WEAK void tpm_backend_reset(QemuTpm *tpm);
/* Another thread reads the command and writes the response. */
QEMU_WEAK void tpm_backend_deliver_request(QemuTpm *tpm, QemuTpmCommand *command);
QEMU_WEAK void tpm_backend_cancel_cmd(QemuTpm *tpm);
QEMU_WEAK void tpm_backend_finish_sync(QemuTpm *tpm);
QEMU_WEAK bool tpm_backend_get_tpm_established_flag(QemuTpm *tpm);
QEMU_WEAK size_t tpm_backend_get_buffer_size(QemuTpm *tpm);
QEMU_WEAK int tpm_backend_get_tpm_version(QemuTpm *tpm);
QEMU_WEAK QemuObjectClass *object_class_dynamic_cast(QemuObjectClass *cls, const char *type);

/* ------------------------------------------------------------- generation ID */

typedef struct QemuGuidInfo {
    char *guid;
} QemuGuidInfo;

/* Casts the only object of the type "vmgenid", by its name. */
QEMU_WEAK QemuGuidInfo *qmp_query_vm_generation_id(QemuError **errp);
QEMU_WEAK void qapi_free_GuidInfo(QemuGuidInfo *info);

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
