"""Addresses of the room's pages."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

import wikivillage.web.shell.converters  # noqa: F401  (makes <id:...> known)
from wikivillage.web.registry import agreement_views, circle_views, file_views, role_views, views

app_name = "registry"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="registry:about"), name="home"),
    path("about/", views.about, name="about"),
    path("people/", views.people, name="people"),
    path("people.csv", views.people_csv, name="people_csv"),
    path("people/add/", views.add, name="add"),
    path("people/<id:pseudonym>/", views.agent, name="agent"),
    path("memberships/<int:id>/end/", views.end_membership, name="end_membership"),
    path("households/", views.households, name="households"),
    path("circles/", circle_views.all_circles, name="circles"),
    path("circles/<id:id>/", circle_views.circle, name="circle"),
    path("circles/<id:id>/join/", circle_views.join_circle, name="join_circle"),
    path("roles/", role_views.roles, name="roles"),
    path("roles/<int:id>/end/", role_views.end_of_role, name="end_role"),
    path("agreements/", agreement_views.agreements, name="agreements"),
    path("agreements/<int:id>/sign/", agreement_views.sign, name="sign_agreement"),
    path("agreements/<int:id>/end/", agreement_views.end_of_agreement, name="end_agreement"),
    path("qualifications/", agreement_views.qualifications, name="qualifications"),
    path("qualifications/<int:id>/end/", agreement_views.end_of_qualification, name="end_qualification"),
    path("guardians/", role_views.guardians, name="guardians"),
    path("guardians/<int:id>/end/", role_views.end_of_guardianship, name="end_guardianship"),
    path("consents/", role_views.consents, name="consents"),
    path("consents/<id:pseudonym>/<id:purpose>/", role_views.change_consent, name="change_consent"),
    path("file/", file_views.village_file, name="village_file"),
    path("file/village.yaml", file_views.download, name="download_file"),
    path("file/<id:id>/", file_views.pending_file, name="pending_file"),
    path("file/<id:id>/forget/", file_views.forget, name="forget_file"),
]
