# SPDX-License-Identifier: GPL-2.0-or-later
"""The worktree in which scripts/mutate builds and tests changes."""
import collections
import itertools
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from mutation import equivalents, record, trial
from mutation.changes import line_of
from mutation.coverage import Coverage
from mutation.suites import BRIDGE, Programs, configure, sum_of, suites_of

BATCHES = [2, 4, 24]  # the tests that are built and run first, and next, and so on
SECONDS_PER_WORD = 5  # so much slower may be a test that has one more word of the path in its name
PLAIN = ['-Dbuildtype=plain', '-Doptimization=2', '-Ddebug=false']
SANITIZED = ['-Db_sanitize=address,undefined', '-Db_lundef=false']  # the build of scripts/test

# ccache 4.7 knows a file by size and time: a change at once and of the same length would be none.
os.environ['CCACHE_NOINODECACHE'] = '1'


def words_of(path):
    return set(re.split(r'[/._-]', path))


def batches_of(tests):
    """The first batches, then batches of the last size: not all tests may be needed."""
    ends = [0, *itertools.accumulate(BATCHES)]
    ends += range(ends[-1] + BATCHES[-1], len(tests), BATCHES[-1])
    batches = [tests[start:end] for start, end in itertools.pairwise([*ends, len(tests)])]
    return [batch for batch in batches if batch]


class Tree:
    """A worktree of the last commit, with a build whose tests have passed.  The tests run in the
    first tree; a further one takes over what that has learned."""

    def __init__(self, options, first=None, number=1):
        cache = os.environ.get('XDG_CACHE_HOME') or os.path.expanduser('~/.cache')
        self.kept = options.keep
        self.related = options.related
        self.most = options.most
        self.places = max(1, trial.CPUS // options.jobs)
        root = options.keep or os.path.join(cache, 'outboard', 'mutate-%d' % os.getpid())
        self.root = root if number == 1 else '%s-%d' % (root, number)
        self.build = os.path.join(self.root, 'build-asan' if options.sanitize else 'build')
        self.suites = {options.suite or 'quick'}
        self.bridge_suites = self.suites if options.suite else {'quick', BRIDGE}
        try:
            self.set_up(SANITIZED if options.sanitize else PLAIN, options.place, first)
        except BaseException:
            self.remove()
            raise

    def set_up(self, arguments, places, first):
        commit = subprocess.check_output(['git', 'rev-parse', 'HEAD'], text=True).strip()
        if os.path.exists(self.root):
            subprocess.run(['git', '-C', self.root, 'checkout', '-q', '--force', '--detach', commit],
                           check=True)
        else:
            subprocess.run(['git', 'worktree', 'add', '-q', '--detach', self.root], check=True)
        configure(self.build, self.root, arguments)
        bridge = any(place.startswith('plugins') for place in places)
        suites = self.bridge_suites if bridge else self.suites
        self.programs = Programs(self.build, suites)
        print('building %d programs and libraries' % len(self.programs.all_files), flush=True)
        if not self.compile(self.programs.all_files):
            sys.exit('scripts/mutate: the tree does not build without a change')
        self.sums = self.programs.sums()
        if first:
            self.seconds, failed = first.seconds, first.failed
            self.killed, self.coverage = first.killed, first.coverage
        else:
            self.seconds, failed = self.times()
            self.killed = collections.Counter()  # by (folder, test)
            self.coverage = Coverage(self.root, suites)
        self.failed = failed
        self.tests = [test for test in self.programs.tests if test['name'] not in failed]

    def times(self):
        """({test: seconds}, [tests that fail]), without a change."""
        def run(tests):
            print('running %d tests without a change' % len(tests), flush=True)
            return trial.times(tests, self.build)

        answers = record.ask(self.programs, record.data_sum(self.root), run)
        failed = [name for name, answer in answers.items() if answer['failed']]
        for name in failed:
            print('fails without a change, is left out: ' + name, flush=True)
        return {name: answer['seconds'] for name, answer in answers.items()}, failed

    def remove(self):
        if not self.kept:
            subprocess.run(['git', 'worktree', 'remove', '--force', self.root], check=True)

    def compile(self, files):
        return subprocess.run(['ninja', '-C', self.build, *self.programs.relative(files)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def objects(self, path):
        return [str(place) for place in
                pathlib.Path(self.build).rglob('*' + os.path.basename(path) + '.o')]

    def sums_of(self, objects):
        """Sums of the objects, without line numbers."""
        sums = []
        for path in objects:
            with tempfile.NamedTemporaryFile() as code:
                subprocess.run(['strip', '--strip-debug', '-o', code.name, path], check=True)
                sums.append(sum_of(code.name))
        return sums

    def carriers(self, path):
        """The built files that have the source's code: their symbols name it, or a longer name that
        ends so."""
        name = os.path.basename(path).encode() + b'\0'
        return {built for built in self.programs.all_files if name in pathlib.Path(built).read_bytes()}

    def ordered(self, change):
        """(the tests that may execute the change, the others).  Those come first that killed changes
        of this folder or share words with the path; slow tests come later."""
        path = change.path
        words = words_of(path[:-2])
        suites = self.bridge_suites if path.startswith('plugins/qemu-bridge/') else self.suites
        carriers = self.carriers(path)
        executed, counted = self.coverage.executed(path, line_of(change))

        def may_execute(test):
            # A program that dies doesn't tell its counts.
            uncounted = carriers & self.programs.files[test['name']] and test['name'] not in counted
            return test['name'] in executed or uncounted

        def rank(test):
            own = [word for word in test['cmd'] if word.startswith(self.root)]
            shared = words & words_of('/'.join([test['name'], *own]).replace(self.root, ''))
            kills = self.killed[os.path.dirname(path), test['name']]
            late = self.seconds[test['name']] / SECONDS_PER_WORD
            return test['name'] not in executed, late - len(shared) - 2 * kills

        tests = sorted((test for test in self.tests if suites_of(test) & suites), key=rank)
        related = [test for test in tests if may_execute(test)]
        return related, [test for test in tests if not may_execute(test)]

    def differs(self, test):
        """False if nothing that the test uses has changed."""
        return test['name'] in self.programs.unclear or any(self.sums[path] != sum_of(path)
                                                   for path in self.programs.files[test['name']])

    def first_failure(self, tests):
        return trial.first_failure(tests, self.build, self.seconds, self.places)

    def killer(self, change):
        """(the first test that fails, or None; how many were run)."""
        count = 0
        related, others = self.ordered(change)
        tests = related if self.related else related + others
        for tests in batches_of(tests[:self.most]):
            files = set().union(*(self.programs.files[test['name']] for test in tests))
            if not self.compile(files):
                return 'the build', count
            tests = [test for test in tests if self.differs(test)]
            count += len(tests)
            failed = self.first_failure(tests)
            # A test that fails once by chance kills nothing.
            while failed and not self.first_failure([failed]):
                tests = [test for test in tests if test is not failed]
                failed = self.first_failure(tests)
            if failed:
                self.killed[os.path.dirname(change.path), failed['name']] += 1
                return failed['name'], count
        return None, count

    def verdict(self, change):
        """'killed by TEST', 'survived N tests', 'equal' (the same object), 'equivalent' (as our list
        says), 'does not compile', or None if trial.end() came in between."""
        if equivalents.reason_of(change):
            return 'equivalent'
        path = os.path.join(self.root, change.path)
        text = pathlib.Path(path).read_text()
        objects = self.objects(change.path)
        self.compile(objects)
        before = self.sums_of(objects)
        pathlib.Path(path).write_text(text[:change.start] + change.text + text[change.end:])
        try:
            if not self.compile(objects):
                return 'does not compile'
            if self.sums_of(objects) == before:
                return 'equal'
            killer, count = self.killer(change)
            if trial.Trial.ended.is_set():
                return None
            return 'killed by ' + killer if killer else 'survived %d tests' % count
        finally:
            pathlib.Path(path).write_text(text)
