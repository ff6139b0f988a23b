"""Members' pages. They stand outside all editions, and nobody stores them."""

from __future__ import annotations

from django.urls import path

from standfirst.membership.views import account, gift, join, me, passkeys, pledge, sign_in

urlpatterns = [
    path("join/", join.choose_amount, name="join"),
    path("join/pay/", join.pay, name="join_pay"),
    path("join/mail/", join.look_for_mail, name="join_mail"),
    path("join/back/<uuid:number>/", join.back, name="join_back"),
    path("join/thanks/<uuid:number>/", join.thanks, name="join_thanks"),
    path("join/confirm/<str:token>/", join.confirm, name="join_confirm"),
    path("account/", account.overview, name="account"),
    path("account/me", me.me, name="account_me"),
    path("account/sign-in/", sign_in.sign_in, name="account_request_login_code"),
    path("account/code/", sign_in.code, name="account_confirm_login_code"),
    path("account/sign-out/", sign_in.sign_out, name="reader_sign_out"),
    path("account/passkeys/", passkeys.passkeys, name="account_passkeys"),
    path("account/passkeys/sign-in/", passkeys.sign_in, name="account_passkey_sign_in"),
    path("account/passkeys/once-more/", passkeys.once_more, name="account_once_more"),
    path("account/passkeys/<int:pk>/remove/", passkeys.remove, name="account_passkey_remove"),
    path("account/profile/", account.profile, name="account_profile"),
    path("account/receipts/<uuid:number>/", account.receipt, name="account_receipt"),
    path("account/data/", account.data, name="account_data"),
    path("account/close/", account.close, name="account_close"),
    path("account/sessions/", account.sessions, name="account_sessions"),
    path("account/sessions/<int:pk>/end/", account.end_session, name="account_end_session"),
    path("account/pledge/<uuid:number>/change/", pledge.change, name="pledge_change"),
    path("account/pledge/<uuid:number>/card/", pledge.card, name="pledge_card"),
    path("account/pledge/<uuid:number>/pause/", pledge.pause, name="pledge_pause"),
    path("account/pledge/<uuid:number>/resume/", pledge.resume, name="pledge_resume"),
    path("account/pledge/<uuid:number>/cancel/", pledge.cancel, name="pledge_cancel"),
    path("account/pledge/<uuid:number>/keep/", pledge.keep, name="pledge_keep"),
    path("account/pledge/<uuid:number>/back/", pledge.back, name="pledge_back"),
    path("account/fix/<str:token>/", pledge.fix, name="pledge_fix"),
    path("gift/", gift.order, name="gift"),
    path("gift/back/<uuid:key>/", gift.back, name="gift_back"),
    path("gift/redeem/", gift.redeem, name="gift_redeem"),
]
