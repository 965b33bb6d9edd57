"""The step panel: what to do now, what is proved done, what is due, what was skipped and why, what may be pressed."""

from datetime import timedelta

from playbooks.cards.sop import sop_card
from playbooks.domain.card import Card, ChoiceInput, Step, Steps
from playbooks.domain.press import PRESS, ShowSteps, WayOut
from playbooks.domain.run import TrailEntry
from tests.playbooks.deck import buttons_of, facts_of
from tests.sops.panel import NAMES, SOFIA, SOP, before_escalating, panel
from tests.sops.past import BEGUN, MEI_ID, at


def steps(card: Card, section: str = "Steps") -> dict[str, Step]:
    [shown] = [one for part in card.sections if part.title == section for one in part.elements if isinstance(one, Steps)]
    return {one.title: one for one in shown.items}


def words(card: Card, section: str) -> str:
    return "\n".join(
        one.rich for part in card.sections if part.title == section for one in part.elements if one.kind == "paragraph"
    )


def test_the_current_step_comes_first_with_its_instructions_and_what_is_due() -> None:
    card = panel()
    assert card.subtitle == "The customer waits for you · 4 of 7 steps done, 1 skipped"
    assert card.sections[0].title == "Now"
    assert words(card, "Now") == SOP.states["our_turn"].instructions
    assert facts_of(card)["Due: A lull begins"].value == (
        "in 1 min, at 02:08:30. Then the owner is reminded and a reply is drafted"
    )


def test_a_step_is_proved_by_the_message_who_wrote_it_and_when() -> None:
    assert steps(panel())["The customer has an answer"].evidence == "02:05:00 · Mei Tan · “Thank you for waiting, Priya.”"
    assert steps(panel())["Operators told"].evidence.startswith("02:00:00 · Priya Nair · “Where is my battery?")


def test_a_step_without_a_message_is_proved_by_the_deed() -> None:
    assert steps(panel())["Somebody owns the chat"].evidence == "02:00:40 · Mei Tan · Take"


def test_a_skipped_step_says_why_and_by_which_move_it_was_passed_over() -> None:
    skipped = steps(panel())["The inbox's bot went first"]
    assert skipped.status.text == "skipped"
    assert skipped.evidence == (
        "The inbox has no bot, or it had handed over already. Passed over by “Tell the operators”, 02:00:00."
    )


def test_what_can_be_done_now_says_how() -> None:
    assert steps(panel())["Expectation set"].evidence == "If the answer takes longer, say what you do and by when."


def test_of_another_day_the_date_is_told_and_times_are_the_readers() -> None:
    assert steps(panel(seconds=200_000))["Somebody owns the chat"].evidence.startswith("23 Nov 2026, 02:00")
    assert steps(panel(zone="Asia/Singapore"))["Somebody owns the chat"].evidence.startswith("10:00:40")


def test_the_moves_open_to_the_reader_are_buttons_and_the_others_say_why_not() -> None:
    card = panel()
    labels = [one.label for one in buttons_of(card)]
    assert labels[:3] == ["Holding reply", "Resolved", "Salesforce case"]
    assert "Assign to a colleague" not in labels
    assert "Assign to a colleague: needs the permission assign" in words(card, "")


def test_a_supervisor_assigns_by_choosing_a_colleague() -> None:
    card = panel(SOFIA)
    [whom] = [one for part in card.sections for one in part.elements if isinstance(one, ChoiceInput)]
    assert whom.input_id == "assignee"
    assert MEI_ID not in {one.value for one in whom.choices}, "the owner has it already"
    [assign] = [one for one in buttons_of(card) if one.label == "Assign to a colleague"]
    assert assign.needs_inputs
    assert assign.press == WayOut(conversation_id="900", transition="reassign")


def test_when_each_way_out_fits_and_what_it_needs_is_folded_below() -> None:
    [fits] = [one for one in panel().sections if one.title == "When each way out fits"]
    assert fits.collapsed
    assert "Needs: Number to call" in facts_of(panel())["Outbound phone call"].value


def test_what_to_promise_is_told_only_while_the_customer_waits_for_us() -> None:
    assert "What to promise while you look" in {one.title for one in panel().sections}
    _, run = before_escalating()
    theirs = run.model_copy(update={"state": "customer_turn"})
    assert "What to promise while you look" not in {one.title for one in panel(run=theirs).sections}


def test_a_chat_on_an_older_version_says_so() -> None:
    assert panel().footer == "Procedure live_chat, version 2026-11.1; the chat finishes on it, new chats follow 2027-01"


def test_a_long_trail_shows_its_last_dozen_and_counts_the_rest() -> None:
    _, run = before_escalating()
    many = tuple(
        TrailEntry(
            at=BEGUN + timedelta(minutes=one), transition="answer", from_state="a", to_state="our_turn", event_id=f"e{one}"
        )
        for one in range(30)
    )
    card = panel(run=run.model_copy(update={"trail": many}))
    [shown] = [
        one for part in card.sections if part.title == "What happened" for one in part.elements if isinstance(one, Steps)
    ]
    assert len(shown.items) == 12
    assert "18 earlier steps not shown." in words(card, "What happened")


def test_a_state_that_this_version_does_not_know_still_has_a_panel() -> None:
    _, run = before_escalating()
    card = panel(run=run.model_copy(update={"state": "gone_by"}))
    assert card.subtitle.startswith("Gone by")


def test_private_numbers_in_a_quoted_message_are_masked() -> None:
    recorded, run = before_escalating()
    told = recorded.conversation.parts[0].model_copy(update={"text": "My card is 4111 1111 1111 1111"})
    talk = recorded.conversation.model_copy(update={"parts": (told, *recorded.conversation.parts[1:])})
    card = sop_card(SOP, run, now=at(400), names=NAMES, conversation=talk)
    assert "4111 1111" not in card.model_dump_json()


def test_the_button_that_asks_again_survives_the_wire() -> None:
    press = ShowSteps(conversation_id="900")
    assert PRESS.validate_json(press.model_dump_json()) == press
    assert press in [one.press for one in buttons_of(panel())]
