"""What the bot remembers: the only place with SQL."""

from .figures import Figures as Figures
from .figures import Lateness as Lateness
from .results import Added as Added
from .results import DayFreshness as DayFreshness
from .results import Feed as Feed
from .results import Found as Found
from .results import Hit as Hit
from .results import ListedPage as ListedPage
from .results import PostedSlot as PostedSlot
from .results import PublicPost as PublicPost
from .store import Store as Store
