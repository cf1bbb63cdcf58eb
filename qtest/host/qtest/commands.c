/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands, their arguments and their actions, with the facts of QEMU's own server. */
#include "qtest/host/qtest/internal.h"

#include <string.h>

typedef enum ArgumentKind {
    NO_ARGUMENT,
    ADDRESS,
    PORT,
    VALUE,
    SIZE,
    TIME,
    LINE,
    LEVEL,
    PATH, /* from here on words, not numbers */
    NAME,
    PREFIX,
    DATA,
} ArgumentKind;

static const struct {
    const char *name;
    uint64_t maximum;
} argument_kinds[] = {
    [ADDRESS] = { "address", UINT64_MAX },
    [PORT] = { "port", 0xffff },
    [VALUE] = { "value", UINT64_MAX },
    [SIZE] = { "size", OB_QTEST_SIZE_LIMIT },
    [TIME] = { "time", INT64_MAX },
    [LINE] = { "line", UINT32_MAX },
    [LEVEL] = { "level", UINT64_MAX },
    [PATH] = { "path", 0 },
    [NAME] = { "name", 0 },
    [PREFIX] = { "prefix", 0 },
    [DATA] = { "data", 0 },
};

struct ObQtestCommand {
    const char *name;
    void (*run)(ObQtestSession *s, const ObQtestCall *call);
    uint8_t arguments[OB_QTEST_ARGUMENTS]; /* ArgumentKind */
    uint8_t optional;                      /* so many of the last ones may be left out */
    uint8_t space;                         /* HwSpace */
    uint8_t width;                         /* bytes of one access */
    uint8_t digits;                        /* minimum in the reply */
    uint8_t encoding;                      /* ObQtestEncoding */
};

static void run_load(ObQtestSession *s, const ObQtestCall *call)
{
    const ObQtestCommand *command = call->command;

    ob_qtest_hex(s, ob_host_load(s->host, command->space, call->numbers[0], command->width),
                 command->digits);
}

static void run_store(ObQtestSession *s, const ObQtestCall *call)
{
    const ObQtestCommand *command = call->command;

    ob_host_store(s->host, command->space, call->numbers[0], call->numbers[1], command->width);
    ob_qtest_ok(s);
}

static void run_read(ObQtestSession *s, const ObQtestCall *call)
{
    ob_qtest_reply_block(s, call->numbers[0], call->numbers[1], call->command->encoding);
}

static void run_memset(ObQtestSession *s, const ObQtestCall *call)
{
    uint8_t block[4096];

    memset(block, (int)(call->numbers[2] & 0xff), sizeof(block));
    for (uint64_t done = 0; done < call->numbers[1]; done += sizeof(block)) {
        ob_host_write(s->host, call->numbers[0] + done, block,
                      MIN(call->numbers[1] - done, sizeof(block)));
    }
    ob_qtest_ok(s);
}

static void run_endianness(ObQtestSession *s, const ObQtestCall *call)
{
    (void)call;
    ob_qtest_text(s, "OK little");
}

static void clock_advance(ObQtestSession *s, int64_t to)
{
    ob_host_clock_set(s->host, to);
    ob_qtest_text(s, "OK %" G_GINT64_FORMAT, ob_host_clock_now(s->host));
}

static void run_clock_step(ObQtestSession *s, const ObQtestCall *call)
{
    int64_t now = ob_host_clock_now(s->host);
    int64_t next = ob_host_clock_next(s->host);

    if (call->count) {
        int64_t step = (int64_t)call->numbers[0];

        clock_advance(s, step > INT64_MAX - now ? INT64_MAX : now + step);
    } else if (next < 0) {
        ob_qtest_fail(s, NULL,
                      "cannot advance clock to the next deadline because there is "
                      "no pending deadline");
    } else {
        clock_advance(s, next);
    }
}

/* A time in the past fails with the clock's time, as in QEMU 11.1. */
static void run_clock_set(ObQtestSession *s, const ObQtestCall *call)
{
    int64_t to = (int64_t)call->numbers[0];

    if (to < ob_host_clock_now(s->host)) {
        ob_qtest_text(s, "FAIL %" G_GINT64_FORMAT, ob_host_clock_now(s->host));
    } else {
        clock_advance(s, to);
    }
}

/* Devices come in plugins, which are loaded from the start. */
static void run_module_load(ObQtestSession *s, const ObQtestCall *call)
{
    char *name = g_strndup(call->words[1].text, call->words[1].length);

    if (ob_host_find_class(s->host, name)) {
        ob_qtest_ok(s);
    } else {
        ob_qtest_fail(s, call->command->name, "name: no such device class");
    }
    g_free(name);
}

/* clang-format off */
#define LOAD(name, kind, space, width, digits) \
    { name, run_load, { kind }, 0, space, width, digits, 0 }
#define STORE(name, kind, space, width) \
    { name, run_store, { kind, VALUE }, 0, space, width, 0, 0 }
/* clang-format on */

static const ObQtestCommand commands[] = {
    LOAD("readb", ADDRESS, HW_SPACE_MEMORY, 1, 16),
    LOAD("readw", ADDRESS, HW_SPACE_MEMORY, 2, 16),
    LOAD("readl", ADDRESS, HW_SPACE_MEMORY, 4, 16),
    LOAD("readq", ADDRESS, HW_SPACE_MEMORY, 8, 16),
    STORE("writeb", ADDRESS, HW_SPACE_MEMORY, 1),
    STORE("writew", ADDRESS, HW_SPACE_MEMORY, 2),
    STORE("writel", ADDRESS, HW_SPACE_MEMORY, 4),
    STORE("writeq", ADDRESS, HW_SPACE_MEMORY, 8),
    LOAD("inb", PORT, HW_SPACE_IO, 1, 4),
    LOAD("inw", PORT, HW_SPACE_IO, 2, 4),
    LOAD("inl", PORT, HW_SPACE_IO, 4, 4),
    STORE("outb", PORT, HW_SPACE_IO, 1),
    STORE("outw", PORT, HW_SPACE_IO, 2),
    STORE("outl", PORT, HW_SPACE_IO, 4),
    { "read", run_read, { ADDRESS, SIZE }, .encoding = OB_QTEST_HEX },
    { "b64read", run_read, { ADDRESS, SIZE }, .encoding = OB_QTEST_BASE64 },
    { "write", NULL, { ADDRESS, SIZE, DATA }, .encoding = OB_QTEST_HEX },
    { "b64write", NULL, { ADDRESS, SIZE, DATA }, .encoding = OB_QTEST_BASE64 },
    { "memset", run_memset, { ADDRESS, SIZE, VALUE } },
    { "clock_step", run_clock_step, { TIME }, .optional = 1 },
    { "clock_set", run_clock_set, { TIME } },
    { "endianness", run_endianness },
    { "irq_intercept_in", ob_qtest_irq_intercept_in, { PATH } },
    { "irq_intercept_out", ob_qtest_irq_intercept_out, { PATH, NAME }, .optional = 1 },
    { "set_irq_in", ob_qtest_set_irq_in, { PATH, NAME, LINE, LEVEL } },
    { "module_load", run_module_load, { PREFIX, NAME } },
    { "chardev_send", ob_qtest_chardev_send, { NAME, DATA } },
    { "chardev_receive", ob_qtest_chardev_receive, { NAME } },
    { "chardev_event", ob_qtest_chardev_event, { NAME, NAME } },
    { "net_part", ob_qtest_net_part, { NAME, DATA } },
    { "net_send", ob_qtest_net_send, { NAME, DATA } },
    { "net_receive", ob_qtest_net_receive, { NAME } },
};

static const ObQtestCommand *command_find(ObWord name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        /* The first character saves most of the comparisons. */
        if (name.length && *name.text == *commands[i].name && ob_word_is(name, commands[i].name)) {
            return &commands[i];
        }
    }
    return NULL;
}

static uint32_t command_arguments(const ObQtestCommand *command)
{
    uint32_t count = 0;

    while (count < OB_QTEST_ARGUMENTS && command->arguments[count] != NO_ARGUMENT) {
        count++;
    }
    return count;
}

/* Returns false if the argument was refused and answered. */
static bool argument_check(ObQtestSession *s, ObQtestCall *call, uint32_t index)
{
    uint32_t kind = call->command->arguments[index];
    const char *name = argument_kinds[kind].name;
    uint64_t maximum = argument_kinds[kind].maximum;
    char shown[OB_WORD_SHOWN];
    ObNumber result;

    if (kind >= PATH) {
        return true;
    }
    result = ob_word_number(call->words[index], &call->numbers[index]);
    if (result == OB_NUMBER_MALFORMED) {
        ob_qtest_fail(s, call->command->name, "%s: '%s' is not a number", name,
                      ob_word_show(call->words[index], shown));
    } else if (result == OB_NUMBER_TOO_LARGE || call->numbers[index] > maximum) {
        ob_qtest_fail(s, call->command->name,
                      "%s: %s is out of range, expected 0 to 0x%" G_GINT64_MODIFIER "x", name,
                      ob_word_show(call->words[index], shown), maximum);
    } else {
        return true;
    }
    return false;
}

/* Checks the first `checked` arguments in call->words. */
static bool arguments_check(ObQtestSession *s, ObQtestCall *call, uint32_t checked)
{
    uint32_t most = command_arguments(call->command);

    if (call->count + call->command->optional < most) {
        uint32_t missing = call->command->arguments[call->count];

        ob_qtest_fail(s, call->command->name, "%s: missing", argument_kinds[missing].name);
        return false;
    }
    if (call->count > most) {
        ob_qtest_fail(s, call->command->name, "too many arguments, expected %u", most);
        return false;
    }
    for (uint32_t i = 0; i < MIN(call->count, checked); i++) {
        if (!argument_check(s, call, i)) {
            return false;
        }
    }
    return true;
}

/* A comment behind a command, " # ...", as crash reports have it.  QEMU's server takes no notice of
 * words after the arguments either. */
static ObWord without_comment(ObWord line)
{
    const char *hash = line.length ? memchr(line.text, '#', line.length) : NULL;

    if (hash && hash > line.text && hash[-1] == ' ') {
        for (line.length = (size_t)(hash - line.text);
             line.length > 0 && line.text[line.length - 1] == ' ';) {
            line.length--;
        }
    }
    return line;
}

void ob_qtest_run(ObQtestSession *s, ObWord line)
{
    ObWord words[1 + OB_QTEST_ARGUMENTS + 1];
    uint32_t count = ob_words_split(without_comment(line), words, G_N_ELEMENTS(words));
    ObQtestCall call = { .command = command_find(words[0]), .count = count - 1 };
    char shown[OB_WORD_SHOWN];

    if (!call.command) {
        ob_qtest_fail(s, NULL, "Unknown command '%s'", ob_word_show(words[0], shown));
        return;
    }
    memcpy(call.words, words + 1, MIN(call.count, OB_QTEST_ARGUMENTS) * sizeof(ObWord));
    if (!arguments_check(s, &call, OB_QTEST_ARGUMENTS)) {
        return;
    }
    call.command->run(s, &call);
}

size_t ob_qtest_run_block(ObQtestSession *s, ObWord line)
{
    ObWord words[4];
    ObQtestCall call = { .count = 3 };

    if (line.length < 5 || (line.text[0] != 'w' && line.text[0] != 'b') ||
        ob_words_split(line, words, G_N_ELEMENTS(words)) < 4) {
        return 0;
    }
    call.command = command_find(words[0]);
    if (!call.command || call.command->run) {
        return 0;
    }
    memcpy(call.words, words + 1, 3 * sizeof(ObWord));
    if (arguments_check(s, &call, 2)) {
        ob_qtest_block_begin(s, call.command->name, call.numbers[0], call.numbers[1],
                             call.command->encoding);
    } else {
        s->block_write.active = false;
    }
    return words[3].text - line.text;
}
