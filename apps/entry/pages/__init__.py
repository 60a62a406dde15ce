"""Pages of coming in."""

from django.urls import path

from apps.entry.pages import account, organisation, passwords, rules, second_factor, sessions, sign_in

page_urls = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/code/", sign_in.sign_in_code, name="sign-in-code"),
    path("sign-in/forgotten/", passwords.forgotten, name="forgotten-password"),
    path("sign-in/new-password/<str:token>/", passwords.new_password, name="new-password"),
    path("sign-in/organisation/", organisation.organisation, name="sign-in-organisation"),
    path("sign-in/organisation/back/", organisation.organisation_back, name="sign-in-organisation-back"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("account/", account.account, name="account"),
    path("account/second-factor/", second_factor.second_factor, name="second-factor"),
    path("account/second-factor/off/", second_factor.second_factor_off, name="second-factor-off"),
    path("account/second-factor/codes/", second_factor.recovery_codes, name="recovery-codes"),
    path("account/sessions/", sessions.session_list, name="sessions"),
    path("account/sessions/end/", sessions.session_end, name="session-end"),
    path("account/sessions/end-others/", sessions.sessions_end_others, name="sessions-end-others"),
    path("access/sign-in/", rules.sign_in_rules, name="sign-in-rules"),
    path("access/sign-in/provider/", rules.sign_in_provider, name="sign-in-provider"),
    path("access/sign-in/provider/delete/", rules.sign_in_provider_delete, name="sign-in-provider-delete"),
    path("access/sign-in/people/<str:user_id>/end-sessions/", rules.user_sessions_end, name="user-sessions-end"),
    path(
        "access/sign-in/people/<str:user_id>/reset-second-factor/",
        rules.user_second_factor_reset,
        name="user-second-factor-reset",
    ),
    path("language/", account.set_language, name="set_language"),
]
