"""Errors in the reader's language: every sentence raised is known in French, and said right."""

import ast
import re
import time
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_qa_page.error_wording import (
    ADDRESS,
    CAUSE,
    LONGEST,
    SENTENCES,
    SYSTEM,
    catalogue_of,
    translated,
)
from index.errors import SourceError
from index.sources import archive
from index.sources.content import Content
from index.sources.kinds import read_content
from index.vectors import KINDS

ROOT = Path(__file__).parents[1]
FRENCH: dict[str, dict[str, str]] = tomllib.loads(
    files("article_qa_page").joinpath("strings", "errors.fr.toml").read_text("utf-8")
)
Shape = tuple[str, ...]  # the fixed parts of a sentence, around its placeholders

NO_PAGE = {
    "index/export.py": "the command line alone exports and imports",
    "index/health/": "the doctor is of the command line",
    "index/server/health.py": "likewise",
    "index/settings.py": "the server does not start",
    "index/server/address.py": "likewise",
    "article_qa_page/access/credentials.py": "likewise",
    "article_qa_page/access/forwarding.py": "likewise",
    "article_qa_page/access/policy.py": "likewise",
    "article_qa_page/feedback_command.py": "the command line",
    "article_qa_page/programs/": "programs are told in English",
}
OWN_STRINGS = {
    "AccessError": "access_*",
    "FilterError": "filter_wrong",
    "InputError": "raised with a string of the page's language",
    "LimitError": "limit_*",
    "QuestionError": "question_*",
}
# What passes on a sentence that was raised elsewhere, or the end of one (see the tests of parts).
PASSED_ON = {
    "str(error)",
    "str(one)",
    "str(error).replace(source, where, 1)",
    "f'{where} {error}: mend it.'",
}
FAULTS = {"Unfetched", "Unreachable"}  # the end of a sentence that begins with the address
CARRIERS = {*FAULTS, "_TooMuch", "Failure"}


# --- what is raised --------------------------------------------------------------------------


class Module:
    """A file's tree, with what its functions return and its names and attributes are given."""

    def __init__(self, path: Path) -> None:
        self.name = path.relative_to(ROOT).as_posix()
        self.tree = ast.parse(path.read_text("utf-8"))
        self.returns: dict[str, list[ast.expr]] = {}
        self.given: dict[str, list[ast.expr]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef):
                inner = (n for n in ast.walk(node) if isinstance(n, ast.Return) and n.value)
                self.returns[node.name] = [n.value for n in inner if n.value]
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    for one, value in pairs(target, node.value):
                        self.given.setdefault(one, []).append(value)
            elif isinstance(node, ast.keyword) and node.arg:
                self.given.setdefault(f".{node.arg}", []).append(node.value)

    def shapes(self, node: ast.expr) -> Iterator[Shape]:
        """Yield the fixed parts of the texts that an expression may be, as far as they are seen."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
            yield (node.value,)
        elif isinstance(node, ast.JoinedStr):
            parts = [""]
            for value in node.values:
                if isinstance(value, ast.Constant):
                    parts[-1] += str(value.value)
                else:
                    parts.append("")
            yield tuple(parts)
        elif isinstance(node, ast.IfExp):
            yield from self.shapes(node.body)
            yield from self.shapes(node.orelse)
        elif isinstance(node, ast.Name):
            for value in self.given.get(node.id, []):
                yield from self.shapes(value)
        elif isinstance(node, ast.Attribute):
            for module in modules(Path(self.name).parent.as_posix()):
                for value in module.given.get(f".{node.attr}", []):
                    yield from module.shapes(value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            for value in self.returns.get(node.func.id, []):
                yield from self.shapes(value)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".format"):
            assert isinstance(node.func, ast.Attribute)
            for (text,) in self.shapes(node.func.value):
                yield tuple(text.split("{}"))


def pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Attribute):
        yield f".{target.attr}", value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, its in zip(target.elts, value.elts, strict=True):
            yield from pairs(one, its)


@cache
def modules(folder: str) -> list[Module]:
    return [Module(path) for path in sorted((ROOT / folder).rglob("*.py"))]


def all_modules() -> list[Module]:
    folders = ("index", "retrieval", "prompts", "article_qa_page")
    return [module for folder in folders for module in modules(folder)]


def error_classes() -> set[str]:
    found, bases = {"ArticleQAError"}, dict[str, set[str]]()
    for module in all_modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                bases[node.name] = {ast.unparse(base) for base in node.bases}
    while more := {name for name, over in bases.items() if over & found} - found:
        found |= more
    return found


def raised() -> list[tuple[Module, str, ast.expr]]:
    """Return each place that makes an error: its module, the class, the expression of its text."""
    classes = error_classes() | CARRIERS
    found = []
    for module in all_modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in classes:
                name = ast.unparse(node.func)
                found.append((module, name, node.args[1 if name == "Failure" else 0]))
    return found


def no_page(module: Module) -> str:
    return next((place for place in NO_PAGE if module.name.startswith(place)), "")


# --- what is known ---------------------------------------------------------------------------


def placeholders(template: str) -> list[tuple[str, str]]:
    parsed = Formatter().parse(template)
    return [(name, kind or "") for _, name, kind, _ in parsed if name is not None]


def shape_of(template: str) -> Shape:
    parts = [""]
    for text, name, _, _ in Formatter().parse(template):
        parts[-1] += text
        if name is not None:
            parts.append("")
    return tuple(parts)


def shapes_of(table: str) -> set[Shape]:
    return {shape_of(template) for template in FRENCH[table]}


def after_a_name(shape: Shape) -> Shape:
    return ("", f" {shape[0]}", *shape[1:])


def is_known(module: Module, error: str, shape: Shape) -> bool:
    if error in FAULTS:
        return shape in shapes_of(ADDRESS)
    if error == "_TooMuch":
        shape = after_a_name(shape)
    in_lines = {after_a_name(one) for one in shapes_of("line")}
    if module.name in ("index/article.py", "index/sources/text.py") and shape in in_lines:
        return shape in shapes_of(SENTENCES)  # said of a file, and of a line of one
    if module.name == "index/sources/jsonl.py" and shape in in_lines:
        return True
    return shape in shapes_of(SENTENCES)


def test_every_sentence_that_may_reach_the_page_is_known() -> None:
    missing = []
    for module, error, node in raised():
        if no_page(module) or error in OWN_STRINGS or ast.unparse(node) in PASSED_ON:
            continue
        shapes = list(module.shapes(node))
        missing += [f"{module.name}:{node.lineno} {one}" for one in shapes
                    if not is_known(module, error, one)]  # fmt: skip
        if not shapes:
            missing.append(f"{module.name}:{node.lineno} {ast.unparse(node)}: what does it say?")
    assert missing == []


def test_nothing_is_known_that_is_never_raised() -> None:
    made: set[Shape] = set()
    for module, error, node in raised():
        for shape in module.shapes(node):
            made |= {shape, after_a_name(shape)} if error == "_TooMuch" else {shape}
    composed = {"{sentence:sentences} ({count:number} more of its parts failed.)",
                "{name}, line {line:number}, {fault:line}"}  # fmt: skip
    assert shapes_of(SENTENCES) - made == {shape_of(one) for one in composed}
    nested = "leads to {target:word}, which {fault:address}"
    assert shapes_of(ADDRESS) - made <= {shape_of(nested)}


def test_what_a_line_of_a_file_shares_with_a_file_is_known_of_both() -> None:
    shared = [
        shape
        for module, _, node in raised()
        if module.name == "index/article.py"
        for shape in module.shapes(node)
    ]
    assert len(shared) == 5
    assert set(shared) <= {after_a_name(one) for one in shapes_of("line")}


def test_nothing_is_excepted_in_vain() -> None:
    sites = raised()
    assert {no_page(module) for module, _, _ in sites} - {""} == set(NO_PAGE)
    assert {error for _, error, _ in sites} >= set(OWN_STRINGS)
    assert {ast.unparse(node) for _, _, node in sites} >= PASSED_ON


@pytest.mark.parametrize(
    ("file", "function", "name", "table"),
    [
        ("index/locking.py", "_holder", "", "holder"),
        ("index/server/lease.py", "_told", "", "holder"),
        ("index/web/fetching.py", "_when", "", "when"),
        ("index/server/connection.py", "", "what", "server"),
    ],
)
def test_the_parts_of_sentences_are_known(file: str, function: str, name: str, table: str) -> None:
    (module,) = (one for one in all_modules() if one.name == file)
    nodes = module.returns[function] if function else module.given[name]
    shapes = {shape for node in nodes for shape in module.shapes(node)}
    assert shapes and shapes <= shapes_of(table)


def test_the_formats_kinds_and_faults_of_json_are_known() -> None:
    formats = {*archive._OTHER_FORMATS.values(), *archive._MEDIA_TYPES.values()}
    assert formats == set(FRENCH["format"])
    assert set(KINDS) == set(FRENCH["kind"])
    (module,) = (one for one in all_modules() if one.name == "index/sources/jsonl.py")
    ends = [
        str(node.args[0].value)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "ValueError"
        and isinstance(node.args[0], ast.Constant)
    ]
    assert len(ends) == 3
    assert {f"{end}: mend it." for end in ends} <= set(FRENCH["line"])


# --- how it is said --------------------------------------------------------------------------

ENTRIES = [
    (table, english) for table, entries in FRENCH.items() if table != SYSTEM for english in entries
]


@pytest.mark.parametrize(("table", "english"), ENTRIES)
def test_placeholders_are_the_same_in_both_languages(table: str, english: str) -> None:
    names = [name for name, _ in placeholders(english)]
    assert len(names) == len(set(names))
    assert {name for name, _ in placeholders(FRENCH[table][english])} == set(names)
    kinds = {kind for _, kind in placeholders(english)}
    assert kinds <= {"", "word", "number", "quoted", CAUSE, *FRENCH}


def sample(kind: str) -> tuple[str, str]:
    """Return what may stand at a placeholder, and how that is said in French."""
    plain = {
        "": ("/a {b} c/é «d» {0}", "/a {b} c/é «d» {0}"),
        "word": ("https://a.example/{b}", "https://a.example/{b}"),
        "number": ("10,000", "10\u202f000"),
        "quoted": ("'it {x}'", "it {x}"),
        SYSTEM: ("[Errno 13] Permission denied", "accès refusé"),
        CAUSE: ("took too long to answer", "a mis trop longtemps à répondre"),
    }
    if kind in plain:
        return plain[kind]
    simple = (e for e in FRENCH[kind] if all(k in plain for _, k in placeholders(e)))
    return filled(kind, next(simple))


def filled(table: str, english: str) -> tuple[str, str]:
    """Return a sentence of a template, with samples in its places, in both languages."""
    samples = {name: sample(kind) for name, kind in placeholders(english)}
    bare = re.sub(r"(\{\w+):\w+\}", r"\1}", english)
    return (
        bare.format(**{name: one for name, (one, _) in samples.items()}),
        FRENCH[table][english].format(**{name: one for name, (_, one) in samples.items()}),
    )


@pytest.mark.parametrize(("table", "english"), ENTRIES)
def test_every_template_is_found_again_and_said_in_french(table: str, english: str) -> None:
    catalogue = catalogue_of("fr")
    assert catalogue
    sentence, french = filled(table, english)
    assert catalogue.find(table, sentence) == french
    if table == SENTENCES:
        assert translated(sentence, "fr") == french
        assert translated(sentence, "en") == sentence


@pytest.mark.parametrize("table", FRENCH)
def test_the_french_is_set_as_french_is(table: str) -> None:
    for french in FRENCH[table].values():
        assert not re.search(r"\w'\w|(?<!\u00a0)[;?!»]| :|«(?!\u00a0)|\d \d|} Mo", french), french
        assert not re.search(r"(?<![\u00a0\w\"]):(?!\w)", french), french


EMPTY = "est vide\u00a0: il n’y a rien à indexer."


@pytest.mark.parametrize(
    ("sentence", "french"),
    [
        ("a b.md is empty: there is nothing to index in it.", f"a b.md {EMPTY}"),
        ("https://a.example/ is empty: there is nothing to index in it.",
         f"https://a.example/ {EMPTY}"),
        ("is larger than 5 MB: x.pdf is larger than 50 MB: split it into its articles.",
         "is larger than 5 MB: x.pdf dépasse 50\u00a0Mo\u00a0: séparez-en les articles."),
        ("x.md cannot be read: Permission denied.",
         "x.md ne peut pas être lu\u00a0: accès refusé."),
        ("x.md cannot be read: Quite another fault.",
         "x.md ne peut pas être lu\u00a0: Quite another fault."),
        ("a.jsonl, line 1,200, is not JSON (column 7): mend it.",
         "a.jsonl, ligne 1\u202f200, n’est pas du JSON (colonne 7)\u00a0: corrigez-la."),
        ("https://a.example/ leads to https://b.example/, which leads to https://c.example/, which "
         "does not exist (status 404): check the address.",
         "https://a.example/ mène à https://b.example/, qui mène à https://c.example/, qui "
         "n’existe pas (code 404)\u00a0: vérifiez l’adresse."),
        ("https://a.example/ is not read now, as its site's robots.txt cannot be (it leads to "
         "https://b.example/, which is answered with status 503): try again later.",
         "https://a.example/ n’est pas lue pour l’instant, faute de pouvoir lire le robots.txt "
         "de son site (dont l’adresse mène à https://b.example/, qui reçoit le code 503 pour "
         "réponse)\u00a0: réessayez plus tard."),
        ("https://a.example/ was asked for too often (status 429): try again in 30 seconds.",
         "https://a.example/ a été demandée trop souvent (code 429)\u00a0: réessayez dans 30 "
         "secondes."),
        ("x.zip#a.md is damaged: make the archive anew. (3 more of its parts failed.)",
         "x.zip#a.md est endommagé\u00a0: refaites l’archive. (Autres parties en échec\u00a0: 3.)"),
        ("The index is being written by process 7 on atlas (article-qa sync, since 2025-05-01): "
         "try again when it is done.",
         "L’index est en cours d’écriture par le processus 7 sur atlas (article-qa sync, depuis "
         "2025-05-01)\u00a0: réessayez quand ce sera fini."),
        ("The Chroma server at http://h:8000 cannot be reached ([Errno 111] Connection refused): "
         "start it, or check ARTICLE_QA_CHROMA_URL; nothing is lost.",
         "Le serveur Chroma de http://h:8000 est injoignable (connexion refusée)\u00a0: lancez-le, "
         "ou vérifiez ARTICLE_QA_CHROMA_URL\u00a0; rien n’est perdu."),
    ],
)  # fmt: skip
def test_sentences_are_said_in_french(sentence: str, french: str) -> None:
    assert translated(sentence, "fr") == french


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "Another package's own sentence: do this.",
        "x.md is larger than many MB: split it into its articles.",
        "https://a.example/ leads to https://b.example/, which does what nothing here does.",
        "is empty: there is nothing to index in it.",
        "x" * LONGEST + " is empty: there is nothing to index in it.",
    ],
)
def test_what_is_not_known_stays_as_it_is(sentence: str) -> None:
    assert translated(sentence, "fr") == sentence


@given(st.text(min_size=1, max_size=60))
def test_names_are_carried_over_whatever_they_are(name: str) -> None:
    sentence = f"{name} is empty: there is nothing to index in it."
    assert translated(sentence, "fr") == f"{name} {EMPTY}"


@pytest.mark.parametrize(
    "part",
    ["x, line 1, ", "a leads to b, which ", " (1 more of its parts failed.)", " cannot be read: ",
     " has damaged or too intricate pages: ", "(", " gives ' as its date"],
)  # fmt: skip
def test_no_sentence_takes_long(part: str) -> None:
    translated("x", "fr")  # the catalogue is made
    began = time.process_time()
    translated((part * LONGEST)[: LONGEST - 2] + ").", "fr")
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("bad.pdf", b"%PDF-1.7 broken"),
        ("bad.zip", b"PK\x03\x04 broken"),
        ("bad.docx", b"PK\x03\x04 broken"),
        ("bad.xml", b"<?xml version='1.0'?><rss><channel></channel></rss>"),
        ("bad.md", b"---\ntitle: [x\n---\nBody."),
        ("bad.txt", b"\x89PNG\r\n\x1a\n broken"),
        ("bad.html", b"<!doctype html><html><body><p>Hello.</p></body></html>"),
        ("bad.jsonl", b'{"text": "One."\n[]\n{"text": 1}\n{"id": 1.5}\n{}\n{"text": "."}\n'),
        ("dots.txt", b"... --- ..."),
    ],
)
def test_what_cannot_be_read_is_told_in_french(name: str, data: bytes) -> None:
    source, told = f"/home/x y/{name}", []
    try:
        content = Content(data, source, Path(name).suffix)
        told += [str(one) for one in read_content(content) if isinstance(one, SourceError)]
    except SourceError as error:
        told.append(str(error))
    assert told
    for sentence in told:
        french = translated(sentence, "fr")
        assert french != sentence and source in french
        assert not re.search(r"\b(the|is|it|mend|has|line)\b", french.replace(source, "")), french
