using Backbone.Platform.Entities;

namespace Backbone.Credit.Facts;

/// <summary>Finds what must not come into the credit record: the number of a natural person, anywhere in a text.</summary>
internal static class PersonsNumber
{
    /// <summary>Whether any 18 characters in a row are a resident identity number.</summary>
    public static bool IsIn(string text)
    {
        for (var i = 0; i + ResidentIdentityNumber.Length <= text.Length; i++)
        {
            var some = text.AsSpan(i, ResidentIdentityNumber.Length);
            if (char.IsAsciiDigit(text[i]) && ResidentIdentityNumber.IsOne(some) && EntityCode.Read(some).Fault != EntityCodeFault.None)
            {
                return true;
            }
        }

        return false;
    }
}
