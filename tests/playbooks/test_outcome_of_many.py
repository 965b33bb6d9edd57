"""Of several drafts that lay there, the one that was sent made the answer; the others were passed over."""

from playbooks.outcome import outcomes_of

DRAFTS = {
    "long": "We open an investigation with DHL today. They answer within two working days, and I write to you by e-mail.",
    "short": "We open an investigation with DHL today.",
    "macro": "Your refund has been started.",
}


def test_the_draft_most_like_the_answer_counts_and_no_other() -> None:
    assert outcomes_of(DRAFTS, DRAFTS["short"]) == {"long": "ignored", "short": "used", "macro": "ignored"}


def test_a_draft_known_to_be_sent_counts_however_it_was_edited() -> None:
    sent = "Your refund has been started. We open an investigation with DHL today."
    assert outcomes_of(DRAFTS, sent, "macro")["macro"] == "edited"
    assert outcomes_of(DRAFTS, sent, "macro")["short"] == "ignored"


def test_words_of_the_agents_own_are_no_draft() -> None:
    assert set(outcomes_of(DRAFTS, "Please call us tomorrow morning at nine.").values()) == {"ignored"}
    assert outcomes_of({}, "Hello") == {}
