/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The search for written pages, on this kernel and on others. */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "qtest/machine/core/written-pages.h"

#define PAGE  4096u
#define PAGES 5000u /* more than the entries of one read */

/* The kernels that the search may meet. */
typedef struct Kernel {
    const char *name;
    uint32_t scans;  /* that succeed: Linux 6.7 and later */
    uint32_t reads;  /* that succeed */
    size_t read_max; /* the bytes of a read, at most */
    bool lies;       /* an emulator of user programs */
} Kernel;

static const Kernel kernels[] = {
    { "this", UINT32_MAX, UINT32_MAX, SIZE_MAX, false },
    { "old", 0, UINT32_MAX, SIZE_MAX, false },
    { "short-reading", 0, UINT32_MAX, 808, false }, /* not less than the search asks for first */
    { "once-scanning", 1, UINT32_MAX, SIZE_MAX, false },
    { "once-reading", 0, 1, SIZE_MAX, false },
    { "unreadable", 0, 0, SIZE_MAX, false },
    { "emulated", 0, UINT32_MAX, SIZE_MAX, true },
};

static const Kernel *kernel = &kernels[0];
static uint32_t scans, reads;

/* Both stand before the C library's. */
int ioctl(int fd, unsigned long request, ...)
{
    va_list arguments;
    void *argument;

    va_start(arguments, request);
    argument = va_arg(arguments, void *);
    va_end(arguments);
    if (scans++ >= kernel->scans) {
        errno = ENOTTY;
        return -1;
    }
    return (int)syscall(SYS_ioctl, fd, request, argument);
}

ssize_t pread(int fd, void *bytes, size_t size, off_t offset)
{
    bool fails = reads++ >= kernel->reads;
    ssize_t count = fails ? 0
                          : syscall(SYS_pread64, fd, bytes, MIN(size, kernel->read_max), offset);

    if (kernel->lies && count > 0) {
        memset(bytes, 0x81, (size_t)count); /* all present, with further bits */
    }
    return count;
}

typedef struct Pages {
    uint8_t *memory;
    GString *found;
} Pages;

static void set_up(Pages *p, gconstpointer data)
{
    kernel = data;
    p->memory = mmap(NULL, (size_t)PAGES * PAGE, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    g_assert_true(p->memory != MAP_FAILED);
    madvise(p->memory, (size_t)PAGES * PAGE, MADV_NOHUGEPAGE);
    p->found = g_string_new(NULL);
}

static void tear_down(Pages *p, gconstpointer data)
{
    (void)data;
    kernel = &kernels[0];
    munmap(p->memory, (size_t)PAGES * PAGE);
    g_string_free(p->found, TRUE);
}

static void note(void *opaque, const uint8_t *memory, uint64_t size)
{
    Pages *p = opaque;

    g_string_append_printf(p->found, "%x+%x ", (unsigned)(memory - p->memory), (unsigned)size);
}

static uint32_t open_files(void)
{
    uint32_t count = 0;

    for (int fd = 0; fd < 64; fd++) {
        count += fcntl(fd, F_GETFD) >= 0;
    }
    return count;
}

static void assert_found(Pages *p, uint64_t start, uint64_t size, const char *expected)
{
    uint32_t files = open_files();

    g_string_truncate(p->found, 0);
    scans = reads = 0;
    ob_written_pages(p->memory + start, size, note, p);
    g_assert_cmpstr(p->found->str, ==, expected);
    g_assert_cmpuint(open_files(), ==, files);
}

static void write_page(Pages *p, uint32_t page)
{
    p->memory[(size_t)page * PAGE + 7] = 1;
}

static void test_untouched(Pages *p, gconstpointer data)
{
    (void)data;
    assert_found(p, 0, (uint64_t)PAGES * PAGE, "");
    assert_found(p, 0x800, 0x10, "");
}

static void test_written(Pages *p, gconstpointer data)
{
    (void)data;
    write_page(p, 3);
    write_page(p, 5);
    write_page(p, 4095);
    write_page(p, 4097);
    write_page(p, PAGES - 1);
    assert_found(p, 0, (uint64_t)PAGES * PAGE,
                 "3000+1000 5000+1000 fff000+1000 1001000+1000 1387000+1000 ");
    assert_found(p, 0x4000, 0x1000, "");
    assert_found(p, 0x5000, 0x1000, "5000+1000 ");
}

/* More than the kernel lists at once. */
static void test_many(Pages *p, gconstpointer data)
{
    g_autoptr(GString) expected = g_string_new(NULL);

    (void)data;
    for (uint32_t page = 1; page < 1300; page += 2) {
        write_page(p, page);
        g_string_append_printf(expected, "%x+1000 ", page * PAGE);
    }
    assert_found(p, 0, (uint64_t)PAGES * PAGE, expected->str);
}

/* The caller's range ends within pages. */
static void test_range(Pages *p, gconstpointer data)
{
    (void)data;
    write_page(p, 3);
    write_page(p, 5);
    write_page(p, 8);
    assert_found(p, 0x3800, 0x2000, "3800+800 5000+800 ");
    assert_found(p, 0x3800, 0x10, "3800+10 ");
    assert_found(p, 0x2fff, 1, "");
    assert_found(p, 0x3000, 0, "");
}

/* The kernel shows that a page has the zeros of all, and older ones don't. */
static void test_read(Pages *p, gconstpointer data)
{
    (void)data;
    g_assert_cmpuint(((volatile uint8_t *)p->memory)[0x6000], ==, 0);
    write_page(p, 9);
    g_assert_cmpuint(((volatile uint8_t *)p->memory)[0xc000], ==, 0);
    assert_found(p, 0, 16 * PAGE,
                 kernel->scans > 1 ? "9000+1000 " : "6000+1000 9000+1000 c000+1000 ");
}

/* The kernel's file is then the process's first. */
static void test_no_standard_input(Pages *p, gconstpointer data)
{
    int kept = dup(STDIN_FILENO);

    (void)data;
    close(STDIN_FILENO);
    write_page(p, 3);
    assert_found(p, 0, 16 * PAGE, "3000+1000 ");
    dup2(kept, STDIN_FILENO);
    close(kept);
}

static void test_all(Pages *p, gconstpointer data)
{
    (void)data;
    write_page(p, 3);
    assert_found(p, 0, 16 * PAGE, "0+10000 ");
    assert_found(p, 0x3800, 0x10, "3800+10 ");
    assert_found(p, 0x3000, 0, "");
}

static void add(const Kernel *where, const char *name, void (*test)(Pages *, gconstpointer))
{
    g_autofree char *path = g_strdup_printf("/written-pages/%s-kernel/%s", where->name, name);

    g_test_add(path, Pages, where, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < 3; i++) {
        add(&kernels[i], "untouched-are-not-found", test_untouched);
        add(&kernels[i], "written-are-found", test_written);
        add(&kernels[i], "many-are-found", test_many);
        add(&kernels[i], "range-is-kept", test_range);
        add(&kernels[i], "only-read", test_read);
        add(&kernels[i], "without-standard-input", test_no_standard_input);
    }
    add(&kernels[3], "many-are-found", test_many);
    add(&kernels[4], "all-count-as-written", test_all);
    add(&kernels[5], "all-count-as-written", test_all);
    add(&kernels[6], "all-count-as-written", test_all);
    return g_test_run();
}
