/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's object tree, as far as it is there: /machine with the devices in
 * peripheral (those with an id) and peripheral-anon.
 */
#ifndef OB_QOM_H
#define OB_QOM_H

#include "qtest/host/run/system.h"

typedef enum ObQomKind {
    OB_QOM_NONE,                /* there is no such object */
    OB_QOM_ROOT,
    OB_QOM_MACHINE,
    OB_QOM_PERIPHERAL,
    OB_QOM_ANONYMOUS,
    OB_QOM_DEVICE,
    OB_QOM_VCPUS,               /* /machine/vcpu-registers, what -vcpu-registers asked for */
} ObQomKind;

typedef struct ObQomObject {
    ObQomKind kind;
    HwInstance *instance;       /* OB_QOM_DEVICE */
} ObQomObject;

/* The object at an absolute path, or at the end of one: "tpm0". */
ObQomObject ob_qom_resolve(const ObSystem *system, const char *path);

/* Its properties as ObjectPropertyInfo, children among them; the caller's. */
json_t *ob_qom_list(const ObSystem *system, ObQomObject object);

/* A property's value, the caller's; NULL if there is none of that name. */
json_t *ob_qom_get(const ObSystem *system, ObQomObject object, const char *name);

/* Whether there is a property of that name. */
bool ob_qom_has(const ObSystem *system, ObQomObject object, const char *name);

/* Sets one that there is to what -device would have as `text`.  False with a sentence:
 * only some properties of devices can be set. */
bool ob_qom_set(ObQomObject object, const char *name, const char *text, HwError *error);

/* "pc-machine", "tpm-crb".  The caller frees it. */
char *ob_qom_type(const ObSystem *system, ObQomObject object);

/* "/machine/peripheral/tpm0".  The caller frees it. */
char *ob_qom_device_path(const ObSystem *system, const HwInstance *instance);

/* The property's type and default as device-list-properties shows them; the
 * default is the caller's, NULL if there is none. */
const char *ob_qom_property_type(const HwProperty *property);
json_t *ob_qom_property_default(const HwProperty *property);

/* qom-vcpus.c: the properties of OB_QOM_VCPUS, as ob_qom_list() and ob_qom_get(). */
void ob_qom_vcpus_list(json_t *list);
json_t *ob_qom_vcpus_get(const ObSystem *system, const char *name);

/* Whether the device has no id of the user's. */
bool ob_qom_is_anonymous(const HwInstance *instance);

#endif
