using Backbone.Audit;

namespace Backbone.Architecture.Tests;

/// <summary>What the compiled assemblies use, whatever the source looks like.</summary>
public sealed class AssemblyTests
{
    private static readonly string[] Implementations = ["Backbone.Audit", "Backbone.Identity"];
    private static readonly string[] Pure = ["Backbone.Platform", "Backbone.Audit.Contracts"];

    private static readonly string[] Impure =
    [
        "Microsoft.AspNetCore.", "System.Net.", "System.IO.File", "System.IO.Directory", "System.Console", "System.Random",
        "System.Security.Cryptography.RandomNumberGenerator", "System.Diagnostics.Process",
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

    private static IEnumerable<string> ForeignImplementations(string module, IEnumerable<(string User, string Used, string Assembly)> uses) =>
        uses.Where(use => use.Assembly != module && Implementations.Contains(use.Assembly)).Select(use => $"{use.User} uses {use.Used}");

    private static IEnumerable<string> ImpureUses(IEnumerable<(string User, string Used, string Assembly)> uses) =>
        uses.Where(use => Impure.Any(start => use.Used.StartsWith(start, StringComparison.Ordinal))).Select(use => $"{use.User} uses {use.Used}");

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
}
