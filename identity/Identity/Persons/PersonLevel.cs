namespace Backbone.Identity.Persons;

/// <summary>
/// How much is known of who a person is; each level includes those below. Not how they signed in: that is <c>acr</c>
/// (docs/decisions/0030-level-and-acr.md).
/// </summary>
internal enum PersonLevel
{
    Registered = 1,

    /// <summary>A phone number or mailbox is proved to be theirs.</summary>
    ContactVerified = 2,

    /// <summary>And an authority confirmed that name and resident identity number belong together.</summary>
    RealNameVerified = 3,
}
