"""The items of a playlist as people write them: one group of keys for each kind."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema, model_validator

from player.config import fields, units
from player.config.checking import Part
from player.config.fields import Duration, Lang, Text, Title, Url, Volume
from player.config.language import _
from player.config.styles import OwnStyle, StyleEntry
from player.config.suggest import WordingError
from player.config.when import Day
from player.config.yamlsource import shown
from player.core.model import Change, Direction, Fit, Surround, Transition
from player.core.units import seconds

FITS = {fit.value: fit for fit in Fit}
SURROUNDS = {surround.value: surround for surround in Surround}
CHANGES = {change.value: change for change in Change}
DIRECTIONS = {direction.value: direction for direction in Direction}
USUAL_SPEED = 120
USUAL_TITLES, MOST_TITLES = 10, 50
_USUAL_CHANGE = seconds(0.6)
_LONGEST_CHANGE = seconds(10)
_TRANSITION = rf"^(cut|(fade|slide|wipe)( {units.NUMBER[1:-1]} ?(ms|s)?)?)$"
_MOST_LETTERS = 4000
MOST_BANNER_LETTERS = 50_000


def transition(value: Any) -> Transition:
    """ "fade 600ms", "cut"; without a duration a transition takes 600 ms."""
    word, _space, span = units.text(value).strip().partition(" ")
    change = units.choice(word, CHANGES)
    if change is Change.CUT:
        if span:
            raise WordingError(_("a cut takes no time; write cut alone"))
        return Transition()
    return Transition(change, units.duration(span, most=_LONGEST_CHANGE) if span else _USUAL_CHANGE)


def speed(value: Any) -> int:
    """Pixels a second."""
    return units.whole(units.text(value).strip().removesuffix("px/s").rstrip(), 10, 2000)


def tags(value: Any) -> tuple[tuple[str, str], ...]:
    """Words for the reports: `{theme: tourism, lang: vi}`."""
    if not isinstance(value, dict):
        raise WordingError(_("names with words are expected, such as theme: tourism"))
    for key, word in value.items():
        if not isinstance(word, str) or not word.strip() or not key.strip():
            raise WordingError(_('the tag "{tag}" needs a word after it').format(tag=shown(key)))
    return tuple(sorted((key.strip(), word.strip()) for key, word in value.items()))


def words(value: Any) -> str:
    """A text of bounded length."""
    return bounded(units.text(value), _MOST_LETTERS)


def banner_words(value: Any) -> str:
    """The text of a banner, which may be a long one."""
    return bounded(units.text(value), MOST_BANNER_LETTERS)


def bounded(text: str, limit: int) -> str:
    """`text` without space around it. WordingError when it has more than `limit` letters."""
    text = text.strip()
    if len(text) > limit:
        said = _("a text has at most {limit} letters, this one {count}")
        raise WordingError(said.format(limit=limit, count=len(text)))
    return text


def _text_group(value: Any) -> Any:
    """A text alone is short for a group with a text."""
    return {"text": value} if isinstance(value, str) else fields.group(value)


def is_colour(written: str) -> bool:
    """Whether a notice's background is a colour, and not the name of a picture."""
    return written.startswith("#") or written.casefold() in units.COLOURS


def background(value: Any) -> str:
    """A colour, or a path as it is written."""
    word = units.text(value).strip()
    return units.colour(word) if is_colour(word) else word


Words = Annotated[str, PlainValidator(words), WithJsonSchema({"type": ["string", "number"]})]
BannerWords = Annotated[str, PlainValidator(banner_words), WithJsonSchema({"type": ["string", "number"]})]
Background = Annotated[str, PlainValidator(background), WithJsonSchema({"type": "string"})]
Changing = Annotated[
    Transition | None,
    PlainValidator(transition),
    WithJsonSchema(fields.pattern(_TRANSITION, "cut", "fade 600ms", "slide 400ms")),
]
Tags = Annotated[
    tuple[tuple[str, str], ...],
    PlainValidator(tags),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": ["string", "number"]}}),
]
_Fitting = Annotated[
    Fit | None, PlainValidator(lambda value: units.choice(value, FITS)), WithJsonSchema(fields.one_of(*FITS))
]
_Surrounding = Annotated[
    Surround | None,
    PlainValidator(lambda value: units.choice(value, SURROUNDS)),
    WithJsonSchema(fields.one_of(*SURROUNDS)),
]
_Speed = Annotated[
    int,
    PlainValidator(speed),
    WithJsonSchema(
        fields.any_of({"type": "integer", "minimum": 10, "maximum": 2000}, fields.pattern("^[0-9]{2,4} ?px/s$"))
    ),
]


_Direction = Annotated[
    Direction,
    PlainValidator(lambda value: units.choice(value, DIRECTIONS)),
    WithJsonSchema(fields.one_of(*DIRECTIONS)),
]
_Titles = Annotated[
    int | None,
    PlainValidator(lambda value: units.whole(value, 1, MOST_TITLES)),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST_TITLES}),
]


class TextEntry(Part):
    """A text with its language and style."""

    text: Words
    lang: Lang = ""
    style: OwnStyle = StyleEntry()


class NoticeText(Part):
    """A title, a text, or both."""

    title: Title = ""
    text: Words = ""
    lang: Lang = ""
    background: Background = Field(default="", description="A colour, or a picture within the playlists folder")
    style: OwnStyle = StyleEntry()

    @model_validator(mode="after")
    def _says_something(self) -> "NoticeText":
        if not self.title and not self.text:
            raise WordingError(_("a notice needs a title or a text"))
        return self


class BannerText(Part):
    """A text written here, in a text file, or as the titles of a feed."""

    text: BannerWords = ""
    file: Text = Field(
        default="", description="A text file within the playlists folder; it is read again when it changes"
    )
    feed: Url = Field(default="", description="The address of an RSS or Atom feed, whose titles are shown")
    items: _Titles = Field(default=None, description="How many titles of the feed at most; 10 when left out")
    lang: Lang = ""
    style: OwnStyle = StyleEntry()

    @model_validator(mode="after")
    def _has_one_source(self) -> "BannerText":
        if sum(bool(source) for source in (self.text, self.file, self.feed)) != 1:
            raise WordingError(_("a banner needs one of text, file, feed"))
        if self.items and not self.feed:
            raise WordingError(_("items: goes with feed: only; delete it"))
        return self


_TextOrBanner = BeforeValidator(_text_group, json_schema_input_type=str | BannerText)
_TextOrGroup = BeforeValidator(_text_group, json_schema_input_type=str | TextEntry)
_TextOrNotice = BeforeValidator(_text_group, json_schema_input_type=str | NoticeText)


class ItemEntry(Part):
    """What items of all kinds have."""

    transition: Changing = Field(default=None, description="How it comes in; the playlist's own when left out")
    from_: Day = Field(default=None, alias="from", description="The first day on which it plays")
    until: Day = Field(default=None, description="The last day on which it plays")
    tags: Tags = ()
    lang: Lang = Field(default="", description="The language of its text")
    style: OwnStyle = Field(default=StyleEntry(), description="How its text looks")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "ItemEntry":
        if self.from_ and self.until and self.until < self.from_:
            raise WordingError(_("until: {last} is before from: {first}").format(first=self.from_, last=self.until))
        return self


class VisualEntry(ItemEntry):
    """What items made of files have."""

    fit: _Fitting = Field(default=None, description="cover crops, contain leaves a surround, stretch distorts")
    surround: _Surrounding = Field(default=None, description="What is around a contained picture")
    caption: Annotated[TextEntry | None, _TextOrGroup] = None
    for_: Duration = Field(default=None, alias="for", description="How long it is up, each time")


class ImageEntry(VisualEntry):
    image: Text = Field(..., description="A picture file within the playlists folder")


class VideoEntry(VisualEntry):
    video: Text = Field(..., description="A film within the playlists folder")
    sound: Volume = Field(default=None, description="on, off, or a volume in per cent; off when left out")


class PagesEntry(VisualEntry):
    pages: Text = Field(..., description="A PDF file within the playlists folder; each page is up in turn")


class FolderEntry(VisualEntry):
    folder: Text = Field(..., description="A folder within the playlists folder; its files play in order of name")
    sound: Volume = Field(default=None, description="For films in it")


class NoticeEntry(ItemEntry):
    notice: Annotated[NoticeText, _TextOrNotice]
    for_: Duration = Field(default=None, alias="for", description="How long it is up, each time")


class BannerEntry(ItemEntry):
    banner: Annotated[BannerText, _TextOrBanner] = Field(..., description="A text that crawls through its zone once")
    speed: _Speed = Field(
        default=USUAL_SPEED, description="Pixels a second; the nearest whole pixels a frame are taken"
    )
    direction: _Direction = Field(
        default=Direction.LEFT, description="left as one line, up in lines of its zone's width"
    )


KINDS: dict[str, type[ItemEntry]] = {
    "image": ImageEntry,
    "video": VideoEntry,
    "pages": PagesEntry,
    "folder": FolderEntry,
    "notice": NoticeEntry,
    "banner": BannerEntry,
}
"""The key that tells an item's kind."""
