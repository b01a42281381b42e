"""Disks under a SQLite store: full, read-only while the service runs, read-only at its start."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.failures.asking import posted
from benchmarks.failures.killing import end
from benchmarks.failures.verdict import Verdict, judge_instances
from tests.api.served import Served, served

FULL_MB = 12


def full(folder: Path, times: int, chance: random.Random) -> Verdict:
    """The disk fills up and is emptied again, `times` times."""
    verdict = Verdict("disk full, SQLite")
    with disk(folder) as place, served(f"sqlite:///{place}/store.sqlite", folder) as processes:
        processes.serve()
        ballast, kept, key = place / "ballast", set[str](), processes.key("committee")
        for number in range(times):
            filling = ballast.open("wb", buffering=0)
            with suppress(OSError):
                while filling.write(b"\0" * 4096):
                    pass
            kept |= sent(processes, key, 2 * number, verdict, "while full", (201, 503))
            filling.close()
            ballast.unlink()
            kept |= sent(processes, key, 2 * number + 1, verdict, "with room again", (201,))
        judge_instances(processes.url, kept, verdict)
    return verdict


def read_only(folder: Path, times: int, chance: random.Random) -> Verdict:
    """The disk finds a fault and takes no more changes while the service runs; then it is mounted and served anew."""
    verdict = Verdict("disk turns read-only while the service runs, SQLite")
    kept, key = set[str](), ""
    for number in range(times):
        with failing_disk(folder) as place, served(f"sqlite:///{place}/store.sqlite", folder) as processes:
            processes.serve()
            key = key or processes.key("committee")
            kept |= sent(processes, key, 2 * number, verdict, "before", (201,))
            fail(place)
            kept |= sent(processes, key, 2 * number + 1, verdict, "while read-only", (503,))
    with failing_disk(folder) as place:
        judge_instances(f"sqlite:///{place}/store.sqlite", kept, verdict)
    return verdict


def read_only_at_start(folder: Path, times: int, chance: random.Random) -> Verdict:
    """The disk is read-only at the start of the service and writable at the next: it refuses to start, in words."""
    verdict = Verdict("disk read-only at the start, SQLite")
    with disk(folder) as place, served(f"sqlite:///{place}/store.sqlite", folder) as processes:
        kept, key = set[str](), ""
        for number in range(min(times, 3)):
            process = processes.serve()
            key = key or processes.key("committee")
            kept |= sent(processes, key, number, verdict, "with a writable disk", (201,))
            end(process)
            remount(place, "ro")
            verdict.done["start refused" if fails_to_start(processes) else "start not refused"] += 1
            remount(place, "rw")
        judge_instances(processes.url, kept, verdict)
        if "Traceback" in processes.log():
            verdict.wrong.append("a traceback")
    return verdict


def sent(processes: Served, key: str, seed: int, verdict: Verdict, when: str, allowed: tuple[int, ...]) -> set[str]:
    """Send a new instance; its id when it was taken."""
    status, each = posted(processes, key, seed)
    verdict.done[f"answered {status} {when}"] += 1
    if status not in allowed:
        verdict.wrong.append(f"answered {status} {when}")
    return {each} if status == 201 else set()


def fails_to_start(processes: Served) -> bool:
    """Whether the service ends by itself instead of pretending to work."""
    begun = processes.begin("serve")
    try:
        return begun.wait(40) != 0
    except subprocess.TimeoutExpired:
        end(begun)
        return False


@contextmanager
def disk(folder: Path) -> Iterator[Path]:
    """A small disk of our own; needs the right to mount."""
    place = folder / "disk"
    place.mkdir()
    mount("-t", "tmpfs", "-o", f"size={FULL_MB}m", "lotwise-failures", str(place))
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


@contextmanager
def failing_disk(folder: Path) -> Iterator[Path]:
    """A disk in a file, the same at each call, that turns read-only at a fault; needs loop devices and ext4."""
    image, place = folder / "image", folder / "failing"
    if not image.exists():
        place.mkdir()
        with image.open("wb") as file:
            file.truncate(64 * 2**20)
        subprocess.run(["mkfs.ext4", "-q", str(image)], check=True)
    mount("-o", "loop,errors=remount-ro", str(image), str(place))
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def fail(place: Path) -> None:
    """Let the file system find a fault, as it does when its device fails."""
    found = subprocess.run(["findmnt", "-no", "SOURCE", str(place)], check=True, capture_output=True, text=True)
    Path("/sys/fs/ext4", Path(found.stdout.strip()).name, "trigger_fs_error").write_text("1")


def remount(place: Path, how: str) -> None:
    """Mount the disk anew, "ro" or "rw"."""
    mount("-o", f"remount,{how}", str(place))


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)
