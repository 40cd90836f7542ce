"""A Sphinx math renderer that writes MathML, so that the pages need neither scripts nor a network."""

from __future__ import annotations

import html
from typing import Any

from docutils import nodes

from symlam.report._html import mathml


def _formula(node: nodes.Node, *, display: bool) -> str:
    try:
        return mathml(node.astext(), display=display)
    except Exception as error:  # the library raises its own kinds; a page with a hole must not be built
        raise ValueError(f"this formula cannot be set: {node.astext()}") from error


def _inline(self: Any, node: nodes.Node) -> None:
    self.body.append(_formula(node, display=False))
    raise nodes.SkipNode


def _block(self: Any, node: nodes.Node) -> None:
    label = node.get("number")
    number = f'<span class="eqno">({html.escape(str(label))})</span>' if label else ""
    self.body.append(f'<div class="math">{_formula(node, display=True)}{number}</div>\n')
    raise nodes.SkipNode


def setup(app: Any) -> dict[str, bool]:
    """Register the renderer under the name `mathml`."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
