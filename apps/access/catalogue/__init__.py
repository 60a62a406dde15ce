"""The table of everything that policies can allow: actions, what they are done to, and what else they need.

Later parts of the product find their actions here already, so that the guide's sample policies mean what they say.
"""

from __future__ import annotations

from apps.access.catalogue.development import development, training
from apps.access.catalogue.labelling import data, team_work
from apps.access.catalogue.storage import storage
from apps.access.catalogue.tenant import log, rights
from apps.policies.catalogue import Catalogue

CATALOGUE = Catalogue((*data(), *team_work(), *development(), *training(), *storage(), *rights(), *log()))
