using System.Text;
using Backbone.Audit.Searching;
using Backbone.Audit.Searching.Embedded;

namespace Backbone.Audit.Tests.Searching.Embedded;

public sealed class WordTextTests
{
    private static readonly string[] Pieces =
        ["a", "B", "9", " ", "-", "登", "录", "㐀", "，", "。", "（", "）", "é", "e\u0301", "\u0301", "𠮷", "😀", "々", "Ａ", "\n", "İ", "ß", "一", "\u4dc0", "\ud800", "ﬁ"];

    [Fact]
    public void The_short_way_for_plain_texts_gives_the_words_that_every_text_gives()
    {
        var random = new Random(7);
        for (var round = 0; round < 20_000; round++)
        {
            // Half of them of the first twelve pieces alone, which is what the short way takes.
            var text = string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => Pieces[random.Next(round % 2 == 0 ? 12 : Pieces.Length)]));
            var written = new Utf8Text();

            var han = WordText.Append(written, Encoding.UTF8.GetBytes(text));

            var words = SearchText.Words(text);
            Assert.Equal(WordText.Phrase(words, lastIsPrefix: false) + "\n", Encoding.UTF8.GetString(written.Span));
            Assert.Equal(WordText.HasHan(words), han);
        }
    }

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(511)]
    public void A_long_word_is_cut_whichever_way_is_taken(int length)
    {
        var text = "登 " + new string('X', length);
        var written = new Utf8Text();

        WordText.Append(written, Encoding.UTF8.GetBytes(text));

        var words = SearchText.Words(text);
        Assert.Equal(WordText.Phrase(words, lastIsPrefix: false) + "\n", Encoding.UTF8.GetString(written.Span));
        Assert.All(words, word => Assert.InRange(word.Length, 1, SearchText.LongestWord));
        Assert.Equal(length, words.Skip(1).Sum(word => word.Length));
    }

    [Fact]
    public void Lists_come_back_whatever_is_in_their_values()
    {
        string[] values = ["", "a", "\u001f", "\u001e", "\u001e1\u001f0", "登录"];
        Assert.Equal(values, ValueList.Split(Joined([.. values, "a", ""])));
        Assert.Equal("", Joined([]));
        Assert.Equal([""], ValueList.Split(Joined([""])));

        static string Joined(string[] values)
        {
            var list = new ValueListWriter();
            list.Begin();
            foreach (var value in values)
            {
                list.Add(Encoding.UTF8.GetBytes(value));
            }

            return Encoding.UTF8.GetString(list.Joined);
        }
    }
}
