using Microsoft.AspNetCore.Identity;

namespace Backbone.Identity.AccountPages;

internal static class Outcomes
{
    /// <summary>For steps that only fail when two requests change one account at once: the transaction is given up, nothing is half done.</summary>
    public static void OrThrow(this IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException("The account was not changed: " + string.Join(", ", result.Errors.Select(error => error.Code)));
        }
    }
}
