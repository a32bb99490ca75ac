using Backbone.Platform.Entities;
using Backbone.Testing;

namespace Backbone.Platform.Tests.Entities;

public sealed class EntityCodeTests
{
    [Theory]
    [InlineData("91350100M000100Y43")] // the standard's own example
    [InlineData("911522010783762860")] // a remainder of nothing: the check is 0
    [InlineData("91340600MA2PBP2120")]
    [InlineData("9144030071526726XG")]
    [InlineData("12100000495570303U")]
    [InlineData("N2350100M000100Y4J")]
    [InlineData("A1350100M000100Y42")]
    [InlineData("Y1350100M000100Y4D")]
    public void A_code_is_read_and_written_the_same(string text)
    {
        var reading = EntityCode.Read(text);

        Assert.Equal(EntityCodeFault.None, reading.Fault);
        Assert.Equal(text, reading.Code.ToString());
        Assert.Equal(reading.Code, EntityCode.FromPacked(reading.Code.Packed));
    }

    [Theory]
    [InlineData("GB 32100-2015: 92 is a natural person", "92350100M000100Y40", EntityCodeFault.NaturalPerson, 1)]
    [InlineData("GB 32100-2015: another check character", "91110108551385082R", EntityCodeFault.Check, 18)]
    [InlineData("GB 11714-1997: another check of the organisation code", "91110108551385083U", EntityCodeFault.OrganisationCheck, 17)]
    [InlineData("GB 32100-2015: the right check of an organisation code in a wrong whole", "91350100B000100Y43", EntityCodeFault.Check, 18)]
    [InlineData("GB 32100-2015: the letter O", "9111O108551385082Q", EntityCodeFault.Alphabet, 5)]
    [InlineData("GB 32100-2015: a region of letters", "9111A108551385082Q", EntityCodeFault.Region, 5)]
    [InlineData("GB 32100-2015: no such department", "B1350100M000100Y43", EntityCodeFault.Category, 1)]
    [InlineData("GB 32100-2015: no such class", "94350100M000100Y43", EntityCodeFault.Category, 1)]
    [InlineData("GB 32100-2015: too short", "12345", EntityCodeFault.Length, 0)]
    [InlineData("GB 32100-2015: nothing", "", EntityCodeFault.Length, 0)]
    [InlineData("GB 11643-1999: a resident identity number", "11010519491231002X", EntityCodeFault.ResidentIdentityNumber, 0)]
    [InlineData("GS 15-2006: the number of before 2015", "440301103097413", EntityCodeFault.RegistrationNumber, 0)]
    [InlineData("GS 15-2006: with another check", "440301103097414", EntityCodeFault.RegistrationNumberCheck, 0)]
    public void What_is_none_is_refused_with_its_reason(string clause, string text, EntityCodeFault fault, int position)
    {
        var reading = EntityCode.Read(text);

        Assert.True(fault == reading.Fault, $"{clause}: {reading.Fault}");
        Assert.Equal(position, reading.Position);
        Assert.True(reading.Code.IsNone);
        Assert.Throws<FormatException>(() => EntityCode.Parse(text));
    }

    [Theory]
    [InlineData(" 91110108551385082q\t")]
    [InlineData("９１１１０１０８５５１３８５０８２Ｑ")]
    [InlineData("9111 0108 5513 8508 2Q")]
    [InlineData("\u30009111010855138\u00A05082Q")]
    public void Width_case_and_blanks_are_of_no_matter(string text) =>
        Assert.Equal("91110108551385082Q", EntityCode.Read(text).Code.ToString());

    [Fact]
    public void A_long_text_is_refused_by_its_length_alone()
    {
        var reading = EntityCode.Read(new string('9', 1_000_000));

        Assert.Equal((EntityCodeFault.Length, 1_000_000), (reading.Fault, reading.Length));
    }

    [Fact]
    public void Letters_that_look_like_digits_are_suggested_and_never_taken()
    {
        Assert.Equal("91110108551385082Q", EntityCodeSuggestion.For("9111o108551385082Q").ToString());
        Assert.Equal("91110108551385082Q", EntityCodeSuggestion.For("9I110108551385O82Q").ToString());
        Assert.Equal(EntityCodeFault.Alphabet, EntityCode.Read("9I110108551385O82Q").Fault);
        Assert.Null(EntityCodeSuggestion.For("91110108551385082Q"));
        Assert.Null(EntityCodeSuggestion.For("9111000060003IOZSV"));
        Assert.Null(EntityCodeSuggestion.For("9235O100M000100Y40"));
    }

    [Fact]
    public void No_single_wrong_character_and_no_transposition_passes()
    {
        const string alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        foreach (var known in (string[])["91350100M000100Y43", "12100000495570303U", "911522010783762860"])
        {
            for (var at = 0; at < known.Length; at++)
            {
                foreach (var other in alphabet.Where(other => other != known[at]))
                {
                    Assert.NotEqual(EntityCodeFault.None, EntityCode.Read(known[..at] + other + known[(at + 1)..]).Fault);
                }

                if (at > 0 && known[at] != known[at - 1])
                {
                    Assert.NotEqual(EntityCodeFault.None, EntityCode.Read(known[..(at - 1)] + known[at] + known[at - 1] + known[(at + 1)..]).Fault);
                }
            }
        }
    }

    [Fact]
    public void No_citizens_number_is_ever_a_code_though_some_pass_both_checks_of_one()
    {
        string[] provinces = ["11", "12", "13", "31", "37", "51", "52", "53", "65"];
        var random = new Random(20261128);
        for (var i = 0; i < 300_000; i++)
        {
            var born = new DateOnly(1930, 1, 1).AddDays(random.Next(34_000));
            var digits = $"{provinces[random.Next(provinces.Length)]}{random.Next(10_000):D4}{born:yyyyMMdd}{random.Next(1000):D3}";

            Assert.Equal(EntityCodeFault.ResidentIdentityNumber, EntityCode.Read(digits + ResidentIdentityNumber.Check(digits)).Fault);
        }
    }

    [Fact]
    public void A_code_is_composed_with_the_checks_of_the_standard_and_none_out_of_scope()
    {
        Assert.Equal("91350100M000100Y43", EntityCode.Compose("91350100", "M000100Y").ToString());
        Assert.Equal("91370200264574251E", EntityCode.Compose("91370200", "26457425").ToString());
        Assert.Throws<FormatException>(() => EntityCode.Compose("92350100", "M000100Y"));
        Assert.Throws<FormatException>(() => EntityCode.Compose("9135010", "M000100Y"));
    }

    [Fact]
    public void The_order_of_codes_is_that_of_their_texts()
    {
        string[] texts = ["A1350100M000100Y42", "91110108551385082Q", "12100000495570303U", "911522010783762860", "N2350100M000100Y4J"];

        Assert.Equal(texts.Order(StringComparer.Ordinal), texts.Select(text => EntityCode.Parse(text)).Order().Select(code => code.ToString()));
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        EntityCode.Read("91110108551385082Q");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            EntityCode.Read("91110108551385082Q");
            EntityCode.Read("9111O108551385082Q");
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void What_a_code_says_is_named()
    {
        var parts = EntityCode.Parse("91370200264574251E").Parts;

        Assert.Equal(("market regulation", "企业", "370200", "Shandong", "264574251"), (parts.Department.En, parts.Class.Zh, parts.Region, parts.Province?.En, parts.Organisation));
    }

    [Fact]
    public void Every_real_code_is_read_and_sole_traders_are_refused_as_persons()
    {
        var lines = File.ReadAllLines(RealServers.Vectors("uscc", "real-codes.txt")).Where(line => line.Length > 0).ToArray();

        Assert.True(lines.Length > 90);
        Assert.All(lines, line => Assert.Equal(
            line.StartsWith("92", StringComparison.Ordinal) ? EntityCodeFault.NaturalPerson : EntityCodeFault.None, EntityCode.Read(line).Fault));
    }

    [Fact]
    public void Every_code_that_must_be_refused_is_with_its_reason()
    {
        var lines = File.ReadAllLines(RealServers.Vectors("uscc", "refused-codes.tsv")).Where(line => line.Length > 0).Select(line => line.Split('\t')).ToArray();

        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Equal(line[1], EntityCode.Read(line[0]).Fault switch
        {
            EntityCodeFault.Check or EntityCodeFault.OrganisationCheck => "checksum",
            EntityCodeFault.Alphabet => "alphabet",
            EntityCodeFault.Length => "length",
            EntityCodeFault.NaturalPerson => "natural-person scope",
            var other => other.ToString(),
        }));
    }
}
