"""What axe-core finds on a page in the browser."""

import json
from typing import Any

import pytest


def findings(page: Any) -> list[str]:
    """Return what axe-core finds that is serious or critical."""
    package = pytest.importorskip("axe_playwright_python.sync_playwright")
    results = package.Axe().run(page, options={"resultTypes": ["violations"]}).response
    return [
        f"{found['id']}: {json.dumps([node['html'][:200] for node in found['nodes'][:5]])}"
        for found in results["violations"]
        if found["impact"] in ("serious", "critical")
    ]
