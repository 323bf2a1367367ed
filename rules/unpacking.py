"""Bits to positions, compiled: worth its import where there are millions of arcs."""

import numpy as np
import numpy.typing as npt

from data.compiled import compiled


@compiled
def fill_positions(packed: npt.NDArray[np.uint8], positions: npt.NDArray[np.int32]) -> None:
    """Write the positions of set bits, row by row, ascending; the first bit of a byte is its highest."""
    filled = 0
    for row in range(packed.shape[0]):
        for byte in range(packed.shape[1]):
            value = packed[row, byte]
            if value == 0:
                continue
            for bit in range(8):
                if value & (128 >> bit):
                    positions[filled] = byte * 8 + bit
                    filled += 1
