"""House rules that a reader of one file cannot see being broken: what keeps results equal bit for bit, which room may
import which, sizes, and what may not be in a tracked file.

Each rule was seen to break results elsewhere: matmul and reductions over worlds change a world's bits with the number
of its neighbours; NumPy's exp, log and power differ between processors.
"""

import ast
import re
import subprocess
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "regionsim"
FILES = sorted(PACKAGE.rglob("*.py"))
MODEL = [path for path in FILES if path.relative_to(PACKAGE).parts[0] == "model"]

PRODUCTS = {"matmul", "dot", "vdot", "inner", "einsum", "tensordot", "linalg"}
TRANSCENDENTAL = {
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "logaddexp", "logaddexp2", "power", "float_power", "cbrt",
    "sin", "cos", "tan", "arcsin", "arccos", "arctan", "arctan2", "sinh", "cosh", "tanh", "arcsinh", "arccosh",
    "arctanh",
}  # fmt: skip
SUMS = {"sum", "nansum", "mean", "nanmean", "prod", "nanprod", "std", "var", "nanstd", "nanvar", "average", "trapezoid"}
RUNNING = {"cumsum", "cumprod", "nancumsum", "nancumprod"}
COMPILED = {"njit", "inline", "kernel"}
EXACT = re.compile(r"#.*\bexact: \S+")  # a sum of whole numbers or booleans, said on its line

# The rooms from the lowest to the highest: each imports only from those before it, those of one line not each other.
ROOMS = (
    ("errors",), ("paths", "console", "display", "doors", "plots"), ("stats", "yamlfile"), ("schema",), ("indicators",),
    ("evidence",), ("levers",), ("scenario",), ("model",), ("runs",), ("studies", "history"), ("views",), ("api",),
    ("cli",), ("__main__",), ("ensemble", "analysis"),
)  # fmt: skip
LEVEL = {room: level for level, rooms in enumerate(ROOMS) for room in rooms}
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_KERNEL = 450, 60, 90  # a fused kernel is one pass and may not be cut up


DRAWN_WITH = {"plotting.py", "letters.py", "style.py", "raster.py"}  # of views: the only files that import matplotlib


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def interpreted(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node outside compiled functions."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.FunctionDef) and any(_decorator(one) in COMPILED for one in child.decorator_list):
            continue
        yield child
        yield from interpreted(child)


def _decorator(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        return _decorator(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def numpy_name(node: ast.AST) -> str | None:
    """`exp` for `np.exp`; None for anything else."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in {"np", "numpy"}:
        return node.attr
    return None


def model_faults(source: str) -> list[str]:
    """Breaches of the rules for the model's sources, each with its line."""
    lines = source.splitlines()
    found = []
    for node in interpreted(ast.parse(source)):
        line = getattr(node, "lineno", 0)
        words = _product(node) or _transcendental(node) or _turned(node) or _chance(node)
        words = words or (None if line and EXACT.search(lines[line - 1]) else _reduction(node))
        if words:
            found.append(f"{line}: {words}")
    return found


def _product(node: ast.AST) -> str | None:
    if isinstance(node, ast.Attribute) and node.attr in PRODUCTS:
        return f".{node.attr}: a product over worlds"
    if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.MatMult):
        return "@: a product over worlds"
    return None


def _transcendental(node: ast.AST) -> str | None:
    if numpy_name(node) in TRANSCENDENTAL:
        return f"np.{numpy_name(node)}: use regionsim.model.maths"
    if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Pow):
        left, right = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.target, node.value)
        square = isinstance(right, ast.Constant) and right.value == 2
        if not square and not (isinstance(left, ast.Constant) and isinstance(right, ast.Constant)):
            return "**: use regionsim.model.maths.power"
    return None


def _turned(node: ast.AST) -> str | None:
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("row_sum"):
        inner = [one for word in node.args for one in ast.walk(word)]
        if any(isinstance(one, ast.Attribute) and one.attr in {"T", "transpose"} for one in inner):
            return "row_sum of a transposed array: a sum over worlds"
    return None


def _chance(node: ast.AST) -> str | None:
    if numpy_name(node) == "random" or (isinstance(node, ast.Attribute) and node.attr == "default_rng"):
        return "np.random: use the streams by name"
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
    if any(name in {"random", "secrets", "numpy.random"} for name in names):
        return f"import of {names[0]}: use the streams by name"
    return None


def _reduction(node: ast.AST) -> str | None:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    name = node.func.attr
    if name in {"reduce", "reduceat", "accumulate"}:
        return f".{name}(): use regionsim.model.maths.row_sum"
    if name in SUMS | RUNNING:
        axes = [ast.unparse(word.value) for word in node.keywords if word.arg == "axis"]
        if not axes or axes[0] not in {"1", "2", "-1", "(1, 2)"}:
            return f".{name}(): name an axis that is not the worlds', or say `# exact: why` for whole numbers"
    return None


def test_the_model_keeps_the_rules_that_make_worlds_independent_of_their_neighbours() -> None:
    faults = {path.name: found for path in MODEL if (found := model_faults(path.read_text(encoding="utf-8")))}
    assert faults == {}


@pytest.mark.parametrize(
    "line",
    [
        "y = a @ b",
        "y = np.dot(a, b)",
        "y = a.dot(b)",
        "y = np.einsum('wi,wj->w', a, b)",
        "y = np.exp(x)",
        "y = 0.5 ** x",
        "x **= y",
        "y = np.power(x, 1.5)",
        "y = x.sum(axis=0)",
        "y = np.sum(x)",
        "y = x.mean()",
        "y = np.add.reduce(x)",
        "y = np.cumsum(x)",
        "y = maths.row_sum(np.ascontiguousarray(x.T))",
        "rng = np.random.default_rng(1)",
        "import random",
        "from numpy.random import Generator",
    ],
)
def test_the_lint_sees_each_breach(line: str) -> None:
    assert model_faults(f"def f(a, b, x):\n    {line}\n") != []


@pytest.mark.parametrize(
    "source",
    [
        "y = x ** 2",
        "y = 10 ** 6",
        "y = np.cumsum(x, axis=1)",
        "y = x.sum(axis=-1)",
        "n = mask.sum()  # exact: counts of worlds",
        "y = maths.exp(x)",
        "@njit\ndef f(x):\n    return np.exp(x).sum()",
        "@kernel(void(F64_IN))\ndef f(x):\n    x[0] = x[1] ** 0.5",
    ],
)
def test_the_lint_lets_pass_what_keeps_the_bits(source: str) -> None:
    assert model_faults(source) == []


def test_no_kernel_is_compiled_with_fastmath() -> None:
    for path in FILES:
        words = {node.arg for node in ast.walk(parse(path)) if isinstance(node, ast.keyword)}
        words |= {node.value for node in ast.walk(parse(path)) if isinstance(node, ast.Constant)}
        assert "fastmath" not in words, path


# Layers


def imports(tree: ast.AST, name: str, *, package: bool, lazy: bool) -> set[str]:
    """Modules of ours that a file imports; with `lazy`, also inside functions. Imports for types only do not count."""
    found: set[str] = set()
    for node in _import_nodes(tree, lazy=lazy):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
            continue
        base = node.module or ""
        if node.level:
            up = name.split(".")[: None if package else -1]
            up = up[: len(up) - node.level + 1]
            base = ".".join([*up, base] if base else up)
        found |= {base} | {f"{base}.{alias.name}" for alias in node.names}
    return {one for one in found if one.split(".")[0] == "regionsim"}


def _import_nodes(tree: ast.AST, *, lazy: bool) -> Iterator[ast.Import | ast.ImportFrom]:
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        elif lazy or not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _import_nodes(child, lazy=lazy)


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


KNOWN = {module_name(path): path for path in FILES}


def imported_modules(path: Path, *, lazy: bool) -> set[str]:
    """Existing modules of ours that a file imports, the packages above them left out."""
    found = imports(parse(path), module_name(path), package=path.name == "__init__.py", lazy=lazy)
    return {
        one for one in found if one in KNOWN and not any(other.startswith(f"{one}.") for other in found & set(KNOWN))
    }


def test_a_room_imports_only_from_those_below_it() -> None:
    upward = []
    for name, path in KNOWN.items():
        here = room(name)
        if not here:  # the package itself hands out names of all rooms, when they are asked for
            continue
        reached = {room(one) for one in imported_modules(path, lazy=True)} - {here, ""}
        upward += [f"{name} imports {other}" for other in reached if LEVEL[other] >= LEVEL[here]]
    assert upward == []


def test_no_file_imports_itself_by_way_of_others() -> None:
    graph = {name: imported_modules(path, lazy=False) - {name} for name, path in KNOWN.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"import cycle: {' -> '.join(error.args[1])}")


# Sizes


def test_a_file_can_be_read_at_a_sitting_and_a_function_fits_a_screen() -> None:
    long = {}
    for path in FILES:
        source = path.read_text(encoding="utf-8")
        if source.count("\n") > LONGEST_FILE:
            long[path.name] = source.count("\n")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef):
                compiled = any(_decorator(one) in COMPILED for one in node.decorator_list)
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > (LONGEST_KERNEL if compiled else LONGEST_FUNCTION):
                    long[f"{path.name}:{node.name}"] = lines
    assert long == {}


# Tracked files

HOST = re.compile(
    r"py[p]i\.org|pythonh[o]sted\.org|registry\.npm[j]s|npm[j]s\.(com|org)|deb\.deb[i]an\.org", re.IGNORECASE
)
CONFLICT = re.compile(r"^(<{7} |={7}$|>{7} )", re.MULTILINE)


def tracked_texts() -> Iterator[tuple[str, str]]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    for name in filter(None, done.stdout.decode().split("\0")):
        path = ROOT / name
        data = path.read_bytes() if path.is_file() else b""
        if b"\0" not in data[:8192]:
            yield name, data.decode("utf-8")


def test_no_tracked_file_names_a_package_registry_host_or_holds_a_conflict_marker() -> None:
    named, torn = [], []
    for name, text in tracked_texts():
        named += [name] if HOST.search(text) else []
        torn += [name] if CONFLICT.search(text) else []
    assert (named, torn) == ([], [])


def test_matplotlib_is_imported_where_the_users_settings_cannot_make_it_fail():
    """Elsewhere it is named for type checkers only: a bad MPLBACKEND or matplotlibrc fails at the import itself."""
    for path in FILES:
        if path.parent.name == "views" and path.name in DRAWN_WITH:
            continue
        tree = parse(path)
        typed = {id(node) for one in ast.walk(tree) if _is_for_types(one) for node in ast.walk(one)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in typed:
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
                assert not any(name.split(".")[0] == "matplotlib" for name in names), path


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
