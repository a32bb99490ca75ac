using System.Security.Cryptography;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Storage;
using Backbone.Platform.Entities;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Credit.Facts.Files;

/// <summary>What a file holds, and what would become of each row.</summary>
internal sealed record FileSurvey(
    byte[] Digest, FileForm Form, IReadOnlyList<string> NotRead, int Rows, int New, int Known, int Bad, int Changes, long Problems, byte[] Sound, byte[] ProblemRows, byte[] States);

/// <summary>Reads a file to its end and compares it with the store, which it does not change.</summary>
internal sealed class SurveyFile(CreditDb db, FactCatalogue catalogue)
{
    private const int AtOnce = 1_000;

    /// <param name="source">Whose facts they would be.</param>
    /// <param name="today">No document is of a later day.</param>
    /// <exception cref="FileRefusedException">The whole file is refused, and why.</exception>
    public async Task<FileSurvey> RunAsync(byte[] bytes, string source, DateOnly today, CancellationToken cancellation)
    {
        var file = ReadFile.Open(bytes, catalogue, today);
        using var sound = new SoundRows();
        using var problems = new RowProblems();
        var states = new RowStates();
        var stated = new HashSet<(EntityCode, string)>();
        var changes = 0;
        foreach (var chunk in file.Rows().Chunk(AtOnce))
        {
            cancellation.ThrowIfCancellationRequested();
            var there = await FindAsync(source, [.. chunk.Where(row => row.Draft is not null).Select(row => row.Draft!)], cancellation);
            foreach (var row in chunk)
            {
                if (row.Draft is not { } draft)
                {
                    Refuse(row.Number, row.Problems);
                    continue;
                }

                // The same judgement as of the store when it takes them.
                if (draft.About is { } about && !stated.Contains((draft.Entity, about)) && !there.ContainsKey((draft.Entity.ToString(), about)))
                {
                    Refuse(row.Number, [ProblemOf(row.Number, StoreFacts.NoSuchFact(about))]);
                    continue;
                }

                if (there.TryGetValue((draft.Entity.ToString(), draft.Key), out var hash) && !hash.AsSpan().SequenceEqual(draft.Hash))
                {
                    Refuse(row.Number, [ProblemOf(row.Number, StoreFacts.KeyUsed(draft.Key))]);
                    continue;
                }

                if (draft.About is null)
                {
                    stated.Add((draft.Entity, draft.Key));
                }

                changes += draft.Kind == RecordKind.Stated ? 0 : 1;
                states[row.Number] = hash is null ? RowState.New : RowState.Known;
                sound.Add(row.Number, row.Json.Span);
            }
        }

        return new(
            SHA256.HashData(bytes), file.Form, file.NotRead, states.Count - states.CountOf(RowState.Blank), states.CountOf(RowState.New), states.CountOf(RowState.Known),
            states.CountOf(RowState.Bad), changes, problems.Count, sound.Close(), problems.Close(), states.Pack());

        void Refuse(int number, IEnumerable<RowProblem> why)
        {
            states[number] = RowState.Bad;
            foreach (var problem in why)
            {
                problems.Add(problem);
            }
        }

        RowProblem ProblemOf(int number, FactViolation violation) => new(number, file.HeadingOf(violation.Field), violation.Rule, violation.Value);
    }

    private static IEnumerable<string> Keys(FactDraft draft) => draft.About is { } about ? [draft.Key, about] : [draft.Key];

    private async Task<Dictionary<(string, string), byte[]>> FindAsync(string source, IReadOnlyCollection<FactDraft> drafts, CancellationToken cancellation)
    {
        if (drafts.Count == 0)
        {
            return [];
        }

        var keys = drafts.SelectMany(Keys).ToHashSet(StringComparer.Ordinal);
        var entities = drafts.Select(draft => draft.Entity.ToString()).ToHashSet(StringComparer.Ordinal);
        var rows = await db.Facts.AsNoTracking().Where(fact => fact.Source == source && keys.Contains(fact.SourceKey) && entities.Contains(fact.Entity))
            .Select(fact => new { fact.Entity, fact.SourceKey, fact.Hash }).ToListAsync(cancellation);
        return rows.ToDictionary(row => (row.Entity, row.SourceKey), row => row.Hash);
    }
}
