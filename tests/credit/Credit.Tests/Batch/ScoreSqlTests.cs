using System.Collections.Immutable;
using Backbone.Credit.Batch;
using Backbone.Credit.Batch.CrossCheck;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Packs;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Scoring.Kernel;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Scoring.Tests.Kernel;
using Backbone.Credit.Scoring.Time;

namespace Backbone.Credit.Tests.Batch;

public sealed class ScoreSqlTests
{
    private const int Packs = 100;
    private const int EntitiesOfEach = 100;
    private const long Memory = 256L << 20;

    /// <summary>Some seconds, most of them the engine's, which plans a hundred statements.</summary>
    [Fact]
    public void Kernel_and_SQL_give_every_entity_one_score_by_every_pack_with_each_rule_the_same()
    {
        using var engine = new SqlScores(Memory);
        var (different, shapes) = (new HashSet<(int, int)>(), new HashSet<RuleShape>());
        for (var seed = 0; seed < Packs; seed++)
        {
            var random = new RandomCase(seed);
            var purpose = seed % 4 == 0 ? "other" : random.Purpose;
            var plan = new ScorePlan(CompilePack.For(random.Pack, RandomCase.Types, RandomCase.Today, purpose), "none");
            var tables = Enumerable.Range(0, EntitiesOfEach).Select(entity => FactTable.Of(new RandomCase(seed * 1000 + entity).Facts.Select(fact => fact.Fact))).ToArray();

            var found = Compare(engine, plan, RandomCase.Types, tables);

            different.UnionWith(found.Select(score => (score.Points, score.Grade)));
            shapes.UnionWith(random.Pack.Rules.Select(rule => rule.Shape));
        }

        Assert.True(different.Count > 100, "the cases are all alike");
        Assert.Equal(6, shapes.Count);
    }

    [Theory]
    [InlineData("cn-national.yml", "supervision")]
    [InlineData("cn-national.yml", "procurement")]
    [InlineData("shandong.yml", null)]
    public void The_built_in_packs_give_one_score_too_around_the_ends_of_months_and_of_each_period(string file, string? purpose)
    {
        var catalogue = LoadCatalogue.File(LoadCatalogue.BuiltInFile);
        var pack = LoadPack.File(Path.Combine(AppContext.BaseDirectory, "credit", "packs", file), catalogue).Pack!;
        using var engine = new SqlScores(Memory);
        foreach (var today in (DateOnly[])[new(2026, 5, 31), new(2027, 2, 28), new(2028, 2, 29)])
        {
            var plan = new ScorePlan(CompilePack.For(pack, catalogue.Types, today, purpose ?? pack.Purposes[0].Id), "none");

            // A document of each type and class on every day of three and a bit years, the first dated later on.
            var tables = Enumerable.Range(-3, 1150).SelectMany(age => catalogue.All.SelectMany(type => (type.Classes.IsEmpty ? [SeverityClass.None] : type.Classes).Select(category =>
                FactTable.Of([new ScoredFact(type.Type.Number, category, FactMarks.None, Day.Of(today.AddDays(-age)), Day.Of(today.AddDays(-1200)), Day.Open, age % 5)])))).ToArray();

            Compare(engine, plan, catalogue.Types, tables, byRule: 97);
        }
    }

    [Fact]
    public void A_rule_that_the_kernel_sees_otherwise_is_named()
    {
        var random = new RandomCase(7);
        var plan = new ScorePlan(CompilePack.For(random.Pack, RandomCase.Types, RandomCase.Today, random.Purpose), "none");
        var sql = ScoreSql.Of(random.Pack, RandomCase.Types, RandomCase.Today, random.Purpose);
        var table = FactTable.Of(random.Facts.Select(fact => fact.Fact));
        using var engine = new SqlScores(Memory);
        engine.Add(0, table.Columns);
        var found = engine.Scores(sql).Select(score => score with { Rules = [.. score.Rules] }).Single();

        found.Rules[^1]++;

        var difference = Assert.Single(CheckScores.ByRule(plan, table.Columns, found, sql));
        Assert.Equal((sql.Rules[^1].Id, found.Rules[^1] - 1, found.Rules[^1]), (difference.Rule, difference.Kernel, difference.Sql));
    }

    private static ImmutableArray<SqlScore> Compare(SqlScores engine, ScorePlan plan, FactTypes types, FactTable[] tables, int byRule = 1)
    {
        var sql = ScoreSql.Of(plan.Pack.Pack, types, plan.Pack.ValidOn, plan.Pack.Purpose);
        for (var entity = 0; entity < tables.Length; entity++)
        {
            engine.Add(entity, tables[entity].Columns);
        }

        var kernel = new ScoreKernel(plan.Pack);
        var all = ImmutableArray.CreateBuilder<SqlScore>();
        foreach (var found in engine.Scores(sql))
        {
            var score = kernel.Evaluate(tables[found.Entity].Columns);
            Assert.Equal(found.Entity, all.Count);
            Assert.Equal((score.Points, (int)score.Grade), (found.Points, found.Grade));
            if (found.Entity % byRule == 0)
            {
                Assert.Empty(CheckScores.ByRule(plan, tables[found.Entity].Columns, found, sql));
            }

            all.Add(found);
        }

        Assert.Equal(tables.Length, all.Count);
        return all.ToImmutable();
    }
}
