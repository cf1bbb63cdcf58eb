/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outboard-lab: looks for faults of devices.  outboard-lab.rst describes it. */
#include "qtest/lab/tool/lab.h"

int main(int argc, char **argv)
{
    LabArguments arguments;
    int status = LAB_FINE;
    LabCommand *command = lab_arguments_read(&arguments, argv + (argc > 0), &status);

    if (command) {
        status = command(&arguments);
    }
    lab_arguments_clear(&arguments);
    return status;
}
