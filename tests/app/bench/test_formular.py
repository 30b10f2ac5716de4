"""The form of the benchmark is one of 200 questions, and its check finds nothing."""

from app.bench.formular import FELDER, definition_als_text, formular, vollstaendige
from app.leistungen.laden import lies


def test_the_form_is_as_large_as_it_says() -> None:
    fertig = lies(definition_als_text())
    felder = list(fertig.felder())
    assert len(felder) == FELDER
    assert sum(angabe.wenn is not None for _, angabe, _ in felder) > FELDER / 4
    # Every question is asked of whom gives these answers.
    assert fertig.bereinige(vollstaendige(fertig)) == vollstaendige(fertig)


def test_both_figures_have_a_target() -> None:
    assert [(eine.name, eine.ziel) for eine in formular()] == [
        ("formular_laden", 500.0),
        ("formular_pruefen", 3.0),
    ]
