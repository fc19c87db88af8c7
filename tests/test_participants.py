"""Who takes part, where, and who says so, for marked triggers."""

from __future__ import annotations

import pytest
from spacy.language import Language

from pipeline.model.doc import Participant
from tests.conftest import cases
from tests.test_modality import read


def name(participant: Participant) -> str:
    mention = participant.mention
    return participant.text if mention is None else mention._.name or mention.text


@pytest.mark.parametrize("case", cases("participants.csv"), ids=lambda case: case["text"])
def test_roles(nlp: Language, case: dict[str, str]) -> None:
    doc, (event,) = read(nlp, case["text"], case["type"])
    roles = {"agents": ("agent",), "patients": ("patient", "recipient"), "places": ("place",)}
    found = {key: " | ".join(name(p) for p in event.participants if p.role in role) for key, role in roles.items()}
    assert found == {key: case[key] for key in roles}
    for one in event.participants:
        assert one.role == "speaker" or doc.text[one.start : one.end] == one.text


@pytest.mark.parametrize("case", cases("speakers.csv"), ids=lambda case: case["text"])
def test_speaker(nlp: Language, case: dict[str, str]) -> None:
    _, (event,) = read(nlp, case["text"], "other")
    assert event.speaker == case["speaker"]
