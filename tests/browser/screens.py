"""``python -m tests.browser.screens``: take the pictures that are kept under ``docs/screens/`` again."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.browser.served import PICTURES, ROOT


def main() -> int:
    """Run the test that takes them, with the folder that is kept."""
    command = [sys.executable, "-m", "pytest", "-q", "tests/browser/test_pictures.py"]
    environment = {**os.environ, PICTURES: str(ROOT / "docs" / "screens")}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
