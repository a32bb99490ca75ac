using System.Security.Cryptography;
using System.Text;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Commands;
using Backbone.Credit.Packs;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Scoring.Time;

namespace Backbone.Credit.Tests.Packs;

public sealed class BuiltInPackTests
{
    private static readonly DateOnly Today = new(2026, 11, 28);
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "credit", "packs");
    private static readonly FactCatalogue Catalogue = LoadCatalogue.File(LoadCatalogue.BuiltInFile);

    [Fact]
    public void The_national_pack_may_be_approved_and_the_provinces_only_tried()
    {
        var packs = LoadPack.Folder(Folder, Catalogue).ToDictionary(pack => pack.File);

        Assert.Equal(["cn-national.yml", "shandong.yml"], packs.Keys.Order());
        Assert.True(packs["cn-national.yml"].MayBeApproved, string.Join('\n', packs["cn-national.yml"].Faults));
        Assert.True(packs["shandong.yml"].MayBeTried, string.Join('\n', packs["shandong.yml"].Faults));
        Assert.False(packs["shandong.yml"].MayBeApproved);
        Assert.All(packs["shandong.yml"].Faults, fault => Assert.EndsWith("is unverified", fault.Message, StringComparison.Ordinal));
    }

    /// <summary>Whoever changes a built-in pack raises its version and adds a line; a line is never changed.</summary>
    [Theory]
    [InlineData("cn-national.yml", 1, "ca23ebedc6ba6ada6f2c51fc35a78945def8d34ff668bf136f83a5fb66308aca")]
    [InlineData("shandong.yml", 1, "4a3149e8d475a5a98f7dea50e0b451a03b94b5e60da8f1cb0096a0ba6b75e685")]
    public void One_version_of_a_built_in_pack_is_one_content(string file, int version, string digest)
    {
        var pack = LoadPack.File(Path.Combine(Folder, file), Catalogue).Pack!;

        Assert.True(pack.Version >= version);
        Assert.True(pack.Version > version || Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Folder, file)))) == digest, $"{file} has changed under version {version}");
    }

    [Fact]
    public void The_command_names_what_is_wrong_with_its_place()
    {
        using var output = new StringWriter();

        Assert.Equal(1, CreditCommands.CheckPacks(Folder, output));

        Assert.Contains("cn-national version 1 is sound: 12 rules, 4 grades", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("parameters.b.values[2022-12-01].status: is unverified", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, CreditCommands.CheckPacks(Path.Combine(Folder, "cn-national.yml"), TextWriter.Null));
        Assert.Equal(1, CreditCommands.CheckPacks(Path.Combine(Folder, "nowhere.yml"), TextWriter.Null));
    }

    [Theory]
    [InlineData("shape: recency", "shape: magic", ":", "rules[0].shape: one of presence, count, sum, recency, ratio, table; found 'magic'")]
    [InlineData("points: -40", "points: -40\n    code: 'System.Environment.Exit(1)'", ":", "known keys only")]
    [InlineData("from: 2026-04-02", "from: soon", ":", "from: a date, yyyy-mm-dd; found 'soon'")]
    [InlineData("after: P6M", "after: half a year", ":", "after: a period")]
    [InlineData("format: 1", "format: 2", ":", "format: a whole number 1–1; found '2'")]
    [InlineData("classes: [minor]", "classes: [terrible]", ":", "classes: any of none, minor, general, serious; found 'terrible'")]
    public void A_file_that_says_something_unknown_is_refused_with_its_line(string text, string changed, string line, string message)
    {
        var pack = Changed(text, changed);

        Assert.False(pack.MayBeTried);
        Assert.Contains(pack.Faults, fault => fault.ToString().Contains(message, StringComparison.Ordinal) && fault.Place.Contains(line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_rule_of_individual_businesses_or_persons_cannot_be_written()
    {
        Assert.Contains(Changed("facts: [judgment-default]", "facts: [person-debt]").Faults, fault => fault.Message.Contains("not in the catalogue", StringComparison.Ordinal));
        Assert.DoesNotContain(Catalogue.All, type => type.Type.Code.Contains("person", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(SeverityClass.Minor, 97, "A")]
    [InlineData(SeverityClass.General, 88, "B")]
    [InlineData(SeverityClass.Serious, 40, "D")]
    public void One_penalty_leads_to_the_grade_that_the_national_pack_says(SeverityClass category, int points, string grade)
    {
        var score = Score(Fact("penalty", category, Today.AddDays(-20), 100_000));

        Assert.Equal((points, grade), score);
    }

    [Fact]
    public void Whoever_is_on_a_serious_list_is_graded_D_whatever_else_is_known()
    {
        var honours = Enumerable.Repeat(Fact("honour", SeverityClass.None, Today.AddDays(-10), 2), 5);

        Assert.Equal("D", Score([Fact("serious-list", SeverityClass.Serious, Today.AddDays(-30), 0), .. honours]).Grade);
    }

    [Fact]
    public void Any_number_of_minor_matters_weighs_less_than_one_general_penalty()
    {
        var minor = Enumerable.Repeat(Fact("penalty", SeverityClass.Minor, Today.AddDays(-10), 0), 500).ToArray();

        Assert.True(Score(minor).Points > Score(Fact("penalty", SeverityClass.General, Today.AddDays(-10), 0)).Points);
    }

    [Fact]
    public void A_penalty_may_be_used_as_long_as_the_earliest_limit_says_and_each_limit_is_named()
    {
        var type = Catalogue.Find("penalty")!;
        var decided = new DateOnly(2026, 5, 31);

        var general = Catalogue.TimeOf(type, new(decided, null, null, null), SeverityClass.General, Today);
        var serious = Catalogue.TimeOf(type, new(decided, new(2022, 1, 10), null, null), SeverityClass.Serious, Today);
        var minor = Catalogue.TimeOf(type, new(decided, null, null, null), SeverityClass.Minor, Today);

        Assert.Equal([("order-36-general", new DateOnly(2027, 6, 1)), ("shandong-38", new DateOnly(2031, 6, 1))], general.Ends.Select(end => (end.By, end.On)));
        Assert.Equal(new DateOnly(2026, 9, 1), general.EarliestRepair);
        Assert.Equal(("shandong-38", new DateOnly(2027, 1, 11)), (serious.Ends[0].By, serious.Until!.Value));
        Assert.Equal((new DateOnly(2026, 9, 1), false), (minor.Until!.Value, minor.Shown));
        Assert.Equal(decided, minor.EarliestRepair);
    }

    /// <summary>The store's columns take 20 characters: one more stopped the grades of everybody once the pack was in force.</summary>
    [Theory]
    [InlineData(20, true)]
    [InlineData(21, false)]
    public void A_grade_has_an_id_that_fits_where_grades_are_kept(int length, bool taken)
    {
        var pack = Changed("- { id: B, title", $"- {{ id: {new string('B', length)}, title");

        Assert.Equal((taken, taken), (pack.MayBeApproved, pack.MayBeTried));
        Assert.Equal(taken, !pack.Faults.Any(fault => fault.Message.Contains("1–20 characters", StringComparison.Ordinal)));
    }

    [Fact]
    public void No_file_however_broken_does_more_than_be_refused()
    {
        var random = new Random(20261128);
        var whole = File.ReadAllBytes(Path.Combine(Folder, "cn-national.yml"));
        for (var i = 0; i < 1000; i++)
        {
            var bytes = whole.ToArray();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var at = random.Next(bytes.Length);
                bytes = random.Next(3) switch
                {
                    0 => [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]],
                    1 => [.. bytes[..at], .. bytes[random.Next(at, bytes.Length)..]],
                    _ => [.. bytes[..at], .. "\n- {[*&!:>'\""u8[random.Next(10)..], .. bytes[at..]],
                };
            }

            var pack = LoadPack.Read("broken.yml", bytes, Catalogue);
            Assert.True(pack.Pack is not null || !pack.Faults.IsEmpty);
        }
    }

    private static LoadedPack Changed(string text, string changed)
    {
        var whole = File.ReadAllText(Path.Combine(Folder, "cn-national.yml"));
        Assert.Contains(text, whole, StringComparison.Ordinal);
        return LoadPack.Read("changed.yml", Encoding.UTF8.GetBytes(whole.Replace(text, changed, StringComparison.Ordinal)), Catalogue);
    }

    private static ScoredFact Fact(string type, SeverityClass category, DateOnly decided, long quantity)
    {
        var known = Catalogue.Find(type)!;
        var time = Catalogue.TimeOf(known, new(decided, null, null, null), category, Today);
        return new(known.Type.Number, category, FactMarks.None, Day.Of(decided), Day.Of(time.From), time.Until is { } until ? Day.Of(until) : Day.Open, quantity);
    }

    private static (int Points, string Grade) Score(params ScoredFact[] facts)
    {
        var pack = CompilePack.For(LoadPack.File(Path.Combine(Folder, "cn-national.yml"), Catalogue).Pack!, Catalogue.Types, Today, "procurement");
        var score = new ScoreKernel(pack).Evaluate(FactTable.Of(facts).Columns);
        return (score.Points, pack.Grades[score.Grade]);
    }
}
