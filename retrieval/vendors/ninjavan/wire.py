"""Ninja Van's own words: tracking events and webhook bodies, unknown fields ignored."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Event(BaseModel):
    """A status names its own detail field (`arrived_at_origin_hub_information`, …): those are kept as they come."""

    model_config = ConfigDict(extra="allow", frozen=True)

    timestamp: str
    status: str
    shipper_order_ref_no: str | None = None
    is_parcel_on_rts_leg: bool = False
    comments: str | None = None

    @property
    def hub(self) -> dict[str, Any]:
        """Where it happened: country, city and hub of the detail field, if it has them."""
        details = (value for name, value in (self.model_extra or {}).items() if name.endswith("_information"))
        return next((one for one in details if isinstance(one, dict)), {})


class History(Wire):
    tracking_number: str
    is_full_history_available: bool = True
    events: tuple[Event, ...] = ()


class Histories(Wire):
    data: tuple[History, ...]


class Failure(Wire):
    failure_reason: str | None = None


class Hook(Wire):
    """Webhook v2: `status` is the coarse word, `event` the finer one. There is no event id."""

    tracking_id: str = Field(min_length=1)
    timestamp: str = Field(min_length=1)
    status: str = Field(min_length=1)
    event: str = ""
    shipper_order_ref_no: str | None = None
    is_parcel_on_rts_leg: bool = False
    delivery_exception: Failure | None = None


class Token(Wire):
    """`expires` is the moment in seconds since 1970."""

    access_token: str
    expires: float | None = None
    expires_in: float | None = None
