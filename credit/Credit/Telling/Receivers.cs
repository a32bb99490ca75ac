using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Backbone.Credit.Telling;

/// <summary>
/// What this host has on its way to whom. A receiver that does not answer is left alone for longer and longer, so that it holds up nobody else, however
/// much waits for it; and a program has a share of what is on its way at once, however many receivers it names. Safe for many at once.
/// </summary>
/// <param name="mostOfProgram">Messages of one program on their way at once.</param>
internal sealed class Receivers(int mostOfProgram, TimeProvider clock)
{
    /// <summary>Messages on their way to one receiver.</summary>
    public const int MostOfOne = 2;

    /// <summary>Receivers of which something is remembered; beyond, it is forgotten and learnt anew.</summary>
    private const int Most = 10_000;

    private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(6);

    private readonly Lock gate = new();

    /// <summary>Guarded by the gate.</summary>
    private readonly Dictionary<string, State> states = new(StringComparer.Ordinal);

    /// <summary>Of each program what is on its way, to whichever receiver; guarded by the gate.</summary>
    private readonly Dictionary<string, int> programs = new(StringComparer.Ordinal);

    /// <summary>Programs that have their share.</summary>
    public ImmutableArray<string> Full()
    {
        lock (gate)
        {
            return [.. programs.Where(one => one.Value >= mostOfProgram).Select(one => one.Key)];
        }
    }

    /// <summary>Receivers to whom nothing may be sent now.</summary>
    public ImmutableArray<string> Closed()
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            return [.. states.Where(one => one.Value.OnTheWay >= MostOfOne || one.Value.RestsUntil > now).Select(one => one.Key)];
        }
    }

    public int OnTheWay()
    {
        lock (gate)
        {
            return states.Values.Sum(state => state.OnTheWay);
        }
    }

    /// <summary>False when the receiver or the program has enough already, or the receiver rests.</summary>
    public bool TryBegin(string receiver, string program)
    {
        lock (gate)
        {
            var state = states.GetValueOrDefault(receiver);
            var ofProgram = programs.GetValueOrDefault(program);
            if (state.OnTheWay >= MostOfOne || ofProgram >= mostOfProgram || state.RestsUntil > clock.GetUtcNow())
            {
                return false;
            }

            programs[program] = ofProgram + 1;
            states[receiver] = state with { OnTheWay = state.OnTheWay + 1 };
            return true;
        }
    }

    /// <param name="answered">False: the receiver rests.</param>
    public void End(string receiver, string program, bool answered)
    {
        lock (gate)
        {
            if (--programs[program] == 0)
            {
                programs.Remove(program);
            }

            var state = states[receiver];
            var failures = answered ? 0 : Math.Min(state.Failures + 1, 30);
            var rests = answered ? default : clock.GetUtcNow() + Grown(FirstRest, 2, failures, LongestRest);
            if (answered && state.OnTheWay == 1)
            {
                states.Remove(receiver);
                return;
            }

            if (states.Count > Most)
            {
                foreach (var idle in states.Where(one => one.Value.OnTheWay == 0).Select(one => one.Key).ToList())
                {
                    states.Remove(idle);
                }
            }

            states[receiver] = new(state.OnTheWay - 1, failures, rests);
        }
    }

    /// <summary>Until one message is tried again: three times longer each time, by chance up to half less, so that what failed together does not come back together.</summary>
    public static TimeSpan WaitAfter(int failures)
    {
        var most = Grown(FirstWait, 3, failures, LongestWait);
        return most * (0.5 + RandomNumberGenerator.GetInt32(1_000) / 2_000.0);
    }

    private static TimeSpan Grown(TimeSpan first, int factor, int times, TimeSpan most)
    {
        var span = first;
        for (var i = 1; i < times && span < most; i++)
        {
            span *= factor;
        }

        return span < most ? span : most;
    }

    private readonly record struct State(int OnTheWay, int Failures, DateTimeOffset RestsUntil);
}
