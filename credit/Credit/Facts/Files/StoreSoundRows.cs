using Backbone.Credit.Catalogue;
using Backbone.Credit.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Facts.Files;

/// <summary>What became of the rows of a file.</summary>
internal sealed record FileResult(int New, int Known, int Bad, long Problems, byte[] ProblemRows, byte[] States);

/// <summary>
/// Writes the sound rows of a file, some thousands in a transaction with their event. Whoever was killed in the middle begins again: by their keys, nothing
/// is there twice.
/// </summary>
internal sealed class StoreSoundRows(IServiceScopeFactory scopes, FactCatalogue catalogue, TimeProvider clock)
{
    private const int AtOnce = 5_000;

    /// <param name="survey">Of the file, as it was read.</param>
    /// <returns>The survey with what happened in place of what would.</returns>
    public async Task<FileResult> RunAsync(string source, byte[] sound, byte[] problemRows, byte[] survey, FileForm form, CancellationToken cancellation)
    {
        var states = RowStates.Read(survey);
        using var refused = new RowProblems();
        var today = ChinaDay.Today(clock);
        foreach (var chunk in SoundRows.Read(sound).Chunk(AtOnce))
        {
            var drafts = new List<(int Number, FactDraft Draft)>(chunk.Length);
            foreach (var (number, json) in chunk)
            {
                var outcome = ReadDraft.Read(json, catalogue, today);
                if (outcome.Draft is { } draft)
                {
                    drafts.Add((number, draft));
                }
                else
                {
                    // The catalogue has changed since the file was read.
                    Refuse(number, outcome.Violations);
                }
            }

            await using var scope = scopes.CreateAsyncScope();
            var stored = await new StoreFacts(scope.ServiceProvider.GetRequiredService<CreditDb>(), clock).WriteAsync(source, [.. drafts.Select(one => one.Draft)], cancellation);
            for (var i = 0; i < stored.Count; i++)
            {
                if (stored[i].Violation is { } violation)
                {
                    Refuse(drafts[i].Number, [violation]);
                }
                else
                {
                    states[drafts[i].Number] = stored[i].State == StoredState.Accepted ? RowState.New : RowState.Known;
                }
            }
        }

        var more = refused.Count;
        return new(
            states.CountOf(RowState.New), states.CountOf(RowState.Known), states.CountOf(RowState.Bad), more, more == 0 ? problemRows : [.. problemRows, .. refused.Close()], states.Pack());

        void Refuse(int number, IEnumerable<FactViolation> violations)
        {
            states[number] = RowState.Bad;
            foreach (var violation in violations)
            {
                var column = form.Columns.FirstOrDefault(one => one.Field == violation.Field)?.Headings[0] ?? violation.Field;
                refused.Add(new(number, column, violation.Rule, violation.Value));
            }
        }
    }
}
