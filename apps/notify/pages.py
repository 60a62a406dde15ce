"""The local mail page: what would have been sent, for an installation on one's own machine."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core.errors import NotFound
from apps.core.paging import keyset_page
from apps.notify import selectors
from apps.tenants.requests import require_user

PAGE = 50


def _local_only() -> None:
    if not settings.TAGORA_LOCAL_MAIL:
        raise NotFound(_("There is no such thing."))


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    _local_only()
    after = request.GET.get("after", "")
    before = request.GET.get("before", "")
    page = keyset_page(
        selectors.mails_of(require_user(request)),
        limit=PAGE,
        after=int(after) if after.isdecimal() and len(after) < 19 else None,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
        descending=True,
    )
    return render(request, "notify/mail_list.html", {"page": page})


@require_safe
def mail_detail(request: HttpRequest, pk: int) -> HttpResponse:
    _local_only()
    mail = selectors.get_mail(require_user(request), pk)
    headers = [
        (_("From"), settings.DEFAULT_FROM_EMAIL),
        (_("To"), mail.to),
        (_("Subject"), mail.subject),
        ("Message-ID", mail.message_id),
    ]
    return render(request, "notify/mail_detail.html", {"mail": mail, "headers": headers})


@require_safe
def mail_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML part alone, for a sandboxed frame: nothing in it may run or load anything."""
    _local_only()
    response = HttpResponse(selectors.get_mail(require_user(request), pk).html)
    response["Content-Security-Policy"] = (
        "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    )
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


page_urls = [
    path("mail/", mail_list, name="mail-list"),
    path("mail/<int:pk>/", mail_detail, name="mail-detail"),
    path("mail/<int:pk>/html/", mail_html, name="mail-html"),
]
