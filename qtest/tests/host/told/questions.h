/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Many questions to the monitors of one machine, and a golden file of the answers. */
#ifndef OB_TESTS_HOST_QUESTIONS_H
#define OB_TESTS_HOST_QUESTIONS_H

#include <glib.h>
#include <jansson.h>

/* The machine: two networks, a card, a ring, a backend, a screen and a controller to use. */
#define TOLD_MACHINE                                                                           \
    "-machine pc -m 4M -name told -uuid 324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87 -tpmdev "         \
    "libtpms,id=t "                                                                            \
    "-device tpm-crb,tpmdev=t,id=c -netdev hubport,id=n,hubid=0 -netdev hubport,id=m,hubid=0 " \
    "-device ne2k_pci,netdev=n,id=e,mac=52:54:00:12:34:56 -device "                            \
    "vmgenid,id=g,guid=324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87 "                                  \
    "-chardev ringbuf,id=r -device ns16550a-isa,chardev=r -chardev null,id=z -device "         \
    "bochs-display,id=s "                                                                      \
    "-object memory-backend-ram,id=b,size=1M -object secret,id=x,data=1 -smp 2,maxcpus=4 "     \
    "-device altera-ps2-keyboard -device altera-ps2-mouse"

typedef struct Told {
    GString *input;
    GPtrArray *heads;  /* char *: the command of each question */
    GPtrArray *labels; /* char *: its arguments; NULL: the answer belongs to the question before */
} Told;

void told_begin(Told *told);

/* Asks by QMP.  Takes the label and the arguments. */
void ask(Told *told, const char *head, char *label, const char *command, json_t *arguments);

/* The same for a line of HMP. */
void ask_hmp(Told *told, const char *head, char *label, const char *line);

/* Starts the program, asks it, and compares the answers with the golden file. */
void told_end(Told *told, const char *file);

/* Asks nothing. */
void told_drop(Told *told);

#endif
