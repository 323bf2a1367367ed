"""Who may do what: principals, roles, permissions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

Role = Literal["viewer", "planner", "practice_admin", "customer_admin", "manager", "auditor"]
Permission = Literal["read", "propose", "commit", "approve", "reject", "accept", "provision", "read_audit"]

ROLES: tuple[Role, ...] = get_args(Role)

GRANTS: Mapping[Permission, frozenset[Role]] = {
    "read": frozenset(ROLES),
    "propose": frozenset({"planner", "practice_admin", "customer_admin"}),
    "commit": frozenset({"practice_admin", "customer_admin"}),
    "approve": frozenset({"manager", "customer_admin"}),
    "reject": frozenset({"planner", "practice_admin", "customer_admin", "manager"}),
    "accept": frozenset({"practice_admin", "manager", "customer_admin"}),
    "provision": frozenset({"customer_admin"}),
    "read_audit": frozenset({"customer_admin", "auditor"}),
}
"""Roles that have each permission. `commit` includes undoing; `approve` is letting plans pass that a policy
holds up, `reject` putting whole plans aside, `accept` taking patients of others for providers of one's own;
`provision` is changing reference data."""

EVERYWHERE: tuple[Role, ...] = ("customer_admin",)
"""Roles that no list of practices or agencies confines."""


class ForbiddenError(Exception):
    """The principal's roles do not allow this."""

    def __init__(self, actor: str, permission: Permission) -> None:
        needed = " or ".join(sorted(GRANTS[permission]))
        super().__init__(f"{actor} may not do this; it needs the role {needed}")


class ConfinedError(ForbiddenError):
    """Somebody who sees only some practices asks for what is about all of them."""

    def __init__(self, actor: str) -> None:
        Exception.__init__(self, f"this is about all practices, and {actor} sees only some")


class DecisionError(ForbiddenError):
    """Somebody wants to decide on an exception to a rule that others decide on."""

    def __init__(self, actor: str, rule: str, wanted: Iterable[str]) -> None:
        roles = " or ".join(wanted) or "nobody"
        Exception.__init__(self, f"{actor} may not decide on exceptions to rule {rule}; {roles} may")


class AgencyError(ForbiddenError):
    """Somebody wants to act for an agency that is none of theirs."""

    def __init__(self, actor: str, agency: str) -> None:
        Exception.__init__(self, f"{actor} may not act for agency {agency!r}; it is none of theirs")


class AcceptanceError(ForbiddenError):
    """A plan gives patients to providers whom its committer is not responsible for."""

    def __init__(self, actor: str, providers: tuple[str, ...]) -> None:
        self.providers = providers
        shown = ", ".join(providers[:5]) + (", ..." if len(providers) > 5 else "")
        Exception.__init__(
            self,
            f"the plan gives patients to providers of others ({shown}); {actor} may not commit it before "
            "they accept, or somebody who is responsible for both must",
        )


@dataclass(frozen=True)
class Principal:
    """Somebody who acts: the name in the audit log, roles, and the practices and agencies they are for.

    `everywhere` lifts the confinement to `practices` and `agencies`; without it, and with both empty, a
    principal sees nothing of any practice. `acting` is the agency for which they act at the moment, and see
    nothing else. `titles` are roles of the organization that rules name (medical_director): they give no
    permission here. `local` is the one user of this machine, who may decide in every role.
    """

    actor: str
    roles: frozenset[Role]
    practices: frozenset[str] = field(default=frozenset())
    agencies: frozenset[str] = field(default=frozenset())
    everywhere: bool = False
    acting: str = ""
    titles: frozenset[str] = field(default=frozenset())
    local: bool = False

    def deciding_as(self, wanted: Iterable[str]) -> str:
        """The first of the roles wanted in which they may decide; empty where they have none of them."""
        return next((each for each in wanted if self.local or each in self.roles | self.titles), "")

    def acting_for(self, agency: str) -> "Principal":
        """The same person, confined to one of their agencies; AgencyError where it is none of theirs."""
        if self.confined and agency not in self.agencies:
            raise AgencyError(self.actor, agency)
        return replace(
            self, practices=frozenset(), agencies=frozenset({agency}), everywhere=False, acting=agency
        )

    def may(self, permission: Permission) -> bool:
        """Whether one of the roles has the permission."""
        return bool(self.roles & GRANTS[permission])

    def require(self, permission: Permission) -> None:
        """ForbiddenError unless one of the roles has the permission."""
        if not self.may(permission):
            raise ForbiddenError(self.actor, permission)

    def require_everywhere(self) -> None:
        """ConfinedError for whom only some practices are in sight: what is asked for is about all."""
        if self.confined:
            raise ConfinedError(self.actor)

    @property
    def confined(self) -> bool:
        """Whether only some practices are in sight."""
        return bool(self.acting) or not (self.everywhere or self.roles & set(EVERYWHERE))


def local_principal(actor: str) -> Principal:
    """Whoever uses the command line or the local single-user service: everything, everywhere."""
    return Principal(actor, frozenset({"customer_admin"}), everywhere=True, local=True)
