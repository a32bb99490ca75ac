using System.Collections.Immutable;
using System.Globalization;
using Backbone.Identity.Storage;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Identity.Persons;

/// <summary>The level of a person, read now; and its names in the protocol.</summary>
internal sealed class PersonLevels(IdentityDb db)
{
    /// <summary>The claim of identity tokens, userinfo and introspection: a whole number 1–3.</summary>
    public const string Claim = "person_level";

    private const string Prefix = "urn:backbone:level:";

    /// <summary>What may be asked for in <c>acr_values</c>.</summary>
    public static ImmutableArray<string> Values { get; } = [.. Enum.GetValues<PersonLevel>().Select(level => Prefix + Number(level))];

    /// <summary>Nobody's account is at the lowest level.</summary>
    public async Task<PersonLevel> OfAsync(Guid account, CancellationToken cancellation)
    {
        var known = await db.Users.AsNoTracking().Where(person => person.Id == account)
            .Select(person => new
            {
                Contact = person.PhoneNumberConfirmed || person.EmailConfirmed,
                RealName = db.RealNames.Any(row => row.AccountId == person.Id),
            })
            .SingleOrDefaultAsync(cancellation);
        return known is not { Contact: true } ? PersonLevel.Registered
            : known.RealName ? PersonLevel.RealNameVerified
            : PersonLevel.ContactVerified;
    }

    /// <summary>
    /// What an app needs: its file's level, or more when the request asks for more. Several values are alternatives (OpenID Connect Core
    /// 3.1.2.1, <c>acr_values</c>), so the lowest of them is enough; values of other kinds say nothing about it.
    /// </summary>
    public static PersonLevel Needed(PersonLevel ofFile, string? acrValues)
    {
        var asked = (acrValues ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(value => Values.IndexOf(value)).Where(index => index >= 0).Select(index => (PersonLevel)(index + 1)).ToList();
        return asked.Count > 0 && asked.Min() is var lowest && lowest > ofFile ? lowest : ofFile;
    }

    public static string Number(PersonLevel level) => ((int)level).ToString(CultureInfo.InvariantCulture);
}
