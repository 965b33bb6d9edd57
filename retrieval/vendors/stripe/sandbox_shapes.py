"""Complete templates of the Stripe objects the sandbox serves: every key of API version 2026-10-28.endive. No state here.

A test compares each with Stripe's own object fixtures: the same keys, compatible types.
"""

from typing import Any

Shape = dict[str, Any]

ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")


def unset_keys(*names: str) -> Shape:
    return dict.fromkeys(names)


def address(**known: str | None) -> Shape:
    return unset_keys(*ADDRESS) | known


def page(items: list[Shape], url: str, has_more: bool = False) -> Shape:
    return {"object": "list", "data": items, "has_more": has_more, "url": url}


def customer(customer_id: str, created: int) -> Shape:
    return {
        "id": customer_id,
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": created,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": customer_id[-8:].upper(),
        "invoice_settings": unset_keys("custom_fields", "default_payment_method", "footer", "rendering_options"),
        "livemode": False,
        "metadata": {},
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }


def card_details(brand: str, last4: str, amount: int) -> Shape:
    unset = unset_keys(
        "amount_authorized",
        "authorization_code",
        "mandate",
        "network_transaction_id",
        "regulated_status",
        "three_d_secure",
        "transaction_link_id",
        "wallet",
        "installments",
    )
    checks = {"address_line1_check": "pass", "address_postal_code_check": "pass", "cvc_check": "pass"}
    card = unset | {
        "brand": brand,
        "checks": checks,
        "country": "SG",
        "exp_month": 11,
        "exp_year": 2029,
        "extended_authorization": {"status": "disabled"},
        "fingerprint": f"fp{brand}{last4}",
        "funding": "credit",
        "incremental_authorization": {"status": "unavailable"},
        "last4": last4,
        "multicapture": {"status": "unavailable"},
        "network": brand,
        "network_token": {"used": False},
        "overcapture": {"maximum_amount_capturable": amount, "status": "unavailable"},
    }
    return {"card": card, "type": "card"}


def charge(charge_id: str, created: int, amount: int, currency: str) -> Shape:
    unset = unset_keys(
        "application",
        "application_fee",
        "application_fee_amount",
        "balance_transaction",
        "customer",
        "description",
        "failure_balance_transaction",
        "failure_code",
        "failure_message",
        "on_behalf_of",
        "payment_intent",
        "receipt_email",
        "receipt_number",
        "review",
        "shipping",
        "source",
        "source_transfer",
        "statement_descriptor",
        "statement_descriptor_suffix",
        "transfer_data",
        "transfer_group",
    )
    outcome = unset_keys("advice_code", "network_advice_code", "network_decline_code", "reason")
    outcome |= {"network_status": "approved_by_network", "seller_message": "Payment complete.", "type": "authorized"}
    return unset | {
        "id": charge_id,
        "object": "charge",
        "amount": amount,
        "amount_captured": amount,
        "amount_refunded": 0,
        "billing_details": {"address": address(), **unset_keys("email", "name", "phone", "tax_id")},
        "calculated_statement_descriptor": "SOLVANE",
        "captured": True,
        "created": created,
        "currency": currency,
        "disputed": False,
        "fraud_details": {},
        "livemode": False,
        "metadata": {},
        "outcome": outcome,
        "paid": True,
        "payment_method": f"pm_{charge_id[3:]}",
        "payment_method_details": card_details("visa", "4242", amount),
        "receipt_url": f"https://pay.stripe.com/receipts/{charge_id}",
        "refunded": False,
        "refunds": page([], f"/v1/charges/{charge_id}/refunds"),
        "status": "succeeded",
    }


def payment_intent(intent_id: str, created: int, amount: int, currency: str) -> Shape:
    unset = unset_keys(
        "application",
        "application_fee_amount",
        "automatic_payment_methods",
        "canceled_at",
        "cancellation_reason",
        "customer",
        "customer_account",
        "description",
        "excluded_payment_method_types",
        "last_payment_error",
        "latest_charge",
        "managed_payments",
        "next_action",
        "on_behalf_of",
        "payment_method",
        "payment_method_configuration_details",
        "processing",
        "receipt_email",
        "review",
        "setup_future_usage",
        "shipping",
        "source",
        "statement_descriptor",
        "statement_descriptor_suffix",
        "transfer_data",
        "transfer_group",
    )
    return unset | {
        "id": intent_id,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": amount,
        "capture_method": "automatic",
        "client_secret": f"{intent_id}_secret_sandbox",
        "confirmation_method": "automatic",
        "created": created,
        "currency": currency,
        "livemode": False,
        "metadata": {},
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "status": "succeeded",
    }


def refund(refund_id: str, created: int, amount: int, currency: str, charge_id: str) -> Shape:
    unset = unset_keys(
        "balance_transaction",
        "customer",
        "customer_account",
        "payment_intent",
        "payment_method",
        "reason",
        "receipt_number",
        "source_transfer_reversal",
        "transfer_reversal",
    )
    return unset | {
        "id": refund_id,
        "object": "refund",
        "amount": amount,
        "charge": charge_id,
        "created": created,
        "currency": currency,
        "destination_details": {"card": {"type": "refund"}, "type": "card"},
        "metadata": {},
        "status": "succeeded",
    }


EVIDENCE = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
)


def dispute(dispute_id: str, created: int, due_by: int, charged: Shape, reason: str) -> Shape:
    brand = charged["payment_method_details"]["card"]["brand"]
    card = {"brand": brand, "case_type": "chargeback", "network": brand, "network_reason_code": "13.1"}
    return {
        "id": dispute_id,
        "object": "dispute",
        "amount": charged["amount_captured"],
        "balance_transactions": [],
        "charge": charged["id"],
        "created": created,
        "currency": charged["currency"],
        "enhanced_eligibility_types": [],
        "evidence": unset_keys(*EVIDENCE) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": due_by,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charged["payment_intent"],
        "payment_method_details": {"card": card, "type": "card"},
        "reason": reason,
        "status": "needs_response",
    }


def event(event_id: str, created: int, kind: str, about: Shape, api_version: str) -> Shape:
    return {
        "id": event_id,
        "object": "event",
        "api_version": api_version,
        "created": created,
        "data": {"object": about},
        "livemode": False,
        "pending_webhooks": 0,
        "request": unset_keys("id", "idempotency_key"),
        "type": kind,
    }
