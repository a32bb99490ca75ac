using System.Collections.Immutable;
using System.Text.Json;
using Backbone.Identity.Storage;
using Backbone.Platform.Yaml;
using OpenIddict.Abstractions;

namespace Backbone.Identity.Catalogue;

/// <summary>What writing a catalogue to the database came to.</summary>
internal abstract record SyncOutcome
{
    /// <param name="Written">Ids created or changed.</param>
    /// <param name="Disabled">Ids whose file is gone or no longer connected.</param>
    internal sealed record Synced(ImmutableArray<string> Written, ImmutableArray<string> Disabled) : SyncOutcome;

    internal sealed record Refused(ImmutableArray<YamlFailure> Failures) : SyncOutcome;
}

/// <summary>
/// Makes OpenIddict's applications say what the catalogue says, in one transaction with its audit event; a second run writes nothing.
/// An app whose file is gone is disabled, not deleted: no permission, no redirect URI, its tokens revoked. What people agreed to stays, so a
/// file that comes back needs no new consent. Rows the catalogue did not write are not touched.
/// </summary>
internal sealed class SyncApplications(
    IdentityDb db, IOpenIddictApplicationManager applications, IOpenIddictTokenManager tokens, TimeProvider clock)
{
    private const string DisabledVersion = "disabled";

    public async Task<SyncOutcome> SyncAsync(CatalogueSnapshot next, CatalogueOptions options, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var rows = await RowsAsync(cancellation);
        var apps = next.Apps.Where(app => app.CanSignIn).ToList();
        var failures = apps.SelectMany(app => rows.TryGetValue(app.Id, out var row) ? WhatMayNotChange(app, row) : []).ToImmutableArray();
        if (failures.Length > 0)
        {
            return new SyncOutcome.Refused(failures);
        }

        var written = ImmutableArray.CreateBuilder<string>();
        foreach (var app in apps)
        {
            if (await WriteAsync(app, rows.GetValueOrDefault(app.Id), options, cancellation))
            {
                written.Add(app.Id);
            }
        }

        var disabled = ImmutableArray.CreateBuilder<string>();
        foreach (var (id, row) in rows.OrderBy(row => row.Key, StringComparer.Ordinal))
        {
            if (row.Version is not (null or DisabledVersion) && apps.TrueForAll(app => app.Id != id))
            {
                await DisableAsync(row, cancellation);
                disabled.Add(id);
            }
        }

        if (written.Count + disabled.Count > 0)
        {
            db.Outbox.Add(CatalogueEvents.Changed(clock, next.Hash, written, disabled));
            await db.SaveChangesAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return new SyncOutcome.Synced(written.ToImmutable(), disabled.ToImmutable());
    }

    private async Task<Dictionary<string, Row>> RowsAsync(CancellationToken cancellation)
    {
        var rows = new Dictionary<string, Row>(StringComparer.Ordinal);
        await foreach (var application in applications.ListAsync(cancellationToken: cancellation))
        {
            var properties = await applications.GetPropertiesAsync(application, cancellation);
            var id = await applications.GetClientIdAsync(application, cancellation) ?? "";
            rows[id] = new Row(
                application,
                Property(properties, ClientProperties.Hash),
                Property(properties, ClientProperties.Sector),
                Property(properties, ClientProperties.Subject));
        }

        return rows;
    }

    /// <summary>Another sector or kind of subject would make strangers of everybody who ever signed in.</summary>
    private static IEnumerable<YamlFailure> WhatMayNotChange(CatalogueApp app, Row row)
    {
        if (row.Version is null)
        {
            yield return new(app.File, "id", "an id no other client has", app.Id);
            yield break;
        }

        if (row.Sector is not null && row.Sector != app.PairwiseSector)
        {
            yield return new(app.File, "client.pairwise-sector", $"'{row.Sector}', as when people first signed in", app.PairwiseSector);
        }

        var subject = app.Subject == SubjectKind.Public ? "public" : "pairwise";
        if (row.Subject is not null && row.Subject != subject)
        {
            yield return new(app.File, "client.subject", $"'{row.Subject}', as when people first signed in", subject);
        }
    }

    private async Task<bool> WriteAsync(CatalogueApp app, Row? row, CatalogueOptions options, CancellationToken cancellation)
    {
        var secret = app.Secret is null ? null : ClientSecrets.Read(app.Secret, options.DataDirectory).Secret;
        if (row?.Version == DescribeClient.VersionOf(app, secret))
        {
            return false;
        }

        var descriptor = DescribeClient.Describe(app, secret);
        if (row is null)
        {
            await applications.CreateAsync(descriptor, cancellation);
        }
        else
        {
            await applications.UpdateAsync(row.Application, descriptor, cancellation);
        }

        return true;
    }

    private async Task DisableAsync(Row row, CancellationToken cancellation)
    {
        var descriptor = new OpenIddictApplicationDescriptor();
        await applications.PopulateAsync(descriptor, row.Application, cancellation);
        descriptor.Permissions.Clear();
        descriptor.RedirectUris.Clear();
        descriptor.PostLogoutRedirectUris.Clear();
        descriptor.Properties[ClientProperties.Hash] = ClientProperties.Of(DisabledVersion);
        await applications.UpdateAsync(row.Application, descriptor, cancellation);
        if (await applications.GetIdAsync(row.Application, cancellation) is { } key)
        {
            await tokens.RevokeByApplicationIdAsync(key, cancellation);
        }
    }

    private static string? Property(ImmutableDictionary<string, JsonElement> properties, string name) =>
        properties.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private sealed record Row(object Application, string? Version, string? Sector, string? Subject);
}
