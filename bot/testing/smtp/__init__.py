"""A real mail server for tests, on loopback: it keeps what it takes, and goes wrong on demand."""

from .faults import Fault, Faults
from .judge import linked, mail_findings
from .server import SmtpStandIn
from .state import Received

__all__ = ["Fault", "Faults", "Received", "SmtpStandIn", "linked", "mail_findings"]
