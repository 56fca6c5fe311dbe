"""What goes wrong before a mail is out, as what it means: nothing was sent, that is certain."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtplib import errors

from adapters.chat.email.settings import MailSettings
from bot.errors import AuthFailed, DeliveryError, Transient

from .errors import Stage, Untrusted, error_of, shown

DOCTOR = "`paperround doctor` tries the mail server."


@contextmanager
def said(stage: Stage, settings: MailSettings) -> Iterator[None]:
    """Whatever goes wrong before a mail is out, as what it means; nothing was sent."""
    try:
        yield
    except DeliveryError:
        raise
    except errors.SMTPResponseException as error:
        raise error_of(stage, error.code, error.message) from error
    except ssl.SSLError as error:
        raise _untrusted(settings, error) from error
    except (errors.SMTPException, OSError) as error:
        if isinstance(error.__cause__, ssl.SSLError):
            raise _untrusted(settings, error.__cause__) from error
        raise _broken(stage, settings, error) from error


def _untrusted(settings: MailSettings, error: ssl.SSLError) -> Untrusted:
    reason = getattr(error, "verify_message", "") or error.reason or "no encryption that both know"
    return Untrusted(
        f"The way to {settings.server} cannot be encrypted so that it is certain who answers: {shown(str(reason))}.",
        fix="Look at the name in PAPERROUND_SMTP_URL and at the server's certificate.",
    )


def _broken(stage: Stage, settings: MailSettings, error: Exception) -> DeliveryError:
    lost = (errors.SMTPServerDisconnected, errors.SMTPConnectError, errors.SMTPTimeoutError, OSError)
    if stage is Stage.AUTH and not isinstance(error, lost):  # it offers no way to say who we are
        return AuthFailed(
            f"The mail server {settings.server} takes no user name and password that way.", fix=DOCTOR
        )
    return Transient(f"The mail server {settings.server} cannot be reached: {reason_of(error)}.")


def reason_of(error: Exception) -> str:
    """Why a connection failed, as the machine says it."""
    cause = error.__cause__ or error
    return shown(getattr(cause, "strerror", "") or str(cause)).rstrip(".")
