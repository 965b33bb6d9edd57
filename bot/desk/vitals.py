"""What the desk does about the house itself: a connected system that does not answer, work that was given up."""

from bot.desk.by_itself import end_by_itself, raise_by_itself, rules_for
from bot.desk.office import Office
from bot.desk.plan import Plan
from playbooks.words import plural, source_name

TIMER = "house"


async def house_looked_at(office: Office, plan: Plan) -> Plan:
    vitals = await office.vitals()
    for rule in rules_for(office, "vendor_outage"):
        for vendor, failures in vitals.silent.items():
            cause = (
                f"{source_name(vendor)} did not answer our last {plural(failures, 'call')}. Cards show what was known before."
            )
            await raise_by_itself(office, plan, rule, vendor, cause, about=source_name(vendor))
        for vendor in vitals.answering:
            await end_by_itself(office, plan, rule, vendor)
    for rule in rules_for(office, "bot_failure"):
        if not vitals.given_up:
            await end_by_itself(office, plan, rule, "jobs")
            continue
        cause = f"{plural(vitals.given_up, 'job')} given up."
        remedy = "Look at them with `deskside jobs`, then retry or drop them."
        await raise_by_itself(office, plan, rule, "jobs", cause, step=str(vitals.newest_given_up), remedy=remedy)
    return plan
