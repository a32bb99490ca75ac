using System.Text.Json;
using Backbone.Credit.Facts;
using Backbone.Platform.Entities;
using Backbone.Platform.Web.Batches;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Backbone.Credit.Profiles;

/// <summary>What the registry says of organisations, over HTTP: section, size, day of establishment. As with facts each line is taken or refused by itself.</summary>
internal static class ReceiveProfiles
{
    public const string Path = "/credit/v1/profiles";

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(Path, Handle).WithName("credit.profiles.receive").RequireAuthorization(CreditPrograms.ReportProfiles).DisableAntiforgery();

    private static Task<IResult> Handle(HttpContext http, FactEntrance entrance, StoreProfiles store, TimeProvider clock) =>
        TakeBatch.RunAsync(http, entrance, async (source, lines) =>
        {
            var today = ChinaDay.Today(clock);
            var read = lines.Select(line => ReadProfile.Read(line.Line, today)).ToList();
            var drafts = read.Where(outcome => outcome.Draft is not null).Select(outcome => outcome.Draft!).ToList();
            var changed = drafts.Count == 0 ? new HashSet<EntityCode>() : await store.WriteAsync(source, drafts, http.RequestAborted);
            return new ProfileAnswer([.. lines.Select(line => line.Number)], read, changed);
        });
}

/// <summary>What became of each line, in the lines' order: another profile now, or one that was there or is newer.</summary>
internal sealed class ProfileAnswer(IReadOnlyList<int> numbers, IReadOnlyList<ProfileOutcome> read, IReadOnlySet<EntityCode> changed)
    : BatchAnswer(read.Count, read.Count(outcome => outcome.Draft is not null))
{
    protected override void Write(Utf8JsonWriter json, int index)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteNumber("line", numbers[index]);
        if (read[index].Draft is not { } draft)
        {
            FactAnswer.Refused(json, read[index].Violations);
            return;
        }

        json.WriteString("entity", draft.Entity.ToString());
        json.WriteString("state", changed.Contains(draft.Entity) ? "accepted" : "known");
    }
}
