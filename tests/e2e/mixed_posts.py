"""The posts and direct messages of the mixed run, said in the sandbox's world, in two rounds."""

from dataclasses import dataclass, field, replace

from inbox_bot.sandbox.x import Dm, Post, User, World
from tests.e2e.mixed import Expected, Person, Town


@dataclass(slots=True, kw_only=True)
class Scene:
    """What was said, with its fate: `posts` and `dms` by marker beside the expectations."""

    world: World
    town: Town
    expected: list[Expected] = field(default_factory=list)
    posts: dict[str, Post] = field(default_factory=dict)
    dms: dict[str, Dm] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)

    def user(self, person: Person) -> User:
        """His account, made at first use."""
        if person.handle not in self.users:
            self.users[person.handle] = self.world.add_user(person.handle, person.name)
        return self.users[person.handle]

    def post(
        self,
        kind: str,
        outcome: str,
        person: Person,
        text: str = "",
        *,
        mention: bool = True,
        own: bool = False,
        opens: bool = False,
        thread: str = "",
        answered: str = "no",
        reply_to: Post | None = None,
        quote: Post | None = None,
    ) -> str:
        """A post by `person`, or by our account (`own`); gives its marker."""
        marker = self.town.marker()
        handle = f"@{self.world.me.handle} " if mention else ""
        said = f"{handle}{text or self.town.matter()} {marker}"
        author = self.world.me if own else self.user(person)
        post = self.world.post(author, said, reply_to=reply_to, quote=quote)
        self.posts[marker] = post
        self._expect(marker, kind, outcome, person, opens, thread, answered, post.id)
        return marker

    def retweet(self, marker: str) -> None:
        """Somebody passes a post on."""
        person = self.town.person()
        post = self.world.post(self.user(person), "", retweet_of=self.posts[marker])
        self._expect(self.town.marker(), "retweet", "refused", person, False, "", "no", post.id)

    def edit(self, marker: str, *, seen: bool) -> None:
        """The author corrects himself. `seen`: the first version is on record already, so this is one thing more."""
        old = self.posts[marker]
        place = next(place for place, one in enumerate(self.expected) if one.marker == marker)
        before = self.expected[place]
        newer = self.world.edit(old, f"{old.written} (berichtigt)")
        self.posts[marker] = newer
        if seen:
            self._expect(self.town.marker(), "edited", "filed", before.person, False, marker, "no", newer.id)
        else:
            self.expected[place] = replace(before, external_id=str(newer.id))

    def dm(
        self,
        kind: str,
        person: Person,
        text: str = "",
        *,
        own: bool = False,
        opens: bool = False,
        thread: str = "",
        answered: str = "no",
    ) -> str:
        """A direct message between `person` and our account; gives its marker."""
        marker = self.town.marker()
        words = text or f"{self.town.matter()} {marker}"
        user = self.user(person)
        dm = self.world.dm(self.world.me, words, to=user) if own else self.world.dm(user, words)
        self.dms[marker] = dm
        self._expect(marker, kind, "filed", person, opens, thread, answered, dm.id)
        return marker

    def _expect(
        self, marker: str, kind: str, outcome: str, person: Person, opens: bool, thread: str, answered: str, id: int
    ) -> None:
        self.expected.append(
            Expected(
                marker=marker,
                kind=kind,
                outcome=outcome,
                person=person,
                opens=opens,
                thread=thread or (marker if opens else ""),
                answered=answered,
                external_id=str(id),
            )
        )


def first_round(scene: Scene) -> None:
    """Posts and DMs to an account that knows nobody."""
    town = scene.town
    mentions = [_mention(scene, "mention") for _ in range(40)]
    for marker in mentions[:2]:
        scene.edit(marker, seen=False)
    for _ in range(8):
        root = _mention(scene, "thread")
        for _ in range(2):
            _mention(scene, "joins a thread", reply_to=scene.posts[root])
        # His post names us only because X repeats the handles of those who take part.
        scene.post("implicit", "filed", town.person(), mention=False, reply_to=scene.posts[root])
    for marker in mentions[2:14]:
        scene.retweet(marker)
    for marker in mentions[14:20]:
        _mention(scene, "quote", quote=scene.posts[marker])
    for _ in range(4):
        scene.post("own post", "echo", town.person(), mention=False, own=True)
    for _ in range(12):
        scene.dm("dm", town.person(), opens=True, answered="own")
    for _ in range(6):
        marker = _mention(scene, "mention and dm")
        person = scene.expected[-1].person
        scene.dm("dm beside a mention", person, thread=marker, answered="shared")


def _mention(scene: Scene, kind: str, *, reply_to: Post | None = None, quote: Post | None = None) -> str:
    person = scene.town.person()
    return scene.post(kind, "filed", person, opens=True, answered="own", reply_to=reply_to, quote=quote)


def second_round(scene: Scene) -> None:
    """Posts and DMs to an account that has answered the first round."""
    world, town = scene.world, scene.town
    old = [one for one in scene.expected if one.kind == "mention"]
    direct = [one for one in scene.expected if one.kind == "dm"]
    for one in old[2:14]:
        ours = world.replies_to(scene.user(one.person))[0]
        scene.post("answer", "filed", one.person, mention=False, thread=one.marker, reply_to=ours)
    for one in old[14:20]:
        scene.dm("dm after a mention", one.person, thread=one.marker, answered="shared")
    for one in old[20:26]:
        answered = scene.posts[one.marker]
        scene.post("elsewhere", "filed", one.person, own=True, mention=False, thread=one.marker, reply_to=answered)
    for one in old[26:29]:
        scene.edit(one.marker, seen=True)
    for one in direct[:6]:
        scene.dm("further dm", one.person, thread=one.marker, answered="shared")
    for one in direct[6:10]:
        scene.dm("elsewhere dm", one.person, own=True, thread=one.marker)
    for one in direct[10:12]:
        scene.dm("opt-out dm", one.person, "STOP", thread=one.marker)
    for _ in range(3):
        scene.post("own post", "echo", town.person(), mention=False, own=True)
    new = [_mention(scene, "mention later") for _ in range(6)]
    for marker in new:
        scene.retweet(marker)
    for marker in new[:4]:
        scene.post("implicit", "filed", town.person(), mention=False, reply_to=scene.posts[marker])
