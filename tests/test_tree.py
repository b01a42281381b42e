"""What may not stand in any file of the repository, and what must."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BINARY = {".png", ".gpkg", ".zip", ".xlsx", ".shp", ".dbf", ".shx"}
MACHINE_PATH = re.compile(r"(?<![\w.$}/-])/(?:work|root|home|Users)/\w")
INDEX_HOST = re.compile(
    r"pypi\.(?:org|io)|python" + r"hosted|(?:extra-)?index" + r"-url|find" + r"-links|/simple" + r"/"
)


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def text_files() -> list[Path]:
    return [path for path in tracked() if path.suffix not in BINARY]


def test_no_file_names_a_package_index_or_a_path_of_one_machine():
    for path in text_files():
        if path == Path(__file__):
            continue
        # Some files of tests/certificates are in no encoding on purpose.
        text = path.read_text(encoding="utf-8", errors="replace")
        for pattern in (MACHINE_PATH, INDEX_HOST):
            found = pattern.search(text)
            assert not found, f"{path.relative_to(ROOT)} holds {found.group()!r}"


def test_the_lock_names_no_host_and_hashes_every_package():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    packages = re.findall(r"^([a-z0-9][\w.-]*)==[^\\]*\\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", lock, re.M)
    assert len(packages) == len(re.findall(r"^[a-z0-9]", lock, re.M))


def test_the_lock_holds_every_dependency_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + [each for extra in project["optional-dependencies"].values() for each in extra]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9][\w.-]*)==", lock, re.M))
    assert {re.split(r"[<>=\[]", each)[0].lower() for each in wanted} <= locked


def test_lock_files_that_name_hosts_are_not_tracked():
    assert not {"uv.lock", "pylock.toml"} & {path.name for path in tracked()}


def test_the_top_level_is_as_designed():
    allowed = {
        "instances", "optimizer", "api", "tests", "benchmarks", "docs", "pyproject.toml", "requirements.lock",
        "Makefile", "README.md", "CHANGELOG.md", "LICENSE", ".ci", ".gitignore",
    }  # fmt: skip
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} <= allowed
