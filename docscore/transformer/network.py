"""The network: any encoder, the mean of the sentence's own tokens, and one logit a head.

Imported only where torch is needed.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import torch
from torch import nn

from docscore.errors import ModelError
from docscore.transformer.needs import place_of

HEAD = "head.safetensors"


class PassageClassifier(nn.Module):  # type: ignore[misc]  # torch is not typed here
    """An encoder with a linear head over the mean of the sentence's own tokens.

    The surroundings are read by the encoder's attention and not averaged in: they say how the sentence is meant.

    Args:
        encoder: from ``AutoModel``.
        heads: number of logits.
        dropout: before the head, in training.
        positive_weight: how much a documented sentence counts, shape (heads,); ones where None.
    """

    def __init__(self, encoder: Any, heads: int, dropout: float = 0.1, positive_weight: Any = None) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(encoder.config.hidden_size, heads)
        weight = torch.ones(heads) if positive_weight is None else torch.as_tensor(positive_weight, dtype=torch.float32)
        self.register_buffer("positive_weight", weight, persistent=False)
        self.segmented = uses_segments(encoder)

    def forward(
        self,
        input_ids: Any,
        attention_mask: Any,
        own: Any,
        token_type_ids: Any = None,
        labels: Any = None,
        weights: Any = None,
    ) -> dict[str, Any]:
        """Logits of shape (windows, heads), and the loss where there are labels.

        Args:
            input_ids: (windows, tokens), as the other three.
            attention_mask: 1 for a token, 0 for padding.
            own: 1 for the sentence's own tokens.
            token_type_ids: segments; left out for an encoder that has none.
            labels: (windows, heads) with 0, 1 or NaN (nobody judged it: no loss).
            weights: (windows,), how much each counts.
        """
        extra = {"token_type_ids": token_type_ids} if self.segmented else {}
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask, **extra).last_hidden_state
        share = own.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * share).sum(1) / share.sum(1).clamp(min=1.0)
        logits = self.head(self.dropout(mean)).float()
        if labels is None:
            return {"logits": logits}
        known = ~torch.isnan(labels)
        truth = torch.nan_to_num(labels)
        each = nn.functional.binary_cross_entropy_with_logits(
            logits, truth, reduction="none", pos_weight=self.positive_weight
        )
        counted = known * weights.unsqueeze(-1)
        return {"loss": (each * counted).sum() / counted.sum().clamp(min=1.0), "logits": logits}


def hush() -> None:
    """Keep transformers' own bars and warnings off the screen."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()


def uses_segments(encoder: Any) -> bool:
    """Whether an encoder tells the sentence from its surroundings by ``token_type_ids``."""
    named = "token_type_ids" in inspect.signature(encoder.forward).parameters
    return named and int(getattr(encoder.config, "type_vocab_size", 0) or 0) > 1


def load_base(base: str, allow_download: bool, heads: int, dropout: float, positive_weight: Any = None) -> Any:
    """A fresh classifier over a pretrained encoder.

    Weights in safetensors are preferred; others are read by torch's restricted reader, which runs no code.

    Raises:
        ModelError: the base is not on this machine, or needs code of its own.
    """
    from transformers import AutoModel

    hush()
    where = place_of(base)
    try:
        encoder = AutoModel.from_pretrained(
            where, local_files_only=not allow_download, trust_remote_code=False, dtype=torch.float32
        )
    except (OSError, ValueError, ImportError) as error:
        raise ModelError(unusable(base, allow_download)) from error
    if not hasattr(encoder.config, "hidden_size") or getattr(encoder.config, "is_encoder_decoder", False):
        raise ModelError(f"{base} er ikke en encoder. Vælg en model af typen BERT, RoBERTa, XLM-R eller ModernBERT.")
    return PassageClassifier(encoder, heads, dropout, positive_weight)


def longest_input(base: str, allow_download: bool) -> int | None:
    """How many tokens a base can read at once; None where it has no limit. Its weights are not loaded.

    Raises:
        ModelError: the base cannot be used.
    """
    from transformers import AutoConfig, AutoModel

    hush()
    try:
        config = AutoConfig.from_pretrained(
            place_of(base), local_files_only=not allow_download, trust_remote_code=False
        )
        with torch.device("meta"):
            encoder = AutoModel.from_config(config, trust_remote_code=False)
    except (OSError, ValueError, ImportError) as error:
        raise ModelError(unusable(base, allow_download)) from error
    for name, module in encoder.named_modules():
        if name.endswith("position_embeddings") and isinstance(module, nn.Embedding):
            # RoBERTa and its kin begin to count after the id of padding.
            return int(module.num_embeddings) - (0 if module.padding_idx is None else int(module.padding_idx) + 1)
    most = int(getattr(config, "max_position_embeddings", 0) or 0)
    return most if most > 0 else None


def load_base_tokenizer(base: str, allow_download: bool) -> Any:
    """The tokenizer of a base, as transformers knows it.

    Raises:
        ModelError: it is not on this machine, or has no fast tokenizer (``tokenizer.json``).
    """
    from transformers import AutoTokenizer

    hush()
    try:
        tokenizer = AutoTokenizer.from_pretrained(
            place_of(base), local_files_only=not allow_download, trust_remote_code=False, use_fast=True
        )
    except (OSError, ValueError, ImportError) as error:
        raise ModelError(unusable(base, allow_download)) from error
    if not getattr(tokenizer, "is_fast", False):
        raise ModelError(f"{base} har ingen tokenizer.json. Vælg en grundmodel, der har en.")
    return tokenizer


def unusable(base: str, allow_download: bool) -> str:
    """Why a base cannot be loaded, and what to do."""
    if Path(base).is_dir():
        return (
            f"{base} kan ikke bruges som grundmodel. Mappen skal have config.json, tokenizer.json og vægte, og "
            "modellen må ikke kræve egen kode."
        )
    if allow_download:
        return f"Grundmodellen {base} kunne ikke hentes eller bruges. Tjek navnet og forbindelsen."
    return (
        f"Grundmodellen {base} findes ikke på denne maskine. Angiv mappen, den ligger i, eller sig --allow-download "
        "for at hente den fra Hugging Face."
    )


def save_network(network: Any, folder: Path) -> None:
    """Write encoder and head as safetensors, with the encoder's ``config.json``."""
    from safetensors.torch import save_file

    network.encoder.save_pretrained(folder)
    state = {name: value.detach().cpu().contiguous() for name, value in network.head.state_dict().items()}
    save_file(state, folder / HEAD)


def load_network(folder: Path, heads: int, attention: str | None = None) -> Any:
    """The classifier of a model folder, ready to score.

    Args:
        folder: written by :func:`save_network`.
        heads: its number of heads.
        attention: transformers' name of an implementation of attention; None for its own choice.

    Raises:
        ModelError: the files are not what they should be.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file
    from transformers import AutoModel

    hush()
    chosen = {"attn_implementation": attention} if attention else {}
    try:
        encoder = AutoModel.from_pretrained(
            str(folder),
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            dtype=torch.float32,
            **chosen,
        )
        network = PassageClassifier(encoder, heads, 0.0)
        network.head.load_state_dict(load_file(folder / HEAD))
    except (OSError, ValueError, RuntimeError, ImportError, SafetensorError) as error:
        raise ModelError(f"{folder} kan ikke læses som encoder. Hent eller træn modellen igen.") from error
    return network.eval()
