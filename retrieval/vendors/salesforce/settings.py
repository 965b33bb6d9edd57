"""What a person must tell us to reach their Salesforce org; holds values only, reads nothing itself."""

from pydantic import BaseModel, Field, SecretStr

FIELD_NAME = r"^$|^[A-Za-z][A-Za-z0-9_]{0,79}$"
"""API names only: these names become part of SOQL, so anything else is refused at start."""


class Settings(BaseModel):
    """Optional field names are empty where the org has no such field: then it is neither read nor written."""

    login_url: str = Field(description="The org's My Domain URL, e.g. https://acme.my.salesforce.com")
    client_id: str = Field(description="Consumer key of the external client app (client credentials flow enabled)")
    client_secret: SecretStr = Field(description="Consumer secret of the external client app")
    api_version: str = Field(default="62.0", pattern=r"^\d{2}\.\d$", description="REST API version")
    lightning_url: str = Field(default="", description="Base of record links; derived from the My Domain URL when empty")
    key_field: str = Field(
        default="Deskside_Key__c",
        pattern=FIELD_NAME,
        min_length=1,
        description="Case field of type Text(255), External ID and Unique: makes a case open exactly once",
    )
    conversation_field: str = Field(default="", pattern=FIELD_NAME, description="Case text field for the conversation's id")
    conversation_url_field: str = Field(
        default="", pattern=FIELD_NAME, description="Case URL field for the conversation's link"
    )
    reopened_status: str = Field(default="New", min_length=1, description="Status of a closed case that is opened again")
    product_field: str = Field(
        default="", pattern=FIELD_NAME, description="Case field for the product the chat is about, e.g. Product__c"
    )
    entitlement_field: str = Field(
        default="", pattern=FIELD_NAME, description="Case text field for what entitles the customer, e.g. Entitlement__c"
    )
    tier_field: str = Field(default="", pattern=FIELD_NAME, description="Account field that holds the tier, e.g. Tier__c")
    vip_field: str = Field(default="", pattern=FIELD_NAME, description="Account checkbox that marks a VIP, e.g. VIP__c")
    vip_tiers: str = Field(default="", description="Tiers that count as VIP, separated by commas, e.g. Platinum,Gold")
    order_number_field: str = Field(
        default="",
        pattern=FIELD_NAME,
        description="Field of the standard object Order that holds the shop's order number, e.g. OrderReferenceNumber",
    )
    settle_seconds: float = Field(
        default=5.0, ge=1.0, description="Case changes younger than this are left for the next poll (see README, traps)"
    )
    calls_per_second: float = Field(
        default=50.0, gt=0, description="Our own limit: Salesforce counts by the day, this only softens a burst"
    )
    timeout_seconds: float = Field(default=5.0, gt=0, description="Time limit of one call")

    @property
    def record_base(self) -> str:
        base = self.lightning_url or self.login_url.replace(".my.salesforce.com", ".lightning.force.com")
        return base.rstrip("/")

    @property
    def vip_tier_names(self) -> frozenset[str]:
        return frozenset(name.strip().lower() for name in self.vip_tiers.split(",") if name.strip())
