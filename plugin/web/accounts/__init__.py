"""Who is there and what they may do."""

from plugin.web.accounts.invitations import Invitations
from plugin.web.accounts.people import People
from plugin.web.accounts.sessions import Sessions
from plugin.web.accounts.tokens import Tokens
from plugin.web.accounts.viewer import Grant, Viewer

__all__ = ["Grant", "Invitations", "People", "Sessions", "Tokens", "Viewer"]
