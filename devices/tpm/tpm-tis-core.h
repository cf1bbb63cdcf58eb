/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the forms of the TPM's FIFO interface.  Specified in tpm-tis.rst. */
#ifndef TPM_TIS_CORE_H
#define TPM_TIS_CORE_H

#include "devices/tpm/tpm-platform.h"
#include "devices/tpm/tpm-tis-regs.h"

#define TIS_BUFFER_SIZE 4096
#define TIS_NOBODY      0xff /* in place of a locality's number */

/* PTP, section 6.5.2.1, with QEMU's numbers in streams. */
typedef enum TisState {
    TIS_IDLE,
    TIS_READY,
    TIS_COMPLETION,
    TIS_EXECUTION,
    TIS_RECEPTION,
    TIS_STATES,
} TisState;

/* Registers as the locality reads them, but for the bits that are derived. */
typedef struct TisLocality {
    uint32_t state; /* TisState */
    uint32_t int_enable;
    uint32_t int_status;
    uint32_t sts;
    uint32_t interface_id;
    uint8_t access; /* ACCESS_SEIZE: waits for the end of a command; never read */
} TisLocality;

typedef struct Tis {
    HwDevice dev;
    TpmPlatform platform;
    uint64_t base;          /* address of the registers */
    uint32_t irq;           /* property: what INT_VECTOR reads */
    uint32_t irq_line;      /* the line that it drives; 0: none */
    uint32_t ppi_region;    /* its index in the class's table */
    uint32_t transfer_size; /* largest command and response */

    /* A command comes, and a response goes, through one buffer.  All localities share it: it
     * belongs to the locality whose state is Reception, Execution or Completion. */
    uint8_t buffer[TIS_BUFFER_SIZE];
    uint16_t position; /* the next byte's place */
    uint8_t active;    /* these three: a locality or TIS_NOBODY */
    uint8_t aborting;  /* the locality that gives up its command, */
    uint8_t next;      /* and the locality that is active once that command has ended */
    TisLocality locality[TIS_LOCALITIES];
} Tis;

/* ------------------------------------------------------ localities: tpm-tis-locality.c */

/* A write to ACCESS. */
void tis_access_written(Tis *s, uint8_t locality, uint32_t value);

/* A read of ACCESS. */
uint32_t tis_access_read(const Tis *s, uint8_t locality);

/* Ends the command of `locality`, at once or when the TPM has answered.  Then `next` is
 * active. */
void tis_abort_begin(Tis *s, uint8_t locality, uint8_t next);

/* The command that tis_abort_begin() waited for has ended. */
void tis_abort_end(Tis *s);

/* ------------------------------------------------------------ commands: tpm-tis-command.c */

void tis_fifo_write(Tis *s, uint8_t locality, uint8_t byte);
uint8_t tis_fifo_read(Tis *s, uint8_t locality);

/* A write to STS by the active locality. */
void tis_status_written(Tis *s, uint8_t locality, uint32_t value);

/* A read of STS by the active locality, with `size` bytes. */
uint32_t tis_status_read(const Tis *s, uint8_t locality, uint32_t size);

void tis_make_ready(Tis *s, uint8_t locality);
void tis_make_idle(TisLocality *l);
bool tis_is_executing(const Tis *s, uint8_t *locality);

/* The backend's HwTpmCompleted. */
void tis_completed(HwDevice *dev, const uint8_t *response, uint32_t size);

/* Something has happened that may interrupt: INT_CAUSES. */
void tis_interrupt(Tis *s, uint8_t locality, uint32_t causes);

/* --------------------------------------------------------- registers: tpm-tis-registers.c */

uint64_t tis_read(HwDevice *dev, uint64_t offset, uint32_t size);
void tis_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size);
const char *tis_place_name(uint64_t offset);

/* The fields of HwRegion that both forms share. */
#define TIS_REGION                                                                       \
    "registers", HW_REGION_MMIO, .size = TIS_SIZE, .read = tis_read, .write = tis_write, \
                                 .access_min = 1, .access_max = 4, .place_name = tis_place_name

/* ------------------------------------------------------------------ hooks: tpm-tis-life.c */

/* `base` and `ppi_region` are set. */
bool tis_realize(Tis *s, HwError *error);
void tis_unrealize(HwDevice *dev);
void tis_reset(HwDevice *dev);
void tis_update(HwDevice *dev);
void tis_quiesce(HwDevice *dev);
void tis_loaded(HwDevice *dev);
void tis_build_acpi(HwDevice *dev, HwAcpiBuild *build);

extern const HwState tis_state;

/* The hooks of both forms, but for realize. */
#define TIS_HOOKS                                                                                 \
    .unrealize = tis_unrealize, .reset = tis_reset, .update = tis_update, .quiesce = tis_quiesce, \
    .loaded = tis_loaded, .build_acpi = tis_build_acpi, .state = &tis_state

#endif
