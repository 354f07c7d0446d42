"""What the pages' style sheets, scripts and templates share stands in one place."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.modules import ROOT

STATIC, TEMPLATES = ROOT / "static", ROOT / "templates"
ORDER = STATIC / "css" / "layers.css"
# Lies beside Unfold's layers, not in ours.
ADMINISTRATION = STATIC / "css" / "admin.css"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# What is never in a layer: the vendors' sheets brought into one, and the size of paper.
OUTSIDE = re.compile(r'@import url\("[^"]+"\) layer\(vendor\);|@page\s*\{[^{}]*\}')


def ours(kind: str) -> list[Path]:
    return [path for path in sorted(STATIC.rglob(kind)) if "vendor" not in path.parts]


def css_of(path: Path) -> str:
    return COMMENT.sub("", path.read_text())


def outermost(css: str) -> Iterator[str]:
    """The heads of the blocks that stand in no other one."""
    depth, head = 0, ""
    for sign in OUTSIDE.sub("", css):
        depth += (sign == "{") - (sign == "}")
        if depth == 1 and sign == "{":
            yield head.strip()
        head = "" if depth or sign == "}" else head + sign


def layers() -> list[str]:
    names = re.findall(r"@layer ([^;{]+);", css_of(ORDER))
    assert len(names) == 1
    return re.split(r",\s*", names[0])


def test_every_style_sheet_lies_in_a_layer_of_the_one_order() -> None:
    known = {f"@layer {name}" for name in layers()}
    sheets = {path: css_of(path) for path in ours("*.css") if path not in (ORDER, ADMINISTRATION)}
    assert sheets
    beside = {str(path): set(outermost(css)) - known for path, css in sheets.items()}
    assert {path: heads for path, heads in beside.items() if heads} == {}
    assert [path for path, css in sheets.items() if "!important" in css] == []


def test_what_lies_in_no_layer_would_be_found() -> None:
    css = "@page { margin: 0; } @layer base { a { b: c } @media print { d { e: f } } } g { h: i }"
    assert list(outermost(css)) == ["@layer base", "g"]


def test_one_script_opens_websockets() -> None:
    opening = [path for path in ours("*.js") if "new WebSocket" in path.read_text()]
    assert opening == [STATIC / "live" / "socket.js"]


def test_htmx_is_set_up_once() -> None:
    pages = {path: path.read_text() for path in TEMPLATES.rglob("*.html")}
    set_up = [path for path, page in pages.items() if 'name="htmx-config"' in page]
    assert set_up == [TEMPLATES / "base.html"]


EXPORTED = re.compile(r"^export (?:async )?(?:function\*?|class|const|let) (\w+)", re.MULTILINE)
IMPORTED = re.compile(r"^import \{([^}]*)\} from '(\.[^']+)'", re.MULTILINE)


def wanted_in_vain(path: Path) -> Iterator[str]:
    """Names that a script imports from one of ours which does not export them: a browser then runs
    nothing of either."""
    for names, source in IMPORTED.findall(path.read_text()):
        module = (path.parent / source).resolve()
        if "vendor" in module.parts:
            continue
        wanted = {name.split(" as ")[0].strip() for name in names.split(",") if name.strip()}
        yield from sorted(wanted - set(EXPORTED.findall(module.read_text())))


def test_every_name_that_a_script_imports_is_exported() -> None:
    scripts = ours("*.js")
    assert scripts
    assert {str(path): names for path in scripts if (names := list(wanted_in_vain(path)))} == {}


def test_a_name_that_is_gone_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "one.js").write_text("export const here = 1;\n")
    page = tmp_path / "page.js"
    page.write_text("import { gone, here } from './one.js';\n")
    assert list(wanted_in_vain(page)) == ["gone"]


CALLED = re.compile(r"(?<![\w.#])(\w+)\(")
MADE_HERE = (
    r"\b(?:const|let|function\*?|class|async|get|set|static) {0}\b"
    r"|[\{{,\[(]\s*{0}\s*[,:=\}}\])]|\b{0}\s*=>"
)
JS_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


def called_without_import(script: str, offered: set[str]) -> Iterator[str]:
    """Calls of what another script of ours offers, in one that neither imports nor makes it."""
    text = JS_COMMENT.sub("", script)
    bound = set(re.findall(r"\w+", " ".join(names for names, _source in IMPORTED.findall(text))))
    for name in sorted(offered & set(CALLED.findall(text)) - bound):
        methods = re.search(rf"^\s+(?:async )?{name}\([^)]*\) \{{", text, re.MULTILINE)
        if not methods and not re.search(MADE_HERE.format(name), text):
            yield name


def test_what_a_script_calls_it_imports() -> None:
    scripts = {path: path.read_text() for path in ours("*.js")}
    offered = {name for text in scripts.values() for name in EXPORTED.findall(text)}
    found = {
        str(path): list(called_without_import(text, offered)) for path, text in scripts.items()
    }
    assert {path: names for path, names in found.items() if names} == {}


def test_a_call_without_its_import_would_be_found() -> None:
    assert list(called_without_import("const a = now() - 1;", {"now"})) == ["now"]
    assert not list(called_without_import("const now = 1; now();", {"now"}))
