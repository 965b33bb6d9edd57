"""What a person configures to connect Intercom; filled from DESKSIDE_INTERCOM_<FIELD>, never from anywhere else."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr


def _listed(value: object) -> object:
    """An environment variable holds a list as "8101,8102"."""
    return [one.strip() for one in value.split(",") if one.strip()] if isinstance(value, str) else value


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True)

    access_token: SecretStr = Field(description="Access token of your Intercom app (Developer Hub, Authentication)")
    bot_admin_id: str = Field(description="Id of the teammate whose seat the bot uses for notes, tags and rules of its own")
    client_secret: SecretStr | None = Field(
        None, description="Client secret of the app (Basic information); signs webhooks, without it none are accepted"
    )
    base_url: str = Field(
        "https://api.intercom.io", description="API address; https://api.eu.intercom.io or https://api.au.intercom.io there"
    )
    version: str = Field("2.16", description="Intercom-Version sent with every call; macros need 2.16 or later")
    inbox_ids: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(
        (), description="Ids of this team's inboxes (Intercom team ids), comma separated; empty: every inbox is ours"
    )
    workspace_id: str = Field("", description="Workspace id (id_code, e.g. a86dr8yl), for links into the Intercom inbox")
    app_url: str = Field(
        "https://app.intercom.com", description="Where agents open Intercom; https://app.eu.intercom.com in the EU"
    )
    order_attribute: str = Field("", description="Contact attribute that holds order numbers, comma separated; empty: not kept")
    tracking_attribute: str = Field("", description="Contact attribute that holds tracking numbers; empty: not kept")
    internal_articles: bool = Field(True, description="Read internal articles too (needs the Read articles permission)")
    calls_per_minute: int = Field(10_000, ge=60, description="Your app's rate limit; Intercom's default is 10,000 a minute")
    timeout_seconds: float = Field(5.0, gt=0, description="How long one call may take")
