using Backbone.Platform.Web.SignIn;
using Microsoft.Extensions.Time.Testing;

namespace Backbone.Platform.Tests.Console;

/// <summary>How often the issuer is asked whether a session lives, and what is made of its word.</summary>
public sealed class SessionWordsTests
{
    private static readonly TimeSpan Holds = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider clock = new();
    private readonly List<bool> asked = [];
    private bool lives = true;

    [Fact]
    public async Task A_page_that_asks_by_itself_is_answered_from_the_last_word_for_five_seconds_and_not_longer()
    {
        var words = new SessionWords(clock);
        for (var poll = 0; poll < 50; poll++)
        {
            Assert.True(await AskAsync(words, isActivity: false));
            clock.Advance(TimeSpan.FromMilliseconds(90));
        }

        Assert.Equal([false], asked);
        lives = false;
        clock.Advance(Holds);
        Assert.False(await AskAsync(words, isActivity: false));
    }

    [Fact]
    public async Task Where_no_word_holds_each_request_asks()
    {
        var words = new SessionWords(clock);
        Assert.True(await AskAsync(words, isActivity: true, TimeSpan.Zero));
        lives = false;
        Assert.False(await AskAsync(words, isActivity: true, TimeSpan.Zero));
    }

    [Fact]
    public async Task Of_a_session_that_has_ended_nobody_is_asked_again()
    {
        var words = new SessionWords(clock);
        lives = false;
        Assert.False(await AskAsync(words, isActivity: true));
        lives = true;
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.False(await AskAsync(words, isActivity: true));
        Assert.Single(asked);
    }

    [Fact]
    public async Task What_a_person_does_between_the_questions_of_a_page_is_told_within_a_minute()
    {
        var words = new SessionWords(clock);
        await AskAsync(words, isActivity: false);
        await AskAsync(words, isActivity: true);
        await AskAsync(words, isActivity: true);
        Assert.Equal([false, true], asked);

        for (var second = 0; second < 60; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await AskAsync(words, isActivity: false);
        }

        await AskAsync(words, isActivity: true);
        Assert.Equal(2, asked.Count(isActivity => isActivity));
        Assert.True(asked[^1]);
    }

    [Fact]
    public async Task A_question_without_an_answer_is_no_word()
    {
        var words = new SessionWords(clock);
        await Assert.ThrowsAsync<HttpRequestException>(() => words.LivesAsync("token", Holds, true, _ => throw new HttpRequestException("away")));
        Assert.True(await AskAsync(words, isActivity: true));
    }

    [Fact]
    public async Task One_sessions_word_is_not_anothers()
    {
        var words = new SessionWords(clock);
        Assert.True(await AskAsync(words, isActivity: true));
        Assert.False(await words.LivesAsync("another", Holds, true, _ => Task.FromResult(false)));
        Assert.True(await AskAsync(words, isActivity: true));
    }

    [Fact]
    public async Task Beyond_a_thousand_sessions_those_unused_for_half_an_hour_are_forgotten_by_a_look_every_ten_seconds()
    {
        var words = new SessionWords(clock);
        lives = false;
        Assert.False(await AskAsync(words, isActivity: true));
        clock.Advance(TimeSpan.FromMinutes(29));
        for (var other = 0; other < 1_000; other++)
        {
            await OtherAsync($"other {other}");
        }

        // Looked at just before its time was over.
        clock.Advance(TimeSpan.FromMinutes(1));
        await OtherAsync("one more");
        clock.Advance(TimeSpan.FromSeconds(9));
        await OtherAsync("and one");
        await AskAsync(words, isActivity: true);
        Assert.Single(asked);

        clock.Advance(TimeSpan.FromSeconds(1));
        await OtherAsync("the last");
        await AskAsync(words, isActivity: true);
        Assert.Equal(2, asked.Count);

        Task<bool> OtherAsync(string token) => words.LivesAsync(token, Holds, true, _ => Task.FromResult(true));
    }

    private Task<bool> AskAsync(SessionWords words, bool isActivity, TimeSpan? holds = null) => words.LivesAsync("token", holds ?? Holds, isActivity, told =>
    {
        asked.Add(told);
        return Task.FromResult(lives);
    });
}
