using System.Globalization;

namespace Backbone.Identity.SignIn;

internal static class SignInTimes
{
    /// <summary>"14:35" in the province's zone, which has no summer time.</summary>
    public static string Clock(DateTimeOffset time) => time.ToOffset(TimeSpan.FromHours(8)).AddMinutes(1).ToString("HH:mm", CultureInfo.InvariantCulture);
}
