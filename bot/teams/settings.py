"""What Teams needs to be connected; it is filled from DESKSIDE_TEAMS_… by bot.settings and reads nothing itself."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

CHANNEL_ISSUER = "https://api.botframework.com"
CHANNEL_KEYS = "https://login.botframework.com/v1/.well-known/openidconfiguration"


class Settings(BaseModel):
    """Without an app id nobody could be authenticated, so that is refused unless it is explicitly a local trial."""

    model_config = ConfigDict(extra="forbid")

    app_id: str = Field("", description="Microsoft App ID of the Azure Bot registration")
    app_password: SecretStr = Field(SecretStr(""), description="Client secret of that app")
    tenant_id: str | None = Field(None, description="Your Microsoft 365 tenant; messages of other tenants are ignored")
    service_url: str = Field(
        "https://smba.trafficmanager.net/teams/", description="Where to send where no conversation told its own address yet"
    )
    default_channel: str | None = Field(None, description="Conversation id of the channel for alerts (19:…@thread.tacv2)")
    allow_unauthenticated: bool = Field(
        False, description="Local trial with the Agents Playground only: no app id, anybody who reaches the port is believed"
    )
    token_issuer: str = Field(CHANNEL_ISSUER, description="Issuer of incoming tokens; another one only in tests")
    openid_metadata_url: str = Field(CHANNEL_KEYS, description="Where the issuer's keys are; another one only in tests")
    time_zone: str = Field("UTC", description="Zone of the times on cards")

    @model_validator(mode="after")
    def _fail_closed(self) -> Self:
        if not self.app_id.strip() and not self.allow_unauthenticated:
            raise ValueError(
                "app_id is empty, which would switch authentication off: set DESKSIDE_TEAMS_APP_ID, or "
                "DESKSIDE_TEAMS_ALLOW_UNAUTHENTICATED=true for a local trial"
            )
        if self.app_id.strip() and self.allow_unauthenticated:
            raise ValueError("allow_unauthenticated makes sense only without an app_id: remove one of them")
        return self
