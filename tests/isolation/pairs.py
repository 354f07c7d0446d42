"""What the matrix sets against each other."""

from tests.isolation.rows import ROWS
from tests.isolation.twin_company import Side

Pair = tuple[Side, Side]


AT_THE_CONSOLE = [row for row in ROWS if row.needs_cases]
