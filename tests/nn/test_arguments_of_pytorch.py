"""What PyTorch takes and this library does not: each is refused with a sentence that says what to write."""

import pytest

import nn
from autograd import Value, errors


def optimizer(kind=nn.SGD, **options):
    return kind([Value(1.0)], lr=0.1, **options)


@pytest.mark.parametrize(
    ("make", "remedy"),
    [
        (lambda: nn.ReLU(inplace=True), "leave it out"),
        (lambda: nn.LeakyReLU(0.1, inplace=True), "leave it out"),
        (lambda: nn.GELU(approximate="tanh"), "the approximation: 0.5"),
        (lambda: nn.Softplus(beta=2.0), r"softplus\(beta \* x\) / beta"),
        (lambda: nn.Softmax(dim=1), "Write dim=-1"),
        (lambda: nn.LogSoftmax(dim=0), "Write dim=-1"),
        (lambda: nn.Conv2d(1, 1, 3, padding_mode="reflect"), "before the layer"),
        (lambda: nn.MaxPool2d(2, ceil_mode=True), "padding= adds such places"),
        (lambda: nn.MaxPool2d(2, return_indices=True), "argmax finds it"),
        (lambda: nn.MultiheadAttention(4, 2, kdim=3), "an nn.Linear before"),
        (lambda: nn.MSELoss(size_average=False), "It is called reduction now"),
        (lambda: nn.CrossEntropyLoss()([[0.1, 0.2]], [-100]), "give ignore_index=-100"),
        (lambda: optimizer(fused=True), "leave it out"),
        (lambda: optimizer(nn.Adam, decoupled_weight_decay=True), "nn.AdamW"),
        (lambda: nn.StepLR(optimizer(), 1, last_epoch=3), r"load_state_dict\(saved\)"),
        (lambda: nn.OneCycleLR(optimizer(), 0.1, 10, three_phase=True), "nn.SequentialLR"),
        (lambda: nn.Linear(1, 1).add_module("a", nn.ReLU()), "model.name = module"),
        (lambda: nn.Linear(1, 1).register_parameter("a", None), r"model.name = Value\(...\)"),
        (lambda: nn.Linear(1, 1).get_submodule("0"), r"named_modules\(\)"),
        (lambda: nn.Linear(1, 1).register_forward_hook(print), r"whose forward\(\)"),
        (lambda: nn.Linear(1, 1).double(), "64 bits"),
        (lambda: nn.Linear(1, 1).to("cuda"), "everything runs on the CPU"),
    ],
)
def test_a_refusal_says_what_to_write(make, remedy):
    with pytest.raises(errors.AutogradError, match=remedy):
        make()
