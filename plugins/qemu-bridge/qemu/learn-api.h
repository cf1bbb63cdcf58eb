/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's objects and functions that only learn.h and trial.h need, continued from api.h. */
#ifndef BRIDGE_QEMU_LEARN_API_H
#define BRIDGE_QEMU_LEARN_API_H

#include "plugins/qemu-bridge/qemu/machine-api.h"

/* VMStateDescriptions with known contents. */
QEMU_WEAK const char vmstate_fifo8[];
QEMU_WEAK const char vmstate_usb_device[];
QEMU_WEAK const char vmstate_serial[];
QEMU_WEAK const char vmstate_cpu_common[];
QEMU_WEAK const char vmstate_clock[];
QEMU_WEAK const char vmstate_i2c_slave[];

QEMU_WEAK const char *object_class_get_name(const QemuObjectClass *cls);
QEMU_WEAK void object_unref(void *object);

/* A stream in memory. */
typedef struct QemuChannel QemuChannel;
QEMU_WEAK QemuChannel *qio_channel_buffer_new(size_t capacity);
QEMU_WEAK int64_t qio_channel_io_seek(QemuChannel *channel, int64_t offset, int whence,
                                      QemuError **errp);
/* Return 0 on success. */
QEMU_WEAK int qio_channel_read_all(QemuChannel *channel, void *bytes, size_t size,
                                   QemuError **errp);
QEMU_WEAK int qio_channel_write_all(QemuChannel *channel, const void *bytes, size_t size,
                                    QemuError **errp);
QEMU_WEAK QemuFile *qemu_file_new_output(QemuChannel *channel);
QEMU_WEAK QemuFile *qemu_file_new_input(QemuChannel *channel);
QEMU_WEAK void qemu_fflush(QemuFile *file);
QEMU_WEAK void qemu_fclose(QemuFile *file);

/* Later releases have `errp`.  Some return an int, 0 for success, and some a bool: look at the
 * effects instead. */
QEMU_WEAK void vmstate_save_state(QemuFile *file, const void *description, void *opaque, void *json,
                                  QemuError **errp);
QEMU_WEAK void vmstate_load_state(QemuFile *file, const void *description, void *opaque,
                                  int version, QemuError **errp);

/* From 10.0 on it has the argument. */
QEMU_WEAK void *migration_incoming_get_current(void);
QEMU_WEAK void qemu_loadvm_state_cleanup(void *incoming);
QEMU_WEAK void unregister_savevm(void *object, const char *name, void *opaque);

/* The caller provides the cache; its size is unknown here. */
typedef struct QemuMemoryCache QemuMemoryCache;
QEMU_WEAK int64_t address_space_cache_init(QemuMemoryCache *cache, QemuAddressSpace *space,
                                           uint64_t address, uint64_t size, bool is_write);
QEMU_WEAK void address_space_cache_destroy(QemuMemoryCache *cache);
QEMU_WEAK uint32_t address_space_read_cached_slow(QemuMemoryCache *cache, uint64_t address,
                                                  void *buffer, uint64_t size);
QEMU_WEAK void address_space_destroy(QemuAddressSpace *space);

#endif
