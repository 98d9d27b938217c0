"""The Flask extension: mount the learning pages in any Flask app.

>>> from flask import Flask
>>> from lms import LMS
>>> app = Flask(__name__)  # doctest: +SKIP
>>> LMS(app, url_prefix="/learn", identity=who_is_there)  # doctest: +SKIP
"""

from __future__ import annotations

import importlib
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from flask import Blueprint

from lms.kernel import config, jobs, mail, once, sweeping, templating
from lms.kernel.db import db
from lms.kernel.feature import Feature
from lms.kernel.files import add_plain_routes, pages as kernel_pages
from lms.kernel.guard import exempt_from_host_csrf
from lms.kernel.permissions import permissions, roles
from lms.kernel.state import EXTENSION, LmsState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask import Flask

    from lms.kernel.identity import Identity

# The built-in rooms, by dotted name: the extension imports none of them, they enter by the door of third parties.
BUILT_IN = (
    "lms.accounts.feature",
    "lms.hubs.feature",
    "lms.library.feature",
    "courses.catalogue.feature",
    "courses.authoring.feature",
    "courses.programmes.feature",
    "courses.progress.feature",
    "courses.learning.feature",
    "assessments.quizzes.feature",
    "assessments.handins.feature",
    "certificates.issuing.feature",
    "certificates.verification.feature",
    "certificates.trainers.feature",
    "lms.dashboards.feature",
)
KERNEL = Feature(
    name="kernel",
    package="lms.kernel",
    models=("lms.kernel.audit", "lms.kernel.blobs", "lms.kernel.jobs", "lms.kernel.mail", "lms.kernel.once"),
    pages=(kernel_pages,),
    settings=config.KERNEL_SETTINGS,
    jobs={"kernel.mail": mail.run_mail, "kernel.periodic": jobs.run_periodic},
    periodic={
        "kernel.sweep": (24, sweeping.sweep),
        "kernel.forget_jobs": (24, jobs.forget_old),
        "kernel.forget_forms": (24, once.forget_old),
    },
)


def load_features() -> list[Feature]:
    """Return the kernel's feature, the built-in rooms and those of third parties, models loaded."""
    features = [KERNEL, *(importlib.import_module(name).FEATURE for name in BUILT_IN)]
    features += [entry.load() for entry in entry_points(group="lms.features")]
    for feature in features:
        for module in feature.models:
            importlib.import_module(module)
    return features


class LMS:
    """Learning pages for a Flask app.

    url_prefix: where the pages lie, such as "/learn"; "" for a site of their own.
    identity: called in a request; says who is signed in, or None. Sign-in belongs to the host.
    more_features: further features beside the built-in ones and those found by entry point.
    """

    def __init__(
        self,
        app: Flask | None = None,
        *,
        url_prefix: str = "/learn",
        identity: Callable[[], Identity | None] | None = None,
        more_features: Sequence[Feature] = (),
    ) -> None:
        """Remember how to mount; mount at once if an app is given."""
        self.url_prefix = url_prefix
        self.identity = identity or (lambda: None)
        self.more_features = more_features
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Mount into an app. Nothing of the extension is kept in this object, so several apps may share it.

        Raises RuntimeError when the app has been mounted before.
        """
        if EXTENSION in app.extensions:
            message = "the LMS is mounted in this app already"
            raise RuntimeError(message)
        features = [*load_features(), *self.more_features]
        for feature in features:
            config.load(app, tuple(feature.settings))
        app.extensions[EXTENSION] = state = LmsState(self.url_prefix, self.identity, features)
        db.init_app(app)
        self._register(features)
        templating.add_globals(app)
        blueprint = self._blueprint(features)
        if app.config["LMS_WORKER_THREAD"]:
            blueprint.url_value_preprocessor(lambda _endpoint, _values: jobs.work_beside(app))
        app.register_blueprint(blueprint, url_prefix=self.url_prefix or None)
        for feature in state.features:
            if feature.setup is not None:
                feature.setup(app)

    @staticmethod
    def _register(features: Sequence[Feature]) -> None:
        """Fill the registries; the same feature in two apps is fine, two things of one name are not."""
        for feature in features:
            for permission in feature.permissions:
                permissions.add(permission.name, permission)
        for feature in features:
            for role in feature.roles:
                roles.add(role.name, role)
        for permission in permissions.values():
            for name in permission.roles:
                roles[name]  # a misspelt role stops the start

    @staticmethod
    def _blueprint(features: Sequence[Feature]) -> Blueprint:
        """Build the parent blueprint for one app, with a child for each room."""
        parent = Blueprint("lms", "lms", template_folder="templates")
        parent.url_value_preprocessor(lambda _endpoint, _values: exempt_from_host_csrf())
        for feature in features:
            for pages in feature.pages:
                child = pages.blueprint(feature.package)
                if pages is kernel_pages:
                    add_plain_routes(child)
                parent.register_blueprint(child)
        return parent
