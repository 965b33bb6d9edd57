"""What e-mail needs to be connected; it is filled from DESKSIDE_MAIL_… by bot.settings and reads nothing itself."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator


class Settings(BaseModel):
    """Without a server and a sender no alert goes out by e-mail."""

    model_config = ConfigDict(extra="forbid")

    host: str = Field(min_length=1, description="Your outgoing mail server (SMTP), e.g. smtp.example.com")
    sender: str = Field(pattern=r".+@.+", description="Address that alerts come from, e.g. deskside@example.com")
    port: int = Field(587, ge=1, le=65535, description="587 for starttls, 465 for tls, 25 for a relay of your own")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="starttls, tls, or none (a relay on this machine only)"
    )
    username: str = Field("", description="Where the server wants a sign-in")
    password: SecretStr = Field(SecretStr(""), description="Password, or an app password, of that user")

    @model_validator(mode="after")
    def _no_password_in_the_clear(self) -> Self:
        if self.security == "none" and self.password.get_secret_value():
            raise ValueError("a password would travel unencrypted: use starttls or tls, or remove the password")
        return self
