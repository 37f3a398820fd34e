"""How long the lesson page takes for a step through a large graph, and the playground for a typed expression."""

import importlib.util
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, cast

import nn
from autograd import Value, explore
from autograd.views.explorer import Explorer
from autograd.views.explorer.playground import playground
from benchmarks.figures import Figures
from benchmarks.workload import Bar

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession

TITLE = "The lesson page in Chromium: a step until it is laid out anew, in processor time of the page"
STEP, TYPED = "a step at 442 nodes, all drawn", "typing, to a new graph of 20 nodes"
BARS = [Bar(STEP, at_most=20.0), Bar(TYPED, at_most=100.0)]

STEPS = """() => {
  const root = document.querySelector('[data-autograd-explorer]').shadowRoot;
  const buttons = [...root.querySelectorAll('button')];
  const press = (name) => buttons.find((button) => button.textContent === name).click();
  press('First');
  const steps = Number(root.querySelector('.scrub').max);
  for (let i = 0; i < steps; i++) {
    press('Next');
    root.querySelector('.narration').getBoundingClientRect();
  }
  return steps;
}"""
TYPE = """() => {
  const root = document.querySelector('[data-autograd-explorer]').shadowRoot;
  const field = root.querySelector('.entry input');
  for (let i = 0; i < 20; i++) {
    field.value = `${i}*a + %s`;
    field.dispatchEvent(new Event('input'));
    root.querySelector('.narration').getBoundingClientRect();
  }
  return 20;
}"""
TWENTY = "tanh(a*b + c)*sigmoid(b - c) + exp(a*a) - log(c*c + 1)*a"


def network() -> Explorer:
    """Return the page of a network's loss for one sample: 442 nodes."""
    model = nn.MLP(2, [16, 16, 1], seed=0)
    error = cast("Value", model([Value(0.5, "x"), Value(-1.0, "y")])) - 1.0
    return explore((error**2 * 0.5).tanh() + 0.1, model=model)


def measure(rounds: int) -> Figures:
    """Go through all steps, and type, once in each round; nothing is measured where there is no browser."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None or importlib.util.find_spec("playwright") is None:
        return {}
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        try:
            return measured(browser, Path(folder), rounds)
        finally:
            browser.close()


def measured(browser: "Browser", folder: Path, rounds: int) -> Figures:
    """Measure in a browser that runs already."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def milliseconds(script: str) -> float:
        before = task_seconds(session)
        count = page.evaluate(script)
        return 1000 * (task_seconds(session) - before) / float(count)

    page.goto(network().save(folder / "network.html").as_uri())
    page.get_by_role("button", name="Whole graph").click()
    steps = [milliseconds(STEPS) for _ in range(rounds)]
    page.goto(playground(TWENTY, a=0.5, b=-1, c=2).save(folder / "playground.html").as_uri())
    typed = [milliseconds(TYPE % TWENTY) for _ in range(rounds)]
    return {STEP: (steps, "ms"), TYPED: (typed, "ms")}


def task_seconds(session: "CDPSession") -> float:
    """Return the processor time that the page's tasks have taken so far."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))
