"""What every part's notebooks can do wrong: a run that breaks, and a loss plot that lacks something."""

from __future__ import annotations

from corpora.core.edits import lines
from corpora.core.edits.cells import cell
from corpora.defect import defect

RUNS = (
    defect("crash-at-end", {"runs": 5}, cell("print('final loss', final_test_loss)")),
    defect("crash-in-between", {"runs": 5}, cell("summary_of_everything()", before_last=3)),
    defect("syntax-error", {"runs": 5}, cell("for i in range(10)\n    print(i)", before_last=2)),
    defect("package-missing", {"runs": 5}, cell("import torchvision_extras", before_last=4)),
)
LOSS_PLOT = (
    defect("plot-missing", {"loss-plot": 15}, ("curve", lines.no_plot)),
    defect("train-curve-missing", {"loss-plot": 3}, ("curve", lines.no_training_curve)),
    defect("validation-curve-missing", {"loss-plot": 3}, ("curve", lines.no_validation_curve)),
    defect("validation-curve-is-train", {"loss-plot": 3}, ("trained", lines.training_curve_twice)),
    defect("legend-missing", {"loss-plot": 3}, ("curve", lines.no_legend)),
    defect("xlabel-missing", {"loss-plot": 2}, lines.no_label("xlabel")),
    defect("ylabel-missing", {"loss-plot": 2}, lines.no_label("ylabel")),
    defect("title-missing", {"loss-plot": 2}, lines.no_label("title")),
    defect("curves-forged", {"loss-plot": 15}, ("trained", lines.forged_curves)),
    defect("curves-of-another-model", {"loss-plot": 15}, ("trained", lines.curves_of_another_model)),
)
