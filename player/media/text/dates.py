"""Dates as people of the gates' languages write them."""

from collections.abc import Callable
from datetime import date

_VI_DAYS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")
_EN_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_EN_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ZH_DAYS = "一二三四五六日"
_LO_DAYS = ("ວັນຈັນ", "ວັນອັງຄານ", "ວັນພຸດ", "ວັນພະຫັດ", "ວັນສຸກ", "ວັນເສົາ", "ວັນອາທິດ")
_LO_MONTHS = (
    *("ມັງກອນ", "ກຸມພາ", "ມີນາ", "ເມສາ", "ພຶດສະພາ", "ມິຖຸນາ"),
    *("ກໍລະກົດ", "ສິງຫາ", "ກັນຍາ", "ຕຸລາ", "ພະຈິກ", "ທັນວາ"),
)
_KM_DAYS = ("ច័ន្ទ", "អង្គារ", "ពុធ", "ព្រហស្បតិ៍", "សុក្រ", "សៅរ៍", "អាទិត្យ")
_KM_MONTHS = (
    *("មករា", "កុម្ភៈ", "មីនា", "មេសា", "ឧសភា", "មិថុនា"),
    *("កក្កដា", "សីហា", "កញ្ញា", "តុលា", "វិច្ឆិកា", "ធ្នូ"),
)


def _vietnamese(day: date) -> str:
    return f"{_VI_DAYS[day.weekday()]}, {day.day}/{day.month}/{day.year}"


def _english(day: date) -> str:
    return f"{_EN_DAYS[day.weekday()]} {day.day} {_EN_MONTHS[day.month - 1]} {day.year}"


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日 星期{_ZH_DAYS[day.weekday()]}"


def _lao(day: date) -> str:
    return f"{_LO_DAYS[day.weekday()]} ທີ {day.day} {_LO_MONTHS[day.month - 1]} {day.year}"


def _khmer(day: date) -> str:
    return f"ថ្ងៃ{_KM_DAYS[day.weekday()]} ទី{day.day} ខែ{_KM_MONTHS[day.month - 1]} ឆ្នាំ{day.year}"


_WRITERS: dict[str, Callable[[date], str]] = {
    "vi": _vietnamese,
    "en": _english,
    "zh": _chinese,
    "lo": _lao,
    "km": _khmer,
}


def long_date(day: date, language: str) -> str:
    """Weekday and date in a language (ISO 639, with or without a region); English where we do not know it."""
    return _WRITERS.get(language.split("-")[0].split("_")[0].lower(), _english)(day)
