"""The cells of the list of invoices that tell how one stands: how old it is, how it ended, and what happens next."""

from datetime import date

from app.chasing.tones import label_of, sentence_case, tone_of
from components.format import as_day, day
from components.grid.cells import Age, Cell, CellKind, Plain, Reading, Row, Tone

STATES: dict[str, tuple[str, Tone]] = {
    "open": ("Open", "plain"),
    "paid": ("Paid", "live"),
    "void": ("Void", "off"),
    "other": ("Not approved", "off"),
}
_AGE = Age()


class DueAge(CellKind):
    """Days overdue of an open invoice; how it ended for another."""

    css = "a"
    unit = "days overdue"

    def cell(self, value: object, row: Row, reading: Reading) -> Cell:
        if row["ended"] == "open":
            return _AGE.cell(value, row, reading)
        return Cell(STATES[row["ended"]][0], css="quiet")

    def plain(self, value: object, row: Row, reading: Reading) -> Plain:
        return _AGE.plain(value, row, reading) if row["ended"] == "open" else STATES[row["ended"]][0]


class Why(CellKind):
    """The next step and its day, or why there is none; the whole sentence on hover."""

    css = "s"

    def cell(self, value: object, row: Row, reading: Reading) -> Cell:
        sentence = str(value or "")
        if not sentence:
            return Cell("Not planned yet" if row["ended"] == "open" else "")
        tone = tone_of(row["hold"])
        if not tone:
            return Cell(
                row["next_step"], sentence, detail=_on(row["next_on"], reading), badge="plain" if row["hold"] else "live"
            )
        label, why = label_of(row["hold"]), sentence_case(sentence.removeprefix("Held: "))
        if why.startswith(label) and row["next_step"]:  # the sentence would say the label again
            why = f"{row['next_step']} {_on(row['next_on'], reading)}".strip()
        return Cell(label, sentence, detail=why, badge="off" if tone == "held" else tone)


def _on(value: date | str | None, reading: Reading) -> str:
    on = as_day(value)
    return day(on, reading.today, reading.locale) if on else ""
