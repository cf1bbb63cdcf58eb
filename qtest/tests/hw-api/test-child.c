/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw-api/host/child: jobs that end a child, not the host, and the jail. */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "hw-api/host/child/child.h"
#include "hw-api/host/child/guard.h"
#include "hw-api/host/child/jail.h"
#include "qtest/tests/lib/sanitized.h"

static HW_ERROR(error, HW_CHILD_SENTENCE);

static HwChildEnd run(HwChildJob *job, void *data)
{
    error.text[0] = '\0';
    return hw_child_run(job, data, 10000, &error);
}

/* --------------------------------------------------------------------------- ends */

static bool succeed(void *data, int answer, HwError *why)
{
    (void)answer;
    (void)why;
    *(int *)data = 1;
    return true;
}

static void job_runs_in_the_child(void)
{
    int ran = 0;

    g_assert_cmpint(run(succeed, &ran), ==, HW_CHILD_GOOD);
    g_assert_cmpint(ran, ==, 0);
}

static bool refuse(void *data, int answer, HwError *why)
{
    (void)data;
    (void)answer;
    return hw_error_set(why, "no");
}

static void refusal_brings_its_sentence(void)
{
    g_assert_cmpint(run(refuse, NULL), ==, HW_CHILD_REFUSED);
    g_assert_cmpstr(error.text, ==, "no");
}

static bool die(void *data, int answer, HwError *why)
{
    (void)answer;
    (void)why;
    raise(GPOINTER_TO_INT(data));
    return true;
}

static void death_is_told(void)
{
    g_assert_cmpint(run(die, GINT_TO_POINTER(SIGSEGV)), ==, HW_CHILD_FAILED);
    g_assert_cmpstr(error.text, ==, "was killed by signal 11 (Segmentation fault)");
}

/* ------------------------------------------------------------------------- the jail */

typedef bool Deed(void); /* true if the jail let it happen */

typedef struct Cell {
    HwJail jail;
    Deed *deed;
} Cell;

static bool work_in_jail(void *data, int answer, HwError *why)
{
    const Cell *cell = data;

    return hw_jail_enter(&cell->jail, answer, why) &&
           (cell->deed() || hw_error_set(why, "not possible"));
}

static HwChildEnd run_in_jail(Deed *deed)
{
    Cell cell = { .deed = deed };
    HwChildEnd end;

    g_assert_true(hw_jail_prepare(&cell.jail, &error));
    end = run(work_in_jail, &cell);
    hw_jail_release(&cell.jail);
    return end;
}

static bool compute(void)
{
    struct timespec now;
    uint8_t bytes[16];
    char *memory = malloc(1 << 20);

    if (memory) {
        memset(memory, 1, 1 << 20);
    }
    free(memory);
    return memory && clock_gettime(CLOCK_MONOTONIC, &now) == 0 &&
           getrandom(bytes, sizeof(bytes), 0) == sizeof(bytes);
}

static bool open_file(void)
{
    return open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0;
}

static bool write_to_host(void)
{
    return write(STDERR_FILENO, "x", 1) == 1;
}

static bool take_memory(void)
{
    return mmap(NULL, 1 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
           MAP_FAILED;
}

static bool make_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
}

static bool make_process(void)
{
    return fork() >= 0;
}

static bool make_code(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
           MAP_FAILED;
}

static bool kill_host(void)
{
    return kill(getppid(), 0) == 0;
}

static const struct {
    const char *test;
    Deed *deed;
    HwChildEnd end;
    const char *sentence;
} deeds[] = {
    { "computes", compute, HW_CHILD_GOOD, "" },
    { "opens-no-file", open_file, HW_CHILD_REFUSED, "not possible" },
    { "has-no-other-descriptor", write_to_host, HW_CHILD_REFUSED, "not possible" },
    { "has-bounded-memory", take_memory, HW_CHILD_REFUSED, "not possible" },
    { "makes-no-socket", make_socket, HW_CHILD_FAILED, "was killed by signal 31 " },
    { "makes-no-process", make_process, HW_CHILD_FAILED, "was killed by signal 31 " },
    { "makes-no-code", make_code, HW_CHILD_FAILED, "was killed by signal 31 " },
    { "sends-no-signal", kill_host, HW_CHILD_FAILED, "was killed by signal 31 " },
};

static bool has_filters(void)
{
    return run_in_jail(compute) != HW_CHILD_REFUSED || !strstr(error.text, "by seccomp");
}

static void jail_holds(gconstpointer data)
{
    size_t i = GPOINTER_TO_SIZE(data);

    if (!has_filters()) {
        g_test_skip("this kernel or emulator has no seccomp filters");
        return;
    }
    g_assert_cmpint(run_in_jail(deeds[i].deed), ==, deeds[i].end);
    g_assert_true(g_str_has_prefix(error.text, deeds[i].sentence));
}

/* ------------------------------------------------------------------------ the guard */

typedef struct Reach {
    size_t size;
    size_t behind;
} Reach;

static bool read_behind(void *data, int answer, HwError *why)
{
    const Reach *reach = data;
    volatile char *block;

    (void)answer;
    (void)why;
    hw_guard_allocations();
    block = malloc(reach->size);
    (void)block[reach->size - 1 + reach->behind];
    return true;
}

static void block_ends_at_a_guard(void)
{
    static const size_t sizes[] = { HW_GUARD_MIN, 5000, 20000, 70000, 300000 };

    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        Reach inside = { sizes[i], 0 };
        Reach near = { sizes[i], 4096 };
        Reach far = { sizes[i], 65535 };

        g_assert_cmpint(run(read_behind, &inside), ==, HW_CHILD_GOOD);
        g_assert_cmpint(run(read_behind, &near), ==, HW_CHILD_FAILED);
        g_assert_cmpint(run(read_behind, &far), ==, HW_CHILD_FAILED);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/child/job-runs-in-the-child", job_runs_in_the_child);
    g_test_add_func("/child/refusal-brings-its-sentence", refusal_brings_its_sentence);
    g_test_add_func("/child/death-is-told", death_is_told);
    for (size_t i = 0; i < G_N_ELEMENTS(deeds); i++) {
        g_autofree char *path = g_strconcat("/jail/", deeds[i].test, NULL);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), jail_holds);
    }
    if (!devices_are_sanitized()) { /* its malloc() has its own guards */
        g_test_add_func("/guard/block-ends-at-a-guard", block_ends_at_a_guard);
    }
    return g_test_run();
}
