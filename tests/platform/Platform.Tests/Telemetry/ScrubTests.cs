using Backbone.Platform.Web.Telemetry;

namespace Backbone.Platform.Tests.Telemetry;

public sealed class ScrubTests
{
    private const string Jwt = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln";

    [Theory]
    [InlineData("no account for 13800000001.", "13800000001")]
    [InlineData("no account for +8613800000001", "13800000001")]
    [InlineData("no account for +86 138 0000 0001", "138 0000 0001")]
    [InlineData("no account for 138-0000-0001, sorry", "138-0000-0001")]
    [InlineData("电话13800000001不存在", "13800000001")]
    [InlineData("<li.ming+a@mail.example.com> bounced", "li.ming")]
    [InlineData("mailto:li.ming@example.com", "li.ming")]
    [InlineData("邮箱：李明@例子.中国 无效", "李明")]
    [InlineData("resident 37010219900307123X unknown", "37010219900307123X")]
    [InlineData($"token {Jwt} expired", "eyJhbGciOiJFUzI1NiJ9")]
    [InlineData($"token '{Jwt}'", "eyJzdWIiOiIxIn0")]
    [InlineData("key 0123456789abcdef0123456789abcdef", "0123456789abcdef")]
    [InlineData("ticket Zm9vYmFyYmF6cXV4_Zm9vYmFyYmF6cXV4-Zm9v gone", "Zm9vYmFy")]
    [InlineData("hash AQAAAAIAAzRQAAAAEDq/b+YXbQ8dJkW1m2nR4s5T6u7V8w9X0y1Z2a3B4c5D6e7F8g9H0i1J2k3L4m5N6o==", "AQAAAAIAAzRQAAAAEDq")]
    [InlineData("secret JBSWY3DPEHPKUABCJBSWY3DPEHPKUABC", "JBSWY3DPEH")]
    [InlineData("secret JBSWYDPEHPKUABCJBSWYDPEHPKUABCXX", "JBSWYDPEH")]
    [InlineData("GET /connect/authorize?client_id=web&login_hint=short failed", "short")]
    [InlineData("https://a.cn/callback?code=abc123 refused", "abc123")]
    [InlineData("Host=db;Username=u;Password=tiny;Pooling=true", "tiny")]
    [InlineData("sent Authorization: Bearer abcdefghij1234567890", "abcdefghij1234567890")]
    public void What_has_the_shape_of_a_person_or_a_secret_is_taken_out(string text, string secret)
    {
        var scrubbed = Scrub.Text(text);

        Assert.DoesNotContain(secret, scrubbed, StringComparison.Ordinal);
        Assert.Contains(Scrub.Withheld, scrubbed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Executed endpoint 'HTTP: POST /sign-in/second-factor' in 12345678901 ticks")]
    [InlineData("Microsoft.EntityFrameworkCore.DbUpdateConcurrencyException: row 0197f1a2-7c1b-7def-8a12-0123456789ab was changed")]
    [InlineData("System.InvalidOperationException: AuthenticationHandlerProviderFactory is not registered")]
    [InlineData("Failed to bind to address http://127.0.0.1:7100: address already in use. Choose other addresses with --urls.")]
    [InlineData("chmod 700 /var/lib/backbone/keys/master.key, segment 00000000000000013800")]
    [InlineData("What is it? Basic authentication, bearer authentication; 2026-11-25T16:19:00.1234567+08:00")]
    [InlineData("   at Backbone.Identity.SignIn.SignInWithPassword.<Submit>g__OweAsyncWithAVeryLongName12345678|3_0(String page)")]
    public void What_operators_need_stays(string text) => Assert.Equal(text, Scrub.Text(text));

    [Fact]
    public void A_trace_id_stays_in_its_field_and_a_person_there_does_not()
    {
        const string Trace = "0123456789abcdef0123456789abcdef";
        Assert.Equal(Trace, Scrub.Text(Trace, tokens: false));
        Assert.Equal(Scrub.Withheld, Scrub.Text("li.ming@example.com", tokens: false));
    }

    [Fact]
    public void A_stack_frame_is_no_hiding_place_for_a_person() =>
        Assert.DoesNotContain("13800000001", Scrub.Text("boom\n   at 13800000001 in li.ming@example.com"), StringComparison.Ordinal);

    /// <summary>Whoever writes the message must not choose how long it takes: a megabyte of the worst passes within seconds.</summary>
    [Theory]
    [InlineData("a")]
    [InlineData("a.")]
    [InlineData("1 ")]
    [InlineData("?a")]
    [InlineData("a@")]
    [InlineData("aB-")]
    [InlineData("eyJ.")]
    [InlineData("a@b.")]
    [InlineData("\n   at a1")]
    public void Long_texts_take_time_in_proportion(string part)
    {
        // Sixteen times the text: about sixteen times the work, where backtracking over the whole text would take 256 times, each time. A busy
        // machine makes this or that try slower: one round in which it did not is enough.
        var ratio = double.MaxValue;
        for (var round = 0; round < 10 && ratio >= 80; round++)
        {
            ratio = Math.Min(ratio, Best(part, 400_000) / Best(part, 25_000));
        }

        Assert.True(ratio < 80, $"Sixteen times the text took {ratio:F1} times as long.");
    }

    private static double Best(string part, int length)
    {
        var text = string.Concat(Enumerable.Repeat(part, length / part.Length));
        return Enumerable.Range(0, 7).Min(_ =>
        {
            var started = TimeProvider.System.GetTimestamp();
            Scrub.Text(text);
            return TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
        });
    }
}
