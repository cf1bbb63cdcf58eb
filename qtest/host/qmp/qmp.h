/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QMP, the QEMU machine protocol: a session, its commands and its events.  For the loop's
 * thread.
 */
#ifndef OB_QMP_H
#define OB_QMP_H

#include "qtest/host/run/system.h"
#include "qtest/machine/net/net.h"

/* The version in -version and query-version.  The numbers are those of the QEMU whose QMP
 * and machines this program follows; the package names this program. */
#define OB_QEMU_MAJOR 7
#define OB_QEMU_MINOR 2
#define OB_QEMU_MICRO 0

/* ----------------------------------------------------------------- sessions */

typedef struct ObQmp ObQmp;

/* A session without a peer.  `send` gets the bytes for the peer.  It returns false if the peer
 * does not read them: then the session takes no request before ob_qmp_resume(). */
ObQmp *ob_qmp_new(ObSystem *system, bool (*send)(void *opaque, const char *bytes, size_t count),
                  void *opaque);
void ob_qmp_free(ObQmp *qmp); /* NULL is allowed */

/* Answers and events have line breaks and indentation. */
void ob_qmp_set_pretty(ObQmp *qmp, bool pretty);

/* Sets the function that holds the peer's input back, called with the opaque of `send`: too many
 * requests wait for an answer that comes later. */
void ob_qmp_set_hold(ObQmp *qmp, void (*hold)(void *opaque, bool held));

/* Sets the source of the descriptor that the peer has passed; it returns -1 for none.  It
 * is called with the opaque of `send`. */
void ob_qmp_set_fd_source(ObQmp *qmp, int (*take_fd)(void *opaque));

/* A peer has connected: greets it, and starts with the negotiation. */
void ob_qmp_open(ObQmp *qmp);
void ob_qmp_input(ObQmp *qmp, const char *bytes, size_t count);
void ob_qmp_resume(ObQmp *qmp);

/* The peer has gone.  Requests that wait are dropped. */
void ob_qmp_close(ObQmp *qmp);

/* Sends an event to each peer that has negotiated.  Takes `data`, which may be NULL. */
void ob_qmp_event(ObSystem *system, const char *name, json_t *data);

/* Sends DEVICE_DELETED: ob_host_observe_removals(). */
void ob_qmp_device_gone(void *opaque, HwInstance *instance);

/* Sends QEMU's events of -netdev stream: ob_net_observe_peers(). */
void ob_qmp_net_peer_changed(void *opaque, const ObNetdev *netdev, bool has_peer);

/* For ob_vnc_server_observe(); `opaque` is the system. */
struct ObVncViewer;
void ob_qmp_vnc_told(void *opaque, const char *event, const struct ObVncViewer *viewer);

/* The "version" of the greeting and of query-version; the caller owns it. */
json_t *ob_qmp_version(void);

/* ----------------------------------------------------------------- commands */

/* A command that is being answered. */
typedef struct ObQmpCall {
    ObSystem *system;
    ObQmp *qmp;               /* the session */
    json_t *id;               /* the request's; NULL: none */
    struct ObQmpLater *later; /* see ob_qmp_later() */
    json_t *arguments;        /* an object, checked against the schema */
    const char *error_class;  /* NULL: no error */
    char error[512];
} ObQmpCall;

#define OB_QMP_GENERIC    "GenericError"
#define OB_QMP_NOT_FOUND  "CommandNotFound"
#define OB_QMP_NO_DEVICE  "DeviceNotFound"
#define OB_QMP_NOT_ACTIVE "DeviceNotActive"

/* Sets the error; returns NULL, so that a handler can return the call's result. */
json_t *ob_qmp_fail(ObQmpCall *call, const char *error_class, const char *format, ...)
    HW_PRINTF(3, 4);

/* An argument, which the call owns; NULL if it is absent. */
const char *ob_qmp_string(const ObQmpCall *call, const char *name);

/*
 * The answer comes later: the handler returns NULL without an error, and owns the result of this
 * function.  Requests behind this one wait, but for out-of-band ones.  Only for commands that
 * ob_qmp_run() is not called with.
 */
typedef struct ObQmpLater ObQmpLater;
ObQmpLater *ob_qmp_later(ObQmpCall *call);

/* Sends the answer, unless the peer has gone, then takes the requests that wait.  Never from a
 * handler.  Takes `result`; NULL: fails with `error`.  Frees `later`. */
void ob_qmp_answer(ObQmpLater *later, json_t *result, const char *error);

/* Without an answer: the program ends.  NULL is allowed. */
void ob_qmp_later_free(ObQmpLater *later);

/* The descriptor that came with the command, which the caller then owns; -1: none. */
int ob_qmp_take_fd(const ObQmpCall *call);

/* Returns the answer, which the caller owns; or NULL with the error set. */
typedef json_t *ObQmpHandler(ObQmpCall *call);

/* `type` is a name in qmp-types.c, "[NAME]" for an array of it. */
typedef struct ObQmpMember {
    const char *name;
    const char *type;
    bool optional;
} ObQmpMember;

typedef struct ObQmpCommand {
    const char *name;
    const ObQmpMember *arguments; /* ends with a member of zeros; NULL: none */
    const char *returns;          /* NULL: an empty object */
    ObQmpHandler *handler;
    const char *takes;   /* instead of `arguments`: an object type, with its variants */
    bool takes_any;      /* arguments of other names are allowed too */
    bool is_oob;         /* exec-oob is allowed too */
    bool checks_members; /* the members of arguments are checked, and values of enums */
    const char *absent;  /* instead of a handler: the sentence by which the command fails */
} ObQmpCommand;

/* qmp-commands.c; ends with a row of zeros. */
extern const ObQmpCommand ob_qmp_commands[];

/*
 * Executes a command for this program's own use: `call` has system and arguments, but no
 * session.  Returns the answer, which the caller owns; or NULL with the error set.
 */
json_t *ob_qmp_run(ObQmpCall *call, const char *name);

/* False, with the call failed, if the command has to wait for x-exit-preconfig. */
bool ob_qmp_is_available(ObQmpCall *call, const char *name);

/* qmp-arguments.c: checks the arguments' names and types; errors have QEMU's words. */
bool ob_qmp_check_arguments(ObQmpCall *call, const ObQmpCommand *command);

/* Handlers: qmp-commands-machine.c */
ObQmpHandler ob_qmp_query_status, ob_qmp_query_version, ob_qmp_query_name, ob_qmp_query_uuid,
    ob_qmp_query_target, ob_qmp_query_machines, ob_qmp_query_kvm, ob_qmp_stop, ob_qmp_cont,
    ob_qmp_system_reset, ob_qmp_system_powerdown, ob_qmp_system_wakeup,
    ob_qmp_query_current_machine, ob_qmp_query_memory_size_summary, ob_qmp_set_action,
    ob_qmp_watchdog_set_action, ob_qmp_pmemsave, ob_qmp_quit;

/* qmp-commands-absent.c */
ObQmpHandler ob_qmp_query_nothing, ob_qmp_query_balloon, ob_qmp_query_display_options,
    ob_qmp_query_replay, ob_qmp_query_dump, ob_qmp_query_numa, ob_qmp_query_irq,
    ob_qmp_query_ramblock;

/* block/qmp-block.c */
ObQmpHandler ob_qmp_blockdev_add, ob_qmp_blockdev_del, ob_qmp_query_named_block_nodes,
    ob_qmp_query_block_graph;

/* qmp-commands-unused.c */
ObQmpHandler ob_qmp_query_accelerators, ob_qmp_query_acpi_ospm_status, ob_qmp_query_colo_status,
    ob_qmp_query_dirty_rate, ob_qmp_query_dump_capability, ob_qmp_query_gic_capabilities,
    ob_qmp_query_text_of_nothing;

/* qmp-commands-numa.c */
ObQmpHandler ob_qmp_query_cpus_fast, ob_qmp_query_hotpluggable_cpus, ob_qmp_set_numa_node;

/* qmp-commands-device.c */
ObQmpHandler ob_qmp_query_pci;
ObQmpHandler ob_qmp_device_add, ob_qmp_device_del, ob_qmp_device_list_properties, ob_qmp_qom_list,
    ob_qmp_qom_get, ob_qmp_qom_set, ob_qmp_qom_list_types, ob_qmp_qom_list_properties,
    ob_qmp_qom_list_get;

/* qmp-commands-screen.c */
ObQmpHandler ob_qmp_dumpdtb, ob_qmp_screendump;

/* input/qmp-input.c */
ObQmpHandler ob_qmp_send_key, ob_qmp_input_send_event, ob_qmp_query_mice;

/* screen/vnc.c */
ObQmpHandler ob_qmp_query_vnc, ob_qmp_query_vnc_servers, ob_qmp_change_vnc_password,
    ob_qmp_set_password;

/* qmp-commands-object.c */
ObQmpHandler ob_qmp_object_add, ob_qmp_object_del, ob_qmp_query_memdev, ob_qmp_query_iothreads;

/* qmp-commands-migration.c */
ObQmpHandler ob_qmp_migrate, ob_qmp_migrate_cancel, ob_qmp_migrate_incoming, ob_qmp_query_migrate,
    ob_qmp_migrate_set_capabilities, ob_qmp_query_migrate_capabilities,
    ob_qmp_migrate_set_parameters, ob_qmp_query_migrate_parameters;

/* chardev/qmp-chardev.c */
ObQmpHandler ob_qmp_query_chardev, ob_qmp_query_chardev_backends, ob_qmp_ringbuf_read,
    ob_qmp_ringbuf_write, ob_qmp_chardev_add, ob_qmp_chardev_remove, ob_qmp_chardev_change,
    ob_qmp_chardev_send_break;

/* qmp-commands-fd.c */
ObQmpHandler ob_qmp_getfd, ob_qmp_closefd, ob_qmp_add_fd, ob_qmp_remove_fd, ob_qmp_query_fdsets;

/* qmp-commands-net.c */
ObQmpHandler ob_qmp_netdev_add, ob_qmp_netdev_del, ob_qmp_set_link, ob_qmp_query_rx_filter;
ObQmpHandler ob_qmp_announce_self;

/* qmp-commands-tpm.c */
ObQmpHandler ob_qmp_query_tpm, ob_qmp_query_tpm_models, ob_qmp_query_tpm_types;

/* qmp-commands-vmgenid.c */
ObQmpHandler ob_qmp_query_vm_generation_id, ob_qmp_vm_generation_id_set;

/* hmp.c */
ObQmpHandler ob_qmp_human_monitor_command;

/* qmp-command-line.c */
ObQmpHandler ob_qmp_query_command_line_options;

/* qmp-preconfig.c */
ObQmpHandler ob_qmp_x_exit_preconfig;
ObQmpHandler ob_qmp_x_plugin_reload;
ObQmpHandler ob_qmp_x_query_snapshots;
ObQmpHandler ob_qmp_x_restore;
ObQmpHandler ob_qmp_x_snapshot;
ObQmpHandler ob_qmp_x_snapshot_delete;

/* qmp-schema.c */
ObQmpHandler ob_qmp_query_commands, ob_qmp_query_qmp_schema;

#endif
