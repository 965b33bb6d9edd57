"""What Slack needs to be connected; it is filled from DESKSIDE_SLACK_… by bot.settings and reads nothing itself."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class Settings(BaseModel):
    """Without a bot token and a signing secret Slack is not connected."""

    model_config = ConfigDict(extra="forbid")

    bot_token: SecretStr = Field(description="Bot User OAuth Token (xoxb-…), from OAuth & Permissions")
    signing_secret: SecretStr = Field(min_length=1, description="Signing Secret, from Basic Information")
    app_token: SecretStr | None = Field(
        None, description="App-level token (xapp-…, scope connections:write); with it events come by Socket Mode"
    )
    share_app_token: bool = Field(
        False, description="Several processes of this one environment connect with the app token; else a second is refused"
    )
    default_channel: str | None = Field(None, description="Channel id for alerts, such as C0123456789 (never a name)")
    workspace_id: str | None = Field(None, description="Team id (T…); events of other workspaces are then ignored")
    base_url: str = Field("https://slack.com/api/", description="Web API address; another one only in tests and the demo")
    time_zone: str = Field("UTC", description="Zone of times where Slack cannot show the reader's own")
