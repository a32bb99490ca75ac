using Backbone.Identity.Limits;
using Backbone.Identity.Register;
using Backbone.Identity.Tests.SignIn;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Tests.Limits;

/// <summary>
/// Two attempts at once, at every place where the second may come between two commands of the first: the outcome is that of one after the
/// other. No false lock-out, and no try more than the bound.
/// </summary>
public abstract class RaceTests(RacingHost host) : IAsyncLifetime
{
    private const int Bound = 5;

    private static readonly LimitAct[] OneMore = [LimitAct.Take];
    private static readonly LimitAct[] Success = [LimitAct.Forget];
    private static readonly LimitAct[] Salvo = [.. Enumerable.Repeat(LimitAct.Take, Bound + 1)];

    private static int names;

    public async ValueTask InitializeAsync() => await host.StartAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(Bound - 1, false)]
    [InlineData(Bound, false)]
    [InlineData(Bound + 1, true)]
    public Task Sign_ins_of_one_name_at_once_come_out_as_one_after_the_other(int before, bool expired) => Interleavings.EverywhereAsync(
        [OneMore, Success, Salvo],
        [(OneMore, Success), (Success, OneMore), (Salvo, Success), (Success, Salvo)],
        async plan =>
        {
            var name = $"racer-{Interlocked.Increment(ref names)}@example.cn";
            for (var i = 0; i < before; i++)
            {
                await TakeAsync();
            }

            if (expired)
            {
                host.Clock.Advance(TimeSpan.FromMinutes(11));
            }

            return await Interleavings.HoldsAsync(host.Commands, Bound, expired ? 0 : before, plan, TakeAsync, ForgetAsync);

            Task<bool> TakeAsync() => InScopeAsync<SignInLimits, bool>(
                async limits => await limits.TryAsync("sign-in", name, TestContext.Current.CancellationToken) is null);

            Task ForgetAsync() => InScopeAsync<SignInLimits, bool>(async limits =>
            {
                await limits.ForgetAsync("sign-in", name, TestContext.Current.CancellationToken);
                return true;
            });
        });

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(CodeLimits.PerIdentifier - 1, false)]
    [InlineData(CodeLimits.PerIdentifier, false)]
    [InlineData(CodeLimits.PerIdentifier, true)]
    public Task Code_requests_for_one_person_at_once_come_out_as_one_after_the_other(int before, bool expired) =>
        CodeRequestsAsync(CodeLimits.PerIdentifier, before, expired, run => (Identifier.Parse($"racer-{run}@example.cn")!, null));

    [Theory]
    [InlineData(CodeLimits.PerAddress - 1, false)]
    [InlineData(CodeLimits.PerAddress, true)]
    public Task Code_requests_from_one_address_at_once_come_out_as_one_after_the_other(int before, bool expired) =>
        CodeRequestsAsync(CodeLimits.PerAddress, before, expired, run => (null, $"192.0.2.{run}"));

    /// <param name="bound">How many are allowed.</param>
    /// <param name="before">How many were taken.</param>
    /// <param name="expired">The window they were taken in is over.</param>
    /// <param name="fixedPart">What all requests of a run share; the other part is new each time.</param>
    private Task CodeRequestsAsync(int bound, int before, bool expired, Func<int, (Identifier? To, string? From)> fixedPart) => Interleavings.EverywhereAsync(
        [OneMore, Salvo],
        bound == Bound ? [(OneMore, OneMore), (OneMore, Salvo)] : [],
        async plan =>
        {
            var (to, from) = fixedPart(Interlocked.Increment(ref names));
            for (var i = 0; i < before; i++)
            {
                await TakeAsync();
            }

            if (expired)
            {
                host.Clock.Advance(CodeLimits.Window + TimeSpan.FromMinutes(1));
            }

            return await Interleavings.HoldsAsync(host.Commands, bound, expired ? 0 : before, plan, TakeAsync, () => Task.CompletedTask);

            Task<bool> TakeAsync()
            {
                var other = Interlocked.Increment(ref names);
                return InScopeAsync<CodeLimits, bool>(async limits => await limits.TakeAsync(
                    to ?? Identifier.Parse($"other-{other}@example.cn")!, from ?? $"198.51.100.{other}", TestContext.Current.CancellationToken) is null);
            }
        });

    private async Task<TResult> InScopeAsync<TService, TResult>(Func<TService, Task<TResult>> act)
        where TService : notnull
    {
        await using var scope = host.Backbone.Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }
}

/// <summary>A host whose database commands can be held.</summary>
public abstract class RacingHost : SignInHost
{
    internal HeldCommands Commands { get; } = new();

    protected override void Adjust(IServiceCollection services) => HeldCommands.Add(services, Commands);
}

public sealed class SqliteRacingHost : RacingHost
{
    protected override bool Postgres => false;
}

public sealed class PostgresRacingHost : RacingHost
{
    protected override bool Postgres => true;
}

public sealed class RaceOnSqliteTests(SqliteRacingHost host) : RaceTests(host), IClassFixture<SqliteRacingHost>;

public sealed class RaceOnPostgresTests(PostgresRacingHost host) : RaceTests(host), IClassFixture<PostgresRacingHost>;
