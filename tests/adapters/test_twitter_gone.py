"""Which posts are deleted, asked of X by their ids: only what X says it does not find counts."""

from tests.adapters.x_builders import scene, world_at


async def test_a_deleted_post_is_told_from_one_that_is_there() -> None:
    """All deleted, some, none; an id that is no post is not asked for."""
    world = world_at()
    kim = world.add_user("kim")
    there, other = world.post(kim, "@acme_hilft eins"), world.post(kim, "@acme_hilft zwei")
    async with scene(world) as x:
        sender = x.account.sender
        assert await sender.gone([str(there.id), str(other.id)]) == (set(), 10_000)
        world.delete(other)
        assert (await sender.gone([str(there.id), str(other.id)]))[0] == {str(other.id)}
        world.delete(there)
        assert (await sender.gone([str(there.id), str(other.id), "x"]))[0] == {str(there.id), str(other.id)}
        assert await sender.gone(["x"]) == (set(), 0)
