"""What a YAML parser complains of, in the words of somebody who has never heard of tokens."""

import yaml

from player.config.language import _

Mark = tuple[int, int]
"""Line and column, both from 1."""


def mark_of(mark: yaml.Mark, first: int) -> Mark:
    """Parsers count from 0, people from 1; `first` lines of the file stand before what was parsed."""
    return first + mark.line + 1, mark.column + 1


def explain(error: yaml.MarkedYAMLError, text: str, first: int) -> tuple[Mark, str]:
    """Where to look, and what is probably wrong there, in `text` that begins after `first` lines of its file.

    libyaml and PyYAML's own parser word their complaints alike; both are recognised by their common parts.
    """
    problem, context = error.problem or "", error.context or ""
    at = mark_of(error.problem_mark, first) if error.problem_mark else (first + 1, 1)
    since = mark_of(error.context_mark, first) if error.context_mark else at
    if "start any token" in problem or "tab character" in problem:
        return at, _unstartable(_character(text, at[0] - first, at[1]))
    if "end of stream" in problem and "quoted" in context:
        return since, _("the quotation mark that opens here is never closed")
    if "could not find expected ':'" in problem:
        return since, _("a colon and a space are missing after this word")
    if "',' or" in problem:
        said = _("a comma or a closing bracket is missing before this; the bracket opens on line {line}")
        return at, said.format(line=since[0])
    return at, _by_problem(problem, context)


def _unstartable(character: str) -> str:
    if character == "\t":
        return _("a tab; indent with spaces")
    return _("a value cannot begin with {character}; put it in quotation marks").format(character=character)


def _character(text: str, line: int, column: int) -> str:
    lines = text.split("\n", line)
    return lines[line - 1][column - 1 : column] if line <= len(lines) else ""


def _by_problem(problem: str, context: str) -> str:
    if "values are not allowed" in problem:
        return _("a colon is not expected here: put a text with a colon in quotation marks, or mend the indentation")
    if "entries are not allowed" in problem:
        return _("a list cannot begin here: put each dash on a line of its own")
    if "escape" in problem:
        return _("a backslash means something else in double quotation marks; write / instead, or use single ones")
    if "scanning an alias" in context or "scanning an anchor" in context:
        return _("a value cannot begin with {character}; put it in quotation marks").format(
            character="*" if "alias" in context else "&"
        )
    if "tag" in context:
        return _("a value cannot begin with {character}; put it in quotation marks").format(character="!")
    if "block scalar" in context:
        return _("a value cannot begin with {character}; put it in quotation marks").format(character="| >")
    return _by_structure(problem)


def _by_structure(problem: str) -> str:
    if "node content" in problem:
        return _("a value is missing before this")
    if "expected key" in problem or "'-' indicator" in problem or "<block end>" in problem:
        return _("this does not fit the lines above: compare the indentation and the quotation marks")
    return _("not understood as YAML: compare the indentation, colons and quotation marks with the lines around it")
