using Backbone.Audit;

namespace Backbone.Architecture.Tests;

/// <summary>What the compiled assemblies use, whatever the source looks like.</summary>
public sealed class AssemblyTests
{
    private static readonly string[] Implementations = ["Backbone.Audit", "Backbone.Credit", "Backbone.Identity"];
    private static readonly string[] Pure = ["Backbone.Platform", "Backbone.Audit.Contracts"];

    private static readonly string[] Impure =
    [
        "Microsoft.AspNetCore.", "System.Net.", "System.IO.File", "System.IO.Directory", "System.Console", "System.Random",
        "System.Security.Cryptography.RandomNumberGenerator", "System.Diagnostics.Process",
    ];

    /// <summary>What a third party must be able to repeat with the same bytes has no input but its arguments.</summary>
    private static readonly string[] Cores = ["Backbone.Audit.Log", "Backbone.Credit.Scoring"];

    private static readonly string[] Unrepeatable =
    [
        .. Impure, "System.IO.", "System.DateTime", "System.TimeProvider", "System.TimeZoneInfo",
        "System.Diagnostics.Stopwatch", "System.Threading.Thread", "System.Threading.Timer", "Org.BouncyCastle.Security.SecureRandom",
    ];

    [Fact]
    public void No_module_uses_another_modules_implementation()
    {
        foreach (var module in Implementations)
        {
            var uses = TypeWalk.Uses(PathOf(module)).ToList();
            Assert.NotEmpty(uses);
            Assert.Empty(ForeignImplementations(module, uses));
        }
    }

    [Fact]
    public void A_planted_use_inside_an_async_lambda_is_found()
    {
        var uses = TypeWalk.Uses(typeof(PlantedUse).Assembly.Location, type => type.Name == nameof(AssemblyTests));

        Assert.NotEmpty(ForeignImplementations("Backbone.Identity", uses));
    }

    [Fact]
    public void Contracts_and_the_platform_core_do_no_input_or_output()
    {
        foreach (var assembly in Pure)
        {
            var uses = TypeWalk.Uses(PathOf(assembly)).ToList();
            Assert.NotEmpty(uses);
            Assert.Empty(ImpureUses(uses));
        }
    }

    [Fact]
    public void A_planted_file_access_in_a_pure_assembly_is_found() => Assert.NotEmpty(
        ImpureUses(TypeWalk.Uses(typeof(PlantedUse).Assembly.Location, type => type.Name == nameof(AssemblyTests))));

    [Fact]
    public void The_core_of_the_log_reads_no_clock_no_file_no_network_and_no_chance()
    {
        foreach (var assembly in Cores)
        {
            var uses = TypeWalk.Uses(PathOf(assembly)).ToList();
            Assert.NotEmpty(uses);
            Assert.Empty(UsesOf(Unrepeatable, uses));
        }
    }

    [Theory]
    [InlineData("System.IO.File")]
    [InlineData("System.TimeProvider")]
    [InlineData("System.Net.Http.HttpClient")]
    [InlineData("System.Security.Cryptography.RandomNumberGenerator")]
    [InlineData("System.Diagnostics.Stopwatch")]
    public void A_planted_input_of_a_core_is_found(string planted)
    {
        var uses = TypeWalk.Uses(typeof(PlantedInputs).Assembly.Location, type => type.Name == nameof(AssemblyTests));

        Assert.Contains(UsesOf(Unrepeatable, uses), use => use.EndsWith($" uses {planted}", StringComparison.Ordinal));
    }

    private static IEnumerable<string> ForeignImplementations(string module, IEnumerable<(string User, string Used, string Assembly)> uses) =>
        uses.Where(use => use.Assembly != module && Implementations.Contains(use.Assembly)).Select(use => $"{use.User} uses {use.Used}");

    private static IEnumerable<string> ImpureUses(IEnumerable<(string User, string Used, string Assembly)> uses) => UsesOf(Impure, uses);

    private static IEnumerable<string> UsesOf(string[] banned, IEnumerable<(string User, string Used, string Assembly)> uses) =>
        uses.Where(use => banned.Any(start => use.Used.StartsWith(start, StringComparison.Ordinal))).Select(use => $"{use.User} uses {use.Used}");

    private static string PathOf(string assembly) => Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll");

    /// <summary>What no module may do, hidden where it is hardest to see.</summary>
    private sealed class PlantedUse
    {
        public static Func<string, Task<string>> Handler(int times) => async path =>
        {
            await File.WriteAllTextAsync(path, "planted");
            return new AuditModule().Name + times;
        };
    }

    /// <summary>What a core may not do, in an iterator, which the compiler moves into a type of its own.</summary>
    private sealed class PlantedInputs
    {
        public static IEnumerable<object> Read(TimeProvider clock, string path)
        {
            yield return clock.GetUtcNow();
            yield return File.ReadAllBytes(path);
            yield return System.Security.Cryptography.RandomNumberGenerator.GetBytes(1);
            yield return System.Diagnostics.Stopwatch.GetTimestamp();
            using var client = new HttpClient();
            yield return client.Timeout;
        }
    }
}
