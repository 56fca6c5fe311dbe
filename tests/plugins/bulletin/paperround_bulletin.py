"""A house bulletin, one "title | abstract" a line: a whole source."""

from bot.domain.clean import title_key
from bot.domain.paper import Batch, Facts, Freshness, Listing
from bot.errors import SourceError


class BulletinSource:
    name = "bulletin"

    def __init__(self, context):
        self.context = context
        self.url = context.settings.get("PAPERROUND_BULLETIN_URL", "")

    async def fetch(self, *, since):
        day = self.context.clock.now().date()
        try:
            yield self.parse((await self.context.fetcher.get(self.url)).body, day=day)
        except SourceError as error:
            yield Batch(source=self.name, origin="", day=day, freshness=Freshness.FAILED, note=str(error))

    def recognises(self, head, name):
        return name.endswith(".bulletin")

    def parse(self, body, *, day):
        pairs = [line.split(" | ", 1) for line in body.decode(errors="replace").splitlines() if " | " in line]
        if not pairs:
            raise SourceError(
                "That is no bulletin: no line holds a title and an abstract.", reason="malformed"
            )
        day = day or self.context.clock.now().date()
        facts = [Facts(title=title, abstract=text, keys=(title_key(title, ""),)) for title, text in pairs]
        listings = [
            Listing(source=self.name, origin="", day=day, rank=rank, facts=one)
            for rank, one in enumerate(facts, 1)
        ]
        fresh = Freshness.FRESH
        return Batch(source=self.name, origin="", day=day, freshness=fresh, listings=tuple(listings))
