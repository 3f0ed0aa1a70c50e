"""The made-up people, agencies and compartments of the demonstration: one of each kind, and their neighbours."""

from dataclasses import dataclass

from portal.access.policy import Role
from portal.accounts.models import AgencyKind as Kind

ALL_TASK_FORCES = "All task forces"
LAW_ENFORCEMENT = "Law enforcement only"

AGENCIES: dict[str, Kind] = {
    "Bureau of Justice Assistance": Kind.GRANT_MAKER,
    "Houston Police Department": Kind.LOCAL_LAW_ENFORCEMENT,
    "Harris County District Attorney": Kind.PROSECUTOR,
    "Gulf Coast Safe Harbor": Kind.VICTIM_SERVICE_PROVIDER,
    "FBI Houston Field Office": Kind.FEDERAL_LAW_ENFORCEMENT,
    "Phoenix Police Department": Kind.LOCAL_LAW_ENFORCEMENT,
    "Sonoran Survivor Services": Kind.VICTIM_SERVICE_PROVIDER,
}
TASK_FORCES: dict[str, tuple[str, str]] = {
    "Houston task force": ("Texas", "Harris County and the upper Gulf Coast"),
    "Phoenix task force": ("Arizona", "Maricopa County"),
}
LAW_ENFORCEMENT_KINDS = (
    Kind.LOCAL_LAW_ENFORCEMENT,
    Kind.STATE_LAW_ENFORCEMENT,
    Kind.TRIBAL_LAW_ENFORCEMENT,
    Kind.FEDERAL_LAW_ENFORCEMENT,
    Kind.PROSECUTOR,
)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to sign in as; ``role`` is what he shows, and a portal-wide role unless the service gives it."""

    name: str
    mailbox: str
    position: str
    agency: str
    role: Role
    task_force: str = ""


HOUSTON, PHOENIX = TASK_FORCES
BUREAU = "Bureau of Justice Assistance"
POLICE = "Houston Police Department"

PEOPLE = (
    DemoPerson("Dana Reyes", "dana.reyes", "Detective sergeant", POLICE, Role.MEMBER, HOUSTON),
    DemoPerson(
        "Amara Okafor",
        "amara.okafor",
        "Director of client services",
        "Gulf Coast Safe Harbor",
        Role.MEMBER,
        HOUSTON,
    ),
    DemoPerson(
        "Luis Barrera",
        "luis.barrera",
        "Lieutenant, task force coordinator",
        POLICE,
        Role.COORDINATOR,
        HOUSTON,
    ),
    DemoPerson(
        "Helen Cho",
        "helen.cho",
        "Assistant district attorney",
        "Harris County District Attorney",
        Role.MEMBER,
        HOUSTON,
    ),
    DemoPerson(
        "Marcus Webb", "marcus.webb", "Special agent", "FBI Houston Field Office", Role.MEMBER, HOUSTON
    ),
    DemoPerson("Tom Begay", "tom.begay", "Detective", "Phoenix Police Department", Role.MEMBER, PHOENIX),
    DemoPerson(
        "Rosa Delgado", "rosa.delgado", "Case manager", "Sonoran Survivor Services", Role.COORDINATOR, PHOENIX
    ),
    DemoPerson("Priya Nair", "priya.nair", "Policy advisor", BUREAU, Role.BJA_STAFF),
    DemoPerson("Walter Finch", "walter.finch", "Librarian", BUREAU, Role.LIBRARIAN),
    DemoPerson("Grace Lindqvist", "grace.lindqvist", "Portal administrator", BUREAU, Role.ADMINISTRATOR),
    DemoPerson("Owen Marsh", "owen.marsh", "Auditor", BUREAU, Role.AUDITOR),
)
