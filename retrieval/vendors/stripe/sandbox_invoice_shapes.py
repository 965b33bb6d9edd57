"""Complete templates of Stripe's invoice, its line and its payment. No state here."""

from typing import Any

from retrieval.vendors.stripe.sandbox_shapes import Shape, address, page, unset_keys


def _line(invoice_id: str, subscribed: Shape) -> Shape:
    sold = subscribed["items"]["data"][0]
    amount, subscription_id = sold["price"]["unit_amount"], subscribed["id"]
    parent: dict[str, Any] = {"type": "subscription_item_details", "invoice_item_details": None}
    item = {
        "invoice_item": None,
        "proration": False,
        "proration_details": {"credited_items": None},
        "subscription": subscription_id,
        "subscription_item": f"si_{subscription_id[4:]}",
    }
    return {
        "id": f"il_{invoice_id[3:]}",
        "object": "line_item",
        "amount": amount,
        "currency": subscribed["currency"],
        "description": "Subscription",
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": invoice_id,
        "livemode": False,
        "metadata": {},
        "parent": parent | {"subscription_item_details": item},
        "period": {"end": sold["current_period_end"], "start": sold["current_period_start"]},
        "pretax_credit_amounts": [],
        "pricing": {"type": "price_details", "unit_amount_decimal": str(amount)},
        "quantity": 1,
        "quantity_decimal": "1",
        "subscription": subscription_id,
        "subtotal": amount,
        "taxes": [],
    }


def invoice(invoice_id: str, subscribed: Shape, customer: Shape, *, created: int, due: int | None) -> Shape:
    """The invoice of a subscription's current period: paid, or open until its date."""
    paid = due is None
    priced = subscribed["items"]["data"][0]["price"]
    amount, currency = priced["unit_amount"], priced["currency"]
    lines = [_line(invoice_id, subscribed)]
    unset = unset_keys(
        "account_name",
        "account_tax_ids",
        "application",
        "automatically_finalizes_at",
        "custom_fields",
        "customer_account",
        "customer_shipping",
        "default_payment_method",
        "default_source",
        "description",
        "footer",
        "from_invoice",
        "last_finalization_error",
        "latest_revision",
        "next_payment_attempt",
        "on_behalf_of",
        "receipt_number",
        "rendering",
        "shipping_cost",
        "shipping_details",
        "statement_descriptor",
        "test_clock",
        "total_pretax_credit_amounts",
        "total_taxes",
    )
    sums = {
        "amount_due": amount,
        "amount_overpaid": 0,
        "amount_paid": amount if paid else 0,
        "amount_remaining": 0 if paid else amount,
        "amount_shipping": 0,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "starting_balance": 0,
        "subtotal": amount,
        "subtotal_excluding_tax": amount,
        "total": amount,
        "total_excluding_tax": amount,
        "total_discount_amounts": [],
    }
    about_customer = {
        "customer": customer["id"],
        "customer_address": customer["address"] or address(),
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "customer_phone": customer["phone"],
        "customer_tax_exempt": "none",
        "customer_tax_ids": [],
    }
    return (
        unset
        | sums
        | about_customer
        | {
            "id": invoice_id,
            "object": "invoice",
            "account_country": "SG",
            "attempt_count": 1,
            "attempted": True,
            "auto_advance": not paid,
            "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None, "provider": None, "status": None},
            "billing_reason": "subscription_cycle",
            "collection_method": "send_invoice" if due else "charge_automatically",
            "created": created,
            "currency": currency,
            "default_tax_rates": [],
            "discounts": [],
            "due_date": due,
            "effective_at": created,
            "ending_balance": 0,
            "hosted_invoice_url": f"https://invoice.stripe.com/i/{invoice_id}",
            "invoice_pdf": f"https://pay.stripe.com/invoice/{invoice_id}/pdf",
            "issuer": {"type": "self"},
            "lines": page(lines, f"/v1/invoices/{invoice_id}/lines"),
            "livemode": False,
            "metadata": {},
            "number": f"{customer['invoice_prefix']}-0001",
            "parent": {
                "quote_details": None,
                "subscription_details": {"metadata": {}, "subscription": subscribed["id"]},
                "type": "subscription_details",
            },
            "payment_settings": {
                "default_mandate": None,
                "payment_method_options": None,
                "payment_method_types": None,
            },
            "period_end": created,
            "period_start": created,
            "status": "paid" if paid else "open",
            "status_transitions": unset_keys("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")
            | {"finalized_at": created, "paid_at": created if paid else None},
            "subscription": subscribed["id"],
            "webhooks_delivered_at": created,
        }
    )


def invoice_payment(payment_id: str, billed: Shape, intent_id: str) -> Shape:
    paid = billed["status"] == "paid"
    return {
        "id": payment_id,
        "object": "invoice_payment",
        "amount_paid": billed["amount_paid"] if paid else None,
        "amount_requested": billed["amount_due"],
        "created": billed["created"],
        "currency": billed["currency"],
        "invoice": billed["id"],
        "is_default": True,
        "livemode": False,
        "payment": {"type": "payment_intent", "payment_intent": intent_id},
        "status": "paid" if paid else "open",
        "status_transitions": {"canceled_at": None, "paid_at": billed["created"] if paid else None},
    }
