"""In which language somebody reads: what she chose last, on whatever phone."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import check_for_language, get_language
from django.views.i18n import set_language as set_for_browser

from accounts.models import User
from accounts.roles import Role


def language_of(person: User | None) -> str:
    """Return the language in which she reads; the ward's own where she has chosen none, or one that is gone."""
    chosen = person.language if person is not None else ""
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def keep_language(request: HttpRequest, response: HttpResponse, person: User) -> None:
    """At signing in: what she chose on this phone is hers from now on; without one, as before."""
    if person.role != Role.MOTHER:
        return
    chosen_here = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if _is_ours(chosen_here) or not person.language:
        _keep(person, chosen_here if _is_ours(chosen_here) else get_language() or settings.LANGUAGE_CODE)
    elif language_of(person) != get_language():
        _set_cookie(response, language_of(person))


def set_language(request: HttpRequest) -> HttpResponse:
    """Django's own, and for who is signed in on every phone and in her mails."""
    response = set_for_browser(request)
    language, person = request.POST.get("language", ""), request.user
    if request.method == "POST" and isinstance(person, User) and _is_ours(language):
        _keep(person, language)
    return response


def _is_ours(language: str) -> bool:
    return language in dict(settings.LANGUAGES) and check_for_language(language)


def _keep(person: User, language: str) -> None:
    if person.language != language:
        person.language = language
        User.objects.filter(pk=person.pk).update(language=language)


def _set_cookie(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
    )
