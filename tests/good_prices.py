"""Prices of a tiny instance that prove much: those of its linear relaxation, rounded.

Not those of the search, which has better ones and other ways.
"""

from ortools.math_opt.python import mathopt

from instances.instance import Instance
from optimizer.assemble import assemble
from optimizer.row_names import KEY_LENGTH

Key = tuple[str, ...]
SCALE = 1024


def good_prices(instance: Instance) -> dict[Key, int]:
    """Row key -> price in 1/SCALE millipoints; nothing where the relaxation has no answer."""
    _, program = assemble(instance)
    model = mathopt.Model()
    x = [model.add_variable(lb=0.0, ub=1.0) for _ in program.names]
    rows = {}
    for row in program.rows:
        total = mathopt.fast_sum(each * x[column] for column, each in zip(row.columns, row.coefficients, strict=True))
        lower = float(row.upper) if row.is_equal else -float("inf")
        rows[row.name] = model.add_linear_constraint(lb=lower, ub=float(row.upper), expr=total)
    model.maximize(mathopt.fast_sum(value * each for value, each in zip(program.values, x, strict=True)))
    result = mathopt.solve(model, mathopt.SolverType.GLOP)
    if not result.solutions or result.solutions[0].dual_solution is None:
        return {}
    duals = result.solutions[0].dual_solution.dual_values
    prices = {name: round(duals[row] * SCALE) for name, row in rows.items() if name[0] in KEY_LENGTH}
    return {name: price for name, price in prices.items() if price > 0}
