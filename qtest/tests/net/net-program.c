/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/net/net-program.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

int net_listen(uint16_t *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof(address);
    const struct timeval limit = { .tv_sec = NET_TIMEOUT_S };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    g_assert_cmpint(bind(fd, (struct sockaddr *)&address, length), ==, 0);
    g_assert_cmpint(listen(fd, 1), ==, 0);
    g_assert_cmpint(getsockname(fd, (struct sockaddr *)&address, &length), ==, 0);
    *port = ntohs(address.sin_port);
    return fd;
}

GSubprocess *net_program_start(const char *arguments, GSpawnChildSetupFunc setup)
{
    GSubprocessLauncher *launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDERR_PIPE);
    g_autofree char *line = g_strconcat(g_getenv("OB_PROGRAM"), " -qtest null ", arguments, NULL);
    g_auto(GStrv) argv = NULL;
    GSubprocess *program;

    g_assert_true(g_shell_parse_argv(line, NULL, &argv, NULL));
    if (setup) {
        g_subprocess_launcher_set_child_setup(launcher, setup, NULL, NULL);
    }
    program = g_subprocess_launcher_spawnv(launcher, (const char *const *)argv, NULL);
    g_assert_nonnull(program);
    g_object_unref(launcher);
    return program;
}

bool net_program_says(GSubprocess *program, const char *sentence)
{
    GDataInputStream *errors = g_data_input_stream_new(g_subprocess_get_stderr_pipe(program));
    bool said = false;
    char *line;

    while (!said && (line = g_data_input_stream_read_line(errors, NULL, NULL, NULL))) {
        said = strstr(line, sentence) != NULL;
        g_test_message("%s", line);
        g_free(line);
    }
    g_object_unref(errors);
    return said;
}

void net_program_end(GSubprocess *program)
{
    g_subprocess_force_exit(program);
    g_subprocess_wait(program, NULL, NULL);
    g_object_unref(program);
}
