namespace Backbone.Audit.Disclosure;

// Public only because generated page classes are, and their parameters must be as visible as they.

/// <summary>
/// One time somebody looked at a person's data, as that person is told: when, which system of which office, and what for. Nothing else of
/// the event: not who at the office, not the number of a case, no other person, no words a human wrote. Those tell of others' affairs.
/// </summary>
/// <param name="At">When; UTC.</param>
/// <param name="Action">What was done and what for, in the reader's language.</param>
/// <param name="Office">Code of the organisation.</param>
/// <param name="OfficeName">What it is called; null when nobody has said.</param>
/// <param name="System">The system of it that did it.</param>
public sealed record Usage(DateTimeOffset At, string Action, string Office, string? OfficeName, string System);

/// <param name="Usages">Newest first.</param>
/// <param name="Total">How many there are in the period, wherever the page begins and however long it is.</param>
/// <param name="EndIndex">One past the newest event that was searched.</param>
public sealed record UsagePage(IReadOnlyList<Usage> Usages, long Total, long EndIndex);
