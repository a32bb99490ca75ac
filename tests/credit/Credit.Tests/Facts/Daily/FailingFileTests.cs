using System.Data.Common;
using Backbone.Credit.Facts.Daily;
using Backbone.Credit.Tests.Telling;
using Backbone.Platform.Web;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Backbone.Credit.Tests.Facts.Daily;

/// <summary>A file that fails late each time: it uses up its folder's turn once, not for ever.</summary>
public sealed class FailingFileTests : IDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("backbone-daily-").FullName;
    private readonly string folder = Directory.CreateTempSubdirectory("backbone-agency-").FullName;
    private readonly FailingCommands database = new();

    /// <summary>Ahead of the machine's: files stand still by it.</summary>
    private readonly FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow().AddHours(1));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Directory.Delete(data, recursive: true);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Those_behind_it_are_taken_it_rests_between_its_failures_and_is_taken_when_it_can_be(bool postgres)
    {
        await using var backbone = await AgencyFiles.StartAsync(data, folder, settings => (settings.Postgres, settings.Observe) = (postgres, database.On));
        using var taker = Taker(backbone);
        for (var i = 0; i < 4; i++)
        {
            AgencyFiles.Put(folder, $"{i}.csv", AgencyFiles.File($"第{i}件", 1));
        }

        // Its facts are stored, the turn is over, and then the word that it was taken is not.
        database.Arm(command =>
        {
            var fails = command.CommandText.Contains("INSERT INTO ", StringComparison.Ordinal)
                && command.CommandText.Contains("fact_files", StringComparison.Ordinal)
                && command.Parameters.Cast<DbParameter>().Any(parameter => parameter.Value is "0.csv");
            if (fails)
            {
                clock.Advance(2 * TakeRegularly.LongestOfFolder);
            }

            return fails;
        });

        await taker.RoundAsync(Cancelled);
        await taker.RoundAsync(Cancelled);
        Assert.Equal((1, 3), (database.Failed, AgencyFiles.NamesIn(folder).Length));

        await taker.RoundAsync(Cancelled);
        Assert.Equal((2, 0), (database.Failed, AgencyFiles.NamesIn(folder).Length));
        Assert.Equal(6, AgencyFiles.NamesIn(Path.Combine(folder, "done")).Length);

        // It rests, and it is seen that something is the matter; what comes meanwhile is taken.
        AgencyFiles.Put(folder, "4.csv", AgencyFiles.File("第4件", 1));
        await taker.RoundAsync(Cancelled);
        await taker.RoundAsync(Cancelled);
        Assert.Equal((2, 8), (database.Failed, AgencyFiles.NamesIn(Path.Combine(folder, "done")).Length));
        Assert.True(Progress(backbone) is { Waiting: 1, Fault.Length: > 0 });

        // One minute, then two.
        clock.Advance(Setbacks.FirstRest);
        await taker.RoundAsync(Cancelled);
        Assert.Equal(3, database.Failed);
        clock.Advance(Setbacks.FirstRest);
        await taker.RoundAsync(Cancelled);
        Assert.Equal(3, database.Failed);

        database.Arm(_ => false);
        clock.Advance(Setbacks.FirstRest);
        await taker.RoundAsync(Cancelled);
        Assert.Equal((0, null), Progress(backbone));
        Assert.Equal(10, AgencyFiles.NamesIn(Path.Combine(folder, "done")).Length);
        Assert.Equal(5, (await AgencyFiles.DocumentsAsync(backbone)).Count);
        Assert.Equal(5, await AgencyFiles.EventsAsync(backbone));
    }

    [Fact]
    public void Who_failed_most_comes_last_no_rest_is_longer_than_the_longest_and_what_is_gone_is_forgotten()
    {
        var setbacks = new Setbacks(clock);
        IReadOnlyList<WaitingFile> files = [.. "abcd".Select(name => new WaitingFile(name.ToString(), clock.GetUtcNow(), IsReady: name != 'd', IsTaken: false))];
        setbacks.Failed(files[0], "one", Setbacks.Quick);
        setbacks.Failed(files[0], "two", Setbacks.Quick);
        setbacks.Failed(files[1], "one", Setbacks.Quick);
        Assert.Equal(["c", "b"], setbacks.InTurn(files).Select(file => file.Name));
        Assert.Equal("two", setbacks.Fault);
        clock.Advance(Setbacks.FirstRest);
        Assert.Equal(["c", "b", "a"], setbacks.InTurn(files).Select(file => file.Name));
        Assert.Null(setbacks.Fault);

        for (var i = 0; i < 100; i++)
        {
            setbacks.Failed(files[0], "again", Setbacks.Quick);
        }

        clock.Advance(Setbacks.LongestRest);
        Assert.Equal(["c", "b", "a"], setbacks.InTurn(files).Select(file => file.Name));
        setbacks.Failed(files[0], "at once", TimeSpan.Zero);
        Assert.Equal(["c", "b", "a"], setbacks.InTurn(files).Select(file => file.Name));
        Assert.Equal(["b", "c"], setbacks.InTurn([.. files.Skip(1)]).Select(file => file.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["a", "c", "b"], setbacks.InTurn(files).Select(file => file.Name));
        setbacks.Stays(files[0]);
        Assert.Equal(["c", "a", "b"], setbacks.InTurn(files).Select(file => file.Name));
    }

    private TakeRegularly Taker(BackboneFixture backbone) => new(
        backbone.Services.GetRequiredService<IServiceScopeFactory>(), backbone.Services.GetRequiredService<TakeFile>(), backbone.Services.GetRequiredService<DailyProgress>(),
        backbone.Services.GetRequiredService<BackboneOptions>(), backbone.Services.GetRequiredService<IOptions<DailyOptions>>(), clock,
        backbone.Services.GetRequiredService<ILogger<CreditModule>>());

    private static (int Waiting, string? Fault) Progress(BackboneFixture backbone)
    {
        var state = backbone.Services.GetRequiredService<DailyProgress>().All.Single();
        return (state.Waiting, state.Fault);
    }
}
