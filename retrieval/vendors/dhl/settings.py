"""What a person must tell us to ask DHL; holds values only, reads nothing itself."""

from pydantic import BaseModel, Field, SecretStr


class Settings(BaseModel):
    api_key: SecretStr = Field(description="Consumer key of an app with Shipment Tracking - Unified (developer.dhl.com)")
    base_url: str = Field(default="https://api-eu.dhl.com", description="API address")
    calls_per_day: int = Field(default=250, ge=1, description="The app's daily quota; 250 until DHL grants more")
    calls_per_second: float = Field(default=1.0, gt=0, description="The app's rate limit; 1 at the initial service level")
    requester_country: str = Field(default="", description="Our country (two letters), where DHL should know it; may be empty")
    timeout_seconds: float = Field(default=5.0, gt=0, description="Time limit of one call")
