from django.urls import path

from views import recipes

urlpatterns = [path("api/v1/recipes", recipes)]
