"""Four eyes: decides which answers go out only after another person's yes, and whose yes counts."""

from dataclasses import dataclass

FIRST_POST = "one of your first public posts"
ANY_POST = "every public post waits for a second person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The `[approval]` section. `first_public_posts`: so many of each agent wait. `templates`: always wait."""

    first_public_posts: int = 1
    all_public: bool = False
    templates: tuple[str, ...] = ()


def wanted(approval: Approval, *, public: bool, template: str, posts: int, refused: bool = False, others: int) -> str:
    """Why an answer waits for a yes; "" = it need not.

    `refused`: the writer's last answer in the ticket got no yes. `template`: its name, "" = free text. `posts`: public
    ones of the writer that went out or may. `others`: how many there are who could say yes; where there is nobody
    nothing waits, or it would for ever.
    """
    if not others:
        return ""
    if template and template in approval.templates:
        return f'template "{template}" waits for a second person'
    if refused:
        return "the one before it got no yes"
    if not public:
        return ""
    if approval.all_public:
        return ANY_POST
    return FIRST_POST if posts < approval.first_public_posts else ""
