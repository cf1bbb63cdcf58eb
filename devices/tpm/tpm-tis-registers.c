/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TPM FIFO interface: the registers of a locality's page (PTP 1.05, section 6.5.2). */
#include "devices/tpm/tpm-tis-core.h"

#include "hw-api/device/error.h"

/* Interrupts for each cause, level and low; burstCount changes; transfers of 64 bytes; interface
 * version 3: TPM 2.0. */
#define CAPABILITIES         0x30000697
#define REVISION             1
#define DID_VID              0x00011014 /* IBM's id, as in QEMU */
#define LOCALITY_OF_HARDWARE 4          /* software can't write there */

typedef uint32_t TisReader(const Tis *s, uint8_t locality, uint32_t size);
/* `lanes`: the bits that the access covers. */
typedef void TisWriter(Tis *s, uint8_t locality, uint32_t value, uint32_t lanes);

typedef struct TisRegister {
    const char *names[TIS_LOCALITIES];
    uint32_t offset;
    TisReader *read; /* the word */
    TisWriter *write;
    bool active_reads;  /* another locality than the active one reads ones */
    bool active_writes; /* another locality's writes are dropped */
} TisRegister;

/* ------------------------------------------------------------------------- words */

static uint32_t access_read(const Tis *s, uint8_t locality, uint32_t size)
{
    (void)size;
    return tis_access_read(s, locality);
}

static void access_write(Tis *s, uint8_t locality, uint32_t value, uint32_t lanes)
{
    (void)lanes;
    tis_access_written(s, locality, value);
}

static uint32_t int_enable_read(const Tis *s, uint8_t locality, uint32_t size)
{
    (void)size;
    return s->locality[locality].int_enable;
}

static void int_enable_write(Tis *s, uint8_t locality, uint32_t value, uint32_t lanes)
{
    TisLocality *l = &s->locality[locality];
    uint32_t stored = value & (INT_GLOBAL_ENABLE | INT_POLARITY | INT_CAUSES);

    l->int_enable = (l->int_enable & ~lanes) | (stored & lanes);
}

static uint32_t int_vector_read(const Tis *s, uint8_t locality, uint32_t size)
{
    (void)locality;
    (void)size;
    return s->irq;
}

static uint32_t int_status_read(const Tis *s, uint8_t locality, uint32_t size)
{
    (void)size;
    return s->locality[locality].int_status;
}

static void int_status_write(Tis *s, uint8_t locality, uint32_t value, uint32_t lanes)
{
    (void)lanes;
    s->locality[locality].int_status &= ~(value & INT_CAUSES);
}

static void status_write(Tis *s, uint8_t locality, uint32_t value, uint32_t lanes)
{
    (void)lanes;
    tis_status_written(s, locality, value);
}

static uint32_t capabilities_read(const Tis *s, uint8_t locality, uint32_t size)
{
    (void)s;
    (void)locality;
    (void)size;
    return CAPABILITIES;
}

static uint32_t interface_id_read(const Tis *s, uint8_t locality, uint32_t size)
{
    (void)size;
    return s->locality[locality].interface_id;
}

/* The interface has no alternative; the lock is for all localities. */
static void interface_id_write(Tis *s, uint8_t locality, uint32_t value, uint32_t lanes)
{
    (void)locality;
    (void)lanes;
    for (uint8_t i = 0; i < TIS_LOCALITIES; i++) {
        s->locality[i].interface_id |= value & INTERFACE_ID_LOCKED;
    }
}

static uint32_t did_vid_read(const Tis *s, uint8_t locality, uint32_t size)
{
    (void)s;
    (void)locality;
    (void)size;
    return DID_VID;
}

static uint32_t revision_read(const Tis *s, uint8_t locality, uint32_t size)
{
    (void)s;
    (void)locality;
    (void)size;
    return REVISION;
}

/* ------------------------------------------------------------------------- table */

#define NAMES(name)                                           \
    {                                                         \
        name "_0", name "_1", name "_2", name "_3", name "_4" \
    }

/* clang-format off */
static const TisRegister registers[] = {
    { NAMES("ACCESS"), TIS_ACCESS, access_read, access_write, false, false },
    { NAMES("INT_ENABLE"), TIS_INT_ENABLE, int_enable_read, int_enable_write, false, true },
    { NAMES("INT_VECTOR"), TIS_INT_VECTOR, int_vector_read, NULL, false, true },
    { NAMES("INT_STATUS"), TIS_INT_STATUS, int_status_read, int_status_write, false, true },
    { NAMES("INTF_CAPABILITY"), TIS_INTF_CAPABILITY, capabilities_read, NULL, false, true },
    { NAMES("STS"), TIS_STS, tis_status_read, status_write, true, true },
    { NAMES("INTERFACE_ID"), TIS_INTERFACE_ID, interface_id_read, interface_id_write, false, false },
    { NAMES("DID_VID"), TIS_DID_VID, did_vid_read, NULL, false, true },
    { NAMES("RID"), TIS_RID, revision_read, NULL, false, true },
};
/* clang-format on */

static const TisRegister *find(uint32_t offset)
{
    for (uint32_t i = 0; i < sizeof(registers) / sizeof(registers[0]); i++) {
        if (registers[i].offset == (offset & ~3u)) {
            return &registers[i];
        }
    }
    return NULL;
}

static bool is_fifo(uint32_t offset)
{
    return (offset & ~3u) == TIS_DATA_FIFO ||
           (offset >= TIS_XDATA_FIFO && offset < TIS_XDATA_FIFO_END);
}

const char *tis_place_name(uint64_t offset)
{
    static const char *const fifos[] = NAMES("DATA_FIFO");
    uint32_t locality = (uint32_t)(offset / TIS_PAGE_SIZE);
    uint32_t place = (uint32_t)(offset % TIS_PAGE_SIZE);
    const TisRegister *row = find(place);

    if (locality >= TIS_LOCALITIES) {
        return NULL;
    }
    if (is_fifo(place)) {
        return fifos[locality];
    }
    return row ? row->names[locality] : NULL;
}

/* ---------------------------------------------------------------------- accesses */

static uint64_t fifo_read(Tis *s, uint8_t locality, uint32_t size)
{
    uint64_t value = 0;

    for (uint32_t i = 0; i < size; i++) {
        value |= (uint64_t)tis_fifo_read(s, locality) << (8 * i);
    }
    return value;
}

uint64_t tis_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    Tis *s = HW_DEVICE(Tis, dev);
    uint8_t locality = (uint8_t)(offset / TIS_PAGE_SIZE);
    uint32_t place = (uint32_t)(offset % TIS_PAGE_SIZE);
    bool is_active = s->active == locality;
    const TisRegister *row = find(place);

    if (is_fifo(place)) {
        return is_active ? fifo_read(s, locality, size) : UINT64_MAX;
    }
    if (!row || (row->active_reads && !is_active)) {
        return UINT64_MAX;
    }
    return row->read(s, locality, size) >> (8 * (place & 3));
}

static void fifo_write(Tis *s, uint8_t locality, uint64_t value, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        tis_fifo_write(s, locality, (uint8_t)(value >> (8 * i)));
    }
}

static void drop(Tis *s, uint64_t offset, const char *reason)
{
    const char *name = tis_place_name(offset);

    hw_log(&s->dev, HW_LOG_GUEST_ERROR, "write to %s at 0x%llx ignored: %s",
           name ? name : "no register", (unsigned long long)offset, reason);
}

void tis_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    Tis *s = HW_DEVICE(Tis, dev);
    uint8_t locality = (uint8_t)(offset / TIS_PAGE_SIZE);
    uint32_t place = (uint32_t)(offset % TIS_PAGE_SIZE);
    uint32_t shift = 8 * (place & 3);
    const TisRegister *row = find(place);

    if (locality == LOCALITY_OF_HARDWARE) {
        drop(s, offset, "locality 4 is the hardware's");
    } else if (!is_fifo(place) && (!row || !row->write)) {
        drop(s, offset, "it can only be read");
    } else if (s->active != locality && (is_fifo(place) || row->active_writes)) {
        drop(s, offset, "the locality is not active");
    } else if (is_fifo(place)) {
        fifo_write(s, locality, value, size);
    } else {
        row->write(s, locality, (uint32_t)value << shift, HW_MASK(8 * size - 1, 0) << shift);
    }
}
