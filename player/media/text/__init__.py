"""Text to pixels: every script of the gates, shaped, wrapped, laid out.

From the bottom up: `tables`, `characters` (what a character is), `sfnt`, `fontlist`, `fonts` (which face has it),
`itemise` (text to runs of one face and script), `shaping` (runs to advances and masks), `lettering` (lines of runs onto
pictures), `wrapping`, `layout`; on them stand `notice`, `caption`, `clock`, `slate` and `crawl`. `check` and
`textfiles` serve the intake. Drawing is for a decoder's child: it opens fonts by `pygame.font`, and never a display.
"""
