"""Addresses of the membership desk, below `/desk/membership/`."""

from __future__ import annotations

from django.urls import path

from standfirst.membership.desk import accounts, erasing, mail_texts, mails, members, one_member, terms, tiers

app_name = "membership_desk"
urlpatterns = [
    path("members/", members.index, name="members"),
    path("members/<int:pk>/", one_member.show, name="member"),
    path("members/<int:pk>/note/", one_member.note, name="note"),
    path("members/<int:pk>/give/", one_member.give, name="give"),
    path("members/<int:pk>/merge/", one_member.merge, name="merge"),
    path("members/<int:pk>/erase/", erasing.erase, name="erase"),
    path("payments/<uuid:number>/refund/", one_member.refund, name="refund"),
    path("tiers/", tiers.index, name="tiers"),
    path("tiers/add/", tiers.edit, name="add_tier"),
    path("tiers/<int:pk>/", tiers.edit, name="tier"),
    path("accounts/", accounts.index, name="accounts"),
    path("accounts/add/<slug:provider>/", accounts.add, name="add_account"),
    path("accounts/<int:pk>/", accounts.edit, name="account"),
    path("accounts/<int:pk>/check/", accounts.check, name="check_account"),
    path("mails/", mails.index, name="mails"),
    path("mails/<int:pk>/again/", mails.again, name="send_again"),
    path("mails/texts/", mail_texts.index, name="mail_texts"),
    path("mails/texts/<slug:kind>/<slug:language>/", mail_texts.edit, name="mail_text"),
    path("terms/", terms.edit, name="terms"),
]
