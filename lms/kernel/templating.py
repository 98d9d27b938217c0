"""What our templates can call. Every name begins with `lms_`, so that a host's names are never replaced."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from flask import Response, current_app, request, session
from werkzeug.local import LocalProxy

from lms.kernel import i18n, once
from lms.kernel.config import setting
from lms.kernel.errors import NotFound
from lms.kernel.guard import csrf_token, sign_in_url
from lms.kernel.pages import current_viewer, url
from lms.kernel.state import state

if TYPE_CHECKING:
    from flask import Flask
    from jinja2 import Template

STATIC = Path(__file__).parent.parent / "static" / "lms"
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
}


@dataclass(frozen=True)
class Entry:
    """A menu entry as templates draw it."""

    label: str
    url: str
    current: bool = False
    post: bool = False


def menu(place: str = "main") -> list[Entry]:
    """Return the entries that this viewer sees in a menu."""
    viewer = current_viewer()
    menus = state().menus
    if place not in menus:
        items = [item for feature in state().features for item in feature.menu if item.place == place]
        menus[place] = sorted(items, key=lambda item: item.order)
    room = (request.endpoint or "").removeprefix("lms.").partition(".")[0]
    return [
        Entry(
            str(item.label),
            item.url() if item.url else url(item.endpoint),
            bool(item.endpoint) and room in {item.endpoint.partition(".")[0], *item.rooms},
            item.post,
        )
        for item in menus[place]
        if item.when(viewer)
    ]


def languages() -> list[tuple[str, str, str, bool]]:
    """Return (code, own name, address of this page in it, whether it is the current one)."""
    now_in = i18n.current_language()
    return [(code, i18n.language_name(code), here(lang=code), code == now_in) for code in i18n.offered_languages()]


def flashes() -> list[tuple[str, str]]:
    """Return and forget our messages (tone, text); a host's stay for the host.

    Flask's own function would take out all of them at once, and the host's layout around our page would show ours
    again.
    """
    waiting = session.get("_flashes", [])
    ours = [(kind, text) for kind, text in waiting if kind.startswith("lms-")]
    if ours:
        session["_flashes"] = [(kind, text) for kind, text in waiting if not kind.startswith("lms-")]
    return [(kind.removeprefix("lms-"), text) for kind, text in ours]


def layout() -> str:
    """Return the template that pages extend: our own shell, or the host's."""
    return "lms/layouts/mounted.html" if setting("LMS_HOST_TEMPLATE") else "lms/layouts/standalone.html"


def host_frame() -> Template:
    """Return a template that lays the variable `lms_page` into the host's block.

    It is made here because the name of a block cannot be a variable in Jinja.
    Raises RuntimeError when `LMS_HOST_BLOCK` is no name of a block.
    """
    block = str(setting("LMS_HOST_BLOCK"))
    if not block.isidentifier():
        message = f"LMS_HOST_BLOCK names no block: {block!r}"
        raise RuntimeError(message)
    return current_app.jinja_env.from_string(
        "{% extends lms_setting('LMS_HOST_TEMPLATE') %}"
        "{% block title %}{{ lms_page_title }}{% endblock %}"
        f"{{% block {block} %}}{{{{ lms_page }}}}{{% endblock %}}"
    )


def here(**changes: object) -> str:
    """Return the address of this page with some values of its query changed; None takes one away.

    >>> here(page=2)  # doctest: +SKIP
    '/hubs/fi/cities?sort=name&page=2'
    """
    kept = [(key, value) for key, value in request.args.items(multi=True) if key not in changes and key != "lang"]
    query = urlencode([*kept, *((key, value) for key, value in changes.items() if value is not None)])
    path = quote(f"{request.script_root}{request.path}", safe="/:@!$&'()*+,;=")  # a backslash would lead elsewhere
    return f"{path}?{query}" if query else path


def home_url() -> str:
    """Return the address of our first page."""
    return f"{request.script_root}{state().url_prefix}/"


@lru_cache(maxsize=1)
def _static_files() -> dict[str, Path]:
    """Return our static files by name: what a stranger asks for is looked up here and never reaches the disk."""
    return {path.relative_to(STATIC).as_posix(): path for path in STATIC.rglob("*") if path.suffix in KINDS}


@lru_cache(maxsize=1)
def static_version() -> str:
    """Return a hash over all static files: part of their address, so that they can be kept for ever."""
    digest = hashlib.sha256()
    for name, path in sorted(_static_files().items()):
        digest.update(name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def static_url(name: str) -> str:
    """Return the address of a static file."""
    patterns = state().patterns
    key = (request.script_root, "kernel.static", name)  # an icon is on a page dozens of times
    if key not in patterns:
        patterns[key] = [url("kernel.static", version=static_version(), name=name)]
    return (patterns[key] or [""])[0]


@lru_cache(maxsize=64)
def _static_bytes(name: str) -> tuple[bytes, bytes]:
    if (path := _static_files().get(name)) is None:
        raise NotFound(i18n.gettext("There is no such file."))
    body = path.read_bytes()
    return body, gzip.compress(body, 9)


def static_file(name: str) -> Response:
    """Answer with one of our static files, compressed, to be kept for ever."""
    plain, packed = _static_bytes(name)
    can_unpack = "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(packed if can_unpack else plain, content_type=KINDS[Path(name).suffix])
    if can_unpack:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def add_globals(app: Flask) -> None:
    """Give our names to the app's templates."""
    names: dict[str, Any] = {
        "lms_t": i18n.gettext,
        "lms_nt": i18n.ngettext,
        "lms_date": i18n.format_date,
        "lms_datetime": i18n.format_datetime,
        "lms_time": i18n.format_time,
        "lms_number": i18n.format_number,
        "lms_percent": i18n.format_percent,
        "lms_language": i18n.current_language,
        "lms_language_name": i18n.language_name,
        "lms_country_name": i18n.country_name,
        "lms_zone_city": i18n.zone_city,
        "lms_month": i18n.format_month,
        "lms_languages": languages,
        "lms_url": url,
        "lms_here": here,
        "lms_home_url": home_url,
        "lms_host_frame": host_frame,
        "lms_static": static_url,
        "lms_menu": menu,
        "lms_person_menu": lambda: menu("person"),
        "lms_links": lambda: menu("footer"),
        "lms_flashes": flashes,
        "lms_csrf_token": csrf_token,
        "lms_once_token": once.new_token,
        "lms_viewer": LocalProxy(lambda: current_viewer() if current_viewer().signed_in else None),
        "lms_site_name": lambda: setting("LMS_SITE_NAME"),
        "lms_sign_in_url": lambda: sign_in_url(request.full_path.rstrip("?") if request.method == "GET" else ""),
        "lms_layout": layout,
        "lms_setting": setting,
    }
    app.jinja_env.globals.update(names)
