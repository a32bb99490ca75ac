using Backbone.Credit.Scoring.Facts;
using Backbone.Platform;
using Backbone.Platform.Entities;

namespace Backbone.Credit.Facts;

/// <summary>What is wrong with one fact that was sent.</summary>
/// <param name="Field">The field's name as it is written.</param>
/// <param name="Rule">What is allowed. Programs are told it in English.</param>
/// <param name="Value">What was found, cut; empty where it may be a person's number.</param>
internal sealed record FactViolation(string Field, Bilingual Rule, string Value);

/// <summary>One record as it was sent and found sound by itself; whether what it is about exists is for the store to say.</summary>
/// <param name="About">The sender's key of the fact it is about; null for a fact.</param>
/// <param name="Hash">SHA-256 over its canonical bytes: the same key with another hash is refused.</param>
internal sealed record FactDraft(
    EntityCode Entity, string Key, RecordKind Kind, string? About, FactContent? Content, DateOnly? Effective, string Reason, byte[] Hash);

/// <summary>A draft, or why there is none.</summary>
internal readonly record struct DraftOutcome(FactDraft? Draft, string? Key, IReadOnlyList<FactViolation> Violations);
