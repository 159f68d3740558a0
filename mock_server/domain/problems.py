"""The words for everything that can be wrong with a value (contract, section 4).

Each follows the name of a field: ``experienceUser.email is required``.
"""

REQUIRED = "is required"
WRONG_TYPE = "is the wrong type"
ADDITIONAL_PROPERTIES = "has additional properties"
TOO_SHORT = "has less length than allowed"
TOO_LONG = "has longer length than allowed"
TOO_MANY_ITEMS = "has more items than allowed"
NOT_UNIQUE = "must be unique"
TOO_SMALL = "is less than minimum"
PATTERN_MISMATCH = "pattern mismatch"
NOT_IN_ENUM = "must be an enum value"
NOT_AN_EMAIL = "must be email format"
NOT_A_DATE_TIME = "must be date-time format"
NO_SINGLE_MATCH = "no (or more than one) schemas match"

# Our own wording, where no source says what the service answers.
NOT_FOUND = "was not found"
TOO_DEEP = "is nested too deeply"
OWN_DESCENDANT = "must not be the group itself or one of its descendants"
