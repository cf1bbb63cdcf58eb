/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the parts of a qtest session; nobody else includes it. */
#ifndef OB_HOST_QTEST_INTERNAL_H
#define OB_HOST_QTEST_INTERNAL_H

#include "hw-api/ext/draft/gpio.h"
#include "qtest/host/qtest/parse.h"
#include "qtest/host/qtest/session.h"

#include <glib.h>

#define OB_QTEST_ARGUMENTS 4
#define OB_QTEST_IRQS      256 /* changes of higher lines are never sent */

typedef struct ObQtestCommand ObQtestCommand;

/* A command and its checked arguments. */
typedef struct ObQtestCall {
    const ObQtestCommand *command;
    uint32_t count; /* arguments given */
    ObWord words[OB_QTEST_ARGUMENTS];
    uint64_t numbers[OB_QTEST_ARGUMENTS];
} ObQtestCall;

typedef enum ObQtestEncoding { OB_QTEST_HEX, OB_QTEST_BASE64 } ObQtestEncoding;

/* A reply with a block of memory, encoded piece by piece while there is room. */
typedef struct ObQtestBlockReply {
    bool active;
    ObQtestEncoding encoding;
    uint8_t *copy; /* owned; NULL while guest RAM can be read */
    const uint8_t *bytes;
    size_t size;
    size_t done;
} ObQtestBlockReply;

/* The data of write and b64write, decoded during arrival.  Guest memory is written when the
 * line has ended well. */
typedef struct ObQtestBlockWrite {
    bool active;
    char name[16];
    uint64_t address;
    uint64_t size;
    ObQtestEncoding encoding;
    uint8_t *bytes; /* kept for the next block */
    size_t capacity;
    size_t done;
    uint32_t prefix; /* characters of "0x" seen */
    char rest[4];    /* characters that don't make a byte or triple yet */
    uint32_t rest_count;
} ObQtestBlockWrite;

/* A message signalled interrupt that the interrupt controller got. */
typedef struct ObQtestMessage {
    uint64_t address;
    uint32_t data;
} ObQtestMessage;

typedef struct ObQtestIntercept {
    bool installed;
    bool inputs; /* the controller's; else outputs of `device` */
    const HwDevice *device;
    bool has_outputs;          /* they are GPIOs */
    bool outputs[HW_GPIO_MAX]; /* their levels */
    bool told[OB_QTEST_IRQS];  /* the level that the peer knows */
    bool late;                 /* changes are sent after the reply under way */
    GArray *messages;          /* ObQtestMessage: those that are late; NULL: none yet */
} ObQtestIntercept;

typedef enum ObQtestMode {
    OB_QTEST_IN_LINE,
    OB_QTEST_IN_BLOCK, /* in the data of write or b64write */
    OB_QTEST_SKIPPING, /* up to the end of a line that was refused */
} ObQtestMode;

struct ObQtestSession {
    ObHost *host;
    ObQtestOutput *output;
    void *opaque;

    char *out; /* replies that are not sent yet */
    size_t used;
    bool suspended; /* until ob_qtest_session_resume() */
    bool working;   /* replies are sent at the end */

    ObQtestMode mode;
    char line[OB_QTEST_LINE_LIMIT]; /* a line that has not ended */
    size_t line_used;
    GByteArray *backlog; /* input that came while suspended */

    ObQtestBlockReply block_reply;
    ObQtestBlockWrite block_write;
    ObQtestIntercept intercept;
    GByteArray *frame; /* the parts of a frame that is not sent yet */

    FILE *log;
    int64_t log_start;  /* us */
    char log_direction; /* the partly logged line's, or 0 */
    size_t logged;      /* bytes of `out` */
};

/* ------------------------------------------------------- replies: reply.c */

/* Makes room for `count` bytes; add the number of stored bytes to `used`.  At most
 * OB_QTEST_ROOM. */
#define OB_QTEST_ROOM (128 * 1024)
char *ob_qtest_room(ObQtestSession *s, size_t count);
void ob_qtest_flush(ObQtestSession *s);

void ob_qtest_ok(ObQtestSession *s);
void ob_qtest_text(ObQtestSession *s, const char *format, ...) G_GNUC_PRINTF(2, 3);
void ob_qtest_hex(ObQtestSession *s, uint64_t value, uint32_t digits);

/* Answers "FAIL NAME: message"; without "NAME: " if `name` is NULL. */
void ob_qtest_fail(ObQtestSession *s, const char *name, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* Answers "OK " and `size` bytes of guest memory. */
void ob_qtest_reply_block(ObQtestSession *s, uint64_t address, size_t size,
                          ObQtestEncoding encoding);
/* Answers "OK 0x" and `size` bytes in hexadecimal; takes `bytes` over. */
void ob_qtest_reply_bytes(ObQtestSession *s, uint8_t *bytes, size_t size);
void ob_qtest_reply_continue(ObQtestSession *s);
void ob_qtest_reply_drop(ObQtestSession *s);

/* ------------------------------------------------- commands: commands.c */

/* Runs a whole line of any command except write and b64write. */
void ob_qtest_run(ObQtestSession *s, ObWord line);

/* If the line begins as "write A N " or "b64write A N ", begins the block, or refuses it.
 * Then it returns the length of this beginning; else 0. */
size_t ob_qtest_run_block(ObQtestSession *s, ObWord line);

/* ------------------------------------------------------ blocks: block.c */

void ob_qtest_block_begin(ObQtestSession *s, const char *name, uint64_t address, uint64_t size,
                          ObQtestEncoding encoding);
/* Returns false if the data was refused and answered. */
bool ob_qtest_block_feed(ObQtestSession *s, const char *text, size_t count);
void ob_qtest_block_end(ObQtestSession *s);

/* ----------------------------------------------------- interrupts: irq.c */

void ob_qtest_irq_intercept_in(ObQtestSession *s, const ObQtestCall *call);
void ob_qtest_irq_intercept_out(ObQtestSession *s, const ObQtestCall *call);
void ob_qtest_set_irq_in(ObQtestSession *s, const ObQtestCall *call);
void ob_qtest_irq_release(ObQtestSession *s);
void ob_qtest_irq_catch_up(ObQtestSession *s);

/* ------------------------------------------- words of our own commands: data.c */

char *ob_qtest_word_text(ObWord word); /* g_free() it */
/* Stores the bytes of "0x0123", of which a line has at most OB_QTEST_LINE_LIMIT / 2.  Returns false
 * if they were refused and answered. */
bool ob_qtest_word_bytes(ObQtestSession *s, ObWord word, const char *name, uint8_t *bytes,
                         size_t *count);
/* Answers with the bytes, which it takes over; NULL: none; or refuses by a sentence in `error`. */
void ob_qtest_reply_taken(ObQtestSession *s, const char *name, GBytes *bytes, const HwError *error);

/* --------------------------------------------------------- streams: chardev.c */

void ob_qtest_chardev_send(ObQtestSession *s, const ObQtestCall *call);
void ob_qtest_chardev_receive(ObQtestSession *s, const ObQtestCall *call);
void ob_qtest_chardev_event(ObQtestSession *s, const ObQtestCall *call);

/* ---------------------------------------------------------- networks: net.c */

void ob_qtest_net_part(ObQtestSession *s, const ObQtestCall *call);
void ob_qtest_net_send(ObQtestSession *s, const ObQtestCall *call);
void ob_qtest_net_receive(ObQtestSession *s, const ObQtestCall *call);

/* -------------------------------------------------------------- log: log.c */

/* Logs input, which may be any part of a line. */
void ob_qtest_log_input(ObQtestSession *s, const char *bytes, size_t count);
/* Logs the replies that are not logged yet. */
void ob_qtest_log_replies(ObQtestSession *s);
void ob_qtest_log_event(ObQtestSession *s, const char *event, const char *sign);

#endif
