"""A tiny encoder of random weights with a tokenizer trained on the invented corpus: a base to fine-tune in tests."""

from __future__ import annotations

from pathlib import Path

from learn_support import DOCUMENTED, OTHER


def write_base(folder: Path, family: str = "bert") -> Path:
    """Write a base below ``folder`` and return it; ``family`` is ``bert`` (segments) or ``roberta`` (none)."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast, RobertaConfig, RobertaModel

    names = {
        "pad_token": "[PAD]",
        "unk_token": "[UNK]",
        "cls_token": "[CLS]",
        "sep_token": "[SEP]",
        "mask_token": "[MASK]",
    }
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    sentences = [*OTHER, *(quote for quotes in DOCUMENTED.values() for quote in quotes)]
    trainer = trainers.WordPieceTrainer(vocab_size=600, special_tokens=list(names.values()), show_progress=False)
    tokenizer.train_from_iterator(sentences * 3, trainer)
    second = 1 if family == "bert" else 0
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair=f"[CLS] $A [SEP] $B:{second} [SEP]:{second}",
        special_tokens=[(name, tokenizer.token_to_id(name)) for name in ("[CLS]", "[SEP]")],
    )
    size = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 128}
    torch.manual_seed(1)
    vocabulary = tokenizer.get_vocab_size()
    pad = tokenizer.token_to_id("[PAD]")
    if family == "bert":
        encoder = BertModel(BertConfig(vocab_size=vocabulary, pad_token_id=pad, **size))
    else:
        config = RobertaConfig(
            vocab_size=vocabulary, pad_token_id=pad, type_vocab_size=1, max_position_embeddings=514, **size
        )
        encoder = RobertaModel(config)
    encoder.save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names).save_pretrained(folder)
    return folder
