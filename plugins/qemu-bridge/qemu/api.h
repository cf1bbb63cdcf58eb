/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's functions and structures that the bridge uses.  We declare them from what QEMU's
 * binaries show: the project doesn't include QEMU's headers.  QEMU promises none of them to
 * be stable.  The declarations here hold for 7.2, 10.0 and 11.1; layout.h has what differs by
 * release.  Comments here name differences that don't matter.
 *
 * Every symbol is weak.  So the bridge can refuse a QEMU that lacks a symbol with a sentence
 * (symbols.h), before the dynamic linker does.
 */
#ifndef BRIDGE_QEMU_API_H
#define BRIDGE_QEMU_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QEMU_WEAK                    extern __attribute__((weak))
#define QEMU_PRINTF(format_, first_) __attribute__((__format__(__printf__, format_, first_)))

/* ------------------------------------------------------------------- errors */

typedef struct QemuError QemuError;

QEMU_WEAK void error_setg_internal(QemuError **errp, const char *file, int line,
                                   const char *function, const char *format, ...) QEMU_PRINTF(5, 6);
QEMU_WEAK const char *error_get_pretty(const QemuError *error);
QEMU_WEAK void error_free(QemuError *error);
QEMU_WEAK void error_report(const char *format, ...) QEMU_PRINTF(1, 2);
QEMU_WEAK void warn_report(const char *format, ...) QEMU_PRINTF(1, 2);
QEMU_WEAK void info_report(const char *format, ...) QEMU_PRINTF(1, 2);

/* -d guest_errors */
#define QEMU_LOG_GUEST_ERROR (1 << 11)
QEMU_WEAK int qemu_loglevel;
QEMU_WEAK void qemu_log(const char *format, ...) QEMU_PRINTF(1, 2);

/* ------------------------------------------------------------- object model */

typedef struct QemuObject QemuObject;
typedef struct QemuObjectClass QemuObjectClass;
typedef struct QemuVisitor QemuVisitor;
typedef struct QemuObjectProperty QemuObjectProperty;

/* Before 9.x the pointers of class_init and class_data were not const. */
typedef struct QemuTypeInfo {
    const char *name;
    const char *parent;
    size_t instance_size; /* 0: the parent's size */
    size_t instance_align;
    void (*instance_init)(QemuObject *object);
    void (*instance_post_init)(QemuObject *object);
    void (*instance_finalize)(QemuObject *object);
    bool abstract;
    size_t class_size;
    void (*class_init)(QemuObjectClass *cls, const void *data);
    void (*class_base_init)(QemuObjectClass *cls, const void *data);
    const void *class_data;
    const void *interfaces;
} QemuTypeInfo;

typedef void QemuPropertyAccessor(QemuObject *object, QemuVisitor *visitor, const char *name,
                                  void *opaque, QemuError **errp);
typedef void QemuDeviceRealize(QemuObject *device, QemuError **errp);
typedef void QemuDeviceUnrealize(QemuObject *device);

/* Copies the info and the name. */
QEMU_WEAK void *type_register_static(const QemuTypeInfo *info);
QEMU_WEAK void register_module_init(void (*function)(void), int kind);
QEMU_WEAK QemuObject *object_new(const char *type);
QEMU_WEAK const char *object_get_typename(const QemuObject *object);
QEMU_WEAK const char *object_get_canonical_path_component(const QemuObject *object);
/* Returns NULL, and sets *ambiguous, if there are two objects of the type or more. */
QEMU_WEAK QemuObject *object_resolve_path_type(const char *path, const char *type, bool *ambiguous);
QEMU_WEAK QemuObjectProperty *object_property_add_child(QemuObject *parent, const char *name,
                                                        QemuObject *child);
QEMU_WEAK void object_unparent(QemuObject *object);
/* Returns a child, or NULL if no child has this name. */
QEMU_WEAK QemuObject *object_resolve_path_component(QemuObject *parent, const char *name);
/* The object whose path is "/". */
QEMU_WEAK QemuObject *object_get_root(void);
QEMU_WEAK QemuObjectClass *object_class_by_name(const char *type);
QEMU_WEAK QemuObjectProperty *object_class_property_add(
    QemuObjectClass *cls, const char *name, const char *type, QemuPropertyAccessor *get,
    QemuPropertyAccessor *set, void (*release)(QemuObject *, const char *, void *), void *opaque);
/* Returns NULL if neither the class nor a parent has the property. */
QEMU_WEAK void *object_class_property_find(QemuObjectClass *cls, const char *name);
QEMU_WEAK void object_class_property_set_description(QemuObjectClass *cls, const char *name,
                                                     const char *description);
/* A property of one object. */
QEMU_WEAK QemuObjectProperty *object_property_add(
    QemuObject *object, const char *name, const char *type, QemuPropertyAccessor *get,
    QemuPropertyAccessor *set, void (*release)(QemuObject *, const char *, void *), void *opaque);
QEMU_WEAK void object_property_set_description(QemuObject *object, const char *name,
                                               const char *description);
QEMU_WEAK void object_property_del(QemuObject *object, const char *name);
/* Returns NULL if neither the object nor its class has the property. */
QEMU_WEAK QemuObjectProperty *object_property_find(QemuObject *object, const char *name);
QEMU_WEAK bool object_property_set_link(QemuObject *object, const char *name, QemuObject *value,
                                        QemuError **errp);
/* Returns the object. */
QEMU_WEAK void *object_ref(void *object);
QEMU_WEAK bool object_property_get_bool(QemuObject *object, const char *name, QemuError **errp);
QEMU_WEAK uint64_t object_property_get_uint(QemuObject *object, const char *name, QemuError **errp);

QEMU_WEAK bool object_property_set_str(QemuObject *object, const char *name, const char *value,
                                       QemuError **errp);

/* Returns a string to be freed by free(), or NULL if there is no such property. */
QEMU_WEAK char *object_property_get_str(QemuObject *object, const char *name, QemuError **errp);

QEMU_WEAK bool visit_type_bool(QemuVisitor *visitor, const char *name, bool *value,
                               QemuError **errp);
QEMU_WEAK bool visit_type_uint64(QemuVisitor *visitor, const char *name, uint64_t *value,
                                 QemuError **errp);
QEMU_WEAK bool visit_type_size(QemuVisitor *visitor, const char *name, uint64_t *value,
                               QemuError **errp);
/* A string that an input visitor stores is to be freed by free(). */
QEMU_WEAK bool visit_type_str(QemuVisitor *visitor, const char *name, char **value,
                              QemuError **errp);

QEMU_WEAK void device_class_set_parent_realize(QemuObjectClass *cls, QemuDeviceRealize *realize,
                                               QemuDeviceRealize **parent);
QEMU_WEAK void device_class_set_parent_unrealize(QemuObjectClass *cls,
                                                 QemuDeviceUnrealize *unrealize,
                                                 QemuDeviceUnrealize **parent);

/* ------------------------------------------------------------------- memory */

typedef struct QemuMemoryRegion QemuMemoryRegion;
typedef struct QemuAddressSpace QemuAddressSpace;

typedef enum QemuEndianness {
    QEMU_LITTLE_ENDIAN = 2,
} QemuEndianness;

/* The attributes have 4 bytes in 7.2 and 8 from 9.x on; both fit in a register.  The bridge's
 * devices leave `accepts` and the callbacks with attributes NULL. */
typedef struct QemuMemoryRegionOps {
    uint64_t (*read)(void *opaque, uint64_t offset, unsigned size);
    void (*write)(void *opaque, uint64_t offset, uint64_t value, unsigned size);
    uint32_t (*read_with_attrs)(void *opaque, uint64_t offset, uint64_t *value, unsigned size,
                                uint64_t attributes);
    void (*write_with_attrs)(void);
    int endianness;
    struct {
        unsigned min_access_size;
        unsigned max_access_size;
        bool unaligned;
        void (*accepts)(void);
    } valid;
    struct {
        unsigned min_access_size;
        unsigned max_access_size;
        bool unaligned;
    } impl;
} QemuMemoryRegionOps;

/* Later releases add members at the end.  The structure is returned through memory, so it
 * needs room for them. */
typedef struct QemuMemoryRegionSection {
    _Alignas(16) uint64_t size[2];
    QemuMemoryRegion *region;
    void *flat_view;
    uint64_t offset_within_region;
    uint64_t offset_within_address_space;
    bool readonly;
    uint64_t room[8];
} QemuMemoryRegionSection;

#define QEMU_RAM_ADDR_INVALID UINT64_MAX

QEMU_WEAK QemuAddressSpace address_space_memory;
QEMU_WEAK QemuMemoryRegion *get_system_memory(void);
QEMU_WEAK QemuMemoryRegion *get_system_io(void);

/* From 9.x on they return true on success, earlier nothing: look at the error instead. */
QEMU_WEAK void memory_region_init_ram(QemuMemoryRegion *region, QemuObject *owner, const char *name,
                                      uint64_t size, QemuError **errp);
QEMU_WEAK void memory_region_init_rom_device(QemuMemoryRegion *region, QemuObject *owner,
                                             const QemuMemoryRegionOps *ops, void *opaque,
                                             const char *name, uint64_t size, QemuError **errp);
QEMU_WEAK void memory_region_init_io(QemuMemoryRegion *region, QemuObject *owner,
                                     const QemuMemoryRegionOps *ops, void *opaque, const char *name,
                                     uint64_t size);
QEMU_WEAK void memory_region_init(QemuMemoryRegion *region, QemuObject *owner, const char *name,
                                  uint64_t size);
QEMU_WEAK void memory_region_init_alias(QemuMemoryRegion *region, QemuObject *owner,
                                        const char *name, QemuMemoryRegion *original,
                                        uint64_t offset, uint64_t size);
QEMU_WEAK uint64_t memory_region_size(QemuMemoryRegion *region);
QEMU_WEAK void vmstate_register_ram(QemuMemoryRegion *region, QemuObject *device);
QEMU_WEAK void vmstate_unregister_ram(QemuMemoryRegion *region, QemuObject *device);
QEMU_WEAK void *memory_region_get_ram_ptr(QemuMemoryRegion *region);
QEMU_WEAK uint64_t memory_region_get_ram_addr(QemuMemoryRegion *region);
QEMU_WEAK void memory_region_set_dirty(QemuMemoryRegion *region, uint64_t offset, uint64_t size);
QEMU_WEAK void memory_region_add_subregion(QemuMemoryRegion *container, uint64_t address,
                                           QemuMemoryRegion *region);
QEMU_WEAK void memory_region_add_subregion_overlap(QemuMemoryRegion *container, uint64_t address,
                                                   QemuMemoryRegion *region, int priority);
QEMU_WEAK void memory_region_del_subregion(QemuMemoryRegion *container, QemuMemoryRegion *region);
QEMU_WEAK bool memory_region_present(QemuMemoryRegion *container, uint64_t address);
QEMU_WEAK QemuMemoryRegionSection memory_region_find(QemuMemoryRegion *container, uint64_t address,
                                                     uint64_t size);
QEMU_WEAK void memory_region_unref(QemuMemoryRegion *region);
/* The caller provides `space`, zeroed.  Its size is unknown here. */
QEMU_WEAK void address_space_init(QemuAddressSpace *space, QemuMemoryRegion *root,
                                  const char *name);
QEMU_WEAK uint32_t address_space_rw(QemuAddressSpace *space, uint64_t address, uint64_t attributes,
                                    void *buffer, uint64_t size, bool is_write);

/* The guest's RAM without ROM devices: the ranges that QEMU's own memory overwrite clears.
 * The list holds references to the regions until it is freed. */
typedef struct QemuRamRange {
    uint64_t start;
    uint64_t end;
    uint8_t *host;
    QemuMemoryRegion *region;
    struct QemuRamRange *next;
    void *previous;
} QemuRamRange;

typedef struct QemuRamRanges {
    uint32_t count;
    QemuRamRange *first;
    void *last;
} QemuRamRanges;

QEMU_WEAK void guest_phys_blocks_init(QemuRamRanges *ranges);
QEMU_WEAK void guest_phys_blocks_append(QemuRamRanges *ranges);
QEMU_WEAK void guest_phys_blocks_free(QemuRamRanges *ranges);

/* Resizes up to the block's largest size, which its creator chose. */
QEMU_WEAK void memory_region_ram_resize(QemuMemoryRegion *region, uint64_t size, QemuError **errp);

/* Returns NULL if no RAM block has this name. */
QEMU_WEAK void *qemu_ram_block_by_name(const char *name);

/* -------------------------------------------------------------------- state */

typedef struct QemuFile QemuFile;

/* Later releases add a second pair of functions, which may be NULL. */
typedef struct QemuVmstateInfo {
    const char *name;
    int (*get)(QemuFile *file, void *value, size_t size, const void *field);
    int (*put)(QemuFile *file, void *value, size_t size, const void *field, void *description);
    void *load;
    void *save;
} QemuVmstateInfo;

QEMU_WEAK const QemuVmstateInfo vmstate_info_uint8;
QEMU_WEAK const QemuVmstateInfo vmstate_info_uint16;
QEMU_WEAK const QemuVmstateInfo vmstate_info_uint32;
QEMU_WEAK const QemuVmstateInfo vmstate_info_uint64;

QEMU_WEAK unsigned int qemu_get_be32(QemuFile *file);
QEMU_WEAK int qemu_file_get_error(QemuFile *file); /* 0 or a negative errno */
/* The channel below a file. */
QEMU_WEAK QemuObject *qemu_file_get_ioc(QemuFile *file);
QEMU_WEAK size_t qemu_get_buffer(QemuFile *file, uint8_t *bytes, size_t size);
QEMU_WEAK void qemu_put_be32(QemuFile *file, unsigned int value);
QEMU_WEAK void qemu_put_buffer(QemuFile *file, const uint8_t *bytes, size_t size);

#define QEMU_INSTANCE_ID_ANY UINT32_MAX

/* The layout of the description differs by release: layout.h. */
QEMU_WEAK int vmstate_register_with_alias_id(void *object, uint32_t instance_id,
                                             const void *description, void *opaque, int alias_id,
                                             int required_for_version, QemuError **errp);
QEMU_WEAK void vmstate_unregister(void *object, const void *description, void *opaque);

/* SaveVMHandlers' layout differs, too. */
QEMU_WEAK int register_savevm_live(const char *name, uint32_t instance, int version,
                                   const void *handlers, void *opaque);

#endif
