"""What a person must tell us to ask SingPost; holds values only, reads nothing itself."""

from pydantic import BaseModel, Field, SecretStr


class Settings(BaseModel):
    api_key: SecretStr = Field(description="API key for item tracking, from SingPost's API management or account manager")
    base_url: str = Field(
        default="https://apim.singpost.com", description="API address; https://api.qa.singpost.com for SingPost's test system"
    )
    system_id: str = Field(default="-", description="SystemID agreed with SingPost; - where none was agreed")
    timeout_seconds: float = Field(default=5.0, gt=0, description="Time limit of one call")
