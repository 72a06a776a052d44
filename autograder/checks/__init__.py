"""The checks: pure functions of one part, one notebook's evidence and one model. A new check is a line here."""

from __future__ import annotations

from collections.abc import Callable

from autograder.records import Verdict
from autograder.rubrics.types import Item

from .architecture import check_architecture
from .context import CheckContext
from .curves.loss_plot import check_loss_plot
from .curves.losses_plot import check_losses_plot
from .generation.encoder_decoder import check_halves
from .generation.generated import (
    check_array,
    check_fitted,
    check_generated,
    check_measures,
    check_measures_drawn,
)
from .generation.saved_decoder import check_saved
from .initial_weights import check_initial_weights
from .latent.scatter_plot import check_points_after, check_points_before
from .pictures.by_epoch import check_outputs_by_epoch, check_samples_by_epoch
from .pictures.codes import check_codes
from .pictures.decoded_grid import check_made_grid
from .pictures.images import check_originals, check_outputs
from .pictures.noise import check_noise
from .pictures.noisy_images import check_denoised, check_noisy
from .runs import check_runs
from .training.adversarial import check_training_together
from .training.denoising import check_training_denoise
from .training.reconstruction import check_training_copy
from .training.split import check_training_split
from .training.summed_loss import check_training_sum

Check = Callable[[CheckContext, Item], Verdict]

CHECKS: dict[str, Check] = {
    "runs": check_runs,
    "architecture": check_architecture,
    "initial-weights": check_initial_weights,
    "training-copy": check_training_copy,
    "training-split": check_training_split,
    "training-sum": check_training_sum,
    "training-denoise": check_training_denoise,
    "training-together": check_training_together,
    "loss-plot": check_loss_plot,
    "losses-plot": check_losses_plot,
    "originals": check_originals,
    "codes": check_codes,
    "outputs": check_outputs,
    "points-before": check_points_before,
    "points-after": check_points_after,
    "outputs-by-epoch": check_outputs_by_epoch,
    "samples-by-epoch": check_samples_by_epoch,
    "made-grid": check_made_grid,
    "halves": check_halves,
    "saved": check_saved,
    "generated": check_generated,
    "array": check_array,
    "fitted": check_fitted,
    "measures": check_measures,
    "measures-drawn": check_measures_drawn,
    "noise": check_noise,
    "noisy": check_noisy,
    "denoised": check_denoised,
}
