from django.http import QueryDict
from django.shortcuts import get_object_or_404

from agreements.filters import AgreementFilter
from agreements.models import Agreement
from portal.publishing.previewing import reader_of
from portal.publishing.views import RecordDetail
from portal.search.lists import FilteredList
from portal.vocabulary.models import Column
from stats.filters import SeriesFilter
from stats.models import Series

from .filters import ArticleFilter
from .models import Article
from .tables import ArticleTable


class ArticleList(FilteredList):
    filterset_class = ArticleFilter
    template_name = "articles/article_list.html"
    table = ArticleTable()

    def get_queryset(self):
        return Article.objects.listed().for_listing()


class ColumnDetail(ArticleList):
    """A column's articles, with the same filters as the list of all."""

    template_name = "articles/column_detail.html"

    @property
    def title(self):
        return self.column.label

    def get_queryset(self):
        self.column = get_object_or_404(Column.objects.select_related("parent__parent"), slug=self.kwargs["slug"])
        return super().get_queryset().filter(column__in=Column.objects.within(self.column))

    def get_context_data(self, **kwargs):
        query = QueryDict(f"column={self.column.slug}")
        return super().get_context_data(
            column=self.column,
            query_elsewhere=query.urlencode(),
            agreements=AgreementFilter(query, queryset=Agreement.objects.listed()).qs.count(),
            series=SeriesFilter(query, queryset=Series.objects.listed()).qs.count(),
            **kwargs,
        )


class ArticleDetail(RecordDetail):
    template_name = "articles/article_detail.html"

    def get_queryset(self):
        articles = Article.objects.openable_by(reader_of(self.request))
        return articles.select_related("column", "source", "image", "editor", "proofreader").prefetch_related(
            "topics", "regions", "organizations"
        )

    def get_context_data(self, **kwargs):
        listed = Article.objects.listed()
        return super().get_context_data(
            earlier=listed.before(self.object.original)[:1],
            later=listed.after(self.object.original)[:1],
            related=listed.for_listing().related_to(self.object)[:5],
            address=self.request.build_absolute_uri(self.object.original.get_absolute_url()),
            **kwargs,
        )
