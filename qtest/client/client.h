/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The test author's library: drives a host the way QEMU's libqtest does, over
 * sockets to a program (ours or a stock QEMU) or in process, from one source.
 *
 * Values of registers and memory are integers in the target's byte order, as the
 * qtest protocol has them; byte strings are as in the guest's memory.  Addresses
 * are guest-physical, times of the clock nanoseconds.
 *
 * A verb that can't be carried out (the host died, hangs, refuses) takes the
 * failure path: one report with the reason and the last accesses by register
 * name, given to the failure handler.  If that returns, the client is dead: its
 * verbs do nothing and return zero, and only ob_client_free() remains.
 *
 * One thread uses a client at a time.
 */
#ifndef OB_CLIENT_H
#define OB_CLIENT_H

#include <glib.h>
#include <jansson.h>

#include "hw-api/hw-api.h"

typedef struct ObClient ObClient;
struct ObHost;
struct HwClass;

/*
 * Told of a failure; `report` is several lines, valid during the call.  The
 * default is g_error(): the report is printed and the test dies.
 */
typedef void ObFailureHandler(ObClient *client, const char *report, void *opaque);
void ob_client_on_failure(ObClient *client, ObFailureHandler *handler, void *opaque);
bool ob_client_failed(const ObClient *client);

/* ------------------------------------------------------ beginning and end */

typedef struct ObStart {
    const char *program;        /* NULL: $QTEST_QEMU_BINARY.  Shell words, as in libqtest */
    const char *arguments;      /* shell words, or NULL */
    const char *accelerator;    /* NULL: "qtest".  Others get -S too: for a QEMU without it */
    uint32_t timeout_ms;        /* to wait for one answer once started; 0: 30 s */
    /* Before each access of this number (1: all) the machine goes on in another such program:
     * see client.rst.  Ours only.  0: $OB_MIGRATE_EVERY, and without it the machine stays. */
    uint32_t migrate_every;
    /* The arguments of the next program, to be freed; NULL: the same.  For what two can't
     * share, as a swtpm. */
    char *(*next_arguments)(void *opaque);
    void *next_opaque;
} ObStart;

/*
 * Starts the program with libqtest's arguments around the test's, and waits for
 * both its connections.  The program dies with the calling thread.  NULL with a
 * sentence that has the exit reason and the last lines on stderr.
 */
ObClient *ob_client_start(const ObStart *start, HwError *error);

/* To the qtest socket of a running program (-qtest unix:PATH,server=on,wait=off).
 * There is no QMP, and nothing ends with the client.  NULL with a sentence. */
ObClient *ob_client_connect(const char *path, uint32_t timeout_ms, HwError *error);

/* Around a host in this process, which must outlive the client. */
ObClient *ob_client_in_process(struct ObHost *host);

/*
 * Around hosts in this process, one at a time, which are the client's.  `make` makes the
 * first, and, before each access of number migrate_every, another that is alike, in which
 * the machine goes on; NULL with a sentence.  0: $OB_MIGRATE_EVERY, and without it the
 * machine stays.  What the test tells a host itself (observers, devices) doesn't go along.
 */
typedef struct ObHostMaker {
    struct ObHost *(*make)(void *opaque, HwError *error);
    void *opaque;
    uint32_t migrate_every;
} ObHostMaker;
ObClient *ob_client_in_hosts(const ObHostMaker *maker, HwError *error);

/* The host in this process, NULL over a socket.  Another after a migration. */
struct ObHost *ob_client_host(const ObClient *client);

/* Asks the program to end (SIGTERM); another status than 0 is a failure.  Then as
 * ob_client_free(). */
void ob_client_quit(ObClient *client);

/* Kills what was started and frees.  NULL is allowed. */
void ob_client_free(ObClient *client);

/* The started program's process id, 0 without one.  Another after a migration. */
GPid ob_client_pid(const ObClient *client);

/* ------------------------------------------------------- guest accesses */

uint8_t ob_client_readb(ObClient *client, uint64_t address);
uint16_t ob_client_readw(ObClient *client, uint64_t address);
uint32_t ob_client_readl(ObClient *client, uint64_t address);
uint64_t ob_client_readq(ObClient *client, uint64_t address);
void ob_client_writeb(ObClient *client, uint64_t address, uint8_t value);
void ob_client_writew(ObClient *client, uint64_t address, uint16_t value);
void ob_client_writel(ObClient *client, uint64_t address, uint32_t value);
void ob_client_writeq(ObClient *client, uint64_t address, uint64_t value);

uint8_t ob_client_inb(ObClient *client, uint16_t port);
uint16_t ob_client_inw(ObClient *client, uint16_t port);
uint32_t ob_client_inl(ObClient *client, uint16_t port);
void ob_client_outb(ObClient *client, uint16_t port, uint8_t value);
void ob_client_outw(ObClient *client, uint16_t port, uint16_t value);
void ob_client_outl(ObClient *client, uint16_t port, uint32_t value);

/* One memory access of 1, 2, 4 or 8 bytes, for tables of widths. */
uint64_t ob_client_load(ObClient *client, uint64_t address, uint32_t size);
void ob_client_store(ObClient *client, uint64_t address, uint64_t value, uint32_t size);

/* Byte strings of any size, 0 included. */
void ob_client_memread(ObClient *client, uint64_t address, void *buffer, size_t size);
void ob_client_memwrite(ObClient *client, uint64_t address, const void *buffer, size_t size);
void ob_client_memset(ObClient *client, uint64_t address, uint8_t byte, size_t size);

bool ob_client_big_endian(ObClient *client);

/* ------------------------------------------------------------ interrupts */

/*
 * From here on the lines of the device at `path` are watched: its inputs, or its
 * outputs (`name` as given to the device, NULL: the unnamed ones).  False if the
 * host refuses.  In process the lines of the machine's interrupt controller are
 * always watched, and these only return true.
 */
bool ob_client_irq_intercept_in(ObClient *client, const char *path);
bool ob_client_irq_intercept_out(ObClient *client, const char *path, const char *name);

/* The level of line `line`, 0..255, as last announced. */
bool ob_client_irq_get(ObClient *client, uint32_t line);

/* Drives input `line` of the device; `name` NULL: the unnamed ones.  In process
 * the controller's.  False if the host refuses. */
bool ob_client_set_irq_in(ObClient *client, const char *path, const char *name,
                          uint32_t line, bool level);

/* ------------------------------------------------------------- the clock */

/* Each returns the time after it; timers that are due have fired. */
int64_t ob_client_clock_step(ObClient *client, int64_t nanoseconds);
int64_t ob_client_clock_set(ObClient *client, int64_t now);

/* To the next deadline; -1 if there is none and the host says so. */
int64_t ob_client_clock_step_next(ObClient *client);

/* ------------------------------------------------------------------- QMP */

/*
 * Executes a command and returns its "return" (a new reference), or NULL with
 * the "error" object in `error` (a new reference; NULL: an error is a failure).
 * Takes `arguments`, which may be NULL.  Where there is no QMP it is a failure.
 */
json_t *ob_client_qmp(ObClient *client, const char *command, json_t *arguments, json_t **error);

/* Sends `text` as it is and returns the whole answer; a new reference. */
json_t *ob_client_qmp_raw(ObClient *client, const char *text);

/* The oldest event of this name not yet taken, waiting for one until the
 * deadline; a new reference, NULL when it has passed. */
json_t *ob_client_qmp_event(ObClient *client, const char *name, uint32_t timeout_ms);

/* ----------------------------------------------------------------- other */

/* Resets the machine and waits until that has happened. */
void ob_client_reset(ObClient *client);

/* Lets work that the host has deferred happen, in process; a host behind a socket
 * needs none.  True if anything was done. */
bool ob_client_poll(ObClient *client);

bool ob_client_module_load(ObClient *client, const char *prefix, const char *name);

/* Sends one line of the qtest protocol (without the newline) and returns the
 * answer, "OK ...", to be freed.  Over a socket only: NULL in process. */
char *ob_client_qtest(ObClient *client, const char *line);

/* ---------------------------------------- register names and the last accesses */

typedef enum ObAccessKind {
    OB_ACCESS_LOAD,
    OB_ACCESS_STORE,
    OB_ACCESS_READ,             /* memread */
    OB_ACCESS_WRITE,            /* memwrite */
    OB_ACCESS_FILL,             /* memset */
} ObAccessKind;

typedef struct ObAccess {
    uint64_t address;
    uint64_t value;             /* loaded, stored or filled with */
    uint64_t size;
    uint8_t bytes[16];          /* of byte strings: their first */
    uint8_t kind;               /* ObAccessKind */
    uint8_t space;              /* HwSpace */
    bool done;                  /* false: the host had not answered */
    uint32_t repeats;           /* further loads right after it with the same answer */
} ObAccess;

/*
 * Names the registers of a region at `address`, or all those of a class.  For a
 * class whose regions move, `base` is the base's address; HW_ADDRESS_AUTO leaves
 * out the regions whose address the class itself does not tell.  The tables must
 * outlive the client.  In process a host's devices are known without it.
 */
void ob_client_name_region(ObClient *client, const char *device, const HwRegion *region,
                           uint64_t address);
void ob_client_name_class(ObClient *client, const struct HwClass *cls, uint64_t base);

/* Told of each access when it is done; NULL ends it. */
void ob_client_observe(ObClient *client,
                       void (*observer)(ObClient *client, const ObAccess *access, void *opaque),
                       void *opaque);

/* "readl 0xfed40044 -> 0x2  tpm-crb CTRL_STS (tpmIdle)", to be freed. */
char *ob_client_describe(ObClient *client, const ObAccess *access);

/* The register at an address, or NULL; `device` gets its device's name. */
const HwRegister *ob_client_register_at(ObClient *client, HwSpace space, uint64_t address,
                                        const char **device);

/* The last 32 accesses, one a line, oldest first; to be freed. */
char *ob_client_recent(ObClient *client);

#endif
