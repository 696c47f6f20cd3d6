"""The faces that the wall draws with: an explicit list, by file name, in order of preference.

One family (Noto) so that mixed lines look like one hand. The first face is the base: Latin, Vietnamese, Cyrillic,
Greek, and the digits, spaces and punctuation of every line. Tibetan and Nyiakeng Puachue Hmong exist only with serifs.
"""

from dataclasses import dataclass

CORE = "fonts-noto-core"
CJK = "fonts-noto-cjk"
EMOJI = "fonts-noto-color-emoji"


@dataclass(frozen=True, slots=True)
class Listed:
    """A face: scripts (ISO 15924), file of the regular and of the bold weight ("" when there is none), Debian package.

    `language` and `index` choose a face of a collection: the Chinese one for Chinese.
    """

    scripts: tuple[str, ...]
    regular: str
    bold: str
    package: str = CORE
    language: str = ""
    index: int = 0


def _noto(family: str, *scripts: str, bold: bool = True) -> Listed:
    return Listed(scripts, f"Noto{family}-Regular.ttf", f"Noto{family}-Bold.ttf" if bold else "")


def _cjk(language: str, index: int) -> Listed:
    scripts = ("Hani", "Bopo", "Hira", "Kana", "Hang")
    return Listed(scripts, "NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc", CJK, language, index)


BASE = _noto("Sans", "Latn", "Cyrl", "Grek")
PICTURES = Listed((), "NotoColorEmoji.ttf", "", EMOJI)

FACES: tuple[Listed, ...] = (
    BASE,
    _cjk("zh-Hans", 2),
    _cjk("zh-Hant", 3),
    _cjk("zh-HK", 4),
    _cjk("ja", 0),
    _cjk("ko", 1),
    _noto("SansLao", "Laoo"),
    _noto("SansKhmer", "Khmr"),
    _noto("SansThai", "Thai"),
    _noto("SansMyanmar", "Mymr"),
    _noto("SansTaiViet", "Tavt", bold=False),
    _noto("SansPahawhHmong", "Hmng", bold=False),
    _noto("SerifNyiakengPuachueHmong", "Hmnp"),
    _noto("SansNewTaiLue", "Talu", bold=False),
    _noto("SansTaiLe", "Tale", bold=False),
    _noto("SansTaiTham", "Lana"),
    _noto("SansYi", "Yiii", bold=False),
    _noto("SansLisu", "Lisu"),
    _noto("SansMiao", "Plrd", bold=False),
    _noto("SansCham", "Cham"),
    _noto("SerifTibetan", "Tibt"),
    _noto("SansMongolian", "Mong", bold=False),
    _noto("SansDevanagari", "Deva"),
    _noto("SansBengali", "Beng"),
    _noto("SansTamil", "Taml"),
    _noto("SansSinhala", "Sinh"),
    _noto("SansGujarati", "Gujr"),
    _noto("SansGurmukhi", "Guru"),
    _noto("SansTelugu", "Telu"),
    _noto("SansKannada", "Knda"),
    _noto("SansMalayalam", "Mlym"),
    _noto("SansOriya", "Orya"),
    _noto("SansJavanese", "Java"),
    _noto("SansBalinese", "Bali"),
    _noto("SansArmenian", "Armn"),
    _noto("SansGeorgian", "Geor"),
    _noto("SansEthiopic", "Ethi"),
    _noto("SansHebrew", "Hebr"),
    _noto("SansArabic", "Arab"),
    _noto("SansSymbols"),
    _noto("SansSymbols2", bold=False),
    _noto("SansMath", bold=False),
    _noto("Music", bold=False),
    PICTURES,
)

LANGUAGES: dict[str, tuple[str, ...]] = {
    "vi": ("Latn",),
    "en": ("Latn",),
    "ru": ("Cyrl",),
    "zh": ("Hani",),
    "ja": ("Hani", "Hira", "Kana"),
    "ko": ("Hang",),
    "lo": ("Laoo",),
    "km": ("Khmr",),
    "th": ("Thai",),
    "my": ("Mymr",),
    "blt": ("Tavt",),
    "tdd": ("Tale",),
    "khb": ("Talu", "Lana"),
    "hmn": ("Latn", "Hmng", "Hmnp", "Plrd"),
    "ii": ("Yiii",),
    "lis": ("Lisu",),
    "cjm": ("Cham",),
}
"""The scripts that a language (ISO 639) needs beside Latin."""
