"""What every action needs: the world, and who is calling."""

from __future__ import annotations

from dataclasses import dataclass

from mock_server.auth.principal import Principal
from mock_server.domain.errors import ForeignApplication, NotFound
from mock_server.domain.records import Application
from mock_server.worlds.world import World

APPLICATION = "Application"


@dataclass(frozen=True)
class Caller:
    """Somebody who acts in a world."""

    world: World
    principal: Principal

    async def application(self, application_id: str) -> Application:
        """Return the application.

        :raises NotFound: when there is none with this id
        :raises ForeignApplication: when the token belongs to another one
        """
        if self.principal.application_id not in (None, application_id):
            raise ForeignApplication(APPLICATION)
        application = await self.world.store.application(application_id)
        if application is None:
            raise NotFound(APPLICATION)
        return application
