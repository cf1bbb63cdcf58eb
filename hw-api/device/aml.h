/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Assembles AML (ACPI 6.4, chapter 20) in the caller's buffer.
 *
 * AML is prefix notation, and so are the calls: an operator, then its operands, then
 * its target.  A term with a PkgLength is opened by one call and closed by hw_aml_end():
 *
 *     hw_aml_method(&aml, "_STA", 0);         Method (_STA) {
 *     hw_aml_op(&aml, HW_AML_RETURN);             Return (0x0f)
 *     hw_aml_integer(&aml, 0x0f);
 *     hw_aml_end(&aml);                       }
 *
 * An error (the buffer is full, a name is malformed, an end is missing) is remembered, and
 * later calls do nothing.  So check hw_aml_done() once, at the end.  Any thread.
 */
#ifndef HW_DEVICE_AML_H
#define HW_DEVICE_AML_H

#include "hw-api/ext/acpi.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { HW_AML_DEPTH_MAX = 16 };

typedef struct HwAml {
    uint8_t *bytes; /* the caller's */
    uint32_t capacity;
    uint32_t size; /* bytes assembled */
    bool failed;
    uint8_t depth; /* terms that are open */
    uint8_t kinds[HW_AML_DEPTH_MAX];
    uint32_t starts[HW_AML_DEPTH_MAX]; /* the place of each open term's PkgLength */
} HwAml;

void hw_aml_init(HwAml *aml, void *buffer, uint32_t capacity);

/* True if no call failed and no term is open: `size` bytes are whole terms. */
bool hw_aml_done(const HwAml *aml);

/* -------------------------------------------------------------------- opcodes */

/* One byte, or two with the prefix 0x5b.  HW_AML_ZERO as target: the result is not stored. */
typedef enum HwAmlOp {
    HW_AML_ZERO = 0x00,
    HW_AML_ONE = 0x01,
    HW_AML_LOCAL0 = 0x60, /* to LOCAL0 + 7 */
    HW_AML_ARG0 = 0x68,   /* to ARG0 + 6 */
    HW_AML_STORE = 0x70,  /* source, target */
    HW_AML_ADD = 0x72,    /* two operands, target */
    HW_AML_SUBTRACT = 0x74,
    HW_AML_MULTIPLY = 0x77,
    HW_AML_SHIFT_LEFT = 0x79,
    HW_AML_SHIFT_RIGHT = 0x7a,
    HW_AML_AND = 0x7b,
    HW_AML_OR = 0x7d,
    HW_AML_XOR = 0x7f,
    HW_AML_DEREF_OF = 0x83,    /* reference */
    HW_AML_NOTIFY = 0x86,      /* object, value */
    HW_AML_SIZE_OF = 0x87,     /* object */
    HW_AML_INDEX = 0x88,       /* object, index, target */
    HW_AML_LOGICAL_AND = 0x90, /* two operands */
    HW_AML_LOGICAL_OR = 0x91,
    HW_AML_LOGICAL_NOT = 0x92, /* operand; of LESS: greater or equal */
    HW_AML_EQUAL = 0x93,       /* two operands */
    HW_AML_GREATER = 0x94,
    HW_AML_LESS = 0x95,
    HW_AML_RETURN = 0xa4, /* object */
    HW_AML_ONES = 0xff,
} HwAmlOp;
void hw_aml_op(HwAml *aml, uint32_t op);

/* ---------------------------------------------------------------- data objects */

/* Uses the shortest encoding. */
void hw_aml_integer(HwAml *aml, uint64_t value);

/*
 * Always 4 or 8 bytes, for a loader's ADD_POINTER.  Returns the place of these bytes in the
 * buffer.  Call only at the root: the end of an enclosing term would move the bytes.
 */
uint32_t hw_aml_fixed_dword(HwAml *aml, uint32_t value);
uint32_t hw_aml_fixed_qword(HwAml *aml, uint64_t value);

void hw_aml_string(HwAml *aml, const char *text);  /* ASCII */
void hw_aml_unicode(HwAml *aml, const char *text); /* ASCII; stored as UTF-16, for _STR */
void hw_aml_eisa_id(HwAml *aml, const char *id);   /* "PNP0C08", as an integer */
void hw_aml_uuid(HwAml *aml, const char *uuid);    /* 36 characters; ToUUID's buffer */
void hw_aml_buffer(HwAml *aml, const void *bytes, uint32_t size);

/* Up to `count` elements follow, then the end. */
void hw_aml_package(HwAml *aml, uint8_t count);

/* ----------------------------------------------------------------------- names */

/* Paths are written like in ASL: "\\_SB.VGEN", "^PCI0", "STA"; segments are padded with '_'. */

void hw_aml_reference(HwAml *aml, const char *path); /* uses or calls the named object */
void hw_aml_name(HwAml *aml, const char *path);      /* Name (): its object follows */
void hw_aml_name_integer(HwAml *aml, const char *path, uint64_t value);
void hw_aml_name_string(HwAml *aml, const char *path, const char *text);

/* The end follows.  `arguments` of a method: their number up to 7, plus HW_AML_SERIALIZED. */
enum { HW_AML_SERIALIZED = 0x08 };
void hw_aml_scope(HwAml *aml, const char *path);
void hw_aml_device(HwAml *aml, const char *path);
void hw_aml_method(HwAml *aml, const char *path, uint32_t arguments);

/* If (): the predicate follows, then the statements, then the end.  Else () comes right behind. */
void hw_aml_if(HwAml *aml);
void hw_aml_else(HwAml *aml);

/* Closes the term that was opened last. */
void hw_aml_end(HwAml *aml);

/* --------------------------------------------------------------------- regions */

/* OperationRegion (): two integers follow, its address and its length in bytes. */
typedef enum HwAmlSpace {
    HW_AML_SYSTEM_MEMORY = 0,
    HW_AML_SYSTEM_IO = 1,
} HwAmlSpace;
void hw_aml_operation_region(HwAml *aml, const char *path, uint8_t space);

/* Field () of a region: units follow, then the end.  The field is NoLock and Preserve. */
typedef enum HwAmlAccess {
    HW_AML_ANY_ACCESS = 0,
    HW_AML_BYTE_ACCESS = 1,
    HW_AML_WORD_ACCESS = 2,
    HW_AML_DWORD_ACCESS = 3,
} HwAmlAccess;
void hw_aml_field(HwAml *aml, const char *region, uint8_t access);
void hw_aml_field_unit(HwAml *aml, const char *name, uint32_t bits);
void hw_aml_field_skip(HwAml *aml, uint32_t bits);

/* ------------------------------------------------------------------- resources */

/* ResourceTemplate (): descriptors follow (ACPI 6.4, 6.4), then the end. */
void hw_aml_resources(HwAml *aml);
void hw_aml_memory32_fixed(HwAml *aml, uint32_t base, uint32_t size, bool writable);

void hw_aml_io_ports(HwAml *aml, uint16_t base, uint8_t count);

/* A QWordMemory descriptor of uncached memory at a fixed address; `size` > 0. */
void hw_aml_memory64(HwAml *aml, uint64_t base, uint64_t size, bool writable);

/* The same, of memory that the guest may cache, such as a page of RAM. */
void hw_aml_cacheable64(HwAml *aml, uint64_t base, uint64_t size, bool writable);

/* Windows of a PCI host bridge: bus numbers and I/O ports, from `first` to `last`.  The CPUs see
 * the ports in memory, at `translation` + port; 0: they are the CPUs' ports. */
void hw_aml_bus_numbers(HwAml *aml, uint16_t first, uint16_t last);
void hw_aml_io_window(HwAml *aml, uint32_t first, uint32_t last, uint32_t translation);

typedef enum HwAmlInterruptFlags {
    HW_AML_INTERRUPT_EDGE = 1 << 1,       /* else level */
    HW_AML_INTERRUPT_ACTIVE_LOW = 1 << 2, /* else active high */
    HW_AML_INTERRUPT_SHARED = 1 << 3,     /* else exclusive */
} HwAmlInterruptFlags;
void hw_aml_interrupt(HwAml *aml, uint32_t gsi, uint8_t flags);

/* ---------------------------------------------------------------------- events */

/*
 * Notifies `device` ("\\_SB.VGEN") with 0x80 when the event comes.  Call at the root.
 * GPE: adds a method \_GPE._Exx.  GED: adds a Generic Event Device under \_SB for this event.
 */
void hw_aml_event_handler(HwAml *aml, const HwAcpiEvent *event, const char *device);

#ifdef __cplusplus
}
#endif

#endif
