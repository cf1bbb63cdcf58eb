/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drives an edu by Linux's vfio-pci, with its interrupts, its DMA and the IOMMU:
 *     drive-edu ADDRESS STEP...
 * ADDRESS is the function's, 0000:00:04.0; or the file of its BAR: the steps up to factorial need
 * no vfio-pci.  Each step prints a line:
 *   peek        what LIVE reads
 *   live        what it reads after a write
 *   factorial   the factorial of 5
 *   intx, msi   the number of interrupts before and after RAISE, and IRQ
 *   dma         whether 2048 bytes come back as they went, and the number of interrupts
 *   fault       whether DMA to an address that the IOMMU does not map changes nothing
 *   master      whether DMA without the bus master bit changes nothing
 *   reset       what LIVE reads after vfio's reset of the function
 *   stream      "streaming", then transfers until a line is typed; then whether all were right
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/vfio.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LIVE = 1, FACTORIAL = 2, STATUS = 8, IRQ = 9, RAISE = 24, ACKNOWLEDGE = 25 };
enum { SOURCE = 16, TARGET, COUNT, COMMAND }; /* quads */

#define START          1u
#define TO_GUEST       2u
#define NOTIFY         4u
#define BUFFER         0x40000u
#define PAGE           4096u
#define SIZE           2048u     /* a transfer's.  QEMU 7.2 ends at one of the whole buffer */
#define MAPPED         0x100000u /* the bus address of `pages` */
#define UNMAPPED       0x900000u
#define COMMAND_OFFSET 4
#define MASTER         4u
#define LONG_MS        10000 /* only a lost interrupt takes as long */
#define SHORT_MS       50

typedef struct Edu {
    const char *address;
    int group, container, device, event;
    uint64_t config; /* its place in `device` */
    volatile uint32_t *words;
    volatile uint64_t *quads;
    uint8_t *pages;
} Edu;

static void must(bool good, const char *what)
{
    if (!good) {
        printf("drive-edu: %s: %s\n", what, strerror(errno));
        exit(1);
    }
}

static void file_write(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY);

    must(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), path);
    close(fd);
}

/* ---------------------------------------------------------------------------- vfio */

static void edu_bind(Edu *s)
{
    char path[256], link[256] = "";
    ssize_t size;

    snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/driver_override", s->address);
    file_write(path, "vfio-pci");
    file_write("/sys/bus/pci/drivers_probe", s->address);
    snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/iommu_group", s->address);
    size = readlink(path, link, sizeof(link) - 1);
    must(size > 0, path);
    snprintf(path, sizeof(path), "/dev/vfio/%s", strrchr(link, '/') + 1);
    s->group = open(path, O_RDWR);
    must(s->group >= 0, path);
}

static uint64_t region_offset(const Edu *s, uint32_t index, uint64_t *size)
{
    struct vfio_region_info region = { .argsz = sizeof(region), .index = index };

    must(ioctl(s->device, VFIO_DEVICE_GET_REGION_INFO, &region) == 0, "region");
    *size = region.size;
    return region.offset;
}

static void command_set(const Edu *s, bool is_master)
{
    uint16_t command = 0;

    must(pread(s->device, &command, 2, (off_t)s->config + COMMAND_OFFSET) == 2, "config");
    command = (uint16_t)((command & ~MASTER) | 2u | (is_master ? MASTER : 0));
    must(pwrite(s->device, &command, 2, (off_t)s->config + COMMAND_OFFSET) == 2, "config");
}

static void edu_map(Edu *s)
{
    struct vfio_iommu_type1_dma_map map = { .argsz = sizeof(map),
                                            .flags = VFIO_DMA_MAP_FLAG_READ |
                                                     VFIO_DMA_MAP_FLAG_WRITE,
                                            .iova = MAPPED,
                                            .size = 2 * PAGE };
    uint64_t size, offset = region_offset(s, VFIO_PCI_BAR0_REGION_INDEX, &size);

    s->words = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, s->device, (off_t)offset);
    must(s->words != MAP_FAILED, "BAR 0");
    s->quads = (volatile uint64_t *)s->words;
    s->pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(s->pages != MAP_FAILED, "pages");
    map.vaddr = (uintptr_t)s->pages;
    must(ioctl(s->container, VFIO_IOMMU_MAP_DMA, &map) == 0, "IOMMU");
    s->config = region_offset(s, VFIO_PCI_CONFIG_REGION_INDEX, &size);
    command_set(s, true);
}

static void edu_open(Edu *s)
{
    edu_bind(s);
    s->container = open("/dev/vfio/vfio", O_RDWR);
    must(ioctl(s->group, VFIO_GROUP_SET_CONTAINER, &s->container) == 0, "container");
    must(ioctl(s->container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU) == 0, "VFIO_TYPE1_IOMMU");
    s->device = ioctl(s->group, VFIO_GROUP_GET_DEVICE_FD, s->address);
    must(s->device >= 0, "device");
    s->event = eventfd(0, EFD_NONBLOCK);
    edu_map(s);
}

static void irq_on(const Edu *s, uint32_t index)
{
    union {
        struct vfio_irq_set set;
        char room[sizeof(struct vfio_irq_set) + sizeof(int)];
    } irq = { .set = { .argsz = sizeof(irq),
                       .flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
                       .index = index,
                       .count = 1 } };

    memcpy(irq.room + sizeof(struct vfio_irq_set), &s->event, sizeof(int));
    must(ioctl(s->device, VFIO_DEVICE_SET_IRQS, &irq) == 0, "interrupts");
}

static void irq_off(const Edu *s, uint32_t index)
{
    struct vfio_irq_set set = { .argsz = sizeof(set),
                                .flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER,
                                .index = index };

    must(ioctl(s->device, VFIO_DEVICE_SET_IRQS, &set) == 0, "interrupts");
}

static void edu_open_file(Edu *s)
{
    int fd = open(s->address, O_RDWR);

    s->words = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    must(s->words != MAP_FAILED, s->address);
}

/* Returns the number of interrupts since the last call, and waits for one. */
static unsigned fired(const Edu *s, int limit_ms)
{
    struct pollfd ready = { .fd = s->event, .events = POLLIN };
    uint64_t count = 0;

    if (poll(&ready, 1, limit_ms) == 1 && read(s->event, &count, sizeof(count)) < 0) {
        count = 0;
    }
    return (unsigned)count;
}

/* --------------------------------------------------------------------------- steps */

static void step_peek(Edu *s)
{
    printf("peek %08x\n", s->words[LIVE]);
}

static void step_live(Edu *s)
{
    s->words[LIVE] = 0x12345678;
    printf("live %08x\n", s->words[LIVE]);
}

static void step_factorial(Edu *s)
{
    s->words[FACTORIAL] = 5;
    while (s->words[STATUS] & 1) {}
    printf("factorial %u\n", s->words[FACTORIAL]);
}

static void interrupts(Edu *s, const char *name, uint32_t index)
{
    unsigned before;

    irq_on(s, index);
    before = fired(s, SHORT_MS);
    s->words[RAISE] = 2;
    printf("%s before %u, fired %u", name, before, fired(s, LONG_MS));
    printf(", irq %x\n", s->words[IRQ]);
    s->words[ACKNOWLEDGE] = UINT32_MAX;
    irq_off(s, index);
}

static void step_intx(Edu *s)
{
    interrupts(s, "intx", VFIO_PCI_INTX_IRQ_INDEX);
}

static void step_msi(Edu *s)
{
    interrupts(s, "msi", VFIO_PCI_MSI_IRQ_INDEX);
}

/* Returns the number of interrupts at its end. */
static unsigned transfer(Edu *s, uint64_t source, uint64_t target, uint32_t command)
{
    unsigned count;

    s->quads[SOURCE] = source;
    s->quads[TARGET] = target;
    s->quads[COUNT] = SIZE;
    s->quads[COMMAND] = command | START | NOTIFY;
    count = fired(s, LONG_MS);
    s->words[ACKNOWLEDGE] = UINT32_MAX;
    return count;
}

/* One page goes through the device to the other page.  Both then have the same bytes. */
static bool round_trip(Edu *s, uint8_t seed, unsigned *count)
{
    for (uint32_t i = 0; i < SIZE; i++) {
        s->pages[i] = (uint8_t)(i * 7 + seed);
    }
    memset(s->pages + PAGE, 0, SIZE);
    *count = transfer(s, MAPPED, BUFFER, 0);
    *count += transfer(s, BUFFER, MAPPED + PAGE, TO_GUEST);
    return memcmp(s->pages, s->pages + PAGE, SIZE) == 0;
}

static void step_dma(Edu *s)
{
    unsigned count;
    bool same;

    irq_on(s, VFIO_PCI_MSI_IRQ_INDEX);
    same = round_trip(s, 3, &count);
    printf("dma %s, fired %u\n", same ? "same" : "other bytes", count);
    irq_off(s, VFIO_PCI_MSI_IRQ_INDEX);
}

/* The page that the device can't reach has no bytes of the buffer. */
static void dma_refused(Edu *s, const char *name, uint64_t target)
{
    unsigned count;
    bool is_changed = false;

    irq_on(s, VFIO_PCI_MSI_IRQ_INDEX);
    memset(s->pages + PAGE, 0, SIZE);
    count = transfer(s, BUFFER, target, TO_GUEST);
    for (uint32_t i = 0; i < SIZE; i++) {
        is_changed = is_changed || s->pages[PAGE + i];
    }
    printf("%s %s, fired %u\n", name, is_changed ? "changed" : "unchanged", count);
    irq_off(s, VFIO_PCI_MSI_IRQ_INDEX);
}

static void step_fault(Edu *s)
{
    dma_refused(s, "fault", UNMAPPED);
}

/* An MSI is a write of the function's own: without the bus master bit none arrives.  So the
 * end is read from COMMAND. */
static void step_master(Edu *s)
{
    bool is_changed = false;

    memset(s->pages + PAGE, 0, SIZE);
    command_set(s, false);
    s->quads[SOURCE] = BUFFER;
    s->quads[TARGET] = MAPPED + PAGE;
    s->quads[COUNT] = SIZE;
    s->quads[COMMAND] = START | TO_GUEST;
    while (s->quads[COMMAND] & START) {
        usleep(1000);
    }
    for (uint32_t i = 0; i < SIZE; i++) {
        is_changed = is_changed || s->pages[PAGE + i];
    }
    printf("master %s\n", is_changed ? "changed" : "unchanged");
    command_set(s, true);
}

static void step_reset(Edu *s)
{
    int reset;

    s->words[LIVE] = 0;
    reset = ioctl(s->device, VFIO_DEVICE_RESET);
    command_set(s, true);
    printf("reset %d, live %08x\n", reset, s->words[LIVE]);
}

static void step_stream(Edu *s)
{
    struct pollfd typed = { .fd = STDIN_FILENO, .events = POLLIN };
    unsigned count = 2;
    bool same = true;
    char line[64];

    irq_on(s, VFIO_PCI_MSI_IRQ_INDEX);
    for (uint8_t seed = 0; same && count == 2 && poll(&typed, 1, 0) == 0; seed++) {
        same = round_trip(s, seed, &count);
        if (seed == 0) {
            puts("streaming");
        }
    }
    printf("stream %s, fired %u\n", same ? "same" : "other bytes", count);
    irq_off(s, VFIO_PCI_MSI_IRQ_INDEX);
    must(fgets(line, sizeof(line), stdin) != NULL, "line");
}

static const struct {
    const char *name;
    void (*run)(Edu *s);
} steps[] = {
    { "peek", step_peek },     { "live", step_live },     { "factorial", step_factorial },
    { "intx", step_intx },     { "msi", step_msi },       { "dma", step_dma },
    { "fault", step_fault },   { "master", step_master }, { "reset", step_reset },
    { "stream", step_stream },
};

#define STEPS (sizeof(steps) / sizeof(steps[0]))

int main(int argc, char **argv)
{
    Edu edu = { .address = argc > 1 ? argv[1] : "" };

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (edu.address[0] == '/') {
        edu_open_file(&edu);
    } else {
        edu_open(&edu);
    }
    for (int i = 2; i < argc; i++) {
        size_t n = 0;

        while (n < STEPS && strcmp(argv[i], steps[n].name) != 0) {
            n++;
        }
        if (n == STEPS) {
            printf("drive-edu: unknown step '%s'\n", argv[i]);
            return 1;
        }
        steps[n].run(&edu);
    }
    return 0;
}
