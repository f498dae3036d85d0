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
        self.begun: list[float] = []
        self.received: list[tuple[float, float]] = []
        self.clock = (0.0, 0.0)  # the same moment on the monotonic and on the wall clock
        devtools.on("Network.requestWillBeSent", self._sent)
        devtools.on("Network.responseReceived", self._answered)
        devtools.on(
            "Network.dataReceived",
            lambda event: self.received.append((event["timestamp"], event["encodedDataLength"])),
        )

    def _sent(self, event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("data:"):
            return
        if not self.begun:
            self.clock = (event["timestamp"], event["wallTime"])
        self.begun.append(event["timestamp"])

    def _answered(self, event: dict[str, Any]) -> None:
        self.received.append((event["timestamp"], event["response"]["encodedDataLength"]))

    def until(self, wall: float) -> tuple[int, float]:
        """Requests begun and kilobytes received before an instant."""
        moment = self.clock[0] + wall - self.clock[1]
        return sum(at <= moment for at in self.begun), sum(
            size for at, size in self.received if at <= moment
        ) / KB

    def in_all(self) -> tuple[int, float]:
        return len(self.begun), sum(size for _at, size in self.received) / KB


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
        found: dict[str, Any] = {"pages": {}, "goals": GOALS}
        say(f"{'page':10} {'LCP ms':>7} {'CLS':>6} {'first text':>21} {'in all':>19}")
        for name, path in pages.items():
            visits = [_visit(browser, stack, person, path) for _ in range(VISITS)]
            figures = {key: statistics.median(visit[key] for visit in visits) for key in visits[0]}
            found["pages"][name] = figures
            say(
                f"{name:10} {figures['lcp_ms']:7.0f} {figures['cls']:6.3f} "
                f"{figures['first_text_kb']:6.1f} KB {figures['first_text_requests']:2.0f} requests "
                f"{figures['in_all_kb']:6.1f} KB {figures['in_all_requests']:3.0f} requests"
            )
        answers = [_answer(browser, stack, next(people), pages["lesson"]) for _ in range(VISITS)]
        found["feedback_ms"] = statistics.median(answers)
        say(f"Check answer → feedback: {found['feedback_ms']:.0f} ms")
        browser.close()
    found["missed"] = list(_missed(found))
    return found


def _missed(found: dict[str, Any]) -> Iterator[str]:
    for name, figures in found["pages"].items():
        wanted = GOALS if name == "lesson" else {key: GOALS[key] for key in ("lcp_ms", "cls")}
        yield from (f"felt {name} {key}" for key in wanted if key in figures and figures[key] > GOALS[key])
    if found["feedback_ms"] > GOALS["feedback_ms"]:
        yield "felt feedback"


def _visit(browser: Any, stack: Stack, person: dict[str, Any], path: str) -> dict[str, float]:
    with _slow_page(browser, stack, person) as (page, traffic):
        page.goto(stack.address + path, wait_until="load")
        page.wait_for_timeout(1500)  # fonts that swap late, shifts that come with them
        said = page.evaluate(
            "() => ({ ...felt, origin: performance.timeOrigin,"
            " fcp: performance.getEntriesByName('first-contentful-paint')[0].startTime })"
        )
        requests, size = traffic.until((said["origin"] + said["fcp"]) / 1000)
        all_requests, all_size = traffic.in_all()
    return {
        "lcp_ms": said["lcp"],
        "fcp_ms": said["fcp"],
        "cls": said["cls"],
        "first_text_requests": requests,
        "first_text_kb": size,
        "in_all_requests": all_requests,
        "in_all_kb": all_size,
    }


def _answer(browser: Any, stack: Stack, person: dict[str, Any], path: str) -> float:
    """Milliseconds from the tap on Check answer to feedback that can be seen."""
    with _slow_page(browser, stack, person) as (page, _traffic):
        page.goto(stack.address + path, wait_until="load")
        check = page.locator("check-form").first
        check.locator("input[name=answer]").first.check()
        check.locator("button").last.click()
        page.wait_for_function("felt.feedback > 0", timeout=30_000)
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
