namespace Backbone.Platform.Web.Components;

/// <summary>What a colour means. Never alone: the word always stands with it (ui.md 2.2).</summary>
public enum Tone
{
    Neutral,
    Info,
    Success,
    Warning,
    Danger,

    /// <summary>Proved by the log; used for nothing else.</summary>
    Proof,

    Accent,
}

/// <summary>Severity of an event, from least to most.</summary>
public enum Severity
{
    Informational,
    Low,
    Medium,
    High,
    Critical,
}
