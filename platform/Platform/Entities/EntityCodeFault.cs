namespace Backbone.Platform.Entities;

/// <summary>Why a text is no code of an entity. The first fault found, in this order.</summary>
public enum EntityCodeFault
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>Not 18 characters, blanks left out.</summary>
    Length,

    /// <summary>A character outside the 31 of GB 32100-2015; the position is given, counted from 1.</summary>
    Alphabet,

    /// <summary>18 characters that are a resident identity number (GB 11643-1999): a natural person's, refused and never repeated in an answer.</summary>
    ResidentIdentityNumber,

    /// <summary>The first two characters are no registering department and class of the standard.</summary>
    Category,

    /// <summary>Characters 3 to 8, the region, are not all digits; the position is given.</summary>
    Region,

    /// <summary>Character 18, the check of the whole (GB 32100-2015), is another than computed.</summary>
    Check,

    /// <summary>Character 17, the check of the organisation code (GB 11714-1997), is another than computed.</summary>
    OrganisationCheck,

    /// <summary>An individual business (个体工商户), which counts as a natural person (Civil Code art. 54) and has no credit record here.</summary>
    NaturalPerson,

    /// <summary>A registration number of 15 digits as issued before 2015, with the right check: the organisation has a unified code instead.</summary>
    RegistrationNumber,

    /// <summary>15 digits, and the last is not the check of a registration number (GS 15-2006).</summary>
    RegistrationNumberCheck,
}

/// <summary>What reading a text as a code gave.</summary>
/// <param name="Fault">Why it is none; <see cref="EntityCodeFault.None"/> when it is one.</param>
/// <param name="Code">The code; none unless the fault is <see cref="EntityCodeFault.None"/>.</param>
/// <param name="Position">The character at fault, from 1, after blanks were left out; 0 where no single one is.</param>
/// <param name="Length">Characters of the text, blanks left out.</param>
public readonly record struct EntityCodeReading(EntityCodeFault Fault, EntityCode Code, int Position, int Length);
