"""Complete templates of Stripe's billing objects: product, price and subscription. No state here."""

from retrieval.vendors.stripe.sandbox_shapes import Shape, page, unset_keys


def product(product_id: str, created: int, name: str) -> Shape:
    unset = unset_keys(
        "default_price",
        "description",
        "package_dimensions",
        "shippable",
        "statement_descriptor",
        "tax_code",
        "unit_label",
        "url",
    )
    return unset | {
        "id": product_id,
        "object": "product",
        "active": True,
        "created": created,
        "images": [],
        "livemode": False,
        "marketing_features": [],
        "metadata": {},
        "name": name,
        "type": "service",
        "updated": created,
    }


def price(price_id: str, created: int, amount: int, currency: str, product_id: str) -> Shape:
    unset = unset_keys("custom_unit_amount", "lookup_key", "nickname", "tiers_mode", "transform_quantity")
    recurring: Shape = {"interval": "year", "interval_count": 1, "usage_type": "licensed"}
    return unset | {
        "id": price_id,
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": created,
        "currency": currency,
        "livemode": False,
        "metadata": {},
        "product": product_id,
        "recurring": recurring | unset_keys("meter", "trial_period_days"),
        "tax_behavior": "unspecified",
        "type": "recurring",
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
    }


def plan(priced: Shape) -> Shape:
    """The old name of a price, which every subscription item still carries."""
    unset = unset_keys("meter", "nickname", "tiers_mode", "transform_usage", "trial_period_days")
    return unset | {
        "id": priced["id"],
        "object": "plan",
        "active": True,
        "amount": priced["unit_amount"],
        "amount_decimal": priced["unit_amount_decimal"],
        "billing_scheme": "per_unit",
        "created": priced["created"],
        "currency": priced["currency"],
        "interval": "year",
        "interval_count": 1,
        "livemode": False,
        "metadata": {},
        "product": priced["product"],
        "usage_type": "licensed",
    }


def _item(subscription_id: str, created: int, priced: Shape, start: int, end: int) -> Shape:
    return {
        "id": f"si_{subscription_id[4:]}",
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": created,
        "current_period_end": end,
        "current_period_start": start,
        "discounts": [],
        "metadata": {},
        "plan": plan(priced),
        "price": priced,
        "quantity": 1,
        "subscription": subscription_id,
        "tax_rates": [],
    }


def subscription(subscription_id: str, customer_id: str, priced: Shape, *, start: int, end: int, status: str) -> Shape:
    unset = unset_keys(
        "application",
        "application_fee_percent",
        "billing_cycle_anchor_config",
        "billing_schedules",
        "billing_thresholds",
        "cancel_at",
        "canceled_at",
        "customer_account",
        "days_until_due",
        "default_payment_method",
        "default_source",
        "description",
        "ended_at",
        "latest_invoice",
        "managed_payments",
        "next_pending_invoice_item_invoice",
        "on_behalf_of",
        "pause_collection",
        "pending_invoice_item_interval",
        "pending_setup_intent",
        "pending_update",
        "schedule",
        "test_clock",
        "transfer_data",
        "trial_end",
        "trial_start",
    )
    url = f"/v1/subscription_items?subscription={subscription_id}"
    invoice_settings: Shape = {"issuer": {"type": "self"}}
    return unset | {
        "id": subscription_id,
        "object": "subscription",
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": start,
        "billing_mode": {"flexible": None, "type": "classic"},
        "cancel_at_period_end": False,
        "cancellation_details": unset_keys("comment", "feedback", "reason"),
        "collection_method": "charge_automatically",
        "created": start,
        "currency": priced["currency"],
        "customer": customer_id,
        "default_tax_rates": [],
        "discounts": [],
        "invoice_settings": invoice_settings | unset_keys("account_tax_ids", "custom_fields", "description", "footer"),
        "items": page([_item(subscription_id, start, priced, start, end)], url),
        "livemode": False,
        "metadata": {},
        "payment_settings": unset_keys("payment_method_options", "payment_method_types", "save_default_payment_method"),
        "start_date": start,
        "status": status,
        "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
    }
