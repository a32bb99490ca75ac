using System.Security.Cryptography;
using Backbone.Audit.Privacy;
using Backbone.Audit.Receiving;
using Backbone.Platform;

namespace Backbone.Audit.Console;

// Public only because generated page classes are, and their parameters must be as visible as they.

/// <summary>One value of <c>subject.sealed</c> as a page shows it.</summary>
/// <param name="Label">What it is, in the sender's word.</param>
/// <param name="Text">The value; null unless it is open.</param>
/// <param name="State">Whether it could be opened.</param>
public sealed record SealedValue(string Label, string? Text, SealedState State)
{
    /// <summary>Every sealed value of an event, opened where its key still is. Whoever shows them has recorded the reading first.</summary>
    internal static async Task<IReadOnlyList<SealedValue>> OfAsync(EventRow row, SubjectKeys subjects, CancellationToken cancellation)
    {
        if (row.Event is not { } of || row.Values("subject.key") is not [{ } text] || !Guid.TryParseExact(text, "D", out var key))
        {
            return [];
        }

        List<SealedValue> found = [];
        foreach (var value in row.Values("subject.sealed"))
        {
            found.Add(await OpenAsync(value, of.Id, key, subjects, cancellation));
        }

        return found;
    }

    private static async Task<SealedValue> OpenAsync(string value, EventId of, Guid key, SubjectKeys subjects, CancellationToken cancellation)
    {
        var label = value.Split(':', 2)[0];
        try
        {
            var text = await subjects.OpenAsync(of, key, value, cancellation);
            return new SealedValue(label, text, text is null ? SealedState.Erased : SealedState.Open);
        }
        catch (CryptographicException)
        {
            return new SealedValue(label, null, SealedState.Unreadable);
        }
        catch (Exception away) when (LogAway.Is(away))
        {
            // The record itself is in the log and is shown.
            return new SealedValue(label, null, SealedState.Away);
        }
    }
}

/// <summary>Whether a sealed value could be opened.</summary>
public enum SealedState
{
    Open,

    /// <summary>Its key was destroyed.</summary>
    Erased,

    /// <summary>It does not fit its key: altered, or taken from another event.</summary>
    Unreadable,

    /// <summary>The database of the keys does not answer.</summary>
    Away,
}
