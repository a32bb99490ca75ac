using Backbone.Audit.Contracts;
using Backbone.Identity.Catalogue;
using Microsoft.Extensions.Options;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Backbone.Identity.Tests.Catalogue;

public sealed class ApplyCatalogueTests
{
    [Fact]
    public async Task Connected_apps_become_clients_and_announced_ones_do_not()
    {
        using var folder = new CatalogueFolder();
        await using var host = await CatalogueHost.CreateAsync(folder);
        await host.Watch.StartingAsync(default);
        var web = await host.ClientAsync("web");
        Assert.NotNull(web);
        Assert.Equal(ClientTypes.Confidential, web.ClientType);
        Assert.Contains(Requirements.Features.ProofKeyForCodeExchange, web.Requirements);
        Assert.Contains(Permissions.Prefixes.Resource + "urn:backbone:api:ai-shandong", web.Permissions);
        Assert.DoesNotContain(web.Permissions, permission => permission.Contains("password", StringComparison.Ordinal));
        Assert.Equal("pairwise", web.Properties[ClientProperties.Subject].GetString());
        Assert.Equal("public", (await host.ClientAsync("console"))!.Properties[ClientProperties.Subject].GetString());
        Assert.Equal(ClientTypes.Public, (await host.ClientAsync("native"))!.ClientType);
        Assert.Null(await host.ClientAsync("education"));
    }

    [Fact]
    public async Task A_second_start_writes_nothing()
    {
        using var folder = new CatalogueFolder();
        await using (var first = await CatalogueHost.CreateAsync(folder))
        {
            await first.Watch.StartingAsync(default);
            Assert.Single(await first.EventsAsync());
        }

        await using var second = await CatalogueHost.CreateAsync(folder);
        await second.Watch.StartingAsync(default);
        Assert.Single(await second.EventsAsync());
    }

    [Fact]
    public async Task A_changed_file_takes_effect_and_is_an_event_with_the_names_of_the_changed_apps()
    {
        using var folder = new CatalogueFolder();
        await using var host = await CatalogueHost.CreateAsync(folder);
        await host.Watch.StartingAsync(default);
        IReadOnlyList<string> told = [];
        host.Catalogue.Changed += changed => told = changed;
        folder.Write("library.yml", CatalogueFolder.Good);
        await host.Watch.LookAsync(default);
        Assert.NotNull(await host.ClientAsync("library"));
        Assert.Equal(["library"], told);
        var last = (await host.EventsAsync())[^1];
        Assert.Equal(("catalogue-change", AuditOutcome.Success, "library"), (last.Action, last.Outcome, last.Details["resource.ids"]));
    }

    [Fact]
    public async Task A_broken_change_is_refused_told_once_and_the_version_in_force_stays()
    {
        using var folder = new CatalogueFolder();
        folder.Write("library.yml", CatalogueFolder.Good);
        await using var host = await CatalogueHost.CreateAsync(folder);
        await host.Watch.StartingAsync(default);
        var before = host.Catalogue.Current;
        folder.Write("library.yml", CatalogueFolder.Good + "\nlogo: x.svg");
        await host.Watch.LookAsync(default);
        await host.Watch.LookAsync(default);
        Assert.Same(before, host.Catalogue.Current);
        var refusal = Assert.Single(await host.EventsAsync(), one => one.Outcome == AuditOutcome.Failure);
        Assert.Equal("invalid_catalogue", refusal.Reason);
        Assert.StartsWith("library.yml", refusal.Details["resource.ids"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_removed_app_is_disabled_and_comes_back_with_its_file()
    {
        using var folder = new CatalogueFolder();
        folder.Write("library.yml", CatalogueFolder.Good);
        await using var host = await CatalogueHost.CreateAsync(folder);
        await host.Watch.StartingAsync(default);
        File.Delete(Path.Combine(folder.Operators, "library.yml"));
        await host.Watch.LookAsync(default);
        var gone = await host.ClientAsync("library");
        Assert.Empty(gone!.Permissions);
        Assert.Empty(gone.RedirectUris);
        folder.Write("library.yml", CatalogueFolder.Good);
        await host.Watch.LookAsync(default);
        Assert.NotEmpty((await host.ClientAsync("library"))!.RedirectUris);
    }

    [Fact]
    public async Task OpenID_Connect_Core_8_1_the_sector_of_an_app_that_people_used_never_changes()
    {
        using var folder = new CatalogueFolder();
        folder.Write("library.yml", CatalogueFolder.Good);
        await using var host = await CatalogueHost.CreateAsync(folder);
        await host.Watch.StartingAsync(default);
        folder.Write("library.yml", CatalogueFolder.Good.Replace("consent: ask", "consent: ask\n  pairwise-sector: books", StringComparison.Ordinal));
        await host.Watch.LookAsync(default);
        Assert.Equal("library", host.Catalogue.Current.Find("library")!.PairwiseSector);
    }

    [Fact]
    public async Task A_broken_file_at_start_stops_the_start_and_lists_every_failure()
    {
        using var folder = new CatalogueFolder();
        folder.Write("library.yml", "id: library");
        await using var host = await CatalogueHost.CreateAsync(folder);
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.Watch.StartingAsync(default));
        Assert.True(refused.Failures.Count() > 5);
    }

    [Fact]
    public async Task The_running_watch_sees_a_change_by_itself()
    {
        using var folder = new CatalogueFolder();
        folder.Options.Poll = TimeSpan.FromSeconds(1);
        await using var host = await CatalogueHost.CreateAsync(folder);
        await host.Watch.StartingAsync(default);
        await host.Watch.StartAsync(default);
        var seen = new TaskCompletionSource();
        host.Catalogue.Changed += _ => seen.TrySetResult();
        folder.Write("library.yml", CatalogueFolder.Good);
        await seen.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await host.Watch.StopAsync(default);
        Assert.NotNull(host.Catalogue.Current.Find("library"));
    }
}
