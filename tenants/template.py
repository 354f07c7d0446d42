"""The template's SQL as pg_dump writes it, rearranged so that a company is made sooner.

pg_dump adds keys one by one to tables that may be full. Ours are empty: what a table is known to
need is said when it is made, and a foreign key that is there from the beginning checks no rows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

TABLE = re.compile(r"CREATE TABLE (\S+) \(\n(.*)\n\)(.*);", re.DOTALL)
KEY = re.compile(
    r"ALTER TABLE ONLY (\S+)\s+ADD (CONSTRAINT \S+ (?:PRIMARY KEY|UNIQUE) .*);", re.DOTALL
)
FOREIGN = re.compile(
    r"ALTER TABLE ONLY (\S+)\s+ADD (CONSTRAINT \S+ FOREIGN KEY .* REFERENCES ([^\s(]+).*);",
    re.DOTALL,
)
IDENTITY = re.compile(r"ALTER TABLE (\S+) ALTER COLUMN (\S+) ADD (GENERATED .*);", re.DOTALL)
ROWS = re.compile(r"INSERT INTO (\S+) ")
# What a new sequence begins with anyway.
UNUSED = re.compile(r"SELECT pg_catalog\.setval\('\S+', 1, false\);")
QUOTE = re.compile(r"\$\w*\$")
CREATE = re.compile(r"^CREATE (?:OR REPLACE )?")
FUNCTION = re.compile(f"{CREATE.pattern}FUNCTION ")
VIEW = re.compile(f"{CREATE.pattern}VIEW ")


@dataclass(slots=True)
class TableDefinition:
    name: str
    columns: str
    options: str
    keys: list[str] = field(default_factory=list)
    references: list[tuple[str, str]] = field(default_factory=list)
    """Foreign keys, and the table of ours that each one needs."""

    def needs(self, made: set[str]) -> bool:
        return any(self._is_unmet(other, made) for _key, other in self.references)

    def sql(self, made: set[str]) -> str:
        keys = [key for key, other in self.references if not self._is_unmet(other, made)]
        body = ",\n".join([self.columns, *self.keys, *keys])
        return f"CREATE TABLE {self.name} (\n{body}\n){self.options};"

    def later(self, made: set[str]) -> list[str]:
        unmet = [key for key, other in self.references if self._is_unmet(other, made)]
        return [f"ALTER TABLE ONLY {self.name} ADD {key};" for key in unmet]

    def _is_unmet(self, other: str, made: set[str]) -> bool:
        return other not in made and other != self.name


def rearranged(dump: str) -> str:
    parts = list(statements(dump))
    matches = [match for one in parts if (match := TABLE.match(one))]
    tables = {match[1]: TableDefinition(match[1], match[2], match[3]) for match in matches}
    filled = {match[1] for one in parts if (match := ROWS.match(one))}
    rest = [one for one in parts if not _taken(one, tables, filled) and not UNUSED.match(one)]
    at = next(index for index, one in enumerate(rest) if TABLE.match(one))
    others = [one for one in rest[at:] if not TABLE.match(one)]
    return "\n".join([*rest[:at], *_in_order(tables), *others])


def naming(dump: str, schema: str) -> str:
    """What has to be made anew when a schema of this template gets another name.

    PostgreSQL follows a renaming everywhere but in text: bodies of functions, and what a view
    compares with.
    """
    views = (one for one in statements(dump) if VIEW.match(one) and f"'{schema}'" in one)
    functions = (one for one in statements(dump) if FUNCTION.match(one))
    return "\n".join(CREATE.sub("CREATE OR REPLACE ", one) for one in (*views, *functions))


def statements(dump: str) -> Iterator[str]:
    """Split a dump into statements without comments; quoted function bodies stay as they are."""
    lines: list[str] = []
    quote = ""
    for line in dump.splitlines():
        if not quote and (not line.strip() or line.startswith("--")):
            continue
        lines.append(line)
        for tag in QUOTE.findall(line):
            quote = tag if not quote else "" if tag == quote else quote
        if not quote and line.endswith(";"):
            yield "\n".join(lines)
            lines = []


def _taken(statement: str, tables: dict[str, TableDefinition], filled: set[str]) -> bool:
    """Merge a statement into its table's CREATE TABLE; False where that is not possible."""
    if match := KEY.match(statement):
        tables[match[1]].keys.append(match[2])
    elif (match := FOREIGN.match(statement)) and match[1] not in filled:
        tables[match[1]].references.append((match[2], match[3]))
    elif match := IDENTITY.match(statement):
        table = tables[match[1]]
        column = re.compile(rf"^(\s+{re.escape(match[2])} [^\n]*?)(,?)$", re.MULTILINE)
        table.columns = column.sub(lambda c: f"{c[1]} {match[3]}{c[2]}", table.columns, count=1)
    else:
        return False
    return True


def _in_order(tables: dict[str, TableDefinition]) -> Iterator[str]:
    """Order tables so that referenced ones come first; break cycles by adding one key late."""
    waiting = dict(tables)
    made = {key for table in tables.values() for _sql, key in table.references} - tables.keys()
    later: list[str] = []
    while waiting:
        ready = [table for table in waiting.values() if not table.needs(made)]
        for table in ready or list(waiting.values())[:1]:
            yield table.sql(made)
            later += table.later(made)
            made.add(table.name)
            del waiting[table.name]
    yield from later
