"""The checks: pure functions of one part, one notebook's evidence and one model. A new check is one record here.

The id of a check is the word that its module is called by; several items of a rubric may share one check.
"""

from __future__ import annotations

from autograder.evidence.facts import FaultPlace

from .architecture import check_architecture
from .check import Check
from .curves.loss_plot import check_loss_plot
from .curves.losses_plot import check_losses_plot
from .generation.better_sampling import check_better_sampling
from .generation.generated_array import check_generated_array
from .generation.generated_images import check_generated_images
from .generation.halves import check_halves
from .generation.measures import check_measures, check_measures_drawn
from .generation.saved_decoder import check_saved_decoder
from .initial_weights import check_initial_weights
from .latent.codes import check_codes_after, check_codes_before
from .pictures.bottleneck_images import check_bottleneck_images
from .pictures.denoised_images import check_denoised_images
from .pictures.manifold import check_manifold
from .pictures.noise import check_noise
from .pictures.noisy_images import check_noisy_images
from .pictures.original_images import check_original_images
from .pictures.reconstructions import check_reconstructions
from .pictures.reconstructions_by_epoch import check_reconstructions_by_epoch
from .pictures.samples_by_epoch import check_samples_by_epoch
from .runs import check_runs
from .training.adversarial import check_training_adversarial
from .training.denoising import check_training_denoising
from .training.reconstruction import check_training_reconstruction
from .training.split import check_training_split
from .training.summed_loss import check_training_summed_loss

__all__ = ["CHECKS", "Check"]

# What of the recorder a check needs: a failure there keeps its items open.
MODELS: tuple[FaultPlace, ...] = ("model", "weights", "call")
TRAININGS: tuple[FaultPlace, ...] = ("fit", "batch", "tape")
FIGURES: tuple[FaultPlace, ...] = ("figure",)

LABELS = {"legend": 3, "x-label": 2, "y-label": 2, "title": 2}
POINTS_OF_CODES = {"codes": 4, "number": 1, "classes": 3, "key": 1, "labels": 1}

CHECKS: dict[str, Check] = {
    "runs": Check(check_runs, ("runs",), replay=False),
    "architecture": Check(check_architecture, ("architecture",), MODELS, replay=False),
    "initial-weights": Check(
        check_initial_weights,
        ("initial-weights",),
        MODELS,
        weights={"scale": 4, "normal": 2, "bias": 2},
    ),
    "training-reconstruction": Check(
        check_training_reconstruction,
        ("training",),
        TRAININGS,
        replay=False,
        weights={"epochs": 5, "data": 3, "target": 4, "validation": 3},
    ),
    "training-split": Check(
        check_training_split,
        ("training",),
        (*TRAININGS, "model"),
        weights={"epochs": 5, "data": 3, "target": 4, "loss": 3, "validation": 3, "optimizer": 0},
    ),
    "training-summed-loss": Check(
        check_training_summed_loss,
        ("training",),
        (*TRAININGS, *MODELS),
        weights={"epochs": 7, "data": 4, "target": 5, "loss": 4},
    ),
    "training-denoising": Check(
        check_training_denoising,
        ("training",),
        TRAININGS,
        replay=False,
        weights={"noisy-input": 5, "clean-target": 5, "data": 2, "validation": 3},
    ),
    "training-adversarial": Check(
        check_training_adversarial,
        ("training",),
        (*TRAININGS, *MODELS),
        weights={"epochs": 7, "data": 4, "each-other": 5, "optimizers": 4},
    ),
    "loss-plot": Check(
        check_loss_plot,
        ("loss-plot",),
        (*TRAININGS, *FIGURES),
        replay=False,
        weights={"training-curve": 3, "validation-curve": 3, **LABELS},
    ),
    "losses-plot": Check(
        check_losses_plot,
        ("losses-plot",),
        (*TRAININGS, *FIGURES),
        weights={"curves": 6, **LABELS},
    ),
    "original-images": Check(check_original_images, ("images",), FIGURES),
    "bottleneck-images": Check(check_bottleneck_images, ("codes", "images"), (*MODELS, *FIGURES)),
    "reconstructions": Check(check_reconstructions, ("outputs", "images"), (*MODELS, *FIGURES)),
    "reconstructions-by-epoch": Check(
        check_reconstructions_by_epoch, ("by-epoch", "images"), (*MODELS, *TRAININGS, *FIGURES)
    ),
    "samples-by-epoch": Check(check_samples_by_epoch, ("samples", "images"), (*MODELS, *TRAININGS, *FIGURES)),
    "noise": Check(
        check_noise,
        ("noise",),
        (*MODELS, *TRAININGS, *FIGURES),
        weights={"scale": 8, "normal": 4, "clipped": 4, "test-images": 4},
    ),
    "noisy-images": Check(check_noisy_images, ("images",), (*TRAININGS, *FIGURES)),
    "denoised-images": Check(check_denoised_images, ("outputs", "images"), (*MODELS, *FIGURES)),
    "manifold": Check(check_manifold, ("made", "images"), (*MODELS, *FIGURES)),
    "codes-before": Check(
        check_codes_before, ("points", "codes"), (*MODELS, *FIGURES), weights=POINTS_OF_CODES
    ),
    "codes-after": Check(
        check_codes_after, ("points", "codes"), (*MODELS, *FIGURES), weights=POINTS_OF_CODES
    ),
    "halves": Check(check_halves, ("halves",), MODELS, weights={"encoder": 1, "decoder": 1}),
    "saved-decoder": Check(check_saved_decoder, ("saved",), (*MODELS, "file")),
    "generated-images": Check(check_generated_images, ("drawn",), (*MODELS, *FIGURES)),
    "generated-array": Check(check_generated_array, ("array", "drawn"), (*MODELS, "held")),
    "better-sampling": Check(
        check_better_sampling,
        ("fitted", "drawn"),
        (*MODELS, *FIGURES),
        weights={"coverage": 6, "images": 4},
    ),
    "measures": Check(
        check_measures, ("measures", "drawn"), (*MODELS, "text"), weights={"normal": 1, "fitted": 1}
    ),
    "measures-drawn": Check(check_measures_drawn, ("measured", "drawn"), (*MODELS, "text")),
}
