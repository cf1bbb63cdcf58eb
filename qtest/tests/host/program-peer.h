/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program outboard-system-*, started like by QEMU's libqtest, and its peers. */
#ifndef OB_TESTS_HOST_PROGRAM_PEER_H
#define OB_TESTS_HOST_PROGRAM_PEER_H

#include <glib.h>
#include <sys/types.h>

typedef struct Program {
    char *directory;
    char *qtest_path;
    char *qmp_path;
    char *errors_path; /* file with the program's standard error */
    char *output_path;
    int qtest_listener;
    int qmp_listener;
    int qtest; /* -1: not connected */
    int qmp;
    pid_t pid; /* 0: not running */
} Program;

void set_up(Program *f, gconstpointer data);
void tear_down(Program *f, gconstpointer data);
#define TEST(path, data, function) g_test_add(path, Program, data, set_up, function, tear_down)

/* Starts the program through a shell, like libqtest. */
void start(Program *f, const char *program, const char *arguments);

/* The same, and takes its connections. */
void start_as_libqtest(Program *f, const char *arguments);

/* Waits for the next connection to a listener. */
int peer_accept(int listener);

/* Each reply and event that is heard must fit the program's schema. */
void say(int fd, const char *text);
void hear(int fd, const char *expected);
void hear_part(int fd, const char *part);

/* Returns the program's status at its end; kills it at the deadline. */
int wait_end(Program *f);
void ends_with(Program *f, int status);
void terminate(Program *f);

/* A file's text; the caller frees it. */
char *text_of(const char *path);
void says(const char *path, const char *part);

/* Runs the program to its end, and compares its standard error, or finds a part of its output. */
void fails(Program *f, const char *arguments, const char *sentence);
void shows(Program *f, const char *arguments, const char *part);

#endif
