"""An oblivious PRF: RFC 9497, modes OPRF and VOPRF, ristretto255-SHA512. Pure, without Django.

Words: input (what nobody else may see), element (a point, 32 bytes), blind (a scalar that hides an
input), key (the server's), proof (64 bytes: all elements were evaluated under this very key).

    sent = blind(inputs)                                    # the asker
    answer = evaluate(key, sent.elements)                   # who holds the key
    outputs = finalize(sent, answer.elements, answer.proof, key.public)
"""

from breakwater.sharing.oprf.group import BadElement, BadScalar, OprfError
from breakwater.sharing.oprf.voprf import (
    MOST_IN_A_BATCH,
    OUTPUT_SIZE,
    PROOF_SIZE,
    BadInput,
    BadProof,
    Blinded,
    Evaluation,
    Key,
    Mode,
    blind,
    derive_key,
    evaluate,
    evaluate_directly,
    finalize,
    verify,
)

__all__ = [
    "MOST_IN_A_BATCH",
    "OUTPUT_SIZE",
    "PROOF_SIZE",
    "BadElement",
    "BadInput",
    "BadProof",
    "BadScalar",
    "Blinded",
    "Evaluation",
    "Key",
    "Mode",
    "OprfError",
    "blind",
    "derive_key",
    "evaluate",
    "evaluate_directly",
    "finalize",
    "verify",
]
