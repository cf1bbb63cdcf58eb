/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The test author's library.  It drives a host as QEMU's libqtest does, from one source: in
 * process, or over sockets to a program (ours or a stock QEMU).
 *
 * Values of registers and memory are integers in the target's byte order, as in the qtest
 * protocol.  Byte strings have the order of the guest's memory.  Addresses are
 * guest-physical; clock times are in nanoseconds.
 *
 * If a verb fails (the host died, hangs, refuses), the client takes the failure path.  The
 * failure handler gets one report: the reason, and the last accesses by register name.  If the
 * handler returns, the client is dead: its verbs do nothing and return zero, and the test may
 * only call ob_client_free().
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
 * Called on a failure.  `report` has several lines and is valid during the call.  The
 * default handler is g_error(): it prints the report and ends the test.
 */
typedef void ObFailureHandler(ObClient *client, const char *report, void *opaque);
void ob_client_on_failure(ObClient *client, ObFailureHandler *handler, void *opaque);
bool ob_client_failed(const ObClient *client);

/* ------------------------------------------------------ beginning and end */

typedef struct ObStart {
    const char *program;     /* NULL: $QTEST_QEMU_BINARY.  Shell words, as in libqtest */
    const char *arguments;   /* shell words, or NULL */
    const char *accelerator; /* NULL: "qtest".  Others, for a QEMU without qtest, get -S too */
    uint32_t timeout_ms;     /* limit for one answer after the start; 0: 30 s */
    /* Before every Nth access (1: every access) the machine migrates to another such program;
     * see client.rst.  Works with our program only.  0: $OB_MIGRATE_EVERY; if that is not
     * set, the machine stays. */
    uint32_t migrate_every;
    /* Returns the arguments of the next program; the client frees them.  NULL: the same
     * arguments.  For things that two programs can't share, such as a swtpm. */
    char *(*next_arguments)(void *opaque);
    void *next_opaque;
    /* For a QEMU without qtest: its CPU halts at once, and is not stopped by -S.  So the virtual
     * clock runs, and timers fire.  For qemu-system-x86_64 and -aarch64. */
    bool halts;
} ObStart;

/*
 * Starts the program with libqtest's arguments and the test's, and waits for both of its
 * connections.  The program dies with the calling thread.  On failure returns NULL and sets
 * `error` to a sentence with the exit reason and the last lines on stderr.
 */
ObClient *ob_client_start(const ObStart *start, HwError *error);

/* Connects to the qtest socket of a running program (-qtest unix:PATH,server=on,wait=off).
 * Such a client has no QMP, and the program outlives it.  Returns NULL and sets `error` on
 * failure. */
ObClient *ob_client_connect(const char *path, uint32_t timeout_ms, HwError *error);

/* Makes a client for a host in this process.  The host must outlive the client. */
ObClient *ob_client_in_process(struct ObHost *host);

/*
 * Makes a client for hosts in this process; the client owns them, one at a time.  `make` makes
 * the first host.  Before every Nth access (migrate_every) it makes another host of the same
 * kind, and the machine migrates to it.  `make` returns NULL and sets `error` on failure.
 * migrate_every 0: $OB_MIGRATE_EVERY; if that is not set, the machine stays.  Changes that the
 * test makes in a host directly (observers, devices) don't migrate.
 */
typedef struct ObHostMaker {
    struct ObHost *(*make)(void *opaque, HwError *error);
    void *opaque;
    uint32_t migrate_every;
} ObHostMaker;
ObClient *ob_client_in_hosts(const ObHostMaker *maker, HwError *error);

/* Returns the host in this process, or NULL over a socket.  A migration changes it. */
struct ObHost *ob_client_host(const ObClient *client);

/* Asks the program to end (SIGTERM); a status other than 0 is a failure.  Then frees the
 * client. */
void ob_client_quit(ObClient *client);

/* Kills the started program and frees the client.  NULL is allowed. */
void ob_client_free(ObClient *client);

/* Returns the started program's process id, or 0 if there is none.  A migration changes it. */
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

/* Make one memory access of 1, 2, 4 or 8 bytes, for tests with a table of widths. */
uint64_t ob_client_load(ObClient *client, uint64_t address, uint32_t size);
void ob_client_store(ObClient *client, uint64_t address, uint64_t value, uint32_t size);

/* Read and write byte strings of any size, 0 included. */
void ob_client_memread(ObClient *client, uint64_t address, void *buffer, size_t size);
void ob_client_memwrite(ObClient *client, uint64_t address, const void *buffer, size_t size);
void ob_client_memset(ObClient *client, uint64_t address, uint8_t byte, size_t size);

bool ob_client_big_endian(ObClient *client);

/* ------------------------------------------------------------ interrupts */

/*
 * Watch the lines of the device at `path` from here on: its inputs, or its outputs.  `name` is
 * the name that the device gives to its outputs; NULL: the unnamed outputs.  Return false if
 * the host refuses.  In process the client always watches the lines of the machine's
 * interrupt controller, and these functions only return true.
 */
bool ob_client_irq_intercept_in(ObClient *client, const char *path);
bool ob_client_irq_intercept_out(ObClient *client, const char *path, const char *name);

/* Returns the level of line `line` (0..255) that the host announced last. */
bool ob_client_irq_get(ObClient *client, uint32_t line);

/* Drives input `line` of the device; `name` NULL: the unnamed inputs.  In process, other paths
 * than devices' stand for the interrupt controller.  Returns false if the host refuses. */
bool ob_client_set_irq_in(ObClient *client, const char *path, const char *name, uint32_t line,
                          bool level);

/* ------------------------------------------------------------- the clock */

/* Each function returns the new time.  Timers that are due by then have fired. */
int64_t ob_client_clock_step(ObClient *client, int64_t nanoseconds);
int64_t ob_client_clock_set(ObClient *client, int64_t now);

/* Steps to the next deadline.  Returns -1 if the host says that there is none. */
int64_t ob_client_clock_step_next(ObClient *client);

/* --------------------------------------------------------------- networks */

/*
 * The test's own end of a network: "-netdev test,id=NAME", of our program alone; in process
 * ob_test_net_add() of qtest/machine/net/test-net.h.  The clock may stand still.
 *
 * Sends a frame to the device.  Returns false if the host refuses it.
 */
bool ob_client_net_send(ObClient *client, const char *netdev, const void *frame, size_t size);

/* Returns the oldest frame that the device has sent, which the caller frees with g_free(); NULL:
 * none. */
uint8_t *ob_client_net_receive(ObClient *client, const char *netdev, size_t *size);

/* ------------------------------------------------------------ byte streams */

/*
 * The test's own end of a stream: "-chardev test,id=NAME", of our program alone; in process
 * ob_test_chardev_add() of qtest/machine/chardev/test-chardev.h.  The clock may stand still.
 *
 * Sends bytes to the device.  Returns false if the host refuses them.
 */
bool ob_client_chardev_send(ObClient *client, const char *chardev, const void *bytes, size_t size);

/* Returns all bytes that the device has sent, which the caller frees with g_free(); NULL: none. */
uint8_t *ob_client_chardev_receive(ObClient *client, const char *chardev, size_t *size);

/* `event` is "opened", "closed" or "break".  Returns false if the host refuses it. */
bool ob_client_chardev_event(ObClient *client, const char *chardev, const char *event);

/* ------------------------------------------------------------------- QMP */

/*
 * Executes a command and returns its "return" (a new reference).  On an error it returns NULL
 * and sets *error to the "error" object (a new reference); if `error` is NULL, an error is a
 * failure.  Takes ownership of `arguments`, which may be NULL.  A host without QMP is a failure.
 */
json_t *ob_client_qmp(ObClient *client, const char *command, json_t *arguments, json_t **error);

/* Sends `text` as it is and returns the whole answer; a new reference. */
json_t *ob_client_qmp_raw(ObClient *client, const char *text);

/* Takes the oldest event of this name, and waits for one until the deadline.  Returns a new
 * reference, or NULL when the deadline has passed. */
json_t *ob_client_qmp_event(ObClient *client, const char *name, uint32_t timeout_ms);

/* ----------------------------------------------------------------- other */

/* Resets the machine and waits until the reset is done. */
void ob_client_reset(ObClient *client);

/* In process, runs work that the host has deferred; a host behind a socket runs its own.
 * Returns true if there was work. */
bool ob_client_poll(ObClient *client);

bool ob_client_module_load(ObClient *client, const char *prefix, const char *name);

/* Sends one line of the qtest protocol, without the newline.  Returns the answer, "OK ...",
 * which the caller frees.  In process it returns NULL. */
char *ob_client_qtest(ObClient *client, const char *line);

#define OB_CLIENT_IRQS       256
#define OB_CLIENT_LINES_SIZE 16384u /* bytes */
#define OB_CLIENT_LINES_MAX  128u

/* Called with each answer: its text, "OK 0x2", and the levels of interrupt lines 0 to 255 that the
 * host has announced by then.  Both are valid during the call. */
typedef void ObAnswered(void *opaque, size_t index, const char *answer, const bool *levels);

/*
 * Sends `count` lines of the qtest protocol, each with its newline, in one go, then waits for their
 * answers.  So a host need not wait for the client between accesses.  At most
 * OB_CLIENT_LINES_MAX lines of OB_CLIENT_LINES_SIZE bytes together: the socket takes as much while
 * the host waits for room for its answers.  Accesses made so are not among the last accesses.
 * Returns false in process and after a failure; the answers that came before were told.
 */
bool ob_client_qtest_lines(ObClient *client, const char *lines, size_t size, size_t count,
                           ObAnswered *answered, void *opaque);

/* The two halves of ob_client_qtest_lines(): the client may work while the host does.  All answers are
 * awaited before the client's next use. */
bool ob_client_lines_send(ObClient *client, const char *lines, size_t size);
bool ob_client_lines_await(ObClient *client, size_t count, ObAnswered *answered, void *opaque);

/* ---------------------------------------- register names and the last accesses */

typedef enum ObAccessKind {
    OB_ACCESS_LOAD,
    OB_ACCESS_STORE,
    OB_ACCESS_READ,  /* memread */
    OB_ACCESS_WRITE, /* memwrite */
    OB_ACCESS_FILL,  /* memset */
} ObAccessKind;

typedef struct ObAccess {
    uint64_t address;
    uint64_t value; /* the value loaded, stored or used to fill */
    uint64_t size;
    uint8_t bytes[16]; /* the first bytes of a byte string */
    uint8_t kind;      /* ObAccessKind */
    uint8_t space;     /* HwSpace */
    bool done;         /* false: the host has not answered */
    uint32_t repeats;  /* further loads right after this one with the same answer */
} ObAccess;

/*
 * Name the registers of a region at `address`, or of all regions of a class.  For a class whose
 * regions move, `base` is the address of the base.  HW_ADDRESS_AUTO leaves out regions whose
 * address the class does not fix.  The tables must outlive the client.  In process the client
 * knows the host's devices without these calls.
 */
void ob_client_name_region(ObClient *client, const char *device, const HwRegion *region,
                           uint64_t address);
void ob_client_name_class(ObClient *client, const struct HwClass *cls, uint64_t base);

/* Calls `observer` for each access when the access is done; NULL ends this. */
void ob_client_observe(ObClient *client,
                       void (*observer)(ObClient *client, const ObAccess *access, void *opaque),
                       void *opaque);

/* Returns a line such as "readl 0xfed40044 -> 0x2  tpm-crb CTRL_STS (tpmIdle)"; the caller
 * frees it. */
char *ob_client_describe(ObClient *client, const ObAccess *access);

/* Returns the register at an address, or NULL; *device gets the name of its device. */
const HwRegister *ob_client_register_at(ObClient *client, HwSpace space, uint64_t address,
                                        const char **device);

/* Returns the last 32 accesses, one on each line, the oldest first; the caller frees it. */
char *ob_client_recent(ObClient *client);

#endif
