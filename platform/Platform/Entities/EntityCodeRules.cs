namespace Backbone.Platform.Entities;

/// <summary>
/// The checks of a unified social credit code, in the order of <see cref="EntityCodeFault"/>. No allocation. Both check characters are tried,
/// because that of GB 11714 alone misses letters that are equal modulo 11.
/// </summary>
internal static class EntityCodeRules
{
    public static EntityCodeReading Read(ReadOnlySpan<char> code, int length)
    {
        if (length == RegistrationNumber.Length && EntityCodeText.IsDigits(code))
        {
            return Old(code, length);
        }

        if (length != EntityCode.Length)
        {
            return Refused(EntityCodeFault.Length, 0, length);
        }

        for (var i = 0; i < code.Length; i++)
        {
            if (EntityCodeText.Digit(code[i]) < 0)
            {
                return Refused(EntityCodeFault.Alphabet, i + 1, length);
            }
        }

        if (MayBeAPersons(code))
        {
            return Refused(EntityCodeFault.ResidentIdentityNumber, 0, length);
        }

        if (!EntityCategories.Knows(code[0], code[1]))
        {
            return Refused(EntityCodeFault.Category, 1, length);
        }

        for (var i = 2; i < 8; i++)
        {
            if (!char.IsAsciiDigit(code[i]))
            {
                return Refused(EntityCodeFault.Region, i + 1, length);
            }
        }

        if (Check(code) != code[17])
        {
            return Refused(EntityCodeFault.Check, 18, length);
        }

        if (OrganisationCheck(code[8..16]) != code[16])
        {
            return Refused(EntityCodeFault.OrganisationCheck, 17, length);
        }

        if (EntityCategories.IsNaturalPerson(code[0], code[1]))
        {
            return Refused(EntityCodeFault.NaturalPerson, 1, length);
        }

        return new(EntityCodeFault.None, EntityCode.FromChecked(code), 0, length);
    }

    /// <summary>GB 32100-2015: weights 3^(i-1) modulo 31; a remainder of 0 has the character 0, hence the second modulo.</summary>
    public static char Check(ReadOnlySpan<char> code)
    {
        var sum = 0;
        for (var i = 0; i < 17; i++)
        {
            sum += EntityCodeText.Digit(code[i]) * Weights[i];
        }

        return EntityCodeText.Alphabet[(31 - sum % 31) % 31];
    }

    /// <summary>GB 11714-1997: letters count from A = 10 to Z = 35, other than in the alphabet of 31; 10 is written X, 11 is written 0.</summary>
    public static char OrganisationCheck(ReadOnlySpan<char> organisation)
    {
        var sum = 0;
        for (var i = 0; i < 8; i++)
        {
            var character = organisation[i];
            sum += (char.IsAsciiDigit(character) ? character - '0' : character - 'A' + 10) * OrganisationWeights[i];
        }

        return (11 - sum % 11) switch { 10 => 'X', 11 => '0', var digit => (char)('0' + digit) };
    }

    /// <summary>
    /// Citizens' numbers begin with 1 to 8, as codes of organs, law firms or associations do, and one in some hundred of them passes both checks of a
    /// code by chance: what is a person's number is refused whatever else it is. Those of foreign permanent residents begin with 9, as enterprises'
    /// codes do; there the checks of the code decide.
    /// </summary>
    private static bool MayBeAPersons(ReadOnlySpan<char> code) =>
        ResidentIdentityNumber.IsOne(code) && (code[0] != '9' || Check(code) != code[17] || OrganisationCheck(code[8..16]) != code[16]);

    private static EntityCodeReading Old(ReadOnlySpan<char> number, int length) => Refused(
        !RegistrationNumber.HasCheck(number) ? EntityCodeFault.RegistrationNumberCheck
        : RegistrationNumber.IsNaturalPerson(number) ? EntityCodeFault.NaturalPerson
        : EntityCodeFault.RegistrationNumber,
        0,
        length);

    private static EntityCodeReading Refused(EntityCodeFault fault, int position, int length) => new(fault, default, position, length);

    private static ReadOnlySpan<byte> Weights => [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

    private static ReadOnlySpan<byte> OrganisationWeights => [3, 7, 9, 10, 5, 8, 4, 2];
}
