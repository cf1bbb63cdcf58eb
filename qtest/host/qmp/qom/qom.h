/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's object tree, as far as this program has it: /machine, with devices that have an id
 * in peripheral, and the others in peripheral-anon.
 */
#ifndef OB_QOM_H
#define OB_QOM_H

#include "qtest/host/run/system.h"

typedef enum ObQomKind {
    OB_QOM_NONE, /* there is no such object */
    OB_QOM_ROOT,
    OB_QOM_MACHINE,
    OB_QOM_PERIPHERAL,
    OB_QOM_ANONYMOUS,
    OB_QOM_DEVICE,
    OB_QOM_VCPUS, /* /machine/vcpu-registers, if -vcpu-registers was given */
    OB_QOM_OBJECTS,
    OB_QOM_OBJECT, /* an object that -object or object-add made */
    OB_QOM_UNATTACHED,
    OB_QOM_CPU,
} ObQomKind;

typedef struct ObQomObject {
    ObQomKind kind;
    HwInstance *instance;    /* OB_QOM_DEVICE */
    struct ObObject *object; /* OB_QOM_OBJECT */
    uint32_t cpu;            /* OB_QOM_CPU */
} ObQomObject;

/* The object at an absolute path, or at the end of a path: "tpm0". */
ObQomObject ob_qom_resolve(const ObSystem *system, const char *path);

/* The object's properties as ObjectPropertyInfo, with its children; the caller owns them. */
json_t *ob_qom_list(const ObSystem *system, ObQomObject object);

/* A property's value, which the caller owns; NULL if there is no such property. */
json_t *ob_qom_get(const ObSystem *system, ObQomObject object, const char *name);

/* True if the object has a property of this name. */
bool ob_qom_has(const ObSystem *system, ObQomObject object, const char *name);

/* Sets an existing property to `text`, in the form of -device.  Returns false and sets
 * `error` on failure: only some properties can be set. */
bool ob_qom_set(ObQomObject object, const char *name, const char *text, HwError *error);

/* "pc-machine", "tpm-crb".  The caller frees it. */
char *ob_qom_type(const ObSystem *system, ObQomObject object);

/* "/machine/peripheral/tpm0".  The caller frees it. */
char *ob_qom_device_path(const ObSystem *system, const HwInstance *instance);

/* The property's type and default in the form of device-list-properties.  The caller owns
 * the default, NULL if there is none. */
const char *ob_qom_property_type(const HwProperty *property);
json_t *ob_qom_property_default(const HwProperty *property);

/* qom-vcpus.c: ob_qom_list() and ob_qom_get() for OB_QOM_VCPUS. */
void ob_qom_vcpus_list(json_t *list);
json_t *ob_qom_vcpus_get(const ObSystem *system, const char *name);

/* qom-objects.c: the same for OB_QOM_OBJECTS and OB_QOM_OBJECT. */
/* `value` fits the type of an object's property; else the sentence's expected type.  NULL: it fits. */
const char *ob_qom_objects_misfit(ObQomObject object, const char *name, const json_t *value);
ObQomObject ob_qom_objects_resolve(const ObSystem *system, const char *path);
void ob_qom_objects_list(const ObSystem *system, ObQomObject object, json_t *list);
json_t *ob_qom_objects_get(ObQomObject object, const char *name);

struct ObObjectType;
void ob_qom_object_type_list(const struct ObObjectType *type, json_t *list);

/* qom-cpus.c: the same for OB_QOM_UNATTACHED and OB_QOM_CPU, and the CPUs for QMP. */
ObQomObject ob_qom_cpus_resolve(const ObSystem *system, const char *path);
void ob_qom_cpus_list(const ObSystem *system, ObQomObject object, json_t *list);
json_t *ob_qom_cpus_get(const ObSystem *system, ObQomObject object, const char *name);
uint32_t ob_qom_cpu_count(const ObSystem *system);              /* present ones */
const char *ob_qom_cpu_type(const ObSystem *system);            /* QEMU's default model */
char *ob_qom_cpu_path(uint32_t cpu);                            /* the caller frees it */
json_t *ob_qom_cpu_props(const ObSystem *system, uint32_t cpu); /* QMP's CpuInstanceProperties */

/* True if `wanted` is this path, or its last components. */
bool ob_qom_path_matches(const char *path, const char *wanted);

/* Adds an ObjectPropertyInfo to a list. */
void ob_qom_entry_add(json_t *list, const char *name, const char *type);
void ob_qom_child_add(json_t *list, const char *name, const char *type);

/* True if the user gave the device no id. */
bool ob_qom_is_anonymous(const HwInstance *instance);

#endif
