"""Prefetch: ask for a cache line before it is needed.

A loop over a large array that keeps its own results in the cache waits for memory at every line,
because the processor does not look far enough ahead; one hint a line lets the two overlap: a step
of diffusion in a large box takes half the time. A hint changes no result.

Public names: ``prefetch``.
"""

from typing import Any

from llvmlite import ir
from numba.core import cgutils, config, types
from numba.extending import intrinsic

_settings: Any = config
_READ = 0
_KEEP_IN_L2 = 2
_DATA = 1


def _no_hint(_array: Any, _line: int, _column: int) -> None:
    """Do nothing: the slow twin without a compiler."""


def _hint(_typing: Any, array: Any, _line: Any, _column: Any) -> Any:
    """Prefetch a place of a two-dimensional array; it must lie within."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = signature.args[0]
        whole = context.make_array(kind)(context, builder, arguments[0])
        place = cgutils.get_item_pointer(
            context, builder, kind, whole, list(arguments[1:]), wraparound=False
        )
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
        hint = builder.module.declare_intrinsic(
            "llvm.prefetch", [byte], ir.FunctionType(ir.VoidType(), [byte, word, word, word])
        )
        how = [ir.Constant(word, number) for number in (_READ, _KEEP_IN_L2, _DATA)]
        builder.call(hint, [builder.bitcast(place, byte), *how])
        return context.get_dummy_value()

    return types.void(array, types.intp, types.intp), generate


prefetch: Any = _no_hint if _settings.DISABLE_JIT else intrinsic(_hint)
