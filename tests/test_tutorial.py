"""The tutorial is run as it stands: every block marked as shell, in order, in one shell, in an empty folder."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.served import free_port

DOCS = Path(__file__).parents[1] / "docs"
SHELL = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", ["tutorial.md"])
def test_a_page_can_be_followed_to_its_end(page, tmp_path):
    script = "\n".join(SHELL.findall((DOCS / page).read_text(encoding="utf-8")))
    port = free_port()
    plain = {name: value for name, value in os.environ.items() if not name.startswith("LOTWISE_")}
    folder = Path(sys.executable).parent
    settings = {
        "PATH": f"{folder}{os.pathsep}{plain['PATH']}",
        "LOTWISE_PORT": str(port),
        "LOTWISE_ADDRESS": f"http://127.0.0.1:{port}",
    }
    ended = "trap 'kill \"$SERVICE\" 2>/dev/null' EXIT\n"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", ended + script],
        cwd=tmp_path,
        env=plain | settings,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    log = tmp_path / "service.log"
    assert done.returncode == 0, done.stdout + done.stderr + (log.read_text() if log.exists() else "")
    assert "published" in done.stdout
    assert "T1" in done.stdout
    assert (tmp_path / "public.html").stat().st_size > 1000
