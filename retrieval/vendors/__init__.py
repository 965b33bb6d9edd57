"""The vendors, one folder each. To add one: its folder, and its name here."""

VENDORS = ("intercom", "salesforce", "stripe", "dhl", "singpost", "ninjavan")
