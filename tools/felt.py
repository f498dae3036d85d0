"""Felt speed: five pages and one answer in Chromium, over slow 4G, with a processor four times slower.

Part of `make bench`; alone: make bench ARGS=--felt. Slow 4G is Lighthouse's: 150 ms round trip,
1.6 Mbit/s down, 0.75 Mbit/s up. Every visit has an empty cache, and every figure is the median of three.
"""

import os
import shutil
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools.load import CSRF
from tools.stack import Stack, prepare

SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
SLOWER = 4
VISITS = 3
PHONE = {"width": 360, "height": 740}
KB = 1000
GOALS = {
    "lcp_ms": 1800,
    "cls": 0.02,
    "feedback_ms": 600,
    "first_text_kb": 40,
    "first_text_requests": 6,
    "in_all_kb": 110,
}
# Collects what the browser itself says about paint and shifting, and when feedback came into sight.
WATCH = """
window.felt = { lcp: 0, cls: 0, clicked: 0, feedback: 0 };
new PerformanceObserver((list) => { for (const entry of list.getEntries()) felt.lcp = entry.startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) felt.cls += entry.value; })
  .observe({ type: "layout-shift", buffered: true });
addEventListener("click", (event) => {
  if (!event.target.closest("check-form button") || felt.clicked) return;
  felt.clicked = event.timeStamp;
  const look = (now) => {
    const found = document.querySelector("check-form .feedback__word");
    if (found && found.checkVisibility()) felt.feedback = now; else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}, true);
"""


class Traffic:
    """Bytes on the wire and requests of a page, with the browser's own instants."""

    def __init__(self, devtools: Any) -> None:
        self.names: dict[str, str] = {}
        self.received: list[tuple[float, str, float]] = []
        self.clock: tuple[float, float] | None = (
            None  # the same moment on the monotonic and on the wall clock
        )
        devtools.on("Network.requestWillBeSent", self._sent)
        devtools.on(
            "Network.responseReceived",
            lambda event: self._came(event, event["response"]["encodedDataLength"]),
        )
        devtools.on("Network.dataReceived", lambda event: self._came(event, event["encodedDataLength"]))

        devtools.on("Network.loadingFinished", self._finished)

    def _sent(self, event: dict[str, Any]) -> None:
        url = event["request"]["url"]
        if not url.startswith("data:"):
            self.clock = self.clock or (event["timestamp"], event["wallTime"])
            self.names[event["requestId"]] = url.partition("//")[2].partition("/")[2]

    def _came(self, event: dict[str, Any], size: float) -> None:
        if event["requestId"] in self.names:
            self.received.append((event["timestamp"], event["requestId"], size / KB))

    def _finished(self, event: dict[str, Any]) -> None:
        """Chromium says the size of a streamed page only at its end."""
        request = event["requestId"]
        known = sum(size for _at, same, size in self.received if same == request)
        self._came(event, max(event["encodedDataLength"] - KB * known, 0))

    def until(self, wall: float) -> dict[str, float]:
        """Kilobytes received before an instant, by address; requests that had not answered yet are not in it."""
        monotonic, same_wall = self.clock or (0.0, 0.0)
        sizes: dict[str, float] = {}
        for at, request, size in self.received:
            if at <= monotonic + wall - same_wall:
                sizes[self.names[request]] = sizes.get(self.names[request], 0.0) + size
        return sizes


def chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def measure(folder: Path, *, say: Callable[[str], object]) -> dict[str, Any] | None:
    """All figures with their goals; None where there is no Chromium."""
    program = chromium()
    if program is None:
        say("\nfelt speed: skipped, there is no Chromium on this machine (Debian: apt install chromium)")
        return None
    from playwright.sync_api import sync_playwright

    say("\nfelt speed: slow 4G, processor four times slower, empty cache …")
    prepare(folder, people=20)
    with Stack(folder) as stack, sync_playwright() as playwright:
        facts = stack.ask("facts", count=20)
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        pages = {
            "home": "/",
            "catalogue": "/courses/",
            "course": facts["course"],
            "lesson": facts["lessons"][0]["url"],
            "word": facts["word"],
        }
        people = iter(facts["people"])
        person = next(people)
        report: dict[str, Any] = {"pages": {}, "goals": GOALS}
        say(f"{'page':10} {'FCP ms':>6} {'LCP ms':>7} {'CLS':>6} {'first text':>21} {'in all':>19}")
        for name, path in pages.items():
            visits = [_visit(browser, stack, person, path) for _ in range(VISITS)]
            requests = visits[-1].pop("requests")
            figures = {key: statistics.median(visit[key] for visit in visits) for key in visits[-1]}
            report["pages"][name] = {**figures, "requests": requests}
            say(
                f"{name:10} {figures['fcp_ms']:6.0f} {figures['lcp_ms']:7.0f} {figures['cls']:6.3f} "
                f"{figures['first_text_kb']:6.1f} KB {figures['first_text_requests']:2.0f} requests "
                f"{figures['in_all_kb']:6.1f} KB {figures['in_all_requests']:3.0f} requests"
            )
        answers = [_answer(browser, stack, next(people), pages["lesson"]) for _ in range(VISITS)]
        report["feedback_ms"] = statistics.median(answers)
        say(f"Check answer → feedback: {report['feedback_ms']:.0f} ms")
        browser.close()
    report["missed"] = list(_missed(report))
    return report


def _missed(report: dict[str, Any]) -> Iterator[str]:
    for name, figures in report["pages"].items():
        wanted = GOALS if name == "lesson" else {key: GOALS[key] for key in ("lcp_ms", "cls")}
        yield from (f"felt {name} {key}" for key in wanted if key in figures and figures[key] > GOALS[key])
    if report["feedback_ms"] > GOALS["feedback_ms"]:
        yield "felt feedback"


def _visit(browser: Any, stack: Stack, person: dict[str, Any], path: str) -> dict[str, Any]:
    with _slow_page(browser, stack, person) as (page, traffic):
        page.goto(stack.address + path, wait_until="load")
        page.wait_for_timeout(1500)  # fonts that swap late, shifts that come with them
        said = page.evaluate(
            "() => ({ ...felt, origin: performance.timeOrigin,"
            " fcp: performance.getEntriesByName('first-contentful-paint')[0].startTime })"
        )
        first = traffic.until((said["origin"] + said["fcp"]) / 1000)
        in_all = traffic.until(float("inf"))
    return {
        "lcp_ms": said["lcp"],
        "fcp_ms": said["fcp"],
        "cls": said["cls"],
        "first_text_requests": len(first),
        "first_text_kb": sum(first.values()),
        "in_all_requests": len(in_all),
        "in_all_kb": sum(in_all.values()),
        "requests": in_all,
    }


def _answer(browser: Any, stack: Stack, person: dict[str, Any], path: str) -> float:
    """Milliseconds from the tap on Check answer to feedback that can be seen."""
    with _slow_page(browser, stack, person) as (page, _traffic):
        page.goto(stack.address + path, wait_until="load")
        check = page.locator("check-form").first
        check.locator("input[name=answer]").first.check()
        check.locator("button").last.click()
        check.locator(".feedback__word").wait_for(timeout=30_000)
        said = page.evaluate("felt")
    return said["feedback"] - said["clicked"]


@contextmanager
def _slow_page(browser: Any, stack: Stack, person: dict[str, Any]) -> Iterator[tuple[Any, Traffic]]:
    """A phone of a signed-in person with an empty cache, slow from the first byte on."""
    context = browser.new_context(viewport=PHONE, device_scale_factor=2, has_touch=True, is_mobile=True)
    cookies = {"sessionid": person["session"], "csrftoken": CSRF}
    context.add_cookies(
        [{"name": name, "value": value, "url": stack.address} for name, value in cookies.items()]
    )
    context.add_init_script(WATCH)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW_4G)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    try:
        yield page, Traffic(devtools)
    finally:
        context.close()
