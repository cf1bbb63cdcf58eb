/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VMClock: a page of memory by which a guest learns that its clock was disrupted, and that it was
 * loaded from a snapshot.  Specified in vmclock.rst; the layout is Linux's
 * include/uapi/linux/vmclock-abi.h.
 *
 * The page is the state: its memory travels in the stream, as that of QEMU's device does.
 */
#include <inttypes.h>
#include <stdio.h>

#include "devices/devices.h"
#include "devices/generation.h"
#include "devices/vmclock-describe.h"
#include "devices/vmclock-page.h"
#include "devices/vmclock-regs.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/guest-memory.h"

enum { PAGE }; /* the number of the region */

typedef struct VmClock {
    HwDevice dev;
    const HwGuestMemory *memory;
    const HwAcpi *acpi;

    const char *counter_option;
    uint32_t time_option;  /* index in vmclock_times */
    Generation generation; /* the rules for a load */
    uint64_t base;
    bool device_tree;
    bool notifies; /* the machine has an event for its guest */

    uint64_t configured; /* the user's generation counter */
    VmClockValues values;
    VmClockTime time;
    uint64_t physaddr; /* the page's address, in the stream */
} VmClock;

/* ------------------------------------------------------------------------ page */

static void page_store(VmClock *s)
{
    vmclock_time_read(&s->time, &s->dev);
    vmclock_page_store(s->memory->region_pointer(&s->dev, PAGE), &s->values, &s->time, s->notifies);
    s->memory->region_dirty(&s->dev, PAGE, 0, VMCLOCK_ABI_SIZE);
}

static void vmclock_page_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    hw_log(dev, HW_LOG_GUEST_ERROR,
           "write of 0x%" PRIx64 ", %u bytes, to %s at 0x%" PRIx64 ", expected no writes", value,
           size, vmclock_field_name(offset), offset);
}

/* ---------------------------------------------------------------------- events */

static void announce(HwDevice *dev)
{
    VmClock *s = HW_DEVICE(VmClock, dev);

    page_store(s);
    if (s->notifies) {
        s->acpi->raise(dev, VMCLOCK_GPE);
    }
}

static void disrupt(VmClock *s)
{
    s->values.marker = vmclock_fresh(&s->dev, s->values.marker);
    announce(&s->dev);
}

/* ------------------------------------------------------------------ properties */

static void vmclock_get_counter(HwDevice *dev, char *text, uint32_t capacity)
{
    snprintf(text, capacity, "0x%016" PRIx64, HW_DEVICE(VmClock, dev)->values.counter);
}

static bool vmclock_set_counter(HwDevice *dev, const char *text, HwError *error)
{
    VmClock *s = HW_DEVICE(VmClock, dev);

    if (!vmclock_counter_choose(dev, text, s->values.counter, &s->configured, error)) {
        return false;
    }
    s->values.counter = s->configured;
    disrupt(s);
    return true;
}

static void vmclock_get_next_load(HwDevice *dev, char *text, uint32_t capacity)
{
    generation_get_next_load(&HW_DEVICE(VmClock, dev)->generation, text, capacity);
}

static bool vmclock_set_next_load(HwDevice *dev, const char *text, HwError *error)
{
    (void)error;
    generation_set_next_load(&HW_DEVICE(VmClock, dev)->generation, text);
    return true;
}

#define POLICY(load, name, policy, what) \
    GENERATION_POLICY(name, VmClock, load, policy, "generation counter after " what)

/* clang-format off */
static const HwProperty vmclock_properties[] = {
    { .name = "counter", .type = HW_PROPERTY_STRING,
      .offset = HW_MEMBER(VmClock, counter_option, const char *), .default_string = "auto",
      .description = "generation counter, or auto: a random number",
      .get = vmclock_get_counter, .set = vmclock_set_counter },
    POLICY(LOAD_MIGRATE, "on-migrate", GENERATION_KEEP, "a live migration"),
    POLICY(LOAD_RESTORE, "on-restore", GENERATION_NEW, "a saved guest is restored"),
    POLICY(LOAD_CLONE, "on-clone", GENERATION_NEW, "a guest is cloned"),
    POLICY(LOAD_REVERT, "on-revert", GENERATION_NEW, "a guest is reverted"),
    GENERATION_NEXT_LOAD(VmClock, vmclock_get_next_load, vmclock_set_next_load),
    HW_PROP_CHOICE("time", VmClock, time_option, vmclock_times, "the time in the page"),
    { .name = "tai-offset", .type = HW_PROPERTY_U32, .maximum = INT16_MAX,
      .offset = HW_MEMBER(VmClock, time.tai_offset, uint32_t),
      .description = "seconds from UTC to TAI; 0: as the host knows it" },
    HW_PROP_BOOL("device-tree", VmClock, device_tree, false,
                 "a device tree node, for a guest without ACPI"),
    HW_PROP_ADDRESS("addr", VmClock, base, HW_ADDRESS_AUTO, "address of the page"),
};
/* clang-format on */

/* ----------------------------------------------------------------------- state */

/* The guest's tables have the address, so the page can't move. */
static bool vmclock_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    VmClock *s = HW_DEVICE(VmClock, dev);

    (void)version;
    generation_begin(&s->generation);
    return vmclock_address_stays(dev, s->physaddr, s->base, error);
}

static const HwState vmclock_state = {
    .name = "vmclock",
    .version = 1,
    .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(VmClock, physaddr)),
    .post_load = vmclock_post_load,
};

/* The clock was not disrupted, so the page stays; but realize has read the time of now. */
static bool vmclock_live_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    VmClock *s = HW_DEVICE(VmClock, dev);

    (void)version;
    (void)error;
    if (s->time.service) {
        page_store(s);
    }
    vmclock_time_go_on(&s->time);
    return true;
}

/* clang-format off */
static const HwState vmclock_live = {
    .name = "vmclock-live",
    .version = 1,
    .minimum_version = 1,
    .fields = HW_ROWS(HwStateField,
        HW_SAVED(VmClock, configured), HW_SAVED_AS("marker", VmClock, values.marker, 0),
        HW_SAVED_AS("counter", VmClock, values.counter, 0),
        HW_SAVED_AS("due", VmClock, time.due, 0), GENERATION_LIVE(VmClock)),
    .post_load = vmclock_live_post_load,
};
/* clang-format on */

static void vmclock_loaded(HwDevice *dev)
{
    VmClock *s = HW_DEVICE(VmClock, dev);

    vmclock_page_load(s->memory->region_pointer(dev, PAGE), &s->values);
    switch (generation_load(&s->generation)) {
    case GENERATION_CONFIGURED:
        s->values.counter = s->configured;
        break;
    case GENERATION_NEW:
        s->values.counter = vmclock_fresh(dev, s->values.counter);
        break;
    default:
        break;
    }
    disrupt(s);
}

/* ------------------------------------------------------------------------ life */

/* The machine's time runs only with the machine, so a guest runs here. */
static void tick(HwDevice *dev, void *opaque)
{
    VmClock *s = HW_DEVICE(VmClock, dev);

    (void)opaque;
    generation_use(&s->generation);
    if (vmclock_time_differs(&s->time, dev)) {
        announce(dev);
    }
    vmclock_time_again(&s->time, dev);
}

static bool vmclock_realize(HwDevice *dev, HwError *error)
{
    VmClock *s = HW_DEVICE(VmClock, dev);
    HwAcpiEvent event;

    s->memory = hw_guest_memory(dev);
    s->acpi = hw_acpi(dev);
    s->notifies = s->acpi->event(dev, VMCLOCK_GPE, &event);
    s->physaddr = s->base;
    if (!vmclock_address_check(dev, s->base, error) ||
        !vmclock_counter_choose(dev, s->counter_option, 0, &s->configured, error) ||
        !vmclock_tree_realize(dev, s->base, s->device_tree, s->notifies, error) ||
        !vmclock_time_realize(&s->time, dev, s->time_option, tick, announce, error)) {
        return false;
    }
    if (!generation_join(&s->generation, dev, error)) {
        vmclock_time_unrealize(&s->time, dev);
        return false;
    }
    s->values.counter = s->configured;
    s->values.marker = vmclock_fresh(dev, 0);
    page_store(s);
    return true;
}

static void vmclock_unrealize(HwDevice *dev)
{
    VmClock *s = HW_DEVICE(VmClock, dev);

    vmclock_time_unrealize(&s->time, dev);
    generation_leave(&s->generation);
}

/* A reset may have cleared the page, as all memory. */
static void vmclock_reset(HwDevice *dev)
{
    VmClock *s = HW_DEVICE(VmClock, dev);

    page_store(s);
    vmclock_time_start(&s->time, dev);
}

static void vmclock_build_acpi(HwDevice *dev, HwAcpiBuild *build)
{
    vmclock_describe(dev, build, HW_DEVICE(VmClock, dev)->base);
}

const HwDeviceClass vmclock_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "vmclock",
    .description = "VMClock: a page that tells of migrations and snapshots",
    .instance_size = sizeof(VmClock),
    .flags = HW_CLASS_FLAT,
    .at_most_one = "vmclock",
    .services = HW_NAMES(HW_GUEST_MEMORY, HW_ACPI, HW_CLOCK),
    .regions = HW_ROWS(HwRegion, { "page", HW_REGION_ROM_DEVICE, .size = VMCLOCK_PAGE,
                                   .base = offsetof(VmClock, base), .write = vmclock_page_write,
                                   .place_name = vmclock_field_name, .access_min = 1,
                                   .access_max = 8, .ram_block = "vmclock_page" }),
    .properties = HW_TABLE(vmclock_properties),
    .state = &vmclock_state,
    .live = &vmclock_live,
    .realize = vmclock_realize,
    .unrealize = vmclock_unrealize,
    .reset = vmclock_reset,
    .loaded = vmclock_loaded,
    .build_acpi = vmclock_build_acpi,
};
