namespace Backbone.Audit.Disclosure;

// Public only because generated page classes are, and their parameters must be as visible as they.

/// <summary>
/// One time somebody looked at a person's data, as that person is told: when, which system of which office, and what for. Nothing else of
/// the event: not who at the office, not the number of a case, no other person, no words a human wrote. Those tell of others' affairs.
/// </summary>
/// <param name="At">When; UTC.</param>
/// <param name="What">What was done, in the reader's language.</param>
/// <param name="Purpose">What for, in the reader's language; null: because the person used the app.</param>
/// <param name="Action">Both in one.</param>
/// <param name="Office">Code of the organisation.</param>
/// <param name="OfficeName">What it is called; null when nobody has said.</param>
/// <param name="System">Id of the system of it that did it.</param>
/// <param name="SystemName">What that is called, in the reader's language; the id when nobody has said.</param>
public sealed record Usage(
    DateTimeOffset At, string What, string? Purpose, string Action, string Office, string? OfficeName, string System, string SystemName);

/// <param name="Usages">Newest first.</param>
/// <param name="Total">How many there are in the period, wherever the page begins and however long it is.</param>
/// <param name="EndIndex">One past the newest event that was searched.</param>
public sealed record UsagePage(IReadOnlyList<Usage> Usages, long Total, long EndIndex);

/// <param name="Begins">Its first instant in China.</param>
/// <param name="Times">How often somebody looked in it; what is held back is not counted.</param>
public sealed record UsageMonth(DateTimeOffset Begins, long Times);
