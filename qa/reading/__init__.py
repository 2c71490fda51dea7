"""Reading passages for an answer: how probably each one answers, in which sentence, and with which words.

Importing this loads nothing heavy; a reader's weights are loaded when it first reads.
"""

from __future__ import annotations

from qa.reading.calibration import Calibrated
from qa.reading.cross_encoder import CrossEncoderReader, open_cross_encoder
from qa.reading.early_stopping import Enough, read_until
from qa.reading.trained.reader import TrainedReader, open_reader
from qa.reading.types import PassageReader, PassageText, Reading

__all__ = [
    "Calibrated",
    "CrossEncoderReader",
    "Enough",
    "PassageReader",
    "PassageText",
    "Reading",
    "TrainedReader",
    "open_cross_encoder",
    "open_reader",
    "read_until",
]
