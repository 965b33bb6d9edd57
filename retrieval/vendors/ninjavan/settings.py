"""What a person must tell us to ask Ninja Van and believe its webhooks; holds values only, reads nothing itself."""

from pydantic import BaseModel, Field, SecretStr


class Settings(BaseModel):
    client_id: str = Field(description="Client ID from the Ninja Dashboard, Settings, IT Settings")
    client_secret: SecretStr = Field(description="Client Key from the same page; also signs the webhooks")
    country: str = Field(
        default="sg", pattern=r"^[a-z]{2}$", description="Country of the account: sg, my, id, th, vn, ph or mm"
    )
    base_url: str = Field(
        default="https://api.ninjavan.co", description="API address; https://api-sandbox.ninjavan.co (country sg only) to try"
    )
    tracking_prefixes: str = Field(
        default="", description="Beginnings of your tracking numbers where they are not NV and the country, comma separated"
    )
    timeout_seconds: float = Field(default=5.0, gt=0, description="Time limit of one call")

    @property
    def own_prefixes(self) -> tuple[str, ...]:
        return tuple(one.strip().upper() for one in self.tracking_prefixes.split(",") if one.strip())
