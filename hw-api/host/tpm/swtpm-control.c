/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/tpm/swtpm-control.h"

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/host/tpm/result.h"

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
    CMD_GET_STATEBLOB = 12,
    CMD_SET_STATEBLOB = 13,
    CMD_STOP = 14,
    CMD_SET_DATAFD = 16,
    CMD_SET_BUFFERSIZE = 17,
    CMD_LOCK_STORAGE = 19,
};

#define INIT_DELETE_VOLATILE 1
#define TPM_RETRY            0x800 /* CMD_GET_STATEBLOB: the state does not exist */
#define REQUEST_MAX          16

/* The form of a request, and its bit in the reply to CMD_GET_CAPABILITY. */
typedef struct RequestKind {
    const char *name;
    uint8_t capability;    /* the bit's number */
    uint8_t argument_size; /* at most REQUEST_MAX - 4 */
    uint8_t reply_min;     /* the least number of bytes after the result code */
    uint8_t reply_max;
    uint16_t also_good; /* another result code that is not a failure, or 0 */
    HwTpmOperation operation;
    bool optional; /* swtpm 0.7 does not have it */
} RequestKind;

static const RequestKind kinds[] = {
    [CMD_GET_CAPABILITY] = { "CMD_GET_CAPABILITY", 0, 0, 4, 4 },
    [CMD_INIT] = { "CMD_INIT", 0, 4, 0, 0, .operation = HW_TPM_START },
    [CMD_SHUTDOWN] = { "CMD_SHUTDOWN", 1, 0, 0, 0 },
    /* The reply is one byte and the padding of the C struct, which depends on the compiler. */
    [CMD_GET_TPMESTABLISHED] = { "CMD_GET_TPMESTABLISHED", 2, 0, 1, 4 },
    [CMD_SET_LOCALITY] = { "CMD_SET_LOCALITY", 3, 4, 0, 0 },
    [CMD_CANCEL_TPM_CMD] = { "CMD_CANCEL_TPM_CMD", 5, 0, 0, 0 },
    [CMD_GET_STATEBLOB] = { "CMD_GET_STATEBLOB", 8, 12, 12, 12, TPM_RETRY },
    [CMD_SET_STATEBLOB] = { "CMD_SET_STATEBLOB", 9, 12, 0, 0, .operation = HW_TPM_SET_STATE },
    [CMD_STOP] = { "CMD_STOP", 10, 0, 0, 0 },
    [CMD_SET_DATAFD] = { "CMD_SET_DATAFD", 12, 0, 0, 0, .operation = HW_TPM_SET_DATA_CHANNEL },
    [CMD_SET_BUFFERSIZE] = { "CMD_SET_BUFFERSIZE", 13, 4, 12, 12 },
    [CMD_LOCK_STORAGE] = { "CMD_LOCK_STORAGE", 16, 4, 0, 0, .operation = HW_TPM_LOCK,
                           .optional = true },
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

/* A request's arguments, and the bytes and the descriptor that are sent with it. */
typedef struct Request {
    uint32_t command;
    uint32_t arguments[3];
    const uint8_t *bytes;
    uint32_t size;
    int passed; /* a descriptor, or -1 */
} Request;

static int control_send(HwSwtpmControl *control, const Request *request)
{
    uint8_t header[REQUEST_MAX];
    uint8_t owed[4];
    int result;

    hw_store_be32(header, request->command);
    for (int i = 0; i < 3; i++) {
        hw_store_be32(header + 4 + 4 * i, request->arguments[i]);
    }
    result = control_receive(control, owed, control->owed, control->owed);
    if (result == 0) {
        control->owed = 0;
        hw_stream_discard(control->fd); /* padding of the last reply */
        result = hw_stream_send(control->fd, header,
                                4 + (size_t)kinds[request->command].argument_size, request->passed,
                                &control->limit);
    }
    return result != 0
               ? result
               : hw_stream_send(control->fd, request->bytes, request->size, -1, &control->limit);
}

/* `reply` has room for 12 bytes. */
static bool control_exchange(HwSwtpmControl *control, const Request *request, uint8_t *reply,
                             HwError *error)
{
    const RequestKind *kind = &kinds[request->command];
    uint8_t bytes[4];
    int result = control_send(control, request);

    if (result == 0) {
        result = control_receive(control, bytes, sizeof(bytes), sizeof(bytes));
        control->unanswered = result == ECANCELED;
    }
    /* The result code comes first: the reply of a failed request may end here. */
    if (result == 0 && hw_load_be32(bytes) != 0 && hw_load_be32(bytes) != kind->also_good) {
        return hw_error_set(error, "swtpm failed %s: result 0x%x, expected 0%s (see swtpm's log)",
                            kind->name, hw_load_be32(bytes),
                            hw_tpm_result_words(kind->operation, hw_load_be32(bytes)));
    }
    if (result == 0 && kind->reply_min > 0) {
        result = control_receive(control, reply, kind->reply_min, kind->reply_max);
    }
    if (result != 0) {
        control->lost = true;
        return hw_error_set(error, "swtpm failed %s: %s", kind->name, hw_swtpm_failure(result));
    }
    return true;
}

static bool control_request(HwSwtpmControl *control, uint32_t command, uint32_t argument,
                            int passed, uint8_t *reply, HwError *error)
{
    Request request = { .command = command, .arguments = { argument }, .passed = passed };

    return control_exchange(control, &request, reply, error);
}

bool hw_swtpm_set_data_fd(HwSwtpmControl *control, int data, HwError *error)
{
    return control_request(control, CMD_SET_DATAFD, 0, data, NULL, error);
}

static bool control_has(const HwSwtpmControl *control, size_t request)
{
    return control->capabilities >> kinds[request].capability & 1;
}

bool hw_swtpm_check_capabilities(HwSwtpmControl *control, HwError *error)
{
    uint8_t reply[12];

    if (!control_request(control, CMD_GET_CAPABILITY, 0, -1, reply, error)) {
        return false;
    }
    control->capabilities = hw_load_be32(reply);
    for (size_t i = CMD_INIT; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (kinds[i].name && !kinds[i].optional && !control_has(control, i)) {
            return hw_error_set(error,
                                "swtpm does not have %s: its capabilities are 0x%x, "
                                "expected swtpm 0.1 or later",
                                kinds[i].name, control->capabilities);
        }
    }
    return true;
}

bool hw_swtpm_stop(HwSwtpmControl *control, HwError *error)
{
    return control_request(control, CMD_STOP, 0, -1, NULL, error);
}

bool hw_swtpm_init(HwSwtpmControl *control, bool resume, HwError *error)
{
    return control_request(control, CMD_INIT, resume ? 0 : INIT_DELETE_VOLATILE, -1, NULL, error);
}

/* swtpm numbers the blobs from 1, in our order. */
static uint32_t blob_type(HwTpmBlobKind kind)
{
    return 1 + (uint32_t)kind;
}

/* swtpm 0.7 sends a blob in one piece, but the protocol allows several pieces. */
static bool control_get_piece(HwSwtpmControl *control, HwTpmBlobKind kind, uint32_t *have,
                              HwTpmBlob *blob, HwError *error)
{
    Request request = {
        .command = CMD_GET_STATEBLOB,
        .arguments = { HW_TPM_BLOB_DECRYPTED, blob_type(kind), *have },
        .passed = -1,
    };
    uint8_t reply[12]; /* flags, size of the blob, size of this piece */
    uint32_t size;
    uint32_t piece;
    int result;

    if (!control_exchange(control, &request, reply, error)) {
        return false;
    }
    size = hw_load_be32(reply + 4);
    piece = hw_load_be32(reply + 8);
    if (size > HW_TPM_BLOB_MAX || (*have > 0 && size != blob->size) || piece > size - *have ||
        (piece == 0 && size > 0)) {
        control->lost = true;
        return hw_error_set(error,
                            "swtpm's %s state is not plausible: %u bytes at offset %u of "
                            "%u, expected at most %u",
                            hw_tpm_blob_name(kind), piece, *have, size, HW_TPM_BLOB_MAX);
    }
    if (*have == 0) {
        blob->flags = hw_load_be32(reply);
        hw_tpm_blob_allocate(blob, size);
    }
    result = control_receive(control, blob->bytes + *have, piece, piece);
    *have += piece;
    if (result != 0) {
        control->lost = true;
        return hw_error_set(error, "swtpm failed CMD_GET_STATEBLOB: %s", hw_swtpm_failure(result));
    }
    return true;
}

bool hw_swtpm_get_blob(HwSwtpmControl *control, HwTpmBlobKind kind, HwTpmBlob *blob, HwError *error)
{
    uint32_t have = 0;

    do {
        if (!control_get_piece(control, kind, &have, blob, error)) {
            return false;
        }
    } while (have < blob->size);
    return true;
}

bool hw_swtpm_set_blob(HwSwtpmControl *control, HwTpmBlobKind kind, const HwTpmBlob *blob,
                       HwError *error)
{
    Request request = {
        .command = CMD_SET_STATEBLOB,
        .arguments = { blob->flags, blob_type(kind), blob->size },
        .bytes = blob->bytes,
        .size = blob->size,
        .passed = -1,
    };
    HW_ERROR(inner, 250);

    return control_exchange(control, &request, NULL, &inner) ||
           hw_error_set(error, "%s state: %s", hw_tpm_blob_name(kind), inner.text);
}

bool hw_swtpm_set_buffer_size(HwSwtpmControl *control, uint32_t size, uint32_t *largest,
                              HwError *error)
{
    uint8_t reply[12]; /* current, smallest and largest size */

    if (!control_request(control, CMD_SET_BUFFERSIZE, size, -1, reply, error)) {
        return false;
    }
    *largest = hw_load_be32(reply + 8);
    return true;
}

bool hw_swtpm_locks_storage(const HwSwtpmControl *control)
{
    return control_has(control, CMD_LOCK_STORAGE);
}

bool hw_swtpm_lock_storage(HwSwtpmControl *control, uint32_t retries, HwError *error)
{
    return !hw_swtpm_locks_storage(control) ||
           control_request(control, CMD_LOCK_STORAGE, retries, -1, NULL, error);
}

bool hw_swtpm_set_locality(HwSwtpmControl *control, uint8_t locality, HwError *error)
{
    /* The argument is one byte, with three bytes of padding. */
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
    if (control->owed == 0 &&
        send(control->fd, request, sizeof(request), MSG_NOSIGNAL) == (ssize_t)sizeof(request)) {
        control->owed = 4;
    }
}

bool hw_swtpm_shutdown(HwSwtpmControl *control, HwError *error)
{
    uint8_t late[4];

    if (control->unanswered) {
        control_receive(control, late, sizeof(late), sizeof(late));
    }
    return control_request(control, CMD_SHUTDOWN, 0, -1, NULL, error);
}
