#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""session.py PROGRAM: sessions of QEMU's Python classes QEMUMachine and QEMUQtestMachine.

scripts/peers runs it with each release's classes in PYTHONPATH.
"""
import sys
import tempfile

from qemu.machine import QEMUMachine
from qemu.machine.qtest import QEMUQtestMachine

MACHINE = 'virt' if sys.argv[1].endswith('aarch64') else 'q35'
SECONDS = 10


def succeed(vm, command, **arguments):
    """7.2 has no cmd(), and later releases deprecate command()."""
    answer = vm.qmp(command, **arguments)
    assert 'return' in answer, f'{command}: {answer}'
    return answer['return']


def end(vm):
    vm.shutdown()
    assert vm.exitcode() == 0, f'ends with status {vm.exitcode()}'


def machine_session(directory):
    with QEMUMachine(sys.argv[1], base_temp_dir=directory) as vm:
        vm.set_machine(MACHINE)
        vm.add_args('-accel', 'qtest')
        vm.launch()
        assert succeed(vm, 'query-status')['running']
        succeed(vm, 'device_add', driver='vmgenid', id='vg')
        succeed(vm, 'system_reset')
        assert vm.event_wait('RESET', timeout=SECONDS)
        end(vm)


def qtest_session(directory):
    with QEMUQtestMachine(sys.argv[1], base_temp_dir=directory) as vm:
        vm.set_machine(MACHINE)
        vm.launch()
        answer = vm.qtest('clock_step 5')
        assert answer.startswith('OK 5'), answer
        succeed(vm, 'stop')
        assert vm.event_wait('STOP', timeout=SECONDS)
        end(vm)


with tempfile.TemporaryDirectory() as scratch:
    machine_session(scratch)
    qtest_session(scratch)
