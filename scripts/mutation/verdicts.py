# SPDX-License-Identifier: GPL-2.0-or-later
"""The verdicts on the mutants of a sample: how they are found, kept and told."""
import collections
import concurrent.futures
import os
import pathlib
import queue

from mutation import trial
from mutation.changes import name_of

ROOMS = ['devices', 'hw-api/device', 'hw-api/host', 'plugins/qemu-bridge', 'qtest/client',
         'qtest/host', 'qtest/machine', 'qtest/stream']


def room_of(path):
    return next((room for room in ROOMS if path.startswith(room + '/')), path.split('/')[0])


class Verdicts:
    """The mutants by their numbers, and what became of each."""

    def __init__(self, changes, options):
        self.changes = dict(changes)
        self.verdicts = {}
        self.file = options.resume
        if self.file and os.path.exists(self.file):
            known = dict(line.rsplit(' => ', 1)
                         for line in pathlib.Path(self.file).read_text().splitlines())
            names = {number: self.name(number) for number in self.changes}
            self.verdicts = {number: known[name] for number, name in names.items() if name in known}

    def name(self, number):
        return '%d %s' % (number, name_of(self.changes[number]))

    def note(self, number, verdict):
        self.verdicts[number] = verdict
        print('%s => %s' % (self.name(number), verdict), flush=True)
        if self.file:
            with open(self.file, 'a') as file:
                print(self.name(number), '=>', verdict, file=file)

    def find(self, trees, first):
        """Each tree tries one mutant at a time."""
        free = queue.Queue()
        for tree in trees:
            free.put(tree)

        def attempt(number):
            tree = free.get()
            try:
                return number, tree.verdict(self.changes[number])
            finally:
                free.put(tree)

        with concurrent.futures.ThreadPoolExecutor(len(trees)) as pool:
            try:
                runs = [pool.submit(attempt, number) for number in self.changes
                        if number >= first and number not in self.verdicts]
                for run in concurrent.futures.as_completed(runs):
                    self.note(*run.result())
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                trial.end()
                raise

    def report(self):
        rooms = collections.defaultdict(collections.Counter)
        for number, verdict in self.verdicts.items():
            rooms[room_of(self.changes[number].path)][verdict.split()[0]] += 1
        print('\nroom                  killed      equal objects  equivalents  percent')
        for room, count in sorted(rooms.items()):
            alive = count['killed'] + count['survived']
            print('%-20s %4d of %-4d %10d %12d %9s' % (
                room, count['killed'], alive, count['equal'], count['equivalent'],
                '%.0f' % (100 * count['killed'] / alive) if alive else '-'))
        survivors = [name_of(self.changes[number]) for number, verdict in sorted(self.verdicts.items())
                     if verdict.startswith('survived')]
        print('\n%d survived%s' % (len(survivors), ':' if survivors else ''))
        for name in survivors:
            print('  ' + name)
