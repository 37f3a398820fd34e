"""The explorer's page as text: what it holds, how big it is, what it refuses; the browser tests use it."""

import base64
import json
import re
from pathlib import Path

import pytest

import autograd
import nn
from autograd import Value, explore
from autograd.errors import ArgumentError, DivisionByZeroError, DomainError, NumberError
from autograd.graph import topological_order
from autograd.views.explorer.layout import HEIGHT, WIDTH, layout
from autograd.views.explorer.parts import Parts
from autograd.views.names import paths_of


def data_of(html: str) -> dict[str, object]:
    found = re.search(r"^const DATA = (.*);$", html, re.MULTILINE)
    assert found
    data = json.loads(found[1])
    assert isinstance(data, dict)
    return data


def small() -> Value:
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    return (a * b + a).tanh()


def test_a_page_is_one_file_that_loads_nothing(tmp_path: Path) -> None:
    target = explore(small()).save(tmp_path / "lesson.html")
    text = target.read_text(encoding="utf-8")
    assert target == tmp_path / "lesson.html"
    assert text.startswith("<!DOCTYPE html>")
    assert "default-src 'none'" in text
    outside = text.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|//cdn|@import|src=(?!\"data:)|<link", outside)
    assert [path.name for path in tmp_path.iterdir()] == ["lesson.html"]


def test_html_is_the_page_and_jupyter_gets_its_body() -> None:
    page = explore(small())
    assert page._repr_html_() in page.html
    assert repr(page).startswith("<Explorer of ")


def test_the_still_picture_is_the_graph() -> None:
    found = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', explore(small())._repr_html_())
    assert found
    picture = base64.b64decode(found[1]).decode()
    assert "<svg" in picture
    assert ">a</text>" in picture or "a" in re.findall(r">([^<]*)</text>", picture)
    assert "<script" not in picture


def test_saving_replaces_a_file_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "lesson.html"
    target.write_text("before", encoding="utf-8")
    page = explore(small())

    def fail(self: Path, other: Path) -> Path:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fail)
        with pytest.raises(OSError, match="disk full"):
            page.save(target)
    assert target.read_text(encoding="utf-8") == "before"
    assert page.save(target).read_text(encoding="utf-8") == page.html
    assert [path.name for path in tmp_path.iterdir()] == ["lesson.html"]


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"There is no folder .*lessons"):
        explore(small()).save(tmp_path / "lessons" / "one.html")


def test_a_function_is_run_with_source_lines_and_named_arguments() -> None:
    def product(first: Value, second: Value) -> Value:
        return first * second  # the line to remember

    data = data_of(explore(product, 2.0, -3.0).html)
    assert data["names"][:2] == ["first", "second"]  # type: ignore[index]
    assert data["sources"] == [
        f"test_explorer.py:{product.__code__.co_firstlineno + 1}: return first * second  # the line to remember"
    ]


def test_looking_changes_nothing() -> None:
    loss = small()
    loss.backward()
    before = [(node.data, node.grad) for node in topological_order(loss)]
    explore(loss)
    assert [(node.data, node.grad) for node in topological_order(loss)] == before


def test_the_page_keeps_what_the_graph_was() -> None:
    x = Value(2.0, "x")
    page = explore(x * x)
    before = page.html
    x.data = 5.0
    assert page.html == before


def test_a_leaf_alone_is_a_graph_too() -> None:
    data = data_of(explore(Value(3.0, "x")).html)
    assert (data["names"], data["values"], data["slopes"]) == (["x"], [3.0], [])


@pytest.mark.parametrize("thing", [3.0, "a*b", None, [Value(1.0)]])
def test_only_a_value_or_a_function_can_be_explored(thing: object) -> None:
    with pytest.raises(NumberError):
        explore(thing)  # type: ignore[arg-type]


def test_what_backward_cannot_do_is_said_as_backward_says_it() -> None:
    with pytest.raises((DomainError, DivisionByZeroError), match="derivative of sqrt"):
        explore(Value(0.0, "x").sqrt())


@pytest.mark.slow
def test_five_hundred_nodes_stay_far_below_the_limit() -> None:
    model = nn.MLP(2, [16, 16, 1], seed=0)
    loss = (model([Value(0.5), Value(-1.0)]) - 1.0) ** 2
    nodes = len(topological_order(loss))
    assert 400 < nodes < 500
    html = explore(loss).html
    assert len(html.encode()) < 1_500_000
    assert len(data_of(html)["parts"]) == 35  # type: ignore[arg-type]  # two layers and all neurons


def test_the_page_of_seven_nodes_is_small() -> None:
    a, b, c = Value(2.0, "a"), Value(-3.0, "b"), Value(10.0, "c")
    page = explore(((a * b + c).tanh()) ** 2)
    assert "7 nodes" in repr(page)
    assert len(page.html.encode()) < 150_000


def test_a_graph_that_is_no_lesson_is_refused() -> None:
    xs = [Value(float(i)) for i in range(3100)]
    with pytest.raises(ArgumentError, match=r"3,102 nodes; a page takes at most 3,000. Explore the loss of a single"):
        explore(autograd.sum(xs).tanh())


def test_labels_cannot_leave_the_data() -> None:
    labels = ["</script><script>alert(1)</script>", "<!--<script>", "\u2028'\"\\", "x" * 10_000, "\ud800", "a\0b"]
    loss = autograd.sum([Value(1.0, label) for label in labels])
    html = explore(loss).html
    assert html.count("<script") == html.count("</script") == 1
    assert "<!--" not in html.split("<script", 1)[1]
    html.encode("utf-8")
    names = data_of(html)["names"]
    assert isinstance(names, list)
    assert max(map(len, names)) < 50


def test_parameters_that_share_a_name_are_told_apart() -> None:
    model = nn.MLP(1, [2, 1], seed=0)
    names = data_of(explore(model([Value(1.0, "x")])).html)["names"]
    assert isinstance(names, list)
    assert {"layers.0.neurons.0.w.0", "layers.0.neurons.1.w.0"} <= set(names)
    assert len(set(names)) == len(names)


# --- parts and pictures ---


def network_parts() -> tuple[Parts, list[Value]]:
    model = nn.MLP(2, [16, 16, 1], seed=0)
    loss = model([Value(0.5, "x"), Value(-1.0, "y")]) ** 2
    order = topological_order(loss)
    return Parts(loss, paths_of(order, model=model)), order


def test_parts_are_layers_and_neurons() -> None:
    parts, order = network_parts()
    shut = {parts.box(node, frozenset()) for node in order}
    assert len(shut) < 10 < len(order)
    paths = [part.path for part in parts.parts]
    neuron = paths.index("layers.1.neurons.3")
    opened = parts.open_with(neuron)
    assert sorted(paths[part] for part in opened) == ["layers.1", "layers.1.neurons.3"]
    shown = [box for box in {parts.box(node, opened) for node in order} if box >= 0]
    assert len(shown) == len([chain for chain in parts.chains.values() if neuron in chain]) + len(
        [chain for chain in parts.chains.values() if not chain]
    )


def test_every_picture_shows_every_box_once_with_all_its_edges() -> None:
    parts, order = network_parts()
    for part in (None, 0, len(parts.parts) - 1):
        opened = parts.open_with(part)
        picture = parts.picture(opened)
        assert isinstance(picture, dict)
        boxes = [box[0] for box in picture["boxes"]]  # type: ignore[index,union-attr]
        assert sorted(boxes) == sorted({parts.box(node, opened) for node in order})
        edges = {(tail, head) for tail, head, _ in picture["edges"]}  # type: ignore[misc,union-attr]
        assert edges == {
            (parts.box(parent, opened), parts.box(node, opened))
            for node in order
            for parent in node.parents
            if parts.box(parent, opened) != parts.box(node, opened)
        }


def test_boxes_do_not_overlap_and_stay_in_the_picture() -> None:
    parts, _ = network_parts()
    picture = parts.picture(parts.open_with(0))
    assert isinstance(picture, dict)
    places = [(left, top) for _, left, top in picture["boxes"]]  # type: ignore[misc,union-attr]
    for i, (left, top) in enumerate(places):
        assert -1 <= left <= picture["size"][0] - WIDTH + 1  # type: ignore[index]
        assert -1 <= top <= picture["size"][1] - HEIGHT + 1  # type: ignore[index]
        for other_left, other_top in places[:i]:
            assert abs(left - other_left) >= WIDTH or abs(top - other_top) >= HEIGHT


def test_a_node_used_twice_has_two_edges() -> None:
    picture = layout({0: (), 1: ()}, [(0, 1), (0, 1)])
    assert len(picture["edges"]) == 2  # type: ignore[arg-type]


def test_boxes_with_the_same_neighbours_stand_in_their_own_order() -> None:
    boxes = {0: (), 1: (), -4: (), -3: (), -2: (), -5: (), 2: ()}
    edges = [(source, middle) for middle in (-4, -3, -2, -5) for source in (0, 1)]
    edges += [(middle, 2) for middle in (-5, -2, -3, -4)]
    picture = layout(boxes, edges)
    tops = {box: top for box, _, top in picture["boxes"]}  # type: ignore[misc,union-attr]
    assert sorted((-2, -3, -4, -5), key=tops.__getitem__) == [-2, -3, -4, -5]
    starts = {(tail, head): points[1] for tail, head, points in picture["edges"]}  # type: ignore[misc,union-attr]
    for middle in (-2, -3, -4, -5):
        assert tops[middle] <= starts[middle, 2] <= tops[middle] + HEIGHT  # the edges went along


def test_frames_enclose_their_boxes() -> None:
    picture = layout({0: (), 1: (7,), 2: (7, 8), 3: (7, 8)}, [(0, 1), (1, 2), (1, 3)])
    frames = {frame["part"]: frame for frame in picture["frames"]}  # type: ignore[index,union-attr,call-overload]
    places = {box: (left, top) for box, left, top in picture["boxes"]}  # type: ignore[misc,union-attr]
    for frame, boxes in ((7, (1, 2, 3)), (8, (2, 3))):
        for box in boxes:
            left, top = places[box]
            assert frames[frame]["left"] < left < left + WIDTH < frames[frame]["left"] + frames[frame]["width"]
            assert frames[frame]["top"] < top < top + HEIGHT < frames[frame]["top"] + frames[frame]["height"]
    assert frames[7]["left"] < frames[8]["left"]
