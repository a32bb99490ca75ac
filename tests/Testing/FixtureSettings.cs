using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Testing;

/// <summary>How a test wants its host. Defaults: all modules, no demonstration data, real clock, SQLite, a fresh folder.</summary>
public sealed class FixtureSettings
{
    /// <summary>Seed demonstration accounts and clients.</summary>
    public bool Demo { get; set; }

    /// <summary>Start the sample apps too; needs <see cref="Demo"/>.</summary>
    public bool Samples { get; set; }

    /// <summary>A clock the test turns by hand; null is the machine's.</summary>
    public TimeProvider? Clock { get; set; }

    /// <summary>Modules to run; null is all.</summary>
    public string? Modules { get; set; }

    /// <summary>A fresh PostgreSQL database instead of SQLite; the test is skipped (in CI: fails) without a server.</summary>
    public bool Postgres { get; set; }

    /// <summary>Further settings by full name, e.g. <c>Backbone:Identity:Session:Idle</c>.</summary>
    public IDictionary<string, string> Settings { get; } = new Dictionary<string, string>();

    /// <summary>
    /// Rounds of a password's hash; null is the host's own cost, as people get it. A guess must cost an attacker a tenth of a second, a test of
    /// something else need not pay it a thousand times.
    /// </summary>
    public int? PasswordRounds { get; set; } = 1_000;

    /// <summary>
    /// For tests that look on from inside, or hold the host against another form of itself. What a request passes in between stays the host's own.
    /// </summary>
    public Action<IServiceCollection>? Observe { get; set; }

    /// <summary>A data folder to use and keep; null makes one and deletes it at the end.</summary>
    public string? DataDirectory { get; set; }
}
