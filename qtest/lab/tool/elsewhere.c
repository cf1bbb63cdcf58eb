/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/lab/tool/elsewhere.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/client/client.h"
#include "qtest/client/drivers/fw-cfg.h"
#include "qtest/text/show.h"

#define FILE_BUFFER 0x20000u /* from the start of RAM: bytes of a file */

typedef struct Play {
    LabMachine machine;
    const ObLabScript *script;
    const char *in;
    uint64_t answer;    /* the last read's */
    bool refuses_state; /* a move has failed */
    const char *stops;  /* why the script can't be played here; NULL: it can */
} Play;

/* -------------------------------------------------------------------- reasons against it */

/* A fault that only the process itself shows. */
static const char *rule_reason(const ObLabScript *script)
{
    switch (script->oracle) {
    case OB_LAB_AGAIN:
        return "the rule 'again' compares two runs of one process";
    case OB_LAB_LEAK:
        return "the rule 'leak' counts the memory of a process";
    case OB_LAB_CRASH:
    case OB_LAB_HANG:
    case OB_LAB_SAVED:
        return NULL;
    default:
        return script->has_check || script->has_level || script->oracle == OB_LAB_ORACLES
                   ? NULL
                   : "no access of a guest shows this fault";
    }
}

static const char *command_reason(const ObLabCommand *command, bool is_qemu)
{
    switch (command->op) {
    case OB_LAB_CONFIG_WRITE:
    case OB_LAB_CONFIG_READ:
        return "firmware has not placed the PCI functions there";
    case OB_LAB_LINE:
        return "input lines are driven in process only";
    case OB_LAB_CLOCK:
        return is_qemu ? "no step of the clock is possible in a QEMU without the accelerator qtest"
                       : NULL;
    default:
        return NULL;
    }
}

static const char *reason_against(const ObLabScript *script, bool is_qemu)
{
    const char *reason = rule_reason(script);

    for (guint i = 0; !reason && i < script->commands->len; i++) {
        reason = command_reason(&g_array_index(script->commands, ObLabCommand, i), is_qemu);
    }
    return reason;
}

/* ---------------------------------------------------------------------------- commands */

static uint64_t port_load(ObClient *c, const ObLabCommand *command)
{
    uint16_t port = (uint16_t)command->offset;

    return command->width == 0   ? ob_client_inb(c, port)
           : command->width == 1 ? ob_client_inw(c, port)
                                 : ob_client_inl(c, port);
}

static void port_store(ObClient *c, const ObLabCommand *command)
{
    uint16_t port = (uint16_t)command->offset;

    if (command->width == 0) {
        ob_client_outb(c, port, (uint8_t)command->value);
    } else if (command->width == 1) {
        ob_client_outw(c, port, (uint16_t)command->value);
    } else {
        ob_client_outl(c, port, (uint32_t)command->value);
    }
}

static void access_play(Play *p, const ObLabCommand *command)
{
    ObClient *c = p->machine.client;
    uint32_t size = UINT32_C(1) << command->width;
    bool is_port = command->space == HW_SPACE_IO;

    if (command->op == OB_LAB_LOAD) {
        p->answer = is_port ? port_load(c, command) : ob_client_load(c, command->offset, size);
    } else if (is_port) {
        port_store(c, command);
    } else {
        ob_client_store(c, command->offset, command->value, size);
    }
}

/* By a descriptor: the file is selected, then the offset skipped, then the bytes go. */
static void file_play(Play *p, const ObLabCommand *command)
{
    bool is_arm = g_strcmp0(p->script->architecture, "aarch64") == 0;
    ObFwCfgPort port = is_arm ? fw_cfg_of_virt(p->machine.client) : fw_cfg_of_pc(p->machine.client);
    uint16_t key = fw_cfg_find(&port, command->name, NULL);
    uint64_t buffer = port.descriptor + FILE_BUFFER;
    uint32_t size = UINT32_C(1) << command->width;
    uint8_t bytes[8];

    if (!key) {
        p->stops = "firmware finds no such file there";
        return;
    }
    hw_store_le(bytes, command->value, sizeof(bytes));
    ob_client_memwrite(p->machine.client, buffer, bytes, size);
    fw_cfg_dma(&port, fw_cfg_dma_key(key) | FW_CFG_DMA_SKIP, 0, (uint32_t)command->offset);
    fw_cfg_dma(&port, command->op == OB_LAB_FILE_WRITE ? FW_CFG_DMA_WRITE : FW_CFG_DMA_READ, buffer,
               size);
}

static void clock_play(Play *p, const ObLabCommand *command)
{
    if (command->value) {
        ob_client_clock_step(p->machine.client, (int64_t)command->value);
    } else {
        ob_client_clock_step_next(p->machine.client);
    }
}

static void move_play(Play *p)
{
    HW_ERROR(error, 400);

    if (!lab_machine_move(&p->machine, &error)) {
        p->refuses_state = true;
    }
}

static void command_play(Play *p, const ObLabCommand *command)
{
    switch (command->op) {
    case OB_LAB_STORE:
    case OB_LAB_LOAD:
        access_play(p, command);
        break;
    case OB_LAB_FILE_WRITE:
    case OB_LAB_FILE_READ:
        file_play(p, command);
        break;
    case OB_LAB_CLOCK:
        clock_play(p, command);
        break;
    case OB_LAB_RESET:
        ob_client_reset(p->machine.client);
        break;
    default:
        move_play(p);
        break;
    }
}

/* --------------------------------------------------------------------------- judgement */

static int say(const Play *p, bool found, const char *format, ...) G_GNUC_PRINTF(3, 4);

static int say(const Play *p, bool found, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list list;

    va_start(list, format);
    text = g_strdup_vprintf(format, list);
    va_end(list);
    ob_text_fprintf(stdout, "in %s: %s: %s\n", p->in, found ? "the same fault" : "no fault", text);
    return found ? LAB_FOUND : LAB_FINE;
}

static int judge(const Play *p)
{
    const ObLabScript *script = p->script;

    if (p->machine.report->len) {
        g_auto(GStrv) lines = g_strsplit(p->machine.report->str, "\n", 2);

        return say(p, true, "%s", lines[0]);
    }
    if (p->refuses_state) {
        return say(p, true, "the machine refuses its own state");
    }
    if (script->has_check) {
        return say(p, p->answer == script->seen,
                   "the answer is 0x%" PRIx64 ", with the fault 0x%" PRIx64
                   ", without it 0x%" PRIx64,
                   p->answer, script->seen, script->expected);
    }
    if (script->has_level) {
        return say(p, ob_client_irq_get(p->machine.client, script->line) == script->level,
                   "interrupt line %u is %s", script->line,
                   ob_client_irq_get(p->machine.client, script->line) ? "high" : "low");
    }
    if (script->oracle == OB_LAB_SAVED) {
        return lab_trouble("--in %s: a stream's bytes are compared in process only", p->in);
    }
    if (script->oracle == OB_LAB_CRASH) {
        return say(p, false, "it lives; there is no unmapped page after a device's struct");
    }
    return say(p, false, "all commands have answers");
}

static int play(Play *p)
{
    for (guint i = 0; i < p->script->commands->len && !p->stops && !p->refuses_state &&
                      !ob_client_failed(p->machine.client);
         i++) {
        command_play(p, &g_array_index(p->script->commands, ObLabCommand, i));
    }
    /* The last command may have ended the program. */
    if (p->machine.client && !ob_client_failed(p->machine.client)) {
        ob_client_readb(p->machine.client, 0);
    }
    return p->stops ? lab_trouble("--in %s: %s", p->in, p->stops) : judge(p);
}

int lab_run_elsewhere(const LabArguments *arguments, const ObLabScript *script)
{
    Play p = { .script = script, .in = arguments->in };
    const char *reason = reason_against(script, strcmp(arguments->in, "qemu") == 0);
    const LabMachineKind kind = { .watches = script->has_level };
    HW_ERROR(error, 600);
    int status;

    if (reason) {
        return lab_trouble("--in %s: %s", arguments->in, reason);
    }
    if (!arguments->machine && !script->machine) {
        return lab_trouble("--in %s: expected --machine, or '# lab: machine' in the script",
                           arguments->in);
    }
    status = lab_machine_start(&p.machine, arguments, script, &kind, &error)
                 ? play(&p)
                 : lab_trouble("--in %s: %s", arguments->in, error.text);
    lab_machine_clear(&p.machine);
    return status;
}
