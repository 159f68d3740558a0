"""Mutation operators: those of mutmut, and a few that it does not have."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst
from libcst import matchers as m
from mutmut.mutation.mutators import OPERATORS_TYPE, mutation_operators


def drop_statement(node: cst.Expr | cst.Raise | cst.Del) -> Iterable[cst.CSTNode]:
    """Replace a statement that is run for its effect by ``pass``."""
    if not m.matches(node, m.Expr(value=m.Ellipsis() | m.Yield())):
        yield cst.Pass()


def negate_condition(node: cst.If | cst.While) -> Iterable[cst.CSTNode]:
    """Turn ``if x`` into ``if not (x)``."""
    inner = node.test.with_changes(
        lpar=[cst.LeftParen(), *node.test.lpar], rpar=[*node.test.rpar, cst.RightParen()]
    )
    yield node.with_changes(test=cst.UnaryOperation(cst.Not(), inner))


def return_none(node: cst.Return) -> Iterable[cst.CSTNode]:
    """Return None instead of a value."""
    if node.value is not None and not m.matches(node.value, m.Name("None")):
        yield node.with_changes(
            value=cst.Name("None"), whitespace_after_return=cst.SimpleWhitespace(" ")
        )


OPERATORS: OPERATORS_TYPE = [
    *mutation_operators,
    (cst.Expr, drop_statement),
    (cst.Raise, drop_statement),
    (cst.Del, drop_statement),
    (cst.If, negate_condition),
    (cst.While, negate_condition),
    (cst.Return, return_none),
]
