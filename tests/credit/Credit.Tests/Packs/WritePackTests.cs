using System.Text;
using Backbone.Credit.Catalogue;
using Backbone.Credit.Packs;
using Backbone.Credit.Scoring.Packs;
using Backbone.Credit.Scoring.Tests.Kernel;
using Backbone.Platform.Yaml;
using FsCheck.Xunit;

namespace Backbone.Credit.Tests.Packs;

public sealed class WritePackTests
{
    [Property(MaxTest = 50)]
    public void Any_pack_that_is_written_is_read_back_as_the_same(int seed)
    {
        var pack = Made(seed);

        var text = WritePack.Write(pack);

        Assert.Equivalent(pack, Read(text), strict: true);
        Assert.Equal(text, WritePack.Write(Read(text)));
        Assert.NotEqual(text, WritePack.Write(pack with { Rules = [pack.Rules[0] with { Absent = 17 }, .. pack.Rules.Skip(1)] }));
        Assert.ThrowsAny<Exception>(() => Assert.Equivalent(pack, pack with { Rules = [pack.Rules[0] with { Absent = 17 }, .. pack.Rules.Skip(1)] }, strict: true));
    }

    [Theory]
    [InlineData("cn-national.yml")]
    [InlineData("shandong.yml")]
    public void A_pack_that_people_wrote_is_read_back_as_the_same(string file)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "credit", "packs");
        var pack = LoadPack.File(Path.Combine(folder, file), LoadCatalogue.File(LoadCatalogue.BuiltInFile)).Pack!;

        Assert.Equivalent(pack, Read(WritePack.Write(pack)), strict: true);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("a \"quoted\" \\ word: with # signs, {braces} and [brackets]")]
    [InlineData("- *anchor &alias !tag %directive @at `tick`")]
    [InlineData("null")]
    [InlineData("'single' | > ? 12 yes 2026-01-01")]
    [InlineData("不间断\u00A0空格\u2028行\u2029段 𠮷")]
    public void Words_of_any_kind_stay_what_they_are(string words)
    {
        var pack = Made(1) with { Basis = words, Title = new(words, words) };

        var read = Read(WritePack.Write(pack, "a heading"));

        Assert.Equal(words, read.Basis);
        Assert.Equal(words, read.Title.Zh);
    }

    private static PolicyPack Made(int seed) => new RandomCase(seed).Pack with { Note = seed % 2 == 0 ? new("", "") : new("注", "note") };

    private static PolicyPack Read(string text)
    {
        var failures = new List<YamlFailure>();
        var pack = ReadPack.Read(YamlSource.Read("pack.yml", Encoding.UTF8.GetBytes(text), failures)!);
        Assert.Empty(failures);
        return pack;
    }
}
