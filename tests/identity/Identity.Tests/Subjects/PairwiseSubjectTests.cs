using Backbone.Identity.Subjects;
using Backbone.Platform;
using Backbone.Platform.Web.Keys;

namespace Backbone.Identity.Tests.Subjects;

public sealed class PairwiseSubjectTests
{
    private static readonly SubjectId Person = new(Guid.Parse("0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"));

    private readonly PairwiseSubject _subjects = new(new MasterKey(new byte[32]));

    [Fact(DisplayName = "OIDC Core 8.1: the same person is one subject within a sector and another in the next")]
    public void Sectors_cannot_compare()
    {
        Assert.Equal(_subjects.Of(Person, "health"), _subjects.Of(Person, "health"));
        Assert.NotEqual(_subjects.Of(Person, "health"), _subjects.Of(Person, "education"));
    }

    [Fact(DisplayName = "OIDC Core 8.1: the subject never changes (pinned value)")]
    public void The_value_is_pinned()
    {
        // Computed independently (HKDF-SHA256, AES-256 of one block): a change here cuts every relying party off from its accounts.
        Assert.Equal("pWvsQcLGsApeyfIUYpZEVA", _subjects.Of(Person, "health"));
    }

    [Fact(DisplayName = "OIDC Core 8.1: only we can turn it back, and only in its own sector")]
    public void We_can_turn_it_back()
    {
        var value = _subjects.Of(Person, "health");

        Assert.Equal(22, value.Length);
        Assert.True(_subjects.TryReverse(value, "health", out var subject));
        Assert.Equal(Person, subject);
        Assert.True(!_subjects.TryReverse(value, "education", out var other) || other != Person);
        Assert.True(!new PairwiseSubject(new MasterKey(Enumerable.Repeat((byte)1, 32).ToArray())).TryReverse(value, "health", out other) || other != Person);
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("!!!!!!!!!!!!!!!!!!!!!!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_no_subject_is_not_turned_back(string value) => Assert.False(_subjects.TryReverse(value, "health", out _));
}
