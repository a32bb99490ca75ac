using Backbone.Identity.Register;

namespace Backbone.Identity.Tests.Register;

public sealed class PersonNameTests
{
    [Theory]
    [InlineData("李雷", "李雷")]
    [InlineData("  古丽•买买提 ", "古丽·买买提")]
    [InlineData("Ana  María O’Neill-Díaz", "Ana María O’Neill-Díaz")]
    [InlineData("𠀀𠀁", "𠀀𠀁")]
    public void A_name_is_taken_and_cleaned(string typed, string name) => Assert.Equal(name, PersonName.Parse(typed).Name);

    [Theory]
    [InlineData(null, "Name_Empty")]
    [InlineData("　 ", "Name_Empty")]
    [InlineData("王", "Name_TooShort")]
    [InlineData("·李雷", "Name_Character")]
    [InlineData("李雷<b>", "Name_Character")]
    [InlineData("李雷\0", "Name_Character")]
    [InlineData("李\u202E雷", "Name_Character")]
    [InlineData("李雷1", "Name_Character")]
    [InlineData("李\ud800雷", "Name_Character")]
    public void What_is_no_name_is_refused_with_a_code(string? typed, string code) => Assert.Equal(code, PersonName.Parse(typed).Code);

    [Fact]
    public void Fifty_characters_are_the_most()
    {
        Assert.NotNull(PersonName.Parse(new string('王', 50)).Name);
        Assert.Equal(("Name_TooLong", 51), (PersonName.Parse(new string('王', 51)).Code, PersonName.Parse(new string('王', 51)).Length));
    }
}
