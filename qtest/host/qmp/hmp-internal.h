/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands of HMP, and the helpers of their files. */
#ifndef OB_HMP_INTERNAL_H
#define OB_HMP_INTERNAL_H

#include "qtest/host/qmp/hmp.h"
#include "qtest/host/qmp/qmp.h"

/* A command that is being executed. */
typedef struct ObHmpCall {
    ObSystem *system;
    json_t *arguments; /* by name, as the command's `arguments` say */
    GString *out;
} ObHmpCall;

typedef void ObHmpHandler(ObHmpCall *call);

typedef struct ObHmpCommand {
    const char *name; /* "stop|s": two names */

    /* NAME:TYPE between commas, in order.  Types: 's' a word, 'S' the rest of the line, 'l' an
     * expression, '/' a format ("/4xw", into count, format and size), "-x" a flag.  Behind the first
     * word, "-xs" is a flag with a word.  '?' behind the type: optional. */
    const char *arguments;
    const char *usage; /* the arguments in the help */
    const char *help;
    ObHmpHandler *handler;
    const char *qmp;  /* without handler: the QMP command with these arguments */
    const char *text; /* or the text that is always shown */
} ObHmpCommand;

/* hmp-commands.c; each ends with a row of zeros. */
extern const ObHmpCommand ob_hmp_commands[];
extern const ObHmpCommand ob_hmp_infos[];

void ob_hmp_print(ObHmpCall *call, const char *format, ...) HW_PRINTF(2, 3);

/* Executes the QMP command; takes `arguments`, which may be NULL.  Returns its answer, which
 * the caller owns; or prints the error and returns NULL. */
json_t *ob_hmp_call_qmp(ObHmpCall *call, const char *command, json_t *arguments);

/* An argument; NULL or 0 if it is absent. */
const char *ob_hmp_string(const ObHmpCall *call, const char *name);
uint64_t ob_hmp_number(const ObHmpCall *call, const char *name);
bool ob_hmp_flag(const ObHmpCall *call, const char *name);

/*
 * hmp-parse.c: takes the arguments of a command from `text`.  Returns false and sets `error`
 * on failure, in QEMU's words.
 */
bool ob_hmp_parse(const ObHmpCommand *command, const char *text, json_t *arguments, HwError *error);

/* hmp-expression.c: takes an expression from `*text`: numbers, + - * / % & | ^ ~ and
 * parentheses. */
bool ob_hmp_expression(const char **text, uint64_t *value, HwError *error);

/* Handlers: hmp-commands.c */
ObHmpHandler ob_hmp_help, ob_hmp_device_add, ob_hmp_migrate, ob_hmp_set_capability, ob_hmp_log,
    ob_hmp_set_parameter, ob_hmp_print_value, ob_hmp_qom_list, ob_hmp_qom_get, ob_hmp_qom_set;

/* hmp-info.c */
ObHmpHandler ob_hmp_info_version, ob_hmp_info_status, ob_hmp_info_name, ob_hmp_info_uuid,
    ob_hmp_info_kvm, ob_hmp_info_tpm, ob_hmp_info_vm_generation_id, ob_hmp_info_migrate,
    ob_hmp_info_migrate_capabilities, ob_hmp_info_migrate_parameters, ob_hmp_info_nothing,
    ob_hmp_info_no_cpu, ob_hmp_info_cpus, ob_hmp_info_numa, ob_hmp_info_irq,
    ob_hmp_info_memory_size;

/* input/hmp-input.c */
ObHmpHandler ob_hmp_sendkey, ob_hmp_mouse_move, ob_hmp_mouse_button, ob_hmp_mouse_set,
    ob_hmp_info_mice;

/* chardev/hmp-chardev.c */
ObHmpHandler ob_hmp_info_chardev, ob_hmp_ringbuf_read, ob_hmp_chardev_add, ob_hmp_chardev_change;

/* hmp-net.c */
ObHmpHandler ob_hmp_info_vnc;
ObHmpHandler ob_hmp_info_network, ob_hmp_netdev_add, ob_hmp_set_link, ob_hmp_announce_self;

/* hmp-pci.c */
ObHmpHandler ob_hmp_info_pci;

/* qom/hmp-objects.c */
ObHmpHandler ob_hmp_object_add, ob_hmp_info_memdev, ob_hmp_info_iothreads,
    ob_hmp_info_hotpluggable_cpus;

/* hmp-tree.c */
ObHmpHandler ob_hmp_info_qtree, ob_hmp_info_qom_tree, ob_hmp_info_mtree, ob_hmp_info_ramblock,
    ob_hmp_info_qdm;

/* hmp-memory.c */
ObHmpHandler ob_hmp_xp, ob_hmp_in, ob_hmp_out, ob_hmp_sum;

#endif
