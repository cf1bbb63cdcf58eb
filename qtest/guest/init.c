/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first process of a test's guest: runs /program with its own arguments, prints how the
 * program ended, and powers the machine off.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static const struct {
    const char *type, *path;
} mounts[] = {
    { "devtmpfs", "/dev" },
    { "proc", "/proc" },
    { "sysfs", "/sys" },
    { "securityfs", "/sys/kernel/security" }, /* the TPM's event log */
};

static void mount_all(void)
{
    for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
        mkdir(mounts[i].path, 0755);
        if (mount(mounts[i].type, mounts[i].path, mounts[i].type, 0, NULL) < 0) {
            printf("guest: %s can't be mounted: %s\n", mounts[i].path, strerror(errno));
        }
    }
}

/* Removes initrd=, which Linux's UEFI boot adds to the arguments. */
static void words_clean(char **words)
{
    char **to = words;

    for (char **from = words; *from; from++) {
        if (strncmp(*from, "initrd=", strlen("initrd=")) != 0) {
            *to++ = *from;
        }
    }
    *to = NULL;
}

static int program_run(char **words)
{
    int status = -1;
    pid_t pid = fork();

    if (pid == 0) {
        execv("/program", words);
        printf("guest: /program can't be run: %s\n", strerror(errno));
        fflush(stdout);
        _exit(127);
    }
    waitpid(pid, &status, 0);
    return status;
}

int main(int argc, char **argv)
{
    int status;

    (void)argc;
    setvbuf(stdout, NULL, _IONBF, 0);
    mount_all();
    words_clean(argv);
    puts("guest: begins");
    status = program_run(argv);
    if (status == 0) {
        puts("guest: done");
    } else {
        printf("guest: /program failed, wait status 0x%x\n", (unsigned)status);
    }
    tcdrain(STDOUT_FILENO);
    reboot(RB_POWER_OFF);
    return 1;
}
