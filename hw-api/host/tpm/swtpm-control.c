/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/tpm/swtpm-control.h"

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

enum {
    CMD_GET_CAPABILITY = 1,
    CMD_INIT = 2,
    CMD_SHUTDOWN = 3,
    CMD_GET_TPMESTABLISHED = 4,
    CMD_SET_LOCALITY = 5,
    CMD_CANCEL_TPM_CMD = 9,
    CMD_STOP = 14,
    CMD_SET_DATAFD = 16,
    CMD_SET_BUFFERSIZE = 17,
};

#define INIT_DELETE_VOLATILE 1

/* What a request looks like, and the bit in the reply to CMD_GET_CAPABILITY. */
typedef struct RequestKind {
    const char *name;
    uint8_t capability;         /* the bit's number */
    uint8_t argument_size;      /* 0 or 4 */
    uint8_t reply_min;          /* bytes after the result code */
    uint8_t reply_max;
} RequestKind;

static const RequestKind kinds[] = {
    [CMD_GET_CAPABILITY] = { "CMD_GET_CAPABILITY", 0, 0, 4, 4 },
    [CMD_INIT] = { "CMD_INIT", 0, 4, 0, 0 },
    [CMD_SHUTDOWN] = { "CMD_SHUTDOWN", 1, 0, 0, 0 },
    /* One byte and what padding its author's compiler gave it. */
    [CMD_GET_TPMESTABLISHED] = { "CMD_GET_TPMESTABLISHED", 2, 0, 1, 4 },
    [CMD_SET_LOCALITY] = { "CMD_SET_LOCALITY", 3, 4, 0, 0 },
    [CMD_CANCEL_TPM_CMD] = { "CMD_CANCEL_TPM_CMD", 5, 0, 0, 0 },
    [CMD_STOP] = { "CMD_STOP", 10, 0, 0, 0 },
    [CMD_SET_DATAFD] = { "CMD_SET_DATAFD", 12, 0, 0, 0 },
    [CMD_SET_BUFFERSIZE] = { "CMD_SET_BUFFERSIZE", 13, 4, 12, 12 },
};

const char *hw_swtpm_failure(int number)
{
    switch (number) {
    case ETIMEDOUT:
        return "no answer in time";
    case ECONNRESET:
        return "it has closed the connection";
    case ECANCELED:
        return "the host ends";
    default:
        return strerror(number);
    }
}

static int control_receive(const HwSwtpmControl *control, uint8_t *bytes, size_t want,
                           size_t capacity)
{
    size_t have = 0;
    int result;

    do {
        result = hw_stream_receive(control->fd, bytes, &have, want, capacity, &control->limit);
    } while (result == EINTR);
    return result;
}

/* `passed` is a descriptor to go along, or -1.  `reply` has room for 12 bytes. */
static bool control_request(HwSwtpmControl *control, uint32_t command, uint32_t argument,
                            int passed, uint8_t *reply, HwError *error)
{
    const RequestKind *kind = &kinds[command];
    uint8_t request[8];
    uint8_t code[4];
    int result;

    hw_store_be32(request, command);
    hw_store_be32(request + 4, argument);
    result = control_receive(control, code, control->owed, control->owed);
    if (result == 0) {
        control->owed = 0;
        hw_stream_discard(control->fd);     /* padding of the reply before */
        result = hw_stream_send(control->fd, request, 4 + (size_t)kind->argument_size, passed,
                                &control->limit);
    }
    if (result == 0) {
        result = control_receive(control, code, sizeof(code), sizeof(code));
    }
    /* The code comes first: an error's reply may end here, whatever the request. */
    if (result == 0 && hw_load_be32(code) != 0) {
        return hw_error_set(error, "swtpm failed %s: result 0x%x, expected 0", kind->name,
                            hw_load_be32(code));
    }
    if (result == 0 && kind->reply_min > 0) {
        result = control_receive(control, reply, kind->reply_min, kind->reply_max);
    }
    if (result != 0) {
        return hw_error_set(error, "swtpm failed %s: %s", kind->name, hw_swtpm_failure(result));
    }
    return true;
}

bool hw_swtpm_set_data_fd(HwSwtpmControl *control, int data, HwError *error)
{
    return control_request(control, CMD_SET_DATAFD, 0, data, NULL, error);
}

bool hw_swtpm_check_capabilities(HwSwtpmControl *control, HwError *error)
{
    uint8_t reply[12];

    if (!control_request(control, CMD_GET_CAPABILITY, 0, -1, reply, error)) {
        return false;
    }
    for (size_t i = CMD_INIT; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (kinds[i].name && !(hw_load_be32(reply) >> kinds[i].capability & 1)) {
            return hw_error_set(error, "swtpm lacks %s: its capabilities are 0x%x, expected "
                                "swtpm 0.1 or later", kinds[i].name, hw_load_be32(reply));
        }
    }
    return true;
}

bool hw_swtpm_stop(HwSwtpmControl *control, HwError *error)
{
    return control_request(control, CMD_STOP, 0, -1, NULL, error);
}

bool hw_swtpm_init(HwSwtpmControl *control, HwError *error)
{
    return control_request(control, CMD_INIT, INIT_DELETE_VOLATILE, -1, NULL, error);
}

bool hw_swtpm_set_buffer_size(HwSwtpmControl *control, uint32_t size, uint32_t *largest,
                              HwError *error)
{
    uint8_t reply[12];          /* in use, smallest, largest */

    if (!control_request(control, CMD_SET_BUFFERSIZE, size, -1, reply, error)) {
        return false;
    }
    *largest = hw_load_be32(reply + 8);
    return true;
}

bool hw_swtpm_set_locality(HwSwtpmControl *control, uint8_t locality, HwError *error)
{
    /* One byte, and three of padding. */
    return control_request(control, CMD_SET_LOCALITY, (uint32_t)locality << 24, -1, NULL, error);
}

bool hw_swtpm_get_established(HwSwtpmControl *control, bool *established, HwError *error)
{
    uint8_t reply[12];

    if (!control_request(control, CMD_GET_TPMESTABLISHED, 0, -1, reply, error)) {
        return false;
    }
    *established = reply[0] != 0;
    return true;
}

void hw_swtpm_cancel(HwSwtpmControl *control)
{
    uint8_t request[4];
    ssize_t received = control->owed ? recv(control->fd, request, control->owed, 0) : 0;

    control->owed -= received > 0 ? (uint8_t)received : 0;
    hw_store_be32(request, CMD_CANCEL_TPM_CMD);
    if (control->owed == 0 && send(control->fd, request, sizeof(request), MSG_NOSIGNAL) ==
        (ssize_t)sizeof(request)) {
        control->owed = 4;
    }
}

bool hw_swtpm_shutdown(HwSwtpmControl *control, HwError *error)
{
    return control_request(control, CMD_SHUTDOWN, 0, -1, NULL, error);
}
