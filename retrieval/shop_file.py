"""Reads a shop in the layout of tau2-bench's retail_db.json into typed records; a broken file is named with its key."""

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from retrieval.cast_file import why_unreadable


class ShopError(Exception):
    """`str(error)` is "file: key: what is wrong"."""

    remedy = "Give a JSON file in the layout of tau2-bench's retail_db.json: users, orders, products."

    def __init__(self, file: Path, key: str, message: str) -> None:
        super().__init__(f"{file}: {key or 'file'}: {message}")


class Lenient(BaseModel):
    """Somebody else's layout: unknown fields are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class ShopName(Lenient):
    first_name: str
    last_name: str


class ShopAddress(Lenient):
    address1: str
    address2: str = ""
    city: str
    country: str
    zip: str


class PaymentMethod(Lenient):
    source: str
    id: str
    brand: str = ""
    last_four: str = ""


class ShopUser(Lenient):
    user_id: str
    name: ShopName
    address: ShopAddress
    email: str
    payment_methods: dict[str, PaymentMethod]


class ShopItem(Lenient):
    name: str
    price: float = Field(ge=0)


class Fulfillment(Lenient):
    tracking_id: tuple[str, ...] = ()


class Payment(Lenient):
    transaction_type: Literal["payment", "refund"]
    amount: float = Field(ge=0)
    payment_method_id: str


class ShopOrder(Lenient):
    order_id: str
    user_id: str
    address: ShopAddress
    items: tuple[ShopItem, ...]
    status: str
    fulfillments: tuple[Fulfillment, ...] = ()
    payment_history: tuple[Payment, ...]


class Shop(Lenient):
    users: dict[str, ShopUser]
    orders: dict[str, ShopOrder]


def read_shop(file: Path) -> Shop:
    """*Errors:* ShopError: not there, not JSON (line and column), a key missing or of the wrong kind, a stranger's order."""
    try:
        shop = Shop.model_validate(json.loads(file.read_bytes()))
    except json.JSONDecodeError as error:
        raise ShopError(file, "", f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise ShopError(file, ".".join(str(step) for step in first["loc"]), first["msg"]) from None
    except (OSError, ValueError) as error:
        raise ShopError(file, "", why_unreadable(error)) from None
    _check_references(file, shop)
    return shop


def _check_references(file: Path, shop: Shop) -> None:
    for key, order in shop.orders.items():
        user = shop.users.get(order.user_id)
        if user is None:
            raise ShopError(file, f"orders.{key}.user_id", f"{order.user_id} is not among the users")
        for index, payment in enumerate(order.payment_history):
            if payment.payment_method_id not in user.payment_methods:
                where = f"orders.{key}.payment_history.{index}.payment_method_id"
                raise ShopError(file, where, f"{payment.payment_method_id} is no payment method of {order.user_id}")
