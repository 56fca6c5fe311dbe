"""The rehearsal: a year of the bot's life in a minute, with everything going wrong that can, and the promises checked.

The scheduler's logic, planning and sending are the real ones; platforms, sources and the clock are fakes, and the
database is a scratch copy. Nothing of it touches the live database, a token or the network.
"""

from .course import Progress as Progress
from .report import Report as Report
from .running import rehearse as rehearse
from .wish import Wish as Wish
