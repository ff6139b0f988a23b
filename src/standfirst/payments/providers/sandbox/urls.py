from __future__ import annotations

from django.urls import path

from standfirst.payments.providers.sandbox import views

app_name = "sandbox"
urlpatterns = [
    path("sandbox/<uuid:number>/", views.page, name="page"),
    path("sandbox/<uuid:number>/card/", views.card, name="card"),
    path("sandbox/<uuid:number>/payments/<uuid:payment>/", views.payment, name="payment"),
]
