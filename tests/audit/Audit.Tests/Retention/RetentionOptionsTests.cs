using Backbone.Audit.Retention;

namespace Backbone.Audit.Tests.Retention;

public sealed class RetentionOptionsTests
{
    [Fact]
    public void Nothing_set_deletes_nothing_and_is_right()
    {
        Assert.True(Check(new RetentionOptions()).Count == 0);
        Assert.False(new RetentionOptions().Delete);
    }

    [Fact]
    public void Who_deletes_names_each_period_and_its_basis()
    {
        var failures = Check(new RetentionOptions { Delete = true, General = new RetentionRule { Days = 200, Basis = "Cybersecurity Law art. 23(3)" } });

        Assert.Equal(6, failures.Count);
        Assert.Contains("Backbone:Audit:Retention:Disclosure:Days: 1096 to 36525, is 0", failures);
        Assert.Contains("Backbone:Audit:Retention:Credit:Basis: one line of 1 to 200 characters, has 0", failures);
    }

    [Theory]
    [InlineData(183, "a", "Backbone:Audit:Retention:General:Days: 184 to 36525, is 183")]
    [InlineData(36_526, "a", "Backbone:Audit:Retention:General:Days: 184 to 36525, is 36526")]
    [InlineData(184, "a\nb", "Backbone:Audit:Retention:General:Basis: one line of 1 to 200 characters, has 3")]
    public void What_the_law_does_not_allow_is_refused_with_bound_and_value(int days, string basis, string said) =>
        Assert.Equal([said], Check(new RetentionOptions { General = new RetentionRule { Days = days, Basis = basis } }));

    private static List<string> Check(RetentionOptions options) => [.. new RetentionOptionsBounds().Validate(null, options).Failures ?? []];
}
