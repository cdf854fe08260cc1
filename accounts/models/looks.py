"""見た記録: who looked at whose data, and the chain over it."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role

from .people import User


class AccessLogEntry(models.Model):
    """見た記録: who looked at which family's data, when and on which page. Appended, never changed.

    A mother's looks at her own data are not kept. ``page`` is the URL's name, never its text.
    """

    at = models.DateTimeField(_("at"))
    user = models.ForeignKey(User, models.PROTECT, related_name="looks", verbose_name=_("user"))
    role = models.CharField(_("role then"), max_length=20, choices=Role.choices)
    family = models.ForeignKey("enrollment.Family", models.PROTECT, related_name="looks", verbose_name=_("family"))
    page = models.CharField(_("page"), max_length=80)
    sensitive = models.BooleanField(_("behind protection"), default=False)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("look")
        verbose_name_plural = _("looks")
        indexes = [
            models.Index(fields=["family", "-at"], name="look_of_family"),
            models.Index(fields=["user", "-at"], name="look_of_user"),
        ]
        triggers = [pgtrigger.Protect(name="look_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.user_id} {self.page}"


class FileTaken(models.Model):
    """取り出した記録: a file that the system handed to somebody of the staff: a paper, a list, a table.

    Whom it held stands in the looks of the same moment; here stands ``families``, how many. ``page`` is the URL's
    name, ``what`` the table or report where the page has several. Of figures, which show no family by itself,
    ``families_counted`` says how many were counted in it. ``digest``: SHA-256 of the file as it was handed out.
    Appended, never changed. A mother's own files are not kept.
    """

    at = models.DateTimeField(_("at"))
    user = models.ForeignKey(User, models.PROTECT, related_name="files_taken", verbose_name=_("user"))
    role = models.CharField(_("role then"), max_length=20, choices=Role.choices)
    page = models.CharField(_("page"), max_length=80)
    file_format = models.CharField(_("kind of file"), max_length=10)
    families = models.PositiveIntegerField(_("families in it"))
    what = models.CharField(_("what it holds"), max_length=120, blank=True, default="", db_default="")
    families_counted = models.PositiveIntegerField(_("families counted in its figures"), null=True, blank=True)
    digest = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True, default="", db_default="")

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("file taken")
        verbose_name_plural = _("files taken")
        indexes = [models.Index(fields=["at"], name="file_taken_at")]
        triggers = [pgtrigger.Protect(name="file_taken_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.user_id} {self.page}"


class AccessLogLink(models.Model):
    """A link of the chain over the looks (accounts.access_log_chain).

    The digest of the link before and of all rows since, to ``last_look``.
    """

    last_look = models.PositiveBigIntegerField(_("last look sealed"), unique=True)
    count = models.PositiveBigIntegerField(_("looks in this link"))
    digest = models.CharField(_("digest"), max_length=64)
    sealed_at = models.DateTimeField(_("sealed at"))

    class Meta:
        ordering = ["last_look"]
        verbose_name = _("seal of the looks")
        verbose_name_plural = _("seals of the looks")
        triggers = [pgtrigger.Protect(name="look_seal_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.last_look}"
