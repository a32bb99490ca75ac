using System.Collections.Immutable;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Kql;

namespace Backbone.Audit.Tests.Searching;

public abstract partial class EventIndexContract
{
    private static EventField Field(string name) => EventFields.Find(name)!;

    private static string Show(ImmutableArray<ValueCount> values) => string.Join(' ', values.Select(value => $"{value.Value}={value.Count}"));

    private static string Show(ImmutableArray<TimeBucket> buckets) =>
        string.Join(' ', buckets.Select(bucket => FormattableString.Invariant($"{bucket.Start.UtcDateTime:dd'T'HH:mm}={bucket.Count}")));

    [Fact]
    public async Task A_histogram_counts_by_buckets_that_begin_where_the_offset_says()
    {
        // 22:00, 23:30, 01:00, …: an hour and a half apart.
        var index = await IndexOfAsync(Enumerable.Range(0, 17).Select(i => SampleLeaf.At(i * 5_400)));

        var days = await index.SummarizeAsync(Everything, new SummaryRequest(TimeSpan.FromDays(1)), Cancelled);
        Assert.Equal("24T00:00=2 25T00:00=15", Show(days.Buckets));
        Assert.Equal(17, days.Total);

        var china = await index.SummarizeAsync(Everything, new SummaryRequest(TimeSpan.FromDays(1), Offset: -China), Cancelled);
        Assert.Equal("24T16:00=12 25T16:00=5", Show(china.Buckets));
        var same = await index.SummarizeAsync(Everything, new SummaryRequest(TimeSpan.FromDays(1), Offset: TimeSpan.FromDays(1) - China), Cancelled);
        Assert.Equal(Show(china.Buckets), Show(same.Buckets));

        var hours = await index.SummarizeAsync(
            new EventSearch(Parse("event.sequence >= 2"), To: SampleLeaf.Start.AddHours(8)), new SummaryRequest(TimeSpan.FromHours(3), Offset: TimeSpan.FromMinutes(30)), Cancelled);
        Assert.Equal("25T00:30=2 25T03:30=2", Show(hours.Buckets));
    }

    [Fact]
    public async Task A_bucket_is_split_by_the_values_of_a_field_none_of_them_under_the_empty_one()
    {
        var index = await IndexOfAsync(
        [
            SampleLeaf.At(0, ("event.outcome", "success"), ("event.category", (string[])["iam", "session"])),
            SampleLeaf.At(1, ("event.outcome", "failure"), ("event.category", (string[])["iam"])),
            SampleLeaf.At(2, ("event.outcome", "failure")),
            SampleLeaf.At(3),
            SampleLeaf.At(3_600, ("event.outcome", "unknown"), ("event.category", (string[])["iam"])),
        ]);

        var outcomes = await index.SummarizeAsync(Everything, new SummaryRequest(TimeSpan.FromHours(1), SplitBy: Field("event.outcome")), Cancelled);
        Assert.Equal([4L, 1], outcomes.Buckets.Select(bucket => bucket.Count));
        Assert.Equal(["failure=2 =1 success=1", "unknown=1"], outcomes.Buckets.Select(bucket => Show(bucket.Split)));

        var categories = await index.SummarizeAsync(
            Everything, new SummaryRequest(TimeSpan.FromHours(1), SplitBy: Field("event.category"), FacetSize: 2), Cancelled);
        Assert.Equal([4L, 1], categories.Buckets.Select(bucket => bucket.Count));
        Assert.Equal(["=2 iam=2", "iam=1"], categories.Buckets.Select(bucket => Show(bucket.Split)));
    }

    [Fact]
    public async Task Facets_are_exact_with_ties_in_order_and_the_missing_counted()
    {
        var index = await IndexOfAsync(
        [
            SampleLeaf.At(0, ("event.action", "b"), ("http.response.status_code", 500), ("user.roles", (string[])["x", "y", "x"])),
            SampleLeaf.At(1, ("event.action", "a"), ("http.response.status_code", 99), ("user.roles", (string[])["y"])),
            SampleLeaf.At(2, ("event.action", "c"), ("http.response.status_code", 99)),
            SampleLeaf.At(3, ("event.action", "c"), ("event.risk_score", 0.25), ("destination.ip", "10.0.0.9")),
            SampleLeaf.At(4, ("event.action", "B"), ("event.risk_score", 0.25), ("destination.ip", "2001:db8::9"), ("event.end", SampleLeaf.Time(1.5))),
            SampleLeaf.At(5, ("event.risk_score", 7), ("user.roles", (string[])[])),
        ]);

        var summary = await index.SummarizeAsync(
            Everything,
            new SummaryRequest(Facets:
            [
                Field("event.action"), Field("http.response.status_code"), Field("user.roles"), Field("event.risk_score"),
                Field("destination.ip"), Field("event.end"), Field("resource.id"),
            ]),
            Cancelled);

        Assert.Equal(
            [
                "event.action c=2 B=1 a=1 b=1 -1", "http.response.status_code 99=2 500=1 -3", "user.roles y=2 x=1 -4",
                "event.risk_score 0.25=2 7=1 -3", "destination.ip 10.0.0.9=1 2001:db8::9=1 -4", "event.end 2026-11-24T22:00:01.500Z=1 -5", "resource.id  -6",
            ],
            summary.Facets.Select(facet => $"{facet.Field.Name} {Show(facet.Values)} -{facet.Missing}"));
        Assert.Equal(6, summary.Total);
        Assert.Empty(summary.Buckets);
    }

    [Fact]
    public async Task A_facet_has_as_many_values_as_were_asked_for_and_obeys_the_search()
    {
        var index = await IndexOfAsync(Enumerable.Range(0, 30).Select(i => SampleLeaf.At(i, ("resource.id", $"r{i % 10}"), ("event.outcome", i < 20 ? "success" : "failure"))));

        var summary = await index.SummarizeAsync(
            new EventSearch(Parse("event.outcome:success and event.sequence < 15")), new SummaryRequest(Facets: [Field("resource.id")], FacetSize: 3), Cancelled);

        Assert.Equal(15, summary.Total);
        Assert.Equal("r0=2 r1=2 r2=2", Show(summary.Facets.Single().Values));
        Assert.Equal(0, summary.Facets.Single().Missing);
    }

    [Fact]
    public async Task A_summary_of_nothing_has_all_it_was_asked_for()
    {
        var index = await IndexOfAsync([SampleLeaf.At(0)]);

        var summary = await index.SummarizeAsync(
            new EventSearch(Parse("event.action:nothing")), new SummaryRequest(TimeSpan.FromHours(1), SplitBy: Field("event.outcome"), Facets: [Field("event.action")]), Cancelled);

        Assert.Equal(0, summary.Total);
        Assert.Empty(summary.Buckets);
        Assert.Equal(("event.action", 0, 0L), (summary.Facets.Single().Field.Name, summary.Facets.Single().Values.Length, summary.Facets.Single().Missing));
    }
}
