"""Everything that Tactful does without being told, in words: how it is now, how it came, and what it does."""

from collections.abc import Iterable

from app.reports.default_parts import Default, Facts, Group, Pair, money_of
from app.reports.default_words import after_due, clock, hours, in_days, in_seconds, month_day, weekdays, working_days, yes

CHASING, STATEMENTS, SENDERS, SCHEDULES, GENERAL = "/settings/chasing", "/statements", "/senders", "/schedules", "/settings"


def every_default(facts: Facts) -> tuple[Group, ...]:
    return (
        Group("When emails go", tuple(_when(facts))),
        Group("Who is chased, and about what", tuple(_whom(facts))),
        Group("The schedule", tuple(_ladder(facts))),
        Group("What waits for a person", tuple(_people(facts))),
        Group("What customers say", tuple(_said(facts))),
        Group("Other emails", tuple(_others(facts))),
        Group("The mailbox", tuple(_mailbox(facts))),
    )


def _when(facts: Facts) -> Iterable[Default]:
    of = Pair(*facts.organisation)
    yield of.says(
        "Chase days",
        "chase_weekdays",
        weekdays,
        "Reminders go on these days only, and never on a public holiday of your country or on a day that you closed.",
        CHASING,
    )
    yield Default(
        "Chase hours",
        hours(of.now),
        hours(of.came),
        "Reminders leave from the first minute on and never after the "
        "last; a machine that starts later waits for the next chase day.",
        CHASING,
    )
    yield of.says(
        "Gap between two reminders", "minimum_gap_days", in_days, "A customer gets no second reminder sooner.", CHASING
    )
    yield Default(
        "Emails to a customer in a day",
        "one",
        "one",
        "Of statement, reminder and thank-you, in that order; what is displaced waits.",
    )
    yield of.says(
        "Daily sync",
        "sync_minute",
        clock,
        "Xero is read at this time, before reminders leave; and again right before each of them.",
        CHASING,
    )


def _whom(facts: Facts) -> Iterable[Default]:
    of = Pair(*facts.organisation)
    starts = {"few": "only those you chose", "all": "everybody"}
    yield Default(
        "Customers who arrive later",
        starts.get(of.now["starts_with"], "not answered yet"),
        "not answered yet",
        "Whether a new customer is chased without your doing anything.",
        GENERAL,
    )
    yield of.says(
        "Wait for Xero's sent mark",
        "waits_for_sent_mark",
        yes,
        "Invoices that Xero does not mark as sent are not chased.",
        CHASING,
    )
    yield of.says(
        "Hold everything without a receipt in Xero for",
        "receipt_patience_days",
        lambda value: "no such rule" if value is None else working_days(value),
        "Payments may be waiting to be entered in Xero; nobody is reminded until the next one is there.",
        CHASING,
    )
    yield Default(
        "Unused credit",
        "covers the oldest first",
        "covers the oldest first",
        "What a customer has in credit covers its invoices of that currency, oldest due first; what is covered is not chased.",
    )


def _ladder(facts: Facts) -> Iterable[Default]:
    ladder = Pair(*facts.schedule)
    yield Default(
        "Schedule", facts.schedule_name, "Best practice", "Customers without a schedule of their own follow it.", SCHEDULES
    )
    yield ladder.says(
        "Entry step",
        "entry_offset",
        after_due,
        "An invoice that was never reminded begins no further up the "
        "ladder, however old it is; after that it climbs one step at a time.",
        SCHEDULES,
    )
    yield ladder.says(
        "Smallest sum",
        "minimum",
        money_of(facts),
        "Less than this, all of a customer's overdue invoices together, is not chased.",
        SCHEDULES,
    )
    yield ladder.says(
        "Smallest sum of the last step",
        "last_step_minimum",
        money_of(facts),
        "Below it the step before it leads, and what it is about waits.",
        SCHEDULES,
    )


def _people(facts: Facts) -> Iterable[Default]:
    of = Pair(*facts.organisation)
    yield of.says(
        "Review mode",
        "review_mode",
        yes,
        "Everything is planned and shown, and nothing leaves without approval. It ends only by the switch.",
        CHASING,
    )
    steps = "one" if facts.approved_steps == 1 else str(facts.approved_steps or "none")
    yield Default(
        "Steps that need approval", steps, "one", "As the schedule says of each step; as it ships, of the last.", SCHEDULES
    )
    yield of.says("Large sums", "approve_above", money_of(facts), "A reminder that carries more waits for approval.", CHASING)
    yield of.says(
        "Days to answer a query", "dispute_answer_days", working_days, "By when whoever answers it is asked to.", CHASING
    )
    yield Default(
        "A reply",
        "holds until somebody decides",
        "holds until somebody decides",
        "A customer who replied is not chased; after two working days it stands on Home as late.",
    )


def _said(facts: Facts) -> Iterable[Default]:
    of = Pair(*facts.organisation)
    yield of.says(
        "Expected payment dates hold",
        "respects_expected_dates",
        yes,
        "An invoice is not chased before its expected date and one working day more.",
        CHASING,
    )
    yield of.says(
        "Longest promise in the portal",
        "longest_promise_days",
        in_days,
        "Later dates, and a second promise, need a person.",
        CHASING,
    )
    yield Default(
        "“I have paid”", "5 working days", "5 working days", "So long an invoice waits for its money to show in Xero."
    )
    yield Default("A query", "holds its part", "holds its part", "The amount in question is not chased; the rest is.")


def _others(facts: Facts) -> Iterable[Default]:
    of, monthly = Pair(*facts.organisation), Pair(*facts.statements)
    yield of.says(
        "Thank-yous", "sends_thank_yous", yes, "On the working day after everything that a reminder asked for is paid.", CHASING
    )
    yield Default(
        "Statements",
        yes(bool(monthly.now["switched_on_at"])),
        "no",
        "Off until one has been looked at and they are switched on.",
        STATEMENTS,
    )
    yield monthly.says("Day of statements", "day", month_day, "Moved to the next working day.", STATEMENTS)
    yield monthly.says("Statements to chased customers only", "chasing_only", yes, "Others get none.", STATEMENTS)
    yield of.says(
        "Digest of the evening before",
        "sends_digest",
        yes,
        "Senders and whoever looks after customers are mailed what goes the next day, with links to skip.",
        "/upcoming",
    )
    yield of.says(
        "Unsubscribe in one click", "offers_unsubscribe", yes, "Off: these are personal letters about a debt.", SENDERS
    )


def _mailbox(facts: Facts) -> Iterable[Default]:
    box = Pair(*facts.sender)
    yield box.says("Pause between two emails", "seconds_between", in_seconds, "Emails trickle, as by hand.", SENDERS)
    yield box.says(
        "Most emails in a day", "daily_cap", str, "What is more goes the next day, the largest overdue first.", SENDERS
    )
    yield Default(
        "Copies in the Sent folder",
        "where IMAP is set up",
        "where IMAP is set up",
        "So that your own mail shows what went.",
        SENDERS,
    )
