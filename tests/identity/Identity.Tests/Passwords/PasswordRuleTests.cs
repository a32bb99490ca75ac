using System.Globalization;
using Backbone.Identity.Accounts.Passwords;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Backbone.Identity.Tests.Passwords;

public sealed class PasswordRuleTests
{
    [Theory]
    [InlineData("password123")]
    [InlineData("P@ssw0rd2026!")]
    [InlineData("1qaz2wsx3edc")]
    [InlineData("qwertyuiop")]
    [InlineData("aaaaaaaaaaaa")]
    [InlineData("1234567890")]
    [InlineData("13800138000")]
    [InlineData("19900101abc")]
    [InlineData("Zhangwei1990!")]
    [InlineData("wangxiaoming1990")]
    [InlineData("woaini5201314")]
    [InlineData("Shandong2026!")]
    [InlineData("Taishan@123456")]
    [InlineData("abcabcabcabc")]
    [InlineData("ｐａｓｓｗｏｒｄ１２３")]
    [InlineData("iloveyou1314")]
    [InlineData("admin@123456")]
    [InlineData("!QAZ2wsx#EDC")]
    public void A_common_password_is_refused(string password) =>
        Assert.Equal("password_common", PasswordRules.Check(password)?.Code);

    [Theory]
    [InlineData("correct horse battery staple")]
    [InlineData("Kx7#mq9Wtz")]
    [InlineData("泉城的春天下着小雨呢")]
    [InlineData("vexed-lantern-orbit-82")]
    [InlineData("hJ4vRt0pQzLm")]
    public void A_password_nobody_guesses_is_taken(string password) => Assert.Null(PasswordRules.Check(password, "李雷", "li.lei@example.cn"));

    [Fact(DisplayName = "NIST SP 800-63B-4 3.1.1.2: the length counts code points after NFKC, 10 to 128")]
    public void Length_counts_code_points()
    {
        Assert.Equal(new[] { 10, 9 }, PasswordRules.Check("Kx7#mq9Wt")!.Values);
        Assert.Equal("password_too_short", PasswordRules.Check("😀🐉🦉🐢🦊🐝🦋🐙🦀")?.Code);
        Assert.Null(PasswordRules.Check("😀🐉🦉🐢🦊🐝🦋🐙🦀🐌"));
        var longest = string.Concat(Enumerable.Range(0, 128).Select(i => (char)('a' + (i * 7 % 26))));
        Assert.NotEqual("password_too_long", PasswordRules.Check(longest)?.Code);
        Assert.Equal(new[] { 128, 129 }, PasswordRules.Check(longest + "x")!.Values);
        Assert.Equal("password_too_long", PasswordRules.Check(new string('x', 1_000_000))?.Code);
    }

    [Theory]
    [InlineData("lilei.qd-Mxw7", "lilei.qd@example.cn")]
    [InlineData("xq13812345678wz", "+8613812345678")]
    [InlineData("春风李雷雷雨落qwz", "李雷雷")]
    [InlineData("ALEXANDRIAvq7w", "Alexandria Wu")]
    public void A_password_with_the_owners_own_data_is_refused(string password, string own) =>
        Assert.Equal("password_contains_own", PasswordRules.Check(password, null, own)?.Code);

    [Fact]
    public void Half_a_surrogate_pair_is_refused_and_never_throws() =>
        Assert.NotNull(PasswordRules.Check("abc\ud83d"));

    [Theory]
    [InlineData("zh", "密码太短：至少 10 个字符，现在是 3 个。")]
    [InlineData("en", "The password is too short: at least 10 characters, it has 3.")]
    public void The_sentence_names_bound_and_value(string language, string expected)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        var factory = new ResourceManagerStringLocalizerFactory(Options.Create(new LocalizationOptions()), NullLoggerFactory.Instance);
        var rules = new PasswordRules(new StringLocalizer<PasswordTexts>(factory));
        Assert.Equal(expected, rules.Sentence(PasswordRules.Check("Kx7")!));
    }
}
