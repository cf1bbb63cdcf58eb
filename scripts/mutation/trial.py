# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs tests for scripts/mutate: some at a time, until one fails."""
import concurrent.futures
import contextlib
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
import weakref

CPUS = len(os.sched_getaffinity(0))
TOO_LONG = 20  # times the test's time without a change
AT_LEAST = 20  # seconds: the machine has other work, too

# A changed program may take all memory: it is the first to be killed then.
BOUNDED = ['sh', '-c', 'echo 1000 >/proc/self/oom_score_adj; exec "$@"', 'sh']


def command_of(test):
    """The arguments of Popen for a test of `meson introspect --tests`."""
    # Memory that nobody wrote isn't zero: so does `meson test`, with a byte by chance.
    env = dict(os.environ, MALLOC_PERTURB_='165', **test['env'])
    return {'args': BOUNDED + test['cmd'], 'env': env, 'start_new_session': True,
            'stdin': subprocess.DEVNULL, 'stderr': subprocess.STDOUT}


def holds(output, protocol):
    """True if the test's output says that each subtest passed."""
    if protocol != 'tap':
        return True
    plan = re.search(rb'^1\.\.(\d+)', output, re.MULTILINE)
    results = re.findall(rb'^(not )?ok\b[^#\n]*(# *todo)?', output, re.MULTILINE | re.IGNORECASE)
    failed = any(wrong and not expected for wrong, expected in results)
    return not failed and plan is not None and len(results) == int(plan.group(1))


def kill(process):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


class Trial:
    """Tests that run together: stop() ends those that still run.  After `ended` is set no trial
    starts a test."""

    ended = threading.Event()
    all = weakref.WeakSet()

    def __init__(self, directory, limits):
        self.directory = directory
        self.limits = limits
        self.lock = threading.Lock()
        self.running = set()
        self.stopped = False
        Trial.all.add(self)

    def start(self, test, output):
        with self.lock:
            if self.stopped or self.ended.is_set():
                return None
            process = subprocess.Popen(stdout=output, cwd=self.directory, **command_of(test))
            self.running.add(process)
            return process

    def end(self, process):
        """A test's children are in its session."""
        with self.lock:
            self.running.discard(process)
        kill(process)
        process.wait()

    def stop(self):
        with self.lock:
            self.stopped = True
            for process in self.running:
                kill(process)

    def passes(self, test):
        """True, False, or None for a test that was stopped."""
        with tempfile.TemporaryFile() as output:
            process = self.start(test, output)
            if process is None:
                return None
            try:
                status = process.wait(self.limits(test))
            except subprocess.TimeoutExpired:
                status = -1
            finally:
                self.end(process)
            output.seek(0)
            good = status == 77 or status == 0 and holds(output.read(), test['protocol'])
        return None if self.stopped else good


def end():
    """Ends all trials, of all threads."""
    Trial.ended.set()
    for trial in list(Trial.all):
        trial.stop()


def first_failure(tests, directory, seconds, places):
    """The first of the tests to fail, or None.  `seconds` are their times without a change; so many
    run at once."""
    trial = Trial(directory, lambda test: max(AT_LEAST, TOO_LONG * seconds.get(test['name'], 0)))
    with concurrent.futures.ThreadPoolExecutor(places) as pool:
        try:
            runs = {pool.submit(trial.passes, test): test for test in tests}
            for run in concurrent.futures.as_completed(runs):
                if run.result() is False:
                    return runs[run]
        finally:
            trial.stop()
    return None


def times(tests, directory):
    """({name: seconds}, [names that fail]); a failing test has a second chance, alone."""
    trial = Trial(directory, lambda test: 4 * test['timeout'])
    seconds, failed = {}, []

    def run(test):
        start = time.monotonic()
        good = trial.passes(test)
        seconds[test['name']] = time.monotonic() - start
        return good

    with concurrent.futures.ThreadPoolExecutor(CPUS) as places:
        try:
            bad = [test for test, good in zip(tests, places.map(run, tests)) if not good]
        except BaseException:
            trial.stop()
            raise
    for test in bad:
        if not run(test):
            failed.append(test['name'])
    return seconds, failed
