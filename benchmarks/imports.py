"""Print the picture of imports: folders by floor, what each imports, circles, widths and lines.

    python -m benchmarks.imports

A folder stands one floor above the highest folder that it imports. `embeddings` is one room here; its own folders have
a picture of their own below it.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

__all__ = ["arrows", "floors", "modules", "room", "rooms"]

ROOT = Path(__file__).parents[1]
Graph = Mapping[str, frozenset[str]]


def modules(*packages: str) -> list[str]:
    """Return the dotted names of all modules of some packages, packages themselves included, in order."""
    paths = (path.relative_to(ROOT) for package in packages for path in (ROOT / package).rglob("*.py"))
    return sorted(path.with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__") for path in paths)


def imported(module: str) -> Iterator[str]:
    """Yield the dotted names that a module imports, wherever in it; of ``from a import b`` both a and a.b."""
    path = ROOT / module.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise ValueError(f"{file} has a relative import")
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(name: str, package: str) -> str | None:
    """Return the folder of a package that a module stands in, the package itself for its own modules, else None."""
    first, *rest = name.split(".")
    if first != package:
        return None
    return f"{package}.{rest[0]}" if rest and (ROOT / package / rest[0]).is_dir() else package


def rooms(package: str) -> Graph:
    """Return which folders of a package each folder imports; the package's own facade is left out."""
    found: dict[str, set[str]] = {}
    for module in modules(package):
        own = room(module, package)
        if own is not None and own != package:
            others = {room(name, package) for name in imported(module)} - {own, package, None}
            found.setdefault(own, set()).update(other for other in others if other)
    return {name: frozenset(others) for name, others in found.items()}


def arrows(graph: Graph) -> int:
    """Return how many folders import how many others, in all."""
    return sum(map(len, graph.values()))


def floors(graph: Graph, lowest: int = 1) -> dict[str, int]:
    """Return the floor of each folder. Raises graphlib.CycleError where there is a circle."""
    found: dict[str, int] = {}
    for name in TopologicalSorter(graph).static_order():
        found[name] = max((found[other] + 1 for other in graph.get(name, ())), default=lowest)
    return found


def main() -> None:
    """Print both pictures and the counts."""
    for package, lowest in (("qa", 2), ("embeddings", 1)):
        graph = rooms(package)
        try:
            placed = floors(graph, lowest)
        except CycleError as error:
            raise SystemExit(f"{package} has a circle: {' -> '.join(error.args[1])}") from error
        print(
            f"{package}: {len(graph)} folders on {len(set(placed.values()))} floors, {arrows(graph)} arrows, no circle"
        )
        for floor in sorted(set(placed.values()), reverse=True):
            for name in sorted(name for name, its in placed.items() if its == floor):
                others = ", ".join(sorted(other.removeprefix(f"{package}.") for other in graph[name]))
                print(f"  {floor}  {name.removeprefix(f'{package}.'):<12} -> {others or '-'}")
    files = [path for package in ("qa", "embeddings") for path in sorted((ROOT / package).rglob("*.py"))]
    widths = Counter(path.parent.relative_to(ROOT).as_posix() for path in files)
    print(f"widest: {', '.join(f'{name} {number}' for name, number in widths.most_common(3))} modules")
    print(f"lines: {sum(len(path.read_bytes().splitlines()) for path in files):,}")


if __name__ == "__main__":
    main()
