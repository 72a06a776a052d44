"""The defects of the core parts: each with what it must cost, and how it is made in a notebook of any style."""

from __future__ import annotations

from collections.abc import Mapping

from corpora.core.composed.compose import Edit
from corpora.core.defects.conv import CONV
from corpora.core.defects.denoising import DENOISING
from corpora.core.defects.dense import DENSE
from corpora.defect import Defect

DEFECTS: Mapping[str, Mapping[str, Defect[Edit]]] = {"dense": DENSE, "conv": CONV, "denoising": DENOISING}
