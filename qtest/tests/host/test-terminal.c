/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A monitor at a terminal, where lines are edited. */
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include <glib.h>

#define TIMEOUT_MS 30000
#define PROMPT     "(qemu) "

typedef struct Terminal {
    pid_t child;
    int fd;
    int slave; /* keeps the terminal when the program has ended */
    GString *seen;
    gsize read; /* so much of it was expected */
} Terminal;

static void set_up(Terminal *f, gconstpointer data)
{
    const char *program = g_getenv("OB_HOST_PROGRAM");
    const char *shared = data;
    struct winsize size = { .ws_row = 40, .ws_col = 200 };

    g_assert_cmpint(openpty(&f->fd, &f->slave, NULL, NULL, &size), ==, 0);
    f->seen = g_string_new(NULL);
    f->child = fork();
    if (f->child == 0) {
        setenv("TERM", "xterm", 1);
        setenv("INPUTRC", "/dev/null", 1);
        close(f->fd);
        login_tty(f->slave);
        execl(program, program, "-machine", shared ? "pc" : "none", "-S",
              shared ? "-serial" : "-monitor", shared ? shared : "stdio", NULL);
        _exit(127);
    }
}

static void tear_down(Terminal *f, gconstpointer data)
{
    (void)data;
    if (f->child) {
        kill(f->child, SIGKILL);
        waitpid(f->child, NULL, 0);
    }
    close(f->fd);
    close(f->slave);
    g_string_free(f->seen, TRUE);
}

/* Reads on until this part comes behind the last one. */
static void expect(Terminal *f, const char *part)
{
    const char *found;

    while (!(found = strstr(f->seen->str + f->read, part))) {
        struct pollfd wait = { f->fd, POLLIN, 0 };
        char bytes[512];
        ssize_t count;

        if (poll(&wait, 1, TIMEOUT_MS) != 1 || (count = read(f->fd, bytes, sizeof(bytes))) <= 0) {
            g_error("'%s' is not in: %s", part, f->seen->str + f->read);
        }
        g_string_append_len(f->seen, bytes, count);
    }
    f->read = (gsize)(found - f->seen->str) + strlen(part);
}

static void type(Terminal *f, const char *keys)
{
    g_assert_cmpint(write(f->fd, keys, strlen(keys)), ==, (ssize_t)strlen(keys));
}

static void program_ends(Terminal *f)
{
    int status;

    g_assert_cmpint(waitpid(f->child, &status, 0), ==, f->child);
    g_assert_cmpint(status, ==, 0);
    f->child = 0;
}

static void test_editing(Terminal *f, gconstpointer data)
{
    (void)data;
    expect(f, "monitor - type 'help' for more information");
    expect(f, PROMPT);
    type(f, "nfo  sstatus\x02\x02\x02\x02\x02\x7f\x01i\x05\r"); /* ^B left, ^A start, ^E end */
    expect(f, "VM status: paused (prelaunch)");
    expect(f, PROMPT);
}

static void test_history(Terminal *f, gconstpointer data)
{
    (void)data;
    expect(f, PROMPT);
    type(f, "info name\r");
    expect(f, "info name");
    expect(f, PROMPT);
    type(f, "info kvm\r");
    expect(f, "kvm support: not compiled");
    expect(f, PROMPT);
    type(f, "\x1b[A\r");
    expect(f, "kvm support: not compiled");
    expect(f, PROMPT);
    type(f, "\x10\x10\r"); /* ^P, the line before */
    expect(f, "kvm support: not compiled");
}

static void test_completion(Terminal *f, gconstpointer data)
{
    (void)data;
    expect(f, PROMPT);
    type(f, "inf\tstat\t\r");
    expect(f, "info status ");
    expect(f, "VM status: paused (prelaunch)");
    expect(f, PROMPT);
    type(f, "quit /us\t\r"); /* no names of files */
    expect(f, "quit|q: extraneous characters");
}

/* The terminal is as before. */
static void test_end(Terminal *f, gconstpointer data)
{
    struct termios state;

    (void)data;
    expect(f, PROMPT);
    g_assert_cmpint(tcgetattr(f->slave, &state), ==, 0);
    g_assert_cmphex(state.c_lflag & (ICANON | ECHO), ==, 0);
    type(f, "quit\r");
    program_ends(f);
    g_assert_cmpint(tcgetattr(f->slave, &state), ==, 0);
    g_assert_cmphex(state.c_lflag & (ICANON | ECHO), ==, ICANON | ECHO);
}

static void test_interrupt(Terminal *f, gconstpointer data)
{
    struct termios state;

    (void)data;
    expect(f, PROMPT);
    type(f, "half a li\x03");
    program_ends(f);
    g_assert_cmpint(tcgetattr(f->slave, &state), ==, 0);
    g_assert_cmphex(state.c_lflag & (ICANON | ECHO), ==, ICANON | ECHO);
}

/* Ctrl-D does not end the program; neither do keys of nothing. */
static void test_odd_keys(Terminal *f, gconstpointer data)
{
    (void)data;
    expect(f, PROMPT);
    type(f, "\x04\x1b\x1b[99~\x1bOP\xff\xc3\x15\x0b");
    type(f, "info kvm\r");
    expect(f, "kvm support: not compiled");
}

/* Each key counts at once.  Ctrl-C is the guest's, and the monitor's lines are edited as usual. */
static void test_shared(Terminal *f, gconstpointer data)
{
    struct termios state;

    (void)data;
    type(f, "\x01h");
    expect(f, "C-a c    switch between console and monitor");
    type(f, "\x03\x01"
            "c");
    expect(f, PROMPT);
    type(f, "inf\tstat\t\r");
    expect(f, "VM status: paused (prelaunch)");
    expect(f, PROMPT);
    type(f, "\x01"
            "clost\x01"
            "c");
    expect(f, PROMPT);
    type(f, "\x01\x01i\x05nfo kvm\r"); /* Ctrl-A twice is the editor's */
    expect(f, "kvm support: not compiled");
    type(f, "\x01x");
    program_ends(f);
    g_assert_cmpint(tcgetattr(f->slave, &state), ==, 0);
    g_assert_cmphex(state.c_lflag & (ICANON | ECHO | ISIG), ==, ICANON | ECHO | ISIG);
}

#define TEST(path, function) g_test_add(path, Terminal, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("/terminal/lines-are-edited", test_editing);
    TEST("/terminal/history", test_history);
    TEST("/terminal/completion", test_completion);
    TEST("/terminal/is-put-back-at-the-end", test_end);
    TEST("/terminal/is-put-back-by-ctrl-c", test_interrupt);
    TEST("/terminal/odd-keys", test_odd_keys);
    g_test_add("/terminal/is-shared-with-a-port", Terminal, "mon:stdio", set_up, test_shared,
               tear_down);
    return g_test_run();
}
