/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest program of test-guest; its first argument selects what it does. */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static int say_hello(void)
{
    struct utsname name;

    uname(&name);
    printf("hello from %s on %s\n", name.release, name.machine);
    return 0;
}

static int hang(void)
{
    for (;;) {
        pause();
    }
    return 1;
}

/* Triggers a panic by SysRq, which the kernel has for tests of crash dumps. */
static int panic(void)
{
    FILE *trigger = fopen("/proc/sysrq-trigger", "w");

    fputc('c', trigger);
    fclose(trigger);
    return hang();
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";

    return !strcmp(word, "hello")   ? say_hello()
           : !strcmp(word, "hang")  ? hang()
           : !strcmp(word, "panic") ? panic()
                                    : 3;
}
