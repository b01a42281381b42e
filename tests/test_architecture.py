"""The shape of the house: who may import whom, which doors heavy libraries have, how long a file may be."""

import ast
import importlib
import re
import subprocess
import sys
from dataclasses import fields, is_dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("instances", "optimizer", "api")
MAY_USE = {"instances": set(), "optimizer": {"instances"}, "api": {"instances", "optimizer"}}
LONGEST = 320
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "shared"}

SEARCH = ("optimizer/search/*",)
"""What looks for plans and bounds; nothing that it says is believed."""

DOORS = {
    "pandas": ("instances/tables.py",),
    "shapely": ("instances/geometry/*", "instances/layers.py"),
    "pyogrio": ("instances/layers.py",),
    "pyproj": ("instances/geometry/plane.py",),
    "python_calamine": ("instances/xlsx_rows.py",),
    "xlsxwriter": (
        "instances/faults_workbook.py", "instances/xlsx_rows.py", "optimizer/export/comparison.py",
        "optimizer/export/plan_xlsx.py",
    ),
    "matplotlib": ("optimizer/picture/*",),
    "ortools": ("optimizer/exact.py",),
    "numba": (
        "optimizer/closure/*", "optimizer/search/adapted_step.py", "optimizer/search/borders.py",
        "optimizer/search/classes.py",
        "optimizer/search/combining.py", "optimizer/search/ejection.py", "optimizer/search/filling.py",
        "optimizer/search/fitting.py", "optimizer/search/groups.py", "optimizer/search/idle.py",
        "optimizer/search/piece_rows.py",
        "optimizer/search/pieces.py", "optimizer/search/priced.py", "optimizer/search/prospects.py",
        "optimizer/search/soft_bound.py", "optimizer/search/tenancy.py",
    ),
    "numpy": (
        "instances/geometry/*", "instances/layers.py", "optimizer/closure/*", "optimizer/conflict/settling.py", *SEARCH,
    ),
    "highspy": ("optimizer/closure/lp.py", "optimizer/quiet.py", "optimizer/search/linear.py"),
    "sqlalchemy": (
        "api/accounts.py", "api/allocations.py", "api/batches.py", "api/cli/keep.py", "api/cli/serve.py",
        "api/compared.py",
        "api/comparisons.py", "api/curves.py", "api/errors.py", "api/first_start.py", "api/follow_ups.py",
        "api/idempotency.py",
        "api/instances.py", "api/jobs.py", "api/moves.py", "api/oidc.py", "api/people.py", "api/policy_help.py",
        "api/promotions.py", "api/rounds.py", "api/runs.py", "api/service.py", "api/store/*", "api/what_ifs.py",
    ),
    "alembic": ("api/store/migrate.py", "api/store/migrations/*"),
    "dbos": ("api/jobs.py",),
    "fastapi": ("api/*.py",),
    "fastapi_offline": ("api/reference.py",),
    "fontpkg_ibm_plex_sans_arabic": ("api/pages/assets.py", "api/minutes/press.py"),
    "segno": ("api/minutes/code.py",),
    "typst": ("api/minutes/press.py",),
    "jinja2": ("api/pages/frame.py",),
    "markupsafe": ("api/pages/*",),
    "starlette": ("api/*.py",),
    "pydantic": ("api/*.py",),
    "httpx2": ("api/client/connection.py", "api/oidc.py"),
    "joserfc": ("api/oidc.py",),
    "uvicorn": ("api/cli/serve.py", "api/patience.py"),
    "argon2": ("api/passwords.py",),
    "limits": ("api/rates.py",),
    "structlog": ("api/logs.py",),
    "prometheus_client": ("api/metrics.py",),
    "typer": ("api/cli/*",),
    "rich": ("api/cli/*",),
}  # fmt: skip
"""Library -> the only files that may import it."""

TRUSTED = (
    "instances/applicant.py", "instances/canonical.py", "instances/consistency.py", "instances/faults.py",
    "instances/instance.py", "instances/policy.py", "instances/zone.py",
    "optimizer/assemble.py", "optimizer/audit.py", "optimizer/bound.py", "optimizer/branching.py",
    "optimizer/candidates.py", "optimizer/canonical_json.py", "optimizer/case_bound.py",
    "optimizer/case_certificate.py", "optimizer/certificate.py", "optimizer/certificates.py", "optimizer/check.py",
    "optimizer/columns.py", "optimizer/explain.py",
    "optimizer/conflict/case.py", "optimizer/conflict/farkas.py", "optimizer/conflict/reach.py",
    "optimizer/conflict/screens.py", "optimizer/conflict/together.py",
    "optimizer/export/document.py", "optimizer/lottery.py", "optimizer/outcome.py", "optimizer/piece_bound.py",
    "optimizer/piece_certificate.py", "optimizer/piece_plans.py",
    "optimizer/piece_frame.py", "optimizer/piece_search.py", "optimizer/plan.py", "optimizer/program.py",
    "optimizer/prices.py", "optimizer/row_names.py", "optimizer/rules/*.py", "optimizer/sites.py",
    "optimizer/stage_proof.py", "optimizer/standing.py", "optimizer/weights.py",
    "optimizer/survivors.py", "optimizer/tree.py", "optimizer/tree_rows.py", "optimizer/waitlist.py",
    "optimizer/why/fact.py", "optimizer/why/forced_bound.py", "optimizer/why/needs.py", "optimizer/why/obstacles.py",
)  # fmt: skip
"""What a proof rests on: plain Python with whole numbers only."""

VALUES = (
    "instances.zone", "instances.applicant", "instances.policy", "instances.instance",
    "optimizer.plan", "optimizer.program", "optimizer.outcome",
)  # fmt: skip


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported(path: Path) -> frozenset[str]:
    """Top names of everything that the file imports, wherever in the file it does so."""
    names = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}: import by the full name"
            names.add((node.module or "").partition(".")[0])
    return frozenset(names)


def modules_of(path: Path) -> set[str]:
    """Every module that the file imports by its full name, wherever in the file it does so."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_imports_run_one_way(room):
    strangers = set(ROOMS) - MAY_USE[room] - {room}
    for path in sources(room):
        assert not imported(path) & strangers, f"{name_of(path)} must not import {sorted(imported(path) & strangers)}"


@pytest.mark.parametrize("library", DOORS)
def test_heavy_libraries_have_few_doors(library):
    users = {name_of(path) for path in sources(*ROOMS) if library in imported(path)}
    outside = {user for user in users if not any(fnmatch(user, door) for door in DOORS[library])}
    assert not outside, f"{library} is imported by {sorted(outside)}"


def test_every_third_party_import_has_its_doors_named():
    known = set(DOORS) | set(ROOMS)
    standard = __import__("sys").stdlib_module_names
    for path in sources(*ROOMS):
        strangers = imported(path) - known - standard
        assert not strangers, f"{name_of(path)} imports {sorted(strangers)}: name its doors here"


def test_what_a_proof_rests_on_is_plain_python():
    for path in sources("instances", "optimizer"):
        if any(fnmatch(name_of(path), pattern) for pattern in TRUSTED):
            heavy = imported(path) & DOORS.keys()
            assert not heavy, f"{name_of(path)} must not import {sorted(heavy)}"


def test_the_files_that_a_proof_rests_on_are_there():
    present = {name_of(path) for path in sources("instances", "optimizer")}
    missing = [each for each in TRUSTED if not any(fnmatch(path, each) for path in present)]
    assert not missing


def test_every_door_is_there_and_open():
    """A door that leads nowhere would let a library in again unseen."""
    for library, doors in DOORS.items():
        users = {name_of(path) for path in sources(*ROOMS) if library in imported(path)}
        shut = [door for door in doors if not any(fnmatch(user, door) for user in users)]
        assert not shut, f"nothing at {shut} imports {library}"


def test_no_test_measures_time():
    """Waiting until a deadline is no measure: it ends a test that hangs."""
    for path in sources("tests"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Assert):
                said = ast.unparse(node)
                assert not re.search(r"(monotonic|perf_counter|process_time)\(\) - ", said), f"{name_of(path)}: {said}"


def test_whatever_the_check_of_certificates_uses_is_what_a_proof_rests_on():
    waiting, seen = [ROOT / "optimizer/check.py"], set()
    while waiting:
        path = waiting.pop()
        seen.add(name_of(path))
        used = [each for each in modules_of(path) if each.split(".")[0] == "optimizer"]
        files = [(ROOT / each.replace(".", "/")).with_suffix(".py") for each in used]
        waiting += [each for each in files if each.exists() and name_of(each) not in seen]
    assert len(seen) > 20
    outside = {each for each in seen if not any(fnmatch(each, pattern) for pattern in TRUSTED)}
    assert not outside, f"name {sorted(outside)} in TRUSTED"


@pytest.mark.parametrize("path", sources(*ROOMS, "tests", "benchmarks"), ids=name_of)
def test_a_file_holds_one_idea(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST, "split it by idea"
    assert path.stem not in BANNED_NAMES, "name it after what it holds"


@pytest.mark.parametrize("module", VALUES)
def test_values_hold_no_float(module):
    source = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))
    annotations = [node.annotation for node in ast.walk(source) if isinstance(node, ast.AnnAssign)]
    words = {word.id for each in annotations for word in ast.walk(each) if isinstance(word, ast.Name)}
    assert "float" not in words


@pytest.mark.parametrize("module", VALUES)
def test_values_are_frozen(module):
    loaded = importlib.import_module(module)
    kinds = [each for each in vars(loaded).values() if isinstance(each, type) and each.__module__ == module]
    for kind in kinds:
        if is_dataclass(kind) and fields(kind):
            assert kind.__dataclass_params__.frozen, f"{module}.{kind.__name__} must be frozen"


def test_pyproject_lists_every_package():
    import tomllib

    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    there = {name_of(path.parent).replace("/", ".") for path in sources(*ROOMS) if path.name == "__init__.py"}
    assert listed == there


def test_every_package_says_what_it_is():
    nameless = [name_of(path) for path in sources(*ROOMS) if ast.get_docstring(tree_of(path)) is None]
    assert not nameless, f"no docstring: {nameless}"


def test_the_service_loads_no_solver_and_no_table_library():
    """They would double its memory; runs happen in processes of their own."""
    script = (
        "import sys, api.app, api.jobs\n"
        "print(*{'numba', 'numpy', 'ortools', 'highspy', 'pandas', 'shapely', 'matplotlib'} & sys.modules.keys())"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.split() == []
