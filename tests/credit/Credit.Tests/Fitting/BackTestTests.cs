using Backbone.Credit.Fitting;
using Backbone.Credit.Fitting.Reading;
using Backbone.Testing;

namespace Backbone.Credit.Tests.Fitting;

public sealed class BackTestTests
{
    /// <summary>Three seconds each: five packs are fitted, and each scores what it has not seen by the kernel.</summary>
    [Theory]
    [InlineData("1year.arff", 0.86)]
    [InlineData("5year.arff", 0.91)]
    public void Packs_fitted_to_companies_tell_which_of_others_go_bankrupt(string file, double least)
    {
        var table = ReadTable.File(RealServers.Vectors("polish-bankruptcy", file), "bankruptcy", []);

        var found = CrossValidate.With(table, 5, new FitOptions(), new PackName("back-test", "a test", new(2000, 1, 1)), (_, _) => { });

        Assert.True(found.Area.Value >= least, $"{found.Area}");
        Assert.All(found.Folds, fold =>
        {
            Assert.InRange(fold.Rules, 1, 20);

            // Whole points cost nothing.
            Assert.Equal(fold.AreaUnrounded, fold.Area.Value, 0.002);
            Assert.InRange(fold.Shift, 0, 0.1);
        });
    }
}
