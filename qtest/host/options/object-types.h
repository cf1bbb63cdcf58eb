/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's types of -object that this program has, with their properties. */
#ifndef OB_OBJECT_TYPES_H
#define OB_OBJECT_TYPES_H

#include "qtest/host/options/options.h"

typedef enum ObObjectPropertyType {
    OB_OBJECT_STRING,
    OB_OBJECT_BOOL,
    OB_OBJECT_INTEGER,
    OB_OBJECT_SIZE,
    OB_OBJECT_CHOICE,
} ObObjectPropertyType;

typedef struct ObObjectProperty {
    const char *name;
    ObObjectPropertyType type;
    const char *value; /* the default in the command line's form; NULL: none */
    const char *extra; /* CHOICE: the values; else "required" or NULL; a space around each */
} ObObjectProperty;

typedef struct ObObjectType {
    const char *name;
    const char *parent; /* QEMU's class above */
    const char *help;
    const ObObjectProperty *properties; /* ends with a row of zeros; NULL: none */
    const ObObjectProperty *more;       /* the same */
    bool (*take)(ObOptions *options, const ObKeyval *keyval, HwError *error); /* NULL: nothing */
} ObObjectType;

extern const ObObjectType ob_object_types[]; /* ends with a row of zeros */

/* Returns NULL and sets `error`, with the nearest name, if there is no such type. */
const ObObjectType *ob_object_type_find(const char *name, HwError *error);

/* NULL if the type does not have it. */
const ObObjectProperty *ob_object_type_property(const ObObjectType *type, const char *name);

/* The property at `index` of a type; NULL: there are no more. */
const ObObjectProperty *ob_object_type_property_at(const ObObjectType *type, uint32_t index);

/* Checks qom-type, id and all properties of an object.  Returns its type; or NULL, and sets
 * `error`. */
const ObObjectType *ob_object_check(const ObKeyval *keyval, HwError *error);

/* A property of a checked object, or its default; NULL: neither exists. */
const char *ob_object_text(const ObObjectType *type, const ObKeyval *keyval, const char *name);

/* The same as a number; 0: neither exists. */
uint64_t ob_object_number(const ObObjectType *type, const ObKeyval *keyval, const char *name);
bool ob_object_flag(const ObObjectType *type, const ObKeyval *keyval, const char *name);

#endif
