"""The lab in a browser: Python starts, cells run, pictures and explorers show, and nothing comes from anywhere else."""

import functools
import http.server
import json
import re
import runpy
import threading
import time
from contextlib import contextmanager

import pytest
from browser import checked_page, running_browser, violations
from project_root import ROOT

from docs import lab
from docs.lab.bundle import MissingError, pyodide_folder

EXAMPLES = sorted((ROOT / "docs" / "lab" / "examples").glob("*.py"))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
@pytest.mark.slow
def test_examples_run(file):
    assert file.read_text().startswith("# ")
    runpy.run_path(str(file))


def test_without_pyodide_the_message_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PYODIDE_FOLDER", str(tmp_path))
    with pytest.raises(MissingError, match=r"npm package pyodide [\d.]+, and .* has none\. Run npm install in docs/"):
        lab.build(tmp_path / "lab")
    (tmp_path / "package.json").write_text(json.dumps({"version": "0.1"}))
    with pytest.raises(MissingError, match=r"has 0\.1"):
        pyodide_folder()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextmanager
def served(folder):
    """Serve a folder under a sub-path of localhost, as a site's host does."""
    server = http.server.ThreadingHTTPServer(("localhost", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}/site/lab/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    try:
        lab.build(folder / "site" / "lab")
    except MissingError as error:
        pytest.skip(str(error))
    with served(folder) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with running_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def page(browser, address):
    """A lab whose Python is ready; the page fails the tests if it asks for anything that is not its own."""
    with checked_page(browser, address, viewport={"width": 1100, "height": 900}) as page:
        page.set_default_timeout(60_000)
        page.goto(address)
        until(page, "document.getElementById('state').textContent.includes('is ready')")
        yield page


def until(page, condition):
    """Wait until JavaScript is true; Playwright's own way evaluates text in the page, which the page forbids."""
    deadline = time.monotonic() + 120
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        page.wait_for_timeout(20)


def run(page, code):
    """Put code into the only cell, run it, and return the cell."""
    while page.locator(".cell").count() > 1:
        page.locator(".remove").last.click()
    page.locator("textarea").fill(code)
    page.locator("textarea").press("Shift+Enter")
    until(page, "document.querySelector('.output').ariaBusy === 'false'")
    return page.locator(".cell")


@pytest.mark.browser
class TestLab:
    def test_a_gradient_and_a_picture(self, page):
        cell = run(
            page,
            "from autograd import Value, draw\na = Value(3.0, 'a')\nb = a * a\nb.backward()\nprint(a.grad); draw(b)",
        )
        assert cell.locator("pre").inner_text().strip() == "6.0"
        picture = cell.locator("img")
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
        assert "a" in picture.get_attribute("alt")

    def test_an_explorer_steps_in_a_frame_that_cannot_touch_the_page(self, page):
        cell = run(page, "from autograd import Value, explore\na = Value(3.0, 'a')\nexplore(a * a + 1)")
        frame = cell.locator("iframe")
        assert frame.get_attribute("sandbox") == "allow-scripts allow-downloads"
        inside = cell.frame_locator("iframe")
        inside.locator("[data-autograd-explorer] button").first.wait_for()
        until(page, "document.querySelector('iframe').clientHeight > 300")

    def test_an_error_is_pythons_message_with_the_lines_of_the_cell_alone(self, page):
        error = run(
            page, "from autograd import Value, log\n\ndef f(x):\n    return log(x)\n\nf(Value(-1.0, 'x'))"
        ).locator(".error")
        text = error.inner_text()
        assert text.startswith("Traceback (most recent call last):")
        assert re.findall(r'File "(\w+)\.py", line (\d+)', text) == [
            (re.search(r"cell_1(_run_\d+)?", text)[0], n) for n in ("6", "4")
        ]
        assert "return log(x)" in text
        assert "autograd.errors.DomainError: " in text
        assert "SyntaxError" in run(page, "1 +").locator(".error").inner_text()

    def test_cells_share_variables_and_run_in_order(self, page):
        run(page, "x = 20")
        page.locator("#add").click()
        page.locator("textarea").nth(1).fill("x += 1\nx * 2")
        page.locator("#run-all").click()
        until(page, "document.querySelectorAll('.output')[1].textContent === '42\\n'")

    def test_progress_rewrites_its_line(self, page):
        cell = run(page, "import sys\nfor i in range(3):\n    sys.stderr.write(f'\\r{i} of 3')\nprint()\nprint('end')")
        assert cell.locator("pre").inner_text().split() == ["2", "of", "3", "end"]

    def test_training_shows_its_progress_and_a_table(self, page):
        code = EXAMPLES[2].read_text()
        cell = run(page, code)
        assert cell.locator(".error").count() == 0, cell.locator(".error").all_inner_texts()
        assert "should give" in cell.locator("pre").first.inner_text()
        assert cell.locator("img").count() == 1

    def test_a_chain_of_a_hundred_thousand_operations(self, page):
        code = (
            "from autograd import Value\nx = y = Value(1.0)\nfor _ in range(100_000): y = y + 1.0\n"
            "y.backward()\nprint(x.grad)\ny = None\nprint('freed')"
        )
        assert run(page, code).locator("pre").inner_text().split() == ["1.0", "freed"]

    def test_much_output_is_cut(self, page):
        text = run(page, "for i in range(100_000): print(i)").locator("pre").inner_text()
        assert len(text) < 300_000
        assert text.endswith("left out here.")

    def test_tab_indents_and_esc_lets_it_leave(self, page):
        area = page.locator("textarea").first
        area.fill("")
        area.press_sequentially("if 1:")
        area.press("Enter")
        area.press_sequentially("x")
        area.press("Tab")
        assert area.input_value() == "if 1:\n    x   "
        area.press("Shift+Tab")
        assert area.input_value() == "if 1:\nx   "
        area.press("Control+z")
        assert area.input_value() == "if 1:\n    x   "
        area.press("Escape")
        area.press("Tab")
        assert page.evaluate("document.activeElement.tagName") != "TEXTAREA"

    def test_a_link_holds_the_cells(self, page, address):
        run(page, "code = 'é < &'  # shared")
        page.locator("#share").click()
        until(page, "location.hash.startsWith('#code=')")
        link = page.url
        page.goto("about:blank")
        page.goto(address + lab.address("1 + 1", "'second'"))
        assert [area.input_value() for area in page.locator("textarea").all()] == ["1 + 1", "'second'"]
        page.goto("about:blank")
        page.goto(link)
        assert page.locator("textarea").input_value() == "code = 'é < &'  # shared"
        page.goto("about:blank")
        page.goto(address + "#code=damaged")
        assert "damaged" in page.locator("p.error").inner_text()

    def test_stop_ends_an_endless_loop(self, page):
        page.locator("textarea").fill("while True: pass")
        page.locator("textarea").press("Shift+Enter")
        until(page, "document.getElementById('state').textContent === 'Running.'")
        page.locator("#stop").click()
        until(page, "document.getElementById('state').textContent.includes('is ready')")
        assert run(page, "1 + 1").locator("pre").inner_text().strip() == "2"

    def test_examples_are_offered(self, page):
        assert page.locator("#course option").count() == 11
        page.locator("#examples").select_option("4_jacobian")
        until(page, "document.querySelector('textarea').value.includes('jacobian(polar')")

    def test_what_was_written_comes_back_from_an_example(self, page, address):
        page.goto(address + "?" + "notes")
        page.locator("textarea").fill("mine = 1")
        page.locator("#examples").select_option("4_jacobian")
        until(page, "document.querySelector('textarea').value.includes('jacobian(polar')")
        page.go_back()
        until(page, "document.querySelector('textarea').value === 'mine = 1'")
        page.go_forward()
        until(page, "document.querySelector('textarea').value.includes('jacobian(polar')")
        page.goto(address)
        until(page, "document.getElementById('state').textContent.includes('is ready')")

    def test_a_cell_that_is_removed_while_it_waits_does_not_run(self, page):
        run(page, "import time\nran = []\ntime.sleep(1)")
        page.locator("#add").click()
        page.locator("textarea").nth(1).fill("ran.append('removed')")
        page.locator("#run-all").click()
        page.locator(".remove").nth(1).click()
        until(page, "document.querySelector('.output').ariaBusy === 'false'")
        assert run(page, "ran").locator("pre").inner_text().strip() == "[]"

    def test_a_question_says_that_nobody_can_answer(self, page):
        text = run(page, "answer = input('How many? ')").locator(".error").inner_text()
        assert "This page cannot ask 'How many? ' while Python runs" in text

    def test_a_notebook_of_the_course(self, page, address):
        page.goto(address + "?notebook=01_a_number_that_remembers.ipynb")
        assert page.locator("h1").nth(1).inner_text() == "1. A number that remembers"
        for cell in range(3):
            page.locator(".run").nth(cell).click()
        until(page, "document.querySelectorAll('.output')[2].ariaBusy === 'false' && !!document.querySelector('img')")
        assert "(16.0, '**', (" in page.locator(".output").nth(1).inner_text()
        page.locator("textarea").first.fill("kept = 1")
        page.reload()
        assert page.locator("textarea").first.input_value() == "kept = 1"
        page.goto(address)

    @pytest.mark.parametrize("width", [390, 768, 1440])
    def test_nothing_is_wider_than_the_window(self, page, width):
        run(page, "from autograd import Value, draw\ndraw(Value(1.0) * 2 + 3 - 4 * Value(2.0) ** 5)")
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_axe_finds_nothing(self, page, scheme):
        page.emulate_media(color_scheme=scheme)
        run(page, "from autograd import Value, draw, log\nprint(1)\ndisplay(draw(Value(1.0) * 2))\nlog(-1.0)")
        assert violations(page) == []
