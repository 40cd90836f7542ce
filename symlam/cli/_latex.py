"""``symlam latex``: a claim or a derivation as LaTeX."""

from __future__ import annotations

from pathlib import Path

import click

from symlam.errors import SymlamError


@click.command(
    epilog="""\b
Examples:
  symlam latex P4.2                                 the claim, decided now, on standard output
  symlam latex P4.3 -o P4.3.tex --style neurips     into a file that compiles
  symlam latex D1 --style bare --notation my.toml   to \\input into a paper, in its notation
  symlam latex proof.tex                            a derivation that symlam check reads, line by line
  symlam latex P4.2 --formal                        theorems cited as proved if the kernel accepts them now

Exit code 0 when the document was written, 2 for an unknown claim, a file that cannot be read or written, or a
notation in which two names look alike."""
)
@click.argument("what", metavar="CLAIM|FILE")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write there.")
@click.option(
    "--style",
    type=click.Choice(["article", "neurips", "bare"]),
    default="article",
    show_default=True,
    help="A whole document, or bare for \\input.",
)
@click.option(
    "--notation", type=click.Path(path_type=Path), metavar="TOML", help="Own symbols; see docs/latex.md."
)
@click.option("--formal", is_flag=True, help="Let the Rocq kernel check the theorems that are cited.")
def command(what: str, output: Path | None, style: str, notation: Path | None, formal: bool) -> None:
    """Write a CLAIM of the ledger, or the derivation in a FILE (.tex, .md, .py), as LaTeX."""
    from symlam.latex import latex_of_claim, latex_of_file, load_notation

    chosen = load_notation(notation) if notation is not None else None
    if output is not None:
        _write(output, None)  # an output that cannot be written is said before the work
    if Path(what).suffix.lower() in (".tex", ".md", ".markdown", ".py", ".qmd", ".rmd") or "/" in what:
        if formal:
            raise SymlamError("--formal with a file", expected="a claim", hint="symlam check FILE --certify")
        text = latex_of_file(what, notation=chosen, style=style)
    else:
        text = latex_of_claim(what, notation=chosen, style=style, formal=formal)
    if output is None:
        click.echo(text, nl=False)
    else:
        _write(output, text)


def _write(path: Path, text: str | None) -> None:
    try:
        with path.open("a" if text is None else "w", encoding="utf-8") as file:
            file.write(text or "")
    except OSError as error:
        raise SymlamError(
            f"cannot write {path}: {error.strerror}", hint="a path in a directory that exists"
        ) from None
