"""The guide for travellers: two pages of PDF, 16:9, in Vietnamese, Chinese and English.

Vector drawing throughout; Skia embeds the letters that are used. The text is a sample: it names no rule, fee or number.
"""

from collections.abc import Callable
from pathlib import Path

import brocade
import skia
from kit import ink
from lettering import wrap, write

PAGE = (1280.0, 720.0)
PAPER, INDIGO, RED, TEAL, GOLD, GREY = "#FCF7EC", "#1B2148", "#C8202F", "#14707C", "#D9952B", "#5B6078"


def line(colour: str, wide: float = 3.2) -> skia.Paint:
    paint = ink(colour)
    paint.setStyle(skia.Paint.kStroke_Style)
    paint.setStrokeWidth(wide)
    paint.setStrokeCap(skia.Paint.kRound_Cap)
    paint.setStrokeJoin(skia.Paint.kRound_Join)
    return paint


def trace(canvas: skia.Canvas, points: list[tuple[float, float]], paint: skia.Paint, close: bool = False) -> None:
    path = skia.PathBuilder()
    path.addPolygon([skia.Point(x, y) for x, y in points], close)
    canvas.drawPath(path.detach(), paint)


def box(
    canvas: skia.Canvas, left: float, top: float, right: float, bottom: float, round_: float, paint: skia.Paint
) -> None:
    canvas.drawRoundRect(skia.Rect(left, top, right, bottom), round_, round_, paint)


def passport(canvas: skia.Canvas, pen: skia.Paint) -> None:
    box(canvas, -17, -24, 17, 24, 4, pen)
    canvas.drawCircle(0, -5, 9, pen)
    canvas.drawOval(skia.Rect(-4, -14, 4, 4), pen)
    canvas.drawLine(-9, -5, 9, -5, pen)
    canvas.drawLine(-9, 14, 9, 14, pen)


def form(canvas: skia.Canvas, pen: skia.Paint) -> None:
    box(canvas, -21, -24, 13, 24, 4, pen)
    for y, right in ((-12, 4), (-2, 4), (8, -6)):
        canvas.drawLine(-13, y, right, y, pen)
    trace(canvas, [(4, 18), (6, 8), (22, -12), (29, -6), (13, 13)], pen, True)


def suitcase(canvas: skia.Canvas, pen: skia.Paint) -> None:
    box(canvas, -25, -12, 25, 22, 5, pen)
    trace(canvas, [(-9, -12), (-9, -21), (9, -21), (9, -12)], pen)
    canvas.drawLine(-13, -12, -13, 22, pen)
    canvas.drawLine(13, -12, 13, 22, pen)


def desk(canvas: skia.Canvas, pen: skia.Paint) -> None:
    trace(canvas, [(0, -25), (22, -17), (22, 0), (17, 12), (0, 25), (-17, 12), (-22, 0), (-22, -17)], pen, True)
    trace(canvas, [(-10, 0), (-3, 8), (11, -8)], pen)


def parcel(canvas: skia.Canvas, pen: skia.Paint) -> None:
    trace(canvas, [(0, -25), (23, -13), (23, 13), (0, 25), (-23, 13), (-23, -13)], pen, True)
    trace(canvas, [(-23, -13), (0, -1), (23, -13)], pen)
    canvas.drawLine(0, -1, 0, 25, pen)
    canvas.drawLine(-11, -19, 12, -7, pen)


def gate(canvas: skia.Canvas, pen: skia.Paint) -> None:
    path = skia.PathBuilder()
    path.moveTo(-27, -12)
    path.quadTo(0, -27, 27, -12)
    canvas.drawPath(path.detach(), pen)
    for x in (-20, 20):
        canvas.drawLine(x, -13, x, 24, pen)
    canvas.drawLine(-10, 8, 10, 8, pen)
    trace(canvas, [(3, 0), (11, 8), (3, 16)], pen)


def queue(canvas: skia.Canvas, pen: skia.Paint) -> None:
    for x in (-19, 0, 19):
        canvas.drawCircle(x, -12, 6, pen)
        trace(canvas, [(x - 7, 20), (x - 7, 2), (x + 7, 2), (x + 7, 20)], pen)


def care(canvas: skia.Canvas, pen: skia.Paint) -> None:
    heart = skia.PathBuilder()
    heart.moveTo(0, 21)
    heart.cubicTo(-34, -3, -22, -26, 0, -10)
    heart.cubicTo(22, -26, 34, -3, 0, 21)
    canvas.drawPath(heart.detach(), pen)


def clean(canvas: skia.Canvas, pen: skia.Paint) -> None:
    trace(canvas, [(-15, -10), (-11, 24), (11, 24), (15, -10)], pen)
    canvas.drawLine(-20, -10, 20, -10, pen)
    trace(canvas, [(-7, -10), (-7, -18), (7, -18), (7, -10)], pen)
    for x in (-5, 5):
        canvas.drawLine(x, -1, x * 0.8, 15, pen)


def camera(canvas: skia.Canvas, pen: skia.Paint) -> None:
    box(canvas, -25, -13, 25, 20, 5, pen)
    canvas.drawCircle(0, 3, 10, pen)
    trace(canvas, [(-9, -13), (-5, -20), (5, -20), (9, -13)], pen)


def flame(canvas: skia.Canvas, pen: skia.Paint) -> None:
    path = skia.PathBuilder()
    path.moveTo(2, -25)
    path.cubicTo(6, -12, 20, -6, 18, 8)
    path.cubicTo(16, 28, -18, 28, -18, 6)
    path.cubicTo(-18, -2, -12, -6, -10, -13)
    path.cubicTo(-4, -9, -3, -5, -3, -3)
    path.cubicTo(2, -8, 4, -16, 2, -25)
    canvas.drawPath(path.detach(), pen)


def stranger(canvas: skia.Canvas, pen: skia.Paint) -> None:
    canvas.drawCircle(-13, -12, 8, pen)
    trace(canvas, [(-25, 22), (-25, 6), (-3, 6), (-3, 22)], pen)
    box(canvas, 5, 4, 27, 22, 4, pen)
    trace(canvas, [(11, 4), (11, -3), (21, -3), (21, 4)], pen)


Icon = Callable[[skia.Canvas, skia.Paint], None]
STEPS: tuple[tuple[Icon, str, str, str, str], ...] = (
    (
        passport,
        "Chuẩn bị giấy tờ",
        "准备证件",
        "Prepare documents",
        "Hộ chiếu hoặc giấy tờ đi lại còn hạn, để sẵn trên tay.",
    ),
    (form, "Khai báo", "填写申报", "Declare", "Điền đầy đủ, rõ ràng và đúng sự thật các thông tin được hỏi."),
    (
        suitcase,
        "Soi chiếu hành lý",
        "行李安检",
        "Baggage screening",
        "Đặt hành lý lên băng chuyền và trông coi đồ đạc của mình.",
    ),
    (
        desk,
        "Kiểm soát biên phòng",
        "边防检查",
        "Passport control",
        "Xuất trình giấy tờ, bỏ mũ và kính râm, nhìn thẳng.",
    ),
    (parcel, "Hải quan", "海关检查", "Customs", "Khai báo hàng hóa mang theo khi thuộc diện phải khai."),
    (
        gate,
        "Qua cửa khẩu",
        "顺利通关",
        "Through the gate",
        "Kiểm tra lại giấy tờ, hành lý. Chúc quý khách đi đường bình an!",
    ),
)
DO: tuple[tuple[Icon, str, str, str], ...] = (
    (queue, "Xếp hàng theo thứ tự", "请按顺序排队", "Please keep your place in the queue"),
    (
        care,
        "Nhường lối cho người già, trẻ nhỏ, người khuyết tật",
        "礼让老人、儿童和残障人士",
        "Make way for elders, children, people with disabilities",
    ),
    (clean, "Giữ gìn vệ sinh chung", "保持环境卫生", "Help us keep the gate clean"),
)
DONT: tuple[tuple[Icon, str, str, str], ...] = (
    (camera, "Không chụp ảnh nơi có biển cấm", "禁拍区域请勿拍照", "No photographs where signs forbid them"),
    (
        stranger,
        "Không mang, giữ hộ đồ người lạ",
        "请勿替陌生人携带或保管物品",
        "Do not carry or keep things for strangers",
    ),
    (flame, "Không mang chất dễ cháy, dễ nổ", "请勿携带易燃易爆物品", "No inflammable or explosive materials"),
)


def ribbon(canvas: skia.Canvas) -> None:
    """A strip of brocade down the left edge, as vectors."""
    cell, wide = 5.0, 14
    canvas.drawRect(skia.Rect(0, 0, cell * wide, PAGE[1]), ink(brocade.THREAD[0]))
    for row in range(int(PAGE[1] / cell)):
        for column in range(wide):
            a = int(abs(column - (wide - 1) / 2))
            b = int(abs(row % 24 - 11.5))
            code = {0: 2, 1: 2, 3: 5, 5: 1, 7: 3, 8: 4, 11: 7, 13: 6}.get(a + b, 0)
            code = 5 if column in (0, wide - 1) else (2 if column in (1, wide - 2) else code)
            if code:
                left, top = column * cell, row * cell
                canvas.drawRect(
                    skia.Rect(left + 0.35, top + 0.35, left + cell - 0.35, top + cell - 0.35), ink(brocade.THREAD[code])
                )


def heading(canvas: skia.Canvas, vi: str, zh: str, en: str) -> None:
    canvas.drawRect(skia.Rect(0, 0, *PAGE), ink(PAPER))
    ribbon(canvas)
    write(canvas, vi, (112, 92), "serif-strong", 46, ink(INDIGO))
    end = 114 + write(canvas, zh, (114, 136), "zh-bold", 25, ink(RED), spacing=2)
    write(canvas, en, (end + 26, 135), "sans", 23, ink(TEAL))


def footing(canvas: skia.Canvas, number: int) -> None:
    canvas.drawRect(skia.Rect(112, 668, 1232, 669.5), ink("#E2D6BE"))
    said = (
        "Tài liệu minh họa · 示例资料 · Sample text. Xin hỏi cán bộ tại quầy khi cần giúp đỡ · "
        "如需帮助请咨询工作人员 · Please ask our officers for help."
    )
    write(canvas, said, (112, 695), "zh", 14.5, ink(GREY))
    write(canvas, f"{number} / 2", (1232, 695), "bold", 15, ink(GREY), "right")


def steps(canvas: skia.Canvas) -> None:
    """Page 1: six steps in two rows, joined by a road."""
    heading(canvas, "Thủ tục xuất nhập cảnh: 6 bước", "出入境手续六步骤", "Six steps through the gate")
    wide, tall = 360.0, 234.0
    for k, (icon, vi, zh, en, more) in enumerate(STEPS):
        left, top = 112 + (k % 3) * (wide + 20), 164 + (k // 3) * (tall + 18)
        tone = (INDIGO, TEAL, GOLD)[k % 3] if k < 3 else (RED, INDIGO, TEAL)[k % 3]
        box(canvas, left + 2, top + 4, left + wide + 2, top + tall + 4, 16, ink("#E9DEC8"))
        box(canvas, left, top, left + wide, top + tall, 16, ink("#FFFFFF"))
        canvas.save()
        canvas.clipRRect(skia.RRect.MakeRectXY(skia.Rect(left, top, left + wide, top + tall), 16, 16), doAntiAlias=True)
        canvas.drawRect(skia.Rect(left, top, left + 9, top + tall), ink(tone))
        canvas.restore()
        canvas.drawCircle(left + 62, top + 60, 40, ink(tone))
        canvas.save()
        canvas.translate(left + 62, top + 60)
        icon(canvas, line("#FFFFFF", 3.0))
        canvas.restore()
        write(canvas, str(k + 1), (left + wide - 22, top + 70), "serif-strong", 62, ink(tone, 0.22), "right")
        write(canvas, zh, (left + 120, top + 52), "zh-bold", 25, ink(tone), spacing=1.5)
        write(canvas, en, (left + 120, top + 82), "sans", 19.5, ink(GREY))
        write(canvas, vi, (left + 28, top + 142), "bold", 26, ink(INDIGO))
        for n, words in enumerate(wrap(more, "sans", 20, wide - 52)):
            write(canvas, words, (left + 28, top + 175 + 27 * n), "sans", 20, ink("#3A3F58"))
        if k % 3 < 2:
            x, y = left + wide + 10, top + tall / 2
            canvas.drawCircle(x, y, 15, ink(PAPER))
            trace(canvas, [(x - 4, y - 7), (x + 4, y), (x - 4, y + 7)], line(GOLD, 3.4))
    footing(canvas, 1)


def manners(canvas: skia.Canvas) -> None:
    """Page 2: what to do and what not."""
    heading(canvas, "Văn minh nơi cửa khẩu", "文明口岸", "Courtesy at the gate")
    columns = ((DO, TEAL, "Xin vui lòng", "请", "Please"), (DONT, RED, "Xin đừng", "请勿", "Please do not"))
    for k, (entries, tone, vi, zh, en) in enumerate(columns):
        left = 112 + k * 570.0
        box(canvas, left, 166, left + 550, 222, 14, ink(tone))
        end = left + 24 + write(canvas, vi, (left + 24, 204), "bold", 28, ink("#FFFFFF"))
        write(canvas, f"{zh} · {en}", (end + 18, 203), "zh", 21, ink("#FFFFFF", 0.92))
        for n, (icon, first, second, third) in enumerate(entries):
            top = 238 + n * 140.0
            box(canvas, left + 2, top + 3, left + 552, top + 129, 14, ink("#E9DEC8"))
            box(canvas, left, top, left + 550, top + 126, 14, ink("#FFFFFF"))
            canvas.save()
            canvas.translate(left + 62, top + 63)
            canvas.drawCircle(0, 0, 42, ink(tone, 0.12))
            icon(canvas, line(tone, 3.2))
            if k:
                canvas.drawCircle(0, 0, 42, line(tone, 4))
                canvas.drawLine(-29.7, 29.7, 29.7, -29.7, line(tone, 4))
            canvas.restore()
            lines = wrap(first, "bold", 23, 410)
            y = top + (44 if len(lines) == 1 else 31)
            for words in lines:
                write(canvas, words, (left + 124, y), "bold", 23, ink(INDIGO))
                y += 27
            write(canvas, second, (left + 124, y + (5 if len(lines) == 1 else 1)), "zh", 20, ink(tone))
            write(canvas, third, (left + 124, y + (32 if len(lines) == 1 else 25)), "sans", 15.5, ink(GREY))
    footing(canvas, 2)


def make(target: Path) -> Path:
    """The guide at `target`."""
    stream = skia.FILEWStream(str(target))
    facts = skia.PDF.Metadata()
    facts.fTitle = "Hướng dẫn thủ tục xuất nhập cảnh"
    facts.fAuthor = "Gateplayer"
    with skia.PDF.MakeDocument(stream, facts) as document:
        for page in (steps, manners):
            with document.page(*PAGE) as canvas:
                page(canvas)
    stream.flush()
    return target
