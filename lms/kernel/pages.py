"""Route tables, and the one wrapper around every view.

A room lists its pages in `views.py`:

>>> pages = Pages("quizzes")
>>> @pages.get("/attempts/<ref>", permission=SIGNED_IN)
... def attempt(ref: str) -> str:
...     return render("lms/assessments/quizzes/attempt.html")

The wrapper receives the body, checks the token and the permission, opens the transaction (reading for GET, writing for
POST), loads the viewer, calls the view, and commits before the answer leaves. A route without a permission cannot be
written. Files are received by a function of their own, before the transaction (`prepare`).
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash as flask_flash,
    g,
    has_request_context,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.routing import BuildError

from lms.kernel import guard, once
from lms.kernel.config import setting
from lms.kernel.errors import Forbidden, LmsError, Unavailable
from lms.kernel.i18n import gettext as _
from lms.kernel.permissions import NOBODY, PUBLIC, SIGNED_IN, Permission, Viewer
from lms.kernel.problems import as_problem, storage_problem
from lms.kernel.state import state
from lms.kernel.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue
    from werkzeug.wrappers import Response as WerkzeugResponse

    from lms.kernel.forms import Form

    View = Callable[..., ResponseReturnValue]


@dataclass(frozen=True)
class Route:
    """One line of a route table."""

    rule: str
    methods: tuple[str, ...]
    view: View
    permission: Permission
    writes: bool
    once: bool
    token: bool
    prepare: Callable[..., None] | None = None


class Pages:
    """The pages of one room; endpoints are `lms.<room>.<function name>`."""

    def __init__(self, room: str) -> None:
        """Start an empty table."""
        self.room = room
        self.routes: list[Route] = []

    def get(self, rule: str, *, permission: Permission, writes: bool = False) -> Callable[[View], View]:
        """Add a page that is read. `writes=True` for the rare GET that must record something."""

        def add(view: View) -> View:
            self.routes.append(Route(rule, ("GET",), view, permission, writes, once=False, token=False))
            return view

        return add

    def post(
        self,
        rule: str,
        *,
        permission: Permission,
        writes: bool = True,
        once: bool = False,
        token: bool = True,
        prepare: Callable[..., None] | None = None,
    ) -> Callable[[View], View]:
        """Add a form's target.

        `once=True` for forms that create something and carry `{{ once() }}`: a second click gets the first answer.
        `token=False` only where there is no session to protect.
        `prepare` is for slow work that must not hold the writers' lock, such as writing files: it gets the arguments of
        the view, after sign-in and permission were checked and before the view's transaction begins. It may read in a
        transaction of its own and leaves what it made in `flask.g`. Only such a form may bring more than a little.
        """

        def add(view: View) -> View:
            self.routes.append(Route(rule, ("POST",), view, permission, writes, once, token, prepare))
            return view

        return add

    def blueprint(self, import_name: str) -> Blueprint:
        """Build the blueprint for one app; templates lie in the room's `templates/` folder."""
        blueprint = Blueprint(self.room, import_name, template_folder="templates")
        for route in self.routes:
            blueprint.add_url_rule(
                route.rule,
                endpoint=route.view.__name__,
                view_func=_wrapped(route),
                methods=list(route.methods),
                provide_automatic_options=False,  # such answers would leave without our headers
            )
        return blueprint


def _wrapped(route: Route) -> View:
    """Put the one wrapper around a view."""

    @functools.wraps(route.view)
    def handle(**arguments: Any) -> WerkzeugResponse:
        g.lms_viewer = NOBODY
        g.pop("lms_identity", None)
        arguments = guard.read_address(arguments)
        try:
            if "GET" not in route.methods:
                guard.refuse_cross_site()
                guard.receive_body(files=route.prepare is not None)
                if route.token and (answer := guard.token_problem()):
                    return guard.with_headers(answer)
            if route.prepare is not None:
                with transaction(writes=False):
                    refusal = _refusal(route)
                if refusal is not None:
                    return guard.with_headers(refusal)
                route.prepare(**arguments)
            with transaction(writes=route.writes):
                return guard.with_headers(_answer(route, arguments))
        except Unavailable as error:
            return guard.with_headers(guard.not_saved(error))
        except LmsError as error:
            return guard.with_headers(as_problem(error))
        except OSError as error:
            return guard.with_headers(guard.not_saved(storage_problem(error)))
        finally:
            if route.prepare is not None:
                request.close()  # the temporary files of what was sent

    vars(handle)["lms_permission"] = route.permission  # read by the house test
    return handle


def _answer(route: Route, arguments: dict[str, Any]) -> WerkzeugResponse:
    """Check the viewer, call the view, and keep the answer of a form that may arrive twice."""
    if (refusal := _refusal(route)) is not None:
        return refusal
    if route.once and (earlier := once.claim(current_viewer().person_id)):
        return redirect(earlier, 303)
    response = make_response(route.view(**arguments))
    if route.once:
        once.keep(response.location if response.status_code == SEE_OTHER else None)
    return response


def _refusal(route: Route) -> WerkzeugResponse | None:
    """Load the viewer; return what to answer somebody who has not signed in, raise for who may not be here."""
    g.lms_viewer = viewer = state().load_viewer()
    g.pop("lms_language", None)  # it may have been chosen for a word before we knew who reads
    if route.permission is PUBLIC:
        return None
    if not viewer.signed_in:
        return guard.ask_to_sign_in()
    if route.permission is not SIGNED_IN and not viewer.may_anywhere(route.permission.name):
        raise Forbidden(_("You do not have the right to open this page. Ask your hub if you need it."))
    return None


SEE_OTHER = 303
PLAIN = re.compile(r"[A-Za-z0-9_-]+")  # what stands in an address as it is


def current_viewer() -> Viewer:
    """Return the viewer of this request."""
    viewer: Viewer = g.get("lms_viewer", NOBODY)
    return viewer


def render(template: str, **context: Any) -> str:
    """Render one of our templates."""
    return render_template(template, **context)


def url(endpoint: str, *, external: bool = False, **arguments: Any) -> str:
    """Return the address of one of our pages: `url("quizzes.attempt", ref=...)`.

    With `external=True` it begins with `LMS_PUBLIC_URL`, also in mails and files, which are made without a request;
    what a request claims to be its host never gets into a mail.
    """
    public = str(setting("LMS_PUBLIC_URL")).rstrip("/")
    if external and public:
        # LMS_PUBLIC_URL is the address of our pages, so it holds the prefix already.
        path = current_app.url_map.bind("").build(f"lms.{endpoint}", arguments, force_external=False)
        return public + path.removeprefix(state().url_prefix)
    if external and not has_request_context():
        message = "LMS_PUBLIC_URL is not set, so mails and certificates cannot name the address of this site"
        raise RuntimeError(message)
    return (None if external else _url_by_pattern(endpoint, arguments)) or url_for(
        f"lms.{endpoint}", _external=external, **arguments
    )


def _url_by_pattern(endpoint: str, arguments: dict[str, Any]) -> str | None:
    """Return the same as `url_for` from what it has built before: a page has some fifty addresses of few shapes.

    None where that is not certain: values that would have to be quoted or left out, and what a host may change.
    """
    values = [str(value) if type(value) is int else value for value in arguments.values()]
    if not has_request_context() or not all(isinstance(value, str) and PLAIN.fullmatch(value) for value in values):
        return None
    patterns = state().patterns
    key = (request.script_root, endpoint, *arguments)
    if key not in patterns:
        patterns[key] = _pattern(endpoint, list(arguments))
    parts = patterns[key]
    return "".join(word for pair in zip_longest(parts, values, fillvalue="") for word in pair) if parts else None


def _pattern(endpoint: str, names: list[str]) -> list[str] | None:
    """Return the parts of an address between its values, in the order of the names; None where there is no such."""
    special = any(name.startswith("_") and name != "_anchor" for name in names)
    if special or current_app.url_default_functions or current_app.url_map.host_matching:
        return None
    marks = {name: f"value{number}of{len(names)}" for number, name in enumerate(names)}
    try:
        address = url_for(f"lms.{endpoint}", **marks)  # type: ignore[arg-type]  # _anchor, if at all
    except (BuildError, ValueError):  # a value must be a number, for instance
        return None
    parts = []
    for mark in marks.values():
        before, found, address = address.partition(mark)
        if not found:
            return None
        parts.append(before)
    return [*parts, address]


def redirect_to(endpoint: str, **arguments: Any) -> WerkzeugResponse:
    """Answer a form with the page to read next (303)."""
    return redirect(url(endpoint, **arguments), SEE_OTHER)


def flash(text: str, tone: str = "ok") -> None:
    """Say something at the top of the next page; tone is ok, info, warn or bad."""
    flask_flash(text, f"lms-{tone}")


def invalid(form: Form, template: str, **context: Any) -> Response:
    """Show a form again with its errors and everything that was typed; status 422."""
    return make_response(render_template(template, form=form, **context), 422)


def wants_json() -> bool:
    """Whether the request came from one of our scripts."""
    return request.headers.get("X-Requested-With") == "fetch"
