"""What a due time means: a conversation's timers, or one of the house's own rounds, told apart by the timer's name."""

from bot.desk.bulk import ITEM, PROGRESS, item_due, progress
from bot.desk.by_itself import TIMER as ALERT
from bot.desk.by_itself import looked_at_again
from bot.desk.chat import timer_due
from bot.desk.hand_over import TIMER as SHIFT_END
from bot.desk.hand_over import handed_over
from bot.desk.missing_case import TIMER as MISSING_CASE
from bot.desk.missing_case import case_looked_for
from bot.desk.office import Office
from bot.desk.plan import Plan
from bot.desk.roll_up import TIMER as ROLL_UP
from bot.desk.roll_up import rolled_up
from bot.desk.vitals import TIMER as HOUSE
from bot.desk.vitals import house_looked_at
from playbooks.domain.events import TimerDue
from playbooks.shifts import ShiftEnd


async def due(office: Office, event: TimerDue, plan: Plan) -> Plan:
    match event.timer.partition(":"):
        case (name, ":", rule) if f"{name}:" == ROLL_UP:
            return await rolled_up(office, plan, rule)
        case (name, ":", which) if name == ITEM:
            bulk_id, _, number = which.partition(":")
            return await item_due(office, plan, bulk_id, int(number))
        case (name, ":", bulk_id) if name == PROGRESS:
            return await progress(office, plan, bulk_id)
        case (name, ":", end) if f"{name}:" == SHIFT_END:
            return await handed_over(office, plan, ShiftEnd.model_validate_json(end))
        case (name, ":", key) if f"{name}:" == ALERT:
            return await looked_at_again(office, plan, key)
        case (name, _, _) if name == HOUSE:
            return await house_looked_at(office, plan)
        case (name, _, _) if name == MISSING_CASE:
            return await case_looked_for(office, event, plan)
        case _:
            return await timer_due(office, event, plan)
