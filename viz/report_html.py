"""A plan's yearly report as one HTML page that needs no server and no internet, and can be printed."""

from __future__ import annotations

from zhengpu.viz.report import Report
from zhengpu.viz.standalone import policy, styles, template


def page(report: Report) -> str:
    """The page, to be written as UTF-8. It has no script; texts are escaped by the template."""
    style = styles("report.css")
    return template("report.html").render(report=report, language="zh-CN" if report.language == "zh" else "en", style=style, policy=policy((), style))
