"""One line for each script of the gates, and a mixed one; and the fonts that draw them, in our order."""

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
