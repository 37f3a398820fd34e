"""Losses, as functions and as classes, with PyTorch's names: how far a model's outputs are from the targets."""

from nn.losses.base import Loss as Loss
from nn.losses.binary import BCELoss as BCELoss
from nn.losses.binary import BCEWithLogitsLoss as BCEWithLogitsLoss
from nn.losses.binary import HingeLoss as HingeLoss
from nn.losses.binary import binary_cross_entropy as binary_cross_entropy
from nn.losses.binary import binary_cross_entropy_with_logits as binary_cross_entropy_with_logits
from nn.losses.binary import hinge_loss as hinge_loss
from nn.losses.classes import CrossEntropyLoss as CrossEntropyLoss
from nn.losses.classes import NLLLoss as NLLLoss
from nn.losses.classes import cross_entropy as cross_entropy
from nn.losses.classes import nll_loss as nll_loss
from nn.losses.divergence import KLDivLoss as KLDivLoss
from nn.losses.divergence import kl_div as kl_div
from nn.losses.regression import HuberLoss as HuberLoss
from nn.losses.regression import L1Loss as L1Loss
from nn.losses.regression import MSELoss as MSELoss
from nn.losses.regression import SmoothL1Loss as SmoothL1Loss
from nn.losses.regression import huber_loss as huber_loss
from nn.losses.regression import l1_loss as l1_loss
from nn.losses.regression import mse_loss as mse_loss
from nn.losses.regression import smooth_l1_loss as smooth_l1_loss
