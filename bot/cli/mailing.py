"""`mail bounce`: what a mail server hands over when a mail did not arrive."""
# ruff: noqa: PLC0415 - imported when the verb runs, so that --help stays quick

from __future__ import annotations

from ._typer import HELP, AsJson, Verbs, app, leave

mail = Verbs(
    help="Look after mails.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": HELP},
)
app.add_typer(mail, name="mail")
mail.callback()(lambda: None)  # a group even of one


@mail.command()
def bounce(as_json: AsJson = False) -> None:
    """Count what a report on standard input says of mailboxes (RFC 3464, RFC 5965).

    For a mail server's pipe: paperround mail bounce < report.eml
    """
    from ._mailing import take_report

    leave(take_report(as_json=as_json))
