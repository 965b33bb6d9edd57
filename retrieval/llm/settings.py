"""What is needed to reach an OpenAI-compatible server; it connects to nothing."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, SecretStr


class LlmSettings(BaseModel):
    """`deadline_seconds` bounds a whole answer, retries in another format included. Prices are per million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str
    model: str
    api_key: SecretStr = SecretStr("")
    deadline_seconds: float = 8.0
    most_tokens: int = 1200
    input_usd: Decimal = Decimal(0)
    output_usd: Decimal = Decimal(0)
