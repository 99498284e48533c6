"""The roots of a run, checked in several processes.

What the roots of a run share is settled before they are handed out (which roots there are, what they export) or after they
have come back in their order (equal findings, suppressions, handlers that can't be read), so a run says the same, byte for
byte, however many processes there are. A process is started afresh, not forked, so that it is the same on every system and
safe in a program that has threads. One that dies takes only the root with it that it was at.
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from pickle import PicklingError
from typing import Final

from .check.options import Settings
from .check.registry import load_packs
from .check.rule import Context
from .check.scope import Looker
from .checked import Checked, Rulebook, checked
from .load.discover import Discovery
from .load.resource import Loaded
from .model.finding import Level, Notification
from .model.record import field, record
from .session import Group, Inputs, Reader, loaders_of
from .source.workspace import Workspace

Task = tuple[str, Callable[[], Loaded]]

_BATCH: Final = 16
"""Most roots that a process is given at once. Neighbours often share files, which are then read by one process."""

_BATCHES: Final = 8
"""Into how many batches, at least, the share of a process is divided, so that all are busy until the end."""


@record
class Job:
    """What a process has to know to check any root of a group; it can be sent to another process."""

    root: str
    folder: str
    found: Discovery
    inputs: Inputs
    packs: tuple[str, ...]
    rules: tuple[str, ...]
    context: Context
    settings: Settings


def checked_by(
    processes: int, group: Group, found: Discovery, inputs: Inputs, rulebook: Rulebook, packs: Sequence[str]
) -> Iterator[Checked]:
    """Yield what the check of each root came to, in the order of the roots, as if one process had checked them all.

    Raises InputProblem for a parameter file that can't be used.
    """
    tasks = list(loaders_of(group, found, inputs, set()))
    plans = range(len(found.templates), len(found.templates) + len(found.plans))
    job = Job(
        root=group.root,
        folder=group.folder,
        found=found,
        inputs=inputs,
        packs=tuple(packs),
        rules=tuple(rule.id for rule in rulebook.rules),
        context=rulebook.context,
        settings=rulebook.settings,
    )
    reader, looker = Reader(group), Looker(group.workspace)
    results: dict[int, Checked | None] = {}
    with _Pool(processes if len(tasks) > 1 else 0, job, [group.shown(path) for path, _ in tasks]) as pool:
        # A folder that a plan covers is left out, and only the plan tells which one that is.
        results.update(pool.run(plans))
        covered = {one.covers for one in results.values() if one is not None}
        left = (number for number in range(len(tasks)) if number not in plans)
        results.update(pool.run(number for number in left if number < plans.start or tasks[number][0] not in covered))
    for number in sorted(results):
        one = results[number]
        if one is None or not reader.told.isdisjoint(one.problems):
            # No process could take it or hand it over; or an earlier root has told of a file, which this one then does not.
            one = checked(reader, looker, *tasks[number], rulebook)
        reader.told.update(one.problems)
        yield one


@record(frozen=False, eq=False)
class _Worker:
    """A process: ``ready`` once it has started well, and the roots that it was given and has not handed back."""

    process: BaseProcess
    connection: Connection
    ready: bool = False
    pending: deque[int] = field(default_factory=deque)


class _Pool:
    """Processes that check roots of one group."""

    def __init__(self, processes: int, job: Job, names: Sequence[str]) -> None:
        self._job = job
        self._names = names
        self._workers: list[_Worker] = []
        for _ in range(min(processes, len(names))):
            self._start()

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.process.terminate()  # it waits for work, or nobody waits for it
        for worker in self._workers:
            worker.process.join()
            worker.connection.close()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._job, gc.get_threshold()), daemon=True)
        try:
            process.start()
        except OSError:  # the system has no room for another one
            ours.close()
        else:
            self._workers.append(_Worker(process, ours))
        theirs.close()  # so that its end is seen here when the process ends

    def run(self, numbers: Iterable[int]) -> dict[int, Checked | None]:
        """Return what the check of each of these roots came to, None where no process could check it."""
        todo = deque(numbers)
        results: dict[int, Checked | None] = {}
        size = max(1, min(_BATCH, len(todo) // (_BATCHES * max(1, len(self._workers)))))
        for worker in self._workers:
            self._give(worker, todo, size)
        while todo or any(worker.pending for worker in self._workers):
            if not self._workers:
                results.update(dict.fromkeys(todo))
                break
            heard = wait([worker.connection for worker in self._workers])
            for worker in [one for one in self._workers if one.connection in heard]:
                try:
                    answer: tuple[int, Checked | None] | None = worker.connection.recv()
                except (EOFError, OSError):
                    self._bury(worker, todo, results)
                    continue
                if answer is None:
                    worker.ready = True
                else:
                    worker.pending.remove(answer[0])
                    results[answer[0]] = answer[1]
                self._give(worker, todo, size)
        return results

    @staticmethod
    def _give(worker: _Worker, todo: deque[int], size: int) -> None:
        if worker.ready and not worker.pending and todo:
            worker.pending.extend(todo.popleft() for _ in range(min(size, len(todo))))
            try:
                worker.connection.send(list(worker.pending))
            except OSError:  # it has died; that is seen when its answer is awaited
                return

    def _bury(self, worker: _Worker, todo: deque[int], results: dict[int, Checked | None]) -> None:
        """Say which root a process died of, put back what else it was given, and start another one for that.

        One that never got ready would do so again, so it is not replaced.
        """
        self._workers.remove(worker)
        worker.connection.close()
        worker.process.join()
        if worker.pending:
            name = self._names[lost := worker.pending.popleft()]
            how = _ending(worker.process.exitcode or 0)
            message = f"'{name}' could not be analysed: the process that did it ended with {how}; please report it."
            results[lost] = Checked([Notification(Level.ERROR, message, name, internal=True)])
            todo.extendleft(reversed(worker.pending))
            if todo:
                self._start()


def _ending(status: int) -> str:
    """Return how a process ended, as people call it."""
    if status < 0:
        try:
            return f"signal {signal.Signals(-status).name}"
        except ValueError:
            return f"signal {-status}"
    return f"status {status}"


def _serve(connection: Connection, job: Job, thresholds: tuple[int, int, int]) -> None:
    """Check roots of a group, as asked, until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is the business of the process that asks
    gc.set_threshold(*thresholds)
    group = Group(Workspace.on_disk(Path(job.root)), job.root, job.folder)
    wanted = set(job.rules)
    rules = tuple(rule for rule in load_packs(job.packs) if rule.id in wanted)
    rulebook = Rulebook(rules, job.context, job.settings)
    reader, looker = Reader(group), Looker(group.workspace)
    tasks = list(loaders_of(group, job.found, job.inputs, set()))
    connection.send(None)
    while True:
        try:
            numbers: list[int] = connection.recv()
        except EOFError:
            return
        for number in numbers:
            reader.told.clear()  # which root is the first to tell of a file is seen when all have come back
            one = checked(reader, looker, *tasks[number], rulebook)
            try:
                connection.send((number, one))
            except (PicklingError, TypeError, AttributeError):  # a rule of another pack may answer with anything
                connection.send((number, None))
