/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A host with simple device classes, for tests of the machine in process. */
#ifndef OB_TESTS_LIB_GADGET_H
#define OB_TESTS_LIB_GADGET_H

#include <glib.h>

#include "qtest/machine/core/host.h"

#define MIB         UINT64_C(0x100000)
#define GADGET_BASE UINT64_C(0xfed10000) /* free on every machine */
#define GADGET_CTRL 0x0                  /* bit 0 drives the interrupt line */
#define GADGET_ID   0x4                  /* reads as 0x1d */
#define GADGET_IRQ  5

enum { GADGET_MMIO, GADGET_RAM }; /* regions */

/*
 * The classes: "gadget" has registers at addr=, RAM at ram-addr=, line= and broken=.  "solo" and
 * "other-solo" are gadgets too, but a machine has at most one of both.  "ports" has I/O ports at
 * addr=.  "large" is 3 MiB of RAM.
 */
typedef struct GadgetHost {
    ObHost *host;
    GString *log;
    GString *irqs; /* changes of interrupt lines: "5=1 " */
    char text[300];
    HwError error;
    GMutex wake_lock;
    GCond wake_changed;
    uint32_t wakes; /* number of wakes since the last poll */
} GadgetHost;

/* The log of the devices' hooks and callbacks: "ID:WORD ID:WORD". */
extern GString *gadget_happened;
void gadget_note(HwDevice *dev, const char *what);
void gadget_note_word(HwDevice *dev, void *word); /* to be posted */

extern HwClass gadget_class;

/* `machine`: NULL is pc, "virt" is aarch64's. */
void gadget_set_up(GadgetHost *f, gconstpointer machine);
void gadget_set_up_threaded(GadgetHost *f, gconstpointer machine);
void gadget_tear_down(GadgetHost *f, gconstpointer data);

/* Waits until the threaded host asks for a poll, then polls. */
void gadget_poll_woken(GadgetHost *f);

#define GADGET_TEST(path, machine, function) \
    g_test_add(path, GadgetHost, machine, gadget_set_up, function, gadget_tear_down)

/* Adds a device; options are "addr=0x1000,id=a".  NULL: refused, with the reason in f->text. */
HwInstance *device_try(GadgetHost *f, const char *name, const char *options);
HwInstance *device_add(GadgetHost *f, const char *name, const char *options); /* must succeed */
void device_refused(GadgetHost *f, const char *name, const char *options, const char *sentence);

uint32_t readl(GadgetHost *f, uint64_t address);
void writel(GadgetHost *f, uint64_t address, uint32_t value);
uint64_t address_of(const HwInstance *instance, uint32_t region);

#endif
