"""Addresses of wishes, tools, repairs and hours; those of lots are in ``urls``."""

from __future__ import annotations

from django.urls import path

import wikivillage.web.shell.converters  # noqa: F401  (makes <id:...> known)
from wikivillage.web.exchange import hour_views, loan_views, repair_views, tool_views, wish_views

urlpatterns = [
    path("wishes/", wish_views.board, name="wishes"),
    path("wishes.csv", wish_views.board_csv, name="wishes_csv"),
    path("wishes/new/", wish_views.new, name="wish_new"),
    path("wishes/mine/", wish_views.mine, name="wishes_mine"),
    path("wishes/answers/<id:id>/decide/", wish_views.decide, name="answer_decide"),
    path("wishes/answers/<id:id>/keep/", wish_views.keep, name="answer_keep"),
    path("wishes/answers/<id:id>/withdraw/", wish_views.withdraw, name="answer_withdraw"),
    path("wishes/<id:id>/", wish_views.wish, name="wish"),
    path("wishes/<id:id>/answer/", wish_views.answer, name="wish_answer"),
    path("wishes/<id:id>/end/", wish_views.end, name="wish_end"),
    path("wishes/<id:id>/renew/", wish_views.renew, name="wish_renew"),
    path("tools/", tool_views.library, name="tools"),
    path("tools/new/", tool_views.new, name="tool_new"),
    path("tools/loans/", loan_views.loans, name="loans"),
    path("tools/loans.csv", loan_views.loans_csv, name="loans_csv"),
    path("tools/loans/<id:id>/out/", loan_views.out, name="loan_out"),
    path("tools/loans/<id:id>/back/", loan_views.back, name="loan_back"),
    path("tools/loans/<id:id>/cancel/", loan_views.cancel, name="loan_cancel"),
    path("tools/<id:id>/", tool_views.tool, name="tool"),
    path("tools/<id:id>/reserve/", loan_views.reserve, name="tool_reserve"),
    path("tools/<id:id>/here/", loan_views.here, name="tool_here"),
    path("tools/<id:id>/lend/", loan_views.lend, name="tool_lend"),
    path("tools/<id:id>/change/", tool_views.change, name="tool_change"),
    path("tools/<id:id>/retire/", tool_views.retire, name="tool_retire"),
    path("repairs/", repair_views.repairs, name="repairs"),
    path("repairs.csv", repair_views.repairs_csv, name="repairs_csv"),
    path("repairs/bring/", repair_views.bring, name="repair_bring"),
    path("repairs/new/", repair_views.new_day, name="repair_day_new"),
    path("repairs/tickets/<id:id>/", repair_views.ticket, name="repair_ticket"),
    path("repairs/<id:id>/", repair_views.day, name="repair_day"),
    path("repairs/<id:id>/close/", repair_views.close, name="repair_day_close"),
    path("hours/", hour_views.hours, name="hours"),
    path("hours.csv", hour_views.hours_csv, name="hours_csv"),
    path("hours/new/", hour_views.new, name="hours_new"),
    path("hours/of/<id:agent>/", hour_views.account, name="hours_of"),
    path("hours/<id:id>/confirm/", hour_views.confirm, name="hours_confirm"),
    path("hours/<id:id>/refuse/", hour_views.refuse, name="hours_refuse"),
    path("hours/<id:id>/take-back/", hour_views.take_back, name="hours_take_back"),
]
