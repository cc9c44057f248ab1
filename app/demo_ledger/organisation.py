"""The organisations of the demo and what Xero keeps beside their documents: users, themes, accounts."""

from .books import Books
from .draws import Dice
from .records import Json

BANK_CODE, WRITE_OFF_CODE = "090", "408"
CREATED = "/Date(1568019600000+0000)/"
ACTIONS = (
    "CreateApprovedInvoice", "CreateDraftPurchaseOrder", "CreateApprovedBill", "AttachFilesIntoInvoice", "UseMulticurrency",
    "CreateDraftInvoice", "CreateRepeatingInvoice", "CreateRepeatingBill", "CreateSentQuote", "CreateInvoicePayment",
    "CreateApprovedPurchaseOrder", "CreateDraftQuote", "CreateDraftBill",
)  # fmt: skip
NEEDS_STANDARD = {"CreateApprovedInvoice", "CreateInvoicePayment", "CreateApprovedBill"}


def studio(dice: Dice) -> Json:
    return {
        **organisation("Larkspur Studio Ltd", dice, "!Lk5pR"),
        "RegistrationNumber": "09483216",
        "TaxNumber": "GB 214 7730 86",
        "LineOfBusiness": "Design and web studio",
        "Addresses": [_office("STREET", "14 Paintworks Yard", "Bristol", "BS4 3EH")],
        "Phones": [_phone("0117 496 0142")],
        "ExternalLinks": [{"LinkType": "Website", "Url": "https://larkspurstudio.example"}],
    }


def print_shop(dice: Dice) -> Json:
    return {
        **organisation("Larkspur Prints Ltd", dice, "!Pr1nT"),
        "RegistrationNumber": "11820457",
        "Addresses": [_office("STREET", "3 Gasferry Lane", "Bristol", "BS1 6UN")],
        "Phones": [_phone("0117 496 0177")],
    }


def organisation(name: str, dice: Dice, short_code: str) -> Json:
    """What every Organisation answer has; books read from a file are filled up with it."""
    return {
        "Name": name,
        "LegalName": name,
        "PaysTax": True,
        "Version": "UK",
        "OrganisationType": "COMPANY",
        "BaseCurrency": "GBP",
        "CountryCode": "GB",
        "IsDemoCompany": True,
        "OrganisationStatus": "ACTIVE",
        "FinancialYearEndDay": 31,
        "FinancialYearEndMonth": 3,
        "SalesTaxBasis": "ACCRUALS",
        "SalesTaxPeriod": "QUARTERLY1",
        "DefaultSalesTax": "Tax Exclusive",
        "DefaultPurchasesTax": "Tax Exclusive",
        "CreatedDateUTC": CREATED,
        "OrganisationEntityType": "COMPANY",
        "Timezone": "GMTSTANDARDTIME",
        "ShortCode": short_code,
        "OrganisationID": dice.guid(b"organisation", 0),
        "Edition": "BUSINESS",
        "Class": "PREMIUM",
        "Addresses": [],
        "Phones": [],
        "ExternalLinks": [],
        "PaymentTerms": {"Sales": {"Day": 30, "Type": "DAYSAFTERBILLDATE"}},
    }


def _office(kind: str, line: str, city: str, postcode: str) -> Json:
    # fmt: off
    return {"AddressType": kind, "AddressLine1": line, "City": city, "Region": "", "PostalCode": postcode,
            "Country": "United Kingdom", "AttentionTo": ""}


def _phone(number: str) -> Json:
    return {"PhoneType": "OFFICE", "PhoneNumber": number, "PhoneAreaCode": "", "PhoneCountryCode": ""}


def set_up(books: Books) -> Books:
    """Gives books their users, themes and accounts."""
    books.accounts = accounts(books.dice)
    books.themes = themes(books.dice)
    books.users = users(books.dice)
    return books


def accounts(dice: Dice) -> list[Json]:
    chart = (
        (BANK_CODE, "Business current account", "BANK", "ASSET"),
        ("091", "Card payments", "BANK", "ASSET"),
        ("200", "Sales", "REVENUE", "REVENUE"),
        ("400", "General expenses", "EXPENSE", "EXPENSE"),
        (WRITE_OFF_CODE, "Bad debts", "EXPENSE", "EXPENSE"),
    )
    return [_account(dice.guid(b"account", i), *line) for i, line in enumerate(chart)]


def _account(guid: str, code: str, name: str, kind: str, group: str) -> Json:
    account: Json = {
        "AccountID": guid,
        "Code": code,
        "Name": name,
        "Status": "ACTIVE",
        "Type": kind,
        "TaxType": "NONE",
        "Class": group,
        "EnablePaymentsToAccount": True,
        "ShowInExpenseClaims": False,
        "ReportingCode": "",
        "HasAttachments": False,
        "UpdatedDateUTC": CREATED,
    }
    if kind == "BANK":
        account |= {"BankAccountNumber": "20304012345678", "BankAccountType": "BANK", "CurrencyCode": "GBP"}
    return account


def payment_account(accounts: list[Json], code: str) -> Json:
    [account] = [account for account in accounts if account["Code"] == code]
    return {name: account[name] for name in ("AccountID", "Code", "Name")}


def themes(dice: Dice) -> list[Json]:
    # fmt: off
    return [{"BrandingThemeID": dice.guid(b"theme", i), "Name": name, "Type": "INVOICE", "SortOrder": i,
             "LogoUrl": "", "CreatedDateUTC": CREATED} for i, name in enumerate(("Standard", "Plain"))]


def users(dice: Dice) -> list[Json]:
    """The first one is who signs in."""
    people = (
        ("Rowan", "Ellery", "rowan@larkspurstudio.example", True, "STANDARD"),
        ("Judith", "Amory", "judith@cabotaccountancy.example", False, "FINANCIALADVISER"),
        ("Max", "Tolland", "max@larkspurstudio.example", False, "INVOICEONLY"),
    )
    return [_user(dice.guid(b"user", i), *person) for i, person in enumerate(people)]


def _user(guid: str, first: str, last: str, email: str, subscriber: bool, role: str) -> Json:
    # fmt: off
    return {"UserID": guid, "EmailAddress": email, "FirstName": first, "LastName": last,
            "UpdatedDateUTC": CREATED, "IsSubscriber": subscriber, "OrganisationRole": role}


def actions(role: str) -> list[Json]:
    able = role in ("STANDARD", "FINANCIALADVISER")
    return [{"Name": name, "Status": "ALLOWED" if able or name not in NEEDS_STANDARD else "NOT-ALLOWED"} for name in ACTIONS]
