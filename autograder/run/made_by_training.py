"""Whether a cell reads what training made: histories, losses, answers of trained models, and all that was computed from them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

# What asks a model for something that its training decides.
_ASKS = frozenset(
    [
        "fit",
        "fit_generator",
        "train_on_batch",
        "test_on_batch",
        "evaluate",
        "predict",
        "predict_on_batch",
        "apply_gradients",
    ]
)
_ROUNDS = 5  # a value that was computed in more steps from a loss than this is found by its later names


class MadeByTraining:
    """The names of a notebook that hold what training made. Cells that cannot be parsed may hold and read anything.

    Attributes:
        names: variables and functions.
    """

    def __init__(self, sources: Iterable[str]) -> None:
        self.names: set[str] = set()
        self._models: set[str] = set()
        trees = [tree for tree in map(parse, sources) if tree is not None]
        for tree in trees:
            self._models.update(_fitted(tree))
        for _ in range(_ROUNDS):
            before = len(self.names)
            for tree in trees:
                self._follow(tree)
            if len(self.names) == before:
                break

    def read_by(self, source: str) -> bool:
        """Whether a cell reads any of it."""
        tree = parse(source)
        return tree is None or self._within(tree)

    def _within(self, tree: ast.AST) -> bool:
        return any(self._made(node) for node in ast.walk(tree))

    def _made(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Name):
            return isinstance(node.ctx, ast.Load) and node.id in self.names
        if isinstance(node, ast.Attribute):
            return node.attr == "history"
        if not isinstance(node, ast.Call):
            return False
        asked = node.func
        if isinstance(asked, ast.Attribute):
            return asked.attr in _ASKS
        return isinstance(asked, ast.Name) and asked.id in self._models

    def _follow(self, tree: ast.Module) -> None:
        """Note the names that one cell gives to what training made."""
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                if self._within(node):
                    self.names.add(node.name)
            elif isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.NamedExpr)):
                if node.value is not None and self._within(node.value):
                    self.names.update(_targets(node))
            elif isinstance(node, (ast.For, ast.comprehension)):
                if self._within(node.iter):
                    self.names.update(_names(node.target))
            elif isinstance(node, (ast.If, ast.While)) and self._within(node.test):
                for inner in ast.walk(node):  # whether it is bound at all depends on training
                    self.names.update(_targets(inner))
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                if any(self._within(argument) for argument in node.args):
                    self.names.update(_names(node.func.value))  # such as losses.append(...)


def parse(source: str) -> ast.Module | None:
    """The cell's code, or None when it is no plain Python."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _fitted(tree: ast.Module) -> Iterator[str]:
    """Names of what is asked to train: called, such a model gives answers that its training decides."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _ASKS:
            if isinstance(node.func.value, ast.Name):
                yield node.func.value.id


def _targets(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Assign):
        return {name for target in node.targets for name in _names(target)}
    if isinstance(node, (ast.AugAssign, ast.AnnAssign, ast.NamedExpr)):
        return _names(node.target)
    return set()


def _names(target: ast.AST) -> set[str]:
    """The variables of a target; of `a.b[0]` it is `a`."""
    if isinstance(target, (ast.Tuple, ast.List)):
        return {name for element in target.elts for name in _names(element)}
    while isinstance(target, (ast.Attribute, ast.Subscript, ast.Starred)):
        target = target.value
    return {target.id} if isinstance(target, ast.Name) else set()
