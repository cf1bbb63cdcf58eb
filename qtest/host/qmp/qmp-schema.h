/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The types of QMP's commands and events, and the answer of query-qmp-schema. */
#ifndef OB_QMP_SCHEMA_H
#define OB_QMP_SCHEMA_H

#include "qtest/host/qmp/qmp.h"

/* The members of `type` belong to an object whose tag has this value. */
typedef struct ObQmpVariant {
    const char *value;
    const char *type; /* an object type */
} ObQmpVariant;

/* An object type. */
typedef struct ObQmpStruct {
    const char *name;
    const ObQmpMember *members;   /* ends with a member of zeros */
    const char *tag;              /* the member that selects the variant; NULL: no variants */
    const ObQmpVariant *variants; /* ends with a row of zeros */
} ObQmpStruct;

/* A type whose value is the name of an object, or an object of this type. */
typedef struct ObQmpAlternate {
    const char *name;
    const char *object;
} ObQmpAlternate;

typedef struct ObQmpEnum {
    const char *name;
    const char *const *values; /* ends with NULL */
    const char *group;         /* or the names of the classes of this group */
} ObQmpEnum;

typedef struct ObQmpEventInfo {
    const char *name;
    const char *data; /* an object type; NULL: empty */
} ObQmpEventInfo;

/* Each ends with a row of zeros. */
extern const ObQmpStruct ob_qmp_structs[];
extern const ObQmpAlternate ob_qmp_alternates[];
extern const ObQmpEnum ob_qmp_enums[];
extern const ObQmpEventInfo ob_qmp_events[];

/* These end with NULL. */
extern const char *const ob_qmp_tpm_types[];
extern const char *const ob_qmp_migration_capabilities[];

/* The names of the plugins' classes of this group (HwDeviceClass.at_most_one). */
json_t *ob_qmp_group_names(const ObHost *host, const char *group);

/* The type's form in JSON: "string", "int", "boolean", "array", "object", "value". */
const char *ob_qmp_json_type(const char *type);

#endif
