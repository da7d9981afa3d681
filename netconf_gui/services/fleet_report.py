"""The report of a fleet as one HTML file and as JSON; without secrets, and without anything from elsewhere.

Lives here: `to_html`, `to_json`.  Does not live here: what is told (`fleet_result`).
"""

from __future__ import annotations

import time
from html import escape
from typing import Any

from netconf_gui.errors import RpcError, Stage
from netconf_gui.services.events import StageEvent, StageState
from netconf_gui.services.fleet_result import DeviceResult, FleetReport
from netconf_gui.session.redact import mask_text

_MARKS = {
    StageState.OK: "✓",
    StageState.WARNING: "!",
    StageState.FAILED: "✗",
    StageState.SKIPPED: "–",
    StageState.RUNNING: "…",
}
_STYLE = """
:root { color-scheme: light dark; --paper: #f6f7f9; --card: #fff; --ink: #1b2330; --soft: #5c6675; --line: #dfe3e8;
  --good: #17734a; --good-bg: #e2f4ea; --bad: #b3261e; --bad-bg: #fbe6e4; --warn: #8a5a00; --warn-bg: #fdf0d5; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181e; --card: #1d232b; --ink: #e4e8ee; --soft: #9aa5b4;
  --line: #323a45; --good: #6fd3a1; --good-bg: #173a2a; --bad: #ff9a92; --bad-bg: #4a1f1c; --warn: #f2c05f;
  --warn-bg: #43330f; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 2rem 1rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 72rem; margin: 0 auto; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.05rem; margin: 2rem 0 .6rem; }
.soft { color: var(--soft); } .card { background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  padding: 1rem 1.25rem; }
.verdict { display: flex; gap: .75rem; align-items: baseline; margin: 1rem 0; }
.chip { display: inline-block; padding: .05rem .6rem; border-radius: 1rem; font-size: .85rem; font-weight: 600;
  white-space: nowrap; background: var(--line); }
.good { color: var(--good); background: var(--good-bg); } .bad { color: var(--bad); background: var(--bad-bg); }
.warn { color: var(--warn); background: var(--warn-bg); }
.scroll { overflow-x: auto; padding: 0; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .45rem .7rem; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child > * { border-bottom: 0; } thead th { color: var(--soft); font-weight: 600; white-space: nowrap; }
p { margin: .4rem 0; }
td.cell, th.cell { text-align: center; } td.cell span { display: inline-block; width: 1.5rem;
  border-radius: 4px; font-weight: 700; }
details, .row { border-bottom: 1px solid var(--line); padding: .6rem 0; }
details:last-child, .row:last-child { border-bottom: 0; }
summary { cursor: pointer; } summary b { margin-right: .6rem; }
pre { background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: .75rem; overflow-x: auto;
  font: 13px/1.45 ui-monospace, SFMono-Regular, Consolas, monospace; }
ul { padding-left: 1.2rem; margin: .4rem 0; }
"""


def to_json(report: FleetReport) -> dict[str, Any]:
    """The documented JSON document."""
    return {
        "title": report.title,
        "outcome": report.outcome.value,
        "ok": report.ok,
        "text": mask_text(report.text),
        "dry_run": report.dry_run,
        "cancelled": report.cancelled,
        "started": _moment(report.started),
        "seconds": round(report.seconds, 3),
        "notes": list(report.notes),
        "steps": [
            {
                "step": step.phase.value,
                "state": step.state.value,
                "text": mask_text(step.text),
                "wave": step.wave,
                "devices": len(step.devices),
            }
            for step in report.steps
        ],
        "devices": [_device_json(device) for device in report.devices],
    }


def _device_json(device: DeviceResult) -> dict[str, Any]:
    plan, done = device.plan, device.report
    return {
        "name": device.name,
        "address": device.address,
        "outcome": device.outcome.value,
        "failed": device.failed,
        "clean": device.clean,
        "wave": device.wave,
        "text": mask_text(device.text),
        "operations": plan.operations if plan else 0,
        "summary": mask_text(plan.summary) if plan else "",
        "notes": list(plan.notes) if plan else [],
        "problems": [
            {"severity": one.severity, "path": mask_text(one.path), "message": mask_text(one.message)}
            for one in (plan.problems if plan else ())
        ],
        "edit_config": plan.shown() if plan else "",
        "stages": [
            {
                "stage": stage.stage.value,
                "state": stage.state.value,
                "text": mask_text(stage.text),
                "seconds": round(stage.seconds, 3),
                "errors": [mask_text(str(error)) for error in stage.errors],
            }
            for stage in (done.stages if done else ())
        ],
    }


def to_html(report: FleetReport) -> str:
    """One page that needs nothing else: the verdict, the matrix, and what was sent to each device."""
    stages = [stage for stage in Stage if any(_state(device, stage) for device in report.devices)]
    when = _moment(report.started).replace("T", " ")
    took = "" if report.dry_run else f" · {report.seconds:.1f} s"
    kind = "plan" if report.dry_run else report.outcome.value
    return "\n".join(
        (
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{_h(report.title)}: {_h(kind)}</title><style>{_STYLE}</style></head><body><main>",
            f"<h1>{_h(report.title)}</h1>",
            f'<div class="soft">{_h(when)} · {len(report.devices)} devices{took}</div>',
            f'<div class="card verdict"><span class="chip {_tone(report)}">{_h(kind)}</span>'
            f"<span>{_h(mask_text(report.text))}</span></div>",
            _list(report.notes),
            "<h2>Devices</h2>",
            _matrix(report, stages),
            "<h2>What happened, and what was sent</h2>" if not report.dry_run else "<h2>What would be sent</h2>",
            '<div class="card">' + "".join(_details(device) for device in report.devices) + "</div>",
            "</main></body></html>\n",
        )
    )


def _matrix(report: FleetReport, stages: list[Stage]) -> str:
    head = "".join(f'<th class="cell" scope="col">{_h(stage.value)}</th>' for stage in stages)
    rows = []
    for device in report.devices:
        cells = "".join(_cell(_state(device, stage)) for stage in stages)
        tone = "bad" if device.failed else "good" if device.outcome.value == "applied" else ""
        rows.append(
            f'<tr><th scope="row">{_h(device.name)}</th>{cells}'
            f'<td><span class="chip {tone}">{_h(device.outcome.value)}</span></td></tr>'
        )
    return (
        f'<div class="card scroll"><table><thead><tr><th scope="col">Device</th>{head}<th scope="col">Outcome</th>'
        f"</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _state(device: DeviceResult, stage: Stage) -> StageEvent | None:
    """The last that was told of a stage."""
    ended = device.report.stages if device.report else ()
    return next((event for event in reversed(ended) if event.stage is stage), None)


def _cell(event: StageEvent | None) -> str:
    if event is None:
        return '<td class="cell soft">·</td>'
    tone = {StageState.OK: "good", StageState.WARNING: "warn", StageState.FAILED: "bad"}.get(event.state, "")
    words = f"{event.state.value}: {mask_text(event.text)}" if event.text else event.state.value
    mark = _MARKS[event.state]
    return f'<td class="cell"><span class="{tone}" title="{_h(words)}" aria-label="{_h(words)}">{mark}</span></td>'


def _details(device: DeviceResult) -> str:
    plan = device.plan
    if plan is None:
        words = f"<b>{_h(device.name)}</b> {_h(mask_text(device.text))}"
        return f'<div class="row">{words}</div>'
    summary = f"<summary><b>{_h(device.name)}</b>{_h(mask_text(plan.summary))}</summary>"
    told = f"<p>{_h(mask_text(device.text))}</p>" if device.report or device.failed else ""
    problems = [f"{one.severity}: {mask_text(f'{one.path} {one.message}'.strip())}" for one in plan.problems]
    errors = [_error(error) for error in device.report.errors] if device.report else []
    sent = f"<pre>{_h(plan.shown().strip())}</pre>" if plan.edit_config else ""
    opened = " open" if device.failed else ""
    body = f'<div class="soft">{_h(device.address)}</div>{told}{_list((*plan.notes, *problems, *errors))}{sent}'
    return f"<details{opened}>{summary}{body}</details>"


def _error(error: RpcError) -> str:
    return f"{error.severity}: {mask_text(str(error))}"


def _list(texts: tuple[str, ...]) -> str:
    return f"<ul>{''.join(f'<li>{_h(text)}</li>' for text in texts)}</ul>" if texts else ""


def _tone(report: FleetReport) -> str:
    return "good" if report.ok else "bad"


def _moment(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _h(text: str) -> str:
    return escape(text, quote=True)
