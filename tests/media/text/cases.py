"""One line for each script of the gates, and a mixed one; and the fonts that draw them, in our order."""

from player.core.model import Notice, Style

CASES = {
    "vietnamese": "Chào mừng quý khách đến Cửa khẩu Ế Ậ Ỗ",
    "chinese": "欢迎光临金城口岸，直骨门角",
    "lao": "ຍິນດີຕ້ອນຮັບ ທີ່ນີ້ ນ້ຳ",
    "khmer": "សូមស្វាគមន៍ភ្ញៀវកិត្តិយស ស្ត្រី",
    "thai": "ยินดีต้อนรับสู่ด่านน้ำพุร้อน ที่นี่ ปู้",
    "tai-viet": "ꪎꪳꪒ ꪼꪕ ꪒꪱꪣ",
    "hmong": "𖬌𖬣𖬵 𖬌𖬲𖬞",
    "nyiakeng-hmong": "𞄀𞄄𞄰𞄫",
    "new-tai-lue": "ᦟᦲᧅᦎᦷᦑ",
    "tai-le": "ᥖᥭᥰᥘᥫᥴ",
    "yi": "ꆈꌠꉙ",
    "burmese": "မြန်မာနိုင်ငံ",
    "russian": "Добро пожаловать",
    "english": "Welcome to Viet Nam, 07:00-18:30",
}
MIXED = "Kim Thành 2026 · 欢迎光临 · ຍິນດີ · សូមស្វាគមន៍ · ที่นี่ 🇻🇳 👍🏽 1️⃣ 👨‍👩‍👧"

FAMILIES = (
    "Noto Sans",
    "Noto Sans CJK SC",
    "Noto Sans Lao",
    "Noto Sans Khmer",
    "Noto Sans Thai",
    "Noto Sans Myanmar",
    "Noto Sans Tai Viet",
    "Noto Sans Pahawh Hmong",
    "Noto Serif Nyiakeng Puachue Hmong",
    "Noto Sans New Tai Lue",
    "Noto Sans Tai Le",
    "Noto Sans Yi",
)
PICTURES = "Noto Color Emoji"

NOTICES = {
    "vietnamese": Notice(
        "Giờ mở cửa khẩu",
        "Sáng từ 7 giờ đến 11 giờ 30, chiều từ 13 giờ 30 đến 18 giờ 30, tất cả các ngày trong tuần.\n"
        "Mời quý khách chuẩn bị sẵn hộ chiếu và xếp hàng theo làn.",
        "vi",
    ),
    "chinese": Notice(
        "口岸开放时间",
        "上午七时至十一时三十分，下午一时三十分至六时三十分。请旅客提前准备好护照，按照通道标识排队通行。",
        "zh",
        Style(ground="#7A1420"),
    ),
    "lao": Notice(
        "ເວລາເປີດດ່ານ",
        "ຕອນເຊົ້າ 7 ໂມງ ຫາ 11 ໂມງ 30, ຕອນບ່າຍ 13 ໂມງ 30 ຫາ 18 ໂມງ 30. ກະລຸນາກຽມໜັງສືຜ່ານແດນໃຫ້ພ້ອມ.",
        "lo",
        Style(ground="#0F4C3A"),
    ),
    "khmer": Notice(
        "ម៉ោងបើកច្រកព្រំដែន",
        "ពេលព្រឹកពីម៉ោង ៧ ដល់ម៉ោង ១១:៣០ ពេលរសៀលពីម៉ោង ១៣:៣០ ដល់ម៉ោង ១៨:៣០។ សូមរៀបចំលិខិតឆ្លងដែនឱ្យរួចរាល់។",
        "km",
        Style(ground="#3B2A6B"),
    ),
    "thai": Notice(
        "เวลาเปิดด่าน",
        "ช่วงเช้า 7.00 น. ถึง 11.30 น. ช่วงบ่าย 13.30 น. ถึง 18.30 น. ทุกวัน กรุณาเตรียมหนังสือเดินทางให้พร้อม",
        "th",
        Style(ground="#F3EBDD", ink="#1D2A3A"),
    ),
    "english": Notice(
        "Opening hours",
        "Mornings from 7:00 to 11:30, afternoons from 13:30 to 18:30, every day. Have your passport ready. 🛂 🇻🇳",
        "en",
        Style(ground="#101418"),
    ),
}
