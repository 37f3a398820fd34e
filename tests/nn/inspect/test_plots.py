"""``nn.inspect.plots``: what is drawn is what was measured; markers and names tell what colours tell."""

import sys

import pytest

import nn
from autograd import errors

numpy = pytest.importorskip("numpy")
MISSING = 'matplotlib is not installed: pip install -e ".[plot]"'
pyplot = pytest.importorskip("matplotlib.pyplot", reason=MISSING)
pyplot.switch_backend("agg")

DATA = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0]


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    pyplot.close("all")


def half_plane(outputs=2):
    """A model that answers 1 where x > 0.5, whatever y is."""
    model = nn.Linear(2, outputs, seed=0)
    for row in model.weight:
        row[0].data = row[1].data = 0.0
    for value in model.bias:
        value.data = 0.0
    model.weight[-1][0].data, model.bias[-1].data = 1.0, -0.5
    return model


def lines(figure, panel=0):
    return {line.get_label(): line for line in figure.axes[panel].get_lines()}


def test_history_has_a_panel_for_the_loss_and_one_for_each_metric():
    names = ("loss", "accuracy", "validation_loss", "validation_accuracy", "seconds")
    rows = [dict(zip(names, (1.0 / i, 0.1 * i, 2.0 / i, 0.05 * i, 1.0), strict=True)) for i in range(1, 6)]
    figure = nn.plot_history(nn.History(rows))
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["Loss", "Accuracy"]
    curves = lines(figure)
    assert curves["training"].get_ydata() == pytest.approx([1, 1 / 2, 1 / 3, 1 / 4, 1 / 5])
    assert curves["validation"].get_ydata() == pytest.approx([2, 1, 2 / 3, 1 / 2, 2 / 5])
    assert list(curves["training"].get_xdata()) == [1, 2, 3, 4, 5]
    assert curves["training"].get_marker() != curves["validation"].get_marker()
    assert curves["training"].get_linestyle() != curves["validation"].get_linestyle()


def test_a_loss_that_falls_far_is_drawn_in_powers_of_ten():
    figure = nn.History([{"loss": 10.0**-i} for i in range(5)]).plot()
    assert figure.axes[0].get_yscale() == "log"


def test_an_empty_history_cannot_be_drawn():
    with pytest.raises(errors.ArgumentError, match="no epoch is complete yet"):
        nn.History().plot()


@pytest.mark.parametrize("model", [half_plane(2), half_plane(1), nn.Sequential(half_plane(1), nn.Sigmoid())])
def test_the_border_between_decision_regions_is_where_the_model_changes_its_mind(model):
    if isinstance(model, nn.Sequential):
        model[0].bias[0].data = -0.5  # sigmoid(x - 0.5) > 0.5 where x > 0.5
    figure = nn.plot_decision_regions(model, DATA[0], [0, 0, 1, 1], resolution=30)
    (axes,) = figure.axes
    borders = [
        collection.get_paths()
        for collection in axes.collections
        if type(collection).__name__ == "QuadContourSet" and not collection.filled
    ]
    points = numpy.concatenate([path.vertices for paths in borders for path in paths if len(path.vertices)])
    assert points[:, 0] == pytest.approx(numpy.full(len(points), 0.5))
    words = {text.get_text(): text.xy for text in axes.texts}
    assert words["class 0"][0] < 0.5 < words["class 1"][0]


def test_data_held_out_data_and_mistakes_have_marks_of_their_own():
    figure = nn.plot_decision_regions(
        half_plane(),
        [[0.0, 0.0], [1.0, 0.0]],
        [0, 1],
        held_out=([[0.2, 1.0], [0.9, 1.0]], [0, 0]),
        class_names=["left", "right"],
        feature_names=["width (cm)", "height (cm)"],
        resolution=10,
    )
    (axes,) = figure.axes
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == ["left", "left, held out", "right", "predicted wrongly"]
    wrong = axes.collections[-1]
    assert wrong.get_offsets().tolist() == [[0.9, 1.0]]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("width (cm)", "height (cm)")


def test_a_transform_stands_between_the_axes_and_the_model():
    shifted = [[x + 100.0, y] for x, y in DATA[0]]

    def back(samples):
        return [[x - 100.0, y] for x, y in samples]

    figure = nn.plot_decision_regions(half_plane(), shifted, [0, 0, 1, 1], transform=back, resolution=10)
    words = {text.get_text(): text.xy for text in figure.axes[0].texts}
    assert 100 <= words["class 0"][0] < 100.5 < words["class 1"][0] <= 101


def test_targets_of_minus_one_and_one():
    figure = nn.plot_decision_regions(half_plane(1), DATA[0], [-1, -1, 1, 1], resolution=10)
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["class -1", "class 1"]


@pytest.mark.parametrize(
    ("inputs", "targets", "options", "message"),
    [
        ([[1.0], [2.0]], [0, 1], {}, "samples of two numbers"),
        (DATA[0], [0, 1, 2, 3], {}, r"tells classes \[0, 1\] apart; targets has \[0, 1, 2, 3\]"),
        (*DATA, {"class_names": ["one"]}, "class_names needs 2 names"),
    ],
)
def test_regions_that_cannot_be_drawn(inputs, targets, options, message):
    with pytest.raises(errors.ArgumentError, match=message):
        nn.plot_decision_regions(half_plane(), inputs, targets, resolution=5, **options)


def test_decision_regions_leave_the_model_as_it_was():
    model = nn.Sequential(nn.Linear(2, 3, seed=0), nn.Dropout(0.5, seed=1), nn.Linear(3, 2, seed=2))
    state = model[1].generator.getstate()
    nn.plot_decision_regions(model, *DATA, resolution=5)
    assert model.training
    assert model[1].training
    assert model[1].generator.getstate() == state


def test_activations_are_counted_layer_by_layer():
    model = nn.Sequential(half_plane(1), nn.ReLU())
    figure = nn.plot_activations(model, [[0.0, 0.0], [0.25, 0.0], [1.0, 0.0], [2.0, 0.0]])
    linear, relu = figure.axes
    assert linear.get_title(loc="left") == "0: Linear(2, 1)"
    assert sum(bar.get_height() for bar in linear.patches) == 4
    assert sum(bar.get_height() for bar in relu.patches) == 2
    assert [text.get_text() for text in relu.texts] == ["50% are 0\n(not shown)"]
    assert not linear.texts


def test_activations_of_images_are_counted_pixel_by_pixel():
    model = nn.Sequential(nn.Conv2d(1, 1, 1, bias=False), nn.ReLU())
    model[0].weight[0][0][0][0].data = 1.0
    figure = nn.plot_activations(model, [[[[1.0, -1.0], [2.0, 3.0]]], [[[0.5, -2.0], [-3.0, -4.0]]]])
    drawn = [sum(bar.get_height() for bar in panel.patches) for panel in figure.axes[:2]]
    assert drawn == [8, 4]
    assert figure.axes[1].texts[0].get_text().startswith("50% are 0")


def test_a_model_none_of_whose_layers_is_called_has_no_activations_to_draw():
    class Unused(nn.Module):
        def __init__(self):
            self.layer = nn.Linear(2, 1, seed=0)

        def forward(self, samples):
            return [sample[0] * self.layer.weight[0][0] for sample in samples]

    with pytest.raises(errors.ArgumentError, match="no layer of the model was called"):
        nn.plot_activations(Unused(), [[1.0, 2.0]])


def test_weights_are_pictures_of_the_matrices():
    model = nn.MLP(2, [3, 1], seed=0)
    figure = nn.plot_weights(model)
    pictures = [axes.images[0] for axes in figure.axes if axes.images]
    matrix = [[value.data for value in neuron.w] for neuron in model.layers[0].neurons]
    assert pictures[0].get_array().tolist() == matrix
    low, high = pictures[0].get_clim()
    assert low == -high
    with pytest.raises(errors.ArgumentError, match="no layer with a matrix of weights"):
        nn.plot_weights(nn.ReLU())


def test_gradient_flow_has_a_point_for_each_trained_layer():
    model = nn.MLP(2, [4, 4, 1], seed=0)
    figure = nn.plot_gradient_flow(model, ([[0.5, 1.0], [1.0, -1.0]], [1.0, 0.0]), nn.mse_loss)
    sizes = lines(figure)["root mean square"].get_xdata()
    nn.mse_loss(model([[0.5, 1.0], [1.0, -1.0]]), [1.0, 0.0]).backward()
    for size, layer in zip(sizes, model.layers, strict=True):
        gradients = [value.grad for value in layer.parameters()]
        assert size == pytest.approx((sum(g * g for g in gradients) / len(gradients)) ** 0.5)
    low, high = figure.axes[0].get_xlim()
    largest = lines(figure)["largest"].get_xdata()
    assert low < min(sizes)
    assert max(largest) < high


@pytest.mark.parametrize("with_optimizer", [True, False])
def test_a_diagnosis_is_drawn_with_its_idle_units(with_optimizer):
    model = nn.MLP(2, [4, 1], seed=0)
    model.layers[0].neurons[0].b.data = -50.0
    optimizer = nn.SGD(model.parameters(), lr=0.01) if with_optimizer else None
    figure = nn.diagnose(model, ([[0.5, 1.0], [1.0, -1.0]], [1.0, 0.0]), nn.mse_loss, optimizer).plot()
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["Outputs", "Idle units", "Gradients of the parameters"] + ["Next update"] * with_optimizer
    assert figure.axes[1].patches[0].get_width() >= 0.25
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names == ["layers.0: Layer(2, 4, 'relu')", "layers.1: Layer(4, 1, None)"]


def test_every_figure_can_be_written_as_svg_and_png(tmp_path):
    figure = nn.plot_history(nn.History([{"loss": 1.0}, {"loss": 0.5}]))
    for name in ("picture.svg", "picture.png"):
        figure.savefig(tmp_path / name)
        assert (tmp_path / name).stat().st_size > 1000


def test_a_figure_is_shown_by_jupyter_and_nobody_has_to_close_it():
    figure = nn.plot_history(nn.History([{"loss": 1.0}]))
    assert pyplot.get_fignums() == []
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert pyplot.rcParams["axes.spines.top"]  # the look is of these figures only


def test_without_matplotlib_the_message_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(errors.MissingPackageError, match=r'pip install -e "\.\[plot\]"'):
        nn.plot_history(nn.History([{"loss": 1.0}]))


@pytest.mark.parametrize("sizes", [(1, 1), (2, 1), (2, 2), (3, 7), (20, 3)])
def test_ticks_count_whole_units_and_inputs(sizes):
    figure = nn.plot_weights(nn.Linear(*sizes, seed=0))
    for axis in (figure.axes[0].xaxis, figure.axes[0].yaxis):
        ticks = axis.get_majorticklocs()
        assert [tick for tick in ticks if tick != int(tick)] == []
    assert len(figure.axes[0].yaxis.get_majorticklocs()) >= 1


def test_a_run_of_one_epoch_has_whole_ticks_too():
    axis = nn.plot_history(nn.History([{"loss": 0.5}])).axes[0].xaxis
    assert [tick for tick in axis.get_majorticklocs() if tick != int(tick)] == []


def test_weights_have_the_colours_of_signs_and_the_usual_digits():
    model = nn.Linear(2, 1, seed=0)
    model.weight[0][0].data, model.weight[0][1].data = 0.123456, -2.0
    panel = nn.plot_weights(model).axes[0]
    (picture,) = panel.get_images()
    colours = [picture.cmap(picture.norm(sign * 2.0)) for sign in (-1, 0, 1)]
    assert ["#" + "".join(f"{round(255 * part):02X}" for part in colour[:3]) for colour in colours] == [
        "#B54708", "#FFFFFF", "#0067A3",
    ]  # fmt: skip
    assert [text.get_text() for text in panel.texts] == ["0.1235", "-2"]
