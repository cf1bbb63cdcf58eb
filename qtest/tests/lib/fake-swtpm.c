/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/lib/fake-swtpm.h"

#include "hw-api/device/tpm2.h"

#include <glib/gstdio.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* swtpm_ioctls(3) */
enum {
    GET_CAPABILITY = 1,
    INIT = 2,
    SHUTDOWN = 3,
    GET_TPMESTABLISHED = 4,
    SET_LOCALITY = 5,
    CANCEL_TPM_CMD = 9,
    GET_STATEBLOB = 12,
    SET_STATEBLOB = 13,
    STOP = 14,
    SET_DATAFD = 16,
    SET_BUFFERSIZE = 17,
    LOCK_STORAGE = 19,
};

static void fake_send(int fd, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t n = send(fd, bytes, size, MSG_NOSIGNAL);

        if (n <= 0) {
            return; /* the host may have closed the connection: that is allowed */
        }
        bytes += n;
        size -= (size_t)n;
    }
}

static void fake_respond(FakeSwtpm *s, uint32_t code, uint32_t size_field, size_t sent)
{
    uint8_t response[8192] = { 0 };

    hw_tpm2_header(response, TPM_ST_NO_SESSIONS, size_field, code);
    fake_send(s->data, response, sent);
}

static void fake_close(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
    *fd = -1;
}

static bool fake_hung_up(int fd)
{
    struct pollfd polled = { fd, POLLIN, 0 };
    uint8_t byte;

    return fd < 0 || (poll(&polled, 1, 0) == 1 && recv(fd, &byte, 1, MSG_PEEK) <= 0);
}

static void fake_answer(FakeSwtpm *s)
{
    struct pollfd hang_up = { s->data, POLLRDHUP, 0 };
    FakeAnswer answer;

    pthread_mutex_lock(&s->lock);
    answer = s->answer;
    s->answer = answer == FAKE_WHEN_CANCELLED ? answer : FAKE_GOOD;
    s->commands++;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    switch (answer) {
    case FAKE_BUSY:
        g_usleep(120 * 1000); /* computes in its only thread, as swtpm 0.7 does */
        fake_respond(s, 0, 10, 10);
        break;
    case FAKE_GOOD:
        fake_respond(s, 0, 10, 10);
        break;
    case FAKE_NONE:
    case FAKE_WHEN_CANCELLED:
        break;
    case FAKE_LATE:
        g_assert_cmpint(poll(&hang_up, 1, 5000), ==, 1);
        fake_respond(s, 0x1111, 10, 10);
        break;
    case FAKE_HALF_A_HEADER:
        fake_respond(s, 0, 10, 5);
        break;
    case FAKE_HALF_A_RESPONSE:
        fake_respond(s, 0, 40, 30);
        break;
    case FAKE_SIZE_TOO_SMALL:
        fake_respond(s, 0, 9, 10);
        break;
    case FAKE_SIZE_TOO_LARGE:
        fake_respond(s, 0, 5000, 5000);
        break;
    case FAKE_MORE_THAN_ITS_SIZE:
        fake_respond(s, 0, 10, 14);
        break;
    case FAKE_TEXT:
        fake_send(s->data, (const uint8_t *)"HTTP/1.1 400 Bad Request\r\n", 26);
        break;
    case FAKE_CLOSE_BOTH:
        fake_close(&s->control);
        fake_close(&s->data);
        break;
    case FAKE_CLOSE_DATA:
        fake_close(&s->data);
        break;
    }
}

static void fake_take_stir(FakeSwtpm *s)
{
    bool refuses;

    pthread_mutex_lock(&s->lock);
    s->stirs++;
    refuses = s->refuses_stir;
    pthread_mutex_unlock(&s->lock);
    fake_respond(s, refuses ? TPM_RC_FAILURE : 0, 10, 10);
}

static void fake_take_command(FakeSwtpm *s)
{
    uint8_t command[8192];
    ssize_t size = recv(s->data, command, sizeof(command), 0);

    if (size <= 0) {
        fake_close(&s->data);
        return;
    }
    g_assert_cmpint(size, >=, HW_TPM2_HEADER_SIZE);
    g_assert_cmpuint(hw_tpm2_size(command), ==, size);
    if (hw_tpm2_code(command) == TPM_CC_GET_RANDOM) {
        fake_answer(s);
    } else if (hw_tpm2_code(command) == TPM_CC_STIR_RANDOM) {
        fake_take_stir(s);
    } else {
        fake_respond(s, 0, 10, 10);
    }
}

static bool fake_take_cancel(FakeSwtpm *s)
{
    bool waiting;

    pthread_mutex_lock(&s->lock);
    waiting = s->answer == FAKE_WHEN_CANCELLED;
    s->answer = waiting ? FAKE_GOOD : s->answer;
    pthread_mutex_unlock(&s->lock);
    return waiting;
}

/* The argument is flags, type, offset.  Makes the reply without the blob's bytes, which are sent
 * later. */
static size_t fake_get_blob(FakeSwtpm *s, const uint8_t *argument, uint8_t *reply)
{
    const GByteArray *blob = s->blobs[hw_load_be32(argument + 4) - 1];
    uint32_t offset = hw_load_be32(argument + 8);
    uint32_t size = blob->len - offset;

    g_assert_cmphex(hw_load_be32(argument), ==, 1); /* decrypted */
    size = s->piece && size > s->piece ? s->piece : size;
    hw_store_be32(reply, blob->len ? 0 : 0x800);
    hw_store_be32(reply + 8, blob->len);
    hw_store_be32(reply + 12, size);
    for (int i = 0; s->claimed && i < 3; i++) {
        hw_store_be32(reply + 4 + 4 * i, s->claimed[i]);
    }
    if (size > 0) {
        memcpy(reply + 16, blob->data + offset, size);
    }
    return 16 + size;
}

/* The argument is flags, type, size; the bytes follow. */
static void fake_set_blob(FakeSwtpm *s, const uint8_t *argument)
{
    GByteArray *blob = s->blobs[hw_load_be32(argument + 4) - 1];

    s->resumes |= blob == s->blobs[1];
    g_byte_array_set_size(blob, hw_load_be32(argument + 8));
    g_assert_cmpint(recv(s->control, blob->data, blob->len, MSG_WAITALL), ==, blob->len);
}

/* Executes a control request.  Returns the size of the correct reply. */
static size_t fake_request(FakeSwtpm *s, uint32_t code, const uint8_t *argument, size_t size,
                           uint8_t *reply)
{
    switch (code) {
    case GET_CAPABILITY:
        g_assert_cmpuint(size, ==, 0);
        hw_store_be32(reply, (uint32_t)(s->capabilities >> 32));
        hw_store_be32(reply + 4, (uint32_t)s->capabilities);
        return 8;
    case INIT:
        g_assert_cmpuint(size, ==, 4);
        g_assert_cmphex(hw_load_be32(argument), ==, !s->resumes && !s->keeps_volatile);
        return 4;
    case SHUTDOWN:
        s->shut_down = true;
        return 4;
    case GET_TPMESTABLISHED:
        reply[4] = 1;
        return 8;
    case SET_LOCALITY:
        g_assert_cmpuint(size, ==, 4);
        g_assert_cmphex(argument[0], ==, 0);
        return 4;
    case SET_BUFFERSIZE:
        g_assert_cmpuint(size, ==, 4);
        hw_store_be32(reply + 4, hw_load_be32(argument) ? hw_load_be32(argument) : 4096);
        hw_store_be32(reply + 8, 128);
        hw_store_be32(reply + 12, 4096);
        return 16;
    case LOCK_STORAGE:
        g_assert_cmpuint(size, ==, 4);
        return 4;
    case CANCEL_TPM_CMD:
        g_assert_cmpuint(size, ==, 0); /* no second request may follow */
        g_assert_true(s->may_cancel);
        if (fake_take_cancel(s)) {
            fake_respond(s, TPM_RC_CANCELED, 10, 10);
        }
        return 4;
    case GET_STATEBLOB:
        g_assert_cmpuint(size, ==, 12);
        return fake_get_blob(s, argument, reply);
    case SET_STATEBLOB:
        g_assert_cmpuint(size, ==, 12);
        fake_set_blob(s, argument);
        return 4;
    case STOP:
        s->resumes = false;
        /* fall through */
    case SET_DATAFD:
        g_assert_cmpuint(size, ==, 0);
        return 4;
    default:
        g_error("unexpected control request %u", code);
    }
}

static void fake_wait_alone(FakeSwtpm *s)
{
    struct pollfd next = { s->control, POLLIN, 0 };

    pthread_mutex_lock(&s->lock);
    s->late++;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    g_assert_cmpint(poll(&next, 1, 100), ==, 0);
}

static void fake_reply(FakeSwtpm *s, uint32_t code, uint8_t *reply, size_t size)
{
    FakeReply mode = FAKE_REPLY_GOOD;

    pthread_mutex_lock(&s->lock);
    if (code == s->request) {
        mode = s->reply;
        s->reply = FAKE_REPLY_GOOD;
    }
    pthread_mutex_unlock(&s->lock);
    switch (mode) {
    case FAKE_REPLY_GOOD:
        fake_send(s->control, reply, size);
        break;
    case FAKE_REPLY_NONE:
        break;
    case FAKE_REPLY_ERROR:
        hw_store_be32(reply, 0xa);
        fake_send(s->control, reply, 4);
        break;
    case FAKE_REPLY_SHORT:
        fake_send(s->control, reply, code == GET_TPMESTABLISHED ? 4 : size - 1);
        break;
    case FAKE_REPLY_LONG:
        fake_send(s->control, reply, size + 100);
        break;
    case FAKE_REPLY_LATE:
        fake_wait_alone(s);
        fake_send(s->control, reply, size);
        break;
    case FAKE_REPLY_THEN_CLOSE:
        fake_close(&s->data);
        fake_send(s->control, reply, size);
        fake_close(&s->control);
        break;
    case FAKE_REPLY_CLOSE:
        fake_close(&s->control);
        break;
    }
}

static void fake_take_request(FakeSwtpm *s)
{
    uint8_t request[16]; /* a blob's bytes may follow */
    uint8_t reply[4096] = { 0 };
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } passed;
    struct iovec part = { request, sizeof(request) };
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &passed, .msg_controllen = sizeof(passed)
    };
    ssize_t size = recvmsg(s->control, &message, MSG_CMSG_CLOEXEC);
    bool first = s->data < 0;
    uint32_t code;

    if (size <= 0) {
        s->data_closed_at_end = fake_hung_up(s->data);
        fake_close(&s->data);
        fake_close(&s->control);
        pthread_mutex_lock(&s->lock);
        s->ended++;
        pthread_cond_broadcast(&s->changed);
        pthread_mutex_unlock(&s->lock);
        return;
    }
    g_assert_cmpint(size, >=, 4); /* requests come whole, and one at a time */
    code = hw_load_be32(request);
    g_string_append_printf(s->requests, "%u ", code);
    if (code == SET_DATAFD) {
        g_assert_true(first);
        g_assert_cmpuint(passed.header.cmsg_len, ==, CMSG_LEN(sizeof(int)));
        memcpy(&s->data, CMSG_DATA(&passed.header), sizeof(int));
    }
    fake_reply(s, code, reply, fake_request(s, code, request + 4, (size_t)size - 4, reply));
    if (code == SHUTDOWN && s->control >= 0) {
        struct pollfd end = { s->data, POLLIN, 0 };

        /* The host closes the data channel at about this time. */
        g_assert_cmpint(poll(&end, 1, 5000), ==, 1);
        g_assert_true(fake_hung_up(s->data));
    }
}

static gpointer fake_main(gpointer opaque)
{
    FakeSwtpm *s = opaque;

    for (;;) {
        /* A new connection is accepted when the last one has ended. */
        struct pollfd polled[] = {
            { s->stop[0], POLLIN, 0 },
            { s->control < 0 ? s->listener : -1, POLLIN, 0 },
            { s->control, POLLIN, 0 },
            { s->control < 0 ? -1 : s->data, POLLIN, 0 },
        };

        g_assert_cmpint(poll(polled, G_N_ELEMENTS(polled), 10000), >, 0);
        if (polled[0].revents) {
            return NULL;
        }
        if (polled[1].revents) {
            fake_close(&s->data);
            s->control = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);
            s->connections++;
        } else if (polled[3].revents) {
            fake_take_command(s);
        } else if (polled[2].revents) {
            fake_take_request(s);
        }
    }
}

static void fake_await(FakeSwtpm *s, const unsigned *counter, unsigned count)
{
    struct timespec deadline;

    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += 5;
    pthread_mutex_lock(&s->lock);
    while (*counter < count) {
        g_assert_cmpint(pthread_cond_timedwait(&s->changed, &s->lock, &deadline), ==, 0);
    }
    pthread_mutex_unlock(&s->lock);
}

unsigned fake_swtpm_stirs(FakeSwtpm *fake)
{
    unsigned stirs;

    pthread_mutex_lock(&fake->lock);
    stirs = fake->stirs;
    pthread_mutex_unlock(&fake->lock);
    return stirs;
}

void fake_swtpm_await_command(FakeSwtpm *s, unsigned count)
{
    fake_await(s, &s->commands, count);
}

void fake_swtpm_await_late(FakeSwtpm *s, unsigned count)
{
    fake_await(s, &s->late, count);
}

void fake_swtpm_await_end(FakeSwtpm *s, unsigned count)
{
    fake_await(s, &s->ended, count);
}

void fake_swtpm_will_answer(FakeSwtpm *s, FakeAnswer answer)
{
    pthread_mutex_lock(&s->lock);
    s->answer = answer;
    pthread_mutex_unlock(&s->lock);
}

void fake_swtpm_will_reply(FakeSwtpm *s, uint32_t request, FakeReply reply)
{
    pthread_mutex_lock(&s->lock);
    s->request = request;
    s->reply = reply;
    pthread_mutex_unlock(&s->lock);
}

FakeSwtpm *fake_swtpm_new(void)
{
    FakeSwtpm *s = g_new0(FakeSwtpm, 1);
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    s->directory = g_dir_make_tmp("fake-swtpm-XXXXXX", NULL);
    s->path = g_build_filename(s->directory, "ctrl", NULL);
    s->requests = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(s->blobs); i++) {
        s->blobs[i] = g_byte_array_new();
    }
    s->capabilities = 0x3fff;
    s->control = -1;
    s->data = -1;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->changed, NULL);
    g_assert_cmpint(pipe(s->stop), ==, 0);
    g_strlcpy(address.sun_path, s->path, sizeof(address.sun_path));
    s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(bind(s->listener, (struct sockaddr *)&address, sizeof(address)), ==, 0);
    g_assert_cmpint(listen(s->listener, 1), ==, 0);
    s->thread = g_thread_new("fake-swtpm", fake_main, s);
    return s;
}

void fake_swtpm_free(FakeSwtpm *s)
{
    close(s->stop[1]);
    g_thread_join(s->thread);
    close(s->stop[0]);
    fake_close(&s->control);
    fake_close(&s->data);
    close(s->listener);
    g_remove(s->path);
    g_rmdir(s->directory);
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->changed);
    g_string_free(s->requests, TRUE);
    for (gsize i = 0; i < G_N_ELEMENTS(s->blobs); i++) {
        g_byte_array_free(s->blobs[i], TRUE);
    }
    g_free(s->path);
    g_free(s->directory);
    g_free(s);
}
