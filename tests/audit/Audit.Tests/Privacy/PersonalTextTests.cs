using Backbone.Audit.Contracts;
using Backbone.Audit.Privacy;
using FsCheck;
using FsCheck.Xunit;

namespace Backbone.Audit.Tests.Privacy;

public sealed class PersonalTextTests
{
    // Numbers with right check characters that belong to nobody: the example of GB 11643-1999 and constructed ones.
    [Theory]
    [InlineData("11010519491231002X", true)]
    [InlineData("11010519491231002x", true)]
    [InlineData("440524188001010014", true)]
    [InlineData("110105194912310021", false)]
    [InlineData("110105194913310027", false)]
    [InlineData("990105194912310028", false)]
    [InlineData("1101051949123100", false)]
    public void GB_11643_a_number_needs_province_date_and_check_character(string text, bool expected) =>
        Assert.Equal(expected, PersonalText.IsIdNumber(text));

    [Theory]
    [InlineData("身份证11010519491231002X核对", "id-number:11010519491231002X")]
    [InlineData("id 110105 19491231 002x.", "id-number:11010519491231002X")]
    [InlineData("tel13812345678", "mobile:13812345678")]
    [InlineData("call +86 138-1234-5678 now", "mobile:13812345678")]
    [InlineData("电话：１３８１２３４５６７８", "mobile:13812345678")]
    [InlineData("mail Li.Ming@Example.com.", "email:li.ming@example.com")]
    [InlineData("from 192.168.1.20:8080 refused", "address:192.168.1.20")]
    [InlineData("from 2001:DB8::1, refused", "address:2001:db8::1")]
    [InlineData("[::1]:80", "address:::1")]
    [InlineData("::ffff:10.0.0.1 came", "address:10.0.0.1")]
    [InlineData("a@b.cn 13812345678", "email:a@b.cn mobile:13812345678")]
    [InlineData("order 1381234567 and 138123456789", "")]
    [InlineData("at 12:30:45 version 1.2.3", "")]
    [InlineData("card 6222021234567890123", "")]
    [InlineData("@home, x@localhost", "")]
    public void Free_text_is_searched_for_what_identifies_a_person(string text, string expected) => Assert.Equal(
        expected, string.Join(' ', PersonalText.Find(text, free: true).Select(find => $"{find.Kind}:{find.Canonical}")));

    [Theory]
    [InlineData("11010519491231002X", true)]
    [InlineData("13812345678", true)]
    [InlineData("li.ming@example.com", true)]
    [InlineData("citizens/13812345678/file", true)]
    [InlineData("0198138123456-7abc-8def-13812345678f", false)]
    [InlineData("a13812345678b", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("01981234-5678-7abc-8def-138123456789", false)]
    [InlineData("91370000163140067X", false)]
    public void Ids_are_searched_for_persons_and_left_alone_otherwise(string text, bool found) =>
        Assert.Equal(found, PersonalText.Find(text, free: false).Count > 0);

    [Fact]
    public void What_is_found_is_replaced_and_the_rest_stays_as_it_was()
    {
        var commitments = new Marked();
        Assert.Equal("甲<mobile>乙<email>丙", PersonalText.Scrub("甲13812345678乙a@b.cn丙", free: true, commitments));
        var untouched = "没有什么";
        Assert.Same(untouched, PersonalText.Scrub(untouched, free: true, commitments));
    }

    [Property]
    public void Any_text_is_searched_without_a_fault_and_what_is_left_holds_no_find(NonNull<string> text)
    {
        var scrubbed = PersonalText.Scrub(text.Get + "，13812345678，" + text.Get, free: true, new Marked());
        Assert.DoesNotContain("13812345678", scrubbed, StringComparison.Ordinal);
    }

    private sealed class Marked : ICommitments
    {
        public string Commit(string kind, string value) => $"<{kind}>";
    }
}
