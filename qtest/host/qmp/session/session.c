/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/qmp/session/dispatch.h"
#include "qtest/host/qmp/session/json-reader.h"

#include <string.h>
#include "qtest/text/json.h"

/* For a message that can't be made: only lack of memory is left as a reason. */
#define LOST_REPLY "{\"error\": {\"class\": \"GenericError\", \"desc\": \"out of memory\"}}"

/* QEMU's limit: so many requests wait behind one, then the session reads no more. */
#define WAITING_MAX 8

struct ObQmp {
    ObSystem *system;
    bool (*send)(void *opaque, const char *bytes, size_t count);
    void (*hold)(void *opaque, bool held); /* NULL: the peer can't be held */
    int (*take_fd)(void *opaque);          /* NULL: peers pass none */
    void *opaque;
    ObJsonReader *reader;
    GByteArray *backlog; /* input that came while no request was taken */
    ObQmpTerms terms;
    ObQmpLater *later; /* the request that the others wait for; NULL: none */
    GQueue waiting;    /* Request */
    bool suspended;    /* the peer does not read its replies */
    bool holds;        /* the peer is held */
    bool pretty;
};

typedef struct Request {
    json_t *value;
    char *error; /* without a value: the reason */
} Request;

struct ObQmpLater {
    ObQmp *qmp; /* NULL: the peer has gone */
    json_t *id; /* NULL: none */
};

/* In ASCII, as QEMU sends it: a client's terminal may show it. */
static void qmp_send(ObQmp *qmp, json_t *message)
{
    char *text = json_dumps(message, JSON_ENSURE_ASCII | (qmp->pretty ? JSON_INDENT(4) : 0));
    g_autofree char *line = g_strconcat(text ? text : LOST_REPLY, "\r\n", NULL);

    qmp->suspended |= !qmp->send(qmp->opaque, line, strlen(line));
    free(text);
    json_decref(message);
}

json_t *ob_qmp_version(void)
{
    return json_pack("{s:{s:i, s:i, s:i}, s:o}", "qemu", "major", OB_QEMU_MAJOR, "minor",
                     OB_QEMU_MINOR, "micro", OB_QEMU_MICRO, "package",
                     ob_json_text("outboard " OB_VERSION));
}

/* ------------------------------------------------------------------ requests */

static void request_free(gpointer opaque)
{
    Request *request = opaque;

    json_decref(request->value);
    g_free(request->error);
    g_free(request);
}

/* Takes `result`; NULL: the call has the error. */
static void reply_send(ObQmp *qmp, const ObQmpCall *call, json_t *result, json_t *id)
{
    json_t *reply = result ? json_pack("{s:o}", "return", result)
                           : json_pack("{s:{s:o, s:o}}", "error", "class",
                                       ob_json_text(call->error_class), "desc",
                                       ob_json_text(call->error));

    if (id) {
        json_object_set(reply, "id", id);
    }
    qmp_send(qmp, reply);
}

/* Takes the request. */
static void request_run(ObQmp *qmp, Request *request)
{
    ObQmpCall call = { .system = qmp->system, .qmp = qmp };
    json_t *result = NULL;

    call.id = json_object_get(request->value, "id");
    if (request->value) {
        result = ob_qmp_dispatch(&qmp->terms, &call, request->value);
    } else {
        ob_qmp_fail(&call, OB_QMP_GENERIC, "%s", request->error);
    }
    if (!call.later) {
        reply_send(qmp, &call, result, call.id);
    }
    request_free(request);
}

/* Such a request overtakes those that wait. */
static bool request_is_oob(const ObQmp *qmp, const Request *request)
{
    return qmp->terms.has_oob && json_object_get(request->value, "exec-oob") &&
           !json_object_get(request->value, "execute");
}

/* Without OOB no request can overtake another: none is read. */
static bool qmp_is_full(const ObQmp *qmp)
{
    return qmp->later && (!qmp->terms.has_oob || qmp->waiting.length >= WAITING_MAX);
}

static bool qmp_takes_requests(ObQmp *qmp)
{
    bool full = qmp_is_full(qmp);

    if (qmp->hold && full != qmp->holds) {
        qmp->hold(qmp->opaque, full);
    }
    qmp->holds = full;
    return !qmp->suspended && !full;
}

static bool qmp_request(void *opaque, json_t *value, const char *error)
{
    ObQmp *qmp = opaque;
    Request *request = g_new0(Request, 1);

    request->value = value;
    request->error = g_strdup(error);
    if (request_is_oob(qmp, request) || (!qmp->later && g_queue_is_empty(&qmp->waiting))) {
        request_run(qmp, request);
    } else {
        g_queue_push_tail(&qmp->waiting, request);
    }
    return qmp_takes_requests(qmp);
}

/* First the requests that wait, then those in the backlog. */
static void qmp_continue(ObQmp *qmp)
{
    while (!qmp->later && !qmp->suspended && !g_queue_is_empty(&qmp->waiting)) {
        request_run(qmp, g_queue_pop_head(&qmp->waiting));
    }
    if (qmp_takes_requests(qmp)) {
        size_t taken = ob_json_reader_feed(qmp->reader, (const char *)qmp->backlog->data,
                                           qmp->backlog->len);

        g_byte_array_remove_range(qmp->backlog, 0, taken);
    }
}

/* ------------------------------------------------------------- later answers */

ObQmpLater *ob_qmp_later(ObQmpCall *call)
{
    ObQmpLater *later = g_new0(ObQmpLater, 1);

    later->qmp = call->qmp;
    later->id = json_incref(call->id);
    call->qmp->later = later;
    call->later = later;
    return later;
}

void ob_qmp_later_free(ObQmpLater *later)
{
    if (later) {
        if (later->qmp) {
            later->qmp->later = NULL;
        }
        json_decref(later->id);
        g_free(later);
    }
}

void ob_qmp_answer(ObQmpLater *later, json_t *result, const char *error)
{
    ObQmp *qmp = later->qmp;
    ObQmpCall call = { 0 };

    if (!result) {
        ob_qmp_fail(&call, OB_QMP_GENERIC, "%s", error);
    }
    if (qmp) {
        reply_send(qmp, &call, result, later->id);
    } else {
        json_decref(result);
    }
    ob_qmp_later_free(later);
    if (qmp) {
        qmp_continue(qmp);
    }
}

/* ----------------------------------------------------------------- sessions */

ObQmp *ob_qmp_new(ObSystem *system, bool (*send)(void *opaque, const char *bytes, size_t count),
                  void *opaque)
{
    ObQmp *qmp = g_new0(ObQmp, 1);

    qmp->system = system;
    qmp->send = send;
    qmp->opaque = opaque;
    qmp->reader = ob_json_reader_new(qmp_request, qmp);
    qmp->backlog = g_byte_array_new();
    g_queue_init(&qmp->waiting);
    g_ptr_array_add(system->sessions, qmp);
    return qmp;
}

/* A request under way ends without an answer. */
static void requests_drop(ObQmp *qmp)
{
    if (qmp->later) {
        qmp->later->qmp = NULL;
        qmp->later = NULL;
    }
    g_queue_clear_full(&qmp->waiting, request_free);
    g_byte_array_set_size(qmp->backlog, 0);
}

void ob_qmp_free(ObQmp *qmp)
{
    if (qmp) {
        g_ptr_array_remove(qmp->system->sessions, qmp);
        requests_drop(qmp);
        ob_json_reader_free(qmp->reader);
        g_byte_array_unref(qmp->backlog);
        g_free(qmp);
    }
}

void ob_qmp_set_pretty(ObQmp *qmp, bool pretty)
{
    qmp->pretty = pretty;
}

void ob_qmp_set_hold(ObQmp *qmp, void (*hold)(void *opaque, bool held))
{
    qmp->hold = hold;
}

void ob_qmp_set_fd_source(ObQmp *qmp, int (*take_fd)(void *opaque))
{
    qmp->take_fd = take_fd;
}

int ob_qmp_take_fd(const ObQmpCall *call)
{
    return call->qmp && call->qmp->take_fd ? call->qmp->take_fd(call->qmp->opaque) : -1;
}

void ob_qmp_open(ObQmp *qmp)
{
    ob_qmp_close(qmp);
    qmp->terms.has_oob = false;
    qmp_send(qmp, json_pack("{s:{s:o, s:[o]}}", "QMP", "version", ob_qmp_version(), "capabilities",
                            ob_json_text("oob")));
}

void ob_qmp_input(ObQmp *qmp, const char *bytes, size_t count)
{
    bool takes = !qmp->suspended && !qmp_is_full(qmp);
    size_t taken = takes ? ob_json_reader_feed(qmp->reader, bytes, count) : 0;

    g_byte_array_append(qmp->backlog, (const guint8 *)bytes + taken, count - taken);
}

void ob_qmp_resume(ObQmp *qmp)
{
    qmp->suspended = false;
    qmp_continue(qmp);
}

void ob_qmp_close(ObQmp *qmp)
{
    qmp->terms.has_negotiated = false;
    qmp->suspended = false;
    requests_drop(qmp);
    qmp_takes_requests(qmp);
    ob_json_reader_reset(qmp->reader);
}

/* ------------------------------------------------------------------- events */

void ob_qmp_event(ObSystem *system, const char *name, json_t *data)
{
    int64_t now = g_get_real_time();
    json_t *event = json_pack("{s:{s:I, s:I}, s:o, s:o*}", "timestamp", "seconds",
                              (json_int_t)(now / G_USEC_PER_SEC), "microseconds",
                              (json_int_t)(now % G_USEC_PER_SEC), "event", ob_json_text(name),
                              "data", data);

    for (guint i = 0; i < system->sessions->len; i++) {
        ObQmp *qmp = system->sessions->pdata[i];

        if (qmp->terms.has_negotiated) {
            qmp_send(qmp, json_incref(event));
        }
    }
    json_decref(event);
}
