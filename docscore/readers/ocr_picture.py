"""Pictures of pages made ready for Tesseract: upright, level, grey, of its resolution. Arithmetic on pixels only."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_SKEW = 8.0
"""Degrees within which a page that was laid askew is levelled."""

_LEAST_SKEW = 0.15
_COARSE, _FINE = 0.5, 0.05
_SKEW_DPI = 100
_CONTRAST = 60
_BLANK = 0.00005
"""A page with less than this share of its pixels dark is empty: some 400 pixels of an A4 at 300 dpi."""

_MOST_DOTS = 60_000


@dataclass(frozen=True, slots=True)
class Picture:
    """A grey picture (mode ``L``) of one page, and its resolution in pixels per inch."""

    image: Image
    dpi: float

    def png(self) -> bytes:
        """The picture as PNG, not packed: it only goes through a pipe."""
        out = BytesIO()
        self.image.save(out, "PNG", compress_level=0)
        return out.getvalue()

    def paper(self) -> float:
        """The brightness of the paper, 0..255."""
        return _paper(self.image)

    def turned(self, degrees: int) -> Picture:
        """Turned clockwise by a multiple of 90 degrees."""
        from PIL.Image import Transpose

        turns = {90: Transpose.ROTATE_270, 180: Transpose.ROTATE_180, 270: Transpose.ROTATE_90}
        turn = turns.get(degrees % 360)
        return self if turn is None else Picture(self.image.transpose(turn), self.dpi)

    def levelled(self) -> Picture:
        """Turned so that its lines lie level, where they are askew by up to :data:`MAX_SKEW` degrees."""
        from PIL.Image import Resampling

        angle = skew(self)
        if abs(angle) < _LEAST_SKEW:
            return self
        paper = int(_paper(self.image))
        return Picture(self.image.rotate(-angle, Resampling.BICUBIC, fillcolor=paper), self.dpi)

    def without_specks(self) -> Picture:
        """With single dark and light dots taken out, which otherwise become accents and full stops."""
        from PIL.ImageFilter import MedianFilter

        return Picture(self.image.filter(MedianFilter(3)), self.dpi)

    def is_blank(self) -> bool:
        """Whether there is nothing on the page, such as the back of a sheet."""
        import numpy as np

        grey = np.asarray(self.image)
        return bool(np.count_nonzero(grey < _paper(self.image) - _CONTRAST) < _BLANK * grey.size)


def _paper(image: Image) -> float:
    """The brightness of the paper: most of a page is not ink."""
    histogram = image.histogram()
    half, count = sum(histogram) / 2, 0
    for level, number in enumerate(histogram):
        count += number
        if count >= half:
            return float(level)
    return 255.0


def skew(picture: Picture) -> float:
    """By how many degrees the lines of a page rise to the right, 0 where no direction stands out.

    The ink is projected along many directions; along the lines it falls into sharp rows.
    """
    import numpy as np
    from PIL.Image import Resampling

    factor = max(1, round(picture.dpi / _SKEW_DPI))
    small = picture.image.reduce(factor) if factor > 1 else picture.image
    if max(small.size) > 4000:
        small = small.resize((small.width // 2, small.height // 2), Resampling.BOX)
    grey = np.asarray(small)
    rows, columns = np.nonzero(grey < _paper(small) - _CONTRAST)
    if len(rows) < 200:
        return 0.0
    if len(rows) > _MOST_DOTS:
        step = -(-len(rows) // _MOST_DOTS)
        rows, columns = rows[::step], columns[::step]
    x, y = columns.astype(np.float32), rows.astype(np.float32)
    coarse = np.arange(-MAX_SKEW, MAX_SKEW + _COARSE / 2, _COARSE)
    sharp = np.array([_sharpness(x, y, angle) for angle in coarse])
    best = float(coarse[int(sharp.argmax())])
    if sharp.max() < 1.15 * float(np.median(sharp)):
        return 0.0
    fine = np.arange(best - _COARSE, best + _COARSE + _FINE / 2, _FINE)
    return round(float(fine[int(np.argmax([_sharpness(x, y, angle) for angle in fine]))]), 2)


def _sharpness(x: Any, y: Any, angle: float) -> float:
    """How unevenly the ink falls on rows that rise by ``angle`` degrees to the right."""
    import numpy as np

    row = y + x * np.float32(np.tan(np.radians(angle)))
    row -= row.min()
    return float(np.square(np.bincount(row.astype(np.int32)).astype(np.float64)).sum())
