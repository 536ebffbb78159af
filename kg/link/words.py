"""Word lists of the name parser: what may be left off a name, and what may not."""

from __future__ import annotations

from kg.records import EntityKind


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


LEADING = _set(
    "our the a an proposed novel new standard original popular famous state-of-the-art sota recent existing so-called "
    "well-known widely-used this their its such various public publicly available challenging"
)
"""Lower-case words before a name that are no part of it ('The Pile' loses its article too)."""

ORGANISATIONS = _set("openai meta google deepmind microsoft anthropic facebook nvidia alibaba salesforce")
"""Makers that are written before a known name: 'OpenAI GPT-4', "Google's BERT"."""

SUFFIXES: dict[EntityKind, frozenset[str]] = {
    "dataset": _set(
        "dataset corpus benchmark database collection data suite simulator leaderboard testbed environment"
    ),
    "method": _set("algorithm method approach technique framework optimizer procedure toolkit library"),
    "metric": _set("score metric value measure"),
    "task": _set("task problem"),
}
"""Last words (singular, American) that only say what kind of thing it is."""

NAME_SUFFIXES = _set(
    "model network architecture family series backbone module package software library method algorithm optimizer "
    "checkpoint variant implementation solver toolbox"
)
"""Last words that go after a proper name only: 'LLaMA model', but 'diffusion model' stays whole."""

WHOLE_NAMES = _set("crossentropymethod")
"""Names that mean something else without their last word: cross-entropy alone is a loss."""

MODEL_KINDS = _set("large language vision foundation pretrained pre-trained")
"""Words that may stand between a proper name and 'model': 'LLaMA large language model'."""

GENERIC_HEADS = _set(
    "diffusion language world generative mixture markov reward foundation embedding topic graphical neural deep "
    "kernel genetic evolutionary spectral ensemble greedy linear statistical gaussian bayesian causal probabilistic "
    "stochastic bandit policy value actor critic teacher student base target attention memory convolution recurrent "
    "hybrid energy flow score vision video image text speech audio graph tree point transfer federated online offline "
    "meta multimodal large small pretrained foundational proxy surrogate classification regression ranking retrieval "
    "segmentation detection tracking prediction dynamic dialog latent sparse siamese adversarial autoregressive "
    "approximate exact simple fast adaptive distributed parallel sequential modular hierarchical symbolic logic"
)
"""Words that are no proper name even with a capital: 'Diffusion models', 'Genetic algorithm'."""

METHOD_VARIANTS = _set(
    "base large small tiny mini medium huge giant xl xxl xxxl chat instruct pro flash ultra nano turbo lite preview "
    "coder sonnet haiku opus plus max"
)
"""Words after the name of a model that name a size or a variant of it."""

GLUED_VARIANTS = _set("base large small tiny huge instruct chat")
"""Variants that are also written without a space: BERTBASE, MobileNetV3Large."""

SIZE_LETTERS = {
    "t": "tiny",
    "s": "small",
    "b": "base",
    "l": "large",
    "h": "huge",
    "g": "giant",
    "n": "nano",
    "m": "medium",
    "x": "xlarge",
}
SIZE_LETTER_FAMILIES: dict[str, str] = {
    "vit": "tsblhg",
    "visiontransformer": "tsblhg",
    "deit": "tsb",
    "swin": "tsblh",
    "swintransformer": "tsblh",
    "beit": "bl",
    "convnext": "tsbl",
    "mixer": "sblh",
    "mlpmixer": "sblh",
    "eva": "tsblg",
    "dino": "sblg",
    "siglip": "bl",
    "yolo": "nsmlx",
    "maxvit": "tsbl",
    "sam": "blh",
    "dit": "sbl",
    "cswin": "tsbl",
    "coatnet": "",
    "videomae": "sblh",
    "timesformer": "l",
    "mae": "blh",
    "depthanything": "sbl",
    "vitdet": "blh",
    "efficientnet": "sml",
    "aim": "l",
    "ast": "sb",
    "hubert": "bl",
    "mamba": "tsbl",
    "vmamba": "tsb",
    "focalnet": "tsbl",
    "davit": "tsb",
    "segformer": "",
}
"""Families whose sizes are written as single letters (ViT-B/16, Swin-T), with the letters they use."""

SPLITS = {
    "train": "train",
    "training": "train",
    "test": "test",
    "testing": "test",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "development",
    "development": "development",
    "testdev": "test-dev",
    "teststd": "test-std",
    "minival": "minival",
    "trainval": "trainval",
}
SPLIT_NOUNS = _set("set split partition portion")

COUNTS = {
    "zero": "0",
    "one": "1",
    "single": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
}
COUNTED = _set("shot way step stage hop bit stream player layer dimensional view")
"""Nouns before which a number word is read as its number: 'one-shot' = '1-shot'."""

METRIC_WORDS = {
    "acc": "accuracy",
    "accuracie": "accuracy",
    "avg": "average",
    "averaged": "average",
    "ave": "average",
    "prec": "precision",
    "rec": "recall",
    "ppl": "perplexity",
    "err": "error",
    "normalised": "normalized",
    "hit": "hits",
}
METRIC_LETTERS_AT = {"r": "recall", "p": "precision", "h": "hits", "acc": "accuracy", "n": "ndcg"}
"""Letters that stand for a metric when a rank follows: R@10, P@5."""

AVERAGING = _set("macro micro weighted samplewise")

LANGUAGES = {
    name: code
    for code, name in (
        pair.split("=")
        for pair in (
            "en=english de=german fr=french es=spanish it=italian pt=portuguese nl=dutch ru=russian zh=chinese "
            "ja=japanese ko=korean ar=arabic cs=czech ro=romanian fi=finnish et=estonian lv=latvian lt=lithuanian "
            "tr=turkish hi=hindi gu=gujarati kk=kazakh vi=vietnamese th=thai id=indonesian ms=malay uk=ukrainian "
            "pl=polish hu=hungarian bg=bulgarian el=greek da=danish sv=swedish nb=norwegian he=hebrew fa=persian "
            "ur=urdu bn=bengali ta=tamil te=telugu ml=malayalam kn=kannada mr=marathi ne=nepali si=sinhala km=khmer "
            "lo=lao my=burmese sw=swahili yo=yoruba ha=hausa ig=igbo zu=zulu xh=xhosa am=amharic so=somali "
            "af=afrikaans ca=catalan gl=galician eu=basque cy=welsh ga=irish mt=maltese sq=albanian sr=serbian "
            "hr=croatian bs=bosnian sl=slovenian sk=slovak mk=macedonian is=icelandic la=latin sa=sanskrit"
        ).split()
    )
} | {"farsi": "fa", "slovene": "sl", "mandarin": "zh"}
"""Languages with their ISO 639-1 codes, for the language pair of a corpus."""

DESCRIPTIVE_FIRST = _set(
    "our novel new proposed unified simple efficient effective general generic two-stage three-stage multi-stage "
    "one-stage single-stage end-to-end hybrid improved enhanced lightweight modular principled robust scalable "
    "two-step three-step multi-step data-driven learning-based model-based flexible practical customized bespoke "
    "unsupervised supervised traditional classical conventional statistical baseline existing "
    "task-specific automated automatic innovative optimized tailored specialized comprehensive dedicated"
)
DESCRIPTIVE_LAST = _set(
    "framework approach method strategy pipeline module scheme mechanism procedure system model architecture "
    "network algorithm technique process paradigm solution methodology component design formulation objective "
    "dataset benchmark corpus protocol workflow"
)
"""A lower-case name that starts and ends so describes; it names nothing that another paper could mean."""
