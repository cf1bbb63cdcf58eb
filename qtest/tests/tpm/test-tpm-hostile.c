/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -tpmdev emulator with a swtpm that dies, hangs, or sends malformed answers. */
#include <unistd.h>

#include "hw-api/host/tpm/deadline-io.h"
#include "hw-api/host/tpm/swtpm-link.h"
#include "qtest/tests/lib/fake-swtpm.h"
#include "qtest/tests/tpm/tpm-harness.h"

#define DEFAULT_TIMEOUT_US (30 * G_USEC_PER_SEC)

typedef struct Scene {
    FakeSwtpm *fake;
    TpmHarness *h;
} Scene;

static bool scene_add(Scene *s, const char *first, const char *second)
{
    char *path = g_strconcat("path=", s->fake->path, NULL);
    bool good = tpm_add(s->h, "emulator", "tpm0", path, first, second, NULL);

    g_free(path);
    return good;
}

static void scene_set_up(Scene *s)
{
    s->fake = fake_swtpm_new();
    s->h = tpm_harness_new(true);
}

/* `sentence` is the expected line of the log.  The timeout is short only for sentences about a
 * timeout: on a busy computer a correct answer may take long too. */
static void scene_start(Scene *s, const char *sentence)
{
    scene_set_up(s);
    if (!scene_add(s, strstr(sentence, "in time") ? "timeout=1" : NULL, NULL)) {
        g_error("%s", s->h->error_text);
    }
    tpm_start_up(s->h);
}

static void scene_tear_down(Scene *s)
{
    tpm_harness_free(s->h);
    fake_swtpm_free(s->fake);
}

/* Waits until the fake has seen the end of its connection number `ended`. */
static void scene_stop(Scene *s, unsigned ended)
{
    tpm_harness_free(s->h);
    s->h = tpm_harness_new(true);
    fake_swtpm_await_end(s->fake, ended);
}

static void test_keeps_to_the_contract(void)
{
    Scene s;

    scene_start(&s, "");
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_RC_SUCCESS);
    g_assert_true(hw_tpm_service()->established(s.h->backend));
    scene_stop(&s, 1);
    g_assert_cmpstr(s.fake->requests->str, ==, "16 1 14 17 2 4 5 14 17 2 4 3 ");
    g_assert_true(s.fake->shut_down);
    g_assert_true(s.fake->data_closed_at_end);
    g_assert_cmpuint(s.fake->connections, ==, 1);
    scene_tear_down(&s);
}

typedef struct Wrong {
    const char *name;
    FakeAnswer answer;
    const char *sentence;
} Wrong;

static const Wrong wrong_answers[] = {
    { "no-answer", FAKE_NONE, "swtpm failed a command: no answer in time" },
    { "late-answer", FAKE_LATE, "swtpm failed a command: no answer in time" },
    { "half-a-header", FAKE_HALF_A_HEADER, "swtpm failed a command: no answer in time" },
    { "half-a-response", FAKE_HALF_A_RESPONSE, "swtpm failed a command: no answer in time" },
    { "size-too-small", FAKE_SIZE_TOO_SMALL,
      "not a response: a size of 9 bytes, expected 10 to 3968" },
    { "size-too-large", FAKE_SIZE_TOO_LARGE,
      "not a response: a size of 5000 bytes, expected 10 to 3968" },
    { "more-than-its-size", FAKE_MORE_THAN_ITS_SIZE,
      "not a response: 14 bytes, expected 10 as in its header" },
    { "text", FAKE_TEXT, "not a response: a size of " },
    { "data-channel-closed", FAKE_CLOSE_DATA, "it has closed the connection" },
    { "both-channels-closed", FAKE_CLOSE_BOTH, "it has closed the connection" },
};

/* The command fails in time and logs one line; the next command gets its own answer. */
static void test_wrong_answer(gconstpointer opaque)
{
    const Wrong *wrong = opaque;
    gint64 begin;
    Scene s;

    scene_start(&s, wrong->sentence);
    fake_swtpm_will_answer(s.fake, wrong->answer);
    begin = g_get_monotonic_time();
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_NO_RESPONSE);
    g_assert_cmpint(g_get_monotonic_time() - begin, <, DEFAULT_TIMEOUT_US / 2);
    tpm_assert_logged(s.h, wrong->sentence);
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_RC_SUCCESS);
    tpm_assert_logged(s.h, "expects TPM2_Startup from the guest");
    scene_tear_down(&s);
}

typedef struct WrongReply {
    const char *name;
    FakeReply reply;
    const char *sentence;
} WrongReply;

static const WrongReply wrong_replies[] = {
    { "none", FAKE_REPLY_NONE, "no answer in time" },
    { "an-error-of-four-bytes", FAKE_REPLY_ERROR,
      "result 0xa, expected 0: unknown request, or not possible "
      "now (see swtpm's log)" },
    { "short", FAKE_REPLY_SHORT, "no answer in time" },
    { "a-close", FAKE_REPLY_CLOSE, "it has closed the connection" },
};

static const struct {
    const char *name;
    uint32_t code;
} requests[] = {
    { "CMD_GET_CAPABILITY", 1 },  { "CMD_INIT", 2 },  { "CMD_GET_TPMESTABLISHED", 4 },
    { "CMD_SET_LOCALITY", 5 },    { "CMD_STOP", 14 }, { "CMD_SET_DATAFD", 16 },
    { "CMD_SET_BUFFERSIZE", 17 },
};

/* At the start each wrong reply is a refusal that names the request. */
static void test_wrong_reply_refused(gconstpointer opaque)
{
    guint which = GPOINTER_TO_UINT(opaque);
    const WrongReply *wrong = &wrong_replies[which % G_N_ELEMENTS(wrong_replies)];
    Scene s;
    char *sentence;

    scene_set_up(&s);
    fake_swtpm_will_reply(s.fake, requests[which / G_N_ELEMENTS(wrong_replies)].code, wrong->reply);
    g_assert_false(scene_add(&s, strstr(wrong->sentence, "in time") ? "timeout=1" : NULL, NULL));
    sentence = g_strdup_printf("tpm0: swtpm failed %s: %s",
                               requests[which / G_N_ELEMENTS(wrong_replies)].name, wrong->sentence);
    g_assert_cmpstr(s.h->error_text, ==, sentence);
    g_free(sentence);
    scene_tear_down(&s);
}

/* In a restart each wrong reply logs one line, and the next command tries again. */
static void test_wrong_reply_in_restart(gconstpointer opaque)
{
    const WrongReply *wrong = opaque;
    Scene s;

    scene_start(&s, wrong->sentence);
    fake_swtpm_will_reply(s.fake, 17, wrong->reply);
    hw_tpm_service()->restart(s.h->backend, 3968);
    tpm_settle(s.h);
    tpm_assert_logged(s.h, wrong->sentence);
    g_assert_cmphex(tpm_run(s.h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
    scene_tear_down(&s);
}

static void test_long_replies_do_no_harm(void)
{
    Scene s;

    scene_set_up(&s);
    for (gsize i = 0; i < G_N_ELEMENTS(requests); i++) {
        fake_swtpm_will_reply(s.fake, requests[i].code, FAKE_REPLY_LONG);
        g_assert_true(scene_add(&s, NULL, NULL));
        tpm_start_up(s.h);
        g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_RC_SUCCESS);
        scene_stop(&s, (unsigned)i + 1);
    }
    scene_tear_down(&s);
}

static void test_missing_capability_refused(void)
{
    Scene s;

    scene_set_up(&s);
    s.fake->capabilities = 0x3bff;
    g_assert_false(scene_add(&s, NULL, NULL));
    g_assert_cmpstr(s.h->error_text, ==,
                    "tpm0: swtpm does not have CMD_STOP: its capabilities are "
                    "0x3bff, expected swtpm 0.1 or later");
    scene_tear_down(&s);
}

static void test_cancel_of_a_running_command(void)
{
    Scene s;

    scene_start(&s, "");
    s.fake->may_cancel = true;
    fake_swtpm_will_answer(s.fake, FAKE_WHEN_CANCELLED);
    tpm_submit(s.h, TPM_GET_RANDOM);
    fake_swtpm_await_command(s.fake, 1);
    hw_tpm_service()->cancel(s.h->backend);
    g_assert_cmphex(tpm_await(s.h), ==, TPM_RC_CANCELED);
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_RC_SUCCESS);
    hw_tpm_service()->restart(s.h->backend, 3968);
    g_assert_cmphex(tpm_run(s.h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
    g_assert_cmpuint(s.h->log->len, ==, 0); /* no reconnection was logged */
    scene_tear_down(&s);
}

static void test_restart_cancels_and_does_not_wait(void)
{
    Scene s;
    gint64 begin;

    scene_start(&s, "");
    s.fake->may_cancel = true;
    fake_swtpm_will_answer(s.fake, FAKE_WHEN_CANCELLED);
    tpm_submit(s.h, TPM_GET_RANDOM);
    fake_swtpm_await_command(s.fake, 1);
    begin = g_get_monotonic_time();
    hw_tpm_service()->restart(s.h->backend, 3968);
    g_assert_cmpint(g_get_monotonic_time() - begin, <, DEFAULT_TIMEOUT_US / 2);
    tpm_settle(s.h);
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_RC_SUCCESS);
    g_assert_cmpuint(s.h->completions, ==, 2);
    scene_tear_down(&s);
}

/* The next request waits for the reply to the cancel, and only one cancel is sent. */
static void test_cancel_of_a_busy_swtpm(void)
{
    Scene s;

    scene_set_up(&s);
    g_assert_true(scene_add(&s, NULL, NULL));
    tpm_start_up(s.h);
    s.fake->may_cancel = true;
    fake_swtpm_will_answer(s.fake, FAKE_BUSY);
    tpm_submit(s.h, TPM_GET_RANDOM);
    fake_swtpm_await_command(s.fake, 1);
    hw_tpm_service()->cancel(s.h->backend);
    g_assert_cmphex(tpm_await(s.h), ==, TPM_RC_SUCCESS);
    hw_tpm_service()->restart(s.h->backend, 3968);
    g_assert_cmphex(tpm_run(s.h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
    g_assert_cmpuint(s.h->log->len, ==, 0);
    scene_tear_down(&s);
}

static void test_end_does_not_wait_for_the_command(void)
{
    Scene s;
    gint64 begin;

    scene_set_up(&s);
    g_assert_true(scene_add(&s, NULL, NULL));
    tpm_start_up(s.h);
    s.fake->may_cancel = true;
    fake_swtpm_will_answer(s.fake, FAKE_NONE);
    tpm_submit(s.h, TPM_GET_RANDOM);
    fake_swtpm_await_command(s.fake, 1);
    begin = g_get_monotonic_time();
    scene_stop(&s, 1);
    g_assert_cmpint(g_get_monotonic_time() - begin, <, 3 * G_TIME_SPAN_SECOND);
    g_assert_true(s.fake->shut_down);
    g_assert_true(s.fake->data_closed_at_end);
    scene_tear_down(&s);
}

/* CMD_SHUTDOWN follows the reply to the request that the end has interrupted. */
static void test_end_awaits_the_last_reply(void)
{
    Scene s;

    scene_start(&s, "");
    fake_swtpm_will_reply(s.fake, 2, FAKE_REPLY_LATE);
    hw_tpm_service()->restart(s.h->backend, 3968);
    fake_swtpm_await_late(s.fake, 1);
    scene_stop(&s, 1);
    g_assert_true(s.fake->shut_down);
    g_assert_true(s.fake->data_closed_at_end);
    scene_tear_down(&s);
}

/* Sending the command must not raise SIGPIPE. */
static void test_closed_before_the_command(void)
{
    Scene s;

    scene_set_up(&s);
    fake_swtpm_will_reply(s.fake, 5, FAKE_REPLY_THEN_CLOSE);
    g_assert_false(scene_add(&s, NULL, NULL));
    g_assert_cmpstr(s.h->error_text, ==,
                    "tpm0: swtpm failed a command: it has closed the connection");
    scene_tear_down(&s);
}

/* The fake asserts that each command has the size in its header. */
static void test_bad_framing_does_not_reach_swtpm(void)
{
    Scene s;

    scene_start(&s, "");
    g_assert_cmphex(tpm_run(s.h, "80010000000d0000017b0010"), ==, TPM_RC_COMMAND_SIZE);
    g_assert_cmphex(tpm_run(s.h, "80010000000b0000017b0010"), ==, TPM_RC_COMMAND_SIZE);
    g_assert_cmphex(tpm_run(s.h, "800100000009000001"), ==, TPM_RC_COMMAND_SIZE);
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_RC_SUCCESS);
    scene_tear_down(&s);
}

static void test_no_socket_refused(void)
{
    TpmHarness *h = tpm_harness_new(true);

    g_assert_false(tpm_add(h, "emulator", "tpm0", "path=/nonexistent/ctrl", NULL));
    g_assert_cmpstr(h->error_text, ==,
                    "tpm0: cannot connect to swtpm: '/nonexistent/ctrl': "
                    "No such file or directory, expected the socket of its --ctrl option");
    tpm_harness_free(h);
}

/* Another file may get the numbers of the descriptors that the first call closed. */
static void test_disconnect_closes_once(void)
{
    FakeSwtpm *fake = fake_swtpm_new();
    HwSwtpmLink link;
    int others[2];
    HW_ERROR(error, 400);

    hw_swtpm_link_init(&link);
    link.control.limit.deadline = hw_stream_now() + INT64_C(30000000000);
    g_assert_true(hw_swtpm_link_connect(&link, fake->path, &error));
    hw_swtpm_link_disconnect(&link);
    g_assert_cmpint(pipe(others), ==, 0);
    hw_swtpm_link_disconnect(&link);
    g_assert_cmpint(write(others[1], "x", 1), ==, 1);
    g_assert_cmpint(close(others[0]), ==, 0);
    g_assert_cmpint(close(others[1]), ==, 0);
    hw_swtpm_link_destroy(&link);
    fake_swtpm_free(fake);
}

typedef struct Refused {
    const char *name;
    const char *option;
    const char *sentence;
} Refused;

/* clang-format off */
static const Refused refused[] = {
    { "missing-path", "timeout=1",
      "tpm0: path: missing, expected the socket of swtpm's --ctrl option" },
    { "timeout-0", "timeout=0",
      "tpm0: timeout: invalid value '0': expected 0.001 to 86400 seconds" },
    { "timeout-negative", "timeout=-1",
      "tpm0: timeout: invalid value '-1': expected 0.001 to 86400 seconds" },
    { "timeout-empty", "timeout=",
      "tpm0: timeout: invalid value '': expected 0.001 to 86400 seconds" },
    { "timeout-text", "timeout=1s",
      "tpm0: timeout: invalid value '1s': expected 0.001 to 86400 seconds" },
    { "timeout-half", "timeout=1.",
      "tpm0: timeout: invalid value '1.': expected 0.001 to 86400 seconds" },
    { "timeout-too-long", "timeout=86401",
      "tpm0: timeout: invalid value '86401': expected 0.001 to 86400 seconds" },
    { "timeout-overflow", "timeout=99999999999999999999",
      "tpm0: timeout: invalid value '99999999999999999999': expected 0.001 to 86400 seconds" },
    { "reconnect-other", "reconnect=maybe",
      "tpm0: reconnect: invalid value 'maybe': expected on or off" },
    { "unknown-option", "chardev=chr0",
      "tpm0: unknown option of type emulator: 'chardev', expected path, timeout, reconnect, "
      "auto-shutdown, script" },
};
/* clang-format on */

static void test_option_refused(gconstpointer opaque)
{
    const Refused *option = opaque;
    TpmHarness *h = tpm_harness_new(true);

    if (g_str_has_prefix(option->sentence, "tpm0: path")) {
        g_assert_false(tpm_add(h, "emulator", "tpm0", option->option, NULL));
    } else {
        g_assert_false(tpm_add(h, "emulator", "tpm0", "path=/nonexistent", option->option, NULL));
    }
    g_assert_cmpstr(h->error_text, ==, option->sentence);
    tpm_harness_free(h);
}

static void add_all_wrong_replies(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(requests) * G_N_ELEMENTS(wrong_replies); i++) {
        char *path = g_strdup_printf("/tpm-hostile/start/%s-gets-%s",
                                     requests[i / G_N_ELEMENTS(wrong_replies)].name,
                                     wrong_replies[i % G_N_ELEMENTS(wrong_replies)].name);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_wrong_reply_refused);
        g_free(path);
    }
    for (guint i = 0; i < G_N_ELEMENTS(wrong_replies); i++) {
        char *path = g_strdup_printf("/tpm-hostile/restart/CMD_SET_BUFFERSIZE-gets-%s",
                                     wrong_replies[i].name);

        g_test_add_data_func(path, &wrong_replies[i], test_wrong_reply_in_restart);
        g_free(path);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tpm-hostile/none/keeps-to-the-contract", test_keeps_to_the_contract);
    for (gsize i = 0; i < G_N_ELEMENTS(wrong_answers); i++) {
        char *path = g_strconcat("/tpm-hostile/command/", wrong_answers[i].name, NULL);

        g_test_add_data_func(path, &wrong_answers[i], test_wrong_answer);
        g_free(path);
    }
    add_all_wrong_replies();
    g_test_add_func("/tpm-hostile/start/missing-capability", test_missing_capability_refused);
    g_test_add_func("/tpm-hostile/start/no-socket", test_no_socket_refused);
    g_test_add_func("/tpm-hostile/none/long-replies-do-no-harm", test_long_replies_do_no_harm);
    g_test_add_func("/tpm-hostile/none/cancel-ends-a-running-command",
                    test_cancel_of_a_running_command);
    g_test_add_func("/tpm-hostile/none/cancel-waits-for-a-busy-swtpm", test_cancel_of_a_busy_swtpm);
    g_test_add_func("/tpm-hostile/none/bad-framing-does-not-reach-swtpm",
                    test_bad_framing_does_not_reach_swtpm);
    g_test_add_func("/tpm-hostile/none/disconnect-closes-once", test_disconnect_closes_once);
    g_test_add_func("/tpm-hostile/command/end-does-not-wait-for-it",
                    test_end_does_not_wait_for_the_command);
    g_test_add_func("/tpm-hostile/request/end-awaits-its-reply", test_end_awaits_the_last_reply);
    g_test_add_func("/tpm-hostile/command/closed-before-it", test_closed_before_the_command);
    g_test_add_func("/tpm-hostile/none/restart-cancels-and-does-not-wait",
                    test_restart_cancels_and_does_not_wait);
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        char *path = g_strconcat("/tpm-hostile/option/", refused[i].name, "-refused", NULL);

        g_test_add_data_func(path, &refused[i], test_option_refused);
        g_free(path);
    }
    return g_test_run();
}
