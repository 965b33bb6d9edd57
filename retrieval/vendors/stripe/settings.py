"""What a person must tell us to reach their Stripe account; holds values only, reads nothing itself."""

from pydantic import BaseModel, Field, SecretStr

API_VERSION = "2026-10-28.endive"
"""Pinned: object shapes change between versions, and `wire` and the sandbox are written for this one."""


class Settings(BaseModel):
    api_key: SecretStr = Field(
        description="Restricted key (rk_…) that may read customers, charges, disputes, invoices, subscriptions and products"
    )
    webhook_secret: SecretStr | None = Field(default=None, description="Signing secret (whsec_…) of the webhook endpoint")
    api_url: str = Field(default="https://api.stripe.com", description="Base address of the API")
    dashboard_url: str = Field(default="https://dashboard.stripe.com", description="Base address of record links")
    order_metadata_keys: str = Field(
        default="order_number,order_id,order",
        pattern=r"^[A-Za-z0-9_\-]+(,[A-Za-z0-9_\-]+)*$",
        description="Charge metadata keys that hold the shop's order number, the first that is set counts",
    )
    tracking_metadata_key: str = Field(
        default="tracking_number", description="Charge metadata key that holds the tracking number"
    )
    search: bool = Field(default=True, description="Whether the account has Stripe's search (not offered in India)")
    calls_per_second: float = Field(
        default=50.0, gt=0, description="Our own limit; live mode allows 100 for the whole account, so half is left to the shop"
    )
    timeout_seconds: float = Field(default=5.0, gt=0, description="Time limit of one call")

    @property
    def order_keys(self) -> tuple[str, ...]:
        return tuple(self.order_metadata_keys.split(","))
