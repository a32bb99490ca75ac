using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Reports;

/// <summary>
/// How many questions a program may ask of this host in a minute, from however many addresses: a token that was stolen, or a program in a loop, reads no
/// register to its end and keeps no other waiting. Programs are few and known, so each has its own minute.
/// </summary>
internal sealed class QuestionLimit(IOptions<CreditOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Minute> minutes = new(StringComparer.Ordinal);

    /// <summary>Questions in a minute.</summary>
    public int Most => options.Value.QuestionsPerProgramPerMinute;

    /// <param name="client">The id of a program that has signed in.</param>
    public QuestionTurn Take(string client)
    {
        var minute = minutes.GetOrAdd(client, _ => new(clock.GetTimestamp()));
        lock (minute)
        {
            var passed = clock.GetElapsedTime(minute.Began);
            if (passed >= Window)
            {
                (minute.Began, minute.Asked, passed) = (clock.GetTimestamp(), 0, TimeSpan.Zero);
            }

            minute.Asked = Math.Min(minute.Asked + 1, Most + 2);
            return new(minute.Asked <= Most, Window - passed, minute.Asked == Most + 1);
        }
    }

    private sealed class Minute(long began)
    {
        public long Began { get; set; } = began;

        /// <summary>No further than two beyond the most.</summary>
        public int Asked { get; set; }
    }
}

/// <param name="IsAdmitted">Whether the question is read.</param>
/// <param name="Wait">When the next minute begins.</param>
/// <param name="IsFirst">Whether it is the first of the minute that is not: of many refusals one is an event, or they would be the flood.</param>
internal readonly record struct QuestionTurn(bool IsAdmitted, TimeSpan Wait, bool IsFirst);
