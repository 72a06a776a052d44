"""Measures of generated images and of codes: does a sample look real, is every kind of image there, do classes keep apart?

Every function takes stacks of anything that counts along the first axis: images (n, 28, 28), flat images, codes, features of a
network. Distances are Euclidean, between the flattened entries. Import it by its name, `from helpers import metrics`: it needs
scikit-learn, which the other helpers do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

_MEBIBYTES = 64  # of distances at a time: bounds the memory that is needed beyond the arguments
_CHUNK = 4096  # rows at a time


class Neighbours(NamedTuple):
    """What `neighbour_measures` returns; all but `density` lie in [0, 1], and more is better.

    Attributes:
        precision: share of generated samples that lie among the real ones (quality).
        recall: share of real samples that lie among the generated ones (variety).
        density: how many neighbourhoods of real samples a generated one falls into, over k; 1 for a perfect generator, more
            for one that stays where real samples are dense. Unlike precision, it does not rest on a few outliers.
        coverage: share of real samples with a generated one in their neighbourhood (variety). Unlike recall, it needs no
            neighbourhoods of generated samples, which may be spread wrongly. A perfect generator reaches about 1 - 2**-k.
    """

    precision: float
    recall: float
    density: float
    coverage: float


def neighbour_measures(real: np.ndarray, generated: np.ndarray, k: int = 5) -> Neighbours:
    """Precision, recall, density and coverage of generated samples.

    A sample's neighbourhood is the ball that reaches to its k-th nearest neighbour of its own kind. Precision and recall:
    Kynkäänniemi et al., "Improved Precision and Recall Metric for Assessing Generative Models" (2019).
    Density and coverage: Naeem et al., "Reliable Fidelity and Diversity Metrics for Generative Models" (2020).

    Args:
        real, generated: (n, ...) and (m, ...), more than k of each. Measures of different sizes do not compare: take as
            many of each, 2,000 say.
        k: which neighbour sets the radius.

    Raises:
        ValueError: entries of different sizes, or not more than k of them.
    """
    real, generated = _rows(real, "real"), _rows(generated, "generated")
    _same_width(real, generated)
    if not 1 <= k < min(len(real), len(generated)):
        raise ValueError(
            f"k must be at least 1 and less than the {min(len(real), len(generated))} samples, but it is {k}."
        )
    radii_real, radii_generated = _radii(real, k), _radii(generated, k)
    hits = 0
    precise = np.zeros(len(generated), bool)
    covered, recalled = np.zeros(len(real), bool), np.zeros(len(real), bool)
    for start, distances in _distances(generated, real):
        here = slice(start, start + len(distances))
        inside = distances <= radii_real
        hits += int(inside.sum())
        precise[here] = inside.any(axis=1)
        covered |= inside.any(axis=0)
        recalled |= (distances <= radii_generated[here, None]).any(axis=0)
    density = hits / (k * len(generated))
    return Neighbours(float(precise.mean()), float(recalled.mean()), density, float(covered.mean()))


def frechet_distance(real: np.ndarray, generated: np.ndarray) -> float:
    """Distance between the normal distributions fitted to two sets of samples; 0 when mean and covariance agree.

    |m1 - m2|^2 + trace(C1 + C2 - 2 (C1 C2)^(1/2)): Dowson and Landau, "The Fréchet distance between multivariate normal
    distributions" (1982). On features of a certain network it is the FID of Heusel et al. (2017); on pixels or on other
    features it has another unit, and compares only with itself, for sets of the same size.

    Args:
        real, generated: (n, ...) and (m, ...), at least 2 of each.

    Raises:
        ValueError: entries of different sizes, or fewer than 2 of them.
    """
    real, generated = _rows(real, "real"), _rows(generated, "generated")
    _same_width(real, generated)
    if min(len(real), len(generated)) < 2:
        raise ValueError("A covariance needs at least 2 samples of each kind.")
    (mean_1, cov_1), (mean_2, cov_2) = _normal_fit(real), _normal_fit(generated)
    values, vectors = np.linalg.eigh(cov_1)
    root = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    # C1 C2 has the eigenvalues of the symmetric root C2 root, whose numbers are real and not negative.
    shared = np.sqrt(np.linalg.eigvalsh(root @ cov_2 @ root).clip(0)).sum()
    distance = np.sum((mean_1 - mean_2) ** 2) + np.trace(cov_1) + np.trace(cov_2) - 2 * shared
    return float(max(distance, 0.0))


def read_labels(
    samples: np.ndarray, known: np.ndarray, known_labels: np.ndarray, neighbours: int = 3
) -> np.ndarray:
    """The label that most of each sample's nearest neighbours in `known` have; a tie goes to the nearest of those tied.

    Args:
        samples, known: (n, ...) and (m, ...).
        known_labels: (m,) whole numbers from 0.
        neighbours: how many have a say.

    Returns:
        (n,) labels.

    Raises:
        ValueError: entries of different sizes, not one label for each of `known`, or fewer of them than neighbours.
    """
    votes = _votes(samples, known, known_labels, neighbours)
    # (n, neighbours): how many votes each voter's label gets; argmax takes the first, and so the nearest.
    counts = (votes[:, :, None] == votes[:, None, :]).sum(axis=2)
    labels: np.ndarray = votes[np.arange(len(votes)), counts.argmax(axis=1)]
    return labels


def class_shares(
    samples: np.ndarray, known: np.ndarray, known_labels: np.ndarray, neighbours: int = 1
) -> np.ndarray:
    """Share of the samples that `read_labels` gives to each class: (classes,), which adds up to 1."""
    labels = read_labels(samples, known, known_labels, neighbours)
    return np.bincount(labels, minlength=int(np.max(known_labels)) + 1) / len(labels)


def label_accuracy(
    codes: np.ndarray,
    labels: np.ndarray,
    known_codes: np.ndarray,
    known_labels: np.ndarray,
    neighbours: int = 10,
) -> float:
    """Share of codes whose label is the one that `read_labels` reads from their neighbours: how well the code keeps classes apart.

    Codes of test images among codes of training images give an honest figure; a code is never its own neighbour then.
    """
    return float(np.mean(read_labels(codes, known_codes, known_labels, neighbours) == np.asarray(labels)))


def neighbour_classes(
    codes: np.ndarray,
    labels: np.ndarray,
    known_codes: np.ndarray,
    known_labels: np.ndarray,
    neighbours: int = 10,
) -> np.ndarray:
    """Which classes touch: entry (i, j) is the share of class j among the neighbours of class i's codes.

    Returns:
        (classes, classes), each row adding up to 1 (to 0 for a class that is not among `labels`).
    """
    votes, labels = _votes(codes, known_codes, known_labels, neighbours), np.asarray(labels)
    classes = int(max(np.max(known_labels), labels.max())) + 1
    shares = np.zeros((classes, classes))
    np.add.at(shares, (labels[:, None], votes), 1)
    rows: np.ndarray = shares / np.maximum(shares.sum(axis=1, keepdims=True), 1)
    return rows


def _votes(samples: np.ndarray, known: np.ndarray, known_labels: np.ndarray, neighbours: int) -> np.ndarray:
    """Labels of each sample's nearest neighbours, the nearest first: (n, neighbours)."""
    from sklearn.neighbors import NearestNeighbors  # here, so that the module opens without scikit-learn

    samples, known, known_labels = _rows(samples, "samples"), _rows(known, "known"), np.asarray(known_labels)
    _same_width(samples, known)
    if known_labels.shape != (len(known),):
        raise ValueError(
            f"{len(known)} known entries need as many labels, but their shape is {known_labels.shape}."
        )
    if not 1 <= neighbours <= len(known):
        raise ValueError(f"neighbours must be from 1 to {len(known)}, but it is {neighbours}.")
    nearest = NearestNeighbors(n_neighbors=neighbours).fit(known).kneighbors(samples, return_distance=False)
    votes: np.ndarray = known_labels[nearest].astype(np.int64)
    return votes


def _radii(rows: np.ndarray, k: int) -> np.ndarray:
    """Distance of each row to its k-th nearest neighbour, itself not counted."""
    from sklearn.neighbors import NearestNeighbors

    radii: np.ndarray = NearestNeighbors(n_neighbors=k).fit(rows).kneighbors()[0][:, -1]
    return radii


def _distances(one: np.ndarray, two: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Blocks of the matrix of distances, each with the number of its first row."""
    from sklearn.metrics import pairwise_distances_chunked

    start = 0
    for block in pairwise_distances_chunked(one, two, working_memory=_MEBIBYTES):
        yield start, block
        start += len(block)


def _normal_fit(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance in float64, without a float64 copy of all rows."""
    mean = rows.mean(axis=0, dtype=np.float64)
    covariance = np.zeros((rows.shape[1], rows.shape[1]))
    for start in range(0, len(rows), _CHUNK):
        part = rows[start : start + _CHUNK] - mean
        covariance += part.T @ part
    return mean, covariance / (len(rows) - 1)


def _rows(array: np.ndarray, what: str) -> np.ndarray:
    array = np.asarray(array)
    if array.ndim < 2 or len(array) == 0:
        raise ValueError(
            f"{what} must be a stack such as (n, 28, 28) or (n, 2), but its shape is {array.shape}."
        )
    return array.reshape(len(array), -1)


def _same_width(one: np.ndarray, two: np.ndarray) -> None:
    if one.shape[1] != two.shape[1]:
        raise ValueError(
            f"Entries must be of one size, but one has {one.shape[1]} numbers, the other {two.shape[1]}."
        )
